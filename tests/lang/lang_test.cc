// Runs every program below tests/lang: each ends in a comment that starts with `// Output:` and
// holds what it prints on standard output, byte for byte; `// Exit: N` before it gives the exit
// code when that is not 0. The outputs were made by real Go (tests/lang/update.sh).
//
// A program runs optimised, unoptimised, with a collection at every few allocations, with the
// stop-the-world collector, on one P and compiled in parts, and in steps; the output must be the same each time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "support/command.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

namespace fs = std::filesystem;

struct Mode {
  const char* name;
  std::vector<std::string> flags;
  std::map<std::string, std::string> env;
};

const Mode kModes[] = {
    {"O2", {"-O2"}, {}},
    {"O0", {"-O0"}, {}},
    {"gcstress", {"-O2"}, {{"GODEBUG", "gcstress=1"}}},
    {"stw", {"-O0"}, {{"GODEBUG", "gcstoptheworld=1"}, {"GOGC", "10"}}},
    {"P1", {"-O2", "--in-parts"}, {{"GOMAXPROCS", "1"}}},
    {"steps", {"--in-steps"}, {}},
};

std::vector<std::string> Programs() {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(GOL_SOURCE_DIR "/tests/lang")) {
    std::string path = entry.path().string();
    if (path.ends_with(".go") || path.ends_with(".gol")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

struct Expected {
  std::string output;
  int exit_code = 0;
  bool is_present = false;
};

Expected Expectation(const std::string& source) {
  Expected e;
  size_t at = source.rfind("\n// Output:\n");
  if (at == std::string::npos) return e;
  e.is_present = true;
  size_t exit_at = source.rfind("\n// Exit: ", at);
  if (exit_at != std::string::npos) e.exit_code = std::atoi(source.c_str() + exit_at + 10);
  size_t line = at + 12;
  while (line < source.size()) {
    size_t end = source.find('\n', line);
    if (end == std::string::npos) end = source.size();
    std::string text = source.substr(line, end - line);
    if (text.rfind("//", 0) != 0) break;
    text = text.substr(text.size() > 2 && text[2] == ' ' ? 3 : 2);
    e.output += text + "\n";
    line = end + 1;
  }
  return e;
}

class LangTest : public ::testing::TestWithParam<std::string> {};

TEST_P(LangTest, PrintsTheSameInEveryMode) {
  if (kAddressSanitizer && GetParam().ends_with("heap/precise_roots.go")) {
    GTEST_SKIP() << "C++ functions called from Go have larger frames here, whose stale words keep objects alive";
  }
  const Expected expected = Expectation(ReadFile(GetParam()));
  ASSERT_TRUE(expected.is_present) << GetParam() << " has no // Output: comment";
  for (const Mode& mode : kModes) {
    std::vector<std::string> argv = {GolPath(), "run"};
    std::map<std::string, std::string> env = mode.env;
    env["GOLCACHE"] = "off";
    argv.insert(argv.end(), mode.flags.begin(), mode.flags.end());
    argv.push_back(GetParam());
    // Room for a busy machine: runtime/gc/README.md, "Slow under gcstress".
    CommandResult r = RunCommand(argv, env, {}, 180);
    EXPECT_EQ(r.out, expected.output) << "mode " << mode.name << "\n" << r.err;
    EXPECT_EQ(r.exit_code, expected.exit_code) << "mode " << mode.name << "\n" << r.err;
    EXPECT_FALSE(r.timed_out) << "mode " << mode.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Lang, LangTest, ::testing::ValuesIn(Programs()),
                         [](const ::testing::TestParamInfo<std::string>& info) {
                           std::string name = fs::path(info.param).parent_path().filename().string() +
                                              "_" + fs::path(info.param).stem().string();
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
                               '_');
                           return name;
                         });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LangTest);

}  // namespace
}  // namespace gol::testing
