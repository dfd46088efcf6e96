// The scheduler of one Runtime: what the rest of the runtime calls. See sched/proc.cc for the
// overview, sched/stop_world.cc for stopping the world and scanning stacks.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/function_ref.h"
#include "runtime/sched/g.h"
#include "runtime/sched/lock.h"
#include "runtime/sched/m.h"
#include "runtime/sched/p.h"
#include "runtime/sched/stack.h"
#include "runtime/sched/system_stack.h"
#include "runtime/time_histogram.h"

extern "C" void gol_rt_spill(gol::rt::G* g, uint64_t* regs);

namespace gol::rt {

enum class StopReason : uint8_t {
  kGC,
  kGcSweepTermination,
  kGcMarkTermination,
  kGomaxprocs,
  kReadMemStats,
  kGoroutineProfile,
  kAllGoroutinesStack,
  kHost,     // the host is not running anything in this runtime
  kFatal,    // printing the end
  kOther,
};

// How long the world took to stop, and how long it was stopped or about to be, for the collector and for others.
enum class PauseTime : uint8_t { kStoppingGc, kStoppingOther, kTotalGc, kTotalOther };
inline constexpr int kNumPauseTimes = 4;

// At about one moment: goroutines go on meanwhile. The runtime's own are only among the created ones.
struct GoroutineCounts {
  uint64_t created = 0;  // since the runtime was made
  uint64_t runnable = 0, running = 0, waiting = 0;
  uint64_t not_in_go = 0;  // in a system call or in the host's code
};

// Honours a requested safepoint, on a goroutine's stack: for entry points that compiled code takes for
// safepoints, and that need not park.
void PollSafepointSlow();
inline void PollSafepointHere() {
  if (TlsLoad<uint64_t>(kTlsStackLimit) == kStackPreempt) [[unlikely]] PollSafepointSlow();
}

class NetPoll;
class Sched {
 public:
  Sched(Runtime& rt, int gomaxprocs);
  ~Sched();
  // Ends and joins all threads. Requires: the world is stopped; nothing is called afterwards but
  // the destructor.
  void Shutdown();
  Sched(const Sched&) = delete;
  Sched& operator=(const Sched&) = delete;

  // ---- starting goroutines ----
  // A goroutine that calls fn, a Funcval without arguments, in the compiled code's convention.
  // Requires: called from a goroutine, or the world is stopped.
  G* NewProc(Funcval* fn, uint64_t caller_pc);
  // A goroutine whose body is a C++ function; stack_class as in stack.h. System goroutines are the
  // runtime's own. no_scan: its stack never holds references to heap objects. May be called from any thread;
  // the goroutine is put on the global run queue.
  struct NativeOptions {
    bool is_system = false;
    bool no_scan = false;
    int stack_class = 1;
    uint64_t start_pc = 0;  // what it is shown to run; 0: fn
  };
  G* NewNative(void (*fn)(void*), void* arg, NativeOptions options);

  // ---- coroutines (coro.cc): on a goroutine's stack ----
  // A goroutine that runs fn, but only when somebody switches to it.
  G* NewCoro(Funcval* fn, uint64_t caller_pc);
  // Parks the running goroutine in coro and goes on with the one that was parked there. When coro's function
  // ends, whoever is parked there goes on.
  void SwitchCoro(G* coro);

  // ---- parking: on a goroutine's stack ----
  // Parks the running goroutine. After its registers are saved and its status is kGwaiting,
  // unlock(g, lock) runs on the system stack; when that returns false, the goroutine goes on at once.
  void Park(bool (*unlock)(G*, void*), void* lock, WaitReason reason);
  void ParkUnlock(Lock& lock, WaitReason reason);  // unlocks `lock` once parked
  // Makes a parked goroutine runnable; on a thread with a P it becomes that P's runnext when `next`.
  void Ready(G* g, bool next = true);
  void Gosched();  // to the end of the global queue
  void Goyield();  // to the end of this P's queue
  [[noreturn]] void GoExit0();  // ends the running goroutine; defers were run
  void LockOSThread();
  void UnlockOSThread();

  // ---- fuel (fuel.cc): of hosted runtimes with Limits::fuel ----
  // Requires: globals() are set; no goroutine runs.
  void SetFuel(uint64_t units);
  uint64_t fuel() const;  // left

  // ---- stopping the world ----
  // When it returns no goroutine runs compiled code or touches the heap: each is at a safepoint or
  // in a BlockingRegion (and cannot leave it), and every stack can be read. Callable from a
  // goroutine (whose P it keeps) or from a thread outside the runtime. Stops nest by waiting:
  // a second caller blocks until the first has started the world.
  void StopTheWorld(StopReason reason);
  void StartTheWorld();
  int64_t world_started_ns() const { return world_started_ns_.load(std::memory_order_relaxed); }
  bool is_world_stopped() const { return world_stopped_.load(std::memory_order_acquire); }
  // For allocation-free use on the system stack by the holder of the world lock (WorldLock): stop and start
  // without taking the lock, so that a collection's two stops exclude others' in between or not as
  // the caller likes.
  void StopTheWorldWithLock(StopReason reason);
  void StartTheWorldWithLock();
  // Excludes other stops of the world. Parks the goroutine while it waits; not on system stacks.
  void AcquireWorld(WaitReason reason);
  void ReleaseWorld();

  // The host's stop, between Runs: held without the world lock, so that a collection can still
  // proceed (its own stops then have nothing to do).
  void HostStop();
  void HostStart();
  // Whether a host waits in Run: then all goroutines asleep means deadlock.
  void SetRunInProgress(bool on);
  // Others than goroutines and timers may ready goroutines (host callbacks): no deadlock meanwhile.
  void AddExternalWaker(int delta);
  // Starts sysmon; once.
  void StartSysmon();
  // On the system stack of a thread of this scheduler: ends its goroutine and goes on with others.
  [[noreturn]] void AbandonGoroutine();

  // Runs fn once for each P without stopping the world: for running Ps at their next safepoint,
  // on the P's own thread (system stack); for idle ones and those in blocking calls here, some with the scheduler's
  // lock held. Returns when all are done. fn neither parks nor allocates from the heap nor readies goroutines.
  // Requires: the caller holds the world lock (AcquireWorld) and no P; schedules do not come from a seed.
  void ForEachP(FunctionRef<void(P&)> fn);
  // All Ps below GOMAXPROCS, in order. Requires: world stopped, or the callback only uses atomics.
  void VisitAllPs(FunctionRef<void(P&)> fn);

  // Dead ones (GOMAXPROCS was lowered) too.
  void VisitEveryP(FunctionRef<void(P&)> fn) {
    for (P* p : all_ps_) fn(*p);
  }

  // Every goroutine ever made, dead ones included (look at the status); new ones may be missed.
  void ForEachG(FunctionRef<void(G&)> fn);
  uint64_t g_count() const;       // length of what ForEachG visits
  G* g_at(uint64_t index) const;  // for parallel scanning; index < g_count()

  // Stops g from running, calls visit once for each range of its stack that is in use (with the
  // registers saved above the lowest address), and lets it go on. The world may be running or stopped. Different
  // goroutines may be scanned at once, also by several threads. Returns false without calling
  // visit when g is dead. A running g is asked to reach its next safepoint and waited for.
  // Requires: on the system stack, so that the caller's own goroutine is scannable by others
  // (g may be the caller's own).
  bool ScanGoroutine(G& g, FunctionRef<void(StackRange)> visit);
  // The ranges alone. Requires: g does not run (world stopped, or kGscan held).
  static void StackRanges(const G& g, FunctionRef<void(StackRange)> visit);
  // What ScanGoroutine visits: what the stack maps say, or the ranges.
  void ScanStack(const G& g, FunctionRef<void(StackRange)> visit);

  // Asks every running goroutine to reach a safepoint soon; a goroutine stopped for nothing goes on.
  void PreemptAll();
  void PreemptP(P& p);
  void PreemptG(G& g);

  // Sets kTlsWriteBarrier on every thread, also on those made later. Requires: world stopped.
  void SetWriteBarrier(bool on);
  // Sets kTlsGlobals likewise. Requires: world stopped.
  void SetGlobals(char* globals);

  // Gives the running P's time to others if a safepoint was requested: for long native loops, on
  // the goroutine's stack.
  void PollSafepoint() {
    if (TlsLoad<uint64_t>(kTlsStackLimit) == kStackPreempt) PollSlow();
  }

  // ---- timers (timer.cc) ----
  void AddTimer(Timer* t, int64_t when_ns, int64_t period_ns);  // Requires: not in a heap
  bool DeleteTimer(Timer* t);                                   // whether it was pending
  bool ResetTimer(Timer* t, int64_t when_ns, int64_t period_ns);
  void Sleep(int64_t ns);
  // Roots: arguments of all pending timers. Requires: world stopped.
  void ForEachTimer(FunctionRef<void(Timer&)> fn);

  NetPoll& netpoll();  // waiting for files

  // ---- numbers ----
  // Acquire: all_ps_ has at least that many entries.
  int gomaxprocs() const { return gomaxprocs_.load(std::memory_order_acquire); }
  int SetGomaxprocs(int n);  // returns the old one; stops the world
  int num_goroutines() const;
  int num_idle_ps() const;
  int num_threads() const;
  GoroutineCounts CountGoroutines();
  const TimeHistogram& pause_times(PauseTime which) const {
    return pause_times_[static_cast<int>(which)];
  }
  // How long goroutines waited for package sync's mutexes.
  int64_t mutex_wait_ns() const { return mutex_wait_ns_.load(std::memory_order_relaxed); }
  void AddMutexWait(int64_t ns) { mutex_wait_ns_.fetch_add(ns, std::memory_order_relaxed); }
  P* p_at(int i) const { return all_ps_[i]; }

  StackPool& stacks() { return stacks_; }
  // Whether goroutines and their stacks take more than the limit on the heap allows: they are not on the heap, and
  // may have as much again.
  bool StacksExceedLimit() const;

 private:
  friend struct SchedImpl;
  friend struct SchedPeer;
  friend class HostCalls;
  friend class Runtime;

  void PollSlow();
  int TakeHostP();
  G* MakeProc(Funcval* fn, uint64_t caller_pc);
  void Enqueue(G* g, bool next);  // g is in kGrunnable and in no queue
  void ResizePs(int n);  // Requires: world stopped
  P* NewP(int id);
  void DestroyP(P* p);
  void FreeAllGs();

  Runtime& rt_;
  StackPool stacks_;
  std::atomic<int> gomaxprocs_{1};
  std::atomic<bool> world_stopped_{false};
  std::atomic<int64_t> world_started_ns_{0};
  TimeHistogram pause_times_[kNumPauseTimes];
  std::atomic<int64_t> mutex_wait_ns_{0};
  std::vector<P*> all_ps_;
  struct SchedImpl* impl_;
};

// A scope in which the calling goroutine may block in the kernel or in host code: its P is free
// for others, a stop of the world does not wait for it, its stack is scanned as it stands at
// the start of the scope. Inside: no access to the heap or to Go values, no calls of compiled code, no safepoint.
// On the goroutine's stack (blocking calls that need a deep stack: OnSystemStack inside). On threads
// that run no goroutine it does nothing.
class BlockingRegion {
 public:
  // Inlined, so that the registers it stores are the caller's.
  [[gnu::always_inline]] BlockingRegion() : g_(CurrentG()) {
    if (g_ != nullptr && !IsOnSystemStack()) {
      BeforeEnter(g_);
      gol_rt_spill(g_, regs_);
      Enter();
    } else {
      g_ = nullptr;
    }
  }
  ~BlockingRegion() {
    if (g_ != nullptr) Exit();
  }
  BlockingRegion(const BlockingRegion&) = delete;
  BlockingRegion& operator=(const BlockingRegion&) = delete;

 private:
  static void BeforeEnter(G* g);
  void Enter();
  void Exit();

  G* g_;
  uint64_t regs_[6];  // the callee-saved registers, where a scanner finds them
};

}  // namespace gol::rt
