// Native half of time: clocks, Sleep, and timers that start a goroutine when they are due.
#include <ctime>

#include <cstdint>
#include <new>

#include "runtime/mem/mheap.h"
#include "runtime/panic.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/timer.h"

using gol::rt::CurrentRuntime;
using gol::rt::Funcval;
using gol::rt::Timer;

namespace {

// time.runtimeTimer. The scheduler's timer stands inside it: its argument, the object itself, is a root
// while the timer is pending.
struct GoTimer {
  int64_t when_ns;
  int64_t period_ns;
  Funcval* fire;
  alignas(8) char timer[sizeof(Timer)];

  Timer* t() { return reinterpret_cast<Timer*>(timer); }
};
static_assert(sizeof(Timer) <= 7 * 8, "time.runtimeTimer.state is too small");

// On a system stack, with a P.
void Fire(Timer*, void* arg, uint64_t, int64_t) {
  GoTimer* g = static_cast<GoTimer*>(arg);
  gol::rt::Runtime* rt = CurrentRuntime();
  rt->heap().Shade(g->fire);
  rt->sched().NewProc(g->fire, 0);
}

int64_t ClockNs(clockid_t clock) {
  timespec ts;
  clock_gettime(clock, &ts);
  return int64_t{ts.tv_sec} * 1000000000 + ts.tv_nsec;
}

const int64_t kProcessStart = gol::rt::NanoTime();

}  // namespace

extern "C" {

int64_t gol_native_time_walltime() {
  if (!CurrentRuntime()->has_grant(gol::rt::kGrantClock)) {
    gol::rt::PanicPlainError("time: the host grants no clock");
  }
  return ClockNs(CLOCK_REALTIME);
}

int64_t gol_native_time_nanotime() { return gol::rt::NanoTime(); }

int64_t gol_native_time_processStart() { return kProcessStart; }

void gol_native_time_Sleep(int64_t ns) {
  if (ns > 0) CurrentRuntime()->sched().Sleep(ns);
}

void gol_native_time_startTimer(GoTimer* g) {
  Timer* t = new (g->timer) Timer();
  t->fn = Fire;
  t->arg = g;
  CurrentRuntime()->sched().AddTimer(t, g->when_ns, g->period_ns);
}

bool gol_native_time_stopTimer(GoTimer* g) { return CurrentRuntime()->sched().DeleteTimer(g->t()); }

}  // extern "C"
