// Compiled with -fsplit-stack: see split_stack_funcs.h.
#include "split_stack_funcs.h"

namespace gol::rt::testing {

#define NOINLINE __attribute__((noinline))

NOINLINE static void Use(volatile void*) { asm volatile("" ::: "memory"); }

NOINLINE GOL_SWIFTCALL int64_t Deep(int64_t depth) {
  volatile char frame[200];
  frame[0] = static_cast<char>(depth);
  Use(frame);
  if (depth == 0) return 0;
  int64_t r = Deep(depth - 1) + 1;
  Use(frame);
  return frame[0] == static_cast<char>(depth) ? r : -1000000000;
}

NOINLINE GOL_SWIFTCALL FourWords ManyArgs(int64_t depth, int64_t a, int64_t b, int64_t c, int64_t d,
                                          int64_t e, int64_t f, int64_t g, int64_t h, double x,
                                          double y) {
  volatile int64_t frame[30];
  frame[3] = a;
  Use(frame);
  if (depth == 0) return {a + b, c + d, e + f, g + h + static_cast<int64_t>(x + y)};
  FourWords r = ManyArgs(depth - 1, a + 1, b + 2, c + 3, d + 4, e + 5, f + 6, g + 7, h + 8, x + 1,
                         y + 1);
  Use(frame);
  if (frame[3] != a) r.a = -1;
  return r;
}

NOINLINE GOL_SWIFTCALL FourDoubles Doubles(int64_t depth, double a, double b, double c, double d) {
  volatile int64_t frame[30];
  Use(frame);
  if (depth == 0) return {a, b, c, d};
  FourDoubles r = Doubles(depth - 1, a + 1, b + 2, c + 3, d + 4);
  Use(frame);
  return r;
}

NOINLINE GOL_SWIFTCALL int64_t HugeFrame(int64_t seed) {
  volatile char frame[1 << 20];
  for (int i = 0; i < (1 << 20); i += 4096) frame[i] = static_cast<char>(seed + i / 4096);
  Use(frame);
  int64_t sum = 0;
  for (int i = 0; i < (1 << 20); i += 4096) sum += frame[i] == static_cast<char>(seed + i / 4096);
  return sum;
}

NOINLINE static GOL_SWIFTCALL int64_t Callee(int64_t n) {
  volatile char frame[4000];
  frame[n % 4000] = 1;
  Use(frame);
  return n & 1;
}

NOINLINE GOL_SWIFTCALL int64_t HotSplit(int64_t depth, int64_t n) {
  volatile char frame[200];
  Use(frame);
  if (depth > 0) {
    int64_t r = HotSplit(depth - 1, n);
    Use(frame);
    return r;
  }
  int64_t sum = 0;
  for (int64_t i = 0; i < n; i++) sum += Callee(i);
  return sum;
}

NOINLINE GOL_SWIFTCALL void SpinCalls(const volatile bool* stop) {
  while (!*stop) Callee(1);
}

NOINLINE GOL_SWIFTCALL int64_t Endless(int64_t n) {
  volatile char frame[2000];
  Use(frame);
  if (n < 0) return 0;  // never
  int64_t r = Endless(n + 1) + 1;
  Use(frame);
  return r;
}

NOINLINE GOL_SWIFTCALL void CallAtDepth(int64_t depth, void (*fn)(void*), void* arg) {
  volatile char frame[200];
  Use(frame);
  if (depth == 0) {
    fn(arg);
  } else {
    CallAtDepth(depth - 1, fn, arg);
  }
  Use(frame);
}

}  // namespace gol::rt::testing
