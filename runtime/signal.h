// Faults of compiled code. See signal.cc.
#pragma once

#include <signal.h>

namespace gol::rt {

// For a handler of SIGSEGV and SIGBUS: whether compiled code is at fault. Then the context was changed so that the
// goroutine panics when the handler returns.
bool HandleFault(siginfo_t* info, void* context);

}  // namespace gol::rt
