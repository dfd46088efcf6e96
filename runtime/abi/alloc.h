// The part of a P's mcache that compiled code allocates from, and which objects it may take there.
//
// A run is a row of free slots of one span, cleared where its span class has pointers, with the
// pointer map of the row cleared too. Taking an object is adding its slot to `next`; the P's thread
// alone does it, between safepoints, so it needs neither lock nor atomic. All runs are empty
// while anything is to be done at each allocation (a mark phase, gcstress, a collection to wait for):
// the one comparison with `end` says whether the fast path may be taken. See mem/malloc.cc.
#pragma once

#include <cstdint>

#include "runtime/abi/size_classes.h"

namespace gol::rt {

// Free memory [next, end): whole slots; of the tiny run the rest of a block. Both 0: none.
struct AllocRun {
  uintptr_t next;
  uintptr_t end;
};

// What an mcache begins with; P's first member points to it.
struct McacheHead {
  AllocRun runs[kNumSpanClasses];
  AllocRun tiny;         // where pointer-free objects below kTinySize are packed
  uint64_t tiny_allocs;  // tiny objects handed out since the last flush
};

// Where a tiny object of a size is aligned to.
constexpr uint64_t TinyAlign(uint64_t size) {
  return (size & 7) == 0 ? 8 : (size & 3) == 0 ? 4 : (size & 1) == 0 ? 2 : 1;
}

// How the pointer map of an object in a slot of class `cls` is written: one store or one "or" of
// `bytes` bytes at the byte of the map that holds the slot's first bit, shifted by what is left of
// the bit's number. bytes 0: not possible with one; such objects are left to the call.
struct HeapBitsWrite {
  int bytes;
  int max_shift;  // 0: slots begin at whole bytes
};

constexpr HeapBitsWrite HeapBitsWriteOf(int cls) {
  const int words = kClassToSize[cls] / static_cast<int>(kPtrSize);
  // The map's address is calculated from the object's: spans of one page.
  if (kClassToPages[cls] != 1 || kClassToSize[cls] > kMaxBitmapObject) return {0, 0};
  int gcd = 8;
  while (words % gcd != 0) gcd /= 2;
  const int max_shift = 8 - gcd;
  int bytes = 1;
  while (bytes * 8 < words + max_shift) bytes *= 2;
  // It must not reach behind the map, which ends where the next span begins.
  constexpr int kMapBytes = kPageSize / kPtrSize / 8;
  const int slots = static_cast<int>(kPageSize - kMapBytes) / kClassToSize[cls];
  if (bytes > 8 || (slots - 1) * words / 8 + bytes > kMapBytes) return {0, 0};
  return {bytes, max_shift};
}

}  // namespace gol::rt
