// mspan: finding the next free slot, counting marks. See malloc.cc for the overview.
#include "runtime/mem/mspan.h"

namespace gol::rt {

uint32_t mspan::NextFreeIndex() {
  uint32_t index = freeindex;
  if (index == nelems) return index;
  int zeros = std::countr_zero(alloc_cache);
  while (zeros == 64) {
    index = (index + 64) & ~63u;
    if (index >= nelems) {
      freeindex = nelems;
      return nelems;
    }
    RefillAllocCache(index);
    zeros = std::countr_zero(alloc_cache);
  }
  uint32_t result = index + static_cast<uint32_t>(zeros);
  if (result >= nelems) {
    freeindex = nelems;
    return nelems;
  }
  // Two shifts: by 64 at once would be undefined.
  alloc_cache = (alloc_cache >> zeros) >> 1;
  freeindex = result + 1;
  if (freeindex % 64 == 0 && freeindex != nelems) RefillAllocCache(freeindex);
  return result;
}

uintptr_t mspan::NextFree() {
  uint32_t index = NextFreeIndex();
  if (index == nelems) return 0;
  ++alloc_count;
  return ObjBase(index);
}

uint32_t mspan::CountMarked() const {
  int n = 0;
  for (uint32_t w = 0; w < bit_words(); ++w) {
    n += std::popcount(gcmark_bits[w].load(std::memory_order_relaxed));
  }
  return static_cast<uint32_t>(n);
}

}  // namespace gol::rt
