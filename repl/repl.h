// The REPL: reads inputs from a terminal or a pipe, evaluates them, prints what comes out.
#pragma once

#include <string>

#include "repl/evaluator.h"

namespace gol::repl {

struct ReplOptions {
  EvaluatorOptions evaluator;
  bool is_terminal = true;   // prompts, line editing, colour; else lines are read as they come
  std::string history_path;  // empty: none
};

// Reads until the end of the input or `:quit`. The exit code: os.Exit's; of a pipe that of the
// first input that fails, after which nothing more is read: 1 when it does not compile, 2 when it
// panics; 0 otherwise. Uses standard input, output and error, and catches SIGINT.
int RunRepl(ReplOptions options);

}  // namespace gol::repl
