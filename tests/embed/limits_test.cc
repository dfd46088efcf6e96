// Limits and interruption: hostile programs end with the right status, in time, and the host lives on.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "gol/gol.h"
#include "hostile_scripts.h"
#include "limits_support.h"
#include "support/sanitizers.h"

namespace gol {
namespace {

using std::chrono::milliseconds;
using testing::kAttempts;
using testing::kEndless;
using testing::kGreedy;
using testing::kLateMs;
using testing::kMarginMs;
using testing::ResidentBytes;
using testing::Script;
using Clock = std::chrono::steady_clock;

struct Ran {
  RunResult result;
  int64_t ms = 0;
  std::string err;
};

std::unique_ptr<Program> MustCompile(const std::string& text) {
  Engine engine({});
  CompileResult r = engine.Compile({.paths = {}, .files = {{"main.go", text}}});
  for (const CompileMessage& m : r.messages) ADD_FAILURE() << m.text;
  return std::move(r.program);
}

Ran RunLimited(Program& program, const Limits& limits, Interrupter* interrupter = nullptr) {
  Ran out;
  std::mutex lock;
  RunOptions o;
  o.args = {"program"};
  o.gomaxprocs = 2;
  o.limits = limits;
  o.interrupter = interrupter;
  o.write_stderr = [&](std::string_view s) {
    std::lock_guard<std::mutex> guard(lock);
    if (out.err.size() < 100000) out.err += s;
  };
  Clock::time_point start = Clock::now();
  out.result = program.Run(o);
  out.ms = std::chrono::duration_cast<milliseconds>(Clock::now() - start).count();
  return out;
}

// Runs the program until a run ends in time. expect looks at each result.
void ExpectEndsInTime(Program& program, const Limits& limits, const std::function<void(const Ran&)>& expect) {
  const int64_t deadline = std::chrono::duration_cast<milliseconds>(limits.deadline).count();
  int64_t best = INT64_MAX;
  for (int i = 0; i < kAttempts && best >= deadline + kLateMs; i++) {
    Ran r = RunLimited(program, limits);
    expect(r);
    EXPECT_LT(r.ms, deadline + kMarginMs);
    best = std::min(best, r.ms);
  }
  EXPECT_LT(best, deadline + kLateMs);
}

class EndlessTest : public ::testing::TestWithParam<Script> {};

TEST_P(EndlessTest, ADeadlineEndsIt) {
  auto program = MustCompile(GetParam().text);
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.deadline = milliseconds(100);
  ExpectEndsInTime(*program, limits, [](const Ran& r) {
    EXPECT_EQ(r.result.status, RunStatus::kTimeout) << r.err;
    EXPECT_EQ(r.result.text, "deadline exceeded");
    EXPECT_EQ(r.result.exit_code, 2);
    EXPECT_GE(r.ms, 100);
  });
}

TEST_P(EndlessTest, AnotherThreadEndsIt) {
  auto program = MustCompile(GetParam().text);
  ASSERT_NE(program, nullptr);
  Interrupter interrupter;
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(50));
    interrupter.Interrupt();
  });
  Ran r = RunLimited(*program, {}, &interrupter);
  other.join();
  EXPECT_EQ(r.result.status, RunStatus::kInterrupted) << r.err;
  EXPECT_LT(r.ms, 50 + kMarginMs);
}

INSTANTIATE_TEST_SUITE_P(Limits, EndlessTest, ::testing::ValuesIn(kEndless),
                         [](const auto& info) { return std::string(info.param.name); });

class GreedyTest : public ::testing::TestWithParam<Script> {};

TEST_P(GreedyTest, TheHeapLimitEndsIt) {
  auto program = MustCompile(GetParam().text);
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.heap_bytes = 32 << 20;
  limits.deadline = milliseconds(20000);
  Ran first = RunLimited(*program, limits);
  EXPECT_EQ(first.result.status, RunStatus::kMemory) << first.err.substr(0, 2000);
  EXPECT_EQ(first.result.text, "fatal error: out of memory");
  EXPECT_EQ(first.result.exit_code, 2);
  // Everything is given back: what stays resident does not grow with the number of runs.
  int64_t before = ResidentBytes();
  for (int i = 0; i < 3; i++) RunLimited(*program, limits);
  if (testing::kCountsMemory) EXPECT_LT(ResidentBytes() - before, 16 << 20);
}

// With more room than fits into the time.
TEST_P(GreedyTest, ADeadlineEndsIt) {
  auto program = MustCompile(GetParam().text);
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.heap_bytes = 1 << 30;
  limits.deadline = milliseconds(100);
  ExpectEndsInTime(*program, limits, [](const Ran& r) {
    const bool is_timeout = r.result.status == RunStatus::kTimeout;
    EXPECT_TRUE(is_timeout || r.result.status == RunStatus::kMemory) << r.err.substr(0, 2000);
    EXPECT_EQ(r.result.exit_code, 2);
  });
}

INSTANTIATE_TEST_SUITE_P(Limits, GreedyTest, ::testing::ValuesIn(kGreedy),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Limits, ADeadlockIsNoTimeout) {
  auto program = MustCompile(
      "package main\nfunc main() { defer func() { recover(); for {} }(); var c chan int; <-c }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.deadline = milliseconds(20000);
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kDeadlock);
  EXPECT_EQ(r.result.text, "fatal error: all goroutines are asleep - deadlock!");
}

TEST(Limits, TypesTooLargeAreCompileErrors) {
  Engine engine({});
  CompileResult r =
      engine.Compile({.paths = {}, .files = {{"main.go", "package main\nvar a [1 << 50]int\n"
                                                         "func main() { println(len(a)) }\n"}}});
  EXPECT_FALSE(r.ok());
  EXPECT_FALSE(r.messages.empty());
}

TEST(Limits, GarbageDoesNotCount) {
  auto program = MustCompile(
      "package main\nvar p []byte\nfunc main() { for i := 0; i < 5000; i++ { p = make([]byte, 1<<20) }\n"
      " println(len(p)) }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.heap_bytes = 16 << 20;
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kOk) << r.err;
  EXPECT_EQ(r.err, "1048576\n");
}

TEST(Limits, GarbageDoesNotCountWithoutACollector) {
  auto program = MustCompile(
      "package main\nimport \"runtime/debug\"\nvar p []byte\n"
      "func main() { debug.SetGCPercent(-1)\n for i := 0; i < 500; i++ { p = make([]byte, 1<<20) }\n"
      " println(len(p)) }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.heap_bytes = 16 << 20;
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kOk) << r.err;
  EXPECT_EQ(r.err, "1048576\n");
}

TEST(Limits, Goroutines) {
  auto program = MustCompile(
      "package main\nfunc main() { defer func() { recover(); for {} }()\n"
      " for i := 0; ; i++ { go func() { select {} }() } }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.goroutines = 1000;
  limits.deadline = milliseconds(20000);
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kGoroutines);
  EXPECT_EQ(r.result.text, "fatal error: too many goroutines");
  EXPECT_NE(r.err.find("fatal error: too many goroutines\n\ngoroutine 1 [running]:\nmain.main()\n"),
            std::string::npos)
      << r.err;
}

TEST(Limits, AsManyGoroutinesAsAllowed) {
  auto program = MustCompile(
      "package main\nfunc main() { c := make(chan int)\n"
      " for i := 0; i < 99; i++ { go func() { c <- 1 }() }\n n := 0\n"
      " for i := 0; i < 99; i++ { n += <-c }\n println(n) }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.goroutines = 100;
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kOk) << r.err;
  EXPECT_EQ(r.err, "99\n");
}

TEST(Limits, Stack) {
  auto program = MustCompile(
      "package main\nfunc f(n int) int { return f(n+1) + 1 }\n"
      "func main() { defer func() { recover(); for {} }(); println(f(0)) }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.stack_bytes = 4 << 20;
  limits.deadline = milliseconds(20000);
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kStack);
  EXPECT_EQ(r.result.text, "fatal error: stack overflow");
  EXPECT_EQ(r.err.find("runtime: goroutine stack exceeds 4194304-byte limit\n"), 0u) << r.err;
}

TEST(Limits, Output) {
  auto program = MustCompile("package main\nfunc main() { for { println(\"0123456789\") } }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.output_bytes = 1000;
  limits.deadline = milliseconds(20000);
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kOutput);
  EXPECT_EQ(r.result.text, "fatal error: output limit exceeded");
  EXPECT_EQ(r.err.find("fatal error"), 1001u);
}

TEST(Limits, OutputBySystemCalls) {
  auto program = MustCompile(
      "package main\nimport \"syscall\"\n"
      "func main() { for { if _, err := syscall.Write(1, []byte{10}); err != nil { panic(err) } } }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.output_bytes = 3;
  limits.deadline = milliseconds(20000);
  ::testing::internal::CaptureStdout();
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "\n\n\n");
  EXPECT_EQ(r.result.status, RunStatus::kOutput);
}

TEST(Limits, AProgramWithinItsLimitsEndsAsItWould) {
  auto program = MustCompile(
      "package main\nimport \"os\"\nfunc main() { println(\"hello\"); os.Exit(3) }\n");
  ASSERT_NE(program, nullptr);
  Limits limits;
  limits.heap_bytes = 64 << 20;
  limits.goroutines = 10;
  limits.output_bytes = 100;
  limits.deadline = std::chrono::seconds(60);
  Ran r = RunLimited(*program, limits);
  EXPECT_EQ(r.result.status, RunStatus::kExit);
  EXPECT_EQ(r.result.exit_code, 3);
  EXPECT_EQ(r.err, "hello\n");
}

TEST(Interrupter, EndsTheNextRunWhenNoneIsInProgress) {
  auto program = MustCompile("package main\nfunc main() { for {} }\n");
  ASSERT_NE(program, nullptr);
  Interrupter interrupter;
  interrupter.Interrupt();
  EXPECT_EQ(RunLimited(*program, {}, &interrupter).result.status, RunStatus::kInterrupted);
  // The wish has been honoured.
  Limits limits;
  limits.deadline = milliseconds(20);
  EXPECT_EQ(RunLimited(*program, limits, &interrupter).result.status, RunStatus::kTimeout);
  interrupter.Interrupt();
  interrupter.Reset();
  EXPECT_EQ(RunLimited(*program, limits, &interrupter).result.status, RunStatus::kTimeout);
}

Interrupter* signal_interrupter;

TEST(Interrupter, WorksInASignalHandler) {
  auto program = MustCompile("package main\nfunc main() { for {} }\n");
  ASSERT_NE(program, nullptr);
  Interrupter interrupter;
  signal_interrupter = &interrupter;
  auto before = std::signal(SIGUSR1, [](int) { signal_interrupter->Interrupt(); });
  std::thread other([] {
    std::this_thread::sleep_for(milliseconds(50));
    kill(getpid(), SIGUSR1);
  });
  EXPECT_EQ(RunLimited(*program, {}, &interrupter).result.status, RunStatus::kInterrupted);
  other.join();
  std::signal(SIGUSR1, before);
}

}  // namespace
}  // namespace gol
