// The numbers behind ConstValue handles: Boost integers, fractions and binary floats of 512 bits.
// Included by the const_*.cc files only, since the Boost header is slow to compile.
//
// A float is mant * 2^exp with an integer mantissa of at most kFloatBits bits, kept odd (or the
// value is zero), so that equal values have equal parts. Rounding is to nearest, ties to even.
// The operations are written over the integers instead of taken from cpp_bin_float: the checker
// needs the "is this an integer but for rounding errors" test of ToInt, exact rounding to float32
// and float64 including subnormals, and none of the exceptions.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>

#include <boost/multiprecision/cpp_int.hpp>

#include "frontend/types/const_value.h"

namespace gol::types::internal {

using BigInt = boost::multiprecision::cpp_int;

// Mantissa bits of a float constant.
inline constexpr int kFloatBits = 512;
// Fractions stay exact while both parts are below 2^kMaxFractionBits.
inline constexpr int kMaxFractionBits = 4096;
// Largest binary exponent (of a mantissa in [0.5, 1)) of a float constant.
inline constexpr int64_t kMaxFloatExp = 2147483647;

struct BigIntRep {
  BigInt value;
};

// Invariant: den > 0, gcd(num, den) == 1.
struct RatRep {
  BigInt num;
  BigInt den;
};

struct FloatRep {
  BigInt mant;
  int64_t exp = 0;
  bool is_inf = false;
};

// Invariant: both parts are integers or floats.
struct ComplexRep {
  ConstValue re;
  ConstValue im;
};

// Storage that strings are appended to in place: a concatenation whose left operand ends where
// the used part ends extends it, which keeps a chain of n concatenations linear.
struct StringBuffer {
  char* data;
  size_t used;
  size_t capacity;
};

struct StringRep {
  std::string_view text;
  StringBuffer* buffer;  // where text lies; null when it cannot be extended
};

int BitLength(const BigInt& n);
BigInt Magnitude(const BigInt& n);
// Floor shift: rounds towards negative infinity as two's complement does.
BigInt ShiftRight(const BigInt& n, unsigned count);

enum class Rounding { kNearestEven, kTowardZero, kAwayFromZero };

// Rounds mant * 2^exp to bits of mantissa. sticky says that the exact value is a little larger in
// magnitude than what mant holds (the discarded rest of a division).
FloatRep MakeFloat(BigInt mant, int64_t exp, bool sticky = false, int bits = kFloatBits,
                   Rounding rounding = Rounding::kNearestEven);
FloatRep AddFloat(const FloatRep& a, const FloatRep& b);
FloatRep MulFloat(const FloatRep& a, const FloatRep& b, int bits = kFloatBits);
FloatRep DivideFloat(const FloatRep& a, const FloatRep& b, int bits = kFloatBits);
FloatRep FloatFromFraction(const BigInt& num, const BigInt& den);
int CompareFloat(const FloatRep& a, const FloatRep& b);
// The exponent e of |value| = m * 2^e with m in [0.5, 1); 0 for zero.
int64_t FloatExponent(const FloatRep& f);

// Rounds a number to the nearest value of an IEEE format with that many mantissa bits whose
// smallest subnormal is 2^min_exp; the result is infinite when it does not fit.
double RoundToIeee(const FloatRep& f, bool sticky, int mantissa_bits, int min_exp, int max_exp);
double FractionToIeee(const BigInt& num, const BigInt& den, int mantissa_bits, int min_exp,
                      int max_exp);

// The integer within the float's rounding error, if there is one of bounded size.
bool FloatToInteger(const FloatRep& f, BigInt* out);

// The decimal form that diagnostics show.
std::string FormatFloat(const FloatRep& f);

// What the pool's functions need to see of a handle, and the reduction of results.
struct ConstAccess {
  using Rep = ConstValue::Rep;

  static Rep rep(const ConstValue& v) { return v.rep_; }
  static int64_t Small(const ConstValue& v) { return v.int_; }

  static BigInt Integer(const ConstValue& v) {
    return v.rep_ == Rep::kBigInt ? v.big_->value : BigInt(v.int_);
  }
  static RatRep Fraction(const ConstValue& v) {
    if (v.rep_ == Rep::kRat) return *v.rat_;
    return RatRep{Integer(v), 1};
  }
  static FloatRep Float(const ConstValue& v) {
    if (v.rep_ == Rep::kFloat) return *v.float_;
    if (v.rep_ == Rep::kRat) return FloatFromFraction(v.rat_->num, v.rat_->den);
    return MakeFloat(Integer(v), 0);
  }
  static ComplexRep Parts(const ConstValue& v) {
    if (v.rep_ == Rep::kComplex) return *v.complex_;
    return ComplexRep{v, ConstValue::Int(0)};
  }

  static ConstValue Make(ConstPool& pool, BigInt n) {
    if (n >= std::numeric_limits<int64_t>::min() && n <= std::numeric_limits<int64_t>::max()) {
      return ConstValue::Int(n.convert_to<int64_t>());
    }
    return ConstValue(pool.arena_.New<BigIntRep>(BigIntRep{std::move(n)}));
  }
  // The fraction num/den, den != 0, reduced.
  static ConstValue Make(ConstPool& pool, BigInt num, BigInt den) {
    if (den.sign() < 0) {
      num = -num;
      den = -den;
    }
    if (num.is_zero()) {
      den = 1;
    } else if (den != 1) {
      BigInt g = boost::multiprecision::gcd(Magnitude(num), den);
      if (g != 1) {
        num /= g;
        den /= g;
      }
    }
    if (BitLength(num) >= kMaxFractionBits ||
        BitLength(den) >= kMaxFractionBits) {
      return Make(pool, FloatFromFraction(num, den));
    }
    return ConstValue(pool.arena_.New<RatRep>(RatRep{std::move(num), std::move(den)}));
  }
  static ConstValue Make(ConstPool& pool, FloatRep f) {
    if (f.is_inf) return ConstValue();
    return ConstValue(pool.arena_.New<FloatRep>(std::move(f)));
  }

  static ConstValue Make(ConstPool& pool, std::string_view text, StringBuffer* buffer) {
    return ConstValue(pool.arena_.New<StringRep>(StringRep{text, buffer}));
  }
  static const StringRep* String(const ConstValue& v) { return v.string_; }
  static ConstValue MakeComplex(ConstPool& pool, ConstValue re, ConstValue im) {
    return ConstValue(pool.arena_.New<ComplexRep>(ComplexRep{re, im}));
  }
};

}  // namespace gol::types::internal
