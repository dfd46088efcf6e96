// Pointer maps of objects: writing them at allocation, reading them for the collector.
// See gc/heap_bitmap.cc.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/abi/rtype.h"
#include "runtime/mem/mspan.h"

namespace gol::rt {

// The pointer map of a type of at most 64 words with a stored map.
inline uint64_t SmallTypeBits(const Type* t) {
  uint64_t words = t->ptrdata / kPtrSize;
  if (words <= 8) return *t->gcdata & ((1u << words) - 1);
  uint64_t bits = 0;
  std::memcpy(&bits, t->gcdata, (words + 7) / 8);
  return words == 64 ? bits : bits & ((uint64_t{1} << words) - 1);
}

// Writes the pointer map of the object of `size` bytes in the slot at p: an array of t. Words of
// the slot behind it count as pointer-free.
// Other slots' bits in the same words belong to the same owner of the span; markers that read them
// meanwhile see them unchanged.
inline void WriteHeapBits(mspan* s, uintptr_t p, uint64_t size, const Type* t) {
  uint64_t bits = SmallTypeBits(t);
  if (t->size < size) {
    uint64_t step = t->size / kPtrSize;
    uint64_t one = bits;
    for (uint64_t at = step; at < size / kPtrSize; at += step) bits |= one << at;
  }
  uint64_t words = s->elemsize / kPtrSize;
  uint64_t at = (p - s->start_addr) / kPtrSize;
  uint64_t mask = words == 64 ? ~uint64_t{0} : (uint64_t{1} << words) - 1;
  BitWord* map = s->heap_bitmap() + at / 64;
  uint64_t shift = at % 64;
  uint64_t old = map->load(std::memory_order_relaxed);
  map->store((old & ~(mask << shift)) | (bits << shift), std::memory_order_relaxed);
  if (shift + words > 64) {
    ++map;
    old = map->load(std::memory_order_relaxed);
    map->store((old & ~(mask >> (64 - shift))) | (bits >> (64 - shift)),
               std::memory_order_relaxed);
  }
}

// The pointer map of the slot at p.
inline uint64_t ReadHeapBits(const mspan* s, uintptr_t p) {
  uint64_t words = s->elemsize / kPtrSize;
  uint64_t at = (p - s->start_addr) / kPtrSize;
  const BitWord* map = s->heap_bitmap() + at / 64;
  uint64_t shift = at % 64;
  uint64_t bits = map->load(std::memory_order_relaxed) >> shift;
  if (shift + words > 64) bits |= map[1].load(std::memory_order_relaxed) << (64 - shift);
  return words == 64 ? bits : bits & ((uint64_t{1} << words) - 1);
}

}  // namespace gol::rt
