// What gol says about input that it cannot run: files that are missing, unreadable, empty or not
// text; programs that do not compile; wrong flags. The messages are those of the Go compiler for the
// same file; nothing may crash, and the exit code is 1 (2 for wrong usage).
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/program.h"

namespace gol::testing {
namespace {

struct BadSource {
  const char* name;
  std::string source;
  std::vector<std::string> messages;  // the lines of standard error
};

void PrintTo(const BadSource& b, std::ostream* os) { *os << b.name; }

const BadSource kSources[] = {
    {"Syntax",
     R"(package main

import "fmt"

func a() {
	x := := 5
}

func b() {
	fmt.Println("a" "b")
}

func c() {
	if x := 1 {
	}
}

func d() int {
	return 1 +
}

var 1x int

func main() {
	else {
	}
}
)",
     {"main.go:6:7: syntax error: unexpected :=, expected expression",
      "main.go:10:18: syntax error: unexpected literal \"b\" in argument list; possibly missing comma "
      "or )",
      "main.go:14:7: syntax error: cannot use x := 1 as value",
      "main.go:20:1: syntax error: unexpected }, expected expression",
      "main.go:22:5: syntax error: unexpected literal 1, expected name",
      "main.go:25:2: syntax error: unexpected keyword else, expected }"}},
    {"Literals",
     "package main\n\nfunc main() {\n\tprintln(\"abc)\n\tx := 'ab'\n\ty := `raw\n}\n",
     {"main.go:4:15: newline in string",
      "main.go:4:15: syntax error: unexpected newline in argument list; possibly missing comma or )",
      "main.go:5:7: more than one character in rune literal",
      "main.go:6:7: string not terminated"}},
    {"InvalidUtf8",
     "package main\n\nfunc main() {\n\tprintln(\"a\xff" "b\")\n}\n",
     {"main.go:4:12: invalid UTF-8 encoding"}},
    {"NulByte",
     "package main\n\nfunc main() {\n\tprintln(\"a" + std::string(1, '\0') + "b\")\n\tprintln(1)" +
         std::string(1, '\0') + "\n}\n",
     {"main.go:4:12: invalid NUL character", "main.go:5:12: invalid NUL character"}},
    {"ByteOrderMark",
     "package main\n\nfunc main() {\n\tprintln(\"a\")\xef\xbb\xbf\n}\n",
     {"main.go:4:14: invalid BOM in the middle of the file"}},
    {"Types",
     R"(package main

import (
	"fmt"
	"os"
)

type T struct{ a int }

type I interface{ M(int) string }

func f() (int, string) { return 1, "a" }

func (t *T) M(s string) string { return s }

func main() {
	var s string = 5
	x := f()
	var t T
	t.b = 3
	undefined1()
	return 1
}

func g(i I) int {
	g(T{})
	g(nil, 1)
	for {
		break
	}
}
)",
     {"main.go:17:6: declared and not used: s",
      "main.go:17:17: cannot use 5 (untyped int constant) as string value in variable declaration",
      "main.go:18:2: declared and not used: x",
      "main.go:18:7: assignment mismatch: 1 variable but f returns 2 values",
      "main.go:20:4: t.b undefined (type T has no field or method b)",
      "main.go:21:2: undefined: undefined1",
      "main.go:22:9: too many return values",
      "\thave (number)",
      "\twant ()",
      "main.go:26:4: cannot use T{} (value of struct type T) as I value in argument to g: T does not "
      "implement I (method M has pointer receiver)",
      "main.go:27:9: too many arguments in call to g",
      "\thave (nil, number)",
      "\twant (I)",
      "main.go:31:1: missing return",
      "main.go:31:1: too many errors"}},
    {"Operands",
     R"(package main

import "fmt"

const big uint8 = 256

func h() {
	a := 1
	a()
	b := []int{1, 2}
	b.x = 1
	_ = b["k"]
	if a = 2; a {
	}
	break
	goto missing
	1 = a
	fmt.Println(a &^ 1.5, "x" + 1)
}

func main() {}
)",
     {"main.go:5:19: cannot use 256 (untyped int constant) as uint8 value in constant declaration "
      "(overflows)",
      "main.go:9:2: invalid operation: cannot call a (variable of type int): int is not a function",
      "main.go:11:4: b.x undefined (type []int has no field or method x)",
      "main.go:12:8: cannot convert \"k\" (untyped string constant) to type int",
      "main.go:13:12: non-boolean condition in if statement",
      "main.go:15:2: break is not in a loop, switch, or select",
      "main.go:16:7: label missing not defined",
      "main.go:17:2: cannot assign to 1 (neither addressable nor a map index expression)",
      "main.go:18:19: 1.5 (untyped float constant) truncated to int",
      "main.go:18:24: invalid operation: \"x\" + 1 (mismatched types untyped string and untyped "
      "int)",
      "main.go:18:24: too many errors"}},
    {"Declarations",
     R"(package main

func a() {}
func a() {}

type t struct{ x, x int }

func main() {
	b := 1
	b := 2
	switch b {
	case 1, 1:
	}
	_ = map[string]int{"a": 1, "a": 2}
}
)",
     {"main.go:4:6: a redeclared in this block", "\tmain.go:3:6: other declaration of a",
      "main.go:6:19: x redeclared", "\tmain.go:6:16: other declaration of x",
      "main.go:10:4: no new variables on left side of :=",
      "main.go:12:10: duplicate case 1 (constant of type int) in expression switch",
      "\tmain.go:12:7: previous case", "main.go:14:29: duplicate key \"a\" in map literal"}},
    {"Cycles",
     R"(package main

var a = b
var b = c()

func c() int { return a }

type T struct{ t T }

func main() {}
)",
     {"main.go:3:5: initialization cycle for a", "\tmain.go:3:5: a refers to b",
      "\tmain.go:4:5: b refers to c", "\tmain.go:6:6: c refers to a",
      "main.go:8:6: invalid recursive type: T refers to itself"}},
    {"MissingReturn",
     "package main\n\nfunc f(x int) int {\n\tif x > 0 {\n\t\treturn 1\n\t}\n}\n\nfunc main() { f(1) "
     "}\n",
     {"main.go:7:1: missing return"}},
    {"UnusedImports",
     "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\tstr \"strings\"\n)\n\nfunc main() { "
     "fmt.Println() }\n",
     {"main.go:5:2: \"os\" imported and not used",
      "main.go:6:2: \"strings\" imported as str and not used"}},
};

class BadSourceTest : public ::testing::TestWithParam<BadSource> {};

TEST_P(BadSourceTest, SaysWhatTheGoCompilerSays) {
  CommandResult r = RunSource(GetParam().source);
  EXPECT_EQ(Lines(r.err), GetParam().messages);
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.exit_code, 1);
}

// The expectations themselves, against the Go compiler where there is one.
TEST_P(BadSourceTest, AgreesWithTheGoCompiler) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", GetParam().source);
  CommandResult r = RunCommand({GoPath(), "build", "-o", folder + "/out", "main.go"}, {}, folder);
  std::vector<std::string> lines;
  for (std::string line : Lines(r.err)) {
    if (line.starts_with("#")) continue;
    size_t dot = line.find("./");
    if (dot <= 1) line.erase(dot, 2);
    lines.push_back(line);
  }
  EXPECT_EQ(lines, GetParam().messages);
}

INSTANTIATE_TEST_SUITE_P(BadInput, BadSourceTest, ::testing::ValuesIn(kSources),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(BadInput, StopsAfterTenErrors) {
  std::string source = "package main\n\nfunc main() {\n";
  for (int i = 0; i < 15; i++) source += "\tu" + std::to_string(i) + "()\n";
  source += "}\n";
  std::vector<std::string> lines = Lines(RunSource(source).err);
  ASSERT_EQ(lines.size(), 11u);
  EXPECT_EQ(lines[9], "main.go:13:2: undefined: u9");
  EXPECT_EQ(lines[10], "main.go:13:2: too many errors");
  ProgramOptions all;
  all.flags = {"-gcflags=-e"};
  EXPECT_EQ(Lines(RunSource(source, all).err).size(), 15u);
}

TEST(BadInput, MissingPackages) {
  CommandResult r = RunSource(
      "package main\n\nimport (\n\t\"fmt\"\n\t\"nosuch/pkg\"\n)\n\nfunc main() { fmt.Println(pkg.X) "
      "}\n");
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("package nosuch/pkg is not in std"), std::string::npos) << r.err;
}

TEST(BadInput, MissingFile) {
  CommandResult r = RunGol({"run", "missing.go"}, TempFolder());
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("stat missing.go: no such file or directory"), std::string::npos) << r.err;
}

TEST(BadInput, MissingFolder) {
  CommandResult r = RunGol({"run", "./nofolder"}, TempFolder());
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("nofolder"), std::string::npos) << r.err;
}

TEST(BadInput, FolderWithoutGoFiles) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/d/readme.txt", "nothing here\n");
  CommandResult r = RunGol({"run", "./d"}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("no Go files in"), std::string::npos) << r.err;
}

TEST(BadInput, UnreadableFile) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser reads everything";
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", "package main\n");
  chmod((folder + "/main.go").c_str(), 0);
  CommandResult r = RunGol({"run", "main.go"}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("main.go: permission denied"), std::string::npos) << r.err;
}

TEST(BadInput, FolderNamedLikeAFile) {
  const std::string folder = TempFolder();
  std::filesystem::create_directories(folder + "/x.go");
  CommandResult r = RunGol({"run", "x.go"}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("x.go"), std::string::npos) << r.err;
  EXPECT_EQ(r.signal, 0);
}

TEST(BadInput, EmptyFile) {
  for (const char* text : {"", "\n\n", "// only a comment\n"}) {
    CommandResult r = RunSource(text);
    EXPECT_EQ(r.exit_code, 1) << text;
    EXPECT_NE(r.err.find("syntax error: package statement must be first"), std::string::npos) << r.err;
  }
}

TEST(BadInput, NoMain) {
  CommandResult r = RunSource("package main\n\nfunc notmain() {}\n");
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("function main is undeclared in the main package"), std::string::npos) << r.err;
}

TEST(BadInput, OtherPackage) {
  CommandResult r = RunSource("package other\n\nfunc main() {}\n");
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("package command-line-arguments is not a main package"), std::string::npos)
      << r.err;
}

TEST(BadInput, TwoPackagesInOneFolder) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/a.go", "package main\n\nfunc main() {}\n");
  WriteFile(folder + "/b.go", "package other\n");
  CommandResult r = RunGol({"run", "."}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_EQ(r.err, "gol: found packages main (a.go) and other (b.go) in " + folder + "\n");
}

TEST(BadInput, Flags) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", "package main\n\nfunc main() { println(1) }\n");
  CommandResult r = RunGol({"run", "-badflag", "main.go"}, folder);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_NE(r.err.find("flag provided but not defined: -badflag"), std::string::npos) << r.err;
  r = RunGol({"frob"}, folder);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_NE(r.err.find("gol frob: unknown command"), std::string::npos) << r.err;
  r = RunGol({"run"}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("no Go files listed"), std::string::npos) << r.err;
  r = RunGol({}, folder);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_NE(r.err.find("usage: gol"), std::string::npos) << r.err;
}

// Files that are no Go at all end in messages, not in a crash.
TEST(BadInput, Noise) {
  std::string noise;
  uint32_t seed = 12345;
  for (int i = 0; i < 20000; i++) {
    seed = seed * 1664525 + 1013904223;
    noise.push_back(static_cast<char>(seed >> 24));
  }
  for (const std::string& text :
       {noise, "package main\n" + noise, std::string(5000, '('), "package main\nfunc main() {" +
        std::string(20000, '{'), "package main\nvar x = " + std::string(20000, '-') + "1\n",
        "package main\nvar x " + std::string(20000, '*') + "int\nfunc main() {}\n"}) {
    CommandResult r = RunSource(text);
    EXPECT_EQ(r.signal, 0) << text.substr(0, 40);
    EXPECT_FALSE(r.timed_out) << text.substr(0, 40);
    EXPECT_TRUE(r.exit_code == 1 || text.ends_with("{}\n") || text.ends_with("1\n"))
        << r.exit_code << " " << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace gol::testing
