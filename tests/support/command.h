// Runs the gol command in tests and captures what it prints.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace gol::testing {

struct CommandResult {
  int exit_code = -1;     // -1: killed by a signal or by the time limit
  int signal = 0;
  bool timed_out = false;
  std::string out;        // standard output
  std::string err;        // standard error
};

// Runs argv with standard input closed. env is added to the environment. Kills the process group
// after timeout_seconds.
CommandResult RunCommand(const std::vector<std::string>& argv,
                         const std::map<std::string, std::string>& env = {},
                         const std::string& cwd = {}, int timeout_seconds = 60);

// The path of the gol binary under test.
std::string GolPath();

// The Go command, for comparisons; empty when there is none on this machine.
std::string GoPath();

std::string ReadFile(const std::string& path);
// Writes a file, making its folder.
void WriteFile(const std::string& path, const std::string& text);
// A fresh folder, removed when the process ends.
std::string TempFolder();

}  // namespace gol::testing
