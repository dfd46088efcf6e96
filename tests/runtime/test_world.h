// TestWorld: gc::World over plain threads, so that heap and collector are tested without the
// scheduler. Each test thread is one P and one goroutine at once; its roots are the words of its
// Mutator, and its safepoints are where it calls Safepoint().
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/abi/tls.h"
#include "runtime/gc/collector.h"
#include "runtime/gc/world.h"
#include "runtime/mem/mheap.h"

namespace gol::rt {

class TestWorld;

// One thread's P and goroutine.
struct Mutator {
  struct FakeP {
    mcache* cache;
  };
  FakeP p{&cache};
  mcache cache;
  // Scanned conservatively, as a stack would be. Written by the thread between safepoints only.
  void* roots[64] = {};
  bool is_running = false;   // guarded by TestWorld::mu_
  bool is_suspended = false; // must not go on; guarded by TestWorld::mu_
  TestWorld* world = nullptr;

  void Safepoint();
};

class TestWorld : public gc::World {
 public:
  explicit TestWorld(HeapOptions options) {
    options.trace_sink = [this](std::string_view line) { trace += line; };
    heap = std::make_unique<Heap>(options, this);
    heap->EnableGc();
  }
  ~TestWorld() override {
    heap->StopGc();
    heap.reset();
  }

  // Runs fn in a thread that holds a P; Join waits for all.
  void Go(std::function<void(Mutator&)> fn) {
    threads_.emplace_back([this, fn] {
      Mutator& m = Enter();
      fn(m);
      Leave(m);
    });
  }
  void Join() {
    for (std::thread& t : threads_) t.join();
    threads_.clear();
  }
  void Run(std::function<void(Mutator&)> fn) {
    Go(std::move(fn));
    Join();
  }

  void StopTheWorld(gc::StwReason) override {
    std::unique_lock<std::mutex> guard(mu_);
    cv_.wait(guard, [&] { return !stop_; });
    stop_ = true;
    requested_.store(true, std::memory_order_release);
    cv_.wait(guard, [&] {
      for (Mutator& m : mutators_) {
        if (m.is_running) return false;
      }
      return true;
    });
    ++stops;
  }
  void StartTheWorld() override {
    std::lock_guard<std::mutex> guard(mu_);
    stop_ = false;
    UpdateRequested();
    cv_.notify_all();
  }
  void ForEachMcache(FunctionRef<void(mcache&)> fn) override {
    for (Mutator& m : mutators_) fn(m.cache);
  }
  bool ForEachP(FunctionRef<void(mcache&)> fn) override {
    if (!has_for_each_p) return false;
    std::vector<Mutator*> all;
    {
      std::lock_guard<std::mutex> guard(mu_);
      for (Mutator& m : mutators_) all.push_back(&m);
    }
    for (Mutator* m : all) WithSuspended(*m, [&] { fn(m->cache); });
    return true;
  }
  void SetWriteBarrier(bool on) override { barrier_ = on; }
  size_t SnapshotGs() override {
    snapshot_.clear();
    for (Mutator& m : mutators_) snapshot_.push_back(&m);
    return snapshot_.size();
  }
  void ScanG(size_t i, FunctionRef<void(gc::RootRange)> fn) override {
    Mutator* m = snapshot_[i];
    auto scan = [&] {
      fn({reinterpret_cast<uintptr_t>(&m->roots[0]), reinterpret_cast<uintptr_t>(&m->roots[64])});
    };
    if (scan_delay.count() != 0) std::this_thread::sleep_for(scan_delay);
    bool stopped;
    {
      std::lock_guard<std::mutex> guard(mu_);
      stopped = stop_;
    }
    if (stopped) {
      scan();
    } else {
      WithSuspended(*m, scan);
    }
  }
  void ScanRuntimeRoots(FunctionRef<void(gc::RootRange)> fn) override {}
  int NumPs() override { return 2; }
  int NumIdlePs() override { return 1; }
  uint64_t StackInuse() override { return 8192; }

  void Block(FunctionRef<void()> fn) override {
    Mutator* m = current_;
    if (m == nullptr) {
      fn();
      return;
    }
    Pause(*m);
    fn();
    Resume(*m);
  }
  void Yield() override {
    if (current_ != nullptr) current_->Safepoint();
  }
  void OnSystemStack(FunctionRef<void()> fn) override { fn(); }
  void RunOnGoroutine(void (*fn)(void*), void* arg) override {
    std::lock_guard<std::mutex> guard(mu_);
    pending_.push_back({fn, arg});
  }
  // Runs what RunOnGoroutine was given, in the calling mutator.
  void RunPending() {
    for (;;) {
      std::pair<void (*)(void*), void*> job;
      {
        std::lock_guard<std::mutex> guard(mu_);
        if (pending_.empty()) return;
        job = pending_.front();
        pending_.erase(pending_.begin());
      }
      job.first(job.second);
    }
  }

  std::unique_ptr<Heap> heap;
  std::string trace;  // gctrace lines
  int stops = 0;
  bool has_for_each_p = true;
  // How long a stack waits for its scan: widens the window in which it is grey.
  std::chrono::microseconds scan_delay{0};

 private:
  friend struct Mutator;

  Mutator& Enter() {
    std::unique_lock<std::mutex> guard(mu_);
    cv_.wait(guard, [&] { return !stop_; });
    Mutator& m = mutators_.emplace_back();
    m.world = this;
    heap->InitMcache(&m.cache);
    m.is_running = true;
    current_ = &m;
    TlsStore(kTlsP, &m.p);
    TlsStore<uint32_t>(kTlsWriteBarrier, barrier_ ? 1 : 0);
    return m;
  }
  // The thread goes; its P stays, idle and empty.
  void Leave(Mutator& m) {
    std::fill(std::begin(m.roots), std::end(m.roots), nullptr);
    TlsStore<void*>(kTlsP, nullptr);
    TlsStore<uint32_t>(kTlsWriteBarrier, 0);
    current_ = nullptr;
    std::lock_guard<std::mutex> guard(mu_);
    m.is_running = false;
    cv_.notify_all();
  }
  void Pause(Mutator& m) {
    std::lock_guard<std::mutex> guard(mu_);
    m.is_running = false;
    cv_.notify_all();
  }
  void Resume(Mutator& m) {
    std::unique_lock<std::mutex> guard(mu_);
    cv_.wait(guard, [&] { return !stop_ && !m.is_suspended; });
    m.is_running = true;
    TlsStore<uint32_t>(kTlsWriteBarrier, barrier_ ? 1 : 0);
  }
  void WithSuspended(Mutator& m, FunctionRef<void()> fn) {
    {
      std::unique_lock<std::mutex> guard(mu_);
      cv_.wait(guard, [&] { return !m.is_suspended; });
      m.is_suspended = true;
      requested_.store(true, std::memory_order_release);
      cv_.wait(guard, [&] { return !m.is_running; });
    }
    fn();
    std::lock_guard<std::mutex> guard(mu_);
    m.is_suspended = false;
    UpdateRequested();
    cv_.notify_all();
  }
  void UpdateRequested() {
    bool on = stop_;
    for (Mutator& m : mutators_) on |= m.is_suspended;
    requested_.store(on, std::memory_order_release);
  }

  static inline thread_local Mutator* current_ = nullptr;

  std::mutex mu_;
  std::condition_variable cv_;
  bool stop_ = false;
  bool barrier_ = false;
  std::atomic<bool> requested_{false};  // some thread is asked to stop
  std::list<Mutator> mutators_;
  std::vector<Mutator*> snapshot_;
  std::vector<std::thread> threads_;
  std::vector<std::pair<void (*)(void*), void*>> pending_;
};

inline void Mutator::Safepoint() {
  if (!world->requested_.load(std::memory_order_acquire)) return;
  world->Pause(*this);
  world->Resume(*this);
}

// ---- types ----

// A struct type of `words` words; pointers where bits of `map` are set.
struct TestType {
  Type type{};
  uint8_t map[32] = {};
  TestType(uint64_t words, std::initializer_list<uint64_t> pointers) {
    type.size = words * 8;
    type.align = type.field_align = 8;
    type.kind = kStruct;
    for (uint64_t w : pointers) {
      map[w / 8] |= static_cast<uint8_t>(1u << (w % 8));
      type.ptrdata = std::max<uint64_t>(type.ptrdata, (w + 1) * 8);
    }
    type.gcdata = map;
  }
  TestType(const TestType&) = delete;
};

}  // namespace gol::rt
