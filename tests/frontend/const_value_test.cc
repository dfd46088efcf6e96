// Constants: literals, folding, conversion, rounding and printing. The expected texts were taken
// from the Go compiler's messages and from package go/constant.
#include "frontend/types/const_value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace gol::types {
namespace {

class ConstValueTest : public ::testing::Test {
 protected:
  ConstValue Int(std::string_view s) { return pool.Literal(ConstLiteral::kInt, s); }
  ConstValue Float(std::string_view s) { return pool.Literal(ConstLiteral::kFloat, s); }
  ConstValue Imag(std::string_view s) { return pool.Literal(ConstLiteral::kImag, s); }
  ConstValue Str(std::string_view s) { return pool.Literal(ConstLiteral::kString, s); }
  ConstValue Rune(std::string_view s) { return pool.Literal(ConstLiteral::kRune, s); }
  ConstValue Bin(ConstOp op, ConstValue x, ConstValue y) { return pool.Binary(op, x, y); }

  Arena arena;
  ConstPool pool{arena};
};

TEST_F(ConstValueTest, IntegerLiterals) {
  struct { const char* text; const char* want; } cases[] = {
      {"0", "0"}, {"00", "0"}, {"017", "15"}, {"0o17", "15"}, {"0O17", "15"}, {"0x1F", "31"},
      {"0X_1f", "31"}, {"0b1010", "10"}, {"1_000_000", "1000000"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", "9223372036854775808"},
      {"0xffffffffffffffff", "18446744073709551615"},
      {"0777777777777777777777", "9223372036854775807"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"0b1111111111111111111111111111111111111111111111111111111111111111",
       "18446744073709551615"},
      {"08", "unknown"}, {"0x", "unknown"}, {"12a", "unknown"},
  };
  for (auto& c : cases) EXPECT_EQ(Int(c.text).ToString(), c.want) << c.text;
}

TEST_F(ConstValueTest, FloatLiterals) {
  struct { const char* text; const char* want; } cases[] = {
      {"0.", "0"}, {".5", "0.5"}, {"1e3", "1000"}, {"1E+03", "1000"}, {"1e100", "1e+100"},
      {"3.14159265358979323846", "3.14159"}, {"0x1p-2", "0.25"}, {"0x1.8p1", "3"},
      {"0X_1FFFP-16", "0.124985"}, {"1e1000", "1e+1000"}, {"1e-1000", "1e-1000"},
      {"1e10000", "1e+10000"}, {"1e-10000", "1e-10000"},
      {"1e646456992", "1e+646456992"}, {"1e646456993", "unknown"},
      {"1e99999999999", "unknown"}, {"1e-99999999999", "unknown"}, {"6e-1886451601", "0"}, {"100000.5", "100000.5"},
      {"123456.7", "123456.7"}, {"1234567.8", "1.23457e+06"}, {"0.00001", "1e-05"},
      {"0e99999999999999", "0"}, {"1e", "unknown"}, {"1_0.2_5e1_0", "1.025e+11"},
  };
  for (auto& c : cases) EXPECT_EQ(Float(c.text).ToString(), c.want) << c.text;
}

TEST_F(ConstValueTest, OtherLiterals) {
  EXPECT_EQ(Imag("2i").ToString(), "(0 + 2i)");
  EXPECT_EQ(Imag("0123i").ToString(), "(0 + 123i)");
  EXPECT_EQ(Imag("0x10i").ToString(), "(0 + 16i)");
  EXPECT_EQ(Imag("1.5e1i").ToString(), "(0 + 15i)");
  EXPECT_EQ(Rune("'a'").ToString(), "97");
  EXPECT_EQ(Rune("'\\n'").ToString(), "10");
  EXPECT_EQ(Rune("'\\x41'").ToString(), "65");
  EXPECT_EQ(Rune("'\\377'").ToString(), "255");
  EXPECT_EQ(Rune("'\\u00e9'").ToString(), "233");
  EXPECT_EQ(Rune("'\xe4\xb8\x96'").ToString(), "19990");
  EXPECT_EQ(Rune("'\\''").ToString(), "39");
  EXPECT_EQ(Rune("'\\U00110000'").ToString(), "unknown");
  EXPECT_EQ(Str("\"a\\tb\\\"\\x80\\u00e9\"").string_value(), "a\tb\"\x80\xc3\xa9");
  EXPECT_EQ(Str("`a\\n\r\nb`").string_value(), "a\\n\nb");
  EXPECT_EQ(Str("\"\"").string_value(), "");
  EXPECT_EQ(Str("\"\\q\"").ToString(), "unknown");
}

TEST_F(ConstValueTest, SmallIntegersStayInline) {
  size_t before = arena.allocated_bytes();
  ConstValue x = Int("41");
  x = Bin(ConstOp::kAdd, x, ConstValue::Int(1));
  x = Bin(ConstOp::kMul, x, ConstValue::Int(-3));
  x = Bin(ConstOp::kRem, x, ConstValue::Int(100));
  x = pool.Shift(ConstOp::kShl, x, 3);
  EXPECT_EQ(x.ToString(), "-208");
  EXPECT_EQ(arena.allocated_bytes(), before);
}

TEST_F(ConstValueTest, IntegerArithmetic) {
  ConstValue min = Int("-9223372036854775808");
  EXPECT_TRUE(min.is_unknown());  // a sign is not part of a literal
  min = ConstValue::Int(std::numeric_limits<int64_t>::min());
  EXPECT_EQ(pool.Unary(ConstOp::kNegate, min).ToString(), "9223372036854775808");
  EXPECT_EQ(Bin(ConstOp::kIntQuo, min, ConstValue::Int(-1)).ToString(), "9223372036854775808");
  EXPECT_EQ(Bin(ConstOp::kRem, min, ConstValue::Int(-1)).ToString(), "0");
  EXPECT_EQ(Bin(ConstOp::kSub, min, ConstValue::Int(1)).ToString(), "-9223372036854775809");
  EXPECT_EQ(Bin(ConstOp::kIntQuo, ConstValue::Int(-7), ConstValue::Int(2)).ToString(), "-3");
  EXPECT_EQ(Bin(ConstOp::kRem, ConstValue::Int(-7), ConstValue::Int(2)).ToString(), "-1");
  EXPECT_EQ(Bin(ConstOp::kQuo, ConstValue::Int(7), ConstValue::Int(2)).ToString(), "3.5");
  // Results that fit are inline again.
  ConstValue big = Int("18446744073709551616");
  int64_t n;
  EXPECT_TRUE(Bin(ConstOp::kSub, big, Int("18446744073709551615")).GetInt64(&n));
  EXPECT_EQ(n, 1);
}

TEST_F(ConstValueTest, BitOperations) {
  ConstValue big = pool.Shift(ConstOp::kShl, ConstValue::Int(1), 100);
  ConstValue negative = pool.Unary(ConstOp::kNegate, big);
  EXPECT_EQ(Bin(ConstOp::kAnd, negative, ConstValue::Int(-1)).ToString(), negative.ToString());
  EXPECT_EQ(Bin(ConstOp::kOr, negative, ConstValue::Int(1)).ToString(),
            Bin(ConstOp::kAdd, negative, ConstValue::Int(1)).ToString());
  EXPECT_EQ(Bin(ConstOp::kXor, big, big).ToString(), "0");
  EXPECT_EQ(Bin(ConstOp::kAndNot, ConstValue::Int(-1), big).ToString(),
            Bin(ConstOp::kSub, negative, ConstValue::Int(1)).ToString());
  EXPECT_EQ(pool.Unary(ConstOp::kBitNot, ConstValue::Int(0)).ToString(), "-1");
  EXPECT_EQ(pool.Unary(ConstOp::kBitNot, ConstValue::Int(0), 8).ToString(), "255");
  EXPECT_EQ(pool.Unary(ConstOp::kBitNot, ConstValue::Int(1), 64).ToString(),
            "18446744073709551614");
  EXPECT_EQ(pool.Shift(ConstOp::kShr, negative, 99).ToString(), "-2");
  EXPECT_EQ(pool.Shift(ConstOp::kShr, negative, 1000).ToString(), "-1");
  EXPECT_EQ(pool.Shift(ConstOp::kShr, ConstValue::Int(-5), 1).ToString(), "-3");
  EXPECT_EQ(pool.Shift(ConstOp::kShl, ConstValue::Int(-1), 63).ToString(),
            "-9223372036854775808");
  EXPECT_EQ(big.BitLen(), 101);
}

TEST_F(ConstValueTest, Accessors) {
  uint64_t u;
  EXPECT_TRUE(Int("18446744073709551615").GetUint64(&u));
  EXPECT_EQ(u, ~uint64_t{0});
  EXPECT_FALSE(Int("18446744073709551616").GetUint64(&u));
  EXPECT_FALSE(ConstValue::Int(-1).GetUint64(&u));
  EXPECT_EQ(ConstValue::Int(-1).LowWord(), ~uint64_t{0});
  ConstValue big = pool.Unary(ConstOp::kNegate, Int("36893488147419103233"));
  EXPECT_EQ(big.LowWord(), ~uint64_t{0});
  EXPECT_EQ(big.MagnitudeWords(), (std::vector<uint64_t>{1, 2}));
  EXPECT_TRUE(ConstValue::Int(127).FitsSigned(8));
  EXPECT_FALSE(ConstValue::Int(128).FitsSigned(8));
  EXPECT_TRUE(ConstValue::Int(-128).FitsSigned(8));
  EXPECT_TRUE(ConstValue::Int(255).FitsUnsigned(8));
  EXPECT_FALSE(ConstValue::Int(256).FitsUnsigned(8));
  EXPECT_EQ(big.Sign(), -1);
  EXPECT_EQ(Imag("0i").Sign(), 0);
  EXPECT_EQ(Imag("1i").Sign(), 1);
}

TEST_F(ConstValueTest, FloatsRoundCorrectly) {
  EXPECT_EQ(Float("0.1").ToDouble(), 0.1);
  EXPECT_EQ(Float("0.1").ToFloat32(), 0.1f);
  EXPECT_EQ(Float("1.7976931348623157e308").ToDouble(), std::numeric_limits<double>::max());
  EXPECT_TRUE(std::isinf(Float("1.7976931348623159e308").ToDouble()));
  EXPECT_TRUE(std::isinf(Float("1e400").ToDouble()));
  EXPECT_EQ(Float("5e-324").ToDouble(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(Float("2.4e-324").ToDouble(), 0.0);
  EXPECT_EQ(Float("2.5e-324").ToDouble(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(Float("2.2250738585072011e-308").ToDouble(), 2.2250738585072011e-308);
  EXPECT_EQ(Float("3.4028234663852886e38").ToFloat32(), std::numeric_limits<float>::max());
  EXPECT_TRUE(std::isinf(Float("3.4028236e38").ToFloat32()));
  EXPECT_EQ(Float("1e-45").ToFloat32(), std::numeric_limits<float>::denorm_min());
  // Halfway between two floats, and just above: decided on the exact value, not on a double.
  EXPECT_EQ(Float("16777217").ToFloat32(), 16777216.0f);
  EXPECT_EQ(Float("16777217.0000000001").ToFloat32(), 16777218.0f);
  EXPECT_EQ(Int("9007199254740993").ToDouble(), 9007199254740992.0);
  EXPECT_TRUE(pool.RoundToFloat32(Float("1e39")).is_unknown());
  EXPECT_EQ(pool.RoundToFloat32(Float("0.1")).ToDouble(), static_cast<double>(0.1f));
}

TEST_F(ConstValueTest, IntegersFromFloats) {
  EXPECT_EQ(pool.ToInt(Float("1e3")).ToString(), "1000");
  EXPECT_TRUE(pool.ToInt(Float("1.5")).is_unknown());
  EXPECT_EQ(pool.ToInt(pool.Complex(Float("2.0"), ConstValue::Int(0))).ToString(), "2");
  EXPECT_TRUE(pool.ToInt(Imag("1i")).is_unknown());
  // A 512-bit float that misses an integer by its rounding error only.
  ConstValue third = Bin(ConstOp::kQuo, Float("1e2000"), Float("3e2000"));
  EXPECT_EQ(pool.ToInt(Bin(ConstOp::kMul, third, ConstValue::Int(3))).ToString(), "1");
  ConstValue huge = Bin(ConstOp::kQuo, Float("1e5000"), Float("7e5000"));
  ConstValue seven = Bin(ConstOp::kMul, huge, ConstValue::Int(49));
  EXPECT_EQ(pool.ToInt(seven).ToString(), "7");
  EXPECT_TRUE(pool.ToInt(Float("1e5000")).is_unknown());
}

TEST_F(ConstValueTest, ComplexArithmetic) {
  ConstValue a = pool.Complex(ConstValue::Int(1), ConstValue::Int(2));
  ConstValue b = pool.Complex(ConstValue::Int(3), ConstValue::Int(-4));
  EXPECT_EQ(Bin(ConstOp::kMul, a, b).ToString(), "(11 + 2i)");
  EXPECT_EQ(Bin(ConstOp::kQuo, a, b).ToString(), "(-0.2 + 0.4i)");
  EXPECT_EQ(Bin(ConstOp::kAdd, a, ConstValue::Int(1)).ToString(), "(2 + 2i)");
  EXPECT_TRUE(pool.Compare(ConstOp::kEq, pool.Complex(ConstValue::Int(5), ConstValue::Int(0)),
                           ConstValue::Int(5)));
  EXPECT_TRUE(pool.Compare(ConstOp::kNe, a, b));
}

TEST_F(ConstValueTest, Comparison) {
  EXPECT_TRUE(pool.Compare(ConstOp::kLt, Float("0.1"), Float("0.2")));
  EXPECT_TRUE(pool.Compare(ConstOp::kEq, Float("2.0"), ConstValue::Int(2)));
  EXPECT_TRUE(pool.Compare(ConstOp::kGt, Float("1e5000"), Float("1e4999")));
  EXPECT_TRUE(pool.Compare(ConstOp::kLe, Str("\"a\""), Str("\"b\"")));
  EXPECT_TRUE(pool.Compare(ConstOp::kLt, Str("\"a\""), Str("\"\\xff\"")));
  EXPECT_TRUE(pool.Compare(ConstOp::kNe, ConstValue::Bool(true), ConstValue::Bool(false)));
  EXPECT_FALSE(pool.Compare(ConstOp::kEq, ConstValue(), ConstValue::Int(1)));
}

TEST_F(ConstValueTest, ConcatenationIsLinearAndDoesNotAlias) {
  ConstValue s = Str("\"ab\"");
  for (int i = 0; i < 100000; i++) s = Bin(ConstOp::kAdd, s, Str("\"cd\""));
  EXPECT_EQ(s.string_value().size(), 200002u);
  EXPECT_LT(arena.allocated_bytes(), 16u << 20);
  ConstValue base = Bin(ConstOp::kAdd, Str("\"x\""), Str("\"y\""));
  ConstValue one = Bin(ConstOp::kAdd, base, Str("\"1\""));
  ConstValue two = Bin(ConstOp::kAdd, base, Str("\"2\""));
  EXPECT_EQ(one.string_value(), "xy1");
  EXPECT_EQ(two.string_value(), "xy2");
}

TEST_F(ConstValueTest, StringsInMessages) {
  EXPECT_EQ(Str("\"a\\n\\x00\\xff\\u00e9\\u200b\"").ToString(), "\"a\\n\\x00\\xff\u00e9\\u200b\"");
  std::string text(100, 'x');
  EXPECT_EQ(pool.String(text).ToString(), "\"" + std::string(68, 'x') + "...");
  EXPECT_EQ(pool.String(std::string(70, 'x')).ToString(), "\"" + std::string(70, 'x') + "\"");
}

TEST_F(ConstValueTest, UnknownIsContagious) {
  ConstValue u;
  EXPECT_TRUE(Bin(ConstOp::kAdd, u, ConstValue::Int(1)).is_unknown());
  EXPECT_TRUE(pool.Unary(ConstOp::kNegate, u).is_unknown());
  EXPECT_TRUE(pool.Shift(ConstOp::kShl, u, 3).is_unknown());
  EXPECT_TRUE(pool.Complex(u, ConstValue::Int(1)).is_unknown());
  EXPECT_TRUE(pool.ToInt(u).is_unknown());
  // The exponent of a float may run out of range; that has no value either.
  ConstValue f = Float("1e600000000");
  EXPECT_TRUE(Bin(ConstOp::kMul, f, f).is_unknown());
}

}  // namespace
}  // namespace gol::types
