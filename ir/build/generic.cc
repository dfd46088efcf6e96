// Types declared inside generic functions.
//
// Such a type is one Named for the checker, but another type for each instance of the function: its
// definition may mention the function's type parameters. Substitution leaves it alone, since it is
// no instance itself; the builder makes a copy per list of type arguments, named T[args] as in Go's
// run-time texts, with the substituted definition.
#include <unordered_set>

#include "frontend/types/subst.h"
#include "frontend/types/type_string.h"
#include "ir/build/module_builder.h"

namespace gol::ir {

using types::Type;
using types::TypeKind;

namespace {

bool IsLocalGeneric(types::Named* n, const Env* env) {
  if (n->is_instance() || n->obj() == nullptr || n->obj()->func == nullptr) return false;
  types::FuncInfo* f = n->obj()->func;
  while (f->outer != nullptr) f = f->outer;
  if (f->sig == nullptr) return false;
  // A copy that was made for an instance has a finished definition.
  std::span<types::TypeParam*> params =
      f->sig->recv != nullptr ? f->sig->rparams : f->sig->tparams;
  return !params.empty() && !env->from.empty() && params[0] == env->from[0];
}

}  // namespace

// Rewrites t where it mentions a local type of the function that env belongs to.
class LocalTypes {
 public:
  LocalTypes(ModuleBuilder* mb, const Env* env) : mb_(mb), c_(mb->context()), env_(env) {}

  Type* Rewrite(Type* t) {
    if (t == nullptr) return nullptr;
    t = types::Unalias(t);
    switch (t->kind) {
      case TypeKind::kNamed: {
        auto* n = static_cast<types::Named*>(t);
        if (IsLocalGeneric(n, env_)) return mb_->LocalInstance(n, env_);
        if (!n->is_instance()) return t;
        std::vector<Type*> targs;
        bool changed = false;
        for (Type* a : n->type_args()) {
          targs.push_back(Rewrite(a));
          changed |= targs.back() != types::Unalias(a);
        }
        return changed ? c_->Instance(n->origin(), targs, Pos()) : t;
      }
      case TypeKind::kPointer: {
        auto* p = static_cast<types::Pointer*>(t);
        Type* e = Rewrite(p->elem);
        return e == types::Unalias(p->elem) ? t : c_->NewPointer(e);
      }
      case TypeKind::kSlice: {
        auto* p = static_cast<types::Slice*>(t);
        Type* e = Rewrite(p->elem);
        return e == types::Unalias(p->elem) ? t : c_->NewSlice(e);
      }
      case TypeKind::kArray: {
        auto* p = static_cast<types::Array*>(t);
        Type* e = Rewrite(p->elem);
        return e == types::Unalias(p->elem) ? t : c_->NewArray(e, p->len);
      }
      case TypeKind::kChan: {
        auto* p = static_cast<types::Chan*>(t);
        Type* e = Rewrite(p->elem);
        return e == types::Unalias(p->elem) ? t : c_->NewChan(p->dir, e);
      }
      case TypeKind::kMap: {
        auto* p = static_cast<types::Map*>(t);
        Type* k = Rewrite(p->key);
        Type* e = Rewrite(p->elem);
        bool same = k == types::Unalias(p->key) && e == types::Unalias(p->elem);
        return same ? t : c_->NewMap(k, e);
      }
      case TypeKind::kStruct: {
        auto* s = static_cast<types::Struct*>(t);
        bool changed = false;
        std::vector<types::Var*> fields;
        for (types::Var* f : s->fields) fields.push_back(RewriteVar(f, &changed));
        if (!changed) return t;
        auto* r = c_->New<types::Struct>();
        r->fields = c_->List(fields);
        r->tags = s->tags;
        return r;
      }
      case TypeKind::kTuple:
        return RewriteTuple(static_cast<types::Tuple*>(t));
      case TypeKind::kSignature: {
        auto* s = static_cast<types::Signature*>(t);
        types::Tuple* params = RewriteTuple(s->params);
        types::Tuple* results = RewriteTuple(s->results);
        if (params == s->params && results == s->results) return t;
        auto* r = c_->New<types::Signature>();
        r->params = params;
        r->results = results;
        r->variadic = s->variadic;
        r->recv = s->recv;
        return r;
      }
      default:
        return t;
    }
  }

 private:
  types::Var* RewriteVar(types::Var* v, bool* changed) {
    Type* t = Rewrite(v->type);
    if (t == types::Unalias(v->type)) return v;
    *changed = true;
    auto* r = c_->New<types::Var>(v->var_kind, v->pos, v->pkg, v->name, t);
    r->embedded = v->embedded;
    r->origin = v->origin;
    return r;
  }
  types::Tuple* RewriteTuple(types::Tuple* t) {
    if (t == nullptr) return nullptr;
    bool changed = false;
    std::vector<types::Var*> vars;
    for (types::Var* v : t->vars) vars.push_back(RewriteVar(v, &changed));
    return changed ? c_->NewTuple(vars) : t;
  }

  ModuleBuilder* const mb_;
  types::Context* const c_;
  const Env* const env_;
};

Type* ModuleBuilder::SubstLocal(Type* t, const Env* env) { return LocalTypes(this, env).Rewrite(t); }

Type* ModuleBuilder::LocalInstance(types::Named* n, const Env* env) {
  Type*& slot = local_instances_[{n, env->to}];
  if (slot != nullptr) return slot;
  types::Context* c = context();
  types::TypeName* old = n->obj();
  std::string name = std::string(old->name) + TypeArgsText(env->to);
  auto* obj = c->New<types::TypeName>(old->pos, old->pkg, c->Intern(name), nullptr);
  obj->parent = old->parent;
  obj->func = nullptr;
  obj->local_index = old->local_index;
  auto* copy = c->New<types::Named>(c, obj);
  obj->type = copy;
  copy->unpacked_ = true;
  slot = copy;
  // The copy stands in for itself in a recursive definition.
  copy->underlying_ = types::SubstType(c, n->Underlying(), env->from, env->to);
  copy->underlying_ = LocalTypes(this, env).Rewrite(copy->underlying_);
  copy->from_rhs = copy->underlying_;
  return copy;
}

}  // namespace gol::ir
