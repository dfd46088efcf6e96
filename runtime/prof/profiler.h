// Profiler: the profiles of one Runtime.
//
// Three things are recorded, each only while it is asked for, all as sums per call stack:
//
//   block   where goroutines waited: Sched::Park measures waits for channels, select and package sync, and
//           hands each to BlockEvent. Of waits shorter than the rate a share is recorded, in proportion to
//           their length, and counted for those that were not (as Go does).
//   mutex   who made others wait: a semaphore that is released to a waiter charges the time which that one
//           waited to the stack of the releaser, one release of `fraction` at random. The heap's own locks do not
//           know who holds them: there the stack is that of the goroutine that waited, below the lock's name.
//   CPU     what ran: each thread has a timer over its own processor time that sends it SIGPROF; the
//           handler writes the stack into a ring, a thread of the profiler's own empties it. See cpu.cc.
//
// Stacks are kept as return addresses, C++ functions included; names and lines are looked up when a profile
// is written (pprof_proto.h). Allocation profiles are the allocator's business and use the same writer.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "runtime/prof/stack_table.h"
#include "runtime/sched/g.h"

namespace gol::rt {
class Runtime;
}

namespace gol::rt::prof {

class CpuSampler;

class Profiler {
 public:
  explicit Profiler(Runtime& rt);
  ~Profiler();  // ends a CPU profile in progress
  Profiler(const Profiler&) = delete;
  Profiler& operator=(const Profiler&) = delete;

  // ---- block and mutex ----
  // Nanoseconds of waiting per sample; 0: off, 1: every wait.
  void set_block_rate(int64_t ns) { block_rate_.store(ns < 0 ? 0 : ns, std::memory_order_relaxed); }
  int64_t block_rate() const { return block_rate_.load(std::memory_order_relaxed); }
  // One of so many releases; 0: off.
  void set_mutex_fraction(int64_t n) { mutex_fraction_.store(n, std::memory_order_relaxed); }
  int64_t mutex_fraction() const { return mutex_fraction_.load(std::memory_order_relaxed); }

  // Whether waits for this reason belong into the block profile, and there is one.
  bool WantsBlock(WaitReason reason) const { return block_rate() != 0 && IsBlocking(reason); }
  static bool IsBlocking(WaitReason reason);
  // The calling goroutine waited so long / released a waiter that had waited so long.
  void BlockEvent(int64_t ns);
  void MutexEvent(int64_t ns);
  // The calling goroutine waited so long for a lock of the heap, which it has now: kPcCentralLock, kPcPagesLock.
  void HeapLockEvent(uint64_t lock_pc, int64_t ns);

  StackTable& blocks() { return blocks_; }
  StackTable& mutexes() { return mutexes_; }

  // ---- CPU ----
  // False when one is in progress, in this or in another Runtime of the process: SIGPROF is the process's.
  bool StartCpu(int hz);
  // Ends it; then the samples are in cpu(). False when there was none.
  bool StopCpu();
  bool is_cpu_on() const { return cpu_sampler_ != nullptr; }
  int cpu_hz() const { return cpu_hz_; }
  int64_t cpu_start_unix_ns() const { return cpu_start_unix_ns_; }
  int64_t cpu_duration_ns() const { return cpu_duration_ns_; }
  StackTable& cpu() { return cpu_; }

  // ---- labels: sets of key and value that a goroutine carries, by number; 0: none ----
  using LabelSet = std::vector<std::pair<std::string, std::string>>;
  uint64_t AddLabels(LabelSet labels);
  LabelSet LabelsOf(uint64_t id) const;

 private:
  bool WantsMutex() const;  // chosen at random, one in mutex_fraction
  void Record(StackTable& table, int64_t count, int64_t ns, uint64_t innermost = 0);

  Runtime& rt_;
  std::atomic<int64_t> block_rate_{0};
  std::atomic<int64_t> mutex_fraction_{0};
  StackTable blocks_;
  StackTable mutexes_;

  // Guarded by the caller: one thread starts and stops.
  std::unique_ptr<CpuSampler> cpu_sampler_;
  int cpu_hz_ = 0;
  int64_t cpu_start_unix_ns_ = 0;
  int64_t cpu_duration_ns_ = 0;
  StackTable cpu_;

  mutable std::mutex labels_lock_;
  std::vector<LabelSet> labels_;  // number i at i - 1; guarded by labels_lock_
};

// Called by each thread of the runtime when it begins: it gets a timer if a CPU profile is in progress.
// collector: a thread that holds no P.
void OnThreadStart(bool collector);

// Of the innermost frames of a stack, in CPU profiles, where there is no goroutine.
inline constexpr uint64_t kPcSystem = 1;     // "runtime._System": the scheduler
inline constexpr uint64_t kPcCollector = 2;  // "runtime._GC"
// The same in mutex profiles: what was waited for.
inline constexpr uint64_t kPcCentralLock = 3;  // "runtime.mcentral.lock"
inline constexpr uint64_t kPcPagesLock = 4;    // "runtime.mheap.lock"

// Deepest stack that is recorded.
inline constexpr int kMaxDepth = 64;

}  // namespace gol::rt::prof
