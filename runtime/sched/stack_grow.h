// Growing, cutting and trimming a goroutine's chain of segments. Internal to the runtime.
#pragma once

#include <cstdint>

#include "base/bits.h"
#include "runtime/sched/g.h"
#include "runtime/sched/stack.h"

namespace gol::rt {

// Frees the segments kept beyond seg.
void FreeSegmentsAbove(StackPool& pool, StackSegment* seg);

// Frees segments that a stopped goroutine keeps but does not use.
inline void TrimStack(StackPool& pool, G& g) {
  if (g.seg != nullptr && g.seg->next != nullptr) FreeSegmentsAbove(pool, g.seg);
}

// Makes the segment that holds sp the current one of the running goroutine: before a jump to
// a frame further down (recover).
void CutStack(G* g, uint64_t sp);

// Ends the Run with Go's stack overflow text.
[[noreturn]] void StackOverflow(G* g);

// Honours a requested safepoint: on the stack of a running goroutine.
void Safepoint();

}  // namespace gol::rt
