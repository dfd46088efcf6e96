// See repl/doc.h.
#include "repl/doc.h"

#include <algorithm>
#include <vector>

#include "base/arena.h"
#include "embed/std_sources.h"
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/parser.h"
#include "repl/declarations.h"

namespace gol::repl {
namespace {

bool IsExported(std::string_view name) { return !name.empty() && name[0] >= 'A' && name[0] <= 'Z'; }

std::string Trimmed(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\n' || s.back() == '\t')) s.remove_suffix(1);
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  return std::string(s);
}

// The comment that ends in the line in front of the one that the offset is in: its text, indented.
std::string CommentAbove(std::string_view text, size_t offset) {
  std::vector<std::string> lines;
  size_t line = text.rfind('\n', offset == 0 ? 0 : offset - 1);
  while (line != text.npos && line > 0) {
    const size_t before = text.rfind('\n', line - 1);
    const size_t begin = before == text.npos ? 0 : before + 1;
    std::string one = Trimmed(text.substr(begin, line - begin));
    if (!one.starts_with("//")) break;
    const bool is_directive = one.starts_with("//go:") || one.starts_with("//gol:");
    if (!is_directive) lines.push_back(one.size() > 2 ? "   " + one.substr(2) : "");
    line = before;
  }
  std::string out;
  for (size_t i = lines.size(); i > 0; i--) out += lines[i - 1] + "\n";
  return out;
}

// One source, parsed.
class Source {
 public:
  explicit Source(std::string_view text) : emitter_(&sources_) {
    source_ = sources_.Add("source", std::string(text));
    file_ = syntax::ParseFile(source_, &arena_, &emitter_,
                              syntax::kSkipBodies | syntax::kAllowScript | syntax::kAllowEmpty);
  }

  const syntax::File& file() const { return *file_; }
  const SourceFile& source() const { return *source_; }
  std::string_view text() const { return source_->text(); }
  size_t OffsetOf(Pos pos) const { return source_->OffsetOf(pos); }

  // "func (b *Builder) Grow(n int)".
  std::string Signature(const syntax::FuncDecl* f) const {
    const size_t begin = text().rfind("func", OffsetOf(f->name->pos));
    size_t end = f->has_body ? OffsetOf(f->body_begin) : text().find('\n', OffsetOf(f->name->pos));
    end = std::min(end, text().size());
    return Trimmed(text().substr(begin, end - begin));
  }
  // The lines of a constant or variable.
  std::string Line(Pos pos) const {
    const size_t begin = text().rfind('\n', OffsetOf(pos)) + 1;
    const size_t end = std::min(text().find('\n', begin), text().size());
    return Trimmed(text().substr(begin, end - begin));
  }

 private:
  SourceManager sources_;
  diag::Emitter emitter_;
  Arena arena_;
  SourceFile* source_;
  syntax::File* file_;
};

bool HasName(const syntax::List<syntax::Ident*>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const syntax::Ident* n) { return n->name == name; });
}

// A declaration of the name in the source, or of the type's method.
std::string DocIn(const Source& s, std::string_view name, std::string_view method) {
  for (const syntax::Decl* decl : s.file().decls) {
    if (auto* f = syntax::DynAs<syntax::FuncDecl>(decl)) {
      const std::string_view type = f->recv == nullptr ? "" : ReceiverName(f->recv->type_expr);
      const bool is_it = method.empty() ? f->recv == nullptr && f->name->name == name
                                        : type == name && f->name->name == method;
      if (is_it) return s.Signature(f) + "\n" + CommentAbove(s.text(), s.OffsetOf(f->name->pos));
    }
    if (!method.empty()) continue;
    if (auto* t = syntax::DynAs<syntax::TypeDecl>(decl); t != nullptr && t->name->name == name) {
      return TypeText(t, s.source()) + "\n" + CommentAbove(s.text(), s.OffsetOf(t->name->pos));
    }
    auto value = [&](std::string_view keyword, const auto* d) {
      const std::string line = s.Line(d->names[0]->pos);
      std::string comment = CommentAbove(s.text(), s.OffsetOf(d->names[0]->pos));
      return (line.starts_with(keyword) ? "" : std::string(keyword) + " ") + line + "\n" + comment;
    };
    if (auto* c = syntax::DynAs<syntax::ConstDecl>(decl); c != nullptr && HasName(c->names, name)) {
      return value("const", c);
    }
    if (auto* v = syntax::DynAs<syntax::VarDecl>(decl); v != nullptr && HasName(v->names, name)) {
      return value("var", v);
    }
  }
  return {};
}

// What a package exports, a line each; with a type, its methods.
std::string Overview(const std::vector<embed::StdSource>& files, std::string_view type) {
  std::vector<std::string> types, funcs, values;
  for (const embed::StdSource& f : files) {
    if (f.path.ends_with("_test.gol")) continue;
    const Source s(f.text);
    for (const syntax::Decl* decl : s.file().decls) {
      if (auto* fn = syntax::DynAs<syntax::FuncDecl>(decl)) {
        const std::string_view recv = fn->recv == nullptr ? "" : ReceiverName(fn->recv->type_expr);
        if (recv == type && IsExported(fn->name->name)) funcs.push_back(s.Signature(fn));
      }
      if (!type.empty()) continue;
      if (auto* t = syntax::DynAs<syntax::TypeDecl>(decl); t != nullptr && IsExported(t->name->name)) {
        std::string text = TypeText(t, s.source());
        const size_t line = text.find('\n');
        types.push_back(line == text.npos ? text : text.substr(0, line) + " ... }");
      }
      auto add = [&](std::string_view keyword, const auto* d) {
        for (const syntax::Ident* n : d->names) {
          if (IsExported(n->name)) values.push_back(std::string(keyword) + " " + std::string(n->name));
        }
      };
      if (auto* c = syntax::DynAs<syntax::ConstDecl>(decl)) add("const", c);
      if (auto* v = syntax::DynAs<syntax::VarDecl>(decl)) add("var", v);
    }
  }
  std::string out;
  for (std::vector<std::string>* list : {&values, &funcs, &types}) {
    std::sort(list->begin(), list->end());
    for (const std::string& line : *list) out += line + "\n";
  }
  return out;
}

// The comment in front of the package clause, of the file that says "Package".
std::string PackageComment(const std::vector<embed::StdSource>& files) {
  std::string best;
  for (const embed::StdSource& f : files) {
    const size_t at = f.text.starts_with("package ") ? 0 : f.text.find("\npackage ");
    if (at == f.text.npos) continue;
    std::string comment = CommentAbove(f.text, at == 0 ? 0 : at + 1);
    const bool is_main = comment.find("   Package ") == 0;
    if (is_main) return comment;
    if (best.empty()) best = std::move(comment);
  }
  return best;
}

}  // namespace

std::string DocOfStd(std::string_view name) {
  // "encoding/json.Encoder.Encode": the dots behind the last slash.
  const size_t slash = name.rfind('/') == name.npos ? 0 : name.rfind('/');
  const size_t dot = name.find('.', slash);
  std::string_view path = name.substr(0, dot);
  if (!embed::HasStdPackage(path)) path = embed::StdPathForName(path);
  if (path.empty()) return {};
  const std::vector<embed::StdSource> files = embed::StdPackageSources(path);
  if (dot == name.npos) {
    return "package " + std::string(path.substr(path.rfind('/') + 1)) + " // import \"" + std::string(path) +
           "\"\n" + PackageComment(files) + "\n" + Overview(files, "");
  }
  std::string_view rest = name.substr(dot + 1), method;
  if (const size_t second = rest.find('.'); second != rest.npos) {
    method = rest.substr(second + 1);
    rest = rest.substr(0, second);
  }
  for (const embed::StdSource& f : files) {
    if (f.path.ends_with("_test.gol")) continue;
    std::string doc = DocIn(Source(f.text), rest, method);
    if (doc.empty()) continue;
    if (doc.starts_with("type ")) {
      const std::string methods = Overview(files, rest);
      if (!methods.empty()) doc += "\n" + methods;
    }
    return doc;
  }
  return {};
}

std::string DocOfText(const std::string& text) {
  const Source s(text);
  for (const syntax::Decl* decl : s.file().decls) {
    if (auto* f = syntax::DynAs<syntax::FuncDecl>(decl)) return s.Signature(f) + "\n";
    if (auto* t = syntax::DynAs<syntax::TypeDecl>(decl)) return TypeText(t, s.source()) + "\n";
  }
  return {};
}

}  // namespace gol::repl
