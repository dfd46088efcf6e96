// The hash functions of maps. The JIT writes the ones for 32-bit and 64-bit keys inline
// (jit/lower_map.cc): change both together.
//
// A hash is one 64x64->128 multiplication whose halves are folded together (the step of wyhash, by
// Wang Yi), of the key and the map's seed. Its low bits choose the bucket, its high byte is the
// tophash. The seed, drawn per map, is a factor of the product: which keys collide differs from
// map to map, so that collisions cannot be prepared.
#pragma once

#include <cstdint>
#include <cstring>

namespace gol::rt {

inline constexpr uint64_t kHashK0 = 0xa0761d6478bd642f;
inline constexpr uint64_t kHashK1 = 0xe7037ed1a0b428db;
inline constexpr uint64_t kHashK2 = 0x8ebc6af09c88c6e3;

inline uint64_t HashMix(uint64_t a, uint64_t b) {
  auto m = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(m) ^ static_cast<uint64_t>(m >> 64);
}

// The 64-bit seed of a map from hmap::hash0. Never a small or even number.
inline uint64_t HashSeed(uint32_t hash0) {
  return ((static_cast<uint64_t>(hash0) << 32 | hash0) ^ kHashK1) | 1;
}

inline uint64_t Hash64(uint64_t key, uint64_t seed) { return HashMix(key ^ kHashK0, seed); }
inline uint64_t Hash32(uint32_t key, uint64_t seed) { return Hash64(key, seed); }

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

// Hash of n bytes. Reads only those.
inline uint64_t HashBytes(const void* data, uint64_t n, uint64_t seed) {
  const char* p = static_cast<const char*>(data);
  uint64_t a, b;
  if (n <= 16) {
    if (n >= 8) {
      a = Load64(p);
      b = Load64(p + n - 8);
    } else if (n >= 4) {
      a = Load32(p);
      b = Load32(p + n - 4);
    } else if (n > 0) {
      a = static_cast<uint64_t>(static_cast<uint8_t>(p[0])) << 16 |
          static_cast<uint64_t>(static_cast<uint8_t>(p[n >> 1])) << 8 |
          static_cast<uint8_t>(p[n - 1]);
      b = 0;
    } else {
      a = b = 0;
    }
  } else {
    uint64_t left = n;
    while (left > 16) {
      seed = HashMix(Load64(p) ^ kHashK2, Load64(p + 8) ^ seed);
      p += 16;
      left -= 16;
    }
    a = Load64(p + left - 16);
    b = Load64(p + left - 8);
  }
  return HashMix(kHashK0 ^ n, HashMix(a ^ kHashK2, b ^ seed));
}

}  // namespace gol::rt
