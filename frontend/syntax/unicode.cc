// UTF-8 decoding and the spelling of characters in messages.
#include "frontend/syntax/unicode.h"

#include <cstdio>

namespace gol::syntax {

DecodedRune DecodeRune(const char* p, const char* end) {
  if (p >= end) return {kRuneError, 0};
  auto byte = [p](size_t i) { return static_cast<unsigned char>(p[i]); };
  uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  uint32_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || static_cast<size_t>(end - p) < size) return {kRuneError, 1};
  uint32_t rune = lead & (0x7Fu >> size);
  for (uint32_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {kRuneError, 1};
    rune = rune << 6 | (byte(i) & 0x3Fu);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool is_surrogate = rune >= 0xD800 && rune < 0xE000;
  if (rune < kSmallest[size] || rune > kMaxRune || is_surrogate) return {kRuneError, 1};
  return {rune, size};
}

void AppendRune(std::string* out, uint32_t r) {
  auto tail = [&](int shift) { *out += static_cast<char>(0x80 | ((r >> shift) & 0x3F)); };
  if (r < 0x80) {
    *out += static_cast<char>(r);
  } else if (r < 0x800) {
    *out += static_cast<char>(0xC0 | r >> 6);
    tail(0);
  } else if (r < 0x10000) {
    *out += static_cast<char>(0xE0 | r >> 12);
    tail(6);
    tail(0);
  } else {
    *out += static_cast<char>(0xF0 | r >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

namespace {

bool IsPrintable(uint32_t r) { return r < 0x80 ? r >= 0x20 && r != 0x7F : IsUnicodePrintable(r); }

}  // namespace

std::string DescribeRune(uint32_t r) {
  char buffer[16];
  std::snprintf(buffer, sizeof(buffer), "U+%04X", r);
  std::string out = buffer;
  if (IsPrintable(r)) {
    out += " '";
    AppendRune(&out, r);
    out += '\'';
  }
  return out;
}

std::string QuoteRune(uint32_t r) {
  std::string out = "'";
  constexpr std::string_view kNamed = "\a\b\f\n\r\t\v\\'";
  constexpr std::string_view kEscapes = "abfnrtv\\'";
  size_t named = r < 0x80 ? kNamed.find(static_cast<char>(r)) : std::string_view::npos;
  if (named != std::string_view::npos) {
    out += '\\';
    out += kEscapes[named];
  } else if (IsPrintable(r)) {
    AppendRune(&out, r);
  } else {
    char buffer[16];
    const char* format = r < 0x80 ? "\\x%02x" : r < 0x10000 ? "\\u%04x" : "\\U%08x";
    std::snprintf(buffer, sizeof(buffer), format, r);
    out += buffer;
  }
  return out + "'";
}

}  // namespace gol::syntax
