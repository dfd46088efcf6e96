// SchedWorld: the collector's view of the scheduler (gc::World).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/gc/world.h"

namespace gol::rt {

class Runtime;

class SchedWorld final : public gc::World {
 public:
  explicit SchedWorld(Runtime& rt) : rt_(rt) {}

  void StopTheWorld(gc::StwReason reason) override;
  void StartTheWorld() override;
  int64_t StartedNs() override;
  void ForEachMcache(FunctionRef<void(mcache&)> fn) override;
  bool ForEachP(FunctionRef<void(mcache&)> fn) override;
  void SetWriteBarrier(bool on) override;
  size_t SnapshotGs() override;
  void ScanG(size_t i, FunctionRef<void(gc::RootRange)> fn) override;
  void ScanRuntimeRoots(FunctionRef<void(gc::RootRange)> fn) override;
  int NumPs() override;
  int NumIdlePs() override;
  uint64_t StackInuse() override;
  void Block(FunctionRef<void()> fn) override;
  void Yield() override;
  void OnSystemStack(FunctionRef<void()> fn) override;
  tracing::Tracer* tracer() override;
  void CollectionActive(bool active) override;
  [[noreturn]] void OutOfMemory(uint64_t bytes) override;
  void BadHeap(std::string_view details, std::string_view text) override;
  void RunOnGoroutine(void (*fn)(void* arg), void* arg) override;

 private:
  Runtime& rt_;
};

}  // namespace gol::rt
