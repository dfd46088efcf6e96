// The map operations, as one template over the kind of key: generic, 32-bit, 64-bit, string.
// map.cc instantiates the first, map_fast.cc the others. See map.cc for the overview.
//
// A KeyOps class K has:
//   Arg                      how the key is passed
//   Read(t, slot)            the key that stands in a bucket
//   IsReflexive(t, key)      equal to itself
//   Hash(t, key, seed)       may panic for the generic kind
//   Equal(t, key, slot)      slot: where a key stands in a bucket
//   Store(t, key, slot)      puts the key into an empty slot, through the barrier
//   Update(t, key, slot)     on overwriting; does nothing where equal keys are identical
//   Clear(t, slot)           on deletion
//   Copy(t, to, from)        from one bucket's slot to another's, on growth
//   kKeySize                 bytes of a key's slot, 0 where the type says
//   kPrefetches              the bytes of a key stand elsewhere: Prefetch(slot) asks for them
#pragma once

#include <emmintrin.h>

#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"
#include "runtime/fastrand.h"
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

// The slots of b that are not empty.
inline uint32_t Occupied(const bmap* b) {
  static_assert(kEmptyRest == 0 && kEmptyOne == 1);
  const __m128i tops = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(b->tophash));
  const __m128i filled = _mm_cmpeq_epi8(_mm_max_epu8(tops, _mm_set1_epi8(kEmptyOne + 1)), tops);
  return _mm_movemask_epi8(filled) & 0xff;
}

// KeyAt where the kind of key is known.
template <typename K>
inline char* KeyAt(const MapType* t, bmap* b, int i) {
  return reinterpret_cast<char*>(b) + kBucketCnt + i * (K::kKeySize != 0 ? K::kKeySize : t->key_size);
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

// Copies a key or elem that stands in a bucket to another one.
inline void CopyValue(const Type* type, char* to, char* from) {
  if (type->ptrdata == 0) {
    if (type->size == 8) {
      std::memcpy(to, from, 8);
    } else {
      std::memcpy(to, from, type->size);
    }
  } else if (type->size == 8) {
    StorePtr(to, *reinterpret_cast<void**>(from));
  } else {
    entry::gol_rt_typedmemmove(const_cast<Type*>(type), to, from);
  }
}

inline void CopyElem(const MapType* t, char* to, char* from) {
  if ((t->flags & kMapIndirectElem) != 0) {
    StorePtr(to, *reinterpret_cast<void**>(from));
  } else {
    CopyValue(t->elem, to, from);
  }
}

// The tophashes of an evacuated bucket that was empty.
inline constexpr uint64_t kAllEvacuatedEmpty = uint64_t{kEvacuatedEmpty} * 0x0101010101010101;

// Old buckets that a write evacuates besides its own, in the order of the table. Larger: growth ends sooner, so
// that fewer writes evacuate buckets that nobody has read ahead, and more take the inlined path; smaller: the
// write that has to do it takes less long (16 buckets: about a microsecond).
inline constexpr int kEvacuateAhead = 16;

// Where the entries of one old bucket go: the bucket of one half, and its next free slot.
struct EvacDst {
  bmap* b = nullptr;
  int i = 0;
};

template <typename K>
void Evacuate(const MapType* t, hmap* h, uint64_t old_bucket) {
  bmap* first = BucketAt(t, h->oldbuckets, old_bucket);
  const uint64_t old_count = OldBucketCount(h);
  if (!IsEvacuated(first)) {
    const bool is_same_size = IsSameSizeGrow(h);
    const uint64_t seed = SeedOf(h->hash0);
    EvacDst dst[2];
    dst[0].b = BucketAt(t, h->buckets, old_bucket);
    if (!is_same_size) dst[1].b = BucketAt(t, h->buckets, old_bucket + old_count);

    for (bmap* b = first; b != nullptr; b = Overflow(t, b)) {
      uint64_t marks = kAllEvacuatedEmpty;
      for (uint32_t left = Occupied(b); left != 0; left &= left - 1) {
        const int i = __builtin_ctz(left);
        uint8_t top = b->tophash[i];
        char* key_slot = KeyAt<K>(t, b, i);
        const typename K::Arg key = K::Read(t, key_slot);
        int half = 0;
        if (!is_same_size) {
          uint64_t hash = K::Hash(t, key, seed);
          if ((h->flags & kHmapIterator) != 0 && !K::IsReflexive(t, key)) {
            // A NaN: its hash is not reproducible, and an iterator may meet the entry in the
            // old and in the new table. Let the old tophash decide, so that both agree, and give
            // the entry a fresh one, so that NaNs spread with each growth.
            half = top & 1;
            top = TopOf(hash);
          } else {
            half = (hash & old_count) != 0;
          }
        }
        marks ^= static_cast<uint64_t>(kEvacuatedEmpty ^ (kEvacuatedX + half)) << (8 * i);
        EvacDst& d = dst[half];
        if (d.i == kBucketCnt) {
          d.b = NewOverflow(t, h, d.b);
          d.i = 0;
        }
        K::Copy(t, KeyAt<K>(t, d.b, d.i), key_slot);
        CopyElem(t, ElemAt(t, d.b, d.i), ElemAt(t, b, i));
        d.b->tophash[d.i] = top;
        d.i++;
      }
      std::memcpy(b->tophash, &marks, kBucketCnt);
    }
    // Nobody iterates over the old table: drop its references (not the tophashes, which say
    // that it is evacuated).
    if ((h->flags & kHmapOldIterator) == 0 && t->bucket->ptrdata != 0) {
      void* link = *OverflowSlot(t, first);
      if (link != nullptr) StorePtr(OverflowSlot(t, first), nullptr);
      for (int i = 0; i < kBucketCnt; i++) {
        K::Clear(t, KeyAt<K>(t, first, i));
        if ((t->flags & kMapIndirectElem) != 0) {
          StorePtr(ElemAt(t, first, i), nullptr);
        } else if (t->elem->ptrdata != 0) {
          entry::gol_rt_typedmemclr(const_cast<Type*>(t->elem), ElemAt(t, first, i));
        }
      }
    }
  }
  if (old_bucket == h->nevacuate) AdvanceEvacuationMark(t, h, old_count);
}

// Asks for all keys that the evacuation of an old bucket hashes: they come at once then, not one by one.
template <typename K>
void PrefetchKeys(const MapType* t, hmap* h, uint64_t old_bucket) {
  bmap* b = BucketAt(t, h->oldbuckets, old_bucket);
  for (int i = 0; i < kBucketCnt; i++) K::Prefetch(KeyAt<K>(t, b, i));
}

// Evacuates the old bucket that `bucket` draws from, and the next kEvacuateAhead. Requires: growing.
template <typename K>
[[gnu::noinline]] void GrowWork(const MapType* t, hmap* h, uint64_t bucket) {
  const uint64_t old_mask = OldBucketCount(h) - 1;
  const uint64_t old_bucket = bucket & old_mask;
  if constexpr (K::kPrefetches) {
    PrefetchKeys<K>(t, h, old_bucket);
    PrefetchKeys<K>(t, h, h->nevacuate);
  }
  Evacuate<K>(t, h, old_bucket);
  for (int i = 0; i < kEvacuateAhead && IsGrowing(h); i++) {
    if constexpr (K::kPrefetches) PrefetchKeys<K>(t, h, (h->nevacuate + 1) & old_mask);
    Evacuate<K>(t, h, h->nevacuate);
  }
}

template <typename K>
inline bool FindSlot(const MapType* t, bmap* b, typename K::Arg key, uint8_t top, bmap** found,
                     int* slot) {
  for (; b != nullptr; b = Overflow(t, b)) {
    for (uint32_t m = MatchTop(b, top); m != 0; m &= m - 1) {
      int i = __builtin_ctz(m);
      if (K::Equal(t, key, KeyAt<K>(t, b, i))) {
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
  uint64_t hash = K::Hash(t, key, SeedOf(h->hash0));
  bmap* b = BucketToRead(t, h, hash);
  int i;
  return FindSlot<K>(t, b, key, TopOf(hash), &b, &i) ? ElemValue(t, b, i) : nullptr;
}

template <typename K>
inline void* Assign(const MapType* t, hmap* h, typename K::Arg key) {
  if (h == nullptr) PanicPlainError("assignment to entry in nil map");
  if ((h->flags & kHmapWriting) != 0) FatalConcurrentWrite();
  // The first entry of a map that compiled code made in a frame.
  if (__builtin_expect(h->hash0 == 0, 0) && h->count == 0) h->hash0 = FastRand();
  uint64_t hash = K::Hash(t, key, SeedOf(h->hash0));
  h->flags ^= kHmapWriting;  // after hashing, which may panic
  if (h->buckets == nullptr) MakeFirstBucket(t, h);
  const uint8_t top = TopOf(hash);

  bmap* b;
  bmap* free_bucket;
  int free_slot;
  for (;;) {
    uint64_t bucket = hash & BucketMask(h->B);
    if (IsGrowing(h)) GrowWork<K>(t, h, bucket);
    b = BucketAt(t, h->buckets, bucket);
    bmap* last = b;
    int i;
    if (FindSlot<K>(t, b, key, top, &b, &i)) {
      K::Update(t, key, KeyAt<K>(t, b, i));
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
    K::Store(t, key, KeyAt<K>(t, free_bucket, free_slot));
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
  uint64_t hash = K::Hash(t, key, SeedOf(h->hash0));
  h->flags ^= kHmapWriting;
  uint64_t bucket = hash & BucketMask(h->B);
  if (IsGrowing(h)) GrowWork<K>(t, h, bucket);
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
