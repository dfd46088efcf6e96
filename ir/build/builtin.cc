// Builtin functions.
#include "base/check.h"
#include "frontend/syntax/walk.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::OperandMode;
using types::BuiltinId;
using types::Type;

void FuncBuilder::PanicIf(ValueId cond, RuntimePanic what) {
  BlockId bad = b_.NewBlock(), good = b_.NewBlock();
  b_.Branch(cond, bad, good, 2);
  b_.SetBlock(bad);
  b_.PanicRuntime(what);
  b_.SetBlock(good);
}

std::vector<ValueId> FuncBuilder::Builtin(const syntax::CallExpr* e, BuiltinId id) {
  Pos pos = e->pos;
  auto arg = [&](size_t i) { return e->args[i]; };
  if (e->args.size() == 1 && arg(0)->type != nullptr &&
      arg(0)->type->kind == types::TypeKind::kTuple && id != BuiltinId::kLen &&
      id != BuiltinId::kCap) {
    return BuiltinOnCall(e, id);
  }
  switch (id) {
    case BuiltinId::kAppend:
      return {Append(e)};
    case BuiltinId::kCap:
      return {Length(e, true)};
    case BuiltinId::kLen:
      return {Length(e, false)};
    case BuiltinId::kClear: {
      Type* t = TypeOf(arg(0));
      ValueId v = Expr(arg(0));
      b_.pos = pos;
      if (auto* s = UnderAs<types::Slice>(t)) {
        Type* elem = layout_.Canon(s->elem);
        ValueId p = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {v});
        ValueId n = b_.Emit(Op::kSliceLen, b_.IntType(), {v});
        b_.EmitOf(Op::kSliceClear, nullptr, elem, {p, n});
      } else {
        b_.EmitOf(Op::kMapClear, nullptr, t, {v});
      }
      return {};
    }
    case BuiltinId::kClose: {
      ValueId c = Expr(arg(0));
      b_.pos = pos;
      b_.Emit(Op::kChanClose, nullptr, {c});
      return {};
    }
    case BuiltinId::kComplex: {
      Type* t = TypeOf(e);
      Type* part = b_.Basic(layout_.KindOf(t) == rt::kComplex64 ? types::BasicKind::kFloat32
                                                                : types::BasicKind::kFloat64);
      ValueId re = ExprAs(arg(0), part);
      ValueId im = ExprAs(arg(1), part);
      b_.pos = pos;
      return {b_.Emit(Op::kMakeComplex, t, {re, im})};
    }
    case BuiltinId::kReal:
    case BuiltinId::kImag: {
      Type* t = TypeOf(e);
      ValueId c = Expr(arg(0));
      b_.pos = pos;
      Type* part = b_.Basic(layout_.KindOf(b_.TypeOf(c)) == rt::kComplex64
                                ? types::BasicKind::kFloat32
                                : types::BasicKind::kFloat64);
      return {Coerce(b_.Emit(id == BuiltinId::kReal ? Op::kReal : Op::kImag, part, {c}), part, t)};
    }
    case BuiltinId::kCopy: {
      Type* dst_type = TypeOf(arg(0));
      Type* elem = layout_.Canon(UnderAs<types::Slice>(dst_type)->elem);
      ValueId d = Expr(arg(0));
      ValueId s = Expr(arg(1));
      b_.pos = pos;
      bool from_string = layout_.KindOf(b_.TypeOf(s)) == rt::kString;
      ValueId dp = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {d});
      ValueId dn = b_.Emit(Op::kSliceLen, b_.IntType(), {d});
      ValueId sp = b_.Emit(from_string ? Op::kStrPtr : Op::kSlicePtr, b_.PointerTo(elem), {s});
      ValueId sn = b_.Emit(from_string ? Op::kStrLen : Op::kSliceLen, b_.IntType(), {s});
      return {b_.EmitOf(Op::kSliceCopy, b_.IntType(), elem, {dp, dn, sp, sn})};
    }
    case BuiltinId::kDelete: {
      Type* t = TypeOf(arg(0));
      ValueId m = Expr(arg(0));
      ValueId key = MapKey(arg(1), t);
      b_.pos = pos;
      b_.EmitOf(Op::kMapDelete, nullptr, t, {m, key});
      return {};
    }
    case BuiltinId::kMake:
      return {Make(e)};
    case BuiltinId::kMax:
    case BuiltinId::kMin:
      return {MinMax(e, id == BuiltinId::kMin)};
    case BuiltinId::kNew: {
      const syntax::Expr* x = arg(0);
      Type* p = TypeOf(e);
      Type* t = layout_.Canon(UnderAs<types::Pointer>(p)->elem);
      if (x->mode == OperandMode::kTypExpr) {
        ValueId fresh = Describe(b_.EmitOf(Op::kNew, layout_.PointerTo(t), t), e);
        return {Coerce(fresh, layout_.PointerTo(t), p)};
      }
      ValueId v = OwnedAs(x, t);
      b_.pos = pos;
      ValueId addr = Describe(b_.EmitOf(Op::kNew, layout_.PointerTo(t), t), e);
      StoreAt(t, addr, v);
      return {addr};
    }
    case BuiltinId::kPanic: {
      ValueId v = ExprAs(arg(0), b_.EmptyInterface());
      b_.pos = pos;
      b_.Emit(Op::kPanic, nullptr, {v});
      return {};
    }
    case BuiltinId::kPrint:
    case BuiltinId::kPrintln:
      Print(e, id == BuiltinId::kPrintln);
      return {};
    case BuiltinId::kRecover: {
      // The body of a range over a function is never started by a deferred call itself.
      if (range_func_ != nullptr) return {b_.Zero(b_.EmptyInterface())};
      b_.func()->has_recover = true;
      return {b_.Emit(Op::kRecover, b_.EmptyInterface())};
    }
    default:
      return {UnsafeBuiltin(e, id)};
  }
}

// A builtin whose arguments are the results of one call.
std::vector<ValueId> FuncBuilder::BuiltinOnCall(const syntax::CallExpr* e, BuiltinId id) {
  std::vector<Value> results = MultiValues(e->args[0]);
  std::vector<ValueId> values;
  for (const Value& r : results) values.push_back(r.v);
  b_.pos = e->pos;
  switch (id) {
    case BuiltinId::kComplex:
      return {b_.Emit(Op::kMakeComplex, TypeOf(e), {values[0], values[1]})};
    case BuiltinId::kAppend: {
      Type* t = TypeOf(e);
      Type* elem = layout_.Canon(UnderAs<types::Slice>(t)->elem);
      ValueId s = Coerce(values[0], results[0].type, t);
      values.erase(values.begin());
      for (size_t i = 0; i < values.size(); i++) {
        values[i] = Coerce(values[i], results[i + 1].type, elem);
      }
      return {AppendValues(t, s, values)};
    }
    case BuiltinId::kCopy: {
      BuiltinOnValues(id, values);
      return {ValueId(b_.func()->insts.size() - 1)};
    }
    case BuiltinId::kDelete: {
      Type* key = layout_.Canon(UnderAs<types::Map>(results[0].type)->key);
      values[1] = Coerce(values[1], results[1].type, key);
      BuiltinOnValues(id, values);
      return {};
    }
    case BuiltinId::kPrint:
    case BuiltinId::kPrintln:
      PrintValues(values, id == BuiltinId::kPrintln);
      return {};
    case BuiltinId::kMax:
    case BuiltinId::kMin:
      for (size_t i = 0; i < values.size(); i++) {
        values[i] = Coerce(values[i], results[i].type, TypeOf(e));
      }
      return {LeastOf(TypeOf(e), values, id == BuiltinId::kMin)};
    default: {  // of package unsafe: a pointer and a number
      bool is_unsigned;
      const ValueId n = ToInt(values[1], &is_unsigned);
      return {UnsafeWithLength(e, id, values[0], n)};
    }
  }
}

// Whether evaluating e calls a function or receives from a channel.
bool FuncBuilder::HasCall(const syntax::Expr* e) {
  // Asked of each operand of a long sum: remembered, lest all below is walked again and again.
  if (auto* b = syntax::DynAs<syntax::BinaryExpr>(syntax::Unparen(e))) {
    if (auto it = has_call_.find(b); it != has_call_.end()) return it->second;
    const bool found = HasCall(b->x) || HasCall(b->y);
    has_call_[b] = found;
    return found;
  }
  bool found = false;
  syntax::Walk(const_cast<syntax::Expr*>(e), [&](syntax::Node* n) {
    if (n->kind == syntax::NodeKind::kFuncLit) return false;
    if (auto* call = syntax::DynAs<syntax::CallExpr>(n)) {
      bool conversion = syntax::Unparen(call->fun)->mode == OperandMode::kTypExpr;
      if (call->value == nullptr && !conversion) found = true;
    }
    if (auto* u = syntax::DynAs<syntax::UnaryExpr>(n)) found |= u->op == syntax::Operator::kRecv;
    return !found;
  });
  return found;
}

ValueId FuncBuilder::Length(const syntax::CallExpr* e, bool is_cap) {
  const syntax::Expr* x = e->args[0];
  Type* t = TypeOf(x);
  Type* u = types::Under(t);
  if (auto* p = types::DynCast<types::Pointer>(u)) {
    if (HasCall(x)) Discard(x);
    return b_.Int(UnderAs<types::Array>(p->elem)->len);
  }
  if (auto* a = types::DynCast<types::Array>(u)) {
    if (HasCall(x)) Discard(x);
    return b_.Int(a->len);
  }
  ValueId v = Expr(x);
  b_.pos = e->pos;
  switch (layout_.KindOf(t)) {
    case rt::kString: return b_.Emit(Op::kStrLen, b_.IntType(), {v});
    case rt::kSlice: return b_.Emit(is_cap ? Op::kSliceCap : Op::kSliceLen, b_.IntType(), {v});
    case rt::kMap: return b_.Emit(Op::kMapLen, b_.IntType(), {v});
    default: return b_.Emit(is_cap ? Op::kChanCap : Op::kChanLen, b_.IntType(), {v});
  }
}

ValueId FuncBuilder::Append(const syntax::CallExpr* e) {
  Type* t = TypeOf(e);
  Type* elem = layout_.Canon(UnderAs<types::Slice>(t)->elem);
  Type* elem_ptr = b_.PointerTo(elem);
  ValueId s = ExprAs(e->args[0], t);
  if (e->args.size() == 1) return s;
  if (e->has_dots) {
    const syntax::Expr* x = e->args[1];
    if (syntax::Unparen(x)->mode == OperandMode::kNilValue) return s;
    if (const syntax::CallExpr* made = MakeOfLength(x)) return AppendZeros(t, s, made);
    ValueId from = Expr(x);
    b_.pos = e->pos;
    bool is_string = layout_.KindOf(b_.TypeOf(from)) == rt::kString;
    ValueId n = b_.Emit(is_string ? Op::kStrLen : Op::kSliceLen, b_.IntType(), {from});
    ValueId p = b_.Emit(is_string ? Op::kStrPtr : Op::kSlicePtr, elem_ptr, {from});
    ValueId old_len = b_.Emit(Op::kSliceLen, b_.IntType(), {s});
    ValueId grown = DescribeAs(b_.EmitOf(Op::kSliceGrow, t, elem, {s, n}), "append");
    ValueId base = b_.Emit(Op::kSlicePtr, elem_ptr, {grown});
    ValueId dst = b_.ElemAddr(elem, base, old_len);
    b_.EmitOf(Op::kSliceCopy, b_.IntType(), elem, {dst, n, p, n});
    return grown;
  }
  std::vector<ValueId> values;
  for (size_t i = 1; i < e->args.size(); i++) values.push_back(OwnedAs(e->args[i], elem));
  b_.pos = e->pos;
  return AppendValues(t, s, values);
}

// The call, if x is make(...).
const syntax::CallExpr* FuncBuilder::MakeCall(const syntax::Expr* x) {
  const auto* call = syntax::DynAs<syntax::CallExpr>(syntax::Unparen(x));
  if (call == nullptr) return nullptr;
  const syntax::Expr* fun = syntax::Unparen(call->fun);
  const auto* id = syntax::DynAs<syntax::Ident>(fun);
  if (id == nullptr || fun->mode != OperandMode::kBuiltin) return nullptr;
  const auto* builtin = types::DynCast<types::Builtin>(id->obj);
  return builtin != nullptr && builtin->id == BuiltinId::kMake ? call : nullptr;
}

// The call, if x is make([]T, n).
const syntax::CallExpr* FuncBuilder::MakeOfLength(const syntax::Expr* x) {
  const syntax::CallExpr* call = MakeCall(x);
  if (call == nullptr || call->args.size() != 2) return nullptr;
  return layout_.KindOf(TypeOf(call)) == rt::kSlice ? call : nullptr;
}

// append(s, make([]T, n)...) without the slice in between.
ValueId FuncBuilder::AppendZeros(Type* t, ValueId s, const syntax::CallExpr* made) {
  Type* elem = layout_.Canon(UnderAs<types::Slice>(t)->elem);
  bool is_unsigned, is_const;
  int64_t value;
  ValueId n = IntIndex(made->args[1], &is_unsigned, &is_const, &value);
  b_.pos = made->pos;
  if (!is_const) {
    PanicIf(b_.Emit(Op::kLt, b_.BoolType(), {n, b_.Int(0)}), RuntimePanic::kMakeSliceLen);
  }
  ValueId old_len = b_.Emit(Op::kSliceLen, b_.IntType(), {s});
  ValueId grown = DescribeAs(b_.EmitOf(Op::kSliceGrow, t, elem, {s, n}), "append");
  ValueId base = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {grown});
  b_.EmitOf(Op::kSliceClear, nullptr, elem, {b_.ElemAddr(elem, base, old_len), n});
  return grown;
}

ValueId FuncBuilder::AppendValues(Type* t, ValueId s, const std::vector<ValueId>& values) {
  Type* elem = layout_.Canon(UnderAs<types::Slice>(t)->elem);
  ValueId old_len = b_.Emit(Op::kSliceLen, b_.IntType(), {s});
  ValueId grown = DescribeAs(
      b_.EmitOf(Op::kSliceGrow, t, elem, {s, b_.Int(static_cast<int64_t>(values.size()))}),
      "append");
  ValueId base = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {grown});
  for (size_t i = 0; i < values.size(); i++) {
    ValueId at = old_len;
    if (i > 0) at = b_.Emit(Op::kAdd, b_.IntType(), {old_len, b_.Int(static_cast<int64_t>(i))});
    StoreAt(elem, b_.ElemAddr(elem, base, at), values[i]);
  }
  return grown;
}

ValueId FuncBuilder::Make(const syntax::CallExpr* e) {
  Type* t = TypeOf(e);
  std::vector<ValueId> sizes;
  for (size_t i = 1; i < e->args.size(); i++) {
    bool is_unsigned, is_const;
    int64_t value;
    sizes.push_back(IntIndex(e->args[i], &is_unsigned, &is_const, &value));
  }
  b_.pos = e->pos;
  switch (layout_.KindOf(t)) {
    case rt::kSlice: {
      Type* elem = layout_.Canon(UnderAs<types::Slice>(t)->elem);
      ValueId cap = sizes.size() > 1 ? sizes[1] : sizes[0];
      return Describe(b_.EmitOf(Op::kMakeSlice, t, elem, {sizes[0], cap}), e);
    }
    case rt::kMap:
      if (sizes.empty()) {
        if (ValueId n = SizeFromLoop(e); n.is_valid()) sizes.push_back(n);
      }
      return Describe(b_.EmitList(Op::kMakeMap, t, sizes), e);
    default:
      return b_.EmitList(Op::kMakeChan, t, sizes);
  }
}

ValueId FuncBuilder::MinMax(const syntax::CallExpr* e, bool is_min) {
  Type* t = TypeOf(e);
  std::vector<ValueId> values;
  for (const syntax::Expr* x : e->args) values.push_back(ExprAs(x, t));
  b_.pos = e->pos;
  return LeastOf(t, values, is_min);
}

// The least of the values, or with !is_min the greatest.
ValueId FuncBuilder::LeastOf(Type* t, const std::vector<ValueId>& values, bool is_min) {
  ValueId best = values[0];
  bool is_string = layout_.KindOf(t) == rt::kString;
  for (size_t i = 1; i < values.size(); i++) {
    if (!is_string) {
      best = b_.Emit(is_min ? Op::kMin : Op::kMax, t, {best, values[i]});
      continue;
    }
    LocalId temp = b_.NewTemp(t);
    b_.StoreLocal(temp, best);
    BlockId take = b_.NewBlock(), done = b_.NewBlock();
    ValueId c = b_.Emit(Op::kStrCmp, b_.IntType(), {values[i], best});
    b_.Branch(b_.Emit(is_min ? Op::kLt : Op::kGt, b_.BoolType(), {c, b_.Int(0)}), take, done);
    b_.SetBlock(take);
    b_.StoreLocal(temp, values[i]);
    b_.Jump(done);
    b_.SetBlock(done);
    best = b_.LoadLocal(temp);
  }
  return best;
}

void FuncBuilder::Print(const syntax::CallExpr* e, bool newline) {
  std::vector<ValueId> values;
  for (const syntax::Expr* x : e->args) {
    values.push_back(x->mode == OperandMode::kNilValue ? b_.Zero(b_.UnsafePointer()) : Expr(x));
  }
  b_.pos = e->pos;
  PrintValues(values, newline);
}

void FuncBuilder::PrintValues(const std::vector<ValueId>& values, bool newline) {
  auto print = [&](PrintKind kind, ValueId v = ValueId()) {
    ValueId id;
    if (v.is_valid()) {
      b_.Append(Op::kPrint, nullptr, {v}, &id).imm = static_cast<int64_t>(kind);
    } else {
      b_.Append(Op::kPrint, nullptr, {}, &id).imm = static_cast<int64_t>(kind);
    }
  };
  print(PrintKind::kLock);
  for (size_t i = 0; i < values.size(); i++) {
    if (newline && i > 0) print(PrintKind::kSpace);
    ValueId v = values[i];
    Type* t = b_.TypeOf(v);
    rt::Kind k = layout_.KindOf(t);
    auto as = [&](types::BasicKind basic) { return Convert(v, t, b_.Basic(basic)); };
    if (k == rt::kBool) {
      print(PrintKind::kBool, v);
    } else if (k >= rt::kInt && k <= rt::kInt64) {
      print(PrintKind::kInt, as(types::BasicKind::kInt64));
    } else if (k >= rt::kUint && k <= rt::kUintptr) {
      print(PrintKind::kUint, as(types::BasicKind::kUint64));
    } else if (k == rt::kFloat32 || k == rt::kFloat64) {
      print(PrintKind::kFloat, as(types::BasicKind::kFloat64));
    } else if (k == rt::kComplex64 || k == rt::kComplex128) {
      print(PrintKind::kComplex, as(types::BasicKind::kComplex128));
    } else if (k == rt::kString) {
      print(PrintKind::kString, v);
    } else if (k == rt::kInterface) {
      print(layout_.IsEmptyInterface(t) ? PrintKind::kEface : PrintKind::kIface, v);
    } else if (k == rt::kSlice) {
      print(PrintKind::kSlice, v);
    } else {
      print(PrintKind::kPointer, v);
    }
  }
  if (newline) print(PrintKind::kNewline);
  print(PrintKind::kUnlock);
}

// Panics if n elements at p reach beyond the end of the address space; at nil, if there are any.
void FuncBuilder::CheckWraps(ValueId p, ValueId n, int64_t size, RuntimePanic what) {
  Type* word = b_.Basic(types::BasicKind::kUintptr);
  ValueId bytes = b_.Emit(Op::kBitcast, word, {n});
  if (size > 1) bytes = b_.Emit(Op::kMul, word, {bytes, b_.ConstInt(word, size)});
  ValueId room = b_.Emit(Op::kNeg, word, {b_.Emit(Op::kBitcast, word, {p})});
  ValueId beyond = b_.Emit(Op::kGt, b_.BoolType(), {bytes, room});
  if (what == RuntimePanic::kUnsafeSliceLen) {
    // The nil slice has been dealt with.
    BlockId some = b_.NewBlock(), good = b_.NewBlock();
    b_.Branch(b_.Emit(Op::kNe, b_.BoolType(), {bytes, b_.ConstInt(word, 0)}), some, good);
    b_.SetBlock(some);
    PanicIf(beyond, what);
    b_.Jump(good);
    b_.SetBlock(good);
    return;
  }
  PanicIf(beyond, what);
}

// unsafe.Add, Slice and String, of an evaluated pointer and an int.
ValueId FuncBuilder::UnsafeWithLength(const syntax::CallExpr* e, BuiltinId id, ValueId p, ValueId n) {
  Type* t = TypeOf(e);
  switch (id) {
    case BuiltinId::kAdd:
      return b_.Emit(Op::kPtrAdd, t, {p, n});
    case BuiltinId::kSlice: {
      Type* elem = layout_.Canon(UnderAs<types::Slice>(t)->elem);
      Type* boolean = b_.BoolType();
      PanicIf(b_.Emit(Op::kLt, boolean, {n, b_.Int(0)}), RuntimePanic::kUnsafeSliceLen);
      int64_t size = layout_.SizeOf(elem);
      if (size > 1) {
        int64_t limit = (int64_t{1} << 47) / size;
        PanicIf(b_.Emit(Op::kGt, boolean, {n, b_.Int(limit)}), RuntimePanic::kUnsafeSliceLen);
      }
      Type* pt = b_.TypeOf(p);
      ValueId is_nil = b_.Emit(Op::kEq, boolean, {p, b_.Zero(pt)});
      BlockId nil = b_.NewBlock(), ok = b_.NewBlock();
      b_.Branch(is_nil, nil, ok, 2);
      b_.SetBlock(nil);
      PanicIf(b_.Emit(Op::kNe, boolean, {n, b_.Int(0)}), RuntimePanic::kUnsafeSliceNilPtr);
      b_.Jump(ok);
      b_.SetBlock(ok);
      if (size > 0) CheckWraps(p, n, size, RuntimePanic::kUnsafeSliceLen);
      p = Coerce(p, pt, b_.PointerTo(elem));
      return b_.Emit(Op::kSliceMake, t, {p, n, n});
    }
    case BuiltinId::kString:
      PanicIf(b_.Emit(Op::kLt, b_.BoolType(), {n, b_.Int(0)}), RuntimePanic::kUnsafeStringLen);
      CheckWraps(p, n, 1, RuntimePanic::kUnsafeStringLen);
      return b_.Emit(Op::kStrMake, t, {p, n});
    default:
      break;
  }
  mb_->NotSupported(e->pos, "this builtin function");
  return ZeroValue(t);
}

ValueId FuncBuilder::UnsafeBuiltin(const syntax::CallExpr* e, BuiltinId id) {
  Type* t = TypeOf(e);
  auto arg = [&](size_t i) { return e->args[i]; };
  bool is_unsigned, is_const;
  int64_t value;
  switch (id) {
    case BuiltinId::kAdd:
    case BuiltinId::kSlice:
    case BuiltinId::kString: {
      ValueId p = Expr(arg(0));
      ValueId n = IntIndex(arg(1), &is_unsigned, &is_const, &value);
      b_.pos = e->pos;
      return UnsafeWithLength(e, id, p, n);
    }
    case BuiltinId::kAlignof:
      return b_.ConstInt(t, layout_.AlignOf(TypeOf(arg(0))));
    case BuiltinId::kOffsetof: {
      auto* x = syntax::DynAs<syntax::SelectorExpr>(syntax::Unparen(arg(0)));
      if (x == nullptr || x->selection == nullptr) break;
      Type* at = TypeOf(x->x);
      if (auto* p = UnderAs<types::Pointer>(at)) at = layout_.Canon(p->elem);
      int64_t offset = 0;
      for (int i : x->selection->index) {
        offset += layout_.FieldOffset(at, static_cast<size_t>(i));
        at = FieldType(at, static_cast<size_t>(i));
      }
      return b_.ConstInt(t, offset);
    }
    case BuiltinId::kSizeof:
      return b_.ConstInt(t, layout_.SizeOf(TypeOf(arg(0))));
    case BuiltinId::kSliceData: {
      ValueId s = Expr(arg(0));
      b_.pos = e->pos;
      return b_.Emit(Op::kSlicePtr, t, {s});
    }
    case BuiltinId::kStringData: {
      ValueId s = Expr(arg(0));
      b_.pos = e->pos;
      return b_.Emit(Op::kStrPtr, t, {s});
    }
    default:
      break;
  }
  mb_->NotSupported(e->pos, "this builtin function");
  return ZeroValue(t);
}

}  // namespace gol::ir
