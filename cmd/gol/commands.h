// The subcommands of gol. Each takes its words after the subcommand's name and returns the exit
// code.
#pragma once

#include <string>
#include <vector>

namespace gol::cmd {

int Fmt(const std::vector<std::string>& args);
int Check(const std::vector<std::string>& args);
int Run(const std::vector<std::string>& args);
// gol repl
int Repl(const std::vector<std::string>& args);
int Test(const std::vector<std::string>& args);
// gol tool ...
int Tool(const std::vector<std::string>& args);
// gol tool trace ...
int ToolTrace(const std::vector<std::string>& args);
// gol tool pprof ...
int Pprof(const std::vector<std::string>& args);
// gol lab ...
int Lab(const std::vector<std::string>& args);
int Version();
int Env(const std::vector<std::string>& args);

// Exit codes, as the go command's.
inline constexpr int kExitError = 1;  // compile errors
inline constexpr int kExitUsage = 2;  // bad flags, panics, deadlock

}  // namespace gol::cmd
