// A 128-bit hash of bytes for keys of stored content and for checksums: two independent lanes of
// 64-bit multiply-and-fold. Not for defence against chosen input.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace gol {

class Hash128 {
 public:
  // Parts are told apart: Add("ab"), Add("c") differs from Add("a"), Add("bc").
  void Add(std::string_view bytes) {
    const char* p = bytes.data();
    size_t left = bytes.size();
    for (; left >= 16; p += 16, left -= 16) Mix(Word(p, 8), Word(p + 8, 8));
    const size_t low = left < 8 ? left : 8;
    Mix(Word(p, low), Word(p + low, left - low));
    Mix(bytes.size(), ~uint64_t{0});
  }
  void Add(uint64_t value) { Add({reinterpret_cast<const char*>(&value), sizeof value}); }

  std::string Hex() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (uint64_t lane : {Fold(a_, kA ^ b_), Fold(b_, kB ^ a_)}) {
      for (int shift = 60; shift >= 0; shift -= 4) out += kDigits[lane >> shift & 15];
    }
    return out;
  }

 private:
  static constexpr uint64_t kA = 0x9e3779b97f4a7c15, kB = 0xc2b2ae3d27d4eb4f,
                            kC = 0x165667b19e3779f9, kD = 0x27d4eb2f165667c5;

  static uint64_t Word(const char* p, size_t n) {
    uint64_t w = 0;
    std::memcpy(&w, p, n);
    return w;
  }
  static uint64_t Fold(uint64_t x, uint64_t y) {
    const auto product = static_cast<unsigned __int128>(x) * y;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  // A factor of zero must not lose the state: the old state is added back, turned.
  void Mix(uint64_t x, uint64_t y) {
    a_ = Fold(a_ ^ x ^ kC, y ^ kA) + (a_ << 23 | a_ >> 41);
    b_ = Fold(b_ ^ y ^ kD, x ^ kB) + (b_ << 29 | b_ >> 35);
  }

  uint64_t a_ = kA, b_ = kB;
};

inline std::string HashHex(std::string_view bytes) {
  Hash128 h;
  h.Add(bytes);
  return h.Hex();
}

}  // namespace gol
