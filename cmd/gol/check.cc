// gol check FILE...: all diagnostics of a package, one a line, and exit code 1 if there are any.
#include <unistd.h>

#include <cstdio>

#include "commands.h"
#include "embed/pipeline.h"
#include "flags.h"

namespace gol::cmd {

int Check(const std::vector<std::string>& args) {
  Flags flags;
  std::string error;
  if (!ParseFlags(args, 0, &flags, &error)) {
    std::fprintf(stderr, "gol check: %s\n", error.c_str());
    return kExitUsage;
  }
  if (flags.args.empty()) {
    std::fprintf(stderr, "usage: gol check FILE... | DIR\n");
    return kExitUsage;
  }
  embed::Pipeline pipeline({});
  if (pipeline.Load(flags.args)) return 0;
  if (!pipeline.error().empty()) std::fprintf(stderr, "gol: %s\n", pipeline.error().c_str());
  diag::RenderOptions render;
  render.source_lines = render.color = isatty(STDERR_FILENO) != 0;
  std::string text = pipeline.emitter().Render(render);
  std::fwrite(text.data(), 1, text.size(), stderr);
  return kExitError;
}

}  // namespace gol::cmd
