// See embed/package_loader.h.
#include "embed/package_loader.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "embed/build_constraint.h"
#include "embed/embed_files.h"
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

// The path without empty elements and ".".
std::string CleanPath(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view element = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (element.empty() || element == ".") continue;
    if (!out.empty()) out += '/';
    out += element;
  }
  return out;
}

}  // namespace

std::string HashOfDependency(Dependency::Kind kind, const std::string& path) {
  if (kind == Dependency::kFolder) return HashOfNames(SourcesIn(path));
  if (kind == Dependency::kListing) return HashOfNames(NamesIn(path));
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
    : options_(options),
      sources_(sources),
      emitter_(emitter),
      context_(context),
      load_errors_(sources) {}

PackageLoader::~PackageLoader() = default;

void PackageLoader::NoteFile(const std::string& path, std::string_view contents) {
  dependencies_.push_back({Dependency::kFile, path, HashOfText(contents)});
}

void PackageLoader::NoteListing(const std::string& folder) {
  dependencies_.push_back({Dependency::kListing, folder, HashOfNames(NamesIn(folder))});
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

// Finds the module that holds a folder. False, with *error, when its go.mod is wrong.
bool PackageLoader::FindModule(const std::string& start_folder, std::string* error) {
  std::error_code ec;
  const fs::path start = fs::absolute(start_folder.empty() ? "." : start_folder, ec);
  modules_.clear();
  if (!options_.use_folders) {
    modules_.push_back(std::make_unique<Module>(Module{"", "", ""}));
    return true;
  }
  for (fs::path folder = start;; folder = folder.parent_path()) {
    const std::string mod_path = (folder / "go.mod").string();
    dependencies_.push_back(
        {Dependency::kFile, mod_path, HashOfDependency(Dependency::kFile, mod_path)});
    std::ifstream in(mod_path);
    if (in) {
      std::ostringstream text;
      text << in.rdbuf();
      std::string shown = fs::relative(mod_path, ec).string();
      Result<GoMod> mod = ParseGoMod(text.view(), shown.empty() ? mod_path : shown);
      if (!mod) {
        *error = mod.error().message;
        return false;
      }
      const GoMod& m = mod.value();
      modules_.push_back(std::make_unique<Module>(
          Module{m.module_path, folder.lexically_normal().string(), m.go_version}));
      for (const GoMod::Replacement& r : m.replacements) AddReplacement(r, folder.string());
      return true;
    }
    if (!folder.has_parent_path() || folder == folder.parent_path()) break;
  }
  modules_.push_back(std::make_unique<Module>(Module{"", start.lexically_normal().string(), ""}));
  return true;
}

void PackageLoader::AddReplacement(const GoMod::Replacement& replacement,
                                   const std::string& folder) {
  fs::path root = fs::path(folder) / replacement.folder;
  auto module = std::make_unique<Module>(
      Module{replacement.module_path, root.lexically_normal().string(), "go1.16"});
  const std::string mod_path = (root / "go.mod").string();
  dependencies_.push_back(
      {Dependency::kFile, mod_path, HashOfDependency(Dependency::kFile, mod_path)});
  if (std::ifstream in(mod_path); in) {
    std::ostringstream text;
    text << in.rdbuf();
    Result<GoMod> mod = ParseGoMod(text.view(), mod_path);
    if (mod) module->go_version = mod.value().go_version;
  }
  modules_.push_back(std::move(module));
}

types::Package* PackageLoader::LoadMain(const std::vector<std::string>& paths, std::string* error) {
  std::vector<std::string> files;
  std::vector<SourceFile*> sources;
  std::error_code ec;
  std::string folder;
  if (paths.size() == 1 && fs::is_directory(paths[0], ec)) {
    folder = paths[0];
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    files = ListFolder(folder);
  } else {
    files = paths;
    folder = fs::path(paths[0]).parent_path().string();
  }
  if (!FindModule(folder, error)) return nullptr;
  if (!LoadPreludes(&sources, error)) return nullptr;
  const size_t preludes = sources.size();
  std::string absolute =
      fs::absolute(folder.empty() ? "." : folder, ec).lexically_normal().string();
  if (absolute.size() > 1 && absolute.ends_with('/')) absolute.pop_back();
  for (const std::string& path : files) {
    Result<SourceFile*> loaded = LoadFile(path);
    if (!loaded) {
      *error = loaded.error().message;
      return nullptr;
    }
    // A file that is named is meant.
    if (files.size() == paths.size() && files == paths) sources.push_back(loaded.value());
    else if (ConstraintHolds(loaded.value()->text())) sources.push_back(loaded.value());
  }
  if (sources.size() == preludes) {
    *error = files.empty() ? "no Go files in " + absolute
                           : "package " + folder + ": build constraints exclude all Go files in " +
                                 absolute;
    return nullptr;
  }
  MakeMain(absolute);
  return LoadProgram(main_package_.get(), sources, error);
}

std::string PackageLoader::ImportPathOf(const std::string& folder) const {
  const Module& module = *modules_[0];
  if (module.path.empty()) return "main";
  std::error_code ec;
  std::string below = fs::relative(fs::absolute(folder, ec), module.root, ec).generic_string();
  if (ec || below.starts_with("..")) return "main";
  if (below == ".") return module.path;
  return module.path == "std" ? below : module.path + "/" + below;
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
  return LoadTestFiles(import_path, sources, parse_mode, edit, error);
}

types::Package* PackageLoader::LoadMainFromMemory(
    const std::vector<std::pair<std::string, std::string>>& files, std::string* error) {
  if (modules_.empty() && !FindModule(".", error)) return nullptr;
  std::vector<SourceFile*> sources;
  if (!LoadPreludes(&sources, error)) return nullptr;
  for (const auto& [name, text] : files) sources.push_back(sources_->Add(name, text));
  MakeMain(modules_[0]->root);
  main_package_->path.clear();
  main_package_->is_generated = !user_packages_.empty();
  return LoadProgram(main_package_.get(), sources, error);
}

types::Package* PackageLoader::LoadInput(SourceFile* source, const types::CheckOptions& session,
                                         Arena* tree, std::string* error) {
  if (modules_.empty() && !FindModule(".", error)) return nullptr;
  MakeMain(modules_[0]->root);
  main_package_->path.clear();
  session_options_ = &session;
  input_tree_ = tree;
  types::Package* input = LoadProgram(main_package_.get(), {source}, error);
  session_options_ = nullptr;
  input_tree_ = nullptr;
  std::erase_if(user_packages_, [](const auto& entry) {
    return entry.second == nullptr || entry.second->checked == nullptr;
  });
  return input;
}

void PackageLoader::ForgetInput(const SourceFile* source) {
  auto is_its = [source](const types::Package* p) {
    return p->files.size() == 1 && p->files[0]->source == source;
  };
  std::erase_if(embedded_, [&](const ir::EmbeddedVar& e) { return is_its(e.var->pkg); });
  std::erase_if(packages_, is_its);
  if (program_sources_.size() == 1 && program_sources_[0] == source) {
    program_sources_.clear();
    main_package_.reset();
  }
}

void PackageLoader::MakeMain(const std::string& folder) {
  const Module* module = modules_[0].get();
  main_package_ = std::make_unique<UserPackage>();
  main_package_->folder = folder;
  main_package_->module = module;
  main_package_->path = module->path;
  if (!module->path.empty() && folder.size() > module->root.size() &&
      folder.starts_with(module->root)) {
    main_package_->path += folder.substr(module->root.size());
  }
  while (main_package_->path.ends_with("/")) main_package_->path.pop_back();
}

types::Package* PackageLoader::CheckStd(std::string_view import_path,
                                        const std::vector<SourceFile*>& files,
                                        bool declarations_only) {
  size_t errors_before = emitter_->syntax_error_count();
  std::vector<syntax::File*> trees;
  for (SourceFile* file : files) {
    trees.push_back(syntax::ParseFile(file, &arena_, emitter_,
                                      declarations_only ? syntax::kSkipBodies
                                                        : syntax::kParseDefault));
  }
  if (emitter_->syntax_error_count() != errors_before) return nullptr;
  types::CheckOptions options;
  options.importer = this;
  options.emitter = emitter_;
  options.declarations_only = declarations_only;
  options.allow_missing_bodies = true;
  context_->NoteShared(nullptr);
  types::Package* pkg = types::CheckPackage(context_, import_path, trees, options);
  packages_.push_back(pkg);
  return pkg;
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
  return CheckStd(path, sources, declarations_only);
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

types::Package* PackageLoader::Import(std::string_view path, types::Package* from,
                                      std::string* error) {
  if (path == "unsafe") return context_->unsafe_package();
  std::string key(path);
  if (auto user = user_packages_.find(key); user != user_packages_.end()) {
    return user->second != nullptr ? user->second->checked : nullptr;
  }
  if (UserPackage* package = LoadProvided(key)) {
    // A script uses it without an import.
    FollowImports(package);
    CheckUserPackage(package);
    return package->checked;
  }
  if (options_.refuse && (from == nullptr || !HasStdPackage(from->path))) {
    *error = options_.refuse(path);
    if (!error->empty()) return nullptr;
  }
  auto it = by_path_.find(key);
  if (it != by_path_.end()) return it->second;
  if (path.starts_with("/")) {
    *error = "import path cannot be absolute path";
    return nullptr;
  }
  if (std::string clean = CleanPath(path); clean != path) {
    *error = "non-canonical import path \"" + key + "\" (should be \"" + clean + "\")";
    return nullptr;
  }
  if (std::find(loading_.begin(), loading_.end(), key) != loading_.end()) {
    *error = "import cycle not allowed";
    return nullptr;
  }
  loading_.push_back(key);
  types::Package* pkg = LoadStd(path, false, error);
  loading_.pop_back();
  by_path_[key] = pkg;
  return pkg;
}

std::string_view PackageLoader::StdPathForName(std::string_view name) {
  if (options_.provided_path) {
    if (std::string path = options_.provided_path(name); !path.empty()) {
      provided_paths_.push_back(std::make_unique<std::string>(std::move(path)));
      return *provided_paths_.back();
    }
  }
  if (name == "unsafe" && options_.refuse && !options_.refuse(name).empty()) return {};
  return embed::StdPathForName(name);
}

}  // namespace gol::embed
