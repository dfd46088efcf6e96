// mheap: spans out of pages, the page-to-span table, mcaches' spans. See malloc.cc for the
// overview.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "base/check.h"
#include "runtime/gc/collector.h"
#include "runtime/gc/sweep.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/tracing/tracer.h"
#include "runtime/mem/os_mem.h"
#include "runtime/mem/zero.h"

namespace gol::rt {

namespace {

// Address space of a heap. The page table of it takes 1/1024, touched as far as used. Smaller
// reservations are tried where the system refuses (limited address space).
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || GOL_SMALL_RESERVATION
constexpr uint64_t kReserveBytes = uint64_t{32} << 30;
#else
constexpr uint64_t kReserveBytes = uint64_t{256} << 30;
#endif
constexpr uint64_t kMinReserveBytes = uint64_t{1} << 30;

// A heap with huge pages keeps so many free pages ready, and gets that many at once: two huge pages.
// Larger: more memory that is not used; smaller: allocations overtake the preparation.
constexpr uint64_t kReadyPages = 128;
constexpr uint64_t kPopulatePages = 512;

uint64_t ReserveHeap(uintptr_t* base) {
  for (uint64_t bytes = kReserveBytes; bytes >= kMinReserveBytes; bytes /= 2) {
    void* p = os::Reserve(bytes, kArenaBytes);
    if (p == nullptr) continue;
    *base = reinterpret_cast<uintptr_t>(p);
    return bytes;
  }
  GOL_UNREACHABLE("no address space for a heap");
}

}  // namespace

constinit const mspan kEmptySpan{};

mheap::mheap(Heap* heap)
    : heap(heap),
      reserved_bytes(ReserveHeap(&base)),
      pages(reserved_bytes >> kPageShift),
      span_alloc(sizeof(mspan)) {
  spans = static_cast<std::atomic<mspan*>*>(
      os::AllocZeroed((reserved_bytes >> kPageShift) * sizeof(spans[0])));
  for (int i = 0; i < kNumSpanClasses; ++i) {
    central[i].spanclass = SpanClass(static_cast<uint8_t>(i));
  }
  bit_pools.resize(17);
}

mheap::~mheap() {
  os::Free(spans, (reserved_bytes >> kPageShift) * sizeof(spans[0]));
  os::Free(reinterpret_cast<void*>(base), reserved_bytes);
}

bool mheap::Grow(uint64_t npages) {
  // A free run at the end may be part of the fit; growing by all of npages leaves at most that unused.
  uint64_t want = AlignUp(npages, PageAlloc::kPagesPerChunk);
  uint64_t end = committed_pages + want;
  if (end > reserved_bytes >> kPageShift) return false;
  if (end > mapped_pages) {
    uint64_t map_end = std::min(AlignUp(end, kPagesPerArena), reserved_bytes >> kPageShift);
    void* p = reinterpret_cast<void*>(base + (mapped_pages << kPageShift));
    if (!os::Commit(p, (map_end - mapped_pages) << kPageShift)) return false;
    mapped_pages = map_end;
  }
  if ((committed_pages << kPageShift) >= kHugeFrom) {
    os::SetHuge(reinterpret_cast<void*>(base + (committed_pages << kPageShift)), want << kPageShift,
                true);
    has_huge = true;
  }
  pages.Grow(committed_pages, want);
  committed_pages = end;
  return true;
}

mspan* mheap::AllocSpan(uint64_t npages, SpanClass spc, uint64_t large_bytes) {
  gc::ReclaimPages(*this, npages);
  if (heap->options().hard_limit != INT64_MAX &&
      ((pages_inuse.load(std::memory_order_relaxed) + npages) << kPageShift) >
          static_cast<uint64_t>(heap->options().hard_limit)) {
    return nullptr;
  }

  std::unique_lock guard(lock);
  uint64_t scavenged = 0;
  uint64_t first = pages.Alloc(npages, &scavenged);
  if (first == PageAlloc::kNone) {
    if (!Grow(npages)) return nullptr;
    first = pages.Alloc(npages, &scavenged);
    GOL_CHECK(first != PageAlloc::kNone);
  }
  // Pages that were given back lazily may still have their contents.
  bool is_zero = scavenged == npages && heap->options().madvdontneed;
  if (first < zero_end && first + npages > zero_first) {
    is_zero |= first >= zero_first && first + npages <= zero_end;
    zero_first = first + npages;
  }
  // Objects without pointers may never be touched: pages for them come as they are written.
  if (has_huge && !spc.noscan() && npages < kReadyPages &&
      pages.free_pages() - pages.scavenged_pages() < kReadyPages &&
      heap->collector().pacer().memory_limit() == INT64_MAX) {
    wants_pages.store(true, std::memory_order_relaxed);
  }
  bool fresh;
  void* memory = span_alloc.Alloc(&fresh);
  mspan* s = fresh ? new (memory) mspan : static_cast<mspan*>(memory);

  const uint64_t bytes = npages << kPageShift;
  s->start_addr = base + (first << kPageShift);
  s->npages = static_cast<uint32_t>(npages);
  s->spanclass = spc;
  uint64_t tail = HeapBitmapBytes(spc, bytes);
  if (spc.size_class() == 0) {
    s->elemsize = bytes;
    s->nelems = 1;
    s->div_magic = 0;
    s->limit = s->start_addr + AlignUp(large_bytes, kPtrSize);
  } else {
    s->elemsize = kClassToSize[spc.size_class()];
    s->nelems = static_cast<uint32_t>((bytes - tail) / s->elemsize);
    s->div_magic = ClassDivMagic(s->elemsize);
    s->limit = s->start_addr + s->elemsize * s->nelems;
  }
  s->needzero = is_zero ? 0 : 1;
  s->freeindex = 0;
  s->alloc_count = 0;
  s->alloc_count_before_cache = 0;
  s->alloc_cache = ~uint64_t{0};
  s->freeindex_for_scan.store(0, std::memory_order_relaxed);
  s->specials = nullptr;
  s->next = s->prev = nullptr;
  s->list = nullptr;
  uint32_t words = s->bit_words();
  s->SetLargeType(nullptr);
  if (words <= mspan::kInlineWords) {
    s->alloc_bits = &s->inline_bits[0];
    s->gcmark_bits = &s->inline_bits[words];
  } else {
    auto& pool = bit_pools[words];
    if (pool == nullptr) pool = std::make_unique<FixAllocBytes>(words * sizeof(BitWord));
    s->alloc_bits = static_cast<BitWord*>(pool->Alloc());
    s->gcmark_bits = static_cast<BitWord*>(pool->Alloc());
  }
  for (uint32_t w = 0; w < words; ++w) {
    s->alloc_bits[w].store(0, std::memory_order_relaxed);
    s->gcmark_bits[w].store(0, std::memory_order_relaxed);
  }
  s->sweepgen.store(sweepgen.load(std::memory_order_relaxed), std::memory_order_relaxed);
  s->all_index = static_cast<uint32_t>(allspans.size());
  allspans.push_back(s);
  pages_inuse.fetch_add(npages, std::memory_order_relaxed);
  guard.unlock();
  if (life::Recorder* r = heap->recorder()) r->OnPagesTaken(s->start_addr, s->end());
  if (scavenged != 0) heap->collector().ScavengeForLimit(0);

  // The pointer map needs no clearing: each allocation writes the bits of its slot.
  // Pairs with SpanOf and FindObject: who finds the span sees it complete.
  s->state.store(SpanState::kInUse, std::memory_order_release);
  for (uint64_t i = 0; i < npages; ++i) spans[first + i].store(s, std::memory_order_release);
  return s;
}

void mheap::PopulatePages() {
  uint64_t first;
  uint64_t scavenged = 0;
  {
    std::lock_guard guard(lock);
    if (!wants_pages.exchange(false, std::memory_order_relaxed)) return;  // another P did it
    first = pages.Alloc(kPopulatePages, &scavenged);
    if (first == PageAlloc::kNone) {
      if (!Grow(kPopulatePages)) return;
      first = pages.Alloc(kPopulatePages, &scavenged);
    }
  }
  // Allocated meanwhile: nobody else takes them.
  if (scavenged != 0) {
    os::Populate(reinterpret_cast<void*>(base + (first << kPageShift)), kPopulatePages << kPageShift);
  }
  std::lock_guard guard(lock);
  pages.Free(first, kPopulatePages);
  if (scavenged == kPopulatePages && heap->options().madvdontneed) {
    zero_first = first;
    zero_end = first + kPopulatePages;
  }
}

void mheap::FreeSpan(mspan* s, bool for_good) {
  GOL_DCHECK(s->list == nullptr && s->specials == nullptr);
  uint64_t first = (s->start_addr - base) >> kPageShift;
  s->state.store(SpanState::kDead, std::memory_order_relaxed);
  for (uint64_t i = 0; i < s->npages; ++i) {
    spans[first + i].store(nullptr, std::memory_order_relaxed);
  }
  if (for_good) os::Protect(reinterpret_cast<void*>(s->start_addr), s->bytes());
  std::lock_guard guard(lock);
  if (!for_good) pages.Free(first, s->npages);
  uint32_t words = s->bit_words();
  if (words > mspan::kInlineWords) {
    bit_pools[words]->Free(s->alloc_bits);
    bit_pools[words]->Free(s->gcmark_bits);
  }
  allspans[s->all_index] = allspans.back();
  allspans[s->all_index]->all_index = s->all_index;
  allspans.pop_back();
  pages_inuse.fetch_sub(s->npages, std::memory_order_relaxed);
  span_alloc.Free(s);
}

mspan* mheap::AllocLarge(uint64_t size, bool noscan) {
  if (size > reserved_bytes) return nullptr;
  uint64_t npages = CeilDiv(size, kPageSize);
  gc::DeductSweepCredit(*this, npages);
  SpanClass spc(0, noscan);
  mspan* s = AllocSpan(npages, spc, size);
  if (s == nullptr) return nullptr;
  s->freeindex = 1;
  s->alloc_cache = 0;
  s->alloc_count = 1;
  large_alloc_bytes.fetch_add(s->elemsize, std::memory_order_relaxed);
  large_alloc_count.fetch_add(1, std::memory_order_relaxed);
  heap_live.fetch_add(s->elemsize, std::memory_order_relaxed);
  return s;
}

bool mheap::Refill(mcache* c, SpanClass spc) {
  mspan* old = c->alloc[spc.value];
  mcentral& from = central[spc.value];
  if (old != &kEmptySpan) {
    GOL_DCHECK(old->alloc_count == old->nelems);
    small_alloc_count[spc.size_class()].fetch_add(old->alloc_count - old->alloc_count_before_cache,
                                                  std::memory_order_relaxed);
    from.UncacheSpan(*this, old);
    c->alloc[spc.value] = const_cast<mspan*>(&kEmptySpan);
  }
  mspan* s = from.CacheSpan(*this);
  if (s == nullptr) return false;
  c->alloc[spc.value] = s;
  // The P will most likely use all of it; FlushMcache takes back what it did not.
  heap_live.fetch_add((s->nelems - s->alloc_count) * s->elemsize, std::memory_order_relaxed);
  if (tracing::Tracer* tracer = heap->active_tracer()) {
    tracer->Event(tracing::Kind::kHeapAlloc, heap_live.load(std::memory_order_relaxed));
  }
  return true;
}

namespace {
// Bytes of a run. Larger: fewer calls; smaller: what is cleared is still in the first cache when
// it is used.
constexpr uint64_t kMaxRunBytes = 8192;

// Clears the pointer map of the slots in [from, to).
void ClearHeapBits(mspan* s, uintptr_t from, uintptr_t to) {
  uint64_t bit = (from - s->start_addr) / kPtrSize;
  const uint64_t end = (to - s->start_addr) / kPtrSize;
  BitWord* map = s->heap_bitmap();
  while (bit < end) {
    const uint64_t n = std::min(64 - bit % 64, end - bit);
    const uint64_t mask = (n == 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1) << (bit % 64);
    BitWord& word = map[bit / 64];
    word.store(word.load(std::memory_order_relaxed) & ~mask, std::memory_order_relaxed);
    bit += n;
  }
}
}  // namespace

bool mheap::StartRun(mcache* c, SpanClass spc) {
  mspan* s = c->alloc[spc.value];
  AllocRun& run = c->head.runs[spc.value];
  GOL_DCHECK(run.next == run.end && c->slow_flags == 0);
  const uint32_t first = s->nelems == 0 ? 0 : s->NextFreeIndex();
  if (first == s->nelems) return false;
  // alloc_cache starts behind the slot found; bits it does not know are 0.
  uint64_t more = static_cast<uint64_t>(std::countr_one(s->alloc_cache));
  more = std::min({more, uint64_t{s->nelems - s->freeindex}, kMaxRunBytes / s->elemsize});
  if (life::Recorder* r = heap->recorder()) more = r->LimitRun(s, first, more);
  if (more != 0) {
    s->alloc_cache = more == 64 ? 0 : s->alloc_cache >> more;
    s->freeindex += static_cast<uint32_t>(more);
    if (s->freeindex % 64 == 0 && s->freeindex != s->nelems) s->RefillAllocCache(s->freeindex);
  }
  s->alloc_count += static_cast<uint32_t>(more) + 1;
  run.next = s->ObjBase(first);
  run.end = run.next + (more + 1) * s->elemsize;
  if (!spc.noscan()) {
    if (s->needzero != 0) ClearMemory(run.next, run.end - run.next);
    if (s->has_bitmap()) ClearHeapBits(s, run.next, run.end);
  }
  return true;
}

void mheap::EndRuns(mcache* c) {
  for (int i = 0; i < kNumSpanClasses; ++i) {
    AllocRun& run = c->head.runs[i];
    if (run.next != run.end) {
      mspan* s = c->alloc[i];
      s->alloc_count -= static_cast<uint32_t>((run.end - run.next) / s->elemsize);
      s->freeindex = s->ObjIndex(run.next);
      s->RefillAllocCache(s->freeindex & ~63u);
      s->alloc_cache >>= s->freeindex % 64;
    }
    run = {};
  }
}

void mheap::SetSlow(mcache* c, uint32_t flag) {
  c->slow_flags |= flag;
  EndRuns(c);
  c->head.tiny = {};
}

void mheap::FlushMcache(mcache* c) {
  EndRuns(c);
  for (int i = 0; i < kNumSpanClasses; ++i) {
    mspan* s = c->alloc[i];
    if (s == &kEmptySpan) continue;
    c->alloc[i] = const_cast<mspan*>(&kEmptySpan);
    SpanClass spc(static_cast<uint8_t>(i));
    small_alloc_count[spc.size_class()].fetch_add(s->alloc_count - s->alloc_count_before_cache,
                                                  std::memory_order_relaxed);
    heap_live.fetch_sub((s->nelems - s->alloc_count) * s->elemsize, std::memory_order_relaxed);
    central[i].UncacheSpan(*this, s);
  }
  c->head.tiny = c->slow_tiny = {};
  tiny_alloc_count.fetch_add(c->head.tiny_allocs, std::memory_order_relaxed);
  c->head.tiny_allocs = 0;
}

uint64_t mheap::MetadataBytes() {
  std::lock_guard guard(lock);
  uint64_t bytes = span_alloc.sys_bytes();
  for (const auto& pool : bit_pools) {
    if (pool != nullptr) bytes += pool->sys_bytes();
  }
  return bytes + (committed_pages * sizeof(spans[0])) + committed_pages / 4;
}

}  // namespace gol::rt
