// The write barrier's buffer of a P. See barrier.cc.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gol::rt::gc {

// Pairs (old value of the slot, new value) that the barrier saw; looked up and shaded in batches,
// since one by one each would cost a span lookup and a cache miss in the middle of the program.
struct WbBuf {
  // Entries; even. Larger: fewer flushes; smaller: less work left at the end of marking.
  static constexpr size_t kEntries = 512;

  uint32_t next = 0;             // entries in use
  uint32_t limit = kEntries;     // flush when next reaches it; 2 with GODEBUG=wbbufsmall=1
  uintptr_t buf[kEntries];

  bool is_empty() const { return next == 0; }
};

}  // namespace gol::rt::gc
