// Native half of strconv: digits of floating-point numbers by the C++ library.
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>

#include "runtime/abi/rtype.h"

namespace {

using gol::rt::GoString;

// The result of the digit functions: how many digits, and the place of the point.
int64_t Pack(int64_t n, int64_t point) { return n << 16 | (point + (1 << 15)); }

// Copies the digits of "d.ddde±xx" to dst, without trailing zeros.
int64_t TakeScientific(char* dst, const char* text, const char* end) {
  int64_t n = 0;
  const char* p = text;
  for (; p < end && *p != 'e'; p++) {
    if (*p != '.') dst[n++] = *p;
  }
  int exp = 0;
  if (p < end) {
    p++;
    if (p < end && *p == '+') p++;
    std::from_chars(p, end, exp);
  }
  while (n > 0 && dst[n - 1] == '0') n--;
  return Pack(n, exp + 1);
}

// Copies the digits of "ddd.ddd" to dst, without leading and trailing zeros.
int64_t TakeFixed(char* dst, const char* text, const char* end, int64_t max_digits) {
  const char* dot = text;
  while (dot < end && *dot != '.') dot++;
  int64_t point = dot - text;
  int64_t n = 0;
  for (const char* p = text; p < end; p++) {
    if (*p == '.') continue;
    if (n == 0 && *p == '0') {
      point--;
      continue;
    }
    if (n < max_digits) dst[n++] = *p;
  }
  while (n > 0 && dst[n - 1] == '0') n--;
  return Pack(n, point);
}

constexpr int64_t kMaxDigits = 800;  // strconv.maxDigits

template <typename T>
T ParseDecimal(const char* p, const char* end, bool* overflow) {
  T value = 0;
  std::from_chars_result r = std::from_chars(p, end, value, std::chars_format::general);
  if (r.ec != std::errc::result_out_of_range) return value;
  // Too large or too small: the place of the first digit that is not zero, plus the exponent, says
  // which.
  int64_t place = 0;
  bool seen = false, after_point = false;
  const char* q = p;
  for (; q < end && *q != 'e' && *q != 'E'; q++) {
    if (*q == '.') {
      after_point = true;
    } else if (seen) {
      if (!after_point) place++;
    } else if (*q != '0') {
      seen = true;
    } else if (after_point) {
      place--;
    }
  }
  int64_t exp = 0;
  if (q < end) {
    q++;
    bool negative = q < end && *q == '-';
    if (q < end && (*q == '-' || *q == '+')) q++;
    for (; q < end; q++) {
      if (exp < 1000000) exp = exp * 10 + (*q - '0');
    }
    if (negative) exp = -exp;
  }
  *overflow = place + exp > 0;
  return 0;
}

}  // namespace

extern "C" {

int64_t gol_native_strconv_shortestDigits(char* dst, double val, int64_t bit_size) {
  char text[48];
  std::to_chars_result r =
      bit_size == 32
          ? std::to_chars(text, text + sizeof text, static_cast<float>(val), std::chars_format::scientific)
          : std::to_chars(text, text + sizeof text, val, std::chars_format::scientific);
  return TakeScientific(dst, text, r.ptr);
}

int64_t gol_native_strconv_roundedDigits(char* dst, double val, int64_t count, bool fixed) {
  // 309 digits before the point and 1,100 after it at most.
  char text[1500];
  std::to_chars_result r =
      fixed ? std::to_chars(text, text + sizeof text, val, std::chars_format::fixed,
                            static_cast<int>(count))
            : std::to_chars(text, text + sizeof text, val, std::chars_format::scientific,
                            static_cast<int>(count) - 1);
  return fixed ? TakeFixed(dst, text, r.ptr, kMaxDigits) : TakeScientific(dst, text, r.ptr);
}

uint64_t gol_native_strconv_decimalBits(GoString s, int64_t bit_size) {
  const char* end = s.ptr + s.len;
  bool overflow = false;
  if (bit_size == 32) {
    float f = ParseDecimal<float>(s.ptr, end, &overflow);
    if (overflow) f = std::numeric_limits<float>::infinity();
    uint32_t bits;
    std::memcpy(&bits, &f, sizeof bits);
    return bits;
  }
  double d = ParseDecimal<double>(s.ptr, end, &overflow);
  if (overflow) d = std::numeric_limits<double>::infinity();
  uint64_t bits;
  std::memcpy(&bits, &d, sizeof bits);
  return bits;
}

}  // extern "C"
