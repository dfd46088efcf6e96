// Native half of weak. See runtime/gc/weak.cc.
#include "runtime/gc/collector.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"

using gol::rt::CurrentRuntime;

extern "C" {

void* gol_native_weak_newHandle(void* p, void* spare) {
  return CurrentRuntime()->heap().collector().WeakHandle(p, spare);
}

void* gol_native_weak_value(void* handle) {
  return CurrentRuntime()->heap().collector().WeakValue(handle);
}

}  // extern "C"
