// Calls of the predeclared functions. Those of package unsafe stand in check_unsafe.cc.
#include "frontend/types/check_builtin.h"

#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

namespace {

constexpr BuiltinFacts kFacts[] = {
    {"append", 1, true, ExprKind::kExpression},
    {"cap", 1, false, ExprKind::kExpression},
    {"clear", 1, false, ExprKind::kStatement},
    {"close", 1, false, ExprKind::kStatement},
    {"complex", 2, false, ExprKind::kExpression},
    {"copy", 2, false, ExprKind::kStatement},
    {"delete", 2, false, ExprKind::kStatement},
    {"imag", 1, false, ExprKind::kExpression},
    {"len", 1, false, ExprKind::kExpression},
    {"make", 1, true, ExprKind::kExpression},
    {"max", 1, true, ExprKind::kExpression},
    {"min", 1, true, ExprKind::kExpression},
    {"new", 1, false, ExprKind::kExpression},
    {"panic", 1, false, ExprKind::kStatement},
    {"print", 0, true, ExprKind::kStatement},
    {"println", 0, true, ExprKind::kStatement},
    {"real", 1, false, ExprKind::kExpression},
    {"recover", 0, false, ExprKind::kStatement},
    {"Add", 2, false, ExprKind::kExpression},
    {"Alignof", 1, false, ExprKind::kExpression},
    {"Offsetof", 1, false, ExprKind::kExpression},
    {"Sizeof", 1, false, ExprKind::kExpression},
    {"Slice", 2, false, ExprKind::kExpression},
    {"SliceData", 1, false, ExprKind::kExpression},
    {"String", 2, false, ExprKind::kExpression},
    {"StringData", 1, false, ExprKind::kExpression},
};
static_assert(sizeof(kFacts) / sizeof(kFacts[0]) ==
              static_cast<size_t>(BuiltinId::kStringData) + 1);

// The array of a pointer to an array; otherwise t.
Type* ArrayBehindPointer(Type* t) {
  if (Pointer* p = UnaliasAs<Pointer>(t)) {
    if (Array* array = UnderAs<Array>(p->elem)) return array;
  }
  return t;
}

// Whether len (or cap) is defined for values of this underlying type, which is no type parameter.
bool HasLength(Type* under, bool is_len) {
  Type* t = ArrayBehindPointer(under);
  switch (t->kind) {
    case TypeKind::kBasic: return is_len && IsString(t);
    case TypeKind::kArray:
    case TypeKind::kSlice:
    case TypeKind::kChan: return true;
    case TypeKind::kMap: return is_len;
    default: return false;
  }
}

}  // namespace

const BuiltinFacts& FactsOf(BuiltinId id) { return kFacts[static_cast<size_t>(id)]; }
ExprKind BuiltinExprKind(BuiltinId id) { return FactsOf(id).kind; }

// False after reporting an error; x is undefined then. x->expr is left to the caller.
bool Checker::BuiltinCall(Operand* x, syntax::CallExpr* call, BuiltinId id) {
  const BuiltinFacts& facts = FactsOf(id);
  if (call->has_dots && id != BuiltinId::kAppend) {
    Error(call, diag::kDotsWithBuiltin, facts.name);
    Use(call->args);
    return false;
  }
  // len and cap of an array are constant unless the argument calls or receives.
  const bool is_len_or_cap = id == BuiltinId::kLen || id == BuiltinId::kCap;
  const bool saved_call = env_.has_call_or_recv;
  if (is_len_or_cap) env_.has_call_or_recv = false;

  // Arguments that are types, or must stay unevaluated, are the builtin's own business.
  const bool special = id == BuiltinId::kMake || id == BuiltinId::kNew ||
                       id == BuiltinId::kOffsetof;
  std::vector<Operand*> args;
  size_t nargs = call->args.size();
  bool ok = true;
  if (!special) {
    args = ExprList(call->args);
    nargs = args.size();
    for (Operand* arg : args) ok &= arg->is_valid();
    if (ok && nargs > 0) *x = *args[0];
  }
  if (ok) {
    std::string_view wrong = nargs < facts.num_args                      ? "not enough"
                             : !facts.variadic && nargs > facts.num_args ? "too many"
                                                                         : "";
    if (!wrong.empty()) {
      Error(call, diag::kBuiltinArgumentCount, wrong, call, facts.num_args, nargs);
      ok = false;
    }
  }
  if (ok) {
    ok = id >= BuiltinId::kAdd ? UnsafeBuiltin(x, call, id, args)
                               : SimpleBuiltin(x, call, id, args);
  }
  if (is_len_or_cap) env_.has_call_or_recv = saved_call;
  return ok;
}

bool Checker::SimpleBuiltin(Operand* x, syntax::CallExpr* call, BuiltinId id,
                            std::span<Operand* const> args) {
  const std::string_view name = FactsOf(id).name;
  switch (id) {
    case BuiltinId::kAppend:
      return AppendCall(x, call, args);
    case BuiltinId::kCap:
    case BuiltinId::kLen:
      return LenCall(x, id);
    case BuiltinId::kComplex:
      return ComplexCall(x, args[1], call);
    case BuiltinId::kImag:
    case BuiltinId::kReal:
      return RealImagCall(x, id);
    case BuiltinId::kCopy:
      return CopyCall(x, args[1]);
    case BuiltinId::kMake:
      return MakeCall(x, call);
    case BuiltinId::kMax:
    case BuiltinId::kMin:
      return MinMaxCall(x, call, id, args);

    case BuiltinId::kClear:
      VerifyVersion(call->fun, 21, "clear");
      if (!ForAllTypes(x->type, [&](Type*, Type* u) {
            if (DynCast<Map>(u) != nullptr || DynCast<Slice>(u) != nullptr) return true;
            Error(x, diag::kCannotClear, x);
            return false;
          })) {
        return false;
      }
      x->mode = OperandMode::kNoValue;
      return true;

    case BuiltinId::kClose:
      if (!ForAllTypes(x->type, [&](Type*, Type* u) {
            Chan* ch = DynCast<Chan>(u);
            if (ch != nullptr && ch->dir != ChanDir::kRecvOnly) return true;
            Error(x, diag::kCannotClose, ch == nullptr ? "non-channel" : "receive-only channel",
                  x);
            return false;
          })) {
        return false;
      }
      x->mode = OperandMode::kNoValue;
      return true;

    case BuiltinId::kDelete: {
      Type* key = nullptr;
      if (!ForAllTypes(x->type, [&](Type*, Type* u) {
            Map* map = DynCast<Map>(u);
            if (map == nullptr) {
              Error(x, diag::kDeleteNotMap, x);
              return false;
            }
            if (key != nullptr && !Identical(map->key, key)) {
              Error(x, diag::kMapsOfDifferentKeys, x);
              return false;
            }
            key = map->key;
            return true;
          })) {
        return false;
      }
      *x = *args[1];
      Assignment(x, key, "argument to delete");
      if (!x->is_valid()) return false;
      x->mode = OperandMode::kNoValue;
      return true;
    }

    case BuiltinId::kNew: {
      syntax::Expr* arg = call->args[0];
      ExprOrType(x, arg, false);
      Exclude(x, ModeBit(OperandMode::kNoValue) | ModeBit(OperandMode::kBuiltin));
      if (!x->is_valid()) return false;
      if (x->mode == OperandMode::kTypExpr) {
        ValidVarType(arg, x->type);
      } else {
        if (IsUntyped(x->type)) {
          Assignment(x, nullptr, "argument to new");
          if (!x->is_valid()) return false;
        }
        VerifyVersion(call->fun, 26, "new(" + Str(arg) + ")");
      }
      x->mode = OperandMode::kValue;
      x->type = context_->NewPointer(x->type);
      return true;
    }

    case BuiltinId::kPanic:
      call->check_flags |= kIsPanicCall;
      Assignment(x, context_->empty_interface(), "argument to panic");
      if (!x->is_valid()) return false;
      x->mode = OperandMode::kNoValue;
      return true;

    case BuiltinId::kPrint:
    case BuiltinId::kPrintln:
      for (Operand* arg : args) {
        Assignment(arg, nullptr, "argument to built-in " + std::string(name));
        if (!arg->is_valid()) return false;
      }
      x->mode = OperandMode::kNoValue;
      return true;

    case BuiltinId::kRecover:
      if (env_.func != nullptr) env_.func->has_recover = true;
      // A type of its own, which messages show as interface{} where the shared one is any.
      x->mode = OperandMode::kValue;
      x->type = context_->NewInterface();
      static_cast<Interface*>(x->type)->complete = true;
      return true;

    default:
      GOL_UNREACHABLE("builtin is not predeclared");
  }
}

// The element type of a slice x, or of the slices in its type set. Null: *cause says why not.
Type* Checker::SliceElem(Operand* x, std::string* cause) {
  Type* elem = nullptr;
  bool ok = ForAllTypes(x->type, [&](Type*, Type* u) {
    Slice* slice = DynCast<Slice>(u);
    if (slice == nullptr) {
      *cause = "argument must be a slice; have " + (x->is_nil() ? "untyped nil" : Str(x));
      return false;
    }
    if (elem == nullptr) {
      elem = slice->elem;
    } else if (!Identical(elem, slice->elem)) {
      *cause = "mismatched slice element types " + Str(elem) + " and " + Str(slice->elem) +
               " in " + Str(x);
      return false;
    }
    return true;
  });
  return ok ? elem : nullptr;
}

// Whether t is a string or a byte slice, or all types of its type set are. *has_string: one is a
// string.
bool Checker::IsBytesOrString(Type* t, bool* has_string) {
  *has_string = false;
  return ForAllTypes(t, [&](Type*, Type* u) {
    if (Slice* slice = DynCast<Slice>(u)) return Identical(slice->elem, context_->byte_type());
    if (u == nullptr || !IsString(u)) return false;
    *has_string = true;
    return true;
  });
}

bool Checker::AppendCall(Operand* x, syntax::CallExpr* call, std::span<Operand* const> args) {
  std::string cause;
  Type* elem = SliceElem(x, &cause);
  if (elem == nullptr) {
    Error(x, diag::kInvalidAppend, cause);
    return false;
  }
  Type* slice_type = x->type;
  // append([]byte, string...) is a case of its own.
  bool has_string = false;
  bool is_bytes_append = args.size() == 2 && call->has_dots &&
                         AssignableTo(x, context_->NewSlice(context_->byte_type()), nullptr) &&
                         IsBytesOrString(args[1]->type, &has_string) && has_string;
  if (is_bytes_append) {
    if (IsUntyped(args[1]->type)) {
      ConvertUntyped(args[1], context_->basic(BasicKind::kString));
    }
  } else {
    // Otherwise it is a call of func(S, ...E) S.
    auto* sig = context_->New<Signature>();
    sig->params = context_->NewTuple(
        {context_->NewParam(Pos(), nullptr, "", slice_type),
         context_->NewParam(Pos(), nullptr, "", context_->NewSlice(elem))});
    sig->variadic = true;
    Arguments(call, sig, {}, {}, std::vector<Operand*>(args.begin(), args.end()), {});
  }
  x->mode = OperandMode::kValue;
  x->type = slice_type;
  return true;
}

bool Checker::LenCall(Operand* x, BuiltinId id) {
  const bool is_len = id == BuiltinId::kLen;
  OperandMode mode = OperandMode::kInvalid;
  ConstValue value;
  Type* t = ArrayBehindPointer(Under(x->type));
  if (IsTypeParam(x->type)) {
    if (ForAllTypes(x->type, [&](Type*, Type* u) { return u != nullptr && HasLength(u, is_len); })) {
      mode = OperandMode::kValue;
    }
  } else if (HasLength(t, is_len)) {
    mode = OperandMode::kValue;
    if (t->kind == TypeKind::kBasic && x->mode == OperandMode::kConstant) {
      mode = OperandMode::kConstant;
      if (x->value.is_string()) {
        value = ConstValue::Int(static_cast<int64_t>(x->value.string_value().size()));
      }
    } else if (Array* array = DynCast<Array>(t); array != nullptr && !env_.has_call_or_recv) {
      mode = OperandMode::kConstant;
      if (array->len >= 0) value = ConstValue::Int(array->len);
    }
  }
  if (mode == OperandMode::kInvalid) {
    if (IsValid(Under(x->type))) Error(x, diag::kInvalidLenArgument, x, FactsOf(id).name);
    return false;
  }
  x->mode = mode;
  x->type = context_->basic(BasicKind::kInt);
  x->value = value;
  return true;
}

namespace {

// The complex type made of floats of type t, or the other way round; null for other types.
Type* ComplexOf(Context* context, Type* t) {
  Basic* basic = UnderAs<Basic>(t);
  switch (basic != nullptr ? basic->basic : BasicKind::kInvalid) {
    case BasicKind::kFloat32: return context->basic(BasicKind::kComplex64);
    case BasicKind::kFloat64: return context->basic(BasicKind::kComplex128);
    case BasicKind::kUntypedFloat: return context->basic(BasicKind::kUntypedComplex);
    default: return nullptr;
  }
}

Type* FloatOf(Context* context, Type* t) {
  Basic* basic = UnderAs<Basic>(t);
  switch (basic != nullptr ? basic->basic : BasicKind::kInvalid) {
    case BasicKind::kComplex64: return context->basic(BasicKind::kFloat32);
    case BasicKind::kComplex128: return context->basic(BasicKind::kFloat64);
    case BasicKind::kUntypedComplex: return context->basic(BasicKind::kUntypedFloat);
    default: return nullptr;
  }
}

}  // namespace

// f(x's type); for a type parameter a new one whose terms are f of the old ones. Null where f is
// not defined.
Type* Checker::ApplyToTypes(Operand* x, BuiltinId id, Type* (*f)(Context*, Type*)) {
  TypeParam* tp = AsTypeParam(x->type);
  if (tp == nullptr) return f(context_, x->type);
  std::vector<Term> terms;
  bool ok = GetTypeSet(Constraint(tp))->has_terms();
  if (ok) {
    for (const Term& term : GetTypeSet(Constraint(tp))->terms.terms) {
      Type* t = f(context_, term.type);
      ok &= t != nullptr;
      terms.push_back({term.tilde, t});
    }
  }
  if (!ok) return nullptr;
  Error(x, diag::kTypeParamBuiltin, x, FactsOf(id).name);
  Interface* bound = context_->NewInterface();
  bound->embeddeds.push_back(context_->New<Union>(context_->List(terms)));
  bound->complete = true;
  auto* name = context_->New<TypeName>(Pos(), pkg_, tp->obj->name, nullptr);
  TypeParam* result = context_->NewTypeParam(name, bound);
  result->index = tp->index;
  return result;
}

bool Checker::ComplexCall(Operand* x, Operand* y, syntax::CallExpr* call) {
  const bool x_untyped = IsUntyped(x->type), y_untyped = IsUntyped(y->type);
  if (x_untyped && !y_untyped) {
    ConvertUntyped(x, y->type);
  } else if (y_untyped && !x_untyped) {
    ConvertUntyped(y, x->type);
  } else if (x_untyped) {
    if (x->mode == OperandMode::kConstant && y->mode == OperandMode::kConstant) {
      for (Operand* part : {x, y}) {
        if (IsNumeric(part->type) && part->value.Imag().Sign() == 0) {
          part->type = context_->basic(BasicKind::kUntypedFloat);
        }
      }
    } else {
      // A shift among them: it cannot be a float, which the conversion will say.
      ConvertUntyped(x, context_->basic(BasicKind::kFloat64));
      ConvertUntyped(y, context_->basic(BasicKind::kFloat64));
    }
  }
  if (!x->is_valid() || !y->is_valid()) return false;
  if (!Identical(x->type, y->type)) {
    Error(x, diag::kMismatchedTypes, Str(call), x->type, y->type);
    return false;
  }
  Type* result = ApplyToTypes(x, BuiltinId::kComplex, ComplexOf);
  if (result == nullptr) {
    Error(x, diag::kComplexArguments, x->type);
    return false;
  }
  if (x->mode == OperandMode::kConstant && y->mode == OperandMode::kConstant) {
    x->value = consts_.Complex(consts_.ToFloat(x->value), consts_.ToFloat(y->value));
  } else {
    x->mode = OperandMode::kValue;
  }
  x->type = result;
  return true;
}

bool Checker::RealImagCall(Operand* x, BuiltinId id) {
  if (IsUntyped(x->type)) {
    if (x->mode == OperandMode::kConstant) {
      if (IsNumeric(x->type)) x->type = context_->basic(BasicKind::kUntypedComplex);
    } else {
      ConvertUntyped(x, context_->basic(BasicKind::kComplex128));
      if (!x->is_valid()) return false;
    }
  }
  Type* result = ApplyToTypes(x, id, FloatOf);
  if (result == nullptr) {
    Error(x, diag::kRealImagArgument, x->type);
    return false;
  }
  if (x->mode == OperandMode::kConstant) {
    x->value = id == BuiltinId::kReal ? x->value.Real() : x->value.Imag();
  } else {
    x->mode = OperandMode::kValue;
  }
  x->type = result;
  return true;
}

bool Checker::CopyCall(Operand* x, Operand* y) {
  bool has_string;
  bool is_bytes_copy = AssignableTo(x, context_->NewSlice(context_->byte_type()), nullptr) &&
                       IsBytesOrString(y->type, &has_string);
  if (is_bytes_copy) {
    if (IsUntyped(y->type)) ConvertUntyped(y, context_->basic(BasicKind::kString));
  } else {
    std::string cause;
    Type* to = SliceElem(x, &cause);
    if (to == nullptr) {
      Error(x, diag::kInvalidCopy, cause);
      return false;
    }
    Type* from = SliceElem(y, &cause);
    if (from == nullptr) {
      if (!AllString(y->type)) {
        Error(y, diag::kInvalidCopy, cause);
        return false;
      }
      from = context_->byte_type();
    }
    if (!Identical(to, from)) {
      Error(x, diag::kInvalidCopy,
            "arguments " + Str(x) + " and " + Str(y) + " have different element types " + Str(to) +
                " and " + Str(from));
      return false;
    }
  }
  x->mode = OperandMode::kValue;
  x->type = context_->basic(BasicKind::kInt);
  return true;
}

bool Checker::MakeCall(Operand* x, syntax::CallExpr* call) {
  syntax::Expr* type_arg = call->args[0];
  Type* t = VarType(type_arg);
  if (!IsValid(t)) return false;
  std::string cause;
  Type* under = CommonUnder(t, &cause, &qualifier_, [](Type*, Type* u, std::string* why) {
    if (u == nullptr) {
      *why = "no specific type";
      return false;
    }
    bool ok = u->kind == TypeKind::kSlice || u->kind == TypeKind::kMap ||
              u->kind == TypeKind::kChan;
    if (!ok) *why = "type must be slice, map, or channel";
    return ok;
  });
  if (under == nullptr) {
    Error(type_arg, diag::kCannotMake, type_arg, cause);
    return false;
  }
  const size_t min = under->kind == TypeKind::kSlice ? 2 : 1;
  if (call->args.size() < min || call->args.size() > min + 1) {
    Error(call, diag::kMakeArgumentCount, call, min, min + 1, call->args.size());
    return false;
  }
  std::vector<int64_t> sizes;
  for (syntax::Expr* arg : call->args.subspan(1)) {
    int64_t size;
    Index(arg, -1, &size);
    if (size >= 0) sizes.push_back(size);
  }
  if (sizes.size() == 2 && sizes[0] > sizes[1]) Error(call->args[1], diag::kSwappedMakeArguments);
  x->mode = OperandMode::kValue;
  x->type = t;
  return true;
}

bool Checker::MinMaxCall(Operand* x, syntax::CallExpr* call, BuiltinId id,
                         std::span<Operand* const> args) {
  const std::string name(FactsOf(id).name);
  VerifyVersion(call->fun, 21, "built-in " + name);
  ConstOp better = id == BuiltinId::kMax ? ConstOp::kGt : ConstOp::kLt;
  for (size_t i = 0; i < args.size(); i++) {
    Operand* arg = args[i];
    if (!AllOrdered(arg->type)) {
      Error(arg, diag::kCannotBeOrdered, arg);
      return false;
    }
    if (i == 0) continue;
    MatchBinaryOperands(x, arg);
    if (!x->is_valid()) return false;
    if (!Identical(x->type, arg->type)) {
      Error(arg, diag::kMinMaxMismatch, x->type, arg->type, arg->expr);
      return false;
    }
    if (x->mode == OperandMode::kConstant && arg->mode == OperandMode::kConstant) {
      if (consts_.Compare(better, arg->value, x->value)) *x = *arg;
    } else {
      x->mode = OperandMode::kValue;
    }
  }
  if (x->mode != OperandMode::kConstant) {
    x->mode = OperandMode::kValue;
    Assignment(x, context_->empty_interface(), "argument to built-in " + name);
    if (!x->is_valid()) return false;
  }
  for (Operand* arg : args) UpdateExprType(arg->expr, x->type, true);
  return true;
}

}  // namespace gol::types
