// Escape analysis: which variables and allocations may live in their function's frame.
//
// Requires a built module. Sets Local::on_heap, Inst::on_stack, then the barrier flags of stores
// anew. Whole-module and interprocedural; see escape.cc.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ir/func.h"

namespace gol::ir {

// One decision, in the Go compiler's words, for -gcflags=-m.
struct EscapeNote {
  Pos pos;
  std::string text;  // "new([1024]byte) escapes to heap", "moved to heap: x", "leaking param: p"
};

// The summary (summary.h) of a function that another module has; empty: nothing is known.
using ExternSummary = std::function<std::string_view(std::string_view link_name)>;

struct EscapeOptions {
  std::vector<EscapeNote>* notes = nullptr;  // appended to, unless null
  ExternSummary extern_summary;              // may be null
  // Gets the summaries of declared functions, by link name, unless null.
  std::vector<std::pair<std::string, std::string>>* summaries = nullptr;
};

// Analyses every function with a body.
void AnalyzeEscapes(Module* module, const EscapeOptions& options);

}  // namespace gol::ir
