// Memory for code of this process, near the executable's own code.
//
// Compiled code calls the runtime directly (call rel32) only if it lies within 2 GiB of it; farther
// away each call takes a detour through a table. So pages come out of regions reserved close to the
// executable, each filled front to back. Code is written into pages that are not executable yet and
// then protected; nothing is ever both. Regions go back to the system with the CodeMemory.
//
// Internal to jit/. Used by one thread at a time.
#pragma once

#include <vector>

#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"

namespace gol::jit {

class CodeMemory final : public llvm::jitlink::JITLinkMemoryManager {
 public:
  CodeMemory() = default;
  ~CodeMemory() override;

  void allocate(const llvm::jitlink::JITLinkDylib* dylib, llvm::jitlink::LinkGraph& graph,
                OnAllocatedFunction on_allocated) override;
  void deallocate(std::vector<FinalizedAlloc> allocs, OnDeallocatedFunction done) override;
  using JITLinkMemoryManager::allocate;
  using JITLinkMemoryManager::deallocate;

 private:
  class InFlight;
  struct Region {
    char* base;
    size_t bytes;
    size_t used;
  };
  // Page-aligned, readable and writable. Null: out of memory.
  char* Take(size_t bytes);

  std::vector<Region> regions_;
};

}  // namespace gol::jit
