// gol check FILE...: all diagnostics of a package, one a line, and exit code 1 if there are any.
#include <cstdio>

#include "commands.h"
#include "embed/pipeline.h"
#include "flags.h"
#include "run.h"

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
  return PrintErrors(pipeline, false);
}

}  // namespace gol::cmd
