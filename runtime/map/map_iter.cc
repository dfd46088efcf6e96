// Iteration over maps. See map.cc for the overview.
//
// What must hold (the specification's "range over map"): every entry that is in the map during the
// whole iteration is visited exactly once; one deleted before it is reached is not visited; one
// added may be or not. The order is random.
//
// How. An iterator walks the table that was current when it started, from a random bucket round to
// the same bucket, and in each bucket the slots from a random offset. When the map has grown
// meanwhile, the table walked is the old one (kept alive by the iterator, its contents kept by
// kHmapOldIterator):
//  - started while growing, and the old bucket that feeds the one visited is not evacuated yet:
//    walk that old bucket instead, and take only the entries that would go to the bucket visited
//    (check_bucket).
//  - an entry whose slot says evacuated has moved: look its key up in the map as it is now, since it
//    may have been changed or deleted. Entries with a key that is not equal to itself (NaN) cannot
//    be changed or looked up and are taken where they were found, unless the map was cleared since:
//    then its seed is another one.
//
// The slots of a bucket that remain to be visited are a mask, made when the bucket is entered. Compiled
// code takes the next one itself (jit/lower_map.cc) while its entry stands where it was; what was
// added to the bucket meanwhile is not visited.
#include "runtime/fastrand.h"
#include "runtime/map/map_fast_inl.h"

namespace gol::rt {

using namespace map_detail;

namespace {

constexpr uint64_t kNoCheck = ~uint64_t{0};

const void* KeyValue(const MapType* t, char* slot) {
  return (t->flags & kMapIndirectKey) != 0 ? *reinterpret_cast<void**>(slot) : slot;
}

// The current entry for `key`, which may have moved: its key and elem, or false when it is gone.
bool FindMoved(const MapType* t, hmap* h, const void* key, void** key_out, void** elem_out) {
  if (h->count == 0) return false;
  uint64_t hash = TypeHash(t->key, key, SeedOf(h->hash0));
  bmap* b = BucketToRead(t, h, hash);
  const uint8_t top = TopOf(hash);
  for (; b != nullptr; b = Overflow(t, b)) {
    for (uint32_t m8 = MatchTop(b, top); m8 != 0; m8 &= m8 - 1) {
      int i = __builtin_ctz(m8);
      const void* k = KeyValue(t, KeyAt(t, b, i));
      if (TypeEqual(t->key, key, k)) {
        *key_out = const_cast<void*>(k);
        *elem_out = ElemValue(t, b, i);
        return true;
      }
    }
  }
  return false;
}

// The slots of b that are not empty, counted from slot `offset` on.
uint32_t OccupiedFrom(const bmap* b, int offset) {
  const uint32_t slots = Occupied(b);
  return ((slots | slots << 8) >> offset) & 0xff;
}

// Goes on to the next bucket that has an entry, and takes its first one, while nothing unusual is
// met: most of what remains after compiled code took what it could. False: nothing was done.
bool NextBucket(const MapType* t, hmap* h, hiter* it) {
  constexpr uint32_t kFlags = kMapIndirectKey | kMapIndirectElem | kMapReflexiveKey;
  if ((it->fast_left | it->slow_left) != 0 || it->check_bucket != kNoCheck || IsGrowing(h) ||
      (t->flags & kFlags) != kMapReflexiveKey) {
    return false;
  }
  uint64_t bucket = it->bucket;
  uint8_t offset = it->offset;
  bmap* b = it->bptr;
  uint32_t left;
  do {
    b = Overflow(t, b);
    if (b == nullptr) {
      if (bucket == it->start_bucket && (offset & kIterWrapped) != 0) return false;
      b = BucketAt(t, it->buckets, bucket++);
      if (bucket == uint64_t{1} << it->B) {
        bucket = 0;
        offset |= kIterWrapped;
      }
    }
    left = OccupiedFrom(b, offset & (kBucketCnt - 1));
  } while (left == 0);
  const int slot = (__builtin_ctz(left) + offset) & (kBucketCnt - 1);
  if (b->tophash[slot] < kMinTopHash) return false;
  for (uint32_t at = 0; at < 192; at += 64) {
    __builtin_prefetch(reinterpret_cast<char*>(b) + t->bucket_size + at);
  }
  it->key = KeyAt(t, b, slot);
  it->elem = ElemAt(t, b, slot);
  it->bucket = bucket;
  it->offset = offset;
  it->bptr = b;
  it->fast_left = static_cast<uint8_t>(left & (left - 1));
  return true;
}

}  // namespace

void MapIterInit(const MapType* t, hmap* h, hiter* it) {
  it->t = t;
  if (h == nullptr || h->count == 0) return;
  it->h = h;
  it->hash0 = h->hash0;
  it->B = h->B;
  it->buckets = h->buckets;
  if (t->bucket->ptrdata == 0 && h->B != 0) {
    // Overflow buckets are kept alive by hmap::extra only: hold its lists, so that those of the tables
    // walked stay when the map grows or is cleared, those to come too. (A single bucket gets none: the
    // map grows.)
    it->overflow = OverflowListOf(h);
    it->oldoverflow = OldOverflowListOf(h);
  }
  uint64_t r = FastRand64();
  it->start_bucket = r & BucketMask(h->B);
  it->offset = static_cast<uint8_t>(r >> 60) & (kBucketCnt - 1);
  it->bucket = it->start_bucket;
  // Several goroutines may start iterating at once: set the flags atomically.
  if ((h->flags & (kHmapIterator | kHmapOldIterator)) != (kHmapIterator | kHmapOldIterator)) {
    __atomic_fetch_or(&h->flags, kHmapIterator | kHmapOldIterator, __ATOMIC_RELAXED);
  }
  MapIterNext(it);
}

void MapIterNext(hiter* it) {
  hmap* h = it->h;
  if (h == nullptr) return;
  if ((h->flags & kHmapWriting) != 0) FatalConcurrentIteration();
  const MapType* t = it->t;
  if (NextBucket(t, h, it)) return;
  uint64_t bucket = it->bucket;
  bmap* b = it->bptr;
  uint32_t left = it->fast_left | it->slow_left;
  uint64_t check_bucket = it->check_bucket;

  for (;;) {
    if (left == 0) {
      if (b != nullptr) b = Overflow(t, b);
      if (b == nullptr) {
        if (bucket == it->start_bucket && (it->offset & kIterWrapped) != 0) {
          it->key = nullptr;
          it->elem = nullptr;
          return;
        }
        if (IsGrowing(h) && it->B == h->B && it->buckets == h->buckets) {
          // Started during this growth, which is not finished.
          uint64_t old_bucket = bucket & (OldBucketCount(h) - 1);
          b = BucketAt(t, h->oldbuckets, old_bucket);
          if (!IsEvacuated(b)) {
            check_bucket = bucket;
          } else {
            b = BucketAt(t, it->buckets, bucket);
            check_bucket = kNoCheck;
          }
        } else {
          b = BucketAt(t, it->buckets, bucket);
          check_bucket = kNoCheck;
        }
        bucket++;
        if (bucket == uint64_t{1} << it->B) {
          bucket = 0;
          it->offset |= kIterWrapped;
        }
      }
      left = OccupiedFrom(b, it->offset & (kBucketCnt - 1));
      continue;
    }
    int slot = (__builtin_ctz(left) + it->offset) & (kBucketCnt - 1);
    left &= left - 1;
    uint8_t top = b->tophash[slot];
    if (IsEmpty(top) || top == kEvacuatedEmpty) continue;
    char* key_slot = KeyAt(t, b, slot);
    void* key = const_cast<void*>(KeyValue(t, key_slot));
    const bool is_reflexive = (t->flags & kMapReflexiveKey) != 0 || TypeEqual(t->key, key, key);
    if (check_bucket != kNoCheck && !IsSameSizeGrow(h)) {
      // An old bucket holds the entries of two new ones: take those of the one visited.
      if (is_reflexive) {
        uint64_t hash = TypeHash(t->key, key, SeedOf(h->hash0));
        if ((hash & BucketMask(it->B)) != check_bucket) continue;
      } else if (check_bucket >> (it->B - 1) != static_cast<uint64_t>(top & 1)) {
        continue;
      }
    }
    const bool is_evacuated = top == kEvacuatedX || top == kEvacuatedY;
    if (is_evacuated && !is_reflexive && it->hash0 != h->hash0) continue;
    if (!is_evacuated || !is_reflexive) {
      it->key = key;
      it->elem = ElemValue(t, b, slot);
    } else if (!FindMoved(t, h, key, &it->key, &it->elem)) {
      continue;
    }
    it->bucket = bucket;
    it->bptr = b;
    it->fast_left = check_bucket == kNoCheck ? static_cast<uint8_t>(left) : 0;
    it->slow_left = check_bucket == kNoCheck ? 0 : static_cast<uint8_t>(left);
    it->check_bucket = check_bucket;
    return;
  }
}

}  // namespace gol::rt
