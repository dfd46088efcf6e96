// Maps for the rest of the runtime and for native code: creation, look-up, assignment, deletion,
// iteration over hmap (abi/layout.h). Compiled code uses the entry points, which are the same
// functions under C names. The essay is in map.cc.
//
// All functions run on a goroutine. Those that take or return addresses of elems: the address is
// good until the next assignment or deletion in the same map.
#pragma once

#include <cstdint>

#include "runtime/abi/layout.h"
#include "runtime/abi/rtype.h"

namespace gol::rt {

hmap* MakeMap(const MapType* t, int64_t hint);
// The elem for the key at `key`, or null. h may be null.
void* MapFind(const MapType* t, hmap* h, const void* key);
// Where to store the elem for the key; made, zeroed, if missing. Panics when h is null.
void* MapAssign(const MapType* t, hmap* h, const void* key);
void MapDelete(const MapType* t, hmap* h, const void* key);
void MapClear(const MapType* t, hmap* h);
// Starts and advances an iteration. `it` is zeroed before; it->key is null at the end.
void MapIterInit(const MapType* t, hmap* h, hiter* it);
void MapIterNext(hiter* it);

// ---- shared by map.cc, map_fast.cc and map_iter.cc ----

namespace map_detail {

// Average entries per bucket before a map doubles: 13/2. Larger: fuller buckets, longer probes;
// smaller: more memory (Go, runtime/map.go, measured over several load factors).
inline constexpr uint64_t kLoadFactorNum = 13;
inline constexpr uint64_t kLoadFactorDen = 2;

// Bytes of zeros that mapaccess1 may return the address of; larger elems use mapaccess2.
inline constexpr uint64_t kMaxZero = 1024;
extern const char kZeroVal[kMaxZero];

inline uint64_t BucketMask(uint8_t b) { return (uint64_t{1} << b) - 1; }
inline uint8_t TopOf(uint64_t hash) {
  const auto high = static_cast<uint8_t>(hash >> 56);
  return high < kMinTopHash ? uint8_t{kMinTopHash} : high;
}
inline bool IsEmpty(uint8_t tophash) { return tophash <= kEmptyOne; }
inline bool IsEvacuated(const bmap* b) {
  return b->tophash[0] > kEmptyOne && b->tophash[0] < kMinTopHash;
}
inline bmap* BucketAt(const MapType* t, bmap* base, uint64_t i) {
  return reinterpret_cast<bmap*>(reinterpret_cast<char*>(base) + i * t->bucket_size);
}
inline char* KeyAt(const MapType* t, bmap* b, int i) {
  return reinterpret_cast<char*>(b) + kBucketCnt + i * t->key_size;
}
inline char* ElemAt(const MapType* t, bmap* b, int i) {
  return reinterpret_cast<char*>(b) + kBucketCnt + kBucketCnt * t->key_size + i * t->elem_size;
}
inline bmap** OverflowSlot(const MapType* t, bmap* b) {
  return reinterpret_cast<bmap**>(reinterpret_cast<char*>(b) + t->bucket_size - sizeof(void*));
}
inline bmap* Overflow(const MapType* t, bmap* b) { return *OverflowSlot(t, b); }
inline bool IsGrowing(const hmap* h) { return h->oldbuckets != nullptr; }
inline bool IsSameSizeGrow(const hmap* h) { return (h->flags & kHmapSameSizeGrow) != 0; }
inline uint64_t OldBucketCount(const hmap* h) {
  return uint64_t{1} << (IsSameSizeGrow(h) ? h->B : h->B - 1);
}
// The first bucket of the chain that holds keys of this hash, if there are any: while the map grows,
// an old bucket that has not been evacuated yet. Requires: the map has buckets.
inline bmap* BucketToRead(const MapType* t, const hmap* h, uint64_t hash) {
  uint64_t m = BucketMask(h->B);
  bmap* b = BucketAt(t, h->buckets, hash & m);
  if (h->oldbuckets == nullptr) return b;
  if (!IsSameSizeGrow(h)) m >>= 1;
  bmap* old = BucketAt(t, h->oldbuckets, hash & m);
  return IsEvacuated(old) ? b : old;
}
inline bool IsOverLoadFactor(int64_t count, uint8_t b) {
  return count > kBucketCnt &&
         static_cast<uint64_t>(count) > kLoadFactorNum * ((uint64_t{1} << b) / kLoadFactorDen) +
                                            (b == 0 ? kLoadFactorNum / kLoadFactorDen : 0);
}
bool HasTooManyOverflow(uint16_t noverflow, uint8_t b);

// Makes the first bucket of a map whose buckets are still null.
void MakeFirstBucket(const MapType* t, hmap* h);
// Starts a growth: doubling, or same size when there are too many overflow buckets.
void HashGrow(const MapType* t, hmap* h);
// After old bucket h->nevacuate was evacuated: counts it, and ends the growth after the last.
void AdvanceEvacuationMark(const MapType* t, hmap* h, uint64_t old_count);
// What keeps alive the overflow buckets of h->buckets where buckets hold no pointers, made if missing; and
// those of h->oldbuckets, null if there are none.
GoSlice* OverflowListOf(hmap* h);
GoSlice* OldOverflowListOf(const hmap* h);
// Chains a new overflow bucket to b.
bmap* NewOverflow(const MapType* t, hmap* h, bmap* b);
// After slot i of b (chain starting at first) was emptied: turns trailing empty slots of the chain
// into kEmptyRest. orig is the chain's first bucket.
void TidyEmpty(const MapType* t, bmap* orig, bmap* b, int i);
// After a deletion: a map that became empty draws a new seed.
void AfterDelete(hmap* h);

[[noreturn]] void FatalConcurrentWrite();
[[noreturn]] void FatalConcurrentReadWrite();
[[noreturn]] void FatalConcurrentIteration();

}  // namespace map_detail
}  // namespace gol::rt
