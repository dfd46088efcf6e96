// Expressions: diagnostics against the Go compiler's, and what the checker records in the tree.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "check_test_util.h"
#include "frontend/syntax/walk.h"
#include "frontend/types/const_value.h"
#include "frontend/types/type_string.h"

namespace gol::types {
namespace {

const ErrorCase kCases[] = {
#include "check_expr_cases.inc"
};

TEST(CheckExpr, ReportsWhatTheGoCompilerReports) {
  for (const ErrorCase& c : kCases) ExpectErrors(c);
}

// "line:col kind: type = value" of each value expression of a file, in source order; those of
// kinds that only repeat others are left out.
std::string Recorded(std::string source) {
  TestProgram p;
  Package* pkg = p.Check("p", std::move(source));
  EXPECT_EQ(p.Errors(), "");
  Qualifier qualifier;
  qualifier.relative_to = pkg;
  std::string out;
  syntax::Walk(p.last_file, [&](syntax::Node* n) {
    if (!syntax::IsExprKind(n->kind)) return true;
    auto* e = static_cast<syntax::Expr*>(n);
    switch (e->mode) {
      case syntax::OperandMode::kConstant:
      case syntax::OperandMode::kVariable:
      case syntax::OperandMode::kMapIndex:
      case syntax::OperandMode::kValue:
      case syntax::OperandMode::kNilValue:
      case syntax::OperandMode::kCommaOk:
        break;
      default:
        return true;
    }
    Position at = p.sources.Resolve(syntax::StartPos(e));
    out += std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
           std::string(syntax::NodeKindName(e->kind)) + ": " +
           TypeString(e->type, qualifier);
    if (e->value != nullptr) out += " = " + e->value->ToString();
    EXPECT_EQ(e->value != nullptr, e->mode == syntax::OperandMode::kConstant) << out;
    out += "\n";
    return true;
  });
  return out;
}

TEST(CheckExpr, UntypedOperandsGetTheirFinalTypes) {
  EXPECT_EQ(Recorded("package p\n"
                     "var s uint\n"
                     "var a int64 = 1 << s\n"
                     "var b = 1<<s == 2\n"
                     "var c float32 = 0.1 + 1\n"
                     "var d any = 'x'\n"
                     "var e = a + 2*3\n"),
            "3:15 BinaryExpr: int64\n"
            "3:15 BasicLit: int64 = 1\n"
            "3:20 Ident: uint\n"
            "4:9 BinaryExpr: bool\n"
            "4:9 BinaryExpr: int\n"
            "4:9 BasicLit: int = 1\n"
            "4:12 Ident: uint\n"
            "4:17 BasicLit: int = 2\n"
            "5:17 BinaryExpr: float32 = 1.1\n"
            "5:17 BasicLit: untyped float = 0.1\n"
            "5:23 BasicLit: untyped float = 1\n"
            "6:13 BasicLit: rune = 120\n"
            "7:9 BinaryExpr: int64\n"
            "7:9 Ident: int64\n"
            "7:13 BinaryExpr: int64 = 6\n"
            "7:13 BasicLit: untyped int = 2\n"
            "7:15 BasicLit: untyped int = 3\n");
}

TEST(CheckExpr, NilTakesTheTypeItIsUsedAs) {
  EXPECT_EQ(Recorded("package p\n"
                     "var m map[string]int = nil\n"
                     "var b = m == nil\n"),
            "2:24 Ident: map[string]int\n"
            "3:9 BinaryExpr: bool\n"
            "3:9 Ident: map[string]int\n"
            "3:14 Ident: map[string]int\n");
}

TEST(CheckExpr, CommaOkFormsBecomeTuples) {
  EXPECT_EQ(Recorded("package p\n"
                     "var m map[string]int\n"
                     "var v, ok = m[\"a\"]\n"
                     "var w = m[\"a\"]\n"),
            "3:13 IndexExpr: (int, bool)\n"
            "3:13 Ident: map[string]int\n"
            "3:15 BasicLit: string = \"a\"\n"
            "4:9 IndexExpr: int\n"
            "4:9 Ident: map[string]int\n"
            "4:11 BasicLit: string = \"a\"\n");
}

TEST(CheckExpr, ConstantsAreRoundedToTheirType) {
  TestProgram p;
  Package* pkg = p.Check("p",
                         "package p\n"
                         "const a float32 = 0.1\n"
                         "const b = float64(a)\n"
                         "const c = uint8(255)\n"
                         "const d = 1 << 62 * 4\n"
                         "const e int = 4.0\n");
  EXPECT_EQ(p.Errors(), "");
  EXPECT_EQ(p.Find<Const>(pkg, "b")->value.ToDouble(), static_cast<double>(0.1f));
  EXPECT_EQ(p.Find<Const>(pkg, "c")->value.ToString(), "255");
  EXPECT_EQ(p.Find<Const>(pkg, "d")->value.ToString(), "18446744073709551616");
  EXPECT_TRUE(p.Find<Const>(pkg, "e")->value.is_int());
}

TEST(CheckExpr, MarksVariablesWhoseAddressIsTakenOrThatAreReassigned) {
  TestProgram p;
  Package* pkg = p.Check("p",
                         "package p\n"
                         "type T struct { f [2]int; p *T }\n"
                         "func f() {\n"
                         "\tvar a, b, c, d, e T\n"
                         "\t_, _, _ = &a.f[1], &b.p.f, c.f[:]\n"
                         "\td.f[0] = 1\n"
                         "\te.p.f[0] = 1\n"
                         "}\n");
  EXPECT_EQ(p.Errors(), "");
  Scope* scope = p.Find<Func>(pkg, "f")->signature()->scope;
  auto var = [&](const char* name) { return DynCast<Var>(scope->Lookup(name)); };
  EXPECT_TRUE(var("a")->address_taken);
  EXPECT_FALSE(var("b")->address_taken);
  EXPECT_TRUE(var("c")->address_taken);
  EXPECT_TRUE(var("d")->reassigned);
  EXPECT_FALSE(var("e")->reassigned);
  EXPECT_FALSE(var("a")->reassigned);
}

// Deep trees must neither exhaust the stack nor take quadratic time.
TEST(CheckExpr, LongAndDeepExpressions) {
  std::string sum = "package p\nvar s string\nvar t = s";
  for (int i = 0; i < 20000; i++) sum += " +\n\"x\"";
  TestProgram p;
  p.Check("p", sum + "\n");
  EXPECT_EQ(p.Errors(), "");

  std::string constant = "package p\nconst c = \"\"";
  for (int i = 0; i < 20000; i++) constant += " +\n\"0123456789\"";
  TestProgram q;
  Package* pkg = q.Check("p", constant + "\nconst n = len(c)\n");
  EXPECT_EQ(q.Errors(), "");
  EXPECT_EQ(q.Find<Const>(pkg, "n")->value.ToString(), "200000");

  std::string shifts = "package p\nvar s uint\nvar t int64 = 1 << s";
  for (int i = 0; i < 20000; i++) shifts += " +\n1 << s";
  TestProgram r;
  r.Check("p", shifts + "\n");
  EXPECT_EQ(r.Errors(), "");
}

TEST(CheckExpr, HugeConstantsAreRefusedAtOnce) {
  TestProgram p;
  p.Check("p",
          "package p\n"
          "const a = 1 << 100000000\n"
          "const b = 1 << 500 << 500 << 500\n"
          "const c = 1e100000000000\n"
          "const d = 1e300000000 * 1e300000000 * 1e300000000\n"
          "const e = 1 << 1e30\n");
  EXPECT_EQ(p.Errors(),
            "2:16: invalid operation: invalid shift count 100000000 (untyped int constant)\n"
            "3:20: constant shift overflow\n"
            "4:11: malformed constant: 1e100000000000\n"
            "5:37: constant result is not representable\n"
            "6:16: 1e30 (untyped float constant 1e+30) truncated to uint\n");
}

}  // namespace
}  // namespace gol::types
