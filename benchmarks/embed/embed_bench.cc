// What calls between host and script cost, and what isolates and compiling cost. lua_bench.cc does the same work
// through the C API of Lua 5.4 and of LuaJIT.
#include <benchmark/benchmark.h>

#include <string>

#include "gol/gol.h"

namespace {

__attribute__((noinline)) int64_t Next(int64_t x) {
  asm volatile("");
  return x + 1;
}

constexpr const char* kScript = R"(package bench
import "host/h"
var n int
func Leaf(x int) int { return x + 1 }
func Touch(x int) int { n += x; return n }
func Text(s string) int { return len(s) }
func CallHost(k int) int { x := 0; for range k { x = h.Next(x) }; return x }
func CallDirect(k int) int { x := 0; for range k { x = h.NextDirect(x) }; return x }
)";

gol::Engine& TheEngine() {
  static gol::Engine engine({});
  return engine;
}

const gol::Module& TheModule() {
  static gol::HostPackage package = [] {
    gol::HostPackage p("host/h");
    p.Function("Next", Next).Direct<Next>("NextDirect");
    return p;
  }();
  static const gol::Module module = [] {
    auto m = TheEngine().CompileModule({.source = {.files = {{"bench.go", kScript}}}, .packages = {&package}});
    if (!m) std::fputs(m.failure().Describe().c_str(), stderr);
    if (!m->Optimize()) std::abort();
    return *m;
  }();
  return module;
}

struct Loaded {
  gol::Isolate isolate{TheEngine()};
  Loaded() {
    if (!isolate.Load(TheModule())) std::abort();
  }
};

void CppCall(benchmark::State& state) {
  int64_t x = 0;
  for (auto _ : state) x = Next(x);
  benchmark::DoNotOptimize(x);
}
BENCHMARK(CppCall);

void ScriptLeaf(benchmark::State& state) {
  Loaded l;
  auto f = *l.isolate.Function<int64_t(int64_t)>("Leaf");
  int64_t x = 0;
  for (auto _ : state) x = *f(x);
  benchmark::DoNotOptimize(x);
}
BENCHMARK(ScriptLeaf);

void ScriptThatStores(benchmark::State& state) {
  Loaded l;
  auto f = *l.isolate.Function<int64_t(int64_t)>("Touch");
  for (auto _ : state) benchmark::DoNotOptimize(*f(1));
}
BENCHMARK(ScriptThatStores);

void ScriptOfString(benchmark::State& state) {
  Loaded l;
  auto f = *l.isolate.Function<int64_t(std::string_view)>("Text");
  for (auto _ : state) benchmark::DoNotOptimize(*f("twenty bytes of text"));
}
BENCHMARK(ScriptOfString);

void HostFunction(benchmark::State& state) {
  Loaded l;
  auto f = *l.isolate.Function<int64_t(int64_t)>("CallHost");
  constexpr int64_t kCalls = 1000;
  for (auto _ : state) benchmark::DoNotOptimize(*f(kCalls));
  state.SetItemsProcessed(state.iterations() * kCalls);
}
BENCHMARK(HostFunction);

void HostFunctionDirect(benchmark::State& state) {
  Loaded l;
  auto f = *l.isolate.Function<int64_t(int64_t)>("CallDirect");
  constexpr int64_t kCalls = 1000;
  for (auto _ : state) benchmark::DoNotOptimize(*f(kCalls));
  state.SetItemsProcessed(state.iterations() * kCalls);
}
BENCHMARK(HostFunctionDirect);

void IsolateLife(benchmark::State& state) {
  TheModule();
  for (auto _ : state) {
    Loaded l;
    benchmark::DoNotOptimize(*(*l.isolate.Function<int64_t(int64_t)>("Touch"))(1));
  }
}
BENCHMARK(IsolateLife)->Unit(benchmark::kMicrosecond);

// As ScriptLeaf, before the module is optimised.
void QuickScriptLeaf(benchmark::State& state) {
  gol::Engine engine({});
  auto m = engine.CompileModule({.source = {.files = {{"leaf.go", "package p\nfunc Leaf(x int) int { return x + 1 }\n"}}}});
  gol::Isolate isolate(engine, {});
  if (!isolate.Load(*m)) std::abort();
  auto f = *isolate.Function<int64_t(int64_t)>("Leaf");
  int64_t x = 0;
  for (auto _ : state) {
    x = *f(x);
    if (m->is_optimized()) break;
  }
  benchmark::DoNotOptimize(x);
}
BENCHMARK(QuickScriptLeaf)->Iterations(100000);

// Loops and calls, with and without fuel.
void RunLoops(benchmark::State& state, const char* name, bool count_fuel) {
  constexpr const char* kLoops = R"(package p
func Sum(a int) int { t := 0; for i := range a { t ^= i * a }; return t }
func Fib(n int) int { if n < 2 { return n }; return Fib(n-1) + Fib(n-2) }
)";
  auto m = TheEngine().CompileModule({.source = {.files = {{"loops.go", kLoops}}}, .count_fuel = count_fuel});
  if (!m || !m->Optimize()) std::abort();
  gol::IsolateOptions o;
  if (count_fuel) o.fuel = uint64_t{1} << 62;
  gol::Isolate isolate(TheEngine(), std::move(o));
  if (!isolate.Load(*m)) std::abort();
  auto f = *isolate.Function<int64_t(int64_t)>(name);
  for (auto _ : state) benchmark::DoNotOptimize(*f(state.range(0)));
}
void Loop(benchmark::State& state) { RunLoops(state, "Sum", false); }
void LoopWithFuel(benchmark::State& state) { RunLoops(state, "Sum", true); }
void Calls(benchmark::State& state) { RunLoops(state, "Fib", false); }
void CallsWithFuel(benchmark::State& state) { RunLoops(state, "Fib", true); }
BENCHMARK(Loop)->Arg(100000)->Unit(benchmark::kMicrosecond);
BENCHMARK(LoopWithFuel)->Arg(100000)->Unit(benchmark::kMicrosecond);
BENCHMARK(Calls)->Arg(20)->Unit(benchmark::kMicrosecond);
BENCHMARK(CallsWithFuel)->Arg(20)->Unit(benchmark::kMicrosecond);

// A script of a hundred lines, another one each time.
std::string HundredLines() {
  static int round = 0;
  std::string text = "package bench\nvar round = " + std::to_string(round++) + "\n";
  for (int i = 0; i < 14; i++) {
    const std::string n = std::to_string(i);
    text += "func F" + n + "(a []int, s string) (int, string) {\n\tt := " + n +
            "\n\tfor i, x := range a {\n\t\tt += x * i\n\t}\n\treturn t, s + \"x\"\n}\n";
  }
  return text;
}

void CompileHundredLines(benchmark::State& state, gol::Engine& engine) {
  for (auto _ : state) {
    auto m = engine.CompileModule({.source = {.files = {{"c.go", HundredLines()}}}});
    if (!m) state.SkipWithError("does not compile");
  }
}

// Until it can be called.
void Compile100Lines(benchmark::State& state) { CompileHundredLines(state, TheEngine()); }
BENCHMARK(Compile100Lines)->Unit(benchmark::kMillisecond);

// Until it has its final code.
void Compile100LinesOptimized(benchmark::State& state) {
  static gol::Engine engine({.quick_start = false});
  CompileHundredLines(state, engine);
}
BENCHMARK(Compile100LinesOptimized)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
