// See runtime/string.h. Also the entry points for strings.
#include "runtime/string.h"

#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/copy_bytes.h"
#include "runtime/panic.h"

namespace gol::rt {
namespace {

char* NewBytes(int64_t n) {
  return static_cast<char*>(entry::gol_rt_mallocgc(n, nullptr, false));
}

bool IsCont(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

}  // namespace

int32_t DecodeRune(const char* p, int64_t n, int* width) {
  auto b0 = static_cast<uint8_t>(p[0]);
  *width = 1;
  if (b0 < 0x80) return b0;
  if (b0 < 0xc2 || b0 > 0xf4) return kRuneError;
  if (n < 2 || !IsCont(p[1])) return kRuneError;
  auto b1 = static_cast<uint8_t>(p[1]);
  if (b0 < 0xe0) {
    *width = 2;
    return (b0 & 0x1f) << 6 | (b1 & 0x3f);
  }
  if (b0 < 0xf0) {
    // No overlong forms, no surrogates.
    if (n < 3 || !IsCont(p[2]) || (b0 == 0xe0 && b1 < 0xa0) || (b0 == 0xed && b1 > 0x9f)) {
      return kRuneError;
    }
    *width = 3;
    return (b0 & 0x0f) << 12 | (b1 & 0x3f) << 6 | (p[2] & 0x3f);
  }
  if (n < 4 || !IsCont(p[2]) || !IsCont(p[3]) || (b0 == 0xf0 && b1 < 0x90) ||
      (b0 == 0xf4 && b1 > 0x8f)) {
    return kRuneError;
  }
  *width = 4;
  return (b0 & 0x07) << 18 | (b1 & 0x3f) << 12 | (p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

int EncodeRune(char* p, int32_t r) {
  auto u = static_cast<uint32_t>(r);
  if (u < 0x80) {
    p[0] = static_cast<char>(u);
    return 1;
  }
  if (u < 0x800) {
    p[0] = static_cast<char>(0xc0 | u >> 6);
    p[1] = static_cast<char>(0x80 | (u & 0x3f));
    return 2;
  }
  if (u > kMaxRune || (u >= 0xd800 && u < 0xe000)) u = kRuneError;
  if (u < 0x10000) {
    p[0] = static_cast<char>(0xe0 | u >> 12);
    p[1] = static_cast<char>(0x80 | (u >> 6 & 0x3f));
    p[2] = static_cast<char>(0x80 | (u & 0x3f));
    return 3;
  }
  p[0] = static_cast<char>(0xf0 | u >> 18);
  p[1] = static_cast<char>(0x80 | (u >> 12 & 0x3f));
  p[2] = static_cast<char>(0x80 | (u >> 6 & 0x3f));
  p[3] = static_cast<char>(0x80 | (u & 0x3f));
  return 4;
}

GoString NewString(std::string_view text) {
  if (text.empty()) return {nullptr, 0};
  char* p = NewBytes(static_cast<int64_t>(text.size()));
  std::memcpy(p, text.data(), text.size());
  return {p, static_cast<int64_t>(text.size())};
}

extern "C" {

GoString gol_rt_concatstrings(void* strs, int64_t n) {
  auto* s = static_cast<const GoString*>(strs);
  int64_t total = 0;
  int64_t last = -1;
  int64_t nonempty = 0;
  for (int64_t i = 0; i < n; i++) {
    if (s[i].len == 0) continue;
    if (__builtin_add_overflow(total, s[i].len, &total)) PanicPlainError("string concatenation too long");
    nonempty++;
    last = i;
  }
  if (nonempty == 0) return {nullptr, 0};
  if (nonempty == 1) return s[last];
  char* p = NewBytes(total);
  char* to = p;
  for (int64_t i = 0; i < n; i++) {
    if (s[i].len == 0) continue;
    CopyBytes(to, s[i].ptr, static_cast<uint64_t>(s[i].len));
    to += s[i].len;
  }
  return {p, total};
}

int64_t gol_rt_cmpstring(GoString a, GoString b) {
  int64_t n = a.len < b.len ? a.len : b.len;
  int c = n == 0 ? 0 : std::memcmp(a.ptr, b.ptr, n);
  if (c != 0) return c < 0 ? -1 : 1;
  return a.len < b.len ? -1 : a.len > b.len;
}

bool gol_rt_memequal(void* a, void* b, int64_t n) {
  return n == 0 || std::memcmp(a, b, n) == 0;
}

GoString gol_rt_intstring(int64_t rune) {
  char buf[kUtfMax];
  if (rune < 0 || rune > kMaxRune) rune = kRuneError;
  int n = EncodeRune(buf, static_cast<int32_t>(rune));
  return NewString({buf, static_cast<size_t>(n)});
}

GoString gol_rt_slicebytetostring(void* p, int64_t n) {
  return NewString({static_cast<const char*>(p), static_cast<size_t>(n)});
}

void gol_rt_stringtoslicebyte(void* out, GoString s) {
  // An empty string gives an empty slice that is not nil.
  char* p = NewBytes(s.len);
  if (s.len != 0) CopyBytes(p, s.ptr, static_cast<uint64_t>(s.len));
  *static_cast<GoSlice*>(out) = {p, s.len, s.len};
}

GoString gol_rt_slicerunetostring(void* p, int64_t n) {
  auto* runes = static_cast<const int32_t*>(p);
  int64_t total = 0;
  char buf[kUtfMax];
  for (int64_t i = 0; i < n; i++) total += EncodeRune(buf, runes[i]);
  if (total == 0) return {nullptr, 0};
  char* s = NewBytes(total);
  char* to = s;
  for (int64_t i = 0; i < n; i++) {
    int w = EncodeRune(buf, runes[i]);
    std::memcpy(to, buf, w);
    to += w;
  }
  return {s, total};
}

void gol_rt_stringtoslicerune(void* out, GoString s) {
  int64_t n = entry::gol_rt_countrunes(s);
  auto* runes = reinterpret_cast<int32_t*>(NewBytes(n * 4));
  int64_t k = 0;
  for (int64_t i = 0; i < s.len;) {
    int w;
    runes[k++] = DecodeRune(s.ptr + i, s.len - i, &w);
    i += w;
  }
  *static_cast<GoSlice*>(out) = {runes, n, n};
}

TwoWords gol_rt_decoderune(GoString s, int64_t k) {
  int w;
  int32_t r = DecodeRune(s.ptr + k, s.len - k, &w);
  return {static_cast<uint64_t>(static_cast<int64_t>(r)), static_cast<uint64_t>(k + w)};
}

int64_t gol_rt_countrunes(GoString s) {
  int64_t n = 0;
  for (int64_t i = 0; i < s.len; n++) {
    int w;
    DecodeRune(s.ptr + i, s.len - i, &w);
    i += w;
  }
  return n;
}

}  // extern "C"
}  // namespace gol::rt
