// Sizes, alignments and field offsets of types, as the Go compiler lays them out on 64 bits.
#pragma once

#include <cstdint>
#include <vector>

#include "frontend/types/type.h"

namespace gol::types {

constexpr int64_t kWordBytes = 8;

// Both are meaningful for valid types without type parameters only (see HasVarSize).
int64_t Alignof(Type* t);
// Negative: too large for an address space.
int64_t Sizeof(Type* t);
// Offsets of the fields; negative from the point where they overflow.
std::vector<int64_t> Offsetsof(Struct* s);
// The offset of the field at the end of an index path (see Selection), through embedded structs.
int64_t OffsetOfPath(Type* t, std::span<const int> index);

// Whether the size depends on a type parameter.
bool HasVarSize(Type* t);

}  // namespace gol::types
