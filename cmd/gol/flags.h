// The command line's flags, spelt as the go command spells them: one or two dashes, "=" or a
// following word for the value, no flags behind the first other word.
#pragma once

#include <string>
#include <vector>

#include "gol/gol.h"

namespace gol::cmd {

struct Flags {
  int opt_level = 2;            // -O0, -O2
  bool opt_level_given = false; // one of them was there
  bool print_escape = false;    // -gcflags=-m
  bool no_inline = false;       // -gcflags=-l, or -l of `tool compile`
  bool print_asm = false;       // -S of `tool compile`
  bool dump_ast = false;        // --dump-ast
  bool dump_ir = false;         // --dump-ir
  std::string dump_llvm;        // --dump-llvm=raw|opt
  bool dump_asm = false;        // --dump-asm
  std::string dump_func;        // --dump-func=NAME
  bool verify_each = false;     // --verify-each
  bool in_steps = false;        // --in-steps
  bool in_parts = false;        // --in-parts
  bool time_passes = false;     // --time-passes
  bool limit_errors = true;     // cleared by -e and by -gcflags=-e: all errors, not ten
  std::string output;           // -o
  std::vector<std::string> preludes;  // --prelude FILE, several times
  std::string perf;             // -perf=map|dump
  bool for_debugger = false;    // -gdb
  ProfileFiles profiles;        // -cpuprofile and its kin
  int block = 0;                // --block N of a Markdown file; 0: all
  std::vector<std::string> args;  // what follows the flags
};

// Parses args[first..]. On a bad flag returns false with *error set.
bool ParseFlags(const std::vector<std::string>& args, size_t first, Flags* flags,
                std::string* error);

}  // namespace gol::cmd
