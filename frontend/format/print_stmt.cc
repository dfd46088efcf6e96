// Statements. See format.cc for the overview.
#include "frontend/format/node_printer.h"
#include "frontend/syntax/walk.h"

namespace gol::format {

using namespace syntax;  // NOLINT: the tree's names

namespace {

constexpr size_t kInfinity = size_t{1} << 30;

bool IsTypeName(const Expr* x) {
  if (x == nullptr) return false;
  if (Is<Ident>(x)) return true;
  const auto* selector = DynAs<SelectorExpr>(x);
  return selector != nullptr && IsTypeName(selector->x);
}

// Whether a composite literal in x would be taken for the beginning of a block.
bool HasBareLiteral(const Expr* x) {
  bool found = false;
  Walk(const_cast<Expr*>(x), [&](Node* n) {
    if (found || Is<ParenExpr>(n)) return false;
    if (const auto* lit = DynAs<CompositeLit>(n)) {
      found |= IsTypeName(lit->type_expr);
      return false;
    }
    return true;
  });
  return found;
}

// The condition of a statement without parentheses around it, where they are not needed.
const Expr* WithoutParens(const Expr* x) {
  while (const auto* paren = DynAs<ParenExpr>(x)) {
    if (HasBareLiteral(paren->x)) break;
    x = paren->x;
  }
  return x;
}

template <typename T>
std::vector<const Node*> NodesOf(List<T*> list) {
  return {list.begin(), list.end()};
}

std::vector<const Expr*> ExprsOf(List<Expr*> list) { return {list.begin(), list.end()}; }

}  // namespace

// indents: 0 for the clauses of a switch, each of which is a section.
void NodePrinter::PrintStmts(const std::vector<const Node*>& list, int indents,
                             bool next_is_rbrace) {
  if (indents > 0) Put(Space::kIndent);
  uint32_t line = 0;
  size_t count = 0;
  for (const Node* node : list) {
    if (Is<EmptyStmt>(node)) continue;
    if (has_output()) {
      BreakLine(BeginLine(node), 1, Space::kIgnore,
                count == 0 || indents == 0 || out_line() > line);
    }
    NoteLine(&line);
    const bool is_last = next_is_rbrace && count + 1 == list.size();
    if (const auto* clause = DynAs<CaseClause>(node)) {
      At(Begin(clause));
      if (clause->is_default) {
        Put("default");
      } else {
        Put("case");
        Put(Space::kBlank);
        PrintList(Begin(clause), ExprsOf(clause->cases), 1, {}, At_(clause->colon));
      }
      PutAt(clause->colon, ":");
      PrintStmts(NodesOf(clause->body), 1, is_last);
    } else if (const auto* comm = DynAs<CommClause>(node)) {
      At(Begin(comm));
      if (comm->comm == nullptr) {
        Put("default");
      } else {
        Put("case");
        Put(Space::kBlank);
        PrintStmt(comm->comm, false);
      }
      PutAt(comm->colon, ":");
      PrintStmts(NodesOf(comm->body), 1, is_last);
    } else {
      PrintStmt(static_cast<const Stmt*>(node), is_last);
    }
    // Labels stand on lines of their own; a statement begins behind them.
    for (const Node* n = node; Is<LabeledStmt>(n); n = As<LabeledStmt>(n)->stmt) ++line;
    ++count;
  }
  if (indents > 0) Put(Space::kUnindent);
}

void NodePrinter::PrintBlock(Offset lbrace, const std::vector<const Node*>& list, Offset rbrace,
                             int indents) {
  At(lbrace);
  Put("{");
  PrintStmts(list, indents, true);
  BreakLine(Line(rbrace), 1, Space::kIgnore, true);
  At(rbrace);
  Put("}");
}

void NodePrinter::PrintBlock(const BlockStmt* block) {
  PrintBlock(At_(block->pos), NodesOf(block->stmts), At_(block->rbrace), 1);
}

// What stands between the keyword and the block of if, for and switch.
void NodePrinter::PrintHeader(bool is_for, const Stmt* init, const Expr* x, const Stmt* post) {
  Put(Space::kBlank);
  bool needs_blank = false;
  auto print_condition = [&] {
    if (x == nullptr) return;
    PrintExpr(WithoutParens(x));
    needs_blank = true;
  };
  if (init == nullptr && post == nullptr) {
    print_condition();
  } else {
    if (init != nullptr) PrintStmt(init, false);
    Put(";");
    Put(Space::kBlank);
    print_condition();
    if (is_for) {
      Put(";");
      Put(Space::kBlank);
      needs_blank = post != nullptr;
      if (post != nullptr) PrintStmt(post, false);
    }
  }
  if (needs_blank) Put(Space::kBlank);
}

void NodePrinter::PrintStmt(const Stmt* stmt, bool next_is_rbrace) {
  At(Begin(stmt));
  switch (stmt->kind) {
    case NodeKind::kEmptyStmt:
      break;
    case NodeKind::kDeclStmt: {
      const auto* s = As<DeclStmt>(stmt);
      GenDecl decl{index_.TokenAt(At_(s->pos)).tok, At_(s->pos), kNowhere, kNowhere, {}};
      const TokenSpan* paren = index_.TokenFrom(decl.begin + 1);
      if (paren->tok == Token::kLparen) {
        decl.lparen = paren->begin;
        decl.rparen = s->decls.empty() ? index_.TokenFrom(decl.lparen + 1)->begin
                                       : At_(s->decls[0]->group->rparen);
      }
      decl.specs.assign(s->decls.begin(), s->decls.end());
      PrintGenDecl(decl);
      break;
    }
    case NodeKind::kLabeledStmt: {
      const auto* s = As<LabeledStmt>(stmt);
      Put(Space::kUnindent);
      PrintExpr(s->label);
      PutAt(s->pos, ":");
      Put(Space::kIndent);
      if (Is<EmptyStmt>(s->stmt)) {
        if (!next_is_rbrace) {
          Put(Space::kNewline);
          At(Begin(s->stmt));
          Put(";");
          break;
        }
      } else {
        BreakLine(BeginLine(s->stmt), 1, Space::kIgnore, true);
      }
      PrintStmt(s->stmt, next_is_rbrace);
      break;
    }
    case NodeKind::kExprStmt:
      PrintExpr(As<ExprStmt>(stmt)->x);
      break;
    case NodeKind::kSendStmt: {
      const auto* s = As<SendStmt>(stmt);
      PrintExpr(s->chan);
      Put(Space::kBlank);
      PutAt(s->pos, "<-");
      Put(Space::kBlank);
      PrintExpr(s->val);
      break;
    }
    case NodeKind::kIncDecStmt: {
      const auto* s = As<IncDecStmt>(stmt);
      PrintExpr(s->x, 2);
      PutAt(s->pos, s->op == Operator::kAdd ? "++" : "--");
      break;
    }
    case NodeKind::kAssignStmt: {
      const auto* s = As<AssignStmt>(stmt);
      const int depth = s->lhs.size() > 1 && s->rhs.size() > 1 ? 2 : 1;
      PrintList(Begin(stmt), ExprsOf(s->lhs), depth, {}, At_(s->pos));
      Put(Space::kBlank);
      std::string op(s->op == Operator::kNone ? "" : OperatorText(s->op));
      PutAt(s->pos, s->is_define ? ":=" : op + "=");
      Put(Space::kBlank);
      PrintList(At_(s->pos), ExprsOf(s->rhs), depth, {}, kNowhere);
      break;
    }
    case NodeKind::kGoStmt:
      Put("go");
      Put(Space::kBlank);
      PrintExpr(As<GoStmt>(stmt)->call);
      break;
    case NodeKind::kDeferStmt:
      Put("defer");
      Put(Space::kBlank);
      PrintExpr(As<DeferStmt>(stmt)->call);
      break;
    case NodeKind::kReturnStmt: {
      const std::vector<const Expr*> results = ExprsOf(As<ReturnStmt>(stmt)->results);
      Put("return");
      if (results.empty()) break;
      Put(Space::kBlank);
      const bool indents = NeedsIndent(results);
      if (indents) Put(Space::kIndent);
      PrintList(kNowhere, results, 1, {.no_indent = indents}, kNowhere);
      if (indents) Put(Space::kUnindent);
      break;
    }
    case NodeKind::kBranchStmt: {
      const auto* s = As<BranchStmt>(stmt);
      Put(TokenText(s->token));
      if (s->label == nullptr) break;
      Put(Space::kBlank);
      PrintExpr(s->label);
      break;
    }
    case NodeKind::kBlockStmt:
      PrintBlock(As<BlockStmt>(stmt));
      break;
    case NodeKind::kIfStmt: {
      const auto* s = As<IfStmt>(stmt);
      Put("if");
      PrintHeader(false, s->init, s->cond, nullptr);
      PrintBlock(s->then);
      if (s->else_stmt == nullptr) break;
      Put(Space::kBlank);
      Put("else");
      Put(Space::kBlank);
      PrintStmt(s->else_stmt, next_is_rbrace);
      break;
    }
    case NodeKind::kForStmt: {
      const auto* s = As<ForStmt>(stmt);
      Put("for");
      PrintHeader(true, s->init, s->cond, s->post);
      PrintBlock(s->body);
      break;
    }
    case NodeKind::kRangeStmt: {
      const auto* s = As<RangeStmt>(stmt);
      Put("for");
      Put(Space::kBlank);
      for (size_t i = 0; i < s->lhs.size(); ++i) {
        if (i > 0) {
          At(Begin(s->lhs[i]));
          Put(",");
          Put(Space::kBlank);
        }
        PrintExpr(s->lhs[i]);
      }
      if (!s->lhs.empty()) {
        Put(Space::kBlank);
        PutAt(s->assign_pos, s->is_define ? ":=" : "=");
        Put(Space::kBlank);
      }
      Put("range");
      Put(Space::kBlank);
      PrintExpr(WithoutParens(s->x));
      Put(Space::kBlank);
      PrintBlock(s->body);
      break;
    }
    case NodeKind::kSwitchStmt: {
      const auto* s = As<SwitchStmt>(stmt);
      Put("switch");
      PrintHeader(false, s->init, s->tag, nullptr);
      PrintBlock(At_(s->lbrace), NodesOf(s->clauses), At_(s->rbrace), 0);
      break;
    }
    case NodeKind::kTypeSwitchStmt: {
      const auto* s = As<TypeSwitchStmt>(stmt);
      Put("switch");
      if (s->init != nullptr) {
        Put(Space::kBlank);
        PrintStmt(s->init, false);
        Put(";");
      }
      Put(Space::kBlank);
      PrintExpr(s->guard);
      Put(Space::kBlank);
      PrintBlock(At_(s->lbrace), NodesOf(s->clauses), At_(s->rbrace), 0);
      break;
    }
    case NodeKind::kSelectStmt: {
      const auto* s = As<SelectStmt>(stmt);
      Put("select");
      Put(Space::kBlank);
      if (s->clauses.empty() && !CommentBefore(index_.PlaceOf(At_(s->rbrace)))) {
        PutAt(s->lbrace, "{");
        PutAt(s->rbrace, "}");
      } else {
        PrintBlock(At_(s->lbrace), NodesOf(s->clauses), At_(s->rbrace), 0);
      }
      break;
    }
    default:
      GOL_UNREACHABLE("a node that is no statement");
  }
}

// --- Bodies of functions --------------------------------------------------------------------

// How far the output is from a column of it; infinite when what began there did so on another line.
size_t NodePrinter::DistanceFrom(Offset begin, uint32_t column) const {
  return Line(begin) == place().line ? out_column() - column : kInfinity;
}

size_t NodePrinter::SizeOfBody(const BlockStmt* body, size_t max) {
  const Offset begin = At_(body->pos), end = At_(body->rbrace);
  constexpr size_t kMaxStmts = 5;
  if (Line(begin) != Line(end) || body->stmts.size() > kMaxStmts) return max + 1;
  size_t size = SizeOfCommentsBefore(index_.PlaceOf(end));
  for (size_t i = 0; i < body->stmts.size() && size <= max; ++i) {
    if (i > 0) size += 2;
    size += SizeOf(body->stmts[i], max);
  }
  return size;
}

// On the line of the header where it was on one line and is short.
void NodePrinter::PrintBody(size_t header_size, Space separator, const BlockStmt* body) {
  if (body == nullptr) return;
  const int outer_level = literal_level;
  literal_level = 0;
  constexpr size_t kMax = 100;
  if (header_size + SizeOfBody(body, kMax) <= kMax) {
    Put(separator);
    PutAt(body->pos, "{");
    if (!body->stmts.empty()) {
      Put(Space::kBlank);
      for (size_t i = 0; i < body->stmts.size(); ++i) {
        if (i > 0) {
          Put(";");
          Put(Space::kBlank);
        }
        PrintStmt(body->stmts[i], i + 1 == body->stmts.size());
      }
      Put(Space::kBlank);
    }
    no_extra_break = !no_extra_break;
    PutAt(body->rbrace, "}");
    no_extra_break = !no_extra_break;
  } else {
    Put(Space::kBlank);
    PrintBlock(body);
  }
  literal_level = outer_level;
}

}  // namespace gol::format
