// Limits on sizes, which the Go compiler checks when everything else is right: what is larger than
// an address space, elements of channels, package-level variables that no linker takes, parameters
// and copies that no stack takes.
//
// Most packages have nothing large: the types that were written in it (sized_types_) tell. Only
// where one is large the declarations and the bodies of functions are gone through for the places of
// the messages.
#include <algorithm>
#include <unordered_set>

#include "frontend/syntax/walk.h"
#include "frontend/types/checker.h"
#include "frontend/types/predicates.h"
#include "frontend/types/scope.h"
#include "frontend/types/sizes.h"

namespace gol::types {
namespace {

constexpr int64_t kMaxTypeBytes = int64_t{1} << 50;
constexpr int64_t kMaxChanElemBytes = 1 << 16;
constexpr int64_t kMaxSymbolBytes = 2000000000;
constexpr int64_t kMaxFrameBytes = int64_t{1} << 30;

// Sizes up to the limit, more as -1.
int64_t BoundedSize(Type* t) {
  int64_t size = Sizeof(t);
  return size > kMaxTypeBytes ? -1 : size;
}

bool IsNotable(Type* t) {
  if (t->kind == TypeKind::kChan) {
    t = static_cast<Chan*>(t)->elem;
    if (!IsValid(t) || HasVarSize(t)) return false;
    int64_t size = Sizeof(t);
    return size < 0 || size >= kMaxChanElemBytes;
  }
  if (HasVarSize(t)) return false;
  int64_t size = Sizeof(t);
  return size < 0 || size >= kMaxFrameBytes / 2;
}

// Finds the first type with a forbidden size inside a type; each type is looked at once.
class SizeFinder {
 public:
  struct Finding {
    diag::Kind kind;
    Type* type = nullptr;  // null: nothing was found
  };

  Finding Find(Type* t) {
    t = Unalias(t);
    if (t == nullptr || !seen_.insert(t).second) return {};
    switch (t->kind) {
      case TypeKind::kNamed: {
        auto* n = static_cast<Named*>(t);
        return n->obj_->pkg == nullptr ? Finding{} : Find(Under(n));
      }
      case TypeKind::kPointer:
        return Find(static_cast<Pointer*>(t)->elem);
      case TypeKind::kSlice:
        return Find(static_cast<Slice*>(t)->elem);
      case TypeKind::kArray: {
        Type* elem = static_cast<Array*>(t)->elem;
        Finding f = Find(elem);
        if (f.type == nullptr && !HasVarSize(t) && BoundedSize(elem) >= 0 &&
            Exceeds(Sizeof(t))) {
          f = {diag::kLargerThanAddressSpace, t};
        }
        return f;
      }
      case TypeKind::kStruct: {
        for (Var* v : static_cast<Struct*>(t)->fields) {
          if (Finding f = Find(v->type); f.type != nullptr) return f;
        }
        if (!HasVarSize(t) && Exceeds(Sizeof(t))) return {diag::kTypeTooLarge, t};
        return {};
      }
      case TypeKind::kMap: {
        Finding f = Find(static_cast<Map*>(t)->key);
        return f.type != nullptr ? f : Find(static_cast<Map*>(t)->elem);
      }
      case TypeKind::kChan: {
        Type* elem = static_cast<Chan*>(t)->elem;
        Finding f = Find(elem);
        if (f.type == nullptr && !HasVarSize(elem) && Sizeof(elem) >= kMaxChanElemBytes) {
          f = {diag::kChanElemTooLarge, t};
        }
        return f;
      }
      case TypeKind::kSignature:
        for (Tuple* list : {static_cast<Signature*>(t)->params,
                            static_cast<Signature*>(t)->results}) {
          if (Finding f = Find(list); f.type != nullptr) return f;
        }
        return {};
      case TypeKind::kTuple:
        for (Var* v : static_cast<Tuple*>(t)->vars) {
          if (Finding f = Find(v->type); f.type != nullptr) return f;
        }
        return {};
      default:
        return {};
    }
  }

 private:
  static bool Exceeds(int64_t size) { return size < 0 || size >= kMaxTypeBytes; }

  std::unordered_set<Type*> seen_;
};

int64_t TupleBytes(Tuple* t) {
  int64_t sum = 0;
  if (t == nullptr) return 0;
  for (Var* v : t->vars) {
    if (!HasVarSize(v->type)) sum += BoundedSize(v->type);
  }
  return sum;
}

}  // namespace

void Checker::SizeChecks() {
  // Sizes of structs are remembered once they are known to be finite.
  auto sized = [](Type* t) { return t->kind == TypeKind::kChan ? static_cast<Chan*>(t)->elem : t; };
  for (Type* t : sized_types_) {
    if (!FiniteSize(sized(t))) return;
  }
  bool any = std::any_of(sized_types_.begin(), sized_types_.end(), IsNotable);
  if (!any) return;

  SizeFinder finder;
  auto check = [&](Type* t, Pos pos) {
    if (t == nullptr) return;
    SizeFinder::Finding f = finder.Find(t);
    if (f.type == nullptr) return;
    if (f.kind == diag::kChanElemTooLarge) Error(pos, f.kind);
    else Error(pos, f.kind, f.type);
  };
  const std::vector<Object*>& objects = object_list_;
  for (Object* obj : objects) check(obj->type, obj->pos);
  for (FuncInfo* f : pkg_->funcs) {
    if (f->decl->body == nullptr) continue;
    // The place of the innermost declaration or statement that is being walked.
    Pos place = f->decl->pos;
    syntax::Walk(f->decl->body, [&](syntax::Node* node) {
      if (auto* a = syntax::DynAs<syntax::AssignStmt>(node); a && !a->lhs.empty()) {
        place = a->lhs[0]->pos;
      } else if (auto* v = syntax::DynAs<syntax::VarDecl>(node); v && !v->names.empty()) {
        place = v->names[0]->pos;
      } else if (auto* t = syntax::DynAs<syntax::TypeDecl>(node)) {
        place = t->name->pos;
      } else if (syntax::IsStmtKind(node->kind)) {
        place = syntax::StartPos(node);
      } else if (syntax::IsExprKind(node->kind)) {
        check(static_cast<syntax::Expr*>(node)->type, place);
      }
      return true;
    });
  }
  if (has_errors_) return;

  for (Var* v : pkg_->vars) {
    if (v->type == nullptr || HasVarSize(v->type) || Sizeof(v->type) <= kMaxSymbolBytes) continue;
    Error(v->pos, diag::kSymbolTooLarge, std::string(pkg_->path) + "." + std::string(v->name),
          Sizeof(v->type));
  }
  for (FuncInfo* f : pkg_->funcs) {
    int64_t args = TupleBytes(f->sig->params) + TupleBytes(f->sig->results);
    if (f->sig->recv != nullptr && !HasVarSize(f->sig->recv->type)) {
      args += BoundedSize(f->sig->recv->type);
    }
    int64_t locals = 0;
    if (f->decl->body != nullptr) {
      // A range over an array's elements goes over a copy.
      syntax::Walk(f->decl->body, [&](syntax::Node* node) {
        auto* range = syntax::DynAs<syntax::RangeStmt>(node);
        if (range == nullptr || range->val() == nullptr || range->x->type == nullptr) return true;
        if (UnderAs<Array>(range->x->type) == nullptr || HasVarSize(range->x->type)) return true;
        locals += BoundedSize(range->x->type);
        return true;
      });
    }
    if (args + locals <= kMaxFrameBytes) continue;
    Error(f->func->pos, diag::kFrameTooLarge, locals >> 20, args >> 20);
  }
}

}  // namespace gol::types
