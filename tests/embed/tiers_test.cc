// Modules start on quick code and are optimised while isolates run them.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gol/gol.h"

namespace gol {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

Module MustCompile(Engine& engine, const std::string& text, const Module* previous = nullptr) {
  Expected<Module> m = engine.CompileModule({.source = {.files = {{"script.go", text}}}, .previous = previous});
  if (!m) {
    ADD_FAILURE() << m.failure().Describe();
    return {};
  }
  return *m;
}

std::unique_ptr<Isolate> MustLoad(Engine& engine, const Module& module) {
  auto isolate = std::make_unique<Isolate>(engine);
  if (auto loaded = isolate->Load(module); !loaded) ADD_FAILURE() << loaded.failure().Describe();
  return isolate;
}

bool WaitUntilOptimized(const Module& m) {
  const Clock::time_point end = Clock::now() + std::chrono::seconds(60);
  while (!m.is_optimized() && Clock::now() < end) std::this_thread::sleep_for(milliseconds(5));
  return m.is_optimized();
}

// Least processor time of some calls, in nanoseconds.
template <typename F>
int64_t CpuNs(F f) {
  int64_t best = INT64_MAX;
  for (int i = 0; i < 7; i++) {
    timespec a, b;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
    f();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
    best = std::min<int64_t>(best, (b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec);
  }
  return best;
}

constexpr char kSum[] = R"(package main
func sum(n int) int {
	a := [16]int{}
	for i := range n { a[i%16] += i ^ a[(i+3)%16] }
	t := 0
	for _, x := range a { t += x }
	return t
}
func leaf(x int) int { return x + 1 }
func index(a []int, i int) int {
	return a[i]
}
)";

TEST(Tiers, AModuleIsCallableBeforeItIsOptimized) {
  Engine engine({});
  Module m = MustCompile(engine, kSum);
  EXPECT_FALSE(m.is_optimized());
  EXPECT_EQ(m.optimize_ms(), 0);
  auto isolate = MustLoad(engine, m);
  auto sum = *isolate->Function<int64_t(int64_t)>("sum");
  auto leaf = *isolate->Function<int64_t(int64_t)>("leaf");
  const int64_t before = *sum(1000000);
  EXPECT_EQ(*leaf(4), 5);
  const int64_t quick_ns = CpuNs([&] { (void)sum(1000000); });
  const bool was_quick = !m.is_optimized();  // an isolate that lives has its module optimised at some time
  ASSERT_TRUE(m.Optimize().ok());
  EXPECT_TRUE(m.is_optimized());
  EXPECT_GT(m.optimize_ms(), 0);
  EXPECT_TRUE(m.Optimize().ok());
  // Functions that the host has move over.
  EXPECT_EQ(*sum(1000000), before);
  EXPECT_EQ(*leaf(4), 5);
  if (was_quick) EXPECT_LT(CpuNs([&] { (void)sum(1000000); }) * 3 / 2, quick_ns);
}

TEST(Tiers, AnIsolateThatLivesHasItsModuleOptimized) {
  Engine engine({});
  Module m = MustCompile(engine, kSum);
  auto isolate = MustLoad(engine, m);
  auto sum = *isolate->Function<int64_t(int64_t)>("sum");
  const int64_t expected = *sum(1000);
  const Clock::time_point end = Clock::now() + std::chrono::seconds(60);
  while (!m.is_optimized() && Clock::now() < end) ASSERT_EQ(*sum(1000), expected);
  EXPECT_TRUE(m.is_optimized());
  EXPECT_EQ(*sum(1000), expected);
}

TEST(Tiers, ShortLivedIsolatesHaveTheirModuleOptimizedTogether) {
  Engine engine({});
  Module m = MustCompile(engine, kSum);
  for (int i = 0; i < 8; i++) MustLoad(engine, m);
  EXPECT_TRUE(WaitUntilOptimized(m));
}

TEST(Tiers, AModuleThatNobodyUsesIsLeftAlone) {
  Engine engine({});
  Module unused = MustCompile(engine, kSum);
  Module once = MustCompile(engine, "package main\nfunc f() {}\n");
  MustLoad(engine, once);
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_FALSE(unused.is_optimized());
  EXPECT_FALSE(once.is_optimized());
}

TEST(Tiers, AHostCanHaveFinalCodeOnly) {
  Engine engine({.quick_start = false});
  EXPECT_TRUE(MustCompile(engine, kSum).is_optimized());
  Engine unoptimized({.opt_level = 0});
  EXPECT_TRUE(MustCompile(unoptimized, kSum).is_optimized());
}

TEST(Tiers, GoOnWithoutTheEngine) {
  auto engine = std::make_unique<Engine>(EngineOptions{});
  Module m = MustCompile(*engine, kSum);
  auto isolate = MustLoad(*engine, m);
  engine.reset();
  EXPECT_TRUE(WaitUntilOptimized(m));
  EXPECT_EQ(*(*isolate->Function<int64_t(int64_t)>("leaf"))(1), 2);
}

TEST(Tiers, PanicsOfBothStepsHaveTheScriptsStack) {
  Engine engine({});
  Module m = MustCompile(engine, kSum);
  auto isolate = MustLoad(engine, m);
  auto index = *isolate->Function<int64_t(std::vector<int64_t>, int64_t)>("index");
  for (int step = 0; step < 2; step++) {
    auto r = index({1, 2}, 5);
    ASSERT_FALSE(r.ok());
    ASSERT_FALSE(r.failure().stack.empty()) << r.failure().trace;
    EXPECT_EQ(r.failure().stack[0].function, "main.index");
    EXPECT_EQ(r.failure().stack[0].line, 11);
    ASSERT_TRUE(m.Optimize().ok());
  }
}

// Isolates on two threads call, allocate, collect and switch goroutines while their code is replaced.
TEST(Tiers, CodeIsReplacedWhileItRuns) {
  constexpr char kBusy[] = R"(package main
type text interface { String() string }
type node struct { left, right *node; v text }
type num int
func (n num) String() string { return string(rune('0' + n)) }
func name(n int) string { if n < 10 { return num(n).String() }; return name(n/10) + name(n%10) }
func build(d int) *node {
	if d == 0 { return &node{v: num(1)} }
	return &node{build(d-1), build(d-1), num(d)}
}
func (n *node) sum() int {
	if n == nil { return 0 }
	return n.left.sum() + n.right.sum() + len(n.v.String())
}
var round = 0
func work() int {
	c := make(chan int)
	for i := range 4 { go func() { c <- build(6 + i%2).sum() }() }
	t := 0
	for range 4 { t += <-c }
	m := map[string]func() int{}
	for i := range 20 { m[name(i)] = func() int { return i } }
	for _, f := range m { t += f() }
	return t
}
)";
  for (int round = 0; round < 5; round++) {
    Engine engine({.cached_modules = 0});
    Module m = MustCompile(engine, kBusy);
    std::atomic<bool> is_done{false};
    auto run = [&] {
      auto isolate = MustLoad(engine, m);
      auto work = *isolate->Function<int64_t()>("work");
      int after = 0;
      while (after < 5) {
        auto r = work();
        if (!r.ok() || *r != 2 * 127 + 2 * 255 + 190) {
          ADD_FAILURE() << (r.ok() ? std::to_string(*r) : r.failure().Describe());
          return;
        }
        if (is_done) after++;
      }
    };
    std::thread a(run), b(run);
    std::this_thread::sleep_for(milliseconds(10));
    EXPECT_TRUE(m.Optimize().ok());
    is_done = true;
    a.join();
    b.join();
  }
}

// A goroutine of the old version parks in code that is optimised after the isolate has the new version.
TEST(Tiers, AnOldVersionIsOptimizedAfterAReload) {
  Engine engine({});
  constexpr char kOld[] = R"(package main
var c = make(chan int)
var f = func(n int) []*int { r := make([]*int, 0); for i := range n { p := new(int); *p = i; r = append(r, p) }; return r }
func start() { go func() { for { n := 0; for _, p := range f(100) { n += *p }; c <- n } }() }
func next() int { return <-c }
)";
  const std::string fresh = std::string(kOld) + "func extra() int { return 1 }\n";
  Module v1 = MustCompile(engine, kOld);
  auto isolate = MustLoad(engine, v1);
  auto next = *isolate->Function<int64_t()>("next");
  ASSERT_TRUE((*isolate->Function<void()>("start"))().ok());
  EXPECT_EQ(*next(), 4950);
  Module v2 = MustCompile(engine, fresh, &v1);
  ASSERT_TRUE(isolate->Reload(v2).ok());
  EXPECT_EQ(*next(), 4950);
  ASSERT_TRUE(v1.Optimize().ok());
  for (int i = 0; i < 20; i++) {
    EXPECT_EQ(*next(), 4950);
    isolate->Collect();
  }
  ASSERT_TRUE(v2.Optimize().ok());
  for (int i = 0; i < 20; i++) {
    EXPECT_EQ(*next(), 4950);
    isolate->Collect();
  }
}

}  // namespace
}  // namespace gol
