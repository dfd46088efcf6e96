// Conversions of bytes to strings that need no copy.
#pragma once

#include "ir/func.h"

namespace gol::ir {

// Marks the string(b) whose result is used at once, and not kept (Inst::no_copy).
void MarkViews(Func* func);

}  // namespace gol::ir
