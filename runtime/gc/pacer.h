// The pacer: when a cycle starts, how much marking an allocation has to pay for. See pacer.cc.
#pragma once

#include <atomic>
#include <cstdint>

namespace gol::rt::gc {

// Arithmetic only, over numbers that the collector passes in: testable on a simulated heap.
class Pacer {
 public:
  // GOGC below which the heap is not kept small for its own sake: the smallest goal is this at
  // GOGC=100. Larger: fewer cycles in small programs; smaller: less memory.
  static constexpr uint64_t kHeapMinimum = 4 << 20;
  // Share of the Ps' time that background workers take while marking.
  static constexpr double kBackgroundUtilization = 0.25;
  // An assist does at least this much scan work, to pay its fixed cost.
  static constexpr int64_t kOverAssistWork = 64 << 10;

  Pacer(int64_t gogc, int64_t memory_limit);

  // ---- between cycles: world stopped, or the one caller that holds the collector's lock ----
  void SetGogc(int64_t gogc) { gogc_.store(gogc, std::memory_order_relaxed); }
  int64_t gogc() const { return gogc_.load(std::memory_order_relaxed); }
  void SetMemoryLimit(int64_t bytes) { memory_limit_.store(bytes, std::memory_order_relaxed); }
  int64_t memory_limit() const { return memory_limit_.load(std::memory_order_relaxed); }
  // Recomputes goal and trigger from what the last cycle left. other_bytes: memory that counts for
  // the limit but not for the heap (stacks, metadata, fragmentation).
  void Commit(uint64_t other_bytes);

  // ---- a cycle ----
  struct CycleStart {
    int64_t now_ns;
    uint64_t heap_live;
    uint64_t stack_bytes;    // scannable
    uint64_t globals_bytes;
    int num_ps;
  };
  void StartCycle(const CycleStart& start);
  // Recomputes the assist ratio. Called now and then while marking.
  void Revise(uint64_t heap_live, int64_t scan_work_done);
  struct CycleEnd {
    int64_t now_ns;
    uint64_t heap_live;      // before it is set to what was marked
    uint64_t heap_marked;
    int64_t heap_scan_work;  // bytes of heap objects that were scanned
    int64_t mark_cpu_ns;     // of workers and assists
    bool user_forced;
  };
  void EndCycle(const CycleEnd& end);

  uint64_t heap_goal() const { return heap_goal_.load(std::memory_order_relaxed); }
  uint64_t trigger() const { return trigger_.load(std::memory_order_relaxed); }
  uint64_t heap_marked() const { return heap_marked_; }
  double cons_mark() const { return cons_mark_; }
  // Scan work of heap objects that the cycle expects, and of everything.
  int64_t expected_heap_scan() const { return last_heap_scan_; }
  int64_t expected_scan() const {
    return last_heap_scan_ + static_cast<int64_t>(last_stack_bytes_ + globals_bytes_);
  }
  // Workers that run all the time while marking, and the share of one more.
  int dedicated_workers() const { return dedicated_; }
  double fractional_utilization() const { return fractional_; }

  double assist_work_per_byte() const {
    return assist_work_per_byte_.load(std::memory_order_relaxed);
  }
  double assist_bytes_per_work() const {
    return assist_bytes_per_work_.load(std::memory_order_relaxed);
  }

 private:
  uint64_t GogcGoal() const;

  std::atomic<int64_t> gogc_;          // read at any time, as the next one
  std::atomic<int64_t> memory_limit_;
  uint64_t heap_marked_;          // bytes marked in the last cycle
  int64_t last_heap_scan_ = 0;    // scan work of the last cycle: what to expect
  uint64_t last_stack_bytes_ = 0;
  uint64_t globals_bytes_ = 0;
  double cons_mark_ = 0;          // bytes allocated per CPU ns over bytes scanned per CPU ns

  int64_t start_ns_ = 0;
  uint64_t start_live_ = 0;
  int num_ps_ = 1;
  int dedicated_ = 0;
  double fractional_ = 0;

  std::atomic<uint64_t> heap_goal_;
  std::atomic<uint64_t> trigger_;
  std::atomic<double> assist_work_per_byte_{0};
  std::atomic<double> assist_bytes_per_work_{0};
};

}  // namespace gol::rt::gc
