// What an embedder lets a Run use, and how a Run is interrupted from outside.
//
// Reaching a limit ends the Run with an Outcome of its own kind, whatever the program's defers and
// recovers say: no panic is raised, the goroutine that hit the limit ends where it stands, the world
// is stopped, and the Runtime's destructor gives everything back. Limits on memory and goroutines
// are checked where those are taken; deadline and interruption wake the thread of the host, which
// stops the world through the safepoints that every loop and prologue has anyway. A program without limits pays
// nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "runtime/sched/lock.h"

namespace gol::rt {

inline constexpr uint64_t kNoLimit = UINT64_MAX;

struct Limits {
  // Bytes of heap spans in use; goroutines with their stacks may take as much again. Before the limit ends the Run, a collection tries to make room; the
  // collector aims to stay below by itself, as with a memory limit a little smaller.
  uint64_t heap_bytes = kNoLimit;
  // Goroutines alive at once, the main one included.
  uint64_t goroutines = kNoLimit;
  // Bytes of one goroutine's stack: Go's limit.
  uint64_t stack_bytes = 1000000000;
  // Bytes written to file descriptors 1 and 2 and by print, println and the runtime's reports.
  uint64_t output_bytes = kNoLimit;
  // Units of fuel (sched/fuel.cc); of hosted runtimes only.
  uint64_t fuel = kNoLimit;
  // Wall time of a Run.
  uint64_t run_ns = kNoLimit;
};

// Where the thread in Runtime::Run sleeps, and the wish to wake it early. Shared with whoever may
// interrupt, so that it outlives both.
class RunSignal {
 public:
  // Ends the Run in progress, or else the next one, with Outcome::kInterrupted. From any thread and
  // from signal handlers.
  void Interrupt() {
    interrupted_.store(true, std::memory_order_seq_cst);
    note_.Wake();
  }
  // Interrupt, after the traces of all goroutines were written as Go does on SIGQUIT. pc: where the signal
  // came, or 0.
  void Quit(uint64_t pc) {
    quit_pc_.store(pc, std::memory_order_relaxed);
    quit_.store(true, std::memory_order_relaxed);
    Interrupt();
  }
  // Withdraws a wish that no Run has honoured yet.
  void Reset() {
    quit_.store(false, std::memory_order_relaxed);
    interrupted_.store(false, std::memory_order_seq_cst);
  }

 private:
  friend class Runtime;
  friend class Watchdog;

  std::atomic<bool> interrupted_{false};
  std::atomic<bool> quit_{false};
  std::atomic<uint64_t> quit_pc_{0};
  Note note_;
};

}  // namespace gol::rt
