// Maps against a model: random operations on maps of each kind of key, with and without pointers,
// compared with std::unordered_map; iteration while the map changes; growth; the runtime's errors.
#include "runtime/map/map.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/abi/entry_points.h"
#include "runtime/map/hash.h"
#include "runtime/mem/mheap.h"
#include "runtime/string.h"
#include "sched_test_util.h"

namespace gol::rt {
namespace {

using testing::TestRuntime;

constexpr uint8_t kFirstWord[] = {1};

Type Scalar(Kind kind, uint64_t size, bool is_regular) {
  Type t{};
  t.size = size;
  t.align = t.field_align = static_cast<uint8_t>(size > 8 ? 8 : size);
  t.kind = kind;
  t.tflag = kTFlagComparable | (is_regular ? kTFlagRegularMemory : 0);
  if (kind == kString) {
    t.ptrdata = 8;
    t.gcdata = kFirstWord;
  }
  return t;
}

// A map type with its bucket type, as the compiler lays them out.
struct TestMapType {
  Type key, elem, bucket{};
  std::vector<uint8_t> ptrs;
  MapType type{};

  TestMapType(Type k, Type e, MapFast fast, uint32_t flags) : key(k), elem(e) {
    type.kind = kMap;
    type.size = 8;
    type.key = &key;
    type.elem = &elem;
    type.key_size = static_cast<uint16_t>((flags & kMapIndirectKey) != 0 ? 8 : key.size);
    type.elem_size = static_cast<uint16_t>((flags & kMapIndirectElem) != 0 ? 8 : elem.size);
    type.bucket_size = static_cast<uint16_t>(8 + 8 * type.key_size + 8 * type.elem_size + 8);
    type.flags = flags;
    type.fast = fast;
    type.bucket = &bucket;
    bucket.size = type.bucket_size;
    bucket.align = bucket.field_align = 8;
    bucket.kind = kStruct;
    ptrs.assign(type.bucket_size / 64 + 1, 0);
    bool any = false;
    auto mark = [&](uint64_t offset) {
      ptrs[offset / 64] |= static_cast<uint8_t>(1u << (offset / 8 % 8));
      any = true;
    };
    for (uint64_t i = 0; i < 8; i++) {
      if (key.ptrdata != 0 || (flags & kMapIndirectKey) != 0) mark(8 + i * type.key_size);
      if (elem.ptrdata != 0 || (flags & kMapIndirectElem) != 0) {
        mark(8 + 8 * type.key_size + i * type.elem_size);
      }
    }
    if (any) {
      mark(bucket.size - 8);
      bucket.ptrdata = bucket.size;
    }
    bucket.gcdata = ptrs.data();
  }
};

void* Arg(const void* p) { return const_cast<void*>(p); }

// One kind of key: how to make the i'th key and call the kind's functions.
struct Ops {
  std::function<void*(hmap*, uint64_t)> find, assign;
  std::function<void(hmap*, uint64_t)> erase;
};

Ops OpsOf(const MapType* t) {
  switch (t->fast) {
    case MapFast::k32:
      return {[t](hmap* h, uint64_t k) {
                return entry::gol_rt_mapaccess2_fast32(Arg(t), h, static_cast<int32_t>(k));
              },
              [t](hmap* h, uint64_t k) {
                return entry::gol_rt_mapassign_fast32(Arg(t), h, static_cast<int32_t>(k));
              },
              [t](hmap* h, uint64_t k) {
                entry::gol_rt_mapdelete_fast32(Arg(t), h, static_cast<int32_t>(k));
              }};
    case MapFast::k64:
      return {[t](hmap* h, uint64_t k) {
                return entry::gol_rt_mapaccess2_fast64(Arg(t), h, static_cast<int64_t>(k));
              },
              [t](hmap* h, uint64_t k) {
                return entry::gol_rt_mapassign_fast64(Arg(t), h, static_cast<int64_t>(k));
              },
              [t](hmap* h, uint64_t k) {
                entry::gol_rt_mapdelete_fast64(Arg(t), h, static_cast<int64_t>(k));
              }};
    case MapFast::kStr:
      return {[t](hmap* h, uint64_t k) {
                return entry::gol_rt_mapaccess2_faststr(Arg(t), h, NewString(std::to_string(k)));
              },
              [t](hmap* h, uint64_t k) {
                return entry::gol_rt_mapassign_faststr(Arg(t), h, NewString(std::to_string(k)));
              },
              [t](hmap* h, uint64_t k) {
                entry::gol_rt_mapdelete_faststr(Arg(t), h, NewString(std::to_string(k)));
              }};
    case MapFast::kNone:
      break;
  }
  auto key = [t](uint64_t k, char* buf) {
    std::memset(buf, 0, t->key->size);
    if (t->key->kind == kFloat64) {
      double d = static_cast<double>(k);
      std::memcpy(buf, &d, 8);
    } else {
      std::memcpy(buf + t->key->size - 8, &k, 8);
    }
    return buf;
  };
  return {[=](hmap* h, uint64_t k) {
            char buf[256];
            return MapFind(t, h, key(k, buf));
          },
          [=](hmap* h, uint64_t k) {
            char buf[256];
            return MapAssign(t, h, key(k, buf));
          },
          [=](hmap* h, uint64_t k) {
            char buf[256];
            MapDelete(t, h, key(k, buf));
          }};
}

struct Case {
  const char* name;
  Type key, elem;
  MapFast fast;
  uint32_t flags;
};

const Case kCases[] = {
    {"fast32", Scalar(kInt32, 4, true), Scalar(kInt64, 8, true), MapFast::k32, kMapReflexiveKey},
    {"fast64", Scalar(kInt64, 8, true), Scalar(kInt64, 8, true), MapFast::k64, kMapReflexiveKey},
    {"faststr", Scalar(kString, 16, false), Scalar(kInt64, 8, true), MapFast::kStr,
     kMapReflexiveKey | kMapNeedKeyUpdate},
    {"float", Scalar(kFloat64, 8, false), Scalar(kInt64, 8, true), MapFast::kNone,
     kMapNeedKeyUpdate},
    {"array", Scalar(kArray, 24, true), Scalar(kInt64, 8, true), MapFast::kNone, kMapReflexiveKey},
    {"big", Scalar(kArray, 200, true), Scalar(kArray, 160, true), MapFast::kNone,
     kMapReflexiveKey | kMapIndirectKey | kMapIndirectElem},
};

class MapModel : public ::testing::TestWithParam<Case> {};

TEST_P(MapModel, AgreesWithAMapOfTheStandardLibrary) {
  const Case& c = GetParam();
  TestMapType mt(c.key, c.elem, c.fast, c.flags);
  Ops ops = OpsOf(&mt.type);
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  TestRuntime tr({.gogc = 20});
  hmap* h = nullptr;
  tr.runtime.heap().AddRoot(reinterpret_cast<void**>(&h));
  Outcome outcome = tr.Run([&] {
    std::mt19937_64 rng(seed);
    std::unordered_map<uint64_t, uint64_t> model;
    h = MakeMap(&mt.type, 0);
    for (int step = 0; step < 60000; step++) {
      uint64_t k = rng() % 3000;
      switch (rng() % 8) {
        case 0:
        case 1:
        case 2:
        case 3: {
          uint64_t v = rng();
          std::memcpy(ops.assign(h, k), &v, 8);
          model[k] = v;
          break;
        }
        case 4:
        case 5: {
          void* e = ops.find(h, k);
          auto it = model.find(k);
          ASSERT_EQ(e != nullptr, it != model.end()) << "key " << k << " step " << step;
          if (e != nullptr) {
            uint64_t v;
            std::memcpy(&v, e, 8);
            ASSERT_EQ(v, it->second);
          }
          break;
        }
        default:
          ops.erase(h, k);
          model.erase(k);
          break;
      }
      ASSERT_EQ(static_cast<size_t>(h->count), model.size());
      if (step % 20000 == 19999) {
        MapClear(&mt.type, h);
        model.clear();
      }
    }
    // Every entry is visited once.
    size_t seen = 0;
    hiter it{};
    MapIterInit(&mt.type, h, &it);
    for (; it.key != nullptr; MapIterNext(&it)) seen++;
    EXPECT_EQ(seen, model.size());
  });
  EXPECT_TRUE(outcome.ok()) << outcome.text;
  tr.runtime.heap().RemoveRoot(reinterpret_cast<void**>(&h));
}

// The specification's promise: what stays in the map is visited exactly once, what was deleted
// before its turn is not, whatever else happens to the map meanwhile.
TEST_P(MapModel, IterationSurvivesGrowthAndDeletion) {
  const Case& c = GetParam();
  TestMapType mt(c.key, c.elem, c.fast, c.flags);
  Ops ops = OpsOf(&mt.type);
  TestRuntime tr;
  Outcome outcome = tr.Run([&] {
    std::mt19937_64 rng(7);
    for (int round = 0; round < 30; round++) {
      hmap* h = MakeMap(&mt.type, 0);
      const uint64_t least = 1 + rng() % 2000;
      uint64_t n = 0;
      // Every other iteration begins while the map grows.
      while (n < least || (round % 2 != 0 && !map_detail::IsGrowing(h))) {
        std::memcpy(ops.assign(h, n), &n, 8);
        n++;
      }
      std::map<uint64_t, int> visits;
      std::map<uint64_t, bool> deleted;
      hiter it{};
      MapIterInit(&mt.type, h, &it);
      uint64_t extra = 1000000;
      for (; it.key != nullptr; MapIterNext(&it)) {
        uint64_t v;
        std::memcpy(&v, it.elem, 8);
        visits[v]++;
        ASSERT_FALSE(deleted[v]) << "visited after its deletion";
        if (rng() % 2 == 0) {
          for (int j = 0; j < 5; j++, extra++) std::memcpy(ops.assign(h, extra), &extra, 8);
        }
        if (rng() % 3 == 0) {
          uint64_t victim = rng() % n;
          ops.erase(h, victim);
          deleted[victim] = true;
        }
        if (extra > 1020000) break;
      }
      if (it.key != nullptr) continue;
      for (uint64_t k = 0; k < n; k++) {
        if (!deleted[k]) EXPECT_EQ(visits[k], 1) << "key " << k;
      }
      for (auto& [v, count] : visits) EXPECT_EQ(count, 1) << "value " << v;
    }
  });
  EXPECT_TRUE(outcome.ok()) << outcome.text;
}

// An iterator walks the table it began with, whose overflow buckets, all of them made later, nothing else
// holds any more where the collector does not look into buckets.
TEST_P(MapModel, IterationHoldsOverflowBuckets) {
  const Case& c = GetParam();
  TestMapType mt(c.key, c.elem, c.fast, c.flags);
  Ops ops = OpsOf(&mt.type);
  TestRuntime tr({.godebug = "gcstress=20,clobberfree=1,verifyheap=1"});
  Outcome outcome = tr.Run([&] {
    constexpr uint64_t kFirst = 100, kBucketsLog2 = 5;
    for (uint64_t round = 0; round < 5; round++) {
      hmap* h = MakeMap(&mt.type, int64_t{26} << (kBucketsLog2 - 2));  // 6.5 in each bucket
      uint64_t next = round << 32;
      const auto add = [&] {
        std::memcpy(ops.assign(h, next), &next, 8);
        next++;
      };
      while (static_cast<uint64_t>(h->count) < kFirst) add();
      hiter it{};
      MapIterInit(&mt.type, h, &it);
      // Until the table is full, and then until no old one is left.
      while (h->B < kBucketsLog2 + 2 || map_detail::IsGrowing(h)) add();
      std::map<uint64_t, int> visits;
      for (; it.key != nullptr; MapIterNext(&it)) {
        uint64_t v;
        std::memcpy(&v, it.elem, 8);
        visits[v]++;
      }
      for (uint64_t k = 0; k < kFirst; k++) EXPECT_EQ(visits[(round << 32) + k], 1) << "key " << k;
      for (auto& [v, count] : visits) EXPECT_EQ(count, 1) << "value " << v;
    }
  });
  EXPECT_TRUE(outcome.ok()) << outcome.text;
}

INSTANTIATE_TEST_SUITE_P(Kinds, MapModel, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(Map, NilMapReadsAsEmptyAndRefusesAssignment) {
  TestMapType mt(Scalar(kInt64, 8, true), Scalar(kInt64, 8, true), MapFast::k64, kMapReflexiveKey);
  TestRuntime tr;
  Outcome outcome = tr.Run([&] {
    EXPECT_EQ(entry::gol_rt_mapaccess2_fast64(Arg(&mt.type), nullptr, 1), nullptr);
    entry::gol_rt_mapdelete_fast64(Arg(&mt.type), nullptr, 1);
    entry::gol_rt_mapassign_fast64(Arg(&mt.type), nullptr, 1);
  });
  EXPECT_EQ(outcome.kind, Outcome::kPanic);
  EXPECT_EQ(outcome.text, "panic: assignment to entry in nil map");
}

// The longest chain of buckets, after the keys were inserted one by one.
template <typename Assign>
int LongestChain(const MapType* t, uint32_t* seed, size_t n, Assign assign) {
  hmap* h = MakeMap(t, 0);
  if (*seed != 0) h->hash0 = *seed;
  for (size_t i = 0; i < n; i++) assign(h, i);
  EXPECT_EQ(static_cast<size_t>(h->count), n);
  *seed = h->hash0;
  int longest = 0;
  for (uint64_t i = 0; i <= map_detail::BucketMask(h->B); i++) {
    int length = 0;
    for (bmap* b = map_detail::BucketAt(t, h->buckets, i); b != nullptr;
         b = map_detail::Overflow(t, b)) {
      length++;
    }
    longest = std::max(longest, length);
  }
  return longest;
}

// Keys that were chosen to collide under a seed that the attacker knows do so under no other.
TEST(Map, FloodingNeedsTheSeed) {
  constexpr size_t kKeys = 100'000;
  constexpr uint64_t kLowBits = 1023;
  constexpr uint32_t kKnown = 0x12345678;
  constexpr int kFair = 6;  // a bucket of 48 entries where 6.5 are expected
  std::mt19937_64 rng(3);
  std::vector<uint64_t> numbers;
  while (numbers.size() < kKeys) {
    const uint64_t k = rng();
    if ((Hash64(k, SeedOf(kKnown)) & kLowBits) == 0) numbers.push_back(k);
  }
  std::vector<std::string> texts;
  std::string text = "user-0123456789a";
  while (texts.size() < kKeys) {
    const uint64_t k = rng();
    std::memcpy(text.data() + 8, &k, 8);
    if ((HashBytes(text.data(), 16, SeedOf(kKnown)) & kLowBits) == 0) texts.push_back(text);
  }
  TestMapType ints(Scalar(kInt64, 8, true), Scalar(kInt64, 8, true), MapFast::k64,
                   kMapReflexiveKey);
  TestMapType strings(Scalar(kString, 16, false), Scalar(kInt64, 8, true), MapFast::kStr,
                      kMapReflexiveKey | kMapNeedKeyUpdate);
  auto add_int = [&](hmap* h, size_t i) {
    entry::gol_rt_mapassign_fast64(Arg(&ints.type), h, static_cast<int64_t>(numbers[i]));
  };
  auto add_string = [&](hmap* h, size_t i) {
    entry::gol_rt_mapassign_faststr(Arg(&strings.type), h, GoString{texts[i].data(), 16});
  };
  TestRuntime tr;
  Outcome outcome = tr.Run([&] {
    uint32_t known = kKnown, own = 0, own2 = 0;
    EXPECT_GT(LongestChain(&ints.type, &known, 20'000, add_int), 100);
    EXPECT_LE(LongestChain(&ints.type, &own, kKeys, add_int), kFair);
    EXPECT_GT(LongestChain(&strings.type, &known, 20'000, add_string), 100);
    EXPECT_LE(LongestChain(&strings.type, &own2, kKeys, add_string), kFair);
    EXPECT_NE(own, own2);
  });
  EXPECT_TRUE(outcome.ok()) << outcome.text;
}

// No key has the same hash under all seeds, whatever its first words are.
TEST(Map, EveryWordOfAKeyMeetsTheSeed) {
  uint64_t words[4] = {kHashK2, kHashK0, kHashK1, kHashK2};
  for (uint64_t n = 9; n <= 32; n++) {
    EXPECT_NE(HashBytes(words, n, SeedOf(1)), HashBytes(words, n, SeedOf(2))) << n;
  }
}

TEST(Map, FindsConcurrentWriters) {
  TestMapType mt(Scalar(kInt64, 8, true), Scalar(kInt64, 8, true), MapFast::k64, kMapReflexiveKey);
  TestRuntime tr;
  Outcome outcome = tr.Run([&] {
    hmap* h = MakeMap(&mt.type, 0);
    h->flags |= kHmapWriting;  // another writer is inside
    entry::gol_rt_mapassign_fast64(Arg(&mt.type), h, 1);
  });
  EXPECT_EQ(outcome.kind, Outcome::kFatal);
  EXPECT_EQ(outcome.text, "fatal error: concurrent map writes");
}

}  // namespace
}  // namespace gol::rt
