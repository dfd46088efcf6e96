// From quick code to optimised code, for modules that isolates run. See optimizer.cc.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "embed/fork.h"
#include "embed/pipeline.h"
#include "jit/jit.h"

namespace gol::detail {
struct ModuleCode;
}

namespace gol::embed {

// Which code the functions of one module have, and what making better takes. Any thread.
class Tier {
 public:
  Tier() = default;
  Tier(const Tier&) = delete;
  Tier& operator=(const Tier&) = delete;

  // The module has quick code. Before others see it. pipeline: holds the IR that the code was made of.
  void StartQuick(std::unique_ptr<Pipeline> pipeline);
  bool is_quick() const { return state_.load(std::memory_order_acquire) == State::kQuick; }
  bool is_final() const { return state_.load(std::memory_order_acquire) == State::kFinal; }
  // Optimises on the calling thread and lets calls go to the new code, or waits until another thread has. An
  // error means that the quick code stays.
  Result<void> Finish(jit::Session& session);
  // What optimising took; 0 before its end.
  double ms() const { return ms_.load(std::memory_order_relaxed); }

  // ---- what Optimizer counts ----
  std::atomic<int> loads{0};  // by isolates, ever
  std::atomic<int> users{0};  // isolates that have the module now
  std::atomic<bool> is_queued{false};

 private:
  enum class State : uint8_t { kFinal, kQuick, kAtWork, kFailed };
  std::atomic<State> state_{State::kFinal};
  std::atomic<double> ms_{0};
  std::mutex lock_;
  std::condition_variable changed_;
  std::unique_ptr<Pipeline> pipeline_;  // of the thread at work, otherwise guarded by lock_
  std::string error_;                   // of kFailed; guarded by lock_
};

// Optimises modules that are in use, one after another, on a thread of its own.
class Optimizer {
 public:
  Optimizer() = default;
  ~Optimizer();
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // An isolate has loaded the module, or has it no longer. Any thread.
  void NoteLoad(const std::shared_ptr<detail::ModuleCode>& module);
  static void NoteUnload(detail::ModuleCode& module);
  // Called on the main thread, at the latest before jobs begin: its exit() or return from main then waits for the job in
  // progress. Does nothing on other threads.
  static void WaitAtExit();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    std::weak_ptr<detail::ModuleCode> module;
    Clock::time_point due;
  };
  void Loop();

  std::mutex lock_;
  // Guarded by lock_.
  std::condition_variable wake_;
  std::vector<Waiting> queue_;
  std::thread thread_;
  bool is_ending_ = false;

  const uint32_t fork_generation_ = ForkGeneration();
};

}  // namespace gol::embed
