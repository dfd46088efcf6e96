// Compiled code on the host's own thread.
//
// Problem. Runtime::Run hands a program to threads of the runtime and sleeps. A host that calls small
// script functions often, and whose own functions the script calls, wants what a C function gives:
// the call happens on its thread, costs nanoseconds, sees its thread-local state, and nothing of the
// script runs between calls.
//
// A hosted runtime has one P and one M. The M is whatever thread is inside (Enter ... Leave);
// the scheduler makes no others. Between calls the P is in kPhost: a call takes it by one
// compare-and-swap, and so does a stop of the world, which the collector's threads ask for whenever they like. Leaving
// is a plain store; a stopper that came in between looks again (stop_world.cc). A call that finds
// the P taken waits for the end of the stop (EnterSlow).
//
// Run calls the code on the empty stack of a goroutine that is kept for that (gol_rt_hostcall: a call
// and a return, no switch through the scheduler). As long as the goroutine does not park, that is all. When it
// does, the scheduler's loop goes on here, on the host's stack (Loop), and runs what is
// runnable until the goroutine has come to its end. So "system stack" is the host's stack, and a host
// function, which compiled code calls through OnSystemStack, runs with all of it, and on the same thread.
//
// Nesting. A host function may call compiled code again: a second Run with a goroutine of its own, whose
// loop runs deeper on the same stack. The outer goroutine counts as waiting meanwhile. A loop may run the
// goroutine of a Run further out to its end; that is noted (Level::is_done) and seen when its own loop gets
// its turn. Host functions that wait for each other across levels deadlock, which is found like any other.
//
// Ends. PostOutcome sets host_break; the loop of each level sees it and returns. The goroutine of the
// level is dropped: it is condemned, and ends when it is scheduled next, or never. When a host function
// returns to a goroutine after that, the goroutine ends there (EndIfBroken). So host frames are always left by
// returning.
//
// Between two threads: who has the P is inside; owner_ tells the thread that it is itself.
//
// Poisoning. Others write the stack limit of the thread that is inside, which may leave and end
// meanwhile. The write is done under a lock, and a thread that was ever inside takes the lock once before
// it ends; so the write is to a living thread. One that comes when the call is over does no harm: the
// limit of a thread that is not inside is not looked at, and Enter sets it anew.
#include "runtime/sched/host_call.h"

#include <pthread.h>
#include <unistd.h>

#include "base/check.h"
#include "runtime/abi/entry_points.h"
#include "runtime/sched/fiber.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/sched/watchdog.h"

extern "C" void gol_rt_calladapter(void* frame, const void* code, const void* context);

namespace gol::rt {
namespace {

// Of the first stack segment. Code that goes deeper grows it like any goroutine's.
constexpr int kStackClass = 0;

Lock poison_lock;

// Lives in each thread that was ever inside; see "Poisoning".
struct ThreadEnd {
  ~ThreadEnd() { LockGuard guard(poison_lock); }
  bool is_touched = false;
};
thread_local ThreadEnd thread_end __attribute__((tls_model("initial-exec")));

}  // namespace

void PoisonHostThread(M* m) {
  LockGuard guard(poison_lock);
  if (!m->is_started.load(std::memory_order_acquire)) return;
  __atomic_store_n(reinterpret_cast<uint64_t*>(m->fs_base + kTlsStackLimit), kStackPreempt,
                   __ATOMIC_RELEASE);
}

// A Run in progress.
struct HostCalls::Level {
  Level* outer = nullptr;
  G* g = nullptr;         // runs the code
  G* caller = nullptr;    // the goroutine whose host function is calling; null at the outermost level
  uint64_t g0_sp = 0;     // M::g0_sp before
  bool is_done = false;   // g has come to its end, in a loop further in
};

HostCalls::HostCalls(Runtime& rt)
    : rt_(rt), s_(&SchedPeer::Impl(rt.sched())), p_(rt.sched().p_at(0)), broken_(&s_->host_break) {
  m_.rt = &rt;
  m_.is_host = true;
  m_.rand_state[0] = static_cast<uint32_t>(rt.random_seed());
  m_.rand_state[1] = static_cast<uint32_t>(rt.random_seed() >> 32) | 1;
  // The world runs from now on, with its one P in nobody's hands.
  LockGuard guard(s_->lock);
  s_->is_hosted = true;
  m_.id = s_->next_mid++;
  m_.is_seeded = s_->is_seeded;
  m_.draws_yields = s_->draws_yields();
  s_->mcount++;
  m_.alllink = s_->allm.load(std::memory_order_relaxed);
  s_->allm.store(&m_, std::memory_order_release);
  s_->host_stopped = false;
  s_->gcwaiting.store(false, std::memory_order_relaxed);
  rt.sched().world_stopped_.store(false, std::memory_order_relaxed);
  p_->status.store(kPhost, std::memory_order_release);
}

HostCalls::~HostCalls() = default;

void HostCalls::Close() {
  GOL_CHECK(!is_inside());
  if (rt_.options().watchdog != nullptr) rt_.options().watchdog->Forget(this);
  rt_.sched().HostStop();
}

// The thread is another than last time.
void HostCalls::Bind() {
  thread_end.is_touched = true;
  m_.fs_base = TlsSelf();
  m_.thread = pthread_self();
  m_.tid = gettid();
  pthread_attr_t attr;
  void* stack_lo = nullptr;
  size_t stack_bytes = 0;
  pthread_getattr_np(pthread_self(), &attr);
  pthread_attr_getstack(&attr, &stack_lo, &stack_bytes);
  pthread_attr_destroy(&attr);
  m_.g0_lo = static_cast<char*>(stack_lo);
  m_.g0_hi = m_.g0_lo + stack_bytes;
  fiber::ThreadStart(&m_);
}

inline void HostCalls::AttachP() {
  m_.p = p_;
  p_->m.store(&m_, std::memory_order_release);
  TlsStore(kTlsP, p_);
  // Changed with the world stopped only: the P was taken since.
  TlsStore<uint32_t>(kTlsWriteBarrier, s_->write_barrier ? 1 : 0);
}

bool HostCalls::Enter() {
  const void* self = TlsSelf();
  if (owner_.load(std::memory_order_relaxed) == self) {
    // Through a host function of another runtime: the goroutine that called it is in use.
    if (CurrentM() != &m_) return false;
    depth_.store(depth() + 1, std::memory_order_relaxed);
    return true;
  }
  uint32_t expected = kPhost;
  // Acquire: what the call before and stops of the world did is visible.
  if (!p_->status.compare_exchange_strong(expected, kPrunning, std::memory_order_acquire,
                                          std::memory_order_relaxed) &&
      !EnterContended()) [[unlikely]] {
    return false;
  }
  owner_.store(self, std::memory_order_relaxed);
  if (CurrentM() != nullptr) [[unlikely]] SaveOther();
  if (m_.fs_base != self) [[unlikely]] Bind();
  TlsStore(kTlsM, &m_);
  TlsStore(kTlsRuntime, &rt_);
  TlsStore(kTlsGlobals, rt_.globals());
  depth_.store(1, std::memory_order_release);
  AttachP();
  // The last: who sees it may write to the thread's slots.
  m_.is_started.store(true, std::memory_order_release);
  if (!is_watched() || !is_started_ || is_broken()) [[unlikely]] EnterSlow();
  return true;
}

// The P is not free: a stop of the world has it (then wait), or another thread is inside (false).
bool HostCalls::EnterContended() {
  for (;;) {
    {
      LockGuard guard(s_->lock);
      uint32_t expected = kPhost;
      if (p_->status.compare_exchange_strong(expected, kPrunning, std::memory_order_seq_cst)) {
        return true;
      }
      if (!s_->host_p_taken || s_->host_wants_p) return false;
      s_->host_wants_p = true;
    }
    while (m_.p == nullptr) s_->StopHostM(&m_, true);
    {
      LockGuard guard(s_->lock);
      s_->host_wants_p = false;
    }
    StopSpinning();
    return true;
  }
}

void HostCalls::StopSpinning() {
  if (!m_.is_spinning) return;
  m_.is_spinning = false;
  s_->nmspinning.fetch_sub(1, std::memory_order_seq_cst);
}

void HostCalls::EnterSlow() {
  // Something was posted when the last call had just ended.
  if (is_broken()) TakeOutcome();
  if (!is_started_) {
    is_started_ = true;
    rt_.StartBackground();
  }
  if (!is_watched() && rt_.options().watchdog != nullptr) rt_.options().watchdog->Watch(this);
}

// The thread is in a host function of another runtime.
void HostCalls::SaveOther() {
  SavedTls saved;
  for (uint32_t at = kTlsFirst; at < kTlsLast; at += 8) {
    saved.words[(at - kTlsFirst) / 8] = TlsLoad<uint64_t>(static_cast<TlsSlot>(at));
  }
  saved.limit = TlsLoad<uint64_t>(kTlsStackLimit);
  outer_tls_.push_back(saved);
  TlsStore<G*>(kTlsG, nullptr);
}

// In a call: the M gets its P back, however long a stop of the world takes.
void HostCalls::EnsureP() {
  while (m_.p == nullptr) s_->StopHostM(&m_, true);
  StopSpinning();
  AttachP();
}

void SchedImpl::StopHostM(M* m, bool for_p) {
  bool dead = false;
  P* p = nullptr;
  {
    LockGuard guard(lock);
    if (exiting.load(std::memory_order_relaxed)) return;
    if (!for_p && host_break.load(std::memory_order_relaxed)) return;
    // Work that came before this M could be found asleep. It may be in the idle P's own queue: the world
    // was stopped and started again between the end of GcStopM's work and here.
    if (!gcwaiting.load(std::memory_order_relaxed) && pidle != nullptr &&
        (for_p || runq_size.load(std::memory_order_relaxed) != 0 || !RunqEmpty(pidle) ||
         seeded_next.load() != nullptr || EarliestTimer() != 0 || netpoll.has_waiters())) {
      p = PidleGet();
    } else {
      MPut(m);
      if (!for_p) {
        run_in_progress = true;
        dead = CheckDead();
      }
    }
  }
  if (p == nullptr) {
    if (dead) ReportDeadlock(rt);
    m->park.Sleep();
    m->park.Clear();
    LockGuard guard(lock);
    p = m->next_p;
    m->next_p = nullptr;
    if (p == nullptr) {
      // Woken for something else: still in the list.
      if (midle == m) MGet();
      return;
    }
  }
  AcquireP(m, p);
}

void HostCalls::Leave() {
  const int depth = depth_.load(std::memory_order_relaxed) - 1;
  if (depth > 0) {
    depth_.store(depth, std::memory_order_relaxed);
    return;
  }
  TlsStore<G*>(kTlsG, nullptr);
  TlsStore<P*>(kTlsP, nullptr);
  TlsStore<M*>(kTlsM, nullptr);
  TlsStore<uint64_t>(kTlsStackLimit, 0);
  TlsStore<uint64_t>(kTlsGlobals, 0);
  TlsStore<uint64_t>(kTlsWriteBarrier, 0);
  TlsStore<Runtime*>(kTlsRuntime, nullptr);
  m_.is_started.store(false, std::memory_order_release);
  m_.p = nullptr;
  p_->m.store(nullptr, std::memory_order_relaxed);
  if (deadline_ns() != 0) [[unlikely]] SetDeadline(0);
  depth_.store(0, std::memory_order_release);
  if (!outer_tls_.empty()) [[unlikely]] RestoreOther();
  owner_.store(nullptr, std::memory_order_relaxed);
  // Release: who takes the P sees all of the above.
  p_->status.store(kPhost, std::memory_order_release);
}

void HostCalls::RestoreOther() {
  const SavedTls saved = outer_tls_.back();
  outer_tls_.pop_back();
  for (uint32_t at = kTlsFirst; at < kTlsLast; at += 8) {
    TlsStore<uint64_t>(static_cast<TlsSlot>(at), saved.words[(at - kTlsFirst) / 8]);
  }
  // The write barrier's word is the other runtime's to change, which wrote it for its M meanwhile, or
  // could not: its P was held all the time, so nothing has changed.
  TlsStore<uint64_t>(kTlsStackLimit, saved.limit);
}

void HostCalls::SetDeadline(int64_t when_ns) {
  if (rt_.options().watchdog == nullptr) return;
  rt_.options().watchdog->SetDeadline(&deadline_ns_, when_ns);
}

G* HostCalls::TakeG() {
  // An empty stack: gol_rt_hostcall calls from its top, where switches left other marks.
  auto empty = [](G* g) {
    g->sp = (reinterpret_cast<uint64_t>(g->seg->hi) - 64) & ~uint64_t{15};
    g->pc = 0;
    return g;
  };
  if (!free_gs_.empty()) {
    G* g = free_gs_.back();
    free_gs_.pop_back();
    return empty(g);
  }
  G* g = s_->PrepareG(p_, 0, 0, 0, kStackClass);
  s_->AttachStack(p_, g);
  g->stack_limit = g->seg->limit;
  g->go_pc = 0;
  g->parent_goid = 0;
  g->label = nullptr;
  return empty(g);
}

#if defined(GOL_ASAN) || defined(GOL_TSAN)
namespace {

// Sanitizers follow switches of stacks, not calls across them.
struct Announced {
  const void* code;
  void* frame;
  const void* context;
  bool is_done = false;
};

void RunAnnounced(void* arg) {
  auto* call = static_cast<Announced*>(arg);
  gol_rt_calladapter(call->frame, call->code, call->context);
  call->is_done = true;
  CurrentRuntime()->sched().GoExit0();
}

}  // namespace
#endif

bool HostCalls::Run(const void* code, void* frame, const void* context) {
  M* m = &m_;
  if (is_broken()) [[unlikely]] return false;
  Level level;
  level.outer = level_;
  level.caller = m->curg;
  level.g0_sp = m->g0_sp;
  level_ = &level;
  G* caller = level.caller;
  const uint64_t caller_limit = TlsLoad<uint64_t>(kTlsStackLimit);
  if (caller != nullptr) {
    // Its registers are on its stack since the switch to this one; a collection may read it.
    caller->wait_reason = WaitReason::kNone;
    caller->wait_since_ns = 0;
    CasGStatus(caller, kGrunning, kGwaiting);
  }
#if defined(GOL_ASAN) || defined(GOL_TSAN)
  Announced call{code, frame, context};
  G* g = s_->PrepareG(p_, reinterpret_cast<uint64_t>(&gol_rt_gostart_native),
                      reinterpret_cast<uint64_t>(&RunAnnounced), reinterpret_cast<uint64_t>(&call),
                      kStackClass);
  s_->ncreated.fetch_add(1, std::memory_order_relaxed);
  g->start_pc = reinterpret_cast<uint64_t>(code);
  level.g = g;
  CasGStatus(g, kGdead, kGrunnable);
  s_->Execute(m, g, false);
  void* const outer_fiber = fiber::EnterLoop(m);
  fiber::BeforeGo(m, g);
  const uint64_t how = gol_rt_gogo(g, m);
  fiber::AfterGo(m);
  bool ok = Loop(level, how);
  ok = call.is_done;
  fiber::LeaveLoop(m, outer_fiber);
#else
  G* g = TakeG();
  level.g = g;
  g->start_pc = reinterpret_cast<uint64_t>(code);
  g->m.store(m, std::memory_order_release);
  p_->schedtick.store(p_->schedtick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  Count(1);
  CasGStatus(g, kGdead, kGrunning);
  const uint64_t how = gol_rt_hostcall(g, m, code, frame, context);
  bool ok = true;
  if (how != 0 || m->curg != g) [[unlikely]] ok = Loop(level, how);
  if (ok) {
    g->m.store(nullptr, std::memory_order_relaxed);
    CasGStatus(g, kGrunning, kGdead);
    Count(-1);
    free_gs_.push_back(g);
  }
#endif
  level_ = level.outer;
  m->g0_sp = level.g0_sp;
  m->curg = caller;
  m->on_system_stack = true;
  TlsStore<G*>(kTlsG, caller);
  if (caller != nullptr) {
    if (m->p == nullptr) EnsureP();
    CasGStatus(caller, kGwaiting, kGrunning);
    TlsStore<uint64_t>(kTlsStackLimit, is_broken() ? kStackPreempt : caller_limit);
  }
  return ok;
}

// Runs goroutines until level.g has come to its end (true), or the call is to end (false). how: the
// result of the last switch to a goroutine.
bool HostCalls::Loop(Level& level, uint64_t how) {
  M* m = &m_;
  SchedImpl& s = *s_;
  for (;;) {
    G* next = nullptr;
    if (how == 0) {
      // The goroutine of a Run: of this one, or of one further out.
      G* g = m->curg;
      if (g == level.g) return true;
      for (Level* l = level.outer; l != nullptr; l = l->outer) l->is_done |= l->g == g;
      m->curg = nullptr;
      TlsStore<G*>(kTlsG, nullptr);
    } else {
      G* g = m->curg;
      next = m->mcall_fn(m, g);
      const bool is_over = level.g->status.load(std::memory_order_relaxed) == kGdead;
      if (g == level.g && is_over) {
        // It ended without a return.
        level.g = nullptr;
#if !defined(GOL_ASAN) && !defined(GOL_TSAN)
        Outcome outcome;
        outcome.kind = Outcome::kFatal;
        outcome.exit_code = 2;
        outcome.text = "fatal error: the goroutine of a host's call ended by runtime.Goexit";
        rt_.PostOutcome(std::move(outcome));
#else
        if (next != nullptr) {
          CasGStatus(next, kGrunning, kGrunnable);
          s.GlobrunqPut(next);
        }
        if (m->p == nullptr) EnsureP();
        return true;
#endif
      }
    }
    if (level.is_done) {
      m->curg = level.g;
      return true;
    }
    if (!is_broken() && next == nullptr) next = s.Schedule(m);
    if (is_broken() || next == nullptr) {
      if (next != nullptr) {
        next->m.store(nullptr, std::memory_order_relaxed);
        CasGStatus(next, kGrunning, kGrunnable);
        s.GlobrunqPut(next);
      }
      AbandonG(level);
      StopSpinning();
      if (m->p == nullptr) EnsureP();
      return false;
    }
    fiber::BeforeGo(m, next);
    how = gol_rt_gogo(next, m);
    fiber::AfterGo(m);
  }
}

// The Run ends without its goroutine.
void HostCalls::AbandonG(Level& level) {
  m_.curg = nullptr;
  TlsStore<G*>(kTlsG, nullptr);
  G* g = level.g;
  if (g == nullptr || g->status.load(std::memory_order_relaxed) == kGdead) return;
  g->is_condemned.store(true, std::memory_order_relaxed);
}

Outcome HostCalls::TakeOutcome(bool keep) {
  if (!keep) broken_->store(false, std::memory_order_relaxed);
  return rt_.TakeOutcome(keep);
}

void HostCalls::EndGoroutine() { rt_.sched().GoExit0(); }

void HostCalls::Break() {
  broken_->store(true, std::memory_order_seq_cst);
  Prod();
}

void HostCalls::Prod() {
  m_.park.Wake();
  s_->BreakPoller();
  rt_.sched().PreemptP(*p_);
}

bool HostCalls::wants_time_slices() const {
  return s_->runq_size.load(std::memory_order_relaxed) != 0 || !SchedImpl::RunqEmpty(p_);
}

}  // namespace gol::rt
