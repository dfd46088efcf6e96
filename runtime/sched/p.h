// P: the right to run Go code; there are GOMAXPROCS of them. See sched/proc.cc.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/sched/g.h"
#include "runtime/sched/lock.h"
#include "runtime/sched/timer.h"

namespace gol::rt {

struct mcache;
struct sudog;

enum PStatus : uint32_t {
  kPidle,     // on the idle list, or owned by whoever is changing its state
  kPrunning,  // owned by an M
  kPsyscall,  // its M is in a BlockingRegion; anybody may take it by compare-and-swap
  kPgcstop,   // halted for a stop of the world
  kPdead,     // GOMAXPROCS was lowered
  kPhost,       // of a hosted runtime that nobody calls; a call and stops of the world take it so
};

inline constexpr uint32_t kRunqSize = 256;

struct P {
  // First, so that compiled code reaches it through kTlsP with one load. Its contents are
  // runtime/mem's; made with the P.
  mcache* cache = nullptr;

  int32_t id = 0;
  Runtime* rt = nullptr;
  std::atomic<uint32_t> status{kPgcstop};
  std::atomic<M*> m{nullptr};       // the M that holds it, null when idle
  P* link = nullptr;                // idle list; guarded by Sched::lock

  // Written by the owner, read by sysmon: they change when the P does something new.
  std::atomic<uint32_t> schedtick{0};
  std::atomic<uint32_t> syscalltick{0};
  // Owned by sysmon.
  uint32_t sysmon_schedtick = 0;
  uint32_t sysmon_syscalltick = 0;
  int64_t sysmon_schedwhen_ns = 0;
  int64_t sysmon_syscallwhen_ns = 0;

  std::atomic<bool> preempt{false};          // enter the scheduler at the next safepoint
  // ForEachP's function is still to be called for this P. Who finds it set and may (the holder of the P; for an
  // idle one, of Sched::lock) clears it and calls.
  std::atomic<bool> run_safepoint_fn{false};

  // ---- run queue: the owner pushes at the tail, everybody takes at the head ----
  alignas(64) std::atomic<uint32_t> runq_head{0};
  std::atomic<uint32_t> runq_tail{0};
  // The goroutine readied by the running one: runs next, inheriting the rest of its time slice.
  std::atomic<G*> runnext{nullptr};
  std::atomic<G*> runq[kRunqSize] = {};

  // ---- caches: owned by the P ----
  G* gfree = nullptr;               // dead Gs
  int32_t gfree_count = 0;
  StackSegment* seg_cache = nullptr;  // free segments of the smallest class; chained by next
  int32_t seg_count = 0;
  sudog* sudog_cache = nullptr;
  int32_t sudog_count = 0;
  uint64_t goid_cache = 0;
  uint64_t goid_cache_end = 0;
  std::atomic<int64_t> ngoroutines{0};  // created minus ended here; written by the owner
  uint32_t rand_state[2] = {1, 2};

  TimerHeap timers;
};

}  // namespace gol::rt
