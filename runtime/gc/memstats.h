// The numbers of runtime.MemStats, under Go's names and with Go's meanings.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/abi/heap_params.h"

namespace gol::rt {

struct MemStats {
  uint64_t alloc;          // bytes of allocated objects that are not yet swept away
  uint64_t total_alloc;    // bytes allocated, cumulative
  uint64_t sys;            // bytes obtained from the system
  uint64_t lookups;        // always 0, as in Go
  uint64_t mallocs;        // objects allocated, cumulative
  uint64_t frees;          // objects freed, cumulative
  uint64_t heap_alloc;     // = alloc
  uint64_t heap_sys;       // bytes of heap address space in use or once used
  uint64_t heap_idle;      // bytes in free pages
  uint64_t heap_inuse;     // bytes in spans in use
  uint64_t heap_released;  // bytes of free pages given back to the system
  uint64_t heap_objects;   // mallocs - frees
  uint64_t stack_inuse;
  uint64_t stack_sys;
  uint64_t mspan_inuse;
  uint64_t mspan_sys;
  uint64_t mcache_inuse;
  uint64_t mcache_sys;
  uint64_t buckhash_sys;
  uint64_t gc_sys;
  uint64_t other_sys;
  uint64_t next_gc;         // heap size goal of the next cycle
  uint64_t last_gc;         // end of the last cycle, ns since 1970
  uint64_t pause_total_ns;
  uint64_t pause_ns[256];   // circular; the latest at [(num_gc + 255) % 256]
  uint64_t pause_end[256];
  uint32_t num_gc;
  uint32_t num_forced_gc;
  double gc_cpu_fraction;
  bool enable_gc;
  bool debug_gc;
  struct BySize {
    uint32_t size;
    uint64_t mallocs;
    uint64_t frees;
  } by_size[kNumSizeClasses];
};

namespace gc {
// As gctrace and inittrace print times: three digits, at most three of them behind the point.
std::string FormatMilliseconds(int64_t ns);
}  // namespace gc

}  // namespace gol::rt
