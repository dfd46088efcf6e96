// Background mark workers and allocation assists. See cycle.cc for the overview.
//
// Workers are threads numbered from 0, as many as there are Ps. Number i runs
//   - all the time if i is below the pacer's count of dedicated workers,
//   - if i equals that count and there is a fraction: while its CPU time is below the fraction of
//     the time since marking began,
//   - else while more than i - dedicated Ps are idle.
// It looks at this between slices of work and gives its grey objects to the others before it
// pauses, so it never holds work that it may not do.
#include <algorithm>

#include "runtime/gc/collector.h"
#include "runtime/prof/profiler.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt::gc {
namespace {

// Scan work between two looks at the rules, in bytes: about a hundred microseconds.
constexpr int64_t kSliceWork = 128 << 10;
// How long a worker that may not run, or finds nothing, waits before it looks again, and an assist for
// credit. Work that comes in some quantity ends the wait. Longer: fewer switches; shorter: processors
// that become idle are used sooner.
constexpr int64_t kPauseNs = 1'000'000;
constexpr int64_t kCreditPauseNs = 200'000;
// What a P may allocate before it assists again when there was nothing to scan.
constexpr int64_t kGraceBytes = 8 << 10;
// How long the fractional worker runs beyond its share, so that it does not stop after each slice.
constexpr int64_t kFractionSlackNs = 300'000;

}  // namespace

void Collector::StartWorkers() {
  std::lock_guard<std::mutex> guard(worker_lock_);
  int wanted = heap_.options().gc_workers;
  if (wanted == 0) wanted = std::max(1, world_.NumPs());
  while (static_cast<int>(workers_.size()) < wanted) {
    int id = static_cast<int>(workers_.size());
    workers_.emplace_back([this, id] { WorkerLoop(id); });
  }
  mark_start_ns_.store(NowNs(), std::memory_order_relaxed);
  ++mark_epoch_;
  worker_cv_.notify_all();
}

Collector::WorkerRole Collector::RoleOf(int id, int64_t used_ns, bool is_running) {
  int dedicated = pacer_.dedicated_workers();
  if (heap_.options().gc_workers != 0 || id < dedicated) return WorkerRole::kDedicated;
  if (id == dedicated && pacer_.fractional_utilization() > 0) {
    const double elapsed =
        static_cast<double>(NowNs() - mark_start_ns_.load(std::memory_order_relaxed));
    const double share = pacer_.fractional_utilization() * elapsed;
    if (static_cast<double>(used_ns) < share + (is_running ? kFractionSlackNs : 0)) {
      return WorkerRole::kDedicated;
    }
  }
  return world_.NumIdlePs() > id - dedicated ? WorkerRole::kIdle : WorkerRole::kNone;
}

void Collector::WorkerLoop(int id) {
  prof::OnThreadStart(true);
  uint64_t epoch = 0;
  for (;;) {
    {
      std::unique_lock<std::mutex> guard(worker_lock_);
      worker_cv_.wait(guard, [&] { return workers_stop_ || mark_epoch_ != epoch; });
      if (workers_stop_) return;
      epoch = mark_epoch_;
      workers_in_cycle_.fetch_add(1, std::memory_order_seq_cst);
    }
    int64_t used_ns = 0;
    GcWork gcw;
    while (phase() == Phase::kMark) {
      bool has_work = HasRootJob() || work_.has_full();
      WorkerRole role = has_work ? RoleOf(id, used_ns, false) : WorkerRole::kNone;
      if (role == WorkerRole::kNone) {
        if (has_work) {
          // The end of marking, or a stop of the threads, ends this, too.
          work_.Pause(kPauseNs);
        } else {
          work_.Wait(kPauseNs);
        }
        continue;
      }
      busy_workers_.fetch_add(1, std::memory_order_seq_cst);
      busy_epoch_.fetch_add(1, std::memory_order_seq_cst);
      tracing::Tracer* tracer = heap_.active_tracer();
      if (tracer != nullptr) tracer->Event(tracing::Kind::kWorkerBegin);
      int64_t cpu = ThreadCpuNs();
      do {
        int64_t done = 1;
        if (!RunRootJob(gcw)) {
          done = Drain(gcw, kSliceWork);
          bg_scan_credit_.fetch_add(done, std::memory_order_relaxed);
        }
        int64_t now = ThreadCpuNs();
        (role == WorkerRole::kIdle ? idle_ns_ : dedicated_ns_)
            .fetch_add(now - cpu, std::memory_order_relaxed);
        used_ns += now - cpu;
        if (role != WorkerRole::kIdle) limiter_.AddCollectorTime(now - cpu);
        cpu = now;
        if (done == 0) break;
        role = RoleOf(id, used_ns, true);
      } while (role != WorkerRole::kNone);
      FoldStats(gcw);
      gcw.Dispose(work_);
      if (tracer != nullptr) tracer->Event(tracing::Kind::kWorkerEnd);
      // Pairs with IsMarkDone.
      if (busy_workers_.fetch_sub(1, std::memory_order_seq_cst) == 1 && IsMarkDone()) {
        std::lock_guard<std::mutex> guard(lock_);
        driver_cv_.notify_all();
      }
    }
    // Pairs with the acquire in BeginMarkStopped.
    workers_in_cycle_.fetch_sub(1, std::memory_order_release);
  }
}

void Collector::Assist(mcache* c) {
  for (;;) {
    double work_per_byte = pacer_.assist_work_per_byte();
    double bytes_per_work = pacer_.assist_bytes_per_work();
    if (phase() != Phase::kMark || work_per_byte == 0 || c->assist_bytes >= 0) return;
    // Who steps a collection does all of its work.
    if (limiter_.is_limiting() || is_stepping()) {
      c->assist_bytes = std::max(c->assist_bytes, kGraceBytes);
      return;
    }
    int64_t work = static_cast<int64_t>(static_cast<double>(-c->assist_bytes) * work_per_byte);
    work = std::max(work, Pacer::kOverAssistWork);

    // Background workers may have done it already.
    int64_t credit = bg_scan_credit_.load(std::memory_order_relaxed);
    if (credit > 0) {
      int64_t stolen = std::min(credit, work);
      bg_scan_credit_.fetch_sub(stolen, std::memory_order_relaxed);
      c->assist_bytes += 1 + static_cast<int64_t>(static_cast<double>(stolen) * bytes_per_work);
      work -= stolen;
      if (work == 0 || c->assist_bytes >= 0) return;
    }
    int64_t done = 0;
    tracing::Tracer* tracer = heap_.active_tracer();
    if (tracer != nullptr) tracer->EventWithStack(tracing::Kind::kAssistBegin);
    world_.OnSystemStack([&] {
      const int64_t start = NowNs();
      done = Drain(c->gcw, work);
      const int64_t passed = NowNs() - start;
      assist_ns_.fetch_add(passed, std::memory_order_relaxed);
      assist_total_ns_.fetch_add(passed, std::memory_order_relaxed);
      assists_.fetch_add(1, std::memory_order_relaxed);
      assist_work_.fetch_add(static_cast<uint64_t>(done), std::memory_order_relaxed);
      limiter_.AddCollectorTime(passed);
    });
    if (tracer != nullptr) tracer->Event(tracing::Kind::kAssistEnd);
    c->assist_bytes += 1 + static_cast<int64_t>(static_cast<double>(done) * bytes_per_work);
    if (c->assist_bytes >= 0) return;
    // Nothing to scan here: wait for the workers' credit or for the end of marking, rather than let
    // the heap grow past its goal. Below the goal there is no hurry, nor a use in looking again at
    // each allocation.
    if (h_.heap_live.load(std::memory_order_relaxed) < pacer_.heap_goal()) {
      c->assist_bytes = std::max(c->assist_bytes, kGraceBytes);
      return;
    }
    world_.Block([&] { work_.Wait(kCreditPauseNs); });
    c = CurrentMcache();
  }
}

}  // namespace gol::rt::gc
