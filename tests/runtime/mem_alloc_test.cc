// Size classes, the page allocator, small, tiny and large objects.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <set>

#include "runtime/mem/mheap_internal.h"
#include "runtime/mem/page_alloc.h"
#include "runtime/abi/size_classes.h"
#include "test_world.h"

namespace gol::rt {
namespace {

TEST(SizeClassTest, AreThoseOfGo) {
  const int known[] = {8,    16,   24,   32,   48,    64,    80,    96,    112,   128,
                       144,  160,  512,  576,  1024,  1152,  1408,  2048,  2688,  3456,
                       6784, 9472, 9728, 10240, 19072, 27264, 28672, 32768};
  for (int size : known) EXPECT_EQ(kClassToSize[SizeToClass(static_cast<size_t>(size))], size);
  EXPECT_EQ(kClassToPages[SizeToClass(1408)], 2);
  EXPECT_EQ(kClassToPages[SizeToClass(27264)], 10);
}

TEST(SizeClassTest, ClassIsTheSmallestThatFits) {
  for (size_t size = 1; size <= kMaxSmallSize; ++size) {
    uint8_t c = SizeToClass(size);
    ASSERT_GE(kClassToSize[c], size);
    ASSERT_LT(kClassToSize[c - 1], size);
  }
}

TEST(SizeClassTest, ReciprocalDivides) {
  for (int c = 1; c < kNumSizeClasses; ++c) {
    uint64_t size = kClassToSize[c];
    uint64_t magic = ClassDivMagic(size);
    for (uint64_t off = 0; off <= kClassToPages[c] * kPageSize; ++off) {
      ASSERT_EQ((off * magic) >> 32, off / size) << size;
    }
  }
}

TEST(SizeClassTest, RoundUpSizeCountsTheHeader) {
  EXPECT_EQ(RoundUpSize(5, true), 8u);
  EXPECT_EQ(RoundUpSize(512, false), 512u);
  EXPECT_EQ(RoundUpSize(513, true), 576u);
  EXPECT_EQ(RoundUpSize(520, false), 568u);
  EXPECT_EQ(RoundUpSize(32768, true), 32768u);
  EXPECT_EQ(RoundUpSize(32768, false), 32768u);
  EXPECT_EQ(RoundUpSize(32769, true), 40960u);
}

TEST(PageAllocTest, FindsTheLowestFit) {
  PageAlloc p(1 << 16);
  p.Grow(0, 8192);
  uint64_t scavenged;
  EXPECT_EQ(p.Alloc(10, &scavenged), 0u);
  EXPECT_EQ(scavenged, 10u);
  EXPECT_EQ(p.Alloc(1000, &scavenged), 10u);
  EXPECT_EQ(p.Alloc(5, &scavenged), 1010u);
  p.Free(10, 1000);
  EXPECT_EQ(p.Alloc(1001, &scavenged), 1015u);
  EXPECT_EQ(p.Alloc(1000, &scavenged), 10u);
  EXPECT_EQ(scavenged, 0u);
  EXPECT_EQ(p.Alloc(8192, &scavenged), PageAlloc::kNone);
  EXPECT_TRUE(p.CheckSummaries());
}

TEST(PageAllocTest, AgreesWithAModel) {
  const uint64_t kPages = 16 * 512;
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    std::mt19937 rng(seed);
    PageAlloc p(kPages);
    p.Grow(0, kPages / 2);
    p.Grow(kPages / 2, kPages / 2);
    std::vector<bool> used(kPages);
    std::map<uint64_t, uint64_t> held;
    for (int step = 0; step < 4000; ++step) {
      if (rng() % 2 == 0 || held.empty()) {
        uint64_t n = 1 + (rng() % 16 == 0 ? rng() % 1500 : rng() % 20);
        uint64_t want = PageAlloc::kNone;
        uint64_t run = 0;
        for (uint64_t i = 0; i < kPages; ++i) {
          run = used[i] ? 0 : run + 1;
          if (run == n) {
            want = i + 1 - n;
            break;
          }
        }
        uint64_t scavenged;
        uint64_t got = p.Alloc(n, &scavenged);
        ASSERT_EQ(got, want) << "seed " << seed << " step " << step;
        if (got == PageAlloc::kNone) continue;
        held[got] = n;
        for (uint64_t i = 0; i < n; ++i) used[got + i] = true;
      } else if (rng() % 8 == 0) {
        uint64_t first;
        uint64_t n = 0;
        if (rng() % 2 == 0) {
          n = p.StartScavenge(64, &first);
        } else if (p.StartScavengeHuge(rng() % kPages, &first)) {
          n = PageAlloc::kPagesPerHuge;
          ASSERT_EQ(first % n, 0u);
        }
        if (n != 0) {
          for (uint64_t i = 0; i < n; ++i) ASSERT_FALSE(used[first + i]);
          p.FinishScavenge(first, n);
        }
      } else {
        auto it = held.lower_bound(rng() % kPages);
        if (it == held.end()) it = held.begin();
        for (uint64_t i = 0; i < it->second; ++i) used[it->first + i] = false;
        p.Free(it->first, it->second);
        held.erase(it);
      }
    }
    EXPECT_TRUE(p.CheckSummaries());
  }
}

TEST(PageAllocTest, ScavengesFromTheTop) {
  PageAlloc p(4096);
  p.Grow(0, 4096);
  uint64_t scavenged;
  uint64_t a = p.Alloc(100, &scavenged);
  p.Alloc(1, &scavenged);
  uint64_t b = p.Alloc(100, &scavenged);
  p.Free(a, 100);
  p.Free(b, 100);
  uint64_t first;
  uint64_t n = p.StartScavenge(512, &first);
  EXPECT_EQ(first + n, b + 100);
  EXPECT_NE(p.Alloc(200, &scavenged), b);
  p.FinishScavenge(first, n);
  EXPECT_EQ(p.scavenged_pages(), 4096u - 401 + n);
  EXPECT_TRUE(p.CheckSummaries());
}

TEST(PageAllocTest, ScavengesWholeHugePages) {
  constexpr uint64_t kHuge = PageAlloc::kPagesPerHuge;
  PageAlloc p(4096);
  p.Grow(0, 4096);
  uint64_t scavenged;
  const uint64_t a = p.Alloc(kHuge / 2, &scavenged);
  const uint64_t b = p.Alloc(2 * kHuge, &scavenged);
  const uint64_t c = p.Alloc(1, &scavenged);
  uint64_t first;
  EXPECT_FALSE(p.StartScavengeHuge(0, &first)) << "nothing free has memory behind it";
  p.Free(b, 2 * kHuge);
  EXPECT_FALSE(p.StartScavengeHuge(kHuge + 1, &first));
  ASSERT_TRUE(p.StartScavengeHuge(0, &first)) << "one is free between a and c";
  EXPECT_EQ(first, kHuge);
  p.FinishScavenge(first, kHuge);
  EXPECT_EQ(p.scavenged_pages(), 4096 - (2 * kHuge + kHuge / 2 + 1) + kHuge);
  EXPECT_FALSE(p.StartScavengeHuge(0, &first));
  // With some of its memory there, it goes as a whole.
  p.Free(a, kHuge / 2);
  ASSERT_TRUE(p.StartScavengeHuge(0, &first));
  EXPECT_EQ(first, 0u);
  p.FinishScavenge(first, kHuge);
  p.Free(c, 1);
  ASSERT_TRUE(p.StartScavengeHuge(0, &first));
  EXPECT_EQ(first, 2 * kHuge);
  p.FinishScavenge(first, kHuge);
  EXPECT_EQ(p.scavenged_pages(), 4096u);
  EXPECT_EQ(p.free_pages(), 4096u);
  EXPECT_TRUE(p.CheckSummaries());
}

TEST(MallocTest, SmallObjectsAreZeroedDisjointAndFound) {
  HeapOptions options;
  options.gogc = -1;  // nothing refers to the objects
  TestWorld w(options);
  w.Run([&](Mutator&) {
    std::map<uintptr_t, uint64_t> seen;
    std::mt19937 rng(7);
    for (int i = 0; i < 20000; ++i) {
      uint64_t size = 16 + rng() % (i % 16 == 0 ? 40000 : 500);
      auto* p = static_cast<unsigned char*>(Heap::Malloc(size, nullptr, true));
      for (uint64_t b = 0; b < size; b += 7) ASSERT_EQ(p[b], 0);
      std::memset(p, 0xff, size);
      auto a = reinterpret_cast<uintptr_t>(p);
      auto next = seen.lower_bound(a);
      if (next != seen.end()) {
        ASSERT_LE(a + size, next->first);
      }
      if (next != seen.begin()) {
        ASSERT_LE(std::prev(next)->first + std::prev(next)->second, a);
      }
      seen[a] = size;
      uint64_t slot;
      ASSERT_EQ(w.heap->FindObject(p + size - 1, &slot), p);
      ASSERT_GE(slot, size);
      if (seen.size() > 3000) break;
    }
  });
}

TEST(MallocTest, TinyObjectsShareBlocks) {
  TestWorld w({});
  w.Run([&](Mutator&) {
    auto* a = static_cast<char*>(Heap::Malloc(1, nullptr, true));
    auto* b = static_cast<char*>(Heap::Malloc(2, nullptr, true));
    auto* c = static_cast<char*>(Heap::Malloc(8, nullptr, true));
    EXPECT_EQ(b, a + 2);
    EXPECT_EQ(c, a + 8);
    EXPECT_NE(reinterpret_cast<uintptr_t>(Heap::Malloc(1, nullptr, true)) / 16,
              reinterpret_cast<uintptr_t>(a) / 16);
    EXPECT_EQ(Heap::Malloc(0, nullptr, true), Heap::Malloc(0, nullptr, true));
  });
}

TEST(MallocTest, HeaderAndBitmapObjects) {
  TestWorld w({});
  TestType small(8, {0, 3, 7});
  TestType large(128, {1, 127});
  w.Run([&](Mutator&) {
    for (int i = 0; i < 1000; ++i) {
      void* a = Heap::New(&small.type);
      void* b = Heap::New(&large.type);
      mspan* sa = w.heap->h().SpanOf(reinterpret_cast<uintptr_t>(a));
      mspan* sb = w.heap->h().SpanOf(reinterpret_cast<uintptr_t>(b));
      ASSERT_TRUE(sa->has_bitmap());
      ASSERT_EQ(sa->nelems, (8192u - 128) / 64);
      ASSERT_TRUE(sb->has_header());
      ASSERT_EQ(static_cast<const Type**>(b)[-1], &large.type);
      ASSERT_EQ(w.heap->FindObject(static_cast<char*>(b) + 1000), b);
    }
    void* array = Heap::Malloc(large.type.size * 100, &large.type, true);
    mspan* s = w.heap->h().SpanOf(reinterpret_cast<uintptr_t>(array));
    EXPECT_TRUE(s->is_large());
    EXPECT_EQ(s->large_type(), &large.type);
  });
}

TEST(MallocTest, TheHardLimitEndsTheScript) {
  HeapOptions options;
  options.hard_limit = 1 << 20;
  TestWorld w(options);
  EXPECT_DEATH(w.Run([&](Mutator&) { Heap::Malloc(2 << 20, nullptr, true); }),
               "cannot allocate 2097152-byte block");
}

TEST(MallocTest, AddressSpaceIsTakenIntoUseByChunks) {
  HeapOptions options;
  options.gogc = -1;
  TestWorld w(options);
  w.Run([&](Mutator&) {
    MemStats s;
    Heap::Malloc(16, nullptr, true);
    w.heap->ReadMemStats(&s);
    EXPECT_EQ(s.heap_sys, 4u << 20);
    Heap::Malloc(100 << 20, nullptr, false);
    w.heap->ReadMemStats(&s);
    EXPECT_EQ(s.heap_sys, 104u << 20);
  });
}

TEST(MallocTest, StatsCountObjects) {
  TestWorld w({});
  w.Run([&](Mutator&) {
    MemStats before, after;
    w.heap->ReadMemStats(&before);
    for (int i = 0; i < 1000; ++i) Heap::Malloc(100, nullptr, true);
    Heap::Malloc(1 << 20, nullptr, true);
    w.heap->ReadMemStats(&after);
    EXPECT_EQ(after.mallocs - before.mallocs, 1001u);
    EXPECT_EQ(after.total_alloc - before.total_alloc, 1000u * 112 + (1 << 20));
    EXPECT_EQ(after.heap_alloc, after.total_alloc);
    EXPECT_GE(after.sys, after.heap_inuse);
  });
}

}  // namespace
}  // namespace gol::rt
