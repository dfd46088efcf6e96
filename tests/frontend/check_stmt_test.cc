// Statements, assignments and function bodies: diagnostics against the Go compiler's.
#include <gtest/gtest.h>

#include <string>

#include "check_test_util.h"

namespace gol::types {
namespace {

const ErrorCase kCases[] = {
#include "check_stmt_cases.inc"
};

TEST(CheckStmt, ReportsWhatTheGoCompilerReports) {
  for (const ErrorCase& c : kCases) ExpectErrors(c);
}

TEST(CheckStmt, FunctionFacts) {
  TestProgram p;
  Package* pkg = p.Check("p",
                         "package p\n"
                         "func f() { defer func() { recover() }() }\n"
                         "func g() { go func() {}() }\n"
                         "func h(x int) { y := 1; func() { _ = x + y }() }\n");
  EXPECT_EQ(p.Errors(), "");
  FuncInfo* f = p.Find<Func>(pkg, "f")->info;
  EXPECT_TRUE(f->has_defer);
  EXPECT_FALSE(f->has_recover);
  ASSERT_EQ(f->literals.size(), 1u);
  EXPECT_TRUE(f->literals[0]->has_recover);
  EXPECT_EQ(f->literals[0]->outer, f);
  EXPECT_TRUE(p.Find<Func>(pkg, "g")->info->has_go);
  FuncInfo* literal = p.Find<Func>(pkg, "h")->info->literals[0];
  ASSERT_EQ(literal->captures.size(), 2u);
  EXPECT_EQ(literal->captures[0]->name, "x");
  EXPECT_EQ(literal->captures[1]->name, "y");
}

TEST(CheckStmt, TypeSwitchVariablesHaveTheClauseType) {
  TestProgram p;
  p.Check("p",
          "package p\n"
          "func f(x any) {\n"
          "\tswitch v := x.(type) {\n"
          "\tcase int: var _ int = v\n"
          "\tcase string, bool: var _ any = v\n"
          "\tcase nil: var _ any = v\n"
          "\tdefault: var _ any = v\n"
          "\t}\n"
          "}\n");
  EXPECT_EQ(p.Errors(), "");
}

TEST(CheckStmt, DeepNestingIsRefused) {
  std::string source = "package p\nfunc f() {\n";
  for (int i = 0; i < 500; i++) source += "if true {\n";
  for (int i = 0; i < 500; i++) source += "}\n";
  TestProgram p;
  p.Check("p", source + "}\n");
  EXPECT_EQ(p.Errors(), "");
}

}  // namespace
}  // namespace gol::types
