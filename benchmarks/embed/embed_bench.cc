// What calls between host and script cost, and what an isolate costs. Beside them the same work through the C
// API of Lua 5.4, where it is installed.
#include <benchmark/benchmark.h>

#include <string>

#include "gol/gol.h"
#ifdef GOL_BENCH_LUA
#include <lua.hpp>
#endif

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

// A script of a hundred lines, another one each time.
void Compile100Lines(benchmark::State& state) {
  TheModule();
  int round = 0;
  for (auto _ : state) {
    std::string text = "package bench\nvar round = " + std::to_string(round++) + "\n";
    for (int i = 0; i < 14; i++) {
      const std::string n = std::to_string(i);
      text += "func F" + n + "(a []int, s string) (int, string) {\n\tt := " + n +
              "\n\tfor i, x := range a {\n\t\tt += x * i\n\t}\n\treturn t, s + \"x\"\n}\n";
    }
    auto m = TheEngine().CompileModule({.source = {.files = {{"c.go", text}}}});
    if (!m) state.SkipWithError("does not compile");
  }
}
BENCHMARK(Compile100Lines)->Unit(benchmark::kMillisecond);

#ifdef GOL_BENCH_LUA
void LuaLeaf(benchmark::State& state) {
  lua_State* l = luaL_newstate();
  luaL_dostring(l, "function leaf(x) return x + 1 end");
  lua_getglobal(l, "leaf");
  int64_t x = 0;
  for (auto _ : state) {
    lua_pushvalue(l, -1);
    lua_pushinteger(l, x);
    lua_pcall(l, 1, 1, 0);
    x = lua_tointeger(l, -1);
    lua_pop(l, 1);
  }
  lua_close(l);
}
BENCHMARK(LuaLeaf);

void LuaHostFunction(benchmark::State& state) {
  lua_State* l = luaL_newstate();
  lua_register(l, "next_", [](lua_State* s) {
    lua_pushinteger(s, Next(lua_tointeger(s, 1)));
    return 1;
  });
  luaL_dostring(l, "local n = next_ function f(k) local x = 0 for i = 1, k do x = n(x) end return x end");
  constexpr int64_t kCalls = 1000;
  for (auto _ : state) {
    lua_getglobal(l, "f");
    lua_pushinteger(l, kCalls);
    lua_pcall(l, 1, 1, 0);
    lua_pop(l, 1);
  }
  state.SetItemsProcessed(state.iterations() * kCalls);
  lua_close(l);
}
BENCHMARK(LuaHostFunction);
#endif

}  // namespace

BENCHMARK_MAIN();
