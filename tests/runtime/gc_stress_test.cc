// Mutators that change shared graphs while the collector runs; every object carries a checksum of
// its place, so that a lost object, which is reused and cleared, is noticed.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "runtime/abi/entry_points.h"
#include "runtime/gc/barrier.h"
#include "runtime/mem/mheap_internal.h"
#include "test_world.h"

namespace gol::rt {
namespace {

#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer) || \
    __has_feature(address_sanitizer)
constexpr int kScale = 50;  // steps are divided by it
#else
constexpr int kScale = 1;
#endif

uint64_t Seed() {
  const char* text = std::getenv("GOL_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20261122;
}

struct Tree {
  Tree* left;
  Tree* right;
  uint64_t id;
  uint64_t check;
};

uint64_t Mix(uint64_t x) {
  x ^= x >> 31;
  x *= 0x9e3779b97f4a7c15ull;
  return x ^ (x >> 29);
}

Tree* Load(Tree** slot) { return __atomic_load_n(slot, __ATOMIC_ACQUIRE); }
void Store(Tree** slot, Tree* value) {
  gc::StorePointer(reinterpret_cast<void**>(slot), value);
}

// Slots that all mutators share. Half of them are global variables, which a cycle scans first:
// pointers stored there are hidden in black memory. The other half stand in a heap object behind a long
// list, which a cycle reaches last: pointers taken from there were not marked yet.
class Shared {
 public:
  static constexpr size_t kSlots = 256;
  static constexpr int kListLength = 200000 / kScale;

  // What types its objects have: until the last collection ends, which may be after the slots are gone.
  struct Types {
    TestType pointer{1, {0}};
    TestType node{4, {0, 1}};
  };

  Shared(TestWorld& w, Types& types) : w_(w) {
    for (auto& b : mask_) b = 0xff;
    w.heap->AddGlobals(slots_, sizeof slots_, mask_);
    w.heap->AddRoot(&list_);
    w.Run([&](Mutator&) {
      late_ = static_cast<Tree**>(entry::gol_rt_newarray(&types.pointer.type, kSlots));
      list_ = late_;
      for (int i = 0; i < kListLength; ++i) {
        auto* n = static_cast<Tree*>(Heap::New(&types.node.type));
        n->left = static_cast<Tree*>(list_);
        list_ = n;
      }
    });
  }
  ~Shared() {
    w_.heap->RemoveGlobals(slots_);
    w_.heap->RemoveRoot(&list_);
  }

  Tree** slot(uint64_t i) {
    return i % 2 == 0 ? reinterpret_cast<Tree**>(&slots_[i / 2 % kSlots]) : &late_[i / 2 % kSlots];
  }

 private:
  TestWorld& w_;
  void* slots_[kSlots] = {};
  uint8_t mask_[kSlots / 8];
  void* list_ = nullptr;
  Tree** late_ = nullptr;
};

// One object; the caller's registers hold it until the next safepoint only.
Tree* NewTree(const Type* t, uint64_t id) {
  auto* n = static_cast<Tree*>(Heap::New(t));
  n->id = id;
  n->check = Mix(id);
  return n;
}

void Check(const Tree* n) { ASSERT_EQ(n->check, Mix(n->id)); }

void Churn(TestWorld& w, Mutator& m, Shared& shared, const Type* type, const Type* big,
           uint64_t seed, int steps) {
  std::mt19937_64 rng(seed);
  auto** local = reinterpret_cast<Tree**>(m.roots);  // 64 stack slots
  uint64_t ids[64] = {};                             // what they must hold
  auto set = [&](uint64_t i, Tree* n) {
    local[i] = n;
    ids[i] = n == nullptr ? 0 : n->id;
  };
  for (int step = 0; step < steps; ++step) {
    // Half of the slots change seldom: what they hold is older than the cycle.
    uint64_t a = rng() % (rng() % 64 == 0 ? 64 : 32);
    uint64_t r = rng();
    if (local[a] != nullptr) {
      ASSERT_EQ(local[a]->id, ids[a]) << "step " << step;
      Check(local[a]);
    }
    switch (r % 8) {
      case 0:  // new object on the stack
        set(a, NewTree(type, r));
        break;
      case 1: {  // publish
        if (local[a] != nullptr) Store(shared.slot(r >> 8), local[a]);
        if ((r >> 40) % 2 == 0) set(a, nullptr);
        break;
      }
      case 2: {  // take: the heap forgets it, only the stack has it
        Tree** slot = shared.slot(r >> 8);
        set(a, Load(slot));
        Store(slot, nullptr);
        break;
      }
      case 3: {  // link
        Tree* n = local[a];
        Tree* to = local[(r >> 8) % 64];
        if (n != nullptr) Store((r >> 20) % 2 != 0 ? &n->left : &n->right, to);
        break;
      }
      case 4: {  // hide: move a child to the stack and cut the link
        Tree* n = local[a];
        if (n == nullptr) break;
        Check(n);
        Tree** child = (r >> 20) % 2 != 0 ? &n->left : &n->right;
        Tree* c = Load(child);
        Store(child, nullptr);
        set((r >> 8) % 32, c);
        if (c != nullptr) Check(c);
        break;
      }
      case 5: {  // walk
        Tree* n = Load(shared.slot(r >> 8));
        for (int depth = 0; n != nullptr && depth < 50; ++depth) {
          Check(n);
          n = Load((rng() & 1) != 0 ? &n->left : &n->right);
        }
        break;
      }
      case 6: {  // a larger object with a header, filled by typed moves
        auto** array = static_cast<Tree**>(Heap::New(big));
        for (int i = 0; i < 64; ++i) Store(&array[i], local[i]);
        TestType pointer(1, {0});
        entry::gol_rt_typedslicemove(&pointer.type, &array[64], &array[0], 64);
        entry::gol_rt_typedslicemove(&pointer.type, &array[2], &array[0], 40);
        for (int i = 0; i < 64; ++i) ASSERT_EQ(array[64 + i], local[i]);
        // Only the array holds them for a while.
        if (r % 64 != 6) break;
        std::fill(m.roots, m.roots + 64, nullptr);
        m.roots[0] = array;
        m.Safepoint();
        for (uint64_t i = 1; i < 64; ++i) {
          local[i] = Load(&array[64 + i]);
          if (local[i] != nullptr) {
            ASSERT_EQ(local[i]->id, ids[i]);
          }
        }
        entry::gol_rt_typedslicezero(&pointer.type, array, 128);
        set(0, nullptr);
        break;
      }
      case 7:  // garbage
        Heap::Malloc(rng() % 2000, nullptr, true);
        if (r % 1024 == 7) set(a, nullptr);
        break;
    }
    m.Safepoint();
    if (testing::Test::HasFatalFailure()) return;
  }
  for (int i = 0; i < 64; ++i) {
    if (local[i] != nullptr) Check(local[i]);
  }
}

struct Config {
  const char* name;
  HeapOptions options;
  int threads;
  int steps;
};

class GcStressTest : public testing::TestWithParam<int> {};

HeapOptions With(void (*set)(HeapOptions&)) {
  HeapOptions o;
  set(o);
  return o;
}


Config Configs(int i) {
  switch (i) {
    case 0:
      return {"concurrent", With([](HeapOptions& o) { o.gogc = 10; }), 3, 600000 / kScale};
    case 1:
      return {"verified", With([](HeapOptions& o) {
                o.gogc = 20;
                o.verifyheap = o.gccheckmark = o.clobberfree = true;
              }),
              3, 200000 / kScale};
    case 2:
      return {"small buffers, many workers", With([](HeapOptions& o) {
                o.gogc = 10;
                o.wbbufsmall = true;
                o.gc_workers = 4;
                o.clobberfree = true;
              }),
              3, 150000 / kScale};
    case 3:
      return {"stopped", With([](HeapOptions& o) {
                o.gcstoptheworld = 1;
                o.gogc = 10;
              }),
              3, 150000 / kScale};
    case 4:
      return {"stress", With([](HeapOptions& o) {
                o.gcstress = 500;
                o.clobberfree = true;
              }),
              2, 20000 / kScale};
    default:
      return {"oracle", With([](HeapOptions& o) {
                o.gc_threads = false;
                o.gogc = 10;
                o.clobberfree = true;
              }),
              2, 100000 / kScale};
  }
}

TEST_P(GcStressTest, NoObjectIsLost) {
  Config c = Configs(GetParam());
  SCOPED_TRACE(c.name);
  uint64_t seed = Seed();
  RecordProperty("seed", std::to_string(seed));
  TestType tree(4, {0, 1});
  TestType big(512, {});
  std::vector<uint8_t> map(64, 0xff);
  big.type.gcdata = map.data();
  big.type.ptrdata = big.type.size;
  HeapOptions options = c.options;
  options.gctrace = std::getenv("GOL_TEST_TRACE") != nullptr;
  Shared::Types types;
  TestWorld w(options);
  w.scan_delay = std::chrono::microseconds(200);
  w.has_for_each_p = GetParam() % 2 == 0;
  Shared shared(w, types);
  std::atomic<int> busy{c.threads};
  for (int t = 0; t < c.threads; ++t) {
    w.Go([&, t](Mutator& m) {
      Churn(w, m, shared, &tree.type, &big.type, seed + static_cast<uint64_t>(t), c.steps);
      busy.fetch_sub(1);
    });
  }
  // Forced cycles besides those that allocation starts.
  w.Go([&](Mutator& m) {
    for (int i = 0; i < 20 || busy.load() > 0; ++i) {
      w.heap->Gc();
      m.Safepoint();
      w.heap->world().Block([] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
    }
  });
  w.Join();
  EXPECT_GE(w.heap->collector().num_gc(), 20u);
  RecordProperty("cycles", static_cast<int>(w.heap->collector().num_gc()));
  if (std::getenv("GOL_TEST_TRACE") != nullptr) std::fputs(w.trace.c_str(), stderr);
}
INSTANTIATE_TEST_SUITE_P(Configs, GcStressTest, testing::Range(0, 6));

// Binary trees: many small objects with pointers, deep structures built while marking.
TEST(GcStressTreesTest, BinaryTrees) {
  HeapOptions options;
  options.gogc = 50;
  TestWorld w(options);
  TestType tree(4, {0, 1});
  for (int t = 0; t < 2; ++t) {
    w.Go([&](Mutator& m) {
      // Bottom up on an explicit stack of roots, since only those are scanned.
      auto build = [&](auto& self, int depth, uint64_t id, int at) -> void {
        if (depth > 0) {
          self(self, depth - 1, id * 2, at);
          self(self, depth - 1, id * 2 + 1, at + 1);
        }
        Tree* n = NewTree(&tree.type, id);
        if (depth > 0) {
          Store(&n->left, static_cast<Tree*>(m.roots[at]));
          Store(&n->right, static_cast<Tree*>(m.roots[at + 1]));
        }
        m.roots[at] = n;
        m.Safepoint();
      };
      auto count = [&](auto& self, Tree* n, uint64_t id) -> uint64_t {
        if (n == nullptr) return 0;
        if (n->id != id || n->check != Mix(id)) return 1u << 30;
        return 1 + self(self, n->left, id * 2) + self(self, n->right, id * 2 + 1);
      };
      build(build, 14, 1, 40);
      for (int i = 0; i < 100 / kScale; ++i) {
        build(build, 10, 1, 0);
        ASSERT_EQ(count(count, static_cast<Tree*>(m.roots[0]), 1), (1u << 11) - 1);
        m.roots[0] = nullptr;
      }
      ASSERT_EQ(count(count, static_cast<Tree*>(m.roots[40]), 1), (1u << 15) - 1);
    });
  }
  w.Join();
}

}  // namespace
}  // namespace gol::rt
