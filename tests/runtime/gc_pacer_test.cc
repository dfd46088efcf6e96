// The pacer on a simulated heap: goals, triggers, assist ratios, worker shares.
#include <gtest/gtest.h>

#include "runtime/gc/pacer.h"

namespace gol::rt::gc {
namespace {

constexpr uint64_t kMiB = 1 << 20;

TEST(PacerTest, FirstGoalIsTheMinimum) {
  Pacer p(100, INT64_MAX);
  EXPECT_EQ(p.heap_goal(), 4 * kMiB);
  EXPECT_LT(p.trigger(), 4 * kMiB);
  Pacer half(50, INT64_MAX);
  EXPECT_NEAR(static_cast<double>(half.heap_goal()), 4.0 * kMiB, 8);
  Pacer off(-1, INT64_MAX);
  EXPECT_EQ(off.trigger(), UINT64_MAX);
}

void Cycle(Pacer& p, uint64_t live, uint64_t end_live, uint64_t marked, int64_t mark_ns,
           int64_t cpu_ns) {
  p.StartCycle({.now_ns = 0, .heap_live = live, .stack_bytes = 0, .globals_bytes = 0, .num_ps = 4});
  p.EndCycle({.now_ns = mark_ns,
              .heap_live = end_live,
              .heap_marked = marked,
              .heap_scan_work = static_cast<int64_t>(marked),
              .mark_cpu_ns = cpu_ns,
              .user_forced = false});
  p.Commit(0);
}

TEST(PacerTest, GoalIsTwiceTheMarkedHeap) {
  Pacer p(100, INT64_MAX);
  Cycle(p, 90 * kMiB, 100 * kMiB, 80 * kMiB, 10'000'000, 10'000'000);
  EXPECT_EQ(p.heap_goal(), 160 * kMiB);
  EXPECT_GE(p.trigger(), 80 * kMiB + 56 * kMiB);
  EXPECT_LE(p.trigger(), 80 * kMiB + 76 * kMiB);
  p.SetGogc(200);
  p.Commit(0);
  EXPECT_EQ(p.heap_goal(), 240 * kMiB);
}

TEST(PacerTest, SmallHeapsCollectAtMostOncePerMegabyte) {
  Pacer p(1, INT64_MAX);
  EXPECT_EQ(p.heap_goal(), 4 * kMiB);
  Cycle(p, 4 * kMiB, 4 * kMiB, 100 << 10, 1'000'000, 1'000'000);
  EXPECT_EQ(p.heap_goal(), kMiB + (100 << 10));
  EXPECT_EQ(p.trigger(), kMiB + (100 << 10));
  Pacer limited(1, 2 * kMiB);
  Cycle(limited, 2 * kMiB, 2 * kMiB, 1900 << 10, 1'000'000, 1'000'000);
  EXPECT_LT(limited.trigger(), 2 * kMiB);
}

TEST(PacerTest, RunwayGrowsWithTheAllocationRate) {
  Pacer slow(100, INT64_MAX);
  Pacer fast(100, INT64_MAX);
  for (int i = 0; i < 5; ++i) {
    Cycle(slow, 150 * kMiB, 151 * kMiB, 80 * kMiB, 10'000'000, 10'000'000);
    Cycle(fast, 140 * kMiB, 160 * kMiB, 80 * kMiB, 10'000'000, 10'000'000);
  }
  EXPECT_GT(slow.trigger(), fast.trigger());
}

TEST(PacerTest, MemoryLimitBoundsTheGoal) {
  Pacer p(100, 100 * kMiB);
  Cycle(p, 90 * kMiB, 92 * kMiB, 80 * kMiB, 10'000'000, 10'000'000);
  EXPECT_LT(p.heap_goal(), 100 * kMiB);
  EXPECT_GE(p.heap_goal(), 80 * kMiB);
  p.SetMemoryLimit(50 * kMiB);
  p.Commit(0);
  EXPECT_EQ(p.heap_goal(), 80 * kMiB);
}

TEST(PacerTest, WorkersTakeAQuarter) {
  struct Row {
    int ps, dedicated;
    double fraction;
  } rows[] = {{1, 0, 0.25}, {2, 0, 0.5}, {3, 1, 0}, {4, 1, 0}, {6, 1, 0.5}, {8, 2, 0}, {16, 4, 0}};
  for (const Row& r : rows) {
    Pacer p(100, INT64_MAX);
    p.StartCycle(
        {.now_ns = 0, .heap_live = 0, .stack_bytes = 0, .globals_bytes = 0, .num_ps = r.ps});
    double total = p.dedicated_workers() + p.fractional_utilization();
    EXPECT_NEAR(total, 0.25 * r.ps, 0.3 * 0.25 * r.ps) << r.ps;
    if (r.ps != 6 && r.ps != 3) {
      EXPECT_EQ(p.dedicated_workers(), r.dedicated) << r.ps;
      EXPECT_NEAR(p.fractional_utilization(), r.fraction, 0.01) << r.ps;
    }
  }
}

TEST(PacerTest, AssistsFinishTheWorkBeforeTheGoal) {
  Pacer p(100, INT64_MAX);
  Cycle(p, 150 * kMiB, 155 * kMiB, 80 * kMiB, 10'000'000, 10'000'000);
  uint64_t live = p.trigger();
  p.StartCycle({.now_ns = 0, .heap_live = live, .stack_bytes = 0, .globals_bytes = 0, .num_ps = 4});
  // A program that does nothing but assist, in steps of 64 KiB of allocation.
  double done = 0;
  while (done < 80.0 * kMiB) {
    live += 64 << 10;
    done += p.assist_work_per_byte() * (64 << 10);
    p.Revise(live, static_cast<int64_t>(done));
    ASSERT_LE(live, p.heap_goal() + kMiB);
  }
}

}  // namespace
}  // namespace gol::rt::gc
