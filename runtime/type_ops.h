// Equality and hashing of values described by type descriptors; what == on structs, arrays and
// interfaces, and maps with such keys, come down to.
#pragma once

#include <cstdint>

#include "runtime/abi/rtype.h"

namespace gol::rt {

// Whether the values of type t at p and q are equal. Panics with Go's run-time error when an
// interface in them holds a type that cannot be compared. Never reaches a safepoint otherwise.
bool TypeEqual(const Type* t, const void* p, const void* q);

// Whether two interface data words of the same dynamic type t hold equal values. Panics as above.
bool DataWordEqual(const Type* t, void* x, void* y);

// Hash of the value of type t at p; equal values hash equal. Panics with Go's run-time error
// (hash of unhashable type) when t, or a type held in an interface, has no equality.
uint64_t TypeHash(const Type* t, const void* p, uint64_t seed);

// Panics when TypeHash would, with the text that Go has for keys looked up in empty maps.
void CheckHashable(const Type* t, const void* p);

// The type's name as run-time errors print it.
GoString TypeName(const Type* t);

inline bool IsDirectIface(const Type* t) { return (t->tflag & kTFlagDirectIface) != 0; }
// Where the value of an interface with dynamic type t stands, given its data word.
inline const void* DataAddr(const Type* t, void* const* data_word) {
  return IsDirectIface(t) ? static_cast<const void*>(data_word) : *data_word;
}

}  // namespace gol::rt
