// Native half of iter.
#include <cstdint>

#include "runtime/runtime.h"
#include "runtime/sched/sched.h"

using gol::rt::CurrentRuntime;

extern "C" {

void gol_native_runtime_Goexit();
void gol_native_iter_goexit() { gol_native_runtime_Goexit(); }

uint64_t gol_native_iter_newCoroutine(gol::rt::Funcval* fn) {
  const auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  return reinterpret_cast<uint64_t>(CurrentRuntime()->sched().NewCoro(fn, pc));
}

void gol_native_iter_switchTo(uint64_t coroutine) {
  CurrentRuntime()->sched().SwitchCoro(reinterpret_cast<gol::rt::G*>(coroutine));
}

}  // extern "C"
