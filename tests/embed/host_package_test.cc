// Host packages: functions, constants, structs, objects, callbacks, exceptions.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "gol/gol.h"

namespace gol {
namespace {

struct Vec3 {
  double x, y, z;
  double Dot(const Vec3& o) const { return x * o.x + y * o.y + z * o.z; }
  void Scale(double f) { x *= f, y *= f, z *= f; }
};

struct Monster {
  explicit Monster(std::string n) : name(std::move(n)) { alive++; }
  ~Monster() { alive--; }
  int64_t Hit(int64_t damage) { return health -= damage; }
  std::string Name() const { return name; }
  std::string name;
  int64_t health = 100;
  static int alive;
};
int Monster::alive = 0;

int64_t Twice(int64_t x) { return 2 * x; }
double Hypot(double a, double b) { return a * a + b * b; }

struct Fixture {
  Engine engine{{}};
  std::unique_ptr<Isolate> isolate;
  Fixture(const std::string& text, const HostPackage& package) {
    ModuleSource s;
    s.source.files = {{"script.go", text}};
    s.packages = {&package};
    Expected<Module> m = engine.CompileModule(s);
    if (!m) {
      ADD_FAILURE() << m.failure().Describe();
      return;
    }
    isolate = std::make_unique<Isolate>(engine);
    Expected<void> loaded = isolate->Load(*m);
    if (!loaded) ADD_FAILURE() << loaded.failure().Describe();
  }
  template <typename Sig>
  ScriptFunction<Sig> Get(const char* name) {
    auto f = isolate->Function<Sig>(name);
    if (!f) {
      ADD_FAILURE() << f.failure().text;
      return {};
    }
    return *f;
  }
};

TEST(HostPackage, FunctionsAndConstants) {
  int64_t base = 1000;
  std::string log;
  HostPackage p("host/game");
  p.Function("Twice", Twice)
      .Function("Add", [&](int64_t x) { return base + x; })
      .Function("Log", [&](std::string_view s) { log += s; })
      .Function("Upper", [](std::string s) { for (char& c : s) c = static_cast<char>(toupper(c)); return s; })
      .Function("Sum", [](std::span<const double> a) { double t = 0; for (double x : a) t += x; return t; })
      .Function("Split", [](std::string_view s) { std::vector<std::string> v; for (char c : s) v.emplace_back(1, c); return v; })
      .Function("Find", [](int64_t i) -> OrError<std::string> { if (i < 0) return ScriptError{"no such thing"}; return std::string("thing"); })
      .Function("Both", [](int64_t i) { return std::tuple<int64_t, bool>(i + 1, i > 3); })
      .Direct<Hypot>("Hypot")
      .Constant("Max", 100).Constant("Name", "ga\"me\n").Constant("Pi", 3.5).Constant("On", true);
  Fixture f(R"(package main
import "host/game"
const m int8 = game.Max
func test() string {
	if game.Twice(4) != 8 || game.Add(5) != 1005 { return "numbers" }
	game.Log("a"); game.Log("b")
	if game.Upper("gol") != "GOL" { return "upper" }
	if game.Sum([]float64{1, 2, 3}) != 6 { return "sum" }
	if s := game.Split("abc"); len(s) != 3 || s[2] != "c" { return "split" }
	if v, err := game.Find(1); v != "thing" || err != nil { return "find" }
	if _, err := game.Find(-1); err == nil || err.Error() != "no such thing" { return "error" }
	if n, big := game.Both(4); n != 5 || !big { return "both" }
	if game.Hypot(3, 4) != 25 { return "hypot" }
	if m != 100 || game.Name != "ga\"me\n" || game.Pi != 3.5 || !game.On { return "constants" }
	g := game.Twice
	if g(3) != 6 { return "value" }
	return "ok"
}
)", p);
  EXPECT_EQ(*f.Get<std::string()>("test")(), "ok");
  EXPECT_EQ(log, "ab");
}

TEST(HostPackage, IsCheckedWithPositions) {
  Engine engine({});
  HostPackage p("host/game");
  p.Function("Twice", Twice);
  ModuleSource s;
  s.source.files = {{"script.go", "package main\nimport \"host/game\"\nfunc f() {\n\tgame.Twice(\"a\")\n\tgame.Thrice(1)\n}\n"}};
  s.packages = {&p};
  Expected<Module> m = engine.CompileModule(s);
  ASSERT_FALSE(m.ok());
  ASSERT_EQ(m.failure().messages.size(), 2u);
  EXPECT_EQ(m.failure().messages[0].line, 4);
  EXPECT_EQ(m.failure().messages[0].column, 13);
  EXPECT_NE(m.failure().messages[1].text.find("undefined: game.Thrice"), std::string::npos);
}

TEST(HostPackage, UndeclaredClassesAreErrors) {
  Engine engine({});
  HostPackage p("host/game");
  p.Function("Far", [](Vec3 v) { return v.x; });
  ModuleSource s;
  s.source.files = {{"script.go", "package main\n"}};
  s.packages = {&p};
  Expected<Module> m = engine.CompileModule(s);
  ASSERT_FALSE(m.ok());
  EXPECT_EQ(m.failure().text, "host/game: Far uses a C++ type that no package declares");
}

TEST(HostPackage, StructsWithFieldsAndMethods) {
  HostPackage p("host/geo");
  p.Struct<Vec3>("Vec3").Field("X", &Vec3::x).Field("Y", &Vec3::y).Field("Z", &Vec3::z)
      .Method("Dot", &Vec3::Dot).Method("Scale", &Vec3::Scale)
      .Method("Sum", [](const Vec3& v) { return v.x + v.y + v.z; });
  p.Function("Unit", [](int64_t i) { Vec3 v{}; (i == 0 ? v.x : i == 1 ? v.y : v.z) = 1; return v; });
  p.Function("Move", [](Vec3& v, double by) { v.x += by; });
  Fixture f(R"(package main
import "host/geo"
func test() float64 {
	v := geo.Vec3{X: 1, Y: 2, Z: 3}
	v.Scale(2)
	geo.Move(&v, 0.5)
	u := geo.Unit(2)
	return v.Dot(u) + v.X + v.Sum()
}
func shift(v geo.Vec3) geo.Vec3 { v.Y += 10; return v }
func bad() { var p *geo.Vec3; p.Scale(1) }
)", p);
  EXPECT_EQ(*f.Get<double()>("test")(), 6 + 2.5 + 12.5);
  Vec3 v = *f.Get<Vec3(Vec3)>("shift")({1, 2, 3});
  EXPECT_EQ(v.y, 12);
  auto bad = f.Get<void()>("bad")();
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.failure().text, "panic: nil receiver of Vec3.Scale passed to the host");
}

TEST(HostPackage, ObjectsAreReleasedByTheCollector) {
  HostPackage p("host/world");
  p.Object<Monster>("Monster").Method("Hit", &Monster::Hit).Method("Name", &Monster::Name);
  p.Function("Spawn", [](std::string name) { return std::make_shared<Monster>(std::move(name)); });
  p.Function("Health", [](const Monster& m) { return m.health; });
  std::shared_ptr<Monster> last;
  p.Function("Keep", [&](std::shared_ptr<Monster> m) { last = m; });
  {
    Fixture f(R"(package main
import "host/world"
var boss *world.Monster
func spawn(n int) { for range n { world.Spawn("m") } }
func start() string { boss = world.Spawn("boss"); boss.Hit(30); world.Keep(boss); return boss.Name() }
func health() int { return world.Health(boss) }
func strike(m *world.Monster, n int) int { return m.Hit(n) }
func drop() { boss = nil }
)", p);
    EXPECT_EQ(*f.Get<std::string()>("start")(), "boss");
    EXPECT_EQ(*f.Get<int64_t()>("health")(), 70);
    ASSERT_NE(last, nullptr);
    EXPECT_EQ(last->health, 70);
    EXPECT_EQ(*f.Get<int64_t(std::shared_ptr<Monster>, int64_t)>("strike")(last, 20), 50);
    EXPECT_TRUE(f.Get<void(int64_t)>("spawn")(200).ok());
    for (int i = 0; i < 5; i++) f.isolate->Collect();
    EXPECT_LT(Monster::alive, 20);
    EXPECT_GE(f.isolate->GetStats().host_objects, 1u);
  }
  // The isolate is gone, the host's own pointer is not.
  EXPECT_EQ(Monster::alive, 1);
  last.reset();
  EXPECT_EQ(Monster::alive, 0);
}

TEST(HostPackage, CallbacksBothWays) {
  std::vector<Callback<int64_t(int64_t)>> kept;
  Callback<std::string(std::string_view)> text;
  HostPackage p("host/ev");
  p.Function("On", [&](Callback<int64_t(int64_t)> c) { kept.push_back(std::move(c)); })
      .Function("OnText", [&](Callback<std::string(std::string_view)> c) { text = c; })
      .Function("Each", [](int64_t n, Callback<void(int64_t)> c) {
        for (int64_t i = 0; i < n; i++) {
          if (!c(i).ok()) break;
        }
      });
  Callback<int64_t(int64_t)> outlives;
  {
    Fixture f(R"(package main
import "host/ev"
func start() {
	for i := range 3 { ev.On(func(x int) int { return x*10 + i }) }
	ev.OnText(func(s string) string { return "<" + s + ">" })
}
func sum(n int) int { t := 0; ev.Each(n, func(i int) { t += i }); return t }
func deep(n int) int { if n == 0 { return 0 }; t := 0; ev.Each(1, func(int) { t = 1 + deep(n-1) }); return t }
func park() int { c := make(chan int); go func() { c <- 7 }(); t := 0; ev.Each(1, func(int) { t = <-c }); return t }
func adder(n int) func(int) int { return func(x int) int { return x + n } }
func fail(n int) { ev.Each(n, func(i int) { panic("inside") }) }
)", p);
    ASSERT_TRUE(f.Get<void()>("start")().ok());
    f.isolate->Collect();
    ASSERT_EQ(kept.size(), 3u);
    for (int64_t i = 0; i < 3; i++) EXPECT_EQ(*kept[static_cast<size_t>(i)](5), 50 + i);
    EXPECT_EQ(*text("a"), "<a>");
    EXPECT_EQ(*f.Get<int64_t(int64_t)>("sum")(100), 4950);
    EXPECT_EQ(*f.Get<int64_t(int64_t)>("deep")(50), 50);
    EXPECT_EQ(*f.Get<int64_t()>("park")(), 7);
    auto add = *f.Get<Callback<int64_t(int64_t)>(int64_t)>("adder")(30);
    EXPECT_EQ(*add(12), 42);
    // The callback's panic is the host function's to deal with.
    EXPECT_TRUE(f.Get<void(int64_t)>("fail")(3).ok());
    outlives = add;
    kept.pop_back();
  }
  auto gone = outlives(1);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.failure().kind, FailureKind::kGone);
}

TEST(HostPackage, CallbacksAsStdFunctions) {
  std::vector<std::function<Expected<int64_t>(int64_t)>> kept;
  bool was_nil = false;
  HostPackage p("host/ev");
  p.Function("On", [&](const std::function<Expected<int64_t>(int64_t)>& f) { kept.push_back(f); })
      .Function("OnDone", [&](std::function<Expected<void>()> f) { was_nil = f == nullptr; });
  {
    Fixture f(R"(package main
import "host/ev"
func start(n int) {
	for i := range n { ev.On(func(x int) int { if x < 0 { panic("negative") }; return x*10 + i }) }
	ev.OnDone(nil)
}
func adder(n int) func(int) int { return func(x int) int { return x + n } }
)", p);
    ASSERT_TRUE(f.Get<void(int64_t)>("start")(3).ok());
    EXPECT_TRUE(was_nil);
    f.isolate->Collect();
    ASSERT_EQ(kept.size(), 3u);
    for (int64_t i = 0; i < 3; i++) EXPECT_EQ(*kept[static_cast<size_t>(i)](5), 50 + i);
    EXPECT_EQ(kept[0](-1).failure().text, "panic: negative");
    auto add = *f.Get<std::function<Expected<int64_t>(int64_t)>(int64_t)>("adder")(30);
    EXPECT_EQ(*add(12), 42);
    EXPECT_EQ(f.isolate->GetStats().roots, 4u);
    kept.resize(1);
    add = nullptr;
    EXPECT_EQ(f.isolate->GetStats().roots, 1u);
  }
  EXPECT_EQ(kept[0](1).failure().kind, FailureKind::kGone);
}

#if defined(__cpp_exceptions)
TEST(HostPackage, ExceptionsBecomePanicsAndComeOut) {
  HostPackage p("host/risk");
  p.Function("Throw", [](int64_t n) -> int64_t {
    if (n > 0) throw std::out_of_range("too far");
    return n;
  });
  Fixture f(R"(package main
import "host/risk"
func call(n int) int { return risk.Throw(n) }
func guarded() (text string) {
	defer func() { text = recover().(error).Error() }()
	risk.Throw(1)
	return "no"
}
)", p);
  auto call = f.Get<int64_t(int64_t)>("call");
  EXPECT_EQ(*call(0), 0);
  EXPECT_EQ(*f.Get<std::string()>("guarded")(), "too far");
  auto r = call(1);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.failure().kind, FailureKind::kPanic);
  EXPECT_THROW(r.failure().Rethrow(), std::out_of_range);
  ASSERT_EQ(r.failure().stack.size(), 2u) << r.failure().trace;
  EXPECT_EQ(r.failure().stack[0].function, "host/risk.Throw");
  EXPECT_EQ(r.failure().stack[1].function, "main.call") << r.failure().trace;
}
#endif

TEST(HostPackage, LimitsReachThroughHostFunctions) {
  HostPackage p("host/ev");
  int after = 0;
  p.Function("Do", [&](Callback<void()> c) { auto r = c(); if (!r) after++; });
  Engine engine({});
  ModuleSource s;
  s.source.files = {{"script.go", R"(package main
import "host/ev"
func f() int { defer func() { recover() }(); ev.Do(func() { for {} }); return 1 }
func g() int { return 2 }
)"}};
  s.packages = {&p};
  Expected<Module> m = engine.CompileModule(s);
  ASSERT_TRUE(m.ok()) << m.failure().Describe();
  IsolateOptions o;
  o.limits.deadline = std::chrono::milliseconds(50);
  Isolate isolate(engine, o);
  ASSERT_TRUE(isolate.Load(*m).ok());
  auto r = (*isolate.Function<int64_t()>("f"))();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.failure().kind, FailureKind::kTimeout);
  EXPECT_EQ(after, 1);
  EXPECT_EQ(*(*isolate.Function<int64_t()>("g"))(), 2);
}

TEST(HostPackage, IsolatesCallEachOther) {
  Engine engine({});
  ModuleSource inner_source;
  inner_source.source.files = {{"inner.go", "package main\nvar n int\nfunc add(x int) int { n += x; return n }\n"}};
  Expected<Module> inner_module = engine.CompileModule(inner_source);
  ASSERT_TRUE(inner_module.ok());
  Isolate inner(engine);
  ASSERT_TRUE(inner.Load(*inner_module).ok());
  auto add = *inner.Function<int64_t(int64_t)>("add");
  HostPackage p("host/other");
  p.Function("Add", [&](int64_t x) { return *add(x); });
  Fixture f("package main\nimport \"host/other\"\nvar n = 5\nfunc f(x int) int { y := other.Add(x); n++; return y*100 + n }\n", p);
  auto g = f.Get<int64_t(int64_t)>("f");
  EXPECT_EQ(*g(3), 306);
  EXPECT_EQ(*g(3), 607);
}

}  // namespace
}  // namespace gol
