// Types that would contain themselves.
//
// A type's memory holds that of its fields and elements, an interface holds what it embeds. The
// walk keeps the named types it is inside of (nest); meeting one of them again means infinite
// size. For an instance of a generic type the generic right-hand side is walked, and a type
// parameter found there stands for the instance's argument, which is checked outside of the
// instance's own nest. The path keeps all named types for the message.
#include "frontend/types/checker.h"

namespace gol::types {
namespace {

class Validator {
 public:
  Validator(Checker* checker, Context* context) : checker_(checker), context_(context) {}

  bool Check(Type* t) {
    t = Unalias(t);
    if (t == nullptr) return true;
    switch (t->kind) {
      case TypeKind::kArray:
        return Check(static_cast<Array*>(t)->elem);
      case TypeKind::kStruct:
        for (Var* f : static_cast<Struct*>(t)->fields) {
          if (!Check(f->type)) return false;
        }
        return true;
      case TypeKind::kUnion:
        for (const Term& term : static_cast<Union*>(t)->terms) {
          if (!Check(term.type)) return false;
        }
        return true;
      case TypeKind::kInterface:
        for (Type* e : static_cast<Interface*>(t)->embeddeds) {
          if (!Check(e)) return false;
        }
        return true;
      case TypeKind::kNamed:
        return CheckNamed(static_cast<Named*>(t));
      case TypeKind::kTypeParam:
        return CheckTypeParam(static_cast<TypeParam*>(t));
      default:
        return true;
    }
  }

 private:
  bool CheckNamed(Named* t) {
    Named* origin = t->origin();
    if (origin->obj_->pkg != checker_->pkg() && !t->is_instance()) return true;
    // A type without parameters that was found finite stays so wherever it is used.
    if (!t->is_instance() && origin->is_checked_valid) return true;
    for (Named* n : nest_) {
      if (!Identical(n, t)) continue;
      origin->from_rhs = context_->invalid();
      origin->underlying_ = context_->invalid();
      t->underlying_ = context_->invalid();
      for (size_t start = 0; start < path_.size(); start++) {
        if (!Identical(path_[start], t)) continue;
        std::vector<Object*> cycle;
        for (size_t i = start; i < path_.size(); i++) cycle.push_back(path_[i]->obj_);
        checker_->CycleError(cycle, 0);
        return false;
      }
      return false;
    }
    origin->Unpack();
    nest_.push_back(t);
    path_.push_back(t);
    bool ok = Check(origin->from_rhs);
    nest_.pop_back();
    path_.pop_back();
    if (ok && !t->is_instance() && origin->type_params().empty()) origin->is_checked_valid = true;
    return ok;
  }

  bool CheckTypeParam(TypeParam* tp) {
    if (nest_.empty()) return true;
    Named* inst = nest_.back();
    auto tparams = inst->origin()->type_params();
    for (size_t i = 0; i < tparams.size() && i < inst->type_args().size(); i++) {
      if (tparams[i] != tp) continue;
      nest_.pop_back();
      bool ok = Check(inst->type_args()[i]);
      nest_.push_back(inst);
      return ok;
    }
    return true;
  }

  Checker* const checker_;
  Context* const context_;
  std::vector<Named*> nest_;
  std::vector<Named*> path_;
};

}  // namespace

void Checker::ValidType(Named* t) { Validator(this, context_).Check(t); }

// Whether the size of t is finite, asked while declarations may still be under way (by
// unsafe.Sizeof in an array length).
bool Checker::FiniteSize(Type* t) {
  t = Unalias(t);
  if (t == nullptr) return true;
  switch (t->kind) {
    case TypeKind::kNamed: {
      Named* n = static_cast<Named*>(t);
      if (n->finite != Named::kUnknownSize) return n->finite == Named::kFinite;
      if (n->obj_->path_index >= 0) {
        std::vector<Object*> cycle(object_path_.begin() + n->obj_->path_index, object_path_.end());
        CycleError(cycle, FirstInSource(cycle));
        return false;
      }
      Push(n->obj_);
      bool finite = FiniteSize(n->Rhs());
      Pop();
      if (n->finite == Named::kUnknownSize) n->finite = finite ? Named::kFinite : Named::kInfinite;
      return finite;
    }
    case TypeKind::kArray:
      return FiniteSize(static_cast<Array*>(t)->elem);
    case TypeKind::kStruct: {
      Struct* s = static_cast<Struct*>(t);
      if (s->is_finite) return true;
      for (Var* f : s->fields) {
        if (!FiniteSize(f->type)) return false;
      }
      s->is_finite = !s->fields.empty();
      return true;
    }
    default:
      return true;
  }
}

}  // namespace gol::types
