// Substitution.
//
// SubstType walks a type and rebuilds only the parts that mention a substituted parameter, so that
// types without them keep their identity. Named types are not entered: an instance is replaced by
// the instance with substituted type arguments, whose parts are expanded when they are needed
// (ExpandInstance, ExpandMethod). That laziness also makes recursive generic types end. A type
// declared inside a generic function depends on the function's parameters: substituting these
// makes an instance of it, too, with implicit arguments.
#include "frontend/types/subst.h"

#include <vector>

#include "frontend/types/check.h"
#include "frontend/types/context.h"
#include "frontend/types/object.h"
#include "frontend/types/predicates.h"
#include "frontend/types/typeset.h"

namespace gol::types {
namespace {

class Substituter {
 public:
  Substituter(Context* context, std::span<TypeParam* const> from, std::span<Type* const> to,
              Pos pos)
      : c_(context), from_(from), to_(to), pos_(pos) {}

  Type* Apply(Type* t) {
    if (t == nullptr) return nullptr;
    switch (t->kind) {
      case TypeKind::kBasic:
        return t;
      case TypeKind::kTypeParam:
        for (size_t i = 0; i < from_.size() && i < to_.size(); i++) {
          if (from_[i] == t) return to_[i] != nullptr ? to_[i] : t;
        }
        return t;
      case TypeKind::kPointer: {
        auto* p = static_cast<Pointer*>(t);
        Type* e = Apply(p->elem);
        return e == p->elem ? t : c_->NewPointer(e);
      }
      case TypeKind::kSlice: {
        auto* s = static_cast<Slice*>(t);
        Type* e = Apply(s->elem);
        return e == s->elem ? t : c_->NewSlice(e);
      }
      case TypeKind::kArray: {
        auto* a = static_cast<Array*>(t);
        Type* e = Apply(a->elem);
        return e == a->elem ? t : c_->NewArray(e, a->len);
      }
      case TypeKind::kMap: {
        auto* m = static_cast<Map*>(t);
        Type* k = Apply(m->key);
        Type* e = Apply(m->elem);
        return k == m->key && e == m->elem ? t : c_->NewMap(k, e);
      }
      case TypeKind::kChan: {
        auto* ch = static_cast<Chan*>(t);
        Type* e = Apply(ch->elem);
        return e == ch->elem ? t : c_->NewChan(ch->dir, e);
      }
      case TypeKind::kTuple:
        return ApplyTuple(static_cast<Tuple*>(t));
      case TypeKind::kSignature:
        return ApplySignature(static_cast<Signature*>(t));
      case TypeKind::kStruct:
        return ApplyStruct(static_cast<Struct*>(t));
      case TypeKind::kInterface:
        return ApplyInterface(static_cast<Interface*>(t));
      case TypeKind::kUnion: {
        auto* u = static_cast<Union*>(t);
        std::vector<Term> terms;
        bool changed = false;
        for (const Term& term : u->terms) {
          Type* s = Apply(term.type);
          changed |= s != term.type;
          terms.push_back({term.tilde, s});
        }
        return changed ? c_->New<Union>(c_->List(terms)) : t;
      }
      case TypeKind::kNamed: {
        auto* n = static_cast<Named*>(t);
        Named* origin = n->origin();
        if (!n->is_instance() && origin->implicit_tparams.empty()) return t;
        std::vector<Type*> targs, implicit;
        bool changed = ApplyList(n->type_args(), &targs);
        if (!n->implicit_targs.empty()) {
          changed |= ApplyList(n->implicit_targs, &implicit);
        } else if (!origin->implicit_tparams.empty()) {
          std::vector<Type*> own(origin->implicit_tparams.begin(), origin->implicit_tparams.end());
          if (ApplyList(own, &implicit)) {
            changed = true;
          } else {
            implicit.clear();
          }
        }
        return changed ? c_->Instance(origin, targs, pos_, implicit) : t;
      }
      case TypeKind::kAlias: {
        auto* a = static_cast<Alias*>(t);
        if (a->origin != nullptr) {
          std::vector<Type*> targs;
          if (!ApplyList(a->targs, &targs)) return t;
          Alias* n = c_->New<Alias>(c_, a->obj);
          n->origin = a->origin;
          n->tparams = a->tparams;
          n->targs = c_->List(targs);
          n->from_rhs = SubstType(c_, a->origin->from_rhs, a->origin->tparams, n->targs, pos_);
          return n;
        }
        // A local alias may mention the parameters of its function.
        if (a->from_rhs == nullptr) return t;
        Type* rhs = Apply(Unalias(t));
        return rhs == Unalias(t) ? t : rhs;
      }
    }
    return t;
  }

 private:
  bool ApplyList(std::span<Type*> list, std::vector<Type*>* out) {
    bool changed = false;
    for (Type* t : list) {
      Type* s = Apply(t);
      changed |= s != t;
      out->push_back(s);
    }
    return changed;
  }

  Var* CloneVar(Var* v, Type* t) {
    Var* n = c_->New<Var>(*v);
    n->type = t;
    n->origin = v->origin != nullptr ? v->origin : v;
    return n;
  }

  Tuple* ApplyTuple(Tuple* t) {
    if (t == nullptr) return nullptr;
    std::vector<Var*> vars;
    bool changed = false;
    for (Var* v : t->vars) {
      Type* s = Apply(v->type);
      vars.push_back(s == v->type ? v : CloneVar(v, s));
      changed |= s != v->type;
    }
    return changed ? c_->NewTuple(vars) : t;
  }

  Type* ApplySignature(Signature* t) {
    Tuple* params = ApplyTuple(t->params);
    Tuple* results = ApplyTuple(t->results);
    if (params == t->params && results == t->results) return t;
    Signature* n = c_->New<Signature>();
    n->rparams = t->rparams;
    n->tparams = t->tparams;
    n->recv = t->recv;  // methods: replaced by the caller
    n->params = params;
    n->results = results;
    n->variadic = t->variadic;
    return n;
  }

  Type* ApplyStruct(Struct* t) {
    std::vector<Var*> fields;
    bool changed = false;
    for (Var* f : t->fields) {
      Type* s = Apply(f->type);
      fields.push_back(s == f->type ? f : CloneVar(f, s));
      changed |= s != f->type;
    }
    if (!changed) return t;
    Struct* n = c_->New<Struct>();
    n->fields = c_->List(fields);
    n->tags = t->tags;
    return n;
  }

  Type* ApplyInterface(Interface* t) {
    std::vector<Func*> methods;
    bool changed = false;
    for (Func* m : t->methods) {
      if (m->type == nullptr) ResolveObject(m);
      Type* s = Apply(m->type);
      if (s == m->type) {
        methods.push_back(m);
        continue;
      }
      changed = true;
      Func* n = c_->New<Func>(*m);
      n->type = s;
      n->origin = m->origin != nullptr ? m->origin : m;
      methods.push_back(n);
    }
    std::vector<Type*> embeddeds;
    for (Type* e : t->embeddeds) {
      Type* s = Apply(e);
      changed |= s != e;
      embeddeds.push_back(s);
    }
    if (!changed) return t;
    Interface* n = c_->NewInterface();
    n->methods = std::move(methods);
    n->embeddeds = std::move(embeddeds);
    n->embed_pos = t->embed_pos;
    n->implicit = t->implicit;
    n->complete = t->complete;
    n->checker = t->checker;
    // The receivers of its own methods still say t.
    if (!n->methods.empty()) ReplaceRecvType(c_, &n->methods, t, n);
    return n;
  }

  Context* const c_;
  std::span<TypeParam* const> from_;
  std::span<Type* const> to_;
  const Pos pos_;
};

}  // namespace

Type* SubstType(Context* context, Type* t, std::span<TypeParam* const> from,
                std::span<Type* const> to, Pos pos) {
  if (from.empty() || t == nullptr) return t;
  return Substituter(context, from, to, pos).Apply(t);
}

bool ReplaceRecvType(Context* context, std::vector<Func*>* methods, Type* old_recv, Type* recv) {
  bool changed = false;
  for (Func*& m : *methods) {
    Signature* sig = m->signature();
    if (sig == nullptr || sig->recv == nullptr || sig->recv->type != old_recv) continue;
    Signature* s = context->New<Signature>(*sig);
    s->recv = context->New<Var>(*sig->recv);
    s->recv->type = recv;
    Func* n = context->New<Func>(*m);
    n->type = s;
    n->origin = m->origin != nullptr ? m->origin : m;
    m = n;
    changed = true;
  }
  return changed;
}

void ExpandInstance(Named* n) {
  Context* c = n->context;
  Named* origin = n->origin();
  n->unpacked_ = true;
  n->tparams_ = origin->tparams_;
  if (origin->tparams_.size() != n->targs_.size()) {
    n->from_rhs = c->invalid();  // an error was reported
    return;
  }
  if (origin->from_rhs == nullptr) {  // the generic type is still being declared
    n->unpacked_ = false;
    return;
  }
  if (n->implicit_targs.empty()) {
    n->from_rhs = SubstType(c, origin->from_rhs, origin->tparams_, n->targs_, n->obj_->pos);
  } else {
    std::vector<TypeParam*> from(origin->tparams_.begin(), origin->tparams_.end());
    from.insert(from.end(), origin->implicit_tparams.begin(), origin->implicit_tparams.end());
    std::vector<Type*> to(n->targs_.begin(), n->targs_.end());
    to.insert(to.end(), n->implicit_targs.begin(), n->implicit_targs.end());
    n->from_rhs = SubstType(c, origin->from_rhs, from, to, n->obj_->pos);
  }
  // The methods of an interface have the type itself as their receiver.
  if (Interface* iface = DynCast<Interface>(n->from_rhs)) {
    std::vector<Func*> methods = iface->methods;
    if (ReplaceRecvType(c, &methods, origin, n)) {
      if (iface == origin->from_rhs) {
        Interface* copy = c->NewInterface();
        copy->embeddeds = iface->embeddeds;
        copy->embed_pos = iface->embed_pos;
        copy->implicit = iface->implicit;
        copy->complete = iface->complete;
        copy->checker = iface->checker;
        iface = copy;
      }
      iface->methods = std::move(methods);
      iface->type_set = nullptr;
      n->from_rhs = iface;
    }
  }
}

Func* ExpandMethod(Named* n, size_t i) {
  Context* c = n->context;
  Func* origin_method = n->origin()->methods_[i];
  if (origin_method->type == nullptr) ResolveObject(origin_method);
  Signature* origin_sig = origin_method->signature();
  if (origin_sig->recv != nullptr && Deref(origin_sig->recv->type).type == n) return origin_method;
  Signature* sig = origin_sig;
  if (origin_sig->rparams.size() == n->targs_.size()) {
    sig = static_cast<Signature*>(SubstType(c, origin_sig, origin_sig->rparams, n->targs_));
  }
  if (sig == origin_sig) sig = c->New<Signature>(*origin_sig);
  sig->recv = c->New<Var>(*origin_sig->recv);
  sig->recv->type = origin_method->has_ptr_recv() ? static_cast<Type*>(c->NewPointer(n)) : n;
  Func* m = c->New<Func>(*origin_method);
  m->type = sig;
  m->origin = origin_method;
  return m;
}

}  // namespace gol::types
