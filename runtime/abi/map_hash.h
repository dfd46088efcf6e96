// The arithmetic of map hashes, once for the runtime and for compiled code.
//
// Each function is a template over the type of a 64-bit word W: uint64_t in the runtime (map/hash.h), and
// in the JIT a value of LLVM's (jit/lower_map.cc), for which the same expressions emit instructions. W
// has ^, | and * with words and constants on the right, and these functions:
//   MulFold(a, b)   both halves of the product of 128 bits, xored
//   Rotl(a, n)      rotated left by n mod 64, n a word or an int
//
// A hash is one multiplication whose halves are folded together (the step of wyhash, by Wang Yi) of
// the key and the map's seed. Its low bits choose the bucket, its high byte is the tophash.
//
// Flooding. Both factors hold bits of the seed, which is drawn per map, wherever an attacker could
// choose the whole factor otherwise: a factor of 0 would give all keys the same hash. The seed is
// rotated differently for the two factors, so that exchanging them gives another product, and by the
// length, so that strings of different length with the same words differ.
#pragma once

#include <bit>
#include <cstdint>

namespace gol::rt {

inline constexpr uint64_t kHashK0 = 0xa0761d6478bd642f;
inline constexpr uint64_t kHashK1 = 0xe7037ed1a0b428db;
inline constexpr uint64_t kHashK2 = 0x8ebc6af09c88c6e3;

// Keys of bytes: up to this length they are two words, the bytes that they lack being 0.
inline constexpr uint64_t kHashShort = 16;

inline uint64_t MulFold(uint64_t a, uint64_t b) {
  auto m = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(m) ^ static_cast<uint64_t>(m >> 64);
}
inline uint64_t Rotl(uint64_t a, uint64_t n) { return std::rotl(a, static_cast<int>(n & 63)); }

// The 64-bit seed of a map from hmap::hash0. Never a small or even number.
template <typename W>
W HashSeed(W hash0) {
  return (hash0 ^ kHashK2) * kHashK1 | uint64_t{1};
}

// Of a key of four or eight bytes.
template <typename W>
W HashWord(W key, W seed) {
  return MulFold(key ^ kHashK0, seed);
}

// One step over 16 bytes of a longer key.
template <typename W>
W HashStep(W a, W b, W seed) {
  return MulFold(a ^ Rotl(seed, 17), b ^ seed);
}

// Of n bytes, of which a and b are the words that are left: the last 16, or as ShortWords.
template <typename W>
W HashEnd(W a, W b, W n, W seed) {
  return HashStep(a, b, Rotl(seed, n));
}

}  // namespace gol::rt
