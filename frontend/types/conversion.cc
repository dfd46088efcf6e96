// Untyped operands and constants: which type they take, whether they fit it; explicit conversions.
//
// The type of an untyped expression is settled from outside, by what it is used for: assignment,
// operand of a typed operation, conversion. ImplicitTypeAndValue answers which type that is and
// UpdateExprType writes it down the expression, through those operands that share the type of the
// result. The left operand of a non-constant shift is the hard case of the language: `1 << n` takes
// its type from the context, and only then can be checked to be an integer.
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

using syntax::As;
using syntax::NodeKind;

namespace {

// Bits of an integer type on the 64-bit targets gol knows.
int IntegerBits(BasicKind kind) {
  switch (kind) {
    case BasicKind::kInt8:
    case BasicKind::kUint8: return 8;
    case BasicKind::kInt16:
    case BasicKind::kUint16: return 16;
    case BasicKind::kInt32:
    case BasicKind::kUint32: return 32;
    default: return 64;
  }
}

// The name of an operation whose result can overflow; empty for others.
std::string_view OperationName(const syntax::Expr* e) {
  if (const auto* unary = syntax::DynAs<syntax::UnaryExpr>(e)) {
    return unary->op == syntax::Operator::kXor ? "bitwise complement " : "";
  }
  if (const auto* binary = syntax::DynAs<syntax::BinaryExpr>(e)) {
    switch (binary->op) {
      case syntax::Operator::kAdd: return "addition ";
      case syntax::Operator::kSub: return "subtraction ";
      case syntax::Operator::kXor: return "bitwise XOR ";
      case syntax::Operator::kMul: return "multiplication ";
      case syntax::Operator::kShl: return "shift ";
      default: return "";
    }
  }
  return "";
}

bool IsBasicKind(Type* t, BasicKind kind) {
  Basic* basic = DynCast<Basic>(t);
  return basic != nullptr && basic->basic == kind;
}

}  // namespace

// ---- Constants and types

bool Checker::RepresentableConst(const ConstValue& v, Basic* t, ConstValue* rounded) {
  if (v.is_unknown()) return true;  // an error was reported
  if ((t->info & kIsInteger) != 0) {
    ConstValue n = consts_.ToInt(v);
    if (!n.is_int()) return false;
    if (rounded != nullptr) *rounded = n;
    if ((t->info & kIsUntyped) != 0) return true;
    int bits = IntegerBits(t->basic);
    return (t->info & kIsUnsigned) != 0 ? n.FitsUnsigned(bits) : n.FitsSigned(bits);
  }
  if ((t->info & kIsFloat) != 0) {
    ConstValue f = consts_.ToFloat(v);
    if (!f.is_float()) return false;
    if (t->basic == BasicKind::kFloat32) f = consts_.RoundToFloat32(f);
    if (t->basic == BasicKind::kFloat64) f = consts_.RoundToFloat64(f);
    if (f.is_unknown()) return false;
    if (rounded != nullptr && (t->info & kIsUntyped) == 0) *rounded = f;
    return true;
  }
  if ((t->info & kIsComplex) != 0) {
    ConstValue c = consts_.ToComplex(v);
    if (!c.is_complex()) return false;
    if (t->basic == BasicKind::kUntypedComplex) return true;
    bool single = t->basic == BasicKind::kComplex64;
    auto round = [&](ConstValue part) {
      part = consts_.ToFloat(part);
      return single ? consts_.RoundToFloat32(part) : consts_.RoundToFloat64(part);
    };
    c = consts_.Complex(round(c.Real()), round(c.Imag()));
    if (c.is_unknown()) return false;
    if (rounded != nullptr) *rounded = c;
    return true;
  }
  if ((t->info & kIsString) != 0) return v.is_string();
  if ((t->info & kIsBoolean) != 0) return v.is_bool();
  return false;
}

Fit Checker::Representation(Operand* x, Basic* t, ConstValue* value) {
  *value = x->value;
  if (RepresentableConst(x->value, t, value)) return Fit::kOk;
  if (!IsNumeric(x->type) || !IsNumeric(t)) return Fit::kImpossible;
  return !IsInteger(x->type) && IsInteger(t) ? Fit::kTruncated : Fit::kOverflows;
}

void Checker::Representable(Operand* x, Basic* t) {
  ConstValue value;
  Fit fit = Representation(x, t, &value);
  if (fit != Fit::kOk) {
    InvalidConversion(fit, x, t);
    x->Invalidate();
    return;
  }
  x->value = value;
}

void Checker::InvalidConversion(Fit fit, Operand* x, Type* target) {
  switch (fit) {
    case Fit::kTruncated: Error(x, diag::kConstantTruncated, x, target); break;
    case Fit::kOverflows: Error(x, diag::kConstantOverflowsType, x, target); break;
    default: Error(x, diag::kCannotConvert, x, target);
  }
}

void Checker::Overflow(Operand* x, Pos op_pos) {
  // Bits that an untyped integer constant may have.
  constexpr int kMaxIntegerBits = 512;
  if (x->value.is_unknown()) {
    Error(op_pos, diag::kConstantNotRepresentable);
    return;
  }
  if (IsTyped(x->type)) {
    Representable(x, UnderAs<Basic>(x->type));
    return;
  }
  if (x->value.is_int() && x->value.BitLen() > kMaxIntegerBits) {
    Error(op_pos, diag::kConstantOverflow, OperationName(x->expr));
    x->value = ConstValue();
  }
}

// ---- Untyped operands

ImplicitType Checker::ImplicitTypeAndValue(Operand* x, Type* target) {
  ImplicitType result;
  result.type = x->type;
  if (!x->is_valid() || IsTyped(x->type) || !IsValid(target)) return result;

  const ImplicitType impossible{.fit = Fit::kImpossible};
  if (IsUntyped(target)) {
    result.type = MaxType(x->type, target);
    return result.type != nullptr ? result : impossible;
  }
  if (x->is_nil()) {
    if (!HasNil(target)) return impossible;
    result.type = target;
    return result;
  }
  Type* under = Under(target);
  result.type = target;
  if (Basic* basic = DynCast<Basic>(under)) {
    if (x->mode == OperandMode::kConstant) {
      result.fit = Representation(x, basic, &result.value);
      result.has_value = result.fit == Fit::kOk;
      if (!result.has_value) result.type = nullptr;
      return result;
    }
    // Values without a type that are not constants: comparisons, shifts.
    uint16_t info = static_cast<Basic*>(x->type)->info;
    bool suits = (info & kIsBoolean) != 0   ? IsBoolean(target)
                 : (info & kIsNumeric) != 0 ? IsNumeric(target)
                 : (info & kIsString) != 0  ? IsString(target)
                                            : false;
    return suits ? result : impossible;
  }
  if (Interface* iface = DynCast<Interface>(under)) {
    if (IsTypeParam(target)) {
      bool all = ForAllTypes(target, [&](Type*, Type* u) {
        return u != nullptr && ImplicitTypeAndValue(x, u).type != nullptr;
      });
      return all ? result : impossible;
    }
    // The dynamic type of an interface value is a concrete one: the default type.
    if (!GetTypeSet(iface)->is_all()) return impossible;
    result.type = Default(context_, x->type);
    return result;
  }
  return impossible;
}

void Checker::ConvertUntyped(Operand* x, Type* target) {
  ImplicitType implicit = ImplicitTypeAndValue(x, target);
  if (implicit.fit != Fit::kOk) {
    InvalidConversion(implicit.fit, x, IsTypeParam(target) ? target : Under(target));
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

void Checker::UpdateExprValue(syntax::Expr* e, const ConstValue& value) {
  if ((e->check_flags & kPending) != 0 && e->mode == OperandMode::kConstant) {
    e->value = consts_.Store(value);
  }
}

namespace {

// The operands of e that share its type. Those of a constant are never materialised, those of a
// comparison have a type of their own.
struct SharingOperands {
  syntax::Expr* left = nullptr;
  syntax::Expr* right = nullptr;
};

SharingOperands OperandsOf(syntax::Expr* e) {
  switch (e->kind) {
    case NodeKind::kParenExpr:
      return {As<syntax::ParenExpr>(e)->x, nullptr};
    case NodeKind::kUnaryExpr:
      if (e->value != nullptr) return {};
      return {As<syntax::UnaryExpr>(e)->x, nullptr};
    case NodeKind::kBinaryExpr: {
      auto* binary = As<syntax::BinaryExpr>(e);
      if (e->value != nullptr || syntax::IsComparison(binary->op)) return {};
      return {binary->x, syntax::IsShift(binary->op) ? nullptr : binary->y};
    }
    default:
      return {};
  }
}

bool IsPending(syntax::Expr* e) { return e != nullptr && (e->check_flags & kPending) != 0; }

}  // namespace

void Checker::UpdateExprType(syntax::Expr* e, Type* t, bool final) {
  if (!IsPending(e)) return;
  // A chain of binary operations is walked along its left side in a loop, since it may be long.
  std::vector<syntax::Expr*> spine = {e};
  for (syntax::Expr* left = OperandsOf(e).left; IsPending(left); left = OperandsOf(left).left) {
    spine.push_back(left);
  }
  for (; !spine.empty(); spine.pop_back()) {
    syntax::Expr* node = spine.back();
    if (syntax::Expr* right = OperandsOf(node).right) UpdateExprType(right, t, final);
    UpdateNodeType(node, t, final);
  }
}

void Checker::UpdateNodeType(syntax::Expr* e, Type* t, bool final) {
  if (!final && IsUntyped(t)) {
    e->type = Under(t);
    return;
  }
  const bool is_shift_operand = (e->check_flags & kShiftOperand) != 0;
  Type* old_type = e->type;
  e->check_flags &= static_cast<uint16_t>(~(kPending | kShiftOperand));
  if (is_shift_operand && !AllInteger(t)) {
    Error(e, diag::kShiftedOperandWithType, e, t);
    return;
  }
  if (e->value != nullptr) {
    Operand c;
    c.mode = e->mode;
    c.expr = e;
    c.type = old_type;
    c.value = *e->value;
    ConvertUntyped(&c, t);
    if (!c.is_valid()) return;
    e->value = consts_.Store(c.value);
  }
  e->type = t;
}

// ---- Explicit conversions

void Checker::Conversion(Operand* x, Type* t) {
  const bool const_arg = x->mode == OperandMode::kConstant;
  // Whether the constant x converts to u; an integer becomes a string of one character.
  auto constant_converts = [&](Type* u, ConstValue* value) {
    Basic* basic = UnderAs<Basic>(u);
    if (basic == nullptr) return false;
    ConstValue rounded = x->value;
    if (RepresentableConst(x->value, basic, &rounded)) {
      if (value != nullptr) *value = rounded;
      return true;
    }
    if (!IsInteger(x->type) || (basic->info & kIsString) == 0) {
      // The message about an integer out of range shows it as an integer.
      if (value != nullptr && rounded.is_int()) *value = rounded;
      return false;
    }
    if (value != nullptr) {
      uint64_t code;
      bool valid = x->value.GetUint64(&code) && code <= 0x10ffff;
      *value = consts_.String(EncodeRune(valid ? static_cast<uint32_t>(code) : 0xfffd));
    }
    return true;
  };

  bool ok = false;
  std::string cause;
  if (const_arg && IsConstType(t)) {
    ok = constant_converts(t, &x->value);
    if (!ok && IsInteger(x->type) && IsInteger(t)) {
      Error(x, diag::kConstantValueOverflows, x->value, t);
      x->Invalidate();
      return;
    }
  } else if (const_arg && IsTypeParam(t)) {
    ok = ForAllTypes(t, [&](Type*, Type* u) {
      if (u == nullptr) {
        cause = Str(t) + " does not contain specific types";
        return false;
      }
      if (IsString(x->type) && IsBytesOrRunes(u)) return true;
      if (constant_converts(u, nullptr)) return true;
      if (IsInteger(x->type) && IsInteger(u)) {
        cause = "constant " + Str(x->value) + " overflows " + Str(u) + " (in " + Str(t) + ")";
      } else {
        cause = "cannot convert " + Str(x) + " to type " + Str(u) + " (in " + Str(t) + ")";
      }
      return false;
    });
    x->mode = OperandMode::kValue;
  } else if (ConvertibleTo(x, t, &cause)) {
    ok = true;
    x->mode = OperandMode::kValue;
  }

  if (!ok) {
    if (cause.empty()) {
      Error(x, diag::kCannotConvert, x, t);
    } else {
      Error(x, diag::kCannotConvertCause, x, t, cause);
    }
    x->Invalidate();
    return;
  }

  if (IsUntyped(x->type)) {
    // The argument has its final type now. It is the target type, except where that is none for
    // a constant: []byte("x") has a string as its argument.
    Type* final = t;
    if (IsBasicKind(x->type, BasicKind::kUntypedNil)) {
      // nil takes the target type
    } else if (IsNonTypeParamInterface(t) || (const_arg && !IsConstType(t))) {
      final = Default(context_, x->type);
    } else if (x->mode == OperandMode::kConstant && IsInteger(x->type) && AllString(t)) {
      final = x->type;
    }
    UpdateExprType(x->expr, final, true);
  }
  x->type = t;
}

namespace {

bool IsKind(Type* t, BasicKind kind) {
  Basic* basic = UnderAs<Basic>(t);
  return basic != nullptr && basic->basic == kind;
}

bool IsPointer(Type* t) { return UnderAs<Pointer>(t) != nullptr; }

}  // namespace

bool Checker::ConvertibleTo(Operand* x, Type* t, std::string* cause) {
  if (AssignableTo(x, t, cause)) return true;

  Type* const original = t;
  Type* v = Unalias(x->type);
  t = Unalias(t);
  Type* vu = Under(v);
  Type* tu = Under(t);
  TypeParam* vp = DynCast<TypeParam>(v);
  TypeParam* tp = DynCast<TypeParam>(t);

  if (vp == nullptr && tp == nullptr && IdenticalIgnoreTags(vu, tu)) return true;
  Pointer* v_pointer = DynCast<Pointer>(v);
  Pointer* t_pointer = DynCast<Pointer>(t);
  if (v_pointer != nullptr && t_pointer != nullptr && !IsTypeParam(v_pointer->elem) &&
      !IsTypeParam(t_pointer->elem) &&
      IdenticalIgnoreTags(Under(v_pointer->elem), Under(t_pointer->elem))) {
    return true;
  }
  if (IsIntegerOrFloat(vu) && IsIntegerOrFloat(tu)) return true;
  if (IsComplex(vu) && IsComplex(tu)) return true;
  if ((IsInteger(vu) || IsBytesOrRunes(vu)) && IsString(tu)) return true;
  if (IsString(vu) && IsBytesOrRunes(tu)) return true;
  auto is_address = [](Type* u) { return IsPointer(u) || IsKind(u, BasicKind::kUintptr); };
  if (is_address(vu) && IsKind(tu, BasicKind::kUnsafePointer)) return true;
  if (IsKind(vu, BasicKind::kUnsafePointer) && is_address(tu)) return true;

  if (Slice* slice = DynCast<Slice>(vu)) {
    Array* array = DynCast<Array>(tu);
    if (array != nullptr && Identical(slice->elem, array->elem)) {
      if (AllowVersion(20)) return true;
      if (cause != nullptr) *cause = "conversion of slice to array requires go1.20 or later";
      return false;
    }
    Pointer* pointer = DynCast<Pointer>(tu);
    array = pointer != nullptr ? UnderAs<Array>(pointer->elem) : nullptr;
    if (array != nullptr && Identical(slice->elem, array->elem)) {
      if (AllowVersion(17)) return true;
      if (cause != nullptr) {
        *cause = "conversion of slice to array pointer requires go1.17 or later";
      }
      return false;
    }
  }
  if (vp == nullptr && tp == nullptr) return false;

  // Type parameters: each type of the set must convert. Operands of such a type are no constants.
  auto explain = [&](Type* from, TypeParam* from_set, Type* to, TypeParam* to_set) {
    if (cause == nullptr) return;
    std::string text = "cannot convert " + Str(from);
    if (from_set != nullptr) text += " (in " + Str(from_set) + ")";
    text += " to type " + Str(to);
    if (to_set != nullptr) text += " (in " + Str(to_set) + ")";
    if (!cause->empty()) text += "\n\t" + *cause;
    *cause = text;
  };
  Operand y = *x;
  auto to_each = [&](Type* from, TypeParam* from_set) {
    return GetTypeSet(Constraint(tp))->ForAll([&](Type* to, Type*) {
      if (to == nullptr) return false;
      y.type = from;
      if (ConvertibleTo(&y, to, cause)) return true;
      explain(from, from_set, to, tp);
      return false;
    });
  };
  if (vp == nullptr) return to_each(x->type, nullptr);
  return GetTypeSet(Constraint(vp))->ForAll([&](Type* from, Type*) {
    if (from == nullptr) return false;
    if (tp != nullptr) return to_each(from, vp);
    y.type = from;
    if (ConvertibleTo(&y, t, cause)) return true;
    explain(from, vp, original, nullptr);
    return false;
  });
}

}  // namespace gol::types
