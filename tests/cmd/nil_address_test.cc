// The address that the report of a nil dereference names: that of the access that Go's code would make.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/program.h"

namespace gol::testing {
namespace {

// Each case dereferences nil in its own way; the program takes the name of one.
constexpr const char kProgram[] = R"(package main

import "os"

type Inner struct {
	a, b int64
	f    float64
	s    string
}

type Outer struct {
	x     int64
	array [3]int64
	inner Inner
	next  *Outer
	far   [5000]byte
	last  int64
}

type Embeds struct {
	x int64
	*Inner
}

func (o *Outer) Second() int64  { return o.inner.b }
func (o Outer) First() int64    { return o.x }
func (i *Inner) Float() float64 { return i.f }

type Methods interface {
	A()
	B()
}

var (
	outer  *Outer
	embeds *Embeds
	array  *[10]int64
	slice  *[]int64
	text   *string
	iface  Methods
	call   func()
	index  = 7
	sum    int64
	float  float64
	any1   any
)

var cases = map[string]func(){
	"FirstField":       func() { sum = outer.x },
	"Field":            func() { sum = int64(outer.array[2]) },
	"Nested":           func() { sum = outer.inner.b },
	"NestedFloat":      func() { float = outer.inner.f },
	"NestedStringLen":  func() { sum = int64(len(outer.inner.s)) },
	"NestedString":     func() { any1 = outer.inner.s },
	"BehindFirstPage":  func() { sum = outer.last },
	"Store":            func() { outer.inner.b = 3 },
	"StoreString":      func() { outer.inner.s = "x" },
	"StorePointer":     func() { outer.next = outer },
	"AddTo":            func() { outer.inner.b += 2 },
	"Chain":            func() { o := &Outer{}; sum = o.next.inner.a },
	"AddressThenUse":   func() { p := &outer.inner.b; sum = *p },
	"Address":          func() { any1 = &outer.inner },
	"Copy":             func() { any1 = *outer },
	"Element":          func() { sum = array[3] },
	"ElementAtIndex":   func() { sum = array[index] },
	"Range":            func() { for _, v := range array { sum += v } },
	"SliceElement":     func() { sum = (*slice)[0] },
	"StringByte":       func() { sum = int64((*text)[0]) },
	"Append":           func() { *slice = append(*slice, 1) },
	"PointerMethod":    func() { sum = outer.Second() },
	"ValueMethod":      func() { sum = outer.First() },
	"Embedded":         func() { e := &Embeds{}; sum = e.b },
	"EmbeddedInNil":    func() { sum = embeds.b },
	"EmbeddedMethod":   func() { e := &Embeds{}; float = e.Float() },
	"InterfaceMethod":  func() { iface.A() },
	"InterfaceMethod2": func() { iface.B() },
	"Func":             func() { call() },
}

func main() { cases[os.Args[1]]() }
)";

struct Address {
  const char* name;
  const char* address;
};

// As Go 1.26 prints them.
const Address kAddresses[] = {
    {"FirstField", "0x0"},      {"Field", "0x18"},          {"Nested", "0x28"},
    {"NestedFloat", "0x30"},    {"NestedStringLen", "0x40"}, {"NestedString", "0x38"},
    {"BehindFirstPage", "0x0"}, {"Store", "0x28"},          {"StoreString", "0x40"},
    {"StorePointer", "0x0"},    {"AddTo", "0x28"},          {"Chain", "0x20"},
    {"AddressThenUse", "0x28"}, {"Address", "0x0"},         {"Copy", "0x0"},
    {"Element", "0x18"},        {"ElementAtIndex", "0x0"},  {"Range", "0x0"},
    {"SliceElement", "0x8"},    {"StringByte", "0x8"},      {"Append", "0x10"},
    {"PointerMethod", "0x28"},  {"ValueMethod", "0x0"},     {"Embedded", "0x8"},
    {"EmbeddedInNil", "0x8"},   {"EmbeddedMethod", "0x10"}, {"InterfaceMethod", "0x18"},
    {"InterfaceMethod2", "0x20"}, {"Func", "0x0"},
};

// "code=0x1 addr=0x18" of the report in the text.
std::string SignalOf(const std::string& text) {
  const size_t at = text.find("code=0x");
  if (at == std::string::npos) return text;
  return text.substr(at, text.find(" pc=", at) - at);
}

class NilAddressAt : public ::testing::TestWithParam<const char*> {};

TEST_P(NilAddressAt, IsThatOfTheAccess) {
  for (const Address& a : kAddresses) {
    ProgramOptions options;
    options.flags = {GetParam()};
    options.args = {a.name};
    const CommandResult r = RunSource(kProgram, options);
    EXPECT_EQ(r.exit_code, 2) << a.name;
    EXPECT_EQ(SignalOf(r.err), std::string("code=0x1 addr=") + a.address) << a.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, NilAddressAt, ::testing::Values("-O0", "-O2"), [](const auto& info) {
  return std::string(info.param + 1);
});

TEST(NilAddress, IsGos) {
  if (GoPath().empty()) GTEST_SKIP() << "there is no Go to compare with";
  const std::string folder = TempFolder(), program = folder + "/main";
  WriteFile(program + ".go", kProgram);
  const CommandResult built = RunCommand({GoPath(), "build", "-o", program, program + ".go"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  for (const Address& a : kAddresses) {
    const CommandResult r = RunCommand({program, a.name});
    EXPECT_EQ(SignalOf(r.err), std::string("code=0x1 addr=") + a.address) << a.name;
  }
}

TEST(GoOfNil, IsAFatalError) {
  const CommandResult r = RunSource(R"(package main

var f func()

func main() {
	defer func() { recover() }()
	go f()
}
)");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(Lines(r.err).at(0), "fatal error: go of nil func value") << r.err;
}

}  // namespace
}  // namespace gol::testing
