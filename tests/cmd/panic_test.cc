// How programs die: unrecovered panics, fatal errors, os.Exit. Standard error, standard output and
// exit code as real Go has them; frames are compared by function, file and line.
#include <gtest/gtest.h>

#include <regex>

#include "support/program.h"

namespace gol::testing {
namespace {

using Strings = std::vector<std::string>;

struct Death {
  const char* name;
  const char* source;
  Strings head;    // the lines before the empty line above the first goroutine; "~" starts a regexp
  Strings frames;  // those of package main
  const char* state = "running";
};

void PrintTo(const Death& d, std::ostream* os) { *os << d.name; }

const Death kDeaths[] = {
    {"NilDereference",
     R"(package main

type T struct{ a, b int }

func get(p *T) int { return p.b }

func main() {
	var p *T
	println(get(p))
}
)",
     {"panic: runtime error: invalid memory address or nil pointer dereference",
      R"(~\[signal SIGSEGV: segmentation violation code=0x1 addr=0x8 pc=0x[0-9a-f]+\])"},
     {"main.get main.go:5", "main.main main.go:9"}},
    {"Index",
     R"(package main

func at(s []int, i int) int {
	return s[i]
}

func main() {
	println(at([]int{1, 2, 3}, 5))
}
)",
     {"panic: runtime error: index out of range [5] with length 3"},
     {"main.at main.go:4", "main.main main.go:8"}},
    {"Slice",
     R"(package main

import "os"

func main() {
	s := []int{1, 2, 3}
	println(len(s[len(os.Args)+1 : 1]))
}
)",
     {"panic: runtime error: slice bounds out of range [2:1]"},
     {"main.main main.go:7"}},
    {"Divide",
     R"(package main

import "fmt"

func main() {
	zero := 0
	fmt.Println(1 / zero)
}
)",
     {"panic: runtime error: integer divide by zero"},
     {"main.main main.go:7"}},
    {"MakeSlice",
     R"(package main

import "os"

func main() {
	println(make([]int, len(os.Args)-5)[0])
}
)",
     {"panic: runtime error: makeslice: len out of range"},
     {"main.main main.go:6"}},
    {"NilMap",
     R"(package main

type Set map[string]bool

func (s Set) add(k string) { s[k] = true }

func main() {
	var s Set
	s.add("x")
}
)",
     {"panic: assignment to entry in nil map"},
     {"main.Set.add main.go:5", "main.main main.go:9"}},
    {"CloseClosed",
     R"(package main

func main() {
	c := make(chan int)
	close(c)
	close(c)
}
)",
     {"panic: close of closed channel"},
     {"main.main main.go:6"}},
    {"SendClosed",
     R"(package main

func main() {
	c := make(chan int, 1)
	close(c)
	c <- 1
}
)",
     {"panic: send on closed channel"},
     {"main.main main.go:6"}},
    {"AssertConcrete",
     R"(package main

import "fmt"

func main() {
	var v any = 5
	fmt.Println(v.(string))
}
)",
     {"panic: interface conversion: interface {} is int, not string"},
     {"main.main main.go:7"}},
    {"AssertInterface",
     R"(package main

import "fmt"

type T struct{}

func main() {
	var v any = T{}
	fmt.Println(v.(fmt.Stringer))
}
)",
     {"panic: interface conversion: main.T is not fmt.Stringer: missing method String"},
     {"main.main main.go:9"}},
    {"ErrorValue",
     R"(package main

import (
	"errors"
	"fmt"
)

func main() {
	panic(fmt.Errorf("wrapped: %w", errors.New("inner")))
}
)",
     {"panic: wrapped: inner"},
     {"main.main main.go:9"}},
    {"PanicInDeferred",
     R"(package main

type E struct{ code int }

func (e E) Error() string { return "custom error" }

type S int

func (s S) String() string { return "stringer" }

func try(v any) {
	defer func() {
		println("deferred")
		panic(v)
	}()
	panic(S(3))
}

func main() {
	defer println("main deferred")
	try(E{1})
}
)",
     {"deferred", "main deferred", "panic: stringer", "\tpanic: custom error"},
     {"main.try.func1 main.go:14", "main.try main.go:16", "main.main main.go:21"}},
    {"Repanic",
     R"(package main

import "fmt"

func main() {
	defer func() {
		r := recover()
		panic(fmt.Sprint("again ", r))
	}()
	panic("first")
}
)",
     {"panic: first [recovered]", "\tpanic: again first"},
     {"main.main.func1 main.go:8", "main.main main.go:10"}},
    {"RepanicSameValue",
     R"(package main

func main() {
	defer func() {
		panic(recover())
	}()
	panic("first")
}
)",
     {"panic: first [recovered, repanicked]"},
     {"main.main.func1 main.go:5", "main.main main.go:7"}},
    {"Init",
     R"(package main

type num int

func (n num) div(d num) num { return n / d }

func apply(f func(num) num, n num) num {
	return f(n)
}

var table = map[string]func(){
	"boom": func() {
		for _, n := range []num{1, 0} {
			apply(num(10).div, n)
		}
	},
}

func init() {
	table["boom"]()
}

func main() {}
)",
     {"panic: runtime error: integer divide by zero"},
     {"main.num.div main.go:5", "main.apply main.go:8", "main.init.func1 main.go:14",
      "main.init.0 main.go:20"}},
    {"Deadlock",
     R"(package main

func main() {
	c := make(chan int)
	<-c
}
)",
     {"fatal error: all goroutines are asleep - deadlock!"},
     {"main.main main.go:5"},
     "chan receive"},
    {"DeadlockSelect",
     R"(package main

func main() {
	select {}
}
)",
     {"fatal error: all goroutines are asleep - deadlock!"},
     {"main.main main.go:4"},
     "select (no cases)"},
    {"DeadlockMutex",
     R"(package main

import "sync"

func main() {
	var mu sync.Mutex
	mu.Lock()
	mu.Lock()
}
)",
     {"fatal error: all goroutines are asleep - deadlock!"},
     {"main.main main.go:8"},
     "sync.Mutex.Lock"},
    {"UnlockUnlocked",
     R"(package main

import "sync"

func main() {
	var mu sync.Mutex
	mu.Unlock()
}
)",
     {"fatal error: sync: unlock of unlocked mutex"},
     {"main.main main.go:7"}},
};

class DeathTest : public ::testing::TestWithParam<Death> {};

TEST_P(DeathTest, DiesAsInGo) {
  const Death& d = GetParam();
  for (const char* level : {"-O2", "-O0"}) {
    ProgramOptions options;
    options.flags = {level};
    CommandResult r = RunSource(d.source, options);
    EXPECT_EQ(r.exit_code, 2) << level << "\n" << r.err;
    EXPECT_EQ(r.out, "");
    Strings head = Lines(r.err);
    for (size_t i = 0; i < head.size(); i++) {
      if (!head[i].empty()) continue;
      head.resize(i);
    }
    ASSERT_EQ(head.size(), d.head.size()) << level << "\n" << r.err;
    for (size_t i = 0; i < head.size(); i++) {
      if (d.head[i][0] == '~') {
        EXPECT_TRUE(std::regex_match(head[i], std::regex(d.head[i].substr(1)))) << head[i];
      } else {
        EXPECT_EQ(head[i], d.head[i]) << level;
      }
    }
    std::vector<Trace> traces = ParseTraces(r.err);
    ASSERT_FALSE(traces.empty()) << level << "\n" << r.err;
    EXPECT_EQ(traces[0].id, 1);
    EXPECT_EQ(traces[0].state, d.state);
    EXPECT_EQ(MainFrames(r.err), d.frames) << level << "\n" << r.err;
  }
}

INSTANTIATE_TEST_SUITE_P(Panics, DeathTest, ::testing::ValuesIn(kDeaths),
                         [](const auto& info) { return std::string(info.param.name); });

// The first line for panics of every kind of value.
TEST(Panics, Values) {
  const std::pair<const char*, const char*> kValues[] = {
      {"I(3)", "panic: main.I(3)"},
      {"1.5", "panic: 1.5"},
      {"St(\"text\")", "panic: main.St(\"text\")"},
      {"P{1, 2}", "~panic: \\(main\\.P\\) 0x[0-9a-f]+"},
      {"&P{1, 2}", "~panic: \\(\\*main\\.P\\) 0x[0-9a-f]+"},
      {"nil", "panic: panic called with nil argument"},
      {"[]int{1}", "~panic: \\(\\[\\]int\\) 0x[0-9a-f]+"},
      {"true", "panic: true"},
      {"\"line1\\nline2\"", "panic: line1\n\tline2"},
      {"2 + 3i", "panic: (2+3i)"},
      {"uint8(7)", "panic: 7"},
      {"'x'", "panic: 120"},
      {"-5", "panic: -5"},
      {"float32(0.1)", "panic: 0.1"},
      {"1e100", "panic: 1e+100"},
      {"error(nil)", "panic: panic called with nil argument"},
  };
  for (auto& [value, line] : kValues) {
    CommandResult r = RunSource(std::string("package main\n\ntype I int\ntype St string\ntype P "
                                            "struct{ X, Y int }\n\nfunc main() { panic(") +
                                value + ") }\n");
    EXPECT_EQ(r.exit_code, 2) << value;
    std::string head = r.err.substr(0, r.err.find("\n\n"));
    size_t hint = head.find(" (use GODEBUG");
    if (hint != std::string::npos) head.resize(hint);
    if (line[0] == '~') {
      EXPECT_TRUE(std::regex_match(head, std::regex(line + 1))) << head;
    } else {
      EXPECT_EQ(head, line) << value;
    }
  }
}

TEST(Panics, OutputBeforeThePanicIsKept) {
  CommandResult r = RunSource(R"(package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("out")
	fmt.Fprintln(os.Stderr, "err")
	defer fmt.Println("deferred")
	panic("end")
}
)");
  EXPECT_EQ(r.out, "out\ndeferred\n");
  EXPECT_TRUE(r.err.starts_with("err\npanic: end\n\ngoroutine 1 [running]:\nmain.main()\n\t")) << r.err;
  EXPECT_EQ(r.exit_code, 2);
}

TEST(Panics, InAnotherGoroutine) {
  CommandResult r = RunSource(R"(package main

import "time"

type worker struct{ id int }

func (w *worker) run(x []int) { x[w.id] = 1 }

func main() {
	go func() {
		w := worker{7}
		w.run(nil)
	}()
	time.Sleep(10 * time.Second)
}
)");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(r.err.starts_with("panic: runtime error: index out of range [7] with length 0\n\n"))
      << r.err;
  std::vector<Trace> traces = ParseTraces(r.err);
  ASSERT_FALSE(traces.empty()) << r.err;
  EXPECT_GT(traces[0].id, 1);
  EXPECT_EQ(traces[0].frames, (Strings{"main.(*worker).run main.go:7", "main.main.func1 main.go:12"}))
      << r.err;
  EXPECT_EQ(traces[0].created_by, "main.main main.go:10");
  EXPECT_NE(r.err.find("created by main.main in goroutine 1"), std::string::npos) << r.err;
}

TEST(Panics, DeadlockOfSeveral) {
  CommandResult r = RunSource(R"(package main

import "sync"

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	c := make(chan int)
	go func() { c <- 1 }()
	wg.Wait()
}
)");
  EXPECT_EQ(r.exit_code, 2);
  std::vector<Trace> traces = ParseTraces(r.err);
  ASSERT_EQ(traces.size(), 2u) << r.err;
  EXPECT_EQ(traces[0].state, "sync.WaitGroup.Wait");
  EXPECT_EQ(traces[1].state, "chan send");
  EXPECT_EQ(traces[1].frames, (Strings{"main.main.func1 main.go:9"}));
  EXPECT_EQ(traces[1].created_by, "main.main main.go:9");
}

TEST(Panics, MainGoexitWhileOthersWait) {
  CommandResult r = RunSource(
      "package main\n\nimport \"runtime\"\n\n"
      "func main() {\n\tgo func() { select {} }()\n\truntime.Goexit()\n}\n");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(r.err.starts_with("fatal error: all goroutines are asleep - deadlock!")) << r.err;
}

TEST(Panics, MainGoexit) {
  CommandResult r = RunSource("package main\n\nimport \"runtime\"\n\nfunc main() { runtime.Goexit() }\n");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(r.err.starts_with("fatal error: no goroutines (main called runtime.Goexit) - deadlock!"))
      << r.err;
}

TEST(Panics, StackOverflow) {
  CommandResult r = RunSource(
      "package main\n\nfunc f(n int) int { return f(n+1) + 1 }\n\nfunc main() {\n\tprintln(f(0))\n}\n");
  EXPECT_EQ(r.exit_code, 2);
  Strings lines = Lines(r.err);
  // The address sanitizer remarks on the size of the stack.
  while (!lines.empty() && (lines[0].starts_with("==") || lines[0].starts_with("False positive") ||
                            lines[0].starts_with("For details"))) {
    lines.erase(lines.begin());
  }
  ASSERT_GT(lines.size(), 4u) << r.err.substr(0, 500);
  EXPECT_EQ(lines[0], "runtime: goroutine stack exceeds 1000000000-byte limit");
  EXPECT_NE(r.err.find("\nfatal error: stack overflow\n"), std::string::npos);
  EXPECT_NE(r.err.find("main.f("), std::string::npos);
  EXPECT_NE(r.err.find(" frames elided...\n"), std::string::npos);
  EXPECT_LT(r.err.size(), 100000u);
}

TEST(Panics, ConcurrentMapWrites) {
  CommandResult r = RunSource(R"(package main

func main() {
	m := map[int]int{}
	for i := 0; i < 4; i++ {
		go func() {
			for {
				m[i]++
				delete(m, i)
			}
		}()
	}
	select {}
}
)",
                              {.env = {{"GOMAXPROCS", "4"}}});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(std::regex_search(
      r.err, std::regex("^fatal error: concurrent map (writes|read and map write)\n\ngoroutine ")))
      << r.err.substr(0, 500);
  EXPECT_FALSE(r.timed_out);
}

TEST(Panics, ConcurrentMapIteration) {
  CommandResult r = RunSource(R"(package main

func main() {
	m := map[string]int{"a": 1, "b": 2}
	go func() {
		for {
			m["c"] = 1
			delete(m, "c")
		}
	}()
	for {
		n := 0
		for _, v := range m {
			n += v
		}
	}
}
)",
                              {.env = {{"GOMAXPROCS", "4"}}});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(std::regex_search(
      r.err, std::regex("^fatal error: concurrent map (iteration and map write|writes)\n")))
      << r.err.substr(0, 500);
}

TEST(Panics, FatalErrorsCannotBeRecovered) {
  CommandResult r = RunSource(R"(package main

import "sync"

func main() {
	defer func() { println("recovered", recover() != nil) }()
	var mu sync.Mutex
	mu.Unlock()
}
)");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(r.err.find("recovered"), std::string::npos) << r.err;
}

TEST(Exit, Codes) {
  const char* source =
      "package main\n\nimport (\n\t\"os\"\n\t\"strconv\"\n)\n\nfunc main() {\n\tdefer "
      "println(\"no\")\n\tn, _ := strconv.Atoi(os.Args[1])\n\tos.Exit(n)\n}\n";
  for (int code : {0, 1, 2, 3, 125}) {
    ProgramOptions options;
    options.args = {std::to_string(code)};
    CommandResult r = RunSource(source, options);
    EXPECT_EQ(r.exit_code, code);
    EXPECT_EQ(r.err, "");
  }
}

TEST(Exit, OtherGoroutinesDoNotHoldTheProgram) {
  CommandResult r = RunSource(
      "package main\n\nfunc main() {\n\tgo func() { select {} }()\n\tgo func() { for {} "
      "}()\n\tprintln(\"done\")\n}\n");
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(r.err, "done\n");
}

TEST(Exit, GotracebackAll) {
  CommandResult r = RunSource(R"(package main

import "runtime"

func main() {
	c := make(chan int)
	go func() { <-c }()
	runtime.Gosched()
	panic("end")
}
)",
                              {.env = {{"GOTRACEBACK", "all"}}});
  std::vector<Trace> traces = ParseTraces(r.err);
  ASSERT_EQ(traces.size(), 2u) << r.err;
  EXPECT_EQ(traces[1].state, "chan receive");
  r = RunSource("package main\n\nfunc main() { panic(1) }\n", {.env = {{"GOTRACEBACK", "none"}}});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(ParseTraces(r.err).empty()) << r.err;
}

}  // namespace
}  // namespace gol::testing
