// Native half of package runtime: finalizers and cleanups.
#include <cstdint>
#include <cstring>
#include <string_view>

#include "runtime/abi/entry_points.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "stdlib/reflect/call.h"

using gol::rt::CurrentRuntime;
using gol::rt::Funcval;
using gol::rt::GoString;
using gol::rt::TwoWords;

namespace {

// Calls a compiled closure with one pointer.
void CallClosure(void* fn, void* arg) {
  gol::stdlib::CallRegs regs = {};
  regs.code = static_cast<Funcval*>(fn)->code;
  regs.context = fn;
  regs.ints[0] = arg;
  gol_reflect_call(&regs);
}

}  // namespace

extern "C" {

TwoWords gol_native_runtime_setFinalizer(void* obj, Funcval* fn) {
  const char* error =
      CurrentRuntime()->heap().SetFinalizer(obj, fn == nullptr ? nullptr : CallClosure, fn);
  return {reinterpret_cast<uint64_t>(error), error == nullptr ? 0 : std::strlen(error)};
}

uint64_t gol_native_runtime_addCleanup(void* obj, Funcval* fn) {
  return CurrentRuntime()->heap().AddCleanup(obj, CallClosure, fn);
}

// The results of findObject, as a Go struct.
struct ObjectResult {
  uint64_t base;
  uint64_t size;
  bool tiny;
};

void gol_native_runtime_findObject(ObjectResult* out, void* p) {
  *out = {};
  uint64_t size = 0;
  out->base = CurrentRuntime()->heap().FindObject(p, &size, &out->tiny);
  out->size = size;
}

bool gol_native_runtime_pointsInto(void* p, uint64_t from, uint64_t to) {
  uint64_t size = 0;
  bool tiny = false;
  const uint64_t base = CurrentRuntime()->heap().FindObject(p, &size, &tiny);
  if (base == 0) return false;
  for (uint64_t at = base; at + 8 <= base + size; at += 8) {
    uint64_t word = *reinterpret_cast<const uint64_t*>(at);
    if (word >= from && word < to) return true;
  }
  return false;
}

void gol_native_runtime_stopCleanup(void* obj, uint64_t id) {
  CurrentRuntime()->heap().StopCleanup(obj, id);
}

void gol_native_runtime_fatal(GoString text) {
  gol::rt::Fatal(std::string_view(text.ptr, static_cast<size_t>(text.len)));
}

}  // extern "C"
