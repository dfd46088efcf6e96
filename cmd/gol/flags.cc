// See flags.h.
#include "flags.h"

#include <cstdlib>
#include <sstream>
#include <string_view>

namespace gol::cmd {
namespace {

// The compiler flags inside -gcflags="...". Unknown ones are ignored: gol's optimiser has other
// switches than Go's, and none changes what a program means.
void ParseGcflags(const std::string& text, Flags* flags) {
  std::istringstream words(text);
  std::string word;
  while (words >> word) {
    size_t eq = word.find('=');
    if (word.rfind("all=", 0) == 0) word = word.substr(eq + 1);
    if (word == "-m" || word == "-m=1" || word == "-m=2" || word == "-m -m") {
      flags->print_escape = true;
    } else if (word == "-l" || word.rfind("-l=", 0) == 0) {
      flags->no_inline = true;
    } else if (word == "-N") {
      flags->opt_level = 0;
    } else if (word == "-e") {
      flags->limit_errors = false;
    }
  }
}

std::string Unquote(const std::string& s) {
  if (s.size() >= 2 && (s.front() == '"' || s.front() == '\'') && s.back() == s.front()) {
    return s.substr(1, s.size() - 2);
  }
  return s;
}

}  // namespace

bool ParseFlags(const std::vector<std::string>& args, size_t first, Flags* flags,
                std::string* error) {
  size_t i = first;
  for (; i < args.size(); i++) {
    const std::string& arg = args[i];
    if (arg.size() < 2 || arg[0] != '-') break;
    if (arg == "--") {
      i++;
      break;
    }
    std::string name = arg.substr(arg[1] == '-' ? 2 : 1);
    std::string value;
    bool has_value = false;
    if (size_t eq = name.find('='); eq != std::string::npos) {
      value = name.substr(eq + 1);
      name = name.substr(0, eq);
      has_value = true;
    }
    auto take_value = [&]() {
      if (has_value) return true;
      if (i + 1 >= args.size()) return false;
      value = args[++i];
      return true;
    };
    if (name == "O0" || name == "N") {
      flags->opt_level = 0;
    } else if (name == "O2" || name == "O1" || name == "O") {
      flags->opt_level = 2;
      flags->opt_level_given = true;
    } else if (name == "gcflags") {
      if (!take_value()) {
        *error = "flag needs an argument: -gcflags";
        return false;
      }
      ParseGcflags(Unquote(value), flags);
    } else if (name == "m") {
      flags->print_escape = true;
    } else if (name == "l") {
      flags->no_inline = true;
    } else if (name == "S") {
      flags->print_asm = true;
    } else if (name == "e") {
      flags->limit_errors = false;
    } else if (name == "o") {
      if (!take_value()) {
        *error = "flag needs an argument: -o";
        return false;
      }
      flags->output = value;
    } else if (name == "prelude") {
      if (!take_value()) {
        *error = "flag needs an argument: --prelude";
        return false;
      }
      flags->preludes.push_back(value);
    } else if (name == "cpuprofile" || name == "blockprofile" || name == "mutexprofile" ||
               name == "memprofile" || name == "trace") {
      if (!take_value()) {
        *error = "flag needs an argument: -" + name;
        return false;
      }
      (name[0] == 'c'   ? flags->profiles.cpu
       : name[0] == 'b' ? flags->profiles.block
       : name == "memprofile" ? flags->profiles.memory
       : name[0] == 't' ? flags->profiles.trace
                        : flags->profiles.mutex) = value;
    } else if (name == "perf") {
      if (!take_value()) {
        *error = "flag needs an argument: -perf";
        return false;
      }
      flags->perf = value;
    } else if (name == "gdb") {
      flags->for_debugger = true;
    } else if (name == "block") {
      char* end = nullptr;
      const long n = take_value() ? std::strtol(value.c_str(), &end, 10) : 0;
      if (n < 1 || n > 1'000'000 || *end != 0) {
        *error = "--block needs a number from 1 on";
        return false;
      }
      flags->block = static_cast<int>(n);
    } else if (name == "dump-ast") {
      flags->dump_ast = true;
    } else if (name == "dump-ir") {
      flags->dump_ir = true;
    } else if (name == "dump-llvm") {
      flags->dump_llvm = has_value ? value : "opt";
    } else if (name == "dump-asm") {
      flags->dump_asm = true;
    } else if (name == "dump-func") {
      if (!take_value()) {
        *error = "flag needs an argument: --dump-func";
        return false;
      }
      flags->dump_func = value;
    } else if (name == "in-steps") {
      flags->in_steps = true;
    } else if (name == "in-parts") {
      flags->in_parts = true;
    } else if (name == "verify-each") {
      flags->verify_each = true;
    } else if (name == "time-passes") {
      flags->time_passes = true;
    } else {
      *error = "flag provided but not defined: -" + name;
      return false;
    }
  }
  flags->args.assign(args.begin() + static_cast<long>(i), args.end());
  return true;
}

}  // namespace gol::cmd
