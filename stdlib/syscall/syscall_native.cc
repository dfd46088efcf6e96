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

// What a program needs to be granted for a system call; 0: nothing.
uint32_t GrantFor(int64_t trap) {
  using namespace gol::rt;
  switch (trap) {
    case SYS_getcwd:
    case SYS_chdir:
    case SYS_fchdir:
      return kGrantEnvironment;
    case SYS_clock_gettime:
    case SYS_gettimeofday:
    case SYS_time:
      return kGrantClock;
    case SYS_socket:
    case SYS_socketpair:
    case SYS_connect:
    case SYS_bind:
    case SYS_listen:
    case SYS_accept:
    case SYS_accept4:
    case SYS_sendto:
    case SYS_recvfrom:
    case SYS_sendmsg:
    case SYS_recvmsg:
    case SYS_shutdown:
    case SYS_getsockname:
    case SYS_getpeername:
    case SYS_setsockopt:
    case SYS_getsockopt:
      return kGrantNetwork;
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
    case SYS_fork:
    case SYS_vfork:
    case SYS_clone:
    case SYS_clone3:
    case SYS_execve:
    case SYS_execveat:
    case SYS_wait4:
    case SYS_waitid:
    case SYS_ptrace:
    case SYS_pidfd_open:
    case SYS_pidfd_send_signal:
    case SYS_getpid:
    case SYS_getppid:
    case SYS_setpgid:
    case SYS_setsid:
    case SYS_exit:
    case SYS_exit_group:
      return kGrantProcesses;
    default:
      return kGrantFiles;
  }
}

// A system call as the host lets the program make it: *result is then set. False: make it.
bool HostAnswers(int64_t trap, const uint64_t (&args)[6], int64_t* result) {
  const uint64_t a1 = args[0], a2 = args[1], a3 = args[2];
  gol::rt::Runtime& rt = *gol::rt::CurrentRuntime();
  const auto& options = rt.options();
  if (trap == SYS_write && (a1 == 1 || a1 == 2)) {
    rt.CountOutput(a3);
    const bool is_err = a1 == 2;
    if ((is_err ? options.stderr_writer : options.stdout_writer).write == nullptr) {
      return false;
    }
    const auto* data = reinterpret_cast<const char*>(a2);
    gol::rt::OnSystemStack([&] {
      if (is_err) rt.WriteStderr(data, a3);
      else rt.WriteStdout(data, a3);
    });
    *result = static_cast<int64_t>(a3);
    return true;
  }
  if (trap == SYS_read && a1 == 0) {
    if (options.stdin_reader.read != nullptr) {
      gol::rt::OnSystemStack([&] {
        *result = options.stdin_reader.read(options.stdin_reader.ctx, reinterpret_cast<char*>(a2), a3);
      });
      return true;
    }
    *result = 0;
    return !options.has_stdin;
  }
  const uint32_t grant = GrantFor(trap);
  if (options.files.call != nullptr) {
    bool is_answered = false;
    gol::rt::OnSystemStack(
        [&] { is_answered = options.files.call(options.files.ctx, trap, args, result); });
    if (is_answered) return true;
    // The rest of what concerns files does not exist.
    *result = -EPERM;
    if (grant == gol::rt::kGrantFiles) return true;
  }
  if ((options.grants & grant) != 0 || options.grants == gol::rt::kGrantAll) return false;
  *result = -EPERM;
  return true;
}

}  // namespace

extern "C" {

int64_t gol_native_syscall_sysCall(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                                   uint64_t a5, uint64_t a6) {
  int64_t result;
  if (HostAnswers(trap, {a1, a2, a3, a4, a5, a6}, &result)) return result;
  // Before the call: another thread may get the number right after it.
  if (trap == SYS_close) gol::rt::CurrentRuntime()->descriptors().Remove(static_cast<int>(a1));
  {
    gol::rt::BlockingRegion blocking;
    result = Call(trap, a1, a2, a3, a4, a5, a6);
  }
  if (result >= 0) NoteDescriptors(trap, a1, a2, a4, result);
  return result;
}

int64_t gol_native_syscall_rawSysCall(int64_t trap, uint64_t a1, uint64_t a2, uint64_t a3,
                                      uint64_t a4, uint64_t a5, uint64_t a6) {
  int64_t result;
  if (HostAnswers(trap, {a1, a2, a3, a4, a5, a6}, &result)) return result;
  if (trap == SYS_close) gol::rt::CurrentRuntime()->descriptors().Remove(static_cast<int>(a1));
  result = Call(trap, a1, a2, a3, a4, a5, a6);
  if (result >= 0) NoteDescriptors(trap, a1, a2, a4, result);
  return result;
}

// The bytes belong to the process: the string refers to them as they are.
TwoWords gol_native_syscall_environAt(int64_t i) {
  if (!gol::rt::CurrentRuntime()->has_grant(gol::rt::kGrantEnvironment)) return {0, 0};
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
