// Package runtime/metrics: the names and kinds of Go's, and numbers that say what happened.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/program.h"

namespace gol::testing {
namespace {

constexpr char kNames[] = R"(package main

import (
	"fmt"
	"runtime/metrics"
)

func main() {
	for _, d := range metrics.All() {
		fmt.Println(d.Name, d.Kind, d.Cumulative)
	}
}
)";

// Not measured: see stdlib/README.md.
bool IsKnownToBeMissing(const std::string& name) {
  for (const char* start : {"/cpu/classes/idle:", "/cpu/classes/user:", "/cpu/classes/scavenge/", "/gc/scan/heap:",
                            "/gc/scan/total:", "/sched/latencies:", "/godebug/"}) {
    if (name.starts_with(start)) return true;
  }
  return false;
}

TEST(Metrics, NamesAreGos) {
  const CommandResult gol = RunSource(kNames);
  ASSERT_EQ(gol.exit_code, 0) << gol.err;
  const std::vector<std::string> lines = Lines(gol.out);
  EXPECT_TRUE(std::is_sorted(lines.begin(), lines.end()));
  EXPECT_GT(lines.size(), 50u);
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", kNames);
  const CommandResult go = RunCommand({GoPath(), "run", "main.go"}, {}, folder, 120);
  ASSERT_EQ(go.exit_code, 0) << go.err;
  std::set<std::string> missing;
  for (const std::string& line : Lines(go.out)) missing.insert(line);
  for (const std::string& line : lines) EXPECT_EQ(missing.erase(line), 1u) << line;
  for (const std::string& line : missing) EXPECT_TRUE(IsKnownToBeMissing(line)) << line;
}

TEST(Metrics, SayWhatHappened) {
  const CommandResult r = RunSource(R"(package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

func value(name string) metrics.Value {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return s[0].Value
}

func number(name string) uint64  { return value(name).Uint64() }
func second(name string) float64 { return value(name).Float64() }

func sum(name string) (n uint64) {
	h := value(name).Float64Histogram()
	if len(h.Buckets) != len(h.Counts)+1 || !math.IsInf(h.Buckets[len(h.Counts)], 1) {
		panic(name)
	}
	for i, c := range h.Counts {
		if h.Buckets[i] >= h.Buckets[i+1] {
			panic(name)
		}
		n += c
	}
	return n
}

var sink []*[100]byte
var big []byte
var last *byte

func main() {
	debug.SetGCPercent(77)
	debug.SetMemoryLimit(5 << 30)
	fmt.Println(number("/gc/gogc:percent"), number("/gc/gomemlimit:bytes")>>30, number("/gc/limiter/last-enabled:gc-cycle"))
	debug.SetGCPercent(-1)
	fmt.Println(number("/gc/gogc:percent") == math.MaxUint64)

	gcs, others := sum("/sched/pauses/total/gc:seconds"), sum("/sched/pauses/total/other:seconds")
	h0 := value("/gc/heap/allocs-by-size:bytes").Float64Histogram()
	for range 1000 {
		sink = append(sink, new([100]byte))
	}
	big = make([]byte, 100_000)
	h1 := value("/gc/heap/allocs-by-size:bytes").Float64Histogram()
	for i := range h1.Counts {
		if n := h1.Counts[i] - h0.Counts[i]; n >= 1000 {
			fmt.Println("1000 objects of", h1.Buckets[i], "to", h1.Buckets[i+1]-1)
		}
	}
	fmt.Println(h1.Counts[len(h1.Counts)-1] > h0.Counts[len(h0.Counts)-1], sum("/gc/heap/allocs-by-size:bytes") <= number("/gc/heap/allocs:objects"))
	sink = nil
	runtime.GC()
	for range 4 {
		runtime.GC()
	}
	fmt.Println(sum("/sched/pauses/total/gc:seconds")-gcs >= 5, sum("/gc/pauses:seconds") == sum("/sched/pauses/total/gc:seconds"))
	fmt.Println(sum("/sched/pauses/total/other:seconds") > others, sum("/sched/pauses/stopping/gc:seconds") >= 5)
	fmt.Println(sum("/gc/heap/frees-by-size:bytes") >= 1000, number("/gc/heap/live:bytes") > 100_000, number("/gc/heap/live:bytes") < 4<<20)

	tiny := number("/gc/heap/tiny/allocs:objects")
	for range 1000 {
		last = new(byte)
	}
	fmt.Println(number("/gc/heap/tiny/allocs:objects")-tiny > 900, *last)

	func() {
		p := new([64]int)
		runtime.SetFinalizer(p, func(*[64]int) {})
		q := new([64]int)
		runtime.AddCleanup(q, func(int) {}, 1)
	}()
	for range 100 {
		runtime.GC()
		time.Sleep(time.Millisecond)
		if number("/gc/finalizers/executed:finalizers") > 0 && number("/gc/cleanups/executed:cleanups") > 0 {
			break
		}
	}
	fmt.Println(number("/gc/finalizers/queued:finalizers"), number("/gc/finalizers/executed:finalizers"),
		number("/gc/cleanups/queued:cleanups"), number("/gc/cleanups/executed:cleanups"))

	created := number("/sched/goroutines-created:goroutines")
	stop := make(chan bool)
	for range 100 {
		go func() { <-stop }()
	}
	for number("/sched/goroutines/waiting:goroutines") < 100 {
		runtime.Gosched()
	}
	fmt.Println(number("/sched/goroutines-created:goroutines")-created >= 100, number("/sched/goroutines/running:goroutines") >= 1,
		number("/sched/goroutines:goroutines"), number("/sched/threads/total:threads") >= 1)
	close(stop)

	wait := second("/sync/mutex/wait/total:seconds")
	var mu sync.Mutex
	mu.Lock()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		mu.Lock()
		mu.Unlock()
	}()
	time.Sleep(30 * time.Millisecond)
	mu.Unlock()
	wg.Wait()
	waited := second("/sync/mutex/wait/total:seconds") - wait
	fmt.Println(waited > 0.005, waited < 5)

	gc, all := second("/cpu/classes/gc/total:cpu-seconds"), second("/cpu/classes/total:cpu-seconds")
	fmt.Println(gc > 0, gc < all, second("/cpu/classes/gc/mark/dedicated:cpu-seconds") <= gc, second("/cpu/classes/gc/pause:cpu-seconds") > 0)
	fmt.Println(number("/memory/classes/heap/stacks:bytes") > 0, number("/gc/stack/starting-size:bytes") > 0, number("/gc/scan/stack:bytes") > 0,
		number("/gc/scan/globals:bytes") > 0, value("/no/such:thing").Kind() == metrics.KindBad)
}
)");
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out,
            "77 5 0\n"
            "true\n"
            "1000 objects of 97 to 112\n"
            "true true\n"
            "true true\n"
            "true true\n"
            "true true true\n"
            "true 0\n"
            "1 1 1 1\n"
            "true true 101 true\n"
            "true true\n"
            "true true true true\n"
            "true true true true true\n")
      << r.err;
}

}  // namespace
}  // namespace gol::testing
