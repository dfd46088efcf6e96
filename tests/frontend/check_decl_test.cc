#include <gtest/gtest.h>

#include <fstream>

#include "check_test_util.h"
#include "frontend/syntax/walk.h"
#include "frontend/types/lookup.h"
#include "frontend/types/predicates.h"
#include "frontend/types/sizes.h"
#include "frontend/types/subst.h"
#include "frontend/types/type_string.h"
#include "go_source_importer.h"

namespace gol::types {
namespace {

struct Unnamed {
  const char* source;
  const char* errors;
};

const Unnamed kErrorCases[] = {
#include "check_errors.inc"
};

TEST(Checker, ReportsWhatTheGoCompilerReports) {
  for (const Unnamed& c : kErrorCases) ExpectErrors({c.source, c.source, c.errors});
}

// Every kind of the checker has an example that gets its message.
TEST(Kinds, CheckerExamplesGetTheirMessage) {
  for (size_t i = 0; i < diag::KindCount(); ++i) {
    diag::Kind kind = diag::KindAt(i);
    std::string_view example = diag::KindExample(kind);
    if (kind < diag::kText || example.empty()) continue;
    TestProgram p;
    p.Check(example.starts_with("package main") ? "main" : "p", std::string(example));
    bool found = false;
    for (const diag::Diagnostic* d : p.emitter.Sorted()) found |= d->kind == kind;
    EXPECT_TRUE(found) << diag::KindName(kind) << " in:\n" << example << "\ngot:\n" << p.Errors();
  }
}

TEST(Checker, OrdersInitialisers) {
  TestProgram p;
  Package* pkg = p.Check("p", R"(package p
var a = c + b
var b = f()
var c = 1
var _ = g(a)
var d, e = h()
func f() int { c++; return d }
func g(int) int { return 0 }
func h() (int, int) { return 1, 2 }
var unset int
)");
  EXPECT_EQ(p.Errors(), "");
  std::string order;
  for (const Initializer& i : pkg->init_order) {
    for (Var* v : i.lhs) order += std::string(v->name) + " ";
    order += "| ";
  }
  EXPECT_EQ(order, "c | d e | b | a | _ | ");
  EXPECT_EQ(pkg->vars.size(), 7u);
}

TEST(Checker, RecordsCaptures) {
  TestProgram p;
  Package* pkg = p.Check("p", R"(package p
var global int
func f(param int) (result int) {
  local, fixed := 1, 2
  func() {
    local = param
    func() { result = fixed + global }()
  }()
  _ = local
  alone := 3
  ptr := &alone
  _ = ptr
  return
}
)");
  EXPECT_EQ(p.Errors(), "");
  Func* f = p.Find<Func>(pkg, "f");
  ASSERT_NE(f->info, nullptr);
  EXPECT_TRUE(f->info->captures.empty());
  ASSERT_EQ(f->info->literals.size(), 1u);
  FuncInfo* outer = f->info->literals[0];
  EXPECT_EQ(outer->outer, f->info);
  auto names = [](FuncInfo* info) {
    std::string s;
    for (Var* v : info->captures) s += std::string(v->name) + " ";
    return s;
  };
  EXPECT_EQ(names(outer), "local param result fixed ");
  ASSERT_EQ(outer->literals.size(), 1u);
  EXPECT_EQ(names(outer->literals[0]), "result fixed ");
  for (Var* v : outer->captures) {
    EXPECT_TRUE(v->captured);
    EXPECT_EQ(v->func, f->info);
    EXPECT_EQ(v->reassigned, v->name == "local" || v->name == "result") << v->name;
  }
}

TEST(Checker, ResolvesImportsAndQualifiedNames) {
  TestProgram p;
  p.AddPackage("lib/geometry", R"(package geo
type Point struct{ X, y int }
func (p *Point) Move(dx int) { p.X += dx }
const Zero = 0
var Origin Point
func hidden() {}
)");
  p.Check("main", R"(package main
import geo "lib/geometry"
import "lib/missing"
import . "lib/geometry"
func main() {
  p := geo.Point{X: 1}
  p.Move(geo.Zero)
  p.y = 1
  Origin.X = 2
  geo.hidden()
  geo.Nope()
  var s string = p
}
)");
  EXPECT_EQ(p.Errors(),
            "3:8: could not import lib/missing (no such package)\n"
            "8:5: p.y undefined (cannot refer to unexported field y)\n"
            "10:7: undefined: geo.hidden\n"
            "11:7: undefined: geo.Nope\n"
            "12:7: declared and not used: s\n"
            "12:18: cannot use p (variable of struct type geo.Point) as string value in variable "
            "declaration\n");
}

TEST(LazyChecker, ResolvesOnlyWhatIsUsed) {
  TestProgram p(true);
  p.AddPackage("a", R"(package a
import "b"
type T struct { next *T; u U }
type U struct { v b.V }
func (t *T) Get() int { return undefined }
func F(t T) int { return t.Get() }
func G(v b.V) b.V { return v + undefined2 }
func Map[K comparable, V any](k K, v V) map[K]V { m := map[K]V{}; m[k] = v; return m }
var Size = len("abc")
const C = Size2 * 2
const Size2 = 4
)");
  p.AddPackage("b", "package b\nimport \"c\"\ntype V int\ntype W c.X\n");
  Package* main = p.Check("main", R"(package main
import "a"
var t *a.T
var n int = t.Get() + a.F(*t) + a.C + a.Size
var m map[string]bool = a.Map("x", true)
)");
  EXPECT_EQ(p.Errors(), "");
  EXPECT_TRUE(main->is_complete);
  EXPECT_EQ(p.num_imported, 2);  // c was never needed

  Package* a = p.Import("a", nullptr, nullptr);
  Func* g = p.Find<Func>(a, "G");
  EXPECT_EQ(g->type, nullptr);
  ResolveObject(g);
  EXPECT_EQ(TypeString(g->type), "func(v b.V) b.V");
  EXPECT_TRUE(CheckBody(p.Find<Func>(a, "Map")));
  EXPECT_NE(p.Find<Func>(a, "Map")->info, nullptr);
  EXPECT_EQ(p.Errors(), "");
  EXPECT_FALSE(CheckBody(g));
  EXPECT_FALSE(CheckBody(g));
  EXPECT_EQ(p.Errors(), "a.go:7:32: undefined: undefined2\n");
}

TEST(Script, VariablesArePackageLevelAndImportsImplicit) {
  TestProgram p;
  p.AddPackage("fmt", "package fmt\nfunc Println(args ...any) {}\n");
  p.AddPackage("math/rand", "package rand\nfunc Intn(n int) int { return n }\n");
  Package* pkg = p.Check("main", R"(x := 1
var y, z = 2, "s"
func f() int { return x + later }
a, b := f(), rand.Intn(3)
a, c := 2, "c"
fmt.Println(x, z)
later := 3
for i := range 3 { x += i }
unused := func() { fmt.Println(later) }
)",
                       true);
  EXPECT_EQ(p.Errors(), "");
  EXPECT_TRUE(pkg->init_order.empty());
  ASSERT_NE(pkg->script_main, nullptr);
  EXPECT_EQ(pkg->script_main->func->name, "main");
  std::string vars;
  for (Var* v : pkg->vars) {
    EXPECT_TRUE(v->is_script_var);
    vars += std::string(v->name) + ":" + TypeString(v->type) + " ";
  }
  EXPECT_EQ(vars, "x:int y:int z:string a:int b:int c:string later:int unused:func() ");
  EXPECT_EQ(pkg->import_paths.size(), 2u);
}

TEST(Script, ReportsErrors) {
  TestProgram p;
  p.Check("main", R"(x := 1
x := 2
y, _ := f()
func f() (int, error) { return "a", nil }
println(nope.X, w)
{ w := 1 }
)",
          true);
  EXPECT_EQ(p.Errors(),
            "2:3: no new variables on left side of :=\n"
            "4:32: cannot use \"a\" (untyped string constant) as int value in return statement\n"
            "5:9: undefined: nope\n"
            "5:17: undefined: w\n");
}

TEST(Types, StringsForLinkerAndRuntime) {
  TestProgram p;
  p.AddPackage("path/to/lib", "package lib\ntype T int\ntype G[P any] struct{ p P }\n");
  Package* pkg = p.Check("main", R"(package main
import "path/to/lib"
type A = map[string]lib.T
var a A
var b lib.G[[]A]
var c struct { x int; Y any "tag"; lib.T }
var d interface { m(); Error() string; N(...byte) (x, y rune) }
var e func(int, ...string) (a, b error)
var f chan (<-chan int)
)");
  EXPECT_EQ(p.Errors(), "");
  auto link = [&](const char* name) { return TypeLinkString(p.Find(pkg, name)->type); };
  auto runtime = [&](const char* name) { return TypeRuntimeString(p.Find(pkg, name)->type); };
  EXPECT_EQ(link("a"), "map[string]path/to/lib.T");
  EXPECT_EQ(runtime("a"), "map[string]lib.T");
  EXPECT_EQ(link("b"), "path/to/lib.G[[]map[string]path/to/lib.T]");
  EXPECT_EQ(runtime("b"), "lib.G[[]map[string]path/to/lib.T]");
  EXPECT_EQ(runtime("c"), "struct { x int; Y interface {} \"tag\"; lib.T }");
  EXPECT_EQ(link("c"),
            "struct { main.x int; Y interface {} \"tag\"; ?T path/to/lib.T }");
  EXPECT_EQ(runtime("d"), "interface { Error() string; N(...uint8) (int32, int32); main.m() }");
  EXPECT_EQ(runtime("e"), "func(int, ...string) (error, error)");
  EXPECT_EQ(runtime("f"), "chan (<-chan int)");
  EXPECT_EQ(TypeString(p.Find(pkg, "a")->type), "main.A");
}

TEST(Types, CanonicalTypesComparePointerwise) {
  TestProgram p;
  Package* pkg = p.Check("p", R"(package p
type T[P any] struct { p P }
type I interface { m(I2) }
type I2 = interface { n(interface { m(I2) }) }
type A = []func(map[string]T[int]) chan<- struct{ x int }
var a A
var b []func(m map[string]T[int]) chan<- struct{ x int }
var c []func(map[string]T[string]) chan<- struct{ x int }
var d interface { a(); b(int) }
var e interface { b(x int); a() }
var f [2]byte
var g [2]uint8
)");
  auto canonical = [&](const char* name) {
    return p.context->Canonical(p.Find(pkg, name)->type);
  };
  EXPECT_EQ(canonical("a"), canonical("b"));
  EXPECT_NE(canonical("a"), canonical("c"));
  EXPECT_EQ(canonical("d"), canonical("e"));
  EXPECT_EQ(canonical("f"), canonical("g"));
  EXPECT_NE(canonical("f")->canonical_id, canonical("d")->canonical_id);
}

// A type declared in a generic function differs from instance to instance of the function.
TEST(Types, SubstitutesThroughLocalTypes) {
  TestProgram p;
  Package* pkg = p.Check("main", R"(package main
func f[A any](a A) {
  type L struct { next *L; a A }
  type G[P any] struct { l L; p P }
  var x G[string]
  _ = x
}
)");
  EXPECT_EQ(p.Errors(), "");
  Signature* sig = p.Find<Func>(pkg, "f")->signature();
  Type* local = nullptr;
  syntax::Walk(p.last_file, [&](syntax::Node* n) {
    auto* id = syntax::DynAs<syntax::Ident>(n);
    if (id != nullptr && id->name == "x" && id->obj != nullptr) local = id->obj->type;
    return true;
  });
  ASSERT_NE(local, nullptr);
  Context* c = p.context.get();
  Type* to_int[] = {c->basic(BasicKind::kInt)};
  Type* to_bool[] = {c->basic(BasicKind::kBool)};
  Type* t = SubstType(c, local, sig->tparams, to_int);
  EXPECT_EQ(t, SubstType(c, local, sig->tparams, to_int));
  EXPECT_FALSE(Identical(t, SubstType(c, local, sig->tparams, to_bool)));
  EXPECT_EQ(TypeLinkString(t), "main.G·1[int;string]");
  EXPECT_EQ(TypeRuntimeString(t), "main.G[int;string]");
  Struct* s = UnderAs<Struct>(t);
  EXPECT_EQ(TypeLinkString(s->fields[0]->type), "main.L·1[int]");
  EXPECT_EQ(TypeLinkString(UnderAs<Struct>(s->fields[0]->type)->fields[0]->type),
            "*main.L·1[int]");
  EXPECT_EQ(Sizeof(t), 32);
  // Without the function's parameters nothing changes.
  EXPECT_EQ(SubstType(c, t, sig->tparams, to_bool), t);
}

TEST(Types, SizesAndOffsets) {
  TestProgram p;
  Package* pkg = p.Check("p", R"(package p
type S struct { a bool; b int64; c bool; d [3]int16; e struct{} }
var s S
var i interface{}
var t struct { x complex64; y string; z []int; f func() }
var big [1 << 40][1 << 40]byte
)");
  Type* s = p.Find(pkg, "s")->type;
  EXPECT_EQ(Sizeof(s), 32);
  EXPECT_EQ(Alignof(s), 8);
  EXPECT_EQ(Offsetsof(UnderAs<Struct>(s)), (std::vector<int64_t>{0, 8, 16, 18, 24}));
  EXPECT_EQ(Sizeof(p.Find(pkg, "i")->type), 16);
  EXPECT_EQ(Sizeof(p.Find(pkg, "t")->type), 56);
  EXPECT_LT(Sizeof(p.Find(pkg, "big")->type), 0);
}

TEST(Types, MethodSets) {
  TestProgram p;
  Package* pkg = p.Check("p", R"(package p
type Base struct{}
func (Base) Val() {}
func (*Base) Ptr() {}
type Outer struct { Base; I; hidden int }
func (Outer) Own() {}
type I interface { Im() }
var v Outer
var q *Outer
)");
  auto names = [&](const char* var) {
    std::string s;
    for (const MethodEntry& m : MethodSet(p.Find(pkg, var)->type)) {
      s += std::string(m.func->name) + " ";
    }
    return s;
  };
  EXPECT_EQ(names("v"), "Im Own Val ");
  EXPECT_EQ(names("q"), "Im Own Ptr Val ");
}

// The parts of Go's own library that it needs are checked in full, without complaint.
TEST(Checker, ChecksTheStandardLibrary) {
  const char* root = "/usr/local/go/src";
  if (!std::ifstream(std::string(root) + "/fmt/print.go").good()) GTEST_SKIP() << "no Go sources";
  SourceManager sources;
  diag::Emitter emitter(&sources);
  auto context = std::make_unique<Context>();
  test::GoSourceImporter importer(context.get(), &sources, &emitter, root);
  importer.full = true;
  std::string error;
  ASSERT_NE(importer.Import("encoding/json", nullptr, &error), nullptr) << error;
  EXPECT_GT(importer.num_packages(), 40u);
  EXPECT_EQ(emitter.Render(), "");
}

}  // namespace
}  // namespace gol::types
