// Native half of syscall: starting programs.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "runtime/runtime.h"
#include "runtime/sched/system_stack.h"
#include "runtime/sched/sched.h"

namespace {

// As in exec.gol.
constexpr int64_t kSession = 1;
constexpr int64_t kGroup = 2;

int64_t Spawn(const char* path, char** argv, char** envv, const char* dir, const int32_t* files, int64_t nfiles,
              int64_t flags) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attr;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attr);
  short wanted = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  if ((flags & kSession) != 0) wanted |= POSIX_SPAWN_SETSID;
  if ((flags & kGroup) != 0) wanted |= POSIX_SPAWN_SETPGROUP;
  posix_spawnattr_setflags(&attr, wanted);
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attr, &all);
  posix_spawnattr_setsigmask(&attr, &none);
  // First to numbers above all that are used, so that no file overwrites one still needed.
  int above = static_cast<int>(nfiles);
  for (int64_t i = 0; i < nfiles; ++i) above = files[i] >= above ? files[i] + 1 : above;
  for (int64_t i = 0; i < nfiles; ++i) {
    if (files[i] >= 0) posix_spawn_file_actions_adddup2(&actions, files[i], above + static_cast<int>(i));
  }
  for (int64_t i = 0; i < nfiles; ++i) {
    int to = static_cast<int>(i);
    if (files[i] >= 0) {
      posix_spawn_file_actions_adddup2(&actions, above + to, to);
      posix_spawn_file_actions_addclose(&actions, above + to);
    } else {
      posix_spawn_file_actions_addclose(&actions, to);
    }
  }
  // Standard files that are not given do not stay open.
  for (int64_t i = nfiles; i < 3; ++i) posix_spawn_file_actions_addclose(&actions, static_cast<int>(i));
  if (dir != nullptr) posix_spawn_file_actions_addchdir_np(&actions, dir);
  pid_t pid = 0;
  int error = posix_spawn(&pid, path, &actions, &attr, argv, envv);
  posix_spawnattr_destroy(&attr);
  posix_spawn_file_actions_destroy(&actions);
  return error != 0 ? -error : pid;
}

}  // namespace

extern "C" int64_t gol_native_syscall_spawn(const char* path, char** argv, char** envv, const char* dir,
                                            const int32_t* files, int64_t nfiles, int64_t flags) {
  if (!gol::rt::CurrentRuntime()->has_grant(gol::rt::kGrantProcesses)) return -EPERM;
  gol::rt::BlockingRegion blocking;
  int64_t result = 0;
  gol::rt::OnSystemStack([&] { result = Spawn(path, argv, envv, dir, files, nfiles, flags); });
  return result;
}
