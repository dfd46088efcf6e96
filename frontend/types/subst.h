// Substitution of type arguments for type parameters. See subst.cc.
#pragma once

#include <span>

#include "frontend/types/type.h"

namespace gol::types {

// t with each type parameter of `from` replaced by its counterpart in `to`. Returns t itself where
// nothing changes. Nulls in `to` leave the parameter as it is. pos: for new instances.
Type* SubstType(Context* context, Type* t, std::span<TypeParam* const> from,
                std::span<Type* const> to, Pos pos = Pos());

// Sets type parameters and right-hand side of an instance. Requires: the origin is unpacked.
void ExpandInstance(Named* instance);
// The i'th method of an instance, made of the origin's.
Func* ExpandMethod(Named* instance, size_t i);
// The methods with the receiver type changed to recv; a new list if that changes any.
bool ReplaceRecvType(Context* context, std::vector<Func*>* methods, Type* old_recv, Type* recv);

}  // namespace gol::types
