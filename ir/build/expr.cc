// Expressions: identifiers, operators, selectors, indexing, slicing, addresses.
//
// Operands are evaluated from left to right, values of variables are read when they are met. See
// convert.cc, call.cc, literal.cc for the other kinds of expression, compare.cc for comparison.
#include "base/check.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::NodeKind;
using syntax::Operator;
using types::Type;

ValueId FuncBuilder::ZeroValue(Type* type) {
  if (IsWord(type)) return b_.Zero(type);
  ValueId addr = TempAddr(type);
  b_.Clear(type, addr);
  return addr;
}

ValueId FuncBuilder::Spill(Type* type, ValueId value) {
  if (!IsWord(type)) return value;
  ValueId addr = TempAddr(type);
  b_.Store(addr, value);
  return addr;
}

ValueId FuncBuilder::CopyToTemp(Type* type, ValueId addr) {
  ValueId temp = TempAddr(type);
  b_.Move(type, temp, addr);
  return temp;
}

ValueId FuncBuilder::TempAddr(Type* type) {
  constexpr int64_t kMaxTempBytes = 128 * 1024;
  if (layout_.SizeOf(type) > kMaxTempBytes) {
    return b_.EmitOf(Op::kNew, layout_.PointerTo(type), type);
  }
  return b_.LocalAddr(b_.NewTemp(type));
}

ValueId FuncBuilder::ExprAs(const syntax::Expr* e, Type* type) {
  if (e->value != nullptr && layout_.KindOf(type) != rt::kInterface) {
    b_.pos = e->pos;
    return Const(*e->value, type);
  }
  if (e->mode == syntax::OperandMode::kNilValue) return ZeroValue(type);
  ValueId v = Expr(e);
  return DescribeBox(Coerce(v, TypeOf(e), type), e);
}

ValueId FuncBuilder::OwnedAs(const syntax::Expr* e, Type* type) {
  if (IsWord(type)) return ExprAs(e, type);
  const syntax::Expr* x = syntax::Unparen(e);
  if (auto* call = syntax::DynAs<syntax::CallExpr>(x)) {
    syntax::OperandMode mode = syntax::Unparen(call->fun)->mode;
    if (mode != syntax::OperandMode::kTypExpr && mode != syntax::OperandMode::kBuiltin) {
      return Expr(e);  // results lie in a temporary of their own
    }
  }
  ValueId temp = TempAddr(type);
  ExprTo(temp, e, type, true);
  return temp;
}

void FuncBuilder::ExprTo(ValueId addr, const syntax::Expr* e, Type* type, bool is_fresh) {
  if (IsWord(type)) {
    b_.Store(addr, ExprAs(e, type));
    return;
  }
  const syntax::Expr* x = syntax::Unparen(e);
  if (is_fresh && x->kind == NodeKind::kCompositeLit) {
    CompositeTo(addr, syntax::As<syntax::CompositeLit>(x), TypeOf(x), false);
    return;
  }
  ValueId v = Expr(e);
  b_.Move(type, addr, v);
}

ValueId FuncBuilder::Expr(const syntax::Expr* e) {
  b_.pos = e->pos;
  if (e->value != nullptr) return Const(*e->value, TypeOf(e));
  switch (e->kind) {
    case NodeKind::kParenExpr:
      return Expr(syntax::As<syntax::ParenExpr>(e)->x);
    case NodeKind::kIdent:
      return Ident(syntax::As<syntax::Ident>(e));
    case NodeKind::kFuncLit:
      return FuncLit(syntax::As<syntax::FuncLit>(e));
    case NodeKind::kCompositeLit: {
      auto* lit = syntax::As<syntax::CompositeLit>(e);
      Type* t = TypeOf(e);
      if (types::Under(t)->kind == types::TypeKind::kPointer) {
        ValueId p = AddressOfLiteral(lit, layout_.Canon(UnderAs<types::Pointer>(t)->elem));
        b_.func()->inst(p).pos = e->pos;
        return p;
      }
      if (IsWord(t)) return CompositeWord(lit, t);
      ValueId temp = TempAddr(t);
      CompositeTo(temp, lit, t, false);
      return temp;
    }
    case NodeKind::kSelectorExpr:
      return Selector(syntax::As<syntax::SelectorExpr>(e));
    case NodeKind::kIndexExpr:
      return Index(syntax::As<syntax::IndexExpr>(e));
    case NodeKind::kSliceExpr:
      return SliceExpr(syntax::As<syntax::SliceExpr>(e));
    case NodeKind::kTypeAssertExpr:
      return TypeAssert(syntax::As<syntax::TypeAssertExpr>(e));
    case NodeKind::kStarExpr: {
      Type* t = TypeOf(e);
      return ValueAt(t, Addr(e));
    }
    case NodeKind::kUnaryExpr:
      return Unary(syntax::As<syntax::UnaryExpr>(e));
    case NodeKind::kBinaryExpr:
      return Binary(syntax::As<syntax::BinaryExpr>(e));
    case NodeKind::kCallExpr:
      return CallValue(syntax::As<syntax::CallExpr>(e));
    default:
      mb_->NotSupported(e->pos, "this expression");
      return ZeroValue(TypeOf(e));
  }
}

void FuncBuilder::Discard(const syntax::Expr* e) {
  const syntax::Expr* x = syntax::Unparen(e);
  if (x->value != nullptr || x->mode == syntax::OperandMode::kNilValue) return;
  if (auto* call = syntax::DynAs<syntax::CallExpr>(x)) {
    Call(call);
    return;
  }
  if (auto* u = syntax::DynAs<syntax::UnaryExpr>(x); u != nullptr && u->op == Operator::kRecv) {
    b_.pos = u->pos;
    Receive(u, nullptr);
    return;
  }
  Expr(x);
}

// --- identifiers and selectors ---

ValueId FuncBuilder::Ident(const syntax::Ident* e) {
  Type* t = TypeOf(e);
  if (e->mode == syntax::OperandMode::kNilValue) return ZeroValue(t);
  if (auto* v = types::DynCast<types::Var>(e->obj)) return ValueAt(Canon(v->type), VarAddr(v));
  if (types::DynCast<types::Func>(e->obj) != nullptr) {
    return b_.FuncAddr(mb_->ValueFunc(StaticFunc(e)), t);
  }
  if (e->obj != nullptr && e->obj->kind == types::ObjectKind::kNil) return ZeroValue(t);
  mb_->NotSupported(e->pos, "this use of " + std::string(e->name));
  return ZeroValue(t);
}

ValueId FuncBuilder::WalkPath(ValueId addr, Type** t, const int* path, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (auto* p = UnderAs<types::Pointer>(*t)) {
      // addr is the address of a pointer to the struct.
      ValueId ptr = b_.Load(*t, addr);
      b_.NilCheck(ptr);
      addr = ptr;
      *t = layout_.Canon(p->elem);
    }
    auto field = static_cast<size_t>(path[i]);
    addr = b_.FieldAddr(*t, field, addr);
    *t = FieldType(*t, field);
  }
  return addr;
}

ValueId FuncBuilder::Selector(const syntax::SelectorExpr* e) {
  Type* t = TypeOf(e);
  if (e->selection == nullptr) {
    // Qualified identifier.
    types::Object* obj = e->sel->obj;
    if (auto* v = types::DynCast<types::Var>(obj)) {
      types::ResolveObject(v);
      return ValueAt(Canon(v->type), VarAddr(v));
    }
    if (types::DynCast<types::Func>(obj) != nullptr) {
      return b_.FuncAddr(mb_->ValueFunc(StaticFunc(e)), t);
    }
    mb_->NotSupported(e->pos, "this use of " + std::string(e->sel->name));
    return ZeroValue(t);
  }
  switch (e->selection->kind) {
    case types::SelectionKind::kFieldVal:
      return ValueAt(t, SelectorAddr(e));
    case types::SelectionKind::kMethodVal:
      return MethodValue(e);
    case types::SelectionKind::kMethodExpr:
      return MethodExpr(e);
  }
  return ZeroValue(t);
}

ValueId FuncBuilder::SelectorAddr(const syntax::SelectorExpr* e) {
  const types::Selection* sel = e->selection;
  Type* t = TypeOf(e->x);
  ValueId addr;
  if (auto* p = UnderAs<types::Pointer>(t)) {
    addr = Expr(e->x);
    b_.pos = e->pos;
    b_.NilCheck(addr);
    t = layout_.Canon(p->elem);
  } else {
    addr = Addr(e->x);
    b_.pos = e->pos;
  }
  if (env_ != nullptr && types::DynCast<types::Struct>(types::Under(t)) == nullptr) {
    mb_->NotSupported(e->pos, "this field of a type parameter");
    return TempAddr(TypeOf(e));
  }
  return WalkPath(addr, &t, sel->index.data(), sel->index.size());
}

ValueId FuncBuilder::Addr(const syntax::Expr* e) {
  b_.pos = e->pos;
  switch (e->kind) {
    case NodeKind::kParenExpr:
      return Addr(syntax::As<syntax::ParenExpr>(e)->x);
    case NodeKind::kIdent:
      if (auto* v = types::DynCast<types::Var>(syntax::As<syntax::Ident>(e)->obj)) {
        return VarAddr(v);
      }
      break;
    case NodeKind::kSelectorExpr: {
      auto* s = syntax::As<syntax::SelectorExpr>(e);
      if (s->selection == nullptr) {
        if (auto* v = types::DynCast<types::Var>(s->sel->obj)) {
          types::ResolveObject(v);
          return VarAddr(v);
        }
      } else if (s->selection->kind == types::SelectionKind::kFieldVal) {
        return SelectorAddr(s);
      }
      break;
    }
    case NodeKind::kIndexExpr: {
      auto* x = syntax::As<syntax::IndexExpr>(e);
      Type* t = types::Under(TypeOf(x->x));
      if (t->kind == types::TypeKind::kSlice || t->kind == types::TypeKind::kArray ||
          t->kind == types::TypeKind::kPointer) {
        return IndexAddr(x);
      }
      break;
    }
    case NodeKind::kStarExpr: {
      auto* s = syntax::As<syntax::StarExpr>(e);
      ValueId p = Expr(s->x);
      b_.pos = e->pos;
      b_.NilCheck(p);
      return p;
    }
    default:
      break;
  }
  Type* t = TypeOf(e);
  return Spill(t, Expr(e));
}

// --- indexing ---

ValueId FuncBuilder::ToInt(ValueId v, bool* is_unsigned) {
  Type* t = b_.TypeOf(v);
  *is_unsigned = types::IsUnsigned(t) && layout_.SizeOf(t) == 8;
  if (t == b_.IntType()) return v;
  if (layout_.SizeOf(t) == 8) return b_.Emit(Op::kBitcast, b_.IntType(), {v});
  return b_.Emit(Op::kConvert, b_.IntType(), {v});
}

ValueId FuncBuilder::IntIndex(const syntax::Expr* e, bool* is_unsigned, bool* is_const,
                              int64_t* value) {
  *is_unsigned = false;
  *is_const = false;
  if (e->value != nullptr) {
    types::ConstPool pool(mb_->module()->arena);
    if (pool.ToInt(*e->value).GetInt64(value)) {
      *is_const = true;
      b_.pos = e->pos;
      return b_.Int(*value);
    }
  }
  return ToInt(Expr(e), is_unsigned);
}

void FuncBuilder::BoundsCheck(ValueId index, ValueId len, bool is_unsigned) {
  ValueId id;
  b_.Append(Op::kBoundsCheck, nullptr, {index, len}, &id).is_unsigned = is_unsigned;
}

ValueId FuncBuilder::IndexAddr(const syntax::IndexExpr* e) {
  Type* t = TypeOf(e->x);
  Type* u = types::Under(t);
  bool is_unsigned, is_const;
  int64_t value = 0;
  if (u->kind == types::TypeKind::kSlice) {
    ValueId s = Expr(e->x);
    ValueId i = IntIndex(e->indices[0], &is_unsigned, &is_const, &value);
    b_.pos = e->pos;
    Type* elem = layout_.Canon(static_cast<types::Slice*>(u)->elem);
    BoundsCheck(i, b_.Emit(Op::kSliceLen, b_.IntType(), {s}), is_unsigned);
    return b_.ElemAddr(elem, b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {s}), i);
  }
  ValueId base;
  if (auto* p = types::DynCast<types::Pointer>(u)) {
    base = Expr(e->x);
    t = layout_.Canon(p->elem);
    u = types::Under(t);
    ValueId i = IntIndex(e->indices[0], &is_unsigned, &is_const, &value);
    b_.pos = e->pos;
    auto* a = static_cast<types::Array*>(u);
    b_.NilCheck(base);
    if (!is_const) BoundsCheck(i, b_.Int(a->len), is_unsigned);
    return b_.ElemAddr(layout_.Canon(a->elem), base, i);
  }
  base = Addr(e->x);
  auto* a = static_cast<types::Array*>(u);
  ValueId i = IntIndex(e->indices[0], &is_unsigned, &is_const, &value);
  b_.pos = e->pos;
  if (!is_const || value >= a->len) BoundsCheck(i, b_.Int(a->len), is_unsigned);
  return b_.ElemAddr(layout_.Canon(a->elem), base, i);
}

ValueId FuncBuilder::MapKey(const syntax::Expr* key, Type* map_type) {
  Type* t = layout_.Canon(UnderAs<types::Map>(map_type)->key);
  return ExprAs(key, t);
}

ValueId FuncBuilder::MapLookup(Type* map_type, ValueId m, ValueId key, ValueId* ok) {
  Type* elem = layout_.Canon(UnderAs<types::Map>(map_type)->elem);
  ValueId found = b_.EmitOf(Op::kMapFind, b_.PointerTo(elem), map_type, {m, key});
  ValueId have = b_.Emit(Op::kNe, b_.BoolType(), {found, b_.Zero(b_.PointerTo(elem))});
  if (ok != nullptr) *ok = have;
  LocalId temp = b_.NewTemp(elem);
  BlockId yes = b_.NewBlock(), no = b_.NewBlock(), done = b_.NewBlock();
  b_.Branch(have, yes, no);
  b_.SetBlock(yes);
  StoreAt(elem, b_.LocalAddr(temp), ValueAt(elem, found));
  b_.Jump(done);
  b_.SetBlock(no);
  b_.Clear(elem, b_.LocalAddr(temp));
  b_.Jump(done);
  b_.SetBlock(done);
  return ValueAt(elem, b_.LocalAddr(temp));
}

ValueId FuncBuilder::Index(const syntax::IndexExpr* e) {
  Type* t = TypeOf(e);
  if (e->x->mode == syntax::OperandMode::kValue || e->x->mode == syntax::OperandMode::kVariable ||
      e->x->value != nullptr || e->x->mode == syntax::OperandMode::kMapIndex ||
      e->x->mode == syntax::OperandMode::kCommaOk) {
    Type* xt = TypeOf(e->x);
    Type* u = types::Under(xt);
    if (u->kind == types::TypeKind::kMap) {
      ValueId m = Expr(e->x);
      ValueId key = MapKey(e->indices[0], xt);
      b_.pos = e->pos;
      return MapLookup(xt, m, key, nullptr);
    }
    if (layout_.KindOf(xt) == rt::kString) {
      ValueId s = Expr(e->x);
      bool is_unsigned, is_const;
      int64_t value;
      ValueId i = IntIndex(e->indices[0], &is_unsigned, &is_const, &value);
      b_.pos = e->pos;
      BoundsCheck(i, b_.Emit(Op::kStrLen, b_.IntType(), {s}), is_unsigned);
      Type* byte = b_.Basic(types::BasicKind::kUint8);
      ValueId p = b_.Emit(Op::kStrPtr, b_.PointerTo(byte), {s});
      ValueId v = b_.Load(byte, b_.ElemAddr(byte, p, i));
      return Coerce(v, byte, t);
    }
    if (u->kind == types::TypeKind::kSlice || u->kind == types::TypeKind::kArray ||
        u->kind == types::TypeKind::kPointer) {
      return ValueAt(t, IndexAddr(e));
    }
  }
  // A generic function with explicit type arguments.
  return b_.FuncAddr(mb_->ValueFunc(StaticFunc(e)), t);
}

ValueId FuncBuilder::SliceExpr(const syntax::SliceExpr* e) {
  Type* t = TypeOf(e);
  Type* xt = TypeOf(e->x);
  Type* u = types::Under(xt);
  bool is_string = layout_.KindOf(xt) == rt::kString;
  Type* elem;
  ValueId base, len, cap;
  SliceCheckKind kind;
  if (is_string) {
    ValueId s = Expr(e->x);
    elem = b_.Basic(types::BasicKind::kUint8);
    base = b_.Emit(Op::kStrPtr, b_.PointerTo(elem), {s});
    len = b_.Emit(Op::kStrLen, b_.IntType(), {s});
    cap = len;
    kind = SliceCheckKind::kString;
  } else if (u->kind == types::TypeKind::kSlice) {
    ValueId s = Expr(e->x);
    elem = layout_.Canon(static_cast<types::Slice*>(u)->elem);
    base = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {s});
    len = b_.Emit(Op::kSliceLen, b_.IntType(), {s});
    cap = b_.Emit(Op::kSliceCap, b_.IntType(), {s});
    kind = e->is_full ? SliceCheckKind::kSlice3 : SliceCheckKind::kSlice;
  } else {
    types::Array* a;
    if (auto* p = types::DynCast<types::Pointer>(u)) {
      base = Expr(e->x);
      b_.pos = e->pos;
      b_.NilCheck(base);
      a = UnderAs<types::Array>(p->elem);
    } else {
      base = Addr(e->x);
      a = static_cast<types::Array*>(u);
    }
    elem = layout_.Canon(a->elem);
    base = b_.Emit(Op::kBitcast, b_.PointerTo(elem), {base});
    len = cap = b_.Int(a->len);
    kind = e->is_full ? SliceCheckKind::kSlice3Array : SliceCheckKind::kArray;
  }
  ValueId bound[3];
  int64_t unsigned_bits = 0;
  int64_t constants[3] = {0, 0, 0};
  for (int k = 0; k < 3; k++) {
    if (e->index[k] == nullptr) continue;
    bool is_unsigned, is_const;
    bound[k] = IntIndex(e->index[k], &is_unsigned, &is_const, &constants[k]);
    if (is_unsigned) unsigned_bits |= int64_t{1} << (kSliceCheckUnsignedShift + k);
  }
  b_.pos = e->pos;
  bool low_is_zero = !bound[0].is_valid() || (e->index[0]->value != nullptr && constants[0] == 0);
  ValueId low = bound[0].is_valid() ? bound[0] : b_.Int(0);
  ValueId high = bound[1].is_valid() ? bound[1] : len;
  ValueId limit = bound[2].is_valid() ? bound[2] : cap;
  // s[:] and s[0:] need no check.
  if (!(low_is_zero && !bound[1].is_valid() && !bound[2].is_valid())) {
    ValueId id;
    Inst& check = b_.Append(Op::kSliceCheck, nullptr, {low, high, bound[2], len, cap}, &id);
    check.imm = static_cast<int64_t>(kind) | unsigned_bits;
  }
  ValueId new_len = low_is_zero ? high : b_.Emit(Op::kSub, b_.IntType(), {high, low});
  ValueId new_cap = low_is_zero ? limit : b_.Emit(Op::kSub, b_.IntType(), {limit, low});
  ValueId ptr = base;
  int64_t size = layout_.SizeOf(elem);
  if (!low_is_zero && size != 0) {
    // A pointer to the very end would keep the next object alive: where nothing is left, the
    // offset is masked to zero.
    ValueId room = is_string ? new_len : new_cap;
    ValueId mask = b_.Emit(Op::kNeg, b_.IntType(), {room});
    mask = b_.Emit(Op::kShr, b_.IntType(), {mask, b_.Int(63)});
    ValueId offset = low;
    if (size != 1) offset = b_.Emit(Op::kMul, b_.IntType(), {low, b_.Int(size)});
    offset = b_.Emit(Op::kAnd, b_.IntType(), {offset, mask});
    ptr = b_.Emit(Op::kPtrAdd, b_.PointerTo(elem), {base, offset});
  }
  if (is_string) return b_.Emit(Op::kStrMake, t, {ptr, new_len});
  return b_.Emit(Op::kSliceMake, t, {ptr, new_len, new_cap});
}

// --- operators ---

ValueId FuncBuilder::Unary(const syntax::UnaryExpr* e) {
  Type* t = TypeOf(e);
  switch (e->op) {
    case Operator::kAnd: {
      const syntax::Expr* x = syntax::Unparen(e->x);
      if (auto* lit = syntax::DynAs<syntax::CompositeLit>(x)) {
        ValueId p = AddressOfLiteral(lit, TypeOf(x));
        b_.func()->inst(p).pos = e->pos;
        return p;
      }
      return Coerce(Addr(x), layout_.PointerTo(TypeOf(x)), t);
    }
    case Operator::kRecv:
      return Receive(e, nullptr);
    case Operator::kAdd:
      return Expr(e->x);
    case Operator::kSub: {
      ValueId x = Expr(e->x);
      b_.pos = e->pos;
      return b_.Emit(Op::kNeg, t, {x});
    }
    case Operator::kNot:
    case Operator::kXor: {
      ValueId x = Expr(e->x);
      b_.pos = e->pos;
      return b_.Emit(Op::kNot, t, {x});
    }
    default:
      mb_->NotSupported(e->pos, "this operator");
      return ZeroValue(t);
  }
}

ValueId FuncBuilder::Binary(const syntax::BinaryExpr* e) {
  Type* t = TypeOf(e);
  switch (e->op) {
    case Operator::kAndAnd:
    case Operator::kOrOr:
      return LogicalValue(e);
    case Operator::kEql:
    case Operator::kNeq:
    case Operator::kLss:
    case Operator::kLeq:
    case Operator::kGtr:
    case Operator::kGeq:
      return Comparison(e);
    case Operator::kShl:
    case Operator::kShr: {
      ValueId x = ExprAs(e->x, t);
      b_.pos = e->pos;
      return Shift(e->op, t, x, e->y);
    }
    case Operator::kAdd:
      if (layout_.KindOf(t) == rt::kString) return Concat(e);
      break;
    default:
      break;
  }
  if (e->x->value == nullptr && !HasCall(e->x) && HasCall(e->y)) {
    // The order of reading a variable and calling a function is left open; Go's compiler calls
    // first.
    ValueId y = ExprAs(e->y, t);
    return Arith(e->op, t, ExprAs(e->x, t), y, e->pos, e->y);
  }
  ValueId x = ExprAs(e->x, t);
  ValueId y = ExprAs(e->y, t);
  return Arith(e->op, t, x, y, e->pos, e->y);
}

ValueId FuncBuilder::Arith(Operator op, Type* type, ValueId x, ValueId y, Pos pos,
                           const syntax::Expr* y_expr) {
  b_.pos = pos;
  Op o;
  switch (op) {
    case Operator::kAdd:
      if (layout_.KindOf(type) == rt::kString) return b_.Emit(Op::kStrConcat, type, {x, y});
      o = Op::kAdd;
      break;
    case Operator::kSub: o = Op::kSub; break;
    case Operator::kMul: o = Op::kMul; break;
    case Operator::kDiv: o = Op::kDiv; break;
    case Operator::kRem: o = Op::kRem; break;
    case Operator::kAnd: o = Op::kAnd; break;
    case Operator::kOr: o = Op::kOr; break;
    case Operator::kXor: o = Op::kXor; break;
    case Operator::kAndNot: o = Op::kAndNot; break;
    default:
      GOL_UNREACHABLE("no arithmetic operator");
  }
  if ((o == Op::kDiv || o == Op::kRem) && types::IsInteger(type)) {
    bool nonzero = y_expr != nullptr && y_expr->value != nullptr && y_expr->value->Sign() != 0;
    if (!nonzero) b_.Emit(Op::kDivCheck, nullptr, {y});
  }
  return b_.Emit(o, type, {x, y});
}

ValueId FuncBuilder::Shift(Operator op, Type* type, ValueId x, const syntax::Expr* count) {
  ValueId c;
  bool positive = false;
  Pos pos = b_.pos;
  if (count->value != nullptr) {
    types::ConstPool pool(mb_->module()->arena);
    int64_t n = 0;
    // A count beyond int64 shifts everything out, as 64 does.
    if (!pool.ToInt(*count->value).GetInt64(&n)) n = 64;
    c = b_.ConstInt(b_.Basic(types::BasicKind::kUint), n);
    positive = true;
  } else {
    c = Expr(count);
    positive = types::IsUnsigned(b_.TypeOf(c));
  }
  b_.pos = pos;
  return ShiftBy(op, type, x, c, positive);
}

ValueId FuncBuilder::ShiftBy(Operator op, Type* type, ValueId x, ValueId count,
                             bool known_positive) {
  if (!known_positive) b_.Emit(Op::kShiftCheck, nullptr, {count});
  return b_.Emit(op == Operator::kShl ? Op::kShl : Op::kShr, type, {x, count});
}

ValueId FuncBuilder::LogicalValue(const syntax::Expr* e) {
  Type* t = TypeOf(e);
  LocalId temp = b_.NewTemp(t);
  BlockId yes = b_.NewBlock(), no = b_.NewBlock(), done = b_.NewBlock();
  Cond(e, yes, no);
  b_.SetBlock(yes);
  b_.StoreLocal(temp, b_.ConstInt(t, 1));
  b_.Jump(done);
  b_.SetBlock(no);
  b_.StoreLocal(temp, b_.ConstInt(t, 0));
  b_.Jump(done);
  b_.SetBlock(done);
  return b_.LoadLocal(temp);
}

void FuncBuilder::Cond(const syntax::Expr* e, BlockId if_true, BlockId if_false) {
  const syntax::Expr* x = syntax::Unparen(e);
  if (x->value != nullptr) {
    b_.Jump(x->value->bool_value() ? if_true : if_false);
    return;
  }
  if (auto* u = syntax::DynAs<syntax::UnaryExpr>(x); u != nullptr && u->op == Operator::kNot) {
    Cond(u->x, if_false, if_true);
    return;
  }
  if (auto* bin = syntax::DynAs<syntax::BinaryExpr>(x)) {
    if (bin->op == Operator::kAndAnd) {
      BlockId next = b_.NewBlock();
      Cond(bin->x, next, if_false);
      b_.SetBlock(next);
      Cond(bin->y, if_true, if_false);
      return;
    }
    if (bin->op == Operator::kOrOr) {
      BlockId next = b_.NewBlock();
      Cond(bin->x, if_true, next);
      b_.SetBlock(next);
      Cond(bin->y, if_true, if_false);
      return;
    }
  }
  ValueId v = Expr(x);
  b_.Branch(v, if_true, if_false);
}

ValueId FuncBuilder::Concat(const syntax::BinaryExpr* e) {
  // a + b + c is one concatenation. Constant parts were folded by the checker where they meet.
  std::vector<const syntax::Expr*> parts;
  const syntax::Expr* x = e;
  while (true) {
    x = syntax::Unparen(x);
    auto* bin = syntax::DynAs<syntax::BinaryExpr>(x);
    if (x->value != nullptr || bin == nullptr || bin->op != Operator::kAdd) break;
    parts.push_back(bin->y);
    x = bin->x;
  }
  parts.push_back(x);
  Type* t = TypeOf(e);
  std::vector<ValueId> values;
  for (size_t i = parts.size(); i-- > 0;) {
    if (parts[i]->value != nullptr && parts[i]->value->string_value().empty()) continue;
    values.push_back(ExprAs(parts[i], t));
  }
  b_.pos = e->pos;
  if (values.empty()) return b_.Zero(t);
  if (values.size() == 1) return values[0];
  return Describe(b_.EmitList(Op::kStrConcat, t, values), e);
}

}  // namespace gol::ir
