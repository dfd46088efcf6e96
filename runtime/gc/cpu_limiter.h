// CpuLimiter: keeps a collector that cannot meet GOMEMLIMIT from taking all processor time.
//
// A memory limit below what is alive makes the goal the live heap: cycle follows upon cycle and each
// allocation assists, which would leave the program standing. So the collector may take half of the
// processors' time, over the last seconds; above that assists are suspended and the heap grows past
// the limit instead. Measured by a leaky bucket, as in Go's mgclimit.go: the collector's time flows
// in, the program's time flows out, at the same rate; full means that the collector took more than
// half for as long as the bucket is large. Arithmetic only: testable with made-up times.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace gol::rt::gc {

class CpuLimiter {
 public:
  // Seconds of one processor that the collector may be ahead. Larger: longer stalls of the program
  // are borne; smaller: the limit on memory is given up sooner.
  static constexpr int64_t kCapacityNs = 1'000'000'000;

  // Any thread.
  bool is_limiting() const { return is_limiting_.load(std::memory_order_relaxed); }
  // CPU time of assists and workers since the last Update: any thread.
  void AddCollectorTime(int64_t ns) { collector_ns_.fetch_add(ns, std::memory_order_relaxed); }

  // One thread at a time. num_ps processors have been running until now_ns.
  void Update(int64_t now_ns, int num_ps) {
    const int64_t passed = last_ns_ == 0 ? 0 : std::max<int64_t>(0, now_ns - last_ns_) * num_ps;
    last_ns_ = now_ns;
    const int64_t collector =
        std::min(passed, collector_ns_.exchange(0, std::memory_order_relaxed));
    const int64_t program = passed - collector;
    const int64_t capacity = kCapacityNs * num_ps;
    fill_ = std::clamp<int64_t>(fill_ + collector - program, 0, capacity);
    is_limiting_.store(fill_ == capacity, std::memory_order_relaxed);
  }

 private:
  std::atomic<bool> is_limiting_{false};
  std::atomic<int64_t> collector_ns_{0};
  int64_t last_ns_ = 0;
  int64_t fill_ = 0;
};

}  // namespace gol::rt::gc
