// Native half of package runtime: the collector, the scheduler, tracebacks.
#include <sched.h>
#include <unistd.h>
#include <signal.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "runtime/abi/entry_points.h"
#include "runtime/gc/memstats.h"
#include "runtime/mem/mheap.h"
#include "runtime/panic.h"
#include "runtime/prof/profiler.h"
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

// MemStats of mem.gol has fewer size classes than that of runtime/gc/memstats.h; up to them the layout
// is the same.
void gol_native_runtime_readMemStats(void* out, int64_t bytes) {
  MemStats stats;
  CurrentRuntime()->heap().ReadMemStats(&stats);
  std::memcpy(out, &stats, std::min(static_cast<size_t>(bytes), sizeof stats));
}

// Called by the program's entry before each package's initialisation, and after the last.
void gol_native_runtime_traceInit(const char* path, int64_t len) {
  Runtime& rt = *CurrentRuntime();
  if (rt.debug().inittrace == 0) return;
  rt.init_trace().Begin(rt, {path, static_cast<size_t>(len)});
}

void gol_native_runtime_watchMemProfileRate(const int64_t* rate) {
  CurrentRuntime()->heap().WatchSampleRate(rate);
}

int64_t gol_native_runtime_memProfile(MemProfile::Record* out, int64_t n, bool inuse_zero) {
  int64_t count = 0;
  OnSystemStack([&] {
    Runtime& rt = *CurrentRuntime();
    const std::vector<MemProfile::Record> list = rt.mem_profile().Read(rt.code_info(), inuse_zero);
    count = static_cast<int64_t>(list.size());
    std::copy_n(list.data(), std::min(count, n), out);
  });
  return count;
}

int64_t gol_native_runtime_callers(int64_t skip, uint64_t* pcs, int64_t len, int64_t) {
  int max = static_cast<int>(std::min<int64_t>(len, 1 << 20));
  G* g = CurrentG();
  auto fp = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t caller_fp = *reinterpret_cast<uint64_t*>(fp);
  int n = 0;
  OnSystemStack([&] {
    n = CallersOf(*g, pc, caller_fp, static_cast<int>(std::min<int64_t>(skip, 1 << 30)), pcs, max);
  });
  return n;
}

void gol_native_runtime_frameAt(FrameResult* out, uint64_t pc, bool is_entry) {
  *out = {};
  CodeInfo* info = CurrentRuntime()->code_info();
  if (info == nullptr) return;
  CodeFrame f;
  bool found = false;
  OnSystemStack([&] { found = FindCaller(info, pc, is_entry, &f); });
  if (!found) return;
  out->line = f.line;
  out->entry = f.entry_pc;
  out->function = NewString(f.function);
  out->file = NewString(f.file);
}

int64_t gol_native_runtime_goroutineProfile(uint64_t* records, int64_t max) {
  constexpr int kDepth = 32;  // of StackRecord
  Sched& sched = CurrentRuntime()->sched();
  G* self = CurrentG();
  auto fp = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t caller_fp = *reinterpret_cast<uint64_t*>(fp);
  int64_t n = 0;
  sched.StopTheWorld(StopReason::kReadMemStats);
  OnSystemStack([&] {
    int64_t count = 0;
    auto is_shown = [](const G& g) {
      uint32_t status = g.status.load(std::memory_order_relaxed) & ~kGscan;
      return !g.is_system && status != kGdead && status != kGidle;
    };
    sched.ForEachG([&](G& g) { count += is_shown(g) ? 1 : 0; });
    n = count;
    if (count > max) return;
    sched.ForEachG([&](G& g) {
      if (!is_shown(g)) return;
      CallersOf(g, &g == self ? pc : 0, &g == self ? caller_fp : 0, 0, records, kDepth);
      records += kDepth;
    });
  });
  sched.StartTheWorld();
  return n;
}

void gol_native_runtime_SetBlockProfileRate(int64_t rate) {
  CurrentRuntime()->profiler().set_block_rate(rate);
}

int64_t gol_native_runtime_SetMutexProfileFraction(int64_t rate) {
  prof::Profiler& profiler = CurrentRuntime()->profiler();
  const int64_t old = profiler.mutex_fraction();
  if (rate >= 0) profiler.set_mutex_fraction(rate);
  return old;
}

int64_t gol_native_runtime_waitProfile(bool mutex, int64_t* records, int64_t max) {
  constexpr int kDepth = 32;  // of StackRecord
  Runtime& rt = *CurrentRuntime();
  prof::StackTable& table = mutex ? rt.profiler().mutexes() : rt.profiler().blocks();
  int64_t n = 0;
  OnSystemStack([&] {
    n = static_cast<int64_t>(table.size());
    if (n > max) return;
    int64_t i = 0;
    table.ForEach([&](const prof::StackTable::Record& r) {
      if (i++ == max) return;
      records[0] = r.count;
      records[1] = r.sum;
      ExpandStack(rt.code_info(), r.stack, reinterpret_cast<uint64_t*>(records + 2), kDepth);
      records += 2 + kDepth;
    });
    n = std::min(i, max);
  });
  return n;
}

int64_t gol_native_runtime_threadCount() { return CurrentRuntime()->sched().num_threads(); }

void gol_native_runtime_Breakpoint() {
  // A script must not end its host, which a trap without a debugger does.
  if (CurrentRuntime()->options().hosted) return;
  raise(SIGTRAP);
}

TwoWords gol_native_runtime_goroot() {
  const char* root = CurrentRuntime()->has_grant(kGrantEnvironment) ? getenv("GOROOT") : nullptr;
  if (root == nullptr) {
    // Where Go's own distribution is installed.
    root = "/usr/local/go";
    if (access("/usr/local/go/VERSION", R_OK) != 0) return {0, 0};
  }
  GoString s = NewString(root);
  return {reinterpret_cast<uint64_t>(s.ptr), static_cast<uint64_t>(s.len)};
}

int64_t gol_native_runtime_stackText(char* buf, int64_t len, int64_t, bool all) {
  std::string text;
  G* g = CurrentG();
  auto fp = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t caller_fp = *reinterpret_cast<uint64_t*>(fp);
  Runtime& rt = *CurrentRuntime();
  OnSystemStack([&] { AppendGoroutineTrace(rt, *g, pc, caller_fp, TraceStyle::kProgram, &text); });
  if (all) {
    rt.sched().StopTheWorld(StopReason::kReadMemStats);
    OnSystemStack([&] { AppendAllTraces(rt, g, TraceStyle::kProgram, &text); });
    rt.sched().StartTheWorld();
  }
  auto n = std::min<int64_t>(len, static_cast<int64_t>(text.size()));
  std::memcpy(buf, text.data(), static_cast<size_t>(n));
  return n;
}

}  // extern "C"
