// Channels for the rest of the runtime and for natives. See chan.cc for the overview.
#pragma once

#include <cstdint>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/layout.h"

namespace gol::rt {

// A channel of the type with the capacity; panics as make(chan T, size) does.
hchan* MakeChan(const ChanType* type, int64_t size);
// Sends *elem. Returns false when it would have to wait and block is false. Panics when closed.
// block false: callable on a system stack with a P, for timers (`closed` is then reported by false).
bool ChanSend(hchan* c, const void* elem, bool block);
// Receives into *elem (null: drops). *received: a value, not the zero of a closed channel.
// Returns false when it would have to wait and block is false.
bool ChanRecv(hchan* c, void* elem, bool block, bool* received);
void ChanClose(hchan* c);

}  // namespace gol::rt
