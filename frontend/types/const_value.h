// Values of Go constants: exact integers, rationals and 512-bit floats, complex numbers, strings,
// booleans, and the operations that the checker folds them with.
//
// A ConstValue is a trivially copyable handle of 16 bytes. Booleans and integers that fit an
// int64_t live inside it; everything larger is an immutable object in the arena of the ConstPool
// that made it, and the handle is valid as long as that arena. Objects are never changed once
// made, so values may be read from any thread.
//
// Precision follows the Go compiler's: integers are exact (the checker bounds them to 512 bits
// after each operation), floating-point values are exact fractions while numerator and
// denominator stay below 4,096 bits and 512-bit binary floats beyond. An operation whose result
// has no value (an exponent out of range, an operand that is unknown) yields the unknown value,
// which silences whatever is computed from it.
//
// See const_value.cc for the operations, const_literal.cc for literals, const_number.h for the
// number representations behind the handle.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/arena.h"

namespace gol::types {

enum class ConstKind : uint8_t { kUnknown, kBool, kString, kInt, kFloat, kComplex };

// Operations on constants. kQuo of two integers gives a float; kIntQuo truncates to an integer.
enum class ConstOp : uint8_t {
  kAdd, kSub, kMul, kQuo, kIntQuo, kRem,
  kAnd, kOr, kXor, kAndNot,
  kLogicalAnd, kLogicalOr,
  kShl, kShr,
  kPlus, kNegate, kBitNot, kLogicalNot,
  kEq, kNe, kLt, kLe, kGt, kGe,
};

enum class ConstLiteral : uint8_t { kInt, kFloat, kImag, kRune, kString };

namespace internal {
struct BigIntRep;
struct RatRep;
struct FloatRep;
struct ComplexRep;
struct StringRep;
struct ConstAccess;
}  // namespace internal

class ConstValue {
 public:
  // The unknown value.
  constexpr ConstValue() : rep_(Rep::kUnknown), int_(0) {}

  static constexpr ConstValue Bool(bool b) { return ConstValue(Rep::kBool, b ? 1 : 0); }
  static constexpr ConstValue Int(int64_t n) { return ConstValue(Rep::kInt64, n); }

  constexpr ConstKind kind() const {
    switch (rep_) {
      case Rep::kUnknown: return ConstKind::kUnknown;
      case Rep::kBool: return ConstKind::kBool;
      case Rep::kString: return ConstKind::kString;
      case Rep::kInt64:
      case Rep::kBigInt: return ConstKind::kInt;
      case Rep::kRat:
      case Rep::kFloat: return ConstKind::kFloat;
      case Rep::kComplex: return ConstKind::kComplex;
    }
    return ConstKind::kUnknown;
  }
  constexpr bool is_unknown() const { return rep_ == Rep::kUnknown; }
  constexpr bool is_bool() const { return rep_ == Rep::kBool; }
  constexpr bool is_string() const { return rep_ == Rep::kString; }
  constexpr bool is_int() const { return rep_ == Rep::kInt64 || rep_ == Rep::kBigInt; }
  constexpr bool is_float() const { return rep_ == Rep::kRat || rep_ == Rep::kFloat; }
  constexpr bool is_complex() const { return rep_ == Rep::kComplex; }
  constexpr bool is_numeric() const { return is_int() || is_float() || is_complex(); }

  // False for any value that is not the boolean true.
  constexpr bool bool_value() const { return rep_ == Rep::kBool && int_ != 0; }
  // Empty for any value that is not a string. Lives as long as the pool's arena.
  std::string_view string_value() const;

  // Integers. Each returns false and leaves *out alone when the value is not an integer in range.
  bool GetInt64(int64_t* out) const {
    if (rep_ != Rep::kInt64) return false;
    *out = int_;
    return true;
  }
  bool GetUint64(uint64_t* out) const;
  // Whether an integer lies in the range of a two's complement integer of that many bits.
  bool FitsSigned(int bits) const;
  bool FitsUnsigned(int bits) const;
  // The low 64 bits in two's complement; 0 when not an integer.
  uint64_t LowWord() const;
  // The magnitude of an integer in 64-bit words, least significant first; empty for zero.
  std::vector<uint64_t> MagnitudeWords() const;
  // Number of bits of an integer's magnitude.
  int BitLen() const;

  // -1, 0 or 1 for a number; for a complex number 0 when it is zero and otherwise 1; 1 for the
  // unknown value.
  int Sign() const;

  // The nearest double or float of a number (a complex number's real part), infinite when out of
  // range, 0 for what is not a number.
  double ToDouble() const;
  float ToFloat32() const;

  // Parts of a number; a real number's imaginary part is the integer 0.
  ConstValue Real() const;
  ConstValue Imag() const;

  // The value as diagnostics show it: decimal integers, six significant digits of floats,
  // "(1 + 2i)", quoted strings cut at 72 characters, "unknown".
  std::string ToString() const;

 private:
  friend class ConstPool;
  friend struct internal::ConstAccess;

  enum class Rep : uint8_t { kUnknown, kBool, kInt64, kBigInt, kRat, kFloat, kComplex, kString };

  constexpr ConstValue(Rep rep, int64_t n) : rep_(rep), int_(n) {}
  explicit ConstValue(const internal::BigIntRep* p) : rep_(Rep::kBigInt), big_(p) {}
  explicit ConstValue(const internal::RatRep* p) : rep_(Rep::kRat), rat_(p) {}
  explicit ConstValue(const internal::FloatRep* p) : rep_(Rep::kFloat), float_(p) {}
  explicit ConstValue(const internal::ComplexRep* p) : rep_(Rep::kComplex), complex_(p) {}
  explicit ConstValue(const internal::StringRep* p) : rep_(Rep::kString), string_(p) {}

  Rep rep_;
  union {
    int64_t int_;
    const internal::BigIntRep* big_;
    const internal::RatRep* rat_;
    const internal::FloatRep* float_;
    const internal::ComplexRep* complex_;
    const internal::StringRep* string_;
  };
};

static_assert(std::is_trivially_copyable_v<ConstValue> && sizeof(ConstValue) == 16);

// Makes constants and folds operations on them. Owned by one thread at a time.
class ConstPool {
 public:
  // The arena must outlive every value made here.
  explicit ConstPool(Arena& arena) : arena_(arena) {}

  // A place for x in the arena, for nodes and objects that point to their value.
  const ConstValue* Store(ConstValue x) { return arena_.New<ConstValue>(x); }

  ConstValue Uint64(uint64_t n);
  // Unknown for infinities and NaN; -0 becomes 0.
  ConstValue Double(double d);
  // Copies the text.
  ConstValue String(std::string_view text);
  // re + im*i. The parts must be integers or floats; unknown parts give the unknown value.
  ConstValue Complex(ConstValue re, ConstValue im);

  // The value of a literal's source text (quotes, prefixes and underscores included); unknown
  // when the text is malformed or out of the range of a 512-bit float.
  ConstValue Literal(ConstLiteral kind, std::string_view text);

  // Conversions between the kinds of number that keep the value; unknown when there is none.
  // ToInt accepts a float that misses an integer by rounding errors only.
  ConstValue ToInt(ConstValue x);
  ConstValue ToFloat(ConstValue x);
  ConstValue ToComplex(ConstValue x);

  // The value rounded to the format; unknown when it rounds to an infinity. Needs a real number.
  ConstValue RoundToFloat32(ConstValue x);
  ConstValue RoundToFloat64(ConstValue x);

  // Operands must suit the operation; unknown operands give the unknown value.
  // kBitNot of a value of an unsigned type keeps unsigned_bits bits; 0 means a signed result.
  ConstValue Unary(ConstOp op, ConstValue x, int unsigned_bits = 0);
  // Requires: the divisor of kIntQuo, kRem and kQuo is not zero.
  ConstValue Binary(ConstOp op, ConstValue x, ConstValue y);
  // Requires: x is an integer or unknown; count is bounded by the caller (memory grows with it).
  ConstValue Shift(ConstOp op, ConstValue x, unsigned count);
  // False when an operand is unknown.
  bool Compare(ConstOp op, ConstValue x, ConstValue y);

 private:
  friend struct internal::ConstAccess;

  ConstValue BinaryInt64(ConstOp op, int64_t a, int64_t b);
  ConstValue BinaryComplex(ConstOp op, ConstValue x, ConstValue y);
  ConstValue Concat(ConstValue x, ConstValue y);
  ConstValue FloatLiteral(std::string_view text);

  Arena& arena_;
};

// Quotes text as Go's strconv.Quote does.
std::string QuoteGoString(std::string_view text);
// The UTF-8 form of a character, which must be at most U+10FFFF; surrogates give U+FFFD.
std::string EncodeRune(uint32_t r);

}  // namespace gol::types
