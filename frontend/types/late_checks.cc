// Checks that the Go compiler makes behind its type checker, on programs without other errors.
#include <algorithm>

#include "frontend/types/checker.h"

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

}  // namespace

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
  for (FuncInfo* f : pkg_->funcs) {
    if (f->decl->has_body || IsLinknamed(f->func->decl->file, f->func->name)) continue;
    Error(f->decl->pos, diag::kMissingBody);
  }
}

}  // namespace gol::types
