// sudog: a goroutine waiting on a channel; one goroutine may wait on many (select).
#pragma once

#include <cstdint>

#include "runtime/abi/layout.h"
#include "runtime/sched/g.h"

namespace gol::rt {

struct P;

// Memory of the runtime's own, never of the collected heap: what elem and c refer to is kept alive
// by the frame of the waiting goroutine.
struct sudog {
  // Guarded by the channel's lock.
  G* g;
  sudog* next;
  sudog* prev;
  void* elem;         // what is sent, or where to receive to (may be null)
  bool is_select;     // g->select_done decides who wakes it
  bool success;       // woken by a partner, not by close
  // The waiting goroutine's own.
  sudog* waitlink;    // G::waiting: in lock order
  hchan* c;
  uint32_t case_index;
  // Constant: the sudog made before this one by the same scheduler.
  sudog* all_link;
};

// From and to the P's cache. On the goroutine's stack.
sudog* AcquireSudog();
void ReleaseSudog(sudog* s);

}  // namespace gol::rt
