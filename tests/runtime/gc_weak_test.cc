// Weak pointers: one handle per address, emptied when the object dies, also while others read them.
#include <gtest/gtest.h>

#include "runtime/abi/entry_points.h"
#include "runtime/mem/mheap.h"
#include "test_world.h"

namespace gol::rt {
namespace {

HeapOptions Options(bool stopped) {
  HeapOptions o;
  o.verifyheap = true;
  o.gcstoptheworld = stopped ? 1 : 0;
  return o;
}

class WeakTest : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Modes, WeakTest, testing::Bool());

TEST_P(WeakTest, EmptiedWhenTheObjectDies) {
  TestWorld w(Options(GetParam()));
  TestType node(2, {0});
  TestType word(1, {});
  w.Run([&](Mutator& m) {
    gc::Collector& gc = w.heap->collector();
    void* kept = Heap::New(&node.type);
    m.roots[0] = kept;
    void* handle = gc.WeakHandle(kept, Heap::New(&word.type));
    m.roots[1] = handle;
    EXPECT_EQ(gc.WeakHandle(kept, Heap::New(&word.type)), handle);
    void* inner = static_cast<char*>(kept) + 8;
    void* inner_handle = gc.WeakHandle(inner, Heap::New(&word.type));
    m.roots[2] = inner_handle;
    EXPECT_NE(inner_handle, handle);
    void* lost_handle = gc.WeakHandle(Heap::New(&node.type), Heap::New(&word.type));
    m.roots[3] = lost_handle;
    EXPECT_NE(gc.WeakValue(lost_handle), nullptr);
    w.heap->Gc();
    w.heap->Gc();
    EXPECT_EQ(gc.WeakValue(handle), kept);
    EXPECT_EQ(gc.WeakValue(inner_handle), inner);
    EXPECT_EQ(gc.WeakValue(lost_handle), nullptr);
    m.roots[0] = nullptr;
    w.heap->Gc();
    EXPECT_EQ(gc.WeakValue(handle), nullptr);
    EXPECT_EQ(gc.WeakValue(inner_handle), nullptr);
    static int outside;
    EXPECT_EQ(gc.WeakHandle(&outside, Heap::New(&word.type)), nullptr);
  });
}

TEST_P(WeakTest, ReadWhileCollecting) {
  TestWorld w(Options(GetParam()));
  TestType node(2, {0});
  TestType word(1, {});
  w.Run([&](Mutator& m) {
    gc::Collector& gc = w.heap->collector();
    int alive = 0;
    for (int i = 0; i < 20000; ++i) {
      auto* n = static_cast<uint64_t*>(Heap::New(&node.type));
      n[1] = 42;
      void*& handle = m.roots[i % 32];
      if (handle != nullptr) {
        if (auto* old = static_cast<uint64_t*>(gc.WeakValue(handle))) {
          m.roots[63] = old;
          ASSERT_EQ(old[1], 42u);
          ++alive;
        }
      }
      m.roots[62] = n;
      handle = gc.WeakHandle(n, Heap::New(&word.type));
      if (i % 1000 == 999) w.heap->Gc();
      m.Safepoint();
    }
    EXPECT_GT(alive, 0);
  });
}

}  // namespace
}  // namespace gol::rt
