// The smallest host: compiles a script from memory, runs it, calls a function of it.
#include <cstdio>

#include "gol/gol.h"

int main() {
  gol::Engine engine({});
  auto module = engine.CompileModule({.source = {.files = {{"hello.gol", R"(
for i, word := range strings.Fields("compiled inside a C++ program") {
	fmt.Println(i, word)
}
func add(a, b int) int { return a + b }
)"}}}});
  if (!module) return std::fputs(module.failure().Describe().c_str(), stderr), 1;
  gol::Isolate isolate(engine, {.write_stdout = [](std::string_view s) { std::printf("%.*s", int(s.size()), s.data()); }});
  if (auto loaded = isolate.Load(*module); !loaded) return std::fputs(loaded.failure().Describe().c_str(), stderr), 1;
  auto add = isolate.Function<int64_t(int64_t, int64_t)>("add");
  std::printf("%ld\n", *(*add)(40, 2));
}
