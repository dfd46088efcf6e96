// Scheduler and collector together: goroutines build and check linked structures while collections
// run, in every collector mode.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <string>

#include "runtime/abi/entry_points.h"
#include "runtime/chan/chan.h"
#include "runtime/gc/memstats.h"
#include "runtime/mem/mheap.h"
#include "sched_test_util.h"
#include "split_stack_funcs.h"

namespace gol::rt {
namespace {

using namespace entry;
using testing::Go;
using testing::Gosched;
using testing::TestRuntime;

struct Node {
  Node* left;
  Node* right;
  int64_t value;
};
constexpr uint8_t kNodePtrs[] = {3};
constexpr Type kNodeType = {.size = sizeof(Node),
                            .ptrdata = 16,
                            .hash = 1,
                            .tflag = 0,
                            .align = 8,
                            .field_align = 8,
                            .kind = kStruct,
                            .equal = nullptr,
                            .gcdata = kNodePtrs,
                            .str = {"main.Node", 9},
                            .ptr_to_this = nullptr,
                            .uncommon = nullptr};
constexpr uint8_t kOnePtr[] = {1};
constexpr Type kNodePtrType = {.size = 8,
                               .ptrdata = 8,
                               .hash = 2,
                               .tflag = 0,
                               .align = 8,
                               .field_align = 8,
                               .kind = kPointer,
                               .equal = nullptr,
                               .gcdata = kOnePtr,
                               .str = {"*main.Node", 10},
                               .ptr_to_this = nullptr,
                               .uncommon = nullptr};

const ChanType* NodeChan() {
  static const ChanType type = [] {
    ChanType t{};
    t.size = 8;
    t.ptrdata = 8;
    t.kind = kChan;
    t.elem = &kNodePtrType;
    t.dir = kChanBoth;
    return t;
  }();
  return &type;
}

Node* NewTree(int depth, int64_t value) {
  Node* n = static_cast<Node*>(gol_rt_newobject(const_cast<Type*>(&kNodeType)));
  n->value = value;
  if (depth > 0) {
    gol_rt_gcWriteBarrier(&n->left, NewTree(depth - 1, value * 2));
    gol_rt_gcWriteBarrier(&n->right, NewTree(depth - 1, value * 2 + 1));
  }
  return n;
}

int64_t Check(const Node* n, int depth, int64_t value) {
  if (n->value != value) return 1000000000;
  if (depth == 0) return 1;
  return 1 + Check(n->left, depth - 1, value * 2) + Check(n->right, depth - 1, value * 2 + 1);
}

void Churn(Runtime::Options options, int goroutines, int rounds) {
  TestRuntime rt(options);
  int collections = 0;
  Outcome o = rt.Run([&] {
    std::atomic<int> done{0};
    // Trees travel through a channel: made by one goroutine, checked by another.
    hchan* c = MakeChan(NodeChan(), 3);
    for (int g = 0; g < goroutines; g++) {
      Go([&, g] {
        Node* kept = NewTree(8, g + 1);
        for (int i = 0; i < rounds; i++) {
          Node* n = NewTree(5, i + 1);
          gol_rt_chansend1(c, &n);
          n = nullptr;
          Node* m = nullptr;
          gol_rt_chanrecv1(c, &m);
          EXPECT_EQ(Check(m, 5, m->value), 63);
          if (i % 16 == 0) EXPECT_EQ(Check(kept, 8, g + 1), 511);
          if (i % 7 == 0) testing::Deep(500);
          CurrentRuntime()->sched().PollSafepoint();
        }
        EXPECT_EQ(Check(kept, 8, g + 1), 511);
        done.fetch_add(1);
      });
    }
    while (done.load() != goroutines) {
      CurrentRuntime()->heap().Gc();
      collections++;
      Gosched();
    }
  });
  EXPECT_TRUE(o.ok()) << o.text;
  EXPECT_GT(collections, 0);
  printf("%d collections\n", collections);
}

TEST(World, Concurrent) {
  for (int procs : {1, 2, 4}) {
    Runtime::Options options;
    options.gomaxprocs = procs;
    Churn(options, 8, 300);
  }
}

TEST(World, StopTheWorldMode) {
  Runtime::Options options;
  options.gomaxprocs = 2;
  options.godebug = "gcstoptheworld=1";
  Churn(options, 4, 200);
}

TEST(World, Stress) {
  Runtime::Options options;
  options.gomaxprocs = 2;
  options.godebug = "gcstress=97";
  Churn(options, 3, 30);
}

TEST(World, VerifiedAndChecked) {
  Runtime::Options options;
  options.gomaxprocs = 2;
  options.godebug = "verifyheap=1,gccheckmark=1,clobberfree=1";
  Churn(options, 4, 100);
}

// Garbage stays bounded with a small heap and automatic collections only.
TEST(World, AutomaticCollections) {
  Runtime::Options options;
  options.gomaxprocs = 2;
  TestRuntime rt(options);
  Outcome o = rt.Run([&] {
    for (int i = 0; i < 3000; i++) {
      NewTree(9, 1);
      CurrentRuntime()->sched().PollSafepoint();  // as the prologues of compiled code do
    }
    MemStats stats;
    CurrentRuntime()->heap().ReadMemStats(&stats);
    EXPECT_GT(stats.num_gc, 2u);
    EXPECT_LT(stats.heap_alloc, 30u << 20);
  });
  EXPECT_TRUE(o.ok()) << o.text << rt.output;
}

// Values that only a blocked sender or receiver refers to survive.
TEST(World, BlockedGoroutinesKeepTheirValues) {
  TestRuntime rt;
  Outcome o = rt.Run([&] {
    hchan* c = MakeChan(NodeChan(), 0);
    for (int i = 0; i < 50; i++) {
      Go([c, i] {
        Node* n = NewTree(4, i + 1);
        gol_rt_chansend1(c, &n);
      });
    }
    for (int i = 0; i < 100; i++) Gosched();
    CurrentRuntime()->heap().Gc();
    for (int i = 0; i < 1000; i++) NewTree(4, 7);
    CurrentRuntime()->heap().Gc();
    for (int i = 0; i < 50; i++) {
      Node* n = nullptr;
      gol_rt_chanrecv1(c, &n);
      EXPECT_EQ(Check(n, 4, n->value), 31);
    }
  });
  EXPECT_TRUE(o.ok()) << o.text << rt.output;
}

TEST(World, RuntimesComeAndGo) {
  for (int i = 0; i < 40; i++) {
    TestRuntime rt;
    Outcome o = rt.Run([&] {
      hchan* c = MakeChan(NodeChan(), 0);
      for (int j = 0; j < 5; j++) {
        Go([c] {
          Node* n = NewTree(3, 1);
          gol_rt_chansend1(c, &n);  // for ever
        });
      }
      for (int j = 0; j < 20; j++) NewTree(6, 1);
      Gosched();
    });
    EXPECT_TRUE(o.ok()) << o.text << rt.output;
  }
}

int64_t ResidentKb() {
  FILE* f = fopen("/proc/self/status", "r");
  char line[256];
  int64_t kb = 0;
  while (fgets(line, sizeof(line), f) != nullptr) {
    if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
  }
  fclose(f);
  return kb;
}

int CountLines(const char* path) {
  FILE* f = fopen(path, "r");
  int n = 0;
  for (int c; (c = fgetc(f)) != EOF;) n += c == '\n';
  fclose(f);
  return n;
}

// Runtimes that end with goroutines still blocked leave nothing behind.
TEST(World, MemoryOfEndedRuntimesIsGivenBack) {
  auto once = [] {
    TestRuntime rt;
    Outcome o = rt.Run([&] {
      hchan* c = MakeChan(NodeChan(), 0);
      for (int j = 0; j < 10; j++) {
        CurrentRuntime()->sched().NewNative(
            [](void* arg) {
              Node* n = NewTree(3, 1);
              testing::CallAtDepth(
                  1000, [](void* p) { gol_rt_chansend1(static_cast<void**>(p)[0], static_cast<void**>(p)[1]); },
                  std::array<void*, 2>{arg, &n}.data());
            },
            c, {.stack_class = 1});
      }
      for (int j = 0; j < 20; j++) Gosched();
    });
    EXPECT_TRUE(o.ok());
  };
  for (int i = 0; i < 50; i++) once();
  int64_t kb = ResidentKb();
  int maps = CountLines("/proc/self/maps");
  for (int i = 0; i < 200; i++) once();
#if !defined(GOL_ASAN) && !defined(GOL_TSAN)
  EXPECT_LT(ResidentKb(), kb + 2048);
  EXPECT_LE(CountLines("/proc/self/maps"), maps + 4);
#endif
}

}  // namespace
}  // namespace gol::rt
