// Memory from the operating system, in the four states that Go's runtime names: reserved (address
// space only), prepared/ready (may be touched; pages arrive zeroed at first touch), unused
// (contents given back, zero when touched again), free.
#pragma once

#include <cstddef>

namespace gol::rt::os {

// Reserves bytes of address space, aligned to align (a power of two, at least the page size).
// Null when the system refuses.
void* Reserve(size_t bytes, size_t align);
// Makes part of a reservation usable. False: the system refuses.
bool Commit(void* p, size_t bytes);
// Gives the contents back; the range stays usable and reads as zero. lazily: the system takes them
// when it needs memory, and until then they may read as before.
void Decommit(void* p, size_t bytes, bool lazily = false);
// Whether the system should back the range with huge pages. A hint.
void SetHuge(void* p, size_t bytes, bool on);
// Puts memory behind the range now. A hint.
void Populate(void* p, size_t bytes);
// No access from now on: a touch is a fault. The contents are given back.
void Protect(void* p, size_t bytes);
// Fresh zeroed memory, lazily backed, outside any reservation. Ends the process when there is none.
void* AllocZeroed(size_t bytes);
// Undoes Reserve and AllocZeroed.
void Free(void* p, size_t bytes);

}  // namespace gol::rt::os
