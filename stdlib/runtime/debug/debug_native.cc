// Native half of package runtime/debug.
#include <fcntl.h>
#include <unistd.h>

#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/g.h"

using gol::rt::CurrentG;
using gol::rt::CurrentRuntime;
using gol::rt::GoString;

extern "C" {

int64_t gol_native_runtime_debug_setGCPercent(int64_t percent) {
  return CurrentRuntime()->heap().SetGcPercent(percent);
}

int64_t gol_native_runtime_debug_setMemoryLimit(int64_t limit) {
  return CurrentRuntime()->heap().SetMemoryLimit(limit);
}

void gol_native_runtime_debug_FreeOSMemory() { CurrentRuntime()->heap().FreeOsMemory(); }

int64_t gol_native_runtime_debug_setMaxStack(int64_t bytes) {
  return static_cast<int64_t>(CurrentRuntime()->tunables().max_stack_bytes.exchange(
      static_cast<uint64_t>(bytes), std::memory_order_relaxed));
}

int64_t gol_native_runtime_debug_setMaxThreads(int64_t threads) {
  return CurrentRuntime()->tunables().max_threads.exchange(threads, std::memory_order_relaxed);
}

bool gol_native_runtime_debug_setPanicOnFault(bool enabled) {
  return std::exchange(CurrentG()->panic_on_fault, enabled);
}

void gol_native_runtime_debug_setTraceback(GoString level) {
  CurrentRuntime()->SetTraceback(std::string_view(level.ptr, static_cast<size_t>(level.len)));
}

int64_t gol_native_runtime_debug_setCrashFile(int64_t fd) {
  return CurrentRuntime()->tunables().crash_fd.exchange(static_cast<int>(fd),
                                                        std::memory_order_relaxed);
}

int64_t gol_native_runtime_debug_dupFile(int64_t fd) {
  return fcntl(static_cast<int>(fd), F_DUPFD_CLOEXEC, 0);
}

void gol_native_runtime_debug_closeFile(int64_t fd) { close(static_cast<int>(fd)); }

}  // extern "C"
