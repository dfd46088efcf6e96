// Copying what may be very long.
#pragma once

#include <cstring>

#include "runtime/sched/sched.h"

namespace gol::rt {

// Copies n bytes without pointers, with a safepoint now and then: a deadline, and a stop of the world, do not wait
// for a copy of gigabytes. The ranges do not overlap; the caller keeps both alive, and reaches a safepoint.
inline void CopyBytes(void* to, const void* from, uint64_t n) {
  // Some milliseconds at worst, where the system has to find memory for the pages.
  constexpr uint64_t kPiece = 4 << 20;
  auto* out = static_cast<char*>(to);
  auto* in = static_cast<const char*>(from);
  while (n > kPiece) {
    std::memcpy(out, in, kPiece);
    out += kPiece;
    in += kPiece;
    n -= kPiece;
    PollSafepointHere();
  }
  std::memcpy(out, in, n);
  // The objects, not only their ends.
  asm volatile("" ::"r"(to), "r"(from) : "memory");
}

}  // namespace gol::rt
