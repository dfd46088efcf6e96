// GODEBUG=inittrace=1. See init_trace.h.
#include "runtime/debug/init_trace.h"

#include "runtime/gc/memstats.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/lock.h"

namespace gol::rt {

void InitTrace::Begin(Runtime& rt, std::string_view path) {
  const int64_t now = NanoTime();
  MemStats stats;
  rt.heap().ReadMemStats(&stats);
  if (path_.empty()) {
    first_ns_ = now;
  } else if (now - start_ns_ >= 1000 || stats.mallocs != allocs_) {
    std::string line = "init " + path_ + " @" + gc::FormatMilliseconds(start_ns_ - first_ns_) + " ms, " +
                       gc::FormatMilliseconds(now - start_ns_) + " ms clock, " +
                       std::to_string(stats.total_alloc - bytes_) + " bytes, " +
                       std::to_string(stats.mallocs - allocs_) + " allocs\n";
    rt.WriteStderr(line.data(), line.size());
  }
  path_ = path;
  bytes_ = stats.total_alloc;
  allocs_ = stats.mallocs;
  start_ns_ = NanoTime();
}

}  // namespace gol::rt
