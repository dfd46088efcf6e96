// StackMapTable. See stack_map_table.h.
#include "runtime/sched/stack_map_table.h"

#include <algorithm>

#include "base/check.h"

namespace gol::rt {

void StackMapTable::Add(const void* records, uint64_t bytes) {
  if (bytes == 0) return;
  LockGuard guard(lock_);
  sections_.push_back({static_cast<const char*>(records), bytes});
  // Release: pairs with the acquire in CurrentIndex.
  num_sections_.store(sections_.size(), std::memory_order_release);
}

const StackMapTable::Index* StackMapTable::CurrentIndex() const {
  const Index* index = index_.load(std::memory_order_acquire);
  const uint64_t n = num_sections_.load(std::memory_order_acquire);
  if (index != nullptr && index->num_sections == n) return index;
  if (n == 0) return nullptr;
  LockGuard guard(lock_);
  index = index_.load(std::memory_order_relaxed);
  if (index != nullptr && index->num_sections == sections_.size()) return index;
  auto made = std::make_unique<Index>();
  uint64_t first = 0;
  if (index != nullptr) {
    made->functions = index->functions;
    first = index->num_sections;
  }
  for (uint64_t i = first; i < sections_.size(); i++) {
    const char* at = sections_[i].records;
    const char* end = at + sections_[i].bytes;
    while (at + sizeof(FuncStackMap) <= end) {
      const auto* map = reinterpret_cast<const FuncStackMap*>(at);
      if (map->num_words == 0) {  // padding between objects
        at += 4;
        continue;
      }
      made->functions.push_back({map->func_address(), map});
      at += uint64_t{map->num_words} * 4;
    }
    GOL_CHECK(at <= end);
  }
  std::sort(made->functions.begin(), made->functions.end(),
            [](const Function& a, const Function& b) { return a.address < b.address; });
  made->num_sections = sections_.size();
  index_.store(made.get(), std::memory_order_release);
  indexes_.push_back(std::move(made));
  return indexes_.back().get();
}

StackMapTable::Site StackMapTable::Find(uint64_t pc) const {
  const Index* index = CurrentIndex();
  if (index == nullptr) return {};
  auto next = std::upper_bound(index->functions.begin(), index->functions.end(), pc,
                               [](uint64_t a, const Function& f) { return a < f.address; });
  if (next == index->functions.begin()) return {};
  const Function& f = *std::prev(next);
  if (pc - f.address > UINT32_MAX) return {};
  const auto offset = static_cast<uint32_t>(pc - f.address);
  const StackMapCall* calls = f.map->calls();
  const StackMapCall* end = calls + f.map->num_calls;
  const StackMapCall* call = std::lower_bound(
      calls, end, offset, [](const StackMapCall& c, uint32_t o) { return c.code_offset < o; });
  if (call == end || call->code_offset != offset) return {};
  return {f.map, f.map->words() + call->list};
}

}  // namespace gol::rt
