// Panics, recover, Goexit, faults, tracebacks. C++ functions in a section of their own stand in for
// compiled code; __builtin_setjmp is what fills DeferFrame::resume there.
#include "runtime/panic.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/abi/entry_points.h"
#include "runtime/format.h"
#include "runtime/traceback.h"
#include "sched_test_util.h"
#include "split_stack_funcs.h"

// Code of "Go" functions; the linker makes the bounds.
#define GO_CODE __attribute__((noinline, section("gotext")))
extern const char go_start[] __asm__("__start_gotext");
extern const char go_stop[] __asm__("__stop_gotext");

namespace gol::rt {
namespace {

using namespace entry;
using testing::Go;
using testing::TestRuntime;

// ---- what compiled code does ----

// A func value around a C++ function.
struct Closure {
  const void* code;
  std::function<void()>* body;
};
GO_CODE void CallBody() {
  Closure* self;
  asm volatile("movq %%r13, %0" : "=r"(self));
  (*self->body)();
}

// recover() in the body of a deferred function: the body runs in std::function's frames, so the frame
// that counts is CallBody's caller chain; hence a func value of its own.
struct Recoverer {
  const void* code;
  Eface* result;
};
GO_CODE void RecoverBody() {
  Recoverer* self;
  asm volatile("movq %%r13, %0" : "=r"(self));
  TwoWords r = gol_rt_gorecover(__builtin_frame_address(0));
  *self->result = {reinterpret_cast<Type*>(r.a), reinterpret_cast<void*>(r.b)};
}

// Calls recover through a wrapper made by the "compiler".
GO_CODE void WrappedRecoverBody() {
  Recoverer* self;
  asm volatile("movq %%r13, %0" : "=r"(self));
  gol_rt_wrapper_adjust(__builtin_frame_address(0));
  asm volatile("movq %0, %%r13\n call *%1" ::"r"(self), "r"(&RecoverBody)
               : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r13", "memory");
}
// Calls it from a function that is none: recover must see nothing.
GO_CODE void IndirectRecoverBody() {
  Recoverer* self;
  asm volatile("movq %%r13, %0" : "=r"(self));
  asm volatile("movq %0, %%r13\n call *%1" ::"r"(self), "r"(&RecoverBody)
               : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r13", "memory");
}

// func() { defer ds[0](); defer ds[1](); ...; body() }. Returns whether body returned.
GO_CODE bool WithDefers(std::initializer_list<Funcval*> ds, const std::function<void()>& body) {
  DeferRecord records[8];
  DeferFrame frame{};
  GHead* g = CurrentG();
  size_t n = 0;
  for (Funcval* d : ds) {
    records[n] = {frame.records, d, &records[n]};
    frame.records = &records[n++];
  }
  frame.link = g->defer_frames;
  volatile bool returned = false;
  if (__builtin_setjmp(frame.resume) == 0) {
    g->defer_frames = &frame;
    body();
    returned = true;
  }
  g = CurrentG();
  while (frame.records != nullptr) {
    DeferRecord* r = frame.records;
    frame.records = r->link;
    asm volatile("movq %0, %%r13\n call *(%%r13)" ::"r"(r->fn)
                 : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r13", "memory");
  }
  g->defer_frames = frame.link;
  return returned;
}

// A deferred function around a lambda.
struct Deferred {
  explicit Deferred(std::function<void()> f) : body(std::move(f)) {
    closure = {reinterpret_cast<const void*>(&CallBody), &body};
  }
  operator Funcval*() { return reinterpret_cast<Funcval*>(&closure); }
  std::function<void()> body;
  Closure closure;
};
struct Recover {
  explicit Recover(void (*code)() = &RecoverBody) {
    r = {reinterpret_cast<const void*>(code), &value};
  }
  operator Funcval*() { return reinterpret_cast<Funcval*>(&r); }
  Eface value{};
  Recoverer r;
};

constexpr Type BasicType(const char* name, int64_t len, Kind kind, uint64_t size) {
  Type t{};
  t.size = size;
  t.kind = kind;
  t.str = {name, len};
  t.align = t.field_align = 8;
  return t;
}
constexpr Type kIntType = BasicType("int", 3, kInt, 8);
constexpr Type kStringType = BasicType("string", 6, kString, 16);
constexpr Type kMyIntType = BasicType("main.MyInt", 10, kInt, 8);
constexpr Type kMyStringType = BasicType("main.MyStr", 10, kString, 16);
constexpr Type kStructType = BasicType("main.T", 6, kStruct, 16);
constexpr Type kFloatType = BasicType("float64", 7, kFloat64, 8);

int64_t five = 5;
GoString boom = {"boom", 4};
GoString lines = {"a\nb", 3};

std::string TextOf(const Eface& v) {
  if (v.type == nullptr) return "nil";
  const GoString* s = static_cast<const GoString*>(v.data);
  return std::string(s->ptr, static_cast<size_t>(s->len));
}

// Names the functions of the section.
struct TestCodeInfo : CodeInfo {
  struct Function {
    uint64_t entry;
    const char* name;
  };
  bool Lookup(uint64_t pc, FunctionRef<void(const CodeFrame&)> fn) override {
    if (!IsCompiled(pc)) return false;
    CodeFrame f;
    f.function = "main.unknown";
    for (const Function& known : functions) {
      if (known.entry <= pc && known.entry > f.entry_pc) {
        f.function = known.name;
        f.entry_pc = known.entry;
      }
    }
    f.file = "/main.go";
    f.line = 7;
    fn(f);
    return true;
  }
  bool IsCompiled(uint64_t pc) override {
    return pc >= reinterpret_cast<uint64_t>(go_start) && pc < reinterpret_cast<uint64_t>(go_stop);
  }
  std::vector<Function> functions;
};

// ---- printing of unrecovered panics ----

std::string PanicOutput(const std::function<void()>& fn) {
  TestRuntime rt;
  Outcome o = rt.Run(fn);
  EXPECT_EQ(o.kind, Outcome::kPanic);
  EXPECT_EQ(o.exit_code, 2);
  return rt.output.substr(0, rt.output.find("\n\ngoroutine 1 [running]:\n"));
}

TEST(Panic, ValuesArePrintedAsInGo) {
  EXPECT_EQ(PanicOutput([] { GoPanic({&kIntType, &five}); }), "panic: 5");
  EXPECT_EQ(PanicOutput([] { GoPanic({&kStringType, &boom}); }), "panic: boom");
  EXPECT_EQ(PanicOutput([] { GoPanic({&kStringType, &lines}); }), "panic: a\n\tb");
  EXPECT_EQ(PanicOutput([] { GoPanic({&kMyIntType, &five}); }), "panic: main.MyInt(5)");
  EXPECT_EQ(PanicOutput([] { GoPanic({&kMyStringType, &lines}); }),
            "panic: main.MyStr(\"a\n\tb\")");
  EXPECT_EQ(PanicOutput([] { GoPanic({&kStructType, reinterpret_cast<void*>(0x1234)}); }),
            "panic: (main.T) 0x1234");
  static double half = 2.5;
  EXPECT_EQ(PanicOutput([] { GoPanic({&kFloatType, &half}); }), "panic: 2.5");
}

TEST(Panic, RuntimeErrors) {
  EXPECT_EQ(PanicOutput([] { gol_rt_panicIndex(5, 3); }),
            "panic: runtime error: index out of range [5] with length 3");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicIndex(-1, 3); }),
            "panic: runtime error: index out of range [-1]");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicIndexU(-1, 3); }),
            "panic: runtime error: index out of range [18446744073709551615] with length 3");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicSliceAlen(5, 3); }),
            "panic: runtime error: slice bounds out of range [:5] with length 3");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicSliceAcap(5, 3); }),
            "panic: runtime error: slice bounds out of range [:5] with capacity 3");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicSliceB(3, 2); }),
            "panic: runtime error: slice bounds out of range [3:2]");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicSlice3C(3, 2); }),
            "panic: runtime error: slice bounds out of range [3:2:]");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicdivide(); }),
            "panic: runtime error: integer divide by zero");
  EXPECT_EQ(PanicOutput([] { PanicPlainError("send on closed channel"); }),
            "panic: send on closed channel");
  EXPECT_EQ(PanicOutput([] { PanicTypeAssertion(nullptr, &kStringType, &kIntType, {}); }),
            "panic: interface conversion: interface is string, not int");
  EXPECT_EQ(PanicOutput([] { PanicTypeAssertion(nullptr, nullptr, &kIntType, {}); }),
            "panic: interface conversion: interface is nil, not int");
  EXPECT_EQ(PanicOutput([] { PanicTypeAssertion(nullptr, &kIntType, &kStructType, {"N", 1}); }),
            "panic: interface conversion: int is not main.T: missing method N");
  EXPECT_EQ(PanicOutput([] { gol_rt_panicmem(24); })
                .find("panic: runtime error: invalid memory address or nil pointer dereference\n"
                      "[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x"),
            0u);
}

// func (e E) Error() string
struct Words {
  const char* ptr;
  int64_t len;
};
__attribute__((swiftcall)) Words ErrorMethod(void*) { return {"E:\nx", 4}; }
__attribute__((swiftcall)) Words PanickingMethod(void*) {
  GoPanic({&kStringType, &boom});
}
const Type* ErrorType(const void* code) {
  static const Type* const out[] = {&kStringType};
  static FuncType func = [] {
    FuncType f{};
    f.kind = kFunc;
    f.nout = 1;
    f.out = out;
    return f;
  }();
  // Types live as long as the program.
  struct Made {
    Method method;
    UncommonType uncommon;
    Type type;
  };
  static std::vector<std::unique_ptr<Made>> all;
  all.push_back(std::make_unique<Made>());
  Made& m = *all.back();
  m.method = {{"Error", 5}, {}, &func, code, code};
  m.uncommon = {{"main", 4}, {"E", 1}, &m.method, 1};
  m.type = BasicType("main.E", 6, kStruct, 8);
  m.type.uncommon = &m.uncommon;
  return &m.type;
}

TEST(Panic, ErrorMethodsAreCalled) {
  EXPECT_EQ(PanicOutput([] {
              GoPanic({ErrorType(reinterpret_cast<const void*>(&ErrorMethod)), &five});
            }),
            "panic: E:\n\tx");
  TestRuntime rt;
  Outcome o = rt.Run([] {
    GoPanic({ErrorType(reinterpret_cast<const void*>(&PanickingMethod)), &five});
  });
  EXPECT_EQ(o.kind, Outcome::kFatal);
  EXPECT_EQ(o.text, "fatal error: panic while printing panic value: boom");
}

// ---- defer and recover ----

TEST(Panic, DeferredCallsRunInOrder) {
  TestRuntime rt;
  std::string order;
  Deferred a([&] { order += "a"; }), b([&] { order += "b"; }), c([&] { order += "c"; });
  Outcome o = rt.Run([&] {
    EXPECT_TRUE(WithDefers({a, b}, [&] { order += "-"; }));
    EXPECT_EQ(order, "-ba");
    WithDefers({c}, [&] { WithDefers({a, b}, [] { GoPanic({&kIntType, &five}); }); });
  });
  EXPECT_EQ(o.kind, Outcome::kPanic);
  EXPECT_EQ(order, "-babac");
}

TEST(Panic, RecoverReturnsToTheDeferringFunction) {
  TestRuntime rt;
  std::string order;
  Outcome o = rt.Run([&] {
    for (int i = 0; i < 1000; i++) {
      order.clear();
      Recover r;
      Deferred before([&] { order += "1"; }), after([&] { order += "3"; });
      EXPECT_FALSE(WithDefers({after, r, before}, [&] {
        order += "0";
        GoPanic({&kIntType, &five});
      }));
      EXPECT_EQ(order, "013");
      EXPECT_EQ(r.value.type, &kIntType);
      EXPECT_EQ(r.value.data, &five);
      EXPECT_EQ(CurrentG()->panic, nullptr);
      EXPECT_EQ(CurrentG()->defer_frames, nullptr);
    }
  });
  EXPECT_TRUE(o.ok());
}

TEST(Panic, RecoverOnlyWhenCalledDirectly) {
  TestRuntime rt;
  Recover direct, wrapped(&WrappedRecoverBody), indirect(&IndirectRecoverBody);
  Outcome o = rt.Run([&] {
    EXPECT_TRUE(WithDefers({direct}, [] {}));  // no panic: nil
    EXPECT_EQ(direct.value.type, nullptr);
    EXPECT_FALSE(WithDefers({wrapped}, [] { GoPanic({&kIntType, &five}); }));
    EXPECT_EQ(wrapped.value.type, &kIntType);
    WithDefers({direct}, [&] { WithDefers({indirect}, [] { GoPanic({&kIntType, &five}); }); });
    EXPECT_EQ(indirect.value.type, nullptr);
    EXPECT_EQ(direct.value.type, &kIntType);
  });
  EXPECT_TRUE(o.ok());
}

TEST(Panic, NestedPanicRecoveredInside) {
  TestRuntime rt;
  Recover inner, outer;
  Deferred d([&] { WithDefers({inner}, [] { PanicPlainError("two"); }); });
  rt.Run([&] { WithDefers({outer}, [&] { WithDefers({d}, [] { PanicPlainError("one"); }); }); });
  EXPECT_EQ(inner.value.type != nullptr ? TextOf(inner.value) : "", "two");
  EXPECT_EQ(TextOf(outer.value), "one");
}

TEST(Panic, NestedPanicReplaces) {
  TestRuntime rt;
  Recover outer;
  Deferred d([&] { PanicPlainError("two"); });
  Outcome o = rt.Run([&] {
    WithDefers({outer}, [&] { WithDefers({d}, [] { PanicPlainError("one"); }); });
    EXPECT_EQ(TextOf(outer.value), "two");
    EXPECT_EQ(CurrentG()->panic, nullptr);
  });
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(PanicOutput([&] { WithDefers({d}, [] { PanicPlainError("one"); }); }),
            "panic: one\n\tpanic: two");
}

struct Repanicker {
  const void* code;
  bool same;
};
GO_CODE void RepanicBody() {
  Repanicker* self;
  asm volatile("movq %%r13, %0" : "=r"(self));
  TwoWords r = gol_rt_gorecover(__builtin_frame_address(0));
  if (self->same) {
    gol_rt_gopanic(reinterpret_cast<void*>(r.a), reinterpret_cast<void*>(r.b));
  } else {
    GoPanic({&kStringType, &boom});
  }
}

TEST(Panic, Repanicked) {
  Repanicker same{reinterpret_cast<const void*>(&RepanicBody), true};
  Repanicker other{reinterpret_cast<const void*>(&RepanicBody), false};
  EXPECT_EQ(PanicOutput([&] {
              WithDefers({reinterpret_cast<Funcval*>(&same)}, [] { PanicPlainError("orig"); });
            }),
            "panic: orig [recovered, repanicked]");
  EXPECT_EQ(PanicOutput([&] {
              WithDefers({reinterpret_cast<Funcval*>(&other)}, [] { PanicPlainError("orig"); });
            }),
            "panic: orig [recovered]\n\tpanic: boom");
}

TEST(Panic, RecoverCutsSegments) {
  TestRuntime rt;
  Recover r;
  Outcome o = rt.Run([&] {
    StackSegment* seg = CurrentG()->seg;
    for (int i = 0; i < 20; i++) {
      WithDefers({r}, [] {
        testing::CallAtDepth(60000, [](void*) { PanicPlainError("deep"); }, nullptr);
      });
      EXPECT_EQ(TextOf(r.value), "deep");
      EXPECT_EQ(CurrentG()->seg, seg);
      testing::ExpectLimitOf(seg);
    }
  });
  EXPECT_TRUE(o.ok());
}

TEST(Panic, Goexit) {
  TestRuntime rt;
  std::string order;
  Recover sees_nothing;
  Outcome o = rt.Run([&] {
    std::atomic<bool> done{false};
    Deferred d([&] { done = true; });
    Go([&] {
      WithDefers({d, sees_nothing}, [] { Goexit(); });
      ADD_FAILURE() << "Goexit returned";
    });
    while (!done.load()) testing::Gosched();
    EXPECT_EQ(sees_nothing.value.type, nullptr);
  });
  EXPECT_TRUE(o.ok());
}

TEST(Panic, GoexitGoesOnAfterARecoveredPanic) {
  TestRuntime rt;
  Recover r;
  std::atomic<bool> outer_ran{false};
  Outcome o = rt.Run([&] {
    Deferred outer([&] { outer_ran = true; });
    Deferred panics([] { PanicPlainError("in deferred call"); });
    Go([&] {
      WithDefers({outer}, [&] {
        WithDefers({r}, [&] { WithDefers({panics}, [] { Goexit(); }); });
        ADD_FAILURE() << "a recovered panic stopped Goexit";
      });
    });
    while (!outer_ran.load()) testing::Gosched();
    EXPECT_EQ(TextOf(r.value), "in deferred call");
  });
  EXPECT_TRUE(o.ok());
}

TEST(Panic, GoexitOfMainIsADeadlock) {
  TestRuntime rt;
  Outcome o = rt.Run([] { Goexit(); });
  EXPECT_EQ(o.kind, Outcome::kDeadlock);
  EXPECT_EQ(rt.output, "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n");
}

// ---- faults ----

GO_CODE int64_t LoadThrough(const volatile int64_t* p) { return *p; }

#if !defined(GOL_ASAN) && !defined(GOL_TSAN)
TEST(Panic, NilDereference) {
  TestRuntime rt;
  TestCodeInfo code;
  code.functions = {{reinterpret_cast<uint64_t>(&LoadThrough), "main.load"}};
  rt.runtime.set_code_info(&code);
  Recover r;
  Outcome o = rt.Run([&] {
    for (int i = 0; i < 100; i++) {
      WithDefers({r}, [] { LoadThrough(reinterpret_cast<int64_t*>(8)); });
      EXPECT_EQ(TextOf(r.value), "invalid memory address or nil pointer dereference");
    }
    LoadThrough(reinterpret_cast<int64_t*>(16));
  });
  EXPECT_EQ(o.kind, Outcome::kPanic);
  char expected[400];
  snprintf(expected, sizeof(expected),
           "panic: runtime error: invalid memory address or nil pointer dereference\n"
           "[signal SIGSEGV: segmentation violation code=0x1 addr=0x10 pc=0x");
  EXPECT_EQ(rt.output.substr(0, strlen(expected)), expected);
  EXPECT_NE(rt.output.find("\n\ngoroutine 1 [running]:\nmain.load()\n\t/main.go:7"),
            std::string::npos)
      << rt.output;
}

TEST(Panic, WildAddressIsFatal) {
  TestRuntime rt;
  TestCodeInfo code;
  rt.runtime.set_code_info(&code);
  Outcome o = rt.Run([&] { LoadThrough(reinterpret_cast<int64_t*>(0x123456789000)); });
  EXPECT_EQ(o.kind, Outcome::kFatal);
  EXPECT_EQ(rt.output.substr(0, 44), "unexpected fault address 0x123456789000\nfata");
}
#endif

// ---- tracebacks ----

GO_CODE void Inner() {
  PanicPlainError("here");
  asm volatile("");
}
GO_CODE void Outer() {
  Inner();
  asm volatile("");
}

TEST(Traceback, OfAPanic) {
  TestRuntime rt;
  TestCodeInfo code;
  code.functions = {{reinterpret_cast<uint64_t>(&Inner), "main.inner"},
                    {reinterpret_cast<uint64_t>(&Outer), "main.outer"}};
  rt.runtime.set_code_info(&code);
  rt.Run([] { Outer(); });
  EXPECT_EQ(rt.output.find(
                "panic: here\n\ngoroutine 1 [running]:\nmain.inner()\n\t/main.go:7 +0x"),
            0u)
      << rt.output;
  EXPECT_NE(rt.output.find("\nmain.outer()\n\t/main.go:7 +0x"), std::string::npos) << rt.output;
}

TEST(Print, Numbers) {
  auto f = [](double v, bool is32 = false) {
    char buf[32];
    return std::string(buf, FormatFloat(v, is32, buf));
  };
  EXPECT_EQ(f(1.5), "1.5");
  EXPECT_EQ(f(0.1), "0.1");
  EXPECT_EQ(f(static_cast<float>(0.1), true), "0.1");
  EXPECT_EQ(f(1e100), "1e+100");
  EXPECT_EQ(f(1e-7), "1e-07");
  EXPECT_EQ(f(123456789.0), "1.23456789e+08");
  EXPECT_EQ(f(1e21), "1e+21");
  EXPECT_EQ(f(100000), "100000");
  EXPECT_EQ(f(1e6), "1e+06");
  EXPECT_EQ(f(999999), "999999");
  EXPECT_EQ(f(0), "0");
  EXPECT_EQ(f(-0.0), "-0");
  EXPECT_EQ(f(0.0001), "0.0001");
  EXPECT_EQ(f(0.00001), "1e-05");
  EXPECT_EQ(f(12345.678), "12345.678");
  EXPECT_EQ(f(5e-324), "5e-324");
  EXPECT_EQ(f(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(f(__builtin_inf()), "+Inf");
  EXPECT_EQ(f(-__builtin_inf()), "-Inf");
  EXPECT_EQ(f(__builtin_nan("")), "NaN");
  char buf[64];
  EXPECT_EQ(std::string(buf, FormatComplex(1, 2, false, buf)), "(1+2i)");
  EXPECT_EQ(std::string(buf, FormatComplex(__builtin_inf(), -1.5, false, buf)), "(+Inf-1.5i)");
}

TEST(Print, GathersAStatement) {
  TestRuntime rt;
  rt.Run([] {
    gol_rt_printlock();
    gol_rt_printint(-3);
    gol_rt_printsp();
    gol_rt_printstring({"abc", 3});
    gol_rt_printsp();
    gol_rt_printbool(true);
    gol_rt_printsp();
    gol_rt_printpointer(nullptr);
    gol_rt_printnl();
    gol_rt_printunlock();
  });
  EXPECT_EQ(rt.output, "-3 abc true 0x0\n");
}

}  // namespace
}  // namespace gol::rt
