// Loop nesting of the control-flow graph.
#pragma once

#include <vector>

#include "ir/func.h"

namespace gol::ir {

// Sets Block::loop_depth: how many loops the block stands in. Works for irreducible graphs (goto
// into a loop) too: every strongly connected region is a loop.
void ComputeLoopDepths(Func* func);

}  // namespace gol::ir
