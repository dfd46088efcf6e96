// Passes over IR built from source: inlining, known func values and methods, defers without records,
// summaries; and the cost of inlining, which is Go's (`go build -gcflags=-m=2` prints it).
#include "ir/pass/pipeline.h"

#include <gtest/gtest.h>

#include <map>

#include "ir/pass/summary.h"
#include "ir/print.h"
#include "program.h"

namespace gol::ir {
namespace {

struct Passed {
  std::string errors;
  std::map<std::string, std::string> text;  // of functions, by name
  std::map<std::string, int> cost;
  std::vector<std::pair<std::string, std::string>> summaries;
};

Passed RunOn(const std::string& source, bool count_fuel = false) {
  TestProgram program(source);
  Passed out;
  for (const Func* f : program.module.funcs) out.cost[std::string(f->name)] = f->inline_cost;
  PassOptions passes;
  passes.is_program = true;
  passes.count_fuel = count_fuel;
  passes.summaries = &out.summaries;
  RunPasses(&program.module, passes);
  out.errors = program.Errors();
  for (const Func* f : program.module.funcs) {
    if (f->is_built) out.text[std::string(f->name)] = Print(*f);
  }
  return out;
}

bool Has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

size_t Count(const std::string& text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) n++;
  return n;
}

TEST(FuelTest, EntriesAndRoundsCountWhereverTheyGo) {
  const std::string source =
      "func add(a, b int) int { return a + b }\n"
      "//go:noinline\nfunc f(x int) int { t := 0; for i := range x { t = add(t, i) }; return t }\n"
      "func main() { println(f(3)) }";
  Passed p = RunOn(source, true);
  EXPECT_EQ(p.errors, "");
  // The entries of f and of add, which was put in, and the back edge, which keeps its poll besides.
  EXPECT_EQ(Count(p.text["main.f"], "fuel #1"), 3u) << p.text["main.f"];
  EXPECT_EQ(Count(p.text["main.f"], "poll"), 1u);
  EXPECT_EQ(Count(p.text["main.main"], "fuel #1"), 1u);
  EXPECT_EQ(Count(RunOn(source).text["main.f"], "fuel"), 0u);
}

TEST(InlineTest, SmallFunctionIsPutIn) {
  Passed p = RunOn(
      "func add(a, b int) int { return a + b }\n"
      "func pick(a int) (int, bool) { if a > 2 { return a, true }; return 0, false }\n"
      "//go:noinline\nfunc f(x int) int { n, ok := pick(add(x, 1)); if ok { return n }; return 9 }\n"
      "func main() { println(f(3)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_FALSE(Has(p.text["main.f"], "call"));
  EXPECT_EQ(p.text.count("main.add"), 0u);  // nothing refers to it any more
}

TEST(InlineTest, NotWhatIsMarkedOrRecursive) {
  Passed p = RunOn(
      "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }\n"
      "//go:noinline\nfunc one() int { return 1 }\n"
      "func main() { println(one(), fib(5)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_TRUE(Has(p.text["main.main"], "main.one")) << p.text["main.main"];
  EXPECT_TRUE(Has(p.text["main.fib"], "@\"main.fib\""));
}

TEST(InlineTest, ClosureIsCalledWhereItIsMade) {
  Passed p = RunOn(
      "func counter(step int) func() int { n := 0; return func() int { n += step; return n } }\n"
      "//go:noinline\nfunc f(i int) int { c := counter(i); c(); return c() }\n"
      "func main() { println(f(3)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_FALSE(Has(p.text["main.f"], "closure"));
  EXPECT_FALSE(Has(p.text["main.f"], " heap"));
}

TEST(InlineTest, VariableSetTwiceIsNotKnown) {
  Passed p = RunOn(
      "//go:noinline\nfunc f(b bool) int { c := func() int { return 1 }\n"
      "if b { c = func() int { return 2 } }; return c() }\n"
      "func main() { println(f(true)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_TRUE(Has(p.text["main.f"], "call.closure"));
}

TEST(InlineTest, MethodOfAKnownType) {
  Passed p = RunOn(
      "type I interface { Area() int }\ntype sq struct { a, b int }\n"
      "func (s sq) Area() int { return s.a * s.b }\ntype ptr struct { n int }\n"
      "func (p *ptr) Area() int { return p.n }\n"
      "//go:noinline\nfunc f(a int) int { var i I = sq{a, 2}; var j I = &ptr{a}; return i.Area() + j.Area() }\n"
      "func main() { println(f(3)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_FALSE(Has(p.text["main.f"], "call"));
}

TEST(InlineTest, FunctionIsKnownInAClosure) {
  Passed p = RunOn(
      "//go:noinline\nfunc apply(f func(int)) { f(1); f(2) }\n"
      "//go:noinline\nfunc f(n int) int { s := 0; twice := func(x int) int { return 2 * x }\n"
      "apply(func(k int) { s += twice(k) + n }); return s }\n"
      "func main() { println(f(3)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_FALSE(Has(p.text["main.f.func2"], "call")) << p.text["main.f.func2"];
}

TEST(EscapeTest, EachCaptureByItself) {
  Passed p = RunOn(
      "//go:noinline\nfunc f(s []int, visit func([]int)) int { n := 0; var rec func(int)\n"
      "rec = func(k int) { n++; if k == len(s) { visit(s); return }; rec(k + 1) }; rec(0); return n }\n"
      "var kept []int\n"
      "func main() { println(f(make([]int, 3), func(s []int) { kept = s })) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_FALSE(Has(p.text["main.f"], " heap")) << p.text["main.f"];
}

TEST(EscapeTest, FieldsOfOneObject) {
  Passed p = RunOn(
      "type T struct { a, b *int; buf []*int }\nvar other T\n"
      "//go:noinline\nfunc (t *T) turn() { t.a = t.b; t.buf = t.buf[1:] }\n"
      "//go:noinline\nfunc (t *T) give(u *T) { u.a = t.b }\n"
      "func main() { var t T; t.buf = make([]*int, 2); t.turn(); t.give(&other); println(t.a) }");
  EXPECT_EQ(p.errors, "");
  const std::map<std::string, std::string> found(p.summaries.begin(), p.summaries.end());
  auto leaks = [&](const char* name) { return found.at(name).substr(found.at(name).find(';')); };
  EXPECT_EQ(leaks("main.(*T).turn"), ";-");
  EXPECT_EQ(leaks("main.(*T).give"), ";1,-");
}

TEST(DefersTest, CheckedAccessNeedsNoRecord) {
  Passed p = RunOn(
      "type lock struct { held int }\nfunc (l *lock) unlock() { l.held-- }\n"
      "//go:noinline\nfunc f(l *lock, s []int, i int) int { l.held++; defer l.unlock(); return s[i] }\n"
      "func main() { println(f(&lock{}, []int{1}, 0)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_FALSE(Has(p.text["main.f"], "  defer"));
  EXPECT_TRUE(Has(p.text["main.f"], "panicking"));
}

TEST(DefersTest, CallThatMayPanicKeepsTheRecord) {
  Passed p = RunOn(
      "var g func()\n"
      "//go:noinline\nfunc f() (r int) { defer func() { r++ }(); g(); return 1 }\n"
      "//go:noinline\nfunc h(n int) (r int) { for i := 0; i < n; i++ { defer func() { r += i }() }; return }\n"
      "func main() { g = func() {}; println(f(), h(2)) }");
  EXPECT_EQ(p.errors, "");
  EXPECT_TRUE(Has(p.text["main.f"], "  defer"));
  EXPECT_TRUE(Has(p.text["main.h"], "  defer"));
}

TEST(ViewsTest, BytesAreCopiedWhereTheStringIsKept) {
  Passed p = RunOn(R"(
var kept string
var m = map[string]int{}
func change(b []byte) int { println(b); return 0 }
func find(b []byte) int { return m[string(b)] }
func remove(b []byte) { delete(m, string(b)) }
func set(b []byte) { m[string(b)] = 1 }
func same(b []byte) bool { return string(b) == kept }
func keep(b []byte) { kept = string(b) }
func later(b []byte) int { return m[string(b)] + m[string(b[change(b):])] }
func variable(b []byte) int { s := string(b); b[0] = 1; return m[s] }
func pair(b []byte) { m[string(b)], m["x"] = m["x"], change(b) }
func boxed(b []byte, m map[any]int) int { return m[string(b)] }
func main() {
	b := []byte("x")
	println(find(b), same(b), later(b), variable(b), boxed(b, nil))
	remove(b); set(b); keep(b); pair(b)
})");
  EXPECT_EQ(p.errors, "");
  for (const char* name : {"main.find", "main.remove", "main.set", "main.same"}) {
    EXPECT_TRUE(p.text[name].empty() || p.text[name].find("no_copy") != std::string::npos)
        << p.text[name];
  }
  for (const char* name : {"main.keep", "main.variable", "main.pair", "main.boxed"}) {
    EXPECT_EQ(p.text[name].find("no_copy"), std::string::npos) << p.text[name];
  }
}

TEST(SummaryTest, TextReadsBack) {
  Passed p = RunOn(
      "var sink *int\nvar keep any = leak\n"
      "func leak(p *int, q **int, n int) *int { sink = *q; return p }\n"
      "func main() { n := 1; p := &n; println(leak(p, &p, 2)) }");
  EXPECT_EQ(p.errors, "");
  std::string text;
  for (const auto& [name, summary] : p.summaries) {
    if (name == "main.leak") text = summary;
  }
  Summary summary;
  int cost = 0;
  ASSERT_TRUE(ParseSummary(text, &summary, &cost)) << text << p.summaries.size();
  EXPECT_EQ(cost, 6);
  ASSERT_EQ(summary.params.size(), 3u);
  EXPECT_EQ(summary.params[0].heap, kNoLeak);
  EXPECT_EQ(summary.params[0].results, std::vector<int8_t>{0});
  EXPECT_EQ(summary.params[1].heap, 1);
  EXPECT_FALSE(summary.params[2].any());
  EXPECT_EQ(SummaryText(summary, cost), text);
}

// The numbers are those of Go 1.26.
TEST(InlineCostTest, IsGos) {
  struct Row {
    const char* body;
    int cost;
  };
  constexpr Row kRows[] = {
      {"func f(a, b int) int { return a + b }", 4},
      {"func f(a int) int { x := a; return x }", 7},
      {"func f(a int) int { var x int; x = a; return x }", 9},
      {"func f(a int) int { if a > 0 { return 1 } else { return 2 } }", 8},
      {"func f(n int) int { s := 0; for i := 0; i < n; i++ { s += i }; return s }", 22},
      {"func f(n int) int { s := 0; for i := range n { s += i }; return s }", 15},
      {"func f(x []int) int { s := 0; for _, v := range x { s += v }; return s }", 16},
      {"func f(x map[int]int, i int) int { v, ok := x[i]; if ok { return v }; return 0 }", 16},
      {"func f(i any) int { switch x := i.(type) { case int: return x; case string: return len(x) }; "
       "return 0 }", 15},
      {"func f(i int) int { switch i { case 1: return 2; case 3, 4: return 5; default: return 6 } }",
       14},
      {"func f(g func(int) int) int { return g(1) }", 21},
      {"func f(a int) func() int { return func() int { return a } }", 17},
      {"func f(a int) []int { return []int{a, 2, 3} }", 6},
      {"func f(a int) map[int]int { return map[int]int{a: 2} }", 5},
      {"func f(x []int, a int) []int { x = append(x, a, 2); return x }", 8},
      {"func f() { panic(\"x\") }", 3},
      {"func f(a, b string) string { return a + b + \"x\" }", 5},
      {"func two(a int) (int, int) { return a, a }\nfunc f(a int) (int, int) { return two(a) }", 16},
      {"func two(a int) (int, int) { return a, a }\n"
       "func f(a int) int { x, y := two(a); return x + y }", 17},
      {"func v(x ...any) int { return len(x) }\nfunc f(a int) int { return v(a, \"x\") }", 12},
      {"type T struct { a, b int }\nfunc (t *T) M(x int) int { return t.a + x }\n"
       "func f(t *T) int { return t.M(1) }", 9},
      {"type I interface { M(int) int }\nfunc f(i I) int { return i.M(1) }", 62},
      {"type T struct { a, b int }\nfunc f(t *T) *int { return &t.a }", 2},
      {"func f(a int) int64 { return int64(a) }", 2},
      {"func f(x *[4]int, i int) int { return x[i] }", 5},
      {"func f(n int) int { if n < 2 { return 1 }; return f(n-1) }", 69},
  };
  for (const Row& row : kRows) {
    Passed p = RunOn(std::string(row.body) + "\nvar g any = f\nfunc main() {}");
    EXPECT_EQ(p.errors, "") << row.body;
    EXPECT_EQ(p.cost["main.f"], row.cost) << row.body;
  }
}

}  // namespace
}  // namespace gol::ir
