// Profiles: flags of gol run and gol test, package runtime/pprof, gol tool pprof; read by the real
// pprof where there is one.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "browser.h"
#include "support/program.h"

namespace gol::testing {
namespace {

constexpr char kBusy[] = R"(package main

import (
	"math"
	"sync"
	"time"
)

//go:noinline
func hot(n int) (x float64) {
	for i := 0; i < n; i++ {
		x += math.Sin(float64(i))
	}
	return x
}

var mu sync.Mutex

func locker(wg *sync.WaitGroup) {
	defer wg.Done()
	for i := 0; i < 20; i++ {
		mu.Lock()
		time.Sleep(500 * time.Microsecond)
		mu.Unlock()
	}
}

//go:noinline
func wait(c chan int) int { return <-c }

func main() {
	hot(20_000_000)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go locker(&wg)
	}
	wg.Wait()
	c := make(chan int)
	go func() {
		time.Sleep(20 * time.Millisecond)
		c <- 1
	}()
	wait(c)
}
)";

// The tools that print a profile: gol's, and Go's where there is one.
std::vector<std::vector<std::string>> Readers() {
  std::vector<std::vector<std::string>> readers{{GolPath()}};
  if (!GoPath().empty()) readers.push_back({GoPath()});
  return readers;
}

std::string Top(std::vector<std::string> reader, const std::string& folder, const std::string& file,
                const std::vector<std::string>& flags = {}) {
  reader.insert(reader.end(), {"tool", "pprof", "-top"});
  reader.insert(reader.end(), flags.begin(), flags.end());
  reader.push_back(folder + "/" + file);
  CommandResult r = RunCommand(reader, {}, folder);
  EXPECT_EQ(r.exit_code, 0) << file << "\n" << r.err;
  return r.out;
}

// The cumulative value in ms of a function in a list.
double CumMs(const std::string& top, const std::string& function) {
  std::smatch m;
  std::string name = std::regex_replace(function, std::regex(R"([.*()])"), R"(\$&)");
  if (!std::regex_search(top, m, std::regex(R"(([0-9.]+)(ms|s|us)\s+[0-9.]+%\s+)" + name + R"(( \(inline\))?\n)"))) {
    return -1;
  }
  const double v = std::stod(m[1]);
  return m[2] == "s" ? v * 1000 : m[2] == "us" ? v / 1000 : v;
}

TEST(Profile, FlagsOfRun) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/busy.go", kBusy);
  CommandResult r = RunGol({"run", "-cpuprofile", "cpu.pb", "-blockprofile=block.pb",
                            "-mutexprofile", "mutex.pb", "busy.go"},
                           folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  for (const auto& reader : Readers()) {
    std::string top = Top(reader, folder, "cpu.pb");
    EXPECT_NE(top.find("Type: cpu\n"), std::string::npos) << top;
    EXPECT_NE(top.find(" main.hot\n"), std::string::npos) << top;
    EXPECT_GT(CumMs(top, "main.main"), 40) << top;
    top = Top(reader, folder, "block.pb");
    EXPECT_NE(top.find("Type: delay\n"), std::string::npos) << top;
    // The one that waits for the channel does so for about 20 ms.
    EXPECT_GE(CumMs(top, "main.wait"), 15) << top;
    EXPECT_LT(CumMs(top, "main.wait"), 200) << top;
    EXPECT_GT(CumMs(top, "main.locker"), 20) << top;
    EXPECT_NE(top.find("runtime.chanrecv"), std::string::npos) << top;
    top = Top(reader, folder, "mutex.pb");
    EXPECT_GT(CumMs(top, "main.locker"), 20) << top;
    EXPECT_GT(CumMs(top, "sync.(*Mutex).Unlock"), 20) << top;
    top = Top(reader, folder, "block.pb", {"-sample_index=contentions", "-cum"});
    EXPECT_NE(top.find("Type: contentions\n"), std::string::npos) << top;
  }
}

TEST(Profile, Allocations) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/a.go", R"(package main

import "runtime"

var keep [][]byte

//go:noinline
func kept() {
	for i := 0; i < 8192; i++ {
		keep = append(keep, make([]byte, 16<<10))
	}
}

//go:noinline
func dropped() {
	for i := 0; i < 8192; i++ {
		sink = make([]byte, 16<<10)
	}
	sink = nil
}

var sink []byte

func main() {
	kept()
	dropped()
	runtime.KeepAlive(keep)
}
)");
  CommandResult r = RunGol({"run", "-memprofile", "mem.pb", "a.go"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  auto megabytes = [](const std::string& top, const std::string& function) {
    std::smatch m;
    return std::regex_search(top, m, std::regex("([0-9.]+)MB +[0-9.]+% +[0-9.]+% +[0-9.]+MB +[0-9.]+% +main." + function + "\n"))
               ? std::stod(m[1])
               : 0.0;
  };
  for (const auto& reader : Readers()) {
    std::string top = Top(reader, folder, "mem.pb");
    EXPECT_NE(top.find("Type: alloc_space\n"), std::string::npos) << top;
    EXPECT_NEAR(megabytes(top, "kept"), 128, 45) << top;
    EXPECT_NEAR(megabytes(top, "dropped"), 128, 45) << top;
    top = Top(reader, folder, "mem.pb", {"-sample_index=inuse_space"});
    EXPECT_NEAR(megabytes(top, "kept"), 128, 45) << top;
    EXPECT_LT(megabytes(top, "dropped"), 5) << top;
  }
}

// The heap's own locks: whoever waits for them is charged, by line.
TEST(Profile, LocksOfTheHeap) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", R"(package main

import (
	"fmt"
	"runtime/lab"
	"sync"
	"time"
)

type node struct {
	next *node
	pad  [120]uint64
}

var sinks [4][]byte
var lists [4]*node

func pages(i int) { sinks[i] = make([]byte, 40<<10) }

func central(i, n int) {
	lists[i] = &node{next: lists[i]}
	if n%1000 == 0 {
		lists[i] = nil
	}
}

func main() {
	var c, p lab.LockCounts
	for begin := time.Now(); (c.Contended < 20 || p.Contended < 20) && time.Since(begin) < 20*time.Second; c, p = lab.Locks() {
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Add(2)
			go func() {
				defer wg.Done()
				for range 4000 {
					pages(i)
				}
			}()
			go func() {
				defer wg.Done()
				for n := range 40000 {
					central(i, n)
				}
			}()
		}
		wg.Wait()
	}
	fmt.Println(c.Contended, p.Contended)
}
)");
  CommandResult r = RunGol({"run", "-mutexprofile", "m.pb", "main.go"}, folder, {{"GOMAXPROCS", "4"}});
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const int counted = std::stoi(r.out) + std::stoi(r.out.substr(r.out.find(' ')));
  for (const auto& reader : Readers()) {
    const std::string top = Top(reader, folder, "m.pb");
    for (const char* name : {"runtime.mcentral.lock", "runtime.mheap.lock", "main.pages", "main.central"}) {
      EXPECT_GT(CumMs(top, name), 0) << name << "\n" << top;
    }
    // The waits of goroutines, and there may have been some more since they were counted.
    const std::string counts = Top(reader, folder, "m.pb", {"-sample_index=contentions"});
    std::smatch total;
    ASSERT_TRUE(std::regex_search(counts, total, std::regex("of (\\d+) total"))) << counts;
    EXPECT_GT(std::stoi(total[1]), 10) << counts;
    EXPECT_LT(std::stoi(total[1]), counted + 50) << counts;
  }
}

// The pages that real pprof serves.
TEST(Profile, PprofServesIt) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/busy.go", kBusy);
  CommandResult r = RunGol({"run", "-cpuprofile", "cpu.pb", "busy.go"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  r = RunCommand({"/bin/sh", "-c",
                  "command -v curl > have || exit 0\n"
                  "port=$((20000 + $$ % 20000))\n"
                  "'" + GoPath() + "' tool pprof -http=localhost:$port -no_browser cpu.pb > log 2>&1 &\n"
                  "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"
                  "  curl -sf localhost:$port/ui/top > top && curl -sf localhost:$port/ui/flamegraph > flame && break\n"
                  "  sleep 0.5\ndone\nkill $!"},
                 {}, folder);
  if (ReadFile(folder + "/have").empty()) GTEST_SKIP() << "no curl on this machine";
  EXPECT_NE(ReadFile(folder + "/top").find("main.hot"), std::string::npos) << ReadFile(folder + "/log");
  EXPECT_NE(ReadFile(folder + "/flame").find("main.hot"), std::string::npos);
}

// Lines of the source: what real pprof lists for a function.
TEST(Profile, ListsLines) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/busy.go", kBusy);
  CommandResult r = RunGol({"run", "-cpuprofile", "cpu.pb", "busy.go"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  r = RunCommand({GoPath(), "tool", "pprof", "-list", "main.hot", "cpu.pb"}, {}, folder);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(([0-9.]+m?s|\.)\s+[0-9.]+m?s\s+12:\s+x \+= math\.Sin)"))) << r.out;
}

TEST(Profile, Package) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/p.gol", R"(import "runtime/pprof"
f, _ := os.Create("cpu.pb")
fmt.Println(pprof.StartCPUProfile(f), pprof.StartCPUProfile(f))
func hot(n int) (x float64) {
	for i := range n {
		x += math.Sin(float64(i))
	}
	return
}
pprof.Do(context.Background(), pprof.Labels("phase", "one"), func(ctx context.Context) {
	v, ok := pprof.Label(ctx, "phase")
	fmt.Println(hot(20000000) != 0, v, ok)
})
pprof.StopCPUProfile()
f.Close()
for _, p := range pprof.Profiles() {
	fmt.Print(p.Name(), " ")
}
fmt.Println()
stop := make(chan bool)
func parked() { <-stop }
for range 3 {
	go parked()
}
for runtime.NumGoroutine() < 4 {
	runtime.Gosched()
}
time.Sleep(10 * time.Millisecond)
g, _ := os.Create("g.pb")
pprof.Lookup("goroutine").WriteTo(g, 0)
g.Close()
var text strings.Builder
pprof.Lookup("goroutine").WriteTo(&text, 1)
fmt.Println(strings.Contains(text.String(), "goroutine profile: total 4\n3 @ 0x"), strings.Contains(text.String(), "main.parked+0x"))
c := pprof.NewProfile("my.things")
func add(i int) { c.Add(i, 0) }
add(1)
add(2)
fmt.Println(c.Count(), pprof.Lookup("my.things") == c, pprof.Lookup("none") == nil)
c.Remove(2)
x, _ := os.Create("my.pb")
c.WriteTo(x, 0)
x.Close()
h, _ := os.Create("heap.pb")
fmt.Println(pprof.WriteHeapProfile(h))
h.Close()
defer func() { fmt.Println(recover()) }()
pprof.NewProfile("heap")
)");
  CommandResult r = RunGol({"run", "p.gol"}, folder);
  EXPECT_EQ(r.out,
            "<nil> cpu profiling already in use\n"
            "true one true\n"
            "allocs block goroutine heap mutex threadcreate \n"
            "true true\n"
            "2 true true\n"
            "<nil>\n"
            "pprof: NewProfile name already in use: heap\n")
      << r.err;
  for (const auto& reader : Readers()) {
    std::string top = Top(reader, folder, "cpu.pb");
    EXPECT_NE(top.find("math.Sin"), std::string::npos) << top;
    top = Top(reader, folder, "g.pb");
    EXPECT_NE(top.find("         3 75.00% 75.00%          3 75.00%  main.parked"), std::string::npos) << top;
    top = Top(reader, folder, "my.pb");
    EXPECT_NE(top.find("         1   100%   100%          1   100%  main.add"), std::string::npos) << top;
    Top(reader, folder, "heap.pb");
  }
  if (GoPath().empty()) return;
  r = RunCommand({GoPath(), "tool", "pprof", "-tags", "cpu.pb"}, {}, folder);
  EXPECT_NE(r.out.find(" phase: Total "), std::string::npos) << r.out;
}

TEST(Profile, FlagsOfTest) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/go.mod", "module example\n\ngo 1.26\n");
  WriteFile(folder + "/p/p_test.go", R"(package p

import (
	"math"
	"testing"
)

func spin(n int) (x float64) {
	for i := 0; i < n; i++ {
		x += math.Sin(float64(i))
	}
	return x
}

func TestSpin(t *testing.T) {
	if spin(20_000_000) == 0 {
		t.Fail()
	}
}
)");
  CommandResult r = RunGol({"test", "-cpuprofile", "cpu.pb", "./p"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.out << r.err;
  ASSERT_TRUE(std::filesystem::exists(folder + "/cpu.pb"));
  for (const auto& reader : Readers()) {
    EXPECT_NE(Top(reader, folder, "cpu.pb").find("math.Sin"), std::string::npos);
  }
}

TEST(Profile, ToolSaysWhatIsWrong) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/x", "no profile at all");
  EXPECT_EQ(RunGol({"tool", "pprof", "-top", "x"}, folder).exit_code, 1);
  EXPECT_EQ(RunGol({"tool", "pprof", "-top", "none"}, folder).exit_code, 1);
  EXPECT_EQ(RunGol({"tool", "pprof", "x"}, folder).exit_code, 2);
}

TEST(ToolPprof, FlameGraph) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go",
            "package main\n\n//go:noinline\nfunc hot(n int) int {\n\tx := 1\n\tfor i := 0; i < n; i++ {\n"
            "\t\tx = x*31 ^ i\n\t}\n\treturn x\n}\n\n//go:noinline\nfunc outer() int {\n\ts := 0\n"
            "\tfor range 400 {\n\t\ts += hot(1000000)\n\t}\n\treturn s\n}\n\nfunc main() { println(outer() != 0) }\n");
  CommandResult r = RunGol({"run", "-cpuprofile", "cpu", "main.go"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  r = RunGol({"tool", "pprof", "-html=f.html", "-svg=f.svg", "cpu"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out, "");
  const std::string svg = ReadFile(folder + "/f.svg");
  // Callers above callees, each as wide as its share.
  std::regex cell("<rect x=\"([\\d.]+)\" y=\"(\\d+)\" width=\"([\\d.]+)\"[^>]* data-tip=\"(main\\.\\w+)&#10;([^\"]*)\"");
  std::map<std::string, std::pair<int, double>> cells;
  for (auto m = std::sregex_iterator(svg.begin(), svg.end(), cell); m != std::sregex_iterator(); ++m) {
    cells[(*m)[4]] = {std::stoi((*m)[2]), std::stod((*m)[3])};
  }
  ASSERT_TRUE(cells.contains("main.outer") && cells.contains("main.hot")) << svg.substr(0, 3000);
  EXPECT_LT(cells["main.outer"].first, cells["main.hot"].first);
  EXPECT_GT(cells["main.hot"].second, 600) << "most of the time";
  EXPECT_GE(cells["main.outer"].second, cells["main.hot"].second - 0.01);
  EXPECT_EQ(RunGol({"tool", "pprof", "cpu"}, folder).exit_code, 2);
  const std::string browser = BrowserPath();
  if (browser.empty()) GTEST_SKIP() << "no browser on this machine";
  for (int width : {1280, 400}) {
    OpenedPage page = OpenPage(browser, folder + "/f.html", width, ".cell");
    ASSERT_TRUE(page.ok);
    EXPECT_EQ(page.console, "");
    EXPECT_TRUE(std::regex_search(page.tip, std::regex("\\n[\\d.]+m?s, [\\d.]+%"))) << page.tip;
    EXPECT_FALSE(page.is_wider) << width;
  }
}

}  // namespace
}  // namespace gol::testing
