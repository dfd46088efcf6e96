// See embed/embed_files.h.
//
// A pattern is matched element by element from the package's folder. What it names directly is
// embedded whatever its name; a folder brings all files below it but those whose names, or whose
// folders' names, begin with '.' or '_' ("all:" before the pattern includes them too). Folders with a
// go.mod of their own belong to another module.
#include "embed/embed_files.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "embed/package_loader.h"
#include "frontend/syntax/printer.h"
#include "frontend/types/predicates.h"

namespace gol::embed {
namespace {

namespace fs = std::filesystem;

struct Pattern {
  std::string text;
  Pos pos;
};

// The patterns of a directive: words, or quoted as Go strings.
bool SplitPatterns(const syntax::Directive& d, std::vector<Pattern>* out) {
  std::string_view s = d.text;
  size_t i = std::string_view("go:embed").size();
  while (i < s.size()) {
    if (s[i] == ' ' || s[i] == '\t') {
      i++;
      continue;
    }
    Pos pos = d.pos + static_cast<uint32_t>(i);
    std::string text;
    if (s[i] == '"' || s[i] == '`') {
      const char quote = s[i++];
      while (i < s.size() && s[i] != quote) {
        if (quote == '"' && s[i] == '\\' && i + 1 < s.size()) i++;
        text += s[i++];
      }
      if (i == s.size()) return false;
      i++;
    } else {
      while (i < s.size() && s[i] != ' ' && s[i] != '\t') text += s[i++];
    }
    out->push_back({text, pos});
  }
  return true;
}

std::vector<std::string> Elements(const std::string& path) {
  std::vector<std::string> out;
  std::istringstream in(path);
  for (std::string e; std::getline(in, e, '/');) out.push_back(e);
  return out;
}

bool IsValidPattern(const std::string& p) {
  if (p == ".") return true;
  if (p.empty() || p.back() == '/') return false;
  for (const std::string& e : Elements(p)) {
    if (e.empty() || e == "." || e == "..") return false;
  }
  return true;
}

class Finder {
 public:
  Finder(fs::path root, PackageLoader* loader) : root_(std::move(root)), loader_(loader) {}

  // Paths below the root, relative to it. Returns what is wrong, or nothing.
  std::string Find(std::string pattern, std::set<std::string>* out) {
    const bool all = pattern.starts_with("all:");
    if (all) pattern = pattern.substr(4);
    const std::string shown = (all ? "all:" : "") + pattern;
    if (!IsValidPattern(pattern)) return "pattern " + shown + ": invalid pattern syntax";
    std::vector<std::string> matches = {""};
    if (pattern != ".") {
      for (const std::string& element : Elements(pattern)) matches = Match(matches, element);
    }
    bool any = false;
    for (const std::string& m : matches) {
      std::error_code ec;
      if (!fs::is_directory(root_ / m, ec)) {
        if (!fs::is_regular_file(root_ / m, ec)) {
          return "pattern " + shown + ": cannot embed irregular file " + m;
        }
        out->insert(m);
        any = true;
        continue;
      }
      const size_t before = out->size();
      if (!m.empty() && fs::exists(root_ / m / "go.mod", ec)) {
        return "pattern " + shown + ": cannot embed directory " + m + ": in different module";
      }
      Below(m, all, out);
      if (out->size() == before && !AnyBelow(m, all)) {
        return "pattern " + shown + ": cannot embed directory " + (m.empty() ? "." : m) +
               ": contains no embeddable files";
      }
      any = true;
    }
    return any ? "" : "pattern " + shown + ": no matching files found";
  }

 private:
  static std::string Join(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : folder + "/" + name;
  }

  std::vector<std::string> Match(const std::vector<std::string>& folders,
                                 const std::string& element) {
    std::vector<std::string> out;
    for (const std::string& folder : folders) {
      for (const std::string& name : Names(folder)) {
        if (fnmatch(element.c_str(), name.c_str(), 0) == 0) out.push_back(Join(folder, name));
      }
    }
    return out;
  }

  void Below(const std::string& folder, bool all, std::set<std::string>* out) {
    for (const std::string& name : Names(folder)) {
      if (!all && (name[0] == '.' || name[0] == '_')) continue;
      std::error_code ec;
      const std::string path = Join(folder, name);
      if (fs::is_directory(root_ / path, ec)) {
        if (!fs::exists(root_ / path / "go.mod", ec)) Below(path, all, out);
      } else if (fs::is_regular_file(fs::symlink_status(root_ / path, ec))) {
        out->insert(path);
      }
    }
  }

  bool AnyBelow(const std::string& folder, bool all) {
    std::set<std::string> files;
    Below(folder, all, &files);
    return !files.empty();
  }

  std::vector<std::string> Names(const std::string& folder) {
    const std::string path = (root_ / folder).string();
    if (noted_.insert(path).second) loader_->NoteListing(path);
    return NamesIn(path);
  }

  const fs::path root_;
  PackageLoader* const loader_;
  std::set<std::string> noted_;
};

bool ImportsEmbed(const syntax::File* file) {
  for (const syntax::Decl* d : file->decls) {
    auto* import = syntax::DynAs<syntax::ImportDecl>(d);
    if (import != nullptr && import->path != nullptr &&
        (import->path->text == "\"embed\"" || import->path->text == "`embed`")) {
      return true;
    }
  }
  return false;
}

bool ReadFile(const fs::path& path, std::string* out) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return false;
  std::ostringstream text;
  text << in.rdbuf();
  *out = std::move(text).str();
  return true;
}

ir::EmbeddedVar::Kind KindOf(types::Type* t) {
  types::Named* n = types::AsNamed(t);
  if (n != nullptr && n->obj()->pkg != nullptr && n->obj()->pkg->path == "embed" &&
      n->obj()->name == "FS") {
    return ir::EmbeddedVar::kFs;
  }
  if (types::IsString(t)) return ir::EmbeddedVar::kString;
  auto* s = types::UnderAs<types::Slice>(t);
  auto* elem = s != nullptr ? types::DynCast<types::Basic>(types::Under(s->elem)) : nullptr;
  if (elem != nullptr && elem->basic == types::BasicKind::kUint8) {
    return ir::EmbeddedVar::kBytes;
  }
  return ir::EmbeddedVar::kNone;
}

}  // namespace

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void FindEmbeddedFiles(types::Package* package, const std::vector<syntax::File*>& trees,
                       diag::Emitter* emitter, PackageLoader* loader,
                       std::vector<ir::EmbeddedVar>* out) {
  for (const syntax::File* file : trees) {
    // Where a directive belongs: to a variable of the package, or inside a function, or nowhere.
    std::map<uint32_t, const syntax::VarDecl*> owners;
    for (const syntax::Decl* d : file->decls) {
      if (auto* var = syntax::DynAs<syntax::VarDecl>(d)) {
        for (const syntax::Directive& dir : var->directives) owners[dir.pos.offset] = var;
      }
    }
    const fs::path root = fs::path(std::string(file->source->name())).parent_path();
    Finder finder(root.empty() ? fs::path(".") : root, loader);
    const syntax::VarDecl* last = nullptr;
    for (const syntax::Directive& d : file->directives) {
      if (d.text != "go:embed" && !d.text.starts_with("go:embed ") &&
          !d.text.starts_with("go:embed\t")) {
        continue;
      }
      auto fail = [&](Pos pos, std::string_view what) {
        emitter->Error(pos, diag::Kind::kEmbed, what);
      };
      if (!ImportsEmbed(file)) {
        fail(d.pos, "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)");
        continue;
      }
      auto owner = owners.find(d.pos.offset);
      if (owner == owners.end()) {
        bool in_func = false;
        for (const syntax::Decl* decl : file->decls) {
          auto* func = syntax::DynAs<syntax::FuncDecl>(decl);
          in_func |= func != nullptr && func->body != nullptr && d.pos > func->body->pos &&
                     d.pos < func->body->rbrace;
        }
        fail(d.pos, in_func ? "go:embed cannot apply to var inside func"
                            : "misplaced go:embed directive");
        continue;
      }
      const syntax::VarDecl* decl = owner->second;
      if (decl->names.size() != 1) {
        fail(d.pos, "go:embed cannot apply to multiple vars");
        continue;
      }
      if (!decl->values.empty()) {
        fail(d.pos, "go:embed cannot apply to var with initializer");
        continue;
      }
      auto* var = types::DynCast<types::Var>(decl->names[0]->obj);
      if (var == nullptr || var->type == nullptr) continue;
      if (decl != last) {
        ir::EmbeddedVar entry;
        entry.var = var;
        entry.kind = KindOf(var->type);
        if (entry.kind == ir::EmbeddedVar::kNone) {
          std::string type = syntax::ExprString(decl->type_expr);
          fail(decl->names[0]->pos, "go:embed cannot apply to var of type " + type);
          continue;
        }
        out->push_back(std::move(entry));
        last = decl;
      }
      std::vector<Pattern> patterns;
      if (!SplitPatterns(d, &patterns) || patterns.empty()) {
        fail(d.pos, patterns.empty() ? "usage: //go:embed pattern..."
                                     : "invalid quoted string in //go:embed");
        continue;
      }
      std::set<std::string> paths;
      for (const Pattern& p : patterns) {
        std::string problem = finder.Find(p.text, &paths);
        if (!problem.empty()) fail(p.pos, problem);
      }
      ir::EmbeddedVar& entry = out->back();
      for (const std::string& path : paths) {
        bool is_known = false;
        for (const auto& f : entry.files) is_known |= f.name == path;
        std::string data;
        if (is_known) continue;
        if (!ReadFile(root / path, &data)) {
          fail(d.pos, "cannot read " + path);
          continue;
        }
        loader->NoteFile((root / path).string(), data);
        entry.files.push_back({path, std::move(data)});
      }
      if (entry.kind != ir::EmbeddedVar::kFs && entry.files.size() > 1) {
        fail(d.pos, entry.kind == ir::EmbeddedVar::kString
                        ? "invalid go:embed: multiple files for type string"
                        : "invalid go:embed: multiple files for type []byte");
      }
    }
  }
}

}  // namespace gol::embed
