// The text form of the IR: what is printed reads back to the same text; the verifier's messages.
#include "ir/parse.h"

#include <gtest/gtest.h>

#include "frontend/types/context.h"
#include "ir/print.h"
#include "ir/verify.h"

namespace gol::ir {
namespace {

constexpr const char* kMax = R"(func main.max(a int, b int) int {
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
)";

TEST(ParseTest, RoundTrip) {
  types::Context context;
  Module module(&context);
  Result<void> r = Parse(kMax, &module);
  ASSERT_TRUE(r.ok()) << r.error().message;
  ASSERT_EQ(module.funcs.size(), 1u);
  EXPECT_EQ(Print(*module.funcs[0]), kMax);
  EXPECT_TRUE(Verify(module).empty());
}

TEST(ParseTest, RoundTripOfAttributes) {
  constexpr const char* kText = R"(func main.f(s []string, m map[string]int) (int, string) {
  result $2 n int
  result $3 t string
  local $4 x [4]*int heap captured
b0:
  local $4
  %1 *[]string = local.addr $0
  %2 []string = load %1
  %3 int = slice.len %2
  switch %3 b1 case 1:b2 case -7:b2
b1:
  %6 string = const.string "a\n\"b\""
  %7 int = const.int #5
  return %7, %6
b2:
  %9 float64 = const.float float=1.5
  panic.rt #3
}
)";
  types::Context context;
  Module module(&context);
  Result<void> r = Parse(kText, &module);
  ASSERT_TRUE(r.ok()) << r.error().message;
  EXPECT_EQ(Print(*module.funcs[0]), kText);
  EXPECT_TRUE(Verify(module).empty());
}

TEST(ParseTest, ErrorNamesTheLine) {
  types::Context context;
  Module module(&context);
  Result<void> r = Parse("func f() {\nb0:\n  frobnicate\n}\n", &module);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message, "line 3: unknown operation frobnicate at \"\"");
}

// The message of the only rule that the function breaks.
std::string VerifyText(const std::string& text) {
  types::Context context;
  Module module(&context);
  Result<void> r = Parse(text, &module);
  if (!r.ok()) return r.error().message;
  std::vector<std::string> errors = Verify(module);
  return errors.size() == 1 ? errors[0] : std::to_string(errors.size()) + " errors";
}

TEST(VerifyTest, TypesOfOperands) {
  EXPECT_EQ(VerifyText(R"(func f(a int, b int32) int {
  result $2 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 *int32 = local.addr $1
  %3 int32 = load %2
  %4 int = add %1, %3
  return %4
}
)"),
            "f: b0: %4 int = add %1, %3: operands are not of the result's type");
}

TEST(VerifyTest, Terminators) {
  EXPECT_EQ(VerifyText("func f() {\nb0:\n  %0 int = const.int #1\n}\n"),
            "f: b0: %0 int = const.int #1: block does not end in a terminator");
}

TEST(VerifyTest, Dominance) {
  EXPECT_EQ(VerifyText(R"(func f(c bool) int {
  result $1 _ int
b0:
  %0 *bool = local.addr $0
  %1 bool = load %0
  branch %1 b1 b2
b1:
  %2 int = const.int #1
  jump b2
b2:
  return %2
}
)"),
            "f: b2: return %2: operand %2 does not dominate its use");
}

TEST(VerifyTest, Barriers) {
  EXPECT_EQ(VerifyText(R"(func f(p **int, q *int) {
b0:
  %0 ***int = local.addr $0
  %1 **int = load %0
  %2 **int = local.addr $1
  %3 *int = load %2
  store %1, %3
  return
}
)"),
            "f: b0: store %1, %3: pointer is stored without a write barrier");
}

}  // namespace
}  // namespace gol::ir
