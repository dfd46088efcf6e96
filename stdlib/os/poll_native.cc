// Native half of os: waiting for files. A file's record is known to the program as a number.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>

#include "runtime/runtime.h"
#include "runtime/sched/netpoll.h"
#include "runtime/sched/sched.h"

using gol::rt::CurrentRuntime;
using gol::rt::NetPoll;
using gol::rt::PollDesc;

namespace {

NetPoll& Poll() { return CurrentRuntime()->sched().netpoll(); }
PollDesc* Record(uint64_t pd) { return reinterpret_cast<PollDesc*>(pd); }

}  // namespace

extern "C" {

uint64_t gol_native_os_pollOpen(int64_t fd, bool force) {
  const int file = static_cast<int>(fd);
  const int flags = fcntl(file, F_GETFL);
  if (flags < 0) return 0;
  if (!force && (flags & O_NONBLOCK) == 0) {
    // Of files that are opened by name, these can make one wait.
    struct stat st;
    if (fstat(file, &st) != 0 || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISCHR(st.st_mode))) {
      return 0;
    }
  }
  int error = 0;
  PollDesc* pd = Poll().Open(file, &error);
  if (pd != nullptr && (flags & O_NONBLOCK) == 0) fcntl(file, F_SETFL, flags | O_NONBLOCK);
  return reinterpret_cast<uint64_t>(pd);
}

bool gol_native_os_isNonblock(int64_t fd) {
  const int flags = fcntl(static_cast<int>(fd), F_GETFL);
  return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

void gol_native_os_setBlocking(int64_t fd) {
  const int flags = fcntl(static_cast<int>(fd), F_GETFL);
  if (flags >= 0) fcntl(static_cast<int>(fd), F_SETFL, flags & ~O_NONBLOCK);
}

void gol_native_os_pollClose(uint64_t pd) { Poll().Close(Record(pd)); }

int64_t gol_native_os_pollPrepare(uint64_t pd, int64_t side) {
  return Poll().Prepare(Record(pd), static_cast<NetPoll::Side>(side));
}

int64_t gol_native_os_pollWait(uint64_t pd, int64_t side) {
  return Poll().Wait(Record(pd), static_cast<NetPoll::Side>(side));
}

// delay: nanoseconds from now; 0: no deadline; negative: it has passed.
void gol_native_os_pollSetDeadline(uint64_t pd, int64_t delay, int64_t sides) {
  int64_t when = delay;
  if (delay > 0) {
    const int64_t now = gol::rt::NanoTime();
    when = delay > INT64_MAX - now ? INT64_MAX : now + delay;
  }
  Poll().SetDeadline(Record(pd), when, static_cast<int>(sides));
}

void gol_native_os_pollUnblock(uint64_t pd) { Poll().Unblock(Record(pd)); }

}  // extern "C"
