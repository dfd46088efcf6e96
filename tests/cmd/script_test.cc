// Script mode: files without a package clause. Declarations and statements mix at the top level,
// standard packages are imported by use, unused variables and imports are allowed.
#include <gtest/gtest.h>

#include "support/program.h"

namespace gol::testing {
namespace {

void ExpectOutput(const std::string& source, const std::string& out,
                  const std::string& file = "main.gol") {
  CommandResult r = RunSource(source, {.file = file});
  EXPECT_EQ(r.out, out) << r.err;
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.exit_code, 0);
}

TEST(Script, StatementsAtTopLevel) {
  ExpectOutput("fmt.Println(\"hello\")\n", "hello\n");
  ExpectOutput("fmt.Println(\"hello\")\n", "hello\n", "main.go");
}

TEST(Script, ValuesAreConvertedToTheVariablesType) {
  ExpectOutput(R"(
type point struct{ x, y int }
var i any = 5
var p any = point{1, 2}
var d fmt.Stringer = time.Second
var a, b any = 1.5, "s"
var f float64 = 3
fmt.Println(i, p, d, a, b, f)
)",
               "5 {1 2} 1s 1.5 s 3\n");
}

TEST(Script, DeclarationsAndStatementsMix) {
  ExpectOutput(R"(
x := 1
func twice(n int) int { return n * 2 + offset }
var offset = 10
type pair struct{ a, b int }
func (p pair) sum() int { return p.a + p.b }
const limit = 3
for i := range limit {
	x += twice(i)
}
if p := (pair{x, 1}); p.sum() > 5 {
	fmt.Println(strings.Repeat("=", 3), p, p.sum())
}
)",
               "=== {37 1} 38\n");
}

TEST(Script, FunctionsSeeTopLevelVariables) {
  ExpectOutput(R"(
count := 0
func bump() { count++ }
bump()
bump()
defer fmt.Println("deferred", count)
count *= 10
fmt.Println(count)
)",
               "20\ndeferred 2\n");
}

TEST(Script, UnusedVariablesAndImports) {
  ExpectOutput(R"(import "os"
unused := 5
func f() { alsoUnused := 1 }
a, b := 1, 2
fmt.Println(a)
)",
               "1\n");
}

TEST(Script, ImportsByUse) {
  ExpectOutput(R"(
words := strings.Fields("b a c")
sort.Strings(words)
n, err := strconv.Atoi("42")
fmt.Println(words, n, err, math.Sqrt(16), errors.New("e"), utf8.RuneCountInString("äö"), time.Second)
)",
               "[a b c] 42 <nil> 4 e 2 1s\n");
}

TEST(Script, OwnNamesHidePackages) {
  ExpectOutput("strings := []int{1, 2}\nfmt.Println(len(strings), strings)\n", "2 [1 2]\n");
}

TEST(Script, GoroutinesAndLabels) {
  ExpectOutput(R"(
c := make(chan int)
go func() {
	for i := range 5 {
		c <- i
	}
	close(c)
}()
outer:
for v := range c {
	switch v {
	case 3:
		break outer
	}
	fmt.Print(v, " ")
}
fmt.Println()
)",
               "0 1 2 \n");
}

TEST(Script, Arguments) {
  CommandResult r = RunSource("fmt.Println(os.Args[1:], len(os.Args))\nos.Exit(7)\n",
                              {.file = "s.gol", .args = {"a", "-b", "c d"}});
  EXPECT_EQ(r.out, "[a -b c d] 4\n") << r.err;
  EXPECT_EQ(r.exit_code, 7);
}

TEST(Script, ErrorsHavePositions) {
  CommandResult r = RunSource("x := 5\nx = \"text\"\nfmt.Println(y)\n", {.file = "s.gol"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_EQ(Lines(r.err),
            (std::vector<std::string>{
                "s.gol:2:5: cannot use \"text\" (untyped string constant) as int value in assignment",
                "s.gol:3:13: undefined: y"}));
}

TEST(Script, PanicsNameTheLine) {
  CommandResult r = RunSource("var m map[string]int\nfunc f() {\n\tm[\"a\"] = 1\n}\nf()\n",
                              {.file = "s.gol"});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_TRUE(r.err.starts_with("panic: assignment to entry in nil map\n")) << r.err;
  EXPECT_EQ(MainFrames(r.err), (std::vector<std::string>{"main.f s.gol:3", "main.main s.gol:5"}))
      << r.err;
}

TEST(Script, StrictFilesAreGo) {
  CommandResult r = RunSource("package main\n\nfunc main() {\n\tunused := 1\n}\n", {.file = "s.gol"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_EQ(r.err, "s.gol:4:2: declared and not used: unused\n");
  r = RunSource("package main\n\nfunc main() { fmt.Println() }\n", {.file = "s.gol"});
  EXPECT_EQ(r.err, "s.gol:3:15: undefined: fmt\n");
}

}  // namespace
}  // namespace gol::testing
