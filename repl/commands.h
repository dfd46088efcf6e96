// The REPL's commands: words that begin with a colon.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "repl/evaluator.h"

namespace gol::repl {

namespace lab {
struct State;  // lab_internal.h
}

// What a command may change of the loop that reads it.
struct CommandContext {
  Evaluator* evaluator;
  lab::State* lab;
  std::vector<std::string>* inputs;  // accepted so far, in order: what :save writes
  bool quit = false;
  bool reset = false;                // start anew with an empty session
  int failed = 0;                    // the exit code that the command asks for when piped
  Outcome outcome;                   // of what the command ran, for the loop to report
  bool ran = false;
  bool json = false;                 // -json was given
};

struct Command {
  std::string_view name;       // without the colon
  std::string_view arguments;  // as :help shows them
  std::string_view text;
  void (*run)(CommandContext* context, std::string_view argument);
  bool has_json = false;
};

const std::vector<Command>& Commands();

// Runs the line, which begins with a colon. Output goes to standard output, errors to standard error.
void RunCommand(CommandContext* context, std::string_view line);

// Says why a command failed.
void Fail(CommandContext* context, const std::string& text);

// Without blanks at its ends.
std::string_view Trim(std::string_view s);

// Prints results as the loop does: one value per line, its type behind it where it is not plain.
void PrintResults(const std::vector<Value>& results);

}  // namespace gol::repl
