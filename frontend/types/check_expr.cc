// Expressions: the dispatch over the kinds of node, and the entry points that say what kind of
// operand is wanted.
//
// RawExpr evaluates an expression into an Operand and records mode, type and value in the node.
// Everything else builds on it: Expr wants one value, ExprOrType also allows a type, MultiExpr
// returns the several values of a call. An expression that was reported is kInvalid, and whatever
// is built from an invalid operand is invalid without a further message.
//
//   file                 holds
//   check_operator.cc    unary and binary operators, comparison, shifts
//   check_literal.cc     composite and function literals
//   check_index.cc       x[i], x[i:j]
//   check_call.cc        calls and conversions; check_builtin.cc, check_unsafe.cc the builtins
//   conversion.cc        untyped operands and constants
//   operand.cc           text of operands, recording
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

using syntax::As;
using syntax::NodeKind;

namespace {
// Nesting of expressions beyond which checking gives up; keeps the stack in bounds.
constexpr int kMaxExprDepth = 2000;
}  // namespace

ExprKind Checker::RawExpr(Target* target, Operand* x, syntax::Expr* e, Type* hint,
                          bool allow_generic) {
  if (++expr_depth_ > kMaxExprDepth) {
    --expr_depth_;
    Error(e, diag::kExpressionTooDeep);
    x->Invalidate();
    x->type = context_->invalid();
    x->expr = e;
    return ExprKind::kStatement;
  }
  ExprKind kind = ExprInternal(target, x, e, hint);
  --expr_depth_;
  if (!allow_generic) NonGeneric(target, x);
  // A type that is being declared may not have a size yet: type T [unsafe.Sizeof(T{})]int.
  if (x->is_valid() && x->mode != OperandMode::kNoValue && x->type != nullptr &&
      !FiniteSize(x->type)) {
    x->Invalidate();
    x->type = context_->invalid();
  }
  Record(x);
  return kind;
}

void Checker::NonGeneric(Target* target, Operand* x) {
  if (!x->is_valid() || x->mode == OperandMode::kNoValue || x->type == nullptr) return;
  std::string_view what;
  switch (x->type->kind) {
    case TypeKind::kAlias:
    case TypeKind::kNamed:
      if (IsGeneric(x->type)) what = "type";
      break;
    case TypeKind::kSignature:
      if (!static_cast<Signature*>(x->type)->is_generic()) break;
      if (target != nullptr) {
        FuncInst(target, x->expr->pos, x, nullptr, true);
        return;
      }
      what = "function";
      break;
    default:
      break;
  }
  if (what.empty()) return;
  Error(x->expr, diag::kGenericWithoutInstantiation, what, x->expr);
  x->Invalidate();
  x->type = context_->invalid();
}

// Only RawExpr calls this.
ExprKind Checker::ExprInternal(Target* target, Operand* x, syntax::Expr* e, Type* hint) {
  x->mode = OperandMode::kInvalid;
  x->type = context_->invalid();
  ExprKind kind = ExprKind::kExpression;

  switch (e->kind) {
    case NodeKind::kBadExpr:
      break;
    case NodeKind::kIdent:
      Ident(x, As<syntax::Ident>(e), false);
      x->expr = e;
      return kind;
    case NodeKind::kDotsType:
      Error(e, diag::kInvalidUseOfDots);
      break;
    case NodeKind::kBasicLit:
      BasicLit(x, As<syntax::BasicLit>(e));
      break;
    case NodeKind::kFuncLit:
      FuncLit(x, As<syntax::FuncLit>(e));
      break;
    case NodeKind::kCompositeLit:
      CompositeLit(x, As<syntax::CompositeLit>(e), hint);
      break;
    case NodeKind::kParenExpr:
      // Inference from the target does not reach through parentheses.
      kind = RawExpr(nullptr, x, As<syntax::ParenExpr>(e)->x, nullptr, false);
      x->expr = e;
      return kind;
    case NodeKind::kSelectorExpr:
      Selector(x, As<syntax::SelectorExpr>(e), nullptr, false);
      x->expr = e;
      return kind;
    case NodeKind::kIndexExpr:
      if (IndexExpr(x, As<syntax::IndexExpr>(e))) {
        FuncInst(target, e->pos, x, As<syntax::IndexExpr>(e), true);
      }
      break;
    case NodeKind::kSliceExpr:
      SliceExpr(x, As<syntax::SliceExpr>(e));
      break;
    case NodeKind::kTypeAssertExpr: {
      auto* assertion = As<syntax::TypeAssertExpr>(e);
      Expr(nullptr, x, assertion->x);
      if (!x->is_valid()) break;
      if (IsTypeParam(x->type)) {
        Error(x, diag::kAssertOnTypeParam, x);
        x->Invalidate();
        break;
      }
      if (UnderAs<Interface>(x->type) == nullptr) {
        Error(x, diag::kAssertNotInterface, x);
        x->Invalidate();
        break;
      }
      Type* t = VarType(assertion->type_expr);
      if (!IsValid(t)) {
        x->Invalidate();
        break;
      }
      TypeAssertion(e, x, t, false);
      x->mode = OperandMode::kCommaOk;
      x->type = t;
      break;
    }
    case NodeKind::kTypeSwitchGuard:
      Error(e, diag::kTypeGuardOutsideSwitch);
      Use(As<syntax::TypeSwitchGuard>(e)->x);
      break;
    case NodeKind::kCallExpr:
      return CallExpr(x, As<syntax::CallExpr>(e));
    case NodeKind::kStarExpr:
      StarExpr(x, As<syntax::StarExpr>(e));
      break;
    case NodeKind::kUnaryExpr:
      Unary(x, As<syntax::UnaryExpr>(e));
      // A receive may stand as a statement.
      if (As<syntax::UnaryExpr>(e)->op == syntax::Operator::kRecv) kind = ExprKind::kStatement;
      break;
    case NodeKind::kBinaryExpr: {
      auto* binary = As<syntax::BinaryExpr>(e);
      Binary(x, e, binary->x, binary->y, binary->op);
      break;
    }
    case NodeKind::kKeyValueExpr:
      Error(e, diag::kUnexpectedKeyValue);
      break;
    case NodeKind::kArrayType:
    case NodeKind::kSliceType:
    case NodeKind::kStructType:
    case NodeKind::kFuncType:
    case NodeKind::kInterfaceType:
    case NodeKind::kMapType:
    case NodeKind::kChanType:
      x->mode = OperandMode::kTypExpr;
      x->type = Typ(e);
      break;
    default:
      GOL_UNREACHABLE("node is not an expression");
  }
  x->expr = e;
  return x->is_valid() ? kind : ExprKind::kStatement;
}

// ---- Entry points

void Checker::Expr(Target* target, Operand* x, syntax::Expr* e) {
  RawExpr(target, x, e, nullptr, false);
  Exclude(x, kNotAValue);
  SingleValue(x);
}

void Checker::GenericExpr(Operand* x, syntax::Expr* e) {
  RawExpr(nullptr, x, e, nullptr, true);
  Exclude(x, kNotAValue);
  SingleValue(x);
}

void Checker::ExprWithHint(Operand* x, syntax::Expr* e, Type* hint) {
  RawExpr(nullptr, x, e, hint, false);
  Exclude(x, kNotAValue);
  SingleValue(x);
}

void Checker::ExprOrType(Operand* x, syntax::Expr* e, bool allow_generic) {
  RawExpr(nullptr, x, e, nullptr, allow_generic);
  Exclude(x, ModeBit(OperandMode::kNoValue));
  SingleValue(x);
}

namespace {

// The values of a tuple-typed call as operands of their own.
std::vector<Operand*> Unpack(Checker* checker, Operand* x) {
  std::vector<Operand*> list;
  for (Var* v : static_cast<Tuple*>(x->type)->vars) {
    Operand* y = checker->NewOperand();
    y->mode = OperandMode::kValue;
    y->expr = x->expr;
    y->type = v->type;
    list.push_back(y);
  }
  return list;
}

}  // namespace

std::vector<Operand*> Checker::MultiExpr(syntax::Expr* e, bool allow_comma_ok, bool* comma_ok) {
  if (comma_ok != nullptr) *comma_ok = false;
  Operand* x = NewOperand();
  RawExpr(nullptr, x, e, nullptr, false);
  Exclude(x, kNotAValue);
  if (x->is_valid() && DynCast<Tuple>(x->type) != nullptr) return Unpack(this, x);
  std::vector<Operand*> list = {x};
  if (allow_comma_ok && (x->mode == OperandMode::kMapIndex || x->mode == OperandMode::kCommaOk)) {
    Operand* ok = NewOperand();
    ok->mode = OperandMode::kValue;
    ok->expr = e;
    ok->type = context_->basic(BasicKind::kUntypedBool);
    list.push_back(ok);
    if (comma_ok != nullptr) *comma_ok = true;
  }
  return list;
}

std::vector<Operand*> Checker::ExprList(std::span<syntax::Expr* const> list) {
  if (list.size() == 1) return MultiExpr(list[0], false, nullptr);
  std::vector<Operand*> result;
  result.reserve(list.size());
  for (syntax::Expr* e : list) {
    Operand* x = NewOperand();
    Expr(nullptr, x, e);
    result.push_back(x);
  }
  return result;
}

bool Checker::Use(std::span<syntax::Expr* const> list, bool lhs) {
  bool ok = true;
  for (syntax::Expr* e : list) ok &= Use(e, lhs);
  return ok;
}

bool Checker::Use(syntax::Expr* e, bool lhs) {
  if (e == nullptr) return true;
  Operand x;
  auto* ident = syntax::DynAs<syntax::Ident>(syntax::Unparen(e));
  if (ident == nullptr) {
    RawExpr(nullptr, &x, e, nullptr, true);
    return x.is_valid();
  }
  if (ident->is_blank()) return true;
  // Being assigned to is not a use of a variable.
  Var* v = lhs ? DynCast<Var>(Lookup(ident->name)) : nullptr;
  if (v != nullptr && v->pkg != pkg_) v = nullptr;
  bool used = v != nullptr && v->used;
  ExprOrType(&x, ident, true);
  if (v != nullptr) v->used = used;
  return x.is_valid();
}

// ---- Basic literals, type assertions

// Reports a number literal in a notation that came with Go 1.13.
void Checker::LiteralVersion(syntax::BasicLit* e) {
  std::string_view s = e->text;
  if (s.size() <= 2 || e->lit_kind == syntax::LitKind::kString ||
      e->lit_kind == syntax::LitKind::kRune) {
    return;
  }
  if (s.find('_') != std::string_view::npos) {
    VerifyVersion(e, 13, "underscore in numeric literal");
  } else if (s[0] == '0' && (s[1] == 'b' || s[1] == 'B')) {
    VerifyVersion(e, 13, "binary literal");
  } else if (s[0] == '0' && (s[1] == 'o' || s[1] == 'O')) {
    VerifyVersion(e, 13, "0o/0O-style octal literal");
  } else if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X') &&
             e->lit_kind != syntax::LitKind::kInt) {
    VerifyVersion(e, 13, "hexadecimal floating-point literal");
  }
}

void Checker::BasicLit(Operand* x, syntax::BasicLit* e) {
  // Characters a number literal may have; more would not be meaningful, only slow.
  constexpr size_t kMaxLiteral = 10000;
  if (e->is_bad) return;
  if (!AllowVersion(13)) LiteralVersion(e);
  ConstLiteral kind = ConstLiteral::kInt;
  BasicKind basic = BasicKind::kUntypedInt;
  switch (e->lit_kind) {
    case syntax::LitKind::kInt:
      break;
    case syntax::LitKind::kFloat:
      kind = ConstLiteral::kFloat;
      basic = BasicKind::kUntypedFloat;
      break;
    case syntax::LitKind::kImag:
      kind = ConstLiteral::kImag;
      basic = BasicKind::kUntypedComplex;
      break;
    case syntax::LitKind::kRune:
      kind = ConstLiteral::kRune;
      basic = BasicKind::kUntypedRune;
      break;
    case syntax::LitKind::kString:
      kind = ConstLiteral::kString;
      basic = BasicKind::kUntypedString;
      break;
  }
  if (kind != ConstLiteral::kString && kind != ConstLiteral::kRune &&
      e->text.size() > kMaxLiteral) {
    Error(e, diag::kConstantTooLong, e->text.substr(0, 10), e->text.size());
    return;
  }
  x->value = consts_.Literal(kind, e->text);
  if (x->value.is_unknown()) {
    Error(e, diag::kMalformedConstant, e->text);
    return;
  }
  x->mode = OperandMode::kConstant;
  x->type = context_->basic(basic);
  x->expr = e;
  if (kind == ConstLiteral::kInt) Overflow(x, e->pos);
}

void Checker::TypeAssertion(syntax::Expr* e, Operand* x, Type* t, bool type_switch) {
  std::string cause;
  if (AssertableTo(x->type, t, &cause)) return;
  if (type_switch) {
    Error(e, diag::kImpossibleCase, e, x, t, cause);
  } else {
    Error(e, diag::kImpossibleAssertion, e, t, x->type, cause);
  }
}

}  // namespace gol::types
