// The stack maps of LLVM IR as text: for tests of stack_map_liveness.cc, which write the IR by hand. No other
// part of gol calls it.
#pragma once

#include <string>
#include <string_view>

namespace gol::jit {

// One line for each call that may reach a safepoint, in the order of the text: "caller: callee: %a %b", the
// values whose objects the caller's frame keeps meanwhile. "error: ..." when the IR cannot be read.
// with_bases: as compiled code has them; else derived pointers stand for themselves, as they would if hazard 1 of
// the design had been overlooked.
std::string StackMapText(std::string_view ir, bool with_bases = true);

}  // namespace gol::jit
