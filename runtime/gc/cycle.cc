// The collector: overview, and the course of a cycle.
//
// A concurrent, tri-colour, non-moving, precise-heap mark-sweep collector, as Go's.
//
// A cycle, run by the driver thread:
//   1. Sweep what the last cycle left unswept, so that all mark bits are clear.
//   2. Stop the world (sweep termination): turn on the write barrier and black allocation, make the
//      list of root jobs, scan native roots. Start the world.
//   3. Concurrent mark: workers take root jobs (globals, goroutine stacks one at a time), then scan
//      grey objects until none are left. Goroutines that allocate assist in proportion (pacer.cc).
//   4. When the shared lists are empty and no worker is busy, visit every P (ForEachP), where the
//      World can do that, and flush its barrier buffer and its grey objects, with nobody stopped. If that
//      brought work, go on with 3.
//   5. Stop the world (mark termination): flush again, scan native roots again. A little grey work is
//      done at once; if there is more, start the world and go on with 3. Each such round greys at
//      least one white object, so it ends.
//   6. Marking is complete: barrier off, mcaches flushed, sweepgen raised, the next goal computed.
//      Start the world.
//   7. Sweep in the background and on demand (sweep.cc); then give memory beyond the goal back
//      (scavenge.cc).
//
// Why it is right: when marking begins, all that is reachable is reachable from roots of that
// moment. The deletion half of the barrier keeps whatever is unlinked later (snapshot at the
// beginning); stacks are scanned once, each while its goroutine stands at a safepoint; between
// begin and its scan the insertion half covers what it hides in black objects; new objects are
// black. See barrier.cc. Native roots change without a barrier: they are scanned at both ends, and
// whoever moves a pointer out of them in between shades it.
//
// Threads. The driver and the mark workers are plain threads that hold no P and are no goroutines.
// Go's workers are goroutines because its scheduler must know about everything that takes a
// processor's time. Here the same 25 % are kept by a duty cycle: a dedicated worker runs freely,
// the fractional one measures its CPU time against the wall clock, further workers run only while
// Ps are idle (worker.cc). This keeps collector and scheduler apart (World is the whole border, and
// unit tests implement it in a page), lets a collection proceed while all Ps are in long native
// calls, and needs no system goroutines. The price: when every P is busy, a worker is scheduled
// against them by the operating system rather than in place of one. The threads are made when the
// first cycle is asked for: a Runtime that never collects has none.
//
// Why a driver: the stops, the flushes and the decisions between phases happen in one thread, as
// straight code, instead of in whichever worker finds the last object.
//
// With gc_threads off there is no thread at all and each collection is steps 1, 2, marking, 6 and
// sweeping with the world stopped, single-threaded, in the thread that asked: the oracle which
// every heap test also runs against. gcstoptheworld=1 does the same, but leaves the sweep to the
// background; gcstress does it at every N-th allocation.
//
// Locks, in order: cycle_lock_ (whoever runs a cycle) > stopping the world > roots_lock_,
// special_lock_ > mspan::special_lock > mcentral::lock > mheap::lock > WorkLists. lock_ (requests)
// and worker_lock_ are leaves. Goroutines take cycle_lock_ only inside World::Block.
//
// Sources: Go's mgc.go, mgcmark.go, mgcpacer.go; ZGC's zDriver for the driver.
#include <ctime>

#include <algorithm>
#include <chrono>

#include "runtime/gc/collector.h"
#include "runtime/gc/special.h"
#include "runtime/gc/sweep.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/os_mem.h"
#include "runtime/prof/profiler.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt::gc {
namespace {

int64_t ReadClock(clockid_t clock) {
  timespec ts;
  clock_gettime(clock, &ts);
  return ts.tv_sec * 1'000'000'000ll + ts.tv_nsec;
}

// After this long without a cycle one is started by itself (Go's forcegcperiod).
constexpr std::chrono::nanoseconds kForcePeriod = std::chrono::minutes(2);

// Free memory beyond the goal is given back in steps of a few pages (scavenge.cc), with pauses in
// between that keep the cost near 1 % of a processor, and no shorter than the minimum.
constexpr int64_t kMinScavengePauseNs = 1'000'000;
constexpr int64_t kScavengePauseFactor = 99;
// For so long after a cycle, free memory is kept that a heap of the goal before would need. Larger: memory that
// is needed again need not come from the system; smaller: less is held by a program that became idle.
constexpr int64_t kKeepNs = 5'000'000'000;

// How often the driver looks at progress while marking, and re-estimates the assist ratio.
constexpr auto kReviseInterval = std::chrono::microseconds(500);

// How long mark termination may scan rather than start the world once more, and in what steps.
// Longer: longer pauses; shorter: more rounds.
constexpr int64_t kStoppedNs = 30'000;
constexpr int64_t kStoppedWork = 8 << 10;

}  // namespace

int64_t NowNs() { return ReadClock(CLOCK_MONOTONIC); }
int64_t ThreadCpuNs() { return ReadClock(CLOCK_THREAD_CPUTIME_ID); }

Collector::Collector(Heap& heap)
    : heap_(heap),
      h_(heap.h()),
      world_(heap.world()),
      pacer_(heap.options().gogc, heap.options().memory_limit),
      created_ns_(NowNs()) {}

Collector::~Collector() {
  Stop();
  FreeSpecials();
}

void Collector::Enable() { enabled_.store(true, std::memory_order_release); }

void Collector::Stop() {
  enabled_.store(false, std::memory_order_release);
  {
    std::lock_guard<std::mutex> guard(lock_);
    stopping_ = true;
    driver_cv_.notify_all();
    done_cv_.notify_all();
  }
  if (driver_.joinable()) driver_.join();
  {
    std::lock_guard<std::mutex> guard(worker_lock_);
    workers_stop_ = true;
    worker_cv_.notify_all();
  }
  work_.Poke();
  for (std::thread& t : workers_) t.join();
  workers_.clear();
}

// ---- asking for cycles ----

void Collector::EnsureDriver() {
  if (has_driver_) return;
  has_driver_ = true;
  driver_ = std::thread([this] { DriverLoop(); });
}

void Collector::MaybeTrigger() {
  uint64_t live = h_.heap_live.load(std::memory_order_relaxed);
  if (live < pacer_.trigger()) return;
  if (!enabled_.load(std::memory_order_relaxed) || phase() != Phase::kOff) return;
  if (cycle_requested_.exchange(true, std::memory_order_acq_rel)) {
    // The driver was not given a processor yet. Beyond the goal, let it have this one.
    if (live > pacer_.heap_goal()) h_.SetSlow(CurrentMcache(), kMallocCollect);
    return;
  }
  if (!heap_.options().gc_threads || heap_.options().gcstoptheworld != 0) {
    // Not here, where the caller holds a fresh object that nothing refers to yet.
    h_.SetSlow(CurrentMcache(), kMallocCollect);
    return;
  }
  world_.OnSystemStack([&] {
    std::lock_guard<std::mutex> guard(lock_);
    heap_request_ = true;
    EnsureDriver();
    driver_cv_.notify_all();
  });
}

void Collector::CollectTriggered() {
  if (!heap_.options().gc_threads || heap_.options().gcstoptheworld != 0) {
    world_.Block([&] {
      std::lock_guard<std::mutex> guard(cycle_lock_);
      // Another thread may have collected while this one waited for the lock.
      if (h_.heap_live.load(std::memory_order_relaxed) < pacer_.trigger()) {
        cycle_requested_.store(false, std::memory_order_release);
        return;
      }
      RunCycle(Trigger::kHeap);
    });
    return;
  }
  if (phase() != Phase::kOff) return;
  world_.Block([&] {
    std::unique_lock<std::mutex> guard(lock_);
    uint32_t before = num_gc();
    while (phase() == Phase::kOff && num_gc() == before && !stopping_ &&
           cycle_requested_.load(std::memory_order_acquire)) {
      begun_cv_.wait_for(guard, kReviseInterval);
    }
  });
}

void Collector::CollectAndWait() {
  if (!heap_.options().gc_threads) {
    world_.Block([&] {
      std::lock_guard<std::mutex> guard(cycle_lock_);
      RunCycle(Trigger::kForced);
    });
    return;
  }
  world_.Block([&] {
    std::unique_lock<std::mutex> guard(lock_);
    uint64_t ticket = ++forced_requested_;
    EnsureDriver();
    driver_cv_.notify_all();
    done_cv_.wait(guard, [&] { return forced_done_ >= ticket || stopping_; });
  });
  // Finalizers that the collection queued go first, as they do in Go: programs count on it.
  if (has_finalizers()) world_.Yield();
}

void Collector::StressCollect() {
  if (!enabled_.load(std::memory_order_relaxed)) return;
  world_.Block([&] { CollectStopped(); });
}

void Collector::CollectStopped() {
  std::lock_guard<std::mutex> guard(cycle_lock_);
  RunStopped(Trigger::kForced, /*sweep=*/true);
}

void Collector::DriverLoop() {
  prof::OnThreadStart(true);
  if (heap_.options().on_first_cycle) heap_.options().on_first_cycle();
  std::unique_lock<std::mutex> guard(lock_);
  bool has_excess = false;
  int64_t scavenge_pause = kMinScavengePauseNs;
  uint64_t goal_before = 0;
  int64_t keep_until = 0;
  for (;;) {
    bool asked = driver_cv_.wait_for(
        guard, has_excess ? std::chrono::nanoseconds(scavenge_pause) : kForcePeriod,
        [&] { return stopping_ || heap_request_ || forced_requested_ != forced_done_; });
    if (stopping_) return;
    if (!asked && has_excess) {
      guard.unlock();
      const int64_t start = NowNs();
      const bool keeps = start < keep_until;
      has_excess = ScavengeExcess(keeps ? goal_before : 0);
      scavenge_pause = std::max(kMinScavengePauseNs, (NowNs() - start) * kScavengePauseFactor);
      if (keeps && !has_excess) {
        has_excess = true;
        scavenge_pause = keep_until - start;
      }
      guard.lock();
      continue;
    }
    if (!asked && is_stepping()) continue;  // it takes its time
    Trigger trigger = Trigger::kPeriodic;
    uint64_t ticket = forced_requested_;
    if (asked) trigger = ticket != forced_done_ ? Trigger::kForced : Trigger::kHeap;
    heap_request_ = false;
    guard.unlock();
    goal_before = pacer_.heap_goal();
    world_.CollectionActive(true);
    {
      std::lock_guard<std::mutex> cycle_guard(cycle_lock_);
      if (asked || pacer_.gogc() >= 0) RunCycle(trigger);
      FinishSweep();
      if (heap_.options().gcpacertrace) PrintSweepDone();
      if (heap_.options().scavtrace) PrintScavengeTrace(/*forced=*/false);
    }
    world_.CollectionActive(false);
    has_excess = true;
    scavenge_pause = kMinScavengePauseNs;
    keep_until = NowNs() + kKeepNs;
    guard.lock();
    forced_done_ = ticket;
    done_cv_.notify_all();
  }
}

// ---- a cycle: in the driver, or in a blocked caller; cycle_lock_ held ----

void Collector::FinishSweep() {
  tracing::Tracer* tracer = is_sweep_done() ? nullptr : heap_.active_tracer();
  const uint64_t swept = pages_swept_.load(std::memory_order_relaxed);
  uint64_t freed = 0;
  if (tracer != nullptr) tracer->Event(tracing::Kind::kSweepBegin);
  while (SweepOne(h_, &freed)) {
  }
  if (tracer != nullptr) {
    tracer->Event(tracing::Kind::kSweepEnd,
                  (pages_swept_.load(std::memory_order_relaxed) - swept) << kPageShift,
                  freed << kPageShift);
  }
}

void Collector::RunCycle(Trigger trigger) {
  const HeapOptions& options = heap_.options();
  if (options.gcstoptheworld != 0 || !options.gc_threads) {
    RunStopped(trigger, options.gcstoptheworld == 2 || !options.gc_threads);
  } else {
    RunConcurrent(trigger);
  }
}

void Collector::BeginMarkStopped(Phase phase) {
  // Workers that are late to notice the end of the last cycle still look at its jobs.
  while (workers_in_cycle_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
  // A thread without a P may have shaded something just after the last cycle ended.
  while (workbuf* b = work_.TryGetFull()) {
    b->nobj = 0;
    work_.PutEmpty(b);
  }
  trace_live_start_ = h_.heap_live.load(std::memory_order_relaxed);
  bytes_marked_.store(0, std::memory_order_relaxed);
  scan_work_.store(0, std::memory_order_relaxed);
  heap_scan_work_.store(0, std::memory_order_relaxed);
  bg_scan_credit_.store(0, std::memory_order_relaxed);
  assist_ns_.store(0, std::memory_order_relaxed);
  dedicated_ns_.store(0, std::memory_order_relaxed);
  idle_ns_.store(0, std::memory_order_relaxed);
  world_.ForEachMcache([&](mcache& c) {
    h_.SetSlow(&c, kMallocMarking);
    c.slow_tiny = {};
    c.assist_bytes = 0;
    c.wb_buf.next = 0;
    for (mspan* s : c.alloc) {
      if (s == &kEmptySpan) continue;
      s->freeindex_for_scan.store(s->freeindex, std::memory_order_release);
    }
  });
  PrepareRootJobs();
  mark_start_ns_.store(NowNs(), std::memory_order_relaxed);
  trace_stack_ = world_.StackInuse();
  trace_ps_ = world_.NumPs();
  limiter_.Update(NowNs(), trace_ps_);
  pacer_.StartCycle({.now_ns = NowNs(),
                     .heap_live = trace_live_start_,
                     .stack_bytes = trace_stack_,
                     .globals_bytes = trace_globals_,
                     .num_ps = trace_ps_});
  trace_goal_ = pacer_.heap_goal();
  if (tracing::Tracer* tracer = heap_.active_tracer()) {
    tracer->Event(tracing::Kind::kGcBegin);
    tracer->Event(tracing::Kind::kHeapGoal, trace_goal_);
  }
  trace_expected_ = pacer_.expected_scan();
  if (heap_.options().gcpacertrace) PrintPacerStart();
  // Pairs with phase(): workers that see kMark see the jobs.
  phase_.store(phase, std::memory_order_release);
}

void Collector::FlushAllStopped() {
  world_.ForEachMcache([&](mcache& c) {
    FlushWbBuf(&c);
    FoldStats(c.gcw);
    c.gcw.Dispose(work_);
  });
  GcWork gcw;
  ScanRuntimeRootsStopped(gcw);
  FoldStats(gcw);
  gcw.Dispose(work_);
}

void Collector::DrainStopped() {
  GcWork gcw;
  Drain(gcw, kStoppedWork);
  gcw.Dispose(work_);
}

void Collector::EndMarkStopped(Trigger trigger) {
  trace_live_end_ = h_.heap_live.load(std::memory_order_relaxed);
  if (heap_.options().gccheckmark) Checkmark();
  if (heap_.options().verifyheap) VerifyHeap();
  if (life::Recorder* r = heap_.recorder()) {
    r->OnMarkEnd(num_gc() + 1, mark_start_ns_.load(std::memory_order_relaxed));
  }
  world_.ForEachMcache([&](mcache& c) {
    c.slow_flags &= ~static_cast<uint32_t>(kMallocMarking);
    h_.FlushMcache(&c);
  });
  uint64_t marked = bytes_marked_.load(std::memory_order_relaxed);
  int64_t mark_cpu = assist_ns_.load(std::memory_order_relaxed) +
                     dedicated_ns_.load(std::memory_order_relaxed) +
                     idle_ns_.load(std::memory_order_relaxed);
  const double old_cons_mark = pacer_.cons_mark();
  pacer_.EndCycle({.now_ns = NowNs(),
                   .heap_live = trace_live_end_,
                   .heap_marked = marked,
                   .heap_scan_work = heap_scan_work_.load(std::memory_order_relaxed),
                   .mark_cpu_ns = mark_cpu,
                   .user_forced = trigger == Trigger::kForced});
  if (heap_.options().gcpacertrace) PrintPacerEnd(old_cons_mark);
  const uint64_t other_bytes = trace_stack_ + h_.MetadataBytes();
  other_bytes_.store(other_bytes, std::memory_order_relaxed);
  pacer_.Commit(other_bytes);
  h_.heap_live.store(marked, std::memory_order_relaxed);

  // Everything on the mcentrals' lists becomes unswept.
  h_.sweepgen.store(h_.sweepgen.load(std::memory_order_relaxed) + 2, std::memory_order_release);
  sweep_hint_.store(0, std::memory_order_relaxed);
  pages_swept_.store(0, std::memory_order_relaxed);
  sweep_heap_live_.store(marked, std::memory_order_relaxed);
  uint64_t trigger_at = pacer_.trigger();
  // Sweeping is to be complete a little before the next trigger.
  constexpr uint64_t kMargin = 1 << 20;
  uint64_t distance = trigger_at > marked + 2 * kMargin ? trigger_at - marked - kMargin : kMargin;
  sweep_pages_per_byte_.store(
      static_cast<double>(h_.pages_inuse.load(std::memory_order_relaxed)) /
          static_cast<double>(distance),
      std::memory_order_relaxed);
  sweep_done_.store(false, std::memory_order_release);
  cycle_requested_.store(false, std::memory_order_release);
  num_gc_.fetch_add(1, std::memory_order_release);
  if (trigger == Trigger::kForced) num_forced_.fetch_add(1, std::memory_order_relaxed);
  if (tracing::Tracer* tracer = heap_.active_tracer()) {
    tracer->Event(tracing::Kind::kHeapAlloc, marked);
    tracer->Event(tracing::Kind::kHeapGoal, pacer_.heap_goal());
    tracer->Event(tracing::Kind::kGcEnd);
  }
  {
    std::lock_guard<std::mutex> guard(roots_lock_);
    mark_globals_.clear();
  }
  phase_.store(Phase::kOff, std::memory_order_release);
  work_.Poke();
}

// Ends the last cycle's sweep and turns marking on.
void Collector::BeginConcurrent(CycleTimes* t) {
  t->start = NowNs();
  FinishSweep();
  t->sweep_term_stw = NowNs();
  world_.StopTheWorld(StwReason::kGcSweepTermination);
  if (heap_.options().verifyheap) VerifyHeap();
  BeginMarkStopped(Phase::kMark);
  world_.SetWriteBarrier(true);
  {
    GcWork gcw;
    ScanRuntimeRootsStopped(gcw);
    FoldStats(gcw);
    gcw.Dispose(work_);
  }
  t->mark_start = StartTheWorld();
  t->pause_ns = t->mark_start - t->sweep_term_stw;
}

// World stopped, and nothing left to mark. Starts the world.
void Collector::EndConcurrent(Trigger trigger, CycleTimes* t) {
  // Invariant: no grey object exists anywhere, and no white one is reachable.
  world_.SetWriteBarrier(heap_.recorder() != nullptr);
  EndMarkStopped(trigger);
  RecordPause(t->pause_ns + NowNs() - t->mark_term_stw);
  t->end = StartTheWorld();
  FinishCycle(trigger, *t);
}

void Collector::RunConcurrent(Trigger trigger) {
  if (is_stepping()) FinishStepped();
  CycleTimes t{};
  BeginConcurrent(&t);
  begun_cv_.notify_all();
  StartWorkers();
  for (;;) {
    WaitMarkDone();
    bool flushed = world_.ForEachP([&](mcache& c) {
      FlushWbBuf(&c);
      FoldStats(c.gcw);
      c.gcw.Dispose(work_);
    });
    if (flushed && !IsMarkDone()) continue;
    t.mark_term_stw = NowNs();
    world_.StopTheWorld(StwReason::kGcMarkTermination);
    const int64_t stopped_at = NowNs();
    // What the Ps still held is mostly black already; the little that is not is scanned here.
    // A worker may have taken some of it: it is waited for within the same bound.
    FlushAllStopped();
    bool is_done = IsMarkDone();
    while (!is_done && NowNs() - stopped_at < kStoppedNs) {
      DrainStopped();
      is_done = IsMarkDone();
    }
    if (is_done) break;
    t.pause_ns += StartTheWorld() - t.mark_term_stw;
  }
  EndConcurrent(trigger, &t);
}

int64_t Collector::StartTheWorld() {
  const int64_t now = NowNs();
  world_.StartTheWorld();
  return std::max(now, world_.StartedNs());
}

void Collector::RunStopped(Trigger trigger, bool sweep) {
  if (is_stepping()) FinishStepped();
  CycleTimes t{};
  t.start = NowNs();
  FinishSweep();
  t.sweep_term_stw = NowNs();
  world_.StopTheWorld(StwReason::kGcFull);
  if (heap_.options().verifyheap) VerifyHeap();
  BeginMarkStopped(Phase::kMarkTermination);
  t.mark_start = NowNs();
  int64_t cpu = ThreadCpuNs();
  {
    GcWork gcw;
    ScanRuntimeRootsStopped(gcw);
    DrainAll(gcw);
    FoldStats(gcw);
    gcw.Dispose(work_);
  }
  GOL_CHECK(!work_.has_full());
  dedicated_ns_.store(ThreadCpuNs() - cpu, std::memory_order_relaxed);
  t.mark_term_stw = NowNs();
  EndMarkStopped(trigger);
  if (sweep) {
    FinishSweep();
    if (heap_.options().verifyheap) VerifyHeap();
  }
  RecordPause(NowNs() - t.sweep_term_stw);
  t.end = StartTheWorld();
  FinishCycle(trigger, t);
}

void Collector::RecordPause(int64_t pause_ns) {
  std::lock_guard<std::mutex> guard(stats_lock_);
  last_gc_unix_ns_ = static_cast<uint64_t>(ReadClock(CLOCK_REALTIME));
  uint32_t slot = (num_gc() + 255) % 256;
  pause_ns_[slot] = static_cast<uint64_t>(pause_ns);
  pause_end_[slot] = last_gc_unix_ns_;
  pause_total_ns_ += static_cast<uint64_t>(pause_ns);
}

void Collector::FinishCycle(Trigger trigger, const CycleTimes& t) {
  double stw_cpu = static_cast<double>(trace_ps_) *
                   static_cast<double>((t.mark_start - t.sweep_term_stw) +
                                       (t.end - t.mark_term_stw));
  double cpu = stw_cpu + static_cast<double>(assist_ns_.load(std::memory_order_relaxed)) +
               static_cast<double>(dedicated_ns_.load(std::memory_order_relaxed));
  {
    std::lock_guard<std::mutex> guard(stats_lock_);
    times_ = t;
    total_gc_cpu_ns_ += cpu;
    totals_.dedicated_ns += dedicated_ns_.load(std::memory_order_relaxed);
    totals_.idle_ns += idle_ns_.load(std::memory_order_relaxed);
    totals_.pause_cpu_ns += static_cast<int64_t>(stw_cpu);
    totals_.live_bytes = pacer_.heap_marked();
    if (limiter_.is_limiting()) totals_.limited_cycle = num_gc();
    totals_.stack_scan_bytes = trace_stack_;
    totals_.globals_scan_bytes = trace_globals_;
  }
  if (heap_.options().gctrace) PrintTrace(trigger);
}

// ---- the end of marking ----

bool Collector::IsMarkDone() {
  // busy_epoch_ grows whenever a worker becomes busy. Unchanged around a look at busy_workers_ that
  // finds none, and the lists empty after that look: no worker holds grey objects.
  uint64_t epoch = busy_epoch_.load(std::memory_order_seq_cst);
  if (done_jobs_.load(std::memory_order_seq_cst) != jobs_.size()) return false;
  if (busy_workers_.load(std::memory_order_seq_cst) != 0) return false;
  if (work_.has_full()) return false;
  return busy_epoch_.load(std::memory_order_seq_cst) == epoch;
}

void Collector::WaitMarkDone() {
  std::unique_lock<std::mutex> guard(lock_);
  while (!IsMarkDone()) {
    driver_cv_.wait_for(guard, kReviseInterval);
    guard.unlock();
    limiter_.Update(NowNs(), trace_ps_);
    // The last buffers are too few to wake a worker for.
    if (busy_workers_.load(std::memory_order_relaxed) == 0) work_.Poke();
    pacer_.Revise(h_.heap_live.load(std::memory_order_relaxed),
                  scan_work_.load(std::memory_order_relaxed));
    guard.lock();
  }
}

}  // namespace gol::rt::gc
