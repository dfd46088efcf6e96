// Finds, parses and checks packages: standard ones from the binary, others from folders of the
// module that holds the main file.
//
// A standard package that is precompiled into the binary is loaded for its declarations only: its
// function bodies are skipped, its declarations are resolved when something refers to them, and its
// imports are loaded only then. A generic function's body is parsed and checked when it is needed.
//
// The module root is the nearest folder upwards with a go.mod, else the main file's folder; the
// packages below it have the import path <module path>/<folder>. Other modules are found where
// go.mod's `replace` names a folder, and below vendor/. Nothing is downloaded.
//
// The program's own packages are loaded in two steps (package_graph.cc): first all files are parsed
// and the imports followed; what is missing or must not be imported is reported, and nothing else.
// Then the packages are checked, dependencies first; one with errors keeps those that import it
// from being checked.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "embed/go_mod.h"
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/ast.h"
#include "frontend/types/check.h"
#include "ir/build/build.h"

namespace gol::embed {

// The Go files of a folder that build constraints select, sorted by name: those of its package, or
// its test files.
std::vector<std::string> GoFilesIn(const std::string& folder, bool tests);

// A package that does not come from a folder.
struct ProvidedPackage {
  std::vector<std::pair<std::string, std::string>> files;  // (name, text)
  bool is_host = false;  // made by the library: functions without bodies, any import
};

struct LoaderOptions {
  // Standard packages are taken for their declarations only when this says so; null: never.
  bool (*is_precompiled)(std::string_view import_path) = nullptr;
  // Looked at before folders. False: there is no such package. Null: none.
  std::function<bool(const std::string& import_path, ProvidedPackage* package)> provide;
  // In scripts: the path of a provided package that is used without an import, or empty.
  std::function<std::string(std::string_view name)> provided_path;
  // Why the program must not import a standard package; empty: it may. Null: it may import all.
  std::function<std::string(std::string_view import_path)> refuse;
  bool use_folders = true;  // false: packages come from memory alone
};

// Something outside of the program's text that compiling it depended on.
struct Dependency {
  enum Kind : uint8_t {
    kFile,    // its contents, or that there is none
    kFolder,  // the names of the Go files in it
    kListing, // all names in it
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
  // Files whose text stands in front of the program's, with positions of their own: what an article
  // leaves out around a block of code. To be set before LoadMain.
  void set_preludes(std::vector<std::string> paths) { preludes_ = std::move(paths); }
  // The same from texts in memory: (name, text).
  types::Package* LoadMainFromMemory(
      const std::vector<std::pair<std::string, std::string>>& files, std::string* error);
  // Loads an input of an interactive session: a script, which the options' session fields
  // describe. A package that an input could not be loaded with is looked at anew the next time. Its tree goes to the arena.
  types::Package* LoadInput(SourceFile* source, const types::CheckOptions& session, Arena* tree,
                            std::string* error);
  // To be called before the input, its source and its tree go.
  void ForgetInput(const SourceFile* source);
  // Loads a standard package in full: what compiling it needs.
  types::Package* LoadStdForCompiling(std::string_view import_path, std::string* error);

  // Sets the module that imports are looked up in: the one that holds the folder.
  // A go.mod with mistakes counts as none.
  void SetModuleOf(const std::string& folder) {
    std::string error;
    if (!FindModule(folder, &error)) modules_.push_back(std::make_unique<Module>(Module{"", folder, ""}));
  }
  // The import path of a folder of the module; "main" outside of one.
  std::string ImportPathOf(const std::string& folder) const;
  bool is_std_module() const { return modules_[0]->path == "std"; }
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
  // Notes a folder whose names were looked at for it.
  void NoteListing(const std::string& folder);

  // Variables with //go:embed directives.
  const std::vector<ir::EmbeddedVar>& embedded() const { return embedded_; }

  // All packages loaded so far, dependencies first where known.
  const std::vector<types::Package*>& packages() const { return packages_; }

 private:
  // A module whose packages are folders: the main one first.
  struct Module {
    std::string path;  // empty without a go.mod: packages are named by their folder
    std::string root;
    std::string go_version;  // empty: the newest
  };

  // A package of the program, in parsed form.
  struct UserPackage {
    std::string path;
    std::string folder;  // absolute
    const Module* module = nullptr;
    std::vector<syntax::File*> files;
    std::vector<UserPackage*> imports;  // program's own packages only
    bool is_loading = false;            // its imports are being followed
    bool has_syntax_errors = false;
    bool is_generated = false;          // the main package of tests: it may import anything
    bool is_host = false;               // ProvidedPackage::is_host
    bool is_checked = false;
    types::Package* checked = nullptr;  // null: it or one that it imports has errors
  };

  // An import on the way from the main package to the one being loaded.
  struct ImportStep {
    UserPackage* package;
    std::string file;  // the importing file's base name
  };

  types::Package* CheckStd(std::string_view import_path, const std::vector<SourceFile*>& files,
                           bool declarations_only);
  types::Package* LoadStd(std::string_view path, bool full, std::string* error);
  bool FindModule(const std::string& start_folder, std::string* error);
  void AddReplacement(const GoMod::Replacement& replacement, const std::string& folder);
  void MakeMain(const std::string& folder);
  Result<SourceFile*> LoadFile(const std::string& path);

  // package_graph.cc
  types::Package* LoadProgram(UserPackage* main, const std::vector<SourceFile*>& sources,
                              std::string* error);
  // script_files.cc
  // Makes one script of several; the statements of earlier files come first.
  void MergeScripts(UserPackage* package);
  // Adds the sources of the standard packages that the scripts' //gol:join lines name.
  void JoinStdPackages(UserPackage* package);
  void JoinStdPackage(UserPackage* package, const std::string& path, Pos pos);
  // Loads the preludes; false, with *error, when one cannot be read.
  bool LoadPreludes(std::vector<SourceFile*>* sources, std::string* error);

  // package_graph.cc
  bool ParseFiles(UserPackage* package, const std::vector<SourceFile*>& sources, uint32_t mode,
                  std::string* mixed);
  types::Package* LoadTestFiles(const std::string& import_path,
                                const std::vector<SourceFile*>& sources, uint32_t mode,
                                const std::function<void(syntax::File*, Arena*)>& edit,
                                std::string* error);
  types::Package* Check(UserPackage* package, std::string_view import_path);
  void FollowImports(UserPackage* package);
  void FollowImport(UserPackage* from, const syntax::File* file, const syntax::ImportDecl* import);
  UserPackage* LoadProvided(const std::string& import_path);
  bool IsRefused(const UserPackage* from, std::string_view path, std::string* reason) const;
  UserPackage* LoadFolder(const std::string& import_path, const Module* module,
                          const std::string& folder, Pos importer);
  // The folder of a package outside of the standard library, or empty.
  std::string FolderOf(const std::string& import_path, const Module** module);
  void CheckUserPackage(UserPackage* package);
  // An error of loading: kept apart, since it hides all others.
  template <typename... Args>
  diag::Diagnostic& LoadError(Pos pos, diag::Kind kind, const Args&... args) {
    return load_errors_.Error(pos, kind, args...);
  }
  std::vector<std::string> ListFolder(const std::string& folder);

  const LoaderOptions options_;
  SourceManager* const sources_;
  diag::Emitter* const emitter_;
  types::Context* const context_;
  Arena arena_;
  std::unordered_map<std::string, types::Package*> by_path_;
  std::vector<std::string> loading_;  // standard packages in progress
  std::unordered_map<std::string, std::unique_ptr<UserPackage>> user_packages_;
  std::unique_ptr<UserPackage> main_package_;
  std::vector<std::string> preludes_;
  std::vector<SourceFile*> program_sources_;  // of the main package
  std::vector<std::unique_ptr<std::string>> provided_paths_;  // what StdPathForName handed out
  const types::CheckOptions* session_options_ = nullptr;  // while an input is loaded
  Arena* input_tree_ = nullptr;                           // likewise
  std::vector<ImportStep> steps_;
  diag::Emitter load_errors_;
  std::vector<types::Package*> packages_;
  std::vector<ir::EmbeddedVar> embedded_;
  std::vector<Dependency> dependencies_;
  std::vector<std::unique_ptr<Module>> modules_;
};

}  // namespace gol::embed
