#include "frontend/syntax/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "frontend/syntax/dump.h"
#include "frontend/syntax/printer.h"
#include "frontend/syntax/walk.h"
#include "syntax_test_util.h"

namespace gol::syntax {
namespace {

struct ErrorCase {
  Text source;
  std::string errors;
};

const ErrorCase kErrorCases[] = {
#include "parse_errors.inc"
};

TEST(Parser, ReportsWhatTheGoCompilerReports) {
  for (const ErrorCase& c : kErrorCases) {
    Parsed parsed(c.source.text);
    EXPECT_EQ(parsed.Errors(), c.errors.empty() ? "" : c.errors + "\n") << c.source.text;
  }
}

TEST(Parser, LazyBodiesReportTheSame) {
  for (const ErrorCase& c : kErrorCases) {
    Parsed parsed(c.source.text, kSkipBodies);
    for (Decl* decl : parsed.file->decls) {
      if (FuncDecl* func = DynAs<FuncDecl>(decl)) {
        ParseBody(parsed.file, func, &parsed.emitter);
        EXPECT_FALSE(func->body_skipped);
      }
    }
    // A body that ends elsewhere than its braces say may hide what comes behind; there are errors
    // all the same.
    EXPECT_EQ(parsed.emitter.has_errors(), !c.errors.empty()) << c.source.text;
  }
}

TEST(Parser, BodiesOnDemand) {
  std::string text =
      "package p\nfunc f() { s := \"}\"; r := '}'; /* } */ _ = `}` // }\n}\nvar x = 1\n";
  Parsed lazy(text, kSkipBodies);
  Parsed full(text);
  ASSERT_EQ(lazy.file->decls.size(), 2u);
  FuncDecl* func = As<FuncDecl>(lazy.file->decls[0]);
  EXPECT_TRUE(func->has_body);
  EXPECT_TRUE(func->body_skipped);
  EXPECT_EQ(func->body, nullptr);
  ParseBody(lazy.file, func, &lazy.emitter);
  EXPECT_EQ(DumpAst(lazy.file, lazy.sources), DumpAst(full.file, full.sources));
  EXPECT_EQ(func->body_end, As<FuncDecl>(full.file->decls[0])->body_end);
}

std::string Repeat(const std::string& s, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += s;
  return out;
}

TEST(Parser, NestingIsLimited) {
  for (const char* open :
       {"(", "[]", "-", "*", "func() {", "f(", "{", "if x {", "x.(", "[1]int{{"}) {
    Parsed parsed("package p\nfunc f() { x = " + Repeat(open, 200'000));
    EXPECT_NE(parsed.Errors().find("syntax error: "), std::string::npos) << open;
  }
  Parsed parens("package p\nvar x = " + Repeat("(", 200'000) + "1" + Repeat(")", 200'000) + "\n");
  EXPECT_EQ(parens.Errors(), "2: syntax error: nesting depth limit exceeded\n");
  Parsed fine("package p\nvar x = " + Repeat("(", 1000) + "1" + Repeat(")", 1000) + "\n");
  EXPECT_EQ(fine.Errors(), "");
  Parsed chain("package p\nvar x = 1" + Repeat(" + 1", 100'000) + "\n");
  EXPECT_EQ(chain.Errors(), "");
}

// --- Expressions as text --------------------------------------------------------------------

TEST(Printer, ExpressionsForMessages) {
  struct {
    const char* source;
    const char* text;
  } const cases[] = {
      {"f(x...)", "f(x...)"},
      {"a+b*c", "a + b * c"},
      {"(a+b)*c", "(a + b) * c"},
      {"-x", "-x"},
      {"*p", "*p"},
      {"<-c", "<-c"},
      {"&T{1,2}", "&T{…}"},
      {"T{}", "T{}"},
      {"func(x int) { y() }", "func(x int) {…}"},
      {"func() (int, error) { }", "func() (int, error) {}"},
      {"func(a, b int, c ...string) bool { return true }",
       "func(a, b int, c ...string) bool {…}"},
      {"x[1:2:3]", "x[1:2:3]"},
      {"x[:]", "x[:]"},
      {"m[k].f", "m[k].f"},
      {"x.(T)", "x.(T)"},
      {"G[int, string](1)", "G[int, string](1)"},
      {"map[string][]int{}", "map[string][]int{}"},
      {"[...]int{1}", "[...]int{…}"},
      {"struct{a, b int; c string `x`}{}", "struct{a, b int; c string `x`}{}"},
      {"interface{ m(); ~int|string; E }(nil)", "interface{m(); ~int | string; E}(nil)"},
      {"(chan<- int)(c)", "(chan<- int)(c)"},
      {"chan (<-chan int)(c)", "chan (<-chan int)(c)"},
      {"'a' + \"s\"", "'a' + \"s\""},
  };
  for (const auto& c : cases) {
    Parsed parsed("package p\nvar _ = " + std::string(c.source) + "\n");
    ASSERT_EQ(parsed.Errors(), "") << c.source;
    EXPECT_EQ(ExprString(As<VarDecl>(parsed.file->decls[0])->values[0]), c.text);
  }
}

TEST(Ast, PositionsMarkTheToken) {
  Parsed parsed("package p\nvar _ = aa.b(cc)[d] + *e.f\n");
  Expr* x = As<VarDecl>(parsed.file->decls[0])->values[0];
  auto column = [&](Pos pos) { return parsed.sources.Resolve(pos).column; };
  BinaryExpr* sum = As<BinaryExpr>(x);
  IndexExpr* index = As<IndexExpr>(sum->x);
  CallExpr* call = As<CallExpr>(index->x);
  SelectorExpr* selector = As<SelectorExpr>(call->fun);
  EXPECT_EQ(column(sum->op_pos()), 21u);
  EXPECT_EQ(column(StartPos(sum)), 9u);
  EXPECT_EQ(column(EndPos(sum)), 27u);
  EXPECT_EQ(column(index->pos), 17u);
  EXPECT_EQ(column(index->rbrack), 19u);
  EXPECT_EQ(column(call->lparen()), 13u);
  EXPECT_EQ(column(call->rparen), 16u);
  EXPECT_EQ(column(selector->pos), 11u);
  EXPECT_EQ(column(selector->sel->pos), 12u);
}

TEST(Ast, ConstGroupsRepeat) {
  Parsed parsed("package p\nconst (\n\ta, b = iota, 1\n\tc, d\n\te int = 3\n\tf\n)\n");
  auto decl = [&](size_t i) { return As<ConstDecl>(parsed.file->decls[i]); };
  EXPECT_EQ(decl(0)->inherited, nullptr);
  EXPECT_EQ(decl(1)->inherited, decl(0));
  EXPECT_EQ(decl(3)->inherited, decl(2));
  EXPECT_EQ(decl(3)->iota, 3u);
}

TEST(Ast, BranchTargets) {
  Parsed parsed(
      "package p\nfunc f() {\nL:\n\tfor {\n\t\tswitch {\n\t\tcase a:\n\t\t\tbreak\n\t\tcase b:\n"
      "\t\t\tbreak L\n\t\tdefault:\n\t\t\tcontinue\n\t\t}\n\t\tgoto L\n\t}\n}\n");
  ASSERT_EQ(parsed.Errors(), "");
  std::vector<std::string> targets;
  Walk(parsed.file, [&](Node* n) {
    if (BranchStmt* branch = DynAs<BranchStmt>(n)) {
      targets.emplace_back(NodeKindName(branch->target->kind));
    }
    return true;
  });
  EXPECT_EQ(targets, (std::vector<std::string>{"SwitchStmt", "ForStmt", "ForStmt", "LabeledStmt"}));
}

// --- Scripts --------------------------------------------------------------------------------

TEST(Script, MixesDeclarationsAndStatements) {
  Parsed parsed(
      "import \"fmt\"\n"
      "x := 1\n"
      "var y, _ = 2, 3\n"
      "func add(a int) int { return a + x }\n"
      "type T struct{ n int }\n"
      "func (t T) get() int { return t.n }\n"
      "const c = 4\n"
      "x, z := add(y), 5\n"
      "func(a T) int { return a.n }(T{1})\n"
      "func() { w := 1; _ = w }()\n"
      "if x > 1 { v := 2; fmt.Println(v) }\n"
      "fmt.Println(x, y, z)\n",
      kAllowScript);
  ASSERT_EQ(parsed.Errors(), "");
  const File* file = parsed.file;
  EXPECT_TRUE(file->is_script);
  EXPECT_EQ(file->package_name->name, "main");
  ASSERT_EQ(file->decls.size(), 5u);
  EXPECT_EQ(As<FuncDecl>(file->decls[3])->name->name, "get");
  ASSERT_NE(file->script_main, nullptr);
  EXPECT_EQ(file->script_main->body->stmts.size(), 7u);
  std::string vars;
  for (const ScriptVar& var : file->script_vars) {
    vars += std::string(var.name->name) + (var.decl != nullptr ? "=" : ":=") + " ";
  }
  EXPECT_EQ(vars, "x:= y= z:= ");
  EXPECT_EQ(file->script_vars[2].stmt, file->script_main->body->stmts[2]);
}

TEST(Script, PackageClauseMeansStrict) {
  Parsed parsed("package main\nx := 1\n", kAllowScript);
  EXPECT_FALSE(parsed.file->is_script);
  EXPECT_EQ(parsed.Errors(),
            "2:1: syntax error: non-declaration statement outside function body\n");
}

TEST(Script, ErrorsAndRecovery) {
  struct {
    const char* source;
    const char* errors;
  } const cases[] = {
      {"", "1:1: syntax error: package statement must be first\n"},
      {"// only a comment\n", "2:1: syntax error: package statement must be first\n"},
      {"x := 1 2\ny := )\nz := 3 +\n",
       "1:8: syntax error: unexpected literal 2 at end of statement\n"
       "2:6: syntax error: unexpected ), expected expression\n"},
      {")\nx := = 2\n",
       "1:1: syntax error: unexpected ), expected declaration or statement\n"
       "2:6: syntax error: unexpected =, expected expression\n"},
      {"}\nx := 1\n", "1:1: syntax error: unexpected }, expected declaration or statement\n"},
      {"func f() {\n\tx y\n}\nbreak\n",
       "2:4: syntax error: unexpected name y at end of statement\n"},
      {"break\nL:\nfor { continue M }\n",
       "1:1: break is not in a loop, switch, or select\n"
       "2:1: label L defined and not used\n"
       "3:16: continue label not defined: M\n"},
      {"import fmt\nx := 1\n", "1:11: syntax error: missing import path\n"},
      {"if x {\n", "2:1: syntax error: unexpected EOF, expected }\n"},
  };
  for (const auto& c : cases) {
    Parsed parsed(c.source, kAllowScript);
    EXPECT_EQ(parsed.Errors(), c.errors) << c.source;
  }
}

TEST(Script, EmptyInputForRepl) {
  Parsed parsed("// nothing\n", kAllowScript | kAllowEmpty);
  EXPECT_EQ(parsed.Errors(), "");
  EXPECT_TRUE(parsed.file->is_script);
  EXPECT_EQ(parsed.file->script_main, nullptr);
}

// --- Golden dumps ---------------------------------------------------------------------------

// Each file holds a text, a line "==== dump", and what the text becomes. With GOL_UPDATE_GOLDEN set
// the dumps are written anew.
template <typename F>
void CheckGolden(const std::string& folder, F dump) {
  constexpr std::string_view kMark = "==== dump\n";
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(GOL_SOURCE_DIR "/tests/golden/" + folder)) {
    if (entry.path().extension() == ".gol") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  EXPECT_FALSE(paths.empty());
  for (const auto& path : paths) {
    std::string text = ReadFile(path);
    size_t mark = text.find(kMark);
    std::string source = text.substr(0, mark);
    std::string want = mark == std::string::npos ? "" : text.substr(mark + kMark.size());
    std::string got = dump(source);
    if (std::getenv("GOL_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(path, std::ios::binary) << source << kMark << got;
    } else {
      EXPECT_EQ(got, want) << path;
    }
  }
}

TEST(Golden, Scan) {
  CheckGolden("scan", [](const std::string& source) {
    SourceManager sources;
    return DumpTokens(sources.Add("x.gol", source));
  });
}

TEST(Golden, Parse) {
  CheckGolden("parse", [](const std::string& source) {
    Parsed parsed(source, kAllowScript);
    return parsed.Errors() + DumpAst(parsed.file, parsed.sources);
  });
}

}  // namespace
}  // namespace gol::syntax
