// Operations on constants.
//
// Every operation first brings its operands to one representation, the simplest that holds both
// (int64, big integer, fraction, float, complex), computes there, and reduces the result again:
// big integers to int64 where they fit, fractions to floats where their parts grow past
// kMaxFractionBits. A float never becomes a fraction again, since it would claim an exactness
// that it has lost. The scheme follows Go's package go/constant, whose results the compiler's
// diagnostics show.
#include "frontend/types/const_value.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "base/check.h"
#include "frontend/types/const_number.h"

namespace gol::types {

using Access = internal::ConstAccess;
using internal::BigInt;
using internal::ComplexRep;
using internal::FloatRep;
using internal::RatRep;
using internal::StringBuffer;
using internal::StringRep;

namespace {

constexpr int kDoubleBits = 53, kDoubleMinExp = -1074, kDoubleMaxExp = 1024;
constexpr int kSingleBits = 24, kSingleMinExp = -149, kSingleMaxExp = 128;

bool Ordered(ConstOp op, int c) {
  switch (op) {
    case ConstOp::kEq: return c == 0;
    case ConstOp::kNe: return c != 0;
    case ConstOp::kLt: return c < 0;
    case ConstOp::kLe: return c <= 0;
    case ConstOp::kGt: return c > 0;
    case ConstOp::kGe: return c >= 0;
    default: GOL_UNREACHABLE("not a comparison");
  }
}

int Sign3(int c) { return c < 0 ? -1 : c > 0 ? 1 : 0; }

}  // namespace

// ---- ConstValue: accessors

std::string_view ConstValue::string_value() const {
  return rep_ == Rep::kString ? string_->text : std::string_view();
}

bool ConstValue::GetUint64(uint64_t* out) const {
  if (rep_ == Rep::kInt64 && int_ >= 0) {
    *out = static_cast<uint64_t>(int_);
    return true;
  }
  if (rep_ == Rep::kBigInt && big_->value.sign() > 0 && internal::BitLength(big_->value) <= 64) {
    *out = big_->value.convert_to<uint64_t>();
    return true;
  }
  return false;
}

bool ConstValue::FitsSigned(int bits) const {
  if (rep_ != Rep::kInt64) return false;
  if (bits >= 64) return true;
  int64_t limit = int64_t{1} << (bits - 1);
  return -limit <= int_ && int_ < limit;
}

bool ConstValue::FitsUnsigned(int bits) const {
  uint64_t n;
  return GetUint64(&n) && (bits >= 64 || n >> bits == 0);
}

uint64_t ConstValue::LowWord() const {
  if (rep_ == Rep::kInt64) return static_cast<uint64_t>(int_);
  if (rep_ != Rep::kBigInt) return 0;
  uint64_t low = BigInt(internal::Magnitude(big_->value) & std::numeric_limits<uint64_t>::max())
                     .convert_to<uint64_t>();
  return big_->value.sign() < 0 ? ~low + 1 : low;
}

std::vector<uint64_t> ConstValue::MagnitudeWords() const {
  std::vector<uint64_t> words;
  if (!is_int()) return words;
  BigInt n = internal::Magnitude(internal::ConstAccess::Integer(*this));
  while (!n.is_zero()) {
    words.push_back(
        BigInt(n & std::numeric_limits<uint64_t>::max()).convert_to<uint64_t>());
    n >>= 64;
  }
  return words;
}

int ConstValue::BitLen() const {
  if (rep_ == Rep::kInt64) {
    uint64_t m = int_ < 0 ? ~static_cast<uint64_t>(int_) + 1 : static_cast<uint64_t>(int_);
    return m == 0 ? 0 : 64 - __builtin_clzll(m);
  }
  return rep_ == Rep::kBigInt ? internal::BitLength(big_->value) : 0;
}

int ConstValue::Sign() const {
  switch (rep_) {
    case Rep::kInt64: return int_ < 0 ? -1 : int_ > 0;
    case Rep::kBigInt: return Sign3(big_->value.sign());
    case Rep::kRat: return Sign3(rat_->num.sign());
    case Rep::kFloat: return Sign3(float_->mant.sign());
    case Rep::kComplex: return (complex_->re.Sign() | complex_->im.Sign()) != 0 ? 1 : 0;
    default: return 1;
  }
}

double ConstValue::ToDouble() const {
  switch (rep_) {
    case Rep::kInt64: return static_cast<double>(int_);
    case Rep::kBigInt: {
      FloatRep f;
      f.mant = big_->value;
      return internal::RoundToIeee(f, false, kDoubleBits, kDoubleMinExp, kDoubleMaxExp);
    }
    case Rep::kRat:
      return internal::FractionToIeee(rat_->num, rat_->den, kDoubleBits, kDoubleMinExp,
                                      kDoubleMaxExp);
    case Rep::kFloat:
      return internal::RoundToIeee(*float_, false, kDoubleBits, kDoubleMinExp, kDoubleMaxExp);
    case Rep::kComplex: return complex_->re.ToDouble();
    default: return 0;
  }
}

float ConstValue::ToFloat32() const {
  switch (rep_) {
    case Rep::kInt64: return static_cast<float>(int_);
    case Rep::kBigInt: {
      FloatRep f;
      f.mant = big_->value;
      return static_cast<float>(
          internal::RoundToIeee(f, false, kSingleBits, kSingleMinExp, kSingleMaxExp));
    }
    case Rep::kRat:
      return static_cast<float>(internal::FractionToIeee(rat_->num, rat_->den, kSingleBits,
                                                         kSingleMinExp, kSingleMaxExp));
    case Rep::kFloat:
      return static_cast<float>(
          internal::RoundToIeee(*float_, false, kSingleBits, kSingleMinExp, kSingleMaxExp));
    case Rep::kComplex: return complex_->re.ToFloat32();
    default: return 0;
  }
}

ConstValue ConstValue::Real() const { return rep_ == Rep::kComplex ? complex_->re : *this; }

ConstValue ConstValue::Imag() const {
  if (rep_ == Rep::kComplex) return complex_->im;
  return is_unknown() ? *this : Int(0);
}

std::string ConstValue::ToString() const {
  // Length in characters, quotes included, of the longest string shown in full.
  constexpr size_t kMaxShown = 72;
  switch (rep_) {
    case Rep::kUnknown: return "unknown";
    case Rep::kBool: return int_ != 0 ? "true" : "false";
    case Rep::kInt64: return std::to_string(int_);
    case Rep::kBigInt: return big_->value.str();
    case Rep::kRat:
      return internal::FormatFloat(internal::FloatFromFraction(rat_->num, rat_->den));
    case Rep::kFloat: return internal::FormatFloat(*float_);
    case Rep::kComplex:
      return "(" + complex_->re.ToString() + " + " + complex_->im.ToString() + "i)";
    case Rep::kString: {
      // Quoting never shortens: a longer prefix than shown need not be quoted.
      std::string_view text = string_->text;
      if (text.size() > kMaxShown * 4) text = text.substr(0, kMaxShown * 4);
      std::string quoted = QuoteGoString(text);
      auto starts_char = [&](size_t i) { return (quoted[i] & 0xc0) != 0x80; };
      size_t chars = 0;
      for (size_t i = 0; i < quoted.size(); i++) chars += starts_char(i);
      if (chars <= kMaxShown) return quoted;
      size_t end = 0;
      for (chars = 0; end < quoted.size(); end++) {
        if (starts_char(end) && chars++ == kMaxShown - 3) break;
      }
      return quoted.substr(0, end) + "...";
    }
  }
  return "";
}

// ---- ConstPool: making values

ConstValue ConstPool::Uint64(uint64_t n) {
  if (n <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return ConstValue::Int(static_cast<int64_t>(n));
  }
  return Access::Make(*this, BigInt(n));
}

ConstValue ConstPool::Double(double d) {
  if (!std::isfinite(d)) return ConstValue();
  int exp;
  double m = std::frexp(d, &exp);
  auto mant = static_cast<int64_t>(std::ldexp(m, kDoubleBits));
  exp -= kDoubleBits;
  BigInt num(mant), den(1);
  if (exp >= 0) {
    num <<= exp;
  } else {
    den <<= -exp;
  }
  return Access::Make(*this, std::move(num), std::move(den));
}

ConstValue ConstPool::String(std::string_view text) {
  return Access::Make(*this, arena_.Copy(text), nullptr);
}

ConstValue ConstPool::Complex(ConstValue re, ConstValue im) {
  if (re.is_unknown() || im.is_unknown()) return ConstValue();
  return Access::MakeComplex(*this, re, im);
}

// ---- Conversions

ConstValue ConstPool::ToInt(ConstValue x) {
  switch (Access::rep(x)) {
    case Access::Rep::kInt64:
    case Access::Rep::kBigInt:
      return x;
    case Access::Rep::kRat:
      return x.rat_->den == 1 ? Access::Make(*this, x.rat_->num) : ConstValue();
    case Access::Rep::kFloat: {
      BigInt n;
      return internal::FloatToInteger(*x.float_, &n) ? Access::Make(*this, std::move(n))
                                                     : ConstValue();
    }
    case Access::Rep::kComplex:
      return x.complex_->im.Sign() == 0 ? ToInt(x.complex_->re) : ConstValue();
    default:
      return ConstValue();
  }
}

ConstValue ConstPool::ToFloat(ConstValue x) {
  switch (Access::rep(x)) {
    case Access::Rep::kInt64:
      return Access::Make(*this, BigInt(x.int_), BigInt(1));
    case Access::Rep::kBigInt:
      return Access::Make(*this, x.big_->value, BigInt(1));
    case Access::Rep::kRat:
    case Access::Rep::kFloat:
      return x;
    case Access::Rep::kComplex:
      return x.complex_->im.Sign() == 0 ? ToFloat(x.complex_->re) : ConstValue();
    default:
      return ConstValue();
  }
}

ConstValue ConstPool::ToComplex(ConstValue x) {
  if (x.is_complex()) return x;
  return x.is_numeric() ? Complex(x, ConstValue::Int(0)) : ConstValue();
}

ConstValue ConstPool::RoundToFloat32(ConstValue x) { return Double(x.ToFloat32()); }
ConstValue ConstPool::RoundToFloat64(ConstValue x) { return Double(x.ToDouble()); }

// ---- Operations

ConstValue ConstPool::Unary(ConstOp op, ConstValue x, int unsigned_bits) {
  if (x.is_unknown()) return x;
  switch (op) {
    case ConstOp::kPlus:
      return x;
    case ConstOp::kLogicalNot:
      return ConstValue::Bool(!x.bool_value());
    case ConstOp::kNegate:
      switch (Access::rep(x)) {
        case Access::Rep::kInt64:
          if (x.int_ != std::numeric_limits<int64_t>::min()) return ConstValue::Int(-x.int_);
          return Access::Make(*this, -BigInt(x.int_));
        case Access::Rep::kBigInt:
          return Access::Make(*this, BigInt(-x.big_->value));
        case Access::Rep::kRat:
          return Access::Make(*this, BigInt(-x.rat_->num), x.rat_->den);
        case Access::Rep::kFloat: {
          FloatRep f = *x.float_;
          f.mant = -f.mant;
          return Access::Make(*this, std::move(f));
        }
        case Access::Rep::kComplex:
          return Complex(Unary(op, x.complex_->re), Unary(op, x.complex_->im));
        default:
          break;
      }
      break;
    case ConstOp::kBitNot: {
      if (!x.is_int()) break;
      if (unsigned_bits == 0 && Access::rep(x) == Access::Rep::kInt64) {
        return ConstValue::Int(~x.int_);
      }
      BigInt n = -Access::Integer(x) - 1;
      if (unsigned_bits > 0) {
        BigInt modulus = BigInt(1) << unsigned_bits;
        n %= modulus;
        if (n.sign() < 0) n += modulus;
      }
      return Access::Make(*this, std::move(n));
    }
    default:
      break;
  }
  GOL_UNREACHABLE("unary operation does not suit the constant");
}

ConstValue ConstPool::BinaryInt64(ConstOp op, int64_t a, int64_t b) {
  int64_t c;
  switch (op) {
    case ConstOp::kAdd:
      if (!__builtin_add_overflow(a, b, &c)) return ConstValue::Int(c);
      return Access::Make(*this, BigInt(a) + b);
    case ConstOp::kSub:
      if (!__builtin_sub_overflow(a, b, &c)) return ConstValue::Int(c);
      return Access::Make(*this, BigInt(a) - b);
    case ConstOp::kMul:
      if (!__builtin_mul_overflow(a, b, &c)) return ConstValue::Int(c);
      return Access::Make(*this, BigInt(a) * b);
    case ConstOp::kQuo:
      return Access::Make(*this, BigInt(a), BigInt(b));
    case ConstOp::kIntQuo:
      if (b == -1) return Unary(ConstOp::kNegate, ConstValue::Int(a));
      return ConstValue::Int(a / b);
    case ConstOp::kRem:
      return ConstValue::Int(b == -1 ? 0 : a % b);
    case ConstOp::kAnd: return ConstValue::Int(a & b);
    case ConstOp::kOr: return ConstValue::Int(a | b);
    case ConstOp::kXor: return ConstValue::Int(a ^ b);
    case ConstOp::kAndNot: return ConstValue::Int(a & ~b);
    default: GOL_UNREACHABLE("binary operation does not suit integers");
  }
}

namespace {

// Bitwise operations on integers of any sign as if in two's complement of unlimited width: the
// operands are taken modulo a power of two that leaves room for the sign.
BigInt Bitwise(ConstOp op, const BigInt& a, const BigInt& b) {
  int bits = std::max(internal::BitLength(a), internal::BitLength(b)) + 1;
  BigInt modulus = BigInt(1) << bits;
  BigInt x = a.sign() < 0 ? BigInt(a + modulus) : a;
  BigInt y = b.sign() < 0 ? BigInt(b + modulus) : b;
  BigInt c;
  switch (op) {
    case ConstOp::kAnd: c = x & y; break;
    case ConstOp::kOr: c = x | y; break;
    case ConstOp::kXor: c = x ^ y; break;
    default: c = x & (modulus - 1 - y); break;  // kAndNot
  }
  if (boost::multiprecision::bit_test(c, bits - 1)) c -= modulus;
  return c;
}

BigInt IntegerOp(ConstOp op, const BigInt& a, const BigInt& b) {
  switch (op) {
    case ConstOp::kAdd: return a + b;
    case ConstOp::kSub: return a - b;
    case ConstOp::kMul: return a * b;
    case ConstOp::kIntQuo: return a / b;
    case ConstOp::kRem: return a % b;
    default: return Bitwise(op, a, b);
  }
}

}  // namespace

ConstValue ConstPool::Binary(ConstOp op, ConstValue x, ConstValue y) {
  using Rep = Access::Rep;
  if (x.is_unknown() || y.is_unknown()) return ConstValue();
  Rep rx = Access::rep(x), ry = Access::rep(y);
  if (rx == Rep::kInt64 && ry == Rep::kInt64) return BinaryInt64(op, x.int_, y.int_);
  if (rx == Rep::kString && ry == Rep::kString && op == ConstOp::kAdd) return Concat(x, y);
  if (rx == Rep::kBool && ry == Rep::kBool) {
    bool a = x.bool_value(), b = y.bool_value();
    return ConstValue::Bool(op == ConstOp::kLogicalAnd ? a && b : a || b);
  }
  GOL_CHECK(x.is_numeric() && y.is_numeric());
  switch (rx > ry ? rx : ry) {
    case Rep::kBigInt: {
      BigInt a = Access::Integer(x), b = Access::Integer(y);
      if (op == ConstOp::kQuo) return Access::Make(*this, std::move(a), std::move(b));
      return Access::Make(*this, IntegerOp(op, a, b));
    }
    case Rep::kRat: {
      RatRep a = Access::Fraction(x), b = Access::Fraction(y);
      switch (op) {
        case ConstOp::kAdd:
          return Access::Make(*this, BigInt(a.num * b.den + b.num * a.den), BigInt(a.den * b.den));
        case ConstOp::kSub:
          return Access::Make(*this, BigInt(a.num * b.den - b.num * a.den), BigInt(a.den * b.den));
        case ConstOp::kMul:
          return Access::Make(*this, BigInt(a.num * b.num), BigInt(a.den * b.den));
        case ConstOp::kQuo:
          return Access::Make(*this, BigInt(a.num * b.den), BigInt(a.den * b.num));
        default:
          break;
      }
      break;
    }
    case Rep::kFloat: {
      FloatRep a = Access::Float(x), b = Access::Float(y);
      switch (op) {
        case ConstOp::kAdd:
          return Access::Make(*this, internal::AddFloat(a, b));
        case ConstOp::kSub:
          b.mant = -b.mant;
          return Access::Make(*this, internal::AddFloat(a, b));
        case ConstOp::kMul:
          return Access::Make(*this, internal::MulFloat(a, b));
        case ConstOp::kQuo:
          return Access::Make(*this, internal::DivideFloat(a, b));
        default:
          break;
      }
      break;
    }
    case Rep::kComplex:
      return BinaryComplex(op, x, y);
    default:
      break;
  }
  GOL_UNREACHABLE("binary operation does not suit the constants");
}

ConstValue ConstPool::BinaryComplex(ConstOp op, ConstValue x, ConstValue y) {
  ConstValue a = x.Real(), b = x.Imag(), c = y.Real(), d = y.Imag();
  auto mul = [this](ConstValue p, ConstValue q) { return Binary(ConstOp::kMul, p, q); };
  switch (op) {
    case ConstOp::kAdd:
    case ConstOp::kSub:
      return Complex(Binary(op, a, c), Binary(op, b, d));
    case ConstOp::kMul:
      return Complex(Binary(ConstOp::kSub, mul(a, c), mul(b, d)),
                     Binary(ConstOp::kAdd, mul(b, c), mul(a, d)));
    case ConstOp::kQuo: {
      // Multiply with the conjugate: the divisor becomes real.
      ConstValue norm = Binary(ConstOp::kAdd, mul(c, c), mul(d, d));
      if (norm.Sign() == 0) return ConstValue();  // underflow
      ConstValue re = Binary(ConstOp::kAdd, mul(a, c), mul(b, d));
      ConstValue im = Binary(ConstOp::kSub, mul(b, c), mul(a, d));
      return Complex(Binary(ConstOp::kQuo, re, norm), Binary(ConstOp::kQuo, im, norm));
    }
    default:
      GOL_UNREACHABLE("binary operation does not suit complex constants");
  }
}

ConstValue ConstPool::Concat(ConstValue x, ConstValue y) {
  const StringRep* a = x.string_;
  const StringRep* b = y.string_;
  if (b->text.empty()) return x;
  if (a->text.empty()) return y;
  size_t size = a->text.size() + b->text.size();
  // Bounds the memory that a few lines of constants can ask for.
  constexpr size_t kMaxStringBytes = size_t{1} << 26;
  if (size > kMaxStringBytes) return ConstValue();
  StringBuffer* buffer = a->buffer;
  bool in_place = buffer != nullptr && a->text.data() + a->text.size() == buffer->data + buffer->used &&
                  buffer->capacity - buffer->used >= b->text.size();
  if (in_place) {
    std::memcpy(buffer->data + buffer->used, b->text.data(), b->text.size());
    buffer->used += b->text.size();
    return Access::Make(*this, std::string_view(a->text.data(), size), buffer);
  }
  buffer = arena_.New<StringBuffer>();
  buffer->capacity = size * 2;
  buffer->used = size;
  buffer->data = static_cast<char*>(arena_.Allocate(buffer->capacity, 1));
  std::memcpy(buffer->data, a->text.data(), a->text.size());
  std::memcpy(buffer->data + a->text.size(), b->text.data(), b->text.size());
  return Access::Make(*this, std::string_view(buffer->data, size), buffer);
}

ConstValue ConstPool::Shift(ConstOp op, ConstValue x, unsigned count) {
  if (x.is_unknown() || count == 0) return x;
  GOL_CHECK(x.is_int());
  if (op == ConstOp::kShr) {
    if (Access::rep(x) == Access::Rep::kInt64) {
      return ConstValue::Int(x.int_ >> (count < 64 ? count : 63));
    }
    return Access::Make(*this, internal::ShiftRight(x.big_->value, count));
  }
  if (Access::rep(x) == Access::Rep::kInt64 && x.BitLen() + static_cast<int64_t>(count) < 63) {
    return ConstValue::Int(x.int_ * (int64_t{1} << count));
  }
  return Access::Make(*this, BigInt(Access::Integer(x) << count));
}

bool ConstPool::Compare(ConstOp op, ConstValue x, ConstValue y) {
  using Rep = Access::Rep;
  if (x.is_unknown() || y.is_unknown()) return false;
  Rep rx = Access::rep(x), ry = Access::rep(y);
  if (rx == Rep::kInt64 && ry == Rep::kInt64) {
    return Ordered(op, x.int_ < y.int_ ? -1 : x.int_ > y.int_);
  }
  if (rx == Rep::kBool) return (x.int_ == y.int_) == (op == ConstOp::kEq);
  if (rx == Rep::kString) return Ordered(op, Sign3(x.string_->text.compare(y.string_->text)));
  GOL_CHECK(x.is_numeric() && y.is_numeric());
  switch (rx > ry ? rx : ry) {
    case Rep::kBigInt:
      return Ordered(op, Sign3(Access::Integer(x).compare(Access::Integer(y))));
    case Rep::kRat: {
      RatRep a = Access::Fraction(x), b = Access::Fraction(y);
      return Ordered(op, Sign3(BigInt(a.num * b.den).compare(BigInt(b.num * a.den))));
    }
    case Rep::kFloat:
      return Ordered(op, internal::CompareFloat(Access::Float(x), Access::Float(y)));
    default: {
      bool equal = Compare(ConstOp::kEq, x.Real(), y.Real()) &&
                   Compare(ConstOp::kEq, x.Imag(), y.Imag());
      return equal == (op == ConstOp::kEq);
    }
  }
}

}  // namespace gol::types
