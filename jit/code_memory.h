// Memory for code of this process, near the executable's own code.
//
// Compiled code calls the runtime directly (call rel32) only if it lies within 2 GiB of it; farther
// away each call takes a detour through a table. So pages come out of regions reserved close to the
// executable. A region has an area for code, one for read-only data, one for data, each filled front to back:
// pages of a kind stand side by side, so that a program of thousands of modules (a long interactive session) has a
// handful of mappings, of which the system grants a process some ten thousands. Code is written into pages that are not
// executable yet and then protected; nothing is ever both. Regions go back to the system with the CodeMemory.
//
// Modules can go one by one. Then their code's pages go back, while their addresses are never used again: an address that
// somebody noted does not come to mean another function. Their data stays, which others may refer to.
//
// Read-only data takes whole pages. Where there are many small modules it may be packed instead: then a page is
// protected when the next one is begun.
//
// Internal to jit/. Used by one thread at a time.
#pragma once

#include <vector>

#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"

namespace gol::jit {

class CodeMemory final : public llvm::jitlink::JITLinkMemoryManager {
 public:
  explicit CodeMemory(bool packs_read_only) : packs_read_only_(packs_read_only) {}
  ~CodeMemory() override;

  void allocate(const llvm::jitlink::JITLinkDylib* dylib, llvm::jitlink::LinkGraph& graph,
                OnAllocatedFunction on_allocated) override;
  void deallocate(std::vector<FinalizedAlloc> allocs, OnDeallocatedFunction done) override;
  using JITLinkMemoryManager::allocate;
  using JITLinkMemoryManager::deallocate;

 private:
  class InFlight;
  enum Kind { kCode, kReadOnly, kData, kKinds };
  static Kind KindOf(llvm::orc::MemProt protection);
  struct Area {
    char* next;
    char* end;
    char* writable;  // protection is still to come from here on
  };
  struct Region {
    char* base;
    size_t bytes;
    Area areas[kKinds];
  };
  // A region that has so many bytes free of each kind. Null: out of memory.
  Region* RegionWith(const size_t (&bytes)[kKinds]);

  // What a FinalizedAlloc refers to.
  struct Code {
    char* begin;
    size_t bytes;
  };
  // Protects what is packed and complete. Whether that worked.
  bool ProtectFullPages();

  const bool packs_read_only_;
  int in_flight_ = 0;  // allocations that are being written
  std::vector<Region> regions_;
};

}  // namespace gol::jit
