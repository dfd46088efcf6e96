// mcentral: handing spans to mcaches, sweeping on the way. See malloc.cc for the overview.
#include "runtime/mem/mcentral.h"

#include "runtime/gc/sweep.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt {

namespace {

// How many spans to sweep in search of a free slot before a new span is taken. Larger: less growth
// when free slots are rare; smaller: a bound on the time of one allocation.
constexpr int kSpanBudget = 100;

void MakeCached(mheap& h, mspan* s) {
  GOL_DCHECK(s->alloc_count < s->nelems);
  s->alloc_count_before_cache = s->alloc_count;
  s->sweepgen.store(h.sweepgen.load(std::memory_order_relaxed) + 3, std::memory_order_release);
  // Point alloc_cache at freeindex: sweeping and uncaching leave freeindex anywhere.
  s->RefillAllocCache(s->freeindex & ~63u);
  s->alloc_cache >>= s->freeindex % 64;
}

}  // namespace

mspan* mcentral::PopUnswept(mheap& h) {
  uint32_t sg = h.sweepgen.load(std::memory_order_relaxed);
  std::lock_guard guard(lock);
  mspan* s = PartialUnswept(sg).Pop();
  if (s == nullptr) s = FullUnswept(sg).Pop();
  if (s != nullptr) s->sweepgen.store(sg - 1, std::memory_order_relaxed);
  return s;
}

mspan* mcentral::CacheSpan(mheap& h) {
  uint32_t sg = h.sweepgen.load(std::memory_order_relaxed);
  gc::DeductSweepCredit(h, kClassToPages[spanclass.size_class()]);
  {
    std::lock_guard guard(lock);
    if (mspan* s = PartialSwept(sg).Pop()) {
      MakeCached(h, s);
      return s;
    }
  }
  for (int i = 0; i < kSpanBudget; ++i) {
    mspan* s;
    {
      std::lock_guard guard(lock);
      s = PartialUnswept(sg).Pop();
      if (s == nullptr) s = FullUnswept(sg).Pop();
      if (s == nullptr) break;
      s->sweepgen.store(sg - 1, std::memory_order_relaxed);
    }
    tracing::Tracer* tracer = h.heap->active_tracer();
    if (tracer != nullptr) tracer->EventWithStack(tracing::Kind::kSweepBegin);
    const uint32_t before = s->alloc_count;
    gc::SweepSpan(h, s, /*preserve=*/true);
    if (tracer != nullptr) {
      tracer->Event(tracing::Kind::kSweepEnd, s->bytes(), (before - s->alloc_count) * s->elemsize);
    }
    if (s->alloc_count < s->nelems) {
      MakeCached(h, s);
      return s;
    }
    std::lock_guard guard(lock);
    FullSwept(sg).Push(s);
  }
  mspan* s = h.AllocSpan(kClassToPages[spanclass.size_class()], spanclass, 0);
  if (s == nullptr) return nullptr;
  MakeCached(h, s);
  return s;
}

void mcentral::UncacheSpan(mheap& h, mspan* s) {
  uint32_t sg = h.sweepgen.load(std::memory_order_relaxed);
  s->sweepgen.store(sg, std::memory_order_release);
  s->freeindex_for_scan.store(s->freeindex, std::memory_order_release);
  std::lock_guard guard(lock);
  if (s->alloc_count == s->nelems) {
    FullSwept(sg).Push(s);
  } else {
    PartialSwept(sg).Push(s);
  }
}

}  // namespace gol::rt
