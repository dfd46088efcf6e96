// Index expressions x[i] and slice expressions x[i:j:k].
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

namespace {

// What indexing a value of one type gives.
struct Indexed {
  Type* elem = nullptr;  // null: values of the type cannot be indexed
  Type* key = nullptr;   // maps
  int64_t length = -1;   // arrays: bound of a constant index
  OperandMode mode = OperandMode::kVariable;
};

Indexed IndexType(Context* context, Type* under, OperandMode mode) {
  Indexed r;
  switch (under->kind) {
    case TypeKind::kBasic:
      if (IsString(under)) {
        r.elem = context->byte_type();
        r.mode = OperandMode::kValue;
      }
      break;
    case TypeKind::kArray:
      r.elem = static_cast<Array*>(under)->elem;
      r.length = static_cast<Array*>(under)->len;
      if (mode != OperandMode::kVariable) r.mode = OperandMode::kValue;
      break;
    case TypeKind::kPointer:
      if (Array* array = UnderAs<Array>(static_cast<Pointer*>(under)->elem)) {
        r.elem = array->elem;
        r.length = array->len;
      }
      break;
    case TypeKind::kSlice:
      r.elem = static_cast<Slice*>(under)->elem;
      break;
    case TypeKind::kMap:
      r.key = static_cast<Map*>(under)->key;
      r.elem = static_cast<Map*>(under)->elem;
      r.mode = OperandMode::kMapIndex;
      break;
    default:
      break;
  }
  return r;
}

}  // namespace

bool Checker::IndexExpr(Operand* x, syntax::IndexExpr* e) {
  ExprOrType(x, e->x, true);
  switch (x->mode) {
    case OperandMode::kInvalid:
      Use(e->indices);
      return false;
    case OperandMode::kTypExpr:
      // An instance of a generic type.
      x->Invalidate();
      x->type = VarType(e);
      if (IsValid(x->type)) x->mode = OperandMode::kTypExpr;
      return false;
    case OperandMode::kValue:
      if (Signature* sig = UnderAs<Signature>(x->type); sig != nullptr && sig->is_generic()) {
        return true;
      }
      break;
    default:
      break;
  }
  NonGeneric(nullptr, x);
  if (!x->is_valid()) return false;

  Indexed result;
  if (IsTypeParam(x->type)) {
    // All types of the set must agree in key and element type; maps do not mix with others.
    bool first = true;
    OperandMode mode = x->mode;
    bool ok = ForAllTypes(x->type, [&](Type*, Type* u) {
      if (u == nullptr) return false;
      Indexed one = IndexType(context_, u, mode);
      if (one.elem == nullptr) return false;
      if (first) {
        first = false;
        result = one;
        return true;
      }
      bool same_key = one.key == nullptr || result.key == nullptr ? one.key == result.key
                                                                  : Identical(one.key, result.key);
      if (!same_key || !Identical(one.elem, result.elem)) return false;
      if (one.length >= 0 && one.length < result.length) result.length = one.length;
      if (one.mode == OperandMode::kValue) result.mode = one.mode;
      return true;
    });
    if (!ok) result.elem = nullptr;
  } else {
    result = IndexType(context_, Under(x->type), x->mode);
    if (result.elem != nullptr && x->mode == OperandMode::kConstant) {
      result.length = static_cast<int64_t>(x->value.string_value().size());
    }
  }
  if (result.elem == nullptr) {
    Error(e->pos, diag::kCannotIndex, x);
    Use(e->indices);
    x->Invalidate();
    return false;
  }

  syntax::Expr* index = SingleIndex(e);
  if (index == nullptr) {
    x->Invalidate();
    return false;
  }
  if (result.key != nullptr) {
    Operand key;
    Expr(nullptr, &key, index);
    Assignment(&key, result.key, "map index");
    // Even where the index is wrong, the type of the element is known.
  }
  x->mode = result.mode;
  x->type = result.elem;
  x->expr = e;
  if (result.key == nullptr) {
    int64_t value;
    Index(index, result.length, &value);
  }
  return false;
}

void Checker::SliceExpr(Operand* x, syntax::SliceExpr* e) {
  Expr(nullptr, x, e->x);
  if (!x->is_valid()) {
    for (syntax::Expr* index : e->index) Use(index);
    return;
  }

  // The underlying type that all types of x's type set have; strings count as byte slices.
  Type* common_type = nullptr;
  Type* common = nullptr;
  bool has_string = false;
  bool ok = ForAllTypes(x->type, [&](Type* t, Type* u) {
    if (u == nullptr) {
      Error(x, diag::kCannotSliceCause, x, "no specific type in " + Str(x->type));
      return false;
    }
    if (IsString(u)) {
      u = context_->NewSlice(context_->byte_type());
      has_string = true;
    }
    if (common == nullptr) {
      common_type = t;
      common = u;
    } else if (!Identical(common, u)) {
      Error(x, diag::kCannotSliceCause, x,
            Str(common_type) + " and " + Str(t) + " have different underlying types");
      return false;
    }
    return true;
  });
  if (!ok) {
    x->Invalidate();
    return;
  }
  if (has_string) {
    common = IsTypeParam(x->type) ? context_->basic(BasicKind::kString) : Under(x->type);
  }

  bool valid = false;
  int64_t length = -1;
  switch (common->kind) {
    case TypeKind::kBasic:
      if (!IsString(common)) break;
      if (e->is_full) {
        syntax::Expr* at = e->index[2] != nullptr ? e->index[2] : e;
        Error(at, diag::kThreeIndexString);
        x->Invalidate();
        return;
      }
      valid = true;
      if (x->mode == OperandMode::kConstant) {
        length = static_cast<int64_t>(x->value.string_value().size());
      }
      if (IsUntyped(x->type)) x->type = context_->basic(BasicKind::kString);
      break;
    case TypeKind::kArray:
      valid = true;
      length = static_cast<Array*>(common)->len;
      if (x->mode != OperandMode::kVariable) {
        Error(x, diag::kCannotSliceUnaddressable, x);
        x->Invalidate();
        return;
      }
      MarkAddressTaken(e->x);
      x->type = context_->NewSlice(static_cast<Array*>(common)->elem);
      break;
    case TypeKind::kPointer:
      if (Array* array = UnderAs<Array>(static_cast<Pointer*>(common)->elem)) {
        valid = true;
        length = array->len;
        x->type = context_->NewSlice(array->elem);
      }
      break;
    case TypeKind::kSlice:
      valid = true;
      break;
    default:
      break;
  }
  if (!valid) {
    Error(x, diag::kCannotSlice, x);
    x->Invalidate();
    return;
  }
  x->mode = OperandMode::kValue;
  if (e->is_full && (e->index[1] == nullptr || e->index[2] == nullptr)) {
    x->Invalidate();  // the parser has reported it
    return;
  }

  // Known indices, -1 for others. An index may be equal to the length.
  int64_t value[3];
  for (int i = 0; i < 3; i++) {
    value[i] = i == 0 ? 0 : length;
    if (e->index[i] != nullptr) Index(e->index[i], length >= 0 ? length + 1 : -1, &value[i]);
  }
  for (int i = 0; i < 2; i++) {
    for (int j = i + 1; j < 3; j++) {
      if (value[i] <= 0 || value[j] < 0 || value[j] >= value[i]) continue;
      Error(e->index[j] != nullptr ? e->index[j] : e->index[i], diag::kSwappedSliceIndices,
            value[j], value[i]);
      return;
    }
  }
}

syntax::Expr* Checker::SingleIndex(syntax::IndexExpr* e) {
  if (e->indices.empty()) return nullptr;
  if (e->indices.size() > 1) Error(e->indices[1], diag::kMoreThanOneIndex);
  return e->indices[0];
}

Type* Checker::Index(syntax::Expr* e, int64_t max, int64_t* value) {
  *value = -1;
  Operand x;
  Expr(nullptr, &x, e);
  if (!IsValidIndex(&x, "index", false)) return context_->invalid();
  if (x.mode != OperandMode::kConstant) return x.type;
  int64_t v;
  if (!x.value.GetInt64(&v)) return context_->invalid();
  if (max >= 0 && v >= max) {
    Error(&x, diag::kIndexOutOfBounds, x.value, max);
    return context_->invalid();
  }
  *value = v;
  return x.type;
}

bool Checker::IsValidIndex(Operand* x, std::string_view what, bool allow_negative) {
  if (!x->is_valid()) return false;
  // An untyped constant index becomes an int.
  ConvertUntyped(x, context_->basic(BasicKind::kInt));
  if (!x->is_valid()) return false;
  if (!AllInteger(x->type)) {
    Error(x, diag::kIndexMustBe, what, x, "be integer");
    return false;
  }
  if (x->mode != OperandMode::kConstant) return true;
  if (!allow_negative && x->value.Sign() < 0) {
    Error(x, diag::kIndexMustBe, what, x, "not be negative");
    return false;
  }
  if (!RepresentableConst(x->value, context_->basic(BasicKind::kInt), &x->value)) {
    Error(x, diag::kIndexOverflowsInt, what, x);
    return false;
  }
  return true;
}

}  // namespace gol::types
