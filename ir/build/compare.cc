// Comparison.
#include "base/check.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::Operator;
using types::Type;

ValueId FuncBuilder::IsNil(Type* type, ValueId v, bool want_nil) {
  Op op = want_nil ? Op::kEq : Op::kNe;
  switch (layout_.KindOf(type)) {
    case rt::kInterface: {
      ValueId tab = b_.Emit(Op::kIfaceTab, b_.UnsafePointer(), {v});
      return b_.Emit(op, b_.BoolType(), {tab, b_.Zero(b_.UnsafePointer())});
    }
    case rt::kSlice: {
      Type* p = b_.PointerTo(UnderAs<types::Slice>(type)->elem);
      ValueId ptr = b_.Emit(Op::kSlicePtr, p, {v});
      return b_.Emit(op, b_.BoolType(), {ptr, b_.Zero(p)});
    }
    default:
      return b_.Emit(op, b_.BoolType(), {v, b_.Zero(type)});
  }
}

ValueId FuncBuilder::Equal(Type* type, ValueId x, ValueId y) {
  switch (layout_.KindOf(type)) {
    case rt::kString:
      return b_.Emit(Op::kStrEq, b_.BoolType(), {x, y});
    case rt::kInterface:
      return b_.Emit(Op::kIfaceEq, b_.BoolType(), {x, y});
    case rt::kStruct:
    case rt::kArray:
      if (layout_.SizeOf(type) == 0) return b_.Bool(true);
      return b_.EmitOf(Op::kMemEq, b_.BoolType(), type, {x, y});
    default:
      return b_.Emit(Op::kEq, b_.BoolType(), {x, y});
  }
}

ValueId FuncBuilder::Compare(Operator op, Type* type, ValueId x, ValueId y) {
  if (op == Operator::kEql) return Equal(type, x, y);
  rt::Kind kind = layout_.KindOf(type);
  if (op == Operator::kNeq) {
    if (kind == rt::kString || kind == rt::kInterface || kind == rt::kStruct ||
        kind == rt::kArray) {
      return Not(Equal(type, x, y));
    }
    return b_.Emit(Op::kNe, b_.BoolType(), {x, y});
  }
  Op o;
  switch (op) {
    case Operator::kLss: o = Op::kLt; break;
    case Operator::kLeq: o = Op::kLe; break;
    case Operator::kGtr: o = Op::kGt; break;
    case Operator::kGeq: o = Op::kGe; break;
    default: GOL_UNREACHABLE("no comparison operator");
  }
  if (kind == rt::kString) {
    ValueId c = b_.Emit(Op::kStrCmp, b_.IntType(), {x, y});
    return b_.Emit(o, b_.BoolType(), {c, b_.Int(0)});
  }
  return b_.Emit(o, b_.BoolType(), {x, y});
}

ValueId FuncBuilder::EqualIfaceConcrete(ValueId iface, ValueId value, Type* type) {
  // The dynamic type first, then the values: comparing never has to box.
  LocalId temp = b_.NewTemp(b_.BoolType());
  BlockId same = b_.NewBlock(), other = b_.NewBlock(), done = b_.NewBlock();
  b_.Branch(TypeTest(iface, b_.TypeOf(iface), type), same, other);
  b_.SetBlock(same);
  b_.StoreLocal(temp, Equal(type, Unboxed(iface, type), value));
  b_.Jump(done);
  b_.SetBlock(other);
  b_.StoreLocal(temp, b_.Bool(false));
  b_.Jump(done);
  b_.SetBlock(done);
  return b_.LoadLocal(temp);
}

ValueId FuncBuilder::Comparison(const syntax::BinaryExpr* e) {
  Type* result = TypeOf(e);
  auto as_result = [&](ValueId v) { return Coerce(v, b_.BoolType(), result); };
  bool x_nil = syntax::Unparen(e->x)->mode == syntax::OperandMode::kNilValue;
  bool y_nil = syntax::Unparen(e->y)->mode == syntax::OperandMode::kNilValue;
  bool want_equal = e->op == Operator::kEql;
  if (x_nil || y_nil) {
    const syntax::Expr* other = x_nil ? e->y : e->x;
    if (x_nil && y_nil) return as_result(b_.Bool(want_equal));
    ValueId v = Expr(other);
    b_.pos = e->pos;
    return as_result(IsNil(TypeOf(other), v, want_equal));
  }
  Type* xt = TypeOf(e->x);
  Type* yt = TypeOf(e->y);
  bool x_iface = IsIface(xt), y_iface = IsIface(yt);
  if (x_iface != y_iface) {
    // A concrete value and an interface: in order of appearance.
    ValueId x = Expr(e->x);
    ValueId y = Expr(e->y);
    b_.pos = e->pos;
    ValueId eq = x_iface ? EqualIfaceConcrete(x, y, yt) : EqualIfaceConcrete(y, x, xt);
    return as_result(want_equal ? eq : Not(eq));
  }
  if (x_iface) {
    ValueId x = Expr(e->x);
    ValueId y = Expr(e->y);
    b_.pos = e->pos;
    bool x_empty = layout_.IsEmptyInterface(xt), y_empty = layout_.IsEmptyInterface(yt);
    Type* eface = b_.EmptyInterface();
    if (x_empty != y_empty) {
      if (!x_empty) x = Coerce(x, xt, eface);
      if (!y_empty) y = Coerce(y, yt, eface);
    }
    ValueId eq = b_.Emit(Op::kIfaceEq, b_.BoolType(), {x, y});
    return as_result(want_equal ? eq : Not(eq));
  }
  // Both concrete: one may be an untyped constant of the other's type.
  Type* type = e->x->value != nullptr && e->y->value == nullptr ? yt : xt;
  if (types::IsUntyped(type)) type = layout_.Canon(types::Default(mb_->context(), type));
  ValueId x = ExprAs(e->x, type);
  ValueId y = ExprAs(e->y, type);
  b_.pos = e->pos;
  return as_result(Compare(e->op, type, x, y));
}

}  // namespace gol::ir
