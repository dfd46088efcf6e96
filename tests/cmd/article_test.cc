// The article's program, byte for byte: escape analysis prints what the Go compiler prints, and the
// collector's trace has Go's format with plausible numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "support/program.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

const char kProgram[] = GOL_SOURCE_DIR "/tests/seed/01_release_delay.go";

// gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # MB stacks, # MB globals, # P
const std::regex kTraceLine(
    R"(gc (\d+) @(\d+\.\d{3})s (\d+)%: )"
    R"(([0-9.e-]+)\+([0-9.e-]+)\+([0-9.e-]+) ms clock, )"
    R"(([0-9.e-]+)\+([0-9.e-]+)/([0-9.e-]+)/([0-9.e-]+)\+([0-9.e-]+) ms cpu, )"
    R"((\d+)->(\d+)->(\d+) MB, (\d+) MB goal, (\d+) MB stacks, (\d+) MB globals, (\d+) P( \(forced\))?)");

TEST(Article, EscapesAndTraceAsInGo) {
  CommandResult r =
      RunGol({"run", "-gcflags=-m", kProgram}, {}, {{"GODEBUG", "gctrace=1"}, {"GOGC", "100"}});
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out, "");
  std::vector<std::string> escapes, traces;
  for (const std::string& line : Lines(r.err)) {
    if (line.starts_with("gc ")) {
      traces.push_back(line);
      continue;
    }
    EXPECT_TRUE(traces.empty()) << "after the trace began: " << line;
    EXPECT_TRUE(line.starts_with(kProgram)) << line;
    escapes.push_back(line.substr(std::min(line.size(), sizeof kProgram)));
  }
  EXPECT_EQ(escapes, (std::vector<std::string>{"8:10: make(map[int]*[1024]byte) does not escape",
                                               "10:11: new([1024]byte) escapes to heap",
                                               "14:11: new([1024]byte) escapes to heap"}));

  int forced = 0, number = 0, most_found = 0, last_live = 0;
  double at = 0;
  for (const std::string& line : traces) {
    std::smatch m;
    ASSERT_TRUE(std::regex_match(line, m, kTraceLine)) << line;
    EXPECT_EQ(std::stoi(m[1]), ++number) << line;
    EXPECT_GE(std::stod(m[2]), at) << line;
    at = std::stod(m[2]);
    EXPECT_LE(std::stoi(m[3]), 100) << line;
    EXPECT_GT(std::stod(m[5]), 0) << line;
    const int start = std::stoi(m[12]), end = std::stoi(m[13]), live = std::stoi(m[14]);
    EXPECT_LE(start, end) << line;
    EXPECT_LE(live, end) << line;
    EXPECT_LE(live, 115) << line;
    EXPECT_GE(std::stoi(m[15]), 4) << line;
    EXPECT_GE(std::stoi(m[18]), 1) << line;
    last_live = live;
    if (m[19].matched) {
      forced++;
      most_found = std::max(most_found, start);
    }
  }
  EXPECT_GE(forced, 3);
  EXPECT_GT(number, forced) << "no collection was started by the pacer";
  EXPECT_LT(number, 40);
  // 100,000 blocks of 1 KB and the map's buckets are there when the first forced collection behind
  // the loops starts. The map is not used after them: it is dead, and goes, as with real Go.
  EXPECT_GE(most_found, 97) << r.err;
  // kKeepsGarbage.
  if (!testing::kAddressSanitizer) EXPECT_LE(last_live, 1) << r.err;
}

TEST(Article, WithoutGogcOnlyTheForcedOnesRun) {
  CommandResult r = RunGol({"run", kProgram}, {}, {{"GODEBUG", "gctrace=1"}, {"GOGC", "off"}});
  ASSERT_EQ(r.exit_code, 0) << r.err;
  std::vector<std::string> lines = Lines(r.err);
  EXPECT_EQ(lines.size(), 3u) << r.err;
  for (const std::string& line : lines) EXPECT_TRUE(line.ends_with(" (forced)")) << line;
}

TEST(Article, QuietWithoutSwitches) {
  CommandResult r = RunGol({"run", kProgram});
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(r.out + r.err, "");
}

}  // namespace
}  // namespace gol::testing
