// Clearing and moving memory word by word.
#include "runtime/mem/zero.h"

namespace gol::rt {

// The compiler would make calls of memmove and memset from these loops, which promise nothing about
// how they write. rep movsq and rep stosq write whole quadwords; below the size where their
// start-up cost pays, atomic words do.

static inline void CopyWord(uint64_t* dst, const uint64_t* src) {
  // Release, as of any store of a pointer: markers see what it refers to.
  __atomic_store_n(dst, __atomic_load_n(src, __ATOMIC_RELAXED), __ATOMIC_RELEASE);
}

void MoveWords(void* dst, const void* src, uint64_t bytes) {
  auto* d = static_cast<uint64_t*>(dst);
  auto* s = static_cast<const uint64_t*>(src);
  uint64_t n = bytes / 8;
  if (d == s || n == 0) return;
  bool forward = reinterpret_cast<uintptr_t>(dst) < reinterpret_cast<uintptr_t>(src) ||
                 reinterpret_cast<uintptr_t>(dst) >= reinterpret_cast<uintptr_t>(src) + bytes;
  if (!forward) {
    for (uint64_t i = n; i-- > 0;) CopyWord(d + i, s + i);
    return;
  }
#if !defined(__SANITIZE_THREAD__) && !__has_feature(thread_sanitizer) && \
    !__has_feature(address_sanitizer)
  if (n >= 64) {
    asm volatile("rep movsq" : "+D"(dst), "+S"(src), "+c"(n)::"memory");
    return;
  }
#endif
  for (uint64_t i = 0; i < n; ++i) CopyWord(d + i, s + i);
}

void ClearWords(void* dst, uint64_t bytes) {
  auto* d = static_cast<uint64_t*>(dst);
  uint64_t n = bytes / 8;
#if !defined(__SANITIZE_THREAD__) && !__has_feature(thread_sanitizer) && \
    !__has_feature(address_sanitizer)
  if (n >= 64) {
    asm volatile("rep stosq" : "+D"(dst), "+c"(n) : "a"(0ull) : "memory");
    return;
  }
#endif
  for (uint64_t i = 0; i < n; ++i) __atomic_store_n(d + i, 0, __ATOMIC_RELAXED);
}

}  // namespace gol::rt
