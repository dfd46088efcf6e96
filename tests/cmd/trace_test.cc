// Execution traces: package runtime/trace, the -trace flag, the article's block 11; opened by the real
// trace tool where there is one, and compared with what the program counted.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "browser.h"
#include "support/program.h"

namespace gol::testing {
namespace {

// The trace as `go tool trace -d=parsed` prints it; empty when the tool refuses it.
std::string Parsed(const std::string& folder, const std::string& file) {
  CommandResult r = RunCommand({GoPath(), "tool", "trace", "-d=parsed", file}, {}, folder);
  EXPECT_EQ(r.exit_code, 0) << r.err.substr(0, 2000) << r.out.substr(0, 2000);
  return r.exit_code == 0 ? r.out : "";
}

// Lines that hold all of the words, in order.
int Count(const std::string& text, const std::vector<std::string>& words) {
  int n = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    size_t at = 0;
    bool all = true;
    for (const std::string& word : words) {
      at = line.find(word, at);
      if (at == std::string::npos) {
        all = false;
        break;
      }
      at += word.size();
    }
    if (all) n++;
  }
  return n;
}

constexpr char kStorm[] = R"go(package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

type node struct{ l, r *node }

func tree(d int) *node {
	if d == 0 {
		return &node{}
	}
	return &node{tree(d - 1), tree(d - 1)}
}

func worker(ctx context.Context, in <-chan int, out chan<- int, wg *sync.WaitGroup) {
	defer wg.Done()
	for v := range in {
		trace.WithRegion(ctx, "work", func() {
			tree(8)
			out <- v
		})
	}
}

func main() {
	var before, after runtime.MemStats
	stop := make(chan bool)
	for range 3 {
		go func() {
			for {
				select {
				case <-stop:
					return
				default:
					f, _ := os.Open("/dev/null")
					f.Close()
					time.Sleep(20 * time.Microsecond)
				}
			}
		}()
	}
	if len(os.Args) > 1 {
		time.Sleep(5 * time.Millisecond)
		f, _ := os.Create(os.Args[1])
		defer f.Close()
		fmt.Println(trace.Start(f), trace.Start(f), trace.IsEnabled())
		defer trace.Stop()
	}
	runtime.ReadMemStats(&before)
	ctx, task := trace.NewTask(context.Background(), "storm")
	in, out := make(chan int), make(chan int, 4)
	var wg sync.WaitGroup
	for range 6 {
		wg.Add(1)
		go worker(ctx, in, out, &wg)
	}
	done := make(chan int)
	go func() {
		n := 0
		for range out {
			n++
		}
		done <- n
	}()
	for i := range 1500 {
		in <- i
		if i%500 == 0 {
			runtime.GOMAXPROCS(1 + i/500%4)
			runtime.GC()
		}
	}
	close(in)
	wg.Wait()
	close(out)
	n := <-done
	trace.Logf(ctx, "sum", "n=%d", n)
	trace.Log(context.Background(), "", "bare")
	func() {
		defer func() { recover() }()
		trace.WithRegion(ctx, "fails", func() { panic(1) })
	}()
	r := trace.StartRegion(context.Background(), "open")
	r.End()
	task.End()
	close(stop)
	runtime.ReadMemStats(&after)
	fmt.Println(n, after.NumGC-before.NumGC)
}
)go";

void CheckStorm(const std::string& parsed, const std::string& out, bool whole_run) {
  std::smatch m;
  ASSERT_TRUE(std::regex_search(out, m, std::regex(R"((\d+) (\d+)\n)"))) << out;
  const int collections = std::stoi(m[2]);
  EXPECT_EQ(Count(parsed, {"RegionBegin ", R"(Type="work")"}), 1500);
  EXPECT_EQ(Count(parsed, {"RegionEnd ", R"(Type="work")"}), 1500);
  EXPECT_EQ(Count(parsed, {"RegionEnd ", R"(Type="fails")"}), 1);
  EXPECT_EQ(Count(parsed, {"RegionEnd ", R"(Type="open")"}), 1);
  EXPECT_EQ(Count(parsed, {"TaskBegin ", R"(Type="storm")"}), 1);
  EXPECT_EQ(Count(parsed, {"TaskEnd ", R"(Type="storm")"}), 1);
  EXPECT_EQ(Count(parsed, {"Log ", R"(Category="sum" Message="n=1500")"}), 1);
  const int marks = Count(parsed, {"RangeBegin ", R"(Name="GC concurrent mark phase")"});
  if (whole_run) EXPECT_GE(marks, collections);
  else EXPECT_NEAR(marks, collections, 1);
  EXPECT_GE(Count(parsed, {"RangeBegin ", "Name=\"stop-the-world (GC mark termination)\""}),
            collections - 1);
  EXPECT_GE(Count(parsed, {"RangeBegin ", "Name=\"stop-the-world (GOMAXPROCS)\""}), 2);
  EXPECT_GT(Count(parsed, {"RangeBegin ", R"(Name="GC incremental sweep")"}), 0);
  EXPECT_GT(Count(parsed, {"Metric ", R"(Name="/memory/classes/heap/objects:bytes")"}), 10);
  EXPECT_GT(Count(parsed, {"Metric ", R"(Name="/gc/heap/goal:bytes")"}), 2);
  EXPECT_GE(Count(parsed, {"GoID=", " NotExist->Runnable"}), 7);
  EXPECT_GT(Count(parsed, {R"(Running->Waiting Reason="chan receive")"}), 100);
  EXPECT_GT(Count(parsed, {"Running->Syscall"}), 10);
  EXPECT_GT(Count(parsed, {R"(Running->Waiting Reason="sleep")"}), 5);
}

TEST(Trace, FlagOfRun) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/storm.go", kStorm);
  for (const char* procs : {"1", "2", "4"}) {
    CommandResult r = RunGol({"run", "-trace", "t.out", "storm.go"}, folder, {{"GOMAXPROCS", procs}});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    CheckStorm(Parsed(folder, "t.out"), r.out, true);
  }
  CommandResult r = RunCommand({"/bin/sh", "-c",
                                "'" + GoPath() + "' tool trace -pprof=sync t.out > sync.pb && '" +
                                    GoPath() + "' tool pprof -top sync.pb"},
                               {}, folder);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_NE(r.out.find("main.worker"), std::string::npos) << r.out;
}

// Goroutines run, wait, sleep and are in system calls when the trace begins.
TEST(Trace, BeginsInTheMiddle) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/storm.go", kStorm);
  for (const char* godebug : {"", "gcstoptheworld=1", "gcstoptheworld=2"}) {
    CommandResult r = RunGol({"run", "storm.go", "t.out"}, folder, {{"GODEBUG", godebug}});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_TRUE(r.out.starts_with("<nil> tracing is already enabled true\n")) << r.out;
    const std::string parsed = Parsed(folder, "t.out");
    if (*godebug == 0) CheckStorm(parsed, r.out, false);
    EXPECT_EQ(Count(parsed, {"RegionEnd ", R"(Type="work")"}), 1500) << godebug;
    EXPECT_GE(Count(parsed, {"GoID=", "Undetermined->"}), 4);
  }
}

TEST(Trace, FlagOfTest) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/go.mod", "module example\n\ngo 1.26\n");
  WriteFile(folder + "/p/p_test.go",
            "package p\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {\n\tt.Parallel()\n}\n");
  CommandResult r = RunGol({"test", "-trace", "t.out", "./p"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.out << r.err;
  EXPECT_GE(Count(Parsed(folder, "t.out"), {"NotExist->Runnable"}), 1);
}

TEST(Trace, OffDoesNothing) {
  CommandResult r = RunSource(R"(import "runtime/trace"
fmt.Println(trace.IsEnabled())
trace.Stop()
ctx, task := trace.NewTask(context.Background(), "t")
trace.Log(ctx, "a", "b")
ran := false
trace.WithRegion(ctx, "r", func() { ran = true })
trace.StartRegion(ctx, "s").End()
task.End()
fmt.Println(ran)
)",
                              {.file = "s.gol"});
  EXPECT_EQ(r.out, "false\ntrue\n") << r.err;
}

TEST(ArticleBlocks, Block11TracesAssignments) {
  const std::string folder = TempFolder();
  CommandResult r = RunGol({"run", "--prelude", GOL_SOURCE_DIR "/examples/article",
                            GOL_SOURCE_DIR "/tests/seed/11_traced_map_assign.go", "t.out"},
                           folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out, "24960\n");
  EXPECT_TRUE(ReadFile(folder + "/t.out").starts_with("go 1.26 trace"));
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string parsed = Parsed(folder, "t.out");
  EXPECT_EQ(Count(parsed, {"RegionBegin ", R"(Type="mapassign")"}), 24960);
  EXPECT_NE(parsed.find("main.tracedMapAssign @"), std::string::npos);
  EXPECT_NE(parsed.find("11_traced_map_assign.go:3"), std::string::npos);
}

// The number behind "name": in a JSON text, from a place on.
int64_t JsonNumber(const std::string& json, const std::string& name, size_t from = 0) {
  const size_t at = json.find("\"" + name + "\":", from);
  return at == std::string::npos ? -1 : std::atoll(json.c_str() + at + name.size() + 3);
}

TEST(ToolTrace, HeatMapOfTheArticle) {
  const std::string folder = TempFolder();
  CommandResult r = RunGol({"run", "--prelude", GOL_SOURCE_DIR "/examples/article",
                            GOL_SOURCE_DIR "/tests/seed/11_traced_map_assign.go", "t.out"},
                           folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  r = RunGol({"tool", "trace", "-o", "t.html", "-json", "t.json", "-svg", "t.svg", "-heat", "h.svg", "t.out"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const std::string json = ReadFile(folder + "/t.json");
  EXPECT_EQ(JsonNumber(json, "count", json.find("\"type\":\"mapassign\"")), 24960);
  // 5 lengths of keys, 13 steps of the load factor, each with its share of the calls.
  const size_t map = json.find("\"heatMaps\":[{\"type\":\"mapassign\"");
  ASSERT_NE(map, std::string::npos);
  int cells = 0;
  int64_t calls = 0;
  for (size_t at = map; (at = json.find("{\"key\":", at + 1)) != std::string::npos; cells++) {
    calls += JsonNumber(json, "count", at);
    const int64_t mean = JsonNumber(json, "meanNs", at);
    EXPECT_GT(mean, 5) << json.substr(at, 80);
    EXPECT_LT(mean, 1000000) << json.substr(at, 80);
  }
  EXPECT_EQ(cells, 65);
  EXPECT_EQ(calls, 24960);
  EXPECT_NE(ReadFile(folder + "/h.svg").find("load factor"), std::string::npos);
  EXPECT_TRUE(ReadFile(folder + "/t.svg").starts_with("<?xml"));
  const std::string page = ReadFile(folder + "/t.html");
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
  EXPECT_EQ(page.find("href=\"http"), std::string::npos);
  const std::string browser = BrowserPath();
  if (browser.empty()) GTEST_SKIP() << "no browser on this machine";
  for (int width : {1280, 400}) {
    OpenedPage opened = OpenPage(browser, folder + "/t.html", width, ".cell");
    ASSERT_TRUE(opened.ok);
    EXPECT_EQ(opened.console, "");
    EXPECT_TRUE(std::regex_match(opened.tip, std::regex("mapassign\nload factor 0, key of 8 bytes\nmean [\\d.]+ .?s, "
                                                        "median [\\d.]+ .*s, 95 % [\\d.]+ .*s\n384 regions")))
        << opened.tip;
    EXPECT_FALSE(opened.is_wider) << width;
    EXPECT_NE(opened.dom.find(">Stops of the world</h2>"), std::string::npos);
  }
}

TEST(ToolTrace, CountsWhatTheProgramCounted) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", kStorm);
  CommandResult r = RunGol({"run", "-trace", "t.out", "main.go"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  r = RunGol({"tool", "trace", "-json", "t.json", "t.out"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const std::string json = ReadFile(folder + "/t.json");
  EXPECT_GT(JsonNumber(json, "collections"), 0);
  EXPECT_NE(json.find("\"kind\":\"GC mark termination\""), std::string::npos);
  EXPECT_NE(json.find("{\"name\":\"collector\""), std::string::npos);
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string parsed = Parsed(folder, "t.out");
  EXPECT_EQ(JsonNumber(json, "collections"), Count(parsed, {"RangeBegin", "Name=\"GC concurrent mark phase\""}));
  int pauses = 0;
  for (size_t at = 0; (at = json.find("{\"atNs\":", at + 1)) != std::string::npos;) pauses++;
  EXPECT_EQ(pauses, Count(parsed, {"RangeBegin", "Name=\"stop-the-world"}));
}

TEST(ToolTrace, ReadsTracesOfGo) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go",
            "package main\n\nimport (\n\t\"context\"\n\t\"os\"\n\t\"runtime\"\n\t\"runtime/trace\"\n)\n\n"
            "func main() {\n\tf, _ := os.Create(\"t.out\")\n\ttrace.Start(f)\n\tfor range 50 {\n"
            "\t\ttrace.WithRegion(context.Background(), \"collect\", runtime.GC)\n\t}\n\ttrace.Stop()\n\tf.Close()\n}\n");
  CommandResult r = RunCommand({GoPath(), "run", "main.go"}, {}, folder, 120);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  r = RunGol({"tool", "trace", "-json", "t.json", "t.out"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const std::string json = ReadFile(folder + "/t.json");
  EXPECT_GE(JsonNumber(json, "collections"), 49);
  EXPECT_EQ(JsonNumber(json, "count", json.find("\"type\":\"collect\"")), 50);
}

TEST(ToolTrace, BadFiles) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/noise", "no trace at all, but long enough");
  WriteFile(folder + "/cut", std::string("go 1.26 trace\0\0\0\1\1\5", 19));
  EXPECT_EQ(RunGol({"tool", "trace", "noise"}, folder).err, "gol tool trace: noise: not an execution trace\n");
  EXPECT_EQ(RunGol({"tool", "trace", "cut"}, folder).err,
            "gol tool trace: cut: the trace is damaged or cut off\n");
  EXPECT_EQ(RunGol({"tool", "trace", "missing"}, folder).exit_code, 1);
  EXPECT_EQ(RunGol({"tool", "trace"}, folder).exit_code, 2);
}

}  // namespace
}  // namespace gol::testing
