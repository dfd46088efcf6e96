// Fuel: the same program with the same fuel ends at the same point each time, however it was compiled.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gol/gol.h"

namespace gol {
namespace {

using std::chrono::milliseconds;

// A way of compiling.
struct Way {
  const char* name;
  EngineOptions options;
  bool optimize = false;
};

const Way kWays[] = {
    {"not optimised", {.opt_level = 0}},
    {"not inlined", {.inlining = false, .quick_start = false}},
    {"optimised first", {.quick_start = false}},
    {"quick", {}},
    {"quick, then optimised", {}, true},
};

struct Fueled {
  Engine engine;
  Module module;
  std::unique_ptr<Isolate> isolate;

  Fueled(const Way& way, const std::string& text, uint64_t fuel, IsolateOptions o = {}) : engine(way.options) {
    auto m = engine.CompileModule({.source = {.files = {{"script.go", text}}}, .count_fuel = true});
    if (!m) {
      ADD_FAILURE() << m.failure().Describe();
      return;
    }
    module = *m;
    if (way.optimize) EXPECT_TRUE(m->Optimize().ok());
    o.fuel = fuel;
    isolate = std::make_unique<Isolate>(engine, std::move(o));
    if (auto loaded = isolate->Load(*m); !loaded) ADD_FAILURE() << loaded.failure().Describe();
  }
  template <typename Sig>
  ScriptFunction<Sig> Get(const char* name) {
    return *isolate->Function<Sig>(name);
  }
};

TEST(Fuel, AUnitIsAnEntryOrARoundOfALoop) {
  for (const Way& way : kWays) {
    SCOPED_TRACE(way.name);
    Fueled f(way, R"(package main
func leaf(x int) int { return x + 1 }
func sum(n int) int { t := 0; for i := range n { t += i }; return t }
func calls(n int) int { t := 0; for i := 0; i < n; i++ { t += leaf(i) }; return t }
func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }
)", 1000000);
    auto used = [&](auto call) {
      const uint64_t before = f.isolate->fuel();
      EXPECT_TRUE(call().ok());
      return before - f.isolate->fuel();
    };
    auto leaf = f.Get<int64_t(int64_t)>("leaf"), sum = f.Get<int64_t(int64_t)>("sum");
    auto calls = f.Get<int64_t(int64_t)>("calls"), fib = f.Get<int64_t(int64_t)>("fib");
    EXPECT_EQ(used([&] { return leaf(1); }), 1u);
    EXPECT_EQ(used([&] { return sum(100); }), 101u);
    EXPECT_EQ(used([&] { return calls(100); }), 201u);
    EXPECT_EQ(used([&] { return fib(10); }), 177u);
  }
}

TEST(Fuel, EndsALoopAtTheSamePoint) {
  for (const Way& way : kWays) {
    SCOPED_TRACE(way.name);
    Fueled f(way, R"(package main
var n int
func loop() { defer func() { recover(); n = -1 }(); for { n++ } }
func get() int { return n }
)", 1000);
    auto loop = f.Get<void()>("loop");
    f.isolate->SetFuel(1000);  // loading took some
    auto r = loop();
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(r.failure().kind, FailureKind::kFuel);
    EXPECT_EQ(r.failure().text, "fatal error: out of fuel");
    EXPECT_EQ(f.isolate->fuel(), 0u);
    // None is left: not even for a call.
    EXPECT_EQ(loop().failure().kind, FailureKind::kFuel);
    auto get = f.Get<int64_t()>("get");
    EXPECT_FALSE(get().ok());
    f.isolate->SetFuel(10);
    // One went into the entry of loop, and the round that there was no unit for had counted.
    EXPECT_EQ(*get(), 1000);
    EXPECT_EQ(f.isolate->fuel(), 9u);
  }
}

// All that could depend on chance or time: map iteration, select, goroutines that wait and that spin, the heap.
constexpr char kBusy[] = R"(package main
type shape interface { area(int) int }
type box struct { w, h int }
type ring struct { r int; next *ring }
func (b box) area(k int) int { return b.w * b.h * k }
func (r *ring) area(k int) int { n := 0; for p := r; p != nil; p = p.next { n += p.r }; return n * k }
func apply[T any](list []T, f func(T) int) int { t := 0; for _, x := range list { t += f(x) }; return t }

var hash uint64
var shared int
func mix(x int) { hash = (hash ^ uint64(x)) * 1099511628211 }
func deep(n int) int { if n == 0 { return 1 }; defer func() { shared++ }(); return deep(n-1) + n%3 }
func risky(n int) (r int) {
	defer func() { if e := recover(); e != nil { r = -n } }()
	a := []int{1, 2, 3}
	return a[n%5]
}
func work() {
	m := map[int]string{}
	a, b := make(chan int), make(chan int, 3)
	go func() { for i := 0; ; i++ { select { case a <- i: case b <- -i: } } }()
	go func() { for { shared ^= 0x55; for range 1000 { shared += 3 } } }()
	for i := 0; ; i++ {
		m[i%97] = string(rune('a' + i%26))
		for k, v := range m { mix(k + len(v)); break }
		select { case x := <-a: mix(x); case x := <-b: mix(x) }
		mix(shared)
		mix(risky(i))
		mix(deep(i % 20))
		mix(apply([]shape{box{i, 2}, &ring{i, &ring{r: 1}}}, func(s shape) int { return s.area(i) }))
		junk := make([][]int, 10)
		for j := range junk { junk[j] = make([]int, 100) }
		mix(len(junk))
	}
}
func getHash() uint64 { return hash }
)";

TEST(Fuel, EndsABusyProgramAtTheSamePoint) {
  for (uint64_t fuel : {50u, 5000u, 65432u, 1000000u}) {
    std::vector<std::pair<uint64_t, std::string>> seen;
    for (const Way& way : kWays) {
      for (int round = 0; round < 2; round++) {
        Fueled f(way, kBusy, fuel);
        auto r = f.Get<void()>("work")();
        ASSERT_FALSE(r.ok());
        EXPECT_EQ(r.failure().kind, FailureKind::kFuel) << r.failure().Describe();
        std::string where;
        for (const StackEntry& e : r.failure().stack) where += e.function + " ";
        f.isolate->SetFuel(1000);
        seen.emplace_back(*f.Get<uint64_t()>("getHash")(), where);
      }
    }
    for (size_t i = 0; i < seen.size(); i++) {
      EXPECT_EQ(seen[i].first, seen[0].first) << fuel << ", " << kWays[i / 2].name;
      EXPECT_EQ(seen[i].second, seen[0].second) << fuel << ", " << kWays[i / 2].name;
    }
  }
}

TEST(Fuel, AnotherSeedIsAnotherSchedule) {
  uint64_t hashes[2];
  for (int i = 0; i < 2; i++) {
    IsolateOptions o;
    o.seed = static_cast<uint64_t>(i) + 1;
    Fueled f(kWays[3], kBusy, 100000, std::move(o));
    EXPECT_FALSE(f.Get<void()>("work")().ok());
    f.isolate->SetFuel(10);
    hashes[i] = *f.Get<uint64_t()>("getHash")();
  }
  EXPECT_NE(hashes[0], hashes[1]);
}

// While the optimiser replaces the code.
TEST(Fuel, DoesNotDependOnWhenCodeIsOptimized) {
  uint64_t expected = 0;
  for (int round = 0; round < 4; round++) {
    Fueled f(kWays[3], kBusy, 3000000);
    std::thread optimizer([&] {
      std::this_thread::sleep_for(milliseconds(round * 7));
      if (round > 0) EXPECT_TRUE(f.module.Optimize().ok());
    });
    EXPECT_EQ(f.Get<void()>("work")().failure().kind, FailureKind::kFuel);
    optimizer.join();
    f.isolate->SetFuel(10);
    const uint64_t hash = *f.Get<uint64_t()>("getHash")();
    if (round == 0) expected = hash;
    EXPECT_EQ(hash, expected);
  }
}

TEST(Fuel, GoroutinesThatSpinGetTurns) {
  for (const Way& way : kWays) {
    SCOPED_TRACE(way.name);
    Fueled f(way, R"(package main
func wait() int {
	done := false
	go func() { done = true }()
	n := 0
	for !done { n++ }
	return n
}
)", 10000000);
    auto r = f.Get<int64_t()>("wait")();
    ASSERT_TRUE(r.ok()) << r.failure().Describe();
    EXPECT_LT(*r, 1000000);
  }
}

TEST(Fuel, OtherLimitsHoldToo) {
  IsolateOptions o;
  o.limits.deadline = milliseconds(100);
  Fueled f(kWays[3], "package main\nfunc loop() { for {} }\nfunc one() int { return 1 }\n", uint64_t{1} << 60, std::move(o));
  auto loop = f.Get<void()>("loop");
  EXPECT_EQ(loop().failure().kind, FailureKind::kTimeout);
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(20));
    f.isolate->Interrupt();
  });
  EXPECT_EQ(loop().failure().kind, FailureKind::kInterrupted);
  other.join();
  EXPECT_EQ(*f.Get<int64_t()>("one")(), 1);
}

TEST(Fuel, NeedsAModuleThatCounts) {
  Engine engine({});
  auto m = engine.CompileModule({.source = {.files = {{"s.go", "package main\nfunc f() {}\n"}}}});
  IsolateOptions o;
  o.fuel = 10;
  Isolate isolate(engine, std::move(o));
  auto loaded = isolate.Load(*m);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.failure().kind, FailureKind::kInternal);
  EXPECT_NE(loaded.failure().text.find("count_fuel"), std::string::npos);
}

TEST(Fuel, ACountingModuleRunsWithoutALimit) {
  Engine engine({});
  auto m = engine.CompileModule(
      {.source = {.files = {{"s.go", "package main\nfunc f(n int) int { t := 0; for i := range n { t += i }; return t }\n"}}},
       .count_fuel = true});
  Isolate isolate(engine);
  ASSERT_TRUE(isolate.Load(*m).ok());
  EXPECT_EQ(*(*isolate.Function<int64_t(int64_t)>("f"))(100000), 4999950000);
  EXPECT_EQ(isolate.fuel(), Limits::kNone);
}

}  // namespace
}  // namespace gol
