// Unification.
//
// Two types unify if they become identical (or, inexactly, assignable) when the type parameters
// that are being solved for are replaced by suitable types. The unifier walks both types side by
// side; where it meets such a parameter it either records the other side as its type or, if it has
// one, goes on with that. Two unknown parameters that meet are joined: they share a handle from
// then on.
//
// Inexact unification lets a defined type match a literal of its underlying type (the defined
// type then wins as the inferred type, so that the order of arguments does not matter), ignores
// channel directions (the directed type wins), and lets an interface match a type with its
// methods. The result may be wrong; the instantiated call is checked by the ordinary rules.
// Parameters of enclosing functions are types like others, but may match through the single
// underlying type of their constraints.
#include "frontend/types/unify.h"

#include <algorithm>

#include "frontend/types/check.h"
#include "frontend/types/lookup.h"
#include "frontend/types/object.h"
#include "frontend/types/predicates.h"
#include "frontend/types/typeset.h"

namespace gol::types {
namespace {

constexpr int kDepthLimit = 100;  // types that grow while they unify never match

Interface* AsInterface(Type* t) { return IsTypeParam(t) ? nullptr : UnderAs<Interface>(t); }

Type* MethodType(Func* m) {
  if (m->type == nullptr) ResolveObject(m);
  return m->type;
}

}  // namespace

Unifier::Unifier(std::span<TypeParam* const> tparams, std::span<Type* const> targs,
                 bool interface_inference)
    : tparams_(tparams), interface_inference_(interface_inference) {
  for (size_t i = 0; i < tparams.size(); i++) {
    handle_.push_back(i);
    types_.push_back(i < targs.size() ? targs[i] : nullptr);
  }
}

size_t Unifier::IndexOf(TypeParam* tp) const {
  return static_cast<size_t>(std::find(tparams_.begin(), tparams_.end(), tp) - tparams_.begin());
}

TypeParam* Unifier::AsBound(Type* t) const {
  TypeParam* tp = t == nullptr ? nullptr : AsTypeParam(t);
  return tp != nullptr && IndexOf(tp) < tparams_.size() ? tp : nullptr;
}

size_t Unifier::Unknowns() const {
  size_t n = 0;
  for (size_t h : handle_) n += types_[h] == nullptr;
  return n;
}

std::vector<Type*> Unifier::Inferred() const {
  std::vector<Type*> r;
  for (size_t h : handle_) r.push_back(types_[h]);
  return r;
}

bool Unifier::Join(TypeParam* x, TypeParam* y) {
  size_t hx = handle_[IndexOf(x)];
  size_t hy = handle_[IndexOf(y)];
  if (hx == hy) return true;
  if (types_[hx] != nullptr && types_[hy] != nullptr) return false;
  size_t from = types_[hx] != nullptr ? hy : hx;
  size_t to = types_[hx] != nullptr ? hx : hy;
  for (size_t& h : handle_) {
    if (h == from) h = to;
  }
  return true;
}

bool Unifier::Nify(Type* x, Type* y, unsigned mode, Pair* pairs) {
  if (x == y) return true;
  if (x == nullptr || y == nullptr) return false;
  if (Unalias(x) == Unalias(y)) return true;
  if (depth_ > kDepthLimit) return false;
  depth_++;
  struct Leave {
    int& depth;
    ~Leave() { depth--; }
  } leave{depth_};

  // A parameter to solve for goes to x, a defined type to y.
  if (AsNamed(x) != nullptr || AsBound(y) != nullptr) std::swap(x, y);

  if (Named* ny = AsNamed(y); (mode & kExact) == 0 && ny != nullptr && IsTypeLit(x) &&
                              !(interface_inference_ && IsInterface(x))) {
    y = ny->Underlying();
    if (Unalias(x) == Unalias(y)) return true;
  }

  TypeParam* px = AsBound(x);
  TypeParam* py = AsBound(y);
  if (px != nullptr && py != nullptr) {
    return Join(px, py) || Nify(At(px), At(py), mode, pairs);
  }
  if (px != nullptr) return NifyParam(px, y, mode, pairs);

  if (interface_inference_ && (mode & kExact) == 0) {
    Interface* xi = AsInterface(x);
    Interface* yi = AsInterface(y);
    if (xi != nullptr && yi != nullptr) return NifyInterfaces(xi, yi, pairs);
    if (yi != nullptr) {
      xi = yi;
      y = x;
    }
    if (xi != nullptr) {
      const std::vector<Func*> methods = GetTypeSet(xi)->methods;
      for (Func* m : methods) {
        Func* f = DynCast<Func>(LookupFieldOrMethod(y, false, m->pkg, m->name).obj);
        if (f == nullptr || !Nify(MethodType(m), MethodType(f), kExact, pairs)) return false;
      }
      return true;
    }
  }
  return NifyStructure(x, y, mode, pairs);
}

bool Unifier::NifyParam(TypeParam* px, Type* y, unsigned mode, Pair* pairs) {
  Type* x = At(px);
  if (x == nullptr) {
    Set(px, y);
    return true;
  }
  if (!Nify(x, y, mode, pairs)) return false;
  Interface* xi = AsInterface(x);
  Interface* yi = AsInterface(y);
  bool x_named = AsNamed(x) != nullptr;
  bool y_named = AsNamed(y) != nullptr;
  if (xi != nullptr && yi != nullptr) {
    // Which of two defined interfaces would be the right one cannot be known.
    if (x_named && y_named) return Identical(x, y);
    if (GetTypeSet(xi)->methods.size() != GetTypeSet(yi)->methods.size()) return false;
  } else if (xi != nullptr || yi != nullptr) {
    return false;  // either could be meant
  }
  if ((mode & kExact) == 0 && !x_named) {
    if (y_named) {
      Set(px, y);
    } else if (Chan* c = UnderAs<Chan>(y); c != nullptr && c->dir != ChanDir::kSendRecv) {
      Set(px, y);
    }
  }
  return true;
}

// Of two interfaces one must have all the methods of the other.
bool Unifier::NifyInterfaces(Interface* x, Interface* y, Pair* pairs) {
  TypeSet* a = GetTypeSet(x);
  TypeSet* b = GetTypeSet(y);
  if (a->comparable != b->comparable || !a->terms.Equal(b->terms)) return false;
  for (Pair* p = pairs; p != nullptr; p = p->outer) {
    if ((p->x == x && p->y == y) || (p->x == y && p->y == x)) return true;
  }
  Pair pair{x, y, pairs};
  if (a->methods.size() > b->methods.size()) std::swap(a, b);
  const std::vector<Func*> methods = a->methods;
  for (Func* m : methods) {
    Func* other = b->LookupMethod(m->pkg, m->name, false);
    if (other == nullptr || !Nify(MethodType(m), MethodType(other), kExact, &pair)) return false;
  }
  return true;
}

bool Unifier::NifyTuples(Tuple* x, Tuple* y, unsigned mode, Pair* pairs) {
  size_t nx = x == nullptr ? 0 : x->size();
  size_t ny = y == nullptr ? 0 : y->size();
  if (nx != ny) return false;
  for (size_t i = 0; i < nx; i++) {
    if (!Nify(x->at(i)->type, y->at(i)->type, mode, pairs)) return false;
  }
  return true;
}

bool Unifier::NifyStructure(Type* x, Type* y, unsigned mode, Pair* pairs) {
  // A parameter of an enclosing function goes to x.
  if (IsTypeParam(y)) std::swap(x, y);
  unsigned elem_mode = (mode & kAssign) != 0 ? mode | kExact : mode;
  Type* y_as_written = y;
  x = Unalias(x);
  y = Unalias(y);
  if (x->kind == TypeKind::kTypeParam) {
    Type* core = CommonUnder(x, nullptr, nullptr);
    return core != nullptr && Nify(core, y_as_written, kAssign, pairs);
  }
  if (x->kind != y->kind) return false;
  switch (x->kind) {
    case TypeKind::kBasic:
      return static_cast<Basic*>(x)->basic == static_cast<Basic*>(y)->basic;
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(x);
      auto* b = static_cast<Array*>(y);
      return (a->len < 0 || b->len < 0 || a->len == b->len) &&
             Nify(a->elem, b->elem, elem_mode, pairs);
    }
    case TypeKind::kSlice:
      return Nify(static_cast<Slice*>(x)->elem, static_cast<Slice*>(y)->elem, elem_mode, pairs);
    case TypeKind::kPointer:
      return Nify(static_cast<Pointer*>(x)->elem, static_cast<Pointer*>(y)->elem, elem_mode,
                  pairs);
    case TypeKind::kMap: {
      auto* a = static_cast<Map*>(x);
      auto* b = static_cast<Map*>(y);
      return Nify(a->key, b->key, elem_mode, pairs) && Nify(a->elem, b->elem, elem_mode, pairs);
    }
    case TypeKind::kChan: {
      auto* a = static_cast<Chan*>(x);
      auto* b = static_cast<Chan*>(y);
      return ((mode & kExact) == 0 || a->dir == b->dir) &&
             Nify(a->elem, b->elem, elem_mode, pairs);
    }
    case TypeKind::kStruct: {
      auto* a = static_cast<Struct*>(x);
      auto* b = static_cast<Struct*>(y);
      if (a->fields.size() != b->fields.size()) return false;
      for (size_t i = 0; i < a->fields.size(); i++) {
        Var* f = a->fields[i];
        Var* g = b->fields[i];
        if (f->embedded != g->embedded || a->tag(i) != b->tag(i) || !SameId(f, g->pkg, g->name) ||
            !Nify(f->type, g->type, elem_mode, pairs)) {
          return false;
        }
      }
      return true;
    }
    case TypeKind::kTuple:
      return NifyTuples(static_cast<Tuple*>(x), static_cast<Tuple*>(y), mode, pairs);
    case TypeKind::kSignature: {
      auto* a = static_cast<Signature*>(x);
      auto* b = static_cast<Signature*>(y);
      return a->variadic == b->variadic && NifyTuples(a->params, b->params, elem_mode, pairs) &&
             NifyTuples(a->results, b->results, elem_mode, pairs);
    }
    case TypeKind::kInterface: {
      auto* a = static_cast<Interface*>(x);
      auto* b = static_cast<Interface*>(y);
      return GetTypeSet(a)->methods.size() == GetTypeSet(b)->methods.size() &&
             NifyInterfaces(a, b, pairs);
    }
    case TypeKind::kNamed: {
      auto* a = static_cast<Named*>(x);
      auto* b = static_cast<Named*>(y);
      if (a->type_args().size() != b->type_args().size()) return false;
      for (size_t i = 0; i < a->type_args().size(); i++) {
        if (!Nify(a->type_args()[i], b->type_args()[i], mode, pairs)) return false;
      }
      return IdenticalOrigin(a, b);
    }
    default:
      return false;
  }
}

}  // namespace gol::types
