// Type sets of interfaces.
//
// The set of an interface is the intersection of the sets of its elements: a method demands that
// method, a type T contributes the term T, a union the union of its terms, an embedded interface
// its own set. It is computed once, on first use, and kept in Interface::type_set; while an
// interface is still being set up (not complete), the set of all types is answered and not kept.
//
// Term lists stay in normal form (no term contains another), so that the set is empty exactly if
// the list is, and all types exactly if the flag is set.
#include "frontend/types/typeset.h"

#include <algorithm>

#include "frontend/diag/emitter.h"
#include "frontend/types/checker.h"
#include "frontend/types/context.h"
#include "frontend/types/object.h"
#include "frontend/types/predicates.h"
#include "frontend/types/type_string.h"

namespace gol::types {
namespace {

constexpr size_t kMaxTerms = 100;  // of a union; the quadratic algorithms below stay cheap

// Whether no type is in both x and y.
bool Disjoint(const Term& x, const Term& y) {
  Type* ux = y.tilde ? Under(x.type) : x.type;
  Type* uy = x.tilde ? Under(y.type) : y.type;
  return !Identical(ux, uy);
}

bool TermSubset(const Term& x, const Term& y) {
  return !Disjoint(x, y) && (!x.tilde || y.tilde);
}

// The order of methods in type sets: exported names first, then by name, then by package.
bool MethodLess(const Func* a, const Func* b) {
  bool ea = IsExported(a->name), eb = IsExported(b->name);
  if (ea != eb) return ea;
  if (a->name != b->name) return a->name < b->name;
  if (!ea && a->pkg != nullptr && b->pkg != nullptr) return a->pkg->path < b->pkg->path;
  return false;
}

// Keeps of xs * ys what both allow; comparable types only if one side demands that.
void Intersect(TermList* terms, bool* comparable, const TermList& y, bool y_comparable) {
  TermList r = terms->Intersect(y);
  bool comp = *comparable || y_comparable;
  if (comp && !r.all) {
    std::erase_if(r.terms, [](const Term& t) { return !IsStrictlyComparable(t.type); });
    comp = false;
  }
  *terms = std::move(r);
  *comparable = comp;
}

// The terms of a union. *valid is false after an error.
TermList UnionTerms(Checker* checker, Pos pos, Union* u, bool* valid) {
  TermList all;
  for (const Term& t : u->terms) {
    Type* under = Under(t.type);
    TermList one;
    if (under->kind == TypeKind::kInterface) {
      one = GetTypeSet(static_cast<Interface*>(under), pos)->terms;
    } else if (!IsValid(under)) {
      continue;
    } else if (!t.tilde || Identical(t.type, under)) {
      one.terms.push_back(t);
    }
    all = all.Union(one);
    if (all.terms.size() > kMaxTerms) {
      if (checker != nullptr) checker->Error(pos, diag::kUnionTooLong, static_cast<int>(kMaxTerms));
      *valid = false;
      return all;
    }
  }
  return all;
}

}  // namespace

bool TermList::Includes(Type* t) const {
  if (all) return true;
  return std::any_of(terms.begin(), terms.end(), [&](const Term& x) {
    return Identical(x.type, x.tilde ? Under(t) : t);
  });
}

bool TermList::IncludesTerm(const Term& t) const {
  if (all) return true;
  return std::any_of(terms.begin(), terms.end(), [&](const Term& x) { return TermSubset(t, x); });
}

bool TermList::SubsetOf(const TermList& y) const {
  if (y.all) return true;
  if (all) return false;
  if (y.terms.empty()) return terms.empty();
  return std::all_of(terms.begin(), terms.end(), [&](const Term& t) { return y.IncludesTerm(t); });
}

bool TermList::Equal(const TermList& y) const { return SubsetOf(y) && y.SubsetOf(*this); }

TermList TermList::Normalized() const {
  if (all) return All();
  TermList r;
  std::vector<bool> used(terms.size());
  for (size_t i = 0; i < terms.size(); i++) {
    if (used[i]) continue;
    Term x = terms[i];
    for (size_t j = i + 1; j < terms.size(); j++) {
      if (used[j] || Disjoint(x, terms[j])) continue;
      if (!x.tilde && terms[j].tilde) x = terms[j];
      used[j] = true;
    }
    r.terms.push_back(x);
  }
  return r;
}

TermList TermList::Union(const TermList& y) const {
  if (all || y.all) return All();
  TermList r = *this;
  r.terms.insert(r.terms.end(), y.terms.begin(), y.terms.end());
  return r.Normalized();
}

TermList TermList::Intersect(const TermList& y) const {
  if (all) return y;
  if (y.all) return *this;
  TermList r;
  for (const Term& a : terms) {
    for (const Term& b : y.terms) {
      if (!Disjoint(a, b)) r.terms.push_back(!a.tilde || b.tilde ? a : b);
    }
  }
  return r.Normalized();
}

bool TypeSet::IsComparable() const {
  if (terms.all) return comparable;
  if (terms.terms.empty()) return false;
  return std::all_of(terms.terms.begin(), terms.terms.end(),
                     [](const Term& t) { return IsStrictlyComparable(t.type); });
}

Func* TypeSet::LookupMethod(Package* pkg, std::string_view name, bool fold_case,
                            int* index) const {
  if (name == "_") return nullptr;
  for (size_t i = 0; i < methods.size(); i++) {
    if (SameId(methods[i], pkg, name, fold_case)) {
      if (index != nullptr) *index = static_cast<int>(i);
      return methods[i];
    }
  }
  return nullptr;
}

TypeSet* GetTypeSet(Interface* iface, Pos pos) {
  if (iface->type_set != nullptr) return iface->type_set;
  static TypeSet top;
  if (!iface->complete) return &top;
  Checker* checker = iface->checker;

  // In place before the elements are visited, so that an interface that embeds itself (an error
  // that is reported elsewhere) ends here.
  iface->context->NoteShared(iface);
  TypeSet* set = iface->context->New<TypeSet>();
  iface->type_set = set;

  struct Seen {
    Func* func;
    Pos pos;
  };
  std::vector<Seen> seen;
  auto report_duplicate = [](Checker* c, Pos at, Func* m, Pos other) {
    auto& d = c->Error(at, diag::kDuplicateMethod, m->name);
    c->Note(d, other, "other declaration of method {}", m->name);
  };
  auto add = [&](Pos at, Func* m, bool is_explicit) {
    for (const Seen& s : seen) {
      if (!SameId(s.func, m->pkg, m->name)) continue;
      if (checker == nullptr) return;
      if (is_explicit) {
        report_duplicate(checker, at, m, s.pos);
        return;
      }
      // Overlapping embedded interfaces are fine if the methods agree, which can be told only
      // once all types are set up.
      checker->Later([checker, report_duplicate, at, m, s] {
        if ((at.is_known() && !checker->AllowVersion(14)) || !Identical(m->type, s.func->type)) report_duplicate(checker, at, m, s.pos);
      });
      return;
    }
    seen.push_back({m, at});
    set->methods.push_back(m);
  };

  for (Func* m : iface->methods) add(m->pos, m, true);

  TermList terms = TermList::All();
  bool comparable = false;
  for (size_t i = 0; i < iface->embeddeds.size(); i++) {
    Type* t = iface->embeddeds[i];
    Pos at = i < iface->embed_pos.size() ? iface->embed_pos[i] : Pos();
    Type* u = Under(t);
    auto allowed = [&](const char* what) {
      return checker == nullptr || !at.is_known() || checker->AllowVersion(18) ||
             checker->VerifyVersion(at, 18, what + checker->Str(t));
    };
    if (u->kind == TypeKind::kInterface) {
      TypeSet* other = GetTypeSet(static_cast<Interface*>(u), at.is_known() ? at : pos);
      for (Func* m : other->methods) add(at, m, false);
      Intersect(&terms, &comparable, other->terms, other->comparable);
    } else if (u->kind == TypeKind::kUnion) {
      if (!allowed("embedding interface element ")) continue;
      bool valid = true;
      TermList list = UnionTerms(checker, at, static_cast<Union*>(u), &valid);
      if (valid) Intersect(&terms, &comparable, list, false);
    } else if (IsValid(u)) {
      if (!allowed("embedding non-interface type ")) continue;
      TermList list;
      list.terms.push_back({false, t});
      Intersect(&terms, &comparable, list, false);
    }
  }
  std::sort(set->methods.begin(), set->methods.end(), MethodLess);
  set->terms = std::move(terms);
  set->comparable = comparable;
  return set;
}

Type* CommonUnder(Type* t, std::string* cause, const Qualifier* qualifier,
                  const std::function<bool(Type*, Type*, std::string*)>& cond) {
  Type* common_type = nullptr;
  Type* common = nullptr;
  std::string ignored;
  if (cause == nullptr) cause = &ignored;
  static const Qualifier kNone;
  const Qualifier& q = qualifier != nullptr ? *qualifier : kNone;
  bool ok = ForAllTypes(t, [&](Type* type, Type* u) {
    if (cond && !cond(type, u, cause)) return false;
    if (u == nullptr) {
      *cause = "no specific type";
      return false;
    }
    if (common == nullptr) {
      common_type = type;
      common = u;
      return true;
    }
    Chan* c1 = DynCast<Chan>(common);
    Chan* c2 = DynCast<Chan>(u);
    if (c1 != nullptr && c2 != nullptr) {
      if (!Identical(c1->elem, c2->elem)) {
        *cause = "channels " + TypeString(common_type, q) + " and " + TypeString(type, q) +
                 " have different element types";
        return false;
      }
      if (c1->dir == c2->dir) return true;
      if (c1->dir == ChanDir::kSendRecv) {
        common_type = type;
        common = u;
      } else if (c2->dir != ChanDir::kSendRecv) {
        *cause = "channels " + TypeString(common_type, q) + " and " + TypeString(type, q) +
                 " have conflicting directions";
        return false;
      }
      return true;
    }
    if (!Identical(common, u)) {
      *cause = TypeString(common_type, q) + " and " + TypeString(type, q) +
               " have different underlying types";
      return false;
    }
    return true;
  });
  return ok ? common : nullptr;
}

}  // namespace gol::types
