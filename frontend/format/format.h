// The standard form of Go source text, as gofmt writes it. See format.cc for the overview.
#pragma once

#include <string>
#include <string_view>

namespace gol::format {

struct Options {
  bool simplify = false;  // as gofmt -s: leave out what the language fills in
};

struct Formatted {
  std::string text;
  std::string errors;  // where it has any, one a line with its place; text is empty then
};

// Formats a file or a script; name is what errors show.
Formatted FormatSource(std::string_view name, std::string_view source, const Options& options);

}  // namespace gol::format
