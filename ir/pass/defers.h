// Defers that need no record at run time. See defers.cc.
#pragma once

#include "ir/func.h"

namespace gol::ir {

// Rewrites functions whose deferred calls can simply be made at their returns.
void ElideDefers(Module* module);

}  // namespace gol::ir
