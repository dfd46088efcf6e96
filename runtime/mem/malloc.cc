// The allocator: overview, and the allocation of objects.
//
// Structures, from small to large:
//   size class   one of 68 object sizes (size_classes.def); times with/without pointers: span class
//   mspan        a run of 8 KiB pages that holds objects of one span class, with a bit per slot for
//                "allocated" (alloc_bits) and "marked" (gcmark_bits)
//   mcache       of a P: one span per span class to allocate from, without a lock
//   mcentral     per span class: the spans that no mcache holds, those with free slots and full
//                ones, swept and unswept
//   mheap        the page heap: cuts spans from a bitmap of pages (page_alloc.cc), takes address
//                space into use in arenas of 64 MiB
//
// A small object (at most 32 KiB):
//   1. Round the size up to its class; take the P's run of that class (abi/alloc.h): a row of free
//      slots, cleared if the class has pointers.
//   2. The object is the run's next slot. In the common case this is all: no lock, no atomic, no free
//      list threaded through memory, nothing to clear.
//   3. Run used up: the next row of free slots by countr_zero and countr_one of the span's alloc_cache
//      (StartRun). Span full: give it to its mcentral, get another one (Refill): swept with free
//      slots, else sweep some, else cut a new span from the heap.
//   4. Write its pointer map. Memory without pointers is cleared here, if asked for.
// Pointer-free objects below 16 bytes are packed into blocks of 16 (the tiny allocator): a block
// lives as long as any object in it. Objects above 32 KiB get a span of their own.
//
// Compiled code does steps 1, 2 and 4 itself where it knows the type (jit/inline_alloc.cc) and comes
// here for the rest. While slow_flags is not 0 there are no runs, so that everything comes here, and
// slots are taken from the span one by one.
//
// Pointer maps. Objects with pointers up to 512 bytes have one bit per word in a bitmap at the end of
// their span. Larger ones have their type in front of them, in a word that the slot includes; large
// spans have it in the mspan. For arrays it is the element's type, which repeats.
//
// Freed memory comes back by sweeping alone: the sweeper makes the mark bits the new alloc bits,
// and slots with a clear bit are free from then on. Nothing is written into them.
//
// While marking (mcache::slow_flags): objects are allocated black, because what a goroutine does
// with a fresh pointer need not pass the barrier; the slot's index is published to markers
// (freeindex_for_scan) only after the pointer map is in place, because a conservative scan may come
// across the slot's address at any time; and the P pays assist work for what it takes.
//
// Statistics are counted when spans change hands, so the fast path counts nothing. A run counts as
// taken when it starts; EndRuns gives back what is left of it before anybody looks (world stopped).
// heap_live jumps by a span's free bytes at Refill.
//
// Stack: the fast path is a leaf within the guard zone; everything behind Refill runs on the
// system stack.
//
// Sources: Go's malloc.go, mbitmap.go (1.22: header words). Not taken: its allocation sampling
// on the fast path (a debug flag takes the slow path instead), sparse arena index (page_alloc.cc).
#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"
#include "runtime/gc/collector.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/heap_bits.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/mem/zero.h"

// Where all objects of size 0 live. Compiled code names it.
extern "C" const char gol_rt_zerobase[16];
alignas(16) constinit const char gol_rt_zerobase[16] = {};

namespace gol::rt {


namespace {

#define GOL_LIKELY(x) __builtin_expect(!!(x), 1)
#define GOL_UNLIKELY(x) __builtin_expect(!!(x), 0)

// Takes a slot where alloc_cache knows none: looks further in the span, gets another span. 0: the
// heap cannot grow.
[[gnu::noinline]] uintptr_t NextFreeSlow(mcache* c, SpanClass spc, mspan** out) {
  mspan* s = c->alloc[spc.value];
  uintptr_t p = s->nelems == 0 ? 0 : s->NextFree();
  if (p == 0) {
    bool ok = false;
    c->heap->world().OnSystemStack([&] { ok = c->heap->h().Refill(c, spc); });
    if (!ok) return 0;
    s = c->alloc[spc.value];
    p = s->NextFree();
    GOL_DCHECK(p != 0);
  }
  *out = s;
  return p;
}

[[gnu::noinline]] void AfterRefill(mcache* c) {
  mheap& h = c->heap->h();
  if (h.wants_pages.load(std::memory_order_relaxed)) h.SetSlow(c, kMallocPopulate);
  c->heap->collector().MaybeTrigger();
}

inline uintptr_t NextFree(mcache* c, SpanClass spc, mspan** out, bool* refilled) {
  mspan* s = c->alloc[spc.value];
  uintptr_t p = s->NextFreeFast();
  if (GOL_LIKELY(p != 0)) {
    *out = s;
    return p;
  }
  *refilled = true;
  return NextFreeSlow(c, spc, out);
}

// Starts a run and takes its first slot. 0: the heap cannot grow.
[[gnu::noinline]] uintptr_t StartRun(mcache* c, SpanClass spc, bool* refilled) {
  mheap& h = c->heap->h();
  if (!h.StartRun(c, spc)) {
    *refilled = true;
    bool ok = false;
    c->heap->world().OnSystemStack([&] { ok = h.Refill(c, spc); });
    if (!ok || !h.StartRun(c, spc)) return 0;
  }
  AllocRun& run = c->head.runs[spc.value];
  const uintptr_t p = run.next;
  if (life::Recorder* r = c->heap->recorder()) r->OnSlotTaken(p);
  c->profile_left -= static_cast<int64_t>(run.end - p);
  if (c->profile_rate != c->heap->collector().sample_rate()) c->profile_left = -1;
  run.next += kClassToSize[spc.size_class()];
  if (GOL_UNLIKELY(c->profile_left < 0)) h.SetSlow(c, kMallocSample);
  return p;
}

// A slot: of the span, one by one, or of the run, which is cleared where it has pointers.
template <bool kSlow>
inline uintptr_t TakeSlot(mcache* c, SpanClass spc, mspan** s, bool* refilled) {
  if constexpr (kSlow) {
    const uintptr_t slot = NextFree(c, spc, s, refilled);
    if (life::Recorder* r = c->heap->recorder()) r->OnSlotTaken(slot);
    return slot;
  }
  AllocRun& run = c->head.runs[spc.value];
  const uintptr_t p = run.next;
  const uintptr_t next = p + kClassToSize[spc.size_class()];
  if (GOL_UNLIKELY(next > run.end)) {
    const uintptr_t first = StartRun(c, spc, refilled);
    *s = c->alloc[spc.value];
    return first;
  }
  run.next = next;
  *s = c->alloc[spc.value];
  return p;
}

// While marking: makes a fresh, initialised object known to markers, and black.
void PublishBlack(mcache* c, mspan* s, uintptr_t p) {
  uint32_t index = s->is_large() ? 0 : s->ObjIndex(p);
  // Pairs with the acquire in IsAllocatedForScan.
  s->freeindex_for_scan.store(s->freeindex, std::memory_order_release);
  s->SetMarked(index);
  c->gcw.bytes_marked += s->elemsize;
  c->assist_bytes -= static_cast<int64_t>(s->elemsize);
  c->profile_left -= static_cast<int64_t>(s->elemsize);
  if (c->profile_left < 0) c->slow_flags |= kMallocSample;
}

[[gnu::noinline]] void* MallocLarge(mcache* c, uint64_t size, const Type* type, bool noscan,
                                    bool needzero, bool slow) {
  Heap* heap = c->heap;
  mspan* s = nullptr;
  heap->world().OnSystemStack([&] {
    s = heap->h().AllocLarge(size, noscan);
    if (s == nullptr) return;
    if (needzero && s->needzero != 0) ClearMemory(s->start_addr, s->limit - s->start_addr);
  });
  if (s == nullptr) return nullptr;
  // Pairs with the acquire in the scan: whoever sees the type sees cleared memory.
  if (!noscan) s->SetLargeType(type);
  void* p = reinterpret_cast<void*>(s->start_addr);
  s->freeindex_for_scan.store(1, std::memory_order_release);
  if (slow && (c->slow_flags & kMallocMarking) != 0) PublishBlack(c, s, s->start_addr);
  // The span enters a list last: from then on the sweeper may look at it.
  mcentral& central = heap->h().central[s->spanclass.value];
  {
    std::lock_guard guard(central.lock);
    central.FullSwept(heap->h().sweepgen.load(std::memory_order_relaxed)).Push(s);
  }
  heap->collector().MaybeTrigger();
  c->profile_left -= static_cast<int64_t>(size);
  if (c->profile_left < 0) heap->h().SetSlow(c, kMallocSample);
  return p;
}

// Requires: kSlow exactly if some flag in slow_flags is set. Null: the heap cannot grow.
template <bool kSlow>
inline void* MallocImpl(mcache* c, uint64_t size, const Type* type, bool needzero) {
  const bool noscan = type == nullptr || type->ptrdata == 0;
  bool refilled = false;
  mspan* s;
  uintptr_t result;
  if (kSlow && c->heap->options().efence) {
    return MallocLarge(c, size, noscan ? nullptr : type, noscan, true, true);
  }
  if (noscan) {
    if (size < kTinySize) {
      // Align as the size suggests: the caller's type is not known here.
      const uint64_t align = TinyAlign(size);
      AllocRun& tiny = kSlow ? c->slow_tiny : c->head.tiny;
      const uintptr_t at = (tiny.next + align - 1) & ~(align - 1);
      if (at + size <= tiny.end) {
        tiny.next = at + size;
        ++c->head.tiny_allocs;
        return reinterpret_cast<void*>(at);
      }
      constexpr SpanClass kTiny(SizeToClass(kTinySize), true);
      result = TakeSlot<kSlow>(c, kTiny, &s, &refilled);
      if (GOL_UNLIKELY(result == 0)) return nullptr;
      reinterpret_cast<uint64_t*>(result)[0] = 0;
      reinterpret_cast<uint64_t*>(result)[1] = 0;
      // Go on with whichever block has more room left.
      if (kTinySize - size > tiny.end - tiny.next) tiny = {result + size, result + kTinySize};
    } else if (GOL_LIKELY(size <= kMaxSmallSize)) {
      result = TakeSlot<kSlow>(c, SpanClass(SizeToClass(size), true), &s, &refilled);
      if (GOL_UNLIKELY(result == 0)) return nullptr;
      if (needzero && s->needzero != 0) ClearMemory(result, s->elemsize);
    } else {
      return MallocLarge(c, size, nullptr, true, needzero, kSlow);
    }
  } else if (size <= kMaxBitmapObject) {
    result = TakeSlot<kSlow>(c, SpanClass(SizeToClass(size), false), &s, &refilled);
    if (GOL_UNLIKELY(result == 0)) return nullptr;
    if (kSlow && s->needzero != 0) ClearMemory(result, s->elemsize);
    WriteHeapBits(s, result, size, type);
  } else if (GOL_LIKELY(size <= kMaxSmallSize - kMallocHeaderSize)) {
    uint64_t with_header = size + kMallocHeaderSize;
    result = TakeSlot<kSlow>(c, SpanClass(SizeToClass(with_header), false), &s, &refilled);
    if (GOL_UNLIKELY(result == 0)) return nullptr;
    if (kSlow && s->needzero != 0) {
      ClearMemory(result + kMallocHeaderSize, s->elemsize - kMallocHeaderSize);
    }
    *reinterpret_cast<const Type**>(result) = type;
  } else {
    return MallocLarge(c, size, type, false, true, kSlow);
  }
  if constexpr (kSlow) {
    if ((c->slow_flags & kMallocMarking) != 0) PublishBlack(c, s, result);
  }
  if (GOL_UNLIKELY(refilled)) AfterRefill(c);
  if (!noscan && size > kMaxBitmapObject) result += kMallocHeaderSize;
  return reinterpret_cast<void*>(result);
}

// Slots are taken from runs or one by one, never both ways from one span.
void* MallocNow(mcache* c, uint64_t size, const Type* type, bool needzero) {
  return c->slow_flags == 0 ? MallocImpl<false>(c, size, type, needzero)
                            : MallocImpl<true>(c, size, type, needzero);
}

// The debug options and the profile that want to know of an object. Reaches no safepoint.
void Watch(mcache* c, uint32_t flags, void* p, uint64_t size, const Type* type) {
  Heap* heap = c->heap;
  const HeapOptions& options = heap->options();
  if ((flags & kMallocSample) != 0) heap->collector().SampleObject(c, p, size);
  if (options.on_alloc) options.on_alloc(p, size, type);
  if (life::Recorder* r = heap->recorder(); r != nullptr && r->remembers_allocs()) {
    r->OnAlloc(p, size, type);
  }
}

[[gnu::noinline]] void* MallocSlow(uint64_t size, const Type* type, bool needzero) {
  // A collection happens before the object is taken, never after: nothing refers to it yet.
  mcache* c = CurrentMcache();
  if ((c->slow_flags & kMallocCollect) != 0) {
    c->slow_flags &= ~static_cast<uint32_t>(kMallocCollect);
    c->heap->collector().CollectTriggered();
    c = CurrentMcache();
  }
  if ((c->slow_flags & kMallocPopulate) != 0) {
    c->slow_flags &= ~static_cast<uint32_t>(kMallocPopulate);
    Heap* heap = c->heap;
    heap->world().Block([&] { heap->h().PopulatePages(); });
    c = CurrentMcache();
  }
  if ((c->slow_flags & kMallocStress) != 0) {
    if (--c->stress_countdown <= 0) {
      c->stress_countdown = c->heap->options().gcstress;
      c->heap->collector().StressCollect();
      c = CurrentMcache();  // the goroutine may hold another P now
    }
  }
  if ((c->slow_flags & kMallocMarking) != 0 && c->assist_bytes < 0) {
    c->heap->collector().Assist(c);
    c = CurrentMcache();
  }
  const uint32_t flags = c->slow_flags & (kMallocWatch | kMallocSample);
  if (GOL_LIKELY(flags == 0)) return MallocNow(c, size, type, needzero);
  void* p = MallocNow(c, size, type, needzero);
  if (p != nullptr) Watch(c, flags, p, size, type);
  return p;
}

// The heap could not grow: a collection may make room, unless the request alone is too large.
[[gnu::noinline]] void* MallocAfterCollection(uint64_t size, const Type* type, bool needzero) {
  Heap* heap = CurrentMcache()->heap;
  if (static_cast<int64_t>(size) >= 0 &&
      static_cast<int64_t>(size) < heap->options().hard_limit) {
    heap->Gc();
    if (void* p = MallocNow(CurrentMcache(), size, type, needzero)) return p;
  }
  heap->world().OutOfMemory(size);
}

}  // namespace

void* Heap::Malloc(uint64_t size, const Type* type, bool needzero) {
  if (GOL_UNLIKELY(size == 0)) return const_cast<char*>(gol_rt_zerobase);
  mcache* c = CurrentMcache();
  void* p = GOL_LIKELY(c->slow_flags == 0) ? MallocImpl<false>(c, size, type, needzero)
                                           : MallocSlow(size, type, needzero);
  if (GOL_UNLIKELY(p == nullptr)) return MallocAfterCollection(size, type, needzero);
  return p;
}

}  // namespace gol::rt

extern "C" {

void* gol_rt_mallocgc(int64_t size, void* type, bool needzero) {
  return gol::rt::Heap::Malloc(static_cast<uint64_t>(size), static_cast<gol::rt::Type*>(type),
                               needzero);
}

void* gol_rt_newobject(void* type) {
  const auto* t = static_cast<gol::rt::Type*>(type);
  return gol::rt::Heap::Malloc(t->size, t, true);
}

}  // extern "C"
