// What a collection keeps and frees; every test runs with the concurrent collector, with it in
// stop-the-world mode, and with the single-threaded oracle.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <regex>

#include "runtime/abi/entry_points.h"
#include "runtime/gc/barrier.h"
#include "runtime/mem/mheap_internal.h"
#include "test_world.h"

namespace gol::rt {
namespace {

enum class Mode { kConcurrent, kStopped, kOracle };

HeapOptions ModeOptions(Mode mode) {
  HeapOptions o;
  o.gctrace = true;
  o.verifyheap = true;
  o.gccheckmark = true;
  if (mode == Mode::kStopped) o.gcstoptheworld = 1;
  if (mode == Mode::kOracle) o.gc_threads = false;
  return o;
}

class CollectTest : public testing::TestWithParam<Mode> {
 protected:
  HeapOptions Options() { return ModeOptions(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Modes, CollectTest,
                         testing::Values(Mode::kConcurrent, Mode::kStopped, Mode::kOracle),
                         [](const auto& info) {
                           return std::string(info.param == Mode::kConcurrent ? "concurrent"
                                              : info.param == Mode::kStopped  ? "stopped"
                                                                              : "oracle");
                         });

uint64_t LiveObjects(TestWorld& w) {
  MemStats s;
  w.heap->ReadMemStats(&s);
  return s.heap_objects;
}

// A list node: next, value.
struct Node {
  Node* next;
  uint64_t value;
};

TEST_P(CollectTest, KeepsAListAndFreesTheRest) {
  TestWorld w(Options());
  TestType node(2, {0});
  w.Run([&](Mutator&) {
    void* head = nullptr;
    w.heap->AddRoot(&head);
    for (uint64_t i = 0; i < 10000; ++i) {
      auto* n = static_cast<Node*>(Heap::New(&node.type));
      n->value = i;
      if (i % 10 == 0) {
        n->next = static_cast<Node*>(head);
        head = n;
      }
    }
    w.heap->Gc();
    EXPECT_EQ(LiveObjects(w), 1000u);
    uint64_t want = 9990;
    uint64_t count = 0;
    for (auto* n = static_cast<Node*>(head); n != nullptr; n = n->next, want -= 10, ++count) {
      ASSERT_EQ(n->value, want);
    }
    EXPECT_EQ(count, 1000u);
    head = nullptr;
    w.heap->Gc();
    EXPECT_EQ(LiveObjects(w), 0u);
    MemStats s;
    w.heap->ReadMemStats(&s);
    EXPECT_EQ(s.heap_inuse, 0u);
    EXPECT_EQ(s.num_gc, 2u);
    EXPECT_EQ(s.num_forced_gc, 2u);
    w.heap->RemoveRoot(&head);
  });
}

TEST_P(CollectTest, InteriorPointersKeepObjects) {
  TestWorld w(Options());
  TestType big(200, {0, 199});
  w.Run([&](Mutator& m) {
    char* a = static_cast<char*>(Heap::Malloc(1000, nullptr, true));
    char* b = static_cast<char*>(Heap::New(&big.type));
    char* c = static_cast<char*>(Heap::Malloc(100000, nullptr, true));
    a[500] = b[500] = c[99999] = 42;
    m.roots[0] = a + 500;
    m.roots[1] = b + 500;
    m.roots[2] = c + 99999;
    w.heap->Gc();
    EXPECT_EQ(LiveObjects(w), 3u);
    EXPECT_EQ(a[500] + b[500] + c[99999], 126);
  });
}

TEST_P(CollectTest, APointerBehindAnObjectKeepsIt) {
  TestWorld w(Options());
  w.Run([&](Mutator& m) {
    for (uint64_t size : {48ul, 1024ul, 8192ul, 40960ul, 32768ul * 3}) {
      // The last slot of a span too: fill several spans.
      std::vector<char*> all;
      for (size_t i = 0; i < 40; ++i) {
        all.push_back(static_cast<char*>(Heap::Malloc(size, nullptr, true)));
        if (i % 4 != 0) continue;
        all[i][0] = 'x';
        m.roots[i] = all[i] + size;
      }
      w.heap->Gc();
      for (size_t i = 0; i < 40; i += 4) {
        mspan* s = w.heap->h().SpanOf(reinterpret_cast<uintptr_t>(all[i]));
        ASSERT_NE(s, nullptr);
        uint32_t index = s->ObjIndex(reinterpret_cast<uintptr_t>(all[i]));
        EXPECT_TRUE(s->IsAllocatedForScan(index)) << size << " " << i;
        EXPECT_EQ(all[i][0], 'x');
      }
      std::memset(m.roots, 0, sizeof m.roots);
    }
  });
}

TEST_P(CollectTest, AnyBitPatternIsAccepted) {
  TestWorld w(Options());
  w.Run([&](Mutator& m) {
    std::mt19937_64 rng(3);
    uintptr_t base = w.heap->h().base;
    for (int round = 0; round < 20; ++round) {
      for (int i = 0; i < 1000; ++i) Heap::Malloc(1 + rng() % 3000, nullptr, true);
      for (void*& r : m.roots) {
        uint64_t v = rng();
        if (v % 2 == 0) v = base + v % (8 << 20);
        r = reinterpret_cast<void*>(v);
      }
      w.heap->Gc();
    }
    EXPECT_LE(LiveObjects(w), 2000u);
  });
}

TEST_P(CollectTest, ScansByPointerMapsOnly) {
  TestWorld w(Options());
  // Word 1 is an integer that looks like a pointer.
  TestType t(2, {0});
  w.Run([&](Mutator&) {
    void* root = nullptr;
    w.heap->AddRoot(&root);
    auto** a = static_cast<void**>(Heap::New(&t.type));
    root = a;
    a[0] = Heap::New(&t.type);
    a[1] = Heap::New(&t.type);
    w.heap->Gc();
    EXPECT_EQ(LiveObjects(w), 2u);
    w.heap->RemoveRoot(&root);
  });
}

TEST_P(CollectTest, ArraysAndLargeObjectsByElementType) {
  TestWorld w(Options());
  TestType t(3, {1});
  w.Run([&](Mutator&) {
    for (uint64_t n : {2ul, 21ul, 40ul, 1000ul, 50000ul}) {
      void* root = nullptr;
      w.heap->AddRoot(&root);
      auto** a = static_cast<void**>(entry::gol_rt_newarray(&t.type, static_cast<int64_t>(n)));
      root = a;
      for (uint64_t i = 0; i < n; ++i) {
        auto* leaf = static_cast<uint64_t*>(Heap::Malloc(64, nullptr, true));
        *leaf = i;
        gc::StorePointer(&a[i * 3 + 1], leaf);
        a[i * 3] = Heap::Malloc(64, nullptr, true);  // not a pointer by the map
      }
      w.heap->Gc();
      EXPECT_EQ(LiveObjects(w), n + 1) << n;
      for (uint64_t i = 0; i < n; ++i) ASSERT_EQ(*static_cast<uint64_t*>(a[i * 3 + 1]), i);
      w.heap->RemoveRoot(&root);
      w.heap->Gc();
      EXPECT_EQ(LiveObjects(w), 0u);
    }
  });
}

TEST_P(CollectTest, TypesWithoutAStoredMapAreWalked) {
  TestWorld w(Options());
  // struct { a [5000]struct{ x int; p *T }; q *T }
  TestType elem(2, {1});
  ArrayType array{};
  array.size = array.ptrdata = 5000 * 16;
  array.kind = kArray;
  array.tflag = kTFlagGcWalk;
  array.elem = &elem.type;
  array.len = 5000;
  TestType pointer(1, {0});
  StructField fields[2] = {{.type = &array, .offset = 0},
                           {.type = &pointer.type, .offset = 80000}};
  StructType t{};
  t.size = t.ptrdata = 80008;
  t.kind = kStruct;
  t.tflag = kTFlagGcWalk;
  t.fields = fields;
  t.nfields = 2;
  w.Run([&](Mutator&) {
    void* root = nullptr;
    w.heap->AddRoot(&root);
    // Three in a row, so that pieces of a large object begin inside elements.
    auto** a = static_cast<void**>(entry::gol_rt_newarray(&t, 3));
    root = a;
    for (int i = 0; i < 3; ++i) {
      for (int e = 0; e < 5000; ++e) {
        a[i * 10001 + e * 2] = Heap::Malloc(16, nullptr, true);
        gc::StorePointer(&a[i * 10001 + e * 2 + 1], Heap::Malloc(16, nullptr, true));
      }
      gc::StorePointer(&a[i * 10001 + 10000], Heap::Malloc(16, nullptr, true));
    }
    w.heap->Gc();
    EXPECT_EQ(LiveObjects(w), 1u + 3 * 5001);
    w.heap->RemoveRoot(&root);
  });
}

TEST_P(CollectTest, GlobalsByPtrMask) {
  TestWorld w(Options());
  static void* globals[100000];
  std::vector<uint8_t> mask(sizeof globals / 64 + 1);
  w.Run([&](Mutator&) {
    for (size_t i = 0; i < 100000; i += 3) mask[i / 8] |= static_cast<uint8_t>(1u << (i % 8));
    w.heap->AddGlobals(globals, sizeof globals, mask.data());
    for (size_t i = 0; i < 100000; i += 2) {
      gc::StorePointer(&globals[i], Heap::Malloc(32, nullptr, true));
    }
    w.heap->Gc();
    EXPECT_EQ(LiveObjects(w), 100000u / 6 + 1);
    w.heap->RemoveGlobals(globals);
    w.heap->Gc();
    EXPECT_EQ(LiveObjects(w), 0u);
  });
}

TEST_P(CollectTest, FreedMemoryIsReusedAndClean) {
  TestWorld w(Options());
  TestType t(4, {0});
  w.Run([&](Mutator&) {
    for (int i = 0; i < 2'000'000; ++i) {
      auto* p = static_cast<uint64_t*>(Heap::New(&t.type));
      ASSERT_EQ(p[0] | p[1] | p[2] | p[3], 0u);
      p[1] = p[2] = p[3] = 77;
      w.heap->world().Yield();
    }
    MemStats s;
    w.heap->ReadMemStats(&s);
    EXPECT_GT(s.num_gc, 5u);
    // 64 MB were allocated; the heap stays near its smallest goal of 4 MB.
    EXPECT_LT(s.heap_sys - s.heap_released, 24u << 20);
  });
}

TEST_P(CollectTest, FinalizersRunOnceAndResurrect) {
  TestWorld w(Options());
  TestType node(2, {0});
  static std::vector<uint64_t> finalized;
  finalized.clear();
  w.Run([&](Mutator&) {
    for (uint64_t i = 0; i < 10; ++i) {
      auto* n = static_cast<Node*>(Heap::New(&node.type));
      auto* inner = static_cast<Node*>(Heap::New(&node.type));
      inner->value = i;
      n->next = inner;
      EXPECT_EQ(w.heap->SetFinalizer(
                    n, [](void*, void* obj) {
                      finalized.push_back(static_cast<Node*>(obj)->next->value);
                    },
                    n),
                nullptr)
          << "fn is any heap object here";
    }
    // fn == obj keeps the object alive for ever: take it away again.
    w.heap->Gc();
    EXPECT_EQ(finalized.size(), 0u);
  });
  TestWorld w2(Options());
  w2.Run([&](Mutator&) {
    static char fn;
    for (uint64_t i = 0; i < 10; ++i) {
      auto* n = static_cast<Node*>(Heap::New(&node.type));
      auto* inner = static_cast<Node*>(Heap::New(&node.type));
      inner->value = i;
      n->next = inner;
      EXPECT_EQ(w2.heap->SetFinalizer(
                    n, [](void*, void* obj) {
                      finalized.push_back(static_cast<Node*>(obj)->next->value);
                    },
                    &fn),
                nullptr);
      EXPECT_STREQ(w2.heap->SetFinalizer(n, [](void*, void*) {}, &fn),
                   "runtime.SetFinalizer: finalizer already set");
    }
    w2.heap->Gc();
    EXPECT_EQ(LiveObjects(w2), 20u);
    w2.RunPending();
    std::sort(finalized.begin(), finalized.end());
    EXPECT_EQ(finalized, (std::vector<uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    w2.heap->Gc();
    EXPECT_EQ(LiveObjects(w2), 0u);
    w2.RunPending();
    EXPECT_EQ(finalized.size(), 10u);
  });
}

TEST_P(CollectTest, CleanupsRunAfterTheObject) {
  TestWorld w(Options());
  static int count;
  count = 0;
  w.Run([&](Mutator&) {
    static char fn;
    void* a = Heap::Malloc(100, nullptr, true);
    void* b = Heap::Malloc(100, nullptr, true);
    w.heap->AddCleanup(a, [](void*, void* obj) { count += obj == nullptr ? 1 : 100; }, &fn);
    w.heap->AddCleanup(a, [](void*, void*) { count += 10; }, &fn);
    uint64_t id = w.heap->AddCleanup(b, [](void*, void*) { count += 1000; }, &fn);
    w.heap->StopCleanup(b, id);
    w.heap->Gc();
    w.RunPending();
    EXPECT_EQ(count, 11);
    EXPECT_EQ(LiveObjects(w), 0u);
  });
}

TEST_P(CollectTest, LiveHeapOfTheArticle) {
  TestWorld w(Options());
  TestType pointer(1, {0});
  w.Run([&](Mutator&) {
    void* root = nullptr;
    w.heap->AddRoot(&root);
    w.heap->Gc();
    auto** m = static_cast<void**>(entry::gol_rt_newarray(&pointer.type, 100000));
    root = m;
    for (int i = 0; i < 100000; ++i) {
      gc::StorePointer(&m[i], Heap::Malloc(1024, nullptr, true));
      w.heap->world().Yield();
    }
    for (int i = 0; i < 10000; ++i) {
      gc::StorePointer(&m[i], Heap::Malloc(1024, nullptr, true));
      w.heap->world().Yield();
    }
    w.heap->Gc();
    w.heap->Gc();
    w.heap->RemoveRoot(&root);
  });
  std::smatch match;
  std::regex last(R"(->(\d+) MB, \d+ MB goal, 0 MB stacks, 0 MB globals, 2 P \(forced\)\n$)");
  ASSERT_TRUE(std::regex_search(w.trace, match, last)) << w.trace;
  int live = std::stoi(match[1]);
  EXPECT_GE(live, 97);
  EXPECT_LE(live, 100);
  // Every line has Go's format.
  std::regex line(
      R"(gc \d+ @\d+\.\d{3}s \d+%: [\d.]+\+[\d.]+\+[\d.]+ ms clock, [\d.]+\+[\d.]+/[\d.]+/[\d.]+\+[\d.]+ ms cpu, \d+->\d+->\d+ MB, \d+ MB goal, \d+ MB stacks, \d+ MB globals, \d+ P( \(forced\))?)");
  std::istringstream lines(w.trace);
  std::string text;
  int n = 0;
  while (std::getline(lines, text)) {
    EXPECT_TRUE(std::regex_match(text, line)) << text;
    ++n;
  }
  EXPECT_GE(n, 5);
}

TEST_P(CollectTest, FreeOsMemoryGivesPagesBack) {
  TestWorld w(Options());
  w.Run([&](Mutator&) {
    for (int i = 0; i < 100; ++i) {
      std::memset(Heap::Malloc(1 << 20, nullptr, false), 1, 1 << 20);
    }
    w.heap->FreeOsMemory();
    MemStats s;
    w.heap->ReadMemStats(&s);
    EXPECT_EQ(s.heap_released, s.heap_idle);
    auto* p = static_cast<char*>(Heap::Malloc(64 << 20, nullptr, true));
    for (uint64_t i = 0; i < 64 << 20; i += 4096) ASSERT_EQ(p[i], 0);
  });
}

TEST(ScavengeTest, MemoryBeyondTheGoalGoesBackByItself) {
  TestWorld w({});
  w.Run([&](Mutator&) {
    void* root = Heap::Malloc(64 << 20, nullptr, false);
    std::memset(root, 1, 64 << 20);
    w.heap->Gc();
    MemStats s;
    for (int i = 0; i < 5000; ++i) {
      w.heap->ReadMemStats(&s);
      if (s.heap_sys - s.heap_released < 8u << 20) break;
      w.heap->world().Block([] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
    }
    EXPECT_LT(s.heap_sys - s.heap_released, 8u << 20);
  });
}

}  // namespace
}  // namespace gol::rt
