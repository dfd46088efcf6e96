// Native half of package runtime: the collector, the scheduler, tracebacks.
#include <sched.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "runtime/abi/entry_points.h"
#include "runtime/gc/memstats.h"
#include "runtime/mem/mheap.h"
#include "runtime/panic.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/system_stack.h"
#include "runtime/string.h"
#include "runtime/traceback.h"

using namespace gol::rt;

namespace {

// The results of frameAt, as a Go struct.
struct FrameResult {
  GoString function;
  GoString file;
  int64_t line;
  uint64_t entry;
};

}  // namespace

extern "C" {

void gol_native_runtime_GC() { CurrentRuntime()->heap().Gc(); }
void gol_native_runtime_Gosched() { CurrentRuntime()->sched().Gosched(); }
void gol_native_runtime_Goexit() { Goexit(); }
void gol_native_runtime_LockOSThread() { CurrentRuntime()->sched().LockOSThread(); }
void gol_native_runtime_UnlockOSThread() { CurrentRuntime()->sched().UnlockOSThread(); }

int64_t gol_native_runtime_GOMAXPROCS(int64_t n) {
  Sched& s = CurrentRuntime()->sched();
  if (n < 1 || n == s.gomaxprocs()) return s.gomaxprocs();
  return s.SetGomaxprocs(static_cast<int>(std::min<int64_t>(n, 1024)));
}

int64_t gol_native_runtime_NumCPU() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

int64_t gol_native_runtime_NumGoroutine() { return CurrentRuntime()->sched().num_goroutines(); }

// MemStats of mem.gol and of runtime/gc/memstats.h have the same layout up to by_size.
void gol_native_runtime_readMemStats(MemStats* m) { CurrentRuntime()->heap().ReadMemStats(m); }

int64_t gol_native_runtime_callers(int64_t skip, uint64_t* pcs, int64_t len, int64_t) {
  return Callers(static_cast<int>(skip), pcs, static_cast<int>(std::min<int64_t>(len, 1 << 20)));
}

void gol_native_runtime_frameAt(FrameResult* out, uint64_t pc, int64_t i) {
  *out = {};
  CodeInfo* info = CurrentRuntime()->code_info();
  if (info == nullptr) return;
  std::string function, file;
  OnSystemStack([&] {
    int64_t n = 0;
    info->Lookup(pc - 1, [&](const CodeFrame& f) {
      if (f.is_wrapper || n++ != i) return;
      function = f.function;
      file = f.file;
      out->line = f.line;
      out->entry = f.entry_pc;
    });
  });
  out->function = NewString(function);
  out->file = NewString(file);
}

int64_t gol_native_runtime_stackText(char* buf, int64_t len, int64_t, bool all) {
  std::string text;
  G* g = CurrentG();
  auto fp = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t caller_fp = *reinterpret_cast<uint64_t*>(fp);
  Runtime& rt = *CurrentRuntime();
  OnSystemStack([&] { AppendGoroutineTrace(rt, *g, pc, caller_fp, &text); });
  if (all) {
    rt.sched().StopTheWorld(StopReason::kReadMemStats);
    OnSystemStack([&] { AppendAllTraces(rt, g, false, &text); });
    rt.sched().StartTheWorld();
  }
  auto n = std::min<int64_t>(len, static_cast<int64_t>(text.size()));
  std::memcpy(buf, text.data(), static_cast<size_t>(n));
  return n;
}

}  // extern "C"
