// What -gcflags=-m calls things.
#pragma once

#include <string>

#include "ir/func.h"

namespace gol::ir {

// Where the call stands that an inlined instruction came in by, at last.
Pos OutermostPos(const Func& func, int32_t inline_site);

// A function's name as the Go compiler's messages have it: "f", "(*T).m", "f.func1" of the package
// that is compiled, "fmt.Println" of others; instances with the shapes of their type arguments.
std::string FuncText(const Func& func, const Module& module);

}  // namespace gol::ir
