// Internals of panics that tracebacks and fatal errors share. See panic.cc.
#pragma once

#include <cstdint>

namespace gol::rt {

// Whether the return address pc lies in the function that runs deferred calls for a panic.
bool IsGopanicPc(uint64_t pc);

}  // namespace gol::rt
