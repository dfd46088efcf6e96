// Parsing GODEBUG's text.
#include "runtime/debug/options.h"

#include <charconv>
#include <string>

namespace gol::rt::debug {

std::vector<std::string> Parse(std::string_view text, Options* options) {
  std::vector<std::string> unknown;
  while (!text.empty()) {
    size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    // GODEBUG=a=1,GODEBUG=b=2: the variable's name written again in front of a switch.
    while (item.starts_with("GODEBUG=")) item.remove_prefix(8);
    if (item.empty()) continue;
    size_t eq = item.find('=');
    std::string_view name = item.substr(0, eq);
    int value = 1;
    if (eq != std::string_view::npos) {
      std::string_view number = item.substr(eq + 1);
      auto [end, err] = std::from_chars(number.data(), number.data() + number.size(), value);
      if (err != std::errc() || end != number.data() + number.size()) continue;
    }
    bool known = false;
#define OPTION(option, default_value, help) \
  if (name == #option) {                    \
    options->option = value;                \
    known = true;                           \
  }
#include "runtime/debug/options.def"
#undef OPTION
    if (!known) unknown.emplace_back(name);
  }
  return unknown;
}

}  // namespace gol::rt::debug
