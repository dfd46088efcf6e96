// Modules that are taken out again: Session::Unlink.
#include "harness.h"

#include <vector>

namespace gol::jit {
namespace {

constexpr char kFirst[] = R"(func main~1.twice(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 int = add %1, %1
  return %2
}

func main~1.four(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 (int) = call %1 @"main~1.twice"
  %3 int = extract %2 #0
  %4 (int) = call %3 @"main~1.twice"
  %5 int = extract %4 #0
  return %5
}
)";

constexpr char kSecond[] = R"(func main~2.square(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 int = mul %1, %1
  return %2
}
)";

using IntFunc = GOL_COMPILED int64_t(int64_t);

struct Sessions {
  std::vector<const void*> added, removed;
  std::unique_ptr<Session> session;

  Sessions() {
    Options o;
    o.opt_level = 0;  // so that there are calls
    o.can_unlink = true;
    o.on_stack_maps = [this](const void* records, uint64_t) { added.push_back(records); };
    o.on_unlink_stack_maps = [this](const void* records) { removed.push_back(records); };
    auto made = Session::Create(o, ResolveMorestack);
    EXPECT_TRUE(made);
    session = std::move(made.value());
  }
  LinkedModule Link(Program& p, const char* name) {
    p.module.name = name;
    Result<LinkedModule> linked = session->Add(p.module);
    EXPECT_TRUE(linked) << linked.error().message;
    return linked ? std::move(linked.value()) : LinkedModule{};
  }
  std::string FrameAt(uint64_t pc) {
    std::vector<Frame> frames;
    return session->Symbolize(pc, &frames) && !frames.empty() ? frames.back().function : "";
  }
};

TEST(Unlink, CodeAndNamesGo) {
  Sessions s;
  Program first(kFirst, 0), second(kSecond, 0);
  ASSERT_EQ(first.error + second.error, "");
  LinkedModule one = s.Link(first, "main~1");
  LinkedModule two = s.Link(second, "main~2");
  const uint64_t four = s.session->Lookup("main~1.four");
  const uint64_t square = s.session->Lookup("main~2.square");
  ASSERT_NE(four, 0u);
  ASSERT_NE(square, 0u);
  EXPECT_EQ(reinterpret_cast<IntFunc*>(four)(5), 20);
  const auto* code = reinterpret_cast<const unsigned char*>(four);
  EXPECT_NE(code[0], 0);

  s.session->Unlink(one);
  EXPECT_EQ(s.session->Lookup("main~1.four"), 0u);
  EXPECT_EQ(s.session->Lookup("main~1.twice"), 0u);
  EXPECT_EQ(code[0], 0) << "the page was not given back";
  // What is left goes on, and may be taken out as well.
  EXPECT_EQ(reinterpret_cast<IntFunc*>(square)(5), 25);
  s.session->Unlink(one);
  s.session->Unlink(two);
  EXPECT_EQ(s.session->Lookup("main~2.square"), 0u);
}

TEST(Unlink, NamesCanBeDefinedAnew) {
  Sessions s;
  uint64_t last = 0;
  for (int i = 0; i < 100; i++) {
    Program p(kFirst, 0);
    LinkedModule linked = s.Link(p, "main~1");
    const uint64_t four = s.session->Lookup("main~1.four");
    ASSERT_NE(four, 0u);
    EXPECT_NE(four, last) << "an address that somebody may have noted";
    EXPECT_EQ(reinterpret_cast<IntFunc*>(four)(i), 4 * i);
    s.session->Unlink(linked);
    last = four;
  }
}

TEST(Unlink, AddressesKeepTheirFrames) {
  Sessions s;
  Program first(kFirst, 0);
  LinkedModule one = s.Link(first, "main~1");
  const uint64_t four = s.session->Lookup("main~1.four");
  const uint64_t twice = s.session->Lookup("main~1.twice");
  std::vector<std::string> before, after;
  for (uint64_t i = 1; i < 16; i++) before.push_back(s.FrameAt(four + i) + " " + s.FrameAt(twice + i));
  EXPECT_EQ(before[3], "main~1.four main~1.twice");
  s.session->Unlink(one);
  for (uint64_t i = 1; i < 16; i++) after.push_back(s.FrameAt(four + i) + " " + s.FrameAt(twice + i));
  EXPECT_EQ(before, after);
}

TEST(Unlink, StackMapsGo) {
  Sessions s;
  Program first(kFirst, 0);
  LinkedModule one = s.Link(first, "main~1");
  ASSERT_EQ(s.added.size(), 1u);
  EXPECT_TRUE(s.removed.empty());
  s.session->Unlink(one);
  EXPECT_EQ(s.removed, s.added);
}

}  // namespace
}  // namespace gol::jit
