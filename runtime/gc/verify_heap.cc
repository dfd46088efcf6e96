// Self checks with the world stopped: GODEBUG=verifyheap=1 and gccheckmark=1.
//
// VerifyHeap checks, before marking (everything swept):
//   - the page table and each span agree, the page summaries are exact, the page counts add up;
//   - no free page has a span, no page with memory given back is in use;
//   - a span's alloc_count is the number of its allocated slots;
//   - each small span is in one mcache or on one list of its mcentral, the one that its sweepgen and
//     its free slots ask for; the lists' links and counts are right;
//   - the free lists of mspans and bitmaps hold blocks of theirs, the mspans dead ones;
//   - every pointer in an allocated object leads to an allocated object or outside of the heap.
// After marking: every pointer in a marked object leads to a marked object (no black object points to
// a white one); no queue of grey objects and no barrier buffer holds anything.
//
// Checkmark forgets the marks, marks again from globals and native roots in one thread, and
// demands that whatever it reaches was marked. Stacks are left out: their frames are scanned
// conservatively, and what a dead slot of a frame holds now need not have been there, nor alive,
// when the stack was scanned.
#include <cstdio>
#include <cstdlib>

#include "runtime/gc/collector.h"
#include "runtime/gc/object_walk.h"

namespace gol::rt::gc {
namespace {

[[noreturn]] void Broken(const char* what, const mspan* s, uintptr_t p) {
  std::fprintf(stderr, "runtime: heap invariant broken: %s (address 0x%llx", what,
               static_cast<unsigned long long>(p));
  if (s != nullptr) {
    std::fprintf(stderr, ", span 0x%llx of %llu pages, class %u, elemsize %llu, freeindex %llu, "
                 "allocCount %u",
                 static_cast<unsigned long long>(s->start_addr),
                 static_cast<unsigned long long>(s->npages), s->spanclass.value,
                 static_cast<unsigned long long>(s->elemsize),
                 static_cast<unsigned long long>(s->freeindex), s->alloc_count);
  }
  std::fprintf(stderr, ")\n");
  std::abort();
}

}  // namespace

// Spans on the lists and in the mcaches. Returns how many there are.
uint64_t Collector::VerifyLists() {
  const uint32_t sg = h_.sweepgen.load(std::memory_order_relaxed);
  uint64_t spans = 0;
  for (mcentral& central : h_.central) {
    for (SpanList* list : {&central.partial[0], &central.partial[1], &central.full[0],
                           &central.full[1]}) {
      const bool is_swept = list == &central.PartialSwept(sg) || list == &central.FullSwept(sg);
      const bool is_full = list == &central.full[0] || list == &central.full[1];
      uint64_t n = 0;
      const mspan* prev = nullptr;
      for (mspan* s = list->first; s != nullptr; prev = s, s = s->next) {
        if (s->list != list || s->prev != prev) Broken("a list's links are wrong", s, s->start_addr);
        if (s->spanclass.value != central.spanclass.value) {
          Broken("a span is on the list of another class", s, s->start_addr);
        }
        if (s->sweepgen.load(std::memory_order_relaxed) != (is_swept ? sg : sg - 2)) {
          Broken("a span's sweepgen does not go with its list", s, s->start_addr);
        }
        if (is_swept && is_full != (s->alloc_count == s->nelems)) {
          Broken("a span is on the wrong list for its free slots", s, s->start_addr);
        }
        if (++n > list->count) Broken("a list is longer than its count", s, s->start_addr);
      }
      if (n != list->count) Broken("a list is shorter than its count", nullptr, 0);
      spans += n;
    }
  }
  world_.ForEachMcache([&](mcache& c) {
    for (int i = 0; i < kNumSpanClasses; ++i) {
      const mspan* s = c.alloc[i];
      if (s == &kEmptySpan) continue;
      ++spans;
      if (s->list != nullptr) Broken("a cached span is on a list", s, s->start_addr);
      if (s->spanclass.value != i) Broken("a span is cached for another class", s, s->start_addr);
      if (s->sweepgen.load(std::memory_order_relaxed) != sg + 3) {
        Broken("a cached span's sweepgen is wrong", s, s->start_addr);
      }
    }
  });
  return spans;
}

void Collector::VerifyFreeMemory() {
  for (uint64_t page = 0; page < h_.committed_pages; ++page) {
    if (!h_.pages.is_allocated(page) && h_.spans[page].load(std::memory_order_relaxed) != nullptr) {
      Broken("a free page has a span", nullptr, h_.base + (page << kPageShift));
    }
    if (h_.pages.is_allocated(page) && h_.pages.is_scavenged(page)) {
      Broken("a page in use was given back", nullptr, h_.base + (page << kPageShift));
    }
  }
  // Enough of each free list to notice damage; the whole of one could be long.
  constexpr size_t kFreeBlocks = 10000;
  h_.span_alloc.ForEachFree(kFreeBlocks, [&](const void* p) {
    if (!h_.span_alloc.IsBlock(p)) Broken("a free mspan is none", nullptr, 0);
    if (static_cast<const mspan*>(p)->state.load(std::memory_order_relaxed) != SpanState::kDead) {
      Broken("a free mspan is in use", static_cast<const mspan*>(p), 0);
    }
  });
  for (const auto& pool : h_.bit_pools) {
    if (pool == nullptr) continue;
    pool->ForEachFree(kFreeBlocks, [&](const void* p) {
      if (!pool->IsBlock(p)) Broken("a free bitmap is none", nullptr, reinterpret_cast<uintptr_t>(p));
    });
  }
}

void Collector::VerifyHeap() {
  world_.ForEachMcache([&](mcache& c) { h_.EndRuns(&c); });
  const bool after_mark = phase() != Phase::kOff;
  if (VerifyLists() != h_.allspans.size()) Broken("a span is on no list", nullptr, 0);
  world_.ForEachMcache([&](mcache& c) {
    if (!c.gcw.is_empty() || (after_mark && c.wb_buf.next != 0)) {
      Broken("a P holds grey objects outside of marking", nullptr, 0);
    }
  });
  if (after_mark && work_.has_full()) Broken("grey objects are left", nullptr, 0);
  std::lock_guard guard(h_.lock);
  VerifyFreeMemory();
  uint64_t pages = 0;
  if (!h_.pages.CheckSummaries()) Broken("page summaries are wrong", nullptr, 0);
  for (const mspan* s : h_.allspans) {
    pages += s->npages;
    uint64_t first = (s->start_addr - h_.base) >> kPageShift;
    for (uint64_t i = 0; i < s->npages; ++i) {
      if (h_.spans[first + i].load(std::memory_order_relaxed) != s) {
        Broken("the page table does not lead to the span", s, s->start_addr + (i << kPageShift));
      }
      if (!h_.pages.is_allocated(first + i)) {
        Broken("a page of a span is free", s, s->start_addr + (i << kPageShift));
      }
    }
    if (s->state.load(std::memory_order_relaxed) != SpanState::kInUse) {
      Broken("a span in the list is not in use", s, s->start_addr);
    }
    uint32_t allocated = 0;
    for (uint32_t i = 0; i < s->nelems; ++i) {
      if (!IsAllocated(s, i)) {
        if (s->IsMarked(i)) Broken("a free slot is marked", s, s->ObjBase(i));
        continue;
      }
      ++allocated;
      if (after_mark && !s->IsMarked(i)) continue;
      if (!after_mark && s->IsMarked(i)) Broken("a mark is left over", s, s->ObjBase(i));
      ForEachObjectPointer(s, i, [&](uintptr_t slot) {
        uintptr_t p = *reinterpret_cast<const uintptr_t*>(slot);
        const mspan* to = h_.SpanOf(p);
        if (to == nullptr || p >= to->limit) return;
        uint32_t to_index = to->ObjIndex(p);
        if (!IsAllocated(to, to_index)) {
          Broken("an object refers to a free slot", to, slot);
        }
        if (after_mark && !to->IsMarked(to_index)) {
          Broken("a marked object refers to an unmarked one", to, slot);
        }
      });
    }
    if (allocated != s->alloc_count) Broken("allocCount is wrong", s, s->start_addr);
  }
  if (pages != h_.pages_inuse.load(std::memory_order_relaxed)) {
    Broken("pages in use do not add up", nullptr, 0);
  }
}

void Collector::Checkmark() {
  std::vector<std::vector<uint64_t>> saved;
  const std::vector<mspan*>& all = h_.allspans;
  for (mspan* s : all) {
    std::vector<uint64_t>& words = saved.emplace_back();
    for (uint32_t w = 0; w < s->bit_words(); ++w) {
      words.push_back(s->gcmark_bits[w].exchange(0, std::memory_order_relaxed));
    }
  }
  uint64_t marked = bytes_marked_.load(std::memory_order_relaxed);
  int64_t scanned = scan_work_.load(std::memory_order_relaxed);
  int64_t heap_scanned = heap_scan_work_.load(std::memory_order_relaxed);
  {
    GcWork gcw;
    ScanRuntimeRootsStopped(gcw);
    for (const Globals& g : mark_globals_) ScanGlobals(g, 0, g.bytes, gcw);
    ScanSpecials(gcw);
    // Workers that have not noticed the end of marking may take part: none of them may be left with something to mark
    // when the marks are put back, and the spans swept.
    do {
      while (Drain(gcw, INT64_MAX) > 0) {
      }
      gcw.Dispose(work_);
    } while (!IsMarkDone());
  }
  bytes_marked_.store(marked, std::memory_order_relaxed);
  scan_work_.store(scanned, std::memory_order_relaxed);
  heap_scan_work_.store(heap_scanned, std::memory_order_relaxed);
  for (size_t n = 0; n < all.size(); ++n) {
    mspan* s = all[n];
    for (uint32_t w = 0; w < s->bit_words(); ++w) {
      uint64_t missed = s->gcmark_bits[w].load(std::memory_order_relaxed) & ~saved[n][w];
      if (missed != 0) {
        uint32_t i = w * 64 + static_cast<uint32_t>(std::countr_zero(missed));
        Broken("checkmark found an unmarked object", s, s->ObjBase(i));
      }
      s->gcmark_bits[w].store(saved[n][w], std::memory_order_relaxed);
    }
  }
}

}  // namespace gol::rt::gc
