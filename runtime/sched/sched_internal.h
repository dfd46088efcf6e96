// Functions that the files of runtime/sched share beyond SchedImpl.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>

#include "runtime/sched/g.h"

namespace gol::rt {

inline constexpr int kMaxGomaxprocs = 1024;

// Starts a thread with the runtime's signal mask; ends the process when the system refuses.
void StartThread(pthread_t* thread, void* (*main)(void*), void* arg, size_t stack_bytes);

// A signal whose handler does nothing: sent to a thread it ends a blocking system call.
int InterruptSignal();

// With a seed, a system call that is shorter than this keeps its P: else others would run, or not, by chance.
inline constexpr int64_t kSeededSyscallNs = 200000000;

// 64 bits of the generator of a seeded schedule.
uint64_t SeededRandom64(Runtime& rt);

// No goroutine can ever run again: writes Go's text and ends the Run in progress.
void ReportDeadlock(Runtime& rt);
// Writes the traces of all goroutines, which it stops meanwhile, and ends the Run: on the host's thread. signal_pc:
// where a signal came, or 0.
void ReportQuit(Runtime& rt, uint64_t signal_pc);
// More threads than debug.SetMaxThreads allows: ends the Run.
void ReportThreadExhaustion(Runtime& rt);

}  // namespace gol::rt
