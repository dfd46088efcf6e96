// gol tool: compile -S prints machine code; pprof reads profiles (pprof.cc), trace traces (tool_trace.cc); compile-std, used by gol's build, compiles the standard
// packages.
#include <cstdio>
#include <filesystem>

#include "commands.h"
#include "embed/program.h"
#include "embed/std_compiler.h"
#include "flags.h"
#include "run.h"

namespace gol::cmd {
namespace {

int Compile(const std::vector<std::string>& args) {
  Flags flags;
  std::string error;
  if (!ParseFlags(args, 0, &flags, &error)) {
    std::fprintf(stderr, "gol tool compile: %s\n", error.c_str());
    return kExitUsage;
  }
  if (flags.args.empty()) {
    std::fprintf(stderr, "usage: gol tool compile -S [-l] [-m] FILE...\n");
    return kExitUsage;
  }
  flags.preludes =
      PreludesFor(flags.preludes, std::filesystem::path(flags.args.back()).stem().string());
  auto pipeline = std::make_unique<embed::Pipeline>(ToPipelineOptions(flags));
  if (!pipeline->Load(flags.args) || !pipeline->BuildIr()) {
    return PrintErrors(*pipeline, flags.limit_errors);
  }
  if (flags.print_escape) {
    std::string report = pipeline->EscapeReport();
    std::fwrite(report.data(), 1, report.size(), stderr);
  }
  Result<std::unique_ptr<Program>> program =
      embed::LinkProgram(std::move(pipeline), ToJitOptions(flags));
  if (!program) {
    std::fprintf(stderr, "gol: %s\n", program.error().message.c_str());
    return kExitError;
  }
  return 0;
}

}  // namespace

int Tool(const std::vector<std::string>& args) {
  if (!args.empty() && args[0] == "compile") {
    return Compile({args.begin() + 1, args.end()});
  }
  if (args.size() >= 2 && args[0] == "compile-std") {
    embed::StdCompileOptions options;
    options.out_dir = args[1];
    if (args.size() > 2) options.cache_dir = args[2];
    if (args.size() > 3) options.compiler_files.assign(args.begin() + 3, args.end());
    Result<void> done = embed::CompileStd(options);
    if (done) return 0;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return kExitError;
  }
  if (!args.empty() && args[0] == "trace") return ToolTrace({args.begin() + 1, args.end()});
  if (!args.empty() && args[0] == "pprof") return Pprof({args.begin() + 1, args.end()});
  std::fprintf(stderr, "usage: gol tool compile -S [-l] FILE...\n"
                       "       gol tool pprof -top | -html=FILE | -svg=FILE FILE\n"
                       "       gol tool trace [-o FILE.html] FILE\n");
  return kExitUsage;
}

}  // namespace gol::cmd
