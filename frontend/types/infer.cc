// Inference of type arguments.
//
// Steps (Infer):
//   1. Unify the types of parameters with those of typed arguments.
//   2. Unify each type parameter with the core of its constraint (the single type, or underlying
//      type, that all types of its type set have), and the methods of known arguments with those
//      that the constraint demands; repeat while that makes something known.
//   3. Parameters still unknown that untyped constants are passed for get the default type of the
//      largest kind of constant.
//   4. Replace type parameters inside the inferred types by what was inferred for them, after
//      removing those that contain themselves.
// An instantiation for an assignment to a function type (reverse inference) is treated as a call of
// a function whose parameter has the generic function's type with the target as argument.
#include <algorithm>

#include "frontend/types/checker.h"
#include "frontend/types/subst.h"
#include "frontend/types/unify.h"

namespace gol::types {
namespace {

bool Contains(std::span<TypeParam* const> tparams, Type* t) {
  return std::find(tparams.begin(), tparams.end(), t) != tparams.end();
}

// Whether a type mentions any of the parameters.
class ParamFinder {
 public:
  explicit ParamFinder(std::span<TypeParam* const> tparams) : tparams_(tparams) {}

  bool Find(Type* t) {
    if (t == nullptr) return false;
    t = Unalias(t);
    switch (t->kind) {
      case TypeKind::kArray:
        return Find(static_cast<Array*>(t)->elem);
      case TypeKind::kSlice:
        return Find(static_cast<Slice*>(t)->elem);
      case TypeKind::kPointer:
        return Find(static_cast<Pointer*>(t)->elem);
      case TypeKind::kMap:
        return Find(static_cast<Map*>(t)->key) || Find(static_cast<Map*>(t)->elem);
      case TypeKind::kChan:
        return Find(static_cast<Chan*>(t)->elem);
      case TypeKind::kStruct:
        return FindVars(static_cast<Struct*>(t)->fields);
      case TypeKind::kTuple:
        return FindVars(static_cast<Tuple*>(t)->vars);
      case TypeKind::kSignature: {
        auto* s = static_cast<Signature*>(t);
        return (s->params != nullptr && FindVars(s->params->vars)) ||
               (s->results != nullptr && FindVars(s->results->vars));
      }
      case TypeKind::kInterface: {
        if (std::find(seen_.begin(), seen_.end(), t) != seen_.end()) return false;
        seen_.push_back(t);
        TypeSet* set = GetTypeSet(static_cast<Interface*>(t));
        for (Func* m : set->methods) {
          if (m->type == nullptr) ResolveObject(m);
          if (Find(m->type)) return true;
        }
        for (const Term& term : set->terms.terms) {
          if (Find(term.type)) return true;
        }
        return false;
      }
      case TypeKind::kNamed:
        for (Type* a : static_cast<Named*>(t)->type_args()) {
          if (Find(a)) return true;
        }
        return false;
      case TypeKind::kTypeParam:
        return Contains(tparams_, t);
      default:
        return false;
    }
  }

 private:
  bool FindVars(std::span<Var*> vars) {
    for (Var* v : vars) {
      if (Find(v->type)) return true;
    }
    return false;
  }

  std::span<TypeParam* const> tparams_;
  std::vector<Type*> seen_;
};

bool IsParameterized(std::span<TypeParam* const> tparams, Type* t) {
  return ParamFinder(tparams).Find(t);
}

// The core of a type parameter's constraint: its only term (single), or the underlying type that
// all terms share. type is null if there is none.
struct Core {
  Term term;
  bool single = false;
};

Core CoreTerm(TypeParam* tp) {
  TypeSet* set = GetTypeSet(Constraint(tp));
  if (!set->has_terms()) return {};
  if (set->terms.terms.size() == 1) return {set->terms.terms[0], true};
  Type* u = CommonUnder(tp, nullptr, nullptr);
  if (u == nullptr) return {};
  bool tilde = std::any_of(set->terms.terms.begin(), set->terms.terms.end(),
                           [](const Term& t) { return t.tilde; });
  return {{tilde, u}, false};
}

// Forgets inferred types through which a parameter contains itself.
class CycleKiller {
 public:
  CycleKiller(std::span<TypeParam* const> tparams, std::vector<Type*>* inferred)
      : tparams_(tparams), inferred_(*inferred) {}

  void Visit(Type* t) {
    if (t == nullptr) return;
    t = Unalias(t);
    if (std::find(path_.begin(), path_.end(), t) != path_.end()) {
      size_t i = IndexOf(t);
      if (i < inferred_.size()) inferred_[i] = nullptr;
      return;
    }
    path_.push_back(t);
    switch (t->kind) {
      case TypeKind::kArray: Visit(static_cast<Array*>(t)->elem); break;
      case TypeKind::kSlice: Visit(static_cast<Slice*>(t)->elem); break;
      case TypeKind::kPointer: Visit(static_cast<Pointer*>(t)->elem); break;
      case TypeKind::kChan: Visit(static_cast<Chan*>(t)->elem); break;
      case TypeKind::kMap:
        Visit(static_cast<Map*>(t)->key);
        Visit(static_cast<Map*>(t)->elem);
        break;
      case TypeKind::kStruct: VisitVars(static_cast<Struct*>(t)->fields); break;
      case TypeKind::kSignature: {
        auto* s = static_cast<Signature*>(t);
        if (s->params != nullptr) VisitVars(s->params->vars);
        if (s->results != nullptr) VisitVars(s->results->vars);
        break;
      }
      case TypeKind::kInterface:
        for (Func* m : static_cast<Interface*>(t)->methods) Visit(m->type);
        for (Type* e : static_cast<Interface*>(t)->embeddeds) Visit(e);
        break;
      case TypeKind::kUnion:
        for (const Term& term : static_cast<Union*>(t)->terms) Visit(term.type);
        break;
      case TypeKind::kNamed:
        for (Type* a : static_cast<Named*>(t)->type_args()) Visit(a);
        break;
      case TypeKind::kTypeParam: {
        size_t i = IndexOf(t);
        if (i < inferred_.size() && inferred_[i] != nullptr) Visit(inferred_[i]);
        break;
      }
      default:
        break;
    }
    path_.pop_back();
  }

 private:
  void VisitVars(std::span<Var*> vars) {
    for (Var* v : vars) Visit(v->type);
  }
  size_t IndexOf(Type* t) const {
    return static_cast<size_t>(std::find(tparams_.begin(), tparams_.end(), t) - tparams_.begin());
  }

  std::span<TypeParam* const> tparams_;
  std::vector<Type*>& inferred_;
  std::vector<Type*> path_;
};

std::string TypeParamNames(std::span<TypeParam* const> list) {
  std::string s;
  for (size_t i = 0; i < list.size(); i++) {
    if (i > 0) s += list.size() == 2 ? " and " : i + 1 == list.size() ? ", and " : ", ";
    s += list[i]->obj->name;
  }
  return s;
}

}  // namespace

std::vector<Type*> Checker::Infer(Pos pos, std::span<TypeParam* const> tparams,
                                  std::vector<Type*> targs, Tuple* params,
                                  std::span<Operand* const> args, bool reverse,
                                  InferError* error) {
  const size_t n = tparams.size();
  if (targs.size() == n && std::find(targs.begin(), targs.end(), nullptr) == targs.end()) {
    return targs;
  }
  for (Operand* arg : args) {
    if (!arg->is_valid()) return {};
  }
  targs.resize(n, nullptr);
  // Given arguments are put in first: passing a value obeys looser rules than unification.
  if (params != nullptr) params = static_cast<Tuple*>(SubstType(context_, params, tparams, targs));

  Unifier u(tparams, targs, AllowVersion(21));
  auto fail = [&](Pos at, std::string message) {
    error->pos = at;
    error->message = std::move(message);
    return std::vector<Type*>{};
  };
  auto mismatch = [&](Type* param, Operand* arg) {
    std::vector<Type*> known = u.Inferred();
    std::string text = "type " + Str(arg->type) + " of " +
                       Str(static_cast<const syntax::Expr*>(arg->expr)) + " does not match ";
    if (std::all_of(known.begin(), known.end(), [](Type* t) { return t == nullptr; })) {
      return fail(PosOf(arg),
                  text + Str(param) + " (cannot infer " + TypeParamNames(tparams) + ")");
    }
    Type* inferred = SubstType(context_, param, tparams, known);
    if (inferred == param) return fail(PosOf(arg), text + Str(param));
    if (reverse) {
      return fail(PosOf(arg), "inferred type " + Str(inferred) + " for " + Str(param) +
                                  " does not match type " + Str(arg->type) + " of " +
                                  Str(static_cast<const syntax::Expr*>(arg->expr)));
    }
    return fail(PosOf(arg), text + "inferred type " + Str(inferred) + " for " + Str(param));
  };

  // 1. Typed arguments.
  std::vector<size_t> untyped;
  for (size_t i = 0; i < args.size(); i++) {
    Operand* arg = args[i];
    Type* param = params->at(i)->type;
    if (!IsParameterized(tparams, param) && !IsParameterized(tparams, arg->type)) continue;
    if (IsTyped(arg->type)) {
      if (!u.Unify(param, arg->type, kAssign)) return mismatch(param, arg);
    } else if (param->kind == TypeKind::kTypeParam && !arg->is_nil()) {
      untyped.push_back(i);
    }
  }

  // 2. Constraints.
  while (true) {
    size_t unknowns = u.Unknowns();
    for (TypeParam* tp : tparams) {
      Type* known = u.At(tp);
      Core core = CoreTerm(tp);
      if (core.term.type != nullptr) {
        if (known != nullptr) {
          if (!u.Unify(known, core.term.type, kInexact)) {
            return fail(pos, Str(tp) + " (type " + Str(known) + ") does not satisfy " +
                                 Str(tp->bound));
          }
        } else if (core.single && !core.term.tilde) {
          u.Set(tp, core.term.type);
        }
      }
      if (known != nullptr && !IsParameterized(tparams, known)) {
        std::string cause;
        auto unify = [&](Type* x, Type* y) { return u.Unify(x, y, kExact); };
        if (!HasAllMethods(known, Constraint(tp), true, qualifier_, &cause, unify)) {
          return fail(pos, Str(tp) + " (type " + Str(known) + ") does not satisfy " +
                               Str(tp->bound) + " " + cause);
        }
      }
    }
    if (u.Unknowns() == unknowns) break;
  }

  // 3. Untyped constants.
  std::vector<std::pair<TypeParam*, Type*>> largest;
  for (size_t i : untyped) {
    TypeParam* tp = static_cast<TypeParam*>(params->at(i)->type);
    if (u.At(tp) != nullptr) continue;
    auto it = std::find_if(largest.begin(), largest.end(),
                           [&](const auto& entry) { return entry.first == tp; });
    if (it == largest.end()) {
      largest.emplace_back(tp, args[i]->type);
      continue;
    }
    Type* max = MaxType(it->second, args[i]->type);
    if (max == nullptr) {
      return fail(PosOf(args[i]), "mismatched types " + Str(it->second) + " and " +
                                      Str(args[i]->type) + " (cannot infer " + Str(tp) + ")");
    }
    it->second = max;
  }
  for (const auto& [tp, type] : largest) u.Set(tp, Default(context_, type));

  // 4. Simplify.
  std::vector<Type*> inferred = u.Inferred();
  CycleKiller killer(tparams, &inferred);
  for (TypeParam* tp : tparams) killer.Visit(tp);
  std::vector<size_t> dirty;
  for (size_t i = 0; i < n; i++) {
    if (inferred[i] != nullptr && targs[i] == nullptr) dirty.push_back(i);
  }
  while (!dirty.empty()) {
    std::vector<size_t> still;
    for (size_t i : dirty) {
      Type* t = SubstType(context_, inferred[i], tparams, inferred);
      if (t == inferred[i]) continue;
      // A generic function whose parameters are all replaced is not generic any more.
      if (Signature* sig = DynCast<Signature>(t);
          sig != nullptr && !sig->tparams.empty() && !IsParameterized(tparams, sig)) {
        sig->tparams = {};
      }
      inferred[i] = t;
      still.push_back(i);
    }
    dirty = std::move(still);
  }
  for (size_t i = 0; i < n; i++) {
    if (inferred[i] == nullptr || IsParameterized(tparams, inferred[i])) {
      TypeName* obj = tparams[i]->obj;
      return fail(pos, "cannot infer " + std::string(obj->name) + " (declared at " +
                           Str(obj->pos) + ")");
    }
  }
  return inferred;
}

std::span<TypeParam*> Checker::RenameTypeParams(Pos pos, std::span<TypeParam* const> tparams,
                                                Type* t, Type** renamed) {
  std::vector<TypeParam*> fresh;
  std::vector<Type*> to;
  for (TypeParam* tp : tparams) {
    TypeName* name = context_->New<TypeName>(tp->obj->pos, tp->obj->pkg, tp->obj->name, nullptr);
    TypeParam* copy = context_->NewTypeParam(name, tp->bound);
    copy->index = tp->index;
    fresh.push_back(copy);
    to.push_back(copy);
  }
  for (TypeParam* tp : fresh) tp->bound = SubstType(context_, tp->bound, tparams, to);
  *renamed = SubstType(context_, t, tparams, to);
  return context_->List(fresh);
}

bool Checker::FuncInst(Target* target, Pos pos, Operand* x, syntax::IndexExpr* inst, bool infer,
                       std::vector<Type*>* partial) {
  Pos error_pos = inst != nullptr ? inst->pos : pos;
  if (inst != nullptr) x->expr = inst;
  bool version_ok = VerifyVersion(error_pos, 18, "function instantiation");

  std::vector<Type*> targs;
  std::span<syntax::Expr* const> xlist;
  if (inst != nullptr) {
    xlist = inst->indices;
    bool valid = true;
    for (syntax::Expr* e : xlist) {
      targs.push_back(VarType(e));
      valid &= IsValid(targs.back());
    }
    if (!valid) {
      x->Invalidate();
      return false;
    }
  }
  Signature* sig = static_cast<Signature*>(x->type);
  size_t got = targs.size();
  size_t want = sig->tparams.size();
  if (got > want) {
    Error(xlist[got - 1], diag::kTooManyTypeArgs, static_cast<int>(got), static_cast<int>(want));
    x->Invalidate();
    return false;
  }
  if (got < want) {
    if (!infer) {
      if (partial != nullptr) *partial = std::move(targs);
      return true;
    }
    std::vector<Var*> params;
    Operand target_operand;
    std::vector<Operand*> args;
    if (target != nullptr && target->sig != nullptr) {
      if (version_ok) {
        VerifyVersion(error_pos, 21,
                      inst != nullptr ? "partially instantiated function in assignment"
                                      : "implicitly instantiated function in assignment");
      }
      Signature* plain = context_->New<Signature>();
      plain->params = sig->params;
      plain->results = sig->results;
      plain->variadic = sig->variadic;
      params.push_back(context_->NewParam(x->expr->pos, pkg_, "", plain));
      target_operand.mode = OperandMode::kValue;
      target_operand.expr = context_->New<syntax::Ident>(
          x->expr->pos, context_->Intern(target->desc));
      target_operand.type = target->sig;
      args.push_back(&target_operand);
    }
    Type* renamed = nullptr;
    std::span<TypeParam*> tparams =
        RenameTypeParams(pos, sig->tparams, context_->NewTuple(params), &renamed);
    InferError error;
    targs = Infer(pos, tparams, std::move(targs), static_cast<Tuple*>(renamed), args, true, &error);
    if (targs.empty()) {
      if (!error.message.empty()) Error(error.pos, diag::kText, error.message);
      x->Invalidate();
      return false;
    }
  }
  x->type = InstantiateSignature(x->expr->pos, x->expr, targs, sig, xlist);
  x->mode = OperandMode::kValue;
  return false;
}

}  // namespace gol::types
