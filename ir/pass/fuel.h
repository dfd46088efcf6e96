// Fuel: counts what a program does, so that a host can end it at the same point each time.
#pragma once

#include <functional>

#include "ir/func.h"

namespace gol::ir {

// Puts an operation that takes one unit of fuel at the entry of each function and on each back edge of a loop. Wrappers
// that the compiler made are free. So are bodies of other modules' functions that are here only to be inlined,
// for whether they are is up to the optimiser: is_extern tells the packages that they come from.
//
// Runs before all passes that move or copy code: the operation has an effect, so that all
// of them keep it, and a program uses the same fuel whatever they do.
void CountFuel(Func* func, const std::function<bool(const types::Package*)>& is_extern);

}  // namespace gol::ir
