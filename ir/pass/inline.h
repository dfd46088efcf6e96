// Inlining over gol's own IR. See inline.cc.
#pragma once

#include <string>
#include <vector>

#include "ir/func.h"

namespace gol::ir {

struct EscapeNote;

// Functions up to this cost (Func::inline_cost) are inlined.
inline constexpr int kInlineBudget = 80;
// Literals have few callers; one that is called at a single place costs nothing to inline.
inline constexpr int kLiteralBudget = 2 * kInlineBudget;
inline constexpr int kCalledOnceBudget = 10 * kInlineBudget;

// Replaces calls of small functions by their bodies, callees first; calls of known func values
// become direct ones. Appends to *notes unless it is null, and then keeps closures that nothing
// uses any more, since escape analysis has something to say of them.
void InlineCalls(Module* module, std::vector<EscapeNote>* notes);

// The same for one function, thunks of defer statements included: what it defers is called directly.
void InlineDeferred(Module* module, Func* func);

}  // namespace gol::ir
