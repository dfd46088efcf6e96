// gol test: results, exit codes and output as the go command's; times are replaced by T. Every case
// also runs with the go command where there is one, and the two must agree.
#include <gtest/gtest.h>

#include <regex>

#include "support/program.h"

namespace gol::testing {
namespace {

using Files = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

struct Case {
  const char* name;
  Files files;
  Strings args;
  int exit_code;
  std::string out;
  std::string err = "";
};

void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

std::string WithoutTimes(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\b[0-9]+\.[0-9]+s)"), "T");
}

const Files kMixed = {
    {"p/p.go", "package p\n\nfunc Twice(n int) int { return 2 * n }\n\nfunc hidden() int { return 1 }\n"},
    {"p/in_test.go", R"(package p

import "testing"

func TestHidden(t *testing.T) {
	if hidden() != 1 {
		t.Fatal("hidden")
	}
}
)"},
    {"p/p_test.go", R"(package p_test

import (
	"fmt"
	"testing"

	"example.com/m/p"
)

func check(t *testing.T, n, want int) {
	t.Helper()
	if got := p.Twice(n); got != want {
		t.Errorf("Twice(%d) = %d,\nwant %d", n, got, want)
	}
}

func TestTwice(t *testing.T) {
	for _, n := range []int{1, 2} {
		t.Run(fmt.Sprint("of ", n), func(t *testing.T) { check(t, n, 2) })
	}
}

func TestSkipped(t *testing.T) {
	t.Cleanup(func() { t.Log("cleaned up") })
	t.Skip("not now")
}

func ExampleTwice() {
	fmt.Println(p.Twice(21))
	// Output: 42
}

func ExampleTwice_wrong() {
	fmt.Println(p.Twice(1))
	fmt.Println(p.Twice(2))
	// Unordered output:
	// 4
	// 3
}

func FuzzTwice(f *testing.F) {
	f.Add(1, "x")
	f.Fuzz(func(t *testing.T, n int, s string) { t.Log(n, s) })
}
)"},
};

const Files kPassing = {{"a_test.go", R"(package a

import "testing"

func TestA(t *testing.T) { t.Log("seen with -v") }
func TestB(t *testing.T) {}
)"}};

const Files kMain = {{"a_test.go", R"(package a

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

var word = flag.String("word", "none", "")

func TestMain(m *testing.M) {
	flag.Parse()
	fmt.Println("before", *word, testing.Short())
	code := m.Run()
	fmt.Println("after")
	os.Exit(code)
}

func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GOL_TEST_WORD", "set")
	wd, _ := os.Getwd()
	fmt.Println(wd == dir, os.Getenv("GOL_TEST_WORD"))
}
)"}};

const Case kCases[] = {
    {"PassingIsOneLine", kPassing, {"."}, 0, "ok  \texample.com/m\tT\n"},
    {"VerbosePassing",
     kPassing,
     {"-v", "."},
     0,
     "=== RUN   TestA\n    a_test.go:5: seen with -v\n--- PASS: TestA (T)\n=== RUN   TestB\n"
     "--- PASS: TestB (T)\nPASS\nok  \texample.com/m\tT\n"},
    {"CurrentFolder", kPassing, {}, 0, "PASS\nok  \texample.com/m\tT\n"},
    {"RunSelects",
     kPassing,
     {"-v", "-run", "B$", "."},
     0,
     "=== RUN   TestB\n--- PASS: TestB (T)\nPASS\nok  \texample.com/m\tT\n"},
    {"RunSelectsNothing", kPassing, {"-run=Z", "."}, 0,
     "ok  \texample.com/m\tT [no tests to run]\n"},
    {"Count",
     kPassing,
     {"-count=2", "-v", "-run=B", "."},
     0,
     "=== RUN   TestB\n--- PASS: TestB (T)\n=== RUN   TestB\n--- PASS: TestB (T)\nPASS\n"
     "ok  \texample.com/m\tT\n"},
    {"List", kMixed, {"-list", ".", "./p"}, 0,
     "TestHidden\nTestTwice\nTestSkipped\nFuzzTwice\nExampleTwice\nExampleTwice_wrong\n"
     "ok  \texample.com/m/p\tT\n"},
    {"InsideAndOutside",
     kMixed,
     {"./p"},
     1,
     "--- FAIL: TestTwice (T)\n    --- FAIL: TestTwice/of_2 (T)\n        p_test.go:19: Twice(2) = 4,\n"
     "            want 2\n--- FAIL: ExampleTwice_wrong (T)\ngot:\n2\n4\n\nwant (unordered):\n4\n3\n\n"
     "FAIL\nFAIL\texample.com/m/p\tT\nFAIL\n"},
    {"InsideAndOutsideVerbose",
     kMixed,
     {"-v", "./p"},
     1,
     "=== RUN   TestHidden\n--- PASS: TestHidden (T)\n=== RUN   TestTwice\n=== RUN   TestTwice/of_1\n"
     "=== RUN   TestTwice/of_2\n    p_test.go:19: Twice(2) = 4,\n        want 2\n"
     "--- FAIL: TestTwice (T)\n    --- PASS: TestTwice/of_1 (T)\n    --- FAIL: TestTwice/of_2 (T)\n"
     "=== RUN   TestSkipped\n    p_test.go:25: not now\n    p_test.go:24: cleaned up\n"
     "--- SKIP: TestSkipped (T)\n=== RUN   FuzzTwice\n=== RUN   FuzzTwice/seed#0\n"
     "    p_test.go:43: 1 x\n--- PASS: FuzzTwice (T)\n    --- PASS: FuzzTwice/seed#0 (T)\n"
     "=== RUN   ExampleTwice\n--- PASS: ExampleTwice (T)\n=== RUN   ExampleTwice_wrong\n"
     "--- FAIL: ExampleTwice_wrong (T)\ngot:\n2\n4\n\nwant (unordered):\n4\n3\n\nFAIL\n"
     "FAIL\texample.com/m/p\tT\nFAIL\n"},
    {"Subtest",
     kMixed,
     {"-v", "-run", "Twice/of_1", "./p"},
     1,
     "=== RUN   TestTwice\n=== RUN   TestTwice/of_1\n--- PASS: TestTwice (T)\n"
     "    --- PASS: TestTwice/of_1 (T)\n=== RUN   FuzzTwice\n--- PASS: FuzzTwice (T)\n"
     "=== RUN   ExampleTwice\n--- PASS: ExampleTwice (T)\n=== RUN   ExampleTwice_wrong\n"
     "--- FAIL: ExampleTwice_wrong (T)\ngot:\n2\n4\n\nwant (unordered):\n4\n3\n\nFAIL\n"
     "FAIL\texample.com/m/p\tT\nFAIL\n"},
    {"NoTests", {{"a.go", "package a\n"}}, {"."}, 0, "?   \texample.com/m\t[no test files]\n"},
    {"BuildFailure",
     {{"q/a.go", "package q\n"},
      {"q/a_test.go", "package q\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { undefinedName() }\n"}},
     {"./q"},
     1,
     "FAIL\texample.com/m/q [build failed]\nFAIL\n",
     "# example.com/m/q [example.com/m/q.test]\nq/a_test.go:5:28: undefined: undefinedName\n"},
    {"SeveralPackages",
     {{"a/a_test.go", "package a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n"},
      {"b/b.go", "package b\n"},
      {"c/c_test.go", "package c\n\nimport \"testing\"\n\nfunc TestC(t *testing.T) { t.FailNow() }\n"}},
     {"./..."},
     1,
     "ok  \texample.com/m/a\tT\n?   \texample.com/m/b\t[no test files]\n--- FAIL: TestC (T)\nFAIL\n"
     "FAIL\texample.com/m/c\tT\nFAIL\n"},
    {"TestMain",
     kMain,
     {"-v", "-short", ".", "-word", "given"},
     0,
     "before given true\n=== RUN   TestPlaces\ntrue set\n--- PASS: TestPlaces (T)\nPASS\nafter\n"
     "ok  \texample.com/m\tT\n"},
    {"ExitCode",
     {{"a_test.go",
       "package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) { os.Exit(3) }\n"}},
     {"-v", "."},
     1,
     "=== RUN   TestA\nFAIL\texample.com/m\tT\nFAIL\n"},
    {"Parallel",
     {{"a_test.go", R"(package a

import "testing"

func TestA(t *testing.T) {
	t.Run("group", func(t *testing.T) {
		t.Run("one", func(t *testing.T) { t.Parallel(); t.Log("in one") })
		t.Log("group returns")
	})
	t.Log("after group")
}
)"}},
     {"-v", "."},
     0,
     "=== RUN   TestA\n=== RUN   TestA/group\n=== RUN   TestA/group/one\n=== PAUSE TestA/group/one\n"
     "=== NAME  TestA/group\n    a_test.go:8: group returns\n=== CONT  TestA/group/one\n"
     "    a_test.go:7: in one\n=== NAME  TestA\n    a_test.go:10: after group\n--- PASS: TestA (T)\n"
     "    --- PASS: TestA/group (T)\n        --- PASS: TestA/group/one (T)\nPASS\n"
     "ok  \texample.com/m\tT\n"},
};

class TestCommand : public ::testing::TestWithParam<Case> {};

std::string Lay(const Files& files) {
  std::string folder = TempFolder();
  WriteFile(folder + "/go.mod", "module example.com/m\n\ngo 1.26\n");
  for (const auto& [name, text] : files) WriteFile(folder + "/" + name, text);
  return folder;
}

TEST_P(TestCommand, IsAsGo) {
  const Case& c = GetParam();
  const std::string folder = Lay(c.files);
  Strings args = {"test"};
  args.insert(args.end(), c.args.begin(), c.args.end());
  CommandResult r = RunGol(args, folder);
  EXPECT_EQ(WithoutTimes(r.out), c.out);
  EXPECT_EQ(r.err, c.err);
  EXPECT_EQ(r.exit_code, c.exit_code);
  if (GoPath().empty()) return;
  Strings go = {GoPath(), "test", "-vet=off"};
  bool has_count = false;
  for (const std::string& a : c.args) has_count = has_count || a.starts_with("-count");
  if (!has_count) go.push_back("-count=1");  // nothing from the cache
  go.insert(go.end(), c.args.begin(), c.args.end());
  CommandResult oracle = RunCommand(go, {}, folder);
  EXPECT_EQ(WithoutTimes(oracle.out), c.out) << "the go command differs";
  EXPECT_EQ(oracle.err, c.err) << "the go command differs";
  EXPECT_EQ(oracle.exit_code, c.exit_code) << "the go command differs";
}

INSTANTIATE_TEST_SUITE_P(All, TestCommand, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(TestCommandPanics, AreReported) {
  const std::string folder = Lay({{"a_test.go", R"(package a

import "testing"

func TestA(t *testing.T) {
	t.Run("b", func(t *testing.T) { panic("boom") })
}
)"}});
  CommandResult r = RunGol({"test", "."}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_TRUE(WithoutTimes(r.out).starts_with("--- FAIL: TestA (T)\n    --- FAIL: TestA/b (T)\n"
                                              "panic: boom [recovered, repanicked]\n\ngoroutine "))
      << r.out;
  EXPECT_TRUE(WithoutTimes(r.out).ends_with("\nFAIL\texample.com/m\tT\nFAIL\n")) << r.out;
}

TEST(TestCommandPanics, ExitZeroIsNoSuccess) {
  const std::string folder = Lay({{"a_test.go",
                                   "package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\n"
                                   "func TestA(t *testing.T) { os.Exit(0) }\n"}});
  CommandResult r = RunGol({"test", "."}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.out.find("panic: unexpected call to os.Exit(0) during test"), std::string::npos) << r.out;
}

TEST(TestCommandTimeout, NamesTheTest) {
  const std::string folder = Lay({{"a_test.go",
                                   "package a\n\nimport \"testing\"\n\n"
                                   "func TestForever(t *testing.T) { select {} }\n"}});
  CommandResult r = RunGol({"test", "-timeout", "1s", "."}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.out.find("panic: test timed out after 1s\n\trunning tests:\n\t\tTestForever (1s)\n"),
            std::string::npos)
      << r.out;
}

TEST(TestCommandBenchmarks, HaveLines) {
  const std::string folder = Lay({{"a_test.go", R"(package a

import "testing"

var sink []byte

func BenchmarkAlloc(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(64)
	for b.Loop() {
		sink = make([]byte, 64)
	}
}

func BenchmarkGroup(b *testing.B) {
	b.Run("sub", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
		}
		b.ReportMetric(2.5, "things/op")
	})
}
)"}});
  CommandResult r = RunGol({"test", "-bench=.", "-benchtime=5000x", "-cpu=1", "."}, folder);
  EXPECT_EQ(r.exit_code, 0);
  const std::regex want(
      "goos: linux\ngoarch: amd64\npkg: example.com/m\n(cpu: .*\n)?"
      "BenchmarkAlloc *\t +5000\t +[0-9.]+ ns/op\t *[0-9.]+ MB/s\t +64 B/op\t +1 allocs/op\n"
      "BenchmarkGroup/sub *\\t +5000\t +[0-9.]+ ns/op\t +2.500 things/op\n"
      "PASS\nok  \texample.com/m\t[0-9.]+s\n");
  EXPECT_TRUE(std::regex_match(r.out, want)) << r.out;
}

TEST(TestCommandStd, TestsPrecompiledPackagesFromOutside) {
  // A tree like that of Go's standard library: export_test.go cannot join the precompiled package.
  std::string folder = TempFolder();
  WriteFile(folder + "/go.mod", "module std\n\ngo 1.26\n");
  WriteFile(folder + "/container/list/list.go", "package list\n");
  WriteFile(folder + "/container/list/export_test.go", "package list\n\nvar Inner = inner\n");
  WriteFile(folder + "/container/list/in_test.go", R"(package list

import "testing"

func TestNew(t *testing.T) {
	if New().Len() != 0 {
		t.Fail()
	}
}

func TestInner(t *testing.T) { t.Log(inner) }
)");
  WriteFile(folder + "/container/list/list_test.go", R"(package list_test

import (
	"container/list"
	"internal/nowhere"
	"testing"
)

func helper() int { return list.Inner }

func TestHelper(t *testing.T) { t.Log(helper()) }
func TestElsewhere(t *testing.T) { nowhere.F() }

func TestPush(t *testing.T) {
	l := list.New()
	l.PushBack(1)
	if l.Len() != 1 {
		t.Fail()
	}
}
)");
  CommandResult r = RunGol({"test", "-v", "-leftout", folder + "/container/list"}, folder);
  EXPECT_EQ(WithoutTimes(r.out),
            "=== RUN   TestNew\n--- PASS: TestNew (T)\n=== RUN   TestPush\n--- PASS: TestPush (T)\n"
            "PASS\nok  \tcontainer/list\tT\n");
  EXPECT_EQ(r.err,
            "--- LEFT OUT: TestInner\n--- LEFT OUT: TestHelper\n--- LEFT OUT: TestElsewhere\n"
            "gol test: tested from outside: left out 3 test functions and 2 other declarations that "
            "do not compile\n");
  EXPECT_EQ(r.exit_code, 0);
}

TEST(TestCommandFlags, BadOnesAreUsageErrors) {
  const std::string folder = Lay(kPassing);
  CommandResult r = RunGol({"test", "-count=x", "."}, folder);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(r.err.substr(0, r.err.find('\n')), "invalid value \"x\" for flag -count: parse error");
  r = RunGol({"test", "-fuzz=.", "."}, folder);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(r.err.substr(0, r.err.find('\n')), "gol test: -fuzz is not supported");
}

}  // namespace
}  // namespace gol::testing
