// A mutex that counts how often it was taken, how often somebody had to wait for it, and for how long: the locks of
// the heap, whose contention package runtime/lab reports. Waits of goroutines go to the mutex profile as well.
#pragma once

#include <cstdint>
#include <ctime>
#include <mutex>

namespace gol::rt {

enum class HeapLock : uint8_t { kCentral, kPages };  // mcentral::lock, mheap::lock

// The calling goroutine, if it is one, waited for the lock and has it now. Slow; called in that case only.
void ReportWait(HeapLock which, uint64_t ns);

struct LockCounts {
  uint64_t taken = 0, contended = 0, wait_ns = 0;
};

template <HeapLock kWhich>
class CountedLock {
 public:
  void lock() {
    if (!mutex_.try_lock()) {
      const uint64_t from = Now();
      mutex_.lock();
      const uint64_t ns = Now() - from;
      Add(&contended_, 1u);
      Add(&wait_ns_, ns);
      ReportWait(kWhich, ns);
    }
    Add(&taken_, 1u);
  }
  void unlock() { mutex_.unlock(); }

  // Any thread; the numbers need not belong to one instant. They wrap around.
  void AddCounts(LockCounts* c) const {
    c->taken += __atomic_load_n(&taken_, __ATOMIC_RELAXED);
    c->contended += __atomic_load_n(&contended_, __ATOMIC_RELAXED);
    c->wait_ns += __atomic_load_n(&wait_ns_, __ATOMIC_RELAXED);
  }

 private:
  // Written by the holder alone.
  template <typename T>
  static void Add(T* at, T n) {
    __atomic_store_n(at, *at + n, __ATOMIC_RELAXED);
  }
  static uint64_t Now() {
    timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return static_cast<uint64_t>(ts.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(ts.tv_nsec);
  }

  std::mutex mutex_;
  uint32_t taken_ = 0;
  uint32_t contended_ = 0;
  uint64_t wait_ns_ = 0;
};

}  // namespace gol::rt
