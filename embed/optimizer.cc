// Tiers of modules.
//
// Problem. A host that loads a script wants to call it at once, and most scripts run for less time than
// optimising them takes. Others are called sixty times a second for days. Nobody knows which is which beforehand.
//
// A module is compiled without optimisation, at a tenth of the cost or less, and can be called. Its IR is kept. A thread
// of the engine's compiles the IR again with optimisation as soon as the module has shown that it lives on:
//
//   - an isolate has it kOptimizeAfter after loading it, or
//   - it was loaded kManyLoads times, by isolates that each may live shortly.
//
// The new code replaces the old one while isolates run (jit/replace.cc): each quick function becomes a jump to its
// twin. So everything that leads to a function goes on leading there: adapters that hosts call through
// ScriptFunction, closures, method tables, goroutines that start. A function in progress stays as it is until
// it returns. Then the IR goes.
//
// Who needs to know when that has happened calls Module::Optimize, which does the work on the calling thread
// or waits for whoever is at it.
//
// Versions of a module (Isolate::Reload) are optimised one by one. The stack maps of later versions include
// those of the earlier ones, also of code that an earlier one gets later: ModuleCode::AddStackMaps.
//
// The end of the process. exit() destroys LLVM's static data, and no compilation can be broken off. So
// something has to wait for the job in progress, and let no other begin, before anything is destroyed. Handlers of
// exit() run in the reverse of the order in which they were registered, that of static data among them: none comes
// before the data that a job in progress makes first. But the thread-local data of the thread that calls exit() go
// before all handlers, so one of the main thread's waits (WaitAtExit). For processes that another thread
// ends there is a handler besides, which comes too late in the first job only.
#include "embed/optimizer.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <shared_mutex>
#include <utility>

#include "embed/background_thread.h"
#include "embed/module.h"

extern "C" {
int __cxa_thread_atexit_impl(void (*destroy)(void*), void* object, void* dso) noexcept;  // of the C library
extern void* __dso_handle;
}

namespace gol::embed {
namespace {

// How long an isolate has a module before it is worth optimising. Shorter: work for scripts that end before it
// pays; longer: slow calls of those that live.
constexpr std::chrono::milliseconds kOptimizeAfter{50};
constexpr int kManyLoads = 8;

// See "The end of the process" above.
std::shared_mutex job_lock;      // shared by jobs in progress, of any engine
bool is_process_ending = false;  // guarded by job_lock
std::atomic<uint32_t> job_generation{0};  // ForkGeneration() of the process that had the first job

void WaitForJob() {
  // The jobs of the process that this one was forked from hold the lock for ever.
  if (IsOfParent(job_generation)) return;
  std::lock_guard<std::shared_mutex> guard(job_lock);
  is_process_ending = true;
}

void RunJob(detail::ModuleCode& module) {
  static std::once_flag before, behind;
  std::call_once(before, [] {
    job_generation = ForkGeneration();
    std::atexit(WaitForJob);
  });
  {
    std::shared_lock<std::shared_mutex> guard(job_lock);
    if (is_process_ending) return;
    // An error means that the module goes on with the code it has.
    (void)module.tier.Finish(*module.session);
  }
  std::call_once(behind, [] { std::atexit(WaitForJob); });
}

}  // namespace

void Optimizer::WaitAtExit() {
  // Of other threads such data go when they end, the process or not.
  if (gettid() != getpid()) return;
  // Of the main thread alone. As for a thread_local object with a destructor, which would need a guard in
  // thread-local memory of a shared library.
  static bool is_registered = false;
  if (is_registered) return;
  is_registered = true;
  __cxa_thread_atexit_impl([](void*) { WaitForJob(); }, nullptr, &__dso_handle);
}

void Tier::StartQuick(std::unique_ptr<Pipeline> pipeline) {
  pipeline_ = std::move(pipeline);
  state_.store(State::kQuick, std::memory_order_release);
}

Result<void> Tier::Finish(jit::Session& session) {
  std::unique_lock<std::mutex> held(lock_);
  changed_.wait(held, [this] { return state_.load(std::memory_order_relaxed) != State::kAtWork; });
  if (is_final()) return {};
  if (!is_quick()) return Error{error_};
  state_.store(State::kAtWork, std::memory_order_relaxed);
  held.unlock();
  const auto start = std::chrono::steady_clock::now();
  Result<std::string> object = session.Compile(pipeline_->module(), jit::CodeKind::kReplacement);
  Result<void> done;
  if (!object) done = object.error();
  else done = session.Replace(std::move(object.value()));
  pipeline_.reset();
  ms_.store(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count(),
            std::memory_order_relaxed);
  held.lock();
  if (!done) error_ = done.error().message;
  // Release: who sees that it is final finds the code and the time.
  state_.store(done ? State::kFinal : State::kFailed, std::memory_order_release);
  changed_.notify_all();
  return done;
}

Optimizer::~Optimizer() {
  if (IsOfParent(fork_generation_)) {
    if (thread_.joinable()) thread_.detach();
    return;
  }
  {
    std::lock_guard<std::mutex> guard(lock_);
    is_ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Optimizer::NoteLoad(const std::shared_ptr<detail::ModuleCode>& module) {
  WaitAtExit();
  Tier& tier = module->tier;
  tier.users.fetch_add(1, std::memory_order_relaxed);
  const int loads = tier.loads.fetch_add(1, std::memory_order_relaxed) + 1;
  if (!tier.is_quick()) return;
  const bool is_due = loads == kManyLoads;
  if (tier.is_queued.exchange(true, std::memory_order_relaxed) && !is_due) return;
  std::lock_guard<std::mutex> guard(lock_);
  queue_.push_back({module, Clock::now() + (is_due ? std::chrono::milliseconds(0) : kOptimizeAfter)});
  if (!thread_.joinable()) thread_ = StartBackgroundThread([this] { Loop(); });
  wake_.notify_one();
}

void Optimizer::NoteUnload(detail::ModuleCode& module) {
  module.tier.users.fetch_sub(1, std::memory_order_relaxed);
}

void Optimizer::Loop() {
  std::unique_lock<std::mutex> held(lock_);
  while (!is_ending_) {
    if (queue_.empty()) {
      wake_.wait(held);
      continue;
    }
    auto next = std::min_element(queue_.begin(), queue_.end(),
                                 [](const Waiting& a, const Waiting& b) { return a.due < b.due; });
    if (next->due > Clock::now()) {
      wake_.wait_until(held, next->due);
      continue;
    }
    std::weak_ptr<detail::ModuleCode> weak = std::move(next->module);
    queue_.erase(next);
    held.unlock();
    if (std::shared_ptr<detail::ModuleCode> module = weak.lock()) {
      Tier& tier = module->tier;
      // Queued again with the next load, if it has no users now.
      tier.is_queued.store(false, std::memory_order_relaxed);
      if (tier.users.load(std::memory_order_relaxed) > 0 ||
          tier.loads.load(std::memory_order_relaxed) >= kManyLoads) {
        RunJob(*module);
      }
    }
    held.lock();
  }
}

}  // namespace gol::embed
