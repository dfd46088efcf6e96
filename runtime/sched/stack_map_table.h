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
// before their first collection. It never changes: another takes its place, and the old one goes when nobody reads.
class StackMapTable {
 public:
  StackMapTable();
  ~StackMapTable();
  StackMapTable(const StackMapTable&) = delete;
  StackMapTable& operator=(const StackMapTable&) = delete;

  // Adds the records of a section (kStackMapSection), which must stay until they are removed. Any thread.
  void Add(const void* records, uint64_t bytes);
  // Removes them. Requires: their code stands on no stack. Any thread.
  void Remove(const void* records);

  bool empty() const { return is_empty_.load(std::memory_order_acquire); }

  // A call site.
  struct Site {
    const FuncStackMap* func = nullptr;
    const uint32_t* list = nullptr;  // the count, then the locations
  };

  struct Index;
  // Looks maps up, of code that was added before. For the time that reading a stack takes. Any thread; takes no lock
  // unless code was added since the last one.
  class Reader {
   public:
    explicit Reader(const StackMapTable& table);
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader();
    // The map of the call that returns to pc; func is null where there is none.
    Site Find(uint64_t pc) const;

   private:
    const StackMapTable& table_;
    const Index* index_;
  };

 private:
  struct Section {
    const char* records;
    uint64_t bytes;
  };
  const Index* CurrentIndex() const;
  void Publish(std::unique_ptr<Index> index) const;  // Requires: lock_ held

  std::atomic<bool> is_empty_{true};
  mutable std::atomic<int64_t> readers_{0};
  mutable std::atomic<const Index*> index_{nullptr};
  mutable std::atomic<bool> is_current_{true};  // index_ holds all sections
  mutable Lock lock_;
  std::vector<Section> sections_;                        // guarded by lock_
  mutable std::vector<std::unique_ptr<Index>> indexes_;  // guarded by lock_; old ones may be in use
};

}  // namespace gol::rt
