// Finds, parses and checks packages: standard ones from the binary, others from folders of the
// module that holds the main file.
//
// A standard package that is precompiled into the binary is loaded for its declarations only: its
// function bodies are skipped, its declarations are resolved when something refers to them, and its
// imports are loaded only then. A generic function's body is parsed and checked when it is needed.
//
// The module root is the nearest folder upwards with a go.mod, else the main file's folder; the
// packages below it have the import path <module path>/<folder>.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/ast.h"
#include "frontend/types/check.h"

namespace gol::embed {

// The Go files of a folder that build constraints select, sorted by name: those of its package, or
// its test files.
std::vector<std::string> GoFilesIn(const std::string& folder, bool tests);

struct LoaderOptions {
  // Standard packages are taken for their declarations only when this says so; null: never.
  bool (*is_precompiled)(std::string_view import_path) = nullptr;
};

// Something outside of the program's text that compiling it depended on.
struct Dependency {
  enum Kind : uint8_t {
    kFile,    // its contents, or that there is none
    kFolder,  // the names of the Go files in it
  };
  Kind kind = kFile;
  std::string path;
  std::string hash;  // of what was seen; see HashOfDependency
  bool operator==(const Dependency&) const = default;
};

// The hash of what stands at the path now.
std::string HashOfDependency(Dependency::Kind kind, const std::string& path);

class PackageLoader : public types::Importer {
 public:
  PackageLoader(LoaderOptions options, SourceManager* sources, diag::Emitter* emitter,
                types::Context* context);
  ~PackageLoader() override;

  // Loads the main package from files (all of one package) or from one folder. Returns null when
  // there is nothing to check; the reason is then in *error (a line without position). Errors in
  // the source go to the emitter.
  types::Package* LoadMain(const std::vector<std::string>& paths, std::string* error);
  // The same from texts in memory: (name, text).
  types::Package* LoadMainFromMemory(
      const std::vector<std::pair<std::string, std::string>>& files);
  // Loads a standard package in full: what compiling it needs.
  types::Package* LoadStdForCompiling(std::string_view import_path, std::string* error);

  // Sets the module that imports are looked up in: the one that holds the folder.
  void SetModuleOf(const std::string& folder) { FindModule(folder); }
  // The import path of a folder of the module; "main" outside of one.
  std::string ImportPathOf(const std::string& folder) const;
  bool is_std_module() const { return module_path_ == "std"; }
  // Loads files as the package with this import path, which imports then find. edit may change a
  // file's tree before it is checked. Null when there are syntax errors or a file is missing.
  types::Package* LoadFiles(const std::string& import_path, const std::vector<std::string>& paths,
                            uint32_t parse_mode,
                            const std::function<void(syntax::File*, Arena*)>& edit,
                            std::string* error);

  // Importer.
  types::Package* Import(std::string_view path, types::Package* from, std::string* error) override;
  std::string_view StdPathForName(std::string_view name) override;

  // What has been looked at on disk so far, in order.
  const std::vector<Dependency>& dependencies() const { return dependencies_; }
  // Notes a file that something else read on behalf of the program (`//go:embed`).
  void NoteFile(const std::string& path, std::string_view contents);

  // All packages loaded so far, dependencies first where known.
  const std::vector<types::Package*>& packages() const { return packages_; }

 private:
  types::Package* CheckFiles(std::string_view import_path,
                             const std::vector<SourceFile*>& files, uint32_t parse_mode,
                             bool declarations_only, bool is_std,
                             const std::function<void(syntax::File*, Arena*)>& edit = {});
  types::Package* LoadStd(std::string_view path, bool full, std::string* error);
  types::Package* LoadFolder(const std::string& import_path, const std::string& folder,
                             std::string* error);
  bool FindModule(const std::string& start_folder);
  Result<SourceFile*> LoadFile(const std::string& path);
  std::vector<std::string> ListFolder(const std::string& folder);

  const LoaderOptions options_;
  SourceManager* const sources_;
  diag::Emitter* const emitter_;
  types::Context* const context_;
  Arena arena_;
  std::unordered_map<std::string, types::Package*> by_path_;
  std::vector<std::string> loading_;  // import paths in progress, for cycles
  std::vector<types::Package*> packages_;
  std::vector<Dependency> dependencies_;
  std::string module_root_;
  std::string module_path_;
  std::string go_version_;
};

}  // namespace gol::embed
