// See background_thread.h.
#include "embed/background_thread.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace gol::embed {

std::thread StartBackgroundThread(std::function<void()> body) {
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  std::thread thread([body = std::move(body)] {
    // A refusal does no harm.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5);
    body();
  });
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return thread;
}

}  // namespace gol::embed
