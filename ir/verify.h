// The verifier: checks a function against the rules listed in verify.cc.
#pragma once

#include <string>
#include <vector>

#include "ir/func.h"

namespace gol::ir {

// One line per broken rule: "main.f: b1: %3 int = add %1, %2: message". Empty: all is well.
std::vector<std::string> Verify(const Func& func);
std::vector<std::string> Verify(const Module& module);

}  // namespace gol::ir
