// gctrace lines and memory statistics.
//
// A line per cycle, in Go's format:
//   gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # MB stacks, #MB globals, # P
// number of the cycle; seconds since the heap was made; share of all CPU time the collector took since
// then; wall-clock and CPU times of sweep termination (stopped) + concurrent mark (assists /
// background workers / idle workers) + mark termination (stopped); heap when the cycle began, when
// marking ended, and of it live; goal; scannable stacks and globals; Ps. "(forced)": runtime.GC.
#include <unistd.h>

#include <cstdio>
#include <string>

#include "runtime/gc/collector.h"

namespace gol::rt::gc {

std::string FormatMilliseconds(int64_t ns) {
  char buf[64];
  if (ns < 0) ns = 0;
  if (ns >= 10'000'000) {
    std::snprintf(buf, sizeof buf, "%lld", static_cast<long long>(ns / 1'000'000));
    return buf;
  }
  int64_t x = ns / 1000;
  if (x == 0) return "0";
  int decimals = 3;
  while (x >= 100) {
    x /= 10;
    --decimals;
  }
  int64_t power = 1;
  for (int i = 0; i < decimals; ++i) power *= 10;
  if (decimals == 0) {
    std::snprintf(buf, sizeof buf, "%lld", static_cast<long long>(x));
  } else {
    std::snprintf(buf, sizeof buf, "%lld.%0*lld", static_cast<long long>(x / power), decimals,
                  static_cast<long long>(x % power));
  }
  return buf;
}

void Collector::PrintTrace(Trigger trigger) {
  CycleTimes t;
  double gc_cpu;
  {
    std::lock_guard<std::mutex> guard(stats_lock_);
    t = times_;
    gc_cpu = total_gc_cpu_ns_;
  }
  double all_cpu = static_cast<double>(t.end - created_ns_) * trace_ps_;
  int percent = static_cast<int>(gc_cpu * 100 / (all_cpu > 0 ? all_cpu : 1));
  int64_t ps = trace_ps_;
  int64_t since_ms = (t.sweep_term_stw - created_ns_) / 1'000'000;
  char head[64];
  std::snprintf(head, sizeof head, "gc %u @%lld.%03llds %d%%: ", num_gc(),
                static_cast<long long>(since_ms / 1000), static_cast<long long>(since_ms % 1000),
                percent);
  std::string line = head;
  line += FormatMilliseconds(t.mark_start - t.sweep_term_stw) + "+" +
          FormatMilliseconds(t.mark_term_stw - t.mark_start) + "+" + FormatMilliseconds(t.end - t.mark_term_stw) +
          " ms clock, ";
  line += FormatMilliseconds(ps * (t.mark_start - t.sweep_term_stw)) + "+" +
          FormatMilliseconds(assist_ns_.load(std::memory_order_relaxed)) + "/" +
          FormatMilliseconds(dedicated_ns_.load(std::memory_order_relaxed)) + "/" +
          FormatMilliseconds(idle_ns_.load(std::memory_order_relaxed)) + "+" +
          FormatMilliseconds(ps * (t.end - t.mark_term_stw)) + " ms cpu, ";
  char tail[160];
  std::snprintf(tail, sizeof tail,
                "%llu->%llu->%llu MB, %llu MB goal, %llu MB stacks, %llu MB globals, %d P%s\n",
                static_cast<unsigned long long>(trace_live_start_ >> 20),
                static_cast<unsigned long long>(trace_live_end_ >> 20),
                static_cast<unsigned long long>(pacer_.heap_marked() >> 20),
                static_cast<unsigned long long>(trace_goal_ >> 20),
                static_cast<unsigned long long>(trace_stack_ >> 20),
                static_cast<unsigned long long>(trace_globals_ >> 20), trace_ps_,
                trigger == Trigger::kForced ? " (forced)" : "");
  line += tail;
  PrintLine(line);
}

CycleReport Collector::ReportLastCycle() {
  std::lock_guard<std::mutex> guard(stats_lock_);
  CycleReport r;
  r.number = num_gc();
  r.sweep_term_ns = times_.mark_start - times_.sweep_term_stw;
  r.mark_ns = times_.mark_term_stw - times_.mark_start;
  r.mark_term_ns = times_.end - times_.mark_term_stw;
  r.assist_ns = assist_ns_.load(std::memory_order_relaxed);
  r.dedicated_ns = dedicated_ns_.load(std::memory_order_relaxed);
  r.idle_ns = idle_ns_.load(std::memory_order_relaxed);
  r.live_start = trace_live_start_;
  r.live_end = trace_live_end_;
  r.marked = pacer_.heap_marked();
  r.goal = trace_goal_;
  r.stack_bytes = trace_stack_;
  r.globals_bytes = trace_globals_;
  r.expected_scan = trace_expected_;
  r.scan_work = scan_work_.load(std::memory_order_relaxed);
  r.heap_scan_work = heap_scan_work_.load(std::memory_order_relaxed);
  r.num_ps = trace_ps_;
  return r;
}

void Collector::PrintLine(std::string_view line) {
  if (heap_.options().trace_sink) {
    heap_.options().trace_sink(line);
  } else {
    [[maybe_unused]] ssize_t n = write(2, line.data(), line.size());
  }
}

void Collector::PrintPacerStart() {
  char line[256];
  const int n = std::snprintf(
      line, sizeof line, "pacer: assist ratio=%.16g (scan %llu MB in %llu->%llu MB) workers=%d+%.16g\n",
      pacer_.assist_work_per_byte(),
      static_cast<unsigned long long>(pacer_.expected_heap_scan() >> 20),
      static_cast<unsigned long long>(trace_live_start_ >> 20),
      static_cast<unsigned long long>(pacer_.heap_goal() >> 20), pacer_.dedicated_workers(),
      pacer_.fractional_utilization());
  PrintLine({line, static_cast<size_t>(n)});
}

void Collector::PrintPacerEnd(double old_cons_mark) {
  const double elapsed =
      static_cast<double>(NowNs() - mark_start_ns_.load(std::memory_order_relaxed)) * trace_ps_;
  const double used = static_cast<double>(assist_ns_.load(std::memory_order_relaxed) +
                                          dedicated_ns_.load(std::memory_order_relaxed));
  const int64_t heap = heap_scan_work_.load(std::memory_order_relaxed);
  const int64_t globals = static_cast<int64_t>(trace_globals_);
  const int64_t stacks =
      std::max<int64_t>(0, scan_work_.load(std::memory_order_relaxed) - heap - globals);
  char line[320];
  const int n = std::snprintf(
      line, sizeof line,
      "pacer: %d%% CPU (%d exp.) for %lld+%lld+%lld B work (%lld B exp.) in %llu B -> %llu B "
      "(\u2206goal %lld, cons/mark %.16g)\n",
      elapsed > 0 ? static_cast<int>(used * 100 / elapsed) : 0,
      static_cast<int>(Pacer::kBackgroundUtilization * 100), static_cast<long long>(heap),
      static_cast<long long>(stacks), static_cast<long long>(globals),
      static_cast<long long>(trace_expected_), static_cast<unsigned long long>(trace_live_start_),
      static_cast<unsigned long long>(trace_live_end_),
      static_cast<long long>(trace_live_end_) - static_cast<long long>(trace_goal_), old_cons_mark);
  PrintLine({line, static_cast<size_t>(n)});
}

void Collector::PrintSweepDone() {
  const uint64_t live = h_.heap_live.load(std::memory_order_relaxed);
  const uint64_t start = sweep_heap_live_.load(std::memory_order_relaxed);
  char line[256];
  const int n = std::snprintf(
      line, sizeof line,
      "pacer: sweep done at heap size %lluMB; allocated %lluMB during sweep; swept %llu pages at "
      "%.16g pages/byte\n",
      static_cast<unsigned long long>(live >> 20),
      static_cast<unsigned long long>((live > start ? live - start : 0) >> 20),
      static_cast<unsigned long long>(pages_swept_.load(std::memory_order_relaxed)),
      sweep_pages_per_byte_.load(std::memory_order_relaxed));
  PrintLine({line, static_cast<size_t>(n)});
}

// Once per cycle: KiB given back since the last line, by the driver and by allocations (FreeOSMemory,
// too); KiB that are given back now; which part of the pages that have memory is in use.
void Collector::PrintScavengeTrace(bool forced) {
  uint64_t released, backed;
  {
    std::lock_guard guard(h_.lock);
    released = h_.pages.scavenged_pages() << kPageShift;
    backed = (h_.committed_pages << kPageShift) - released;
  }
  const uint64_t inuse = h_.pages_inuse.load(std::memory_order_relaxed) << kPageShift;
  char line[256];
  const int n = std::snprintf(
      line, sizeof line,
      "scav %llu KiB work (bg), %llu KiB work (eager), %llu KiB now, %llu%% util%s\n",
      static_cast<unsigned long long>(
          background_scavenged_.exchange(0, std::memory_order_relaxed) >> 10),
      static_cast<unsigned long long>(eager_scavenged_.exchange(0, std::memory_order_relaxed) >> 10),
      static_cast<unsigned long long>(released >> 10),
      static_cast<unsigned long long>(backed == 0 ? 100 : inuse * 100 / backed),
      forced ? " (forced)" : "");
  PrintLine({line, static_cast<size_t>(n)});
}

GcTotals Collector::ReadTotals() {
  GcTotals out;
  {
    std::lock_guard<std::mutex> guard(stats_lock_);
    out = totals_;
  }
  {
    std::lock_guard<std::mutex> guard(special_lock_);
    out.finalizers_queued = num_queued_[0];
    out.finalizers_run = num_run_[0];
    out.cleanups_queued = num_queued_[1];
    out.cleanups_run = num_run_[1];
  }
  out.assist_ns = assist_total_ns_.load(std::memory_order_relaxed);
  out.available_cpu_ns = (NowNs() - created_ns_) * world_.NumPs();
  out.gogc = pacer_.gogc();
  out.memory_limit = pacer_.memory_limit();
  return out;
}

void Collector::ReadMemStats(MemStats* out) {
  *out = MemStats{};
  world_.StopTheWorld(StwReason::kReadMemStats);
  world_.ForEachMcache([&](mcache& c) {
    h_.EndRuns(&c);
    for (int i = 0; i < kNumSpanClasses; ++i) {
      mspan* s = c.alloc[i];
      if (s == &kEmptySpan) continue;
      h_.small_alloc_count[SpanClass(static_cast<uint8_t>(i)).size_class()].fetch_add(
          s->alloc_count - s->alloc_count_before_cache, std::memory_order_relaxed);
      s->alloc_count_before_cache = s->alloc_count;
    }
    h_.tiny_alloc_count.fetch_add(c.head.tiny_allocs, std::memory_order_relaxed);
    c.head.tiny_allocs = 0;
  });
  uint64_t tiny = h_.tiny_alloc_count.load(std::memory_order_relaxed);
  uint64_t alloc_bytes = h_.large_alloc_bytes.load(std::memory_order_relaxed);
  uint64_t free_bytes = h_.large_free_bytes.load(std::memory_order_relaxed);
  out->mallocs = h_.large_alloc_count.load(std::memory_order_relaxed);
  out->frees = h_.large_free_count.load(std::memory_order_relaxed);
  for (int i = 1; i < kNumSizeClasses; ++i) {
    uint64_t size = kClassToSize[i];
    uint64_t allocs = h_.small_alloc_count[i].load(std::memory_order_relaxed);
    uint64_t frees = h_.small_free_count[i].load(std::memory_order_relaxed);
    out->by_size[i] = {static_cast<uint32_t>(size), allocs, frees};
    out->mallocs += allocs;
    out->frees += frees;
    alloc_bytes += allocs * size;
    free_bytes += frees * size;
  }
  // Tiny objects count as objects that are freed with their block.
  out->mallocs += tiny;
  out->frees += tiny;
  out->total_alloc = alloc_bytes;
  out->alloc = out->heap_alloc = alloc_bytes - free_bytes;
  out->heap_objects = out->mallocs - out->frees;
  {
    std::lock_guard guard(h_.lock);
    out->heap_sys = h_.committed_pages << kPageShift;
    out->heap_inuse = h_.pages_inuse.load(std::memory_order_relaxed) << kPageShift;
    out->heap_idle = out->heap_sys - out->heap_inuse;
    out->heap_released = h_.pages.scavenged_pages() << kPageShift;
    out->mspan_inuse = h_.span_alloc.inuse_bytes();
    out->mspan_sys = h_.span_alloc.sys_bytes();
  }
  out->stack_inuse = out->stack_sys = world_.StackInuse();
  out->mcache_inuse = out->mcache_sys = sizeof(mcache) * static_cast<uint64_t>(world_.NumPs());
  out->gc_sys = h_.MetadataBytes() - out->mspan_sys + work_.sys_bytes();
  out->sys = out->heap_sys + out->stack_sys + out->mspan_sys + out->mcache_sys + out->gc_sys;
  out->next_gc = pacer_.heap_goal();
  out->num_gc = num_gc();
  out->num_forced_gc = num_forced_.load(std::memory_order_relaxed);
  {
    std::lock_guard<std::mutex> guard(stats_lock_);
    out->last_gc = last_gc_unix_ns_;
    out->pause_total_ns = pause_total_ns_;
    std::copy(std::begin(pause_ns_), std::end(pause_ns_), out->pause_ns);
    std::copy(std::begin(pause_end_), std::end(pause_end_), out->pause_end);
    double all = static_cast<double>(NowNs() - created_ns_) * world_.NumPs();
    out->gc_cpu_fraction = all > 0 ? total_gc_cpu_ns_ / all : 0;
  }
  out->enable_gc = true;
  world_.StartTheWorld();
}

}  // namespace gol::rt::gc
