// sysmon: a thread without a P that watches the others.
//
// It takes Ps back from BlockingRegions that last, asks goroutines that run for more than 10 ms
// to yield, and sees to overdue timers. It looks every 20 microseconds while something happens, slows down to every
// 10 ms when nothing does, and sleeps while the world is stopped or everything is idle.
#include <algorithm>

#include "runtime/debug/schedtrace.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"

namespace gol::rt {
namespace {

// A goroutine's time slice. Shorter: more switches; longer: others wait.
constexpr int64_t kTimeSliceNs = 10000000;
constexpr int64_t kMinDelayNs = 20000;
constexpr int64_t kMaxDelayNs = 10000000;
// How long a free segment stays backed.
constexpr int64_t kReleasePeriodNs = 1000000000;
// Rounds without an event before the delay grows.
constexpr int kIdleRounds = 50;

}  // namespace

void Sched::StartSysmon() {
  if (impl_->has_sysmon) return;
  impl_->has_sysmon = true;
  StartThread(&impl_->sysmon_thread, SchedImpl::SysmonMain, impl_, 256 << 10);
}

void* SchedImpl::SysmonMain(void* arg) {
  static_cast<SchedImpl*>(arg)->Sysmon();
  return nullptr;
}

void SchedImpl::Sysmon() {
  int idle = 0;
  int64_t delay = kMinDelayNs;
  const int64_t start = NanoTime();
  const int64_t trace_period_ns = int64_t{rt.debug().schedtrace} * 1000000;
  int64_t next_trace = start;
  int64_t next_release = start + kReleasePeriodNs;
  while (!exiting.load(std::memory_order_seq_cst)) {
    if (idle == 0) {
      delay = kMinDelayNs;
    } else if (idle > kIdleRounds) {
      delay = std::min(delay * 2, kMaxDelayNs);
    }
    if (sysmon_exit.SleepFor(delay)) break;
    if (trace_period_ns > 0 && NanoTime() >= next_trace &&
        !gcwaiting.load(std::memory_order_relaxed)) {
      next_trace = NanoTime() + trace_period_ns;
      debug::SchedTrace(*this, start, NanoTime(), rt.debug().scheddetail != 0);
    }
    if (NanoTime() >= next_release) {
      next_release = NanoTime() + kReleasePeriodNs;
      sched.stacks_.ReleaseUnneeded();
    }
    auto nothing_runs = [this] {
      return gcwaiting.load(std::memory_order_relaxed) ||
             npidle.load(std::memory_order_relaxed) == sched.gomaxprocs();
    };
    if (nothing_runs()) {
      bool sleep = false;
      {
        LockGuard guard(lock);
        if (nothing_runs() && !exiting.load(std::memory_order_relaxed)) {
          sysmon_wait.store(true, std::memory_order_relaxed);
          sleep = true;
        }
      }
      if (sleep) {
        // Whoever gets a P out of the idle list does not wake sysmon for its sake; a look now and
        // then does.
        sysmon_note.SleepFor(gcwaiting.load(std::memory_order_relaxed) ? -1 : 5 * kMaxDelayNs);
        LockGuard guard(lock);
        sysmon_wait.store(false, std::memory_order_relaxed);
        sysmon_note.Clear();
      }
      idle = 0;
      continue;
    }
    int64_t now = NanoTime();
    // All Ps are busy, so that nobody looks for files that became ready.
    if (netpoll.has_waiters() && netpoll.last_poll_ns() + kMaxDelayNs < now &&
        !poll_in_epoll.load(std::memory_order_relaxed)) {
      PollEvents();
    }
    int64_t next = EarliestTimer();
    // Overdue by a slice: the Ps are all busy or the poller missed it.
    if (next != 0 && next + kMaxDelayNs < now) WakeP();
    idle = Retake(now) != 0 ? 0 : idle + 1;
  }
}

uint32_t SchedImpl::Retake(int64_t now) {
  uint32_t n = 0;
  for (int i = 0; i < sched.gomaxprocs(); i++) {
    P* p = sched.all_ps_[i];
    uint32_t status = p->status.load(std::memory_order_relaxed);
    if (status == kPrunning) {
      uint32_t tick = p->schedtick.load(std::memory_order_relaxed);
      if (p->sysmon_schedtick != tick) {
        p->sysmon_schedtick = tick;
        p->sysmon_schedwhen_ns = now;
      } else if (p->sysmon_schedwhen_ns + kTimeSliceNs <= now && !is_seeded) {
        sched.PreemptP(*p);
      }
    } else if (status == kPsyscall) {
      uint32_t tick = p->syscalltick.load(std::memory_order_relaxed);
      if (p->sysmon_syscalltick != tick) {
        p->sysmon_syscalltick = tick;
        p->sysmon_syscallwhen_ns = now;
        continue;
      }
      // Nothing for it to do, others are looking for work, and it has not been long: leave it.
      if (RunqEmpty(p) &&
          nmspinning.load(std::memory_order_relaxed) + npidle.load(std::memory_order_relaxed) > 0 &&
          p->sysmon_syscallwhen_ns + kTimeSliceNs > now) {
        continue;
      }
      if (is_seeded && p->sysmon_syscallwhen_ns + kSeededSyscallNs > now) continue;
      uint32_t expected = kPsyscall;
      if (p->status.compare_exchange_strong(expected, kPidle, std::memory_order_seq_cst)) {
        p->syscalltick.store(tick + 1, std::memory_order_relaxed);
        n++;
        HandoffP(p);
      }
    }
  }
  return n;
}

}  // namespace gol::rt
