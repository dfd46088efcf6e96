// The cache of compiled programs: what is found in it, what is not, and what happens to it.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "support/program.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

namespace fs = std::filesystem;

class Cache : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = TempFolder();
    cache_ = folder_ + "/cache/gol";
  }

  CommandResult Run(const std::vector<std::string>& args = {"main.go"},
                    std::map<std::string, std::string> env = {}) {
    std::vector<std::string> argv = {"run"};
    argv.insert(argv.end(), args.begin(), args.end());
    env.try_emplace("GOLCACHE", cache_);
    return RunGol(argv, folder_, env);
  }
  void Write(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(folder_ + "/" + name).parent_path());
    WriteFile(folder_ + "/" + name, text);
  }
  void WriteMain(const std::string& message) {
    Write("main.go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"" + message +
                         "\") }\n");
  }
  std::vector<std::string> Files(const std::string& ending) {
    std::vector<std::string> out;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(cache_, ec)) {
      const std::string name = entry.path().string();
      if (name.ends_with(ending)) out.push_back(name);
    }
    return out;
  }
  // Replaces a text in the stored code by one of the same length: what runs then came from there.
  // The hash in front is left as it is, so the entry counts as broken.
  void Damage(const std::string& path, const std::string& from, const std::string& to) {
    std::string content = ReadFile(path);
    const size_t at = content.find(from);
    ASSERT_NE(at, std::string::npos);
    WriteFile(path, content.replace(at, from.size(), to));
  }

  std::string folder_, cache_;
};

TEST_F(Cache, SecondRunComesFromThere) {
  WriteMain("first");
  EXPECT_EQ(Run().out, "first\n");
  ASSERT_EQ(Files(".obj").size(), 1u);
  ASSERT_EQ(Files(".deps").size(), 1u);
  EXPECT_TRUE(Files("tmp").empty());
  const std::string object = Files(".obj")[0];
  const auto written = fs::last_write_time(object);
  EXPECT_EQ(Run().out, "first\n");
  EXPECT_EQ(Files(".obj").size(), 1u);
  EXPECT_EQ(fs::last_write_time(object), written);
}

TEST_F(Cache, PanicsFromThereHaveLines) {
  Write("main.go", "package main\n\nfunc main() {\n\tvar s []int\n\t_ = s[len(s)]\n}\n");
  for (int i = 0; i < 2; i++) {
    CommandResult r = Run();
    EXPECT_EQ(r.exit_code, 2);
    EXPECT_EQ(MainFrames(r.err), std::vector<std::string>{"main.main main.go:5"}) << r.err;
  }
}

TEST_F(Cache, EditIsCompiled) {
  WriteMain("first");
  EXPECT_EQ(Run().out, "first\n");
  WriteMain("other");
  EXPECT_EQ(Run().out, "other\n");
  EXPECT_EQ(Files(".obj").size(), 2u);
  WriteMain("first");
  EXPECT_EQ(Run().out, "first\n");
  EXPECT_EQ(Files(".obj").size(), 2u);
}

TEST_F(Cache, EditOfAPackageAndNewFilesAreSeen) {
  Write("go.mod", "module m\n");
  Write("main.go", "package main\n\nimport \"m/p\"\n\nfunc main() { println(p.F()) }\n");
  Write("p/p.go", "package p\n\nfunc F() int { return g() }\n\nfunc g() int { return 1 }\n");
  EXPECT_EQ(Run({"."}).err, "1\n");
  EXPECT_EQ(Run({"."}).err, "1\n");
  EXPECT_EQ(Files(".obj").size(), 1u);
  Write("p/p.go", "package p\n\nfunc F() int { return g() }\n\nfunc g() int { return 2 }\n");
  EXPECT_EQ(Run({"."}).err, "2\n");
  Write("p/p.go", "package p\n\nfunc F() int { return g() }\n");
  EXPECT_NE(Run({"."}).exit_code, 0);
  Write("p/q.go", "package p\n\nfunc g() int { return 3 }\n");
  EXPECT_EQ(Run({"."}).err, "3\n");
  // A second definition in a file that was not there before.
  Write("p/r.go", "package p\n\nfunc g() int { return 4 }\n");
  EXPECT_NE(Run({"."}).exit_code, 0);
  fs::remove(folder_ + "/p/r.go");
  EXPECT_EQ(Run({"."}).err, "3\n");
  // The module's name changes, and with it what the import means.
  Write("go.mod", "module n\n");
  EXPECT_NE(Run({"."}).exit_code, 0);
}

TEST_F(Cache, FlagsAndFoldersAreApart) {
  WriteMain("same");
  EXPECT_EQ(Run().out, "same\n");
  EXPECT_EQ(Run({"-O0", "main.go"}).out, "same\n");
  EXPECT_EQ(Run({"-gcflags=-l", "main.go"}).out, "same\n");
  EXPECT_EQ(Files(".obj").size(), 3u);
}

TEST_F(Cache, WhatPrintsSomethingOfTheCompilationCompiles) {
  WriteMain("text");
  EXPECT_EQ(Run().out, "text\n");
  for (int i = 0; i < 2; i++) {
    EXPECT_NE(Run({"-gcflags=-m", "main.go"}).err.find("escapes to heap"), std::string::npos);
    EXPECT_NE(Run({"--dump-ir", "main.go"}).out.find("main.main"), std::string::npos);
  }
}

TEST_F(Cache, BrokenEntriesAreMadeAnew) {
  WriteMain("whole text");
  EXPECT_EQ(Run().out, "whole text\n");
  const std::string object = Files(".obj")[0], list = Files(".deps")[0];
  const std::string good = ReadFile(object);
  Damage(object, "whole text", "wrong text");
  EXPECT_EQ(Run().out, "whole text\n");
  EXPECT_EQ(ReadFile(object), good);
  for (const std::string& bad : {std::string(), good.substr(0, good.size() / 2), good + "x",
                                 std::string("no entry at all, but long enough for a hash ....")}) {
    WriteFile(object, bad);
    EXPECT_EQ(Run().out, "whole text\n");
    EXPECT_EQ(ReadFile(object), good);
  }
  WriteFile(list, "x");
  EXPECT_EQ(Run().out, "whole text\n");
  EXPECT_GT(fs::file_size(list), 1u);
}

TEST_F(Cache, ManyWritersAtOnce) {
  WriteMain("many");
  std::vector<std::thread> threads;
  std::vector<std::string> outs(6);
  for (size_t i = 0; i < outs.size(); i++) {
    threads.emplace_back([&, i] { outs[i] = Run().out; });
  }
  for (std::thread& t : threads) t.join();
  for (const std::string& out : outs) EXPECT_EQ(out, "many\n");
  EXPECT_EQ(Files(".obj").size(), 1u);
  for (const auto& entry : fs::directory_iterator(cache_)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("tmp")) << entry.path();
  }
  EXPECT_EQ(Run().out, "many\n");
}

// Large programs start with fast code and are optimised while they run.
TEST_F(Cache, LargeProgramsInSteps) {
  if (kAddressSanitizer) GTEST_SKIP() << "the optimiser takes minutes with it";
  std::string source =
      "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"time\"\n)\n\n"
      "type shape interface{ area() int }\n\n";
  std::string all = "var shapes = []shape{";
  constexpr int kKinds = 230;
  for (int i = 0; i < kKinds; i++) {
    const std::string n = std::to_string(i);
    source += "type s" + n + " struct{ a, b int; name string }\n\nfunc (s *s" + n +
              ") area() int {\n\tm := map[string]int{s.name: s.a}\n\tsum := 0\n"
              "\tfor i := range s.b {\n\t\tsum += m[fmt.Sprint(s.name)] * i % " +
              std::to_string(i + 1) +
              "\n\t}\n\tf := func(x int) int { return x + sum }\n\treturn f(" + n + ")\n}\n\n";
    all += "&s" + n + "{" + n + ", 10, \"s" + n + "\"}, ";
  }
  source += all + "}\n\nfunc total() int {\n\tt := 0\n\tfor _, s := range shapes {\n\t\tt += "
                  "s.area()\n\t}\n\treturn t\n}\n\n"
                  "func main() {\n\tfirst, end := total(), time.Now().Add(time.Duration(len(os.Args)-1) * "
                  "time.Second)\n\tfor time.Now().Before(end) {\n\t\tif t := total(); t != first {\n"
                  "\t\t\tpanic(t)\n\t\t}\n\t}\n\tfmt.Println(first)\n}\n";
  Write("main.go", source);
  const std::string whole = Run({"-O2", "main.go"}, {{"GOLCACHE", "off"}}).out;
  EXPECT_FALSE(whole.empty());
  // A run that ends at once leaves the fast code.
  EXPECT_EQ(Run().out, whole);
  ASSERT_EQ(Files(".obj").size(), 1u);
  const std::string object = Files(".obj")[0];
  const auto fast_bytes = fs::file_size(object);
  EXPECT_EQ(Run().out, whole);
  // A long one is optimised, starting from fast code out of the cache or from the sources. How long it
  // must be depends on what else the machine does.
  for (int i = 0; i < 10 && fs::file_size(object) == fast_bytes; i++) {
    EXPECT_EQ(Run({"main.go", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"}).out, whole);
  }
  EXPECT_GT(fs::file_size(object), fast_bytes);
  EXPECT_EQ(Run().out, whole);
  EXPECT_EQ(Run({"main.go", "1", "2", "3", "4"}, {{"GOLCACHE", "off"}}).out, whole);
}

TEST_F(Cache, Off) {
  WriteMain("plain");
  EXPECT_EQ(Run({"main.go"}, {{"GOLCACHE", "off"}, {"HOME", folder_}}).out, "plain\n");
  EXPECT_FALSE(fs::exists(folder_ + "/.cache"));
  EXPECT_EQ(RunGol({"env", "GOLCACHE"}, folder_, {{"GOLCACHE", "off"}}).out, "off\n");
  EXPECT_EQ(RunGol({"env", "GOLCACHE"}, folder_, {{"GOLCACHE", "/a/b"}}).out, "/a/b\n");
  EXPECT_EQ(RunGol({"env", "GOLCACHE"}, folder_, {{"GOLCACHE", ""}, {"XDG_CACHE_HOME", "/x"}}).out,
            "/x/gol\n");
}

TEST_F(Cache, FolderThatCannotBeWritten) {
  WriteMain("still runs");
  Write("file", "");
  EXPECT_EQ(Run({"main.go"}, {{"GOLCACHE", folder_ + "/file/below"}}).out, "still runs\n");
}

}  // namespace
}  // namespace gol::testing
