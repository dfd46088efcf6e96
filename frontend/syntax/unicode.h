// UTF-8 and the classes of characters that the lexis of Go knows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gol::syntax {

constexpr uint32_t kRuneError = 0xFFFD;
constexpr uint32_t kMaxRune = 0x10FFFF;

// One decoded character. An invalid encoding gives kRuneError with size 1; the end gives size 0.
struct DecodedRune {
  uint32_t rune;
  uint32_t size;
  bool is_invalid() const { return rune == kRuneError && size == 1; }
};
DecodedRune DecodeRune(const char* p, const char* end);
void AppendRune(std::string* out, uint32_t rune);

// For characters from U+0080 on.
bool IsUnicodeLetter(uint32_t r);
bool IsUnicodeDigit(uint32_t r);
bool IsUnicodePrintable(uint32_t r);

// "U+0040 '@'", the character only where it is printable.
std::string DescribeRune(uint32_t r);
// A Go rune literal: "'a'", "'\n'", "'\u200b'".
std::string QuoteRune(uint32_t r);

}  // namespace gol::syntax
