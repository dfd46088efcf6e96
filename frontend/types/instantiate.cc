// Instantiation of generic types and functions, and verification of type arguments.
#include "frontend/types/checker.h"
#include "frontend/types/subst.h"

namespace gol::types {

Type* Checker::Subst(Pos pos, Type* t, std::span<TypeParam* const> from,
                     std::span<Type* const> to) {
  return SubstType(context_, t, from, to, pos);
}

Type* Checker::Instantiate(Pos pos, Type* generic, std::span<Type* const> targs) {
  std::vector<Type*> list(targs.begin(), targs.end());
  if (Named* n = DynCast<Named>(generic)) return context_->Instance(n, list, pos);
  if (Alias* a = DynCast<Alias>(generic)) {
    if (!ValidateTArgLen(pos, a->obj->name, a->tparams.size(), targs.size())) {
      return context_->invalid();
    }
    Alias* inst = context_->New<Alias>(context_, a->obj);
    inst->origin = a;
    inst->tparams = a->tparams;
    inst->targs = context_->List(list);
    inst->from_rhs = a->from_rhs == nullptr
                         ? context_->invalid()
                         : SubstType(context_, a->from_rhs, a->tparams, inst->targs, pos);
    return inst;
  }
  Signature* sig = static_cast<Signature*>(generic);
  Signature* inst =
      static_cast<Signature*>(SubstType(context_, sig, sig->tparams, list, pos));
  if (inst == sig) inst = context_->New<Signature>(*sig);
  inst->tparams = {};
  return inst;
}

bool Checker::ValidateTArgLen(Pos pos, std::string_view name, size_t want, size_t got) {
  if (got == want) return true;
  Error(pos, diag::kTypeArgCount, got < want ? "not enough" : "too many", name,
        static_cast<int>(got), static_cast<int>(want));
  return false;
}

int Checker::Verify(Pos pos, std::span<TypeParam* const> tparams, std::span<Type* const> targs,
                    std::string* cause) {
  for (size_t i = 0; i < tparams.size(); i++) {
    Constraint(tparams[i]);  // makes the bound an interface
    Type* bound = SubstType(context_, tparams[i]->bound, tparams, targs, pos);
    if (!Implements(pos, targs[i], bound, true, cause)) return static_cast<int>(i);
  }
  return -1;
}

Signature* Checker::InstantiateSignature(Pos pos, syntax::Expr* e, std::span<Type* const> targs,
                                         Signature* sig, std::span<syntax::Expr* const> xlist) {
  Signature* inst = static_cast<Signature*>(Instantiate(pos, sig, targs));
  std::span<Type*> list = context_->List(std::vector<Type*>(targs.begin(), targs.end()));
  RecordInstance(e, list, inst);
  // Constraints may not be set up yet.
  Later([this, pos, sig, list, xlist] {
    std::string cause;
    int i = Verify(pos, sig->tparams, list, &cause);
    if (i < 0) {
      RecordMono(pos, sig->tparams, list, xlist);
      return;
    }
    Pos at = static_cast<size_t>(i) < xlist.size()
                 ? syntax::StartPos(xlist[static_cast<size_t>(i)])
                 : pos;
    Error(at, diag::kConstraintNotSatisfied, cause);
  });
  return inst;
}

}  // namespace gol::types
