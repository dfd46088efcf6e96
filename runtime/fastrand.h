// Cheap random numbers for choices that need no secrecy: map iteration order, select order, map
// seeds (seeded from the system's entropy).
#pragma once

#include <cstdint>

namespace gol::rt {

// 64 random bits (wyrand over state of the calling thread). Never reaches a safepoint.
uint64_t FastRand64();
inline uint32_t FastRand() { return static_cast<uint32_t>(FastRand64()); }

}  // namespace gol::rt
