// The smallest host: compiles a Go program from memory and runs it.
#include <cstdio>

#include "gol/gol.h"

int main() {
  gol::Engine engine({});
  gol::Source source;
  source.files = {{"hello.gol", R"(
for i, word := range strings.Fields("compiled inside a C++ program") {
	fmt.Println(i, word)
}
)"}};
  gol::CompileResult compiled = engine.Compile(source);
  for (const gol::CompileMessage& m : compiled.messages) std::fprintf(stderr, "%s\n", m.text.c_str());
  if (!compiled.ok()) return 1;
  gol::RunOptions options;
  options.args = {"hello"};
  return compiled.program->Run(options).exit_code;
}
