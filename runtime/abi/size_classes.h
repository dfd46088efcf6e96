// The size classes: object sizes that small allocations are rounded up to, made from
// size_classes.def at compile time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bits.h"
#include "runtime/abi/heap_params.h"

namespace gol::rt {

// Bytes of an object; class 0 stands for large objects.
inline constexpr uint16_t kClassToSize[] = {
#define SIZE_CLASS(i, bytes, pages) bytes,
#include "runtime/abi/size_classes.def"
#undef SIZE_CLASS
};
// Pages of a span.
inline constexpr uint8_t kClassToPages[] = {
#define SIZE_CLASS(i, bytes, pages) pages,
#include "runtime/abi/size_classes.def"
#undef SIZE_CLASS
};
static_assert(std::size(kClassToSize) == kNumSizeClasses);
static_assert(kClassToSize[kNumSizeClasses - 1] == kMaxSmallSize);

// Sizes up to kSmallMax look their class up in steps of 8 bytes, larger ones in steps of 128.
inline constexpr size_t kSmallMax = 1024;
inline constexpr size_t kSmallStep = 8;
inline constexpr size_t kLargeStep = 128;

namespace internal {
template <size_t kCount>
constexpr auto MakeSizeTable(size_t first, size_t step) {
  std::array<uint8_t, kCount> table{};
  size_t cls = 1;
  for (size_t i = 0; i < kCount; ++i) {
    size_t size = first + i * step;
    while (kClassToSize[cls] < size) ++cls;
    table[i] = static_cast<uint8_t>(cls);
  }
  return table;
}
}  // namespace internal

inline constexpr auto kSizeToClass8 = internal::MakeSizeTable<kSmallMax / kSmallStep + 1>(0, 8);
inline constexpr auto kSizeToClass128 =
    internal::MakeSizeTable<(kMaxSmallSize - kSmallMax) / kLargeStep + 1>(kSmallMax, 128);

// The class of a small size (at most kMaxSmallSize).
constexpr uint8_t SizeToClass(size_t size) {
  if (size <= kSmallMax - 8) return kSizeToClass8[(size + kSmallStep - 1) / kSmallStep];
  return kSizeToClass128[(size - kSmallMax + kLargeStep - 1) / kLargeStep];
}

// Reciprocal of a class's size: offset / size == (offset * magic) >> 32 for all offsets in a span.
constexpr uint32_t ClassDivMagic(size_t size) {
  return size == 0 ? 0 : static_cast<uint32_t>(CeilDiv(uint64_t{1} << 32, size));
}

// What the allocator really reserves for a request of size bytes: growslice rounds capacities up
// to it. Objects over kMaxBitmapObject with pointers carry a header.
constexpr size_t RoundUpSize(size_t size, bool noscan) {
  size_t with_header = size;
  if (!noscan && size > kMaxBitmapObject) with_header += kMallocHeaderSize;
  size_t header = with_header - size;
  if (with_header <= kMaxSmallSize) {
    return kClassToSize[SizeToClass(with_header)] - header;
  }
  // A large object has its type in the span.
  if (size > SIZE_MAX - kPageSize) return size;
  return AlignUp(size, kPageSize);
}

// A span class: a size class, with or without pointers.
struct SpanClass {
  uint8_t value;
  constexpr SpanClass(uint8_t size_class, bool noscan)
      : value(static_cast<uint8_t>(size_class << 1 | (noscan ? 1 : 0))) {}
  constexpr explicit SpanClass(uint8_t v) : value(v) {}
  constexpr uint8_t size_class() const { return value >> 1; }
  constexpr bool noscan() const { return (value & 1) != 0; }
};

}  // namespace gol::rt
