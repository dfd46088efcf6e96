// Type sets: what an interface demands of a type.
//
// A type set is the methods of the interface, those of embedded interfaces included, and a list of
// terms (T or ~T) of which a type must match one. The list of all types is a flag. See typeset.cc.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "frontend/types/type.h"
#include "frontend/types/type_string.h"

namespace gol::types {

// A union of terms. Normal form: no term includes another.
struct TermList {
  bool all = false;  // the set of all types; terms is empty then
  std::vector<Term> terms;

  static TermList All() { return TermList{true, {}}; }
  bool is_empty() const { return !all && terms.empty(); }
  bool Includes(Type* t) const;
  bool IncludesTerm(const Term& t) const;
  bool SubsetOf(const TermList& y) const;
  bool Equal(const TermList& y) const;
  TermList Union(const TermList& y) const;
  TermList Intersect(const TermList& y) const;
  TermList Normalized() const;
};

struct TypeSet {
  std::vector<Func*> methods;  // sorted: exported by name, then by package path
  TermList terms = TermList::All();
  bool comparable = false;     // Invariant: implies terms.all

  bool is_empty() const { return terms.is_empty(); }
  bool is_method_set() const { return !comparable && terms.all; }
  bool is_all() const { return is_method_set() && methods.empty(); }
  bool has_terms() const { return !terms.is_empty() && !terms.all; }
  bool IsComparable() const;
  Func* LookupMethod(Package* pkg, std::string_view name, bool fold_case,
                     int* index = nullptr) const;
  // Calls f for each term with its type and underlying type until f returns false; with nulls if
  // there are no specific types. Returns false if f did.
  template <typename F>
  bool ForAll(F f) const {
    if (!has_terms()) return f(static_cast<Type*>(nullptr), static_cast<Type*>(nullptr));
    for (const Term& t : terms.terms) {
      if (!f(t.type, t.tilde ? Unalias(t.type) : Under(t.type))) return false;
    }
    return true;
  }
};

// The type set of an interface; computed once. pos: where to report errors of its computation.
TypeSet* GetTypeSet(Interface* iface, Pos pos = Pos());

// Calls f(type, underlying) for t, or for each type in the type set of a type parameter (nulls
// where it has no specific types), until f returns false. Returns false if f did.
template <typename F>
bool ForAllTypes(Type* t, F f) {
  if (TypeParam* tp = AsTypeParam(t)) return GetTypeSet(Constraint(tp))->ForAll(f);
  return f(t, Under(t));
}

// The single underlying type of t or of all types in its type set, null if there is none; *cause
// then says why. Channels of different direction give the most restricted one. With cond, each
// pair of type and underlying type is first given to cond, which returns false and sets the cause
// to refuse.
Type* CommonUnder(Type* t, std::string* cause, const Qualifier* qualifier,
                  const std::function<bool(Type* t, Type* u, std::string* cause)>& cond = nullptr);

}  // namespace gol::types
