// See runtime/fastrand.h.
#include "runtime/fastrand.h"

#include <sys/random.h>
#include <time.h>

#include "runtime/sched/m.h"
#include "runtime/sched/sched_internal.h"

namespace gol::rt {

uint64_t FastRand64() {
  if (const M* m = CurrentM(); m != nullptr && m->is_seeded && CurrentG() != nullptr) [[unlikely]] {
    return SeededRandom64(*m->rt);
  }
  static thread_local uint64_t state __attribute__((tls_model("initial-exec"))) = 0;
  if (state == 0) {
    if (getrandom(&state, sizeof state, GRND_NONBLOCK) != sizeof state) {
      timespec ts;
      clock_gettime(CLOCK_MONOTONIC, &ts);
      state = static_cast<uint64_t>(ts.tv_nsec) << 20 ^ reinterpret_cast<uintptr_t>(&state);
    }
    state |= 1;
  }
  state += 0xa0761d6478bd642f;
  auto m = static_cast<unsigned __int128>(state) * (state ^ 0xe7037ed1a0b428db);
  return static_cast<uint64_t>(m) ^ static_cast<uint64_t>(m >> 64);
}

}  // namespace gol::rt
