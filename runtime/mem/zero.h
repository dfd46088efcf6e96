// Clearing and moving memory of objects, word by word.
//
// Markers read pointers in objects while the program runs, so a pointer must be written in one
// piece: these functions never write part of an aligned word.
#pragma once

#include <emmintrin.h>

#include <cstdint>
#include <cstring>

namespace gol::rt {

// Clears bytes at p; both multiples of 8. Of memory that no marker looks at (new objects).
inline void ClearMemory(uintptr_t p, uint64_t bytes) {
  if (bytes > 256) {
    std::memset(reinterpret_cast<void*>(p), 0, bytes);
    return;
  }
  const __m128i zero = _mm_setzero_si128();
  uintptr_t end16 = p + (bytes & ~uint64_t{15});
  while (p < end16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), zero);
    p += 16;
  }
  if ((bytes & 8) != 0) *reinterpret_cast<uint64_t*>(p) = 0;
}

// Moves bytes, a multiple of 8, between 8-aligned places that may overlap.
void MoveWords(void* dst, const void* src, uint64_t bytes);
// Clears bytes, a multiple of 8, at an 8-aligned place that markers may read.
void ClearWords(void* dst, uint64_t bytes);

}  // namespace gol::rt
