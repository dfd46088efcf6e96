// One module, many isolates on many threads: each has its own variables, heap and collector.
#include <cstdio>
#include <thread>
#include <vector>

#include "gol/gol.h"

int main() {
  gol::Engine engine({});
  auto module = engine.CompileModule({.source = {.files = {{"count.go", R"(package count
var words = map[int][]byte{}
func Work(n int) int {
	for i := range n { words[i%100] = make([]byte, 1000+i%7) }
	return len(words)
}
)"}}}});
  if (!module) return std::fputs(module.failure().Describe().c_str(), stderr), 1;
  std::vector<std::thread> threads;
  std::vector<int64_t> results(4);
  for (size_t t = 0; t < results.size(); t++) {
    threads.emplace_back([&, t] {
      gol::Isolate isolate(engine, {.limits = {.heap_bytes = 16 << 20}});
      if (!isolate.Load(*module)) return;
      auto work = *isolate.Function<int64_t(int64_t)>("Work");
      results[t] = *work(20000 + static_cast<int64_t>(t) * 1000);
    });
  }
  for (auto& t : threads) t.join();
  for (int64_t r : results) std::printf("%ld ", r);
  std::puts("");
}
