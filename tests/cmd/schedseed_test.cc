// GODEBUG=schedseed=N: one seed, one interleaving.
#include <gtest/gtest.h>

#include <set>

#include "support/program.h"

namespace gol::testing {
namespace {

// Goroutines that race, choose and allocate; prints what came of it.
const char kProgram[] = R"(package main

import (
	"fmt"
	"math/rand"
	"runtime"
	"strings"
	"sync"
)

type log struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *log) add(c byte) { l.mu.Lock(); l.b.WriteByte(c); l.mu.Unlock() }

func mk() *[100]int { for i := 0; i < 200; i++ { last = new([1000]int) }; return new([100]int) }
var last *[1000]int
var sink []*[100]int

func main() {
	var l log
	var wg sync.WaitGroup
	c, d := make(chan int), make(chan int, 3)
	x := 0
	for i := 0; i < 6; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 10; j++ {
				l.add(byte('a' + i))
				y := x
				for k := 0; k < 3; k++ {
					y += 0
				}
				x = y + 1
				select {
				case c <- j:
				case <-c:
				case d <- j:
				case <-d:
				}
				sink = append(sink, new([100]int), mk())
			}
		}()
	}
	go func() {
		for {
			select {
			case c <- 1:
			case <-d:
			}
		}
	}()
	wg.Wait()
	m := map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true}
	for k := range m {
		fmt.Print(k)
	}
	
	fmt.Println(l.b.String(), x, rand.Intn(1000), runtime.NumGoroutine(), runtime.GOMAXPROCS(8))
}
)";

std::string RunWithSeed(int seed, const std::string& more = "") {
  ProgramOptions options;
  static const std::string cache = TempFolder();
  options.env = {{"GODEBUG", "schedseed=" + std::to_string(seed) + more}, {"GOLCACHE", cache}};
  CommandResult r = RunSource(kProgram, options);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  return r.out;
}

TEST(SchedSeed, TheSameSeedGivesTheSameSchedule) {
  for (int seed : {1, 77}) {
    const std::string first = RunWithSeed(seed);
    EXPECT_EQ(RunWithSeed(seed), first);
    EXPECT_EQ(RunWithSeed(seed), first);
  }
}

TEST(SchedSeed, OtherSeedsGiveOtherSchedules) {
  std::set<std::string> outputs;
  for (int seed = 1; seed <= 5; seed++) outputs.insert(RunWithSeed(seed));
  EXPECT_GE(outputs.size(), 4u);
}

}  // namespace
}  // namespace gol::testing
