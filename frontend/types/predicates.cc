#include "frontend/types/predicates.h"

#include <vector>

#include "frontend/types/context.h"
#include "frontend/types/object.h"
#include "frontend/types/subst.h"
#include "frontend/types/type_string.h"
#include "frontend/types/typeset.h"

namespace gol::types {

bool IsValid(Type* t) {
  t = Unalias(t);
  return t->kind != TypeKind::kBasic || static_cast<Basic*>(t)->basic != BasicKind::kInvalid;
}

bool IsBasic(Type* t, uint16_t info) {
  Type* u = Under(t);
  return u->kind == TypeKind::kBasic && (static_cast<Basic*>(u)->info & info) != 0;
}

bool AllBasic(Type* t, uint16_t info) {
  if (TypeParam* tp = AsTypeParam(t)) {
    return GetTypeSet(Constraint(tp))->ForAll([&](Type* type, Type*) {
      return type != nullptr && IsBasic(type, info);
    });
  }
  return IsBasic(t, info);
}

bool HasName(Type* t) {
  switch (Unalias(t)->kind) {
    case TypeKind::kBasic:
    case TypeKind::kNamed:
    case TypeKind::kTypeParam:
      return true;
    default:
      return false;
  }
}

bool IsTypeLit(Type* t) {
  TypeKind k = Unalias(t)->kind;
  return k != TypeKind::kNamed && k != TypeKind::kTypeParam;
}

bool IsUntypedNumeric(Type* t) {
  return IsUntyped(t) && (static_cast<Basic*>(t)->info & kIsNumeric) != 0;
}

bool IsInterface(Type* t) { return Under(t)->kind == TypeKind::kInterface; }
bool IsTypeParam(Type* t) { return Unalias(t)->kind == TypeKind::kTypeParam; }
bool IsNonTypeParamInterface(Type* t) { return !IsTypeParam(t) && IsInterface(t); }

bool HasEmptyTypeset(Type* t) {
  TypeParam* tp = AsTypeParam(t);
  if (tp == nullptr || tp->bound == nullptr) return false;
  Type* b = Unalias(tp->bound);
  if (b->kind == TypeKind::kNamed) b = static_cast<Named*>(b)->underlying_;
  Interface* iface = DynCast<Interface>(b);
  return iface != nullptr && iface->type_set != nullptr && iface->type_set->is_empty();
}

bool IsGeneric(Type* t) {
  if (Alias* a = DynCast<Alias>(t)) {
    if (!a->tparams.empty() && a->targs.empty()) return true;
  }
  Named* n = AsNamed(t);
  return n != nullptr && !n->is_instance() && !n->type_params().empty();
}

bool HasNil(Type* t) {
  Type* u = Under(t);
  switch (u->kind) {
    case TypeKind::kBasic:
      return static_cast<Basic*>(u)->basic == BasicKind::kUnsafePointer;
    case TypeKind::kSlice:
    case TypeKind::kPointer:
    case TypeKind::kSignature:
    case TypeKind::kMap:
    case TypeKind::kChan:
      return true;
    case TypeKind::kInterface:
      return !IsTypeParam(t) ||
             ForAllTypes(t, [](Type*, Type* under) { return under != nullptr && HasNil(under); });
    default:
      return false;
  }
}

bool IsBytesOrRunes(Type* t) {
  Slice* s = DynCast<Slice>(Under(t));
  if (s == nullptr) return false;
  Basic* b = UnderAs<Basic>(s->elem);
  return b != nullptr && (b->basic == BasicKind::kUint8 || b->basic == BasicKind::kInt32);
}

bool SamePackage(const Package* a, const Package* b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr) return false;
  return a->path == b->path;
}

namespace {

// Why a type is not comparable: the answer of the innermost check and its message.
struct Comparability {
  bool dynamic;
  std::string* cause;
  const Qualifier* qualifier;
  std::vector<Type*> seen;

  bool Check(Type* t, bool top) {
    for (Type* s : seen) {
      if (s == t) return true;
    }
    seen.push_back(t);
    Type* u = Under(t);
    switch (u->kind) {
      case TypeKind::kBasic:
        return static_cast<Basic*>(u)->basic != BasicKind::kUntypedNil;
      case TypeKind::kPointer:
      case TypeKind::kChan:
        return true;
      case TypeKind::kStruct:
        for (Var* f : static_cast<Struct*>(u)->fields) {
          if (!Check(f->type, false)) {
            if (top) Explain("struct containing " + Name(f->type) + " cannot be compared");
            return false;
          }
        }
        return true;
      case TypeKind::kArray:
        if (!Check(static_cast<Array*>(u)->elem, false)) {
          if (top) Explain(Name(t) + " cannot be compared");
          return false;
        }
        return true;
      case TypeKind::kInterface: {
        if (dynamic && !IsTypeParam(t)) return true;
        TypeSet* set = GetTypeSet(static_cast<Interface*>(u));
        if (set->terms.all) {
          if (set->comparable) return true;
        } else if (!set->is_empty()) {
          bool all = true;
          for (const Term& term : set->terms.terms) {
            // Inside a type set, interfaces are not comparable by themselves.
            Comparability inner{false, nullptr, qualifier, seen};
            if (!inner.Check(term.type, false)) all = false;
          }
          if (all) return true;
        }
        if (top) {
          Explain(set->is_empty() ? "empty type set" : "incomparable types in type set");
        }
        return false;
      }
      default:
        return false;
    }
  }

  std::string Name(Type* t) const {
    return qualifier != nullptr ? TypeString(t, *qualifier) : TypeString(t);
  }
  void Explain(std::string text) const {
    if (cause != nullptr) *cause = std::move(text);
  }
};

}  // namespace

bool ComparableType(Type* t, bool dynamic, std::string* cause, const Qualifier* qualifier) {
  Comparability c{dynamic, cause, qualifier, {}};
  return c.Check(t, true);
}
bool IsComparable(Type* t) { return ComparableType(t, true, nullptr, nullptr); }
bool IsStrictlyComparable(Type* t) { return ComparableType(t, false, nullptr, nullptr); }

namespace {

// Interfaces may contain themselves through method signatures without a name in between; pairs
// that are being compared count as equal.
struct InterfacePair {
  Interface* x;
  Interface* y;
  InterfacePair* outer;
};

class Comparer {
 public:
  explicit Comparer(bool ignore_tags) : ignore_tags_(ignore_tags) {}

  bool Same(Type* x, Type* y, InterfacePair* pairs) {
    if (x == y) return true;
    if (x == nullptr || y == nullptr) return false;
    x = Unalias(x);
    y = Unalias(y);
    if (x == y) return true;
    if (x->kind != y->kind) return false;
    switch (x->kind) {
      case TypeKind::kBasic:
        return static_cast<Basic*>(x)->basic == static_cast<Basic*>(y)->basic;
      case TypeKind::kPointer:
        return Same(static_cast<Pointer*>(x)->elem, static_cast<Pointer*>(y)->elem, pairs);
      case TypeKind::kSlice:
        return Same(static_cast<Slice*>(x)->elem, static_cast<Slice*>(y)->elem, pairs);
      case TypeKind::kArray: {
        auto* a = static_cast<Array*>(x);
        auto* b = static_cast<Array*>(y);
        // An unknown length follows an error: assume the best.
        return (a->len < 0 || b->len < 0 || a->len == b->len) && Same(a->elem, b->elem, pairs);
      }
      case TypeKind::kMap: {
        auto* a = static_cast<Map*>(x);
        auto* b = static_cast<Map*>(y);
        return Same(a->key, b->key, pairs) && Same(a->elem, b->elem, pairs);
      }
      case TypeKind::kChan: {
        auto* a = static_cast<Chan*>(x);
        auto* b = static_cast<Chan*>(y);
        return a->dir == b->dir && Same(a->elem, b->elem, pairs);
      }
      case TypeKind::kTuple:
        return SameTuples(static_cast<Tuple*>(x), static_cast<Tuple*>(y), pairs);
      case TypeKind::kStruct:
        return SameStructs(static_cast<Struct*>(x), static_cast<Struct*>(y), pairs);
      case TypeKind::kSignature:
        return SameSignatures(static_cast<Signature*>(x), static_cast<Signature*>(y), pairs);
      case TypeKind::kInterface:
        return SameInterfaces(static_cast<Interface*>(x), static_cast<Interface*>(y), pairs);
      case TypeKind::kNamed:
        return SameNamed(static_cast<Named*>(x), static_cast<Named*>(y));
      case TypeKind::kUnion: {
        TermList a, b;
        for (const Term& t : static_cast<Union*>(x)->terms) a.terms.push_back(t);
        for (const Term& t : static_cast<Union*>(y)->terms) b.terms.push_back(t);
        return a.Equal(b);
      }
      case TypeKind::kTypeParam:
      case TypeKind::kAlias:
        return false;
    }
    return false;
  }

 private:
  bool SameTuples(Tuple* x, Tuple* y, InterfacePair* pairs) {
    size_t nx = x == nullptr ? 0 : x->size();
    size_t ny = y == nullptr ? 0 : y->size();
    if (nx != ny) return false;
    for (size_t i = 0; i < nx; i++) {
      if (!Same(x->at(i)->type, y->at(i)->type, pairs)) return false;
    }
    return true;
  }

  bool SameStructs(Struct* x, Struct* y, InterfacePair* pairs) {
    if (x->fields.size() != y->fields.size()) return false;
    for (size_t i = 0; i < x->fields.size(); i++) {
      Var* f = x->fields[i];
      Var* g = y->fields[i];
      if (f->embedded != g->embedded || !SameId(f, g->pkg, g->name)) return false;
      if (!ignore_tags_ && x->tag(i) != y->tag(i)) return false;
      if (!Same(f->type, g->type, pairs)) return false;
    }
    return true;
  }

  bool SameSignatures(Signature* x, Signature* y, InterfacePair* pairs) {
    if (x->variadic != y->variadic || x->tparams.size() != y->tparams.size()) return false;
    if (x->tparams.empty()) {
      return SameTuples(x->params, y->params, pairs) && SameTuples(x->results, y->results, pairs);
    }
    // The names of type parameters do not matter: compare with y's replaced by x's.
    Context* c = x->tparams[0]->context;
    std::vector<Type*> to(x->tparams.begin(), x->tparams.end());
    for (size_t i = 0; i < to.size(); i++) {
      if (!Same(x->tparams[i]->bound, SubstType(c, y->tparams[i]->bound, y->tparams, to), pairs)) {
        return false;
      }
    }
    auto subst = [&](Tuple* t) {
      return t == nullptr ? nullptr : static_cast<Tuple*>(SubstType(c, t, y->tparams, to));
    };
    return SameTuples(x->params, subst(y->params), pairs) &&
           SameTuples(x->results, subst(y->results), pairs);
  }

  bool SameInterfaces(Interface* x, Interface* y, InterfacePair* pairs) {
    TypeSet* a = GetTypeSet(x);
    TypeSet* b = GetTypeSet(y);
    if (a->comparable != b->comparable || a->methods.size() != b->methods.size()) return false;
    if (!a->terms.Equal(b->terms)) return false;
    for (InterfacePair* p = pairs; p != nullptr; p = p->outer) {
      if ((p->x == x && p->y == y) || (p->x == y && p->y == x)) return true;
    }
    InterfacePair pair{x, y, pairs};
    for (size_t i = 0; i < a->methods.size(); i++) {
      Func* f = a->methods[i];
      Func* g = b->methods[i];
      if (!SameId(f, g->pkg, g->name) || !Same(f->type, g->type, &pair)) return false;
    }
    return true;
  }

  bool SameNamed(Named* x, Named* y) {
    if (x->type_args().size() != y->type_args().size() || !IdenticalOrigin(x, y)) return false;
    for (size_t i = 0; i < x->type_args().size(); i++) {
      if (!Identical(x->type_args()[i], y->type_args()[i])) return false;
    }
    if (x->implicit_targs.size() != y->implicit_targs.size()) return false;
    for (size_t i = 0; i < x->implicit_targs.size(); i++) {
      if (!Identical(x->implicit_targs[i], y->implicit_targs[i])) return false;
    }
    return true;
  }

  const bool ignore_tags_;
};

}  // namespace

bool Identical(Type* x, Type* y) { return x == y || Comparer(false).Same(x, y, nullptr); }
bool IdenticalIgnoreTags(Type* x, Type* y) { return x == y || Comparer(true).Same(x, y, nullptr); }
bool IdenticalOrigin(Named* x, Named* y) { return x->origin()->obj_ == y->origin()->obj_; }

Type* Default(Context* context, Type* t) {
  Basic* b = DynCast<Basic>(t);
  if (b == nullptr) return t;
  switch (b->basic) {
    case BasicKind::kUntypedBool: return context->basic(BasicKind::kBool);
    case BasicKind::kUntypedInt: return context->basic(BasicKind::kInt);
    case BasicKind::kUntypedRune: return context->rune_type();
    case BasicKind::kUntypedFloat: return context->basic(BasicKind::kFloat64);
    case BasicKind::kUntypedComplex: return context->basic(BasicKind::kComplex128);
    case BasicKind::kUntypedString: return context->basic(BasicKind::kString);
    default: return t;
  }
}

Type* MaxType(Type* x, Type* y) {
  if (x == y) return x;
  if (!IsUntypedNumeric(x) || !IsUntypedNumeric(y)) return nullptr;
  return static_cast<Basic*>(x)->basic > static_cast<Basic*>(y)->basic ? x : y;
}

DerefResult Deref(Type* t) {
  Pointer* p = UnaliasAs<Pointer>(t);
  return p == nullptr ? DerefResult{t, false} : DerefResult{p->elem, true};
}

}  // namespace gol::types
