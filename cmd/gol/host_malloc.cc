// The host side's malloc is jemalloc where the command is linked statically. A static malloc replaces the C
// library's only when nothing else pulls that in: everything that the C library's file defines besides and
// that is used somewhere must be defined here. LLVM asks mallinfo2 for the memory in use.
#include "host_malloc.h"

#include <malloc.h>

#ifdef GOL_JEMALLOC
#include <jemalloc/jemalloc.h>

#include <cstdint>

extern "C" struct mallinfo2 mallinfo2() noexcept {
  struct mallinfo2 info = {};
  uint64_t epoch = 1;  // takes the statistics anew
  mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
  size_t bytes = 0, length = sizeof bytes;
  if (mallctl("stats.allocated", &bytes, &length, nullptr, 0) == 0) info.uordblks = bytes;
  if (mallctl("stats.mapped", &bytes, &length, nullptr, 0) == 0) info.arena = bytes;
  return info;
}
#endif

namespace gol::cmd {

void ReturnFreeHostMemory() {
#ifdef GOL_JEMALLOC
  mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);  // 4096: MALLCTL_ARENAS_ALL
#else
  malloc_trim(0);
#endif
}

}  // namespace gol::cmd
