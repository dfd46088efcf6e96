// Text with columns: what the printer writes, and how it becomes lines. See cells.cc.
#pragma once

#include <string>
#include <string_view>

namespace gol::format {

// Characters with a meaning in a text with columns.
inline constexpr char kTab = '\t';          // ends a cell; a column of empty cells stays
inline constexpr char kColumn = '\v';       // ends a cell; a column of empty cells vanishes
inline constexpr char kNewline = '\n';      // ends a line
inline constexpr char kSectionEnd = '\f';   // ends a line, and all columns with it
inline constexpr char kVerbatim = '\xff';   // stands before and behind text that is left as it is

// The lines: cells are padded so that the columns line up, blanks at the end of lines are removed.
std::string AlignColumns(std::string_view text);

// The same without columns: every tab is one character. For measuring.
std::string StripColumns(std::string_view text);

}  // namespace gol::format
