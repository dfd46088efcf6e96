// Reads the text form of the IR (see print.cc) back, for tests of passes and of the verifier.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ir/func.h"

namespace gol::ir {

struct ParseOptions {
  // The type that a name which is not predeclared stands for ("main.T"), or null.
  std::function<types::Type*(std::string_view name)> named;
};

// Adds the functions of the text to the module. Functions that are only called become bodyless
// declarations without a signature. The error says line and reason.
Result<void> Parse(std::string_view text, Module* module, const ParseOptions& options = {});

// A type written as Go writes it.
Result<types::Type*> ParseType(std::string_view text, Module* module,
                               const ParseOptions& options = {});

}  // namespace gol::ir
