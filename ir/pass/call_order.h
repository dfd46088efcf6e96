// The order of interprocedural passes.
#pragma once

#include <vector>

#include "ir/func.h"

namespace gol::ir {

// The module's functions with bodies, callees and closures before those who call or make them;
// functions of a cycle together.
std::vector<std::vector<Func*>> CallOrder(Module* module);

}  // namespace gol::ir
