// Stopping the world, and reading the stacks of goroutines.
//
// A stop sets gcwaiting, takes all idle Ps and those in BlockingRegions, and asks the running ones
// to reach a safepoint by poisoning their threads' stack limits; each then gives its P up as
// kPgcstop in the scheduler loop. stopwait counts the Ps that are still missing. The poison of a
// limit can be lost, when it falls together with a switch of goroutines or a return from a chained
// segment; so the request is repeated until all have stopped. A goroutine in a BlockingRegion goes
// on, and stops in BlockingRegion::Exit, for want of a P.
//
// world_lock excludes several stops. It is taken in a BlockingRegion, so that a waiting goroutine
// does not hold up the stop it waits for.
//
// ForEachP needs no stop (Go's forEachP): each P has a flag, and whoever holds the P when it comes by the scheduler's
// loop calls the function. Running ones are asked to by poisoning limits; idle ones and those in BlockingRegions
// are visited by the caller.
//
// Scanning one goroutine needs no stop. kGscan in its status keeps it from being resumed: whoever
// resumes it changes the status by compare-and-swap from the plain value. A running goroutine is asked
// (preempt_stop) to park itself as kGpreempted; the scanner readies it afterwards.
#include <sched.h>

#include <algorithm>

#include "base/check.h"
#include "base/bits.h"
#include "runtime/mem/mcache.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/asm_offsets.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/sched/stack_grow.h"
#include "runtime/sched/stack_scan.h"
#include "runtime/tracing/tracer.h"
#include "runtime/world.h"

namespace gol::rt {
namespace {

// Spinning before the first sleep, and the pause between repeated requests. Most goroutines reach a safepoint
// within a microsecond.
constexpr int kStopSpins = 300;
constexpr int64_t kStopRetryNs = 20000;

}  // namespace

void Sched::AcquireWorld(WaitReason) {
  if (impl_->world_lock.try_lock()) return;
  BlockingRegion region;
  impl_->world_lock.lock();
}

void Sched::ReleaseWorld() { impl_->world_lock.unlock(); }

void Sched::StopTheWorld(StopReason reason) {
  AcquireWorld(WaitReason::kStoppingTheWorld);
  StopTheWorldWithLock(reason);
}

void Sched::StartTheWorld() {
  StartTheWorldWithLock();
  ReleaseWorld();
}

void Sched::HostStop() {
  SchedImpl& s = *impl_;
  s.world_lock.lock();
  if (!s.host_stopped) {
    StopTheWorldWithLock(StopReason::kHost);
    s.host_stopped = true;
  }
  s.world_lock.unlock();
}

void Sched::HostStart() {
  SchedImpl& s = *impl_;
  s.world_lock.lock();
  if (s.host_stopped) {
    s.host_stopped = false;
    StartTheWorldWithLock();
  }
  s.world_lock.unlock();
}

void Sched::StopTheWorldWithLock(StopReason reason) {
  SchedImpl& s = *impl_;
  if (s.host_stopped) return;
  const bool counts = reason != StopReason::kHost && reason != StopReason::kFatal;
  if (counts) {
    rt_.tracer().EventWithStack(tracing::Kind::kStwBegin, static_cast<uint64_t>(reason));
  }
  s.stop_begin_ns = counts ? NanoTime() : 0;
  s.stops_for_gc = reason == StopReason::kGC || reason == StopReason::kGcSweepTermination ||
                   reason == StopReason::kGcMarkTermination;
  bool wait;
  {
    LockGuard guard(s.lock);
    s.stopnote.Clear();
    s.stopwait = gomaxprocs();
    s.gcwaiting.store(true, std::memory_order_seq_cst);
    M* m = CurrentM();
    if (m != nullptr && m->rt == &rt_ && m->p != nullptr) {
      m->p->status.store(kPgcstop, std::memory_order_relaxed);
      s.stopwait--;
    }
    int n = gomaxprocs();
    for (int i = 0; i < n; i++) {
      P* p = all_ps_[i];
      uint32_t expected = kPsyscall;
      if (p->status.compare_exchange_strong(expected, kPgcstop, std::memory_order_seq_cst)) {
        p->syscalltick.store(p->syscalltick.load(std::memory_order_relaxed) + 1,
                             std::memory_order_relaxed);
        s.stopwait--;
      }
    }
    s.stopwait -= TakeHostP();
    while (P* p = s.PidleGet()) {
      p->status.store(kPgcstop, std::memory_order_relaxed);
      s.stopwait--;
    }
    wait = s.stopwait > 0;
  }
  if (wait) {
    PreemptAll();
    for (int i = 0; i < kStopSpins && !s.stopnote.is_signaled(); i++) CpuRelax();
    while (!s.stopnote.SleepFor(kStopRetryNs)) {
      PreemptAll();
      if (!s.is_hosted) continue;
      // Calls end without a look at gcwaiting.
      LockGuard guard(s.lock);
      if (TakeHostP() != 0 && --s.stopwait == 0) s.stopnote.Wake();
    }
  }
  if (counts) {
    const auto which = s.stops_for_gc ? PauseTime::kStoppingGc : PauseTime::kStoppingOther;
    pause_times_[static_cast<int>(which)].Add(NanoTime() - s.stop_begin_ns);
  }
  world_stopped_.store(true, std::memory_order_release);
}

// Requires: SchedImpl::lock held. How many Ps it took: one, or none.
int Sched::TakeHostP() {
  SchedImpl& s = *impl_;
  if (!s.is_hosted) return 0;
  uint32_t expected = kPhost;
  // Acquire: the call that left it so is over, its M is not started any more.
  if (!all_ps_[0]->status.compare_exchange_strong(expected, kPgcstop, std::memory_order_seq_cst)) {
    return 0;
  }
  s.host_p_taken = true;
  return 1;
}

void Sched::StartTheWorldWithLock() {
  SchedImpl& s = *impl_;
  if (s.host_stopped) return;
  rt_.tracer().Event(tracing::Kind::kStwEnd);
  M* self = CurrentM();
  if (self != nullptr && self->rt != &rt_) self = nullptr;
  P* own = self != nullptr ? self->p : nullptr;
  P* work = nullptr;
  world_stopped_.store(false, std::memory_order_release);
  {
    LockGuard guard(s.lock);
    s.gcwaiting.store(false, std::memory_order_seq_cst);
    for (int i = gomaxprocs() - 1; i >= 0; i--) {
      P* p = all_ps_[i];
      if (p == own) {
        p->status.store(kPrunning, std::memory_order_relaxed);
        continue;
      }
      if (s.host_p_taken) {
        s.host_p_taken = false;
        if (!s.host_wants_p) {
          // Release: a call that takes it sees what was done meanwhile.
          p->status.store(kPhost, std::memory_order_release);
          continue;
        }
      }
      p->status.store(kPidle, std::memory_order_relaxed);
      if (SchedImpl::RunqEmpty(p) && s.seeded_next.load() == nullptr &&
          p->timers.count.load(std::memory_order_relaxed) == 0) {
        s.PidlePut(p);
      } else {
        p->link = work;
        work = p;
      }
    }
    if (s.sysmon_wait.load(std::memory_order_relaxed)) {
      s.sysmon_wait.store(false, std::memory_order_relaxed);
      s.sysmon_note.Wake();
    }
  }
  // Who is woken below may take this thread's processor.
  const int64_t started = NanoTime();
  if (s.stop_begin_ns != 0) {
    const auto which = s.stops_for_gc ? PauseTime::kTotalGc : PauseTime::kTotalOther;
    pause_times_[static_cast<int>(which)].Add(started - s.stop_begin_ns);
  }
  world_started_ns_.store(started, std::memory_order_relaxed);
  while (work != nullptr) {
    P* p = work;
    work = p->link;
    p->link = nullptr;
    s.StartM(p, false);
  }
  // Somebody for the global queue.
  s.WakeP();
}

void Sched::VisitAllPs(FunctionRef<void(P&)> fn) {
  int n = gomaxprocs();
  for (int i = 0; i < n; i++) fn(*all_ps_[i]);
}

// ---- visiting all Ps, one after the other, while the others run ----

void SchedImpl::RunSafepointFn(P* p) {
  if (!p->run_safepoint_fn.exchange(false, std::memory_order_acq_rel)) return;
  (*safepoint_fn)(*p);
  LockGuard guard(lock);
  if (--safepoint_wait == 0) safepoint_note.Wake();
}

void SchedImpl::VisitQuietPs() {
  P* taken = nullptr;
  {
    LockGuard guard(lock);
    for (P* p = pidle; p != nullptr; p = p->link) {
      if (!p->run_safepoint_fn.exchange(false, std::memory_order_acq_rel)) continue;
      (*safepoint_fn)(*p);
      if (--safepoint_wait == 0) safepoint_note.Wake();
    }
    // A call that begins meanwhile waits for the lock.
    uint32_t at_rest = kPhost;
    P* host = sched.all_ps_[0];
    if (is_hosted && host->run_safepoint_fn.load(std::memory_order_relaxed) &&
        host->status.compare_exchange_strong(at_rest, kPgcstop, std::memory_order_seq_cst)) {
      if (host->run_safepoint_fn.exchange(false, std::memory_order_acq_rel)) {
        (*safepoint_fn)(*host);
        if (--safepoint_wait == 0) safepoint_note.Wake();
      }
      host->status.store(kPhost, std::memory_order_release);
    }
  }
  int n = sched.gomaxprocs();
  for (int i = 0; i < n; i++) {
    P* p = sched.all_ps_[i];
    uint32_t expected = kPsyscall;
    if (!p->run_safepoint_fn.load(std::memory_order_relaxed) ||
        !p->status.compare_exchange_strong(expected, kPidle, std::memory_order_seq_cst)) {
      continue;
    }
    p->syscalltick.store(p->syscalltick.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
    p->link = taken;
    taken = p;
  }
  while (P* p = taken) {
    taken = p->link;
    p->link = nullptr;
    RunSafepointFn(p);
    HandoffP(p);
  }
}

void Sched::ForEachP(FunctionRef<void(P&)> fn) {
  SchedImpl& s = *impl_;
  if (s.host_stopped) return VisitAllPs(fn);
  GOL_DCHECK(!s.is_seeded);
  {
    LockGuard guard(s.lock);
    s.safepoint_fn = &fn;
    s.safepoint_note.Clear();
    s.safepoint_wait = gomaxprocs();
    VisitAllPs([](P& p) { p.run_safepoint_fn.store(true, std::memory_order_release); });
  }
  // A request can be lost, and a P be on its way between two states: repeat.
  do {
    PreemptAll();
    s.VisitQuietPs();
    for (int i = 0; i < kStopSpins && !s.safepoint_note.is_signaled(); i++) CpuRelax();
  } while (!s.safepoint_note.SleepFor(kStopRetryNs));
  // Whoever signalled it is done with the lock.
  LockGuard guard(s.lock);
  s.safepoint_fn = nullptr;
}

// ---- thread-local words of all threads ----

void Sched::SetWriteBarrier(bool on) {
  SchedImpl& s = *impl_;
  GOL_CHECK(is_world_stopped());
  LockGuard guard(s.lock);
  s.write_barrier = on;
  uint32_t value = on ? 1 : 0;
  for (M* m = s.allm.load(std::memory_order_relaxed); m != nullptr; m = m->alllink) {
    if (!m->is_started.load(std::memory_order_acquire)) continue;
    __atomic_store_n(reinterpret_cast<uint32_t*>(m->fs_base + kTlsWriteBarrier), value,
                     __ATOMIC_RELEASE);
  }
}

void Sched::SetGlobals(char* globals) {
  SchedImpl& s = *impl_;
  GOL_CHECK(is_world_stopped());
  LockGuard guard(s.lock);
  for (M* m = s.allm.load(std::memory_order_relaxed); m != nullptr; m = m->alllink) {
    if (!m->is_started.load(std::memory_order_acquire)) continue;
    __atomic_store_n(reinterpret_cast<char**>(m->fs_base + kTlsGlobals), globals,
                     __ATOMIC_RELEASE);
  }
}

// ---- scanning ----

void Sched::StackRanges(const G& g, FunctionRef<void(StackRange)> visit) {
  StackSegment* seg = g.seg;
  if (seg == nullptr) return;
  uint64_t sp = g.sp;
  for (;;) {
    uint64_t lo = reinterpret_cast<uint64_t>(seg->lo);
    uint64_t hi = reinterpret_cast<uint64_t>(seg->hi);
    GOL_CHECK(sp >= lo && sp <= hi);
    visit({AlignDown(sp, 8), hi});
    if (seg->prev == nullptr) break;
    sp = seg->prev_sp;
    seg = seg->prev;
  }
}

// The references of a stack that does not change meanwhile: of a goroutine that is stopped, in a
// BlockingRegion, or the caller's own.
void Sched::ScanStack(const G& g, FunctionRef<void(StackRange)> visit) {
  if (g.seg == nullptr) {
    const auto at = reinterpret_cast<uint64_t>(&g.start_regs[1]);
    return visit({at, at + 8});
  }
  const StackMapTable* maps = rt_.stack_maps();
  if (rt_.debug().conservativestack != 0 || maps == nullptr || maps->empty()) {
    return StackRanges(g, visit);
  }
  StackState state;
  M* m = CurrentM();
  const bool is_own = m != nullptr && m->curg == &g;
  if (!is_own && (g.status.load(std::memory_order_relaxed) & ~kGscan) == kGsyscall) {
    state = {g.region_pc, g.region_fp, g.region_sp + 8, nullptr, g.region_saved};
  } else {
    // The layout of switch_x86_64.S. A goroutine that has not begun has no frames.
    const auto* saved = reinterpret_cast<const uint64_t*>(g.sp);
    if (g.pc == 0 || saved[GOL_SWITCH_FRAME / 8] != g.pc) return StackRanges(g, visit);
    state = {g.pc, g.fp, g.sp + GOL_SWITCH_FRAME + 8, saved + 1, nullptr};
  }
  auto scan = [&](StackRange range, bool is_exact) { visit({range.lo, range.hi, is_exact}); };
  StackScanner scanner(g, stacks_, *maps, scan);
  if (!scanner.Scan(state)) StackRanges(g, visit);
}

bool Sched::ScanGoroutine(G& g, FunctionRef<void(StackRange)> visit) {
  GOL_DCHECK(IsOnSystemStack());
  M* m = CurrentM();
  if (m != nullptr && m->curg == &g) {
    ScanStack(g, visit);
    return true;
  }
  int spins = 0;
  for (;;) {
    uint32_t status = g.status.load(std::memory_order_acquire);
    switch (status) {
      case kGidle:
      case kGdead:
        return false;
      case kGrunnable:
      case kGwaiting:
      case kGsyscall: {
        // Acquire: what the goroutine wrote before it stopped is visible.
        if (!g.status.compare_exchange_weak(status, status | kGscan, std::memory_order_acq_rel)) {
          continue;
        }
        // It was asked to stop and stopped by itself: nobody would wake it if it stopped again.
        g.preempt_stop.store(false, std::memory_order_seq_cst);
        // As in Go, the time of waiting counts from the first collection that sees it.
        if (status == kGwaiting && g.wait_since_ns == 0) g.wait_since_ns = NanoTime();
        if (rt_.debug().gcshrinkstackoff == 0) TrimStack(stacks_, g);
        if (!g.no_scan) ScanStack(g, visit);
        g.status.store(status, std::memory_order_release);
        return true;
      }
      case kGpreempted: {
        // Never kGwaiting in between: the detection of deadlocks must see that it will run.
        if (!g.status.compare_exchange_weak(status, kGrunnable | kGscan,
                                            std::memory_order_acq_rel)) {
          continue;
        }
        g.preempt_stop.store(false, std::memory_order_relaxed);
        ScanStack(g, visit);
        if (impl_->is_seeded) {
          // It holds its place: SchedImpl::seeded_next.
          g.status.store(kGrunnable, std::memory_order_release);
          impl_->WakeP();
          return true;
        }
        g.status.store(kGrunnable, std::memory_order_release);
        Enqueue(&g, false);
        return true;
      }
      case kGrunning:
        g.preempt_stop.store(true, std::memory_order_seq_cst);
        PreemptG(g);
        break;
      default:
        break;  // another scanner has it
    }
    if (++spins < 50) {
      CpuRelax();
    } else if (spins < 100) {
      sched_yield();
    } else {
      timespec ts{0, 20000};
      nanosleep(&ts, nullptr);
    }
  }
}

// ---- GOMAXPROCS ----

P* Sched::NewP(int id) {
  P* p = new P;
  p->id = id;
  p->rt = &rt_;
  p->rand_state[0] = static_cast<uint32_t>(rt_.random_seed()) ^ static_cast<uint32_t>(id * 40503);
  p->rand_state[1] = static_cast<uint32_t>(rt_.random_seed() >> 32) | 1;
  p->cache = new mcache;
  rt_.InitMcache(p->cache);
  return p;
}

void Sched::DestroyP(P* p) {
  rt_.ReleaseMcache(p->cache);
  delete p->cache;
  delete p;
}

void Sched::ResizePs(int n) {
  SchedImpl& s = *impl_;
  int old = static_cast<int>(all_ps_.size());
  for (int i = old; i < n; i++) {
    P* p = NewP(i);
    p->status.store(kPgcstop, std::memory_order_relaxed);
    all_ps_.push_back(p);
  }
  int before = gomaxprocs();
  for (int i = n; i < before && i < old; i++) {
    P* p = all_ps_[i];
    // Its goroutines and timers go to others; the P stays, dead, in case the number is raised.
    while (G* g = [&] {
      bool inherit;
      return s.RunqGet(p, &inherit);
    }()) {
      s.GlobrunqPut(g);
    }
    s.MoveTimers(p, all_ps_[0]);
    p->status.store(kPdead, std::memory_order_relaxed);
  }
  for (int i = before; i < n; i++) all_ps_[i]->status.store(kPgcstop, std::memory_order_relaxed);
  gomaxprocs_.store(n, std::memory_order_release);
}

int Sched::SetGomaxprocs(int n) {
  int old = gomaxprocs();
  n = impl_->is_seeded || impl_->is_hosted ? 1 : std::clamp(n, 1, kMaxGomaxprocs);
  if (n == old) return old;
  StopTheWorld(StopReason::kGomaxprocs);
  old = gomaxprocs();
  M* m = CurrentM();
  P* own = m != nullptr && m->rt == &rt_ ? m->p : nullptr;
  if (own != nullptr && own->id >= n) {
    // The caller's P goes: take the first one instead.
    own->m.store(nullptr, std::memory_order_relaxed);
    m->p = nullptr;
    impl_->AcquireP(m, all_ps_[0]);
    all_ps_[0]->status.store(kPgcstop, std::memory_order_relaxed);
  }
  ResizePs(n);
  StartTheWorld();
  return old;
}

}  // namespace gol::rt
