// Coroutines: goroutines that run only when another one switches to them. For iter.Pull.
//
// A coroutine is a G; coro_parked holds the one of the two that stands still, the coroutine itself or the goroutine
// that switched to it. A switch parks the caller there and goes on with the other at once: no queue, no
// lock, no other thread. Whoever calls is parked, so a coroutine may be resumed by
// different goroutines one after another.
//
// Exceptions to "at once": a stop of the world, the end of the time slice (a pair that only switches would
// otherwise keep its P for ever) and wired threads (LockOSThread). Then the other goes through the queues.
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"

namespace gol::rt {

G* SchedImpl::SwitchTo(M* m, G* g) {
  P* p = m->p;
  const bool is_wired = g->locked_m != nullptr || m->locked_g != nullptr;
  const bool is_over = p->preempt.load(std::memory_order_relaxed);
  if (!is_wired && !is_over && !gcwaiting.load(std::memory_order_relaxed)) [[likely]] {
    Continue(m, g, kGwaiting);
    return g;
  }
  CasGStatus(g, kGwaiting, kGrunnable);
  if (is_wired) {
    // On the other's own thread, or on any but this one.
    GlobrunqPut(g);
    WakeP();
  } else if (is_over) {
    p->preempt.store(false, std::memory_order_relaxed);
    GlobrunqPut(g);
  } else {
    RunqPut(p, g, true);
  }
  return nullptr;
}

G* Sched::NewCoro(Funcval* fn, uint64_t caller_pc) {
  G* g = MakeProc(fn, caller_pc);
  g->wait_reason = WaitReason::kCoroutine;
  g->wait_since_ns = 0;
  g->coro_parked.store(g, std::memory_order_relaxed);
  CasGStatus(g, kGdead, kGwaiting);
  return g;
}

void Sched::SwitchCoro(G* coro) {
  M* m = CurrentM();
  G* g = CurrentG();
  m->wait_lock = coro;
  g->wait_reason = WaitReason::kCoroutine;
  g->wait_since_ns = 0;
  Mcall([](M* m, G* g) -> G* {
    G* coro = static_cast<G*>(m->wait_lock);
    m->curg = nullptr;
    TlsStore<G*>(kTlsG, nullptr);
    g->m.store(nullptr, std::memory_order_relaxed);
    CasGStatus(g, kGrunning, kGwaiting);
    // Release: its stack is whole; acquire: so is the other's.
    G* next = coro->coro_parked.exchange(g, std::memory_order_acq_rel);
    if (next == nullptr) Throw("switch to a coroutine that runs");
    return SchedPeer::Impl(m->rt->sched()).SwitchTo(m, next);
  });
}

}  // namespace gol::rt
