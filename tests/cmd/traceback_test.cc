// Tracebacks against real Go's: the cases of tracebacks/main.go die in many ways, go.txt has what Go wrote.
// Compared are the texts, the order, states and creators of goroutines, and of the frames those of package
// main, of panics and of Goexit. Numbers of goroutines are renamed in order of appearance.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>

#include "support/program.h"

namespace gol::testing {
namespace {

const char kProgram[] = GOL_SOURCE_DIR "/tests/cmd/tracebacks/main.go";

// A frame's first line without its arguments.
std::string WithoutArguments(const std::string& line) {
  size_t at = line.size();
  int depth = 0;
  while (at > 0) {
    at--;
    if (line[at] == ')') depth++;
    if (line[at] == '(' && --depth == 0) break;
  }
  return line.substr(0, at);
}

bool IsCompared(const std::string& line) {
  return line.starts_with("main.") || line.starts_with("panic(") ||
         line.starts_with("runtime.Goexit(") || line.starts_with("created by main.");
}

std::string Normalize(const std::string& text) {
  static const std::regex kHead(R"(goroutine (\d+)( gp=\S+ m=\S+( mp=\S+)?)? \[(.*)\]:)");
  static const std::regex kCreator(R"(created by (\S+) in goroutine (\d+))");
  static const std::regex kPlace(R"(\t(.*/)?([^/]*:\d+)( \+0x[0-9a-f]+)?( fp=.*)?)");
  static const std::regex kAddress(R"((addr|pc)=0x[0-9a-f]+|0x[0-9a-f]{6,})");
  auto name_of = [](const std::string& id) { return "<" + id + ">"; };
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string out;
  std::string block;  // of one goroutine
  bool is_block = false;
  auto end_block = [&] {
    // Goroutines of the runtime's own, and the one that sent the signal: its state is chance.
    if (block.find("main.") != std::string::npos && block.find("main.quit ") == std::string::npos) {
      out += block;
    }
    block.clear();
    is_block = false;
  };
  for (size_t i = 0; i < lines.size(); i++) {
    const std::string& line = lines[i];
    std::smatch m;
    if (std::regex_match(line, m, kHead)) {
      end_block();
      is_block = true;
      const std::string state = m[4];
      block = (m[1] == "0" ? "" : name_of(m[1])) + " [" + state + "]\n";
    } else if (i + 1 < lines.size() && std::regex_match(lines[i + 1], m, kPlace)) {
      const std::string place = m[2];
      i++;
      if (!IsCompared(line)) continue;
      if (std::regex_match(line, m, kCreator)) {
        block += "  by " + m[1].str() + " in " + name_of(m[2]) + " " + place + "\n";
      } else {
        const std::string function = WithoutArguments(line);
        block += "  " + function + (line.starts_with("main.") ? " " + place : "") + "\n";
      }
    } else if (!is_block || !line.empty()) {
      if (line.starts_with("exit ")) end_block();
      // What follows the traces of a signal: registers.
      static const std::regex kRegister(R"(r\w+ +0x[0-9a-f]+|[cfg]s +0x[0-9a-f]+)");
      if (std::regex_match(line, kRegister)) continue;
      std::string& to = is_block ? block : out;
      // Not comparable: addresses, and those of faults behind nil that were found by a check.
      to += std::regex_replace(line, kAddress, "ADDRESS") + "\n";
    }
  }
  end_block();
  // Only now are the goroutines known that are compared.
  static const std::regex kId("<(\\d+)>");
  std::map<std::string, std::string> names;
  std::string renamed;
  std::smatch m;
  while (std::regex_search(out, m, kId)) {
    renamed += m.prefix();
    renamed += names.try_emplace(m[1], "G" + std::to_string(names.size())).first->second;
    out = m.suffix();
  }
  return renamed + out;
}

struct Case {
  std::string name;
  std::string go;
};

void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

std::vector<Case> Cases() {
  std::vector<Case> cases;
  std::istringstream in(ReadFile(GOL_SOURCE_DIR "/tests/cmd/tracebacks/go.txt"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("=== ")) {
      cases.push_back({line.substr(4), ""});
    } else if (!cases.empty()) {
      cases.back().go += line + "\n";
    }
  }
  return cases;
}

CommandResult RunCase(const std::string& name, std::map<std::string, std::string> env = {}) {
  // One folder for all: the program is compiled once.
  static const std::string cache = TempFolder();
  env["GOLCACHE"] = cache;
  return RunCommand({GolPath(), "run", kProgram, name}, env, {}, 60);
}

class TracebackTest : public ::testing::TestWithParam<Case> {};

TEST_P(TracebackTest, AsGo) {
  CommandResult r = RunCase(GetParam().name);
  ASSERT_FALSE(r.timed_out);
  std::string text = r.err + r.out + "exit " + std::to_string(r.exit_code) + "\n";
  EXPECT_EQ(Normalize(text), Normalize(GetParam().go)) << text.substr(0, 4000);
}

INSTANTIATE_TEST_SUITE_P(Tracebacks, TracebackTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

TEST(Traceback, NoneShowsNoGoroutine) {
  CommandResult r = RunCase("lockedToThread", {{"GOTRACEBACK", "none"}});
  EXPECT_EQ(r.err, "panic: with a locked one\n");
  EXPECT_EQ(r.exit_code, 2);
}

TEST(Traceback, SingleShowsOne) {
  CommandResult r = RunCase("lockedToThread", {{"GOTRACEBACK", "single"}});
  EXPECT_EQ(ParseTraces(r.err).size(), 1u) << r.err;
}

TEST(Traceback, AllShowsThoseOfTheProgram) {
  CommandResult r = RunCase("lockedToThread", {{"GOTRACEBACK", "all"}});
  std::vector<Trace> traces = ParseTraces(r.err);
  ASSERT_EQ(traces.size(), 2u) << r.err;
  EXPECT_EQ(traces[1].state, "chan receive, locked to thread");
  EXPECT_EQ(traces[1].created_by, "main.init.func24 main.go:167");
}

TEST(Traceback, SystemShowsAddressesAndTheRuntime) {
  CommandResult r = RunCase("lockedToThread", {{"GOTRACEBACK", "system"}});
  EXPECT_TRUE(std::regex_search(
      r.err, std::regex(R"(goroutine 1 gp=0x[0-9a-f]+ m=\d+ mp=0x[0-9a-f]+ \[running\]:)")))
      << r.err;
  EXPECT_TRUE(std::regex_search(
      r.err, std::regex(R"(main\.main\(\)\n\t.*main\.go:\d+ \+0x[0-9a-f]+ fp=0x[0-9a-f]+ sp=0x[0-9a-f]+ pc=0x[0-9a-f]+)")))
      << r.err;
  EXPECT_NE(r.err.find("runtime.main"), std::string::npos);
  EXPECT_EQ(r.exit_code, 2);
}

TEST(Traceback, CrashEndsByAbort) {
  CommandResult r = RunCase("lockedToThread", {{"GOTRACEBACK", "crash"}});
  EXPECT_EQ(r.signal, 6);
  EXPECT_NE(r.err.find("runtime.main"), std::string::npos);
}

TEST(Traceback, AQuitShowsWhereAGoroutineSpins) {
  CommandResult r = RunCase("quitWhileSpinning");
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(r.err.find("SIGQUIT: quit\nPC=0x"), 0u) << r.err;
  std::vector<Trace> traces = ParseTraces(r.err);
  ASSERT_GE(traces.size(), 2u) << r.err;
  EXPECT_EQ(traces[0].state, "running");
  ASSERT_FALSE(traces[0].frames.empty());
  EXPECT_EQ(traces[0].frames[0].find("main.init.func29 main.go:"), 0u) << traces[0].frames[0];
  EXPECT_EQ(traces[1].state, "chan receive");
}

}  // namespace
}  // namespace gol::testing
