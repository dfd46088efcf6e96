// From return addresses to stack maps.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/abi/stack_map.h"
#include "runtime/sched/lock.h"

namespace gol::rt {

// The maps of all code that a Runtime may run. Records stay where the linker put them; an index of
// them, sorted by address, is made when somebody first looks, since many programs end
// before their first collection.
class StackMapTable {
 public:
  StackMapTable() = default;
  StackMapTable(const StackMapTable&) = delete;
  StackMapTable& operator=(const StackMapTable&) = delete;

  // Adds the records of a section (kStackMapSection), which must outlive the table. Any thread.
  void Add(const void* records, uint64_t bytes);

  bool empty() const { return num_sections_.load(std::memory_order_acquire) == 0; }

  // A call site.
  struct Site {
    const FuncStackMap* func = nullptr;
    const uint32_t* list = nullptr;  // the count, then the locations
  };
  // The map of the call that returns to pc; func is null where there is none. Any thread; takes no lock
  // unless code was added since the last call.
  Site Find(uint64_t pc) const;

 private:
  struct Function {
    uint64_t address;
    const FuncStackMap* map;
  };
  struct Index {
    std::vector<Function> functions;  // by address
    uint64_t num_sections = 0;
  };
  struct Section {
    const char* records;
    uint64_t bytes;
  };
  const Index* CurrentIndex() const;

  std::atomic<uint64_t> num_sections_{0};
  mutable std::atomic<const Index*> index_{nullptr};
  mutable Lock lock_;
  std::vector<Section> sections_;                        // guarded by lock_
  mutable std::vector<std::unique_ptr<Index>> indexes_;  // guarded by lock_; old ones may be in use
};

}  // namespace gol::rt
