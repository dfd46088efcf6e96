// A script that nobody trusts: it sees files of the host's making, and gets so much fuel, memory and output and no
// more. With the same fuel it ends at the same point each time, on any machine.
#include <cstdio>
#include <memory>

#include "gol/gol.h"

static const char* kScript = R"(package main
import "os"

func Count(path string) (int, error) {
	text, err := os.ReadFile(path)
	if err != nil { return 0, err }
	lines := 0
	for _, c := range text { if c == '\n' { lines++ } }
	return lines, os.WriteFile("/out/lines", []byte{byte('0' + lines)}, 0644)
}

var steps int
func Mine() { for { steps++ } }
func Steps() int { return steps }
)";

int main() {
  gol::Engine engine({});
  auto module = engine.CompileModule({.source = {.files = {{"sandbox.go", kScript}}}, .count_fuel = true});
  if (!module) return std::fputs(module.failure().Describe().c_str(), stderr), 1;

  auto files = std::make_shared<gol::MemoryFiles>(1 << 20);
  files->Add("/in/poem", "one\ntwo\nthree\n");
  files->Add("/out/lines", "");
  gol::IsolateOptions options;
  options.files = files;
  options.fuel = 100000;
  options.limits.heap_bytes = 64 << 20;
  options.limits.output_bytes = 10000;
  gol::Isolate isolate(engine, std::move(options));
  if (auto loaded = isolate.Load(*module); !loaded) return std::puts(loaded.failure().text.c_str()), 1;

  auto count = *isolate.Function<gol::OrError<int64_t>(std::string_view)>("Count");
  std::string written;
  auto lines = count("/in/poem");
  files->Get("/out/lines", &written);
  std::printf("%ld lines, %s written\n", static_cast<long>(lines->value()), written.c_str());
  std::printf("%s\n", count("/etc/passwd")->error().c_str());

  isolate.SetFuel(5000);
  auto mined = (*isolate.Function<void()>("Mine"))();
  isolate.SetFuel(1);
  auto steps = (*isolate.Function<int64_t()>("Steps"))();
  std::printf("%s after %ld steps\n", mined.failure().text.c_str(), static_cast<long>(*steps));
  return 0;
}
