// The passes over a built module, in order. The table is passes.def.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "ir/func.h"
#include "ir/pass/escape.h"

namespace gol::ir {

struct PassOptions {
  // Gets the decisions that -gcflags=-m prints; null: not wanted.
  std::vector<EscapeNote>* notes = nullptr;
  // See EscapeOptions.
  ExternSummary extern_summary;
  std::vector<std::pair<std::string, std::string>>* summaries = nullptr;
  // Whether small functions are inlined; false with -gcflags=-l.
  bool inline_funcs = true;
  // The module is a whole program: what its entry does not reach is not needed.
  bool is_program = false;
  // Whether the module counts fuel (fuel.h), and which packages are other modules'.
  bool count_fuel = false;
  std::function<bool(const types::Package*)> is_extern;
  // Verifies the module after each pass; a violation is a bug of gol's and ends the process.
  bool verify = false;
  // Called after each pass, with its name.
  std::function<void(std::string_view pass)> after;
};

void RunPasses(Module* module, const PassOptions& options);

}  // namespace gol::ir
