// Create, run, destroy, again and again, with goroutines still blocked: nothing may stay behind.
//
// GOL_TEARDOWN_ROUNDS=10000 makes the loop as long; the default keeps the test short.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "gol/gol.h"
#include "support/sanitizers.h"

namespace gol {
namespace {

namespace fs = std::filesystem;

// What a process holds of the system.
struct Holdings {
  int64_t resident_kb = 0;
  int64_t virtual_kb = 0;
  int64_t mappings = 0;
  int64_t threads = 0;
  int64_t descriptors = 0;
};

Holdings Held() {
  Holdings h;
  std::ifstream statm("/proc/self/statm");
  statm >> h.virtual_kb >> h.resident_kb;
  h.virtual_kb *= 4;
  h.resident_kb *= 4;
  std::ifstream maps("/proc/self/maps");
  h.mappings = std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
  h.threads = std::distance(fs::directory_iterator("/proc/self/task"), {});
  h.descriptors = std::distance(fs::directory_iterator("/proc/self/fd"), {});
  return h;
}

int Rounds(int fallback) {
  const char* text = std::getenv("GOL_TEARDOWN_ROUNDS");
  return text != nullptr ? std::atoi(text) : fallback;
}

std::unique_ptr<Program> MustCompile(const std::string& text) {
  Engine engine({});
  CompileResult r = engine.Compile({.paths = {}, .files = {{"main.go", text}}});
  for (const CompileMessage& m : r.messages) ADD_FAILURE() << m.text;
  return std::move(r.program);
}

// Goroutines blocked in each way there is, one that runs and one in a system call.
constexpr char kBlocked[] = R"(package main

import (
	"os"
	"sync"
	"time"
)

type node struct {
	next *node
	pad  [20]int
}

func main() {
	c, nothing := make(chan int), (chan int)(nil)
	var mu sync.Mutex
	var rw sync.RWMutex
	var wg sync.WaitGroup
	cond := sync.NewCond(new(sync.Mutex))
	mu.Lock()
	rw.Lock()
	wg.Add(1)
	r, _, _ := os.Pipe()
	var started sync.WaitGroup
	run := func(f func()) {
		started.Add(1)
		go func() {
			started.Done()
			f()
		}()
	}
	run(func() { c <- 1 })
	run(func() { <-nothing })
	run(func() { select {} })
	run(func() {
		select {
		case <-nothing:
		case c <- 1:
		}
	})
	run(func() { mu.Lock() })
	run(func() { rw.RLock() })
	run(func() { wg.Wait() })
	run(func() { cond.L.Lock(); cond.Wait() })
	run(func() { time.Sleep(time.Hour) })
	run(func() { var b [1]byte; r.Read(b[:]) })
	run(func() {
		for {
		}
	})
	run(func() {
		var f func(n int) int
		f = func(n int) int {
			if n == 0 {
				<-nothing
			}
			return f(n-1) + 1
		}
		f(10000)
	})
	time.AfterFunc(time.Hour, func() {})
	t := time.NewTicker(time.Millisecond)
	<-t.C
	var list *node
	for i := 0; i < 1000; i++ {
		list = &node{next: list}
	}
	started.Wait()
	println(list != nil)
}
)";

// Calls body `rounds` times. What the process holds after a tenth of them is what it may hold at the end.
void ExpectFlat(int rounds, const std::function<void()>& body) {
  Holdings before;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; i++) {
    if (i == rounds / 10) {
      before = Held();
      start = std::chrono::steady_clock::now();
    }
    body();
    if (::testing::Test::HasFailure()) return;
  }
  const auto took = std::chrono::steady_clock::now() - start;
  const Holdings after = Held();
  const double us = static_cast<double>(std::chrono::nanoseconds(took).count()) / 1e3 / (rounds - rounds / 10);
  std::printf("%d rounds: %.0f us each; resident %ld -> %ld KB, virtual %ld -> %ld KB, mappings %ld -> %ld, "
              "threads %ld -> %ld, descriptors %ld -> %ld\n",
              rounds, us, before.resident_kb, after.resident_kb, before.virtual_kb,
              after.virtual_kb, before.mappings, after.mappings, before.threads, after.threads,
              before.descriptors, after.descriptors);
  if (testing::kCountsMemory) {
    EXPECT_LE(after.resident_kb, before.resident_kb + 4096);
    EXPECT_LE(after.mappings, before.mappings + 8);
  }
  // The C library may make another arena of 64 MB for a thread.
  EXPECT_LE(after.virtual_kb, before.virtual_kb + (512 << 10));
  EXPECT_EQ(after.threads, before.threads);
  EXPECT_EQ(after.descriptors, before.descriptors);
}

void ExpectFlat(Program& program, int rounds) {
  RunOptions o;
  o.args = {"program"};
  o.gomaxprocs = 2;
  o.write_stderr = [](std::string_view) {};
  ExpectFlat(rounds, [&] {
    RunResult r = program.Run(o);
    EXPECT_EQ(r.status, RunStatus::kOk) << r.text;
  });
}

TEST(Teardown, LeavesNothingOfBlockedGoroutines) {
  auto program = MustCompile(kBlocked);
  ASSERT_NE(program, nullptr);
  ExpectFlat(*program, Rounds(100));
}

TEST(Teardown, OfATrivialProgramIsQuick) {
  auto program = MustCompile("package main\nfunc main() {}\n");
  ASSERT_NE(program, nullptr);
  ExpectFlat(*program, Rounds(300));
}

// Isolates with goroutines still blocked.
TEST(Teardown, LeavesNothingOfIsolates) {
  Engine engine({});
  auto module = engine.CompileModule({.source = {.files = {{"s.go", R"(package main
type node struct { next *node; pad [20]int }
var root *node
var c = make(chan int)
func use(n int) int {
	for range n { root = &node{next: root} }
	for range 3 { go func() { c <- n }() }
	go func() { select {} }()
	return <-c
}
)"}}}});
  ASSERT_TRUE(module.ok()) << module.failure().Describe();
  ExpectFlat(Rounds(500), [&] {
    IsolateOptions o;
    o.limits.deadline = std::chrono::seconds(60);
    o.files = std::make_shared<MemoryFiles>();
    Isolate isolate(engine, std::move(o));
    EXPECT_TRUE(isolate.Load(*module).ok());
    auto r = (*isolate.Function<int64_t(int64_t)>("use"))(100);
    EXPECT_TRUE(r.ok() && *r == 100);
  });
}

}  // namespace
}  // namespace gol
