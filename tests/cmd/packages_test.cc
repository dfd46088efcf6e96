// Programs of several packages whose parts do not fit: what `gol run` says of them.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/command.h"
#include "support/program.h"

namespace gol::testing {
namespace {

struct BadTree {
  const char* name;
  std::vector<std::pair<std::string, std::string>> files;
  std::string messages;  // "$" stands for the folder
};

const std::string kMod = "module example.com/m\n\ngo 1.26\n";

const BadTree kTrees[] = {
    {"NotInStd",
     {{"main.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"nosuch/pkg\"\n)\n\n"
                  "func main() { fmt.Println(undefinedName, pkg.X) }\n"}},
     "main.go:5:2: package nosuch/pkg is not in std\n"},
    {"MissingStd",
     {{"main.go", "package main\n\nimport \"net/http\"\n\nfunc main() { http.Get(\"\") }\n"}},
     "main.go:3:8: package net/http of Go's standard library is not in gol yet\n"},
    {"NoModule",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport _ \"example.org/other/pkg\"\n\nfunc main() {}\n"}},
     "main.go:3:8: no required module provides package example.org/other/pkg; nothing is "
     "downloaded\n"},
    {"Relative",
     {{"main.go", "package main\n\nimport \"./sub\"\n\nfunc main() { sub.F() }\n"},
      {"sub/sub.go", "package sub\n\nfunc F() {}\n"}},
     "main.go:3:8: \"./sub\" is relative, but relative import paths are not supported in module "
     "mode\n"},
    {"Cgo",
     {{"main.go", "package main\n\nimport \"C\"\n\nfunc main() { C.f() }\n"}},
     "main.go:3:8: import \"C\": cgo is not supported\n"},
    {"InternalOfOthers",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport \"example.com/m/a/internal/b\"\nimport \"internal/goarch\"\n\n"
                  "func main() { b.F(); goarch.F() }\n"},
      {"a/internal/b/b.go", "package b\n\nfunc F() {}\n"}},
     "main.go:3:8: use of internal package example.com/m/a/internal/b not allowed\n"
     "main.go:4:8: package internal/goarch is not in std\n"},
    {"Program",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport \"example.com/m/cmd\"\n\nfunc main() { cmd.F() }\n"},
      {"cmd/cmd.go", "package main\n\nfunc main() {}\n"}},
     "main.go:3:8: import \"example.com/m/cmd\" is a program, not an importable package\n"},
    {"TwoPackages",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport \"example.com/m/sub\"\n\nfunc main() { sub.F() }\n"},
      {"sub/a.go", "package a\n"},
      {"sub/b.go", "package b\n"}},
     "main.go:3:8: found packages a (a.go) and b (b.go) in $/sub\n"},
    {"NoFiles",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport \"example.com/m/sub\"\n\nfunc main() { sub.F() }\n"},
      {"sub/a_test.go", "package a\n"}},
     "main.go:3:8: no Go files in $/sub\n"},
    {"ConstraintsExcludeAll",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport \"example.com/m/sub\"\n\nfunc main() { sub.F() }\n"},
      {"sub/a.go", "//go:build windows\n\npackage sub\n"}},
     "main.go:3:8: build constraints exclude all Go files in $/sub\n"},
    {"Cycle",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport \"example.com/m/a\"\n\nfunc main() { a.F() }\n"},
      {"a/a.go", "package a\n\nimport \"example.com/m/b\"\n\nfunc F() { b.F() }\n"},
      {"b/b.go", "package b\n\nimport \"example.com/m/a\"\n\nfunc F() { a.F() }\n"}},
     "b/b.go:3:8: import cycle not allowed\n\tpackage example.com/m\n"
     "\timports example.com/m/a from main.go\n\timports example.com/m/b from a.go\n"
     "\timports example.com/m/a from b.go\n"},
    {"ErrorsOfDependencies",
     {{"go.mod", kMod},
      {"main.go", "package main\n\nimport (\n\t\"example.com/m/a\"\n\t\"example.com/m/b\"\n)\n\n"
                  "func main() { a.F(); b.F(); undefinedName() }\n"},
      {"a/a.go", "package a\n\nfunc F() { x }\n"},
      {"b/b.go", "package b\n\nfunc F() { x y }\n"}},
     "a/a.go:3:12: undefined: x\n"
     "b/b.go:3:14: syntax error: unexpected name y at end of statement\n"},
    {"UnknownDirective",
     {{"go.mod", "module x\nfoo bar\ngo 1.x\n"}, {"main.go", "package main\n\nfunc main() {}\n"}},
     "gol: errors parsing go.mod:\ngo.mod:2: unknown directive: foo\n"
     "go.mod:3: invalid go version '1.x': must match format 1.23.0\n"},
    {"NewerGo",
     {{"go.mod", "module x\n\ngo 1.99\n"}, {"main.go", "package main\n\nfunc main() {}\n"}},
     "gol: go.mod requires go >= 1.99 (running go 1.26)\n"},
    {"NoModuleLine",
     {{"go.mod", "go 1.20\n"}, {"main.go", "package main\n\nfunc main() {}\n"}},
     "gol: error reading go.mod: missing module declaration\n"},
    {"OldVersion",
     {{"go.mod", "module x\n\ngo 1.20\n"},
      {"main.go", "package main\n\nfunc main() { for i := range 10 { _ = i }; _ = max(1, 2) }\n"}},
     "main.go:3:30: cannot range over 10 (untyped int constant): requires go1.22 or later (-lang "
     "was set to go1.20; check go.mod)\n"
     "main.go:3:48: built-in max requires go1.21 or later (-lang was set to go1.20; check "
     "go.mod)\n"},
    {"NoVersion",
     {{"go.mod", "module x\n"},
      {"main.go", "package main\n\nfunc f[T any]() {}\n\nfunc main() { f[int]() }\n"}},
     "main.go:3:8: type parameter requires go1.18 or later (-lang was set to go1.16; check "
     "go.mod)\nmain.go:3:10: predeclared any requires go1.18 or later (-lang was set to go1.16; check "
     "go.mod)\nmain.go:5:15: function instantiation requires go1.18 or later (-lang was set to "
     "go1.16; check go.mod)\n"},
};

class PackagesTest : public ::testing::TestWithParam<BadTree> {};

TEST_P(PackagesTest, SaysWhy) {
  const std::string folder = TempFolder();
  for (const auto& [name, text] : GetParam().files) WriteFile(folder + "/" + name, text);
  CommandResult r = RunGol({"run", "."}, folder);
  std::string want = GetParam().messages;
  for (size_t at; (at = want.find('$')) != std::string::npos;) want.replace(at, 1, folder);
  EXPECT_EQ(r.err, want);
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.exit_code, 1);
}

INSTANTIATE_TEST_SUITE_P(Packages, PackagesTest, ::testing::ValuesIn(kTrees),
                         [](const auto& info) { return std::string(info.param.name); });

// Modules that go.mod takes from a folder, and vendor/.
TEST(Packages, ReplacedAndVendored) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/app/go.mod",
            "module example.com/app\n\ngo 1.26\n\nrequire (\n\texample.com/lib v1.0.0\n"
            "\texample.com/other v0.1.0 // indirect\n)\n\n"
            "replace example.com/lib v1.0.0 => ../lib\n");
  WriteFile(folder + "/app/main.go",
            "package main\n\nimport (\n\t\"example.com/app/internal/own\"\n"
            "\t\"example.com/lib/sub\"\n\t\"example.com/other\"\n)\n\n"
            "func main() { println(own.X + sub.X + other.X) }\n");
  WriteFile(folder + "/app/internal/own/own.go", "package own\n\nconst X = 1\n");
  WriteFile(folder + "/lib/go.mod", "module example.com/lib\n\ngo 1.20\n");
  WriteFile(folder + "/lib/sub/sub.go", "package sub\n\nconst X = 20\n");
  WriteFile(folder + "/app/vendor/example.com/other/o.go", "package other\n\nconst X = 300\n");
  CommandResult r = RunGol({"run", "."}, folder + "/app");
  EXPECT_EQ(r.err, "321\n");
  EXPECT_EQ(r.exit_code, 0);
}

TEST(Packages, EmbeddedFiles) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/go.mod", kMod);
  WriteFile(folder + "/a.txt", "hello\n");
  WriteFile(folder + "/data/x.txt", "x");
  WriteFile(folder + "/data/sub/y.txt", "y");
  WriteFile(folder + "/data/_skipped", "z");
  WriteFile(folder + "/main.go",
            "package main\n\nimport (\n\t\"embed\"\n\t\"fmt\"\n\t\"io/fs\"\n)\n\n"
            "//go:embed a.txt\nvar s string\n\n//go:embed \"a.txt\"\nvar b []byte\n\n"
            "//go:embed data\n//go:embed *.txt\nvar f embed.FS\n\n"
            "//go:embed all:data\nvar g embed.FS\n\n"
            "func main() {\n\tfmt.Print(s, string(b))\n\tfor _, tree := range []embed.FS{f, g} {\n"
            "\t\tfs.WalkDir(tree, \".\", func(p string, d fs.DirEntry, err error) error {\n"
            "\t\t\tt, _ := tree.ReadFile(p)\n\t\t\tfmt.Print(p, d.IsDir(), string(t), \" \")\n"
            "\t\t\treturn err\n\t\t})\n\t\tfmt.Println()\n\t}\n}\n");
  CommandResult r = RunGol({"run", "."}, folder);
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.out,
            "hello\nhello\n"
            ".true a.txtfalsehello\n datatrue data/subtrue data/sub/y.txtfalsey data/x.txtfalsex \n"
            ".true datatrue data/_skippedfalsez data/subtrue data/sub/y.txtfalsey "
            "data/x.txtfalsex \n");
  // The cache sees a change of a file, and a new one.
  WriteFile(folder + "/a.txt", "changed\n");
  WriteFile(folder + "/data/sub/new", "");
  EXPECT_EQ(RunGol({"run", "."}, folder).out.find("changed\nchanged\n"), 0u);
  EXPECT_NE(RunGol({"run", "."}, folder).out.find("data/sub/new"), std::string::npos);
}

TEST(Packages, BadEmbedLines) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/a.txt", "");
  WriteFile(folder + "/main.go",
            "package main\n\nimport _ \"embed\"\n\n//go:embed nope.txt\nvar s string\n\n"
            "//go:embed ../x\nvar t string\n\n//go:embed a.txt\nvar u, v string\n\n"
            "//go:embed a.txt\nvar w int\n\nfunc main() {\n\t//go:embed a.txt\n\tvar x string\n"
            "\t_ = x\n}\n");
  EXPECT_EQ(RunGol({"run", "main.go"}, folder).err,
            "main.go:5:12: pattern nope.txt: no matching files found\n"
            "main.go:8:12: pattern ../x: invalid pattern syntax\n"
            "main.go:11:3: go:embed cannot apply to multiple vars\n"
            "main.go:15:5: go:embed cannot apply to var of type int\n"
            "main.go:18:4: go:embed cannot apply to var inside func\n");
}

TEST(Packages, Linkname) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/go.mod", kMod);
  WriteFile(folder + "/p/p.go",
            "package p\n\nvar hidden = 1\n\nfunc double(x int) int { return 2 * x * hidden }\n\n"
            "func Get() int { return hidden }\n");
  WriteFile(folder + "/main.go",
            "package main\n\nimport (\n\t\"example.com/m/p\"\n\t_ \"unsafe\"\n)\n\n"
            "//go:linkname other example.com/m/p.hidden\nvar other int\n\n"
            "//go:linkname twice example.com/m/p.double\nfunc twice(int) int\n\n"
            "func main() {\n\tother = 5\n\tprintln(p.Get(), twice(3))\n}\n");
  EXPECT_EQ(RunGol({"run", "."}, folder).err, "5 30\n");
}

}  // namespace
}  // namespace gol::testing
