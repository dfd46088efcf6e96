// Finding fields and methods through embedded fields.
//
// Breadth first by depth of embedding: all types of one depth are searched before those embedded
// in them. A name found once at the shallowest depth wins; found twice there it is ambiguous. A
// type seen at a shallower depth hides itself further down, which also ends recursive types.
#include "frontend/types/lookup.h"

#include <algorithm>

#include "frontend/types/context.h"
#include "frontend/types/predicates.h"
#include "frontend/types/type_string.h"
#include "frontend/types/typeset.h"

namespace gol::types {
namespace {

// A type to search at the current depth.
struct Embedded {
  Type* type;
  std::vector<int> index;  // path to it
  bool indirect;           // a pointer lies on the path
  bool multiples;          // the type appears several times at this depth
};

std::vector<int> Concat(const std::vector<int>& list, int i) {
  std::vector<int> r;
  r.reserve(list.size() + 1);
  r = list;
  r.push_back(i);
  return r;
}

// Merges entries of the same type at one depth.
void Consolidate(std::vector<Embedded>* list) {
  if (list->size() <= 1) return;
  std::vector<Embedded> r;
  for (Embedded& e : *list) {
    auto same = std::find_if(r.begin(), r.end(),
                             [&](const Embedded& o) { return Identical(o.type, e.type); });
    if (same != r.end()) {
      same->multiples = true;
    } else {
      r.push_back(std::move(e));
    }
  }
  *list = std::move(r);
}

// As LookupFieldOrMethod, but without the fields of the base type of a defined pointer type.
LookupResult LookupImpl(Type* t, bool addressable, Package* pkg, std::string_view name,
                        bool fold_case) {
  LookupResult result;
  if (name == "_") return result;
  auto [type, is_pointer] = Deref(t);
  // A pointer to an interface has no methods.
  if (is_pointer && IsInterface(type)) return result;

  std::vector<Embedded> current;
  current.push_back({type, {}, is_pointer, false});
  std::vector<Named*> seen;
  while (!current.empty()) {
    std::vector<Embedded> next;
    for (Embedded& e : current) {
      auto found = [&](Object* obj, int i) {  // false: a collision at this depth
        std::vector<int> index = Concat(e.index, i);
        if (result.obj != nullptr || e.multiples) {
          result = LookupResult{nullptr, std::move(index), false};
          return false;
        }
        result = LookupResult{obj, std::move(index), e.indirect};
        return true;
      };
      if (Named* named = AsNamed(e.type)) {
        if (std::any_of(seen.begin(), seen.end(),
                        [&](Named* s) { return s == named || Identical(s, named); })) {
          continue;
        }
        seen.push_back(named);
        int i = 0;
        if (Func* m = named->LookupMethod(pkg, name, fold_case, &i)) {
          if (!found(m, i)) return result;
          continue;
        }
      }
      Type* u = Under(e.type);
      if (u->kind == TypeKind::kStruct) {
        auto* s = static_cast<Struct*>(u);
        for (size_t i = 0; i < s->fields.size(); i++) {
          Var* f = s->fields[i];
          if (SameId(f, pkg, name, fold_case)) {
            if (!found(f, static_cast<int>(i))) return result;
            continue;
          }
          // Deeper fields matter only while nothing was found at this depth.
          if (result.obj == nullptr && f->embedded) {
            auto [base, through_pointer] = Deref(f->type);
            next.push_back({base, Concat(e.index, static_cast<int>(i)),
                            e.indirect || through_pointer, e.multiples});
          }
        }
      } else if (u->kind == TypeKind::kInterface) {
        int i = 0;
        if (Func* m = GetTypeSet(static_cast<Interface*>(u))
                          ->LookupMethod(pkg, name, fold_case, &i)) {
          if (!found(m, i)) return result;
        }
      }
    }
    if (result.obj != nullptr) {
      if (Func* f = DynCast<Func>(result.obj)) {
        if (f->has_ptr_recv() && !result.indirect && !addressable) {
          return LookupResult{nullptr, {}, true};
        }
      }
      return result;
    }
    Consolidate(&next);
    current = std::move(next);
  }
  return LookupResult{};
}

// A struct, or pointer to one, that embeds something invalid may have any method.
bool HasInvalidEmbedded(Type* t, std::vector<Struct*>* seen) {
  if (Pointer* p = UnderAs<Pointer>(t)) t = p->elem;
  Struct* s = UnderAs<Struct>(t);
  if (s == nullptr || std::find(seen->begin(), seen->end(), s) != seen->end()) return false;
  seen->push_back(s);
  for (Var* f : s->fields) {
    if (f->embedded && (!IsValid(f->type) || HasInvalidEmbedded(f->type, seen))) return true;
  }
  return false;
}

std::string FuncString(Func* f, const Qualifier& qualifier, bool pkg_info) {
  std::string s(f->name);
  static const Qualifier kFull{nullptr, true};
  AppendSignature(&s, f->signature(), pkg_info ? kFull : qualifier, false, pkg_info);
  return s;
}

enum class Lack {
  kNothing,
  kNotFound,
  kWrongName,
  kUnexported,
  kWrongSignature,
  kAmbiguous,
  kPointerReceiver,
  kField,
};

}  // namespace

LookupResult LookupFieldOrMethod(Type* t, bool addressable, Package* pkg, std::string_view name,
                                 bool fold_case) {
  // A defined pointer type has the fields of its base type but no methods.
  if (Named* n = AsNamed(t)) {
    if (Pointer* p = DynCast<Pointer>(n->Underlying())) {
      LookupResult r = LookupImpl(p, false, pkg, name, fold_case);
      if (DynCast<Func>(r.obj) != nullptr) return LookupResult{};
      return r;
    }
  }
  return LookupImpl(t, addressable, pkg, name, fold_case);
}

Func* MissingMethod(Type* v, Type* t, bool is_static, const Qualifier& qualifier,
                    bool* wrong_type, std::string* cause,
                    const std::function<bool(Type*, Type*)>& equivalent) {
  if (wrong_type != nullptr) *wrong_type = false;
  Interface* iface = UnderAs<Interface>(t);
  if (iface == nullptr) return nullptr;
  auto same = [&](Type* x, Type* y) { return equivalent ? equivalent(x, y) : Identical(x, y); };

  Lack lack = Lack::kNothing;
  Func* missing = nullptr;
  Func* found = nullptr;
  Interface* vi = UnderAs<Interface>(v);
  TypeSet* vset = vi != nullptr ? GetTypeSet(vi) : nullptr;
  // A copy: resolving methods may complete types behind our back.
  const std::vector<Func*> methods = GetTypeSet(iface)->methods;
  for (Func* m : methods) {
    missing = m;
    if (m->type == nullptr) ResolveObject(m);
    if (vset != nullptr) {
      found = vset->LookupMethod(m->pkg, m->name, false);
      if (found == nullptr) {
        if (!is_static) continue;
        lack = Lack::kNotFound;
        break;
      }
      if (found->type == nullptr) ResolveObject(found);
      if (!same(found->type, m->type)) {
        lack = Lack::kWrongSignature;
        break;
      }
      continue;
    }
    LookupResult r = LookupImpl(v, false, m->pkg, m->name, false);
    if (r.obj == nullptr) {
      if (!r.index.empty()) {
        lack = Lack::kAmbiguous;
      } else if (r.indirect) {
        lack = Lack::kPointerReceiver;
      } else {
        lack = Lack::kNotFound;
        found = DynCast<Func>(LookupImpl(v, false, m->pkg, m->name, true).obj);
        if (found != nullptr) {
          lack = found->name == m->name ? Lack::kUnexported : Lack::kWrongName;
        }
      }
      break;
    }
    found = DynCast<Func>(r.obj);
    if (found == nullptr) {
      lack = Lack::kField;
      break;
    }
    if (found->type == nullptr) ResolveObject(found);
    if (!same(found->type, m->type)) {
      lack = Lack::kWrongSignature;
      break;
    }
  }
  if (lack == Lack::kNothing) return nullptr;
  if (wrong_type != nullptr) {
    *wrong_type = lack == Lack::kWrongSignature || lack == Lack::kPointerReceiver;
  }
  if (cause == nullptr) return missing;

  if (found != nullptr && found->type == nullptr) ResolveObject(found);
  const std::string name(missing->name);
  switch (lack) {
    case Lack::kNothing:
      break;
    case Lack::kNotFound:
      if (IsInterfacePtr(v)) {
        *cause = "(" + InterfacePtrError(v, qualifier) + ")";
      } else if (IsInterfacePtr(t)) {
        *cause = "(" + InterfacePtrError(t, qualifier) + ")";
      } else {
        *cause = "(missing method " + name + ")";
      }
      break;
    case Lack::kWrongName:
      *cause = "(missing method " + name + ")\n\t\thave " + FuncString(found, qualifier, false) +
               "\n\t\twant " + FuncString(missing, qualifier, false);
      break;
    case Lack::kUnexported:
      *cause = "(unexported method " + name + ")";
      break;
    case Lack::kWrongSignature: {
      std::string have = FuncString(found, qualifier, false);
      std::string want = FuncString(missing, qualifier, false);
      if (have == want) {
        have = FuncString(found, qualifier, true);
        want = FuncString(missing, qualifier, true);
      }
      *cause = "(wrong type for method " + name + ")";
      if (have != want) *cause += "\n\t\thave " + have + "\n\t\twant " + want;
      break;
    }
    case Lack::kAmbiguous:
      *cause = "(ambiguous selector " + TypeString(v, qualifier) + "." + name + ")";
      break;
    case Lack::kPointerReceiver:
      *cause = "(method " + name + " has pointer receiver)";
      break;
    case Lack::kField:
      *cause = "(" + TypeString(v, qualifier) + "." + name + " is a field, not a method)";
      break;
  }
  return missing;
}

bool HasAllMethods(Type* v, Type* t, bool is_static, const Qualifier& qualifier,
                   std::string* cause, const std::function<bool(Type*, Type*)>& equivalent) {
  if (!IsValid(v)) return true;
  if (MissingMethod(v, t, is_static, qualifier, nullptr, cause, equivalent) == nullptr) return true;
  std::vector<Struct*> seen;
  return HasInvalidEmbedded(v, &seen);
}

int FieldIndex(std::span<Var*> fields, Package* pkg, std::string_view name, bool fold_case) {
  if (name == "_") return -1;
  for (size_t i = 0; i < fields.size(); i++) {
    if (SameId(fields[i], pkg, name, fold_case)) return static_cast<int>(i);
  }
  return -1;
}

bool IsInterfacePtr(Type* t) {
  Pointer* p = UnderAs<Pointer>(t);
  return p != nullptr && IsInterface(p->elem);
}

std::string InterfacePtrError(Type* t, const Qualifier& qualifier) {
  Pointer* p = UnderAs<Pointer>(t);
  const char* what = IsTypeParam(p->elem) ? " is pointer to type parameter, not type parameter"
                                          : " is pointer to interface, not interface";
  return "type " + TypeString(t, qualifier) + what;
}

std::vector<MethodEntry> MethodSet(Type* t) {
  // Collects candidate names through embedding, then lets the look-up rules decide on each.
  std::vector<std::pair<std::string_view, Package*>> names;
  std::vector<Type*> seen;
  auto collect = [&](auto& self, Type* type) -> void {
    type = Deref(type).type;
    for (Type* s : seen) {
      if (Identical(s, type)) return;
    }
    seen.push_back(type);
    if (Named* n = AsNamed(type)) {
      Named* o = n->origin();
      for (size_t i = 0; i < o->num_methods(); i++) {
        names.emplace_back(o->methods_[i]->name, o->methods_[i]->pkg);
      }
    }
    Type* u = Under(type);
    if (auto* s = DynCast<Struct>(u)) {
      for (Var* f : s->fields) {
        if (f->embedded) self(self, f->type);
      }
    } else if (auto* iface = DynCast<Interface>(u)) {
      for (Func* m : GetTypeSet(iface)->methods) names.emplace_back(m->name, m->pkg);
    }
  };
  collect(collect, t);
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return (a.second != nullptr ? a.second->path : "") < (b.second != nullptr ? b.second->path : "");
  });
  std::vector<MethodEntry> result;
  std::string_view last_name;
  Package* last_pkg = nullptr;
  for (const auto& [name, pkg] : names) {
    if (name == last_name && (IsExported(name) || SamePackage(pkg, last_pkg))) continue;
    last_name = name;
    last_pkg = pkg;
    LookupResult r = LookupFieldOrMethod(t, false, pkg, name);
    if (Func* f = DynCast<Func>(r.obj)) result.push_back({f, std::move(r.index), r.indirect});
  }
  return result;
}

}  // namespace gol::types
