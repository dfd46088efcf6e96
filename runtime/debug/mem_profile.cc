// The memory profile. See mem_profile.h.
#include "runtime/debug/mem_profile.h"

#include <algorithm>
#include <map>

#include "runtime/sched/system_stack.h"
#include "runtime/traceback.h"

namespace gol::rt {

// Not inlined: the frame address counts.
__attribute__((noinline)) void* MemProfile::Alloc(uint64_t size) {
  G* g = CurrentG();
  if (g == nullptr) return nullptr;
  const auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t fp = *static_cast<uint64_t*>(__builtin_frame_address(0));
  RawRecord* found = nullptr;
  OnSystemStack([&] {
    uint64_t stack[kRawDepth];
    const int depth = RawCallersOf(*g, pc, fp, stack, kRawDepth);
    uint64_t hash = 0;
    for (int i = 0; i < depth; i++) hash = (hash ^ stack[i]) * 0x9e3779b97f4a7c15ull;
    std::lock_guard<std::mutex> guard(lock_);
    auto [at, end] = records_.equal_range(hash);
    for (; at != end; ++at) {
      if (std::equal(stack, stack + depth, at->second->stack, at->second->stack + at->second->depth)) {
        break;
      }
    }
    if (at == end) {
      at = records_.emplace(hash, std::make_unique<RawRecord>());
      at->second->depth = depth;
      std::copy_n(stack, depth, at->second->stack);
    }
    found = at->second.get();
    ++found->alloc_objects;
    found->alloc_bytes += static_cast<int64_t>(size);
  });
  return found;
}

void MemProfile::Free(void* record, uint64_t size) {
  std::lock_guard<std::mutex> guard(lock_);
  auto* r = static_cast<RawRecord*>(record);
  ++r->free_objects;
  r->free_bytes += static_cast<int64_t>(size);
}

std::vector<MemProfile::Record> MemProfile::Read(CodeInfo* code, bool with_dead) {
  std::map<std::vector<uint64_t>, Counts> by_stack;
  {
    std::lock_guard<std::mutex> guard(lock_);
    for (const auto& [hash, r] : records_) {
      uint64_t stack[kDepth];
      const int depth =
          CallersOfRaw(code, {r->stack, static_cast<size_t>(r->depth)}, stack, kDepth);
      Counts& sum = by_stack[{stack, stack + depth}];
      sum.alloc_bytes += r->alloc_bytes;
      sum.free_bytes += r->free_bytes;
      sum.alloc_objects += r->alloc_objects;
      sum.free_objects += r->free_objects;
    }
  }
  std::vector<Record> list;
  for (const auto& [stack, counts] : by_stack) {
    if (!with_dead && counts.alloc_objects == counts.free_objects) continue;
    Record record{counts};
    std::copy(stack.begin(), stack.end(), record.stack);
    list.push_back(record);
  }
  return list;
}

}  // namespace gol::rt
