// Properties of frames and of the machine code: prologues, defers and resumption, polls, lines.
#include "harness.h"

#include "runtime/abi/map_hash.h"

#include "runtime/abi/tls.h"

namespace gol::jit {
namespace {

constexpr const char* kLeafAndMap = R"(func main.leaf(a int) int {
  result $1 _ int
b0:
  %0 *int = local.addr $0
  %1 int = load %0
  %2 int = const.int #1
  %3 int = add %1, %2
  return %3
}

func main.assign(m map[int]int, k int, v int) {
b0:
  %0 *map[int]int = local.addr $0
  %1 map[int]int = load %0
  %2 *int = local.addr $1
  %3 int = load %2
  %4 *int = local.addr $2
  %5 int = load %4
  %6 *int = map.assign %1, %3
  store %6, %5
  return
}

func main.loop(n int) int {
  result $1 _ int
  local $2 i int
b0:
  local $2
  jump b1
b1:
  %1 *int = local.addr $2
  %2 int = load %1
  %3 *int = local.addr $0
  %4 int = load %3
  %5 bool = lt %2, %4
  branch %5 b2 b3
b2:
  %6 int = const.int #3
  %7 int = mul %2, %6
  store %1, %7
  poll
  jump b1
b3:
  return %2
}
)";

TEST(FrameTest, PrologueChecksTheStackLimit) {
  Program p(kLeafAndMap);
  const std::string text = p.Asm("main.leaf");
  EXPECT_NE(text.find("cmpq\t%fs:112, %rsp"), std::string::npos) << text;
  EXPECT_NE(text.find("pushq\t%rbp"), std::string::npos) << text;
}

TEST(FrameTest, PollComparesTheStackLimit) {
  Program p(kLeafAndMap);
  const std::string text = p.Asm("main.loop");
  EXPECT_NE(text.find("cmpq\t$-1314, %fs:112"), std::string::npos) << text;
}

TEST(FrameTest, MapHitPathCallsNothing) {
  Program p(kLeafAndMap);
  const std::string text = p.Asm("main.assign");
  EXPECT_NE(text.find("pcmpeqb"), std::string::npos) << text;
  // The only calls are the slow path and __morestack, behind the return of the hit path.
  const size_t first_call = text.find("call");
  const size_t compare = text.find("pcmpeqb");
  EXPECT_LT(compare, first_call) << text;
  EXPECT_NE(text.find("runtime.mapassign_fast64"), std::string::npos) << text;
}

TEST(FrameTest, MapAssignFindsTheKeyInline) {
  Program p(kLeafAndMap);
  auto* assign = p.Get<GOL_COMPILED void(rt::hmap*, int64_t, int64_t)>("main.assign");
  ASSERT_NE(assign, nullptr);
  struct {
    uint8_t tophash[8];
    int64_t keys[8];
    int64_t elems[8];
    void* overflow;
  } bucket = {};
  rt::hmap h = {};
  h.count = 1;
  h.buckets = reinterpret_cast<rt::bmap*>(&bucket);
  h.hash0 = 12345;
  const uint64_t hash = rt::HashWord(uint64_t{77}, rt::HashSeed(uint64_t{12345}));
  auto top = static_cast<uint8_t>(hash >> 56);
  bucket.tophash[5] = top < 5 ? top + 5 : top;
  bucket.tophash[2] = 99;  // another key
  bucket.keys[2] = 78;
  bucket.keys[5] = 77;
  assign(&h, 77, 1234);
  EXPECT_EQ(bucket.elems[5], 1234);
  EXPECT_TRUE(fake.calls.empty());
  assign(&h, 79, 1);
  EXPECT_EQ(fake.calls.size(), 1u);
  bucket.tophash[2] = bucket.tophash[5];  // the first of two with the tophash is not the key
  assign(&h, 77, 1);
  EXPECT_EQ(fake.calls.size(), 2u);
  EXPECT_EQ(h.flags, 0);
}

// A function whose result is changed by a deferred closure that recovers. The caller keeps values
// in callee-saved registers meanwhile.
constexpr const char* kRecover = R"(func main.f(x int) int {
  result $1 r int volatile
b0:
  local $1
  %1 *int = local.addr $1
  %2 func() = make.closure %1 @"main.f.func1" on_stack
  defer %2
  %4 *int = local.addr $0
  %5 int = load %4
  store %1, %5 volatile
  %7 int = const.int #0
  %8 bool = eq %5, %7
  branch %8 b1 b2
b1:
  %10 unsafe.Pointer = const.int #8
  %11 interface{} = iface.make %10, %10
  panic %11
b2:
  defer.run
  %14 int = load %1 volatile
  return %14
b3:
  %17 *int = local.addr $1
  %18 int = load %17 volatile
  return %18
}

func main.f.func1() {
  capture 0 *int ref 8
b0:
  %0 interface{} = recover
  %1 **int = capture.addr #0
  %2 *int = load %1
  %3 int = load %2
  %4 int = const.int #100
  %5 int = add %3, %4
  store %2, %5
  return
}
)";

extern "C" int64_t gol_test_call(void* f, int64_t x, bool* intact);
// Calls f(x) with known values in the callee-saved registers and looks at them afterwards.
asm(R"(
  .text
gol_test_call:
  pushq %rbp
  movq %rsp, %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  pushq %rdx
  movq %rdi, %rax
  movq %rsi, %rdi
  movq $11, %rbx
  movq $12, %r12
  movq $13, %r13
  movq $14, %r14
  movq $15, %r15
  callq *%rax
  subq $11, %rbx
  subq $12, %r12
  subq $13, %r13
  subq $14, %r14
  subq $15, %r15
  orq %r12, %rbx
  orq %r13, %rbx
  orq %r14, %rbx
  orq %r15, %rbx
  popq %rdx
  testq %rbx, %rbx
  sete (%rdx)
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  retq
)");

int64_t CallWithSavedRegisters(GOL_COMPILED int64_t (*f)(int64_t), int64_t x, bool* intact) {
  return gol_test_call(reinterpret_cast<void*>(f), x, intact);
}

class RecoverTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OptLevels, RecoverTest, testing::Values(0, 2));

TEST_P(RecoverTest, ResultAndRegisters) {
  Program p(kRecover, GetParam(), {}, [](ir::Module& m) {
    for (ir::Func* f : m.funcs) {
      if (f->name == "main.f") {
        f->has_defer = true;
        f->recover_block = ir::BlockId(3);
      } else {
        f->has_recover = true;
        f->is_closure = true;
      }
    }
  });
  auto* f = p.Get<GOL_COMPILED int64_t(int64_t)>("main.f");
  ASSERT_NE(f, nullptr);
  bool intact = false;
  int64_t r = 0;
  EXPECT_TRUE(Runs([&] { r = CallWithSavedRegisters(f, 5, &intact); }));
  EXPECT_EQ(r, 105);
  EXPECT_TRUE(intact);
  EXPECT_TRUE(Runs([&] { r = CallWithSavedRegisters(f, 0, &intact); }));
  EXPECT_EQ(r, 100);
  EXPECT_TRUE(intact);
  EXPECT_EQ(fake.g.defer_frames, nullptr);
}

TEST(LinesTest, ObjectAndSession) {
  Program p(kLeafAndMap);
  const uint64_t leaf = p.Address("main.leaf");
  std::vector<Frame> frames;
  ASSERT_TRUE(p.session->Symbolize(leaf + 5, &frames));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].function, "main.leaf");
  EXPECT_EQ(frames[0].entry_pc, leaf);
  EXPECT_FALSE(p.session->Symbolize(1, &frames));
  Result<std::string> object = CompileToObject(p.module, Options());
  ASSERT_TRUE(object.ok()) << object.error().message;
  EXPECT_EQ(object.value().substr(1, 3), "ELF");
}

}  // namespace
}  // namespace gol::jit
