// See embed/build_constraint.h. The grammar is that of `go help buildconstraint`.
#include "embed/build_constraint.h"

#include <cstdlib>
#include <string>
#include <vector>

namespace gol::embed {
namespace {

constexpr int kGoMinor = 26;

constexpr std::string_view kSystems[] = {
    "aix",     "android", "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios",
    "js",      "linux",   "nacl",   "netbsd",    "openbsd", "plan9",   "solaris", "wasip1",
    "windows", "zos"};
constexpr std::string_view kArchitectures[] = {
    "386",     "amd64",  "amd64p32", "arm",      "armbe",   "arm64",  "arm64be", "loong64",
    "mips",    "mipsle", "mips64",   "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64",
    "ppc64le", "riscv",  "riscv64",  "s390",     "s390x",   "sparc",  "sparc64", "wasm"};

template <size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view word) {
  for (std::string_view s : list) {
    if (s == word) return true;
  }
  return false;
}

bool TagHolds(std::string_view tag) {
  if (tag == "linux" || tag == "unix" || tag == "amd64" || tag == "gc" || tag == "gol") return true;
  if (tag.starts_with("go1.")) {
    std::string minor(tag.substr(4));
    char* end;
    long n = std::strtol(minor.c_str(), &end, 10);
    return *end == 0 && !minor.empty() && n <= kGoMinor;
  }
  return false;
}

// A recursive-descent evaluator of or-expressions over tags. A malformed line does not hold.
class Evaluator {
 public:
  explicit Evaluator(std::string_view text) : text_(text) {}
  bool Run() {
    bool v = Or();
    Space();
    return !failed_ && at_ == text_.size() && v;
  }

 private:
  void Space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) at_++;
  }
  bool Take(std::string_view op) {
    Space();
    if (!text_.substr(at_).starts_with(op)) return false;
    at_ += op.size();
    return true;
  }
  bool Or() {
    bool v = And();
    while (Take("||")) v = And() || v;
    return v;
  }
  bool And() {
    bool v = Not();
    while (Take("&&")) v = Not() && v;
    return v;
  }
  bool Not() {
    if (++depth_ > 1000) {
      failed_ = true;
      return false;
    }
    if (Take("!")) return !Not();
    if (Take("(")) {
      bool v = Or();
      if (!Take(")")) failed_ = true;
      return v;
    }
    size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '(' &&
           text_[at_] != ')' && text_[at_] != '!' && text_[at_] != '&' && text_[at_] != '|') {
      at_++;
    }
    if (at_ == start) failed_ = true;
    return TagHolds(text_.substr(start, at_ - start));
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

bool NameMatches(std::string_view name) {
  size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) name = name.substr(0, dot);
  if (name.ends_with("_test")) return false;
  std::vector<std::string_view> parts;
  for (;;) {
    size_t u = name.find('_');
    parts.push_back(name.substr(0, u));
    if (u == std::string_view::npos) break;
    name = name.substr(u + 1);
  }
  size_t n = parts.size();
  if (n >= 3 && Contains(kSystems, parts[n - 2]) && Contains(kArchitectures, parts[n - 1])) {
    return parts[n - 2] == "linux" && parts[n - 1] == "amd64";
  }
  if (n >= 2 && Contains(kSystems, parts[n - 1])) return parts[n - 1] == "linux";
  if (n >= 2 && Contains(kArchitectures, parts[n - 1])) return parts[n - 1] == "amd64";
  return true;
}

bool ConstraintHolds(std::string_view text) {
  // Only blank lines and comments may stand before the line.
  bool in_block = false;
  while (!text.empty()) {
    size_t nl = text.find('\n');
    std::string_view line = text.substr(0, nl);
    text = nl == std::string_view::npos ? std::string_view() : text.substr(nl + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    while (!line.empty() && (line[0] == ' ' || line[0] == '\t')) line.remove_prefix(1);
    if (in_block) {
      if (line.find("*/") != std::string_view::npos) in_block = false;
      continue;
    }
    if (line.empty()) continue;
    if (line.starts_with("//go:build ")) return Evaluator(line.substr(11)).Run();
    if (line.starts_with("//")) continue;
    if (line.starts_with("/*")) {
      in_block = line.find("*/") == std::string_view::npos;
      continue;
    }
    return true;
  }
  return true;
}

}  // namespace gol::embed
