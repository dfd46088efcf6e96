// The command line of gol test: flags of its own, flags of the compiler, flags for the test
// program, and the packages among them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "flags.h"

namespace gol::cmd {

struct TestFlags {
  Flags compile;
  std::vector<std::string> packages;
  std::vector<std::string> program_args;  // as the test program gets them
  std::string run, bench, list;
  bool verbose = false;
  bool show_dropped = false;  // -leftout: name what a package tested from outside leaves out
  double timeout_seconds = 600;

  // Says which tests can run at all, by the uppermost level of -run; null: all.
  std::function<bool(std::string_view)> name_filter() const;
};

// False with *error set on a bad flag.
bool ParseTestFlags(const std::vector<std::string>& args, TestFlags* flags, std::string* error);

}  // namespace gol::cmd
