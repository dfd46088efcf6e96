// The memory profile: what was allocated and freed, by call stack. Which objects are sampled:
// gc/sample.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace gol::rt {

class MemProfile {
 public:
  static constexpr int kDepth = 32;
  // As runtime.MemProfileRecord.
  struct Record {
    int64_t alloc_bytes = 0;
    int64_t free_bytes = 0;
    int64_t alloc_objects = 0;
    int64_t free_objects = 0;
    uint64_t stack[kDepth] = {};
  };

  // An object of the running goroutine was sampled. Returns its stack's record, which lives as long
  // as this.
  void* Alloc(uint64_t size);
  // The object is dead. Any thread.
  void Free(void* record, uint64_t size);
  // Copies at most n records, those without living objects only if wanted; returns how many there are.
  size_t Read(Record* out, size_t n, bool with_dead);

 private:
  std::mutex lock_;
  std::unordered_multimap<uint64_t, std::unique_ptr<Record>> records_;  // by hash of the stack
};

}  // namespace gol::rt
