// An importer over a tree of Go packages in source form (GOROOT/src), for tests and measurements:
// packages are checked with declarations only, so that the checker's lazy mode meets real code.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "frontend/diag/emitter.h"
#include "frontend/syntax/parser.h"
#include "frontend/types/check.h"

namespace gol::test {

// Whether a file takes part in a build for linux/amd64: by the suffix of its name and by its
// //go:build line.
class BuildFilter {
 public:
  static bool MatchName(std::string_view name) {
    if (!name.ends_with(".go") || name.ends_with("_test.go")) return false;
    name.remove_suffix(3);
    std::vector<std::string_view> parts;
    while (true) {
      size_t i = name.rfind('_');
      if (i == std::string_view::npos) break;
      parts.push_back(name.substr(i + 1));
      name = name.substr(0, i);
    }
    if (parts.empty()) return true;
    if (IsArch(parts[0])) {
      return parts[0] == "amd64" && (parts.size() < 2 || !IsOs(parts[1]) || parts[1] == "linux");
    }
    return !IsOs(parts[0]) || parts[0] == "linux";
  }

  static bool MatchText(std::string_view text) {
    size_t at = 0;
    while (at < text.size()) {
      size_t end = text.find('\n', at);
      if (end == std::string_view::npos) end = text.size();
      std::string_view line = text.substr(at, end - at);
      at = end + 1;
      if (line.starts_with("//go:build ")) {
        std::string_view expr = line.substr(11);
        size_t pos = 0;
        return Or(expr, &pos);
      }
      if (line.starts_with("package ")) return true;
    }
    return true;
  }

 private:
  static bool IsOs(std::string_view s) {
    for (std::string_view os : {"aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios",
                                "js", "linux", "netbsd", "openbsd", "plan9", "solaris", "wasip1",
                                "windows", "zos", "hurd", "nacl"}) {
      if (s == os) return true;
    }
    return false;
  }
  static bool IsArch(std::string_view s) {
    for (std::string_view a : {"386", "amd64", "arm", "arm64", "loong64", "mips", "mips64",
                               "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm",
                               "riscv", "sparc64", "ppc", "armbe", "arm64be"}) {
      if (s == a) return true;
    }
    return false;
  }
  static bool Tag(std::string_view t) {
    if (t == "linux" || t == "amd64" || t == "unix" || t == "gc" || t == "goexperiment.swissmap" ||
        t == "goexperiment.aliastypeparams" || t == "goexperiment.regabiwrappers" ||
        t == "goexperiment.regabiargs" || t == "goexperiment.spinbitmutex" ||
        t == "goexperiment.dwarf5" || t == "goexperiment.greenteagc" ||
        t == "goexperiment.randomizedheapbase64" || t == "goexperiment.sizespecializedmalloc") {
      return true;
    }
    if (t.starts_with("go1.")) return std::atoi(t.data() + 4) <= 26;
    return false;
  }
  static void Skip(std::string_view e, size_t* p) {
    while (*p < e.size() && (e[*p] == ' ' || e[*p] == '\t' || e[*p] == '\r')) ++*p;
  }
  static bool Or(std::string_view e, size_t* p) {
    bool v = And(e, p);
    for (Skip(e, p); e.substr(*p).starts_with("||"); Skip(e, p)) {
      *p += 2;
      bool w = And(e, p);
      v = v || w;
    }
    return v;
  }
  static bool And(std::string_view e, size_t* p) {
    bool v = Not(e, p);
    for (Skip(e, p); e.substr(*p).starts_with("&&"); Skip(e, p)) {
      *p += 2;
      bool w = Not(e, p);
      v = v && w;
    }
    return v;
  }
  static bool Not(std::string_view e, size_t* p) {
    Skip(e, p);
    if (*p < e.size() && e[*p] == '!') {
      ++*p;
      return !Not(e, p);
    }
    if (*p < e.size() && e[*p] == '(') {
      ++*p;
      bool v = Or(e, p);
      Skip(e, p);
      if (*p < e.size()) ++*p;
      return v;
    }
    size_t start = *p;
    while (*p < e.size() && (isalnum(static_cast<unsigned char>(e[*p])) || e[*p] == '_' || e[*p] == '.')) ++*p;
    return Tag(std::string(e.substr(start, *p - start)));
  }
};

class GoSourceImporter : public types::Importer {
 public:
  GoSourceImporter(types::Context* context, SourceManager* sources, diag::Emitter* emitter,
                   std::string root)
      : context_(context), sources_(sources), emitter_(emitter), root_(std::move(root)) {}

  bool full = false;  // check imported packages in full

  types::Package* Import(std::string_view path, types::Package* from, std::string* error) override {
    auto it = packages_.find(std::string(path));
    if (it != packages_.end()) return it->second;
    std::string dir = root_ + "/" + std::string(path);
    std::error_code ec;
    if (!std::filesystem::is_directory(dir, ec)) {
      dir = root_ + "/vendor/" + std::string(path);
      if (!std::filesystem::is_directory(dir, ec)) {
        *error = "package " + std::string(path) + " is not in std";
        return nullptr;
      }
    }
    std::vector<std::string> names;
    for (const auto& e : std::filesystem::directory_iterator(dir, ec)) {
      if (BuildFilter::MatchName(e.path().filename().string())) names.push_back(e.path().string());
    }
    std::sort(names.begin(), names.end());
    std::vector<syntax::File*> files;
    for (const std::string& name : names) {
      auto file = sources_->Load(name);
      if (!file.ok() || !BuildFilter::MatchText(file.value()->text())) continue;
      files.push_back(syntax::ParseFile(file.value(), &arena_, emitter_,
                                        full ? syntax::kParseDefault : syntax::kSkipBodies));
    }
    types::CheckOptions options;
    options.importer = this;
    options.emitter = emitter_;
    options.declarations_only = !full;
    options.allow_missing_bodies = true;
    types::Package* pkg = types::CheckPackage(context_, path, files, options);
    packages_.emplace(std::string(path), pkg);
    return pkg;
  }

  std::string_view StdPathForName(std::string_view name) override {
    for (std::string_view p : {"fmt", "strings", "strconv", "errors", "os", "sort", "math", "time",
                               "sync", "runtime", "slices", "maps", "math/rand", "bytes", "bufio"}) {
      if (p == name || p.ends_with(std::string("/") + std::string(name))) return p;
    }
    return {};
  }

  size_t num_packages() const { return packages_.size(); }

 private:
  types::Context* context_;
  SourceManager* sources_;
  diag::Emitter* emitter_;
  std::string root_;
  Arena arena_;
  std::unordered_map<std::string, types::Package*> packages_;
};

}  // namespace gol::test
