// Sizes that the allocator and the collector agree on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gol::rt {

inline constexpr size_t kPtrSize = 8;

// A page is the unit in which spans are cut from the heap. Smaller: more spans and larger tables;
// larger: more waste in size classes that few objects use.
inline constexpr size_t kPageShift = 13;
inline constexpr size_t kPageSize = size_t{1} << kPageShift;

// An arena is the unit in which the heap takes address space into use.
inline constexpr size_t kArenaShift = 26;
inline constexpr size_t kArenaBytes = size_t{1} << kArenaShift;
inline constexpr size_t kPagesPerArena = kArenaBytes / kPageSize;

// Objects above this size have a span of their own.
inline constexpr size_t kMaxSmallSize = 32768;

// Objects with pointers up to this size keep their pointer map at the end of their span; larger
// ones have a word with their type in front (small) or in the span (large). The limit is what one
// 64-bit word of pointer map describes.
inline constexpr size_t kMaxBitmapObject = 512;
inline constexpr size_t kMallocHeaderSize = 8;

// Pointer-free objects below this size share blocks of it.
inline constexpr size_t kTinySize = 16;

inline constexpr int kNumSizeClasses = 68;
// A span class is (size class << 1) | noscan.
inline constexpr int kNumSpanClasses = kNumSizeClasses * 2;

}  // namespace gol::rt
