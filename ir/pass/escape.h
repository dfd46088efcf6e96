// Escape analysis: which variables and allocations may live in their function's frame.
//
// Requires a built module. Sets Local::on_heap, Inst::on_stack, then the barrier flags of stores
// anew. Whole-module and interprocedural; see escape.cc.
#pragma once

#include <string>
#include <vector>

#include "ir/func.h"

namespace gol::ir {

// One decision, in the Go compiler's words, for -gcflags=-m.
struct EscapeNote {
  Pos pos;
  std::string text;  // "new([1024]byte) escapes to heap", "moved to heap: x", "leaking param: p"
};

// Analyses every function with a body. Appends to *notes unless it is null.
void AnalyzeEscapes(Module* module, std::vector<EscapeNote>* notes);

}  // namespace gol::ir
