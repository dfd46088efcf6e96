// HTML pages in one file: they load nothing from anywhere and follow the reader's light or dark setting.
//
// A part of a picture or table with a data-tip attribute shows that text when the pointer is over it, or when
// it is tapped or focused.
#pragma once

#include <string>
#include <string_view>

namespace gol::cmd {

std::string HtmlEscape(std::string_view text);
// 1234567 as "1.23 ms".
std::string TimeText(double ns);
// A number with three significant digits and no exponent: "0.0123", "456", "12300".
std::string NumberText(double v);

// The page around a body. Scripts may stand in it.
std::string Page(std::string_view title, std::string_view body);

// An SVG file of its own from an svg element written for a page: with the style that the page would give it.
std::string StandaloneSvg(std::string_view svg);

// A colour for a share from 0 to 1: dark blue over green to yellow, readable as grey too.
std::string HeatColour(double share);

// Reads a whole file; false: it cannot be read.
bool ReadWholeFile(const std::string& path, std::string* out);
// Writes a file; reports failure on standard error, with the command's name in front.
bool WriteWholeFile(const std::string& path, std::string_view bytes, const char* command);

}  // namespace gol::cmd
