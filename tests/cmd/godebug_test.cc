// GODEBUG's settings of allocator and collector: what each prints or does. Where real Go is on the
// machine and has the setting, its output must match the same patterns.
#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

#include "support/program.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

// Allocates some megabytes, most of which die, and collects twice.
constexpr const char* kChurn = R"(package main

import (
	"runtime"
	"runtime/debug"
)

type node struct {
	next *node
	data [6]int
}

var keep *node

func main() {
	for i := 0; i < 200000; i++ {
		n := &node{}
		if i%100 == 0 {
			n.next = keep
			keep = n
		}
	}
	runtime.GC()
	debug.FreeOSMemory()
	println("done")
}
)";

CommandResult RunWith(const std::string& source, const std::string& godebug) {
  return RunSource(source, {.env = {{"GODEBUG", godebug}}});
}

// Lines of text that match the pattern, whole.
int CountLines(const std::string& text, const std::string& pattern) {
  const std::regex re(pattern);
  int n = 0;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    n += std::regex_match(text.substr(at, end - at), re);
    at = end + 1;
  }
  return n;
}

// Runs the program with gol and with Go; each must print a line of each pattern.
void ExpectLines(const std::string& source, const std::string& godebug,
                 const std::vector<std::string>& patterns) {
  CommandResult r = RunWith(source, godebug);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  for (const std::string& p : patterns) EXPECT_GE(CountLines(r.err, p), 1) << p << "\n" << r.err;
  if (GoPath().empty()) return;
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", source);
  CommandResult built =
      RunCommand({GoPath(), "build", "-o", folder + "/program", folder + "/main.go"}, {}, folder);
  ASSERT_EQ(built.exit_code, 0) << built.err;
  r = RunCommand({folder + "/program"}, {{"GODEBUG", godebug}}, folder);
  for (const std::string& p : patterns) EXPECT_GE(CountLines(r.err, p), 1) << p << "\n" << r.err;
}

constexpr const char* kNumber = "[0-9]+(\\.[0-9]+)?";

TEST(Godebug, Gctrace) {
  const std::string n = kNumber;
  const std::string ms = n + "\\+" + n + "\\+" + n + " ms clock, " + n + "\\+" + n + "/" + n + "/" + n +
                         "\\+" + n + " ms cpu";
  ExpectLines(kChurn, "gctrace=1",
              {"gc [0-9]+ @" + n + "s [0-9]+%: " + ms +
                   ", [0-9]+->[0-9]+->[0-9]+ MB, [0-9]+ MB goal, [0-9]+ MB stacks, [0-9]+ MB "
                   "globals, [0-9]+ P",
               "gc .* P \\(forced\\)"});
}

TEST(Godebug, Gcpacertrace) {
  const std::string n = "-?[0-9]+(\\.[0-9]+)?(e[+-][0-9]+)?";
  ExpectLines(kChurn, "gcpacertrace=1",
              {"pacer: assist ratio=" + n + " \\(scan [0-9]+ MB in [0-9]+->[0-9]+ MB\\) workers=[0-9]+\\+" +
                   n,
               "pacer: [0-9]+% CPU \\(25 exp\\.\\) for [0-9]+\\+[0-9]+\\+[0-9]+ B work \\([0-9]+ B "
               "exp\\.\\) in [0-9]+ B -> [0-9]+ B \\(∆goal -?[0-9]+, cons/mark " +
                   n + "\\)",
               "pacer: sweep done at heap size [0-9]+MB; allocated [0-9]+MB during sweep; swept "
               "[0-9]+ pages at " +
                   n + " pages/byte"});
}

TEST(Godebug, Scavtrace) {
  const std::string line =
      "scav [0-9]+ KiB work \\(bg\\), [0-9]+ KiB work \\(eager\\), [0-9]+ KiB now, [0-9]+% util";
  ExpectLines(kChurn, "scavtrace=1", {line, line + " \\(forced\\)"});
}

TEST(Godebug, Inittrace) {
  const std::string n = kNumber;
  const std::string source = R"(package main

var big = make([]*int, 5000)

func main() { println(len(big)) }
)";
  ExpectLines(source, "inittrace=1",
              {"init main @" + n + " ms, " + n + " ms clock, 40960 bytes, 1 allocs",
               "init runtime @" + n + " ms, " + n + " ms clock, [0-9]+ bytes, [0-9]+ allocs"});
}

TEST(Godebug, Allocfreetrace) {
  CommandResult r = RunWith(R"(package main

import "runtime"

type thing struct {
	p *thing
	n [9]int
}

var sink *thing

func build() { sink = &thing{} }

func main() {
	build()
	sink = nil
	runtime.GC()
}
)",
                        "allocfreetrace=1");
  EXPECT_EQ(r.exit_code, 0);
  std::smatch m;
  ASSERT_TRUE(std::regex_search(
      r.err, m,
      std::regex("tracealloc\\((0x[0-9a-f]+), 0x50, main\\.thing\\)\ngoroutine 1 "
                 "\\[running\\]:\nmain\\.build\\(\\.*\\)\n\t.*main\\.go:12.*\nmain\\.main\\(\\.*\\)\n")))
      << r.err;
  EXPECT_NE(r.err.find("tracefree(" + m.str(1) + ", 0x50)\n"), std::string::npos) << r.err;
}

// Reads an object that nothing refers to any more, after a collection.
constexpr const char* kStale = R"(package main

import (
	"runtime"
	"unsafe"
)

type thing struct {
	p *thing
	n [3]uint64
}

var other []*thing
var escaped *thing

//go:noinline
func build() uintptr {
	escaped = &thing{n: [3]uint64{1, 2, 3}}
	t := escaped
	escaped = nil
	for i := 0; i < 100; i++ { // neighbours that stay
		other = append(other, &thing{})
	}
	return uintptr(unsafe.Pointer(t)) ^ 1<<63
}

//go:noinline
func clear(n int) [512]int { return [512]int{n} }

func main() {
	p := build()
	println(clear(1)[0])
	runtime.GC()
	println(*(*uint64)(unsafe.Pointer(p ^ 1<<63 + 8)) == 0xdeadbeefdeadbeef)
}
)";

TEST(Godebug, Clobberfree) {
  CommandResult r = RunWith(kStale, "clobberfree=1");
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.err, "1\ntrue\n");
  r = RunWith(kStale, "");
  EXPECT_EQ(r.err, "1\nfalse\n");
}

TEST(Godebug, EfenceFaults) {
  CommandResult r = RunWith(kStale, "efence=1");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_NE(r.err.find("unexpected fault address"), std::string::npos) << r.err;
}

TEST(Godebug, EfencePagesAreOfOneObject) {
  CommandResult r = RunWith(R"(package main

import (
	"runtime"
	"unsafe"
)

type thing struct{ p, q *thing }

//go:noinline
func make1() *thing { return new(thing) }

func main() {
	seen := map[uintptr]bool{}
	for i := 0; i < 50; i++ {
		p := make1()
		page := uintptr(unsafe.Pointer(p)) / 8192
		if seen[page] {
			println("page used twice")
		}
		seen[page] = true
		if i%10 == 0 {
			runtime.GC()
		}
	}
	println(len(seen))
}
)",
                        "efence=1");
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.err, "50\n");
}

constexpr const char* kBadPointer = R"(package main

import (
	"runtime"
	"unsafe"
)

type holder struct {
	p *[1 << 16]byte
	q *holder
}

var sink *holder
var escaped *[1 << 20]byte

//go:noinline
func hide() uintptr {
	escaped = new([1 << 20]byte) // a span of its own
	big := escaped
	escaped = nil
	return uintptr(unsafe.Pointer(big)) ^ 1<<63
}

//go:noinline
func clear(n int) [512]int { return [512]int{n} }

func main() {
	at := hide()
	clear(1)
	runtime.GC() // frees it
	sink = &holder{}
	*(*uintptr)(unsafe.Pointer(sink)) = at ^ 1<<63 + 512<<10 // not where the holder is
	runtime.GC()
	println("not noticed")
}
)";

TEST(Godebug, Invalidptr) {
  CommandResult r = RunWith(kBadPointer, "");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(std::regex_search(
      r.err, std::regex("runtime: pointer 0x[0-9a-f]+ to unallocated span.*\nruntime: found in "
                        "object at \\*\\(0x[0-9a-f]+\\+0x0\\)\n(.*\n)?fatal error: found bad pointer in Go "
                        "heap \\(incorrect use of unsafe or cgo\\?\\)\n")))
      << r.err;
  r = RunWith(kBadPointer, "invalidptr=0");
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(r.err, "not noticed\n");
}

TEST(Godebug, Madvdontneed) {
  const char* source = R"(package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
)

var sink []byte

func lazyFree() (kb int) {
	data, _ := os.ReadFile("/proc/self/smaps_rollup")
	for _, line := range strings.Split(string(data), "\n") {
		fmt.Sscanf(line, "LazyFree: %d", &kb)
	}
	return kb
}

func main() {
	sink = make([]byte, 32<<20)
	for i := 0; i < len(sink); i += 4096 {
		sink[i] = 1
	}
	sink = nil
	debug.FreeOSMemory()
	fmt.Println(lazyFree() > 30<<10)
}
)";
  // kKeepsGarbage.
  if (!kAddressSanitizer) EXPECT_EQ(RunWith(source, "madvdontneed=0").out, "true\n");
  EXPECT_EQ(RunWith(source, "madvdontneed=1").out, "false\n");
}

// The longest pause over a heap whose marking takes some milliseconds.
TEST(Godebug, Gcstoptheworld) {
  const char* source = R"(package main

import (
	"fmt"
	"runtime"
)

type node struct{ next, other *node }

var list *node

func main() {
	for i := 0; i < 1_000_000; i++ {
		list = &node{list, list}
	}
	shortest := uint64(1 << 62)
	for i := 0; i < 5; i++ {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		shortest = min(shortest, m.PauseNs[(m.NumGC+255)%256])
	}
	fmt.Println(shortest / 1000)
}
)";
  const int concurrent = std::atoi(RunWith(source, "").out.c_str());
  const int stopped = std::atoi(RunWith(source, "gcstoptheworld=1").out.c_str());
  const int swept = std::atoi(RunWith(source, "gcstoptheworld=2").out.c_str());
  EXPECT_GT(stopped, 1000);
  EXPECT_GT(swept, 1000);
  EXPECT_LT(concurrent, stopped / 4);
}

// Nothing is found in a healthy heap. That broken ones are found: gc_check_test.cc.
TEST(Godebug, ChecksPass) {
  for (const char* option : {"gccheckmark=1", "verifyheap=1", "gccheckmark=1,verifyheap=1,gcstress=50"}) {
    CommandResult r = RunWith(kChurn, option);
    EXPECT_EQ(r.exit_code, 0) << option << "\n" << r.err;
    EXPECT_EQ(r.err, "done\n") << option;
  }
}

TEST(MemProfile, RecordsStacks) {
  const char* source = R"(package main

import (
	"fmt"
	"runtime"
)

type thing struct{ data [1000]int }

var keep = make([]*thing, 0, 20000)

//go:noinline
func allocate(n int) {
	for i := 0; i < n; i++ {
		keep = append(keep, new(thing))
	}
}

// Sum of the samples of main.allocate.
func sum() (bytes, inUse int64) {
	records := make([]runtime.MemProfileRecord, 1000)
	n, ok := runtime.MemProfile(records, true)
	if !ok {
		panic("too many")
	}
	for _, r := range records[:n] {
		frames := runtime.CallersFrames(r.Stack())
		for {
			f, more := frames.Next()
			if f.Function == "main.allocate" {
				bytes += r.AllocBytes
				inUse += r.InUseBytes()
			}
			if !more {
				break
			}
		}
	}
	return bytes, inUse
}

func main() {
	allocate(20000) // 160 MB
	bytes, inUse := sum()
	// A sample of 8192 bytes stands for 512 KiB.
	estimate := bytes / 8192 * (512 << 10)
	fmt.Println(estimate > 80<<20, estimate < 320<<20, inUse == bytes)
	keep = nil
	runtime.GC()
	runtime.GC()
	_, inUse = sum()
	fmt.Println(inUse < bytes/10)
	runtime.MemProfileRate = 0
}
)";
  EXPECT_EQ(RunSource(source).out, "true true true\ntrue\n");
}

TEST(MemProfile, RateOneRecordsEverything) {
  const char* source = R"(package main

import (
	"fmt"
	"runtime"
)

type thing struct{ a, b *thing }

var sink *thing
var blocks []byte

//go:noinline
func allocate() {
	for i := 0; i < 1000; i++ {
		sink = new(thing)
	}
}

func main() {
	runtime.GOMAXPROCS(1) // each P notices the change for itself
	runtime.MemProfileRate = 1
	for i := 0; i < 1000; i++ { // the change is noticed within some kilobytes
		blocks = make([]byte, 1024)
		sink = new(thing)
	}
	allocate()
	records := make([]runtime.MemProfileRecord, 1000)
	n, _ := runtime.MemProfile(records, true)
	total := int64(0)
	for _, r := range records[:n] {
		f, _ := runtime.CallersFrames(r.Stack()).Next()
		if f.Function == "main.allocate" {
			total += r.AllocObjects
		}
	}
	fmt.Println(total)
}
)";
  EXPECT_EQ(RunSource(source).out, "1000\n");
}

}  // namespace
}  // namespace gol::testing
