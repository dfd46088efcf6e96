// What a debugger sees of the runtime: functions under Go's names, types under Go's names.
//
// A debugger that runs gol can stop in the functions of maps under the names of Go's runtime
// (`break runtime.mapdelete_fast64`), with the span of the map's buckets in the frame, and knows `struct mspan`. These
// functions stand between compiled code and the runtime only in a process that was started by a
// debugger; in others nothing calls them.
#pragma once

#include <cstdint>
#include <string_view>

namespace gol::rt::debug {

// The function that a debugger's process calls for an entry point ("gol_rt_mapdelete_fast64"); 0: the entry
// point itself. Always 0 in a process without a debugger.
uint64_t DebuggerFunction(std::string_view entry_point);

// Whether this process has a debugger. Then compiled code calls the functions of maps, as it
// otherwise does with -gcflags=-l, so that the debugger can stop in them.
bool HasDebugger();

}  // namespace gol::rt::debug
