// GODEBUG=allocfreetrace=1: a text for each object made and freed. In the format of Go 1.20, which had
// it last.
//
//   tracealloc(0xc000010030, 0x10, main.T)      followed by the goroutine's trace and an empty line
//   tracefree(0xc000010030, 0x10)               the size of the slot; and an empty line
#pragma once

#include <cstdint>

#include "runtime/abi/rtype.h"

namespace gol::rt {

class Runtime;

// On a goroutine. type null: memory without pointers.
void TraceAlloc(Runtime& rt, const void* p, uint64_t size, const Type* type);
// Any thread.
void TraceFree(Runtime& rt, const void* p, uint64_t size);

}  // namespace gol::rt
