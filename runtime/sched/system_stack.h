// Switching between a goroutine's stack and its thread's system stack. See sched/switch_x86_64.S.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "runtime/abi/tls.h"
#include "runtime/sched/m.h"

extern "C" {
// Calls fn(arg) on the system stack of this thread and returns; on it already: a plain call. The
// goroutine's registers and stack pointer are saved in G::sp, so that a scanner sees them.
void gol_rt_systemstack(void (*fn)(void*), void* arg);
}

namespace gol::rt {

// Runs f on the thread's system stack (megabytes deep) and returns its result. f must not park,
// must not call compiled code, and must not call functions that may panic. The goroutine
// keeps its P; CurrentG() stays the goroutine.
template <typename F>
auto OnSystemStack(F&& f) {
  using R = std::invoke_result_t<F&>;
  if constexpr (std::is_void_v<R>) {
    gol_rt_systemstack([](void* p) { (*static_cast<std::remove_reference_t<F>*>(p))(); },
                       const_cast<void*>(static_cast<const void*>(std::addressof(f))));
  } else {
    struct Call {
      std::remove_reference_t<F>* f;
      R result;
    } call{std::addressof(f), R()};
    gol_rt_systemstack(
        [](void* p) {
          Call* c = static_cast<Call*>(p);
          c->result = (*c->f)();
        },
        &call);
    return call.result;
  }
}

// Whether this thread is on its system stack (true on threads that belong to no runtime).
inline bool IsOnSystemStack() {
  M* m = CurrentM();
  return m == nullptr || m->on_system_stack;
}

}  // namespace gol::rt
