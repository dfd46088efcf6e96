// The packages of the program itself: following imports, checking in order. See
// embed/package_loader.h for the overview.
//
// As with the go command, mistakes of loading hide all others: a package that is not there, an
// import cycle, an internal package of others, two packages in one folder. Paths that no package
// could have are left to the type checker, which knows the compiler's words for them.
#include <algorithm>
#include <filesystem>

#include "embed/build_constraint.h"
#include "embed/embed_files.h"
#include "embed/package_loader.h"
#include "embed/std_sources.h"
#include "frontend/syntax/parser.h"

namespace gol::embed {
namespace {

namespace fs = std::filesystem;

std::string BaseName(std::string_view path) {
  size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// The path of an import; empty where it is not plain text, which the checker looks at.
std::string_view PathOf(const syntax::ImportDecl* import) {
  if (import->path == nullptr || import->path->is_bad || import->path->text.size() < 2) return {};
  std::string_view text = import->path->text.substr(1, import->path->text.size() - 2);
  for (char c : text) {
    if (c <= ' ' || c >= 0x7f || std::string_view("!\"#$%&'()*,:;<=>?[\\]^{|}`").find(c) !=
                                     std::string_view::npos) {
      return {};
    }
  }
  return text;
}

// The part of an import path in front of its last element "internal", where importers must be;
// false if there is no such element.
bool InternalParent(std::string_view path, std::string_view* parent) {
  for (size_t at = path.size(); (at = path.rfind("internal", at)) != std::string_view::npos; at--) {
    bool begins = at == 0 || path[at - 1] == '/';
    bool ends = at + 8 == path.size() || path[at + 8] == '/';
    if (begins && ends) {
      *parent = at == 0 ? std::string_view() : path.substr(0, at - 1);
      return true;
    }
    if (at == 0) break;
  }
  return false;
}

bool IsBelow(std::string_view path, std::string_view parent) {
  return parent.empty() || path == parent ||
         (path.starts_with(parent) && path[parent.size()] == '/');
}

// Whether the path's first element may be a host name: only then can it name another module.
bool HasDomain(std::string_view path) {
  return path.substr(0, path.find('/')).find('.') != std::string_view::npos;
}

bool HasBadImport(const std::vector<syntax::File*>& files) {
  for (const syntax::File* file : files) {
    for (const syntax::Decl* decl : file->decls) {
      const auto* import = syntax::DynAs<syntax::ImportDecl>(decl);
      if (import != nullptr && (import->path == nullptr || import->path->is_bad)) return true;
    }
  }
  return false;
}

}  // namespace

types::Package* PackageLoader::LoadProgram(UserPackage* main,
                                           const std::vector<SourceFile*>& sources,
                                           std::string* error) {
  const uint32_t mode = syntax::kAllowScript | (session_options_ != nullptr ? syntax::kAllowEmpty : 0);
  if (!ParseFiles(main, sources, mode, error)) {
    *error += " in " + main->folder;
    return nullptr;
  }
  program_sources_ = sources;
  MergeScripts(main);
  FollowImports(main);
  JoinStdPackages(main);
  if (load_errors_.has_errors()) {
    // What cannot be read as an import comes before what cannot be found.
    if (!HasBadImport(main->files)) emitter_->TakeOver(&load_errors_);
    return nullptr;
  }
  CheckUserPackage(main);
  return main->checked;
}

types::Package* PackageLoader::LoadTestFiles(
    const std::string& import_path, const std::vector<SourceFile*>& sources, uint32_t mode,
    const std::function<void(syntax::File*, Arena*)>& edit, std::string* error) {
  auto owned = std::make_unique<UserPackage>();
  UserPackage* package = owned.get();
  package->path = import_path;
  package->module = modules_[0].get();
  user_packages_[import_path] = std::move(owned);
  if (!ParseFiles(package, sources, mode, error)) return nullptr;
  if (package->has_syntax_errors) return nullptr;
  if (edit) {
    for (syntax::File* file : package->files) edit(file, &arena_);
  }
  package->is_checked = true;
  FollowImports(package);
  for (UserPackage* import : package->imports) {
    if (!import->is_checked) CheckUserPackage(import);
  }
  // What is missing does not keep the rest from being checked: test files of Go's own packages
  // lose the declarations that do not compile.
  emitter_->Append(&load_errors_);
  package->checked = Check(package, import_path);
  return package->checked;
}

// Parses the files of a package. False when they are of two packages; *mixed tells which.
bool PackageLoader::ParseFiles(UserPackage* package, const std::vector<SourceFile*>& sources,
                               uint32_t mode, std::string* mixed) {
  const syntax::File* first = nullptr;
  Arena* arena = input_tree_ != nullptr && package == main_package_.get() ? input_tree_ : &arena_;
  for (SourceFile* source : sources) {
    size_t errors_before = emitter_->syntax_error_count();
    syntax::File* file = syntax::ParseFile(source, arena, emitter_, mode);
    package->files.push_back(file);
    if (emitter_->syntax_error_count() != errors_before) {
      package->has_syntax_errors = true;
      continue;
    }
    if (first == nullptr) {
      first = file;
    } else if (file->package_name->name != first->package_name->name) {
      *mixed = "found packages " + std::string(first->package_name->name) + " (" +
               BaseName(first->source->name()) + ") and " +
               std::string(file->package_name->name) + " (" + BaseName(source->name()) + ")";
      return false;
    }
  }
  return true;
}

void PackageLoader::FollowImports(UserPackage* package) {
  package->is_loading = true;
  for (const syntax::File* file : package->files) {
    std::string reason;
    if (!package->is_host && options_.refuse && !options_.refuse("unsafe").empty()) {
      for (const syntax::Directive& d : file->directives) {
        if (!d.text.starts_with("go:linkname")) continue;
        LoadError(d.pos, diag::kText, "//go:linkname: " + options_.refuse("unsafe"));
      }
    }
    for (const syntax::Decl* decl : file->decls) {
      const auto* import = syntax::DynAs<syntax::ImportDecl>(decl);
      if (import != nullptr) FollowImport(package, file, import);
    }
  }
  package->is_loading = false;
}

void PackageLoader::FollowImport(UserPackage* from, const syntax::File* file,
                                 const syntax::ImportDecl* import) {
  std::string path(PathOf(import));
  std::string reason;
  if (IsRefused(from, path, &reason)) {
    LoadError(import->path->pos, diag::kText, reason);
    return;
  }
  if (path.empty() || path == "unsafe" || path[0] == '/' || path.find("//") != path.npos) return;
  const Pos pos = import->local_name != nullptr ? import->local_name->pos : import->path->pos;
  if (path == "C") {
    LoadError(pos, diag::kImportsCgo);
    return;
  }
  if (path[0] == '.' && (path == "." || path == ".." || path.starts_with("./") ||
                         path.starts_with("../"))) {
    LoadError(pos, diag::kRelativeImport, path);
    return;
  }
  if (path.back() == '/') return;

  const bool is_std = HasStdPackage(path);
  // Go's own tests, see embed/test_package.h.
  if (is_std && from->module->path == "std") return;
  std::string_view parent;
  if (!from->is_generated && InternalParent(path, &parent) && (is_std || !IsBelow(from->path, parent))) {
    LoadError(pos, diag::kInternalImport, path);
    return;
  }
  if (is_std) return;

  auto found = user_packages_.find(path);
  UserPackage* package = nullptr;
  if (main_package_ != nullptr && path == main_package_->path) {
    package = main_package_.get();
  } else if (found != user_packages_.end()) {
    package = found->second.get();
    if (package == nullptr) return;  // reported already
  } else if (UserPackage* provided = LoadProvided(path)) {
    package = provided;
  } else {
    const Module* module = nullptr;
    std::string folder = options_.use_folders ? FolderOf(path, &module) : std::string();
    if (folder.empty()) {
      if (HasDomain(path)) {
        LoadError(pos, diag::kNoModuleProvides, path);
      } else if (IsMissingStdPackage(path)) {
        LoadError(pos, diag::kText, "package " + path + " of Go's standard library is not in gol yet");
      } else {
        LoadError(pos, diag::kNotInStd, path);
      }
      user_packages_[path] = nullptr;
      return;
    }
    package = LoadFolder(path, module, folder, pos);
    if (package == nullptr) return;
  }
  steps_.push_back({package, BaseName(file->source->name())});
  if (package->is_loading) {
    auto& d = LoadError(pos, diag::kImportCycle);
    d.AddNote({}, "package {}",
              main_package_ == nullptr || main_package_->path.empty() ? "command-line-arguments" : main_package_->path);
    for (const ImportStep& step : steps_) {
      d.AddNote({}, "imports {} from {}", step.package->path, step.file);
    }
  } else {
    for (const syntax::File* f : package->files) {
      if (from->is_generated || f->package_name == nullptr || f->package_name->name != "main") {
        continue;
      }
      LoadError(pos, diag::kImportsProgram, path);
      break;
    }
    if (std::find(from->imports.begin(), from->imports.end(), package) == from->imports.end()) {
      from->imports.push_back(package);
    }
    if (found == user_packages_.end()) FollowImports(package);
  }
  steps_.pop_back();
}

std::string PackageLoader::FolderOf(const std::string& import_path, const Module** module) {
  std::error_code ec;
  const Module* best = nullptr;
  for (const auto& m : modules_) {
    if (m->path.empty()) {
      std::string folder = m->root + "/" + import_path;
      if (!fs::is_directory(folder, ec)) continue;
      *module = m.get();
      return folder;
    }
    if (IsBelow(import_path, m->path) &&
        (best == nullptr || m->path.size() > best->path.size())) {
      best = m.get();
    }
  }
  std::string folder;
  if (best != nullptr) folder = best->root + import_path.substr(best->path.size());
  if (best == nullptr || !fs::is_directory(folder, ec)) {
    folder = modules_[0]->root + "/vendor/" + import_path;
    best = modules_[0].get();
  }
  if (!fs::is_directory(folder, ec)) return {};
  *module = best;
  return folder;
}

bool PackageLoader::IsRefused(const UserPackage* from, std::string_view path,
                              std::string* reason) const {
  if (!options_.refuse || from->is_host || path.empty()) return false;
  *reason = options_.refuse(path);
  return !reason->empty();
}

// Parses a package that comes from memory; null: there is none.
PackageLoader::UserPackage* PackageLoader::LoadProvided(const std::string& import_path) {
  ProvidedPackage provided;
  if (!options_.provide || !options_.provide(import_path, &provided)) return nullptr;
  auto owned = std::make_unique<UserPackage>();
  UserPackage* package = owned.get();
  package->path = import_path;
  package->module = modules_[0].get();
  package->is_host = provided.is_host;
  std::vector<SourceFile*> sources;
  for (const auto& [name, text] : provided.files) sources.push_back(sources_->Add(name, text));
  std::string mixed;
  user_packages_[import_path] = std::move(owned);
  if (!ParseFiles(package, sources, syntax::kParseDefault, &mixed)) {
    package->has_syntax_errors = true;
    LoadError(Pos(), diag::kFoundPackages, mixed, import_path);
  }
  return package;
}

// Parses the package of a folder; null, with the reason reported, when there is none.
PackageLoader::UserPackage* PackageLoader::LoadFolder(const std::string& import_path,
                                                      const Module* module,
                                                      const std::string& folder, Pos importer) {
  std::unique_ptr<UserPackage>& slot = user_packages_[import_path];
  // Shown relative to where the program was started from, as Go does.
  std::error_code ec;
  std::string shown = fs::relative(folder, ec).string();
  if (ec || shown.empty()) shown = folder;
  const std::string absolute = fs::absolute(folder, ec).lexically_normal().string();
  std::vector<SourceFile*> sources;
  std::vector<std::string> names = ListFolder(shown);
  for (const std::string& path : names) {
    Result<SourceFile*> loaded = LoadFile(path);
    if (!loaded) {
      LoadError(importer, diag::kText, loaded.error().message);
      return nullptr;
    }
    if (ConstraintHolds(loaded.value()->text())) sources.push_back(loaded.value());
  }
  if (sources.empty()) {
    if (names.empty()) LoadError(importer, diag::kNoGoFiles, absolute);
    else LoadError(importer, diag::kConstraintsExcludeAll, absolute);
    return nullptr;
  }
  auto package = std::make_unique<UserPackage>();
  package->path = import_path;
  package->folder = absolute;
  package->module = module;
  std::string mixed;
  if (!ParseFiles(package.get(), sources, syntax::kParseDefault, &mixed)) {
    LoadError(importer, diag::kFoundPackages, mixed, absolute);
    return nullptr;
  }
  slot = std::move(package);
  return slot.get();
}

// Checks what the package imports, then the package, unless there are errors in any of that.
void PackageLoader::CheckUserPackage(UserPackage* package) {
  package->is_checked = true;
  bool ok = !package->has_syntax_errors;
  for (UserPackage* import : package->imports) {
    if (!import->is_checked) CheckUserPackage(import);
    ok &= import->checked != nullptr;
  }
  if (!ok) return;
  const size_t errors_before = emitter_->error_count();
  // The main package of a module goes by the name of the program everywhere behind the loader.
  const bool is_main = package == main_package_.get();
  types::Package* checked = Check(package, is_main ? "main" : package->path);
  if (is_main || emitter_->error_count() == errors_before) package->checked = checked;
}

types::Package* PackageLoader::Check(UserPackage* package, std::string_view import_path) {
  types::CheckOptions options;
  options.importer = this;
  options.emitter = emitter_;
  options.go_version = package->module->go_version;
  options.allow_missing_bodies = package->is_host;
  if (package == main_package_.get() && session_options_ != nullptr) {
    options.outer = session_options_->outer;
    options.link_path = session_options_->link_path;
    options.last_result = session_options_->last_result;
    options.keep_result = session_options_->keep_result;
  }
  if (package != main_package_.get()) context_->NoteShared(nullptr);
  types::Package* checked =
      types::CheckPackage(context_, import_path, package->files, options);
  packages_.push_back(checked);
  if (options_.use_folders) FindEmbeddedFiles(checked, package->files, emitter_, this, &embedded_);
  return checked;
}

}  // namespace gol::embed
