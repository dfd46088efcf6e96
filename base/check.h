// Checks that end the process: GOL_CHECK always, GOL_DCHECK where GOL_SLOW_ASSERTS is on.
//
// A failed check is a bug of gol's, never of a script. The message names the place and, where a
// compiler phase runs, the function and pass in progress (see ScopedPhase).
#pragma once

namespace gol {

// Prints "file:line: check failed: text" and the phase in progress, then aborts. Allocates
// nothing.
[[noreturn]] void CheckFailed(const char* file, int line, const char* text);

// Names what this thread is busy with while it lives; printed by a failing check. Both strings
// must outlive the object. Nests.
class ScopedPhase {
 public:
  ScopedPhase(const char* phase, const char* subject);
  ~ScopedPhase();
  ScopedPhase(const ScopedPhase&) = delete;
  ScopedPhase& operator=(const ScopedPhase&) = delete;

 private:
  friend void CheckFailed(const char*, int, const char*);
  const char* phase_;
  const char* subject_;
  ScopedPhase* outer_;
};

}  // namespace gol

#define GOL_CHECK(cond) \
  (__builtin_expect(!!(cond), 1) ? (void)0 : ::gol::CheckFailed(__FILE__, __LINE__, #cond))
#define GOL_UNREACHABLE(text) ::gol::CheckFailed(__FILE__, __LINE__, "unreachable: " text)
#ifdef GOL_SLOW_ASSERTS
#define GOL_DCHECK(cond) GOL_CHECK(cond)
#else
#define GOL_DCHECK(cond) ((void)sizeof(!!(cond)))
#endif
