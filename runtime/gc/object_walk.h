// Objects of a span one by one, and their pointer words, for those who look at a heap that stands still.
#pragma once

#include <bit>
#include <cstdint>

#include "runtime/gc/type_walk.h"
#include "runtime/mem/heap_bits.h"

namespace gol::rt::gc {

// Whether a slot was given out and not swept since. Requires: nothing allocates, mcaches hold no runs.
inline bool IsAllocated(const mspan* s, uint32_t i) {
  return i < s->freeindex ||
         ((s->alloc_bits[i / 64].load(std::memory_order_relaxed) >> (i % 64)) & 1) != 0;
}

// Calls visit(address of the word) for each word of the object in a slot that may hold a pointer.
template <typename Visit>
void ForEachObjectPointer(const mspan* s, uint32_t i, Visit&& visit) {
  uintptr_t obj = s->ObjBase(i);
  if (s->spanclass.noscan()) return;
  if (s->has_bitmap()) {
    for (uint64_t bits = ReadHeapBits(s, obj); bits != 0; bits &= bits - 1) {
      visit(obj + static_cast<uint64_t>(std::countr_zero(bits)) * kPtrSize);
    }
    return;
  }
  const Type* t;
  uint64_t bytes;
  if (s->has_header()) {
    t = *reinterpret_cast<const Type* const*>(obj);
    obj += kMallocHeaderSize;
    bytes = s->elemsize - kMallocHeaderSize;
  } else {
    t = s->large_type();
    bytes = s->limit - s->start_addr;
  }
  if (t == nullptr) return;
  ForEachPointerInArray(t, obj, bytes, 0, bytes, visit);
}

}  // namespace gol::rt::gc
