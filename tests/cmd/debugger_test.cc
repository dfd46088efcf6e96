// Debuggers and perf: functions, lines and variables of compiled code. What is not on the machine is skipped.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "support/program.h"

namespace gol::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kProgram[] = R"(package main

type point struct {
	x, y int
	next *point
	name string
}

//go:noinline
func sum(p *point, n int) int {
	total := 0
	list := []int{1, 2, 3}
	ok := true
	for i := 0; i < n; i++ {
		total += p.x*i + p.y + list[i%3]
		ok = !ok
	}
	if ok {
		return total
	}
	return -total
}

func main() {
	p := &point{3, 4, nil, "home"}
	p.next = p
	r := sum(p, 10)
	println(r)
}
)";

// What gdb prints for the commands, with a breakpoint at line 15 reached twice.
CommandResult Debug(const std::string& folder, const std::string& level, const std::vector<std::string>& commands) {
  std::vector<std::string> words{"/usr/bin/gdb", "-nx", "-batch", "-ex", "set breakpoint pending on", "-ex",
                                 "break main.go:15", "-ex", "run", "-ex", "continue"};
  for (const std::string& c : commands) {
    words.push_back("-ex");
    words.push_back(c);
  }
  words.insert(words.end(), {"--args", GolPath(), "run", level, "main.go"});
  return RunCommand(words, {}, folder);
}

bool MayDebug(const CommandResult& r) {
  return r.out.find("Could not trace") == std::string::npos &&
         r.err.find("ptrace: Operation not permitted") == std::string::npos;
}

TEST(Debugger, StopsAtLinesAndShowsVariables) {
  if (!fs::exists("/usr/bin/gdb")) GTEST_SKIP() << "no gdb on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", kProgram);
  CommandResult r = Debug(folder, "-O0", {"info args", "info locals", "print *p", "bt", "up", "info locals"});
  if (!MayDebug(r)) GTEST_SKIP() << "debuggers may not run here";
  EXPECT_TRUE(std::regex_search(r.out, std::regex("hit Breakpoint 1, main.sum \\(p=0x[0-9a-f]+, n=10\\) at main.go:15\n"
                                                  "15\t\t+total")))
      << r.out << r.err;
  EXPECT_NE(r.out.find("total = 5\n"), std::string::npos) << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex("list = \\{array = 0x[0-9a-f]+, len = 3, cap = 3\\}\n"))) << r.out;
  EXPECT_NE(r.out.find("ok = false\n"), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("i = 1\n"), std::string::npos) << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex("\\$1 = \\{x = 3, y = 4, next = 0x[0-9a-f]+, name = (0x[0-9a-f]+ )?\"home\"\\}")))
      << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex("#0  main.sum .* at main.go:15\n#1  0x[0-9a-f]+ in main.main \\(\\) at main.go:27\n")))
      << r.out;
}

TEST(Debugger, OptimisedCodeHasLines) {
  if (!fs::exists("/usr/bin/gdb")) GTEST_SKIP() << "no gdb on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", kProgram);
  CommandResult r = Debug(folder, "-O2", {});
  if (!MayDebug(r)) GTEST_SKIP() << "debuggers may not run here";
  EXPECT_TRUE(std::regex_search(r.out, std::regex("hit Breakpoint 1, main.sum \\(.*\\) at main.go:15\n"))) << r.out << r.err;
}

TEST(Perf, FunctionsHaveNames) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go", kProgram);
  CommandResult r = RunGol({"run", "-perf=dump", "main.go"}, folder);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  std::string dump;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".dump") dump = ReadFile(entry.path().string());
  }
  EXPECT_TRUE(dump.starts_with("DTiJ")) << "the magic number, in this machine's order";
  EXPECT_NE(dump.find(std::string("main.sum\0", 9)), std::string::npos);
  r = RunGol({"run", "-perf=other", "main.go"}, folder);
  EXPECT_EQ(r.err, "gol: -perf takes map or dump, not other\n");
  EXPECT_EQ(r.exit_code, 2);
  // The map's name has the process's number in it.
  WriteFile(folder + "/self.go",
            "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"strings\"\n)\n\nfunc main() {\n"
            "\tname := fmt.Sprintf(\"/tmp/perf-%d.map\", os.Getpid())\n\ttext, err := os.ReadFile(name)\n"
            "\tfmt.Println(strings.Contains(string(text), \" main.main\\n\"), err)\n\tos.Remove(name)\n}\n");
  EXPECT_EQ(RunGol({"run", "-perf", "map", "self.go"}, folder).out, "true <nil>\n");
}

}  // namespace
}  // namespace gol::testing
