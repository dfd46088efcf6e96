// gol lab claims: the experiments of examples/article/claims.
#include <gtest/gtest.h>

#include <regex>

#include "browser.h"
#include "support/program.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

const std::string kClaims = GOL_SOURCE_DIR "/examples/article/claims";

TEST(Claims, EachIsMeasured) {
  const std::string folder = TempFolder();
  CommandResult r = RunCommand({GolPath(), "lab", "claims", "-go", "none", "-o", folder + "/c.html", "-json",
                                folder + "/c.json", kClaims},
                               {}, folder, 240);
  EXPECT_EQ(r.exit_code, 0) << r.out << r.err;
  EXPECT_EQ(r.err, "");
  std::map<int, std::string> verdicts;
  const std::regex row("^ ?(\\d+)  (holds in part|does not hold|holds|NOT MEASURED) .*");
  for (const std::string& line : Lines(r.out)) {
    std::smatch m;
    if (std::regex_match(line, m, row)) verdicts[std::stoi(m[1])] = m[2];
  }
  for (int i = 1; i <= 16; i++) {
    EXPECT_TRUE(verdicts.contains(i)) << i;
    EXPECT_NE(verdicts[i], "NOT MEASURED") << i << r.out;
  }
  // What does not depend on the machine's speed.
  EXPECT_EQ(verdicts[2], "does not hold");
  EXPECT_EQ(verdicts[4], "holds in part");
  EXPECT_EQ(verdicts[5], "holds");
  EXPECT_EQ(verdicts[8], "does not hold");
  EXPECT_EQ(verdicts[10], "holds in part");
  if (!kAddressSanitizer) EXPECT_EQ(verdicts[13], "does not hold");  // kKeepsGarbage
  EXPECT_EQ(verdicts[14], "does not hold");
  EXPECT_NE(r.out.find("allocations, values of 129 bytes                           1 objects"), std::string::npos);
  EXPECT_NE(r.out.find("changes of the seed by growth                              0"), std::string::npos);
  EXPECT_NE(ReadFile(folder + "/c.json").find("\"number\":16"), std::string::npos);
  const std::string browser = BrowserPath();
  if (browser.empty()) GTEST_SKIP() << "no browser on this machine";
  for (int width : {1280, 400}) {
    OpenedPage page = OpenPage(browser, folder + "/c.html", width, "#c12~div g[data-tip]");
    ASSERT_TRUE(page.ok);
    EXPECT_EQ(page.console, "");
    EXPECT_TRUE(std::regex_match(page.tip, std::regex("bytes of the key: 4\nload factor: 1\n[\\d.]+"))) << page.tip;
    EXPECT_FALSE(page.is_wider) << width;
  }
}

TEST(Claims, GoStandsBeside) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  CommandResult r = RunCommand({GolPath(), "lab", "claims", "-go", GoPath(), "-run", "02_", "-o", "c.html", kClaims},
                               {}, folder, 120);
  EXPECT_EQ(r.exit_code, 0) << r.out << r.err;
  EXPECT_TRUE(std::regex_search(r.out, std::regex("allocations, values of 129 bytes +1 objects   \\| Go 1\\.\\d+[.\\d]*: 1 objects")))
      << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex("under Go 1[.\\d]+: does not hold"))) << r.out;
}

TEST(Claims, FailuresAreLoud) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/report.go", ReadFile(kClaims + "/report.go"));
  WriteFile(folder + "/1.go", "package main\n\nfunc main() {\n\tclaim(1, \"1\", \"a\", \"b\")\n\trequire(1 > 2, \"one is more\")\n}\n");
  WriteFile(folder + "/2.go", "package main\n\nfunc main() {\n\tclaim(2, \"1\", \"c\", \"d\")\n}\n");
  WriteFile(folder + "/3.go", "package main\n\nfunc main() {\n\tclaim(3, \"1\", \"e\", \"f\")\n\tpanic(1)\n}\n");
  CommandResult r = RunGol({"lab", "claims", "-go", "none", "."}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_EQ(r.out,
            " 1  NOT MEASURED   a\n    1.go: one is more\n    Go: b\n"
            " 2  NOT MEASURED   c\n    2.go: it gave no verdict\n    Go: d\n"
            " 3  NOT MEASURED   e\n    3.go: it ended with exit code 2\n    Go: f\n");
  EXPECT_EQ(RunGol({"lab", "claims", "nothing"}, folder).exit_code, 1);
}

}  // namespace
}  // namespace gol::testing
