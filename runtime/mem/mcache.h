// The memory state of a P: spans to allocate from without a lock, the runs of free slots that
// compiled code takes from, the tiny block, write barrier buffer, grey objects. P's first member
// points to it, so that kTlsP leads to it in two loads.
#pragma once

#include <cstdint>

#include "runtime/abi/alloc.h"
#include "runtime/abi/tls.h"
#include "runtime/gc/wb_buf.h"
#include "runtime/gc/work.h"
#include "runtime/abi/heap_params.h"

namespace gol::rt {

class Heap;
struct mspan;

// Reasons for an allocation to leave the fast path; bits of mcache::slow_flags.
enum MallocSlowFlag : uint32_t {
  kMallocMarking = 1,  // a mark phase: allocate black, pay assists
  kMallocStress = 2,   // gcstress, or another debug option that watches each allocation
  kMallocCollect = 4,  // collect, or wait until a collection began, before the next allocation
  kMallocWatch = 8,    // efence or allocfreetrace: something is done with each object
  kMallocSample = 16,  // the next object goes into the memory profile
  kMallocPopulate = 32,  // get memory ready before the next allocation
};

// Owned by the P (by the thread that holds it); others touch it only while the P is stopped.
struct mcache {
  // First: compiled code reads it. Runs are part of the span in `alloc`: its freeindex and alloc_count
  // count the whole run as taken. The tiny block is no root: it is dropped when marking begins, and
  // each object in it is found through pointers to itself.
  // Invariant: all runs and the tiny run are empty while slow_flags is not 0.
  McacheHead head{};
  // MallocSlowFlag bits; set by mheap::SetSlow, by the collector with the world stopped or by the owner.
  uint32_t slow_flags = 0;
  AllocRun slow_tiny{};  // in place of head.tiny while slow_flags is not 0
  // Per span class the span to allocate from; never null, kEmptySpan when none is cached.
  mspan* alloc[kNumSpanClasses];

  Heap* heap = nullptr;  // constant after Heap::InitMcache

  // Assist account of this P in bytes: allocation takes from it, assists and stolen background
  // credit add. Below 0: owes work. Meaningful while marking.
  int64_t assist_bytes = 0;
  int64_t stress_countdown = 0;  // allocations until the next collection under gcstress
  // Bytes until the memory profile takes a sample. Small objects count by runs of slots.
  int64_t profile_left = INT64_MAX;
  int64_t profile_rate = 0;  // bytes per sample when profile_left was drawn

  gc::WbBuf wb_buf;
  gc::GcWork gcw;
};

// The mcache of the P that the calling thread holds.
inline mcache* CurrentMcache() {
  // A P starts with the pointer to its mcache (sched/p.h).
  return *TlsLoad<mcache**>(kTlsP);
}

}  // namespace gol::rt
