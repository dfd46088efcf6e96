// Native half of internal/bytealg.
#include <cstdint>
#include <cstring>

#include "runtime/abi/rtype.h"

using gol::rt::GoString;

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
  if (sub.len == 0) return 0;
  if (sub.len > s.len) return -1;
  const void* at =
      memmem(s.ptr, static_cast<size_t>(s.len), sub.ptr, static_cast<size_t>(sub.len));
  return at == nullptr ? -1 : static_cast<const char*>(at) - s.ptr;
}

int64_t gol_native_internal_bytealg_CountString(GoString s, uint8_t c) {
  int64_t n = 0;
  for (int64_t i = 0; i < s.len; i++) n += static_cast<uint8_t>(s.ptr[i]) == c;
  return n;
}

int64_t gol_native_internal_bytealg_Compare(const char* p, int64_t n, int64_t, const char* q,
                                            int64_t m, int64_t) {
  int64_t k = n < m ? n : m;
  int r = k == 0 ? 0 : std::memcmp(p, q, static_cast<size_t>(k));
  if (r == 0) return n < m ? -1 : n > m;
  return r < 0 ? -1 : 1;
}

}  // extern "C"
