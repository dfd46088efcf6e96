// The scripts in examples/ run, and print what their text promises.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "support/program.h"

namespace gol::testing {
namespace {

CommandResult RunExample(const std::string& name, const std::vector<std::string>& args = {}) {
  std::vector<std::string> argv = {"run", "examples/" + name};
  argv.insert(argv.end(), args.begin(), args.end());
  return RunGol(argv, GOL_SOURCE_DIR);
}

#define EXPECT_MATCH(text, pattern) \
  EXPECT_TRUE(std::regex_search(text, std::regex(pattern))) << pattern << "\n" << (text)

TEST(Examples, ReleaseDelay) {
  CommandResult r = RunExample("release_delay.gol");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  std::vector<std::string> lines = Lines(r.out);
  ASSERT_EQ(lines.size(), 7u) << r.out;
  EXPECT_MATCH(lines[1], R"(^100,000 blocks in the map +1[0-9][0-9]\.[0-9] MB .* 10[0-9]{4} objects)");
  EXPECT_MATCH(lines[3], R"(^after a collection +1[0-9][0-9]\.[0-9] MB .* 10[0-9]{4} objects)");
  EXPECT_MATCH(lines[5], R"(^map cleared +[0-9]\.[0-9] MB)");
  EXPECT_EQ(lines[6], "entries: 0");
}

TEST(Examples, MapChurn) {
  CommandResult r = RunExample("map_churn.gol", {"2"});
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_MATCH(r.out, "round 1 insert .* visited 200000 left 200\n");
  EXPECT_MATCH(r.out, "seen twice: 0\n");
  r = RunExample("map_churn.gol", {"none"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_EQ(r.err, "map_churn: ROUNDS must be a positive number\n");
}

TEST(Examples, SchedLab) {
  CommandResult r = RunExample("sched_lab.gol");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(Lines(r.out).size(), 6u) << r.out;
}

TEST(Examples, GcLab) {
  CommandResult r = RunExample("gc_lab.gol");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_MATCH(r.out, "interior pointer reads 42\n");
  EXPECT_MATCH(r.out, R"(died: \[beside the cycle sliced\] copied bytes: 10\n)");
  EXPECT_MATCH(r.out, R"(100,000 nodes: [1-9][0-9]* collections)");
  EXPECT_MATCH(r.out, "below 100 ms: true");
}

// Nothing stands in examples/ that no test runs.
TEST(Examples, AllAreTested) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(GOL_SOURCE_DIR "/examples")) {
    if (entry.path().extension() == ".gol") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"gc_lab.gol", "map_churn.gol", "release_delay.gol",
                                             "sched_lab.gol"}));
}

}  // namespace
}  // namespace gol::testing
