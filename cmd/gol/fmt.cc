// gol fmt: formats Go source and scripts as gofmt does, with its flags, output and exit codes.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "commands.h"
#include "frontend/format/format.h"
#include "line_diff.h"

namespace gol::cmd {
namespace {

namespace fs = std::filesystem;

constexpr char kUsage[] =
    "usage: gol fmt [flags] [path ...]\n"
    "  -d\tdisplay diffs instead of rewriting files\n"
    "  -e\treport all errors (not just the first 10 on different lines)\n"
    "  -l\tlist files whose formatting differs from gofmt's\n"
    "  -s\tsimplify code\n"
    "  -w\twrite result to (source) file instead of stdout\n";

struct FmtFlags {
  bool diff = false;
  bool all_errors = false;
  bool list = false;
  bool simplify = false;
  bool write = false;
};

class Formatter {
 public:
  explicit Formatter(const FmtFlags& flags) : flags_(flags) {}

  void FormatText(const std::string& name, const std::string& text, bool is_file);
  void FormatFile(const std::string& path);
  void FormatFolder(const std::string& path);
  void Fail(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    exit_code_ = kExitUsage;
  }
  int exit_code() const { return exit_code_; }

 private:
  void PrintErrors(const std::string& errors);
  void WriteFile(const std::string& path, const std::string& text);

  const FmtFlags flags_;
  int exit_code_ = 0;
};

bool ReadAll(std::istream& in, std::string* text) {
  text->assign(std::istreambuf_iterator<char>(in), {});
  return !in.bad();
}

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// The first ten, unless all were asked for.
void Formatter::PrintErrors(const std::string& errors) {
  constexpr int kMaxErrors = 10;
  std::istringstream lines(errors);
  int n = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!flags_.all_errors && n == kMaxErrors) {
      Fail("too many errors");
      return;
    }
    if (!line.starts_with('\t')) ++n;
    Fail(line);
  }
}

// Only the contents of the file change, so it keeps its mode, and links to it stay.
void Formatter::WriteFile(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) Fail("open " + path + ": cannot write");
}

void Formatter::FormatText(const std::string& name, const std::string& text, bool is_file) {
  format::Formatted result = format::FormatSource(name, text, {.simplify = flags_.simplify});
  if (!result.errors.empty()) {
    PrintErrors(result.errors);
    return;
  }
  if (result.text != text) {
    if (flags_.list) Print(name + "\n");
    if (flags_.write && is_file) WriteFile(name, result.text);
    if (flags_.diff) {
      Print(LineDiff(name + ".orig", text, name, result.text));
      exit_code_ = kExitError;  // gofmt's last complaint decides
    }
  }
  if (!flags_.list && !flags_.write && !flags_.diff) Print(result.text);
}

void Formatter::FormatFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  if (!in || !ReadAll(in, &text)) {
    Fail("open " + path + ": cannot read");
    return;
  }
  FormatText(path, text, true);
}

// Go files and scripts below a folder, in order of their names; but hidden ones.
void Formatter::FormatFolder(const std::string& path) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  if (error) {
    Fail("open " + path + ": " + error.message());
    return;
  }
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    const std::string name = entry.filename().string();
    const fs::file_status status = fs::symlink_status(entry, error);
    if (fs::is_directory(status)) {
      FormatFolder(entry.lexically_normal().string());
    } else if (!name.starts_with('.') &&
               (entry.extension() == ".go" || entry.extension() == ".gol")) {
      FormatFile(entry.lexically_normal().string());
    }
  }
}

}  // namespace

int Fmt(const std::vector<std::string>& args) {
  FmtFlags flags;
  size_t n = 0;
  for (; n < args.size() && args[n].size() > 1 && args[n][0] == '-'; ++n) {
    std::string name = args[n].substr(args[n].starts_with("--") ? 2 : 1);
    if (name.empty()) {
      ++n;
      break;
    }
    bool value = true;
    if (const size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1) == "true" || name.substr(equals + 1) == "1";
      name.resize(equals);
    }
    if (name == "d") flags.diff = value;
    else if (name == "e") flags.all_errors = value;
    else if (name == "l") flags.list = value;
    else if (name == "s") flags.simplify = value;
    else if (name == "w") flags.write = value;
    else if (name == "h" || name == "help") {
      std::fputs(kUsage, stderr);
      return 0;
    } else {
      std::fprintf(stderr, "flag provided but not defined: -%s\n%s", name.c_str(), kUsage);
      return kExitUsage;
    }
  }
  Formatter formatter(flags);
  if (n == args.size()) {
    if (flags.write) {
      formatter.Fail("error: cannot use -w with standard input");
      return formatter.exit_code();
    }
    std::string text;
    int c;
    while ((c = std::getchar()) != EOF) text.push_back(static_cast<char>(c));
    formatter.FormatText("<standard input>", text, false);
    return formatter.exit_code();
  }
  for (; n < args.size(); ++n) {
    std::error_code error;
    const fs::file_status status = fs::status(args[n], error);
    if (!fs::exists(status)) {
      formatter.Fail("lstat " + args[n] + ": no such file or directory");
    } else if (fs::is_directory(status)) {
      formatter.FormatFolder(args[n]);
    } else {
      formatter.FormatFile(args[n]);
    }
  }
  return formatter.exit_code();
}

}  // namespace gol::cmd
