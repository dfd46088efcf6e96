// Limits on what a script may use. Part of gol.h.
#pragma once

#include <chrono>
#include <cstdint>

namespace gol {

// What a Run, or an isolate, may use. Reaching a limit ends the Run with a RunStatus of its own, the call
// with a FailureKind: the program cannot recover from it, its deferred calls do not run, the host's process
// goes on, and the memory is given back.
struct Limits {
  static constexpr uint64_t kNone = UINT64_MAX;
  // Of the garbage-collected heap, in use after a collection; goroutines with their stacks may take as much
  // again.
  uint64_t heap_bytes = kNone;
  uint64_t goroutines = kNone;   // alive at once, the main one included
  uint64_t stack_bytes = 1000000000;  // of one goroutine
  uint64_t output_bytes = kNone;  // written to standard output and standard error
  std::chrono::nanoseconds deadline = std::chrono::nanoseconds::max();  // wall time of the Run, or of each call
};

}  // namespace gol
