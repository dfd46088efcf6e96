// gol fmt: flags, output and exit codes, which are gofmt's.
#include <gtest/gtest.h>

#include "support/program.h"

namespace gol::testing {
namespace {

constexpr char kUgly[] = "package p\nvar  x=1\n";
constexpr char kNeat[] = "package p\n\nvar x = 1\n";

TEST(Fmt, PrintsFilesOrListsWhatDiffers) {
  const std::string dir = TempFolder();
  WriteFile(dir + "/a.go", kUgly);
  WriteFile(dir + "/sub/b.go", kNeat);
  WriteFile(dir + "/sub/c.gol", "x:=1\n");
  WriteFile(dir + "/.hidden.go", kUgly);
  CommandResult r = RunGol({"fmt", "a.go"}, dir);
  EXPECT_EQ(r.out, kNeat);
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(RunGol({"fmt", "-l", "."}, dir).out, "a.go\nsub/c.gol\n");
  EXPECT_EQ(RunGol({"fmt", "-l", "sub/b.go"}, dir).out, "");
}

TEST(Fmt, WritesFiles) {
  const std::string dir = TempFolder();
  WriteFile(dir + "/a.go", kUgly);
  CommandResult r = RunGol({"fmt", "-l", "-w", "a.go"}, dir);
  EXPECT_EQ(r.out, "a.go\n");
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(ReadFile(dir + "/a.go"), kNeat);
}

TEST(Fmt, ShowsDifferences) {
  const std::string dir = TempFolder();
  WriteFile(dir + "/a.go", "package p\n\nvar x = 1\nvar  y = 2\n");
  CommandResult r = RunGol({"fmt", "-d", "a.go"}, dir);
  EXPECT_EQ(r.out,
            "diff a.go.orig a.go\n--- a.go.orig\n+++ a.go\n@@ -1,4 +1,4 @@\n package p\n \n"
            " var x = 1\n-var  y = 2\n+var y = 2\n");
  EXPECT_EQ(r.exit_code, 1);
}

TEST(Fmt, ErrorsComeWithExitCode2) {
  const std::string dir = TempFolder();
  WriteFile(dir + "/bad.go", "package p\nfunc {\n");
  CommandResult r = RunGol({"fmt", "-w", "bad.go"}, dir);
  EXPECT_EQ(r.err, "bad.go:2:6: syntax error: unexpected {, expected name or (\n");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(ReadFile(dir + "/bad.go"), "package p\nfunc {\n");
  r = RunGol({"fmt", "-w"}, dir);
  EXPECT_EQ(r.err, "error: cannot use -w with standard input\n");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(RunGol({"fmt", "none.go"}, dir).err, "lstat none.go: no such file or directory\n");
}

TEST(Fmt, AScriptMayBeginWithItsInterpreter) {
  const std::string dir = TempFolder();
  WriteFile(dir + "/s.gol", "#!/usr/bin/env gol\nfmt.Println( 1 )\n");
  EXPECT_EQ(RunGol({"run", "s.gol"}, dir).out, "1\n");
  EXPECT_EQ(RunGol({"fmt", "s.gol"}, dir).out, "#!/usr/bin/env gol\nfmt.Println(1)\n");
}

}  // namespace
}  // namespace gol::testing
