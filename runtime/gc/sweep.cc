// Sweeping: after marking, the mark bits of each span become its allocation bits.
//
// Nobody visits dead objects: a span's sweep is a population count, a swap of two bitmaps and the
// clearing of one. A span without marks goes back to the page heap.
//
// Which spans need it: the end of marking raises mheap::sweepgen by 2 with the world stopped, which
// turns every span on the mcentrals' lists into an unswept one at once (mcaches were flushed
// before). From then on a span is swept by whoever takes it off its unswept list first:
//   - an allocation that looks for a free slot of that class (mcentral::CacheSpan),
//   - the driver thread, in the background, one span after the other (SweepOne),
//   - an allocation that is ahead of its share (DeductSweepCredit): sweeping is paced so that it is
//     complete when the heap reaches the next trigger,
//   - an allocation that needs pages, before the heap grows (ReclaimPages).
// Taking it off the list under the mcentral's lock is the claim; sweepgen says so (sg-1) to
// EnsureSwept. The next cycle begins only when no list holds an unswept span.
//
// Specials of dead objects are detached here: a finalizer revives its object for one more cycle.
#include "runtime/gc/sweep.h"

#include <thread>

#include "runtime/gc/collector.h"
#include "runtime/gc/special.h"
#include "runtime/lifecycle/recorder.h"

namespace gol::rt::gc {
namespace {

// Detaches the specials of objects that die in this sweep. Runs before the bits are counted: a
// finalizer marks its object.
void SweepSpecials(Collector& gc, const HeapOptions& options, mspan* s) {
  std::vector<Special*> dead, profiled;
  {
    std::lock_guard<SpinLock> guard(s->special_lock);
    Special** link = &s->specials;
    while (Special* sp = *link) {
      uint32_t index = sp->index;
      if (s->IsMarked(index)) {
        link = &sp->next;
        continue;
      }
      bool has_finalizer = false;
      for (Special* at = sp; at != nullptr && at->index == index; at = at->next) {
        has_finalizer |= at->kind == SpecialKind::kFinalizer;
      }
      if (has_finalizer) s->SetMarked(index);
      while (*link != nullptr && (*link)->index == index) {
        Special* at = *link;
        if (at->kind == SpecialKind::kWeak) {
          *link = at->next;
          ClearWeak(at);
          continue;
        }
        if (has_finalizer && at->kind != SpecialKind::kFinalizer) {
          link = &at->next;  // a cleanup waits for the object's real end
          continue;
        }
        *link = at->next;
        if (at->kind == SpecialKind::kProfile) {
          profiled.push_back(at);
          continue;
        }
        dead.push_back(at);
      }
    }
  }
  if (s->specials == nullptr) gc.ForgetSpecialSpan(s);
  for (Special* sp : dead) gc.QueueFinalizer(sp);
  for (Special* sp : profiled) {
    options.on_profile_free(sp->fn, sp->id);
    delete sp;
  }
}

// Calls visit(address of the slot) for each object that this sweep frees.
template <typename Visit>
void ForEachFreed(mspan* s, Visit&& visit) {
  for (uint32_t i = 0; i < s->nelems; ++i) {
    if (s->IsMarked(i)) continue;
    bool was_allocated =
        i < s->freeindex ||
        ((s->alloc_bits[i / 64].load(std::memory_order_relaxed) >> (i % 64)) & 1) != 0;
    if (was_allocated) visit(s->ObjBase(i));
  }
}

void ClobberFreed(mspan* s) {
  ForEachFreed(s, [&](uintptr_t slot) {
    auto* p = reinterpret_cast<uint32_t*>(slot);
    for (uint64_t w = 0; w < s->elemsize / 4; ++w) p[w] = 0xdeadbeef;
  });
}

}  // namespace

uint64_t SweepSpan(mheap& h, mspan* s, bool preserve) {
  Collector& gc = h.heap->collector();
  const uint32_t sg = h.sweepgen.load(std::memory_order_relaxed);
  GOL_DCHECK(s->sweepgen.load(std::memory_order_relaxed) == sg - 1);
  gc.pages_swept_.fetch_add(s->npages, std::memory_order_relaxed);
  // Reading the head without the lock: specials are only added to spans that are swept.
  if (s->specials != nullptr) SweepSpecials(gc, h.heap->options(), s);
  if (h.heap->options().clobberfree) ClobberFreed(s);
  if (const auto& on_free = h.heap->options().on_free) {
    ForEachFreed(s, [&](uintptr_t slot) {
      if (s->has_header()) slot += kMallocHeaderSize;
      on_free(reinterpret_cast<void*>(slot), s->is_large() ? s->limit - s->start_addr : s->elemsize);
    });
  }

  const uint32_t live = s->CountMarked();
  if (life::Recorder* r = h.heap->recorder()) r->OnSweep(s, live == 0 && !preserve);
  const uint32_t freed = s->alloc_count - live;
  GOL_DCHECK(live <= s->alloc_count);
  const SpanClass spc = s->spanclass;
  if (freed != 0) {
    s->needzero = 1;
    if (s->is_large()) {
      h.large_free_bytes.fetch_add(s->elemsize, std::memory_order_relaxed);
      h.large_free_count.fetch_add(1, std::memory_order_relaxed);
    } else {
      h.small_free_count[spc.size_class()].fetch_add(freed, std::memory_order_relaxed);
    }
  }
  if (live == 0 && !preserve) {
    uint64_t pages = s->npages;
    s->specials = nullptr;
    h.FreeSpan(s, /*for_good=*/h.heap->options().efence);
    return pages;
  }
  s->alloc_count = live;
  s->freeindex = 0;
  s->freeindex_for_scan.store(0, std::memory_order_relaxed);
  std::swap(s->alloc_bits, s->gcmark_bits);
  for (uint32_t w = 0; w < s->bit_words(); ++w) {
    s->gcmark_bits[w].store(0, std::memory_order_relaxed);
  }
  s->RefillAllocCache(0);
  // Pairs with EnsureSwept.
  s->sweepgen.store(sg, std::memory_order_release);
  if (preserve) return 0;
  mcentral& central = h.central[spc.value];
  std::lock_guard guard(central.lock);
  if (live == s->nelems) {
    central.FullSwept(sg).Push(s);
  } else {
    central.PartialSwept(sg).Push(s);
  }
  return 0;
}

bool SweepOne(mheap& h, uint64_t* freed_pages, SweptSpan* span) {
  Collector& gc = h.heap->collector();
  if (gc.is_sweep_done()) return false;
  for (int i = gc.sweep_hint_.load(std::memory_order_relaxed); i < kNumSpanClasses; ++i) {
    mspan* s = h.central[i].PopUnswept(h);
    if (s == nullptr) continue;
    // Classes below i are empty, and stay so until the next cycle.
    int hint = gc.sweep_hint_.load(std::memory_order_relaxed);
    while (hint < i && !gc.sweep_hint_.compare_exchange_weak(hint, i, std::memory_order_relaxed)) {
    }
    if (span != nullptr) {
      *span = {.addr = s->start_addr,
               .elemsize = s->elemsize,
               .npages = s->npages,
               .nelems = static_cast<uint32_t>(s->nelems),
               .noscan = s->spanclass.noscan(),
               .before = s->alloc_count};
    }
    uint64_t freed = SweepSpan(h, s, /*preserve=*/false);
    if (span != nullptr) {
      span->is_freed = freed != 0;
      span->live = freed != 0 ? 0 : s->alloc_count;
    }
    if (freed_pages != nullptr) *freed_pages += freed;
    return true;
  }
  gc.sweep_done_.store(true, std::memory_order_release);
  return false;
}

void DeductSweepCredit(mheap& h, uint64_t npages) {
  Collector& gc = h.heap->collector();
  double per_byte = gc.sweep_pages_per_byte_.load(std::memory_order_relaxed);
  if (per_byte == 0 || gc.is_sweep_done()) return;
  uint64_t live = h.heap_live.load(std::memory_order_relaxed);
  uint64_t start = gc.sweep_heap_live_.load(std::memory_order_relaxed);
  if (live < start) return;
  double owed = per_byte * static_cast<double>(live - start + (npages << kPageShift));
  while (static_cast<double>(gc.pages_swept_.load(std::memory_order_relaxed)) < owed) {
    if (!SweepOne(h, nullptr)) break;
  }
}

void ReclaimPages(mheap& h, uint64_t npages) {
  if (h.heap->collector().is_sweep_done()) return;
  // Spans looked at per page wanted. Larger: less growth; smaller: a bound on the time of one
  // allocation.
  constexpr uint64_t kSpansPerPage = 16;
  uint64_t freed = 0;
  for (uint64_t i = 0; i < npages * kSpansPerPage && freed < npages; ++i) {
    if (!SweepOne(h, &freed)) break;
  }
}

bool TrySweep(mheap& h, mspan* s) {
  const uint32_t sg = h.sweepgen.load(std::memory_order_relaxed);
  mcentral& central = h.central[s->spanclass.value];
  // Pairs with the release in SweepSpan and MakeCached.
  uint32_t at = s->sweepgen.load(std::memory_order_acquire);
  if (at == sg || at == sg + 3) return true;
  {
    std::lock_guard guard(central.lock);
    if (s->list != &central.PartialUnswept(sg) && s->list != &central.FullUnswept(sg)) return false;
    s->list->Remove(s);
    s->sweepgen.store(sg - 1, std::memory_order_relaxed);
  }
  SweepSpan(h, s, /*preserve=*/false);
  return true;
}

void EnsureSwept(mheap& h, mspan* s) {
  while (!TrySweep(h, s)) std::this_thread::yield();
}

}  // namespace gol::rt::gc
