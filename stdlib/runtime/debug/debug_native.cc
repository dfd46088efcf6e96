// Native half of package runtime/debug.
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"

using gol::rt::CurrentRuntime;

extern "C" {

int64_t gol_native_runtime_debug_setGCPercent(int64_t percent) {
  return CurrentRuntime()->heap().SetGcPercent(percent);
}

int64_t gol_native_runtime_debug_setMemoryLimit(int64_t limit) {
  return CurrentRuntime()->heap().SetMemoryLimit(limit);
}

void gol_native_runtime_debug_FreeOSMemory() { CurrentRuntime()->heap().FreeOsMemory(); }

}  // extern "C"
