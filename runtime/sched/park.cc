// Parking and readying goroutines, yielding, wiring goroutines to threads. See proc.cc.
#include "base/check.h"
#include "runtime/prof/profiler.h"
#include "runtime/runtime.h"
#include "runtime/sched/fiber.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt {

const char* WaitReasonText(WaitReason r) {
  switch (r) {
    case WaitReason::kNone: return "";
    case WaitReason::kGCAssistMarking: return "GC assist marking";
    case WaitReason::kIOWait: return "IO wait";
    case WaitReason::kChanReceiveNilChan: return "chan receive (nil chan)";
    case WaitReason::kChanSendNilChan: return "chan send (nil chan)";
    case WaitReason::kSelect: return "select";
    case WaitReason::kSelectNoCases: return "select (no cases)";
    case WaitReason::kGCAssistWait: return "GC assist wait";
    case WaitReason::kGCSweepWait: return "GC sweep wait";
    case WaitReason::kGCScavengeWait: return "GC scavenge wait";
    case WaitReason::kChanReceive: return "chan receive";
    case WaitReason::kChanSend: return "chan send";
    case WaitReason::kFinalizerWait: return "finalizer wait";
    case WaitReason::kForceGCIdle: return "force gc (idle)";
    case WaitReason::kSemacquire: return "semacquire";
    case WaitReason::kSleep: return "sleep";
    case WaitReason::kSyncCondWait: return "sync.Cond.Wait";
    case WaitReason::kSyncMutexLock: return "sync.Mutex.Lock";
    case WaitReason::kSyncRWMutexRLock: return "sync.RWMutex.RLock";
    case WaitReason::kSyncRWMutexLock: return "sync.RWMutex.Lock";
    case WaitReason::kSyncWaitGroupWait: return "sync.WaitGroup.Wait";
    case WaitReason::kGCWorkerIdle: return "GC worker (idle)";
    case WaitReason::kGCWorkerActive: return "GC worker (active)";
    case WaitReason::kPreempted: return "preempted";
    case WaitReason::kDebugCall: return "debug call";
    case WaitReason::kStoppingTheWorld: return "stopping the world";
    case WaitReason::kGarbageCollection: return "garbage collection";
    case WaitReason::kCleanupWait: return "cleanup wait";
    case WaitReason::kCoroutine: return "coroutine";
    case WaitReason::kCount: break;
  }
  return "unknown wait reason";
}

namespace {

// The M lets go of g, which it has just been switched from.
void DropG(M* m, G* g) {
  m->curg = nullptr;
  TlsStore<G*>(kTlsG, nullptr);
  g->m.store(nullptr, std::memory_order_relaxed);
}

}  // namespace

struct ParkOps {
  static SchedImpl& Impl(M* m) { return SchedPeer::Impl(m->rt->sched()); }

  static G* Park(M* m, G* g) {
    SchedImpl& s = Impl(m);
    auto unlock = m->wait_unlock_fn;
    void* lock = m->wait_lock;
    m->rt->tracer().GoEvent(tracing::Kind::kGoBlock, m, g, static_cast<uint64_t>(g->wait_reason));
    DropG(m, g);
    CasGStatus(g, kGrunning, kGwaiting);
    if (unlock != nullptr && !unlock(g, lock)) {
      CasGStatus(g, kGwaiting, kGrunnable);
      s.Execute(m, g, true);
      return g;
    }
    return nullptr;
  }

  // Yields to everybody: to the end of the global queue.
  static G* Yield(M* m, G* g) {
    SchedImpl& s = Impl(m);
    m->rt->tracer().GoEvent(tracing::Kind::kGoStop, m, g,
                            g->wait_reason == WaitReason::kPreempted ? 1 : 0);
    DropG(m, g);
    CasGStatus(g, kGrunning, kGrunnable);
    s.GlobrunqPut(g);
    if (s.npidle.load(std::memory_order_relaxed) != 0) s.WakeP();
    return nullptr;
  }
};

void Sched::Goyield() {
  Mcall([](M* m, G* g) -> G* {
    SchedImpl& s = ParkOps::Impl(m);
    m->rt->tracer().GoEvent(tracing::Kind::kGoStop, m, g);
    DropG(m, g);
    CasGStatus(g, kGrunning, kGrunnable);
    s.RunqPut(m->p, g, false);
    return nullptr;
  });
}

// A goroutine whose call has been ended must not go on behind the host's back: it would write results to a frame
// that is gone. It ends when it comes back from a wait that the program asked for; within the runtime's own, and in
// select, which has things to put in order, it ends a little later.
static bool EndsBehind(WaitReason reason) {
  switch (reason) {
    case WaitReason::kIOWait:
    case WaitReason::kChanReceiveNilChan:
    case WaitReason::kChanSendNilChan:
    case WaitReason::kSelectNoCases:
    case WaitReason::kChanReceive:
    case WaitReason::kChanSend:
    case WaitReason::kSemacquire:
    case WaitReason::kSleep:
    case WaitReason::kSyncCondWait:
    case WaitReason::kSyncMutexLock:
    case WaitReason::kSyncRWMutexRLock:
    case WaitReason::kSyncRWMutexLock:
    case WaitReason::kSyncWaitGroupWait:
      return true;
    default:
      return false;
  }
}

void Sched::Park(bool (*unlock)(G*, void*), void* lock, WaitReason reason) {
  M* m = CurrentM();
  G* g = CurrentG();
  GOL_DCHECK(g != nullptr && !m->on_system_stack);
  m->wait_unlock_fn = unlock;
  m->wait_lock = lock;
  g->wait_reason = reason;
  g->wait_since_ns = 0;
  if (rt_.profiler().WantsBlock(reason)) {
    const int64_t start = NanoTime();
    Mcall(&ParkOps::Park);
    rt_.profiler().BlockEvent(NanoTime() - start);
  } else {
    Mcall(&ParkOps::Park);
  }
  if (g->is_condemned.load(std::memory_order_relaxed) && EndsBehind(reason)) [[unlikely]] {
    g->waiting = nullptr;
    GoExit0();
  }
}

void Sched::ParkUnlock(Lock& lock, WaitReason reason) {
  Park(
      [](G*, void* l) {
        static_cast<Lock*>(l)->unlock();
        return true;
      },
      &lock, reason);
}

void Sched::Ready(G* g, bool next) {
  rt_.tracer().EventWithStack(tracing::Kind::kGoUnblock, g->goid);
  CasGStatus(g, kGwaiting, kGrunnable);
  Enqueue(g, next);
}

void Sched::Enqueue(G* g, bool next) {
  SchedImpl& s = *impl_;
  M* m = CurrentM();
  // A thread of another runtime holds a P that is not ours.
  if (m != nullptr && m->p != nullptr && m->rt == &rt_) {
    s.RunqPut(m->p, g, next);
  } else {
    s.GlobrunqPut(g);
  }
  s.WakeP();
}

void Sched::Gosched() {
  Mcall(&ParkOps::Yield);
  if (CurrentG()->is_condemned.load(std::memory_order_relaxed)) [[unlikely]] GoExit0();
}

void Sched::LockOSThread() {
  if (impl_->is_hosted) return;  // there is one thread
  G* g = CurrentG();
  M* m = CurrentM();
  g->locked_depth++;
  g->locked_m = m;
  m->locked_g = g;
}

void Sched::UnlockOSThread() {
  G* g = CurrentG();
  if (g->locked_depth == 0 || --g->locked_depth != 0) return;
  g->locked_m->locked_g = nullptr;
  g->locked_m = nullptr;
}

}  // namespace gol::rt
