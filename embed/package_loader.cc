// See embed/package_loader.h.
#include "embed/package_loader.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "embed/build_constraint.h"
#include "embed/std_sources.h"
#include "frontend/syntax/parser.h"

namespace gol::embed {
namespace {

namespace fs = std::filesystem;

bool IsSourceName(const std::string& name) {
  if (name.empty() || name[0] == '_' || name[0] == '.') return false;
  return name.ends_with(".go") || name.ends_with(".gol");
}

// The files of a folder that belong to its package, sorted by name.
std::vector<std::string> SourcesIn(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    std::string name = it->path().filename().string();
    if (IsSourceName(name) && NameMatches(name) && !it->is_directory(ec)) {
      paths.push_back(folder == "." ? name : folder + "/" + name);
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string HashOfNames(const std::vector<std::string>& names) {
  Hash128 h;
  for (const std::string& n : names) h.Add(n);
  return h.Hex();
}

// Source texts have lost a leading byte order mark.
std::string HashOfText(std::string_view text) {
  return HashHex(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text);
}

// x_test.go is a test file, whatever stands before "_test" counts as in the name of any other.
bool IsTestName(std::string_view name, std::string* without_test) {
  size_t dot = name.rfind('.');
  std::string_view base = name.substr(0, dot);
  if (!base.ends_with("_test")) return false;
  *without_test = std::string(base.substr(0, base.size() - 5)) + std::string(name.substr(dot));
  return true;
}

}  // namespace

std::string HashOfDependency(Dependency::Kind kind, const std::string& path) {
  if (kind == Dependency::kFolder) return HashOfNames(SourcesIn(path));
  std::ifstream in(path, std::ios::binary);
  if (!in) return "none";
  std::ostringstream text;
  text << in.rdbuf();
  return HashOfText(text.view());
}

std::vector<std::string> GoFilesIn(const std::string& folder, bool tests) {
  std::vector<std::string> paths;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    std::string name = it->path().filename().string(), base;
    if (!IsSourceName(name) || it->is_directory(ec)) continue;
    if (tests ? !IsTestName(name, &base) || !NameMatches(base) : !NameMatches(name)) continue;
    const std::string path = folder == "." ? name : folder + "/" + name;
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (ConstraintHolds(text.str())) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

PackageLoader::PackageLoader(LoaderOptions options, SourceManager* sources, diag::Emitter* emitter,
                             types::Context* context)
    : options_(options), sources_(sources), emitter_(emitter), context_(context) {}

PackageLoader::~PackageLoader() = default;

void PackageLoader::NoteFile(const std::string& path, std::string_view contents) {
  dependencies_.push_back({Dependency::kFile, path, HashOfText(contents)});
}

Result<SourceFile*> PackageLoader::LoadFile(const std::string& path) {
  Result<SourceFile*> loaded = sources_->Load(path);
  if (loaded) NoteFile(path, loaded.value()->text());
  return loaded;
}

std::vector<std::string> PackageLoader::ListFolder(const std::string& folder) {
  std::vector<std::string> names = SourcesIn(folder);
  dependencies_.push_back({Dependency::kFolder, folder, HashOfNames(names)});
  return names;
}

bool PackageLoader::FindModule(const std::string& start_folder) {
  std::error_code ec;
  fs::path folder = fs::absolute(start_folder.empty() ? "." : start_folder, ec);
  module_root_ = folder.string();
  module_path_.clear();
  for (;; folder = folder.parent_path()) {
    const std::string mod_path = (folder / "go.mod").string();
    dependencies_.push_back(
        {Dependency::kFile, mod_path, HashOfDependency(Dependency::kFile, mod_path)});
    std::ifstream in(mod_path);
    if (in) {
      module_root_ = folder.string();
      std::string line;
      while (std::getline(in, line)) {
        std::istringstream words(line);
        std::string first, second;
        words >> first >> second;
        if (second.size() > 1 && second.front() == '"') second = second.substr(1, second.size() - 2);
        if (first == "module") module_path_ = second;
        if (first == "go" && !second.empty()) go_version_ = "go" + second;
      }
      return true;
    }
    if (!folder.has_parent_path() || folder == folder.parent_path()) return false;
  }
}

types::Package* PackageLoader::CheckFiles(std::string_view import_path,
                                          const std::vector<SourceFile*>& files,
                                          uint32_t parse_mode, bool declarations_only,
                                          bool is_std,
                                          const std::function<void(syntax::File*, Arena*)>& edit) {
  size_t errors_before = emitter_->syntax_error_count();
  std::vector<syntax::File*> trees;
  for (SourceFile* file : files) {
    trees.push_back(syntax::ParseFile(file, &arena_, emitter_, parse_mode));
    if (edit) edit(trees.back(), &arena_);
  }
  // The Go compiler does not check a package that has syntax errors.
  if (emitter_->syntax_error_count() != errors_before) return nullptr;
  types::CheckOptions options;
  options.importer = this;
  options.emitter = emitter_;
  options.declarations_only = declarations_only;
  options.allow_missing_bodies = is_std;
  if (!is_std) options.go_version = go_version_;
  types::Package* pkg = types::CheckPackage(context_, import_path, trees, options);
  packages_.push_back(pkg);
  return pkg;
}

types::Package* PackageLoader::LoadMain(const std::vector<std::string>& paths, std::string* error) {
  std::vector<std::string> files;
  std::error_code ec;
  if (paths.size() == 1 && fs::is_directory(paths[0], ec)) {
    std::string folder = paths[0];
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    FindModule(folder);
    bool found_any = false;
    for (const std::string& path : ListFolder(folder)) {
      Result<SourceFile*> loaded = LoadFile(path);
      if (!loaded) {
        *error = loaded.error().message;
        return nullptr;
      }
      found_any = true;
      if (ConstraintHolds(loaded.value()->text())) files.push_back(path);
    }
    if (files.empty()) {
      *error = found_any ? "package " + folder + ": build constraints exclude all Go files in " +
                               fs::absolute(folder, ec).lexically_normal().string()
                         : "no Go files in " + fs::absolute(folder, ec).lexically_normal().string();
      return nullptr;
    }
  } else {
    files = paths;
    std::string folder = fs::path(paths[0]).parent_path().string();
    FindModule(folder);
  }
  std::vector<SourceFile*> sources;
  for (const std::string& path : files) {
    Result<SourceFile*> loaded = LoadFile(path);
    if (!loaded) {
      *error = loaded.error().message;
      return nullptr;
    }
    sources.push_back(loaded.value());
  }
  return CheckFiles("main", sources, syntax::kAllowScript, false, false);
}

std::string PackageLoader::ImportPathOf(const std::string& folder) const {
  if (module_path_.empty()) return "main";
  std::error_code ec;
  std::string below = fs::relative(fs::absolute(folder, ec), module_root_, ec).generic_string();
  if (ec || below.starts_with("..")) return "main";
  if (below == ".") return module_path_;
  return module_path_ == "std" ? below : module_path_ + "/" + below;
}

types::Package* PackageLoader::LoadFiles(
    const std::string& import_path, const std::vector<std::string>& paths, uint32_t parse_mode,
    const std::function<void(syntax::File*, Arena*)>& edit, std::string* error) {
  std::vector<SourceFile*> sources;
  for (const std::string& path : paths) {
    Result<SourceFile*> loaded = sources_->Load(path);
    if (!loaded) {
      *error = loaded.error().message;
      return nullptr;
    }
    sources.push_back(loaded.value());
  }
  loading_.push_back(import_path);
  types::Package* pkg = CheckFiles(import_path, sources, parse_mode, false, false, edit);
  loading_.pop_back();
  by_path_[import_path] = pkg;
  return pkg;
}

types::Package* PackageLoader::LoadMainFromMemory(
    const std::vector<std::pair<std::string, std::string>>& files) {
  if (module_root_.empty()) FindModule(".");
  std::vector<SourceFile*> sources;
  for (const auto& [name, text] : files) sources.push_back(sources_->Add(name, text));
  return CheckFiles("main", sources, syntax::kAllowScript, false, false);
}

types::Package* PackageLoader::LoadStd(std::string_view path, bool full, std::string* error) {
  std::vector<SourceFile*> sources;
  for (const StdSource& s : StdPackageSources(path)) {
    std::string_view name = s.path.substr(s.path.rfind('/') + 1);
    if (!NameMatches(name) || !ConstraintHolds(s.text)) continue;
    sources.push_back(sources_->AddView(s.path, s.text));
  }
  if (sources.empty()) {
    *error = "package " + std::string(path) + " is not in std";
    return nullptr;
  }
  const bool declarations_only =
      !full && options_.is_precompiled != nullptr && options_.is_precompiled(path);
  return CheckFiles(path, sources,
                    declarations_only ? syntax::kSkipBodies : syntax::kParseDefault,
                    declarations_only, true);
}

types::Package* PackageLoader::LoadStdForCompiling(std::string_view import_path,
                                                   std::string* error) {
  auto it = by_path_.find(std::string(import_path));
  if (it != by_path_.end()) return it->second;
  loading_.push_back(std::string(import_path));
  types::Package* pkg = LoadStd(import_path, true, error);
  loading_.pop_back();
  if (pkg != nullptr) by_path_[std::string(import_path)] = pkg;
  return pkg;
}

types::Package* PackageLoader::LoadFolder(const std::string& import_path,
                                          const std::string& folder, std::string* error) {
  std::vector<SourceFile*> sources;
  // Show the folder relative to where the program was started from, as Go does.
  std::error_code ec;
  std::string shown = fs::relative(folder, ec).string();
  if (ec || shown.empty()) shown = folder;
  for (const std::string& path : ListFolder(shown)) {
    Result<SourceFile*> loaded = LoadFile(path);
    if (!loaded) {
      *error = loaded.error().message;
      return nullptr;
    }
    if (ConstraintHolds(loaded.value()->text())) sources.push_back(loaded.value());
  }
  if (sources.empty()) {
    *error = "no required module provides package " + import_path + "; nothing is downloaded";
    return nullptr;
  }
  return CheckFiles(import_path, sources, syntax::kParseDefault, false, false);
}

types::Package* PackageLoader::Import(std::string_view path, types::Package* from,
                                      std::string* error) {
  if (path == "unsafe") return context_->unsafe_package();
  std::string key(path);
  auto it = by_path_.find(key);
  if (it != by_path_.end()) {
    if (it->second == nullptr) *error = "could not import " + key;
    return it->second;
  }
  if (std::find(loading_.begin(), loading_.end(), key) != loading_.end()) {
    *error = "import cycle not allowed";
    return nullptr;
  }
  loading_.push_back(key);
  types::Package* pkg = nullptr;
  if (HasStdPackage(path)) {
    pkg = LoadStd(path, false, error);
  } else if (!module_path_.empty() &&
             (key == module_path_ || key.starts_with(module_path_ + "/"))) {
    std::string below = key.substr(module_path_.size());
    pkg = LoadFolder(key, module_root_ + below, error);
  } else if (module_path_.empty() && !module_root_.empty() &&
             fs::is_directory(module_root_ + "/" + key)) {
    pkg = LoadFolder(key, module_root_ + "/" + key, error);
  } else if (key.find('.') == std::string::npos || key.find('.') > key.find('/')) {
    *error = "package " + key + " is not in std";
  } else {
    *error = "no required module provides package " + key + "; nothing is downloaded";
  }
  loading_.pop_back();
  by_path_[key] = pkg;
  return pkg;
}

std::string_view PackageLoader::StdPathForName(std::string_view name) {
  return embed::StdPathForName(name);
}

}  // namespace gol::embed
