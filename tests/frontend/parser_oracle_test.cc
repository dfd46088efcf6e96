// Compares the parser with that of the installed Go on Go's own sources and tests: the same files
// are accepted, and the same errors reported. Skipped where there is no Go.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "syntax_test_util.h"

namespace gol::syntax {
namespace {

namespace fs = std::filesystem;

// Every file of root/test, and each stride-th one of root/src.
std::vector<std::string> GoFiles(const std::string& root, size_t stride) {
  std::vector<std::string> out;
  for (const char* folder : {"/src", "/test"}) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::recursive_directory_iterator it(root + folder, error), end; it != end;
         it.increment(error)) {
      if (it->is_regular_file(error) && it->path().extension() == ".go") {
        names.push_back(it->path());
      }
    }
    std::sort(names.begin(), names.end());
    size_t step = std::string(folder) == "/src" ? stride : 1;
    for (size_t i = 0; i < names.size(); i += step) out.push_back(names[i]);
  }
  return out;
}

std::vector<std::string> SortedLines(const std::string& text) {
  std::vector<std::string> lines;
  std::stringstream in(text);
  // Files with names of several lines in `//line` directives do not matter here.
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(ParserOracle, AgreesWithTheGoCompiler) {
  std::string root = GoRoot();
  if (root.empty()) GTEST_SKIP() << "no Go installed";
  fs::path work = fs::temp_directory_path() / ("gol_parser_oracle_" + std::to_string(getpid()));
  fs::create_directories(work / "syntax");
  for (const auto& entry : fs::directory_iterator(root + "/src/cmd/compile/internal/syntax")) {
    std::string name = entry.path().filename();
    if (name.ends_with("_test.go") || name == "testing.go" || !name.ends_with(".go")) continue;
    fs::copy_file(entry.path(), work / "syntax" / name);
  }
  fs::copy_file(GOL_SOURCE_DIR "/tests/frontend/oracle/main.go", work / "main.go");
  std::ofstream(work / "go.mod") << "module oracle\n\ngo 1.26\n";

  std::vector<std::string> files = GoFiles(root, 10);
  std::ofstream list(work / "files");
  std::string got;
  for (const std::string& file : files) {
    list << file << "\n";
    SourceManager sources;
    Result<SourceFile*> source = sources.Load(file);
    ASSERT_TRUE(source.ok());
    Arena arena;
    diag::Emitter emitter(&sources);
    ParseFile(source.value(), &arena, &emitter, kParseDefault);
    for (const diag::Diagnostic* d : emitter.Sorted()) {
      // The compiler's parser leaves directives to its caller.
      if (d->kind != diag::kMisplacedDirective) got += emitter.RenderOne(*d);
    }
  }
  list.close();

  std::string command = "cd " + work.string() + " && GOFLAGS=-mod=mod GOPROXY=off " + root +
                        "/bin/go build -o oracle . && ./oracle < files > out 2> log";
  int status = std::system(command.c_str());
  std::string want = ReadFile(work / "out");
  fs::remove_all(work);
  ASSERT_EQ(status, 0);
  EXPECT_GT(files.size(), 1000u);
  EXPECT_EQ(SortedLines(got), SortedLines(want));
}

}  // namespace
}  // namespace gol::syntax
