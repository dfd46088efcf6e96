// A collection by hand: the functions of a cycle (cycle.cc), called one after the other by somebody who looks at the
// heap in between.
//
// The driver's part is played by the caller: StepBegin is steps 1 and 2 of the overview, StepRoots and StepDrain what
// workers do, StepEnd steps 5 and 6, StepSweep one span of step 7. Between two calls the program may run: with the
// barrier on and black allocation, as in any concurrent cycle, but without workers and assists.
//
// The world is stopped by the host while these functions run, and cycle_lock_ held. In between it is not: a
// collection that is asked for meanwhile finishes the stepped one first (FinishStepped).
#include "runtime/gc/collector.h"
#include "runtime/gc/sweep.h"

namespace gol::rt::gc {

void Collector::WhileIdle(FunctionRef<void()> fn) {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  world_.StopTheWorld(StwReason::kVerifyHeap);
  world_.ForEachMcache([&](mcache& c) { h_.EndRuns(&c); });
  fn();
  world_.StartTheWorld();
}

StepState Collector::ReportStep() {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  StepState state;
  state.phase = phase();
  state.is_stepping = is_stepping();
  if (state.is_stepping) {
    FlushAllStopped();
    const uint64_t done = done_jobs_.load(std::memory_order_acquire);
    state.roots_left = jobs_.size() - done;
    work_.ForEach([&](uintptr_t) { ++state.grey; });
  }
  const uint32_t sg = h_.sweepgen.load(std::memory_order_relaxed);
  if (!is_sweep_done()) {
    for (mcentral& c : h_.central) {
      std::lock_guard guard(c.lock);
      state.spans_to_sweep += c.PartialUnswept(sg).count + c.FullUnswept(sg).count;
    }
  }
  return state;
}

bool Collector::StepBegin() {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  if (is_stepping()) return false;
  // Nobody else begins a cycle until this one ends.
  cycle_requested_.store(true, std::memory_order_release);
  is_stepping_.store(true, std::memory_order_release);
  step_times_ = {};
  BeginConcurrent(&step_times_);
  return true;
}

void Collector::StepRoots() {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  if (!is_stepping()) return;
  GcWork gcw;
  while (RunRootJob(gcw)) {
  }
  FoldStats(gcw);
  gcw.Dispose(work_);
}

uint64_t Collector::StepDrain(uint64_t n, FunctionRef<void(uintptr_t obj)> before) {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  if (!is_stepping()) return 0;
  FlushAllStopped();
  GcWork gcw;
  uint64_t done = 0;
  for (; done < n; ++done) {
    const uintptr_t obj = gcw.TryGet(work_);
    if (obj == 0) break;
    before(obj);
    ScanObject(obj, gcw);
  }
  FoldStats(gcw);
  gcw.Dispose(work_);
  return done;
}

bool Collector::StepEnd() {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  if (!is_stepping()) return false;
  step_times_.mark_term_stw = NowNs();
  world_.StopTheWorld(StwReason::kGcMarkTermination);
  FlushAllStopped();
  if (!IsMarkDone()) {
    step_times_.pause_ns += StartTheWorld() - step_times_.mark_term_stw;
    return false;
  }
  is_stepping_.store(false, std::memory_order_release);
  EndConcurrent(Trigger::kForced, &step_times_);
  return true;
}

bool Collector::StepSweep(SweptSpan* span) {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  return SweepOne(h_, nullptr, span);
}

// What is left of a stepped collection, at once. cycle_lock_ held, by a thread that may stop the world.
void Collector::FinishStepped() {
  step_times_.mark_term_stw = NowNs();
  world_.StopTheWorld(StwReason::kGcMarkTermination);
  FlushAllStopped();
  {
    GcWork gcw;
    DrainAll(gcw);
    FoldStats(gcw);
    gcw.Dispose(work_);
  }
  is_stepping_.store(false, std::memory_order_release);
  EndConcurrent(Trigger::kForced, &step_times_);
}

}  // namespace gol::rt::gc
