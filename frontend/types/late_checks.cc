// Checks that the Go compiler makes behind its type checker, on programs without other errors.
#include <algorithm>
#include <sstream>
#include <unordered_set>

#include "frontend/types/checker.h"
#include "frontend/types/scope.h"

namespace gol::types {
namespace {

// Finds interfaces that contain themselves through method signatures without a name in between:
// `type I interface { m() interface { I } }`.
class CycleFinder {
 public:
  bool HasCycle(Interface* t) {
    for (Func* m : GetTypeSet(t)->methods) {
      if (m->type != nullptr && Visit(m->type)) return true;
    }
    return false;
  }

  // After a report: interfaces on the cycle are not reported again.
  void Forget() {
    for (auto& [t, cyclic] : cyclic_) cyclic = false;
  }

 private:
  bool Visit(Type* t) {
    t = Unalias(t);
    switch (t->kind) {
      case TypeKind::kPointer:
        return Visit(static_cast<Pointer*>(t)->elem);
      case TypeKind::kArray:
        return Visit(static_cast<Array*>(t)->elem);
      case TypeKind::kChan:
        return Visit(static_cast<Chan*>(t)->elem);
      case TypeKind::kSlice:
        return Visit(static_cast<Slice*>(t)->elem);
      case TypeKind::kMap:
        return Visit(static_cast<Map*>(t)->key) || Visit(static_cast<Map*>(t)->elem);
      case TypeKind::kStruct:
        for (Var* f : static_cast<Struct*>(t)->fields) {
          if (Visit(f->type)) return true;
        }
        return false;
      case TypeKind::kSignature:
        return VisitTuple(static_cast<Signature*>(t)->params) ||
               VisitTuple(static_cast<Signature*>(t)->results);
      case TypeKind::kInterface: {
        auto* i = static_cast<Interface*>(t);
        if (i->methods.empty() && i->embeddeds.empty()) return false;
        auto [it, is_new] = cyclic_.emplace(i, true);
        if (!is_new) return it->second;
        if (HasCycle(i)) return true;
        cyclic_[i] = false;
        return false;
      }
      default:
        return false;
    }
  }

  bool VisitTuple(Tuple* t) {
    if (t == nullptr) return false;
    return std::any_of(t->vars.begin(), t->vars.end(), [&](Var* v) { return Visit(v->type); });
  }

  std::unordered_map<Interface*, bool> cyclic_;
};

// Whether a //go:linkname line of the file names the function.
bool IsLinknamed(const syntax::File* file, std::string_view name) {
  for (const syntax::Directive& d : file->directives) {
    std::string_view text = d.text;
    if (!text.starts_with("go:linkname ")) continue;
    text.remove_prefix(12);
    text = text.substr(0, text.find(' '));
    if (text == name) return true;
  }
  return false;
}

// The words of a directive: its verb at least.
std::vector<std::string> WordsOf(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  if (words.empty()) words.emplace_back();
  return words;
}

bool ImportsUnsafe(const syntax::File* file) {
  return std::any_of(file->decls.begin(), file->decls.end(), [](const syntax::Decl* d) {
    const auto* import = syntax::DynAs<syntax::ImportDecl>(d);
    return import != nullptr && import->path != nullptr && import->path->text == "\"unsafe\"";
  });
}

}  // namespace

// Complains about directives that are not for everybody, and about malformed ones.
void Checker::CheckDirectives() {
  constexpr std::string_view kRuntimeVerbs[] = {"go:systemstack", "go:nowritebarrier",
                                                "go:nowritebarrierrec", "go:yeswritebarrierrec"};
  for (const syntax::File* file : pkg_->files) {
    for (const syntax::Directive& d : file->directives) {
      const std::vector<std::string> words = WordsOf(d.text);
      const std::string& verb = words[0];
      if (std::find(std::begin(kRuntimeVerbs), std::end(kRuntimeVerbs), verb) !=
          std::end(kRuntimeVerbs)) {
        Error(d.pos, diag::kRuntimeDirective, verb);
      } else if (verb == "go:uintptrkeepalive") {
        Error(d.pos, diag::kStdDirective, verb);
      } else if (verb == "go:linkname") {
        if (d.text.size() > verb.size() && (words.size() < 2 || words.size() > 3)) {
          Error(d.pos, diag::kLinknameUsage);
        }
      } else if (verb.starts_with("go:cgo_") &&
                 !(verb == "go:cgo_import_dynamic" && words.size() >= 4)) {
        Error(d.pos, diag::kCgoDirective, d.text);
        if (verb == "go:cgo_ldflag" && words.size() != 2) Error(d.pos, diag::kCgoLdflagUsage);
      }
    }
  }
}

// Reports //go:linkname lines that name nothing, or name something twice.
void Checker::CheckLinknames() {
  std::unordered_set<const Object*> named;
  for (const syntax::File* file : pkg_->files) {
    for (const syntax::Directive& d : file->directives) {
      const std::vector<std::string> words = WordsOf(d.text);
      if (words[0] != "go:linkname" || words.size() < 2) continue;
      const std::string& local = words[1];
      const std::string remote = words.size() > 2 ? words[2] : "";
      if (!ImportsUnsafe(file)) {
        Error(d.pos, diag::kLinknameWithoutUnsafe);
        continue;
      }
      if (remote.find('[') != std::string::npos && remote.find(']') != std::string::npos) {
        Error(d.pos, diag::kLinknameInstance);
        continue;
      }
      const Object* obj = pkg_->scope->Lookup(local);
      if (obj == nullptr || (obj->kind != ObjectKind::kFunc && obj->kind != ObjectKind::kVar)) {
        Error(d.pos, diag::kLinknameTarget);
      } else if (!named.insert(obj).second) {
        Error(d.pos, diag::kLinknameDuplicate, local);
      }
    }
  }
}

void Checker::LateChecks() {
  std::sort(interfaces_.begin(), interfaces_.end(),
            [](const InterfaceLiteral& a, const InterfaceLiteral& b) { return a.pos < b.pos; });
  CycleFinder finder;
  for (const InterfaceLiteral& i : interfaces_) {
    if (!finder.HasCycle(i.type)) continue;
    Error(i.pos, diag::kAnonymousInterfaceCycle);
    finder.Forget();
  }
  if (options_.allow_missing_bodies || has_errors_) return;
  SizeChecks();
  // Complaints of the parser, too, keep the Go compiler from coming this far.
  if (options_.emitter != nullptr && options_.emitter->has_errors()) return;
  CheckLinknames();
  for (FuncInfo* f : pkg_->funcs) {
    if (f->decl->has_body || IsLinknamed(f->func->decl->file, f->func->name)) continue;
    Error(f->decl->pos, diag::kMissingBody);
  }
}

}  // namespace gol::types
