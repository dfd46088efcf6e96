// Growing stacks: __morestack with functions compiled with -fsplit-stack.
#include "runtime/sched/stack.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "runtime/abi/entry_points.h"
#include "runtime/traceback.h"
#include "sched_test_util.h"
#include "split_stack_funcs.h"

namespace gol::rt {
namespace {

using testing::Go;
using testing::TestRuntime;

int Segments() {
  int n = 0;
  for (StackSegment* s = CurrentG()->seg; s != nullptr; s = s->prev) n++;
  return n;
}

TEST(Stack, DeepRecursion) {
  TestRuntime rt;
  Outcome o = rt.Run([] {
    EXPECT_EQ(Segments(), 1);
    for (int64_t n : {10, 1000, 100000, 1000000}) EXPECT_EQ(testing::Deep(n), n);
    EXPECT_EQ(Segments(), 1);
    testing::ExpectLimitOf(CurrentG()->seg);
  });
  EXPECT_TRUE(o.ok());
}

TEST(Stack, ArgumentsAndResults) {
  TestRuntime rt;
  rt.Run([] {
    for (int64_t n : {0, 5, 5000}) {
      testing::FourWords r = testing::ManyArgs(n, 1, 2, 3, 4, 5, 6, 7, 8, 1.5, 2.5);
      EXPECT_EQ(r.a, 3 + 3 * n);
      EXPECT_EQ(r.b, 7 + 7 * n);
      EXPECT_EQ(r.c, 11 + 11 * n);
      EXPECT_EQ(r.d, 19 + 17 * n);
      testing::FourDoubles d = testing::Doubles(n, 1, 2, 3, 4);
      EXPECT_EQ(d.a, 1.0 + n);
      EXPECT_EQ(d.b, 2.0 + 2 * n);
      EXPECT_EQ(d.c, 3.0 + 3 * n);
      EXPECT_EQ(d.d, 4.0 + 4 * n);
    }
  });
}

TEST(Stack, HugeFrame) {
  TestRuntime rt;
  rt.Run([] { EXPECT_EQ(testing::HugeFrame(3), 256); });
}

TEST(Stack, HotSplitKeepsTheSegment) {
  TestRuntime rt;
  rt.Run([] {
    // Somewhere in this range the callee's frame does not fit any more.
    for (int64_t depth = 0; depth < 2000; depth += 10) {
      EXPECT_EQ(testing::HotSplit(depth, 50), 25);
    }
  });
}

TEST(Stack, OverflowEndsTheRun) {
  Runtime::Options options;
  options.limits.stack_bytes = 20000000;
  TestRuntime rt(options);
  Outcome o = rt.Run([] { testing::Endless(0); });
  EXPECT_EQ(o.kind, Outcome::kStack);
  EXPECT_EQ(o.text, "fatal error: stack overflow");
  EXPECT_EQ(rt.output.find("runtime: goroutine stack exceeds 20000000-byte limit\n"), 0u);
  EXPECT_NE(rt.output.find("\nfatal error: stack overflow\n"), std::string::npos);
  EXPECT_TRUE(rt.Run([] {}).ok());
}

TEST(Stack, WalkThroughSegments) {
  TestRuntime rt;
  rt.Run([] {
    struct Result {
      int frames = 0;
      int segments = 0;
      bool found_main = false;
    } result;
    testing::CallAtDepth(
        200000,
        [](void* arg) {
          Result* r = static_cast<Result*>(arg);
          r->segments = Segments();
          G* g = CurrentG();
          uint64_t pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
          uint64_t fp = *static_cast<uint64_t*>(__builtin_frame_address(0));
          WalkStack(*g, pc, fp, [&](const StackFrame&) {
            r->frames++;
            return true;
          });
          size_t bytes = 0;
          OnSystemStack([&] {
            Sched::StackRanges(*g, [&](StackRange range) { bytes += range.hi - range.lo; });
          });
          EXPECT_GT(bytes, 200000u * 40);
        },
        &result);
    EXPECT_GE(result.segments, 2);
    EXPECT_GE(result.frames, 200000);
    EXPECT_LE(result.frames, 200020);
  });
}

TEST(Stack, PrologueIsASafepoint) {
  Runtime::Options options;
  options.gomaxprocs = 1;
  TestRuntime rt(options);
  volatile bool stop = false;
  rt.Run([&] {
    Go([&] { stop = true; });
    testing::SpinCalls(&stop);
  });
}

TEST(Stack, PollKeepsRegisters) {
  TestRuntime rt;
  rt.Run([] {
    for (int i = 0; i < 10; i++) {
      CurrentRuntime()->sched().PreemptG(*CurrentG());
      uint64_t out[16];
      // Everything is set, the poll called, everything looked at.
      uint64_t ok;
      asm volatile(
          "movq $1, %%rax; movq $2, %%rcx; movq $3, %%rdx; movq $4, %%rsi; movq $5, %%rdi\n"
          "movq $6, %%r8; movq $7, %%r9; movq $8, %%r10; movq $9, %%r11; movq $10, %%r14\n"
          "movq %%rax, %%xmm0; movq %%rcx, %%xmm7; movq %%rdx, %%xmm15\n"
          "subq $128, %%rsp\n"
          "call gol_rt_poll\n"
          "addq $128, %%rsp\n"
          "movq %%rax, 0(%1); movq %%rcx, 8(%1); movq %%rdx, 16(%1); movq %%rsi, 24(%1)\n"
          "movq %%rdi, 32(%1); movq %%r8, 40(%1); movq %%r9, 48(%1); movq %%r10, 56(%1)\n"
          "movq %%r11, 64(%1); movq %%r14, 72(%1)\n"
          "movq %%xmm0, 80(%1); movq %%xmm7, 88(%1); movq %%xmm15, 96(%1)\n"
          "movq $1, %0\n"
          : "=&r"(ok)
          : "r"(out)
          : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r14", "xmm0", "xmm7",
            "xmm15", "memory", "cc");
      for (uint64_t k = 0; k < 10; k++) EXPECT_EQ(out[k], k + 1);
      EXPECT_EQ(out[10], 1u);
      EXPECT_EQ(out[11], 2u);
      EXPECT_EQ(out[12], 3u);
      EXPECT_NE(TlsLoad<uint64_t>(kTlsStackLimit), kStackPreempt);
    }
  });
}

TEST(Stack, NewProcPassesTheContext) {
  TestRuntime rt;
  rt.Run([] {
    struct Closure {
      const void* code;
      std::atomic<int> value;
    };
    static Closure closure;
    closure.value = 0;
    closure.code = reinterpret_cast<const void*>(+[]() {
      Closure* self;
      asm volatile("movq %%r13, %0" : "=r"(self));
      self->value = 42;
    });
    CurrentRuntime()->sched().NewProc(reinterpret_cast<Funcval*>(&closure), 0);
    while (closure.value.load() == 0) testing::Gosched();
    EXPECT_EQ(closure.value.load(), 42);
  });
}

TEST(Stack, SegmentsAreGivenBack) {
  TestRuntime rt;
  rt.Run([&] {
    uint64_t before = rt.sched().stacks().in_use_bytes();
    std::atomic<int> done{0};
    for (int i = 0; i < 20; i++) {
      Go([&] {
        EXPECT_EQ(testing::Deep(20000), 20000);
        done.fetch_add(1);
      });
    }
    while (done.load() != 20) testing::Gosched();
    for (int i = 0; i < 10; i++) testing::Gosched();
    // First segments stay with the dead goroutines.
    EXPECT_LE(rt.sched().stacks().in_use_bytes(), before + 21 * (kStackMin << 2));
    rt.sched().stacks().ReleaseIdle();
  });
}

}  // namespace
}  // namespace gol::rt
