// Helpers of the scheduler's tests: goroutines whose bodies are C++ functions.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "runtime/runtime.h"
#include "runtime/sched/sched.h"

namespace gol::rt::testing {

// A runtime that collects what it writes.
class TestRuntime {
 public:
  explicit TestRuntime(Runtime::Options options = {}) : runtime(Prepare(std::move(options))) {}

  // Runs fn as the main goroutine.
  Outcome Run(const std::function<void()>& fn) {
    return runtime.RunNative(
        [](void* arg) { (*static_cast<const std::function<void()>*>(arg))(); },
        const_cast<std::function<void()>*>(&fn));
  }

  Sched& sched() { return runtime.sched(); }

  std::string output;
  Runtime runtime;

 private:
  Runtime::Options Prepare(Runtime::Options options) {
    options.stderr_writer = {[](void* ctx, const char* data, size_t n) {
                               static_cast<TestRuntime*>(ctx)->output.append(data, n);
                             },
                             this};
    return options;
  }
};

// Bodies of goroutines that have not ended: those of dropped goroutines stay.
class PendingBodies {
 public:
  static PendingBodies& Get() {
    static PendingBodies pending;
    return pending;
  }
  std::function<void()>* Add(std::function<void()> fn) {
    std::lock_guard<std::mutex> guard(lock_);
    bodies_.push_back(std::make_unique<std::function<void()>>(std::move(fn)));
    return bodies_.back().get();
  }

 private:
  std::mutex lock_;
  std::vector<std::unique_ptr<std::function<void()>>> bodies_;
};

// go fn(), from a goroutine.
inline void Go(std::function<void()> fn) {
  CurrentRuntime()->sched().NewNative(
      [](void* arg) { (*static_cast<std::function<void()>*>(arg))(); },
      PendingBodies::Get().Add(std::move(fn)), {.stack_class = 1});
}

inline void Gosched() { CurrentRuntime()->sched().Gosched(); }

// The running goroutine's prologues check against its segment, or send it to the scheduler: its time slice may
// have ended.
inline void ExpectLimitOf(const StackSegment* seg) {
  const auto limit = TlsLoad<uint64_t>(kTlsStackLimit);
  if (limit != kStackPreempt) EXPECT_EQ(limit, seg->limit);
}

}  // namespace gol::rt::testing
