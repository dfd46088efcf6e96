// gol repl with its input from a pipe: values printed, state kept, errors, exit codes.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "support/command.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

CommandResult Pipe(const std::string& input) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/input.txt", input);
  return RunCommand({"sh", "-c", "exec '" + GolPath() + "' repl < input.txt"}, {{"GOLCACHE", "off"}},
                    folder);
}

void ExpectOutput(const std::string& input, const std::string& out) {
  CommandResult r = Pipe(input);
  EXPECT_EQ(r.out, out) << input;
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.exit_code, 0);
}

TEST(Repl, PrintsValuesWithTheirTypes) {
  ExpectOutput("1+1\n", "2 (int)\n");
  ExpectOutput("\"a\\tb\"\n", "\"a\\tb\" (string)\n");
  ExpectOutput("1 << 62\n'a'\n2.5\n1i\ntrue\n",
               "4611686018427387904 (int)\n97 (rune)\n2.5 (float64)\n(0+1i) (complex128)\n"
               "true (bool)\n");
  ExpectOutput("[]int{1, 2}\n[2]bool{}\nmap[string]int{\"b\": 2, \"a\": 1}\n",
               "[]int{1, 2}\n[2]bool{false, false}\nmap[string]int{\"a\": 1, \"b\": 2}\n");
  ExpectOutput("type P struct{ X, Y int }\n&P{1, 2}\nP{}\n(*P)(nil)\nstruct{ A any }{uint8(3)}\n",
               "&P{X: 1, Y: 2}\nP{X: 0, Y: 0}\n(*P)(nil)\nstruct { A any }{A: uint8(3)}\n");
}

TEST(Repl, LaysLongValuesOutOverLines) {
  ExpectOutput("type T struct { name string; tags []string; next *T }\n"
               "t := &T{name: \"a\", tags: []string{strings.Repeat(\"x\", 40), strings.Repeat(\"y\", 40)}}\n"
               "t\n",
               "&T{\n    name: \"a\",\n    tags: []string{\n        \"" + std::string(40, 'x') +
                   "\",\n        \"" + std::string(40, 'y') + "\",\n    },\n    next: (*T)(nil),\n}\n");
}

TEST(Repl, KeepsState) {
  ExpectOutput("x := 1\nfunc inc(n int) int { x += n; return x }\ninc(2)\ninc(3)\nx\n",
               "3 (int)\n6 (int)\n6 (int)\n");
  ExpectOutput("var a [3]int\nfor i := range a {\n\ta[i] = i * i\n}\na\n", "[3]int{0, 1, 4}\n");
  ExpectOutput("type S[T any] struct{ v T }\nfunc two[T any](x T) []S[T] { return []S[T]{{x}, {x}} }\n"
               "len(two(\"s\"))\ntwo(3)[1].v\n",
               "2 (int)\n3 (int)\n");
  ExpectOutput("import m \"math/bits\"\nm.Len(255)\n", "8 (int)\n");
}

TEST(Repl, LastValue) {
  ExpectOutput("6 * 7\n_ + 1\n_ * 2\n", "42 (int)\n43 (int)\n86 (int)\n");
}

TEST(Repl, ASemicolonKeepsQuiet) { ExpectOutput("5;\n_\n", "5 (int)\n"); }

TEST(Repl, ADeclarationHidesAnEarlierOne) {
  ExpectOutput("x := 1\nx := \"s\"\nx\n", "\"s\" (string)\n");
  ExpectOutput("type T struct{ a int }\nt := T{1}\ntype T struct{ b string }\nT{\"new\"}\nt.a\n",
               "T{b: \"new\"}\n1 (int)\n");
}

TEST(Repl, WhatUsesADeclarationFollowsIt) {
  ExpectOutput("func f() int { return 1 }\nfunc g() int { return f() * 10 }\nfunc h() int { return g() + 1 }\n"
               "h()\nfunc f() int { return 2 }\nh()\n",
               "11 (int)\n21 (int)\n");
  ExpectOutput("x := 1\nfunc f() int { return x }\nx := 7\nf()\n", "7 (int)\n");
  ExpectOutput("type T struct{ a int }\nfunc (t T) Get() int { return t.a }\n"
               "func mk(a int) T { return T{a: a} }\ntype T struct{ b, a int }\nmk(5)\nmk(5).Get()\n",
               "T{b: 0, a: 5}\n5 (int)\n");
  // What does not fit the new one stays with the old one, and that is said.
  CommandResult r = Pipe("func f(a int) int { return a }\nfunc g() int { return f(3) }\n"
                         "func f(s string) string { return s }\ng()\nf(\"x\")\n");
  EXPECT_EQ(r.out, "3 (int)\n\"x\" (string)\n");
  EXPECT_EQ(r.err,
            "g does not fit and stays with what was there before:\n"
            "<input 2>:1:23: cannot use f(3) (value of type string) as int value in return statement\n"
            "<input 2>:1:25: cannot use 3 (untyped int constant) as string value in argument to f\n");
}

TEST(Repl, MethodsComeLater) {
  // Also for values made before, and through interfaces.
  ExpectOutput("type P struct{ X, Y int }\np := P{3, 4}\nvar a any = p\n"
               "func (p P) Sum() int { return p.X + p.Y }\np.Sum()\n"
               "a.(interface{ Sum() int }).Sum()\n"
               "func (p *P) Scale(n int) { p.X *= n; p.Y *= n }\np.Scale(10)\np\n"
               "func (p P) String() string { return fmt.Sprint(p.X, \"/\", p.Y) }\nfmt.Println(p, a)\n",
               "7 (int)\n7 (int)\nP{X: 30, Y: 40}\n30/40 3/4\n");
  // A method declared anew.
  ExpectOutput("type T int\nfunc (t T) Name() string { return \"old\" }\nt := T(1)\nt.Name()\n"
               "func (t T) Name() string { return \"new\" }\nt.Name()\n"
               "any(t).(interface{ Name() string }).Name()\n",
               "\"old\" (string)\n\"new\" (string)\n\"new\" (string)\n");
  // What was compiled after such a type is not touched by that.
  ExpectOutput("type T struct{ a int }\nfunc (x T) M() int { return len(\"\") }\nvar v rune = 'x'\nv\n"
               "var s = []any{T{1}, &v}\nlen(s)\n", "120 (rune)\n2 (int)\n");
  // One that does not compile leaves nothing behind.
  CommandResult r = Pipe("type T int\nfunc (t T) Bad() int { return \"\" }\n");
  EXPECT_EQ(r.err, "<input 2>:1:31: cannot use \"\" (untyped string constant) as int value in return statement\n");
  ExpectOutput("type L[E any] struct{ items []E }\nl := &L[int]{}\n"
               "func (l *L[E]) Push(e E) { l.items = append(l.items, e) }\nl.Push(5)\nl.items\n",
               "[]int{5}\n");
}

TEST(Repl, GoroutinesGoOn) {
  ExpectOutput("c := make(chan int)\ngo func() { for i := 0; ; i++ { c <- i } }()\n<-c\n<-c\n<-c\n",
               "0 (int)\n1 (int)\n2 (int)\n");
}

TEST(Repl, OutputOfTheProgram) {
  ExpectOutput("fmt.Println(\"hi\", 3)\nfmt.Sprint(4)\n", "hi 3\n\"4\" (string)\n");
}

TEST(Repl, AnErrorEndsAPipe) {
  CommandResult r = Pipe("x := 1\ny := z\nx\n");
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.err, "<input 2>:1:6: undefined: z\n");
  EXPECT_EQ(r.exit_code, 1);
  r = Pipe("func (\n");
  EXPECT_EQ(r.err, "<input 1>:1:7: syntax error: unexpected EOF, expected )\n");
  EXPECT_EQ(r.exit_code, 1);
}

TEST(Repl, APanicEndsAPipe) {
  CommandResult r = Pipe("func f(n int) int { return 1 / n }\nf(0)\n1\n");
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.err.substr(0, r.err.find("goroutine")),
            "panic: runtime error: integer divide by zero\n\n");
  EXPECT_NE(r.err.find("main.f("), std::string::npos) << r.err;
  EXPECT_NE(r.err.find("\t<input 1>:1 "), std::string::npos) << r.err;
  EXPECT_EQ(r.exit_code, 2);
}

TEST(Repl, ExitCode) {
  EXPECT_EQ(Pipe("os.Exit(7)\n").exit_code, 7);
  EXPECT_EQ(Pipe("").exit_code, 0);
}

TEST(Repl, Commands) {
  ExpectOutput("func f(n int) string { return \"\" }\n:type f\n:type f(1)[0]\n",
               "func(n int) string\nbyte\n");
  ExpectOutput("b := 2\na := \"x\"\n:vars\n", "a string = \"x\"\nb int = 2\n");
  ExpectOutput("a := 1\n:reset\na := \"new\"\na\n", "\"new\" (string)\n");
  ExpectOutput("1\n:quit\n2\n", "1 (int)\n");
  CommandResult r = Pipe(":nothing\n");
  EXPECT_EQ(r.err, "gol: no command :nothing; :help lists them\n");
  EXPECT_EQ(r.exit_code, 1);
  r = Pipe("a := 1\nfunc f() int { return a }\n:list\n");
  EXPECT_EQ(r.out, "a := 1\nfunc f() int { return a }\n");
}

TEST(Repl, SaveAndLoad) {
  CommandResult r = Pipe("a := 20\nfunc f() int { return a + 1 }\n:save s.gol\n:reset\n:load s.gol\nf()\n");
  EXPECT_EQ(r.out, "21 (int)\n") << r.err;
  r = Pipe(":load nowhere.gol\n");
  EXPECT_EQ(r.err, "gol: cannot read nowhere.gol\n");
}

// The objects and bytes that each :gc -json of the output freed.
std::vector<long> Freed(const std::string& out) {
  std::vector<long> bytes;
  const std::string key = "\"freedBytes\":";
  for (size_t at = out.find(key); at != std::string::npos; at = out.find(key, at + 1)) {
    bytes.push_back(std::stol(out.substr(at + key.size())));
  }
  return bytes;
}

TEST(Repl, ValuesThatNobodyCanNameAreFreed) {
  CommandResult r = Pipe(":set gcpercent=off\nmake([]byte, 1<<20);\n1;\n:gc -json\nx := make([]byte, 1<<20)\n1;\n"
                         ":gc -json\nx := 2\n:gc -json\n");
  const std::vector<long> freed = Freed(r.out);
  ASSERT_EQ(freed.size(), 3u) << r.out << r.err;
  EXPECT_GE(freed[0], 1 << 20);
  EXPECT_LT(freed[1], 1 << 20);
  EXPECT_GE(freed[2], 1 << 20);
}

TEST(Repl, KeepsVariablesThatFunctionsUse) {
  ExpectOutput("x := []int{1}\ng := func() []int { return x }\ny := []int{7}\np := &y\nx := 2\ny := 3\n"
               "5;\nh := func() int { return _ }\n6;\ng()\n*p\nh()\n",
               "[]int{1}\n[]int{7}\n5 (int)\n");
}

// What inputs leave behind: so many kilobytes each, and no mappings of memory, of which a process has a
// limited number. input: the n-th.
void ExpectGrowth(const std::string& before, const std::function<std::string(int n)>& input, int kilobytes) {
  const std::string look = "func look() (maps, kb int) {\n"
                           "\tm, _ := os.ReadFile(\"/proc/self/maps\")\n"
                           "\ts, _ := os.ReadFile(\"/proc/self/status\")\n"
                           "\tline := string(s[bytes.Index(s, []byte(\"RssAnon:\"))+8:])\n"
                           "\tfmt.Sscan(line, &kb)\n"
                           "\treturn bytes.Count(m, []byte{'\\n'}), kb\n"
                           "}\n";
  constexpr int kInputs = kAddressSanitizer ? 200 : 1000;
  std::string text = look + before;
  auto some = [&](int n) {
    for (int i = 0; i < n; i++) text += input(i);
    text += "{ maps, kb := look(); fmt.Println(\"now\", maps, kb) }\n";
  };
  some(100);
  some(kInputs);
  const CommandResult r = Pipe(text);
  std::vector<int> maps, kb;
  for (size_t at = 0; (at = r.out.find("now ", at)) != std::string::npos; at++) {
    maps.push_back(0), kb.push_back(0);
    std::sscanf(r.out.c_str() + at, "now %d %d", &maps.back(), &kb.back());
  }
  ASSERT_EQ(kb.size(), 2u) << r.out << r.err;
  if (kAddressSanitizer) return;
  EXPECT_LT(maps[1] - maps[0], 20);
  EXPECT_LT(kb[1] - kb[0], kilobytes * kInputs);
}

TEST(Repl, ThousandInputsThatDeclare) {
  const auto input = [](int i) -> std::string {
    switch (i % 3) {
      case 0:
        return "x := " + std::to_string(i) + "\n";
      case 1:
        return "func f() int { return x * 2 }\n";
      default:
        return "s := []string{\"a\", \"b\"}; len(s);\n";
    }
  };
  ExpectGrowth("", input, 28);
}

// Nothing can run their code again: it goes, and what the checker made of them.
TEST(Repl, ThousandInputsThatDeclareNothing) {
  const auto input = [](int i) -> std::string {
    switch (i % 6) {
      case 0:
        return "x + " + std::to_string(i) + "\n";
      case 5:
        return ":type x + " + std::to_string(i) + "\n";
      case 1:
        return "for i := 0; i < 10; i++ { x += i }\n";
      case 2:
        return "f()\n";
      case 3:
        return "fmt.Println(x, \"is x\")\n";
      default:
        return "x = f(); s = append(s, x)\n";
    }
  };
  ExpectGrowth("var x int\nvar s []int\nfunc f() int { return x % 100 }\n", input, 3);
}

// What the session uses for the first time in an input that declares nothing: types, instances, methods, packages.
TEST(Repl, WhatInputsUseFirstIsThereForOthers) {
  const std::string inputs =
      "[]struct{ a int }{{1}}[0].a\nx := []struct{ a int }{{2}}\n[]struct{ a int }{{3}}[0].a + x[0].a\n"
      "strings.NewReader(\"four\").Len()\nr := strings.NewReader(\"fours\")\nr.Len()\n"
      "slices.Max([]int{1, 6, 2})\nslices.Max([]int{7})\nslices.Max([]string{\"a\", \"b\"})\n"
      "new(atomic.Pointer[[3]int]).Load() == nil\np := new(atomic.Pointer[[3]int])\np.Store(&[3]int{8})\np.Load()[0]\n"
      "fmt.Sprint(any(map[[2]int8]error{{9}: nil}))\nm := map[[2]int8]error{{9}: io.EOF}\nfmt.Sprint(any(m))\n"
      "func(v any) bool { _, ok := v.(interface{ Len() int }); return ok }(r)\n"
      "any(r).(interface{ Len() int }).Len()\n_ + 1\n";
  ExpectOutput(inputs + inputs,
               "1 (int)\n5 (int)\n4 (int)\n5 (int)\n6 (int)\n7 (int)\n\"b\" (string)\ntrue (bool)\n8 (int)\n"
               "\"map[[9 0]:<nil>]\" (string)\n\"map[[9 0]:EOF]\" (string)\ntrue (bool)\n5 (int)\n6 (int)\n"
               "1 (int)\n5 (int)\n4 (int)\n5 (int)\n6 (int)\n7 (int)\n\"b\" (string)\ntrue (bool)\n8 (int)\n"
               "\"map[[9 0]:<nil>]\" (string)\n\"map[[9 0]:EOF]\" (string)\ntrue (bool)\n5 (int)\n6 (int)\n");
}

// An input may mean the value of one before that is gone otherwise.
TEST(Repl, ValuesThatOthersTookOverStay) {
  ExpectOutput("struct{ q int }{1}.q\nstruct{ q int }{2}\ny := _\n3;\n4;\ny.q\n"
               "[2]map[string][3]int{1: {\"k\": {5}}}\n_\n_\n_[1]\n_[\"k\"][0]\n"
               "struct{ q int }{6}\nfunc g[T any](x T) any { return []any{_, x} }\n7;\n8;\ng(9)\n"
               "struct{ q int }{10};\nfunc() any { return _ }()\n11;\n12;\n:vars\n",
               "1 (int)\nstruct { q int }{q: 2}\n2 (int)\n[2]map[string][3]int{nil, {\"k\": {5, 0, 0}}}\n"
               "[2]map[string][3]int{nil, {\"k\": {5, 0, 0}}}\n[2]map[string][3]int{nil, {\"k\": {5, 0, 0}}}\n"
               "map[string][3]int{\"k\": {5, 0, 0}}\n5 (int)\nstruct { q int }{q: 6}\n"
               "[]any{struct { q int }{q: 6}, 9} (any)\nstruct { q int }{q: 10} (any)\n"
               "y struct{q int} = struct { q int }{q: 2}\n");
}

TEST(Repl, TheLastValueIsNoVariable) {
  for (const char* input : {"_++", "(_)--", "_ += 1", "_ <<= 2"}) {
    const CommandResult r = Pipe(std::string("7\n_ + 1\n") + input + "\n9\n");
    EXPECT_EQ(r.exit_code, 1) << input;
    EXPECT_EQ(r.out, "7 (int)\n8 (int)\n") << input;
    EXPECT_NE(r.err.find("cannot use _ as value"), std::string::npos) << input << r.err;
  }
  ExpectOutput("7;\n_ = 3\n_ + 1\n", "8 (int)\n");
}

// Values have their places one after the other: each with what refers to it, whatever was there before.
TEST(Repl, ValuesTakeThePlacesOfOthers) {
  std::string inputs, want;
  for (int i = 0; i < 40; i++) {
    const std::string n = std::to_string(i);
    inputs += "fmt.Sprint(\"s\", " + n + ")\nruntime.GC()\nlen(_)\n[4]*int{2: new(int)};\nruntime.GC()\n*_[2] + " + n +
              "\n_ * 2\n";
    want += "\"s" + n + "\" (string)\n" + std::to_string(n.size() + 1) + " (int)\n" + n + " (int)\n" +
            std::to_string(2 * i) + " (int)\n";
  }
  ExpectOutput(inputs, want);
}

// An input whose code is gone is still named where something of it is left.
TEST(Repl, LinesOfInputsStay) {
  const CommandResult r = Pipe("var pcs [8]uintptr\nfunc g(c chan int) { <-c }\nc := make(chan int)\n"
                               "runtime.Callers(0, pcs[:]);\n\ngo g(c)\n"
                               "for i := range 100 { _ = i }\n"
                               "f, _ := runtime.CallersFrames(pcs[1:]).Next()\n"
                               "fmt.Println(f.Function, f.File, f.Line)\n"
                               "b := make([]byte, 4096); string(b[:runtime.Stack(b, true)])\n");
  EXPECT_NE(r.out.find("main.main <input 4> 1\n"), std::string::npos) << r.out << r.err;
  EXPECT_NE(r.out.find("created by main.main"), std::string::npos) << r.out << r.err;
}

}  // namespace
}  // namespace gol::testing
