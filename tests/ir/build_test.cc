// Building IR from source: small programs, one construct each, with parts of the expected text.
#include "ir/build/build.h"

#include <gtest/gtest.h>

#include "ir/print.h"
#include "program.h"

namespace gol::ir {
namespace {

struct Built {
  std::string errors;   // of parser, checker, builder and verifier
  std::string text;     // of the function asked for
};

Built Build(const std::string& source, std::string_view func) {
  TestProgram program(source);
  Built out;
  out.errors = program.Errors();
  for (const Func* f : program.module.funcs) {
    if (f->name == func && f->is_built) out.text = Print(*f);
  }
  return out;
}

// The operations of a function's text in order, without operands.
std::string Ops(const std::string& text) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("b") && line.ends_with(":")) {
      out += out.empty() ? "" : " ";
      out += line;
      continue;
    }
    if (!line.starts_with("  ") || line.starts_with("  result") || line.starts_with("  local $") ||
        line.starts_with("  capture")) {
      continue;
    }
    size_t eq = line.find(" = ");
    std::string op = eq == std::string::npos ? line.substr(2) : line.substr(eq + 3);
    out += " " + op.substr(0, op.find(' '));
  }
  return out;
}

TEST(BuildTest, Arithmetic) {
  Built b = Build("func f(a, b int) int { return a + b*2 }\nfunc main() { f(1, 2) }", "main.f");
  EXPECT_EQ(b.errors, "");
  EXPECT_EQ(Ops(b.text), "b0: local.addr load local.addr load const.int mul add return");
}

TEST(BuildTest, DivisionIsChecked) {
  Built b = Build("func f(a, b int) int { return a / b % 3 }\nfunc main() { f(1, 2) }", "main.f");
  EXPECT_EQ(b.errors, "");
  EXPECT_EQ(Ops(b.text), "b0: local.addr load local.addr load div.check div const.int rem return");
}

TEST(BuildTest, LoopPolls) {
  Built b = Build("func f(n int) (s int) { for i := 0; i < n; i++ { s += i }; return }\n"
                  "func main() { f(1) }", "main.f");
  EXPECT_EQ(b.errors, "");
  EXPECT_NE(b.text.find("  poll\n  jump b1\n"), std::string::npos) << b.text;
}

TEST(BuildTest, SliceIndex) {
  Built b = Build("func f(s []int, i int) int { return s[i] }\nfunc main() { f(nil, 1) }",
                  "main.f");
  EXPECT_EQ(b.errors, "");
  EXPECT_EQ(Ops(b.text),
            "b0: local.addr load local.addr load slice.len bounds.check slice.ptr elem.addr load "
            "return");
}

TEST(BuildTest, CapturedByReferenceLivesInHeap) {
  Built b = Build("func f() func() int { n := 0; return func() int { n++; return n } }\n"
                  "func main() { f() }", "main.f");
  EXPECT_EQ(b.errors, "");
  EXPECT_NE(b.text.find("n int heap captured"), std::string::npos) << b.text;
  EXPECT_NE(b.text.find("make.closure"), std::string::npos) << b.text;
}

TEST(BuildTest, CapturedByValue) {
  Built b = Build("func f(n int) func() int { return func() int { return n } }\n"
                  "func main() { f(1) }", "main.f.func1");
  EXPECT_EQ(b.errors, "");
  EXPECT_NE(b.text.find("capture 0 int val 8"), std::string::npos) << b.text;
}

TEST(BuildTest, DefersRunBeforeReturn) {
  Built b = Build("func f() (n int) { defer func() { n = 1 }(); return 2 }\nfunc main() { f() }",
                  "main.f");
  EXPECT_EQ(b.errors, "");
  EXPECT_NE(b.text.find("defer.run"), std::string::npos) << b.text;
  EXPECT_NE(b.text.find("resume=b"), std::string::npos) << b.text;
}

TEST(BuildTest, Generics) {
  Built b = Build("func Max[T int | string](a, b T) T { if a > b { return a }; return b }\n"
                  "func main() { Max(1, 2); Max(\"a\", \"b\") }", "main.Max[string]");
  EXPECT_EQ(b.errors, "");
  EXPECT_NE(b.text.find("str.cmp"), std::string::npos) << b.text;
}

// A map that the next statement fills is made with its size.
TEST(BuildTest, MapsAreSizedByTheLoopBehindThem) {
  const auto ops = [](const std::string& statements) {
    Built b = Build("func f(n int, s []int, from map[int]int) map[int]int { " + statements +
                    "; return m }\nfunc main() { f(1, nil, nil) }", "main.f");
    EXPECT_EQ(b.errors, "");
    return Ops(b.text).substr(0, Ops(b.text).find(" make.map"));
  };
  const std::string make = "m := make(map[int]int); ", literal = "m := map[int]int{}; ";
  EXPECT_EQ(ops(make + "for i := range n { m[i] = 1 }"), "b0: local.addr load const.int min");
  EXPECT_EQ(ops(literal + "for i, x := range s { m[i] = x }"),
            "b0: local.addr load slice.len const.int min");
  EXPECT_EQ(ops(make + "for k, v := range from { n++; m[k] = v }"),
            "b0: local.addr load map.len const.int min");
  EXPECT_EQ(ops(make + "for i := range 100 { m[i] = 1 }"), "b0: const.int");
  // Keys that may repeat, ways out, assignments under a condition, another map.
  EXPECT_EQ(ops(make + "for _, x := range s { m[x] = 1 }"), "b0:");
  EXPECT_EQ(ops(make + "for i := range n { m[i] = 1; if i > 5 { break } }"), "b0:");
  EXPECT_EQ(ops(make + "for i := range n { if i > 5 { m[i] = 1 } }"), "b0:");
  EXPECT_EQ(ops(make + "for i := range n { from[i] = 1 }"), "b0:");
  EXPECT_EQ(ops(make + "for i := range m { m[i] = 1 }"), "b0:");
}

// Constructs that must build and verify.
TEST(BuildTest, ConstructsVerify) {
  const char* kPrograms[] = {
      "type T struct { a, b int; s string }\nfunc f(t T) T { t.a++; return T{b: t.a} }\n"
      "func main() { x := f(T{1, 2, \"\"}); println(x.a, x == T{}) }",
      "func main() { m := map[string][]int{\"a\": {1, 2}}; m[\"b\"] = append(m[\"a\"], 3)\n"
      "v, ok := m[\"c\"]; for k, v := range m { println(k, len(v)) }; delete(m, \"a\")\n"
      "println(len(v), ok) }",
      "func main() { c := make(chan int, 1); go func() { c <- 1 }(); select {\n"
      "case v, ok := <-c: println(v, ok)\ncase c <- 2:\ndefault: println() }; close(c)\n"
      "for v := range c { println(v) } }",
      "type I interface { M() int }\ntype T int\nfunc (t T) M() int { return int(t) }\n"
      "type S struct { T; p *S }\nfunc main() { var i I = T(1); i = &S{}; println(i.M())\n"
      "switch x := i.(type) { case T: println(x)\ncase *S: println(x.p == nil)\ncase nil: }\n"
      "f := i.M; g := T.M; h := (*S).M; _, ok := i.(T); println(f(), g(2), h(&S{}), ok) }",
      "func main() { s := \"héllo\"; for i, r := range s { println(i, r) }\n"
      "b := []byte(s); b = append(b, \"x\"...); println(string(b), s[1:3], s + \"a\" + s)\n"
      "switch s { case \"a\", \"b\": case \"cc\": println(1); fallthrough\ncase \"dd\": } }",
      "func g() (int, string) { return 1, \"a\" }\nfunc f(x ...any) int { return len(x) }\n"
      "func main() { defer println(f(g())); x, y := g(); x, y = 3, \"b\"; a := [3]int{1}\n"
      "for i := range a { a[i] += i << 2 }; _, _ = x, y; for range 3 { goto L }; L: for { break L }\n"
      "var e any = a; println(e == [3]int{}) ; p := &a; p[1], a[2] = a[2], p[1]\n"
      "c := complex(1, 2); println(real(c*c), min(1, x), max(2.5, 1)) }",
      "type L[T any] struct { v T; next *L[T] }\n"
      "func (l *L[T]) Push(v T) *L[T] { return &L[T]{v, l} }\n"
      "func Map[T, U any](l *L[T], f func(T) U) (r *L[U]) {\n"
      "for ; l != nil; l = l.next { r = r.Push(f(l.v)) }; return }\n"
      "func main() { var l *L[int]; l = l.Push(1)\n"
      "println(Map(l, func(i int) string { return \"x\" }).v) }",
      "func seq(yield func(int) bool) { _ = yield(1) && yield(2) }\n"
      "func f(n int) (s string, err error) { a: for i := range seq { for j := range seq {\n"
      "defer println(i, j); if j == n { continue a }; if i == 7 { break a }\n"
      "if i == 9 { return \"x\", nil } } }; return }\n"
      "func main() { f(2) }",
      "type P[A any] struct { a A }\n"
      "func g[A any](a A) any { type l struct { P[A]; next *l }; return &l{P: P[A]{a}} }\n"
      "func main() { println(g(1) == g(\"a\")) }",
  };
  for (const char* p : kPrograms) EXPECT_EQ(Build(p, "main.main").errors, "") << p;
}

}  // namespace
}  // namespace gol::ir
