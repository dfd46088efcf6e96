// See test_flags.h.
#include "test_flags.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace gol::cmd {
namespace {

// Flags that the test program gets with "test." in front.
constexpr std::string_view kBoolFlags[] = {"v",        "short",     "failfast", "benchmem",
                                           "fullpath", "artifacts"};
constexpr std::string_view kValueFlags[] = {"run",     "skip", "bench",    "benchtime", "count",
                                            "timeout", "list", "parallel", "cpu",       "shuffle",
                                            "outputdir"};
// Go's, but not gol's: README.md names them.
constexpr std::string_view kRefusedFlags[] = {"fuzz", "cover", "coverprofile", "race",
                                              "json", "exec",  "c",            "o"};

template <size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// The seconds of a duration as Go writes it, "1m30s"; -1: malformed.
double ParseSeconds(const std::string& text) {
  if (text == "0") return 0;
  const char* p = text.c_str();
  double total = 0;
  if (*p == 0) return -1;
  while (*p != 0) {
    char* end;
    double n = std::strtod(p, &end);
    if (end == p || n < 0) return -1;
    std::string_view rest = end;
    struct Unit {
      std::string_view name;
      double seconds;
    };
    constexpr Unit kUnits[] = {{"ns", 1e-9}, {"us", 1e-6}, {"µs", 1e-6}, {"ms", 1e-3},
                               {"s", 1},     {"m", 60},    {"h", 3600}};
    const Unit* found = nullptr;
    for (const Unit& u : kUnits) {
      if (rest.starts_with(u.name) && (found == nullptr || u.name.size() > found->name.size())) {
        found = &u;
      }
    }
    if (found == nullptr) return -1;
    total += n * found->seconds;
    p = end + found->name.size();
  }
  return total;
}

}  // namespace

std::function<bool(std::string_view)> TestFlags::name_filter() const {
  // A pattern for several levels is left to the program.
  if (run.empty() || run.find('/') != std::string::npos) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  auto re = std::make_shared<RE2>(run, options);
  if (!re->ok()) return nullptr;
  return [re](std::string_view name) {
    return RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), *re);
  };
}

bool ParseTestFlags(const std::vector<std::string>& args, TestFlags* flags, std::string* error) {
  bool has_timeout = false;
  // The packages stand in a row; other words behind a flag are for the program.
  bool packages_done = false;
  std::vector<std::string> program_words;
  for (size_t i = 0; i < args.size(); i++) {
    const std::string& arg = args[i];
    if (arg.size() < 2 || arg[0] != '-') {
      if (packages_done) {
        program_words.assign(args.begin() + static_cast<long>(i), args.end());
        break;
      }
      flags->packages.push_back(arg);
      continue;
    }
    if (!flags->packages.empty()) packages_done = true;
    std::string name = arg.substr(arg[1] == '-' ? 2 : 1);
    std::string value;
    bool has_value = false;
    if (size_t eq = name.find('='); eq != std::string::npos) {
      value = name.substr(eq + 1);
      name = name.substr(0, eq);
      has_value = true;
    }
    if (name == "args") {
      program_words.assign(args.begin() + static_cast<long>(i) + 1, args.end());
      break;
    }
    if (name.starts_with("test.")) name = name.substr(5);
    if (name == "leftout") {
      flags->show_dropped = true;
    } else if (Contains(kBoolFlags, name)) {
      if (!has_value) value = "true";
      if (value == "1" || value == "t" || value == "T" || value == "TRUE" || value == "True") {
        value = "true";
      }
      if (name == "v") flags->verbose = value == "true" || value == "test2json";
      flags->program_args.push_back("-test." + name + "=" + value);
    } else if (Contains(kValueFlags, name)) {
      if (!has_value) {
        if (i + 1 >= args.size()) {
          *error = "flag needs an argument: -" + name;
          return false;
        }
        value = args[++i];
      }
      if (name == "run") flags->run = value;
      if (name == "bench") flags->bench = value;
      if (name == "list") flags->list = value;
      if (name == "timeout") {
        has_timeout = true;
        flags->timeout_seconds = ParseSeconds(value);
        if (flags->timeout_seconds < 0) {
          *error = "invalid value \"" + value + "\" for flag -timeout: parse error";
          return false;
        }
      }
      if (name == "count" || name == "parallel") {
        char* end;
        std::strtoul(value.c_str(), &end, 10);
        if (value.empty() || *end != 0 || value[0] == '-') {
          *error = "invalid value \"" + value + "\" for flag -" + name + ": parse error";
          return false;
        }
      }
      flags->program_args.push_back("-test." + name + "=" + value);
    } else if (Contains(kRefusedFlags, name)) {
      *error = "gol test: -" + name + " is not supported";
      return false;
    } else {
      // A flag of the compiler, or of the test program itself.
      std::string bad;
      Flags parsed = flags->compile;
      if (ParseFlags({arg}, 0, &parsed, &bad)) {
        flags->compile = parsed;
      } else if (bad.starts_with("flag needs an argument") && i + 1 < args.size() &&
                 ParseFlags({arg, args[i + 1]}, 0, &parsed, &bad)) {
        flags->compile = parsed;
        i++;
      } else {
        // It may take a value, so that no package can follow.
        flags->program_args.push_back(arg);
        packages_done = true;
      }
    }
  }
  if (!has_timeout) {
    flags->program_args.insert(flags->program_args.begin(), "-test.timeout=10m0s");
  }
  flags->program_args.insert(flags->program_args.begin(), "-test.paniconexit0");
  flags->program_args.insert(flags->program_args.end(), program_words.begin(), program_words.end());
  return true;
}

}  // namespace gol::cmd
