// Native half of package runtime/metrics: numbers that runtime.MemStats has not.
#include <algorithm>
#include <array>

#include "runtime/gc/collector.h"
#include "runtime/gc/memstats.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/stack.h"
#include "runtime/sched/system_stack.h"
#include "runtime/time_histogram.h"

using namespace gol::rt;

extern "C" {

void gol_native_runtime_metrics_numbers(int64_t* out) {
  OnSystemStack([&] {
    Runtime& rt = *CurrentRuntime();
    const gc::GcTotals gc = rt.heap().collector().ReadTotals();
    const GoroutineCounts g = rt.sched().CountGoroutines();
    LockCounts locks;
    for (const mcentral& c : rt.heap().h().central) c.lock.AddCounts(&locks);
    rt.heap().h().lock.AddCounts(&locks);
    const int64_t all[] = {
        gc.assist_ns,
        gc.dedicated_ns,
        gc.idle_ns,
        gc.pause_cpu_ns,
        gc.available_cpu_ns,
        static_cast<int64_t>(gc.finalizers_queued),
        static_cast<int64_t>(gc.finalizers_run),
        static_cast<int64_t>(gc.cleanups_queued),
        static_cast<int64_t>(gc.cleanups_run),
        gc.gogc,
        gc.memory_limit,
        static_cast<int64_t>(gc.live_bytes),
        static_cast<int64_t>(gc.stack_scan_bytes),
        static_cast<int64_t>(gc.globals_scan_bytes),
        static_cast<int64_t>(rt.heap().h().tiny_alloc_count.load(std::memory_order_relaxed)),
        static_cast<int64_t>(g.created),
        static_cast<int64_t>(g.not_in_go),
        static_cast<int64_t>(g.runnable),
        static_cast<int64_t>(g.running),
        static_cast<int64_t>(g.waiting),
        rt.sched().num_threads(),
        rt.sched().mutex_wait_ns() + static_cast<int64_t>(locks.wait_ns),
        static_cast<int64_t>(gc.limited_cycle),
        static_cast<int64_t>(kStackMin),
    };
    std::copy(std::begin(all), std::end(all), out);
  });
}

int64_t gol_native_runtime_metrics_sizes(int64_t* sizes, int64_t* allocs, int64_t* frees) {
  MemStats stats;
  Heap& heap = CurrentRuntime()->heap();
  heap.ReadMemStats(&stats);
  sizes[0] = 0;
  allocs[0] = static_cast<int64_t>(heap.h().large_alloc_count.load(std::memory_order_relaxed));
  frees[0] = static_cast<int64_t>(heap.h().large_free_count.load(std::memory_order_relaxed));
  for (int i = 1; i < kNumSizeClasses; i++) {
    sizes[i] = stats.by_size[i].size;
    allocs[i] = static_cast<int64_t>(stats.by_size[i].mallocs);
    frees[i] = static_cast<int64_t>(stats.by_size[i].frees);
  }
  return kNumSizeClasses;
}

int64_t gol_native_runtime_metrics_pauses(int64_t kind, int64_t* counts) {
  const TimeHistogram& h = CurrentRuntime()->sched().pause_times(static_cast<PauseTime>(kind));
  for (int i = 0; i < TimeHistogram::kRanges; i++) counts[i] = static_cast<int64_t>(h.count(i));
  return TimeHistogram::kRanges;
}

double gol_native_runtime_metrics_beginNs(int64_t range) {
  return TimeHistogram::BeginNs(static_cast<int>(range));
}

}  // extern "C"
