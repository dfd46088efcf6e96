// The work of embed_bench.cc through Lua's C API; linked with Lua 5.4 and with LuaJIT.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include <lua.hpp>

namespace {

__attribute__((noinline)) int64_t Next(int64_t x) {
  asm volatile("");
  return x + 1;
}

constexpr const char* kScript = R"(
local n = 0
local next_ = next_
function leaf(x) return x + 1 end
function touch(x) n = n + x return n end
function text(s) return #s end
function call_host(k) local x = 0 for i = 1, k do x = next_(x) end return x end
)";

lua_State* NewLoaded() {
  lua_State* l = luaL_newstate();
  luaL_openlibs(l);
  lua_register(l, "next_", [](lua_State* s) {
    lua_pushinteger(s, static_cast<lua_Integer>(Next(lua_tointeger(s, 1))));
    return 1;
  });
  if (luaL_dostring(l, kScript)) std::abort();
  return l;
}

// Calls the function on top of the stack, which stays there.
int64_t CallInteger(lua_State* l, int64_t x) {
  lua_pushvalue(l, -1);
  lua_pushinteger(l, static_cast<lua_Integer>(x));
  if (lua_pcall(l, 1, 1, 0) != 0) std::abort();
  const int64_t r = lua_tointeger(l, -1);
  lua_pop(l, 1);
  return r;
}

void ScriptLeaf(benchmark::State& state) {
  lua_State* l = NewLoaded();
  lua_getglobal(l, "leaf");
  int64_t x = 0;
  for (auto _ : state) x = CallInteger(l, x);
  benchmark::DoNotOptimize(x);
  lua_close(l);
}
BENCHMARK(ScriptLeaf);

void ScriptThatStores(benchmark::State& state) {
  lua_State* l = NewLoaded();
  lua_getglobal(l, "touch");
  for (auto _ : state) benchmark::DoNotOptimize(CallInteger(l, 1));
  lua_close(l);
}
BENCHMARK(ScriptThatStores);

void ScriptOfString(benchmark::State& state) {
  lua_State* l = NewLoaded();
  lua_getglobal(l, "text");
  for (auto _ : state) {
    lua_pushvalue(l, -1);
    lua_pushlstring(l, "twenty bytes of text", 20);
    if (lua_pcall(l, 1, 1, 0) != 0) std::abort();
    benchmark::DoNotOptimize(lua_tointeger(l, -1));
    lua_pop(l, 1);
  }
  lua_close(l);
}
BENCHMARK(ScriptOfString);

void HostFunction(benchmark::State& state) {
  lua_State* l = NewLoaded();
  lua_getglobal(l, "call_host");
  constexpr int64_t kCalls = 1000;
  for (auto _ : state) benchmark::DoNotOptimize(CallInteger(l, kCalls));
  state.SetItemsProcessed(state.iterations() * kCalls);
  lua_close(l);
}
BENCHMARK(HostFunction);

void IsolateLife(benchmark::State& state) {
  for (auto _ : state) {
    lua_State* l = NewLoaded();
    lua_getglobal(l, "touch");
    benchmark::DoNotOptimize(CallInteger(l, 1));
    lua_close(l);
  }
}
BENCHMARK(IsolateLife)->Unit(benchmark::kMicrosecond);

void Compile100Lines(benchmark::State& state) {
  lua_State* l = NewLoaded();
  int round = 0;
  for (auto _ : state) {
    std::string text = "round = " + std::to_string(round++) + "\n";
    for (int i = 0; i < 14; i++) {
      const std::string n = std::to_string(i);
      text += "function F" + n + "(a, s)\n\tlocal t = " + n + "\n\tfor i, x in ipairs(a) do\n\t\tt = t + x * i\n" +
              "\tend\n\treturn t, s .. \"x\"\nend\n";
    }
    if (luaL_dostring(l, text.c_str())) state.SkipWithError("does not compile");
  }
  lua_close(l);
}
BENCHMARK(Compile100Lines)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
