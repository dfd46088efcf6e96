// See repl/declarations.h.
#include "repl/declarations.h"

#include <algorithm>

#include "frontend/diag/emitter.h"
#include "frontend/syntax/scanner.h"
#include "frontend/syntax/walk.h"
#include "frontend/types/predicates.h"
#include "frontend/types/scope.h"

namespace gol::repl {

std::string_view ReceiverName(syntax::Expr* e) {
  for (;;) {
    if (auto* star = syntax::DynAs<syntax::StarExpr>(e)) {
      e = star->x;
    } else if (auto* paren = syntax::DynAs<syntax::ParenExpr>(e)) {
      e = paren->x;
    } else if (auto* index = syntax::DynAs<syntax::IndexExpr>(e)) {
      e = index->x;
    } else {
      break;
    }
  }
  auto* name = syntax::DynAs<syntax::Ident>(e);
  return name != nullptr ? name->name : std::string_view();
}

namespace {

// "f", "T", "T.M"; empty for other declarations.
std::string KeyOf(const syntax::Decl* decl) {
  if (auto* f = syntax::DynAs<syntax::FuncDecl>(decl)) {
    if (f->recv == nullptr) return std::string(f->name->name);
    return std::string(ReceiverName(f->recv->type_expr)) + "." + std::string(f->name->name);
  }
  if (auto* t = syntax::DynAs<syntax::TypeDecl>(decl)) return std::string(t->name->name);
  return {};
}

}  // namespace

std::string TypeText(const syntax::TypeDecl* decl, const SourceFile& file) {
  const size_t begin = file.OffsetOf(decl->name->pos);
  SourceManager sources;
  diag::Emitter emitter(&sources);
  SourceFile* copy = sources.Add("type", std::string(file.text().substr(begin)));
  syntax::Scanner scanner(copy, &emitter, false, false);
  int depth = 0;
  using enum syntax::Token;
  for (scanner.Next(); scanner.tok != kEof; scanner.Next()) {
    if (scanner.tok == kLparen || scanner.tok == kLbrack || scanner.tok == kLbrace) depth++;
    if (scanner.tok == kRparen || scanner.tok == kRbrack || scanner.tok == kRbrace) depth--;
    // The end of a group counts as well.
    if ((scanner.tok == kSemi && depth == 0) || depth < 0) break;
  }
  return "type " + std::string(copy->text().substr(0, copy->OffsetOf(scanner.pos)));
}

namespace {

// "T.M" of a method that a session's type declares.
std::string MethodKey(types::Func* f) {
  if (f->is_interface_method || f->type == nullptr || f->signature()->recv == nullptr) return {};
  types::Type* t = types::Unalias(f->signature()->recv->type);
  if (auto* p = types::DynCast<types::Pointer>(t)) t = types::Unalias(p->elem);
  types::Named* n = types::AsNamed(t);
  return n == nullptr ? std::string() : std::string(n->obj()->name) + "." + std::string(f->name);
}

std::set<std::string> MentionsOf(syntax::Node* decl) {
  std::set<std::string> names;
  syntax::Walk(decl, [&](syntax::Node* n) {
    if (auto* id = syntax::DynAs<syntax::Ident>(n); id != nullptr && id->obj != nullptr) {
      types::Object* o = id->obj;
      if (auto* f = types::DynCast<types::Func>(o); f != nullptr && f->parent == nullptr) {
        if (std::string method = MethodKey(f); !method.empty()) names.insert(std::move(method));
      }
      if (o->pkg != nullptr && o->parent == o->pkg->scope) names.emplace(o->name);
    }
    return true;
  });
  return names;
}

}  // namespace

void Declarations::Add(const types::Package& input, const SourceManager& sources) {
  for (const syntax::File* file : input.files) {
    for (syntax::Decl* decl : file->decls) {
      const std::string key = KeyOf(decl);
      if (key.empty()) continue;
      Declaration d;
      d.order = next_order_++;
      Pos pos = decl->pos;
      if (auto* f = syntax::DynAs<syntax::FuncDecl>(decl)) {
        const size_t begin = file->source->OffsetOf(pos);
        d.text = file->source->text().substr(begin, file->source->OffsetOf(f->body_end) - begin);
        d.text.insert(0, "func ");  // a declaration's place is behind the keyword
      } else {
        const auto* t = syntax::As<syntax::TypeDecl>(decl);
        pos = t->name->pos;
        d.text = TypeText(t, *file->source);
      }
      // The keyword and its blank stand in front of the place.
      constexpr uint32_t kKeyword = 5;
      const Position at = sources.Resolve(pos);
      d.place = std::string(at.file) + ":" + std::to_string(at.line) + ":" +
                std::to_string(at.column > kKeyword ? at.column - kKeyword : 1);
      d.mentions = MentionsOf(decl);
      declarations_[key] = std::move(d);
    }
    // A variable of the name hides a function or type.
    for (const syntax::ScriptVar& v : file->script_vars) {
      declarations_.erase(std::string(v.name->name));
    }
  }
}

std::set<std::string> Declarations::NamesIn(const syntax::File& file) {
  std::set<std::string> names;
  for (const syntax::Decl* decl : file.decls) {
    if (std::string key = KeyOf(decl); !key.empty()) names.insert(std::move(key));
    if (auto* c = syntax::DynAs<syntax::ConstDecl>(decl)) {
      for (const syntax::Ident* name : c->names) names.emplace(name->name);
    }
  }
  for (const syntax::ScriptVar& v : file.script_vars) names.emplace(v.name->name);
  return names;
}

std::vector<std::string> Declarations::DependentsOf(const std::set<std::string>& names) const {
  std::set<std::string> changed = names, found;
  for (bool more = true; more;) {
    more = false;
    for (const auto& [key, d] : declarations_) {
      if (names.count(key) != 0 || found.count(key) != 0) continue;
      const bool depends = std::any_of(d.mentions.begin(), d.mentions.end(), [&](const auto& m) {
        return changed.count(m) != 0 && m != key;
      });
      if (!depends) continue;
      found.insert(key);
      // Whoever calls a function that is compiled anew has to call the new one.
      changed.insert(key);
      more = true;
    }
  }
  std::vector<std::string> list(found.begin(), found.end());
  std::sort(list.begin(), list.end(), [this](const std::string& a, const std::string& b) {
    return declarations_.at(a).order < declarations_.at(b).order;
  });
  return list;
}

std::string Declarations::TextOf(const std::vector<std::string>& names) const {
  std::string text;
  for (const std::string& name : names) {
    const Declaration& d = declarations_.at(name);
    text += "//line " + d.place + "\n" + d.text + "\n";
  }
  return text;
}

}  // namespace gol::repl
