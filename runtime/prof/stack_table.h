// Two sums per call stack: the store behind the profiles.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/function_ref.h"

namespace gol::rt::prof {

// Thread-safe. Allocates from the C++ heap: on a goroutine it is called on the system stack.
class StackTable {
 public:
  struct Record {
    uint64_t label = 0;           // of the goroutine; see Profiler::labels
    std::vector<uint64_t> stack;  // return addresses, innermost first
    int64_t count = 0;
    int64_t sum = 0;              // nanoseconds
  };

  void Add(uint64_t label, std::span<const uint64_t> stack, int64_t count, int64_t sum);
  void ForEach(FunctionRef<void(const Record&)> fn) const;
  size_t size() const;
  void Clear();

 private:
  mutable std::mutex lock_;
  // By hash of label and stack; both are guarded by lock_.
  std::unordered_multimap<uint64_t, std::unique_ptr<Record>> by_hash_;
  std::vector<Record*> in_order_;
};

}  // namespace gol::rt::prof
