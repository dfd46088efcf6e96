// Work that recurses as deeply as its input is nested.
#pragma once

#include "base/function_ref.h"

namespace gol {

// Calls f on a stack of 1 GiB, of which only what is used costs memory, and waits for it. The
// caller's thread stands still meanwhile, so that f may use what belongs to it, but for
// thread-local variables. Where no such stack is to be had, f runs on the caller's.
void RunOnLargeStack(FunctionRef<void()> f);

}  // namespace gol
