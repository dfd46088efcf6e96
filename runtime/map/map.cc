// Hash maps: hmap and bmap, growth, and the operations on maps of any key.
//
// The design is the one Go had up to 1.23 (Go 1.19, runtime/map.go).
//
// Data. A map is an array of 2^B buckets. A bucket holds eight slots: first the eight tophashes,
// then eight keys, then eight elems, then a pointer to an overflow bucket. Keys stand together and
// elems stand together, so that map[int64]int8 needs no padding. The low bits of a key's hash choose
// the bucket, the high byte is the tophash that tells slots of a bucket apart: one comparison of
// a vector register finds the candidates among all eight. Keys or elems over 128 bytes are stored
// as pointers. Tophash values below kMinTopHash say that a slot is empty, that it and all behind it
// are empty (kEmptyRest), or where an old bucket's entry went.
//
// Growth. When the average bucket holds more than 6.5 entries the table doubles; when there are
// too many overflow buckets (many insertions and deletions) it is rebuilt at the same size. The old
// table stays in `oldbuckets`, and each assignment or deletion moves the old bucket it would have
// used and the next sixteen in order (GrowWork), so that no single operation pays for the whole. (Go moved one:
// then half of the buckets are evacuated in random order.) Look-ups read the old bucket until it is evacuated. The entries of old bucket i go to bucket i (X) or i + 2^(B-1) (Y).
//
// Iteration visits buckets from a random one, slots from a random offset; see map_iter.cc.
//
// The collector. A bucket's pointer map is that of its MapType::bucket. When neither key nor elem
// holds a pointer the bucket type has none, not even the overflow pointer, so that such a map is
// never scanned; hmap::extra then keeps the overflow buckets alive in a list for each table, which an
// iterator of the table holds too. Overflow buckets that were made with their table live as long as it.
//
// Concurrency. None: kHmapWriting is set during each write, and a second writer or a reader who
// sees it ends the program. The check costs one load and is not exact.
//
// hash0 is drawn when the map is made and again when it becomes empty, as in Go: growth keeps it. A map that does
// not outlive a frame stands there with its first bucket; compiled code leaves its seed 0, and the first
// assignment draws it.
#include "runtime/map/map.h"

#include "runtime/fastrand.h"
#include "runtime/map/map_fast_inl.h"
#include "runtime/runtime.h"

namespace gol::rt {

using namespace map_detail;

// What a map has besides its tables, once it needs overflow buckets.
struct mapextra {
  GoSlice* overflow;     // overflow buckets of `buckets`, when buckets hold no pointers
  GoSlice* oldoverflow;  // the same for `oldbuckets`
  bmap* next_overflow;   // next free one of the overflow buckets allocated with the table
};

namespace {

// Descriptors of the runtime's own objects, for the allocator. Bit i: word i holds a pointer.
constexpr uint8_t kHmapPtrs[] = {0b101100};
constexpr uint8_t kExtraPtrs[] = {0b111};
constexpr uint8_t kOnePtr[] = {0b1};

constexpr Type InternalType(uint64_t size, uint64_t ptrdata, const uint8_t* ptrs, const char* name,
                            int64_t name_len) {
  Type t{};
  t.size = size;
  t.ptrdata = ptrdata;
  t.align = t.field_align = 8;
  t.kind = kStruct;
  t.gcdata = ptrs;
  t.str = {name, name_len};
  return t;
}

const Type kHmapType = InternalType(sizeof(hmap), 48, kHmapPtrs, "runtime.hmap", 12);
const Type kExtraType = InternalType(sizeof(mapextra), 24, kExtraPtrs, "runtime.mapextra", 16);
const Type kSliceHeaderType = InternalType(sizeof(GoSlice), 8, kOnePtr, "[]*runtime.bmap", 15);
const Type kBucketPtrType = InternalType(8, 8, kOnePtr, "*runtime.bmap", 13);

template <typename T>
T* NewObject(const Type* t) {
  return static_cast<T*>(entry::gol_rt_newobject(const_cast<Type*>(t)));
}

struct KeyAny {
  using Arg = const void*;
  static constexpr uint64_t kKeySize = 0;
  static constexpr bool kMightPanic = true;
  static constexpr bool kPrefetches = false;
  static const void* Slot(const MapType* t, const char* slot) {
    return (t->flags & kMapIndirectKey) != 0 ? *reinterpret_cast<void* const*>(slot) : slot;
  }
  static Arg Read(const MapType* t, const char* slot) { return Slot(t, slot); }
  static bool IsReflexive(const MapType* t, Arg key) {
    return (t->flags & kMapReflexiveKey) != 0 || TypeEqual(t->key, key, key);
  }
  static void Copy(const MapType* t, char* to, char* from) {
    if ((t->flags & kMapIndirectKey) != 0) {
      StorePtr(to, *reinterpret_cast<void**>(from));
    } else {
      CopyValue(t->key, to, from);
    }
  }
  static uint64_t Hash(const MapType* t, Arg key, uint64_t seed) {
    return TypeHash(t->key, key, seed);
  }
  static bool Equal(const MapType* t, Arg key, const char* slot) {
    return TypeEqual(t->key, key, Slot(t, slot));
  }
  static void Put(const MapType* t, Arg key, void* to) {
    if (t->key->ptrdata != 0) {
      entry::gol_rt_typedmemmove(const_cast<Type*>(t->key), to, const_cast<void*>(key));
    } else {
      std::memcpy(to, key, t->key->size);
    }
  }
  static void Store(const MapType* t, Arg key, char* slot) {
    void* to = slot;
    if ((t->flags & kMapIndirectKey) != 0) {
      to = NewObject<void>(t->key);
      StorePtr(slot, to);
    }
    Put(t, key, to);
  }
  static void Update(const MapType* t, Arg key, char* slot) {
    if ((t->flags & kMapNeedKeyUpdate) != 0) Put(t, key, const_cast<void*>(Slot(t, slot)));
  }
  static void Clear(const MapType* t, char* slot) {
    if ((t->flags & kMapIndirectKey) != 0) {
      StorePtr(slot, nullptr);
    } else if (t->key->ptrdata != 0) {
      entry::gol_rt_typedmemclr(const_cast<Type*>(t->key), slot);
    }
  }
};

// The bucket array of a table of 2^b buckets. From 16 buckets on some overflow buckets are made
// with it; *next_overflow is the first of those, or null. The last of them has a non-null overflow
// pointer (to the table), which marks the end of the supply.
bmap* MakeBucketArray(const MapType* t, uint8_t b, bmap** next_overflow) {
  uint64_t base = uint64_t{1} << b;
  uint64_t n = base;
  *next_overflow = nullptr;
  if (b >= 4) n += uint64_t{1} << (b - 4);
  auto* buckets = static_cast<bmap*>(
      entry::gol_rt_newarray(const_cast<Type*>(t->bucket), static_cast<int64_t>(n)));
  if (n != base) {
    *next_overflow = BucketAt(t, buckets, base);
    StorePtr(OverflowSlot(t, BucketAt(t, buckets, n - 1)), buckets);
  }
  return buckets;
}

mapextra* ExtraOf(hmap* h) {
  if (h->extra == nullptr) StorePtr(&h->extra, NewObject<mapextra>(&kExtraType));
  return h->extra;
}

// Counts a new overflow bucket: exactly while there are few buckets, later one in 2^(B-15), so that
// 16 bits suffice.
void CountOverflow(hmap* h) {
  if (h->B < 16) {
    h->noverflow++;
    return;
  }
  uint32_t mask = (uint32_t{1} << (h->B - 15)) - 1;
  if ((FastRand() & mask) == 0) h->noverflow++;
}

// Remembers an overflow bucket that nothing else would keep alive.
void KeepOverflow(hmap* h, bmap* b) {
  GoSlice* s = OverflowListOf(h);
  if (s->len == s->cap) {
    int64_t cap = s->cap == 0 ? 8 : s->cap * 2;
    void* grown = entry::gol_rt_newarray(const_cast<Type*>(&kBucketPtrType), cap);
    if (s->len != 0) {
      entry::gol_rt_typedslicecopy(const_cast<Type*>(&kBucketPtrType), grown, cap, s->ptr, s->len);
    }
    StorePtr(&s->ptr, grown);
    s->cap = cap;
  }
  StorePtr(static_cast<bmap**>(s->ptr) + s->len, b);
  s->len++;
}

}  // namespace

namespace map_detail {

GoSlice* OverflowListOf(hmap* h) {
  mapextra* x = ExtraOf(h);
  if (x->overflow == nullptr) StorePtr(&x->overflow, NewObject<GoSlice>(&kSliceHeaderType));
  return x->overflow;
}

GoSlice* OldOverflowListOf(const hmap* h) {
  return h->extra != nullptr ? h->extra->oldoverflow : nullptr;
}

void AdvanceEvacuationMark(const MapType* t, hmap* h, uint64_t old_count) {
  h->nevacuate++;
  // Look ahead a bounded way over buckets that were evacuated out of order.
  uint64_t stop = h->nevacuate + 1024;
  if (stop > old_count) stop = old_count;
  while (h->nevacuate != stop && IsEvacuated(BucketAt(t, h->oldbuckets, h->nevacuate))) {
    h->nevacuate++;
  }
  if (h->nevacuate != old_count) return;
  // All moved: drop the old table.
  StorePtr(&h->oldbuckets, nullptr);
  if (h->extra != nullptr) StorePtr(&h->extra->oldoverflow, nullptr);
  h->flags &= ~(kHmapSameSizeGrow | kHmapGrowing);
}

alignas(64) const char kZeroVal[kMaxZero] = {};

void FatalConcurrentWrite() { Fatal("concurrent map writes"); }
void FatalConcurrentReadWrite() { Fatal("concurrent map read and map write"); }
void FatalConcurrentIteration() { Fatal("concurrent map iteration and map write"); }

bool HasTooManyOverflow(uint16_t noverflow, uint8_t b) {
  // About as many overflow buckets as buckets. noverflow is approximate from B = 16 on.
  return noverflow >= uint16_t{1} << (b > 15 ? 15 : b);
}

void MakeFirstBucket(const MapType* t, hmap* h) {
  StorePtr(&h->buckets, entry::gol_rt_newobject(const_cast<Type*>(t->bucket)));
}

bmap* NewOverflow(const MapType* t, hmap* h, bmap* b) {
  bmap* overflow;
  if (h->extra != nullptr && h->extra->next_overflow != nullptr) {
    overflow = h->extra->next_overflow;
    if (Overflow(t, overflow) == nullptr) {
      StorePtr(&h->extra->next_overflow, BucketAt(t, overflow, 1));
    } else {
      // The last one of the supply: its overflow pointer is the end mark.
      StorePtr(OverflowSlot(t, overflow), nullptr);
      StorePtr(&h->extra->next_overflow, nullptr);
    }
  } else {
    overflow = NewObject<bmap>(t->bucket);
    if (t->bucket->ptrdata == 0) KeepOverflow(h, overflow);
  }
  CountOverflow(h);
  StorePtr(OverflowSlot(t, b), overflow);
  return overflow;
}

void HashGrow(const MapType* t, hmap* h) {
  uint8_t bigger = 1;
  if (!IsOverLoadFactor(h->count + 1, h->B)) {
    bigger = 0;
    h->flags |= kHmapSameSizeGrow;
  }
  bmap* next_overflow;
  bmap* table = MakeBucketArray(t, h->B + bigger, &next_overflow);
  uint8_t flags = (h->flags & ~(kHmapIterator | kHmapOldIterator)) | kHmapGrowing;
  if ((h->flags & kHmapIterator) != 0) flags |= kHmapOldIterator;
  StorePtr(&h->oldbuckets, h->buckets);
  StorePtr(&h->buckets, table);
  h->B += bigger;
  h->flags = flags;
  h->nevacuate = 0;
  h->noverflow = 0;
  if (h->extra != nullptr) {
    StorePtr(&h->extra->oldoverflow, h->extra->overflow);
    StorePtr(&h->extra->overflow, nullptr);
    StorePtr(&h->extra->next_overflow, nullptr);
  }
  if (next_overflow != nullptr) StorePtr(&ExtraOf(h)->next_overflow, next_overflow);
}

void TidyEmpty(const MapType* t, bmap* orig, bmap* b, int i) {
  if (i == kBucketCnt - 1) {
    bmap* next = Overflow(t, b);
    if (next != nullptr && next->tophash[0] != kEmptyRest) return;
  } else if (b->tophash[i + 1] != kEmptyRest) {
    return;
  }
  for (;;) {
    b->tophash[i] = kEmptyRest;
    if (i == 0) {
      if (b == orig) return;
      bmap* previous = orig;
      while (Overflow(t, previous) != b) previous = Overflow(t, previous);
      b = previous;
      i = kBucketCnt - 1;
    } else {
      i--;
    }
    if (b->tophash[i] != kEmptyOne) return;
  }
}

void AfterDelete(hmap* h) {
  if (h->count == 0) h->hash0 = FastRand();
}

}  // namespace map_detail

hmap* MakeMap(const MapType* t, int64_t hint) {
  auto* h = NewObject<hmap>(&kHmapType);
  h->hash0 = FastRand();
  // A hint that could not be allocated anyway counts as none, as in Go.
  if (hint < 0 || static_cast<unsigned __int128>(hint) * t->bucket_size > (uint64_t{1} << 47)) {
    hint = 0;
  }
  uint8_t b = 0;
  while (IsOverLoadFactor(hint, b)) b++;
  h->B = b;
  if (b != 0) {
    bmap* next_overflow;
    StorePtr(&h->buckets, MakeBucketArray(t, b, &next_overflow));
    if (next_overflow != nullptr) StorePtr(&ExtraOf(h)->next_overflow, next_overflow);
  }
  return h;
}

void* MapFind(const MapType* t, hmap* h, const void* key) { return Find<KeyAny>(t, h, key); }
void* MapAssign(const MapType* t, hmap* h, const void* key) { return Assign<KeyAny>(t, h, key); }
void MapDelete(const MapType* t, hmap* h, const void* key) { Delete<KeyAny>(t, h, key); }

void MapClear(const MapType* t, hmap* h) {
  if (h == nullptr || h->count == 0) return;
  if ((h->flags & kHmapWriting) != 0) FatalConcurrentWrite();
  h->flags ^= kHmapWriting;
  // Iterators under way see their buckets as empty: mark them before the tables are dropped.
  for (bmap* table : {h->buckets, h->oldbuckets}) {
    if (table == nullptr) continue;
    uint64_t n = table == h->buckets ? BucketMask(h->B) + 1 : OldBucketCount(h);
    for (uint64_t i = 0; i < n; i++) {
      for (bmap* b = BucketAt(t, table, i); b != nullptr; b = Overflow(t, b)) {
        std::memset(b->tophash, kEmptyRest, kBucketCnt);
      }
    }
  }
  h->flags &= ~(kHmapSameSizeGrow | kHmapGrowing);
  StorePtr(&h->oldbuckets, nullptr);
  h->nevacuate = 0;
  h->noverflow = 0;
  h->count = 0;
  h->hash0 = FastRand();
  if (h->extra != nullptr) StorePtr(&h->extra, nullptr);
  bmap* next_overflow;
  StorePtr(&h->buckets, MakeBucketArray(t, h->B, &next_overflow));
  if (next_overflow != nullptr) StorePtr(&ExtraOf(h)->next_overflow, next_overflow);
  if ((h->flags & kHmapWriting) == 0) FatalConcurrentWrite();
  h->flags &= ~kHmapWriting;
}

extern "C" {

void* gol_rt_makemap(void* t, int64_t hint) {
  return MakeMap(static_cast<const MapType*>(t), hint);
}
void* gol_rt_makemap_small() {
  auto* h = NewObject<hmap>(&kHmapType);
  h->hash0 = FastRand();
  return h;
}
void* gol_rt_mapaccess1(void* t, void* h, void* key) {
  void* e = MapFind(static_cast<const MapType*>(t), static_cast<hmap*>(h), key);
  return e != nullptr ? e : const_cast<char*>(kZeroVal);
}
void* gol_rt_mapaccess2(void* t, void* h, void* key) {
  return MapFind(static_cast<const MapType*>(t), static_cast<hmap*>(h), key);
}
void* gol_rt_mapassign(void* t, void* h, void* key) {
  return MapAssign(static_cast<const MapType*>(t), static_cast<hmap*>(h), key);
}
void gol_rt_mapdelete(void* t, void* h, void* key) {
  MapDelete(static_cast<const MapType*>(t), static_cast<hmap*>(h), key);
}
void gol_rt_mapclear(void* t, void* h) {
  MapClear(static_cast<const MapType*>(t), static_cast<hmap*>(h));
}
void gol_rt_mapiterinit(void* t, void* h, void* it) {
  MapIterInit(static_cast<const MapType*>(t), static_cast<hmap*>(h), static_cast<hiter*>(it));
}
void gol_rt_mapiternext(void* it) { MapIterNext(static_cast<hiter*>(it)); }

}  // extern "C"

}  // namespace gol::rt
