// Where the pointers of a value are: iteration over a type's pointer map.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/check.h"
#include "runtime/abi/rtype.h"
#include "runtime/abi/heap_params.h"

namespace gol::rt::gc {

// Calls visit(address of the word) for each pointer word that overlaps [from, to) of a value of
// type t at base. from and to are byte offsets, multiples of 8.
template <typename Visit>
void ForEachPointer(const Type* t, uintptr_t base, uint64_t from, uint64_t to, Visit&& visit) {
  to = std::min(to, t->ptrdata);
  if (from >= to) return;
  if (t->gcdata != nullptr) {
    uint64_t word = from / kPtrSize;
    const uint64_t end = to / kPtrSize;
    while (word < end) {
      uint64_t bits = t->gcdata[word / 8] >> (word % 8);
      uint64_t limit = std::min<uint64_t>(end, (word | 7) + 1);
      while (bits != 0) {
        uint64_t at = word + static_cast<uint64_t>(std::countr_zero(bits));
        if (at >= limit) break;
        visit(base + at * kPtrSize);
        bits &= bits - 1;
      }
      word = limit;
    }
    return;
  }
  // Too large for a stored map (kTFlagGcWalk): an array or a struct.
  if (t->kind == kArray) {
    const auto* array = static_cast<const ArrayType*>(t);
    const Type* elem = array->elem;
    for (uint64_t i = from / elem->size; i * elem->size < to; ++i) {
      uint64_t start = i * elem->size;
      ForEachPointer(elem, base + start, from > start ? from - start : 0,
                     std::min(to - start, elem->size), visit);
    }
    return;
  }
  GOL_CHECK(t->kind == kStruct);
  const auto* s = static_cast<const StructType*>(t);
  for (int64_t i = 0; i < s->nfields; ++i) {
    const StructField& f = s->fields[i];
    if (f.offset >= to) break;
    if (f.type->ptrdata == 0 || f.offset + f.type->ptrdata <= from) continue;
    ForEachPointer(f.type, base + f.offset, from > f.offset ? from - f.offset : 0, to - f.offset,
                   visit);
  }
}

// The same for an array of t that fills [0, bytes) at base.
template <typename Visit>
void ForEachPointerInArray(const Type* t, uintptr_t base, uint64_t bytes, uint64_t from,
                           uint64_t to, Visit&& visit) {
  to = std::min(to, bytes);
  for (uint64_t start = from / t->size * t->size; start < to; start += t->size) {
    ForEachPointer(t, base + start, from > start ? from - start : 0, to - start, visit);
  }
}

}  // namespace gol::rt::gc
