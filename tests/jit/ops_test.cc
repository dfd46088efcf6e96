// Every operation lowers to valid LLVM IR, at both levels and as an object: one function that uses
// them all, and behaviour of those that need no more than the fake runtime.
#include "harness.h"

#include "frontend/types/type.h"

namespace gol::jit {
namespace {

constexpr const char* kAll = R"(func main.all(a int, s string, b []byte, m map[string]int, m64 map[int]string, c chan int, e interface{}, f func(int) string, st struct{x int; p *int}, c128 complex128, fl float64, u8 uint8, m3 map[float64]int) (int, string, error) {
  result $13 r0 int
  result $14 r1 string
  result $15 r2 error
  local $16 h *int heap
  local $17 arr [4]string
  local $18 it struct{a [12]uintptr}
  local $19 st2 struct{x int; p *int}
b0:
  local $16
  local $17
  local $18
  %0 *int = local.addr $0
  %1 int = load %0
  %2 *string = local.addr $1
  %3 string = load %2
  %4 *[]byte = local.addr $2
  %5 []byte = load %4
  %6 *map[string]int = local.addr $3
  %7 map[string]int = load %6
  %8 *map[int]string = local.addr $4
  %9 map[int]string = load %8
  %10 *chan int = local.addr $5
  %11 chan int = load %10
  %12 *interface{} = local.addr $6
  %13 interface{} = load %12
  %14 *func(int) string = local.addr $7
  %15 func(int) string = load %14
  %16 *struct{x int; p *int} = local.addr $8
  %17 *complex128 = local.addr $9
  %18 complex128 = load %17
  %19 *float64 = local.addr $10
  %20 float64 = load %19
  %21 *uint8 = local.addr $11
  %22 uint8 = load %21
  %23 *map[float64]int = local.addr $12
  %24 map[float64]int = load %23
  %25 **int = local.addr $16
  %26 *int = zero
  store %25, %26 barrier
  %28 float64 = const.float float=1.5
  %29 complex128 = const.complex float=1 float=2
  %30 string = const.string "abc"
  %31 unsafe.Pointer = type.addr elem=map[string][]int
  %32 bool = const.int #1
  %33 complex128 = div %18, %29
  %34 complex128 = mul %33, %29
  %35 bool = eq %34, %18
  %36 float64 = complex.real %34
  %37 float64 = complex.imag %34
  %38 float64 = max %36, %37
  %39 int = min %1, %1
  %40 int32 = convert %20
  %41 uint8 = convert %20
  %42 float32 = convert %1
  %43 complex64 = convert %18
  %44 int = neg %1
  %45 int = andnot %1, %44
  %46 uint8 = shl %22, %1
  %47 int8 = convert %22
  %48 int8 = shr %47, %1
  %49 bool = not %32
  shift.check %1
  div.check %1
  %52 int = str.cmp %3, %30
  %53 string = str.concat %3, %30, %3
  %54 (rune, int) = str.decode %3, %1
  %55 rune = extract %54 #0
  %56 string = bytes.str %5
  %57 []byte = str.bytes %3
  %58 []rune = str.runes %3
  %59 string = runes.str %58
  %60 int64 = convert %1
  %61 string = rune.str %60
  %62 *[4]int = new elem=[4]int
  %63 *[4]int = new elem=[4]int on_stack
  %64 []int = make.slice %1, %1 elem=int
  %65 map[int]string = make.map %1
  %66 map[int]string = make.map
  %67 chan int = make.chan %1
  %68 interface{} = iface.box %1 elem=int
  %69 interface{} = iface.box %16 elem=struct{x int; p *int}
  %70 interface{} = iface.box %22 elem=uint8
  %71 interface{} = iface.box %3 elem=string
  %72 interface{} = iface.box %5 elem=[]byte
  %73 interface{} = iface.box %26 elem=*int
  %74 interface{} = iface.box %20 elem=float64
  %75 interface{} = iface.box %30 elem=string
  %76 interface{} = iface.box %18 elem=complex128
  %77 bool = iface.eq %68, %69
  %78 int = assert.type %13 elem=int
  %79 *struct{x int; p *int} = assert.addr %13 elem=struct{x int; p *int}
  %80 bool = type.is %13 elem=string
  %81 string = unbox %13 elem=string
  %82 error = assert.iface %13 elem=error
  %83 (error, bool) = assert.iface2 %13 elem=error
  %84 error = extract %83 #0
  %85 interface{} = conv.iface %84 elem=interface{}
  %86 unsafe.Pointer = iface.tab %84
  %87 unsafe.Pointer = iface.data %84
  %88 unsafe.Pointer = iface.type %84
  %89 bool = mem.eq %16, %79 elem=struct{x int; p *int}
  %90 *int = map.find %7, %3
  %91 *int = map.assign %7, %3
  %92 *string = map.find %9, %1
  %93 *string = map.assign %9, %1
  %94 *int = map.find %24, %20
  %95 *int = map.assign %24, %20
  map.delete %9, %1
  map.delete %7, %3
  map.clear %7
  %99 int = map.len %7
  %100 *struct{a [12]uintptr} = local.addr $18
  map.iter %7, %100 elem=map[string]int
  map.next %100 elem=map[string]int
  %103 *string = map.key %100
  %104 *int = map.elem %100
  chan.send %11, %0
  %106 bool = chan.recv %11, %0
  %107 bool = chan.recv %11, -
  chan.close %11
  %109 int = chan.len %11
  %110 int = chan.cap %11
  %111 (int, bool) = select %11, %0, %11, - #1 blocking
  %112 int = extract %111 #0
  nil.check %0
  %114 *int = field.addr %16 elem=struct{x int; p *int} #0
  %115 *[4]string = local.addr $17
  %116 *string = bitcast %115
  %117 *string = elem.addr %116, %1 elem=string
  store %117, %3 barrier
  %119 *struct{x int; p *int} = local.addr $19
  move %119, %16 elem=struct{x int; p *int} barrier
  clear %119 elem=struct{x int; p *int} barrier
  slice.check %1, %1, -, %1, %1 #2
  slice.check -, %1, %1, %1, %1 #3
  %124 *byte = slice.ptr %5
  %125 int = slice.len %5
  %126 int = slice.copy %124, %125, %124, %125 elem=byte
  slice.clear %124, %125 elem=byte
  %128 (string) = call.closure %15, %1 sig=func(int) string
  %129 string = extract %128 #0
  %130 (string) = call.iface %84 sig=func() string #0
  %131 string = extract %130 #0
  %132 func() = func.addr @"main.thunk"
  go %132
  defer %132 in_loop
  keep.alive %26
  print %1 #3
  print #12
  %138 *int = ptr.add %0, %1
  %139 uintptr = bitcast %138
  %140 string = str.make %124, %125
  %141 []byte = slice.make %124, %125, %125
  %142 interface{} = iface.make %88, %87
  %143 func() = make.closure %0, %3 @"main.lit"
  poll
  branch %35 b1 b2 likely
b1:
  defer.run
  return %1, %140, %84
b2:
  panic %142
b3:
  block
b4:
  panic.rt #0
b5:
  unreachable
b6:
  %160 *int = local.addr $13
  %161 int = load %160 volatile
  %162 *string = local.addr $14
  %163 string = load %162 volatile
  %164 *error = local.addr $15
  %165 error = load %164 volatile
  return %161, %163, %165
}

func main.thunk() {
b0:
  return
}

func main.lit() {
  capture 0 *int ref 8
  capture 1 string val 16
b0:
  %0 *string = capture.addr #1
  %1 string = load %0
  print %1 #7
  return
}
)";

void Adjust(ir::Module& m) {
  for (ir::Func* f : m.funcs) {
    if (f->name == "main.all") {
      f->has_defer = true;
      f->recover_block = ir::BlockId(6);
    }
    if (f->name == "main.lit") f->is_closure = true;
  }
}

class OpsTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OptLevels, OpsTest, testing::Values(0, 2));

TEST_P(OpsTest, AllAreValid) {
  Program p(kAll, GetParam(), {}, Adjust);
  ASSERT_EQ(p.error, "");
  // The fake runtime lacks most entry points: only compiling is of interest.
  Options options;
  options.opt_level = GetParam();
  options.verify = true;
  Result<std::string> object = CompileToObject(p.module, options);
  EXPECT_TRUE(object.ok()) << object.error().message;
}

}  // namespace
}  // namespace gol::jit
