// Arithmetic that is too long to write out where it is used.
#include <cmath>

#include "runtime/abi/entry_points.h"
#include "runtime/panic.h"

namespace gol::rt {

namespace {

double Unit(double x) { return std::copysign(std::isinf(x) ? 1.0 : 0.0, x); }

// Division by the larger part of the divisor (Smith's method), which does not overflow early.
void Divide(double a, double b, double c, double d, double* re, double* im) {
  if (std::fabs(c) >= std::fabs(d)) {
    const double ratio = d / c;
    const double scale = c + ratio * d;
    *re = (a + b * ratio) / scale;
    *im = (b - a * ratio) / scale;
  } else {
    const double ratio = c / d;
    const double scale = d + ratio * c;
    *re = (a * ratio + b) / scale;
    *im = (b * ratio - a) / scale;
  }
}

bool IsFinite(double a, double b) { return std::isfinite(a) && std::isfinite(b); }

}  // namespace

extern "C" void gol_rt_complex128div(void* out, double a, double b, double c, double d) {
  double re, im;
  Divide(a, b, c, d, &re, &im);
  if (std::isnan(re) || std::isnan(im)) {
    // The cases of C99 Annex G in which the quotient is infinite or zero all the same.
    if (c == 0 && d == 0 && (!std::isnan(a) || !std::isnan(b))) {
      const double inf = std::copysign(INFINITY, c);
      re = inf * a;
      im = inf * b;
    } else if ((std::isinf(a) || std::isinf(b)) && IsFinite(c, d)) {
      a = Unit(a);
      b = Unit(b);
      re = INFINITY * (a * c + b * d);
      im = INFINITY * (b * c - a * d);
    } else if ((std::isinf(c) || std::isinf(d)) && IsFinite(a, b)) {
      c = Unit(c);
      d = Unit(d);
      re = 0 * (a * c + b * d);
      im = 0 * (b * c - a * d);
    }
  }
  auto* result = static_cast<double*>(out);
  result[0] = re;
  result[1] = im;
}

extern "C" void gol_rt_panicrangestate() {
  PanicRuntimeError(
      "range function continued iteration after function for loop body returned false");
}

}  // namespace gol::rt
