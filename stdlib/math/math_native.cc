// Native half of math: functions of the C library, on the system stack where they may go deep.
#include <math.h>

#include <cstdint>

#include "runtime/sched/system_stack.h"

extern "C" {

double gol_native_math_Mod(double x, double y) { return fmod(x, y); }
double gol_native_math_Remainder(double x, double y) { return remainder(x, y); }
double gol_native_math_Erf(double x) { return erf(x); }
double gol_native_math_Erfc(double x) { return erfc(x); }

#define GOL_BESSEL(name, f) \
  double gol_native_math_##name(double x) { return gol::rt::OnSystemStack([x] { return f(x); }); }
GOL_BESSEL(J0, j0)
GOL_BESSEL(J1, j1)
GOL_BESSEL(Y0, y0)
GOL_BESSEL(Y1, y1)
#undef GOL_BESSEL

double gol_native_math_Jn(int64_t n, double x) {
  return gol::rt::OnSystemStack([=] { return jn(static_cast<int>(n), x); });
}

double gol_native_math_Yn(int64_t n, double x) {
  return gol::rt::OnSystemStack([=] { return yn(static_cast<int>(n), x); });
}

double gol_native_math_lgammaAbs(double x) {
  return gol::rt::OnSystemStack([x] {
    int sign;
    return lgamma_r(x, &sign);
  });
}

}  // extern "C"
