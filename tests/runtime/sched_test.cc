// The scheduler: goroutines start, yield, park, block, sleep; the world stops; runtimes end.
#include "runtime/sched/sched.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "sched_test_util.h"

namespace gol::rt {
namespace {

using testing::Go;
using testing::Gosched;
using testing::TestRuntime;

Runtime::Options Options(int gomaxprocs) {
  Runtime::Options o;
  o.gomaxprocs = gomaxprocs;
  return o;
}


TEST(Sched, RunsMain) {
  TestRuntime rt;
  bool ran = false;
  Outcome o = rt.Run([&] {
    ran = true;
    EXPECT_NE(CurrentG(), nullptr);
    EXPECT_EQ(CurrentRuntime(), &rt.runtime);
    EXPECT_FALSE(IsOnSystemStack());
    OnSystemStack([] { EXPECT_TRUE(IsOnSystemStack()); });
    EXPECT_EQ(OnSystemStack([] { return 7; }), 7);
  });
  EXPECT_TRUE(ran);
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(CurrentG(), nullptr);
}

TEST(Sched, RunsTwice) {
  TestRuntime rt;
  for (int i = 0; i < 100; i++) {
    int x = 0;
    EXPECT_TRUE(rt.Run([&] { x = i; }).ok());
    EXPECT_EQ(x, i);
  }
}

TEST(Sched, Exit) {
  TestRuntime rt;
  Outcome o = rt.Run([] { CurrentRuntime()->Exit(3); });
  EXPECT_EQ(o.kind, Outcome::kExit);
  EXPECT_EQ(o.exit_code, 3);
}

TEST(Sched, ManyGoroutines) {
  TestRuntime rt;
  std::atomic<int> count{0};
  constexpr int kN = 2000;
  Outcome o = rt.Run([&] {
    for (int i = 0; i < kN; i++) {
      Go([&] {
        for (int j = 0; j < 3; j++) Gosched();
        count.fetch_add(1);
      });
    }
    while (count.load() != kN) Gosched();
  });
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(count.load(), kN);
}

TEST(Sched, GoroutinesStandStillBetweenRuns) {
  TestRuntime rt;
  std::atomic<int64_t> count{0};
  rt.Run([&] {
    Go([&] {
      for (;;) {
        count.fetch_add(1);
        Gosched();
      }
    });
    while (count.load() < 100) Gosched();
  });
  int64_t before = count.load();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(count.load(), before);
  rt.Run([&] {
    while (count.load() == before) Gosched();
  });
  EXPECT_GT(count.load(), before);
}

TEST(Sched, SleepOrder) {
  TestRuntime rt;
  std::vector<int> order;
  std::atomic<int> done{0};
  Lock lock;
  int64_t start = NanoTime();
  Outcome o = rt.Run([&] {
    for (int i : {3, 1, 2}) {
      Go([&, i] {
        CurrentRuntime()->sched().Sleep(i * 20000000);
        {
          LockGuard guard(lock);
          order.push_back(i);
        }
        done.fetch_add(1);
      });
    }
    CurrentRuntime()->sched().Sleep(80000000);
    while (done.load() != 3) Gosched();
  });
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
  EXPECT_GE(NanoTime() - start, 80000000);
}

TEST(Sched, Deadlock) {
  TestRuntime rt;
  Outcome o = rt.Run([] {
    CurrentRuntime()->sched().Park(nullptr, nullptr, WaitReason::kChanReceive);
  });
  EXPECT_EQ(o.kind, Outcome::kDeadlock);
  EXPECT_EQ(o.exit_code, 2);
  EXPECT_EQ(rt.output,
            "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\n");
  // The runtime is usable afterwards.
  EXPECT_TRUE(rt.Run([] {}).ok());
}

TEST(Sched, FatalOnSystemStack) {
  TestRuntime rt;
  Outcome o = rt.Run([] { OnSystemStack([] { Fatal("concurrent map writes"); }); });
  EXPECT_EQ(o.kind, Outcome::kFatal);
  EXPECT_EQ(o.text, "fatal error: concurrent map writes");
  EXPECT_TRUE(rt.Run([] {}).ok());
}

TEST(Sched, BlockingRegionGivesThePAway) {
  TestRuntime rt(Options(1));
  std::atomic<bool> other{false};
  Outcome o = rt.Run([&] {
    Go([&] { other = true; });
    BlockingRegion region;
    int64_t deadline = NanoTime() + 5000000000;
    while (!other.load() && NanoTime() < deadline) usleep(100);
  });
  EXPECT_TRUE(o.ok());
  EXPECT_TRUE(other.load());
}

TEST(Sched, EndInterruptsBlockedThreads) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  {
    TestRuntime rt(Options(2));
    std::atomic<bool> blocked{false};
    Outcome o = rt.Run([&] {
      Go([&] {
        char c;
        blocked = true;
        BlockingRegion region;
        while (read(fds[0], &c, 1) < 0 && errno != EINTR) {
        }
      });
      while (!blocked.load()) Gosched();
      CurrentRuntime()->sched().Sleep(1000000);
    });
    EXPECT_TRUE(o.ok());
  }
  close(fds[0]);
  close(fds[1]);
}

TEST(Sched, StopTheWorld) {
  TestRuntime rt(Options(4));
  std::atomic<int64_t> count{0};
  Outcome o = rt.Run([&] {
    for (int i = 0; i < 4; i++) {
      Go([&] {
        for (;;) {
          count.fetch_add(1);
          CurrentRuntime()->sched().PollSafepoint();
        }
      });
    }
    Sched& s = CurrentRuntime()->sched();
    for (int i = 0; i < 15; i++) {
      s.StopTheWorld(StopReason::kOther);
      int64_t before = count.load();
      for (int j = 0; j < 1000; j++) CpuRelax();
      EXPECT_EQ(count.load(), before);
      s.StartTheWorld();
      Gosched();
    }
  });
  EXPECT_TRUE(o.ok());
}

TEST(Sched, StopTheWorldFromOutside) {
  TestRuntime rt(Options(2));
  std::atomic<int64_t> count{0};
  std::atomic<bool> stop{false};
  std::thread outside([&] {
    while (count.load() == 0) usleep(100);
    for (int i = 0; i < 50; i++) {
      rt.sched().StopTheWorld(StopReason::kOther);
      int64_t before = count.load();
      for (int j = 0; j < 1000; j++) CpuRelax();
      EXPECT_EQ(count.load(), before);
      rt.sched().StartTheWorld();
    }
    stop = true;
  });
  Outcome o = rt.Run([&] {
    while (!stop.load()) {
      count.fetch_add(1);
      CurrentRuntime()->sched().PollSafepoint();
    }
  });
  outside.join();
  EXPECT_TRUE(o.ok());
}

// Each P is visited once a round, while goroutines compute, park, block and switch.
TEST(Sched, ForEachPVisitsEachPOnce) {
  TestRuntime rt(Options(4));
  std::atomic<bool> stop{false};
  std::thread visitor;
  std::atomic<int64_t> rounds{0};
  std::atomic<int64_t> progress{0};
  Outcome o = rt.Run([&] {
    Sched& sched = CurrentRuntime()->sched();
    for (int i = 0; i < 3; i++) {
      Go([&] {
        while (!stop.load()) {
          progress.fetch_add(1);
          CurrentRuntime()->sched().PollSafepoint();
        }
      });
    }
    for (int i = 0; i < 3; i++) {
      Go([&] {
        while (!stop.load()) {
          BlockingRegion region;
          usleep(300);
        }
      });
    }
    visitor = std::thread([&sched, &rounds] {
      for (int round = 0; round < 300; round++) {
        std::atomic<int> visits[4] = {};
        sched.AcquireWorld(WaitReason::kGarbageCollection);
        sched.ForEachP([&](P& p) {
          visits[p.id].fetch_add(1);
        });
        sched.ReleaseWorld();
        for (int i = 0; i < 4; i++) EXPECT_EQ(visits[i].load(), 1) << i;
        rounds.fetch_add(1);
      }
    });
    while (rounds.load() < 300) sched.Sleep(200000);
    stop.store(true);
    sched.Sleep(2000000);
  });
  visitor.join();
  EXPECT_TRUE(o.ok());
  EXPECT_GT(progress.load(), 300);
}

TEST(Sched, LongRunnersAreMadeToYield) {
  TestRuntime rt(Options(1));
  std::atomic<bool> other{false};
  Outcome o = rt.Run([&] {
    Go([&] { other = true; });
    while (!other.load()) CurrentRuntime()->sched().PollSafepoint();
  });
  EXPECT_TRUE(o.ok());
}

// Reads stacks of others as the collector does, red zones included.
__attribute__((no_sanitize("address"))) int CountWords(StackRange r, uint64_t word) {
  int n = 0;
  for (uint64_t a = r.lo; a < r.hi; a += 8) {
    n += *reinterpret_cast<volatile uint64_t*>(a) == word;
  }
  return n;
}

TEST(Sched, ScanGoroutines) {
  TestRuntime rt(Options(2));
  std::atomic<bool> stop{false};
  std::atomic<int> scans{0};
  uint64_t needle = 0x1234567812345678;
  std::thread scanner([&] {
    while (rt.sched().g_count() < 3) usleep(100);
    usleep(1000);
    for (int round = 0; round < 200; round++) {
      int found = 0;
      rt.sched().ForEachG([&](G& g) {
        rt.sched().ScanGoroutine(g, [&](StackRange r) {
          found += CountWords(r, needle + 1);
        });
      });
      EXPECT_GE(found, 2);
      scans.fetch_add(1);
    }
    stop = true;
  });
  Outcome o = rt.Run([&] {
    auto body = [&] {
      volatile uint64_t on_stack = needle + 1;
      while (!stop.load()) {
        CurrentRuntime()->sched().PollSafepoint();
        Gosched();
      }
      EXPECT_EQ(on_stack, needle + 1);
    };
    for (int i = 0; i < 2; i++) Go(body);
    while (!stop.load()) Gosched();
  });
  scanner.join();
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(scans.load(), 200);
}

TEST(Sched, Gomaxprocs) {
  TestRuntime rt(Options(2));
  std::atomic<int> done{0};
  Outcome o = rt.Run([&] {
    Sched& s = CurrentRuntime()->sched();
    for (int n : {1, 4, 2, 8, 1, 3}) {
      s.SetGomaxprocs(n);
      EXPECT_EQ(s.gomaxprocs(), n);
      int before = done.load();
      for (int i = 0; i < 50; i++) {
        Go([&] {
          Gosched();
          done.fetch_add(1);
        });
      }
      while (done.load() != before + 50) Gosched();
    }
  });
  EXPECT_TRUE(o.ok());
}

TEST(Sched, LockOSThread) {
  TestRuntime rt(Options(2));
  Outcome o = rt.Run([&] {
    Sched& s = CurrentRuntime()->sched();
    s.LockOSThread();
    M* m = CurrentM();
    std::atomic<bool> stop{false};
    for (int i = 0; i < 3; i++) {
      Go([&] {
        while (!stop.load()) Gosched();
      });
    }
    for (int i = 0; i < 100; i++) {
      Gosched();
      EXPECT_EQ(CurrentM(), m);
    }
    s.Sleep(1000000);
    EXPECT_EQ(CurrentM(), m);
    stop = true;
    s.UnlockOSThread();
    Gosched();
  });
  EXPECT_TRUE(o.ok());
}

TEST(Sched, NumGoroutine) {
  TestRuntime rt;
  rt.Run([&] {
    EXPECT_EQ(CurrentRuntime()->sched().num_goroutines(), 1);
    std::atomic<bool> stop{false};
    std::atomic<int> ended{0};
    for (int i = 0; i < 5; i++) {
      Go([&] {
        while (!stop.load()) Gosched();
        ended.fetch_add(1);
      });
    }
    EXPECT_EQ(CurrentRuntime()->sched().num_goroutines(), 6);
    stop = true;
    while (ended.load() != 5) Gosched();
  });
}

TEST(Sched, TwoRuntimesAtOnce) {
  TestRuntime a(Options(2));
  TestRuntime b(Options(2));
  auto work = [](TestRuntime& rt) {
    std::atomic<int> count{0};
    Outcome o = rt.Run([&] {
      for (int i = 0; i < 300; i++) {
        Go([&] {
          EXPECT_EQ(CurrentRuntime(), &rt.runtime);
          Gosched();
          count.fetch_add(1);
        });
      }
      while (count.load() != 300) Gosched();
    });
    EXPECT_TRUE(o.ok());
  };
  std::thread ta([&] { work(a); });
  std::thread tb([&] { work(b); });
  ta.join();
  tb.join();
}

int CountThreads() {
  int n = 0;
  for (int i = 0; i < 200; i++) {
    n = 0;
    FILE* f = popen(("ls /proc/" + std::to_string(getpid()) + "/task | wc -l").c_str(), "r");
    EXPECT_EQ(fscanf(f, "%d", &n), 1);
    pclose(f);
    if (n == 1) break;
    usleep(1000);
  }
  return n;
}

TEST(Sched, DestructionGivesThreadsBack) {
  int before = CountThreads();
  for (int i = 0; i < 30; i++) {
    TestRuntime rt;
    rt.Run([&] {
      for (int j = 0; j < 10; j++) {
        Go([] { CurrentRuntime()->sched().Park(nullptr, nullptr, WaitReason::kSelectNoCases); });
      }
      Gosched();
    });
  }
  EXPECT_EQ(CountThreads(), before);
}

}  // namespace
}  // namespace gol::rt
