// See base/json.h.
#include "base/json.h"

#include <charconv>
#include <cmath>

namespace gol {

std::string JsonString(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || c == '<') {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void JsonWriter::Field(std::string_view name, double value) {
  if (!std::isfinite(value)) return Raw(name, "null");
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, value).ptr;
  Raw(name, {text, static_cast<size_t>(end - text)});
}

}  // namespace gol
