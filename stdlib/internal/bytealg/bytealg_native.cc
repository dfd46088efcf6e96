// Native half of internal/bytealg. Single bytes are the C library's, which picks the processor's best; counting and
// searching texts use SSE2, which every amd64 has.
//
// A text is searched by comparing 16 places at a time with its first and with its last byte; only where both fit is
// the rest compared (W. Mula, SIMD-friendly algorithms for substring searching). Where that happens too often for
// nothing, memmem takes over, whose time is linear.
#include <emmintrin.h>

#include <cstdint>
#include <cstring>

#include "runtime/abi/rtype.h"

using gol::rt::GoString;

namespace {

// False candidates that a search may meet per 16 bytes of text before it is left to memmem. Larger: slower worst
// cases; smaller: memmem for texts that this does better.
constexpr int64_t kMaxFalsePerBlock = 4;

int64_t Find(const char* s, int64_t n, const char* sub, int64_t m) {
  if (m == 0) return 0;
  if (m > n) return -1;
  if (m == 1) {
    const void* at = std::memchr(s, sub[0], static_cast<size_t>(n));
    return at == nullptr ? -1 : static_cast<const char*>(at) - s;
  }
  const int64_t last_start = n - m;
  const __m128i first = _mm_set1_epi8(sub[0]);
  const __m128i last = _mm_set1_epi8(sub[m - 1]);
  int64_t i = 0;
  int64_t misses = 0;
  // Reads s[i + m - 1 .. i + m + 14]: the last block ends at the end of s.
  for (; i + m + 15 <= n; i += 16) {
    __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s + i));
    __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s + i + m - 1));
    unsigned mask = static_cast<unsigned>(
        _mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last))));
    for (; mask != 0; mask &= mask - 1) {
      int64_t at = i + __builtin_ctz(mask);
      if (std::memcmp(s + at + 1, sub + 1, static_cast<size_t>(m - 1)) == 0) return at;
      ++misses;
    }
    if (misses > kMaxFalsePerBlock * (i / 16 + 8)) {
      const void* at = memmem(s + i, static_cast<size_t>(n - i), sub, static_cast<size_t>(m));
      return at == nullptr ? -1 : static_cast<const char*>(at) - s;
    }
  }
  for (; i <= last_start; ++i) {
    if (s[i] == sub[0] && s[i + m - 1] == sub[m - 1] &&
        std::memcmp(s + i + 1, sub + 1, static_cast<size_t>(m - 1)) == 0) {
      return i;
    }
  }
  return -1;
}

int64_t Count(const char* p, int64_t n, char c) {
  const __m128i want = _mm_set1_epi8(c);
  const __m128i zero = _mm_setzero_si128();
  int64_t total = 0;
  int64_t i = 0;
  while (i + 16 <= n) {
    // A byte of sums holds up to 255.
    int64_t blocks = (n - i) / 16 < 255 ? (n - i) / 16 : 255;
    __m128i sums = zero;
    for (int64_t k = 0; k < blocks; ++k, i += 16) {
      sums = _mm_sub_epi8(
          sums, _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i)), want));
    }
    __m128i words = _mm_sad_epu8(sums, zero);
    total += _mm_cvtsi128_si64(words) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(words, words));
  }
  for (; i < n; ++i) total += p[i] == c;
  return total;
}

int64_t CompareBytes(const char* p, int64_t n, const char* q, int64_t m) {
  int64_t k = n < m ? n : m;
  int r = k == 0 ? 0 : std::memcmp(p, q, static_cast<size_t>(k));
  if (r == 0) return n < m ? -1 : n > m;
  return r < 0 ? -1 : 1;
}

}  // namespace

extern "C" {

int64_t gol_native_internal_bytealg_IndexByte(const char* p, int64_t n, int64_t, uint8_t c) {
  if (n == 0) return -1;
  const void* at = std::memchr(p, c, static_cast<size_t>(n));
  return at == nullptr ? -1 : static_cast<const char*>(at) - p;
}

int64_t gol_native_internal_bytealg_IndexByteString(GoString s, uint8_t c) {
  return gol_native_internal_bytealg_IndexByte(s.ptr, s.len, 0, c);
}

int64_t gol_native_internal_bytealg_LastIndexByteString(GoString s, uint8_t c) {
  if (s.len == 0) return -1;
  const void* at = memrchr(s.ptr, c, static_cast<size_t>(s.len));
  return at == nullptr ? -1 : static_cast<const char*>(at) - s.ptr;
}

int64_t gol_native_internal_bytealg_IndexString(GoString s, GoString sub) {
  return Find(s.ptr, s.len, sub.ptr, sub.len);
}

int64_t gol_native_internal_bytealg_CountString(GoString s, uint8_t c) {
  return Count(s.ptr, s.len, static_cast<char>(c));
}

int64_t gol_native_internal_bytealg_CompareString(GoString a, GoString b) {
  return CompareBytes(a.ptr, a.len, b.ptr, b.len);
}

int64_t gol_native_internal_bytealg_Compare(const char* p, int64_t n, int64_t, const char* q, int64_t m,
                                            int64_t) {
  return CompareBytes(p, n, q, m);
}

}  // extern "C"
