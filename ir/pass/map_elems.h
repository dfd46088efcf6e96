// Elements of maps whose addresses are known from an operation before. See map_elems.cc.
#pragma once

#include <unordered_map>

#include "ir/func.h"

namespace gol::ir {

// By the index of a MapFind or MapAssign: the value, of a MapFind or MapAssign of the same map and key, that is the
// element's address still, or nil where the map has no such key still.
std::unordered_map<uint32_t, ValueId> KnownMapElems(const Func& func);

}  // namespace gol::ir
