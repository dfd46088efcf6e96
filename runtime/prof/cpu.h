// Sampling of what threads run. Part of Profiler; see cpu.cc.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "runtime/prof/stack_table.h"

namespace gol::rt {
class Runtime;
}

namespace gol::rt::prof {

struct SampleRing;

class CpuSampler {
 public:
  // Null when another sampler of the process is at work. Samples go to *table; each counts 1 and
  // 1e9 / hz nanoseconds.
  static std::unique_ptr<CpuSampler> Start(Runtime& rt, int hz, StackTable* table);
  ~CpuSampler();  // ends the sampling; afterwards the table is complete

 private:
  CpuSampler(Runtime& rt, int hz, StackTable* table);
  void DrainLoop();
  void Drain();

  Runtime& rt_;
  const int64_t period_ns_;
  StackTable* const table_;
  std::unique_ptr<SampleRing> ring_;
  std::mutex lock_;
  std::condition_variable stop_cv_;
  bool stop_ = false;  // guarded by lock_
  std::thread drainer_;
};

}  // namespace gol::rt::prof
