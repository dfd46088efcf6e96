// Heap and collector under the real scheduler: goroutines whose stacks, registers and frames are
// the roots.
#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "runtime/abi/entry_points.h"
#include "runtime/gc/barrier.h"
#include "runtime/gc/collector.h"
#include "runtime/mem/mheap.h"
#include "sched_test_util.h"
#include "test_world.h"

namespace gol::rt {
namespace {

using testing::Go;
using testing::Gosched;
using testing::TestRuntime;

struct Tree {
  Tree* left;
  Tree* right;
  uint64_t id;
};

// Frames are not compiled code: nothing polls but allocation and this.
void Poll() { CurrentRuntime()->sched().PollSafepoint(); }

[[gnu::noinline]] Tree* Build(const Type* t, int depth, uint64_t id) {
  Poll();
  Tree* left = depth > 0 ? Build(t, depth - 1, id * 2) : nullptr;
  Tree* right = depth > 0 ? Build(t, depth - 1, id * 2 + 1) : nullptr;
  auto* n = static_cast<Tree*>(Heap::New(t));
  gc::StorePointer(reinterpret_cast<void**>(&n->left), left);
  gc::StorePointer(reinterpret_cast<void**>(&n->right), right);
  n->id = id;
  return n;
}

uint64_t Count(const Tree* n, uint64_t id) {
  if (n == nullptr) return 0;
  if (n->id != id) return 1u << 30;
  return 1 + Count(n->left, id * 2) + Count(n->right, id * 2 + 1);
}

struct Param {
  const char* godebug;
  int procs;
  int rounds;
};

class GcRuntimeTest : public ::testing::TestWithParam<Param> {};
INSTANTIATE_TEST_SUITE_P(
    Modes, GcRuntimeTest,
    ::testing::Values(Param{"", 1, 60}, Param{"", 2, 60}, Param{"", 4, 60},
                      Param{"gccheckmark=1,verifyheap=1,clobberfree=1", 4, 30},
                      Param{"gcstoptheworld=1,clobberfree=1", 4, 60},
                      Param{"gcstress=200,clobberfree=1", 2, 6},
                      Param{"wbbufsmall=1,clobberfree=1", 4, 30}));

TEST_P(GcRuntimeTest, TreesOnGoroutineStacks) {
  Runtime::Options options;
  options.godebug = GetParam().godebug;
  options.gomaxprocs = GetParam().procs;
  options.gogc = 30;
  TestRuntime rt(options);
  TestType tree(3, {0, 1});
  std::atomic<int> left{4};
  std::atomic<int> bad{0};
  uint32_t cycles = 0;
  Outcome end = rt.Run([&] {
    for (int i = 0; i < 4; ++i) {
      Go([&] {
        Tree* keep = Build(&tree.type, 10, 1);
        for (int round = 0; round < GetParam().rounds; ++round) {
          Tree* t = Build(&tree.type, 8, 1);
          Gosched();
          if (Count(t, 1) != (1u << 9) - 1) bad.fetch_add(1);
          if (round % 16 == 5) CurrentRuntime()->heap().Gc();
        }
        if (Count(keep, 1) != (1u << 11) - 1) bad.fetch_add(1);
        left.fetch_sub(1);
      });
    }
    while (left.load() != 0) Gosched();
    cycles = CurrentRuntime()->heap().collector().num_gc();
  });
  EXPECT_TRUE(end.ok()) << end.text;
  EXPECT_EQ(bad.load(), 0);
  EXPECT_GT(cycles, 0u);
}

TEST(GcRuntimeLifeTest, EndsWhileACycleIsAskedFor) {
  for (int i = 0; i < 20; ++i) {
    Runtime::Options options;
    options.gomaxprocs = 2;
    TestRuntime rt(options);
    Outcome end = rt.Run([&] {
      for (int k = 0; k < 3000; ++k) Heap::Malloc(2048, nullptr, true);
    });
    EXPECT_TRUE(end.ok());
  }
}

TEST(GcRuntimeLifeTest, RunsAgainAndAgain) {
  TestRuntime rt;
  for (int i = 0; i < 20; ++i) {
    Outcome end = rt.Run([&] {
      for (int k = 0; k < 1000; ++k) Heap::Malloc(10000, nullptr, true);
      CurrentRuntime()->heap().Gc();
    });
    EXPECT_TRUE(end.ok());
  }
  EXPECT_GE(rt.runtime.heap().collector().num_gc(), 20u);
}

// A goroutine that is stopped for a scan of its stack is not asleep, even if it is the only one.
TEST(GcRuntimeLifeTest, AScannedGoroutineIsNoDeadlock) {
  for (int procs : {1, 2}) {
    Runtime::Options options;
    options.gomaxprocs = procs;
    options.gogc = 10;
    TestRuntime rt(options);
    Outcome end = rt.Run([&] {
      for (int k = 0; k < 1000000; ++k) {
        Heap::Malloc(16 + k % 64, nullptr, true);
        if (k % 64 == 0) Poll();
      }
    });
    EXPECT_TRUE(end.ok()) << end.text;
    EXPECT_GT(rt.runtime.heap().collector().num_gc(), 5u);
  }
}

TEST(GcRuntimeLifeTest, FinalizersRunInAGoroutine) {
  TestRuntime rt;
  static std::atomic<int> ran;
  ran = 0;
  TestType pair(2, {0});
  Outcome end = rt.Run([&] {
    Heap& heap = CurrentRuntime()->heap();
    static char fn;
    for (int i = 0; i < 100; ++i) {
      heap.SetFinalizer(Heap::New(&pair.type), [](void*, void*) { ran.fetch_add(1); }, &fn);
    }
    for (int i = 0; i < 5; ++i) {
      heap.Gc();
      for (int k = 0; k < 10; ++k) Gosched();
    }
  });
  EXPECT_TRUE(end.ok());
  // Frames are scanned conservatively: a few may be kept by what is left on the stack.
  EXPECT_GE(ran.load(), 90);
}

TEST(GcRuntimeLifeTest, TraceGoesToTheWriter) {
  Runtime::Options options;
  options.godebug = "gctrace=1";
  TestRuntime rt(options);
  rt.Run([&] { CurrentRuntime()->heap().Gc(); });
  EXPECT_EQ(rt.output.substr(0, 6), "gc 1 @") << rt.output;
  EXPECT_NE(rt.output.find("(forced)\n"), std::string::npos);
}

}  // namespace
}  // namespace gol::rt
