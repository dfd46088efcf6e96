// Native half of syscall: system calls, the environment.
#include <fcntl.h>
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

// Files that the call opened or closed: what the program leaves open is closed with its Runtime.
void NoteDescriptors(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a4, int64_t result) {
  gol::rt::DescriptorSet& set = gol::rt::CurrentRuntime()->descriptors();
  auto add_pair = [&](uint64_t address) {
    const int* ends = reinterpret_cast<const int*>(address);
    set.Add(ends[0]);
    set.Add(ends[1]);
  };
  switch (trap) {
    case SYS_open:
    case SYS_openat:
    case SYS_openat2:
    case SYS_creat:
    case SYS_dup:
    case SYS_dup2:
    case SYS_dup3:
    case SYS_socket:
    case SYS_accept:
    case SYS_accept4:
    case SYS_eventfd:
    case SYS_eventfd2:
    case SYS_epoll_create:
    case SYS_epoll_create1:
    case SYS_timerfd_create:
    case SYS_inotify_init:
    case SYS_inotify_init1:
    case SYS_memfd_create:
    case SYS_pidfd_open:
      // Those of the process are not the program's to lose.
      if (result > 2) set.Add(static_cast<int>(result));
      return;
    case SYS_fcntl:
      if (a2 == F_DUPFD || a2 == F_DUPFD_CLOEXEC) set.Add(static_cast<int>(result));
      return;
    case SYS_pipe:
    case SYS_pipe2:
      add_pair(a1);
      return;
    case SYS_socketpair:
      add_pair(a4);
      return;
    default:
      return;
  }
}

}  // namespace

extern "C" {

int64_t gol_native_syscall_sysCall(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                                   uint64_t a5, uint64_t a6) {
  if (trap == SYS_write && (a1 == 1 || a1 == 2)) gol::rt::CurrentRuntime()->CountOutput(a3);
  // Before the call: another thread may get the number right after it.
  if (trap == SYS_close) gol::rt::CurrentRuntime()->descriptors().Remove(static_cast<int>(a1));
  int64_t result;
  {
    gol::rt::BlockingRegion blocking;
    result = Call(trap, a1, a2, a3, a4, a5, a6);
  }
  if (result >= 0) NoteDescriptors(trap, a1, a2, a4, result);
  return result;
}

int64_t gol_native_syscall_rawSysCall(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a3,
                                      uint64_t a4, uint64_t a5, uint64_t a6) {
  if (trap == SYS_close) gol::rt::CurrentRuntime()->descriptors().Remove(static_cast<int>(a1));
  int64_t result = Call(trap, a1, a2, a3, a4, a5, a6);
  if (result >= 0) NoteDescriptors(trap, a1, a2, a4, result);
  return result;
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
