// The memory profile. See mem_profile.h.
#include "runtime/debug/mem_profile.h"

#include <cstring>

#include "runtime/sched/system_stack.h"
#include "runtime/traceback.h"

namespace gol::rt {

// Not inlined: the frame address counts.
__attribute__((noinline)) void* MemProfile::Alloc(uint64_t size) {
  G* g = CurrentG();
  if (g == nullptr) return nullptr;
  const auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t fp = *static_cast<uint64_t*>(__builtin_frame_address(0));
  Record* found = nullptr;
  OnSystemStack([&] {
    uint64_t stack[kDepth] = {};
    CallersOf(*g, pc, fp, 0, stack, kDepth);
    uint64_t hash = 0;
    for (uint64_t at : stack) hash = (hash ^ at) * 0x9e3779b97f4a7c15ull;
    std::lock_guard<std::mutex> guard(lock_);
    auto [at, end] = records_.equal_range(hash);
    for (; at != end; ++at) {
      if (std::memcmp(at->second->stack, stack, sizeof stack) == 0) break;
    }
    if (at == end) {
      at = records_.emplace(hash, std::make_unique<Record>());
      std::memcpy(at->second->stack, stack, sizeof stack);
    }
    found = at->second.get();
    ++found->alloc_objects;
    found->alloc_bytes += static_cast<int64_t>(size);
  });
  return found;
}

void MemProfile::Free(void* record, uint64_t size) {
  std::lock_guard<std::mutex> guard(lock_);
  auto* r = static_cast<Record*>(record);
  ++r->free_objects;
  r->free_bytes += static_cast<int64_t>(size);
}

size_t MemProfile::Read(Record* out, size_t n, bool with_dead) {
  std::lock_guard<std::mutex> guard(lock_);
  size_t count = 0;
  for (const auto& [hash, r] : records_) {
    if (!with_dead && r->alloc_objects == r->free_objects) continue;
    if (count < n) out[count] = *r;
    ++count;
  }
  return count;
}

}  // namespace gol::rt
