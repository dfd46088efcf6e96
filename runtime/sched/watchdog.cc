// See sched/watchdog.h.
#include "runtime/sched/watchdog.h"

#include <algorithm>

#include "runtime/runtime.h"
#include "runtime/sched/host_call.h"
#include "runtime/sched/p.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_internal.h"

namespace gol::rt {
namespace {

// Between two looks while calls are in progress. Shorter: more wake-ups; longer: interruptions that a
// note did not announce, and time slices, come later.
constexpr int64_t kPeriodNs = 5000000;
// While a call is being ended: the request may have been lost.
constexpr int64_t kRetryNs = 200000;
constexpr int64_t kTimeSliceNs = 10000000;
// Looks without a call before a runtime is forgotten.
constexpr int kIdleRounds = 10;

}  // namespace

Watchdog::~Watchdog() {
  {
    LockGuard guard(lock_);
    is_ending_ = true;
  }
  note_.Wake();
  if (has_thread_) pthread_join(thread_, nullptr);
}

void Watchdog::Watch(HostCalls* calls) {
  {
    LockGuard guard(lock_);
    auto is_it = [&](const Watched& w) { return w.calls == calls; };
    if (std::find_if(watched_.begin(), watched_.end(), is_it) == watched_.end()) {
      watched_.push_back({calls});
    }
    calls->set_watched(true);
    if (!has_thread_) {
      has_thread_ = true;
      StartThread(&thread_, Main, this, 256 << 10);
    }
  }
  note_.Wake();
}

void Watchdog::Forget(HostCalls* calls) {
  LockGuard guard(lock_);
  std::erase_if(watched_, [&](const Watched& w) { return w.calls == calls; });
  calls->set_watched(false);
}

void Watchdog::SetDeadline(std::atomic<int64_t>* slot, int64_t when_ns) {
  {
    LockGuard guard(lock_);
    slot->store(when_ns, std::memory_order_relaxed);
  }
  if (when_ns != 0 && when_ns < NanoTime() + kPeriodNs) note_.Wake();
}

void* Watchdog::Main(void* self) {
  static_cast<Watchdog*>(self)->Loop();
  return nullptr;
}

void Watchdog::Loop() {
  for (;;) {
    int64_t wait = -1;
    {
      LockGuard guard(lock_);
      if (is_ending_) return;
      wait = Look(NanoTime());
    }
    if (wait < 0) {
      note_.Sleep();
    } else {
      note_.SleepFor(wait);
    }
    note_.Clear();
  }
}

int64_t Watchdog::Look(int64_t now) {
  int64_t wait = -1;
  auto look_in = [&wait](int64_t ns) { wait = wait < 0 ? ns : std::min(wait, ns); };
  for (size_t i = 0; i < watched_.size();) {
    Watched& w = watched_[i];
    HostCalls& c = *w.calls;
    RunSignal& signal = c.runtime().signal();
    if (!c.is_inside()) {
      if (++w.idle_rounds > kIdleRounds) {
        c.set_watched(false);
        watched_[i] = watched_.back();
        watched_.pop_back();
        continue;
      }
      look_in(kPeriodNs);
      i++;
      continue;
    }
    w.idle_rounds = 0;
    look_in(kPeriodNs);
    const int64_t deadline = c.deadline_ns();
    if (deadline != 0 && deadline <= now) {
      c.runtime().PostOutcome({Outcome::kTimeout, 2, "deadline exceeded"});
    } else if (deadline != 0) {
      look_in(deadline - now);
    }
    if (signal.interrupted_.exchange(false, std::memory_order_seq_cst)) {
      c.runtime().PostOutcome({Outcome::kInterrupted, 2, "interrupted"});
    }
    if (c.is_broken()) {
      c.Prod();
      look_in(kRetryNs);
    }
    const uint32_t tick = c.p().schedtick.load(std::memory_order_relaxed);
    if (w.tick != tick) {
      w.tick = tick;
      w.since_ns = now;
    } else if (w.since_ns + kTimeSliceNs <= now && c.wants_time_slices()) {
      c.runtime().sched().PreemptP(c.p());
    }
    i++;
  }
  return wait;
}

}  // namespace gol::rt
