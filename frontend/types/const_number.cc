// See const_number.h.
#include "frontend/types/const_number.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "base/check.h"

// The build has no exceptions: Boost reports a misuse of its numbers through this hook.
namespace boost {
void throw_exception(const std::exception&) { GOL_UNREACHABLE("constant arithmetic failed"); }
#if BOOST_VERSION >= 107300
void throw_exception(const std::exception&, const boost::source_location&) {
  GOL_UNREACHABLE("constant arithmetic failed");
}
#endif
}  // namespace boost

namespace gol::types::internal {

int BitLength(const BigInt& n) {
  if (n.is_zero()) return 0;
  return static_cast<int>(boost::multiprecision::msb(Magnitude(n))) + 1;
}

BigInt Magnitude(const BigInt& n) { return n.sign() < 0 ? BigInt(-n) : n; }

BigInt ShiftRight(const BigInt& n, unsigned count) {
  if (n.sign() >= 0) return n >> count;
  BigInt below = -n - 1;
  below >>= count;
  return -below - 1;
}

FloatRep MakeFloat(BigInt mant, int64_t exp, bool sticky, int bits, Rounding rounding) {
  FloatRep f;
  if (mant.is_zero()) return f;
  const bool negative = mant.sign() < 0;
  if (negative) mant = -mant;
  int length = BitLength(mant);
  // A sticky rest needs a guard bit below the last kept one to round correctly.
  if (sticky && length <= bits + 1) {
    int shift = bits + 2 - length;
    mant <<= shift;
    exp -= shift;
    length += shift;
  }
  if (length > bits) {
    int drop = length - bits;
    int lowest = static_cast<int>(boost::multiprecision::lsb(mant));
    bool half = boost::multiprecision::bit_test(mant, drop - 1);
    bool rest = sticky || lowest < drop - 1;
    mant >>= drop;
    exp += drop;
    bool up = false;
    switch (rounding) {
      case Rounding::kNearestEven:
        up = half && (rest || boost::multiprecision::bit_test(mant, 0));
        break;
      case Rounding::kAwayFromZero:
        up = half || rest;
        break;
      case Rounding::kTowardZero:
        break;
    }
    if (up) ++mant;
  }
  unsigned zeros = static_cast<unsigned>(boost::multiprecision::lsb(mant));
  if (zeros > 0) {
    mant >>= zeros;
    exp += zeros;
  }
  int64_t e = exp + BitLength(mant);
  if (e > kMaxFloatExp) {
    f.is_inf = true;
    return f;
  }
  if (e < -kMaxFloatExp - 1) return f;
  f.mant = negative ? BigInt(-mant) : std::move(mant);
  f.exp = exp;
  return f;
}

FloatRep AddFloat(const FloatRep& a, const FloatRep& b) {
  if (a.is_inf || b.mant.is_zero()) return a;
  if (b.is_inf || a.mant.is_zero()) return b;
  const FloatRep& high = a.exp >= b.exp ? a : b;
  const FloatRep& low = a.exp >= b.exp ? b : a;
  int64_t distance = high.exp - low.exp;
  if (distance > 4 * kFloatBits) {
    // The low operand is below the last guard bit: only its sign matters.
    BigInt mant = high.mant;
    mant <<= kFloatBits + 4;
    mant += low.mant.sign();
    return MakeFloat(std::move(mant), high.exp - (kFloatBits + 4));
  }
  BigInt mant = high.mant;
  mant <<= static_cast<unsigned>(distance);
  mant += low.mant;
  return MakeFloat(std::move(mant), low.exp);
}

FloatRep MulFloat(const FloatRep& a, const FloatRep& b, int bits) {
  if (a.is_inf) return a;
  if (b.is_inf) return b;
  return MakeFloat(a.mant * b.mant, a.exp + b.exp, false, bits);
}

FloatRep DivideFloat(const FloatRep& a, const FloatRep& b, int bits) {
  if (a.is_inf) return a;
  if (b.is_inf) return FloatRep{};
  GOL_CHECK(!b.mant.is_zero());
  if (a.mant.is_zero()) return a;
  int shift = bits + 3 + BitLength(b.mant) - BitLength(a.mant);
  if (shift < 0) shift = 0;
  BigInt num = Magnitude(a.mant) << shift;
  BigInt quotient, rest;
  boost::multiprecision::divide_qr(num, Magnitude(b.mant), quotient, rest);
  if ((a.mant.sign() < 0) != (b.mant.sign() < 0)) quotient = -quotient;
  return MakeFloat(std::move(quotient), a.exp - b.exp - shift, !rest.is_zero(), bits);
}

FloatRep FloatFromFraction(const BigInt& num, const BigInt& den) {
  FloatRep n, d;
  n.mant = num;
  d.mant = den;
  return DivideFloat(n, d);
}

int CompareFloat(const FloatRep& a, const FloatRep& b) {
  int sign_a = a.mant.sign(), sign_b = b.mant.sign();
  if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
  if (sign_a == 0) return 0;
  int64_t ea = FloatExponent(a), eb = FloatExponent(b);
  if (ea != eb) return (ea < eb) == (sign_a > 0) ? -1 : 1;
  // Same magnitude: the exponents differ by at most the length of a mantissa.
  int64_t base = a.exp < b.exp ? a.exp : b.exp;
  BigInt ma = a.mant << static_cast<unsigned>(a.exp - base);
  BigInt mb = b.mant << static_cast<unsigned>(b.exp - base);
  int c = ma.compare(mb);
  return c < 0 ? -1 : c > 0 ? 1 : 0;
}

int64_t FloatExponent(const FloatRep& f) {
  return f.mant.is_zero() ? 0 : f.exp + BitLength(f.mant);
}

double RoundToIeee(const FloatRep& f, bool sticky, int mantissa_bits, int min_exp, int max_exp) {
  if (f.is_inf) return std::numeric_limits<double>::infinity();
  if (f.mant.is_zero()) return 0;
  const bool negative = f.mant.sign() < 0;
  const double infinity = std::numeric_limits<double>::infinity();
  BigInt mant = Magnitude(f.mant);
  int64_t exp = f.exp;
  int64_t top = exp + BitLength(mant);  // value < 2^top
  if (top > max_exp + 1) return negative ? -infinity : infinity;
  if (top < min_exp) return 0;
  // The weight of the last mantissa bit: fixed for subnormals.
  int64_t last = top - mantissa_bits;
  if (last < min_exp) last = min_exp;
  // Make the mantissa reach two bits below the last one, so that sticky can be told from a tie.
  if (exp > last - 2) {
    mant <<= static_cast<unsigned>(exp - (last - 2));
    exp = last - 2;
  }
  int drop = static_cast<int>(last - exp);
  bool half = boost::multiprecision::bit_test(mant, drop - 1);
  bool rest = sticky || static_cast<int>(boost::multiprecision::lsb(mant)) < drop - 1;
  mant >>= drop;
  if (half && (rest || boost::multiprecision::bit_test(mant, 0))) ++mant;
  double d = std::ldexp(static_cast<double>(mant.convert_to<uint64_t>()), static_cast<int>(last));
  if (d >= std::ldexp(1.0, max_exp - 1) * 2) d = infinity;
  return negative ? -d : d;
}

double FractionToIeee(const BigInt& num, const BigInt& den, int mantissa_bits, int min_exp,
                      int max_exp) {
  if (num.is_zero()) return 0;
  int shift = mantissa_bits + 4 + BitLength(den) - BitLength(num);
  if (shift < 0) shift = 0;
  BigInt quotient, rest;
  boost::multiprecision::divide_qr(BigInt(Magnitude(num) << shift), den, quotient, rest);
  FloatRep f;
  f.mant = num.sign() < 0 ? BigInt(-quotient) : quotient;
  f.exp = -shift;
  return RoundToIeee(f, !rest.is_zero(), mantissa_bits, min_exp, max_exp);
}

bool FloatToInteger(const FloatRep& f, BigInt* out) {
  if (f.is_inf) return false;
  int64_t e = FloatExponent(f);
  if (e <= -kMaxFractionBits || e >= kMaxFractionBits) return false;
  auto exact = [out](const FloatRep& x) {
    if (x.exp < 0 && !x.mant.is_zero()) return false;
    *out = x.mant;
    *out <<= static_cast<unsigned>(x.exp);
    return true;
  };
  if (exact(f)) return true;
  // A few bits of earlier rounding errors may keep a value from being the integer it stands for.
  constexpr int kSlackBits = 4;
  for (Rounding r : {Rounding::kTowardZero, Rounding::kAwayFromZero}) {
    if (exact(MakeFloat(f.mant, f.exp, false, kFloatBits - kSlackBits, r))) return true;
  }
  return false;
}

namespace {

// The shortest decimal that reads back as d, in the form of Go's %g verb.
std::string FormatShortest(double d) {
  char buf[400];
  auto end = std::to_chars(buf, buf + sizeof buf, d, std::chars_format::scientific).ptr;
  std::string_view sci(buf, static_cast<size_t>(end - buf));
  int exp = std::atoi(std::string(sci.substr(sci.find('e') + 1)).c_str());
  if (exp < -4 || exp >= 6) return std::string(sci);
  end = std::to_chars(buf, buf + sizeof buf, d, std::chars_format::fixed).ptr;
  return std::string(buf, end);
}

}  // namespace

std::string FormatFloat(const FloatRep& f) {
  if (f.is_inf) return f.mant.sign() < 0 ? "-Inf" : "+Inf";
  char buf[64];
  double d = RoundToIeee(f, false, 53, -1074, 1024);
  if ((d == 0) == f.mant.is_zero() && !std::isinf(d)) {
    std::snprintf(buf, sizeof buf, "%.6g", d);
    std::string s = buf;
    bool is_integer = f.exp >= 0 || f.mant.is_zero();
    if (!is_integer && s.find('.') == std::string::npos) return FormatShortest(d);
    return s;
  }
  // Outside the range of a double: a decimal mantissa and exponent from logarithms.
  FloatRep scaled = f;
  int64_t exp = FloatExponent(f);
  scaled.exp -= exp;
  double m = RoundToIeee(scaled, false, 53, -1074, 1024);
  double decimal = static_cast<double>(exp) * (M_LN2 / M_LN10);
  int64_t e = static_cast<int64_t>(decimal);
  m *= std::pow(10, decimal - static_cast<double>(e));
  double magnitude = std::fabs(m);
  if (magnitude < 1 - 0.5e-6) {
    m *= 10;
    e--;
  } else if (magnitude >= 10) {
    m /= 10;
    e++;
  }
  std::snprintf(buf, sizeof buf, "%.6ge%+lld", m, static_cast<long long>(e));
  return buf;
}

}  // namespace gol::types::internal
