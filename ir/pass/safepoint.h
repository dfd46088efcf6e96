// Safepoint polls: every loop must reach a safepoint in bounded time.
#pragma once

#include "ir/func.h"

namespace gol::ir {

// The builder places a Poll on every back edge. Removes those in loops that reach a safepoint by
// themselves: the loop has, in a block that dominates the poll, an operation that calls the runtime
// or a function that cannot be inlined.
void PlacePolls(Func* func);

}  // namespace gol::ir
