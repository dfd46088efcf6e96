// The write barrier. See barrier.cc.
#pragma once

#include <cstdint>

#include "runtime/abi/rtype.h"

namespace gol::rt::gc {

// Greys what the pointers in n values of type t at p refer to: for memory that is about to be
// overwritten, or whose contents are about to be copied to where the barrier does not see it.
// Requires: kTlsWriteBarrier is set; called on a thread with a P.
void BulkBarrierSource(const Type* t, const void* p, uint64_t n);

// Stores a pointer into a root or object, through the barrier when it is on. For native code.
void StorePointer(void** slot, void* value);

}  // namespace gol::rt::gc
