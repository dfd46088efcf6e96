// The map operations, as one template over the kind of key: generic, 32-bit, 64-bit, string.
// map.cc instantiates the first, map_fast.cc the others. See map.cc for the overview.
//
// A KeyOps class K has:
//   Arg                      how the key is passed
//   Hash(t, key, seed)       may panic for the generic kind
//   Equal(t, key, slot)      slot: where a key stands in a bucket
//   Store(t, key, slot)      puts the key into an empty slot, through the barrier
//   Update(t, key, slot)     on overwriting; does nothing where equal keys are identical
//   Clear(t, slot)           on deletion
#pragma once

#include <emmintrin.h>

#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"
#include "runtime/map/hash.h"
#include "runtime/map/map.h"
#include "runtime/panic.h"
#include "runtime/type_ops.h"

namespace gol::rt::map_detail {

// Bit i of the result: tophash i of b equals top. All eight are compared at once.
inline uint32_t MatchTop(const bmap* b, uint8_t top) {
  __m128i tops = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(b->tophash));
  return _mm_movemask_epi8(_mm_cmpeq_epi8(tops, _mm_set1_epi8(static_cast<char>(top)))) & 0xff;
}

// Stores a pointer into memory that may be on the heap.
inline void StorePtr(void* slot, void* value) {
  if (__builtin_expect(TlsLoad<uint32_t>(kTlsWriteBarrier) != 0, 0)) {
    entry::gol_rt_gcWriteBarrier(slot, value);
  } else {
    *static_cast<void**>(slot) = value;
  }
}

// The elem in slot i: follows the pointer of an indirect one.
inline void* ElemValue(const MapType* t, bmap* b, int i) {
  char* e = ElemAt(t, b, i);
  return (t->flags & kMapIndirectElem) != 0 ? *reinterpret_cast<void**>(e) : e;
}

template <typename K>
inline bool FindSlot(const MapType* t, bmap* b, typename K::Arg key, uint8_t top, bmap** found,
                     int* slot) {
  for (; b != nullptr; b = Overflow(t, b)) {
    for (uint32_t m = MatchTop(b, top); m != 0; m &= m - 1) {
      int i = __builtin_ctz(m);
      if (K::Equal(t, key, KeyAt(t, b, i))) {
        *found = b;
        *slot = i;
        return true;
      }
    }
    if (b->tophash[kBucketCnt - 1] == kEmptyRest) return false;
  }
  return false;
}

template <typename K>
inline void* Find(const MapType* t, hmap* h, typename K::Arg key) {
  if (h == nullptr || h->count == 0) {
    if constexpr (K::kMightPanic) {
      if ((t->flags & kMapHashMightPanic) != 0) CheckHashable(t->key, key);
    }
    return nullptr;
  }
  if ((h->flags & kHmapWriting) != 0) FatalConcurrentReadWrite();
  uint64_t hash = K::Hash(t, key, HashSeed(h->hash0));
  bmap* b = BucketToRead(t, h, hash);
  int i;
  return FindSlot<K>(t, b, key, TopOf(hash), &b, &i) ? ElemValue(t, b, i) : nullptr;
}

template <typename K>
inline void* Assign(const MapType* t, hmap* h, typename K::Arg key) {
  if (h == nullptr) PanicPlainError("assignment to entry in nil map");
  if ((h->flags & kHmapWriting) != 0) FatalConcurrentWrite();
  uint64_t hash = K::Hash(t, key, HashSeed(h->hash0));
  h->flags ^= kHmapWriting;  // after hashing, which may panic
  if (h->buckets == nullptr) MakeFirstBucket(t, h);
  const uint8_t top = TopOf(hash);

  bmap* b;
  bmap* free_bucket;
  int free_slot;
  for (;;) {
    uint64_t bucket = hash & BucketMask(h->B);
    if (IsGrowing(h)) GrowWork(t, h, bucket);
    b = BucketAt(t, h->buckets, bucket);
    bmap* last = b;
    int i;
    if (FindSlot<K>(t, b, key, top, &b, &i)) {
      K::Update(t, key, KeyAt(t, b, i));
      free_bucket = b;
      free_slot = i;
      break;
    }
    // The key is new: take the first empty slot of the chain.
    free_bucket = nullptr;
    free_slot = 0;
    for (b = last; b != nullptr; b = Overflow(t, b)) {
      last = b;
      uint32_t empty = MatchTop(b, kEmptyRest) | MatchTop(b, kEmptyOne);
      if (empty != 0) {
        free_bucket = b;
        free_slot = __builtin_ctz(empty);
        break;
      }
    }
    if (!IsGrowing(h) &&
        (IsOverLoadFactor(h->count + 1, h->B) || HasTooManyOverflow(h->noverflow, h->B))) {
      HashGrow(t, h);
      continue;  // the table moved: look again
    }
    if (free_bucket == nullptr) {
      free_bucket = NewOverflow(t, h, last);
      free_slot = 0;
    }
    K::Store(t, key, KeyAt(t, free_bucket, free_slot));
    if ((t->flags & kMapIndirectElem) != 0) {
      StorePtr(ElemAt(t, free_bucket, free_slot),
               entry::gol_rt_newobject(const_cast<Type*>(t->elem)));
    }
    free_bucket->tophash[free_slot] = top;
    h->count++;
    break;
  }
  if ((h->flags & kHmapWriting) == 0) FatalConcurrentWrite();
  h->flags &= ~kHmapWriting;
  return ElemValue(t, free_bucket, free_slot);
}

template <typename K>
inline void Delete(const MapType* t, hmap* h, typename K::Arg key) {
  if (h == nullptr || h->count == 0) {
    if constexpr (K::kMightPanic) {
      if ((t->flags & kMapHashMightPanic) != 0) CheckHashable(t->key, key);
    }
    return;
  }
  if ((h->flags & kHmapWriting) != 0) FatalConcurrentWrite();
  uint64_t hash = K::Hash(t, key, HashSeed(h->hash0));
  h->flags ^= kHmapWriting;
  uint64_t bucket = hash & BucketMask(h->B);
  if (IsGrowing(h)) GrowWork(t, h, bucket);
  bmap* first = BucketAt(t, h->buckets, bucket);
  bmap* b;
  int i;
  if (FindSlot<K>(t, first, key, TopOf(hash), &b, &i)) {
    K::Clear(t, KeyAt(t, b, i));
    char* e = ElemAt(t, b, i);
    if ((t->flags & kMapIndirectElem) != 0) {
      StorePtr(e, nullptr);
    } else if (t->elem->ptrdata != 0) {
      entry::gol_rt_typedmemclr(const_cast<Type*>(t->elem), e);
    } else {
      std::memset(e, 0, t->elem->size);
    }
    b->tophash[i] = kEmptyOne;
    TidyEmpty(t, first, b, i);
    h->count--;
    AfterDelete(h);
  }
  if ((h->flags & kHmapWriting) == 0) FatalConcurrentWrite();
  h->flags &= ~kHmapWriting;
}

}  // namespace gol::rt::map_detail
