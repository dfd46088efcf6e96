// Static constructors of LLVM's compiler libraries, run late. See cmake/LateLlvm.cmake.
#include "jit/late_init.h"

// The linker makes these of the sections of that name. Weak: the build may leave the constructors
// where they were.
using Constructor = void (*)();
extern "C" [[gnu::weak]] const Constructor __start_gol_llvm_init[];
extern "C" [[gnu::weak]] const Constructor __stop_gol_llvm_init[];

namespace gol::jit {

void ConstructCompiler() {
  static const bool done = [] {
    for (const Constructor* c = __start_gol_llvm_init; c != __stop_gol_llvm_init; ++c) (*c)();
    return true;
  }();
  (void)done;
}

}  // namespace gol::jit
