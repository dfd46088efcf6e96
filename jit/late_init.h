// Static constructors of LLVM's compiler libraries, run late. See cmake/LateLlvm.cmake.
#pragma once

namespace gol::jit {

// Runs them, the first time. Called before any function of those libraries. Any thread.
void ConstructCompiler();

}  // namespace gol::jit
