// The allocator's fast path in compiled code: no call on it, and what it leaves in memory.
#include "harness.h"

#include <cstring>

namespace gol::jit {
namespace {

constexpr const char* kAllocate = R"(func main.node() *struct{left *int; right *int} {
  result $0 _ *struct{left *int; right *int}
b0:
  %0 *struct{left *int; right *int} = new elem=struct{left *int; right *int}
  return %0
}

func main.three() *struct{a int; b *int; c *int} {
  result $0 _ *struct{a int; b *int; c *int}
b0:
  %0 *struct{a int; b *int; c *int} = new elem=struct{a int; b *int; c *int}
  return %0
}

func main.plain() *[4]int {
  result $0 _ *[4]int
b0:
  %0 *[4]int = new elem=[4]int
  return %0
}

func main.tiny() *uint32 {
  result $0 _ *uint32
b0:
  %0 *uint32 = new elem=uint32
  return %0
}

func main.large() *[200]int {
  result $0 _ *[200]int
b0:
  %0 *[200]int = new elem=[200]int
  return %0
}

func main.box(v int) interface{} {
  result $1 _ interface{}
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 interface{} = iface.box %1 elem=int
  return %2
}
)";

// The instructions up to the first return.
std::string FirstPath(const std::string& text) { return text.substr(0, text.find("\tret")); }

TEST(AllocTest, NoCallOnTheFastPath) {
  Program p(kAllocate);
  for (const char* name : {"main.node", "main.three", "main.plain", "main.tiny", "main.box"}) {
    const std::string text = p.Asm(name);
    ASSERT_NE(text.find("\tret"), std::string::npos) << name;
    EXPECT_EQ(FirstPath(text).find("call"), std::string::npos) << text;
    EXPECT_EQ(FirstPath(text).find("lock"), std::string::npos) << text;
    // And the call for the rest.
    EXPECT_NE(text.find("callq\tgol_rt_"), std::string::npos) << text;
  }
  EXPECT_NE(FirstPath(p.Asm("main.large")).find("call"), std::string::npos);
}

// A page that serves as a span, with a run of slots of one class.
class FakeSpan {
 public:
  FakeSpan(int cls, bool noscan, int slots) {
    std::memset(page_, noscan ? 0xff : 0, sizeof page_);
    std::memset(map(), 0, 128);
    run_ = &fake.mcache.runs[rt::SpanClass(static_cast<uint8_t>(cls), noscan).value];
    *run_ = {base(), base() + static_cast<uintptr_t>(slots) * rt::kClassToSize[cls]};
  }
  uintptr_t base() const { return reinterpret_cast<uintptr_t>(page_); }
  unsigned char* map() { return page_ + sizeof page_ - 128; }
  // The pointer map's bits of words [from, from + n).
  unsigned Bits(int from, int n) {
    unsigned bits = 0;
    for (int i = 0; i < n; i++) {
      bits |= (map()[(from + i) / 8] >> ((from + i) % 8) & 1u) << i;
    }
    return bits;
  }

 private:
  alignas(rt::kPageSize) unsigned char page_[rt::kPageSize];
  rt::AllocRun* run_;
};

TEST(AllocTest, TakesSlotsAndWritesTheirPointerMaps) {
  Program p(kAllocate);
  auto* node = p.Get<GOL_COMPILED void*()>("main.node");
  auto* three = p.Get<GOL_COMPILED void*()>("main.three");
  ASSERT_NE(three, nullptr);
  FakeSpan nodes(rt::SizeToClass(16), false, 5);
  for (uintptr_t i = 0; i < 5; i++) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(node()), nodes.base() + i * 16);
    EXPECT_EQ(nodes.Bits(static_cast<int>(i) * 2, 4), 3u);
  }
  EXPECT_TRUE(fake.calls.empty());
  node();
  EXPECT_EQ(fake.calls, std::vector<std::string>{"newobject"});

  FakeSpan threes(rt::SizeToClass(24), false, 336);
  for (uintptr_t i = 0; i < 336; i++) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(three()), threes.base() + i * 24);
    ASSERT_EQ(threes.Bits(static_cast<int>(i) * 3, 3), 6u) << i;
  }
  EXPECT_EQ(fake.calls.size(), 1u);
}

TEST(AllocTest, ClearsMemoryWithoutPointers) {
  Program p(kAllocate);
  auto* plain = p.Get<GOL_COMPILED unsigned char*()>("main.plain");
  ASSERT_NE(plain, nullptr);
  FakeSpan span(rt::SizeToClass(32), true, 2);
  unsigned char* first = plain();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first), span.base());
  for (int i = 0; i < 32; i++) EXPECT_EQ(first[i], 0);
  EXPECT_EQ(first[32], 0xff);
}

TEST(AllocTest, PacksTinyObjects) {
  Program p(kAllocate);
  auto* tiny = p.Get<GOL_COMPILED uint32_t*()>("main.tiny");
  auto* box = p.Get<GOL_COMPILED rt::Eface(int64_t)>("main.box");
  ASSERT_NE(box, nullptr);
  alignas(16) unsigned char block[16];
  std::memset(block, 0xff, sizeof block);
  const auto base = reinterpret_cast<uintptr_t>(block);
  fake.mcache.tiny = {base, base + 16};
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tiny()), base);
  auto* boxed = static_cast<int64_t*>(box(1 << 20).data);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(boxed), base + 8);
  EXPECT_EQ(*boxed, 1 << 20);
  EXPECT_EQ(block[3], 0);
  EXPECT_EQ(block[4], 0xff);
  EXPECT_EQ(fake.mcache.tiny_allocs, 2u);
  EXPECT_TRUE(fake.calls.empty());
}

}  // namespace
}  // namespace gol::jit
