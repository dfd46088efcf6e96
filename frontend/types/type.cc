// The parts of types that are computed on demand: underlying types, methods, constraints.
#include "frontend/types/type.h"

#include "frontend/types/check.h"
#include "frontend/types/context.h"
#include "frontend/types/object.h"
#include "frontend/types/predicates.h"
#include "frontend/types/subst.h"
#include "frontend/types/typeset.h"

namespace gol::types {
namespace {

bool EqualFoldAscii(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); i++) {
    char x = a[i], y = b[i];
    if (x >= 'A' && x <= 'Z') x = static_cast<char>(x + 32);
    if (y >= 'A' && y <= 'Z') y = static_cast<char>(y + 32);
    if (x != y) return false;
  }
  return true;
}

}  // namespace

bool EqualFold(std::string_view a, std::string_view b) { return EqualFoldAscii(a, b); }

Type* UnaliasSlow(Alias* a) {
  if (a->actual != nullptr) return a->actual;
  Type* t = a;
  while (t != nullptr && t->kind == TypeKind::kAlias) t = static_cast<Alias*>(t)->from_rhs;
  if (t == nullptr) return a->context->invalid();  // still being set up
  a->actual = t;
  return t;
}

Type* UnderSlow(Type* t) {
  t = Unalias(t);
  if (t->kind == TypeKind::kNamed) return static_cast<Named*>(t)->Underlying();
  if (t->kind == TypeKind::kTypeParam) return Constraint(static_cast<TypeParam*>(t));
  return t;
}

Interface* Constraint(TypeParam* tp) {
  Context* c = tp->context;
  Type* bound = tp->bound;
  Interface* iface = nullptr;
  if (!IsValid(bound) || IsTypeParam(bound)) {
    return static_cast<Interface*>(c->empty_interface());
  }
  Type* u = Under(bound);
  if (u->kind == TypeKind::kBasic && static_cast<Basic*>(u)->basic == BasicKind::kInvalid) {
    return static_cast<Interface*>(c->empty_interface());
  }
  if (u->kind == TypeKind::kInterface) {
    iface = static_cast<Interface*>(u);
  } else {
    // A constraint that is no interface stands for the interface that embeds it.
    c->NoteShared(tp);
    iface = c->NewInterface();
    iface->embeddeds.push_back(bound);
    iface->implicit = true;
    iface->complete = true;
    tp->bound = iface;
  }
  if (iface->type_set == nullptr) GetTypeSet(iface, tp->obj->pos);
  return iface;
}

std::span<TypeParam*> Named::type_params() {
  Unpack();
  return tparams_;
}

void Named::Unpack() {
  if (unpacked_) return;
  context->NoteShared(this);
  if (origin_ != nullptr) {
    origin_->Unpack();
    ExpandInstance(this);
    return;
  }
  unpacked_ = true;
  if (loader != nullptr) {
    NamedLoader* l = loader;
    loader = nullptr;
    l->LoadNamed(this);
  }
}

Type* Named::Rhs() {
  Unpack();
  return from_rhs;
}

Type* Named::Underlying() {
  if (underlying_ != nullptr) return underlying_;
  Unpack();
  if (underlying_ == nullptr) ResolveUnderlying();
  return underlying_ != nullptr ? underlying_ : context->invalid();
}

// Follows right-hand sides up to the first type that is neither Named nor Alias. The chain cannot
// be circular: direct cycles are broken before types are used (Checker::DirectCycles); a bound
// guards against damaged input all the same.
void Named::ResolveUnderlying() {
  std::vector<Named*> path;
  Type* t = this;
  Type* u = nullptr;
  while (u == nullptr) {
    if (t == nullptr) return;  // still being set up: nothing to remember
    t = Unalias(t);
    if (t->kind == TypeKind::kNamed) {
      Named* n = static_cast<Named*>(t);
      if (n->underlying_ != nullptr) {
        u = n->underlying_;
        break;
      }
      if (path.size() > 10000) {
        u = context->invalid();
        break;
      }
      path.push_back(n);
      n->Unpack();
      t = n->from_rhs;
    } else {
      u = t;
    }
  }
  for (Named* n : path) n->underlying_ = u;
}

size_t Named::num_methods() {
  Named* o = origin();
  o->Unpack();
  return o->methods_.size();
}

Func* Named::Method(size_t i) {
  Unpack();
  if (origin_ == nullptr) return methods_[i];
  if (methods_.size() < origin_->methods_.size()) methods_.resize(origin_->methods_.size());
  // A method may have taken the place of another (interactive sessions).
  Func* m = methods_[i];
  if (m == nullptr || (m->origin != nullptr ? m->origin : m) != origin_->methods_[i]) {
    context->NoteShared(this);
    methods_[i] = ExpandMethod(this, i);
  }
  return methods_[i];
}

int Named::MethodIndex(std::string_view name, bool fold_case) {
  if (name == "_") return -1;
  Named* o = origin();
  o->Unpack();
  for (size_t i = 0; i < o->methods_.size(); i++) {
    std::string_view n = o->methods_[i]->name;
    if (n == name || (fold_case && EqualFoldAscii(n, name))) return static_cast<int>(i);
  }
  return -1;
}

Func* Named::LookupMethod(Package* pkg, std::string_view name, bool fold_case, int* index) {
  if (!fold_case && !IsExported(name) && !SamePackage(obj()->pkg, pkg)) return nullptr;
  int i = MethodIndex(name, fold_case);
  if (i < 0) return nullptr;
  if (index != nullptr) *index = i;
  return Method(static_cast<size_t>(i));
}

}  // namespace gol::types
