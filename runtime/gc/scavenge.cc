// Returning memory to the system.
//
// Free pages keep their memory for the next spans; only what exceeds the coming need is given back. The
// need is the heap goal, plus a tenth for fragmentation and for the next cycle being a little
// larger; Go's scavenger retains the same. The highest pages go first, as the page allocator hands
// out the lowest.
//
// Who runs this: the driver, between cycles, in small steps (ScavengeExcess);
// debug.FreeOSMemory, at once (ScavengeAll). The pages are marked allocated while the system call
// runs, so the heap's lock is not held during it.
#include <algorithm>

#include "runtime/gc/collector.h"
#include "runtime/mem/os_mem.h"

namespace gol::rt::gc {
namespace {

// Pages given back in one step. Larger: fewer system calls; smaller: less time in each (about 20 us).
constexpr uint64_t kStepPages = 32;

}  // namespace

uint64_t Collector::ScavengePages(uint64_t max_pages) {
  std::unique_lock<std::mutex> guard(h_.lock);
  uint64_t first;
  uint64_t n = h_.pages.StartScavenge(max_pages, &first);
  if (n == 0) return 0;
  guard.unlock();
  os::Decommit(reinterpret_cast<void*>(h_.base + (first << kPageShift)), n << kPageShift);
  guard.lock();
  h_.pages.FinishScavenge(first, n);
  return n;
}

uint64_t Collector::ScavengeAll() {
  uint64_t total = 0;
  while (uint64_t n = ScavengePages(PageAlloc::kPagesPerChunk)) total += n << kPageShift;
  return total;
}

bool Collector::ScavengeExcess() {
  uint64_t goal = pacer_.heap_goal();
  if (goal == UINT64_MAX) return false;
  uint64_t retained;
  {
    std::lock_guard<std::mutex> guard(h_.lock);
    retained = (h_.committed_pages - h_.pages.scavenged_pages()) << kPageShift;
  }
  if (retained <= goal + goal / 10) return false;
  return ScavengePages(kStepPages) != 0;
}

}  // namespace gol::rt::gc
