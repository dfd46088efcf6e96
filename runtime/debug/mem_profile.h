// The memory profile: what was allocated and freed, by call stack. Which objects are sampled:
// gc/sample.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace gol::rt {

struct CodeInfo;

class MemProfile {
 public:
  static constexpr int kDepth = 32;
  struct Counts {
    int64_t alloc_bytes = 0;
    int64_t free_bytes = 0;
    int64_t alloc_objects = 0;
    int64_t free_objects = 0;
  };
  // As runtime.MemProfileRecord.
  struct Record : Counts {
    uint64_t stack[kDepth] = {};
  };

  // An object of the running goroutine was sampled. Returns its stack's record, which lives as long
  // as this.
  void* Alloc(uint64_t size);
  // The object is dead. Any thread.
  void Free(void* record, uint64_t size);
  // One record for each stack that Callers could return, those without living objects only if wanted.
  std::vector<Record> Read(CodeInfo* code, bool with_dead);

 private:
  // C++ frames of the allocator and inlined calls are found when the record is read: looking up names
  // means reading line tables.
  static constexpr int kRawDepth = 48;
  struct RawRecord : Counts {
    int depth = 0;
    uint64_t stack[kRawDepth];
  };

  std::mutex lock_;
  std::unordered_multimap<uint64_t, std::unique_ptr<RawRecord>> records_;  // by hash of the stack
};

}  // namespace gol::rt
