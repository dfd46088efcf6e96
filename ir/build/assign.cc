// Assignment.
//
// First the operands of the left side (indices, pointers, maps and keys) and the right side are
// evaluated, in order; then the values are stored from left to right. Checks that belong to the
// store itself (a nil pointer, an index out of range, a nil map) happen in the second phase, as in
// Go's compiler. LValue holds what the first phase found.
#include "base/check.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::NodeKind;
using syntax::Operator;
using types::Type;
using types::Var;

bool FuncBuilder::IsBlank(const syntax::Expr* e) {
  auto* id = syntax::DynAs<syntax::Ident>(syntax::Unparen(e));
  return id != nullptr && id->is_blank();
}

Var* FuncBuilder::Declares(const syntax::Expr* e, bool is_define) {
  auto* id = syntax::DynAs<syntax::Ident>(e);
  if (!is_define || id == nullptr || id->is_blank()) return nullptr;
  auto* v = types::DynCast<Var>(id->obj);
  return v != nullptr && v->is_local() && v->pos == id->pos ? v : nullptr;
}

LValue FuncBuilder::Left(const syntax::Expr* e) {
  e = syntax::Unparen(e);
  LValue l;
  l.pos = e->pos;
  if (IsBlank(e)) return l;
  b_.pos = e->pos;
  l.type = TypeOf(e);
  switch (e->kind) {
    case NodeKind::kSelectorExpr: {
      auto* s = syntax::As<syntax::SelectorExpr>(e);
      if (s->selection == nullptr) break;
      const auto& path = s->selection->index;
      if (path.size() != 1) break;  // through embedded fields: all checks at once
      Type* xt = TypeOf(s->x);
      Type* type = l.type;
      if (auto* p = UnderAs<types::Pointer>(xt)) {
        l.kind = LValue::kPointer;
        l.base = Expr(s->x);
        xt = layout_.Canon(p->elem);
      } else {
        l = Left(s->x);
      }
      l.type = type;
      l.pos = e->pos;
      l.steps.push_back({xt, static_cast<size_t>(path[0]), ValueId(), false, false, e->pos});
      return l;
    }
    case NodeKind::kIndexExpr: {
      auto* x = syntax::As<syntax::IndexExpr>(e);
      Type* xt = TypeOf(x->x);
      Type* u = types::Under(xt);
      bool is_unsigned = false, is_const = false;
      int64_t value = 0;
      if (auto* m = types::DynCast<types::Map>(u)) {
        l.kind = LValue::kMap;
        l.type = layout_.Canon(m->elem);
        l.elem = xt;
        l.base = Expr(x->x);
        l.index = OwnedAs(x->indices[0], layout_.Canon(m->key));
        return l;
      }
      if (auto* s = types::DynCast<types::Slice>(u)) {
        l.kind = LValue::kSlice;
        l.base = Expr(x->x);
        l.index = IntIndex(x->indices[0], &l.is_unsigned, &is_const, &value);
        l.elem = layout_.Canon(s->elem);
        return l;
      }
      Type* type = l.type;
      if (auto* p = types::DynCast<types::Pointer>(u)) {
        l.kind = LValue::kPointer;
        l.base = Expr(x->x);
        xt = layout_.Canon(p->elem);
      } else {
        l = Left(x->x);
      }
      l.type = type;
      l.pos = e->pos;
      ValueId i = IntIndex(x->indices[0], &is_unsigned, &is_const, &value);
      int64_t len = UnderAs<types::Array>(xt)->len;
      l.steps.push_back({xt, 0, i, is_unsigned, !is_const || value >= len, e->pos});
      return l;
    }
    case NodeKind::kStarExpr:
      l.kind = LValue::kPointer;
      l.base = Expr(syntax::As<syntax::StarExpr>(e)->x);
      return l;
    default:
      break;
  }
  l.kind = LValue::kAddr;
  l.base = Addr(e);
  return l;
}

ValueId FuncBuilder::LeftAddr(const LValue& l) {
  ValueId addr = l.base;
  b_.pos = l.pos;
  if (l.kind == LValue::kPointer) b_.NilCheck(addr);
  if (l.kind == LValue::kSlice) {
    BoundsCheck(l.index, b_.Emit(Op::kSliceLen, b_.IntType(), {l.base}), l.is_unsigned);
    ValueId p = b_.Emit(Op::kSlicePtr, b_.PointerTo(l.elem), {l.base});
    addr = b_.ElemAddr(l.elem, p, l.index);
  }
  if (l.kind == LValue::kMap) {
    addr = b_.EmitOf(Op::kMapAssign, b_.PointerTo(l.type), l.elem, {l.base, l.index});
  }
  for (const LValue::Step& s : l.steps) {
    b_.pos = s.pos;
    if (s.index.is_valid()) {
      auto* a = UnderAs<types::Array>(s.type);
      if (s.check) BoundsCheck(s.index, b_.Int(a->len), s.is_unsigned);
      addr = b_.ElemAddr(layout_.Canon(a->elem), addr, s.index);
    } else {
      addr = b_.FieldAddr(s.type, s.field, addr);
    }
  }
  return addr;
}

void FuncBuilder::StoreLeft(const LValue& l, ValueId v) {
  if (l.kind == LValue::kBlank) return;
  StoreAt(l.type, LeftAddr(l), v);
}

void FuncBuilder::Assign(const syntax::AssignStmt* s) {
  if (s->op != Operator::kNone) {
    OpAssign(s->lhs[0], s->op, s->rhs[0], s->pos);
    return;
  }
  DefineOrAssign({s->lhs.data(), s->lhs.size()}, s->rhs, s->is_define);
}

void FuncBuilder::DefineOrAssign(std::span<syntax::Expr* const> lhs,
                                 std::span<syntax::Expr* const> rhs, bool is_define) {
  Pos pos = b_.pos;
  if (lhs.size() == 1 && rhs.size() == 1) {
    if (IsBlank(lhs[0])) {
      Discard(rhs[0]);
      return;
    }
    if (Var* v = Declares(lhs[0], is_define)) {
      Type* t = Canon(v->type);
      if (IsWord(t)) {
        ValueId value = ExprAs(rhs[0], t);
        b_.pos = lhs[0]->pos;
        b_.Store(b_.LocalAddr(DeclareVar(v)), value);
      } else {
        const syntax::Expr* x = syntax::Unparen(rhs[0]);
        if (x->kind == NodeKind::kCompositeLit) {
          ExprTo(b_.LocalAddr(DeclareVar(v)), x, t, true);
        } else {
          ValueId value = Expr(x);
          b_.pos = lhs[0]->pos;
          b_.Move(t, b_.LocalAddr(DeclareVar(v)), value);
        }
      }
      return;
    }
    LValue l = Left(lhs[0]);
    ValueId v = ExprAs(rhs[0], l.type);
    b_.pos = pos;
    StoreLeft(l, v);
    return;
  }

  // Phase 1.
  std::vector<LValue> lefts(lhs.size());
  std::vector<Var*> declared(lhs.size(), nullptr);
  for (size_t i = 0; i < lhs.size(); i++) {
    declared[i] = Declares(lhs[i], is_define);
    if (declared[i] == nullptr) {
      lefts[i] = Left(lhs[i]);
    } else {
      lefts[i].type = Canon(declared[i]->type);
    }
  }
  std::vector<ValueId> values(lhs.size());
  std::vector<Type*> from(lhs.size(), nullptr);
  if (rhs.size() == lhs.size()) {
    for (size_t i = 0; i < rhs.size(); i++) {
      Type* t = lefts[i].type;
      if (t == nullptr) {
        Discard(rhs[i]);
        continue;
      }
      values[i] = OwnedAs(rhs[i], t);
      from[i] = t;
    }
  } else {
    std::vector<Value> results = TupleValues(rhs[0]);
    for (size_t i = 0; i < lhs.size(); i++) {
      values[i] = results[i].v;
      from[i] = results[i].type;
    }
  }
  // Phase 2.
  for (size_t i = 0; i < lhs.size(); i++) {
    if (declared[i] == nullptr && lefts[i].kind == LValue::kBlank) continue;
    b_.pos = pos;
    ValueId v = Coerce(values[i], from[i], lefts[i].type);
    if (declared[i] != nullptr) {
      b_.pos = lhs[i]->pos;
      StoreAt(lefts[i].type, b_.LocalAddr(DeclareVar(declared[i])), v);
    } else {
      StoreLeft(lefts[i], v);
    }
  }
}

std::vector<FuncBuilder::Value> FuncBuilder::TupleValues(const syntax::Expr* e) {
  const syntax::Expr* x = syntax::Unparen(e);
  b_.pos = x->pos;
  if (x->kind == NodeKind::kCallExpr) return MultiValues(x);
  // v, ok = m[k], x.(T), <-c
  Value v{{}, nullptr, nullptr}, ok{{}, b_.BoolType(), nullptr};
  if (auto* index = syntax::DynAs<syntax::IndexExpr>(x)) {
    Type* mt = TypeOf(index->x);
    ValueId m = Expr(index->x);
    ValueId key = MapKey(index->indices[0], mt);
    b_.pos = x->pos;
    v.type = layout_.Canon(UnderAs<types::Map>(mt)->elem);
    v.v = MapLookup(mt, m, key, &ok.v);
  } else if (auto* assertion = syntax::DynAs<syntax::TypeAssertExpr>(x)) {
    ValueId i = Expr(assertion->x);
    b_.pos = x->pos;
    v.type = TypeOf(assertion->type_expr);
    v.v = TypeAssert2(i, TypeOf(assertion->x), v.type, &ok.v);
  } else {
    auto* recv = syntax::As<syntax::UnaryExpr>(x);
    v.type = layout_.Canon(UnderAs<types::Chan>(TypeOf(recv->x))->elem);
    v.v = Receive(recv, &ok.v);
  }
  return {v, ok};
}

void FuncBuilder::OpAssign(const syntax::Expr* lhs, Operator op, const syntax::Expr* rhs,
                           Pos pos) {
  LValue l = Left(lhs);
  Type* t = l.type;
  bool is_shift = op == Operator::kShl || op == Operator::kShr;
  ValueId y;
  bool positive = true;
  if (is_shift) {
    if (rhs->value != nullptr) {
      types::ConstPool pool(mb_->module()->arena);
      int64_t n = 0;
      if (!pool.ToInt(*rhs->value).GetInt64(&n)) n = 64;
      y = b_.ConstInt(b_.Basic(types::BasicKind::kUint), n);
    } else {
      y = Expr(rhs);
      positive = types::IsUnsigned(b_.TypeOf(y));
    }
  } else {
    y = ExprAs(rhs, t);
  }
  auto combine = [&](ValueId x) {
    b_.pos = pos;
    return is_shift ? ShiftBy(op, t, x, y, positive) : Arith(op, t, x, y, pos, rhs);
  };
  bool may_panic = is_shift || op == Operator::kDiv || op == Operator::kRem;
  if (l.kind == LValue::kMap && l.steps.empty() && may_panic) {
    b_.pos = pos;
    ValueId v = combine(MapLookup(l.elem, l.base, l.index, nullptr));
    StoreLeft(l, v);
    return;
  }
  ValueId addr = LeftAddr(l);
  ValueId v = combine(b_.Load(t, addr));
  b_.Store(addr, v);
}

void FuncBuilder::IncDec(const syntax::IncDecStmt* s) {
  LValue l = Left(s->x);
  Type* t = l.type;
  b_.pos = s->pos;
  ValueId addr = LeftAddr(l);
  b_.pos = s->pos;
  ValueId x = b_.Load(t, addr);
  ValueId one = Const(types::ConstValue::Int(1), t);
  b_.Store(addr, b_.Emit(s->op == Operator::kAdd ? Op::kAdd : Op::kSub, t, {x, one}));
}

}  // namespace gol::ir
