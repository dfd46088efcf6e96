// What the tests of the type checker share.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "frontend/diag/emitter.h"
#include "frontend/syntax/parser.h"
#include "frontend/types/check.h"

namespace gol::types {

// Packages from texts: AddPackage, then Check or the imports of other packages find them.
class TestProgram : public Importer {
 public:
  explicit TestProgram(bool declarations_only = false)
      : declarations_only_(declarations_only),
        emitter(&sources),
        context(std::make_unique<Context>()) {}

  // A package that can be imported; it is checked when that happens.
  void AddPackage(std::string path, std::string text) { texts_[std::move(path)] = std::move(text); }

  // Checks a text as a package of its own.
  Package* Check(std::string_view path, std::string text, bool allow_script = false,
                 std::string_view go_version = {}) {
    CheckOptions options;
    options.go_version = go_version;
    return CheckText(path, std::string(allow_script ? "x.gol" : "x.go"), std::move(text),
                     allow_script ? syntax::kAllowScript : syntax::kParseDefault, options);
  }

  // "line:col: message" lines; other files than the one checked keep their name.
  std::string Errors() const {
    std::string out = emitter.Render();
    for (std::string_view name : {"x.gol:", "x.go:"}) {
      for (size_t at; (at = out.find(name)) != std::string::npos;) out.erase(at, name.size());
    }
    return out;
  }

  Package* Import(std::string_view path, Package* from, std::string* error) override {
    auto it = packages_.find(path);
    if (it != packages_.end()) return it->second;
    auto text = texts_.find(path);
    if (text == texts_.end()) {
      *error = "no such package";
      return nullptr;
    }
    num_imported++;
    CheckOptions options;
    options.declarations_only = declarations_only_;
    Package* pkg = CheckText(path, std::string(path) + ".go", text->second,
                             declarations_only_ ? syntax::kSkipBodies : syntax::kParseDefault,
                             options);
    packages_.emplace(std::string(path), pkg);
    return pkg;
  }

  std::string_view StdPathForName(std::string_view name) override {
    for (const auto& [path, text] : texts_) {
      if (path == name || path.ends_with("/" + std::string(name))) return path;
    }
    return {};
  }

  template <typename T = Object>
  T* Find(Package* pkg, std::string_view name) {
    return DynCast<T>(pkg->scope->Lookup(name));
  }

  int num_imported = 0;

 private:
  Package* CheckText(std::string_view path, std::string name, std::string text, uint32_t mode,
                     CheckOptions options) {
    SourceFile* source = sources.Add(name, std::move(text));
    syntax::File* file = syntax::ParseFile(source, &arena, &emitter, mode);
    options.importer = this;
    options.emitter = &emitter;
    syntax::File* files[] = {file};
    last_file = file;
    if (emitter.syntax_error_count() > 0) return nullptr;
    return CheckPackage(context.get(), path, files, options);
  }

  const bool declarations_only_;
  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, Package*, std::less<>> packages_;

 public:
  SourceManager sources;
  Arena arena;
  diag::Emitter emitter;
  std::unique_ptr<Context> context;
  syntax::File* last_file = nullptr;
};

template <>
inline Object* TestProgram::Find<Object>(Package* pkg, std::string_view name) {
  return pkg->scope->Lookup(name);
}

// A text with a name and what the Go compiler says of it, without the file's name.
struct ErrorCase {
  const char* name;
  const char* source;
  const char* errors;
};

inline void ExpectErrors(const ErrorCase& c) {
  TestProgram p;
  p.AddPackage("unsafe", "");  // the checker knows it by itself
  p.Check("p", c.source);
  std::string errors = p.Errors();
  while (errors.ends_with('\n')) errors.pop_back();
  EXPECT_EQ(errors, c.errors) << c.name;
}

}  // namespace gol::types
