// Native half of os: arguments, exit, random names.
#include <cstdint>

#include "runtime/abi/entry_points.h"
#include "runtime/fastrand.h"
#include "runtime/runtime.h"

using gol::rt::CurrentRuntime;
using gol::rt::TwoWords;

extern "C" {

// The text belongs to the Runtime's options, which outlive the program.
TwoWords gol_native_os_argAt(int64_t i) {
  const std::string& s = CurrentRuntime()->options().args[static_cast<size_t>(i)];
  return {reinterpret_cast<uint64_t>(s.data()), s.size()};
}

int64_t gol_native_os_argCount() {
  return static_cast<int64_t>(CurrentRuntime()->options().args.size());
}

void gol_native_os_exit(int64_t code) { CurrentRuntime()->Exit(static_cast<int>(code)); }

uint32_t gol_native_os_fastrand() { return gol::rt::FastRand() >> 1; }

}  // extern "C"
