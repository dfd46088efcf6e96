// Small integer arithmetic: rounding, powers of two.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace gol {

constexpr uint64_t AlignUp(uint64_t n, uint64_t align) { return (n + align - 1) & ~(align - 1); }
constexpr uint64_t AlignDown(uint64_t n, uint64_t align) { return n & ~(align - 1); }
constexpr uint64_t CeilDiv(uint64_t n, uint64_t d) { return (n + d - 1) / d; }
constexpr bool IsPowerOfTwo(uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }
// Number of the highest set bit plus one; 0 for 0.
constexpr int BitLen(uint64_t n) { return 64 - std::countl_zero(n); }

}  // namespace gol
