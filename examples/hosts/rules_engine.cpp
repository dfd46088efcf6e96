// Rules that are changed while they run: a new version takes over with the data of the old one.
#include <cstdio>

#include "gol/gol.h"

int main() {
  gol::Engine engine({});
  auto compile = [&](const char* text, const gol::Module* previous) {
    gol::ModuleSource s;
    s.source.files = {{"rules.go", text}};
    s.previous = previous;
    auto m = engine.CompileModule(s);
    if (!m) std::fputs(m.failure().Describe().c_str(), stderr);
    return m;
  };
  auto first = compile(R"(package rules
var seen = map[string]int{}
var total int
func Price(item string, n int) int { seen[item] += n; total += n; return n * 100 }
func Seen(item string) int { return seen[item] }
)", nullptr);
  if (!first) return 1;
  gol::Isolate isolate(engine, {.limits = {.heap_bytes = 32 << 20, .deadline = std::chrono::seconds(1)}});
  if (!isolate.Load(*first)) return 1;
  auto price = *isolate.Function<int64_t(std::string_view, int64_t)>("Price");
  auto seen = *isolate.Function<int64_t(std::string_view)>("Seen");
  auto buy = [&] {
    const int64_t cost = *price("nut", 3);
    std::printf("%ld %ld\n", cost, *seen("nut"));
  };
  buy();

  // A discount. What was counted stays counted.
  auto second = compile(R"(package rules
var seen = map[string]int{}
var total int
var discounts int
func Price(item string, n int) int {
	seen[item] += n
	total += n
	if total > 5 { discounts++; return n * 90 }
	return n * 100
}
func Seen(item string) int { return seen[item] }
)", &*first);
  if (!second) return 1;
  if (auto r = isolate.Reload(*second); !r) return std::fputs(r.failure().Describe().c_str(), stderr), 1;
  buy();

  // One that does not fit what the host calls is refused; the old one goes on.
  auto third = compile("package rules\nfunc Price(item string) int { return 0 }\n", &*second);
  if (!third) return 1;
  auto refused = isolate.Reload(*third);
  std::printf("%s\n%ld\n", refused.failure().text.c_str(), *seen("nut"));
}
