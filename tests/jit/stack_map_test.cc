// What frames keep at calls: liveness and bases, on IR written by hand.
#include "jit/stack_map_text.h"

#include <gtest/gtest.h>

#include <string>

namespace gol::jit {
namespace {

// Functions to call, in compiled code's convention and C++'s.
std::string WithCallees(const char* text) {
  return std::string(R"(
declare swiftcc ptr @main.make(i64)
declare swiftcc void @main.poll()
declare swiftcc void @main.use(ptr)
declare swiftcc { ptr, i64 } @main.pair()
declare swiftcc void @main.end() noreturn
declare void @gol_rt_leaf() "gc-leaf-function"
declare void @gol_rt_native(ptr)
declare void @gol_rt_fill(ptr "gol-out")
declare i64 @libm_function(i64)
)") + text;
}

std::string Maps(const char* text) { return StackMapText(WithCallees(text)); }

// A loop that counts down from behind the object's end, as loop strength reduction leaves it: within the loop
// only the derived pointer is used.
constexpr char kBehindTheEnd[] = R"(
define swiftcc i64 @main.f(i64 %n) {
entry:
  %s = call swiftcc ptr @main.make(i64 %n)
  %end = getelementptr i64, ptr %s, i64 %n
  br label %loop
loop:
  %p = phi ptr [ %end, %entry ], [ %q, %loop ]
  %i = phi i64 [ %n, %entry ], [ %j, %loop ]
  %sum = phi i64 [ 0, %entry ], [ %more, %loop ]
  call swiftcc void @main.poll()
  %q = getelementptr i64, ptr %p, i64 -1
  %v = load i64, ptr %q
  %more = add i64 %sum, %v
  %j = sub i64 %i, 1
  %done = icmp eq i64 %j, 0
  br i1 %done, label %exit, label %loop
exit:
  ret i64 %more
}
)";

// Design, hazard 1. Without bases the frame would hold an address that belongs to the next object: this is what
// the test finds when they are left out.
TEST(StackMaps, DerivedPointerKeepsItsBase) {
  EXPECT_EQ(Maps(kBehindTheEnd),
            "main.f: main.make:\n"
            "main.f: main.poll: %s\n");
  EXPECT_EQ(StackMapText(WithCallees(kBehindTheEnd), /*with_bases=*/false),
            "main.f: main.make:\n"
            "main.f: main.poll: %p\n");
}

// Before the object's start: a biased pointer that is only used with an index.
constexpr char kBiased[] = R"(
define swiftcc i64 @main.f(i64 %n, i64 %from) {
  %s = call swiftcc ptr @main.make(i64 %n)
  %back = sub i64 0, %from
  %biased = getelementptr i64, ptr %s, i64 %back
  call swiftcc void @main.poll()
  %at = getelementptr i64, ptr %biased, i64 %n
  %v = load i64, ptr %at
  ret i64 %v
}
)";

TEST(StackMaps, BiasedPointerKeepsItsBase) {
  EXPECT_EQ(Maps(kBiased), "main.f: main.make:\nmain.f: main.poll: %s\n");
  EXPECT_EQ(StackMapText(WithCallees(kBiased), false), "main.f: main.make:\nmain.f: main.poll: %biased\n");
}

// Two objects, one derived pointer: a merge of the bases is made beside the merge of the pointers.
constexpr char kTwoBases[] = R"(
define swiftcc i64 @main.f(i64 %n, i1 %which) {
entry:
  %a = call swiftcc ptr @main.make(i64 %n)
  %b = call swiftcc ptr @main.make(i64 %n)
  %a.end = getelementptr i64, ptr %a, i64 %n
  %b.end = getelementptr i64, ptr %b, i64 %n
  br i1 %which, label %left, label %right
left:
  br label %join
right:
  br label %join
join:
  %p = phi ptr [ %a.end, %left ], [ %b.end, %right ]
  call swiftcc void @main.poll()
  %q = getelementptr i64, ptr %p, i64 -1
  %v = load i64, ptr %q
  ret i64 %v
}

define swiftcc i64 @main.g(i64 %n, i1 %which) {
  %a = call swiftcc ptr @main.make(i64 %n)
  %b = call swiftcc ptr @main.make(i64 %n)
  %a.end = getelementptr i64, ptr %a, i64 %n
  %p = select i1 %which, ptr %a.end, ptr %b
  call swiftcc void @main.poll()
  %v = load i64, ptr %p
  ret i64 %v
}
)";

TEST(StackMaps, MergedBases) {
  EXPECT_EQ(Maps(kTwoBases),
            "main.f: main.make:\n"
            "main.f: main.make: %a\n"
            "main.f: main.poll: %base\n"
            "main.g: main.make:\n"
            "main.g: main.make: %a\n"
            "main.g: main.poll: %base\n");
}

// Dead after the last use; a parameter that is never used again keeps nothing.
TEST(StackMaps, NothingAfterTheLastUse) {
  EXPECT_EQ(Maps(R"(
define swiftcc void @main.f(ptr %unused) {
  %s = call swiftcc ptr @main.make(i64 8)
  call swiftcc void @main.poll()
  call swiftcc void @main.use(ptr %s)
  call swiftcc void @main.poll()
  ret void
}
)"),
            "main.f: main.make:\n"
            "main.f: main.poll: %s\n"
            "main.f: main.use:\n"
            "main.f: main.poll:\n");
}

// Live on one way only: on the other nothing is kept.
TEST(StackMaps, OnlyOnThePathThatUsesIt) {
  EXPECT_EQ(Maps(R"(
define swiftcc void @main.f(i1 %c) {
  %s = call swiftcc ptr @main.make(i64 8)
  br i1 %c, label %yes, label %no
yes:
  call swiftcc void @main.poll()
  call swiftcc void @main.use(ptr %s)
  ret void
no:
  call swiftcc void @main.poll()
  ret void
}
)"),
            "main.f: main.make:\n"
            "main.f: main.poll: %s\n"
            "main.f: main.use:\n"
            "main.f: main.poll:\n");
}

// Live round the loop: used before the call, but again in the next round.
TEST(StackMaps, AroundALoop) {
  EXPECT_EQ(Maps(R"(
define swiftcc void @main.f(ptr %s, i1 %c) {
entry:
  br label %loop
loop:
  call swiftcc void @main.use(ptr %s)
  call swiftcc void @main.poll()
  br i1 %c, label %loop, label %exit
exit:
  call swiftcc void @main.poll()
  ret void
}
)"),
            "main.f: main.use: %s\n"
            "main.f: main.poll: %s\n"
            "main.f: main.poll:\n");
}

// Calls that reach no safepoint, and those that never return, need no list. C++ functions of the runtime do, and
// keep what they are passed.
TEST(StackMaps, WhichCalls) {
  EXPECT_EQ(Maps(R"(
define swiftcc void @main.f(ptr %s, ptr %t, i1 %c) {
  call void @gol_rt_leaf()
  %x = call i64 @libm_function(i64 1)
  call void @gol_rt_native(ptr %t)
  call swiftcc void @main.use(ptr %s)
  br i1 %c, label %end, label %exit
end:
  call swiftcc void @main.end()
  unreachable
exit:
  ret void
}
)"),
            "main.f: gol_rt_native: %s %t\n"
            "main.f: main.use:\n");
}

// A pair in registers is listed by its reference.
TEST(StackMaps, ResultsOfSeveralWords) {
  const std::string maps = Maps(R"(
define swiftcc i64 @main.f() {
  %r = call swiftcc { ptr, i64 } @main.pair()
  call swiftcc void @main.poll()
  %p = extractvalue { ptr, i64 } %r, 0
  %n = extractvalue { ptr, i64 } %r, 1
  %at = getelementptr i64, ptr %p, i64 %n
  %v = load i64, ptr %at
  ret i64 %v
}
)");
  // Taken out behind the call; it has no name.
  EXPECT_EQ(maps, "main.f: main.pair:\nmain.f: main.poll: %1\n");
}

// Words that are copied from memory to memory may be references; those that are calculated with are not.
TEST(StackMaps, Words) {
  EXPECT_EQ(Maps(R"(
define swiftcc i64 @main.f(ptr %from, ptr %to) {
  %copy = load i64, ptr %from
  %at = getelementptr i64, ptr %from, i64 1
  %number = load i64, ptr %at
  call swiftcc void @main.poll()
  store i64 %copy, ptr %to
  %more = add i64 %number, 1
  ret i64 %more
}
)"),
            "main.f: main.poll: %to %copy\n");
}

// A variable of the frame is kept from a store to the last load: one that a callee fills is live behind that call, one
// that a callee reads is found by the callee's own list.
TEST(StackMaps, Variables) {
  EXPECT_EQ(Maps(R"(
define swiftcc void @main.f(ptr %s) {
  %v = alloca { ptr, ptr }, align 8
  call swiftcc void @main.poll()
  store ptr %s, ptr %v
  call swiftcc void @main.poll()
  %got = load ptr, ptr %v
  call swiftcc void @main.use(ptr %got)
  ret void
}

define swiftcc void @main.g() {
  %v = alloca { ptr, ptr }, align 8
  call void @gol_rt_fill(ptr "gol-out" %v)
  call swiftcc void @main.poll()
  call swiftcc void @main.use(ptr %v)
  call swiftcc void @main.poll()
  ret void
}
)"),
            "main.f: main.poll: %s\n"
            "main.f: main.poll: %v\n"
            "main.f: main.use:\n"
            "main.g: gol_rt_fill: %v\n"
            "main.g: main.poll: %v\n"
            "main.g: main.use:\n"
            "main.g: main.poll:\n");
}

TEST(StackMaps, SaysWhatIsWrongWithTheIr) {
  EXPECT_EQ(StackMapText("define void @f() {\n  nonsense\n}\n").substr(0, 14), "error: line 2:");
}

}  // namespace
}  // namespace gol::jit
