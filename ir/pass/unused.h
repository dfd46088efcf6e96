// What nothing needs: variables that are only set, values without use, functions.
#pragma once

#include <vector>

#include "ir/func.h"

namespace gol::ir {

// How a function uses one of its locals.
struct LocalUse {
  int loads = 0, stores = 0;
  bool other = false;  // its address goes elsewhere
  ValueId store;       // the last one
};

std::vector<LocalUse> UsesOfLocals(const Func& func);

// Removes variables that are only set, and instructions without effect that nothing uses.
void RemoveUnusedInsts(Func* func);

// Removes the functions of a program that nothing refers to.
void RemoveUnusedFuncs(Module* module);

}  // namespace gol::ir
