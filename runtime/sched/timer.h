// Timers: one four-way heap per P. See sched/timer.cc for the overview.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "runtime/sched/lock.h"

namespace gol::rt {

struct TimerHeap;

// Calls fn once at `when_ns` (monotonic clock), again every period_ns when that is not 0. fn runs
// on a system stack, holding a P: it may ready goroutines and do non-blocking channel sends; it must not
// block, allocate from the collected heap or call compiled code.
struct Timer {
  void (*fn)(Timer* t, void* arg, uint64_t seq, int64_t now_ns) = nullptr;
  void* arg = nullptr;      // a collector root while the timer is in a heap
  uint64_t seq = 0;         // passed through to fn
  int64_t when_ns = 0;      // guarded by the heap's lock
  int64_t period_ns = 0;    // guarded by the heap's lock
  std::atomic<TimerHeap*> heap{nullptr};  // the heap it is in, or null
  int32_t index = -1;       // in the heap; guarded by the heap's lock
};

struct TimerHeap {
  Lock lock;
  std::vector<Timer*> timers;               // guarded by lock; a four-way heap by when_ns
  std::atomic<int64_t> next_when_ns{0};     // of timers[0]; 0: empty
  std::atomic<uint32_t> count{0};
};

}  // namespace gol::rt
