// Waits for the heap's locks, in the mutex profile. See counted_lock.h.
#include "runtime/mem/counted_lock.h"

#include "runtime/prof/profiler.h"
#include "runtime/runtime.h"
#include "runtime/sched/g.h"

namespace gol::rt {

[[gnu::noinline]] void ReportWait(HeapLock which, uint64_t ns) {
  const G* g = CurrentG();
  if (g == nullptr) return;
  g->rt->profiler().HeapLockEvent(which == HeapLock::kCentral ? prof::kPcCentralLock : prof::kPcPagesLock,
                                  static_cast<int64_t>(ns));
}

}  // namespace gol::rt
