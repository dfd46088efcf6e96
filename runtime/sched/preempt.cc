// Safepoints: asking for them and honouring them. See stop_world.cc for who asks.
//
// A request sets a flag (G::preempt, G::preempt_stop, gcwaiting), then stores kStackPreempt into the
// thread's stack limit. The next prologue calls __morestack, the next loop poll gol_rt_poll; both come to
// Safepoint, on the goroutine's stack with all registers saved on it.
#include <cpuid.h>

#include "base/check.h"
#include "runtime/runtime.h"
#include "runtime/sched/host_call.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/sched/stack_grow.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt {
namespace {

uint64_t ComputeXsaveBytes() {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & (1u << 27)) == 0) return 0;  // OSXSAVE
  if (!__get_cpuid_count(0xd, 1, &a, &b, &c, &d) || (a & 2) == 0) return 0;  // XSAVEC
  // Size of the compacted area with all features the system enabled; more than is saved.
  return AlignUp(b, 64) + 64;
}

void Poison(M* m) {
  if (m == nullptr || !m->is_started.load(std::memory_order_acquire)) return;
  if (m->is_host) [[unlikely]] return PoisonHostThread(m);
  __atomic_store_n(reinterpret_cast<uint64_t*>(m->fs_base + kTlsStackLimit), kStackPreempt,
                   __ATOMIC_RELEASE);
}

G* PreemptPark(M* m, G* g) {
  m->rt->tracer().GoEvent(tracing::Kind::kGoStop, m, g, 1);
  m->curg = nullptr;
  TlsStore<G*>(kTlsG, nullptr);
  g->m.store(nullptr, std::memory_order_relaxed);
  g->wait_reason = WaitReason::kPreempted;
  if (m->is_seeded) SchedPeer::Impl(m->rt->sched()).seeded_next.store(g);
  // The scanner that asked takes it from here.
  CasGStatus(g, kGrunning, kGpreempted);
  return nullptr;
}

}  // namespace

extern "C" {
// Bytes that xsavec needs, 0 where the processor lacks it: a constant of the machine.
extern const uint64_t gol_rt_xsave_bytes;
const uint64_t gol_rt_xsave_bytes = ComputeXsaveBytes();
}

void Sched::PreemptP(P& p) {
  p.preempt.store(true, std::memory_order_seq_cst);
  // A thread in a blocking region sees the request when it comes back for the P.
  Poison(p.m.load(std::memory_order_acquire));
}

void Sched::PreemptAll() {
  int n = gomaxprocs();
  for (int i = 0; i < n; i++) {
    P* p = all_ps_[i];
    if (p->status.load(std::memory_order_relaxed) == kPrunning) PreemptP(*p);
  }
}

void Sched::PreemptG(G& g) {
  g.preempt.store(true, std::memory_order_seq_cst);
  // Ms live as long as the scheduler; one that runs another goroutine by now loses a moment.
  Poison(g.m.load(std::memory_order_acquire));
}

// Gives the P up for a stop of the world; the same goroutine goes on.
static G* SeededStop(M* m, G* g) {
  SchedPeer::Impl(m->rt->sched()).seeded_next.store(g);
  m->curg = nullptr;
  TlsStore<G*>(kTlsG, nullptr);
  g->m.store(nullptr, std::memory_order_relaxed);
  CasGStatus(g, kGrunning, kGrunnable);
  return nullptr;
}

// Safepoint where schedules come from a seed: see seeded.cc.
static void SeededSafepoint(G* g, M* m) {
  SchedImpl& s = SchedPeer::Impl(m->rt->sched());
  g->stack_limit = g->seg->limit;
  // As in Safepoint: the limit first, then the flags.
  if (!m->draws_yields) {
    __atomic_exchange_n(reinterpret_cast<uint64_t*>(m->fs_base + kTlsStackLimit), g->stack_limit,
                        __ATOMIC_SEQ_CST);
  }
  for (;;) {
    g->preempt.store(false, std::memory_order_relaxed);
    m->p->preempt.store(false, std::memory_order_relaxed);
    if (g->preempt_stop.load(std::memory_order_seq_cst)) {
      Mcall(&PreemptPark);
    } else if (s.gcwaiting.load(std::memory_order_seq_cst)) {
      g->was_running = true;
      Mcall(&SeededStop);
      g->was_running = false;
    } else {
      break;
    }
    m = CurrentM();
  }
  if (s.host_break.load(std::memory_order_relaxed) || (m->draws_yields && s.SeededYields())) {
    m->rt->sched().Gosched();
  }
  if (g->is_condemned.load(std::memory_order_relaxed)) m->rt->sched().GoExit0();
  if (m->draws_yields) TlsStore<uint64_t>(kTlsStackLimit, kStackPreempt);
}

void Safepoint() {
  G* g = CurrentG();
  M* m = CurrentM();
  if (m->is_seeded) [[unlikely]] {
    SeededSafepoint(g, m);
    return;
  }
  // Exchange: the limit is restored before the flags are read, so that a request made in between
  // is either seen here or poisons the limit again.
  __atomic_exchange_n(reinterpret_cast<uint64_t*>(m->fs_base + kTlsStackLimit), g->stack_limit,
                      __ATOMIC_SEQ_CST);
  SchedImpl& s = SchedPeer::Impl(g->rt->sched());
  if (g->preempt_stop.load(std::memory_order_seq_cst)) {
    g->preempt.store(false, std::memory_order_relaxed);
    Mcall(&PreemptPark);
    return;
  }
  if (g->preempt.load(std::memory_order_seq_cst) || m->p->preempt.load(std::memory_order_seq_cst) ||
      s.gcwaiting.load(std::memory_order_seq_cst)) {
    g->preempt.store(false, std::memory_order_relaxed);
    m->p->preempt.store(false, std::memory_order_relaxed);
    g->was_running = s.gcwaiting.load(std::memory_order_relaxed);
    g->wait_reason = WaitReason::kPreempted;
    g->rt->sched().Gosched();
    g->was_running = false;
    g->wait_reason = WaitReason::kNone;
  }
}

void PollSafepointSlow() {
  if (CurrentG() == nullptr || IsOnSystemStack()) return;
  Safepoint();
}

void Sched::PollSlow() {
  if (CurrentG() == nullptr || IsOnSystemStack()) return;
  Safepoint();
}

}  // namespace gol::rt

extern "C" void gol_rt_poll_slow() {
  if (gol::rt::TlsLoad<uint64_t>(gol::rt::kTlsStackLimit) == gol::rt::kStackPreempt) {
    gol::rt::Safepoint();
  }
}
