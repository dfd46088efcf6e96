// The scheduler: goroutines onto threads.
//
// Problem: run many goroutines on few threads, on as many processors as GOMAXPROCS says, so that
// a ready goroutine starts within microseconds, switching costs tens of nanoseconds, and idle
// processors sleep. The design is Go's (runtime/proc.go; Vyukov's "Scalable Go Scheduler").
//
//   G  a goroutine: stack, saved registers, status.                                       g.h
//   M  a thread. Runs goroutines while it holds a P.                                      m.h
//   P  the right to run, with a local queue, a memory cache, timers.                      p.h
//
// Each M runs MainLoop on its system stack: pick a goroutine, gogo to it, and when it switches
// back (Mcall) do what it asked for: park it, requeue it, end it. Order of looking for work:
//
//   1. now and then (every 61st time) the global queue, so that it is not starved
//   2. runnext, then the local queue
//   3. the global queue, a share of it
//   4. files that became ready (netpoll.cc), due timers, then half of another P's queue ("stealing")
//   5. give the P up; look everywhere once more; sleep, one M with the next timer as time-out and
//      for files
//
// Spinning: an M without work that still looks for some. At most half as many as busy Ps spin. Who makes
// a goroutine runnable wakes an M only if there is an idle P and nobody spins; an M that stops
// spinning because it found work wakes the next one. The decisive order: the submitter
// publishes work, then reads nmspinning; a spinner lowers nmspinning, then looks at all queues once
// more. Both with sequentially consistent operations between, so one of them sees the other.
//
// Files: proc.cc (this: loop, queues, waking and stopping of Ms), goroutine.cc (making and ending Gs),
// park.cc (park, ready, yield, wired threads), syscall.cc (BlockingRegion), stop_world.cc (stops, scans),
// preempt.cc (safepoints), sysmon.cc (the watcher), timer.cc, stack.cc.
//
// Locks: SchedImpl::lock is a leaf but for TimerHeap::lock; world_lock is taken before it.
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "runtime/prof/profiler.h"
#include "runtime/runtime.h"
#include "runtime/sched/fiber.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt {
namespace {

// Size of a thread's system stack: collector slow paths, tracebacks and native libraries run on it.
#if defined(GOL_ASAN) || defined(GOL_TSAN) || !defined(NDEBUG)
constexpr size_t kSystemStackBytes = 8 << 20;
#else
constexpr size_t kSystemStackBytes = 2 << 20;
#endif
constexpr size_t kSignalStackBytes = 64 << 10;

// How long a thief leaves runnext to its P: a few microseconds. Shorter would bounce pairs of
// goroutines between processors, longer would leave a processor idle when the owner goes on computing.
constexpr int kRunnextGraceSpins = 150;

// How often the global queue goes first. Prime, so that it does not fall in step with the program.
constexpr uint32_t kGlobalEvery = 61;

}  // namespace

// ---- local run queues: a ring that the owner fills and everybody empties ----

bool SchedImpl::RunqEmpty(P* p) {
  // runnext and the ring are read apart: a goroutine kicked from runnext to the ring between the
  // reads must not be missed, hence the second look at the tail.
  for (;;) {
    uint32_t head = p->runq_head.load(std::memory_order_acquire);
    uint32_t tail = p->runq_tail.load(std::memory_order_acquire);
    G* next = p->runnext.load(std::memory_order_acquire);
    if (tail == p->runq_tail.load(std::memory_order_acquire)) return head == tail && next == nullptr;
  }
}

bool SchedImpl::RunqPut(P* p, G* g, bool next) {
  if (is_seeded) [[unlikely]] {
    SeededPut(g);
    return true;
  }
  if (next) {
    // seq_cst: a thief may take it at any time. The one it held goes to the ring.
    G* old = p->runnext.exchange(g, std::memory_order_seq_cst);
    if (old == nullptr) return true;
    g = old;
  }
  for (;;) {
    // Acquire: pairs with the release of takers, their slots may be overwritten.
    uint32_t head = p->runq_head.load(std::memory_order_acquire);
    uint32_t tail = p->runq_tail.load(std::memory_order_relaxed);
    if (tail - head < kRunqSize) {
      p->runq[tail % kRunqSize].store(g, std::memory_order_relaxed);
      // Release: pairs with the acquire of takers.
      p->runq_tail.store(tail + 1, std::memory_order_release);
      return true;
    }
    // Full: half of the ring and g go to the global queue.
    G* batch[kRunqSize / 2 + 1];
    uint32_t n = kRunqSize / 2;
    for (uint32_t i = 0; i < n; i++) {
      batch[i] = p->runq[(head + i) % kRunqSize].load(std::memory_order_relaxed);
    }
    if (!p->runq_head.compare_exchange_strong(head, head + n, std::memory_order_acq_rel,
                                              std::memory_order_relaxed)) {
      continue;  // thieves made room
    }
    batch[n++] = g;
    LockGuard guard(lock);
    for (uint32_t i = 0; i < n; i++) runq.PushBack(batch[i]);
    runq_size.store(runq_size.load(std::memory_order_relaxed) + static_cast<int32_t>(n),
                    std::memory_order_relaxed);
    return true;
  }
}

G* SchedImpl::RunqGet(P* p, bool* inherit_time) {
  G* next = p->runnext.load(std::memory_order_relaxed);
  // Only thieves change runnext besides the owner, and only to null.
  if (next != nullptr && p->runnext.compare_exchange_strong(
                             next, nullptr, std::memory_order_acq_rel, std::memory_order_relaxed)) {
    *inherit_time = true;
    return next;
  }
  *inherit_time = false;
  for (;;) {
    uint32_t head = p->runq_head.load(std::memory_order_acquire);
    uint32_t tail = p->runq_tail.load(std::memory_order_relaxed);
    if (tail == head) return nullptr;
    G* g = p->runq[head % kRunqSize].load(std::memory_order_relaxed);
    if (p->runq_head.compare_exchange_strong(head, head + 1, std::memory_order_acq_rel,
                                             std::memory_order_relaxed)) {
      return g;
    }
  }
}

G* SchedImpl::RunqSteal(P* p, P* victim, bool steal_next) {
  uint32_t my_tail = p->runq_tail.load(std::memory_order_relaxed);
  for (;;) {
    uint32_t head = victim->runq_head.load(std::memory_order_acquire);
    uint32_t tail = victim->runq_tail.load(std::memory_order_acquire);
    uint32_t n = tail - head;
    n = n - n / 2;
    if (n == 0) {
      if (!steal_next) return nullptr;
      G* next = victim->runnext.load(std::memory_order_relaxed);
      if (next == nullptr) return nullptr;
      if (victim->status.load(std::memory_order_relaxed) == kPrunning) {
        // The victim is likely to run it within the next moment, when its current goroutine
        // parks: taking it at once would bounce goroutines that talk to each other.
        for (int i = 0; i < kRunnextGraceSpins; i++) {
          CpuRelax();
          if (victim->runnext.load(std::memory_order_relaxed) != next) return nullptr;
        }
      }
      if (victim->runnext.compare_exchange_strong(next, nullptr, std::memory_order_acq_rel,
                                                  std::memory_order_relaxed)) {
        return next;
      }
      continue;
    }
    if (n > kRunqSize / 2) continue;  // head and tail were not read together
    for (uint32_t i = 0; i < n; i++) {
      G* g = victim->runq[(head + i) % kRunqSize].load(std::memory_order_relaxed);
      p->runq[(my_tail + i) % kRunqSize].store(g, std::memory_order_relaxed);
    }
    if (victim->runq_head.compare_exchange_strong(head, head + n, std::memory_order_acq_rel,
                                                  std::memory_order_relaxed)) {
      n--;
      G* g = p->runq[(my_tail + n) % kRunqSize].load(std::memory_order_relaxed);
      if (n != 0) p->runq_tail.store(my_tail + n, std::memory_order_release);
      return g;
    }
  }
}

// ---- the global run queue ----

void SchedImpl::GlobrunqPut(G* g) {
  if (is_seeded) return SeededPut(g);
  LockGuard guard(lock);
  runq.PushBack(g);
  runq_size.store(runq_size.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
}

G* SchedImpl::GlobrunqGet(P* p, int32_t max) {
  if (is_seeded) return nullptr;
  int32_t size = runq_size.load(std::memory_order_relaxed);
  if (size == 0) return nullptr;
  int32_t n = size / sched.gomaxprocs() + 1;
  n = std::min({n, size, static_cast<int32_t>(kRunqSize / 2)});
  if (max > 0) n = std::min(n, max);
  runq_size.store(size - n, std::memory_order_relaxed);
  G* g = runq.PopFront();
  // The ring has room: max is 1, or the caller found it empty.
  for (n--; n > 0; n--) {
    uint32_t tail = p->runq_tail.load(std::memory_order_relaxed);
    p->runq[tail % kRunqSize].store(runq.PopFront(), std::memory_order_relaxed);
    p->runq_tail.store(tail + 1, std::memory_order_release);
  }
  return g;
}

// ---- idle lists ----

void SchedImpl::PidlePut(P* p) {
  p->link = pidle;
  pidle = p;
  npidle.fetch_add(1, std::memory_order_seq_cst);
}

P* SchedImpl::PidleGet() {
  P* p = pidle;
  if (p != nullptr) {
    pidle = p->link;
    p->link = nullptr;
    npidle.fetch_sub(1, std::memory_order_seq_cst);
  }
  return p;
}

void SchedImpl::MPut(M* m) {
  m->schedlink = midle;
  midle = m;
  nmidle++;
}

M* SchedImpl::MGet() {
  M* m = midle;
  if (m != nullptr) {
    midle = m->schedlink;
    nmidle--;
  }
  return m;
}

void SchedImpl::AcquireP(M* m, P* p) {
  GOL_DCHECK(m->p == nullptr && p->m.load(std::memory_order_relaxed) == nullptr);
  m->p = p;
  p->m.store(m, std::memory_order_release);
  p->status.store(kPrunning, std::memory_order_seq_cst);
  TlsStore(kTlsP, p);
}

P* SchedImpl::ReleaseP(M* m) {
  P* p = m->p;
  GOL_DCHECK(p != nullptr && p->status.load(std::memory_order_relaxed) == kPrunning);
  rt.tracer().Event(tracing::Kind::kProcStop);
  m->p = nullptr;
  TlsStore<P*>(kTlsP, nullptr);
  p->m.store(nullptr, std::memory_order_relaxed);
  p->status.store(kPidle, std::memory_order_seq_cst);
  return p;
}

// ---- threads ----

void* SchedImpl::ThreadMain(void* arg) {
  M* m = static_cast<M*>(arg);
  SchedImpl& s = *m->rt->sched().impl_;
  for (uint32_t offset = kTlsFirst; offset < kTlsLast; offset += 8) {
    if (TlsLoad<uint64_t>(static_cast<TlsSlot>(offset)) != 0) {
      Throw("the thread control block's reserved words are in use");
    }
  }
  m->fs_base = TlsSelf();
  m->tid = gettid();
  TlsStore(kTlsM, m);
  TlsStore(kTlsRuntime, m->rt);
  TlsStore(kTlsGlobals, m->rt->globals());
  pthread_attr_t attr;
  void* stack_lo = nullptr;
  size_t stack_bytes = 0;
  pthread_getattr_np(pthread_self(), &attr);
  pthread_attr_getstack(&attr, &stack_lo, &stack_bytes);
  pthread_attr_destroy(&attr);
  m->g0_lo = static_cast<char*>(stack_lo);
  m->g0_hi = m->g0_lo + stack_bytes;
  fiber::ThreadStart(m);

  // An alternate stack for the signal handler: faults happen on goroutine stacks near their end.
  stack_t old_stack;
  stack_t new_stack = {};
  m->signal_stack = mmap(nullptr, kSignalStackBytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  new_stack.ss_sp = m->signal_stack;
  new_stack.ss_size = kSignalStackBytes;
  sigaltstack(&new_stack, &old_stack);

  {
    // Published under the lock: SetWriteBarrier, SetGlobals and the poisoning of limits find
    // either the thread's slots or the values it starts with.
    LockGuard guard(s.lock);
    TlsStore<uint32_t>(kTlsWriteBarrier, s.write_barrier ? 1 : 0);
    TlsStore(kTlsGlobals, m->rt->globals());
    m->is_started.store(true, std::memory_order_release);
  }
  prof::OnThreadStart(false);
  if (m->next_p != nullptr) {
    P* p = m->next_p;
    m->next_p = nullptr;
    s.AcquireP(m, p);
  }
  s.MainLoop(m);

  m->is_started.store(false, std::memory_order_release);
  sigaltstack(&old_stack, nullptr);
  munmap(m->signal_stack, kSignalStackBytes);
  for (uint32_t offset = kTlsFirst; offset < kTlsLast; offset += 8) {
    TlsStore<uint64_t>(static_cast<TlsSlot>(offset), 0);
  }
  TlsStore<uint64_t>(kTlsStackLimit, 0);
  return nullptr;
}

void StartThread(pthread_t* thread, void* (*main)(void*), void* arg, size_t stack_bytes) {
  // The runtime's threads take no signals but those that faults of their own raise.
  sigset_t blocked;
  sigset_t old;
  sigfillset(&blocked);
  for (int sig : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF,
                  InterruptSignal()}) {
    sigdelset(&blocked, sig);
  }
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, stack_bytes);
  pthread_sigmask(SIG_SETMASK, &blocked, &old);
  int err = pthread_create(thread, &attr, main, arg);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  pthread_attr_destroy(&attr);
  if (err != 0) Throw("cannot create a thread");
}

void SchedImpl::NewM(P* p, bool spinning) {
  M* m = new M;
  m->rt = &rt;
  m->next_p = p;
  m->is_spinning = spinning;
  bool too_many = false;
  {
    // The thread is made under the lock, so that the end of the scheduler finds it whole.
    LockGuard guard(lock);
    if (exiting.load(std::memory_order_relaxed)) {
      delete m;
      return;
    }
    m->id = next_mid++;
    m->is_seeded = is_seeded;
    m->draws_yields = draws_yields();
    m->rand_state[0] =
        static_cast<uint32_t>(rt.random_seed()) + static_cast<uint32_t>(m->id) * 7919;
    m->rand_state[1] = static_cast<uint32_t>(rt.random_seed() >> 32) | 1;
    mcount++;
    too_many = mcount > rt.tunables().max_threads.load(std::memory_order_relaxed);
    m->alllink = allm.load(std::memory_order_relaxed);
    allm.store(m, std::memory_order_release);
    StartThread(&m->thread, ThreadMain, m, kSystemStackBytes);
  }
  if (too_many) ReportThreadExhaustion(rt);
}

void SchedImpl::StartM(P* p, bool spinning) {
  M* m;
  {
    LockGuard guard(lock);
    if (p == nullptr) {
      p = gcwaiting.load(std::memory_order_relaxed) ? nullptr : PidleGet();
      if (p == nullptr) {
        if (spinning) nmspinning.fetch_sub(1, std::memory_order_seq_cst);
        return;
      }
    }
    if (is_hosted && midle == nullptr) {
      // The host's thread is busy, and looks for work before it sleeps, or it sleeps with the earliest timer.
      PidlePut(p);
      if (spinning) nmspinning.fetch_sub(1, std::memory_order_seq_cst);
      BreakPoller();
      return;
    }
    m = MGet();
    if (m != nullptr) {
      // Under the lock: the host's M may be woken for something else before it is woken here.
      m->is_spinning = spinning;
      m->next_p = p;
    }
  }
  if (m == nullptr) {
    NewM(p, spinning);
    return;
  }
  m->park.Wake();
}

void SchedImpl::WakeP() {
  if (npidle.load(std::memory_order_seq_cst) == 0) return;
  int32_t zero = 0;
  if (nmspinning.load(std::memory_order_seq_cst) != 0 ||
      !nmspinning.compare_exchange_strong(zero, 1, std::memory_order_seq_cst)) {
    return;
  }
  StartM(nullptr, true);
}

void SchedImpl::ResetSpinning(M* m) {
  m->is_spinning = false;
  nmspinning.fetch_sub(1, std::memory_order_seq_cst);
  WakeP();
}

void SchedImpl::StopM(M* m) {
  GOL_DCHECK(m->p == nullptr && !m->is_spinning);
  if (is_hosted) return StopHostM(m, false);
  bool dead;
  {
    LockGuard guard(lock);
    if (exiting.load(std::memory_order_relaxed)) return;
    MPut(m);
    dead = CheckDead();
  }
  if (dead) ReportDeadlock(rt);
  m->park.Sleep();
  m->park.Clear();
  if (m->next_p != nullptr) {
    P* p = m->next_p;
    m->next_p = nullptr;
    AcquireP(m, p);
  }
}

void SchedImpl::HandoffP(P* p) {
  // Requires: p is owned by the caller, status kPidle.
  if (!RunqEmpty(p) || runq_size.load(std::memory_order_relaxed) != 0) {
    StartM(p, false);
    return;
  }
  int32_t zero = 0;
  if (nmspinning.load(std::memory_order_seq_cst) + npidle.load(std::memory_order_seq_cst) == 0 &&
      nmspinning.compare_exchange_strong(zero, 1, std::memory_order_seq_cst)) {
    StartM(p, true);
    return;
  }
  bool start = false;
  {
    LockGuard guard(lock);
    if (gcwaiting.load(std::memory_order_relaxed)) {
      p->status.store(kPgcstop, std::memory_order_relaxed);
      if (--stopwait == 0) stopnote.Wake();
      return;
    }
    if (runq_size.load(std::memory_order_relaxed) != 0) {
      start = true;
    } else {
      PidlePut(p);
    }
  }
  if (start) {
    StartM(p, false);
    return;
  }
  int64_t when = p->timers.next_when_ns.load(std::memory_order_relaxed);
  if (when != 0) WakePoller(when);
}

void SchedImpl::GcStopM(M* m) {
  if (m->is_spinning) {
    m->is_spinning = false;
    nmspinning.fetch_sub(1, std::memory_order_seq_cst);
  }
  P* p = ReleaseP(m);
  {
    LockGuard guard(lock);
    p->status.store(kPgcstop, std::memory_order_relaxed);
    if (--stopwait == 0) stopnote.Wake();
  }
  StopM(m);
}

bool SchedImpl::StopLockedM(M* m) {
  if (m->p != nullptr) HandoffP(ReleaseP(m));
  bool dead;
  {
    LockGuard guard(lock);
    if (exiting.load(std::memory_order_relaxed)) return false;
    nmidlelocked++;
    dead = CheckDead();
  }
  if (dead) ReportDeadlock(rt);
  m->park.Sleep();
  m->park.Clear();
  if (m->next_p == nullptr) return false;
  P* p = m->next_p;
  m->next_p = nullptr;
  AcquireP(m, p);
  return true;
}

void SchedImpl::StartLockedM(M* m, G* g) {
  M* other = g->locked_m;
  {
    LockGuard guard(lock);
    nmidlelocked--;
  }
  other->next_p = ReleaseP(m);
  other->park.Wake();
  StopM(m);
}

// ---- the loop ----

G* SchedImpl::Steal(M* m, P* p, int64_t* now, bool* ran_timer) {
  int n = sched.gomaxprocs();
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds; round++) {
    bool last = round == kRounds - 1;
    uint32_t start = NextRandom(m->rand_state) % static_cast<uint32_t>(n);
    for (int i = 0; i < n; i++) {
      if (gcwaiting.load(std::memory_order_relaxed)) return nullptr;
      P* victim = sched.all_ps_[(start + static_cast<uint32_t>(i)) % static_cast<uint32_t>(n)];
      if (victim == p) continue;
      if (last && victim->timers.count.load(std::memory_order_relaxed) != 0) {
        CheckTimers(victim, now, ran_timer);
        if (*ran_timer) {
          bool inherit;
          if (G* g = RunqGet(p, &inherit)) return g;
        }
      }
      if (victim->status.load(std::memory_order_relaxed) == kPidle) continue;  // its queue is empty
      if (G* g = RunqSteal(p, victim, last)) return g;
    }
  }
  return nullptr;
}

int64_t SchedImpl::EarliestTimer() const {
  int64_t earliest = 0;
  int n = sched.gomaxprocs();
  for (int i = 0; i < n; i++) {
    int64_t when = sched.all_ps_[i]->timers.next_when_ns.load(std::memory_order_seq_cst);
    if (when != 0 && (earliest == 0 || when < earliest)) earliest = when;
  }
  return earliest;
}

bool SchedImpl::SleepAsPoller(M* m, int64_t poll_until) {
  poll_until_ns.store(poll_until != 0 ? poll_until : INT64_MAX, std::memory_order_seq_cst);
  // A timer added before poll_until_ns was set, and a goroutine that began to wait, woke nobody.
  int64_t again = EarliestTimer();
  if (again != 0 && (poll_until == 0 || again < poll_until)) poll_until = again;
  const bool has_files = netpoll.has_waiters();
  int64_t delay = poll_until == 0 ? -1 : std::max<int64_t>(poll_until - NanoTime(), 0);
  std::vector<G*> ready;
  if (exiting.load(std::memory_order_seq_cst) || host_break.load(std::memory_order_seq_cst) ||
      (poll_until == 0 && !has_files)) {
    delay = 0;
  } else if (has_files) {
    poll_in_epoll.store(true, std::memory_order_seq_cst);
    // A wake-up from before the store came to poll_note alone.
    netpoll.Poll(poll_note.is_signaled() ? 0 : delay, &ready);
    poll_in_epoll.store(false, std::memory_order_seq_cst);
  } else if (delay > 0) {
    poll_note.SleepFor(delay);
  }
  poll_until_ns.store(0, std::memory_order_seq_cst);
  poll_note.Clear();
  poller.store(false, std::memory_order_seq_cst);
  const bool has_p = SpinWithIdleP(m);
  for (G* g : ready) sched.Ready(g, false);
  return has_p;
}

bool SchedImpl::PollEvents() {
  std::vector<G*> ready;
  netpoll.Poll(0, &ready);
  for (G* g : ready) sched.Ready(g, false);
  return !ready.empty();
}

void SchedImpl::BreakPoller() {
  poll_note.Wake();
  if (poll_in_epoll.load(std::memory_order_seq_cst)) netpoll.Break();
}

bool SchedImpl::SpinWithIdleP(M* m) {
  P* idle = nullptr;
  {
    LockGuard guard(lock);
    if (!gcwaiting.load(std::memory_order_relaxed)) idle = PidleGet();
  }
  if (idle == nullptr) return false;
  AcquireP(m, idle);
  m->is_spinning = true;
  nmspinning.fetch_add(1, std::memory_order_seq_cst);
  return true;
}

G* SchedImpl::FindRunnable(M* m, bool* inherit_time) {
  for (;;) {
    if (exiting.load(std::memory_order_acquire)) return nullptr;
    if (host_break.load(std::memory_order_acquire)) return nullptr;
    P* p = m->p;
    if (p == nullptr) {
      StopM(m);
      continue;
    }
    if (gcwaiting.load(std::memory_order_acquire)) {
      GcStopM(m);
      continue;
    }
    if (p->run_safepoint_fn.load(std::memory_order_acquire)) RunSafepointFn(p);
    int64_t now = 0;
    bool ran_timer = false;
    if (p->timers.count.load(std::memory_order_relaxed) != 0) CheckTimers(p, &now, &ran_timer);

    *inherit_time = false;
    if (is_seeded) [[unlikely]] {
      if (G* g = SeededGet()) return g;
      if (seeded_next.load() != nullptr) continue;
    }
    if (p->schedtick.load(std::memory_order_relaxed) % kGlobalEvery == 0 &&
        runq_size.load(std::memory_order_relaxed) != 0) {
      LockGuard guard(lock);
      if (G* g = GlobrunqGet(p, 1)) return g;
    }
    if (G* g = RunqGet(p, inherit_time)) return g;
    if (runq_size.load(std::memory_order_seq_cst) != 0) {
      LockGuard guard(lock);
      if (G* g = GlobrunqGet(p, 0)) return g;
    }
    if (netpoll.has_waiters() && !poll_in_epoll.load(std::memory_order_relaxed) && PollEvents()) {
      continue;
    }
    int busy = sched.gomaxprocs() - npidle.load(std::memory_order_relaxed);
    if (m->is_spinning || 2 * nmspinning.load(std::memory_order_relaxed) < busy) {
      if (!m->is_spinning) {
        m->is_spinning = true;
        nmspinning.fetch_add(1, std::memory_order_seq_cst);
      }
      if (G* g = Steal(m, p, &now, &ran_timer)) return g;
      if (ran_timer) continue;
    }

    {
      LockGuard guard(lock);
      if (gcwaiting.load(std::memory_order_relaxed)) continue;
      if (p->run_safepoint_fn.load(std::memory_order_relaxed)) continue;
      if (G* g = GlobrunqGet(p, 0)) return g;
      ReleaseP(m);
      PidlePut(p);
    }
    if (m->is_spinning) {
      m->is_spinning = false;
      nmspinning.fetch_sub(1, std::memory_order_seq_cst);
      // Work that came after the look and before the decrement: its submitter saw a spinner and
      // woke nobody.
      bool found = runq_size.load(std::memory_order_seq_cst) != 0 || seeded_next.load() != nullptr;
      int n = sched.gomaxprocs();
      for (int i = 0; i < n && !found; i++) found = !RunqEmpty(sched.all_ps_[i]);
      if (found) {
        if (SpinWithIdleP(m)) continue;
      }
    }
    // One M sleeps with the earliest timer as its time-out, and for files.
    int64_t poll_until = EarliestTimer();
    if ((poll_until != 0 || netpoll.has_waiters()) &&
        !poller.exchange(true, std::memory_order_seq_cst)) {
      if (SleepAsPoller(m, poll_until)) continue;
    }
    StopM(m);
  }
}

G* SchedImpl::Schedule(M* m) {
  for (;;) {
    if (m->locked_g != nullptr) {
      if (!StopLockedM(m)) return nullptr;
      G* g = m->locked_g;
      Execute(m, g, false);
      return g;
    }
    bool inherit_time;
    G* g = FindRunnable(m, &inherit_time);
    if (g == nullptr) return nullptr;
    if (m->is_spinning) ResetSpinning(m);
    if (g->locked_m != nullptr && g->locked_m != m) {
      StartLockedM(m, g);
      continue;
    }
    Execute(m, g, inherit_time);
    return g;
  }
}

void SchedImpl::Continue(M* m, G* g, uint32_t from) {
  m->curg = g;
  g->m.store(m, std::memory_order_release);
  CasGStatus(g, from, kGrunning);
  if (g->seg == nullptr) [[unlikely]] AttachStack(m->p, g);
  rt.tracer().GoEvent(tracing::Kind::kGoStart, m, g);
  g->preempt.store(false, std::memory_order_relaxed);
  m->p->preempt.store(false, std::memory_order_relaxed);
}

void SchedImpl::Execute(M* m, G* g, bool inherit_time) {
  Continue(m, g, kGrunnable);
  if (inherit_time) return;
  P* p = m->p;
  p->schedtick.store(p->schedtick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void SchedImpl::MainLoop(M* m) {
  G* g = nullptr;
  for (;;) {
    if (g == nullptr) g = Schedule(m);
    if (g == nullptr) break;
    fiber::BeforeGo(m, g);
    gol_rt_gogo(g, m);
    fiber::AfterGo(m);
    g = m->mcall_fn(m, m->curg);
  }
  // The scheduler ends: a P still held is of no use to anybody.
  if (m->p != nullptr) ReleaseP(m);
}

__attribute__((noinline)) void Mcall(G* (*fn)(M*, G*)) {
  M* m = CurrentM();
  G* g = CurrentG();
  m->mcall_fn = fn;
  fiber::BeforeLeave(m, g, false);
  gol_rt_mcall();
  fiber::AfterReturn(g);
  if (CurrentM()->draws_yields) [[unlikely]] TlsStore<uint64_t>(kTlsStackLimit, kStackPreempt);
}

void CasGStatusSlow(G* g, uint32_t from, uint32_t to) {
  uint32_t expected = from;
  int spins = 0;
  while (!g->status.compare_exchange_weak(expected, to, std::memory_order_acq_rel,
                                          std::memory_order_relaxed)) {
    if (expected != from && expected != (from | kGscan)) {
      Throw("goroutine in an unexpected state");
    }
    expected = from;
    if (++spins < 200) {
      CpuRelax();
    } else {
      sched_yield();
    }
  }
}

// ---- deadlock ----

bool SchedImpl::CheckDead() {
  if (mcount - nmidle - nmidlelocked > 0) return false;
  if (!run_in_progress || external_wakers != 0) return false;
  if (gcwaiting.load(std::memory_order_relaxed) || exiting.load(std::memory_order_relaxed)) {
    return false;
  }
  if (runq_size.load(std::memory_order_relaxed) != 0) return false;
  for (P* p : sched.all_ps_) {
    // An M has just looked for timers and found none; this one came since, and whoever added it
    // wakes somebody.
    if (p->timers.count.load(std::memory_order_relaxed) != 0) return false;
    if (!RunqEmpty(p)) return false;
  }
  uint64_t n = sched.g_count();
  for (uint64_t i = 0; i < n; i++) {
    G* g = sched.g_at(i);
    uint32_t status = g->status.load(std::memory_order_relaxed) & ~kGscan;
    // On its way to a queue, or stopped by a scanner: whoever holds it wakes somebody.
    if (status != kGwaiting && status != kGdead && status != kGidle) return false;
  }
  run_in_progress = false;  // the caller reports it, once
  return true;
}

// ---- construction and end ----

Sched::Sched(Runtime& rt, int gomaxprocs) : rt_(rt), impl_(new SchedImpl(*this, rt)) {
  all_ps_.reserve(kMaxGomaxprocs);
  gomaxprocs = std::clamp(gomaxprocs, 1, kMaxGomaxprocs);
  if (rt.debug().schedseed != 0) {
    gomaxprocs = 1;
    impl_->is_seeded = true;
    impl_->is_fueled = rt.options().limits.fuel != kNoLimit;
    impl_->seed_state[0] = static_cast<uint32_t>(rt.debug().schedseed) * 2654435761u ^ 0x9e3779b9u;
    impl_->seed_state[1] = static_cast<uint32_t>(rt.debug().schedseed) | 1;
    for (int i = 0; i < 16; i++) NextRandom(impl_->seed_state);
  }
  // The world of a new scheduler is stopped: the first Run starts it.
  impl_->gcwaiting.store(true, std::memory_order_relaxed);
  world_stopped_.store(true, std::memory_order_relaxed);
  ResizePs(gomaxprocs);
}

NetPoll& Sched::netpoll() { return impl_->netpoll; }

// Waits for the thread to end. One that sits in a system call (a BlockingRegion) is interrupted, if
// the host lets the runtime use signals; the region then does not return to its goroutine.
static void JoinThread(pthread_t thread, bool may_interrupt) {
  if (!may_interrupt) {
    pthread_join(thread, nullptr);
    return;
  }
  constexpr int64_t kPatienceNs = 2000000;
  for (;;) {
    timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += kPatienceNs;
    if (until.tv_nsec >= 1000000000) {
      until.tv_nsec -= 1000000000;
      until.tv_sec++;
    }
    if (pthread_timedjoin_np(thread, nullptr, &until) == 0) return;
    pthread_kill(thread, InterruptSignal());
  }
}

void Sched::Shutdown() {
  SchedImpl& s = *impl_;
  GOL_CHECK(is_world_stopped());
  {
    LockGuard guard(s.lock);
    s.exiting.store(true, std::memory_order_seq_cst);
    for (M* m = s.allm.load(std::memory_order_relaxed); m != nullptr; m = m->alllink) {
      m->park.Wake();
    }
    s.poll_note.Wake();
    s.netpoll.Break();
    s.sysmon_note.Wake();
    s.sysmon_exit.Wake();
  }
  if (rt_.options().handle_signals) {
    // Those in system calls, at once; whom the signal reaches too early gets others in JoinThread.
    ForEachG([](G& g) {
      if ((g.status.load(std::memory_order_acquire) & ~kGscan) != kGsyscall) return;
      if (M* m = g.m.load(std::memory_order_acquire)) pthread_kill(m->thread, InterruptSignal());
    });
  }
  for (M* m = s.allm.load(std::memory_order_acquire); m != nullptr; m = m->alllink) {
    if (m->is_host) continue;
    JoinThread(m->thread, rt_.options().handle_signals);
  }
  if (s.has_sysmon) pthread_join(s.sysmon_thread, nullptr);
  s.has_sysmon = false;
}

Sched::~Sched() {
  SchedImpl& s = *impl_;
  for (M* m = s.allm.load(std::memory_order_acquire); m != nullptr;) {
    M* next = m->alllink;
    if (!m->is_host) delete m;
    m = next;
  }
  FreeAllGs();
  for (P* p : all_ps_) DestroyP(p);
  impl_->FreeSudogs();
  delete impl_;
}

}  // namespace gol::rt
