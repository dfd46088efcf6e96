// Operands: their text in messages, modes that an expression must not have, and the writing of
// results into the tree.
//
// An untyped expression is pending from its evaluation until its final type is known: Record marks
// the node (kPending) and writes the untyped type; UpdateExprType (conversion.cc) replaces it and
// clears the mark. What is still pending at the end of checking keeps its untyped type, which is
// then right: the operand of a constant expression is never materialised.
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

namespace {

std::string_view ModeText(OperandMode mode) {
  switch (mode) {
    case OperandMode::kUnchecked:
    case OperandMode::kInvalid: return "invalid operand";
    case OperandMode::kNoValue: return "no value";
    case OperandMode::kBuiltin: return "built-in";
    case OperandMode::kTypExpr: return "type";
    case OperandMode::kConstant: return "constant";
    case OperandMode::kVariable: return "variable";
    case OperandMode::kMapIndex: return "map index expression";
    case OperandMode::kValue: return "value";
    case OperandMode::kNilValue: return "nil";
    case OperandMode::kCommaOk: return "comma, ok expression";
  }
  return "";
}

}  // namespace

std::string_view CompositeKind(Type* t) {
  switch (Under(t)->kind) {
    case TypeKind::kArray: return "array";
    case TypeKind::kSlice: return "slice";
    case TypeKind::kStruct: return "struct";
    case TypeKind::kPointer: return "pointer";
    case TypeKind::kSignature: return "func";
    case TypeKind::kInterface: return "interface";
    case TypeKind::kMap: return "map";
    case TypeKind::kChan: return "chan";
    case TypeKind::kTuple: return "tuple";
    case TypeKind::kUnion: return "union";
    default: return "";
  }
}

// "expr (untyped int constant 3)", "expr (variable of struct type T)", "nil".
std::string Checker::Str(const Operand* x) {
  if (x->mode == OperandMode::kNilValue) {
    if (x->type == nullptr || !IsValid(x->type)) return "nil (with invalid type)";
    if (IsUntyped(x->type)) return "nil";
    return "nil (of type " + Str(x->type) + ")";
  }
  std::string expr;
  if (x->expr != nullptr) {
    expr = Str(x->expr);
  } else if (x->mode == OperandMode::kTypExpr) {
    expr = Str(x->type);
  } else if (x->mode == OperandMode::kConstant) {
    expr = x->value.ToString();
  }

  std::string out = expr;
  if (!expr.empty()) out += " (";
  bool has_type = false;
  switch (x->mode) {
    case OperandMode::kUnchecked:
    case OperandMode::kInvalid:
    case OperandMode::kNoValue:
    case OperandMode::kBuiltin:
    case OperandMode::kTypExpr:
      break;
    default:
      if (x->type == nullptr) break;
      if (IsUntyped(x->type)) {
        out += static_cast<Basic*>(x->type)->name;
        out += ' ';
      } else {
        has_type = true;
      }
  }
  out += ModeText(x->mode);
  if (x->mode == OperandMode::kConstant) {
    std::string value = x->value.ToString();
    if (value != expr) out += " " + value;
  }
  if (has_type && !IsValid(x->type)) {
    out += " with invalid type";
  } else if (has_type) {
    out += " of ";
    if (IsGeneric(x->type)) out += "generic ";
    TypeParam* tparam = AsTypeParam(x->type);
    if (tparam == nullptr &&
        (x->type->kind == TypeKind::kNamed || x->type->kind == TypeKind::kAlias)) {
      // The structure behind a name: "struct type T", "int type MyInt".
      std::string_view what = CompositeKind(x->type);
      if (what.empty()) {
        if (Basic* basic = UnderAs<Basic>(x->type)) what = basic->name;
      }
      if (!what.empty()) {
        out += what;
        out += ' ';
      }
    }
    out += "type " + Str(x->type);
    if (tparam != nullptr) {
      out += " constrained by " + Str(tparam->bound);
      if (HasEmptyTypeset(tparam)) out += " with empty type set";
    }
  }
  if (!expr.empty()) out += ')';
  return out;
}

void Checker::Exclude(Operand* x, unsigned modes) {
  if ((modes & ModeBit(x->mode)) == 0) return;
  switch (x->mode) {
    case OperandMode::kNoValue:
      Error(x, (modes & ModeBit(OperandMode::kTypExpr)) != 0 ? diag::kUsedAsValue
                                                             : diag::kUsedAsValueOrType,
            x);
      break;
    case OperandMode::kBuiltin:
      Error(x, diag::kMustBeCalled, x);
      break;
    default:
      Error(x, diag::kNotAnExpression, x);
  }
  x->Invalidate();
}

void Checker::SingleValue(Operand* x) {
  if (x->mode != OperandMode::kValue || DynCast<Tuple>(x->type) == nullptr) return;
  Error(x, diag::kMultiValueInSingleContext, x);
  x->Invalidate();
}

void Checker::Record(Operand* x) {
  syntax::Expr* e = x->expr;
  Type* t = x->type;
  if (x->mode == OperandMode::kInvalid) t = context_->invalid();
  if (x->mode == OperandMode::kNoValue) t = nullptr;
  RecordTypeAndValue(e, x->mode, t, x->value);
  if (t != nullptr && IsUntyped(t)) e->check_flags |= kPending;
}

void Checker::RecordTypeAndValue(syntax::Expr* e, OperandMode mode, Type* t,
                                 const ConstValue& value) {
  e->mode = mode;
  e->type = t;
  e->value = mode == OperandMode::kConstant ? consts_.Store(value) : nullptr;
  e->check_flags &= static_cast<uint16_t>(~(kPending | kShiftOperand));
}

void Checker::RecordCommaOk(syntax::Expr* e, std::span<Operand* const> values) {
  if (!values[0]->is_valid() || !values[1]->is_valid()) return;
  std::vector<Var*> vars;
  for (Operand* x : values) vars.push_back(context_->NewParam(e->pos, pkg_, "", x->type));
  Tuple* t = context_->NewTuple(vars);
  for (;; e = syntax::As<syntax::ParenExpr>(e)->x) {
    e->type = t;
    if (!syntax::Is<syntax::ParenExpr>(e)) return;
  }
}

namespace {

// The variable that the operand of & or the left side of an assignment is part of: through fields
// and array elements, not through pointers. Null if there is none.
Var* RootVar(syntax::Expr* e) {
  for (;;) {
    e = syntax::Unparen(e);
    switch (e->kind) {
      case syntax::NodeKind::kIdent:
        return DynCast<Var>(syntax::As<syntax::Ident>(e)->obj);
      case syntax::NodeKind::kSelectorExpr: {
        auto* sel = syntax::As<syntax::SelectorExpr>(e);
        if (sel->selection == nullptr) return DynCast<Var>(sel->sel->obj);
        if (sel->selection->kind != SelectionKind::kFieldVal || sel->selection->indirect) {
          return nullptr;
        }
        e = sel->x;
        break;
      }
      case syntax::NodeKind::kIndexExpr: {
        auto* index = syntax::As<syntax::IndexExpr>(e);
        if (index->x->type == nullptr || UnderAs<Array>(index->x->type) == nullptr) return nullptr;
        e = index->x;
        break;
      }
      default:
        return nullptr;
    }
  }
}

}  // namespace

void MarkAddressTaken(syntax::Expr* e) {
  if (Var* v = RootVar(e)) v->address_taken = true;
}

void MarkReassigned(syntax::Expr* e) {
  if (Var* v = RootVar(e)) v->reassigned = true;
}

}  // namespace gol::types
