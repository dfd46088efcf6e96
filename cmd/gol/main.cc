// The gol command: finds the subcommand and calls it. Called by the name "go" it does the same.
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "commands.h"

namespace gol::cmd {
namespace {

constexpr char kUsage[] =
    "gol runs programs in Go.\n"
    "\n"
    "usage: gol <command> [flags] [arguments]\n"
    "\n"
    "  run [flags] FILE... | DIR [ARG...]  compile and run a program\n"
    "  run [flags] FILE.md [--block N]     run the Go blocks of a Markdown file\n"
    "  test [flags] [DIR... | FILE...]     run tests, benchmarks and examples\n"
    "  check FILE... | DIR                 print all compile errors\n"
    "  fmt [flags] [FILE... | DIR...]      format source text, as gofmt\n"
    "  repl                                read and run statements; gol alone does so on a terminal\n"
    "  lab lifecycle [flags] FILE [ARG...] follow objects until their memory is reused or returned\n"
    "  lab claims [DIR]                    measure what the article of examples/article claims\n"
    "  version                             print the version\n"
    "  env [NAME...]                       print the settings\n"
    "\n"
    "flags of run: -O0, -O2 (default; given: no start with fast code), -gcflags=\"-m -l -N\", --dump-ir, --dump-llvm=raw|opt,\n"
    "  --dump-asm, --dump-func=NAME, --verify-each, --prelude FILE (stands in front of the program)\n"
    "  -cpuprofile, -memprofile, -blockprofile, -mutexprofile FILE: profiles for the pprof tool; -trace FILE: for go tool trace\n"
    "  -perf=map|dump: names of compiled functions for Linux' perf; -gdb: for debuggers that attach later\n"
    "environment: GOGC, GOMEMLIMIT, GOMAXPROCS, GODEBUG, GOTRACEBACK, as in Go; GOLCACHE: the\n"
    "  folder where compiled programs are kept, or off\n";

int Main(const std::vector<std::string>& args) {
  if (args.empty() && isatty(STDIN_FILENO) != 0) return Repl({});
  if (args.empty() || args[0] == "help" || args[0] == "-h" || args[0] == "--help") {
    std::fputs(kUsage, args.empty() ? stderr : stdout);
    return args.empty() ? kExitUsage : 0;
  }
  const std::vector<std::string> rest(args.begin() + 1, args.end());
  if (args[0] == "run") return Run(rest);
  if (args[0] == "test") return Test(rest);
  if (args[0] == "repl") return Repl(rest);
  if (args[0] == "tool") return Tool(rest);
  if (args[0] == "lab") return Lab(rest);
  if (args[0] == "check") return Check(rest);
  if (args[0] == "fmt") return Fmt(rest);
  if (args[0] == "version") return Version();
  if (args[0] == "env") return Env(rest);
  std::fprintf(stderr, "gol %s: unknown command\nRun 'gol help' for usage.\n", args[0].c_str());
  return kExitUsage;
}

}  // namespace
}  // namespace gol::cmd

int main(int argc, char** argv) {
  return gol::cmd::Main(std::vector<std::string>(argv + 1, argv + argc));
}
