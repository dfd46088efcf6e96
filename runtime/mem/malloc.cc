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
//   1. Round the size up to its class; take the P's span of that class.
//   2. The next free slot is countr_zero(alloc_cache) behind freeindex. In the common case this
//      is all: no lock, no atomic, no free list threaded through memory.
//   3. alloc_cache used up: load the next 64 alloc_bits. Span full: give it to its mcentral, get another
//      one (Refill): swept with free slots, else sweep some, else cut a new span from the heap.
//   4. Clear the slot unless its memory is known to be zero; write its pointer map.
// Pointer-free objects below 16 bytes are packed into blocks of 16 (the tiny allocator): a block
// lives as long as any object in it. Objects above 32 KiB get a span of their own.
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
// Statistics are counted when spans change hands, so the fast path counts nothing but
// mspan::alloc_count. heap_live therefore jumps by a span's free bytes at Refill.
//
// Stack: the fast path is a leaf within the guard zone; everything behind Refill runs on the
// system stack.
//
// Sources: Go's malloc.go, mbitmap.go (1.22: header words). Not taken: its allocation sampling
// on the fast path (a debug flag takes the slow path instead), sparse arena index (page_alloc.cc).
#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"
#include "runtime/gc/collector.h"
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

// While marking: makes a fresh, initialised object known to markers, and black.
void PublishBlack(mcache* c, mspan* s, uintptr_t p) {
  uint32_t index = s->is_large() ? 0 : s->ObjIndex(p);
  // Pairs with the acquire in IsAllocatedForScan.
  s->freeindex_for_scan.store(s->freeindex, std::memory_order_release);
  s->SetMarked(index);
  c->gcw.bytes_marked += s->elemsize;
  c->assist_bytes -= static_cast<int64_t>(s->elemsize);
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
  if (!noscan) s->large_type.store(type, std::memory_order_release);
  void* p = reinterpret_cast<void*>(s->start_addr);
  s->freeindex_for_scan.store(1, std::memory_order_release);
  if (slow && (c->slow_flags & kMallocMarking) != 0) PublishBlack(c, s, s->start_addr);
  // The span enters a list last: from then on the sweeper may look at it.
  mcentral& central = heap->h().central[s->spanclass.value];
  {
    std::lock_guard<std::mutex> guard(central.lock);
    central.FullSwept(heap->h().sweepgen.load(std::memory_order_relaxed)).Push(s);
  }
  heap->collector().MaybeTrigger();
  return p;
}

// kSlow: some flag in slow_flags is set. Null: the heap cannot grow.
template <bool kSlow>
inline void* MallocImpl(mcache* c, uint64_t size, const Type* type, bool needzero) {
  const bool noscan = type == nullptr || type->ptrdata == 0;
  bool refilled = false;
  mspan* s;
  uintptr_t result;
  if (noscan) {
    if (size < kTinySize) {
      // Align as the size suggests: the caller's type is not known here.
      uint32_t offset = c->tinyoffset;
      if ((size & 7) == 0) {
        offset = (offset + 7) & ~7u;
      } else if ((size & 3) == 0) {
        offset = (offset + 3) & ~3u;
      } else if ((size & 1) == 0) {
        offset = (offset + 1) & ~1u;
      }
      if (offset + size <= kTinySize && c->tiny != 0) {
        c->tinyoffset = offset + static_cast<uint32_t>(size);
        ++c->tiny_allocs;
        return reinterpret_cast<void*>(c->tiny + offset);
      }
      constexpr SpanClass kTiny(SizeToClass(kTinySize), true);
      result = NextFree(c, kTiny, &s, &refilled);
      if (GOL_UNLIKELY(result == 0)) return nullptr;
      reinterpret_cast<uint64_t*>(result)[0] = 0;
      reinterpret_cast<uint64_t*>(result)[1] = 0;
      // Go on with whichever block has more room left.
      if (size < c->tinyoffset || c->tiny == 0) {
        c->tiny = result;
        c->tinyoffset = static_cast<uint32_t>(size);
      }
    } else if (GOL_LIKELY(size <= kMaxSmallSize)) {
      result = NextFree(c, SpanClass(SizeToClass(size), true), &s, &refilled);
      if (GOL_UNLIKELY(result == 0)) return nullptr;
      if (needzero && s->needzero != 0) ClearMemory(result, s->elemsize);
    } else {
      return MallocLarge(c, size, nullptr, true, needzero, kSlow);
    }
  } else if (size <= kMaxBitmapObject) {
    result = NextFree(c, SpanClass(SizeToClass(size), false), &s, &refilled);
    if (GOL_UNLIKELY(result == 0)) return nullptr;
    if (s->needzero != 0) ClearMemory(result, s->elemsize);
    WriteHeapBits(s, result, size, type);
  } else if (GOL_LIKELY(size <= kMaxSmallSize - kMallocHeaderSize)) {
    uint64_t with_header = size + kMallocHeaderSize;
    result = NextFree(c, SpanClass(SizeToClass(with_header), false), &s, &refilled);
    if (GOL_UNLIKELY(result == 0)) return nullptr;
    if (s->needzero != 0) {
      ClearMemory(result + kMallocHeaderSize, s->elemsize - kMallocHeaderSize);
    }
    *reinterpret_cast<const Type**>(result) = type;
  } else {
    return MallocLarge(c, size, type, false, true, kSlow);
  }
  if constexpr (kSlow) {
    if ((c->slow_flags & kMallocMarking) != 0) PublishBlack(c, s, result);
  }
  if (GOL_UNLIKELY(refilled)) c->heap->collector().MaybeTrigger();
  if (!noscan && size > kMaxBitmapObject) result += kMallocHeaderSize;
  return reinterpret_cast<void*>(result);
}

[[gnu::noinline]] void* MallocSlow(uint64_t size, const Type* type, bool needzero) {
  // A collection happens before the object is taken, never after: nothing refers to it yet.
  mcache* c = CurrentMcache();
  if ((c->slow_flags & kMallocCollect) != 0) {
    c->slow_flags &= ~static_cast<uint32_t>(kMallocCollect);
    c->heap->collector().CollectTriggered();
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
  return MallocImpl<true>(c, size, type, needzero);
}

// The heap could not grow: a collection may make room, unless the request alone is too large.
[[gnu::noinline]] void* MallocAfterCollection(uint64_t size, const Type* type, bool needzero) {
  Heap* heap = CurrentMcache()->heap;
  if (static_cast<int64_t>(size) >= 0 &&
      static_cast<int64_t>(size) < heap->options().hard_limit) {
    heap->Gc();
    if (void* p = MallocImpl<true>(CurrentMcache(), size, type, needzero)) return p;
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
