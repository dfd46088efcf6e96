// Range loops over integers, arrays, slices, strings, maps and channels; see range_func.cc for
// functions.
//
// The range expression is evaluated once. A hidden counter drives the loop; the variables of the
// statement are declared anew for each iteration, so that closures and pointers see one each; before
// Go 1.22 once for the loop.
#include "base/check.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::Type;
using types::Var;

void FuncBuilder::Range(const syntax::RangeStmt* s) {
  Type* t = TypeOf(s->x);
  Type* u = types::Under(t);
  if (s->shares_vars) {
    for (const syntax::Expr* e : s->lhs) {
      if (Var* v = Declares(e, s->is_define)) DeclareVar(v);
    }
  }
  switch (u->kind) {
    case types::TypeKind::kBasic:
      if (layout_.KindOf(t) == rt::kString) {
        RangeString(s);
      } else {
        RangeInt(s, t);
      }
      break;
    case types::TypeKind::kMap:
      RangeMap(s, t);
      break;
    case types::TypeKind::kChan:
      RangeChan(s, t);
      break;
    case types::TypeKind::kSignature:
      RangeOverFunc(s, t);
      break;
    default:
      RangeIndexed(s, t);
      break;
  }
}

void FuncBuilder::BindRangeVars(const syntax::RangeStmt* s, ValueId k, Type* key_type, ValueId v,
                                Type* val_type) {
  struct Side {
    const syntax::Expr* lhs;
    ValueId value;
    Type* type;
    LValue left;
  };
  std::vector<Side> sides;
  if (s->key() != nullptr && !IsBlank(s->key())) sides.push_back({s->key(), k, key_type, {}});
  if (s->val() != nullptr && v.is_valid() && !IsBlank(s->val())) {
    sides.push_back({s->val(), v, val_type, {}});
  }
  // As in any assignment, operands on the left come before the first store.
  for (Side& side : sides) {
    if (Declares(side.lhs, s->is_define) == nullptr) side.left = Left(side.lhs);
  }
  for (Side& side : sides) {
    b_.pos = side.lhs->pos;
    if (Var* var = Declares(side.lhs, s->is_define)) {
      Type* t = Canon(var->type);
      ValueId value = Coerce(side.value, side.type, t);
      LocalId local = s->shares_vars ? vars_[var].local : DeclareVar(var);
      StoreAt(t, b_.LocalAddr(local), value);
    } else {
      StoreLeft(side.left, Coerce(side.value, side.type, side.left.type));
    }
  }
}

// The loop around a body: counts a hidden int local from 0 to limit.
void FuncBuilder::CountedLoop(const syntax::RangeStmt* s, Type* type, ValueId limit,
                              const std::function<void(ValueId)>& bind) {
  LocalId counter = b_.NewTemp(type);
  b_.StoreLocal(counter, b_.ConstInt(type, 0));
  BlockId head = b_.NewBlock(), body = b_.NewBlock(), next = b_.NewBlock(), done = b_.NewBlock();
  b_.Jump(head);
  b_.SetBlock(head);
  b_.pos = s->pos;
  ValueId i = b_.LoadLocal(counter);
  b_.Branch(b_.Emit(Op::kLt, b_.BoolType(), {i, limit}), body, done);
  b_.SetBlock(body);
  targets_.push_back({s, done, next});
  loop_depth_++;
  bind(i);
  Stmts(s->body->stmts);
  b_.Jump(next);
  loop_depth_--;
  targets_.pop_back();
  b_.SetBlock(next);
  b_.pos = s->pos;
  ValueId old = b_.LoadLocal(counter);
  b_.StoreLocal(counter, b_.Emit(Op::kAdd, type, {old, b_.ConstInt(type, 1)}));
  BackEdge(head);
  b_.SetBlock(done);
}

void FuncBuilder::RangeInt(const syntax::RangeStmt* s, Type* t) {
  ValueId n = Expr(s->x);
  CountedLoop(s, t, n, [&](ValueId i) { BindRangeVars(s, i, t); });
}

void FuncBuilder::RangeIndexed(const syntax::RangeStmt* s, Type* t) {
  bool want_value = s->val() != nullptr && !IsBlank(s->val());
  Type* u = types::Under(t);
  Type* elem;
  ValueId base, len;
  if (auto* slice = types::DynCast<types::Slice>(u)) {
    elem = layout_.Canon(slice->elem);
    ValueId x = Expr(s->x);
    base = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {x});
    len = b_.Emit(Op::kSliceLen, b_.IntType(), {x});
  } else {
    types::Array* a;
    if (auto* p = types::DynCast<types::Pointer>(u)) {
      a = UnderAs<types::Array>(p->elem);
      if (want_value || HasCall(s->x)) base = Expr(s->x);
      if (want_value && a->len > 0) b_.NilCheck(base);
    } else {
      a = static_cast<types::Array*>(u);
      if (want_value) {
        base = OwnedAs(s->x, t);
      } else if (HasCall(s->x)) {
        Discard(s->x);
      }
    }
    elem = layout_.Canon(a->elem);
    len = b_.Int(a->len);
  }
  CountedLoop(s, b_.IntType(), len, [&](ValueId i) {
    ValueId v;
    if (want_value) v = ValueAt(elem, b_.ElemAddr(elem, base, i));
    BindRangeVars(s, i, b_.IntType(), v, elem);
  });
}

void FuncBuilder::RangeString(const syntax::RangeStmt* s) {
  ValueId str = Expr(s->x);
  Type* rune = b_.Basic(types::BasicKind::kInt32);
  ValueId len = b_.Emit(Op::kStrLen, b_.IntType(), {str});
  LocalId counter = b_.NewTemp(b_.IntType());
  LocalId after = b_.NewTemp(b_.IntType());
  b_.StoreLocal(counter, b_.Int(0));
  BlockId head = b_.NewBlock(), body = b_.NewBlock(), next = b_.NewBlock(), done = b_.NewBlock();
  b_.Jump(head);
  b_.SetBlock(head);
  b_.pos = s->pos;
  ValueId i = b_.LoadLocal(counter);
  b_.Branch(b_.Emit(Op::kLt, b_.BoolType(), {i, len}), body, done);
  b_.SetBlock(body);
  ValueId pair = b_.Emit(Op::kDecodeRune, b_.TupleOf({rune, b_.IntType()}), {str, i});
  ValueId r = b_.Extract(rune, pair, 0);
  b_.StoreLocal(after, b_.Extract(b_.IntType(), pair, 1));
  targets_.push_back({s, done, next});
  loop_depth_++;
  BindRangeVars(s, i, b_.IntType(), r, rune);
  Stmts(s->body->stmts);
  b_.Jump(next);
  loop_depth_--;
  targets_.pop_back();
  b_.SetBlock(next);
  b_.pos = s->pos;
  b_.StoreLocal(counter, b_.LoadLocal(after));
  BackEdge(head);
  b_.SetBlock(done);
}

void FuncBuilder::RangeMap(const syntax::RangeStmt* s, Type* t) {
  auto* m = UnderAs<types::Map>(t);
  Type* key = layout_.Canon(m->key);
  Type* elem = layout_.Canon(m->elem);
  ValueId map = Expr(s->x);
  LocalId iter = b_.NewTemp(mb_->IterType());
  b_.DeclLocal(iter);
  b_.EmitOf(Op::kMapIterInit, nullptr, t, {map, b_.LocalAddr(iter)});
  BlockId head = b_.NewBlock(), body = b_.NewBlock(), next = b_.NewBlock(), done = b_.NewBlock();
  b_.Jump(head);
  b_.SetBlock(head);
  b_.pos = s->pos;
  Type* key_ptr = b_.PointerTo(key);
  ValueId k = b_.EmitOf(Op::kMapIterKey, key_ptr, t, {b_.LocalAddr(iter)});
  b_.Branch(b_.Emit(Op::kNe, b_.BoolType(), {k, b_.Zero(key_ptr)}), body, done);
  b_.SetBlock(body);
  targets_.push_back({s, done, next});
  loop_depth_++;
  bool want_value = s->val() != nullptr && !IsBlank(s->val());
  ValueId kv = ValueAt(key, k);
  ValueId vv;
  if (want_value) {
    vv = ValueAt(elem, b_.EmitOf(Op::kMapIterElem, b_.PointerTo(elem), t, {b_.LocalAddr(iter)}));
  }
  BindRangeVars(s, kv, key, vv, elem);
  Stmts(s->body->stmts);
  b_.Jump(next);
  loop_depth_--;
  targets_.pop_back();
  b_.SetBlock(next);
  b_.pos = s->pos;
  b_.EmitOf(Op::kMapIterNext, nullptr, t, {b_.LocalAddr(iter)});
  BackEdge(head);
  b_.SetBlock(done);
}

void FuncBuilder::RangeChan(const syntax::RangeStmt* s, Type* t) {
  Type* elem = layout_.Canon(UnderAs<types::Chan>(t)->elem);
  ValueId c = Expr(s->x);
  LocalId temp = b_.NewTemp(elem);
  BlockId head = b_.NewBlock(), body = b_.NewBlock(), done = b_.NewBlock();
  b_.Jump(head);
  b_.SetBlock(head);
  b_.pos = s->pos;
  ValueId ok = b_.Emit(Op::kChanRecv, b_.BoolType(), {c, b_.LocalAddr(temp)});
  b_.Branch(ok, body, done);
  b_.SetBlock(body);
  targets_.push_back({s, done, head});
  loop_depth_++;
  BindRangeVars(s, ValueAt(elem, b_.LocalAddr(temp)), elem);
  Stmts(s->body->stmts);
  loop_depth_--;
  targets_.pop_back();
  BackEdge(head);
  b_.SetBlock(done);
}

}  // namespace gol::ir
