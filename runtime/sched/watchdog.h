// Watchdog: one thread that watches the calls of many hosted runtimes.
//
// It ends those whose deadline has passed or that were interrupted, and asks goroutines that run
// for long to give others a turn. A runtime that nobody calls is forgotten after a while and announces itself
// again with its next call: runtimes at rest cost nothing.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "runtime/sched/lock.h"

namespace gol::rt {

class HostCalls;

class Watchdog {
 public:
  Watchdog() = default;
  ~Watchdog();  // Requires: all runtimes that used it are gone
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // On the thread of a call.
  void Watch(HostCalls* calls);
  void Forget(HostCalls* calls);
  // *slot = when_ns, excluding the watchdog's look at it: a deadline never hits a later call.
  void SetDeadline(std::atomic<int64_t>* slot, int64_t when_ns);

  // A RunSignal was set. In signal handlers, too.
  void Kick() { note_.Wake(); }

 private:
  struct Watched {
    HostCalls* calls;
    uint32_t tick = 0;        // P::schedtick when it was seen first
    int64_t since_ns = 0;
    int idle_rounds = 0;
  };

  static void* Main(void* self);
  void Loop();
  // When to look next, in nanoseconds from now.
  int64_t Look(int64_t now);

  Lock lock_;                       // guards the next three
  std::vector<Watched> watched_;
  bool has_thread_ = false;
  bool is_ending_ = false;
  pthread_t thread_ = {};
  Note note_;
};

}  // namespace gol::rt
