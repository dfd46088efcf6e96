// See program.h.
#include "program.h"

#include <filesystem>
#include <regex>
#include <sstream>

namespace gol::testing {

namespace {
// Programs are compiled each time unless a test sets GOLCACHE itself.
std::map<std::string, std::string> WithoutCache(std::map<std::string, std::string> env) {
  env.try_emplace("GOLCACHE", "off");
  return env;
}
}  // namespace

CommandResult RunSource(const std::string& source, const ProgramOptions& options) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/" + options.file, source);
  std::vector<std::string> argv = {GolPath(), "run"};
  argv.insert(argv.end(), options.flags.begin(), options.flags.end());
  argv.push_back(options.file);
  argv.insert(argv.end(), options.args.begin(), options.args.end());
  return RunCommand(argv, WithoutCache(options.env), folder, options.timeout_seconds);
}

CommandResult RunGol(const std::vector<std::string>& args, const std::string& cwd,
                     const std::map<std::string, std::string>& env) {
  std::vector<std::string> argv = {GolPath()};
  argv.insert(argv.end(), args.begin(), args.end());
  return RunCommand(argv, WithoutCache(env), cwd);
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<Trace> ParseTraces(const std::string& text) {
  static const std::regex head(R"(goroutine (\d+)[^\[]*\[([^\]]*)\].*)");
  static const std::regex place(R"(\t(.*):(\d+)( \+0x[0-9a-f]+)?( fp=.*)?)");
  static const std::regex creator(R"(created by (\S+)( in goroutine \d+)?)");
  std::vector<Trace> traces;
  std::string function;
  bool is_creator = false;
  for (const std::string& line : Lines(text)) {
    std::smatch m;
    if (std::regex_match(line, m, head)) {
      traces.push_back({std::stoi(m[1]), m[2], {}, {}});
      function.clear();
    } else if (traces.empty()) {
      continue;
    } else if (std::regex_match(line, m, place) && !function.empty()) {
      const std::string frame =
          function + " " + std::filesystem::path(m[1].str()).filename().string() + ":" + m[2].str();
      if (is_creator) {
        traces.back().created_by = frame;
      } else {
        traces.back().frames.push_back(frame);
      }
      function.clear();
    } else if (std::regex_match(line, m, creator)) {
      function = m[1];
      is_creator = true;
    } else if (line.ends_with(")")) {
      // The argument list is the last balanced pair of parentheses; a receiver stands before it.
      size_t at = line.size();
      int depth = 0;
      while (at > 0) {
        at--;
        if (line[at] == ')') depth++;
        if (line[at] == '(' && --depth == 0) break;
      }
      function = line.substr(0, at);
      is_creator = false;
    }
  }
  return traces;
}

std::vector<std::string> MainFrames(const std::string& text) {
  std::vector<std::string> frames;
  const std::vector<Trace> traces = ParseTraces(text);
  if (traces.empty()) return frames;
  for (const std::string& frame : traces[0].frames) {
    if (frame.starts_with("main.")) frames.push_back(frame);
  }
  return frames;
}

}  // namespace gol::testing
