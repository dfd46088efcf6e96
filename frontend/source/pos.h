// Pos: a place in the source text of a whole compilation, in 32 bits.
//
// All files of a SourceManager lie behind each other in one space of byte offsets; a Pos is an
// offset into that space. Comparing two positions of one file therefore compares their order in
// the text. SourceManager turns a Pos into file, line and column.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace gol {

struct Pos {
  uint32_t offset = 0;  // 0: no position

  constexpr bool is_known() const { return offset != 0; }
  constexpr auto operator<=>(const Pos&) const = default;
  constexpr Pos operator+(uint32_t bytes) const { return Pos{offset + bytes}; }
};

// A position for readers. Columns count bytes from 1; 0 means that the column is not known (after
// a `//line file:line` directive without a column).
struct Position {
  std::string_view file;
  uint32_t line = 0;
  uint32_t column = 0;

  bool is_known() const { return line != 0; }
  // "file:line:col", "file:line" without a column, "-" when not known.
  std::string ToString() const;
  bool operator==(const Position&) const = default;
};

}  // namespace gol
