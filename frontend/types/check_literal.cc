// Composite literals T{...} and function literals.
#include <unordered_map>
#include <unordered_set>

#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

using syntax::DynAs;

void Checker::FuncLit(Operand* x, syntax::FuncLit* e) {
  Signature* sig = DynCast<Signature>(Typ(e->func_type));
  if (sig == nullptr) {
    x->Invalidate();
    return;
  }
  FuncInfo* info = context_->NewFuncInfo();
  info->outer = env_.func;
  info->lit = e;
  info->pkg = pkg_;
  info->sig = sig;
  e->info = info;
  if (env_.func != nullptr) {
    env_.func->literals.push_back(info);
  } else {
    pkg_->package_literals.push_back(info);
  }
  if (e->body != nullptr) {
    // The body is checked as soon as possible, but not now: it may refer to a type whose
    // declaration this literal is a part of. The scope is the one in force here.
    DeclInfo* decl = env_.decl;
    std::optional<ConstValue> iota = env_.iota;
    syntax::File* file = env_.file;
    Later([this, decl, info, sig, e, iota, file] {
      syntax::File* saved = env_.file;
      env_.file = file;
      FuncBody(decl, "<function literal>", info, sig, e->body, iota);
      env_.file = saved;
    });
  }
  x->mode = OperandMode::kValue;
  x->type = sig;
}

void Checker::CompositeLit(Operand* x, syntax::CompositeLit* e, Type* hint) {
  Type* type = nullptr;
  Type* base = nullptr;
  bool is_elem = false;  // an element whose type the enclosing literal gives
  auto* open_array = DynAs<syntax::ArrayType>(e->type_expr);
  if (open_array != nullptr && open_array->len == nullptr) {
    // [...]T: the length comes from the elements.
    type = base = context_->NewArray(VarType(open_array->elem), -1);
  } else if (e->type_expr != nullptr) {
    type = base = Typ(e->type_expr);
  } else if (hint != nullptr) {
    type = base = hint;
    // Where the element type is *T, {} stands for &T{}.
    Type* under = CommonUnder(base, nullptr, &qualifier_);
    if (under != nullptr) {
      DerefResult deref = Deref(under);
      if (deref.is_pointer) base = deref.type;
    }
    is_elem = true;
  } else {
    Error(e, diag::kMissingLiteralType);
    type = base = context_->invalid();
  }

  Type* under = CommonUnder(base, nullptr, &qualifier_);
  switch (under != nullptr ? under->kind : TypeKind::kBasic) {
    case TypeKind::kStruct:
      StructLit(x, e, static_cast<Struct*>(under), base);
      break;
    case TypeKind::kArray: {
      auto* array = static_cast<Array*>(under);
      int64_t n = IndexedElems(e->elems, array->elem, array->len);
      // The length was left open, or wrong: then the literal's is the best guess.
      if (array->len < 0) {
        array->len = n;
        if (e->type_expr != nullptr) {
          RecordTypeAndValue(e->type_expr, OperandMode::kTypExpr, array, ConstValue());
        }
      }
      break;
    }
    case TypeKind::kSlice:
      IndexedElems(e->elems, static_cast<Slice*>(under)->elem, -1);
      break;
    case TypeKind::kMap:
      MapLit(x, e, static_cast<Map*>(under));
      break;
    default:
      for (syntax::Expr* elem : e->elems) {
        // The key may name a field of a struct that is not known: it is left alone.
        auto* kv = DynAs<syntax::KeyValueExpr>(elem);
        Use(kv != nullptr ? kv->val : elem);
      }
      if (under == nullptr || IsValid(under)) {
        Error(e, diag::kInvalidLiteralType, is_elem ? " element" : "", type,
              under == nullptr ? " (no common underlying type)" : "");
        x->Invalidate();
        return;
      }
  }
  x->mode = OperandMode::kValue;
  x->type = type;
}

void Checker::StructLit(Operand* x, syntax::CompositeLit* e, Struct* t, Type* base) {
  if (e->elems.empty()) return;
  std::span<Var*> fields = t->fields;
  if (syntax::Is<syntax::KeyValueExpr>(e->elems[0])) {
    std::vector<bool> visited(fields.size());
    for (syntax::Expr* elem : e->elems) {
      auto* kv = DynAs<syntax::KeyValueExpr>(elem);
      if (kv == nullptr) {
        Error(elem, diag::kMixedStructLiteral);
        continue;
      }
      Expr(nullptr, x, kv->val);
      auto* key = DynAs<syntax::Ident>(kv->key);
      if (key == nullptr) {
        Error(kv, diag::kInvalidFieldName, kv->key);
        continue;
      }
      int i = FieldIndex(fields, pkg_, key->name, false);
      if (i < 0) {
        int other = FieldIndex(fields, pkg_, key->name, true);
        Object* alternative = other >= 0 ? fields[static_cast<size_t>(other)] : nullptr;
        Error(kv->key, diag::kLookupFailed, LookupError(base, key->name, alternative, true));
        continue;
      }
      Var* field = fields[static_cast<size_t>(i)];
      RecordUse(key, field);
      Assignment(x, field->type, "struct literal");
      if (visited[static_cast<size_t>(i)]) {
        Error(kv, diag::kDuplicateField, key->name);
        continue;
      }
      visited[static_cast<size_t>(i)] = true;
    }
    return;
  }
  for (size_t i = 0; i < e->elems.size(); i++) {
    syntax::Expr* elem = e->elems[i];
    if (syntax::Is<syntax::KeyValueExpr>(elem)) {
      Error(elem, diag::kMixedStructLiteral);
      continue;
    }
    Expr(nullptr, x, elem);
    if (i >= fields.size()) {
      Error(x, diag::kWrongNumberOfFields, "many", base);
      break;
    }
    Var* field = fields[i];
    if (!field->is_exported() && !SamePackage(field->pkg, pkg_)) {
      Error(x, diag::kImplicitUnexportedField, field->name, base);
      continue;
    }
    Assignment(x, field->type, "struct literal");
  }
  if (e->elems.size() < fields.size()) {
    Error(e->rbrace, diag::kWrongNumberOfFields, "few", base);
  }
}

namespace {

// Text that is equal for constants that are equal as map keys, whatever their kind of number:
// 1, 1.0 and 1+0i are one key.
std::string KeyText(ConstPool& pool, ConstValue v) {
  if (v.is_string()) return "s" + std::string(v.string_value());
  if (v.is_bool()) return v.bool_value() ? "true" : "false";
  ConstValue n = pool.ToInt(v);
  if (n.is_int()) return n.ToString();
  auto bits = [](double d) { return std::to_string(__builtin_bit_cast(uint64_t, d)); };
  return "f" + bits(v.Real().ToDouble()) + "," + bits(v.Imag().ToDouble());
}

}  // namespace

void Checker::MapLit(Operand* x, syntax::CompositeLit* e, Map* t) {
  // A key of interface type carries the type of the constant.
  const bool key_is_interface = IsNonTypeParamInterface(t->key);
  std::unordered_map<std::string, std::vector<Type*>> visited;
  for (syntax::Expr* elem : e->elems) {
    auto* kv = DynAs<syntax::KeyValueExpr>(elem);
    if (kv == nullptr) {
      Error(elem, diag::kMissingMapKey);
      continue;
    }
    ExprWithHint(x, kv->key, t->key);
    Assignment(x, t->key, "map literal");
    if (!x->is_valid()) continue;
    if (x->mode == OperandMode::kConstant && !x->value.is_unknown()) {
      auto [it, is_new] = visited.try_emplace(KeyText(consts_, x->value));
      bool duplicate = !is_new && !key_is_interface;
      if (key_is_interface) {
        for (Type* other : it->second) duplicate |= Identical(other, x->type);
        it->second.push_back(x->type);
      }
      if (duplicate) {
        Error(x, diag::kDuplicateKey, x->value);
        continue;
      }
    }
    ExprWithHint(x, kv->val, t->elem);
    Assignment(x, t->elem, "map literal");
  }
}

int64_t Checker::IndexedElems(std::span<syntax::Expr* const> elems, Type* t, int64_t length) {
  // Indices ascend unless there are keys: only then must they be remembered one by one.
  bool has_keys = false;
  for (syntax::Expr* e : elems) has_keys |= syntax::Is<syntax::KeyValueExpr>(e);
  std::unordered_set<int64_t> visited;
  int64_t index = 0, max = 0;
  for (syntax::Expr* e : elems) {
    bool valid_index = false;
    syntax::Expr* value = e;
    if (auto* kv = DynAs<syntax::KeyValueExpr>(e)) {
      value = kv->val;
      int64_t i;
      if (IsValid(Index(kv->key, length, &i))) {
        if (i >= 0) {
          index = i;
          valid_index = true;
        } else {
          Error(e, diag::kIndexNotConstant, kv->key);
        }
      }
    } else if (length >= 0 && index >= length) {
      Error(e, diag::kLiteralIndexOutOfBounds, index, length);
    } else {
      valid_index = true;
    }
    if (valid_index && has_keys && !visited.insert(index).second) {
      Error(e, diag::kDuplicateIndex, index);
    }
    index++;
    if (index > max) max = index;
    Operand x;
    ExprWithHint(&x, value, t);
    Assignment(&x, t, "array or slice literal");
  }
  return max;
}

}  // namespace gol::types
