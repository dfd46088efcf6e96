// Sources made to exhaust the compiler: each ends in a message, or passes, soon and in little
// memory.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "support/command.h"
#include "support/program.h"

namespace gol::testing {
namespace {

std::string Repeat(const std::string& s, int n) {
  std::string out;
  for (int i = 0; i < n; i++) out += s;
  return out;
}

// One line for each number below n, "#" standing for the number and "@" for the next one.
std::string Lines(const std::string& line, int n) {
  std::string out;
  for (int i = 0; i < n; i++) {
    for (char c : line) {
      if (c == '#') out += std::to_string(i);
      else if (c == '@') out += std::to_string(i + 1);
      else out += c;
    }
  }
  return out;
}

struct Bomb {
  const char* name;
  std::function<std::string()> body;  // behind the package clause
  const char* message;                // part of the output; "": the source is fine
};

const Bomb kBombs[] = {
    {"Parentheses",
     [] { return "var x = " + std::string(200000, '(') + "1" + std::string(200000, ')'); },
     "nesting depth limit exceeded"},
    {"Blocks", [] { return "func f() " + std::string(200000, '{') + std::string(200000, '}'); },
     "nesting depth limit exceeded"},
    {"Types", [] { return "var x " + Repeat("[]", 200000) + "int"; },
     "nesting depth limit exceeded"},
    {"Literals", [] { return "var x = []any" + std::string(200000, '{') + std::string(200000, '}'); },
     "nesting depth limit exceeded"},
    {"ElseIfs", [] { return "func f(x int) { if x == 0 {} " + Repeat("else if x == 1 {}", 100000) +
                            " }"; },
     "nesting depth limit exceeded"},
    {"Selectors", [] { return "var x = a" + Repeat(".b", 200000); }, "nested too deeply"},
    {"Operands", [] { return "var y = 1\nvar x = y" + Repeat("+y", 200000); }, ""},
    {"Gotos", [] { return "func f() {\ngoto L0\n" + Lines("L#: goto L@\n", 20000) + "L20000:\n}";
     }, ""},
    {"Functions", [] { return Lines("func f#(x int) int { return x + # }\n", 20000); }, ""},
    {"Declarations", [] { return Lines("var v# = #\n", 800000); },
     "gol: program too large: its syntax trees take more than 96 MB"},
    {"LongName", [] { return "var " + std::string(1000000, 'a') + " int"; }, ""},
    {"ShiftCount", [] { return std::string("const x = 1 << 1e8"); }, "invalid shift count"},
    {"GrowingConstants",
     [] { return "const c0 = 1.0000000001\n" + Lines("const c@ = c# * c#\n", 2000); },
     "not representable"},
    {"GrowingStrings",
     [] { return "const c0 = \"0123456789abcdef\"\n" + Lines("const c@ = c# + c#\n", 40); },
     "not representable"},
    {"InvalidUtf8", [] { return std::string("var s = \"\xff\xfe\""); }, "invalid UTF-8 encoding"},
    {"Nul", [] { return std::string("var s\0 = 1", 10); }, "invalid NUL character"},
    {"TypeCycle", [] { return Lines("type T# struct { a T@ }\n", 100) + "type T100 [2]T0"; },
     "invalid recursive type"},
    {"ConstantCycle", [] { return std::string("const a = b\nconst b = a"); },
     "initialization cycle"},
    {"InstancesWithoutEnd", [] { return std::string("type G[T any] struct { x *G[G[T]] }"); },
     "instantiation cycle"},
    {"DoublingTypes", [] { return Lines("type T# struct { a, b T@ }\n", 60) + "type T60 int"; },
     "too large"},
    {"DoublingUnnamedTypes",
     [] { return "type T0 = int\n" + Lines("type T@ = struct { a, b T# }\n", 40) + "var x T40"; },
     "symbol too large"},
    {"LargeArray", [] { return std::string("var a [1 << 50]int"); },
     "type [1125899906842624]int larger than address space"},
    {"LargeParameter", [] { return std::string("func f(a [1 << 30]int) {}"); },
     "stack frame too large (>1GB): 0 MB locals + 8192 MB args"},
    {"LargeVariable", [] { return std::string("var a [1 << 31]byte"); },
     "main.a: symbol too large (2147483648 bytes > 2000000000 bytes)"},
    {"LargeChannelElement", [] { return std::string("func f(c chan [1 << 16]byte) {}"); },
     "channel element type too large (>64kB)"},
};

class SourceBombTest : public ::testing::TestWithParam<Bomb> {};

TEST_P(SourceBombTest, EndsInTime) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", "package main\n\n" + GetParam().body() + "\n\nfunc main() {}\n");
  CommandResult r = RunGol({"check", "main.go"}, folder);
  EXPECT_EQ(r.signal, 0);
  EXPECT_FALSE(r.timed_out);
  const std::string message = GetParam().message;
  EXPECT_EQ(r.exit_code, message.empty() ? 0 : 1);
  EXPECT_NE(r.err.find(message), std::string::npos) << r.err.substr(0, 300);
}

// Programs that are compiled and run.
struct Load {
  const char* name;
  std::function<std::string()> text;  // behind the package clause
  const char* output;                 // part of standard error, where println writes
};

const Load kLoads[] = {
    {"ManyFunctions",
     [] {
       return Lines("func f#(x int) int { if x == 0 { return 1 }; return f@(x-1)*#+1 }\n", 8000) +
              "func f8000(x int) int { return x }\nfunc main() { println(f0(3)) }\n";
     },
     "1\n"},
    {"LongSumOfCalls",
     [] {
       return "func g(x int) int { return x }\nfunc main() { println(0" + Repeat("+g(1)", 20000) +
              ") }\n";
     },
     "20000\n"},
    {"ManyVariables", [] { return Lines("var v# = #\n", 50000) + "func main() { println(v7) }\n"; },
     "7\n"},
    {"ManyLocals",
     [] {
       return "func f(x int) int {\n" + Lines("v# := x+#\n", 20000) + "s := 0\n" +
              Lines("s += v#\n", 20000) + "return s\n}\nfunc main() { println(f(1)) }\n";
     },
     "200010000\n"},
    {"ManyCases",
     [] {
       return "func f(x int) string {\nswitch x {\n" + Lines("case #*7: return \"s#\"\n", 20000) +
              "}\nreturn \"\"\n}\nfunc main() { println(f(700)) }\n";
     },
     "s100\n"},
    {"JumpsAcross",
     [] {
       return "func f(x int) int {\n" + Lines("L#: x++; if x > 1000000 { goto L# }\n", 5000) +
              "return x\n}\nfunc main() { println(f(1)) }\n";
     },
     "5001\n"},
    {"ManyDefers",
     [] {
       return "var n int\nfunc d(x int) { n += x }\nfunc f() {\n" + Lines("defer d(#)\n", 5000) +
              "}\nfunc main() { f(); println(n) }\n";
     },
     "12497500\n"},
    {"DoublingInstances",
     [] {
       return "type P[A, B any] struct { a A; b B }\nfunc f0[T any]() {}\n" +
              Lines("func f@[T any]() { f#[P[T, int]](); f#[P[int, T]]() }\n", 25) +
              "func main() { f25[int]() }\n";
     },
     "too many instances of generic functions"},
};

class LoadTest : public ::testing::TestWithParam<Load> {};

TEST_P(LoadTest, RunsInTime) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", "package main\n\n" + GetParam().text());
  CommandResult r = RunGol({"run", "main.go"}, folder);
  EXPECT_EQ(r.signal, 0);
  EXPECT_FALSE(r.timed_out);
  EXPECT_NE(r.err.find(GetParam().output), std::string::npos) << r.err.substr(0, 300);
}

INSTANTIATE_TEST_SUITE_P(Loads, LoadTest, ::testing::ValuesIn(kLoads),
                         [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(Bombs, SourceBombTest, ::testing::ValuesIn(kBombs),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace gol::testing
