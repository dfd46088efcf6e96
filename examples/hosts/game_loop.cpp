// Sixty frames a second: each frame calls the script with a deadline of its own; what is left of the frame goes
// to goroutines and, now and then, to a collection.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "gol/gol.h"

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

int main(int argc, char** argv) {
  const int frames = argc > 1 ? std::atoi(argv[1]) : 60;
  gol::Engine engine({});
  auto module = engine.CompileModule({.source = {.files = {{"loop.go", R"(package loop
type particle struct{ x, v float64 }
var world []*particle
func Update(dt float64) int {
	world = append(world, &particle{v: float64(len(world))})
	for _, p := range world { p.x += p.v * dt }
	if len(world) == 20 { for { } } // a mistake: costs one frame, not the game
	return len(world)
}
)"}}}});
  if (!module) return std::fputs(module.failure().Describe().c_str(), stderr), 1;
  int collections = 0;
  gol::IsolateOptions options;
  options.limits.deadline = milliseconds(10);
  options.limits.heap_bytes = 64 << 20;
  options.on_event = [&](const gol::Event& e) { collections += e.kind == gol::EventKind::kCollection; };
  gol::Isolate isolate(engine, options);
  if (!isolate.Load(*module)) return 1;
  auto update = isolate.Function<int64_t(double)>("Update");
  auto next = Clock::now();
  int late = 0;
  for (int frame = 0; frame < frames; frame++) {
    next += std::chrono::microseconds(16667);
    auto n = (*update)(1.0 / 60);
    if (!n) {
      late++;
      std::printf("frame %d: %s\n", frame, gol::FailureKindName(n.failure().kind));
    }
    if (frame % 20 == 19) isolate.Collect();
    std::this_thread::sleep_until(next);
  }
  std::printf("%d frames, %d late, %d collections at least\n", frames, late, collections > 0 ? 1 : 0);
}
