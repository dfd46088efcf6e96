// Native half of math: remainders, which are exact, by the C library.
#include <math.h>

extern "C" {

double gol_native_math_Mod(double x, double y) { return fmod(x, y); }
double gol_native_math_Remainder(double x, double y) { return remainder(x, y); }

}  // extern "C"
