// GODEBUG's switches as fields. The table is options.def.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gol::rt::debug {

struct Options {
#define OPTION(name, default_value, help) int name = default_value;
#include "runtime/debug/options.def"
#undef OPTION
};

struct OptionInfo {
  const char* name;
  int default_value;
  const char* help;
};
inline constexpr OptionInfo kOptionInfo[] = {
#define OPTION(name, default_value, help) {#name, default_value, help},
#include "runtime/debug/options.def"
#undef OPTION
};

// Applies "name=value,name=value" to *options; later settings win. Unknown names are
// ignored, as in Go, and returned, so that a caller can say so.
std::vector<std::string> Parse(std::string_view text, Options* options);

}  // namespace gol::rt::debug
