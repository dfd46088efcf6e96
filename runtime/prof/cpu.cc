// CPU profiles.
//
// Problem: learn what the program's threads execute without slowing it, while stacks move between
// segments and between goroutine and system stacks.
//
// A POSIX timer per thread counts the thread's own processor time and sends SIGPROF to that thread (one
// timer for the process would signal an arbitrary thread and lose ticks of parallel ones). Threads that exist get
// one when the profile starts, later ones when they begin (OnThreadStart). A thread that sleeps costs nothing.
//
// The handler runs on the thread's alternate signal stack, between any two instructions. It allocates nothing, takes no
// lock, and reads only memory that is the thread's own: the chain of frame pointers, checked at each step
// against the bounds of the goroutine's segments or of the system stack (WalkStack). Where the chain is not
// to be trusted - the first instructions of a function, leaf functions of the C library - a caller may be
// missing; for C library functions called from compiled code it is found through the word at the stack
// pointer.
//
// Samples go into a ring of slots with sequence numbers (many writers, one reader: Vyukov's bounded queue). A full
// ring drops samples. A thread of the sampler's own, which takes no signals, empties it 20 times a second into
// the table.
//
// The handler and the ring pointer are the process's: one CPU profile at a time. The pointer is cleared
// before the ring goes; a handler that is just running is waited for.
#include "runtime/prof/cpu.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <unordered_map>

#include "runtime/prof/profiler.h"
#include "runtime/runtime.h"
#include "runtime/sched/m.h"
#include "runtime/traceback.h"

namespace gol::rt::prof {

struct SampleRing {
  static constexpr uint32_t kSlots = 1024;
  struct Slot {
    std::atomic<uint64_t> sequence{0};
    uint32_t depth = 0;
    uint64_t label = 0;
    uint64_t stack[kMaxDepth];
  };

  SampleRing() {
    for (uint32_t i = 0; i < kSlots; i++) slots[i].sequence.store(i, std::memory_order_relaxed);
  }

  // A free slot for the caller to fill, or null. Then: Publish.
  Slot* Claim(uint64_t* ticket) {
    uint64_t at = tail.load(std::memory_order_relaxed);
    for (;;) {
      Slot& slot = slots[at % kSlots];
      const uint64_t sequence = slot.sequence.load(std::memory_order_acquire);
      if (sequence < at) return nullptr;  // not emptied yet: full
      if (sequence > at) {
        at = tail.load(std::memory_order_relaxed);
      } else if (tail.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
        *ticket = at;
        return &slot;
      }
    }
  }
  void Publish(Slot* slot, uint64_t ticket) {
    slot->sequence.store(ticket + 1, std::memory_order_release);
  }
  // The next filled slot, or null. Then: Release. One reader.
  Slot* Next() {
    Slot& slot = slots[head % kSlots];
    return slot.sequence.load(std::memory_order_acquire) == head + 1 ? &slot : nullptr;
  }
  void Release(Slot* slot) {
    slot->sequence.store(head + kSlots, std::memory_order_release);
    head++;
  }

  std::atomic<uint64_t> tail{0};
  uint64_t head = 0;
  Slot slots[kSlots];
};

namespace {

// What the handler sees. The ring is null when no profile is in progress.
std::atomic<SampleRing*> active_ring{nullptr};
std::atomic<Runtime*> active_runtime{nullptr};
std::atomic<int> handlers_running{0};
thread_local bool is_collector_thread __attribute__((tls_model("initial-exec"))) = false;

// The timers of the profile in progress, by thread.
std::mutex timers_lock;
std::unordered_map<pid_t, timer_t> timers;  // guarded by timers_lock
int64_t timer_period_ns = 0;                // guarded by timers_lock; 0: no profile
struct sigaction old_action;                // guarded by timers_lock

// Fills the stack of the interrupted thread; false: not one of this Runtime's.
bool Capture(Runtime* rt, const ucontext_t* context, SampleRing::Slot* slot) {
  const greg_t* regs = context->uc_mcontext.gregs;
  const uint64_t pc = static_cast<uint64_t>(regs[REG_RIP]);
  const uint64_t fp = static_cast<uint64_t>(regs[REG_RBP]);
  const uint64_t sp = static_cast<uint64_t>(regs[REG_RSP]);
  slot->label = 0;
  slot->depth = 0;
  M* m = CurrentM();
  if (m == nullptr) {
    if (!is_collector_thread) return false;
    slot->stack[slot->depth++] = pc + 1;
    slot->stack[slot->depth++] = kPcCollector;
    return true;
  }
  if (m->rt != rt) return false;
  G* g = m->curg;
  if (g == nullptr || g->seg == nullptr) {
    slot->stack[slot->depth++] = pc + 1;
    slot->stack[slot->depth++] = kPcSystem;
    return true;
  }
  slot->label = reinterpret_cast<uint64_t>(g->label);
  CodeInfo* code = rt->code_info();
  slot->stack[slot->depth++] = pc + 1;
  if (code != nullptr && !code->IsCompiled(pc) && sp % 8 == 0) {
    // Called from compiled code, and without a frame of its own: the return address is on top.
    const uint64_t caller = *reinterpret_cast<const uint64_t*>(sp);
    if (code->IsCompiled(caller - 1)) slot->stack[slot->depth++] = caller;
  }
  bool is_first = true;
  WalkStack(*g, pc + 1, fp, [&](const StackFrame& f) {
    if (is_first) {
      is_first = false;
      return true;
    }
    slot->stack[slot->depth++] = f.pc;
    return slot->depth < kMaxDepth;
  });
  return true;
}

void OnSigprof(int, siginfo_t*, void* context) {
  const int saved = errno;
  handlers_running.fetch_add(1, std::memory_order_seq_cst);
  SampleRing* ring = active_ring.load(std::memory_order_seq_cst);
  Runtime* rt = active_runtime.load(std::memory_order_relaxed);
  M* m = CurrentM();
  const bool is_ours = m != nullptr ? m->rt == rt : is_collector_thread;
  uint64_t ticket;
  if (ring != nullptr && is_ours) {
    if (SampleRing::Slot* slot = ring->Claim(&ticket)) {
      if (!Capture(rt, static_cast<const ucontext_t*>(context), slot)) slot->depth = 0;
      ring->Publish(slot, ticket);
    }
  }
  handlers_running.fetch_sub(1, std::memory_order_seq_cst);
  errno = saved;
}

// The clock of a thread's processor time (clock_getcpuclockid(3) makes those of processes alike).
clockid_t CpuClockOf(pid_t tid) {
  constexpr unsigned kPerThreadSched = 4 | 2;
  return static_cast<clockid_t>((~static_cast<unsigned>(tid) << 3) | kPerThreadSched);
}

// timers_lock held, a profile in progress.
void AddTimer(pid_t tid) {
  if (timers.contains(tid)) return;
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGPROF;
  event._sigev_un._tid = tid;
  timer_t timer;
  if (timer_create(CpuClockOf(tid), &event, &timer) != 0) return;
  itimerspec spec = {};
  spec.it_interval.tv_sec = timer_period_ns / 1000000000;
  spec.it_interval.tv_nsec = timer_period_ns % 1000000000;
  // The first one after a random part of the period, so that threads do not tick together.
  const int64_t first = 1 + static_cast<int64_t>(drand48() * static_cast<double>(timer_period_ns));
  spec.it_value.tv_sec = first / 1000000000;
  spec.it_value.tv_nsec = first % 1000000000;
  timer_settime(timer, 0, &spec, nullptr);
  timers.emplace(tid, timer);
}

pid_t ThreadId() { return static_cast<pid_t>(syscall(SYS_gettid)); }

}  // namespace

void OnThreadStart(bool collector) {
  is_collector_thread = collector;
  if (active_ring.load(std::memory_order_acquire) == nullptr) return;
  std::lock_guard<std::mutex> guard(timers_lock);
  if (timer_period_ns != 0) AddTimer(ThreadId());
}

std::unique_ptr<CpuSampler> CpuSampler::Start(Runtime& rt, int hz, StackTable* table) {
  std::lock_guard<std::mutex> guard(timers_lock);
  if (timer_period_ns != 0 || hz <= 0) return nullptr;
  auto sampler = std::unique_ptr<CpuSampler>(new CpuSampler(rt, hz, table));
  timer_period_ns = sampler->period_ns_;
  active_runtime.store(&rt, std::memory_order_relaxed);
  active_ring.store(sampler->ring_.get(), std::memory_order_seq_cst);
  struct sigaction sa = {};
  sa.sa_sigaction = OnSigprof;
  sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&sa.sa_mask);
  sigaction(SIGPROF, &sa, &old_action);
  if (DIR* tasks = opendir("/proc/self/task")) {
    while (const dirent* entry = readdir(tasks)) {
      const int tid = std::atoi(entry->d_name);
      if (tid > 0) AddTimer(tid);
    }
    closedir(tasks);
  }
  return sampler;
}

CpuSampler::CpuSampler(Runtime& rt, int hz, StackTable* table)
    : rt_(rt),
      period_ns_(1000000000 / hz),
      table_(table),
      ring_(std::make_unique<SampleRing>()) {
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  drainer_ = std::thread([this] { DrainLoop(); });
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

CpuSampler::~CpuSampler() {
  {
    std::lock_guard<std::mutex> guard(timers_lock);
    for (auto& [tid, timer] : timers) timer_delete(timer);
    timers.clear();
    timer_period_ns = 0;
    active_ring.store(nullptr, std::memory_order_seq_cst);
    // Signals may still be on the way: the handler stays unless there was another one before.
    if (old_action.sa_handler != SIG_DFL) sigaction(SIGPROF, &old_action, nullptr);
  }
  while (handlers_running.load(std::memory_order_seq_cst) != 0) std::this_thread::yield();
  {
    std::lock_guard<std::mutex> guard(lock_);
    stop_ = true;
  }
  stop_cv_.notify_all();
  drainer_.join();
}

void CpuSampler::DrainLoop() {
  std::unique_lock<std::mutex> guard(lock_);
  while (!stop_) {
    stop_cv_.wait_for(guard, std::chrono::milliseconds(50));
    Drain();
  }
  Drain();
}

void CpuSampler::Drain() {
  while (SampleRing::Slot* slot = ring_->Next()) {
    if (slot->depth != 0) table_->Add(slot->label, {slot->stack, slot->depth}, 1, period_ns_);
    ring_->Release(slot);
  }
}

bool Profiler::StartCpu(int hz) {
  if (cpu_sampler_ != nullptr) return false;
  cpu_.Clear();
  cpu_sampler_ = CpuSampler::Start(rt_, hz, &cpu_);
  if (cpu_sampler_ == nullptr) return false;
  cpu_hz_ = hz;
  cpu_start_unix_ns_ = std::chrono::duration_cast<std::chrono::nanoseconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count();
  cpu_duration_ns_ = NanoTime();
  return true;
}

bool Profiler::StopCpu() {
  if (cpu_sampler_ == nullptr) return false;
  cpu_sampler_.reset();
  cpu_duration_ns_ = NanoTime() - cpu_duration_ns_;
  return true;
}

}  // namespace gol::rt::prof
