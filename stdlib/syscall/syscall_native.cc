// Native half of syscall: system calls, the environment.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"

extern char** environ;

using gol::rt::TwoWords;

namespace {

int64_t Call(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
             uint64_t a6) {
  long r = ::syscall(trap, a1, a2, a3, a4, a5, a6);
  return r == -1 ? -static_cast<int64_t>(errno) : r;
}

}  // namespace

extern "C" {

int64_t gol_native_syscall_sysCall(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                                   uint64_t a5, uint64_t a6) {
  if (trap == SYS_write && (a1 == 1 || a1 == 2)) gol::rt::CurrentRuntime()->CountOutput(a3);
  gol::rt::BlockingRegion blocking;
  return Call(trap, a1, a2, a3, a4, a5, a6);
}

int64_t gol_native_syscall_rawSysCall(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a3,
                                      uint64_t a4, uint64_t a5, uint64_t a6) {
  return Call(trap, a1, a2, a3, a4, a5, a6);
}

// The bytes belong to the process: the string refers to them as they are.
TwoWords gol_native_syscall_environAt(int64_t i) {
  for (int64_t k = 0; k < i; k++) {
    if (environ[k] == nullptr) return {0, 0};
  }
  const char* s = environ[i];
  if (s == nullptr) return {0, 0};
  return {reinterpret_cast<uint64_t>(s), std::strlen(s)};
}

void gol_native_syscall_Exit(int64_t code) {
  gol::rt::CurrentRuntime()->Exit(static_cast<int>(code));
}

}  // extern "C"
