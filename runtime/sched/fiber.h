// What the sanitizers must be told about switches of stacks. Nothing in ordinary builds.
#pragma once

#include "runtime/sched/g.h"
#include "runtime/sched/m.h"
#include "runtime/sched/stack.h"

#ifdef GOL_TSAN
extern "C" {
void* __tsan_get_current_fiber(void);
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}
#endif
#ifdef GOL_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace gol::rt::fiber {

inline void ThreadStart(M* m) {
#ifdef GOL_TSAN
  m->tsan_fiber = __tsan_get_current_fiber();
#endif
}

// Around a loop of a host's thread within a call (host_call.cc): what the loop's goroutines leave for is the stack as the
// thread sanitizer knows it there, that of the goroutine whose host function is calling. Gives back what it was before.
[[gnu::always_inline]] inline void* EnterLoop(M* m) {
#ifdef GOL_TSAN
  void* outer = m->tsan_fiber;
  m->tsan_fiber = __tsan_get_current_fiber();
  return outer;
#else
  return nullptr;
#endif
}
[[gnu::always_inline]] inline void LeaveLoop(M* m, void* outer) {
#ifdef GOL_TSAN
  m->tsan_fiber = outer;
#endif
}

inline void Create(G* g) {
#ifdef GOL_TSAN
  if (g->tsan_fiber == nullptr) g->tsan_fiber = __tsan_create_fiber(0);
#endif
}

inline void Destroy(G* g) {
#ifdef GOL_TSAN
  if (g->tsan_fiber != nullptr) __tsan_destroy_fiber(g->tsan_fiber);
  g->tsan_fiber = nullptr;
#endif
}

// The next four are inlined always: the thread sanitizer's record of calls would otherwise see a
// function entered on one stack and left on another.

// On a system stack, just before gol_rt_gogo and just after it returned.
[[gnu::always_inline]] inline void BeforeGo(M* m, G* g) {
#ifdef GOL_TSAN
  __tsan_switch_to_fiber(g->tsan_fiber, 0);
#endif
#ifdef GOL_ASAN
  __sanitizer_start_switch_fiber(&m->asan_fake_stack, g->first_seg->lo,
                                 g->first_seg->hi - g->first_seg->lo);
#endif
}
[[gnu::always_inline]] inline void AfterGo(M* m) {
#ifdef GOL_ASAN
  __sanitizer_finish_switch_fiber(m->asan_fake_stack, nullptr, nullptr);
#endif
}

// On a goroutine's stack, just before it leaves for the system stack (for good: `last`) and just after it came back.
[[gnu::always_inline]] inline void BeforeLeave(M* m, G* g, bool last) {
#ifdef GOL_TSAN
  __tsan_switch_to_fiber(m->tsan_fiber, 0);
#endif
#ifdef GOL_ASAN
  __sanitizer_start_switch_fiber(last ? nullptr : &g->asan_fake_stack, m->g0_lo,
                                 m->g0_hi - m->g0_lo);
#endif
}
[[gnu::always_inline]] inline void AfterReturn(G* g) {
#ifdef GOL_ASAN
  __sanitizer_finish_switch_fiber(g->asan_fake_stack, nullptr, nullptr);
#endif
}

// A segment is handed out again: what sanitizers remember of its old frames must go.
inline void ForgetStack(char* lo, char* hi) {
#ifdef GOL_ASAN
  __asan_unpoison_memory_region(lo, static_cast<size_t>(hi - lo));
#endif
}

}  // namespace gol::rt::fiber
