// Unification of types for type inference. See unify.cc.
#pragma once

#include <span>
#include <vector>

#include "frontend/types/type.h"

namespace gol::types {

// How closely two types must match.
enum UnifyMode : unsigned {
  kInexact = 0,
  kAssign = 1,  // the types of an assignment: inexact on top, elements exact
  kExact = 2,   // identical after substitution
};

class Unifier {
 public:
  // targs: what is known already; shorter lists and nulls mean unknown.
  Unifier(std::span<TypeParam* const> tparams, std::span<Type* const> targs,
          bool interface_inference);

  // Makes x and y match by inferring type arguments. After a failure some may have been inferred.
  bool Unify(Type* x, Type* y, unsigned mode) { return Nify(x, y, mode, nullptr); }

  Type* At(TypeParam* tp) const { return types_[handle_[IndexOf(tp)]]; }
  void Set(TypeParam* tp, Type* t) { types_[handle_[IndexOf(tp)]] = t; }
  // Number of distinct unknowns; falls as inference makes progress.
  size_t Unknowns() const;
  std::vector<Type*> Inferred() const;

 private:
  struct Pair {
    Interface* x;
    Interface* y;
    Pair* outer;
  };

  size_t IndexOf(TypeParam* tp) const;
  // t as one of the parameters that are being solved for, or null.
  TypeParam* AsBound(Type* t) const;
  bool Join(TypeParam* x, TypeParam* y);
  bool Nify(Type* x, Type* y, unsigned mode, Pair* pairs);
  bool NifyParam(TypeParam* px, Type* y, unsigned mode, Pair* pairs);
  bool NifyInterfaces(Interface* x, Interface* y, Pair* pairs);
  bool NifyTuples(Tuple* x, Tuple* y, unsigned mode, Pair* pairs);
  bool NifyStructure(Type* x, Type* y, unsigned mode, Pair* pairs);

  std::span<TypeParam* const> tparams_;
  std::vector<size_t> handle_;  // per parameter: index into types_; joined parameters share it
  std::vector<Type*> types_;    // inferred type, or null
  const bool interface_inference_;
  int depth_ = 0;
};

}  // namespace gol::types
