// Runs Go programs given as text with the gol command, and takes tracebacks apart.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "command.h"

namespace gol::testing {

struct ProgramOptions {
  std::string file = "main.go";           // written below a fresh folder, which is the working folder
  std::vector<std::string> flags;         // between "run" and the file
  std::vector<std::string> args;          // after the file
  std::map<std::string, std::string> env;
  int timeout_seconds = 60;
};

// Runs `gol run [flags] main.go [args]` on the source text.
CommandResult RunSource(const std::string& source, const ProgramOptions& options = {});

// Runs gol with the arguments in the folder.
CommandResult RunGol(const std::vector<std::string>& args, const std::string& cwd = {},
                     const std::map<std::string, std::string>& env = {});

// One goroutine of a traceback.
struct Trace {
  int id = 0;
  std::string state;                 // "running", "chan receive"
  std::vector<std::string> frames;   // "main.f main.go:12": function without arguments, file, line
  std::string created_by;            // "main.main main.go:7", or empty
};

// All goroutines in the text, in order.
std::vector<Trace> ParseTraces(const std::string& text);

// The frames of package main among those of the first goroutine.
std::vector<std::string> MainFrames(const std::string& text);

std::vector<std::string> Lines(const std::string& text);

}  // namespace gol::testing
