// gol repl, and gol alone on a terminal: the interactive session. See repl/repl.h.
#include "repl/repl.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "commands.h"
#include "flags.h"
#include "run.h"

namespace gol::cmd {
namespace {

// Where the user's programs keep what they remember.
std::string HistoryPath() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && state[0] == '/') {
    return std::string(state) + "/gol/history";
  }
  const char* home = std::getenv("HOME");
  return home != nullptr && home[0] == '/' ? std::string(home) + "/.local/state/gol/history"
                                           : std::string();
}

}  // namespace

int Repl(const std::vector<std::string>& args) {
  if (!args.empty()) {
    std::fprintf(stderr, "usage: gol repl\n");
    return kExitUsage;
  }
  const RunOptions env = RunOptionsFromEnv();
  repl::ReplOptions options;
  options.is_terminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  options.evaluator.gomaxprocs = env.gomaxprocs;
  options.evaluator.gogc = env.gogc;
  options.evaluator.memory_limit_bytes = env.memory_limit_bytes;
  options.evaluator.godebug = env.godebug;
  options.evaluator.traceback = env.traceback;
  options.evaluator.source_lines = options.evaluator.color = isatty(STDERR_FILENO) != 0;
  if (options.is_terminal) {
    options.history_path = HistoryPath();
    std::printf("gol: Go, statement by statement. :help lists the commands.\n");
  }
  return repl::RunRepl(std::move(options));
}

}  // namespace gol::cmd
