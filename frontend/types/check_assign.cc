// Assignments of all sorts: initialisation of variables and constants, =, op=, :=, return values.
//
// Assignment is the one place that says "cannot use x as T value in ...". The number of values on
// both sides is settled first: n to n, or one call (or comma-ok expression) to several variables.
#include <unordered_set>

#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

using syntax::DynAs;

namespace {

std::string Measure(size_t n, std::string_view unit) {
  return std::to_string(n) + " " + std::string(unit) + (n == 1 ? "" : "s");
}

// What a function value on the right is assigned to, for the inference of its type arguments.
Target* LocalTarget(Target* storage, Type* t, std::string desc) {
  Signature* sig = UnderAs<Signature>(t);
  if (sig == nullptr) return nullptr;
  storage->sig = sig;
  storage->desc = std::move(desc);
  return storage;
}

bool IsCall(syntax::Expr* e) { return syntax::Is<syntax::CallExpr>(syntax::Unparen(e)); }

void InvalidateTypes(Context* context, std::span<Var* const> vars) {
  for (Var* v : vars) {
    if (v->type == nullptr) v->type = context->invalid();
  }
}

}  // namespace

void Checker::Assignment(Operand* x, Type* t, std::string_view context) {
  SingleValue(x);
  switch (x->mode) {
    case OperandMode::kInvalid:
      return;
    case OperandMode::kNilValue:
    case OperandMode::kConstant:
    case OperandMode::kVariable:
    case OperandMode::kMapIndex:
    case OperandMode::kValue:
    case OperandMode::kCommaOk:
      break;
    default:
      Error(x, diag::kCannotAssignIn, x, t != nullptr ? Str(t) : "_", context);
      x->Invalidate();
      return;
  }

  if (IsUntyped(x->type)) {
    Type* target = t;
    if (x->is_nil()) {
      if (t == nullptr) {
        Error(x, diag::kUntypedNil, context);
        x->Invalidate();
        return;
      }
    } else if (t == nullptr || IsNonTypeParamInterface(t)) {
      target = Default(context_, x->type);
    }
    ImplicitType implicit = ImplicitTypeAndValue(x, target);
    if (implicit.fit != Fit::kOk) {
      std::string_view suffix = implicit.fit == Fit::kTruncated    ? " (truncated)"
                                : implicit.fit == Fit::kOverflows ? " (overflows)"
                                                                   : "";
      Error(x, diag::kCannotUse, x, target, context, suffix);
      x->Invalidate();
      return;
    }
    if (implicit.has_value) {
      x->value = implicit.value;
      UpdateExprValue(x->expr, implicit.value);
    }
    if (implicit.type != x->type) {
      x->type = implicit.type;
      UpdateExprType(x->expr, implicit.type, false);
    }
  }

  Signature* sig = UnderAs<Signature>(x->type);
  if (sig != nullptr && sig->is_generic()) {
    Error(x, diag::kGenericFuncInContext, x, context);
    x->Invalidate();
    return;
  }
  if (t == nullptr) return;
  std::string cause;
  if (AssignableTo(x, t, &cause)) return;
  Error(x, diag::kCannotUse, x, t, context, cause.empty() ? "" : ": " + cause);
  x->Invalidate();
}

void Checker::InitConst(Const* lhs, Operand* x) {
  if (!x->is_valid() || !IsValid(x->type) || (lhs->type != nullptr && !IsValid(lhs->type))) {
    if (lhs->type == nullptr) lhs->type = context_->invalid();
    return;
  }
  if (x->mode != OperandMode::kConstant) {
    Error(x, diag::kNotConstant, x);
    if (lhs->type == nullptr) lhs->type = context_->invalid();
    return;
  }
  if (lhs->type == nullptr) lhs->type = x->type;
  Assignment(x, lhs->type, "constant declaration");
  if (x->is_valid()) lhs->value = x->value;
}

void Checker::InitVar(Var* lhs, Operand* x, std::string_view context) {
  if (!x->is_valid() || !IsValid(x->type) || (lhs->type != nullptr && !IsValid(lhs->type))) {
    if (lhs->type == nullptr) lhs->type = context_->invalid();
    x->Invalidate();
    return;
  }
  if (lhs->type == nullptr) {
    Type* t = x->type;
    if (IsUntyped(t)) {
      if (static_cast<Basic*>(t)->basic == BasicKind::kUntypedNil) {
        Error(x, diag::kUntypedNil, context);
        lhs->type = context_->invalid();
        x->Invalidate();
        return;
      }
      t = Default(context_, t);
    }
    lhs->type = t;
  }
  Assignment(x, lhs->type, context);
}

Type* Checker::LhsVar(syntax::Expr* lhs) {
  auto* ident = DynAs<syntax::Ident>(syntax::Unparen(lhs));
  if (ident != nullptr && ident->is_blank()) {
    RecordDef(ident, nullptr);
    return nullptr;
  }
  // Being assigned to is not a use of a variable.
  Var* v = ident != nullptr ? DynCast<Var>(Lookup(ident->name)) : nullptr;
  if (v != nullptr && v->pkg != pkg_) v = nullptr;
  const bool used = v != nullptr && v->used;
  Operand x;
  Expr(nullptr, &x, lhs);
  if (v != nullptr) v->used = used;
  if (!x.is_valid() || !IsValid(x.type)) return context_->invalid();

  if (x.mode == OperandMode::kVariable || x.mode == OperandMode::kMapIndex) {
    MarkReassigned(lhs);
    return x.type;
  }
  if (auto* sel = DynAs<syntax::SelectorExpr>(x.expr)) {
    Operand base;
    Expr(nullptr, &base, sel->x);
    if (base.mode == OperandMode::kMapIndex) {
      Error(&x, diag::kAssignToFieldInMap, x.expr);
      return context_->invalid();
    }
  }
  Error(&x, diag::kCannotAssignTo, x.expr);
  return context_->invalid();
}

// lhs = rhs, or lhs = x where the value was evaluated already.
void Checker::AssignVar(syntax::Expr* lhs, syntax::Expr* rhs, Operand* x,
                        std::string_view context) {
  Type* t = LhsVar(lhs);
  if (t != nullptr && !IsValid(t)) {
    if (x != nullptr) {
      x->Invalidate();
    } else {
      Use(rhs);
    }
    return;
  }
  Operand y;
  if (x == nullptr) {
    Target storage;
    Target* target = nullptr;
    if (t != nullptr && UnderAs<Signature>(t) != nullptr) target = LocalTarget(&storage, t, Str(lhs));
    x = &y;
    Expr(target, x, rhs);
  }
  if (t == nullptr && context == "assignment") context = "assignment to _ identifier";
  Assignment(x, t, context);
}

void Checker::AssignError(std::span<syntax::Expr* const> rhs, size_t num_lhs, size_t num_rhs) {
  std::string vars = Measure(num_lhs, "variable");
  std::string values = Measure(num_rhs, "value");
  if (rhs.size() == 1 && IsCall(rhs[0])) {
    auto* call = syntax::As<syntax::CallExpr>(syntax::Unparen(rhs[0]));
    Error(rhs[0], diag::kAssignmentMismatchCall, vars, call->fun, values);
  } else {
    Error(rhs[0], diag::kAssignmentMismatch, vars, values);
  }
}

void Checker::ReturnError(syntax::Stmt* at, std::span<Var* const> lhs,
                          std::span<Operand* const> rhs) {
  Pos pos = PosOf(at);
  std::string_view qualifier = "not enough";
  if (rhs.size() > lhs.size()) {
    pos = PosOf(rhs[lhs.size()]);
    qualifier = "too many";
  } else if (!rhs.empty()) {
    pos = PosOf(rhs.back());
  }
  std::vector<Type*> have, want;
  for (Operand* x : rhs) have.push_back(x->type);
  for (Var* v : lhs) want.push_back(v->type);
  Error(pos, diag::kWrongReturnCount, qualifier, TypesSummary(have, false, false),
        TypesSummary(want, false, false));
}

void Checker::InitVars(std::span<Var* const> lhs, std::span<syntax::Expr* const> rhs,
                       syntax::Stmt* return_stmt) {
  std::string_view context = return_stmt != nullptr ? "return statement" : "assignment";
  // A single call is not taken for 1:1, for the better message where it has no single result.
  const bool is_call = rhs.size() == 1 && IsCall(rhs[0]);
  if (lhs.size() == rhs.size() && !is_call) {
    for (size_t i = 0; i < lhs.size(); i++) {
      std::string desc(lhs[i]->name);
      if (return_stmt != nullptr && desc.empty()) desc = "result variable";
      Target storage;
      Operand x;
      Expr(LocalTarget(&storage, lhs[i]->type, desc), &x, rhs[i]);
      InitVar(lhs[i], &x, context);
    }
    return;
  }
  if (rhs.size() != 1) {
    if (Use(rhs)) {
      if (return_stmt != nullptr) {
        std::vector<Operand*> values = ExprList(rhs);
        ReturnError(return_stmt, lhs, values);
      } else {
        AssignError(rhs, lhs.size(), rhs.size());
      }
    }
    InvalidateTypes(context_, lhs);
    return;
  }

  bool comma_ok;
  std::vector<Operand*> values =
      MultiExpr(rhs[0], lhs.size() == 2 && return_stmt == nullptr, &comma_ok);
  if (lhs.size() == values.size()) {
    for (size_t i = 0; i < lhs.size(); i++) InitVar(lhs[i], values[i], context);
    if (comma_ok) RecordCommaOk(rhs[0], values);
    return;
  }
  if (values[0]->is_valid()) {
    if (return_stmt != nullptr) {
      ReturnError(return_stmt, lhs, values);
    } else {
      AssignError(rhs, lhs.size(), values.size());
    }
  }
  InvalidateTypes(context_, lhs);
}

void Checker::AssignVars(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs) {
  const bool is_call = rhs.size() == 1 && IsCall(rhs[0]);
  if (lhs.size() == rhs.size() && !is_call) {
    for (size_t i = 0; i < lhs.size(); i++) AssignVar(lhs[i], rhs[i], nullptr, "assignment");
    return;
  }
  if (rhs.size() != 1) {
    bool lhs_ok = Use(lhs, true);
    bool rhs_ok = Use(rhs);
    if (lhs_ok && rhs_ok) AssignError(rhs, lhs.size(), rhs.size());
    return;
  }
  bool comma_ok;
  std::vector<Operand*> values = MultiExpr(rhs[0], lhs.size() == 2, &comma_ok);
  if (lhs.size() == values.size()) {
    for (size_t i = 0; i < lhs.size(); i++) AssignVar(lhs[i], nullptr, values[i], "assignment");
    if (comma_ok) RecordCommaOk(rhs[0], values);
    return;
  }
  if (values[0]->is_valid()) AssignError(rhs, lhs.size(), values.size());
  Use(lhs, true);
}

void Checker::ShortVarDecl(Pos pos, std::span<syntax::Expr* const> lhs,
                           std::span<syntax::Expr* const> rhs) {
  const size_t mark = delayed_mark();
  Scope* scope = env_.scope;
  std::vector<Var*> vars;      // what is assigned to
  std::vector<Var*> new_vars;  // those declared here
  bool has_error = false;
  auto new_var = [&](Pos at, std::string_view name) {
    Var* v = context_->New<Var>(VarKind::kLocal, at, pkg_, name, nullptr);
    v->func = env_.func;
    return v;
  };
  for (size_t i = 0; i < lhs.size(); i++) {
    auto* ident = DynAs<syntax::Ident>(lhs[i]);
    Var* var = nullptr;
    bool repeated = false;
    if (ident != nullptr && !ident->is_blank()) {
      for (size_t j = 0; j < i && !repeated; j++) {
        auto* other = DynAs<syntax::Ident>(lhs[j]);
        repeated = other != nullptr && other->name == ident->name;
      }
    }
    if (ident == nullptr) {
      Use(lhs[i], true);
      Error(lhs[i], diag::kNonNameInShortDecl, lhs[i]);
      has_error = true;
    } else if (repeated) {
      Error(lhs[i], diag::kRepeatedInShortDecl, lhs[i]);
      has_error = true;
    } else if (Object* old = LookupForDefine(ident->name)) {
      // Declared in this scope already: an assignment.
      RecordUse(ident, old);
      var = DynCast<Var>(old);
      if (var != nullptr) {
        var->reassigned = true;
        RecordTypeAndValue(ident, OperandMode::kVariable, var->type, ConstValue());
      } else {
        Error(lhs[i], diag::kCannotAssignPlain, lhs[i]);
        has_error = true;
      }
    } else {
      var = new_var(ident->pos, ident->name);
      RecordDef(ident, var);
      if (!ident->is_blank()) new_vars.push_back(var);
    }
    vars.push_back(var != nullptr ? var : new_var(lhs[i]->pos, "_"));
  }

  InitVars(vars, rhs, nullptr);
  // Function literals on the right do not see the new variables.
  ProcessDelayed(mark);

  if (new_vars.empty() && !has_error) {
    Error(pos, diag::kNoNewVariables);
    return;
  }
  Pos scope_pos = syntax::EndPos(rhs.back());
  for (Var* v : new_vars) Declare(scope, nullptr, v, scope_pos);
}

void Checker::Arity(Pos pos, std::span<syntax::Ident* const> names,
                    std::span<syntax::Expr* const> inits, bool const_decl, bool inherited) {
  if (names.size() < inits.size()) {
    syntax::Expr* extra = inits[names.size()];
    if (inherited) {
      Error(pos, diag::kExtraInitAt, Str(extra->pos));
    } else {
      Error(extra, diag::kExtraInit, extra);
    }
  } else if (names.size() > inits.size() && (const_decl || inits.size() != 1)) {
    // A single initialiser may be a call with several results.
    syntax::Ident* name = names[inits.size()];
    Error(name, diag::kMissingInit, name->name);
  }
}

}  // namespace gol::types
