// Returning memory to the system.
//
// Free pages keep their memory for the next spans; only what exceeds the coming need is given back. The
// need is the heap goal, plus a tenth for fragmentation and for the next cycle being a little
// larger; Go's scavenger retains the same. Where the goal went down in the last cycle, the one before counts some
// seconds longer (kKeepNs in cycle.cc): a program that fills large tables in turns has a goal that goes up and
// down, and would get the same memory again and again. With GOMEMLIMIT it is also at most 95 % of the limit. The
// highest pages go first, as the page allocator hands out the lowest.
//
// Who runs this: the driver, between cycles, in small steps (ScavengeExcess); an allocation that takes
// pages without memory behind them and would go beyond GOMEMLIMIT, as many as it takes
// (ScavengeForLimit); debug.FreeOSMemory, all at once (ScavengeAll). The pages are marked allocated
// while the system call runs, so the heap's lock is not held during it.
//
// Huge pages are given back whole where they can be: then the next span there gets a huge page again. Where
// parts of them go, the system would join them with their neighbours again, so that the advice is withdrawn for
// that huge page until it is free as a whole. Each such place may be a mapping of its own, of which a process
// can have 65,530: beyond a number of them the advice is withdrawn for the whole heap, up to where it ends then.
#include <algorithm>
#include <utility>

#include "base/bits.h"
#include "runtime/gc/collector.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/os_mem.h"

namespace gol::rt::gc {
namespace {

// Pages given back in one step. Larger: fewer system calls; smaller: less time in each (about 20 us).
constexpr uint64_t kStepPages = 32;

// Huge pages without advice. Larger: heaps with many holes keep their huge pages; smaller: fewer mappings.
constexpr uint64_t kMaxSmallBlocks = 4096;

}  // namespace

uint64_t Collector::ScavengePages(uint64_t max_pages) {
  std::unique_lock guard(h_.lock);
  uint64_t first;
  uint64_t n = 0;
  if (h_.has_huge && h_.pages.StartScavengeHuge(mheap::kHugeFrom >> kPageShift, &first)) {
    n = PageAlloc::kPagesPerHuge;
  } else {
    n = h_.pages.StartScavenge(max_pages, &first);
  }
  if (n == 0) return 0;
  if (h_.has_huge) SetHugeBeforeScavenge(first, n);
  guard.unlock();
  os::Decommit(reinterpret_cast<void*>(h_.base + (first << kPageShift)), n << kPageShift,
               /*lazily=*/!heap_.options().madvdontneed);
  if (life::Recorder* r = heap_.recorder()) {
    const uintptr_t at = h_.base + (first << kPageShift);
    r->OnPagesReturned(at, at + (n << kPageShift));
  }
  guard.lock();
  h_.pages.FinishScavenge(first, n);
  return n;
}

// Requires: the heap's lock; a run of pages within one huge page.
void Collector::SetHugeBeforeScavenge(uint64_t first, uint64_t n) {
  constexpr uint64_t kHugeBytes = PageAlloc::kPagesPerHuge << kPageShift;
  const uint64_t block = first / PageAlloc::kPagesPerHuge;
  if (block * kHugeBytes < mheap::kHugeFrom) return;
  const bool becomes_small = n != PageAlloc::kPagesPerHuge;
  if (h_.small_blocks.size() <= block) h_.small_blocks.resize(block + 1);
  if (h_.small_blocks[block] == becomes_small) return;
  if (becomes_small && h_.num_small_blocks == kMaxSmallBlocks) {
    os::SetHuge(reinterpret_cast<void*>(h_.base + mheap::kHugeFrom),
                (h_.committed_pages << kPageShift) - mheap::kHugeFrom, false);
    h_.has_huge = false;
    h_.small_blocks.clear();
    h_.num_small_blocks = 0;
    return;
  }
  os::SetHuge(reinterpret_cast<void*>(h_.base + block * kHugeBytes), kHugeBytes, !becomes_small);
  h_.small_blocks[block] = becomes_small;
  h_.num_small_blocks += becomes_small ? 1 : -1;
}

uint64_t Collector::ScavengeAll() {
  uint64_t total = 0;
  while (uint64_t n = ScavengePages(PageAlloc::kPagesPerChunk)) total += n << kPageShift;
  eager_scavenged_.fetch_add(total, std::memory_order_relaxed);
  if (heap_.options().scavtrace) PrintScavengeTrace(/*forced=*/true);
  return total;
}

void Collector::ScavengeForLimit(uint64_t new_pages) {
  const int64_t limit = pacer_.memory_limit();
  if (limit == INT64_MAX) return;
  uint64_t used;
  {
    std::lock_guard guard(h_.lock);
    used = (h_.committed_pages - h_.pages.scavenged_pages()) << kPageShift;
  }
  used += other_bytes_.load(std::memory_order_relaxed) + (new_pages << kPageShift);
  while (used > static_cast<uint64_t>(limit)) {
    const uint64_t over = CeilDiv(used - static_cast<uint64_t>(limit), kPageSize);
    const uint64_t n = ScavengePages(std::min<uint64_t>(over, PageAlloc::kPagesPerChunk));
    if (n == 0) return;
    eager_scavenged_.fetch_add(n << kPageShift, std::memory_order_relaxed);
    used -= n << kPageShift;
  }
}

bool Collector::ScavengeExcess(uint64_t least_goal) {
  uint64_t target = UINT64_MAX;
  if (uint64_t goal = std::max(pacer_.heap_goal(), least_goal); goal != UINT64_MAX) {
    target = goal + goal / 10;
  }
  if (int64_t limit = pacer_.memory_limit(); limit != INT64_MAX) {
    const uint64_t most = static_cast<uint64_t>(limit) / 100 * 95;
    const uint64_t other = other_bytes_.load(std::memory_order_relaxed);
    target = std::min(target, most > other ? most - other : 0);
  }
  uint64_t retained;
  {
    std::lock_guard guard(h_.lock);
    retained = (h_.committed_pages - h_.pages.scavenged_pages()) << kPageShift;
  }
  if (retained <= target) return false;
  const uint64_t n = ScavengePages(kStepPages);
  background_scavenged_.fetch_add(n << kPageShift, std::memory_order_relaxed);
  return n != 0;
}

}  // namespace gol::rt::gc
