// Calling compiled code from native functions. See reflect_native.cc.
#pragma once

#include <cstdint>

namespace gol::stdlib {

// The registers of one call: reflect.callArgs.
struct CallRegs {
  const void* code;
  void* context;       // the closure
  void* ints[6];       // integer and pointer words
  uint64_t floats[8];  // bits of floating-point words
  void** stack;        // words that do not fit into registers, in order
  int64_t nstack;
  void* int_out[4];
  uint64_t float_out[4];
};

}  // namespace gol::stdlib

extern "C" {
// Makes the call on the goroutine's stack. A safepoint, and may panic.
void gol_reflect_call(gol::stdlib::CallRegs* regs);
}
