// See stack_table.h.
#include "runtime/prof/stack_table.h"

#include <algorithm>

namespace gol::rt::prof {
namespace {

uint64_t HashOf(uint64_t label, std::span<const uint64_t> stack) {
  uint64_t h = label + 0x9e3779b97f4a7c15;
  for (uint64_t pc : stack) {
    h = (h ^ pc) * 0xff51afd7ed558ccd;
    h ^= h >> 32;
  }
  return h;
}

}  // namespace

void StackTable::Add(uint64_t label, std::span<const uint64_t> stack, int64_t count, int64_t sum) {
  const uint64_t hash = HashOf(label, stack);
  std::lock_guard<std::mutex> guard(lock_);
  auto [first, last] = by_hash_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    Record& r = *it->second;
    if (r.label != label || !std::equal(stack.begin(), stack.end(), r.stack.begin(), r.stack.end())) {
      continue;
    }
    r.count += count;
    r.sum += sum;
    return;
  }
  auto record = std::make_unique<Record>(Record{label, {stack.begin(), stack.end()}, count, sum});
  in_order_.push_back(record.get());
  by_hash_.emplace(hash, std::move(record));
}

void StackTable::ForEach(FunctionRef<void(const Record&)> fn) const {
  std::lock_guard<std::mutex> guard(lock_);
  for (const Record* r : in_order_) fn(*r);
}

size_t StackTable::size() const {
  std::lock_guard<std::mutex> guard(lock_);
  return in_order_.size();
}

void StackTable::Clear() {
  std::lock_guard<std::mutex> guard(lock_);
  in_order_.clear();
  by_hash_.clear();
}

}  // namespace gol::rt::prof
