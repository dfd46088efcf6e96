// Text of the IR, for dumps and tests; parse.h reads it back. The form is described in print.cc.
#pragma once

#include <string>

#include "ir/func.h"

namespace gol::ir {

struct PrintOptions {
  bool positions = false;  // append "@offset" to instructions
};

std::string Print(const Func& func, const PrintOptions& options = {});
// All functions that have a body, in order.
std::string Print(const Module& module, const PrintOptions& options = {});
// One instruction, without a newline.
std::string Print(const Func& func, ValueId value, const PrintOptions& options = {});

}  // namespace gol::ir
