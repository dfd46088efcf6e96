// BlockingRegion: a goroutine blocks in the kernel or in host code while its P serves others.
//
// Entering publishes the P as kPsyscall and goes on without further ado. Whoever needs the P (sysmon
// after some 20 microseconds, a stop of the world) takes it by compare-and-swap. Leaving takes the
// same P back by compare-and-swap if nobody did, else an idle one, else the goroutine is queued and the thread stops.
// So a short call costs two atomic operations.
#include "base/check.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt {

void BlockingRegion::BeforeEnter(G* g) {
  g->rt->tracer().EventWithStack(tracing::Kind::kSyscallBegin);
}

void BlockingRegion::Enter() {
  M* m = CurrentM();
  G* g = g_;
  P* p = m->p;
  SchedImpl& s = SchedPeer::Impl(m->rt->sched());
  g->region_sp = g->sp;
  g->region_fp = g->fp;
  g->region_pc = g->pc;
  g->region_saved = regs_;
  CasGStatus(g, kGrunning, kGsyscall);
  if (m->is_seeded) [[unlikely]] s.SeededRegion(g);
  m->old_p = p;
  m->syscall_tick = p->syscalltick.load(std::memory_order_relaxed);
  m->p = nullptr;
  p->m.store(nullptr, std::memory_order_relaxed);
  TlsStore<P*>(kTlsP, nullptr);
  if (s.sysmon_wait.load(std::memory_order_relaxed)) {
    LockGuard guard(s.lock);
    if (s.sysmon_wait.load(std::memory_order_relaxed)) {
      s.sysmon_wait.store(false, std::memory_order_relaxed);
      s.sysmon_note.Wake();
    }
  }
  // From here on the P may be somebody else's.
  p->status.store(kPsyscall, std::memory_order_seq_cst);
  if (s.gcwaiting.load(std::memory_order_seq_cst)) {
    LockGuard guard(s.lock);
    uint32_t expected = kPsyscall;
    if (s.stopwait > 0 &&
        p->status.compare_exchange_strong(expected, kPgcstop, std::memory_order_seq_cst)) {
      p->syscalltick.store(p->syscalltick.load(std::memory_order_relaxed) + 1,
                           std::memory_order_relaxed);
      if (--s.stopwait == 0) s.stopnote.Wake();
    }
  }
}

void BlockingRegion::Exit() {
  M* m = CurrentM();
  G* g = g_;
  SchedImpl& s = SchedPeer::Impl(m->rt->sched());
  P* p = m->old_p;
  m->old_p = nullptr;
  uint32_t expected = kPsyscall;
  bool got = p->status.compare_exchange_strong(expected, kPidle, std::memory_order_seq_cst);
  if (!got && !s.gcwaiting.load(std::memory_order_relaxed) &&
      s.npidle.load(std::memory_order_relaxed) != 0) {
    LockGuard guard(s.lock);
    if (!s.gcwaiting.load(std::memory_order_relaxed)) {
      p = s.PidleGet();
      got = p != nullptr;
    }
  }
  if (got) {
    s.AcquireP(m, p);
    p->syscalltick.store(p->syscalltick.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
    if (m->is_seeded) [[unlikely]] {
      G* expected_next = g;
      s.seeded_next.compare_exchange_strong(expected_next, nullptr);
    }
    CasGStatus(g, kGsyscall, kGrunning);
    m->rt->tracer().GoEvent(tracing::Kind::kSyscallEnd, m, g);
    // Requests that were made meanwhile had no thread to poison.
    if (s.gcwaiting.load(std::memory_order_relaxed) ||
        s.host_break.load(std::memory_order_relaxed) || p->preempt.load(std::memory_order_relaxed) ||
        g->preempt.load(std::memory_order_relaxed) ||
        g->preempt_stop.load(std::memory_order_relaxed)) {
      g->preempt.store(true, std::memory_order_relaxed);
      TlsStore<uint64_t>(kTlsStackLimit, kStackPreempt);
    }
    return;
  }
  Mcall([](M* m, G* g) -> G* {
    SchedImpl& s = SchedPeer::Impl(m->rt->sched());
    m->rt->tracer().GoEvent(tracing::Kind::kSyscallEnd, m, g);
    m->curg = nullptr;
    TlsStore<G*>(kTlsG, nullptr);
    CasGStatus(g, kGsyscall, kGrunnable);
    g->m.store(nullptr, std::memory_order_relaxed);
    if (s.is_seeded) [[unlikely]] {
      s.SeededReturn(g);
      s.WakeP();
      return nullptr;
    }
    P* p = nullptr;
    {
      LockGuard guard(s.lock);
      if (!s.gcwaiting.load(std::memory_order_relaxed) && g->locked_m == nullptr) p = s.PidleGet();
    }
    if (p != nullptr) {
      s.AcquireP(m, p);
      s.Execute(m, g, false);
      return g;
    }
    s.GlobrunqPut(g);
    s.WakeP();
    // The loop finds no P and stops this thread.
    return nullptr;
  });
  // The host's call has been ended meanwhile.
  if (g->is_condemned.load(std::memory_order_relaxed)) [[unlikely]] g->rt->sched().GoExit0();
}

}  // namespace gol::rt
