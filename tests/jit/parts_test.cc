// A program optimised in parts: see jit/parts.cc.
#include "harness.h"

namespace gol::jit {
namespace {

// A large function and another one call a small one. The large one goes into the first part, the others into the
// second.
std::string Text() {
  std::string text = R"(func main.small(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 int = const.int #3
  %3 int = mul %1, %2
  return %3
}

func main.big(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 (int) = call %1 @"main.small"
  %3 int = extract %2 #0
)";
  int last = 3;
  for (int i = 0; i < 100; i++) {
    text += "  %" + std::to_string(last + 1) + " int = xor %" + std::to_string(last) + ", %1\n  %" +
            std::to_string(last + 2) + " int = add %" + std::to_string(last + 1) + ", %" +
            std::to_string(last) + "\n";
    last += 2;
  }
  text += "  return %" + std::to_string(last) + R"(
}

func main.mid(n int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 (int) = call %1 @"main.small"
  %3 int = extract %2 #0
  %4 (int) = call %3 @"main.big"
  %5 int = extract %4 #0
  return %5
}

func main.entry() {
b0:
  %0 int = const.int #5
  %1 (int) = call %0 @"main.mid"
  %2 int = extract %1 #0
  print %2 #3
  %4 (int) = call %0 @"main.big"
  %5 int = extract %4 #0
  print %5 #3
  return
}
)";
  return text;
}

// What the program prints; its assembly.
std::vector<std::string> Output(int parts, std::string* assembly) {
  Options options;
  options.parts = parts;
  options.whole_program = true;
  options.dump = [&](std::string_view stage, std::string_view text) {
    if (stage == "asm") *assembly += text;
  };
  Program p(Text(), 2, options, [](ir::Module& module) {
    for (ir::Func* f : module.funcs) {
      if (f->name == "main.entry") module.entry = f;
    }
  });
  EXPECT_EQ(p.error, "");
  Result<std::string> object = p.session->Compile(p.module);
  EXPECT_TRUE(object);
  EXPECT_EQ(object.value().starts_with("gol-objects"), parts > 1);
  Result<LinkedModule> linked = p.session->Link(p.module.name, object.value());
  EXPECT_TRUE(linked) << linked.error().message;
  fake.calls.clear();
  EXPECT_TRUE(Runs([&] { reinterpret_cast<GOL_COMPILED void (*)()>(linked.value().entry)(); }));
  return fake.calls;
}

TEST(Parts, GiveWhatOneObjectGives) {
  std::string whole, divided;
  const std::vector<std::string> expected = Output(1, &whole);
  EXPECT_EQ(expected.size(), 2u);
  EXPECT_EQ(Output(2, &divided), expected);
  // The small function is inlined in both parts.
  EXPECT_EQ(divided.find("callq\tmain.small"), std::string::npos) << divided;
  EXPECT_NE(divided.find("callq\tmain.big"), std::string::npos) << divided;
}

}  // namespace
}  // namespace gol::jit
