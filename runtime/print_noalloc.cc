// print and println: to the Runtime's standard error, without allocating.
//
// A statement's pieces are gathered in a buffer of the M, between printlock and printunlock, and written at
// once, so that lines of different goroutines do not mix. printlock nests.
#include <charconv>
#include <cmath>
#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/format.h"
#include "runtime/runtime.h"
#include "runtime/sched/m.h"

namespace gol::rt {

size_t FormatInt(int64_t v, char* buf) {
  return static_cast<size_t>(std::to_chars(buf, buf + 24, v).ptr - buf);
}

size_t FormatUint(uint64_t v, char* buf) {
  return static_cast<size_t>(std::to_chars(buf, buf + 24, v).ptr - buf);
}

size_t FormatPointer(const void* p, char* buf) {
  buf[0] = '0';
  buf[1] = 'x';
  return static_cast<size_t>(
      std::to_chars(buf + 2, buf + 20, reinterpret_cast<uint64_t>(p), 16).ptr - buf);
}

size_t FormatFloat(double v, bool is_float32, char* buf) {
  if (std::isnan(v)) return std::memcpy(buf, "NaN", 3), 3;
  if (std::isinf(v)) return std::memcpy(buf, v > 0 ? "+Inf" : "-Inf", 4), 4;
  // Digits and exponent of the shortest form: d.ddde[+-]xx.
  char sci[40];
  std::to_chars_result r =
      is_float32 ? std::to_chars(sci, sci + sizeof(sci), static_cast<float>(v),
                                 std::chars_format::scientific)
                 : std::to_chars(sci, sci + sizeof(sci), v, std::chars_format::scientific);
  char digits[24];
  size_t nd = 0;
  char* out = buf;
  const char* s = sci;
  if (*s == '-') *out++ = *s++;
  for (; s < r.ptr && *s != 'e'; s++) {
    if (*s != '.') digits[nd++] = *s;
  }
  int exp = 0;
  if (s < r.ptr) {
    const char* e = s + 1;
    if (*e == '+') e++;
    std::from_chars(e, r.ptr, exp);
  }
  // As strconv's 'g' with the shortest precision: exponent form below 1e-4 and from 1e6.
  if (exp < -4 || exp >= 6) {
    *out++ = digits[0];
    if (nd > 1) {
      *out++ = '.';
      std::memcpy(out, digits + 1, nd - 1);
      out += nd - 1;
    }
    *out++ = 'e';
    *out++ = exp < 0 ? '-' : '+';
    int magnitude = exp < 0 ? -exp : exp;
    if (magnitude < 10) *out++ = '0';
    out = std::to_chars(out, out + 4, magnitude).ptr;
  } else if (exp < 0) {
    *out++ = '0';
    *out++ = '.';
    for (int i = -1; i > exp; i--) *out++ = '0';
    std::memcpy(out, digits, nd);
    out += nd;
  } else {
    for (int i = 0; i <= exp; i++) *out++ = i < static_cast<int>(nd) ? digits[i] : '0';
    if (static_cast<int>(nd) > exp + 1) {
      *out++ = '.';
      std::memcpy(out, digits + exp + 1, nd - static_cast<size_t>(exp) - 1);
      out += nd - static_cast<size_t>(exp) - 1;
    }
  }
  return static_cast<size_t>(out - buf);
}

size_t FormatComplex(double re, double im, bool is_float32, char* buf) {
  char* out = buf;
  *out++ = '(';
  out += FormatFloat(re, is_float32, out);
  // A sign always stands between the parts.
  if (!(std::signbit(im) && !std::isnan(im)) && !std::isinf(im)) *out++ = '+';
  out += FormatFloat(im, is_float32, out);
  *out++ = 'i';
  *out++ = ')';
  return static_cast<size_t>(out - buf);
}

namespace {

void FlushPrint(M* m) {
  uint32_t n = m->print_len;
  m->print_len = 0;
  m->rt->WriteStderr(m->print_buf, n);
  if (m->rt->options().limits.output_bytes == kNoLimit) return;
  // The limit may end the goroutine here, in the middle of a statement.
  uint32_t depth = m->print_depth;
  m->print_depth = 0;
  m->rt->CountOutput(n);
  m->print_depth = depth;
}

void Print(const char* data, size_t n) {
  M* m = CurrentM();
  if (m->print_depth == 0) {
    m->rt->WriteStderr(data, n);
    m->rt->CountOutput(n);
    return;
  }
  while (n > 0) {
    size_t room = sizeof(m->print_buf) - m->print_len;
    size_t k = n < room ? n : room;
    std::memcpy(m->print_buf + m->print_len, data, k);
    m->print_len += static_cast<uint32_t>(k);
    data += k;
    n -= k;
    if (m->print_len == sizeof(m->print_buf)) {
      FlushPrint(m);
    }
  }
}

}  // namespace
}  // namespace gol::rt

extern "C" {

using namespace gol::rt;

void gol_rt_printlock() { CurrentM()->print_depth++; }

void gol_rt_printunlock() {
  M* m = CurrentM();
  if (--m->print_depth == 0 && m->print_len != 0) FlushPrint(m);
}

void gol_rt_printbool(bool v) {
  if (v) {
    Print("true", 4);
  } else {
    Print("false", 5);
  }
}

void gol_rt_printint(int64_t v) {
  char buf[24];
  Print(buf, FormatInt(v, buf));
}

void gol_rt_printuint(int64_t v) {
  char buf[24];
  Print(buf, FormatUint(static_cast<uint64_t>(v), buf));
}

void gol_rt_printfloat(double v) {
  char buf[32];
  Print(buf, FormatFloat(v, false, buf));
}

void gol_rt_printfloat32(double v) {
  char buf[32];
  Print(buf, FormatFloat(v, true, buf));
}

void gol_rt_printcomplex64(double re, double im) {
  char buf[64];
  Print(buf, FormatComplex(re, im, true, buf));
}

void gol_rt_printcomplex(double re, double im) {
  char buf[64];
  Print(buf, FormatComplex(re, im, false, buf));
}

void gol_rt_printstring(GoString s) { Print(s.ptr, static_cast<size_t>(s.len)); }

void gol_rt_printpointer(void* p) {
  char buf[24];
  Print(buf, FormatPointer(p, buf));
}

void gol_rt_printeface(void* type, void* data) {
  char buf[64];
  size_t n = 0;
  buf[n++] = '(';
  n += FormatPointer(type, buf + n);
  buf[n++] = ',';
  n += FormatPointer(data, buf + n);
  buf[n++] = ')';
  Print(buf, n);
}

void gol_rt_printslice(void* p, int64_t len, int64_t cap) {
  char buf[80];
  size_t n = 0;
  buf[n++] = '[';
  n += FormatInt(len, buf + n);
  buf[n++] = '/';
  n += FormatInt(cap, buf + n);
  buf[n++] = ']';
  n += FormatPointer(p, buf + n);
  Print(buf, n);
}

void gol_rt_printsp() { Print(" ", 1); }
void gol_rt_printnl() { Print("\n", 1); }
}
