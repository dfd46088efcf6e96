// GODEBUG=schedseed=N: schedules that can be replayed.
//
// A program that goes wrong for one interleaving in a million is to go wrong each time. With a seed
//
//   - there is one P, and one queue: the next goroutine is drawn from all that can run
//   - a goroutine may lose the P at each safepoint (prologues, loops without calls, runtime entry points):
//     the limit of its stack stays poisoned, and each visit of Safepoint draws whether it yields
//   - select, the order of map iteration and package math/rand draw from the same generator
//   - what depends on time does not switch: no time slices, no P taken from a short system call; when the
//     collector stops or scans a goroutine, or a system call ends, the same one goes on afterwards
//   - the collector marks and sweeps with the world stopped
//
// So the same seed gives the same interleaving, and another seed most likely another one. Left to chance:
// what comes from outside, that is clocks, timers, files, signals, finalizers, and what goroutines do in
// system calls that last.
//
// SchedImpl::seeded_queue takes the place of all run queues; its length is published as runq_size.
#include <time.h>

#include <utility>

#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"

namespace gol::rt {
namespace {

// One of so many safepoints yields. Fewer would hide interleavings between short functions, more would
// make long ones slow.
constexpr uint32_t kYieldEvery = 8;
// Between looks whether the goroutine that goes on next can.
constexpr long kPauseNs = 20000;

}  // namespace

uint32_t SchedImpl::SeededDraw(uint32_t n) {
  LockGuard guard(seed_lock);
  return NextRandom(seed_state) % n;
}

uint64_t SeededRandom64(Runtime& rt) {
  SchedImpl& s = SchedPeer::Impl(rt.sched());
  LockGuard guard(s.seed_lock);
  const uint64_t high = NextRandom(s.seed_state);
  return high << 32 | NextRandom(s.seed_state);
}

void SchedImpl::SeededPut(G* g) {
  LockGuard guard(lock);
  seeded_queue.push_back(g);
  runq_size.store(static_cast<int32_t>(seeded_queue.size()), std::memory_order_seq_cst);
}

void SchedImpl::SeededRegion(G* g) {
  seeded_region_ns = NanoTime();
  seeded_next.store(g, std::memory_order_relaxed);
}

void SchedImpl::SeededReturn(G* g) {
  {
    LockGuard guard(lock);
    if (seeded_next.load(std::memory_order_relaxed) == g) return;
  }
  SeededPut(g);
}

G* SchedImpl::SeededGet() {
  // The one that the collector stopped, or that is in a system call, goes on without a draw.
  if (G* g = seeded_next.load(std::memory_order_relaxed); g != nullptr) {
    if (g->status.load(std::memory_order_acquire) == kGrunnable) {
      seeded_next.store(nullptr, std::memory_order_relaxed);
      return g;
    }
    {
      LockGuard guard(lock);
      if ((g->status.load(std::memory_order_acquire) & ~kGscan) == kGsyscall &&
          NanoTime() - seeded_region_ns > kSeededSyscallNs) {
        seeded_next.store(nullptr, std::memory_order_relaxed);
        return nullptr;
      }
    }
    timespec ts{0, kPauseNs};
    nanosleep(&ts, nullptr);
    return nullptr;
  }
  if (runq_size.load(std::memory_order_seq_cst) == 0) return nullptr;
  LockGuard guard(lock);
  if (seeded_queue.empty()) return nullptr;
  uint32_t i = 0;
  if (seeded_queue.size() > 1) {
    i = SeededDraw(static_cast<uint32_t>(seeded_queue.size()));
  }
  G* g = seeded_queue[i];
  // The order of the others is kept: it is part of the schedule.
  seeded_queue.erase(seeded_queue.begin() + i);
  runq_size.store(static_cast<int32_t>(seeded_queue.size()), std::memory_order_seq_cst);
  return g;
}

bool SchedImpl::SeededYields() { return SeededDraw(kYieldEvery) == 0; }

}  // namespace gol::rt
