// The hash functions of maps, for the runtime. What they calculate, and why, is in abi/map_hash.h, which
// the JIT instantiates as well; jit/lower_map.cc mirrors the order in which HashBytes reads.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/abi/map_hash.h"

namespace gol::rt {

inline uint64_t HashMix(uint64_t a, uint64_t b) { return MulFold(a, b); }

inline uint64_t SeedOf(uint32_t hash0) { return HashSeed(uint64_t{hash0}); }
inline uint64_t Hash64(uint64_t key, uint64_t seed) { return HashWord(key, seed); }
inline uint64_t Hash32(uint32_t key, uint64_t seed) { return HashWord(uint64_t{key}, seed); }

inline uint64_t Load64(const void* p) {
  uint64_t v;
  std::memcpy(&v, p, 8);
  return v;
}
inline uint64_t Load32(const void* p) {
  uint32_t v;
  std::memcpy(&v, p, 4);
  return v;
}

// Up to kHashShort bytes as two words, as if bytes of zero followed; with n they say all of them.
struct ShortWords {
  uint64_t a, b;
  ShortWords(const void* data, uint64_t n) {
    const char* p = static_cast<const char*>(data);
    if (n > 8) {
      a = Load64(p);
      b = Load64(p + n - 8) >> (8 * (16 - n));
      return;
    }
    b = 0;
    if (n == 8) {
      a = Load64(p);
    } else if (n >= 4) {
      a = Load32(p) | Load32(p + n - 4) << (8 * (n - 4));
    } else if (n > 0) {
      a = uint64_t{static_cast<uint8_t>(p[0])} |
          uint64_t{static_cast<uint8_t>(p[n >> 1])} << (8 * (n >> 1)) |
          uint64_t{static_cast<uint8_t>(p[n - 1])} << (8 * (n - 1));
    } else {
      a = 0;
    }
  }
};

// Hash of n bytes. Reads only those.
inline uint64_t HashBytes(const void* data, uint64_t n, uint64_t seed) {
  if (n <= kHashShort) {
    const ShortWords w(data, n);
    return HashEnd(w.a, w.b, n, seed);
  }
  const char* p = static_cast<const char*>(data);
  uint64_t left = n;
  while (left > 16) {
    seed = HashStep(Load64(p), Load64(p + 8), seed);
    p += 16;
    left -= 16;
  }
  return HashEnd(Load64(p + left - 16), Load64(p + left - 8), n, seed);
}

// Whether two keys of n bytes are equal.
inline bool BytesEqual(const void* x, const void* y, uint64_t n) {
  if (n > kHashShort) return std::memcmp(x, y, n) == 0;
  const ShortWords v(x, n), w(y, n);
  return v.a == w.a && v.b == w.b;
}

}  // namespace gol::rt
