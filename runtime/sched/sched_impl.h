// The scheduler's state. Internal to runtime/sched; proc.cc holds the overview.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "runtime/sched/g.h"
#include "runtime/sched/lock.h"
#include "runtime/sched/m.h"
#include "runtime/sched/netpoll.h"
#include "runtime/sched/p.h"
#include "runtime/sched/sched.h"

extern "C" {
// Returns 0 when a call of gol_rt_hostcall that began further out came to its end.
uint64_t gol_rt_gogo(gol::rt::G* g, gol::rt::M* m);
uint64_t gol_rt_hostcall(gol::rt::G* g, gol::rt::M* m, const void* code, void* frame,
                         const void* context);
void gol_rt_mcall();
[[noreturn]] void gol_rt_abandon();
void gol_rt_spill(gol::rt::G* g, uint64_t* regs);
void gol_rt_gostart();
void gol_rt_gostart_native();
void gol_rt_callfn(const gol::rt::Funcval* fn);
[[noreturn]] void gol_rt_goexit0();
extern const char gol_rt_goexit_pc[];
extern const char gol_rt_goexit_native_pc[];
extern const char gol_rt_hostcall_pc[];
extern const char gol_rt_morestack_return[];
}

namespace gol::rt {

// A singly linked queue of Gs through G::schedlink.
struct GQueue {
  G* head = nullptr;
  G* tail = nullptr;
  bool empty() const { return head == nullptr; }
  void PushBack(G* g) {
    g->schedlink = nullptr;
    if (tail != nullptr) {
      tail->schedlink = g;
    } else {
      head = g;
    }
    tail = g;
  }
  G* PopFront() {
    G* g = head;
    if (g != nullptr) {
      head = g->schedlink;
      if (head == nullptr) tail = nullptr;
      g->schedlink = nullptr;
    }
    return g;
  }
};

inline constexpr uint64_t kAllGsChunk = 1024;
inline constexpr uint64_t kAllGsChunks = 32768;  // 33 million goroutines alive at once

struct SchedImpl {
  explicit SchedImpl(Sched& s, Runtime& r) : sched(s), rt(r), netpoll(*this) {}

  Sched& sched;
  Runtime& rt;

  Lock lock;  // guards what says so
  NetPoll netpoll;

  // ---- Ms ----
  M* midle = nullptr;          // guarded by lock
  int32_t nmidle = 0;          // guarded by lock
  int32_t nmidlelocked = 0;    // Ms wired to a goroutine that waits; guarded by lock
  int32_t mcount = 0;          // threads alive; guarded by lock
  std::atomic<M*> allm{nullptr};  // pushed under lock; Ms are freed only with the scheduler
  int64_t next_mid = 0;        // guarded by lock
  std::atomic<int32_t> nmspinning{0};
  std::atomic<bool> exiting{false};  // threads end when they look for work

  // ---- stopping the world: guarded by the world lock ----
  int64_t stop_begin_ns = 0;   // of the stop in progress; 0: one that is not counted
  bool stops_for_gc = false;

  // ---- Ps ----
  P* pidle = nullptr;          // guarded by lock
  std::atomic<int32_t> npidle{0};  // written under lock

  // ---- global run queue ----
  GQueue runq;                 // guarded by lock
  std::atomic<int32_t> runq_size{0};  // written under lock

  // ---- schedules from a seed (seeded.cc) ----
  bool is_seeded = false;      // constant
  bool draws_yields() const { return is_seeded && !is_fueled; }  // each safepoint may yield
  Lock seed_lock;
  uint32_t seed_state[2] = {1, 2};  // guarded by seed_lock
  std::vector<G*> seeded_queue;     // guarded by lock; instead of all other queues
  // Goes on next, once it is runnable. Written by the holder of the P, and with lock held.
  std::atomic<G*> seeded_next{nullptr};
  int64_t seeded_region_ns = 0;  // when its BlockingRegion began; owned by the holder of the P

  // ---- fuel (fuel.cc) ----
  bool is_fueled = false;      // constant; implies is_seeded
  uint64_t fuel_behind = 0;    // units besides those in the word; the holder of the P's
  void FuelStop();             // on a goroutine's stack

  // ---- Gs ----
  Lock allgs_lock;             // guards growth
  std::atomic<std::atomic<G*>*> allgs[kAllGsChunks] = {};
  std::atomic<uint64_t> allgs_len{0};
  Lock gfree_lock;
  G* gfree = nullptr;          // guarded by gfree_lock; dead Gs
  std::atomic<bool> has_gfree{false};  // a hint: the list is not empty
  std::atomic<uint64_t> goid_gen{1};
  std::atomic<int32_t> nsystem{0};  // system goroutines alive
  std::atomic<int64_t> ncreated{0};  // goroutines made by threads without a P, minus those ended so

  // ---- hosted runtimes: see host_call.cc ----
  bool is_hosted = false;      // constant
  std::atomic<bool> host_break{false};  // the call in progress is to end
  bool host_p_taken = false;   // a stop took the P from kPhost; guarded by lock
  bool host_wants_p = false;   // a call has begun and waits for the P; guarded by lock

  // ---- stopping the world: see stop_world.cc ----
  std::atomic<bool> gcwaiting{false};
  int32_t stopwait = 0;        // Ps still to stop; guarded by lock
  Note stopnote;
  Lock world_lock;             // held from StopTheWorld to StartTheWorld, and by callers of ForEachP
  // What ForEachP calls for each P: written by its caller before any run_safepoint_fn is set.
  const FunctionRef<void(P&)>* safepoint_fn = nullptr;
  int32_t safepoint_wait = 0;  // Ps still to be visited; guarded by lock
  Note safepoint_note;         // none is
  bool host_stopped = true;    // guarded by world_lock; see Sched::HostStop
  bool write_barrier = false;  // what new Ms start with; changed with the world stopped

  // ---- timers: see timer.cc ----
  std::atomic<int64_t> poll_until_ns{0};  // the sleeping poller's deadline, 0: none sleeps
  Note poll_note;
  std::atomic<bool> poll_in_epoll{false};  // the sleeping poller waits for events as well
  std::atomic<bool> poller{false};  // an M sleeps, or is about to, for the timers

  // ---- sysmon ----
  pthread_t sysmon_thread = {};
  bool has_sysmon = false;
  std::atomic<bool> sysmon_wait{false};
  Note sysmon_note;
  Note sysmon_exit;            // signalled once, when the scheduler ends

  // ---- deadlock detection ----
  bool run_in_progress = false;   // guarded by lock: a host waits in Run
  int32_t external_wakers = 0;    // guarded by lock: others may ready goroutines

  // proc.cc
  void MainLoop(M* m);
  G* Schedule(M* m);
  G* FindRunnable(M* m, bool* inherit_time);  // null: the scheduler ends
  void Execute(M* m, G* g, bool inherit_time);  // g is in kGrunnable
  void Continue(M* m, G* g, uint32_t from);     // g is in `from`; inherits the time slice
  G* GlobrunqGet(P* p, int32_t max);   // Requires: lock held
  G* Steal(M* m, P* p, int64_t* now, bool* ran_timer);
  int64_t EarliestTimer() const;
  void ResetSpinning(M* m);
  void WakeP();
  void StartM(P* p, bool spinning);    // p may be null: any idle one
  void NewM(P* p, bool spinning);      // Requires: lock not held
  void StopM(M* m);                    // back without a P when the scheduler ends
  void HandoffP(P* p);
  void AcquireP(M* m, P* p);
  bool SpinWithIdleP(M* m);            // takes an idle P, if there is one, to look for work with
  P* ReleaseP(M* m);
  void PidlePut(P* p);                 // Requires: lock held
  P* PidleGet();                       // Requires: lock held
  void MPut(M* m);                     // Requires: lock held
  M* MGet();                           // Requires: lock held
  void GcStopM(M* m);
  void RunSafepointFn(P* p);           // if it is still to be called for p; Requires: p is held, lock is not
  void VisitQuietPs();                 // calls it for idle Ps and those in BlockingRegions
  // host_call.cc: what StopM does in a hosted runtime. for_p: until there is a P, whatever was posted.
  void StopHostM(M* m, bool for_p);
  bool StopLockedM(M* m);              // false: the scheduler ends
  void StartLockedM(M* m, G* g);
  bool CheckDead();                    // Requires: lock held; true: report after unlocking
  static void* ThreadMain(void* arg);

  // Local run queues.
  bool RunqPut(P* p, G* g, bool next);
  void RunqPutSlow(P* p, G* g, uint32_t head, uint32_t tail);
  G* RunqGet(P* p, bool* inherit_time);
  static bool RunqEmpty(P* p);
  G* RunqSteal(P* p, P* victim, bool steal_next);
  void GlobrunqPut(G* g);              // takes lock

  // seeded.cc
  uint32_t SeededDraw(uint32_t n);     // below n
  void SeededPut(G* g);
  G* SeededGet();                      // null: none, or not yet
  void SeededRegion(G* g);             // a BlockingRegion begins
  void SeededReturn(G* g);             // it ends, the P is lost; g is runnable
  bool SeededYields();                 // whether a goroutine at a safepoint is to yield

  // goroutine.cc
  G* NewG();
  G* GfGet(P* p);
  void GfPut(P* p, G* g);
  void AttachStack(P* p, G* g);  // before g first runs
  void DetachStack(P* p, G* g);
  uint64_t NextGoid(P* p);
  // A goroutine in kGdead that will run entry with these registers; the caller makes it runnable.
  G* PrepareG(P* p, uint64_t entry, uint64_t rbx, uint64_t r12, int stack_class);
  void EndG(M* m, G* g);
  // coro.cc: what the loop does to go on with g, which is parked: the result of an mcall_fn.
  G* SwitchTo(M* m, G* g);

  // ---- sudogs (chan/chan.cc): they live as long as the scheduler, in P's caches or here ----
  Lock sudog_lock;
  sudog* sudog_free = nullptr;  // guarded by sudog_lock; chained by next
  sudog* sudog_all = nullptr;   // guarded by sudog_lock; chained by all_link
  void FreeSudogs();

  // sysmon.cc
  static void* SysmonMain(void* arg);
  void Sysmon();
  uint32_t Retake(int64_t now);        // how many Ps it took

  // timer.cc
  // Runs what is due on p's heap; returns when the next timer is due, 0: none.
  int64_t CheckTimers(P* p, int64_t* now, bool* ran);
  void WakePoller(int64_t when_ns);
  void BreakPoller();                  // ends its sleep
  // As the one M that sleeps for timers and files; poll_until: the earliest timer, 0: none. Whether m has
  // a P now.
  bool SleepAsPoller(M* m, int64_t poll_until);
  // Looks for events without waiting and readies whom they wake. Whether there was one.
  bool PollEvents();
  static void MoveTimers(P* from, P* to);

};

// Reaches the internals of a Sched.
struct SchedPeer {
  static SchedImpl& Impl(Sched& s) { return *s.impl_; }
};

// Changes g's status; waits while a scanner holds it. Nobody but its own thread changes the status of a
// goroutine that runs, and nobody but its maker that of a dead one.
void CasGStatusSlow(G* g, uint32_t from, uint32_t to);
inline void CasGStatus(G* g, uint32_t from, uint32_t to) {
  if (from == kGrunning || from == kGdead) {
    GOL_DCHECK(g->status.load(std::memory_order_relaxed) == from);
    // Release: whoever sees the new status may read the stack.
    g->status.store(to, std::memory_order_release);
    return;
  }
  uint32_t expected = from;
  // Acquire and release: a scanner's reading of the stack happens before the goroutine goes on.
  if (g->status.compare_exchange_strong(expected, to, std::memory_order_acq_rel,
                                        std::memory_order_relaxed)) [[likely]] {
    return;
  }
  CasGStatusSlow(g, from, to);
}

// Leaves the running goroutine: fn runs on the system stack and says what comes next (M::mcall_fn).
void Mcall(G* (*fn)(M*, G*));

inline uint32_t NextRandom(uint32_t state[2]) {
  uint32_t s1 = state[0], s0 = state[1];
  s1 ^= s1 << 17;
  s1 = s1 ^ s0 ^ (s1 >> 7) ^ (s0 >> 16);
  state[0] = s0;
  state[1] = s1;
  return s0 + s1;
}

}  // namespace gol::rt
