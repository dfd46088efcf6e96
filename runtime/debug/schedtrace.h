// Printing the scheduler's state. See schedtrace.cc for the format.
#pragma once

#include <cstdint>

namespace gol::rt {
struct SchedImpl;
namespace debug {

// Writes one report; detail: with a line for each P, M and goroutine. What other threads own is read as
// it is at the moment.
void SchedTrace(SchedImpl& s, int64_t start_ns, int64_t now_ns, bool detail);

}  // namespace debug
}  // namespace gol::rt
