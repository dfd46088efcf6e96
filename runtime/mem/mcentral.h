// mcentral: all spans of one span class that no mcache holds.
#pragma once

#include <cstdint>
#include "runtime/mem/counted_lock.h"
#include "runtime/mem/mspan.h"

namespace gol::rt {

struct mheap;

// Spans with free slots and full ones, each kind swept and unswept. Which list of a pair holds the
// swept ones flips with every cycle: sweepgen grows by 2 with the world stopped, so all spans
// become unswept without being touched.
struct alignas(64) mcentral {
  SpanClass spanclass{0};
  CountedLock<HeapLock::kCentral> lock;  // leaf; guards the lists
  SpanList partial[2];
  SpanList full[2];

  static int SweptIndex(uint32_t sweepgen) { return static_cast<int>(sweepgen / 2 % 2); }
  SpanList& PartialSwept(uint32_t sg) { return partial[SweptIndex(sg)]; }
  SpanList& PartialUnswept(uint32_t sg) { return partial[1 - SweptIndex(sg)]; }
  SpanList& FullSwept(uint32_t sg) { return full[SweptIndex(sg)]; }
  SpanList& FullUnswept(uint32_t sg) { return full[1 - SweptIndex(sg)]; }

  // A swept span with at least one free slot, for an mcache; null: the heap is at its limit.
  mspan* CacheSpan(mheap& h);
  // Takes back a span from an mcache.
  void UncacheSpan(mheap& h, mspan* s);
  // Takes one unswept span off the lists and claims it for sweeping (sweepgen = sg - 1), or null.
  mspan* PopUnswept(mheap& h);
};

}  // namespace gol::rt
