// What inlining a function costs, by the Go compiler's measure. See inline_cost.cc.
#pragma once

#include <functional>

#include "frontend/syntax/ast.h"
#include "frontend/types/object.h"
#include "ir/pass/inline.h"

namespace gol::ir {

// Cost of what cannot be inlined.
inline constexpr int kNoInline = -1;

// What a call costs besides its operands where it stays a call.
inline constexpr int kCallCost = 57;

// Answers for a function that is called: its own cost, or kNoInline.
using CalleeCost = std::function<int(types::Func*)>;

// The cost of the function's body, or kNoInline when it holds what is never inlined. Requires: the
// body was checked.
int InlineCost(const types::FuncInfo* info, const CalleeCost& callee_cost);

// The declared function or method that a call reaches, or null. The origin, of an instance's.
types::Func* StaticCallee(const syntax::CallExpr* call);

}  // namespace gol::ir
