// Functions with LLVM's split-stack prologue, as compiled Go code has it. C++ stands in for it.
#pragma once

#include <cstdint>

#define GOL_SWIFTCALL __attribute__((swiftcall))

namespace gol::rt::testing {

struct FourWords {
  int64_t a, b, c, d;
};
struct FourDoubles {
  double a, b, c, d;
};

// Recurses `depth` deep with a frame of some hundred bytes; returns depth.
GOL_SWIFTCALL int64_t Deep(int64_t depth);
// Arguments on the stack, in registers, and results in four registers, at each level.
GOL_SWIFTCALL FourWords ManyArgs(int64_t depth, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e,
                                 int64_t f, int64_t g, int64_t h, double x, double y);
GOL_SWIFTCALL FourDoubles Doubles(int64_t depth, double a, double b, double c, double d);
// One frame of a megabyte.
GOL_SWIFTCALL int64_t HugeFrame(int64_t seed);
// Calls a function with a large frame n times: crosses the border of a segment each time when depth leaves
// little room.
GOL_SWIFTCALL int64_t HotSplit(int64_t depth, int64_t n);
// Calls without end; each call is a safepoint.
GOL_SWIFTCALL void SpinCalls(const volatile bool* stop);
// Recurses without end.
GOL_SWIFTCALL int64_t Endless(int64_t n);
// Calls back into C++ at the given depth.
GOL_SWIFTCALL void CallAtDepth(int64_t depth, void (*fn)(void*), void* arg);

}  // namespace gol::rt::testing
