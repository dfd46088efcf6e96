// Conversions, implicit and explicit; interfaces and type assertions.
#include "base/check.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::Type;

ValueId FuncBuilder::Box(ValueId v, Type* concrete, Type* iface) {
  mb_->NeedType(concrete);
  return b_.EmitOf(Op::kIfaceBox, iface, concrete, {v});
}

ValueId FuncBuilder::Coerce(ValueId v, Type* from, Type* to) {
  if (from == to) return v;
  if (IsIface(to)) {
    if (!IsIface(from)) return Box(v, from, to);
    if (layout_.Under(from) == layout_.Under(to)) return b_.Emit(Op::kBitcast, to, {v});
    return b_.EmitOf(Op::kConvIface, to, to, {v});
  }
  if (!IsWord(to)) return v;
  return b_.Emit(Op::kBitcast, to, {v});
}

ValueId FuncBuilder::Conversion(const syntax::CallExpr* e) {
  Type* to = TypeOf(e);
  const syntax::Expr* arg = e->args[0];
  if (arg->mode == syntax::OperandMode::kNilValue) return ZeroValue(to);
  if (arg->value != nullptr) {
    // A constant that becomes a value: of an interface, a slice, or a type parameter's argument.
    Type* from = TypeOf(arg);
    rt::Kind k = layout_.KindOf(to);
    if (k >= rt::kBool && k <= rt::kComplex128 && arg->value->is_numeric()) {
      return Const(*arg->value, to);
    }
    if (k == rt::kBool && arg->value->is_bool()) return Const(*arg->value, to);
    if (k == rt::kString && arg->value->is_string()) return Const(*arg->value, to);
    ValueId v = Const(*arg->value, from);
    b_.pos = e->pos;
    return DescribeConversion(Convert(v, from, to), e);
  }
  ValueId v = Expr(arg);
  b_.pos = e->pos;
  if (kept_ != nullptr && layout_.KindOf(to) == rt::kUintptr &&
      layout_.KindOf(TypeOf(arg)) == rt::kUnsafePointer) {
    kept_->push_back(v);
  }
  return DescribeConversion(Convert(v, TypeOf(arg), to), e);
}

ValueId FuncBuilder::DescribeConversion(ValueId v, const syntax::CallExpr* e) {
  switch (b_.func()->inst(v).op) {
    case Op::kIfaceBox:
    case Op::kRuneToStr:
    case Op::kBytesToStr:
    case Op::kRunesToStr:
    case Op::kStrToBytes:
    case Op::kStrToRunes:
      if (!mb_->options().describe_allocations || !b_.func()->inst(v).text.empty()) return v;
      b_.func()->inst(v).pos = syntax::Unparen(e->args[0])->pos;
      b_.func()->inst(v).is_literal = e->args[0]->value != nullptr;
      return Describe(v, e);
    default:
      return v;
  }
}

ValueId FuncBuilder::Convert(ValueId v, Type* from, Type* to) {
  if (from == to) return v;
  rt::Kind fk = layout_.KindOf(from), tk = layout_.KindOf(to);
  if (tk == rt::kInterface) return Coerce(v, from, to);
  auto is_number = [](rt::Kind k) { return k >= rt::kInt && k <= rt::kComplex128; };
  auto is_integer = [](rt::Kind k) { return k >= rt::kInt && k <= rt::kUintptr; };
  if (is_number(fk) && is_number(tk)) {
    if (fk == tk) return b_.Emit(Op::kBitcast, to, {v});
    return b_.Emit(Op::kConvert, to, {v});
  }
  if (tk == rt::kString) {
    if (fk == rt::kString) return b_.Emit(Op::kBitcast, to, {v});
    if (is_integer(fk)) {
      Type* i64 = b_.Basic(types::BasicKind::kInt64);
      if (fk == rt::kUint64 || fk == rt::kUint || fk == rt::kUintptr) {
        // Values above the signed range are no runes either way.
        v = b_.Emit(Op::kConvert, i64, {v});
      } else {
        v = Convert(v, from, i64);
      }
      return b_.Emit(Op::kRuneToStr, to, {v});
    }
    if (fk == rt::kSlice) {
      rt::Kind ek = layout_.KindOf(UnderAs<types::Slice>(from)->elem);
      return b_.Emit(ek == rt::kUint8 ? Op::kBytesToStr : Op::kRunesToStr, to, {v});
    }
  }
  if (fk == rt::kString && tk == rt::kSlice) {
    rt::Kind ek = layout_.KindOf(UnderAs<types::Slice>(to)->elem);
    return b_.Emit(ek == rt::kUint8 ? Op::kStrToBytes : Op::kStrToRunes, to, {v});
  }
  if (fk == rt::kSlice && (tk == rt::kArray || tk == rt::kPointer)) {
    Type* array = tk == rt::kArray ? to : layout_.Canon(UnderAs<types::Pointer>(to)->elem);
    ValueId have = b_.Emit(Op::kSliceLen, b_.IntType(), {v});
    ValueId want = b_.Int(UnderAs<types::Array>(array)->len);
    ValueId id;
    b_.Append(Op::kSliceCheck, nullptr, {want, have, ValueId(), have, have}, &id).imm =
        static_cast<int64_t>(SliceCheckKind::kToArray);
    Type* elem = layout_.Canon(UnderAs<types::Slice>(from)->elem);
    ValueId p = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {v});
    return b_.Emit(Op::kBitcast, tk == rt::kArray ? layout_.PointerTo(array) : to, {p});
  }
  if (!IsWord(to)) return v;
  return b_.Emit(Op::kBitcast, to, {v});
}

ValueId FuncBuilder::TypeTest(ValueId iface, Type* iface_type, Type* type) {
  if (IsIface(type)) {
    ValueId t = b_.EmitOf(Op::kAssertIface2, b_.TupleOf({type, b_.BoolType()}), type, {iface});
    return b_.Extract(b_.BoolType(), t, 1);
  }
  mb_->NeedType(type);
  return b_.EmitOf(Op::kTypeIs, b_.BoolType(), type, {iface});
}

ValueId FuncBuilder::Unboxed(ValueId iface, Type* type) {
  if (IsWord(type)) return b_.EmitOf(Op::kUnboxValue, type, type, {iface});
  return b_.EmitOf(Op::kAssertTypeAddr, layout_.PointerTo(type), type, {iface});
}

ValueId FuncBuilder::TypeAssert(const syntax::TypeAssertExpr* e) {
  Type* t = TypeOf(e->type_expr);
  ValueId v = Expr(e->x);
  b_.pos = e->pos;
  if (IsIface(t)) return b_.EmitOf(Op::kAssertIface, t, t, {v});
  mb_->NeedType(t);
  if (IsWord(t)) return b_.EmitOf(Op::kAssertType, t, t, {v});
  return b_.EmitOf(Op::kAssertTypeAddr, layout_.PointerTo(t), t, {v});
}

ValueId FuncBuilder::TypeAssert2(ValueId iface, Type* iface_type, Type* type, ValueId* ok) {
  if (IsIface(type)) {
    ValueId t = b_.EmitOf(Op::kAssertIface2, b_.TupleOf({type, b_.BoolType()}), type, {iface});
    *ok = b_.Extract(b_.BoolType(), t, 1);
    return b_.Extract(type, t, 0);
  }
  *ok = TypeTest(iface, iface_type, type);
  LocalId temp = b_.NewTemp(type);
  BlockId yes = b_.NewBlock(), no = b_.NewBlock(), done = b_.NewBlock();
  b_.Branch(*ok, yes, no);
  b_.SetBlock(yes);
  StoreAt(type, b_.LocalAddr(temp), Unboxed(iface, type));
  b_.Jump(done);
  b_.SetBlock(no);
  b_.Clear(type, b_.LocalAddr(temp));
  b_.Jump(done);
  b_.SetBlock(done);
  return ValueAt(type, b_.LocalAddr(temp));
}

}  // namespace gol::ir
