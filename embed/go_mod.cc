// See embed/go_mod.h. The syntax is that of https://go.dev/ref/mod#go-mod-file: one directive a
// line, or a block of them in parentheses behind the verb.
#include "embed/go_mod.h"

#include <cstdlib>

namespace gol::embed {
namespace {

constexpr int kNewestMinor = 26;

constexpr std::string_view kOtherVerbs[] = {"require", "exclude", "retract", "toolchain",
                                            "godebug", "tool", "ignore"};

// The words of a line; a quoted word may hold blanks. Comments are gone already.
std::vector<std::string> WordsOf(std::string_view line) {
  std::vector<std::string> words;
  size_t i = 0;
  while (i < line.size()) {
    char c = line[i];
    if (c == ' ' || c == '\t' || c == '\r') {
      i++;
    } else if (c == '"' || c == '`') {
      size_t end = line.find(c, i + 1);
      if (end == std::string_view::npos) end = line.size();
      words.emplace_back(line.substr(i + 1, end - i - 1));
      i = end + 1;
    } else if (c == '(' || c == ')') {
      words.emplace_back(1, c);
      i++;
    } else {
      size_t end = line.find_first_of(" \t\r\"`()", i);
      if (end == std::string_view::npos) end = line.size();
      words.emplace_back(line.substr(i, end - i));
      i = end;
    }
  }
  return words;
}

// The N of "1.N", "1.N.P" and "1.NrcM"; -1 when the text is no Go version.
int MinorOf(const std::string& version) {
  if (!version.starts_with("1.") || version.size() < 3) return version == "1" ? 0 : -1;
  char* end;
  if (version[2] < '0' || version[2] > '9') return -1;
  long minor = std::strtol(version.c_str() + 2, &end, 10);
  std::string_view rest(end);
  if (rest.starts_with(".")) rest.remove_prefix(1);
  else if (rest.starts_with("rc")) rest.remove_prefix(2);
  else if (!rest.empty()) return -1;
  if (rest.data() != end && (rest.empty() || rest.find_first_not_of("0123456789") != rest.npos)) {
    return -1;
  }
  return minor < 1000 ? static_cast<int>(minor) : 1000;
}

bool IsKnownVerb(std::string_view verb) {
  for (std::string_view known : kOtherVerbs) {
    if (verb == known) return true;
  }
  return verb == "module" || verb == "go" || verb == "replace";
}

}  // namespace

Result<GoMod> ParseGoMod(std::string_view text, std::string_view shown) {
  GoMod mod;
  std::string errors;
  std::string too_new;
  std::string block;  // the verb of the block that is open
  uint32_t line_number = 0;
  auto fail = [&](const std::string& message) {
    errors += "\n" + std::string(shown) + ":" + std::to_string(line_number) + ": " + message;
  };
  while (!text.empty()) {
    size_t nl = text.find('\n');
    std::string_view line = text.substr(0, nl);
    text = nl == std::string_view::npos ? std::string_view() : text.substr(nl + 1);
    line_number++;
    line = line.substr(0, line.find("//"));
    std::vector<std::string> words = WordsOf(line);
    if (words.empty()) continue;
    if (words[0] == ")") {
      block.clear();
      continue;
    }
    std::string verb = block;
    if (verb.empty()) {
      verb = words[0];
      words.erase(words.begin());
      if (!IsKnownVerb(verb)) {
        fail("unknown directive: " + verb);
        continue;
      }
      if (words.size() == 1 && words[0] == "(") {
        block = verb;
        continue;
      }
    }
    if (verb == "module") {
      if (words.size() != 1) {
        fail("usage: module module/path");
      } else if (!mod.module_path.empty()) {
        fail("repeated module statement");
      } else {
        mod.module_path = words[0];
      }
    } else if (verb == "go") {
      int minor = words.size() == 1 ? MinorOf(words[0]) : -1;
      if (words.size() != 1) {
        fail("go directive expects exactly one argument");
      } else if (minor < 0) {
        fail("invalid go version '" + words[0] + "': must match format 1.23.0");
      } else {
        // The language knows no patch versions.
        mod.go_version = "go1." + std::to_string(minor);
        if (minor > kNewestMinor) too_new = words[0];
      }
    } else if (verb == "replace") {
      // replace module/path [version] => folder, or => other/module version
      size_t arrow = 0;
      while (arrow < words.size() && words[arrow] != "=>") arrow++;
      if (arrow == 0 || arrow > 2 || arrow + 2 > words.size()) {
        fail("usage: replace module/path [v1.2.3] => other/module v1.4\n"
             "\t or replace module/path [v1.2.3] => ../local/directory");
      } else if (const std::string& to = words[arrow + 1];
                 to.starts_with("./") || to.starts_with("../") || to.starts_with("/")) {
        mod.replacements.push_back({words[0], to});
      }
    }
  }
  if (!errors.empty()) return Error{"errors parsing " + std::string(shown) + ":" + errors};
  if (mod.module_path.empty()) {
    return Error{"error reading " + std::string(shown) + ": missing module declaration"};
  }
  if (!too_new.empty()) {
    return Error{std::string(shown) + " requires go >= " + too_new + " (running go 1." +
                 std::to_string(kNewestMinor) + ")"};
  }
  return mod;
}

}  // namespace gol::embed
