// What tests of limits measure by.
#pragma once

#include <cstdint>
#include <fstream>

namespace gol::testing {

// Resident bytes of this process.
inline int64_t ResidentBytes() {
  std::ifstream in("/proc/self/statm");
  int64_t size = 0, resident = 0;
  in >> size >> resident;
  return resident * 4096;
}

// How long after its deadline a script may end. On an idle machine it takes a few milliseconds; what a loaded one
// adds is not the script's: the best of some runs counts, and no run may take longer than the second.
inline constexpr int64_t kLateMs = 100;
inline constexpr int64_t kMarginMs = 2000;
inline constexpr int kAttempts = 6;

}  // namespace gol::testing
