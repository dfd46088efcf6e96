// Calls of the functions of package unsafe.
#include "frontend/types/check_builtin.h"
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"
#include "frontend/types/sizes.h"

namespace gol::types {

bool Checker::UnsafeBuiltin(Operand* x, syntax::CallExpr* call, BuiltinId id,
                            std::span<Operand* const> args) {
  Type* uintptr = context_->basic(BasicKind::kUintptr);
  switch (id) {
    case BuiltinId::kAdd:
      VerifyVersion(call->fun, 17, "unsafe.Add");
      Assignment(x, context_->basic(BasicKind::kUnsafePointer), "argument to unsafe.Add");
      if (!x->is_valid() || !IsValidIndex(args[1], "length", true)) return false;
      x->mode = OperandMode::kValue;
      x->type = context_->basic(BasicKind::kUnsafePointer);
      return true;

    case BuiltinId::kAlignof:
      Assignment(x, nullptr, "argument to unsafe.Alignof");
      if (!x->is_valid()) return false;
      if (HasVarSize(x->type)) {
        x->mode = OperandMode::kValue;
      } else {
        x->mode = OperandMode::kConstant;
        x->value = ConstValue::Int(Alignof(x->type));
      }
      x->type = uintptr;
      return true;

    case BuiltinId::kSizeof:
      Assignment(x, nullptr, "argument to unsafe.Sizeof");
      if (!x->is_valid()) return false;
      if (HasVarSize(x->type)) {
        x->mode = OperandMode::kValue;
      } else {
        int64_t size = Sizeof(x->type);
        if (size < 0) {
          Error(x, diag::kTooLarge, x);
          return false;
        }
        x->mode = OperandMode::kConstant;
        x->value = ConstValue::Int(size);
      }
      x->type = uintptr;
      return true;

    case BuiltinId::kOffsetof:
      return OffsetofCall(x, call);

    case BuiltinId::kSlice: {
      VerifyVersion(call->fun, 17, "unsafe.Slice");
      Pointer* pointer = DynCast<Pointer>(CommonUnder(x->type, nullptr, &qualifier_));
      if (pointer == nullptr) {
        Error(x, diag::kArgumentIsNot, x, "a pointer");
        return false;
      }
      if (!IsValidIndex(args[1], "length", false)) return false;
      x->mode = OperandMode::kValue;
      x->type = context_->NewSlice(pointer->elem);
      return true;
    }

    case BuiltinId::kSliceData: {
      VerifyVersion(call->fun, 20, "unsafe.SliceData");
      Slice* slice = DynCast<Slice>(CommonUnder(x->type, nullptr, &qualifier_));
      if (slice == nullptr) {
        Error(x, diag::kArgumentIsNot, x, "a slice");
        return false;
      }
      x->mode = OperandMode::kValue;
      x->type = context_->NewPointer(slice->elem);
      return true;
    }

    case BuiltinId::kString:
      VerifyVersion(call->fun, 20, "unsafe.String");
      Assignment(x, context_->NewPointer(context_->byte_type()), "argument to unsafe.String");
      if (!x->is_valid() || !IsValidIndex(args[1], "length", false)) return false;
      x->mode = OperandMode::kValue;
      x->type = context_->basic(BasicKind::kString);
      return true;

    case BuiltinId::kStringData:
      VerifyVersion(call->fun, 20, "unsafe.StringData");
      Assignment(x, context_->basic(BasicKind::kString), "argument to unsafe.StringData");
      if (!x->is_valid()) return false;
      x->mode = OperandMode::kValue;
      x->type = context_->NewPointer(context_->byte_type());
      return true;

    default:
      GOL_UNREACHABLE("builtin is not of package unsafe");
  }
}

bool Checker::OffsetofCall(Operand* x, syntax::CallExpr* call) {
  syntax::Expr* arg = call->args[0];
  auto* selector = syntax::DynAs<syntax::SelectorExpr>(syntax::Unparen(arg));
  if (selector == nullptr) {
    Error(arg, diag::kArgumentIsNot, Str(arg), "a selector expression");
    Use(arg);
    return false;
  }
  Expr(nullptr, x, selector->x);
  if (!x->is_valid()) return false;
  Type* base = x->type;
  if (Pointer* p = UnderAs<Pointer>(base); p != nullptr && UnderAs<Struct>(p->elem) != nullptr) {
    base = p->elem;
  }
  std::string_view name = selector->sel->name;
  LookupResult found = LookupFieldOrMethod(base, false, pkg_, name);
  if (found.obj == nullptr) {
    Error(x, diag::kNoSingleField, base, name);
    return false;
  }
  if (DynCast<Func>(found.obj) != nullptr) {
    Error(arg, diag::kOffsetofMethod, arg);
    return false;
  }
  if (found.indirect) {
    Error(x, diag::kOffsetofThroughPointer, name, base);
    return false;
  }
  RecordSelection(selector, SelectionKind::kFieldVal, base, found.obj, found.index, false);
  RecordTypeAndValue(selector,
                     x->mode == OperandMode::kVariable ? OperandMode::kVariable
                                                       : OperandMode::kValue,
                     found.obj->type, ConstValue());
  if (HasVarSize(base)) {
    x->mode = OperandMode::kValue;
  } else {
    int64_t offset = OffsetOfPath(base, found.index);
    if (offset < 0) {
      Error(x, diag::kTooLarge, x);
      return false;
    }
    x->mode = OperandMode::kConstant;
    x->value = ConstValue::Int(offset);
  }
  x->type = context_->basic(BasicKind::kUintptr);
  return true;
}

}  // namespace gol::types
