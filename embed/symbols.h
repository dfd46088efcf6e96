// What compiled code may refer to by name: the runtime's entry points, native functions, symbols of
// the precompiled packages, and the few functions of the C library that LLVM calls.
#pragma once

#include <cstdint>
#include <string_view>

namespace gol::embed {

// The address, or 0 for an unknown name. Thread-safe.
uint64_t ResolveSymbol(std::string_view name);

// Whether maps are to be inlined: in a debugger they are not, so that it can stop in their functions
// (runtime/debug/debugger.h).
bool MayInlineMaps();

}  // namespace gol::embed
