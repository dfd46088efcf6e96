// The formatter: cases that say what it does, and all of Go's own sources, which are in gofmt's
// layout: formatted again, also after their white space was changed, they are what they were.
#include "frontend/format/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "syntax_test_util.h"

namespace gol::format {
namespace {

namespace fs = std::filesystem;

std::string Format(std::string_view source, bool simplify = false) {
  Formatted f = FormatSource("x.go", source, {.simplify = simplify});
  return f.errors.empty() ? f.text : f.errors;
}

struct Case {
  const char* what;
  const char* source;
  const char* want;
};

const Case kCases[] = {
    {"blanks of operators follow precedence and depth",
     "package p\nvar x=a*b+c\nvar y=f(a+b,c*d)+ -z\nvar z=a [ i+1 : len(a)-1 ]\n",
     "package p\n\nvar x = a*b + c\nvar y = f(a+b, c*d) + -z\nvar z = a[i+1 : len(a)-1]\n"},
    {"columns of a struct, its tags and comments",
     "package p\ntype T struct {\na int // one\nlong, longer string `x`\n\nB\n*C // two\n}\n",
     "package p\n\ntype T struct {\n\ta            int    // one\n\tlong, longer string `x`\n\n"
     "\tB\n\t*C // two\n}\n"},
    {"values move into the column of types where there are none",
     "package p\nconst (\na = 1 // x\nbcd int = 2\ne\n)\nvar (\nx = 1\nlong = 2\n)\n",
     "package p\n\nconst (\n\ta       = 1 // x\n\tbcd int = 2\n\te\n)\n\nvar (\n\tx    = 1\n"
     "\tlong = 2\n)\n"},
    {"a comment stays between its tokens",
     "package p\nfunc f(a /* one */ int) { // two\n\tif /* three */ a > 1 { /* four */ }\n}\n",
     "package p\n\nfunc f(a /* one */ int) { // two\n\tif /* three */ a > 1 { /* four */\n\t}\n}\n"},
    {"comments before a case stand where the case or the body does",
     "package p\nfunc f(a int) {\nswitch a {\ncase 1:\n\tg()\n\t// body\n// next\ncase 2:\n}\n}\n",
     "package p\n\nfunc f(a int) {\n\tswitch a {\n\tcase 1:\n\t\tg()\n\t\t// body\n\t// next\n"
     "\tcase 2:\n\t}\n}\n"},
    {"doc comments get their standard form",
     "package p\n//F does:\n//  - a\n//  - b\n//    code {\n//go:noinline\nfunc F() {}\n",
     "package p\n\n// F does:\n//   - a\n//   - b\n//     code {\n//\n//go:noinline\nfunc F() {}\n"},
    {"imports are sorted in runs, with their comments",
     "package p\nimport (\n\"c\"\n\"a\" // x\n\"c\"\n\n\"b\"\n`aa`\n)\n",
     "package p\n\nimport (\n\t\"a\" // x\n\t\"c\"\n\n\t\"aa\"\n\t\"b\"\n)\n"},
    {"a label stands one indentation to the left",
     "package p\nfunc f() {\nfor {\nL:\nfor { break L }\n}\n}\n",
     "package p\n\nfunc f() {\n\tfor {\n\tL:\n\t\tfor {\n\t\t\tbreak L\n\t\t}\n\t}\n}\n"},
    {"short bodies stay on their line",
     "package p\nfunc f() {return}\nfunc g() int {\nreturn 1}\nvar h=func(){f();g()}\n",
     "package p\n\nfunc f() { return }\nfunc g() int {\n\treturn 1\n}\n\n"
     "var h = func() { f(); g() }\n"},
    {"keys line up in lines of like size",
     "package p\nvar m = map[string]int{\n\"a\": 1,\n\"bcd\": 2, // c\n}\nvar s = []T{{a: 1, b: 2},\n{}}\n",
     "package p\n\nvar m = map[string]int{\n\t\"a\":   1,\n\t\"bcd\": 2, // c\n}\n"
     "var s = []T{{a: 1, b: 2},\n\t{}}\n"},
    {"build constraints come together at the top",
     "// +build linux\n// +build !cgo,amd64 arm\n\npackage p\n",
     "//go:build linux && ((!cgo && amd64) || arm)\n// +build linux\n// +build !cgo,amd64 arm\n\n"
     "package p\n"},
    {"parentheses that do nothing go",
     "package p\nfunc f() (int) { if (a) {}; for range (x) {}; return ((1)) }\n",
     "package p\n\nfunc f() int {\n\tif a {\n\t}\n\tfor range x {\n\t}\n\treturn (1)\n}\n"},
    {"type parameters that read as an array keep their comma",
     "package p\ntype T[P *Q,] struct{}\nfunc F[A,B any,C ~[]A](a A)(b B,_ C){}\n",
     "package p\n\ntype T[P *Q,] struct{}\n\nfunc F[A, B any, C ~[]A](a A) (b B, _ C) {}\n"},
    {"numbers in lower case",
     "package p\nvar _ = []any{0XAB, 1E3, 0B1, 0O7, 012i, 0X1P-2}\n",
     "package p\n\nvar _ = []any{0xAB, 1e3, 0b1, 0o7, 12i, 0x1p-2}\n"},
    {"carriage returns go",
     "package p\r\n// c\r\nvar s = `a\r\nb`\r\n", "package p\n\n// c\nvar s = `a\nb`\n"},
    {"a script is laid out like the body of a function",
     "#!/usr/bin/env gol\nx:=1\nfunc f()  {\nx++}\nf( )\nfor x<3 {x++}\n",
     "#!/usr/bin/env gol\nx := 1\n\nfunc f() {\n\tx++\n}\n\nf()\nfor x < 3 {\n\tx++\n}\n"},
};

TEST(FormatSource, Cases) {
  for (const Case& c : kCases) {
    EXPECT_EQ(Format(c.source), c.want) << c.what;
    EXPECT_EQ(Format(c.want), c.want) << c.what << ", again";
  }
}

TEST(FormatSource, Simplify) {
  EXPECT_EQ(Format("package p\n\nvar a = []T{T{1}, T{2}}\nvar b = map[K]*T{K{}: &T{}}\n"
                   "var c = [][]T{[]T{T{}}}\n\nfunc f() {\n\tfor i, _ := range s[1:len(s)] {\n\t}\n"
                   "\tfor _ = range s {\n\t}\n}\n",
                   true),
            "package p\n\nvar a = []T{{1}, {2}}\nvar b = map[K]*T{{}: {}}\nvar c = [][]T{{{}}}\n\n"
            "func f() {\n\tfor i := range s[1:] {\n\t}\n\tfor range s {\n\t}\n}\n");
}

TEST(FormatSource, SyntaxErrorsLeaveTheTextAlone) {
  Formatted f = FormatSource("x.go", "package p\nfunc {\n", {});
  EXPECT_EQ(f.text, "");
  EXPECT_EQ(f.errors, "x.go:2:6: syntax error: unexpected {, expected name or (\n");
}

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The lines without their indentation, where no raw string or comment may go on.
std::string WithoutIndentation(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    out.append(text, std::min(text.find_first_not_of('\t', at), end), std::string::npos);
    out.resize(out.size() - (text.size() - end));
    if (end < text.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

TEST(FormatSource, KeepsGosOwnSources) {
  const std::string root = syntax::GoRoot();
  if (root.empty()) GTEST_SKIP() << "no Go installed";
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root + "/src")) {
    const std::string path = entry.path();
    if (path.ends_with(".go") && path.find("testdata") == std::string::npos) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  for (size_t i = 0; i < files.size(); i += 9) {
    const std::string text = ReadFile(files[i]);
    EXPECT_EQ(Format(text), text) << files[i];
    // Comments at the margin may become doc comments, so only files without unusual ones.
    if (text.find('`') != std::string::npos || text.find("/*") != std::string::npos ||
        text.find("//") != std::string::npos) {
      continue;
    }
    EXPECT_EQ(Format(WithoutIndentation(text)), text) << files[i];
  }
}

}  // namespace
}  // namespace gol::format
