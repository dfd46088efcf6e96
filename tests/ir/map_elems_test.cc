// Which operations on maps are known to name an element that one before them found.
#include "ir/pass/map_elems.h"

#include <gtest/gtest.h>

#include "ir/pass/pipeline.h"
#include "program.h"

namespace gol::ir {
namespace {

struct Found {
  std::string errors;
  int accesses = 0, known = 0;
};

// Of function f.
Found In(const std::string& source) {
  TestProgram program(source + "\nfunc main() {}\nvar _ = f\n");
  Found out;
  PassOptions passes;
  RunPasses(&program.module, passes);
  out.errors = program.Errors();
  for (const Func* f : program.module.funcs) {
    if (f->name != "main.f") continue;
    for (const Block& block : f->blocks) {
      for (ValueId v : block.insts) {
        const Op op = f->inst(v).op;
        out.accesses += op == Op::kMapFind || op == Op::kMapAssign ? 1 : 0;
      }
    }
    out.known = static_cast<int>(KnownMapElems(*f).size());
  }
  return out;
}

int Known(const std::string& body, const std::string& params = "m map[int]int, n map[int]int, k int") {
  const Found found = In("func f(" + params + ") (x int) {\n" + body + "\nreturn x\n}");
  EXPECT_EQ(found.errors, "") << body;
  EXPECT_GE(found.accesses, 2) << body;
  return found.known;
}

TEST(MapElems, SameMapAndKey) {
  EXPECT_EQ(Known("m[k] = m[k] + 1"), 1);
  EXPECT_EQ(Known("x = m[k] + m[k]"), 1);
  EXPECT_EQ(Known("x = m[k+1] * m[k+1]"), 1);
  EXPECT_EQ(Known("m[k] = max(m[k], x)"), 1);
  EXPECT_EQ(Known("if m[k] < 7 { m[k] = 7 }"), 1);
  EXPECT_EQ(Known("if v := m[k]; v > 3 { x = m[k] } else { x = m[k] + 1 }"), 2);
  EXPECT_EQ(Known("if v, ok := m[k]; ok { m[k] = v * 2 }"), 1);
  EXPECT_EQ(Known("m[k]++; m[k]++; x = m[k]"), 2);
  EXPECT_EQ(Known("for i := range k { m[i] = m[i] + 1 }"), 1);
  EXPECT_EQ(Known("p := new(int); m[k] = m[k] + *p"), 1);
  EXPECT_EQ(Known("m[k] = append(m[k], 1)", "m map[string][]int, k string"), 1);
  EXPECT_EQ(Known("m[w[2]] = m[w[2]] + 1", "m map[string]int, w []string"), 1);
  EXPECT_EQ(Known("m[m2] = m[m2] + 1", "m map[*int]int, m2 *int"), 1);
}

TEST(MapElems, OtherMapOrKey) {
  EXPECT_EQ(Known("x = m[k] + n[k]"), 0);
  EXPECT_EQ(Known("x = m[k] + m[k+1]"), 0);
  EXPECT_EQ(Known("x = m[k]; m = n; x += m[k]"), 0);
  EXPECT_EQ(Known("x = m[k]; k++; x += m[k]"), 0);
  EXPECT_EQ(Known("x = m[k]; if x > 2 { k = 3 }; x += m[k]"), 0);
  EXPECT_EQ(Known("x = m[*p]; *q = 4; x += m[*p]", "m map[int]int, p, q *int"), 0);
  EXPECT_EQ(Known("x = m[w[0]]; w[0] = 4; x += m[w[0]]", "m map[int]int, w []int"), 0);
}

TEST(MapElems, WhatWritesInBetween) {
  EXPECT_EQ(Known("x = m[k]; n[k] = 1; x += m[k]"), 0);  // n may be m
  EXPECT_EQ(Known("x = m[k]; delete(n, 3); x += m[k]"), 0);
  EXPECT_EQ(Known("x = m[k]; clear(n); x += m[k]"), 0);
  EXPECT_EQ(Known("x = m[k]; g(); x += m[k]", "m map[int]int, k int, g func()"), 0);
  EXPECT_EQ(Known("x = m[k]; <-c; x += m[k]", "m map[int]int, k int, c chan int"), 0);
  EXPECT_EQ(Known("x = m[k]; m[k] = x + g()", "m map[int]int, k int, g func() int"), 0);
  // Captured: the call may set it.
  EXPECT_EQ(Known("g := func() int { k++; return k }; h(g); x = m[k]; x += g(); x += m[k]",
                  "m map[int]int, k int, h func(func() int)"), 0);
}

TEST(MapElems, AlongControlFlow) {
  EXPECT_EQ(Known("if x > 2 { x = m[k] }; x += m[k]"), 0);
  EXPECT_EQ(Known("if x > 2 { x = m[k] } else { x = 2 * m[k] }; x += m[k]"), 0);
  EXPECT_EQ(Known("x = m[k]; if x > 2 { delete(m, k) }; x += m[k]"), 0);
  EXPECT_EQ(Known("x = m[k]; for range 3 { x += m[k]; m[x] = 1 }"), 0);
  EXPECT_EQ(Known("x = m[k]; if x > 2 { x = 7 }; x += m[k]"), 1);
}

TEST(MapElems, KeysThatAreNotTheirBytes) {
  EXPECT_EQ(Known("x = m[k] + m[k]", "m map[float64]int, k float64"), 0);
  EXPECT_EQ(Known("x = m[k] + m[k]", "m map[any]int, k any"), 0);
  EXPECT_EQ(Known("x = m[k] + m[k]", "m map[[2]int]int, k [2]int"), 0);
  EXPECT_EQ(Known("m[string(b)] = m[string(b)] + 1", "m map[string]int, b []byte"), 0);
}

}  // namespace
}  // namespace gol::ir
