// Functions are replaced while their addresses stay: see jit/replace.cc.
#include "harness.h"

#include <cstring>

namespace gol::jit {
namespace {

constexpr char kText[] = R"(func main.twice(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 int = add %1, %1
  return %2
}

func main.sum(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 (int) = call %1 @"main.twice"
  %3 int = extract %2 #0
  %4 int = add %3, %1
  return %4
}
)";

using IntFunc = GOL_COMPILED int64_t(int64_t);

class Replace : public ::testing::TestWithParam<int> {};

// With quick code in one object, and in two that call each other's functions.
TEST_P(Replace, CallsGoToTheNewCode) {
  Program p(kText, 2);
  EXPECT_TRUE(IsReplaceable(p.module));
  auto session = Session::Create({.parts = GetParam()}, ResolveMorestack);
  ASSERT_TRUE(session);
  Result<std::string> quick = session.value()->Compile(p.module, CodeKind::kQuick);
  ASSERT_TRUE(quick) << quick.error().message;
  Result<LinkedModule> linked = session.value()->Link(p.module.name, quick.value());
  ASSERT_TRUE(linked) << linked.error().message;
  const uint64_t address = session.value()->Lookup("main.sum");
  auto* sum = reinterpret_cast<IntFunc*>(address);
  ASSERT_NE(sum, nullptr);
  EXPECT_EQ(sum(5), 15);
  const auto* entry = reinterpret_cast<const unsigned char*>(address);
  EXPECT_EQ(entry[0], 0x0f);  // the no-operation

  Result<std::string> better = session.value()->Compile(p.module, CodeKind::kReplacement);
  ASSERT_TRUE(better) << better.error().message;
  Result<void> replaced = session.value()->Replace(better.value());
  ASSERT_TRUE(replaced) << replaced.error().message;
  EXPECT_EQ(entry[0], 0xe9);  // a jump
  EXPECT_EQ(sum(5), 15);
  EXPECT_EQ(session.value()->Lookup("main.sum"), address);
  // The new code is found by tracebacks under the same name.
  int32_t distance;
  std::memcpy(&distance, entry + 1, 4);
  std::vector<Frame> frames;
  ASSERT_TRUE(session.value()->Symbolize(address + 5 + static_cast<uint64_t>(distance) + 1, &frames));
  EXPECT_EQ(frames.back().function, "main.sum");
}

TEST_P(Replace, AReplacementOfOtherCodeDoesNotLink) {
  Program p(kText, 2);
  std::string other(kText);
  other.replace(other.find("%2 int = add %1, %1"), 19, "%9 int = add %1, %1\n  %2 int = add %9, %1");
  Program q(other, 2);
  ASSERT_EQ(q.error, "");
  auto session = Session::Create({.parts = GetParam()}, ResolveMorestack);
  ASSERT_TRUE(session);
  Result<std::string> quick = session.value()->Compile(p.module, CodeKind::kQuick);
  ASSERT_TRUE(quick);
  ASSERT_TRUE(session.value()->Link(p.module.name, quick.value()));
  Result<std::string> wrong = session.value()->Compile(q.module, CodeKind::kReplacement);
  ASSERT_TRUE(wrong);
  EXPECT_FALSE(session.value()->Replace(wrong.value()));
}

INSTANTIATE_TEST_SUITE_P(Parts, Replace, ::testing::Values(1, 2));

}  // namespace
}  // namespace gol::jit
