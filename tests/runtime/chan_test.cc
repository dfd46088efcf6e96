// Channels, select, semaphores, condition lists.
#include "runtime/chan/chan.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <vector>

#include "runtime/sched/sema.h"
#include "sched_test_util.h"

namespace gol::rt {

using namespace entry;
namespace {

using testing::Go;
using testing::Gosched;
using testing::TestRuntime;

constexpr Type kIntType = {.size = 8,
                           .ptrdata = 0,
                           .hash = 1,
                           .tflag = kTFlagNamed | kTFlagComparable | kTFlagRegularMemory,
                           .align = 8,
                           .field_align = 8,
                           .kind = kInt,
                           .equal = nullptr,
                           .gcdata = nullptr,
                           .str = {"int", 3},
                           .ptr_to_this = nullptr,
                           .uncommon = nullptr};

const ChanType* IntChan() {
  static const ChanType type = [] {
    ChanType t{};
    t.size = 8;
    t.ptrdata = 8;
    t.kind = kChan;
    t.elem = &kIntType;
    t.dir = kChanBoth;
    return t;
  }();
  return &type;
}

void Send(hchan* c, int64_t v) { gol_rt_chansend1(c, &v); }
int64_t Recv(hchan* c) {
  int64_t v = -1;
  gol_rt_chanrecv1(c, &v);
  return v;
}

TEST(Chan, Unbuffered) {
  TestRuntime rt;
  Outcome o = rt.Run([] {
    hchan* c = MakeChan(IntChan(), 0);
    Go([c] {
      for (int i = 0; i < 1000; i++) Send(c, i);
      ChanClose(c);
    });
    for (int i = 0; i < 1000; i++) EXPECT_EQ(Recv(c), i);
    int64_t v = 5;
    EXPECT_FALSE(gol_rt_chanrecv2(c, &v));
    EXPECT_EQ(v, 0);
  });
  EXPECT_TRUE(o.ok());
}

TEST(Chan, Buffered) {
  TestRuntime rt;
  Outcome o = rt.Run([] {
    hchan* c = MakeChan(IntChan(), 7);
    EXPECT_EQ(c->dataqsiz, 7);
    int64_t x = 1;
    for (int i = 0; i < 7; i++) EXPECT_TRUE(ChanSend(c, &x, false));
    EXPECT_FALSE(ChanSend(c, &x, false));
    EXPECT_EQ(c->qcount, 7);
    for (int i = 0; i < 7; i++) EXPECT_EQ(Recv(c), 1);
    bool received;
    EXPECT_FALSE(ChanRecv(c, &x, false, &received));
    constexpr int kSenders = 5, kEach = 500;
    std::atomic<int> left{kSenders};
    for (int s = 0; s < kSenders; s++) {
      Go([&left, c, s] {
        for (int i = 0; i < kEach; i++) Send(c, s * kEach + i);
        if (left.fetch_sub(1) == 1) ChanClose(c);
      });
    }
    std::vector<int> last(kSenders, -1);
    int64_t n = 0;
    int64_t v;
    while (gol_rt_chanrecv2(c, &v)) {
      int s = static_cast<int>(v / kEach);
      EXPECT_GT(static_cast<int>(v % kEach), last[s]);  // each sender's values in order
      last[s] = static_cast<int>(v % kEach);
      n++;
    }
    EXPECT_EQ(n, kSenders * kEach);
  });
  EXPECT_TRUE(o.ok());
}

TEST(Chan, CloseWakesReceivers) {
  TestRuntime rt;
  Outcome o = rt.Run([] {
    hchan* c = MakeChan(IntChan(), 0);
    std::atomic<int> woken{0};
    for (int i = 0; i < 10; i++) {
      Go([&] {
        int64_t v = 9;
        EXPECT_FALSE(gol_rt_chanrecv2(c, &v));
        EXPECT_EQ(v, 0);
        woken.fetch_add(1);
      });
    }
    for (int i = 0; i < 30; i++) Gosched();
    ChanClose(c);
    while (woken.load() != 10) Gosched();
  });
  EXPECT_TRUE(o.ok());
}

TEST(Chan, NilChannelDeadlocks) {
  TestRuntime rt;
  Outcome o = rt.Run([] { Recv(nullptr); });
  EXPECT_EQ(o.kind, Outcome::kDeadlock);
  EXPECT_NE(rt.output.find("goroutine 1 [chan receive (nil chan)]:"), std::string::npos);
}

// The prime sieve: a chain of goroutines over unbuffered channels.
TEST(Chan, PrimeSieve) {
  for (int procs : {1, 2, 4}) {
    Runtime::Options options;
    options.gomaxprocs = procs;
    TestRuntime rt(options);
    std::vector<int64_t> primes;
    Outcome o = rt.Run([&] {
      hchan* c = MakeChan(IntChan(), 0);
      Go([c] {
        for (int64_t i = 2;; i++) Send(c, i);
      });
      for (int i = 0; i < 100; i++) {
        int64_t prime = Recv(c);
        primes.push_back(prime);
        hchan* next = MakeChan(IntChan(), 0);
        Go([c, next, prime] {
          for (;;) {
            int64_t i = Recv(c);
            if (i % prime != 0) Send(next, i);
          }
        });
        c = next;
      }
    });
    EXPECT_TRUE(o.ok());
    ASSERT_EQ(primes.size(), 100u);
    EXPECT_EQ(primes[99], 541);
  }
}

TEST(Select, DefaultAndReady) {
  TestRuntime rt;
  rt.Run([] {
    hchan* a = MakeChan(IntChan(), 1);
    hchan* b = MakeChan(IntChan(), 1);
    int64_t v = 0;
    scase cases[3] = {{a, &v}, {b, &v}, {nullptr, &v}};
    TwoWords r = gol_rt_selectgo(cases, 0, 3, false);
    EXPECT_EQ(static_cast<int64_t>(r.a), -1);
    Send(b, 4);
    r = gol_rt_selectgo(cases, 0, 3, false);
    EXPECT_EQ(r.a, 1u);
    EXPECT_EQ(r.b, 1u);
    EXPECT_EQ(v, 4);
    ChanClose(a);
    r = gol_rt_selectgo(cases, 0, 3, true);
    EXPECT_EQ(r.a, 0u);
    EXPECT_EQ(r.b, 0u);
    EXPECT_EQ(v, 0);
  });
}

TEST(Select, IsFair) {
  TestRuntime rt;
  rt.Run([] {
    hchan* c[4];
    int64_t v = 0;
    scase cases[4];
    for (int i = 0; i < 4; i++) {
      c[i] = MakeChan(IntChan(), 1);
      Send(c[i], i);
      cases[i] = {c[i], &v};
    }
    int counts[4] = {};
    for (int i = 0; i < 4000; i++) {
      TwoWords r = gol_rt_selectgo(cases, 0, 4, true);
      counts[r.a]++;
      EXPECT_EQ(v, static_cast<int64_t>(r.a));
      Send(c[r.a], static_cast<int64_t>(r.a));
    }
    for (int n : counts) {
      EXPECT_GT(n, 800);
      EXPECT_LT(n, 1200);
    }
  });
}

TEST(Select, SendersAndReceiversMeet) {
  for (int procs : {1, 4}) {
    Runtime::Options options;
    options.gomaxprocs = procs;
    TestRuntime rt(options);
    Outcome o = rt.Run([] {
      hchan* a = MakeChan(IntChan(), 0);
      hchan* b = MakeChan(IntChan(), 2);
      constexpr int kN = 2000;
      std::atomic<int64_t> sent{0}, got{0};
      std::atomic<int> done{0};
      for (int w = 0; w < 4; w++) {
        Go([&] {
          for (int i = 1; i <= kN; i++) {
            int64_t v = i;
            scase cases[2] = {{a, &v}, {b, &v}};
            gol_rt_selectgo(cases, 2, 0, true);
            sent.fetch_add(v);
          }
          done.fetch_add(1);
        });
        Go([&] {
          for (int i = 1; i <= kN; i++) {
            int64_t x = 0, y = 0;
            scase cases[3] = {{b, &x}, {nullptr, nullptr}, {a, &y}};
            TwoWords r = gol_rt_selectgo(cases, 0, 3, true);
            EXPECT_EQ(r.b, 1u);
            got.fetch_add(x + y);
          }
          done.fetch_add(1);
        });
      }
      while (done.load() != 8) Gosched();
      EXPECT_EQ(sent.load(), got.load());
      EXPECT_EQ(sent.load(), int64_t{4} * kN * (kN + 1) / 2);
    });
    EXPECT_TRUE(o.ok());
  }
}

TEST(Select, ManyCases) {
  TestRuntime rt;
  rt.Run([] {
    constexpr int kN = 300;
    std::vector<hchan*> c(kN);
    std::vector<scase> cases(kN);
    int64_t v = 0;
    for (int i = 0; i < kN; i++) {
      c[i] = MakeChan(IntChan(), 0);
      cases[i] = {c[i], &v};
    }
    for (int i = 0; i < 50; i++) {
      Go([&, i] { Send(c[(i * 37) % kN], i); });
      TwoWords r = gol_rt_selectgo(cases.data(), 0, kN, true);
      EXPECT_EQ(r.a, static_cast<uint64_t>((i * 37) % kN));
      EXPECT_EQ(v, i);
    }
  });
}

TEST(Sema, MutualExclusion) {
  TestRuntime rt;
  Outcome o = rt.Run([&] {
    uint32_t sema = 1;
    int64_t counter = 0;
    std::atomic<int> done{0};
    for (int w = 0; w < 8; w++) {
      Go([&, w] {
        for (int i = 0; i < 500; i++) {
          rt.runtime.semas().Acquire(&sema, w % 2 == 0, WaitReason::kSemacquire);
          int64_t c = counter;
          if (i % 10 == 0) Gosched();
          counter = c + 1;
          rt.runtime.semas().Release(&sema, w % 3 == 0);
        }
        done.fetch_add(1);
      });
    }
    while (done.load() != 8) Gosched();
    EXPECT_EQ(counter, 8 * 500);
    EXPECT_EQ(sema, 1u);
  });
  EXPECT_TRUE(o.ok());
}

TEST(Sema, NotifyList) {
  TestRuntime rt;
  rt.Run([] {
    NotifyList l{};
    std::atomic<int> woken{0};
    for (int i = 0; i < 5; i++) {
      Go([&] {
        uint32_t t = NotifyListAdd(&l);
        NotifyListWait(&l, t);
        woken.fetch_add(1);
      });
    }
    while (l.wait.load() != 5) Gosched();
    NotifyListNotifyOne(&l);
    while (woken.load() != 1) Gosched();
    for (int i = 0; i < 20; i++) Gosched();
    EXPECT_EQ(woken.load(), 1);
    NotifyListNotifyAll(&l);
    while (woken.load() != 5) Gosched();
  });
}

}  // namespace
}  // namespace gol::rt
