// Compiled IR gives the right results: arithmetic, control flow, calls, values, defers.
#include "harness.h"

#include <cmath>
#include <limits>

#include "runtime/abi/tls.h"

namespace gol::jit {
namespace {

class RunTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OptLevels, RunTest, testing::Values(0, 2));

using IntInt = GOL_COMPILED int64_t(int64_t, int64_t);

TEST_P(RunTest, MaxAndRecursion) {
  Program p(R"(func main.max(a int, b int) int {
  result $2 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 *int = local.addr $1
  %3 int = load %2
  %4 bool = lt %1, %3
  branch %4 b1 b2
b1:
  return %3
b2:
  return %1
}

func main.fib(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 int = const.int #2
  %3 bool = lt %1, %2
  branch %3 b1 b2
b1:
  return %1
b2:
  %6 int = const.int #1
  %7 int = sub %1, %6
  %8 (int) = call %7 @"main.fib"
  %9 int = extract %8 #0
  %10 int = sub %1, %2
  %11 (int) = call %10 @"main.fib"
  %12 int = extract %11 #0
  %13 int = add %9, %12
  return %13
}
)", GetParam());
  auto* max = p.Get<IntInt>("main.max");
  ASSERT_NE(max, nullptr);
  EXPECT_EQ(max(3, 4), 4);
  EXPECT_EQ(max(-3, -4), -3);
  auto* fib = p.Get<GOL_COMPILED int64_t(int64_t)>("main.fib");
  EXPECT_EQ(fib(20), 6765);
}

// A function of two values of one type around a single operation.
std::string Binary(const char* op, const char* type, const char* result) {
  std::string t = type, r = result;
  return "func main.f(a " + t + ", b " + t + ") " + r + " {\n  result $2 _ " + r +
         "\nb0:\n  %0 *" + t + " = local.addr $0\n  %1 " + t + " = load %0\n  %2 *" + t +
         " = local.addr $1\n  %3 " + t + " = load %2\n  %4 " + r + " = " + op +
         " %1, %3\n  return %4\n}\n";
}

TEST_P(RunTest, IntegerEdges) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  {
    Program p(Binary("div", "int", "int"), GetParam());
    auto* f = p.Get<IntInt>("main.f");
    EXPECT_EQ(f(7, -2), -3);
    EXPECT_EQ(f(kMin, -1), kMin);
  }
  {
    Program p(Binary("rem", "int", "int"), GetParam());
    auto* f = p.Get<IntInt>("main.f");
    EXPECT_EQ(f(-7, 2), -1);
    EXPECT_EQ(f(kMin, -1), 0);
  }
  {
    Program p(Binary("div", "int8", "int8"), GetParam());
    auto* f = p.Get<GOL_COMPILED int8_t(int8_t, int8_t)>("main.f");
    EXPECT_EQ(f(-128, -1), -128);
  }
  {
    Program p(Binary("shl", "uint", "uint"), GetParam());
    auto* f = p.Get<GOL_COMPILED uint64_t(uint64_t, uint64_t)>("main.f");
    EXPECT_EQ(f(1, 63), uint64_t{1} << 63);
    EXPECT_EQ(f(1, 64), 0u);
    EXPECT_EQ(f(1, uint64_t{1} << 63), 0u);
  }
  {
    Program p(Binary("shr", "int", "int"), GetParam());
    auto* f = p.Get<IntInt>("main.f");
    EXPECT_EQ(f(-8, 1), -4);
    EXPECT_EQ(f(-8, 100), -1);
    EXPECT_EQ(f(8, 100), 0);
  }
}

TEST_P(RunTest, FloatMinAndConversion) {
  {
    Program p(Binary("min", "float64", "float64"), GetParam());
    auto* f = p.Get<GOL_COMPILED double(double, double)>("main.f");
    EXPECT_TRUE(std::signbit(f(0.0, -0.0)));
    EXPECT_TRUE(std::isnan(f(1, NAN)));
    EXPECT_EQ(f(1, 2), 1);
  }
  auto convert = [&](const char* to) {
    std::string t = to;
    return "func main.f(a float64) " + t + " {\n  result $1 _ " + t +
           "\nb0:\n  %0 *float64 = local.addr $0\n  %1 float64 = load %0\n  %2 " + t +
           " = convert %1\n  return %2\n}\n";
  };
  {
    Program p(convert("int"), GetParam());
    auto* f = p.Get<GOL_COMPILED int64_t(double)>("main.f");
    EXPECT_EQ(f(-2.9), -2);
    EXPECT_EQ(f(1e300), std::numeric_limits<int64_t>::min());
    EXPECT_EQ(f(NAN), std::numeric_limits<int64_t>::min());
  }
  {
    Program p(convert("uint64"), GetParam());
    auto* f = p.Get<GOL_COMPILED uint64_t(double)>("main.f");
    EXPECT_EQ(f(2.9), 2u);
    EXPECT_EQ(f(1.8446744073709550e19), 18446744073709549568u);
  }
}

TEST_P(RunTest, BoundsAndSlices) {
  Program p(R"(func main.at(s []int, i int) int {
  result $2 _ int
b0:
  %0 *[]int = local.addr $0
  %1 []int = load %0
  %2 *int = local.addr $1
  %3 int = load %2
  %4 int = slice.len %1
  bounds.check %3, %4
  %6 *int = slice.ptr %1
  %7 *int = elem.addr %6, %3 elem=int
  %8 int = load %7
  return %8
}

func main.push(s []int, v int) []int {
  result $2 _ []int
b0:
  %0 *[]int = local.addr $0
  %1 []int = load %0
  %2 *int = local.addr $1
  %3 int = load %2
  %4 int = const.int #1
  %5 []int = slice.grow %1, %4 elem=int
  %6 *int = slice.ptr %5
  %7 int = slice.len %1
  %8 *int = elem.addr %6, %7 elem=int
  store %8, %3
  return %5
}
)", GetParam());
  auto* at = p.Get<GOL_COMPILED int64_t(void*, int64_t, int64_t, int64_t)>("main.at");
  ASSERT_NE(at, nullptr);
  int64_t data[] = {10, 20, 30};
  EXPECT_EQ(at(data, 3, 3, 2), 30);
  EXPECT_FALSE(Runs([&] { at(data, 3, 3, 3); }));
  EXPECT_EQ(fake.panics.back(), "index 3 3");
  EXPECT_FALSE(Runs([&] { at(data, 3, 3, -1); }));
  EXPECT_EQ(fake.panics.back(), "index -1 3");

  struct Slice {
    int64_t* p;
    int64_t len, cap;
  };
  auto* push = p.Get<GOL_COMPILED Slice(void*, int64_t, int64_t, int64_t)>("main.push");
  Slice s = push(data, 3, 3, 40);
  EXPECT_EQ(s.len, 4);
  EXPECT_EQ(s.cap, 6);
  EXPECT_EQ(s.p[0], 10);
  EXPECT_EQ(s.p[3], 40);
}

TEST_P(RunTest, ManyResultsAndStrings) {
  // Six words of results: the first string fits into registers, the second too, the third not.
  Program p(R"(func main.three(a string, b string) (string, string, string) {
  result $2 _ string
  result $3 _ string
  result $4 _ string
b0:
  %0 *string = local.addr $0
  %1 string = load %0
  %2 *string = local.addr $1
  %3 string = load %2
  %4 string = const.string "middle"
  return %1, %4, %3
}

func main.total(a string, b string) int {
  result $2 _ int
b0:
  %0 *string = local.addr $0
  %1 string = load %0
  %2 *string = local.addr $1
  %3 string = load %2
  %4 (string, string, string) = call %1, %3 @"main.three"
  %5 string = extract %4 #0
  %6 string = extract %4 #1
  %7 string = extract %4 #2
  %8 int = str.len %5
  %9 int = str.len %6
  %10 int = str.len %7
  %11 int = const.int #10
  %12 int = mul %8, %11
  %13 int = add %12, %9
  %14 int = mul %13, %11
  %15 int = add %14, %10
  return %15
}

func main.eq(a string) bool {
  result $1 _ bool
b0:
  %0 *string = local.addr $0
  %1 string = load %0
  %2 string = const.string "hello world"
  %3 bool = str.eq %1, %2
  return %3
}
)", GetParam());
  auto* total =
      p.Get<GOL_COMPILED int64_t(const char*, int64_t, const char*, int64_t)>("main.total");
  ASSERT_NE(total, nullptr);
  EXPECT_EQ(total("ab", 2, "xyz", 3), 263);
  auto* eq = p.Get<GOL_COMPILED bool(const char*, int64_t)>("main.eq");
  EXPECT_TRUE(eq("hello world", 11));
  EXPECT_FALSE(eq("hello worle", 11));
  EXPECT_FALSE(eq("hello", 5));
}

TEST_P(RunTest, WriteBarrier) {
  Program p(R"(func main.set(p **int, v *int) {
b0:
  %0 ***int = local.addr $0
  %1 **int = load %0
  %2 **int = local.addr $1
  %3 *int = load %2
  store %1, %3 barrier
  return
}
)", GetParam());
  auto* set = p.Get<GOL_COMPILED void(void*, void*)>("main.set");
  ASSERT_NE(set, nullptr);
  int64_t x = 0;
  void* slot = nullptr;
  set(&slot, &x);
  EXPECT_EQ(slot, &x);
  // Code that is not optimised leaves the look at the word to the barrier itself.
  const int plain_calls = GetParam() == 0 ? 1 : 0;
  EXPECT_EQ(fake.barriers, plain_calls);
  rt::TlsStore(rt::kTlsWriteBarrier, uint32_t{1});
  set(&slot, nullptr);
  EXPECT_EQ(slot, nullptr);
  EXPECT_EQ(fake.barriers, plain_calls + 1);
}

TEST_P(RunTest, NativeCall) {
  Program p(R"(func main.f(s string) int {
  result $1 _ int
b0:
  %0 *string = local.addr $0
  %1 string = load %0
  %2 int32 = const.int #100
  %3 (int) = call.native %1, %2 @"native.sum"
  %4 int = extract %3 #0
  return %4
}
)", GetParam());
  auto* f = p.Get<GOL_COMPILED int64_t(const char*, int64_t)>("main.f");
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f("\x01\x02\x03", 3), 106);
}

}  // namespace
}  // namespace gol::jit
