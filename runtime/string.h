// Strings: UTF-8 decoding and encoding as Go defines them, and making strings on the heap.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/abi/rtype.h"

namespace gol::rt {

inline constexpr int32_t kRuneError = 0xfffd;
inline constexpr int32_t kMaxRune = 0x10ffff;
inline constexpr int kUtfMax = 4;

// Decodes the rune that starts at p (n > 0 bytes are there). An invalid sequence gives kRuneError and
// width 1, as the range statement does.
int32_t DecodeRune(const char* p, int64_t n, int* width);

// Writes r in UTF-8 to p (room for kUtfMax bytes); surrogates and values out of range become
// kRuneError. Returns the width.
int EncodeRune(char* p, int32_t r);

// A Go string on the collected heap with a copy of text. Reaches a safepoint.
GoString NewString(std::string_view text);

inline std::string_view View(GoString s) {
  return {s.ptr, static_cast<size_t>(s.len)};
}

}  // namespace gol::rt
