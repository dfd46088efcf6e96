// Timers.
//
// Each P has a four-way heap of timers, ordered by `when`. The P that runs goroutines looks at its
// heap each time it picks one (two relaxed loads when nothing is due); thieves look at the heaps of
// the others; the last M to go idle sleeps until the earliest timer of all (the "poller", proc.cc).
// A timer is added to the heap of the P that arms it and leaves it when it fires or is deleted.
// Functions of timers run on the system stack with the heap unlocked.
#include "base/check.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"

namespace gol::rt {
namespace {

// All of these: the heap's lock is held.

void Place(TimerHeap& h, size_t i, Timer* t) {
  h.timers[i] = t;
  t->index = static_cast<int32_t>(i);
}

void SiftUp(TimerHeap& h, size_t i) {
  Timer* t = h.timers[i];
  while (i > 0) {
    size_t parent = (i - 1) / 4;
    if (h.timers[parent]->when_ns <= t->when_ns) break;
    Place(h, i, h.timers[parent]);
    i = parent;
  }
  Place(h, i, t);
}

void SiftDown(TimerHeap& h, size_t i) {
  Timer* t = h.timers[i];
  size_t n = h.timers.size();
  for (;;) {
    size_t first = i * 4 + 1;
    if (first >= n) break;
    size_t least = first;
    for (size_t c = first + 1; c < first + 4 && c < n; c++) {
      if (h.timers[c]->when_ns < h.timers[least]->when_ns) least = c;
    }
    if (h.timers[least]->when_ns >= t->when_ns) break;
    Place(h, i, h.timers[least]);
    i = least;
  }
  Place(h, i, t);
}

void Publish(TimerHeap& h) {
  h.count.store(static_cast<uint32_t>(h.timers.size()), std::memory_order_seq_cst);
  h.next_when_ns.store(h.timers.empty() ? 0 : h.timers[0]->when_ns, std::memory_order_seq_cst);
}

void Insert(TimerHeap& h, Timer* t) {
  h.timers.push_back(t);
  t->index = static_cast<int32_t>(h.timers.size() - 1);
  t->heap.store(&h, std::memory_order_release);
  SiftUp(h, h.timers.size() - 1);
}

void Remove(TimerHeap& h, Timer* t) {
  size_t i = static_cast<size_t>(t->index);
  Timer* last = h.timers.back();
  h.timers.pop_back();
  if (last != t) {
    Place(h, i, last);
    SiftUp(h, i);
    SiftDown(h, static_cast<size_t>(last->index));
  }
  t->index = -1;
  t->heap.store(nullptr, std::memory_order_release);
}

}  // namespace

void Sched::AddTimer(Timer* t, int64_t when_ns, int64_t period_ns) {
  P* p = CurrentM() != nullptr && CurrentM()->rt == &rt_ ? CurrentP() : nullptr;
  if (p == nullptr) p = all_ps_[0];
  TimerHeap& h = p->timers;
  // Timers are scanned when marking begins and when it ends.
  rt_.heap().Shade(t->arg);
  {
    LockGuard guard(h.lock);
    t->when_ns = when_ns;
    t->period_ns = period_ns;
    Insert(h, t);
    Publish(h);
  }
  impl_->WakePoller(when_ns);
}

bool Sched::DeleteTimer(Timer* t) {
  for (;;) {
    TimerHeap* h = t->heap.load(std::memory_order_acquire);
    if (h == nullptr) return false;
    LockGuard guard(h->lock);
    if (t->heap.load(std::memory_order_relaxed) != h) continue;
    Remove(*h, t);
    Publish(*h);
    return true;
  }
}

bool Sched::ResetTimer(Timer* t, int64_t when_ns, int64_t period_ns) {
  bool pending = DeleteTimer(t);
  AddTimer(t, when_ns, period_ns);
  return pending;
}

int64_t SchedImpl::CheckTimers(P* p, int64_t* now, bool* ran) {
  TimerHeap& h = p->timers;
  for (;;) {
    int64_t next = h.next_when_ns.load(std::memory_order_relaxed);
    if (next == 0) return 0;
    if (*now == 0) *now = NanoTime();
    if (next > *now) return next;
    Timer* t;
    void (*fn)(Timer*, void*, uint64_t, int64_t);
    void* arg;
    uint64_t seq;
    {
      LockGuard guard(h.lock);
      if (h.timers.empty() || h.timers[0]->when_ns > *now) continue;
      t = h.timers[0];
      fn = t->fn;
      arg = t->arg;
      seq = t->seq;
      if (t->period_ns > 0) {
        // Late ticks are dropped.
        int64_t late = *now - t->when_ns;
        t->when_ns += t->period_ns * (1 + late / t->period_ns);
        SiftDown(h, 0);
      } else {
        Remove(h, t);
      }
      Publish(h);
    }
    fn(t, arg, seq, *now);
    *ran = true;
  }
}

void SchedImpl::WakePoller(int64_t when_ns) {
  int64_t until = poll_until_ns.load(std::memory_order_seq_cst);
  if (until != 0) {
    if (when_ns < until) BreakPoller();
    return;
  }
  // No poller sleeps: an M that runs will look at the timers when it goes idle. If none runs (a thread
  // outside the scheduler armed the timer), wake one.
  if (CurrentP() == nullptr) WakeP();
}

void SchedImpl::MoveTimers(P* from, P* to) {
  LockGuard guard_from(from->timers.lock);
  LockGuard guard_to(to->timers.lock);
  for (Timer* t : from->timers.timers) Insert(to->timers, t);
  from->timers.timers.clear();
  Publish(from->timers);
  Publish(to->timers);
}

void Sched::Sleep(int64_t ns) {
  if (ns <= 0) {
    Gosched();
    return;
  }
  G* g = CurrentG();
  if (g->sleep_timer == nullptr) {
    g->sleep_timer = new Timer;
    g->sleep_timer->fn = [](Timer*, void* arg, uint64_t, int64_t) {
      G* g = static_cast<G*>(arg);
      g->rt->sched().Ready(g, true);
    };
    g->sleep_timer->arg = g;
  }
  int64_t now = NanoTime();
  g->sleep_until_ns = ns > INT64_MAX - now ? INT64_MAX : now + ns;
  // Armed only when the goroutine is parked: the timer may fire at once.
  Park(
      [](G* g, void*) {
        g->rt->sched().AddTimer(g->sleep_timer, g->sleep_until_ns, 0);
        return true;
      },
      nullptr, WaitReason::kSleep);
}

void Sched::ForEachTimer(FunctionRef<void(Timer&)> fn) {
  for (P* p : all_ps_) {
    LockGuard guard(p->timers.lock);
    for (Timer* t : p->timers.timers) fn(*t);
  }
}

}  // namespace gol::rt
