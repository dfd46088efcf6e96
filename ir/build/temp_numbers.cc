// See temp_numbers.h. A variable that the compiler makes is called after the number of variables
// that its function has at that point: parameters, results, what is declared further up, and other
// such variables: one for each result of a call that gives several values, and one for each operand
// that a go or defer statement must evaluate (cmd/compile/internal/noder, typecheck).
#include "ir/build/temp_numbers.h"

#include "frontend/syntax/walk.h"
#include "frontend/types/type.h"

namespace gol::ir {

using syntax::Expr;
using syntax::NodeKind;
using syntax::OperandMode;

namespace {

// Whether go and defer need not evaluate the operand beforehand.
bool IsFixed(const Expr* e) {
  e = syntax::Unparen(e);
  if (e->value != nullptr || e->mode == OperandMode::kNilValue) return true;
  auto* id = syntax::DynAs<syntax::Ident>(e);
  if (auto* s = syntax::DynAs<syntax::SelectorExpr>(e); s != nullptr && s->selection == nullptr) {
    id = s->sel;
  }
  return id != nullptr && id->obj != nullptr && id->obj->kind == types::ObjectKind::kFunc;
}

}  // namespace

TempNumbers::TempNumbers(const types::FuncInfo* info, bool is_instance) {
  const types::Signature* sig = info->sig;
  num_vars_ = static_cast<int>(sig->num_params() + sig->num_results()) + (is_instance ? 1 : 0) +
              (sig->recv != nullptr && info->lit == nullptr ? 1 : 0);
  Visit(info->decl != nullptr ? info->decl->body : info->lit->body);
}

std::string TempNumbers::NameOf(const Expr* call, size_t result) const {
  auto it = first_.find(syntax::Unparen(call));
  return it == first_.end() ? "" : ".autotmp_" + std::to_string(it->second + static_cast<int>(result));
}

void TempNumbers::Declare(Expr* name) {
  auto* id = syntax::DynAs<syntax::Ident>(name);
  if (id == nullptr) return Visit(name);
  if (!id->is_blank() && id->obj != nullptr && id->obj->pos == id->pos) num_vars_++;
}

void TempNumbers::Take(const Expr* call) {
  call = syntax::Unparen(call);
  if (call->type == nullptr || call->type->kind != types::TypeKind::kTuple) return;
  first_[call] = num_vars_;
  num_vars_ += static_cast<int>(static_cast<types::Tuple*>(call->type)->size());
}

void TempNumbers::Visit(syntax::Node* node) {
  if (node == nullptr || node->kind == NodeKind::kFuncLit) return;
  auto visit_children = [&] { syntax::ForEachChild(node, [&](syntax::Node* n) { Visit(n); }); };
  switch (node->kind) {
    case NodeKind::kAssignStmt: {
      auto* s = syntax::As<syntax::AssignStmt>(node);
      for (Expr* e : s->lhs) s->is_define ? Declare(e) : Visit(e);
      for (Expr* e : s->rhs) Visit(e);
      if (s->rhs.size() == 1) Take(s->rhs[0]);
      break;
    }
    case NodeKind::kVarDecl: {
      auto* d = syntax::As<syntax::VarDecl>(node);
      for (syntax::Ident* id : d->names) Declare(id);
      for (Expr* e : d->values) Visit(e);
      if (d->values.size() == 1) Take(d->values[0]);
      break;
    }
    case NodeKind::kRangeStmt: {
      auto* s = syntax::As<syntax::RangeStmt>(node);
      for (Expr* e : s->lhs) s->is_define ? Declare(e) : Visit(e);
      Visit(s->x);
      Visit(s->body);
      break;
    }
    case NodeKind::kTypeSwitchStmt: {
      auto* s = syntax::As<syntax::TypeSwitchStmt>(node);
      Visit(s->init);
      Visit(s->guard->x);
      for (syntax::CaseClause* c : s->clauses) {
        if (c->implicit_obj != nullptr) num_vars_++;
        for (syntax::Stmt* b : c->body) Visit(b);
      }
      break;
    }
    case NodeKind::kReturnStmt: {
      visit_children();
      auto* s = syntax::As<syntax::ReturnStmt>(node);
      if (s->results.size() == 1) Take(s->results[0]);
      break;
    }
    case NodeKind::kCallExpr: {
      visit_children();
      auto* e = syntax::As<syntax::CallExpr>(node);
      if (e->args.size() == 1) Take(e->args[0]);
      break;
    }
    case NodeKind::kGoStmt:
    case NodeKind::kDeferStmt: {
      visit_children();
      Expr* x = node->kind == NodeKind::kGoStmt ? syntax::As<syntax::GoStmt>(node)->call
                                                : syntax::As<syntax::DeferStmt>(node)->call;
      auto* call = syntax::DynAs<syntax::CallExpr>(syntax::Unparen(x));
      if (call == nullptr) break;
      const Expr* fun = syntax::Unparen(call->fun);
      auto* s = syntax::DynAs<syntax::SelectorExpr>(fun);
      const bool is_method = s != nullptr && s->selection != nullptr;
      const bool is_bare = fun->kind == NodeKind::kFuncLit && call->args.empty();
      if (fun->mode != OperandMode::kBuiltin && !is_bare && (is_method || !IsFixed(fun))) num_vars_++;
      for (const Expr* a : call->args) num_vars_ += IsFixed(a) ? 0 : 1;
      break;
    }
    default:
      visit_children();
  }
}

}  // namespace gol::ir
