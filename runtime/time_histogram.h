// How often something took how long: counts by ranges of time, each a quarter of a power of two wide.
#pragma once

#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>

namespace gol::rt {

// Thread-safe; each count by itself.
class TimeHistogram {
 public:
  // Below 64 ns one range, above a minute one range, four per power of two between.
  static constexpr int kFirstBit = 6, kLastBit = 36, kParts = 4;
  static constexpr int kRanges = 1 + (kLastBit - kFirstBit) * kParts + 1;

  void Add(int64_t ns) { counts_[RangeOf(ns)].fetch_add(1, std::memory_order_relaxed); }
  uint64_t count(int range) const { return counts_[range].load(std::memory_order_relaxed); }

  static int RangeOf(int64_t ns) {
    if (ns < int64_t{1} << kFirstBit) return 0;
    const int bit = std::bit_width(static_cast<uint64_t>(ns)) - 1;
    if (bit >= kLastBit) return kRanges - 1;
    return 1 + (bit - kFirstBit) * kParts + static_cast<int>(ns >> (bit - 2) & (kParts - 1));
  }
  // Where a range begins, in ns; infinity behind the last.
  static double BeginNs(int range) {
    if (range <= 0) return 0;
    if (range >= kRanges) return HUGE_VAL;
    const int bit = kFirstBit + (range - 1) / kParts, part = (range - 1) % kParts;
    return static_cast<double>(int64_t{kParts + part} << (bit - 2));
  }

 private:
  std::atomic<uint64_t> counts_[kRanges] = {};
};

}  // namespace gol::rt
