// Expression switches and type switches: cases against the tag, duplicates, the variable of a type
// switch.
#include <unordered_map>

#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

namespace {

// A case value that occurred, under the text of its value.
struct SeenCase {
  Pos pos;
  Type* type;
};
using SeenCases = std::unordered_map<std::string, std::vector<SeenCase>>;

// Text that identifies a value among case values; empty for kinds whose duplicates Go allows.
std::string CaseText(const ConstValue& v) {
  switch (v.kind()) {
    case ConstKind::kInt: return v.ToString();
    case ConstKind::kFloat:
      return "f" + std::to_string(__builtin_bit_cast(uint64_t, v.ToDouble()));
    case ConstKind::kString: return "s" + std::string(v.string_value());
    default: return "";
  }
}

}  // namespace

void Checker::MultipleDefaults(std::span<syntax::CaseClause* const> clauses) {
  syntax::CaseClause* first = nullptr;
  for (syntax::CaseClause* clause : clauses) {
    if (!clause->is_default) continue;
    if (first != nullptr) {
      Error(clause->pos, diag::kMultipleDefaults, Str(first->pos));
    } else {
      first = clause;
    }
  }
}

void Checker::SwitchStmt(syntax::SwitchStmt* s) {
  s->scope = OpenScope();
  Stmt(s->init);
  const size_t mark = delayed_mark();
  Operand x;
  if (s->tag != nullptr) {
    Expr(nullptr, &x, s->tag);
    // The tag is assigned to an invisible variable.
    Assignment(&x, nullptr, "switch expression");
    if (x.is_valid() && !IsComparable(x.type) && !HasNil(x.type)) {
      Error(&x, diag::kCannotSwitch, &x, x.type);
      x.Invalidate();
    }
  } else {
    // Without a tag: switch true.
    x.mode = OperandMode::kConstant;
    x.type = context_->basic(BasicKind::kBool);
    x.value = ConstValue::Bool(true);
    Pos pos = s->clauses.empty() ? s->rbrace : s->clauses[0]->pos;
    x.expr = context_->New<syntax::Ident>(pos, "true");
  }
  MultipleDefaults(s->clauses);

  SeenCases seen;
  for (syntax::CaseClause* clause : s->clauses) {
    for (syntax::Expr* e : clause->cases) {
      Operand v;
      Expr(nullptr, &v, e);
      if (!x.is_valid() || !v.is_valid()) continue;
      ConvertUntyped(&v, x.type);
      if (!v.is_valid()) continue;
      // The case is compared with the tag, in this order, so that errors are at the case.
      Operand result = v, tag = x;
      Comparison(&result, &tag, syntax::Operator::kEql, true);
      if (!result.is_valid() || v.mode != OperandMode::kConstant) continue;
      std::string text = CaseText(v.value);
      if (text.empty()) continue;
      std::vector<SeenCase>& same = seen[text];
      const SeenCase* previous = nullptr;
      for (const SeenCase& c : same) {
        if (Identical(v.type, c.type)) previous = &c;
      }
      if (previous != nullptr) {
        diag::Diagnostic& d = Error(&v, diag::kDuplicateCase, &v);
        Note(d, previous->pos, "previous case");
        continue;
      }
      same.push_back({v.expr->pos, v.type});
    }
    clause->scope = OpenScope();
    StmtList(clause->body);
    CloseScope();
  }
  ProcessDelayed(mark);
  CloseScope();
}

// Checks the types of one clause; returns the type of the switch's variable in it. x is null where
// the operand of the switch is invalid.
Type* Checker::CaseTypes(Operand* x, std::span<syntax::Expr* const> types,
                         std::vector<std::pair<Type*, syntax::Expr*>>* seen) {
  Type* t = nullptr;
  for (syntax::Expr* e : types) {
    auto* ident = syntax::DynAs<syntax::Ident>(syntax::Unparen(e));
    if (ident != nullptr && DynCast<Nil>(Lookup(ident->name)) != nullptr) {
      t = nullptr;
      Operand nil;
      Expr(nullptr, &nil, e);
    } else {
      t = VarType(e);
      if (!IsValid(t)) continue;
    }
    syntax::Expr* previous = nullptr;
    for (auto& [other, at] : *seen) {
      bool same = t == nullptr || other == nullptr ? t == other : Identical(t, other);
      if (same) previous = at;
    }
    if (previous != nullptr) {
      diag::Diagnostic& d =
          Error(e, diag::kDuplicateTypeCase, t != nullptr ? Str(t) : std::string("nil"));
      Note(d, previous, "previous case");
      continue;
    }
    seen->emplace_back(t, e);
    if (x != nullptr && t != nullptr) TypeAssertion(e, x, t, true);
  }
  // With one type the variable has that type, otherwise the operand's.
  if (types.size() == 1 && t != nullptr) return t;
  return x != nullptr ? x->type : context_->invalid();
}

void Checker::TypeSwitchStmt(syntax::TypeSwitchStmt* s) {
  s->scope = OpenScope();
  Stmt(s->init);
  const size_t mark = delayed_mark();
  syntax::Ident* lhs = s->guard->lhs;
  if (lhs != nullptr) {
    if (lhs->is_blank()) {
      Error(lhs, diag::kNoNewVariable);
      lhs = nullptr;
    } else {
      RecordDef(lhs, nullptr);
    }
  }

  Operand x;
  Operand* subject = nullptr;
  Expr(nullptr, &x, s->guard->x);
  if (x.is_valid()) {
    if (IsTypeParam(x.type)) {
      Error(&x, diag::kTypeSwitchOnTypeParam, &x);
    } else if (UnderAs<Interface>(x.type) != nullptr) {
      subject = &x;
    } else {
      Error(&x, diag::kSwitchNotInterface, &x);
    }
  }
  MultipleDefaults(s->clauses);

  std::vector<std::pair<Type*, syntax::Expr*>> seen;
  std::vector<Var*> vars;
  for (syntax::CaseClause* clause : s->clauses) {
    Type* t = CaseTypes(subject, clause->cases, &seen);
    clause->scope = OpenScope();
    if (lhs != nullptr) {
      Var* v = context_->New<Var>(VarKind::kLocal, lhs->pos, pkg_, lhs->name, t);
      v->func = env_.func;
      Declare(env_.scope, nullptr, v, clause->colon);
      clause->implicit_obj = v;
      vars.push_back(v);
    }
    StmtList(clause->body);
    ProcessDelayed(mark);
    CloseScope();
  }
  ProcessDelayed(mark);
  CloseScope();

  // The variables of the clauses count as one: it must be used in some clause.
  if (lhs == nullptr) return;
  bool used = false;
  for (Var* v : vars) {
    used |= v->used;
    v->used = true;
  }
  if (!used) Error(lhs, diag::kTypeSwitchVarUnused, lhs->name);
}

}  // namespace gol::types
