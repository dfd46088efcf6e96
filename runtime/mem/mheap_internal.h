// mheap: the page heap, the tables over it, the statistics of allocation. Inside of class Heap.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/bits.h"
#include "runtime/mem/fixalloc.h"
#include "runtime/abi/heap_params.h"
#include "runtime/mem/mcentral.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mspan.h"
#include "runtime/mem/page_alloc.h"

namespace gol::rt {

// The span of an empty mcache slot: full, so that allocation takes the slow path. Never written.
extern const mspan kEmptySpan;

struct mheap {
  // Bytes of a heap from which on it asks for huge pages: they halve the time of marking a heap that
  // is far larger than the processor's caches. Small heaps would only take more memory.
  static constexpr uint64_t kHugeFrom = 64 << 20;

  explicit mheap(Heap* heap);
  ~mheap();

  // ---- constant after construction ----
  Heap* const heap;
  uintptr_t base;               // first address of the reservation
  uint64_t reserved_bytes;
  std::atomic<mspan*>* spans;   // per page its span, or null. Entries of freed spans are cleared.

  // ---- guarded by lock ----
  CountedLock<HeapLock::kPages> lock;  // leaf, but taken before nothing else
  PageAlloc pages;
  uint64_t committed_pages = 0; // address space in use, from the start of the reservation
  uint64_t mapped_pages = 0;    // of these and more, made usable; a multiple of kPagesPerArena
  bool has_huge = false;        // pages from kHugeFrom on are advised to be huge, but for small_blocks
  std::vector<bool> small_blocks;  // by huge page of the heap: the advice is withdrawn
  uint64_t num_small_blocks = 0;
  std::atomic<bool> wants_pages{false};  // PopulatePages is due; set under lock
  // Pages that were populated and not allocated since: they read as zero. Guarded by lock.
  uint64_t zero_first = 0;
  uint64_t zero_end = 0;
  FixAllocBytes span_alloc;
  std::vector<mspan*> allspans; // every span in use
  std::vector<std::unique_ptr<FixAllocBytes>> bit_pools;  // [n]: blocks of n BitWords

  mcentral central[kNumSpanClasses];

  // Grows by 2 with the world stopped when sweeping begins.
  std::atomic<uint32_t> sweepgen{0};

  // ---- statistics, atomic ----
  // Bytes of the heap that count for the pacer: objects marked in the last cycle plus what was
  // allocated since; spans in mcaches count in full.
  std::atomic<uint64_t> heap_live{0};
  std::atomic<uint64_t> pages_inuse{0};     // pages of spans in use
  std::atomic<uint64_t> large_alloc_bytes{0};
  std::atomic<uint64_t> large_alloc_count{0};
  std::atomic<uint64_t> large_free_bytes{0};
  std::atomic<uint64_t> large_free_count{0};
  std::atomic<uint64_t> small_alloc_count[kNumSizeClasses] = {};
  std::atomic<uint64_t> small_free_count[kNumSizeClasses] = {};
  std::atomic<uint64_t> tiny_alloc_count{0};

  // ---- finding ----
  // The span of any address, also of a bad one; null when there is none.
  mspan* SpanOf(uintptr_t p) const {
    uint64_t offset = p - base;
    if (offset >= reserved_bytes) return nullptr;
    return spans[offset >> kPageShift].load(std::memory_order_acquire);
  }
  // The span and slot of the object that p points into, for any bit pattern. Null when there is no
  // object. Requires: no span is freed meanwhile (marking, or world stopped).
  mspan* FindObject(uintptr_t p, uint32_t* index) const {
    mspan* s = SpanOf(p);
    if (s == nullptr) return nullptr;
    if (s->state.load(std::memory_order_acquire) != SpanState::kInUse) return nullptr;
    if (p < s->start_addr || p >= s->limit) return nullptr;
    uint32_t i = s->ObjIndex(p);
    if (!s->IsAllocatedForScan(i)) return nullptr;
    *index = i;
    return s;
  }

  // ---- spans ----
  // A span of npages, not on any list, swept. Null: no memory.
  mspan* AllocSpan(uint64_t npages, SpanClass spc, uint64_t large_bytes);
  // Gives a span without objects back. It is on no list. for_good: its addresses are never used again,
  // and touching them is a fault (efence).
  void FreeSpan(mspan* s, bool for_good = false);
  // An object above kMaxSmallSize (header not counted). Null: no memory.
  mspan* AllocLarge(uint64_t size, bool noscan);

  // ---- mcaches ----
  // Replaces the full span of class spc by one with a free slot. False: no memory.
  bool Refill(mcache* c, SpanClass spc);
  // Takes the free slots of span class spc, from the one that alloc_cache knows next, as the mcache's
  // run. False: the span is full.
  bool StartRun(mcache* c, SpanClass spc);
  // Gives what is left of the runs back to their spans.
  void EndRuns(mcache* c);
  // Sends the allocations of this P to the slow path. Owner, or world stopped.
  void SetSlow(mcache* c, uint32_t flag);
  // Gives all spans back to the mcentrals, and the counts to the statistics.
  void FlushMcache(mcache* c);

  // Puts memory behind free pages, of which few have any. While the system clears a huge page the thread cannot
  // be stopped, which may take milliseconds: so this is called where a stop of the world need not wait.
  void PopulatePages();

  // Bytes of metadata obtained from the system.
  uint64_t MetadataBytes();

 private:
  bool Grow(uint64_t npages);
};

}  // namespace gol::rt
