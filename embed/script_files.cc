// Programs made of several scripts, and scripts that are part of a standard package. See
// embed/package_loader.h for the overview.
//
// Several files without a package clause are one script: their declarations stand at package level,
// their statements run in the order of the files, and an import of one is seen in all. Preludes
// (`gol run --prelude`) are such files, in front of the program's own: they declare what a block of
// code takes for granted, and their deferred calls look at what it left behind.
//
// A script whose leading comment has a line
//
//	//gol:join runtime/lab
//
// is compiled together with the sources of that package, as one package: it may name what the package
// does not export, and give methods to its types. Packages with functions in C++ cannot be joined, since
// those are bound by the package's path.
#include <string>
#include <string_view>

#include "embed/build_constraint.h"
#include "embed/package_loader.h"
#include "embed/std_sources.h"
#include "frontend/syntax/parser.h"

namespace gol::embed {
namespace {

constexpr std::string_view kJoin = "//gol:join ";

// The next line of *rest, without spaces around it.
std::string_view TakeLine(std::string_view* rest) {
  size_t end = rest->find('\n');
  std::string_view line = rest->substr(0, end);
  *rest = end == std::string_view::npos ? std::string_view() : rest->substr(end + 1);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  while (!line.empty() && (line.front() == '\t' || line.front() == ' ')) line.remove_prefix(1);
  return line;
}

}  // namespace

bool PackageLoader::LoadPreludes(std::vector<SourceFile*>* sources, std::string* error) {
  for (const std::string& path : preludes_) {
    Result<SourceFile*> loaded = LoadFile(path);
    if (!loaded) {
      *error = loaded.error().message;
      return false;
    }
    sources->push_back(loaded.value());
  }
  return true;
}

void PackageLoader::MergeScripts(UserPackage* package) {
  syntax::File* whole = nullptr;  // the last script
  size_t scripts = 0;
  for (syntax::File* file : package->files) {
    if (file->is_script) {
      whole = file;
      scripts++;
    }
  }
  if (scripts < 2) return;
  std::vector<syntax::Decl*> decls;
  std::vector<syntax::Stmt*> stmts;
  std::vector<syntax::ScriptVar> vars;
  std::vector<syntax::Directive> directives;
  std::vector<syntax::File*> files;
  syntax::FuncDecl* main = nullptr;
  for (syntax::File* file : package->files) {
    if (!file->is_script) {
      files.push_back(file);
      continue;
    }
    decls.insert(decls.end(), file->decls.begin(), file->decls.end());
    vars.insert(vars.end(), file->script_vars.begin(), file->script_vars.end());
    directives.insert(directives.end(), file->directives.begin(), file->directives.end());
    if (file->script_main != nullptr) {
      main = file->script_main;
      stmts.insert(stmts.end(), main->body->stmts.begin(), main->body->stmts.end());
    }
  }
  files.push_back(whole);
  whole->decls = arena_.CopyList(decls);
  whole->script_vars = arena_.CopyList(vars);
  whole->directives = arena_.CopyList(directives);
  whole->script_main = main;
  if (main != nullptr) main->body->stmts = arena_.CopyList(stmts);
  package->files = std::move(files);
}

void PackageLoader::JoinStdPackages(UserPackage* package) {
  std::vector<std::pair<std::string, Pos>> joined;
  for (SourceFile* source : program_sources_) {
    std::string_view rest = source->text();
    while (!rest.empty()) {
      const size_t at = source->text().size() - rest.size();
      std::string_view line = TakeLine(&rest);
      if (!line.empty() && !line.starts_with("//")) break;
      if (line.starts_with(kJoin)) {
        joined.emplace_back(line.substr(kJoin.size()), source->base() + static_cast<uint32_t>(at));
      }
    }
  }
  if (!joined.empty() && options_.refuse && !options_.refuse("unsafe").empty()) {
    LoadError(joined[0].second, diag::kText, "//gol:join: " + options_.refuse("unsafe"));
    return;
  }
  for (size_t i = 0; i < joined.size(); i++) {
    bool is_new = true;
    for (size_t j = 0; j < i; j++) is_new &= joined[j].first != joined[i].first;
    if (is_new) JoinStdPackage(package, joined[i].first, joined[i].second);
  }
}

void PackageLoader::JoinStdPackage(UserPackage* package, const std::string& path, Pos pos) {
  syntax::File* script = nullptr;
  for (syntax::File* file : package->files) {
    if (file->is_script) script = file;
  }
  if (script == nullptr) {
    LoadError(pos, diag::kText, "only scripts can join a package");
    return;
  }
  bool is_there = false;
  for (const StdSource& s : StdPackageSources(path)) {
    std::string_view name = s.path.substr(s.path.rfind('/') + 1);
    if (!NameMatches(name) || !ConstraintHolds(s.text)) continue;
    is_there = true;
    syntax::File* file = syntax::ParseFile(sources_->AddView(s.path, s.text), &arena_, emitter_,
                                           syntax::kParseDefault);
    for (const syntax::Decl* decl : file->decls) {
      const auto* func = syntax::DynAs<syntax::FuncDecl>(decl);
      if (func == nullptr || func->has_body) continue;
      LoadError(pos, diag::kText, "package " + path + " cannot be joined: it has functions in C++");
      return;
    }
    file->package_name = script->package_name;
    package->files.push_back(file);
  }
  if (!is_there) LoadError(pos, diag::kText, "package " + path + " is not in std");
}

}  // namespace gol::embed
