// Composite literals and function literals.
//
// A literal is built in the memory that it initialises, wherever nothing in the literal can refer
// to that memory (a new variable, a temporary, a new object). Larger array and slice literals whose
// elements are all constants become static data that is copied, or that a loop puts into a map.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"
#include "ir/build/static_data.h"

namespace gol::ir {

using syntax::NodeKind;
using types::Type;

namespace {

// Literals with at least this many constant elements are copied from static data.
constexpr size_t kMinStaticElems = 8;
// Maps of at least this many constant keys and elements are filled by a loop over static data.
constexpr size_t kMinStaticMapElems = 25;

int64_t ElementIndex(types::ConstPool* pool, const syntax::Expr* key) {
  int64_t i = 0;
  if (key->value != nullptr) pool->ToInt(*key->value).GetInt64(&i);
  return i;
}

}  // namespace

int64_t LiteralLength(const syntax::CompositeLit* e, Arena* arena) {
  types::ConstPool pool(*arena);
  int64_t next = 0, max = 0;
  for (const syntax::Expr* x : e->elems) {
    if (auto* kv = syntax::DynAs<syntax::KeyValueExpr>(x)) next = ElementIndex(&pool, kv->key);
    next++;
    max = std::max(max, next);
  }
  return max;
}

void FuncBuilder::ElementsTo(ValueId base, Type* elem, const syntax::CompositeLit* e) {
  types::ConstPool pool(mb_->module()->arena);
  int64_t next = 0;
  for (const syntax::Expr* x : e->elems) {
    const syntax::Expr* value = x;
    if (auto* kv = syntax::DynAs<syntax::KeyValueExpr>(x)) {
      next = ElementIndex(&pool, kv->key);
      value = kv->val;
    }
    b_.pos = value->pos;
    ExprTo(b_.ElemAddr(elem, base, b_.Int(next)), value, elem, true);
    next++;
  }
}

void FuncBuilder::CompositeTo(ValueId addr, const syntax::CompositeLit* e, Type* type,
                              bool zeroed) {
  Type* u = types::Under(type);
  b_.pos = e->pos;
  if (auto* s = types::DynCast<types::Struct>(u)) {
    bool all = e->elems.size() == s->fields.size();
    for (const types::Var* f : s->fields) all &= f->name != "_";
    if (!all && !zeroed) b_.Clear(type, addr);
    for (size_t i = 0; i < e->elems.size(); i++) {
      const syntax::Expr* value = e->elems[i];
      size_t field = i;
      if (auto* kv = syntax::DynAs<syntax::KeyValueExpr>(value)) {
        value = kv->val;
        std::string_view name = syntax::As<syntax::Ident>(kv->key)->name;
        for (size_t k = 0; k < s->fields.size(); k++) {
          if (s->fields[k]->name == name) field = k;
        }
      }
      b_.pos = value->pos;
      if (s->fields[field]->name == "_") {
        Discard(value);  // blank fields stay zero
        continue;
      }
      ValueId at = b_.FieldAddr(type, field, addr);
      ExprTo(at, value, FieldType(type, field), true);
    }
    return;
  }
  auto* a = types::DynCast<types::Array>(u);
  if (a == nullptr) {
    b_.Store(addr, CompositeWord(e, type));
    return;
  }
  Type* elem = layout_.Canon(a->elem);
  if (e->elems.size() >= kMinStaticElems) {
    if (const StaticData* data = StaticLiteral(mb_, env_, e, type)) {
      ValueId src;
      b_.Append(Op::kStaticAddr, layout_.PointerTo(type), {}, &src).data = data;
      b_.Move(type, addr, src);
      return;
    }
  }
  if (static_cast<int64_t>(e->elems.size()) < a->len && !zeroed) b_.Clear(type, addr);
  ElementsTo(addr, elem, e);
}

ValueId FuncBuilder::AddressOfLiteral(const syntax::CompositeLit* e, Type* type) {
  b_.pos = e->pos;
  ValueId p = Describe(b_.EmitOf(Op::kNew, layout_.PointerTo(type), type), e, "&");
  if (IsWord(type)) {
    b_.Store(p, CompositeWord(e, type));
  } else {
    CompositeTo(p, e, type, true);
  }
  return p;
}

bool FuncBuilder::StaticMapLiteral(ValueId map, const syntax::CompositeLit* e, Type* type,
                                   Type* key, Type* elem) {
  if (e->elems.size() < kMinStaticMapElems || layout_.SizeOf(key) == 0) return false;
  std::vector<const syntax::Expr*> keys, values;
  for (const syntax::Expr* x : e->elems) {
    auto* kv = syntax::As<syntax::KeyValueExpr>(x);
    // A literal without a type stands for an address where the type is a pointer; Fill refuses.
    keys.push_back(kv->key);
    values.push_back(kv->val);
  }
  const StaticData* key_data = StaticElements(mb_, env_, keys, key);
  const StaticData* elem_data =
      key_data != nullptr ? StaticElements(mb_, env_, values, elem) : nullptr;
  if (elem_data == nullptr) return false;
  auto address = [&](const StaticData* data, Type* t) {
    ValueId v;
    b_.Append(Op::kStaticAddr, layout_.PointerTo(t), {}, &v).data = data;
    return v;
  };
  const bool has_elems = layout_.SizeOf(elem) != 0;
  ValueId first_key = address(key_data, key);
  ValueId first_elem = has_elems ? address(elem_data, elem) : ValueId();
  LocalId counter = b_.NewTemp(b_.IntType());
  b_.StoreLocal(counter, b_.Int(0));
  BlockId head = b_.NewBlock(), body = b_.NewBlock(), done = b_.NewBlock();
  b_.Jump(head);
  b_.SetBlock(head);
  ValueId i = b_.LoadLocal(counter);
  ValueId n = b_.Int(static_cast<int64_t>(keys.size()));
  b_.Branch(b_.Emit(Op::kLt, b_.BoolType(), {i, n}), body, done);
  b_.SetBlock(body);
  ValueId k = ValueAt(key, b_.ElemAddr(key, first_key, i));
  ValueId slot = b_.EmitOf(Op::kMapAssign, b_.PointerTo(elem), type, {map, k});
  if (has_elems) StoreAt(elem, slot, ValueAt(elem, b_.ElemAddr(elem, first_elem, i)));
  b_.StoreLocal(counter, b_.Emit(Op::kAdd, b_.IntType(), {i, b_.Int(1)}));
  BackEdge(head);
  b_.SetBlock(done);
  return true;
}

ValueId FuncBuilder::CompositeWord(const syntax::CompositeLit* e, Type* type) {
  b_.pos = e->pos;
  Type* u = types::Under(type);
  if (auto* s = types::DynCast<types::Slice>(u)) {
    Type* elem = layout_.Canon(s->elem);
    int64_t n = LiteralLength(e, &mb_->module()->arena);
    Type* array = layout_.Canon(mb_->context()->NewArray(elem, n));
    ValueId p = Describe(b_.EmitOf(Op::kNew, layout_.PointerTo(array), array), e);
    const StaticData* data = nullptr;
    if (e->elems.size() >= kMinStaticElems) data = StaticLiteral(mb_, env_, e, array);
    if (data != nullptr) {
      ValueId src;
      b_.Append(Op::kStaticAddr, layout_.PointerTo(array), {}, &src).data = data;
      b_.Move(array, p, src);
    } else {
      ElementsTo(p, elem, e);
    }
    b_.pos = e->pos;
    ValueId ptr = b_.Emit(Op::kBitcast, b_.PointerTo(elem), {p});
    return b_.Emit(Op::kSliceMake, type, {ptr, b_.Int(n), b_.Int(n)});
  }
  if (auto* m = types::DynCast<types::Map>(u)) {
    Type* key = layout_.Canon(m->key);
    Type* elem = layout_.Canon(m->elem);
    ValueId size;
    if (e->elems.empty()) size = SizeFromLoop(e);
    if (!size.is_valid()) size = b_.Int(static_cast<int64_t>(e->elems.size()));
    ValueId map = Describe(b_.Emit(Op::kMakeMap, type, {size}), e);
    if (StaticMapLiteral(map, e, type, key, elem)) return map;
    for (const syntax::Expr* x : e->elems) {
      auto* kv = syntax::As<syntax::KeyValueExpr>(x);
      ValueId k = OwnedAs(kv->key, key);
      ValueId v = OwnedAs(kv->val, elem);
      b_.pos = kv->pos;
      ValueId slot = b_.EmitOf(Op::kMapAssign, b_.PointerTo(elem), type, {map, k});
      StoreAt(elem, slot, v);
    }
    return map;
  }
  mb_->NotSupported(e->pos, "this composite literal");
  return b_.Zero(type);
}

ValueId FuncBuilder::FuncLit(const syntax::FuncLit* e) {
  Type* type = TypeOf(e);
  if (e->info == nullptr) {
    mb_->NotSupported(e->pos, "this function literal");
    return b_.Zero(type);
  }
  Func* outer = b_.func();
  std::string name = names_->prefix + (names_->is_literal ? "." : ".func") +
                     std::to_string(names_->next_literal++);
  Func* f = mb_->module()->NewFunc(name, FuncKind::kLiteral);
  f->pkg = outer->pkg;
  f->pos = e->pos;
  f->sig = mb_->CanonSignature(type, nullptr);
  f->is_instance = outer->is_instance;
  f->shapes = outer->shapes;
  ValueId v = MakeClosure(f, type, CapturesOf(e->info));
  mb_->QueueLiteral(f, e->info, env_, mb_->NewNames(name, true));
  return v;
}

}  // namespace gol::ir
