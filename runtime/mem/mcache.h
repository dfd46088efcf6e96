// The memory state of a P: spans to allocate from without a lock, the tiny block, write barrier
// buffer, grey objects. P's first member points to it, so that kTlsP leads to it in two loads.
#pragma once

#include <cstdint>

#include "runtime/abi/tls.h"
#include "runtime/gc/wb_buf.h"
#include "runtime/gc/work.h"
#include "runtime/mem/heap_params.h"

namespace gol::rt {

class Heap;
struct mspan;

// Reasons for an allocation to leave the fast path; bits of mcache::slow_flags.
enum MallocSlowFlag : uint32_t {
  kMallocMarking = 1,  // a mark phase: allocate black, pay assists
  kMallocStress = 2,   // gcstress, or another debug option that watches each allocation
  kMallocCollect = 4,  // collect, or wait until a collection began, before the next allocation
};

// Owned by the P (by the thread that holds it); others touch it only while the P is stopped.
struct mcache {
  // Set by the collector with the world stopped: MallocSlowFlag bits.
  uint32_t slow_flags = 0;
  uint32_t tinyoffset = 0;  // where the next tiny object may start in the block
  // The current block of kTinySize bytes for tiny objects, or 0. Not a root: cleared when marking
  // begins, and each object in it is found through pointers to itself.
  uintptr_t tiny = 0;
  // Per span class the span to allocate from; never null, kEmptySpan when none is cached.
  mspan* alloc[kNumSpanClasses];

  Heap* heap = nullptr;  // constant after Heap::InitMcache

  uint64_t tiny_allocs = 0;    // tiny objects handed out since the last flush
  // Assist account of this P in bytes: allocation takes from it, assists and stolen background
  // credit add. Below 0: owes work. Meaningful while marking.
  int64_t assist_bytes = 0;
  int64_t stress_countdown = 0;  // allocations until the next collection under gcstress

  gc::WbBuf wb_buf;
  gc::GcWork gcw;
};

// The mcache of the P that the calling thread holds.
inline mcache* CurrentMcache() {
  // A P starts with the pointer to its mcache (sched/p.h).
  return *TlsLoad<mcache**>(kTlsP);
}

}  // namespace gol::rt
