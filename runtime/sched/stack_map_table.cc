// StackMapTable. See stack_map_table.h.
#include "runtime/sched/stack_map_table.h"

#include <algorithm>

#include "base/check.h"

namespace gol::rt {

struct StackMapTable::Index {
  struct Function {
    uint64_t address;
    const FuncStackMap* map;
  };
  std::vector<Function> functions;  // by address
  size_t num_sections = 0;          // the first so many of sections_
};

StackMapTable::StackMapTable() = default;

StackMapTable::~StackMapTable() = default;

void StackMapTable::Add(const void* records, uint64_t bytes) {
  if (bytes == 0) return;
  LockGuard guard(lock_);
  sections_.push_back({static_cast<const char*>(records), bytes});
  // Release: pairs with the acquire in CurrentIndex.
  is_current_.store(false, std::memory_order_release);
  is_empty_.store(false, std::memory_order_release);
}

void StackMapTable::Remove(const void* records) {
  LockGuard guard(lock_);
  auto section = std::find_if(sections_.begin(), sections_.end(),
                              [&](const Section& s) { return s.records == records; });
  if (section == sections_.end()) return;
  const auto place = static_cast<size_t>(section - sections_.begin());
  const Section gone = *section;
  sections_.erase(section);
  const Index* index = index_.load(std::memory_order_relaxed);
  if (index == nullptr || place >= index->num_sections) return;
  auto made = std::make_unique<Index>(*index);
  made->num_sections--;
  std::erase_if(made->functions, [&](const Index::Function& f) {
    const auto* at = reinterpret_cast<const char*>(f.map);
    return at >= gone.records && at < gone.records + gone.bytes;
  });
  Publish(std::move(made));
}

// Sequentially consistent: a reader counts itself and then loads the index, this stores the index and then reads the
// count. Who is not counted sees the new one.
void StackMapTable::Publish(std::unique_ptr<Index> index) const {
  index_.store(index.get(), std::memory_order_seq_cst);
  if (readers_.load(std::memory_order_seq_cst) == 0) indexes_.clear();
  indexes_.push_back(std::move(index));
}

const StackMapTable::Index* StackMapTable::CurrentIndex() const {
  if (is_current_.load(std::memory_order_acquire)) return index_.load(std::memory_order_seq_cst);
  LockGuard guard(lock_);
  const Index* index = index_.load(std::memory_order_relaxed);
  if (is_current_.load(std::memory_order_relaxed)) return index;
  auto made = index != nullptr ? std::make_unique<Index>(*index) : std::make_unique<Index>();
  for (size_t i = made->num_sections; i < sections_.size(); i++) {
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
            [](const Index::Function& a, const Index::Function& b) { return a.address < b.address; });
  made->num_sections = sections_.size();
  index = made.get();
  Publish(std::move(made));
  is_current_.store(true, std::memory_order_release);
  return index;
}

StackMapTable::Reader::Reader(const StackMapTable& table) : table_(table) {
  table_.readers_.fetch_add(1, std::memory_order_seq_cst);
  index_ = table_.CurrentIndex();
}

StackMapTable::Reader::~Reader() { table_.readers_.fetch_sub(1, std::memory_order_release); }

StackMapTable::Site StackMapTable::Reader::Find(uint64_t pc) const {
  if (index_ == nullptr) return {};
  auto next = std::upper_bound(index_->functions.begin(), index_->functions.end(), pc,
                               [](uint64_t a, const Index::Function& f) { return a < f.address; });
  if (next == index_->functions.begin()) return {};
  const Index::Function& f = *std::prev(next);
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
