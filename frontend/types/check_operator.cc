// Unary and binary operators: which operand types they accept, matching of untyped operands,
// folding of constants, comparison, shifts, indirection, receive.
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

using syntax::Operator;

namespace {

ConstOp BinaryConstOp(Operator op, bool is_integer) {
  switch (op) {
    case Operator::kAdd: return ConstOp::kAdd;
    case Operator::kSub: return ConstOp::kSub;
    case Operator::kMul: return ConstOp::kMul;
    case Operator::kDiv: return is_integer ? ConstOp::kIntQuo : ConstOp::kQuo;
    case Operator::kRem: return ConstOp::kRem;
    case Operator::kAnd: return ConstOp::kAnd;
    case Operator::kOr: return ConstOp::kOr;
    case Operator::kXor: return ConstOp::kXor;
    case Operator::kAndNot: return ConstOp::kAndNot;
    case Operator::kAndAnd: return ConstOp::kLogicalAnd;
    case Operator::kOrOr: return ConstOp::kLogicalOr;
    case Operator::kShl: return ConstOp::kShl;
    case Operator::kShr: return ConstOp::kShr;
    case Operator::kEql: return ConstOp::kEq;
    case Operator::kNeq: return ConstOp::kNe;
    case Operator::kLss: return ConstOp::kLt;
    case Operator::kLeq: return ConstOp::kLe;
    case Operator::kGtr: return ConstOp::kGt;
    case Operator::kGeq: return ConstOp::kGe;
    default: GOL_UNREACHABLE("operator of no constant operation");
  }
}

// The basic types that an operator accepts, a set of BasicInfo bits.
uint16_t OperandInfo(Operator op, bool is_unary) {
  switch (op) {
    case Operator::kAdd: return is_unary ? kIsNumeric : kIsNumeric | kIsString;
    case Operator::kSub:
    case Operator::kMul:
    case Operator::kDiv: return kIsNumeric;
    case Operator::kRem:
    case Operator::kAnd:
    case Operator::kOr:
    case Operator::kXor:
    case Operator::kAndNot: return kIsInteger;
    case Operator::kAndAnd:
    case Operator::kOrOr:
    case Operator::kNot: return kIsBoolean;
    default: return 0;
  }
}

int UnsignedBits(Type* t) {
  Basic* basic = UnderAs<Basic>(t);
  if (basic == nullptr || (basic->info & kIsUnsigned) == 0) return 0;
  switch (basic->basic) {
    case BasicKind::kUint8: return 8;
    case BasicKind::kUint16: return 16;
    case BasicKind::kUint32: return 32;
    default: return 64;
  }
}

Pos OperatorPos(syntax::Expr* e) {
  bool is_operation = syntax::Is<syntax::BinaryExpr>(e) || syntax::Is<syntax::UnaryExpr>(e);
  return is_operation ? e->pos : syntax::StartPos(e);
}

}  // namespace

bool Checker::OperatorDefined(Operand* x, Operator op, bool is_unary) {
  if (AllBasic(x->type, OperandInfo(op, is_unary))) return true;
  Error(x, diag::kOperatorNotDefined, op, x);
  return false;
}

// ---- Unary

void Checker::Unary(Operand* x, syntax::UnaryExpr* e) {
  Expr(nullptr, x, e->x);
  if (!x->is_valid()) return;
  Operator op = e->op;
  switch (op) {
    case Operator::kAnd:
      if (x->mode != OperandMode::kVariable &&
          !syntax::Is<syntax::CompositeLit>(syntax::Unparen(e->x))) {
        Error(x, diag::kCannotTakeAddress, x);
        x->Invalidate();
        return;
      }
      MarkAddressTaken(e->x);
      x->mode = OperandMode::kValue;
      x->type = context_->NewPointer(x->type);
      return;
    case Operator::kRecv: {
      Type* elem = ChanElem(PosOf(x), x, true);
      if (elem == nullptr) {
        x->Invalidate();
        return;
      }
      x->mode = OperandMode::kCommaOk;
      x->type = elem;
      env_.has_call_or_recv = true;
      return;
    }
    case Operator::kTilde:
      if (!AllInteger(x->type)) {
        Error(e, diag::kTildeOutsideConstraint, "");
        x->Invalidate();
        return;
      }
      Error(e, diag::kTildeOutsideConstraint, " (use ^ for bitwise complement)");
      op = Operator::kXor;
      break;
    default:
      break;
  }
  if (!OperatorDefined(x, op, true)) {
    x->Invalidate();
    return;
  }
  if (x->mode != OperandMode::kConstant) {
    x->mode = OperandMode::kValue;
    return;
  }
  if (x->value.is_unknown()) return;
  ConstOp const_op = op == Operator::kSub   ? ConstOp::kNegate
                     : op == Operator::kXor ? ConstOp::kBitNot
                     : op == Operator::kNot ? ConstOp::kLogicalNot
                                            : ConstOp::kPlus;
  x->value = consts_.Unary(const_op, x->value, UnsignedBits(x->type));
  x->expr = e;
  Overflow(x, OperatorPos(e));
}

void Checker::StarExpr(Operand* x, syntax::StarExpr* e) {
  ExprOrType(x, e->x, false);
  if (!x->is_valid()) return;
  if (x->mode == OperandMode::kTypExpr) {
    ValidVarType(e->x, x->type);
    x->type = context_->NewPointer(x->type);
    return;
  }
  Type* base = nullptr;
  bool ok = ForAllTypes(x->type, [&](Type*, Type* u) {
    Pointer* p = DynCast<Pointer>(u);
    if (p == nullptr) {
      Error(x, diag::kCannotIndirect, x);
      return false;
    }
    if (base != nullptr && !Identical(p->elem, base)) {
      Error(x, diag::kPointersOfDifferentBase, x);
      return false;
    }
    base = p->elem;
    return true;
  });
  if (!ok) {
    x->Invalidate();
    return;
  }
  x->mode = OperandMode::kVariable;
  x->type = base;
}

Type* Checker::ChanElem(Pos pos, Operand* x, bool recv) {
  std::string cause;
  Type* u = CommonUnder(x->type, &cause, &qualifier_,
                        [&](Type* t, Type* under, std::string* why) {
                          if (under == nullptr) {
                            *why = "no specific channel type";
                            return false;
                          }
                          Chan* ch = DynCast<Chan>(under);
                          if (ch == nullptr) {
                            *why = "non-channel " + Str(t);
                            return false;
                          }
                          if (recv && ch->dir == ChanDir::kSendOnly) {
                            *why = "send-only channel " + Str(t);
                            return false;
                          }
                          if (!recv && ch->dir == ChanDir::kRecvOnly) {
                            *why = "receive-only channel " + Str(t);
                            return false;
                          }
                          return true;
                        });
  if (u != nullptr) return static_cast<Chan*>(u)->elem;
  std::string_view verb = recv ? "receive from" : "send to";
  if (IsTypeParam(x->type)) {
    Error(pos, diag::kCannotUseChannel, verb, Str(x) + ": " + cause);
  } else {
    Error(pos, diag::kCannotUseChannel, verb, cause + " " + Str(x));
  }
  return nullptr;
}

// ---- Binary

namespace {

// Whether an untyped x and y may come to have one type by converting one to the other's. Where
// not, the operation is reported as a mismatch of types instead of a failed conversion.
bool MayConvert(Operand* x, Operand* y) {
  if (IsTyped(x->type) && IsTyped(y->type)) return false;
  if (AllNumeric(x->type) != AllNumeric(y->type)) return false;
  if (IsNonTypeParamInterface(x->type) || IsNonTypeParamInterface(y->type)) return true;
  if (AllBoolean(x->type) != AllBoolean(y->type)) return false;
  if (AllString(x->type) != AllString(y->type)) return false;
  if (x->is_nil()) return HasNil(y->type);
  if (y->is_nil()) return HasNil(x->type);
  return UnderAs<Pointer>(x->type) == nullptr && UnderAs<Pointer>(y->type) == nullptr;
}

}  // namespace

void Checker::MatchBinaryOperands(Operand* x, Operand* y) {
  if (!MayConvert(x, y)) return;
  ConvertUntyped(x, y->type);
  if (!x->is_valid()) return;
  ConvertUntyped(y, x->type);
  if (!y->is_valid()) x->Invalidate();
}

void Checker::Binary(Operand* x, syntax::Expr* e, syntax::Expr* lhs, syntax::Expr* rhs,
                     Operator op) {
  // Operators associate to the left, so that a long expression is a deep left spine: it is
  // evaluated from the bottom in a loop instead of by recursion.
  std::vector<syntax::BinaryExpr*> spine;
  for (auto* left = syntax::DynAs<syntax::BinaryExpr>(lhs); left != nullptr;
       left = syntax::DynAs<syntax::BinaryExpr>(left->x)) {
    spine.push_back(left);
  }
  Expr(nullptr, x, spine.empty() ? lhs : spine.back()->x);
  while (!spine.empty()) {
    syntax::BinaryExpr* inner = spine.back();
    spine.pop_back();
    BinaryRest(x, inner, inner->x, inner->y, inner->op);
    x->expr = inner;
    Record(x);
  }
  BinaryRest(x, e, lhs, rhs, op);
}

// The operation whose left operand is x already.
void Checker::BinaryRest(Operand* x, syntax::Expr* e, syntax::Expr* lhs, syntax::Expr* rhs,
                         Operator op) {
  Operand y;
  Expr(nullptr, &y, rhs);
  if (!x->is_valid()) return;
  if (!y.is_valid()) {
    x->Invalidate();
    x->expr = y.expr;
    return;
  }
  if (syntax::IsShift(op)) {
    Shift(x, &y, e, op);
    return;
  }
  MatchBinaryOperands(x, &y);
  if (!x->is_valid()) return;
  if (syntax::IsComparison(op)) {
    Comparison(x, &y, op, false);
    return;
  }
  if (!Identical(x->type, y.type)) {
    if (IsValid(x->type) && IsValid(y.type)) {
      std::string text = e != nullptr ? Str(e) : Str(lhs) + " " + Str(op) + "= " + Str(rhs);
      Error(x, diag::kMismatchedTypes, text, x->type, y.type);
    }
    x->Invalidate();
    return;
  }
  if (!OperatorDefined(x, op, false)) {
    x->Invalidate();
    return;
  }
  const bool both_constant =
      x->mode == OperandMode::kConstant && y.mode == OperandMode::kConstant;
  if (op == Operator::kDiv || op == Operator::kRem) {
    bool by_zero = (x->mode == OperandMode::kConstant || AllInteger(x->type)) &&
                   y.mode == OperandMode::kConstant && y.value.Sign() == 0;
    if (!by_zero && both_constant && IsComplex(x->type)) {
      // The norm of the divisor may underflow.
      ConstValue re = y.value.Real(), im = y.value.Imag();
      by_zero = consts_.Binary(ConstOp::kMul, re, re).Sign() == 0 &&
                consts_.Binary(ConstOp::kMul, im, im).Sign() == 0;
    }
    if (by_zero) {
      Error(&y, diag::kDivisionByZero);
      x->Invalidate();
      return;
    }
  }
  if (!both_constant) {
    x->mode = OperandMode::kValue;
    return;
  }
  if (x->value.is_unknown() || y.value.is_unknown()) {
    x->value = ConstValue();
    return;
  }
  // An untyped rune or integer operand may hold its value as a float that is a whole number.
  bool is_integer = IsInteger(x->type);
  if (is_integer) {
    x->value = consts_.ToInt(x->value);
    y.value = consts_.ToInt(y.value);
  }
  x->value = consts_.Binary(BinaryConstOp(op, is_integer), x->value, y.value);
  x->expr = e != nullptr ? e : x->expr;
  Overflow(x, OperatorPos(x->expr));
}

// ---- Comparison

namespace {

// Why values of type t cannot be compared, if there is more to say than that.
std::string IncomparableCause(Type* t, const Qualifier* qualifier) {
  switch (Under(t)->kind) {
    case TypeKind::kSlice:
    case TypeKind::kSignature:
    case TypeKind::kMap:
      return std::string(CompositeKind(t)) + " can only be compared to nil";
    default: {
      std::string cause;
      ComparableType(t, true, &cause, qualifier);
      return cause;
    }
  }
}

}  // namespace

// switch_case: y is the tag of a switch and x a case; op is then ==.
void Checker::Comparison(Operand* x, Operand* y, Operator op, bool switch_case) {
  if (!IsValid(x->type) || !IsValid(y->type)) {
    x->Invalidate();
    return;
  }
  if (switch_case) op = Operator::kEql;

  Operand* wrong = nullptr;  // the operand that the error is about
  std::string cause;
  if (!AssignableTo(x, y->type, nullptr) && !AssignableTo(y, x->type, nullptr)) {
    // That the types do not match is known only at the second operand.
    wrong = y;
    cause = "mismatched types " + Str(x->type) + " and " + Str(y->type);
  } else if (op == Operator::kEql || op == Operator::kNeq) {
    if (x->is_nil() || y->is_nil()) {
      if (!HasNil(x->is_nil() ? y->type : x->type)) wrong = y;
    } else if (!IsComparable(x->type)) {
      wrong = x;
      cause = IncomparableCause(x->type, &qualifier_);
    } else if (!IsComparable(y->type)) {
      wrong = y;
      cause = IncomparableCause(y->type, &qualifier_);
    }
  } else if (!AllOrdered(x->type)) {
    wrong = x;
  } else if (!AllOrdered(y->type)) {
    wrong = y;
  }

  if (wrong == nullptr) {
    if (x->mode == OperandMode::kConstant && y->mode == OperandMode::kConstant) {
      x->value = ConstValue::Bool(consts_.Compare(BinaryConstOp(op, false), x->value, y->value));
    } else {
      x->mode = OperandMode::kValue;
      // The operands exist at run time: what is still untyped takes its default type.
      UpdateExprType(x->expr, Default(context_, x->type), true);
      UpdateExprType(y->expr, Default(context_, y->type), true);
    }
    x->type = context_->basic(BasicKind::kUntypedBool);
    return;
  }

  if (cause.empty()) {
    if (IsTypeParam(x->type) || IsTypeParam(y->type)) {
      if (!IsTypeParam(x->type)) wrong = y;
      cause = "type parameter " + Str(wrong->type) + " cannot use operator " + Str(op);
    } else {
      std::string what(CompositeKind(wrong->type));
      if (what.empty()) what = Str(wrong->type);
      cause = "operator " + Str(op) + " not defined on " + what;
    }
  }
  if (switch_case) {
    Error(x, diag::kInvalidCase, x->expr, y->expr, cause);
  } else {
    Error(wrong, diag::kInvalidComparison, x->expr, op, y->expr, cause);
  }
  x->Invalidate();
}

// ---- Shifts

void Checker::Shift(Operand* x, Operand* y, syntax::Expr* e, Operator op) {
  // The largest constant shift count: the smallest float64 can be written as 1 >> 1074.
  constexpr uint64_t kMaxShift = 1023 - 1 + 52;
  ConstValue x_int;
  if (x->mode == OperandMode::kConstant) x_int = consts_.ToInt(x->value);
  if (!AllInteger(x->type) && !(IsUntyped(x->type) && x_int.is_int())) {
    Error(x, diag::kShiftedOperandNotInteger, x);
    x->Invalidate();
    return;
  }

  ConstValue count;
  if (y->mode == OperandMode::kConstant) {
    count = consts_.ToInt(y->value);
    if (count.is_int() && count.Sign() < 0) {
      Error(y, diag::kNegativeShiftCount, y);
      x->Invalidate();
      return;
    }
    if (IsUntyped(y->type)) {
      Representable(y, context_->basic(BasicKind::kUint));
      if (!y->is_valid()) {
        x->Invalidate();
        return;
      }
    }
  } else if (AllInteger(y->type)) {
    if (!AllUnsigned(y->type) &&
        !VerifyVersion(y, 13, "invalid operation: signed shift count " + Str(y))) {
      x->Invalidate();
      return;
    }
  } else if (IsUntyped(y->type)) {
    ConvertUntyped(y, context_->basic(BasicKind::kUint));
    if (!y->is_valid()) {
      x->Invalidate();
      return;
    }
  } else {
    Error(y, diag::kShiftCountNotInteger, y);
    x->Invalidate();
    return;
  }

  if (x->mode == OperandMode::kConstant) {
    if (y->mode == OperandMode::kConstant) {
      if (!IsInteger(x->type)) x->type = context_->basic(BasicKind::kUntypedInt);
      if (x->value.is_unknown() || y->value.is_unknown()) {
        x->value = ConstValue();
        return;
      }
      uint64_t n;
      if (!count.GetUint64(&n) || n > kMaxShift) {
        Error(y, diag::kInvalidShiftCount, y);
        x->Invalidate();
        return;
      }
      x->value = consts_.Shift(BinaryConstOp(op, true), x_int, static_cast<unsigned>(n));
      x->expr = e != nullptr ? e : x->expr;
      Overflow(x, OperatorPos(x->expr));
      return;
    }
    if (IsUntyped(x->type)) {
      // The operand takes its type from what the shift is used for.
      if ((x->expr->check_flags & kPending) != 0) x->expr->check_flags |= kShiftOperand;
      x->mode = OperandMode::kValue;
      return;
    }
  }
  if (!AllInteger(x->type)) {
    Error(x, diag::kShiftedOperandNotInteger, x);
    x->Invalidate();
    return;
  }
  if (y->mode == OperandMode::kConstant && IsTyped(y->type) && !AllInteger(y->type)) {
    std::string text = Str(x->expr) + " " + Str(op) + " " + Str(y->value);
    Error(e != nullptr ? OperatorPos(e) : PosOf(x), diag::kShiftCountType, text, y->type);
    x->Invalidate();
    return;
  }
  x->mode = OperandMode::kValue;
}

}  // namespace gol::types
