// Returning memory to the system.
//
// Free pages keep their memory for the next spans; only what exceeds the coming need is given back. The
// need is the heap goal, plus a tenth for fragmentation and for the next cycle being a little
// larger; Go's scavenger retains the same. With GOMEMLIMIT it is also at most 95 % of the limit. The
// highest pages go first, as the page allocator hands out the lowest.
//
// Who runs this: the driver, between cycles, in small steps (ScavengeExcess); an allocation that takes
// pages without memory behind them and would go beyond GOMEMLIMIT, as many as it takes
// (ScavengeForLimit); debug.FreeOSMemory, all at once (ScavengeAll). The pages are marked allocated
// while the system call runs, so the heap's lock is not held during it.
//
// Huge pages: the system would join pages that were given back with their neighbours again. So
// the first step after the heap grew withdraws the advice (mheap::has_huge).
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

}  // namespace

uint64_t Collector::ScavengePages(uint64_t max_pages) {
  std::unique_lock guard(h_.lock);
  uint64_t first;
  uint64_t n = h_.pages.StartScavenge(max_pages, &first);
  if (n == 0) return 0;
  const bool had_huge = std::exchange(h_.has_huge, false);
  const uint64_t committed = h_.committed_pages << kPageShift;
  guard.unlock();
  if (had_huge) {
    os::SetHuge(reinterpret_cast<void*>(h_.base + mheap::kHugeFrom), committed - mheap::kHugeFrom,
                false);
  }
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

bool Collector::ScavengeExcess() {
  uint64_t target = UINT64_MAX;
  if (uint64_t goal = pacer_.heap_goal(); goal != UINT64_MAX) target = goal + goal / 10;
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
