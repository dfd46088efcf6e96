// Threads of gol's own.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace gol {

// Starts a thread that blocks all signals: they are the program's, whose threads take them.
template <typename F>
std::thread StartThreadWithoutSignals(F body) {
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  std::thread thread(std::move(body));
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return thread;
}

}  // namespace gol
