// Statements and function bodies. Switches stand in check_switch.cc, range loops in
// check_range.cc, the analysis behind "missing return" in terminating.cc. Labels, and where break,
// continue, goto and fallthrough may stand, are checked by the parser, as in the Go compiler.
//
// Function literals found in a statement are checked when the statement is done, before the scope
// changes that the next one makes.
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"
#include "frontend/types/terminating.h"

namespace gol::types {

using syntax::As;
using syntax::NodeKind;

namespace {

// In an interactive session `_` may stand for a value, but nothing can be stored there that is read first.
bool IsBlank(syntax::Expr* e) {
  const auto* ident = syntax::DynAs<syntax::Ident>(syntax::Unparen(e));
  return ident != nullptr && ident->is_blank();
}

}  // namespace

void Checker::FuncBody(DeclInfo* decl, std::string_view name, FuncInfo* info, Signature* sig,
                       syntax::BlockStmt* body, const std::optional<ConstValue>& iota) {
  Environment saved = std::move(env_);
  env_ = Environment();
  env_.decl = decl;
  env_.scope = sig->scope;
  env_.file = saved.file;
  env_.iota = iota;
  env_.sig = sig;
  env_.func = info;
  body->scope = sig->scope;
  if (sig->recv != nullptr) sig->recv->func = info;
  for (Tuple* list : {sig->params, sig->results}) {
    if (list == nullptr) continue;
    for (Var* v : list->vars) v->func = info;
  }

  StmtList(body->stmts);
  if (sig->num_results() > 0 && !IsTerminating(body)) Error(body->rbrace, diag::kMissingReturn);
  Usage(sig->scope);
  if (info != nullptr) info->checked = true;
  env_ = std::move(saved);
}

void Checker::StmtList(std::span<syntax::Stmt* const> list) {
  for (syntax::Stmt* s : list) Stmt(s);
}

void Checker::Condition(syntax::Expr* cond, std::string_view statement) {
  Operand x;
  Expr(nullptr, &x, cond);
  if (x.is_valid() && !AllBoolean(x.type)) Error(cond, diag::kNonBooleanCondition, statement);
}

void Checker::Stmt(syntax::Stmt* s) {
  if (s == nullptr) return;
  // Nesting of statements beyond which checking gives up; keeps the stack in bounds.
  constexpr int kMaxStmtDepth = 2000;
  if (stmt_depth_ >= kMaxStmtDepth) {
    Error(s, diag::kStatementTooDeep);
    return;
  }
  stmt_depth_++;
  const size_t mark = delayed_mark();
  switch (s->kind) {
    case NodeKind::kEmptyStmt:
    case NodeKind::kBranchStmt:
      break;
    case NodeKind::kDeclStmt:
      DeclStmt(As<syntax::DeclStmt>(s)->decls);
      break;
    case NodeKind::kLabeledStmt:
      Stmt(As<syntax::LabeledStmt>(s)->stmt);
      break;
    case NodeKind::kExprStmt: {
      if (IsKeptResult(s)) {
        KeepResult(As<syntax::ExprStmt>(s));
        break;
      }
      Operand x;
      ExprKind kind = RawExpr(nullptr, &x, As<syntax::ExprStmt>(s)->x, nullptr, false);
      if (x.mode == OperandMode::kBuiltin) {
        Error(&x, diag::kMustBeCalled, &x);
      } else if (x.mode == OperandMode::kTypExpr) {
        Error(&x, diag::kNotAnExpression, &x);
      } else if (kind != ExprKind::kStatement) {
        Error(&x, diag::kNotUsed, &x);
      }
      break;
    }
    case NodeKind::kSendStmt: {
      auto* send = As<syntax::SendStmt>(s);
      Operand ch, value;
      Expr(nullptr, &ch, send->chan);
      Expr(nullptr, &value, send->val);
      if (!ch.is_valid() || !value.is_valid()) break;
      if (Type* elem = ChanElem(PosOf(s), &ch, false)) Assignment(&value, elem, "send");
      break;
    }
    case NodeKind::kIncDecStmt: {
      auto* inc = As<syntax::IncDecStmt>(s);
      Operand x;
      if (options_.last_result != nullptr && IsBlank(inc->x)) {
        Error(inc->x, diag::kBlankAsValue);
        break;
      }
      Expr(nullptr, &x, inc->x);
      if (!x.is_valid()) break;
      if (!AllNumeric(x.type)) {
        Error(inc->x, diag::kNonNumericIncDec, inc->x, Str(inc->op) + Str(inc->op), x.type);
        break;
      }
      AssignVar(inc->x, nullptr, &x, "assignment");
      break;
    }
    case NodeKind::kAssignStmt:
      AssignStmt(As<syntax::AssignStmt>(s));
      break;
    case NodeKind::kGoStmt:
      if (env_.func != nullptr) env_.func->has_go = true;
      SuspendedCall("go", As<syntax::GoStmt>(s)->call);
      break;
    case NodeKind::kDeferStmt:
      if (env_.func != nullptr) env_.func->has_defer = true;
      SuspendedCall("defer", As<syntax::DeferStmt>(s)->call);
      break;
    case NodeKind::kReturnStmt:
      ReturnStmt(As<syntax::ReturnStmt>(s));
      break;
    case NodeKind::kBlockStmt: {
      auto* block = As<syntax::BlockStmt>(s);
      block->scope = OpenScope();
      StmtList(block->stmts);
      CloseScope();
      break;
    }
    case NodeKind::kIfStmt: {
      auto* branch = As<syntax::IfStmt>(s);
      branch->scope = OpenScope();
      Stmt(branch->init);
      Condition(branch->cond, "if");
      Stmt(branch->then);
      Stmt(branch->else_stmt);
      // Literals of the branches' conditions see this scope.
      ProcessDelayed(mark);
      CloseScope();
      break;
    }
    case NodeKind::kForStmt: {
      auto* loop = As<syntax::ForStmt>(s);
      loop->scope = OpenScope();
      loop->shares_vars = !AllowVersion(22);
      Stmt(loop->init);
      if (loop->cond != nullptr) Condition(loop->cond, "for");
      Stmt(loop->post);
      Stmt(loop->body);
      ProcessDelayed(mark);
      CloseScope();
      break;
    }
    case NodeKind::kRangeStmt:
      RangeStmt(As<syntax::RangeStmt>(s));
      break;
    case NodeKind::kSwitchStmt:
      SwitchStmt(As<syntax::SwitchStmt>(s));
      break;
    case NodeKind::kTypeSwitchStmt:
      TypeSwitchStmt(As<syntax::TypeSwitchStmt>(s));
      break;
    case NodeKind::kSelectStmt:
      SelectStmt(As<syntax::SelectStmt>(s));
      break;
    default:
      GOL_UNREACHABLE("node is not a statement");
  }
  ProcessDelayed(mark);
  stmt_depth_--;
}

bool Checker::IsKeptResult(const syntax::Stmt* s) const {
  if (!options_.keep_result || env_.func == nullptr || env_.file == nullptr) return false;
  const syntax::FuncDecl* main = env_.file->script_main;
  return main != nullptr && env_.func->decl == main && main->body->stmts.back() == s;
}

// The expression's values become package-level variables without a name that a program could write.
void Checker::KeepResult(syntax::ExprStmt* s) {
  Operand x;
  RawExpr(nullptr, &x, s->x, nullptr, false);
  if (x.mode == OperandMode::kBuiltin) {
    Error(&x, diag::kMustBeCalled, &x);
    return;
  }
  if (x.mode == OperandMode::kTypExpr) {
    Error(&x, diag::kNotAnExpression, &x);
    return;
  }
  if (!x.is_valid() || x.mode == OperandMode::kNoValue) return;
  std::vector<Operand> values;
  if (auto* tuple = DynCast<Tuple>(x.type)) {
    for (Var* v : tuple->vars) {
      Operand& value = values.emplace_back();
      value.mode = OperandMode::kValue;
      value.expr = s->x;
      value.type = v->type;
    }
  } else {
    values.push_back(x);
  }
  std::vector<syntax::Expr*> names;
  for (Operand& value : values) {
    std::string name = "result·" + std::to_string(names.size());
    Var* v = context_->New<Var>(VarKind::kPackage, s->pos, pkg_, context_->Intern(name), nullptr);
    v->is_script_var = true;
    v->used = true;
    InitVar(v, &value, "assignment");
    pkg_->vars.push_back(v);
    pkg_->results.push_back(v);
    auto* ident = context_->New<syntax::Ident>(s->pos, v->name);
    RecordUse(ident, v);
    RecordType(ident, OperandMode::kVariable, v->type);
    names.push_back(ident);
  }
  s->results = context_->List(names);
}

void Checker::AssignStmt(syntax::AssignStmt* s) {
  if (s->is_define) {
    // At a script's top level := declares package-level variables.
    if (!ScriptDefine(s->lhs, s->rhs)) ShortVarDecl(s->pos, s->lhs, s->rhs);
    return;
  }
  if (s->op == syntax::Operator::kNone) {
    AssignVars(s->lhs, s->rhs);
    return;
  }
  if (s->lhs.size() != 1 || s->rhs.size() != 1) {
    Error(s, diag::kAssignOpSingleValue, s->op);
    return;
  }
  if (options_.last_result != nullptr && IsBlank(s->lhs[0])) {
    Error(s->lhs[0], diag::kBlankAsValue);
    return;
  }
  Operand x;
  Binary(&x, nullptr, s->lhs[0], s->rhs[0], s->op);
  AssignVar(s->lhs[0], nullptr, &x, "assignment");
}

void Checker::ReturnStmt(syntax::ReturnStmt* s) {
  std::span<Var* const> results;
  if (env_.sig->results != nullptr) results = env_.sig->results->vars;
  if (!s->results.empty() || results.empty() || results[0]->name.empty()) {
    InitVars(results, s->results, s);
    return;
  }
  // A bare return needs its named results in sight.
  for (Var* v : results) {
    Object* other = Lookup(v->name);
    if (other == nullptr || other == v) continue;
    diag::Diagnostic& d = Error(s, diag::kResultNotInScope, v->name);
    Note(d, other, "inner declaration of {}", static_cast<const Object*>(v));
  }
}

void Checker::SuspendedCall(std::string_view keyword, syntax::Expr* call) {
  if (!syntax::Is<syntax::CallExpr>(call)) {
    Error(call, diag::kMustBeFunctionCall, keyword);
    Use(call);
    return;
  }
  Operand x;
  switch (RawExpr(nullptr, &x, call, nullptr, false)) {
    case ExprKind::kConversion:
      Error(&x, diag::kSuspendedConversion, keyword, &x);
      break;
    case ExprKind::kExpression:
      Error(&x, diag::kSuspendedDiscards, keyword, &x);
      break;
    case ExprKind::kStatement:
      break;
  }
}

void Checker::SelectStmt(syntax::SelectStmt* s) {
  syntax::CommClause* first_default = nullptr;
  for (syntax::CommClause* clause : s->clauses) {
    if (clause->comm != nullptr) continue;
    if (first_default != nullptr) {
      Error(clause->pos, diag::kMultipleDefaults, Str(first_default->pos));
    } else {
      first_default = clause;
    }
  }
  for (syntax::CommClause* clause : s->clauses) {
    bool valid = clause->comm == nullptr || syntax::Is<syntax::SendStmt>(clause->comm);
    syntax::Expr* rhs = nullptr;
    if (auto* assign = syntax::DynAs<syntax::AssignStmt>(clause->comm)) {
      if (assign->rhs.size() == 1) rhs = assign->rhs[0];
    } else if (auto* expr = syntax::DynAs<syntax::ExprStmt>(clause->comm)) {
      rhs = expr->x;
    }
    if (rhs != nullptr) {
      auto* recv = syntax::DynAs<syntax::UnaryExpr>(syntax::Unparen(rhs));
      valid = recv != nullptr && recv->op == syntax::Operator::kRecv;
    }
    if (!valid) {
      Error(clause->comm, diag::kSelectCaseNotComm);
      continue;
    }
    clause->scope = OpenScope();
    const size_t mark = delayed_mark();
    Stmt(clause->comm);
    StmtList(clause->body);
    ProcessDelayed(mark);
    CloseScope();
  }
}

}  // namespace gol::types
