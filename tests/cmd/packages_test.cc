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
      {"main.go", "package main\n\nimport \"example.com/m/a/internal/b\"\nimport \"internal/abi\"\n\n"
                  "func main() { b.F(); abi.F() }\n"},
      {"a/internal/b/b.go", "package b\n\nfunc F() {}\n"}},
     "main.go:3:8: use of internal package example.com/m/a/internal/b not allowed\n"
     "main.go:4:8: package internal/abi is not in std\n"},
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

}  // namespace
}  // namespace gol::testing
