// Relations between types and values: assignability, implementing an interface, type assertions.
#include <algorithm>

#include "frontend/types/checker.h"

namespace gol::types {
namespace {

// Whether t occurs in an element of the interface, in its type set or not.
bool Mentions(Type* in, Type* t) {
  switch (in->kind) {
    case TypeKind::kInterface:
      for (Type* e : static_cast<Interface*>(in)->embeddeds) {
        if (Mentions(e, t)) return true;
      }
      return false;
    case TypeKind::kUnion:
      for (const Term& term : static_cast<Union*>(in)->terms) {
        if (Mentions(term.type, t)) return true;
      }
      return false;
    default:
      return Identical(in, t);
  }
}

// Terms show packages by path, the package being checked included, as the Go compiler does.
std::string TermsString(const TermList& list) {
  static const Qualifier q{nullptr, true};
  if (list.terms.empty()) return "∅";
  std::string s;
  for (size_t i = 0; i < list.terms.size(); i++) {
    if (i > 0) s += " | ";
    if (list.terms[i].tilde) s += '~';
    AppendType(&s, list.terms[i].type, q);
  }
  return s;
}

}  // namespace

bool Checker::AssignableTo(Operand* x, Type* t, std::string* cause) {
  if (!x->is_valid() || !IsValid(t)) return true;
  Type* original = t;
  Type* v = Unalias(x->type);
  t = Unalias(t);
  if (Identical(v, t)) return true;
  Type* vu = Under(v);
  Type* tu = Under(t);
  TypeParam* vp = DynCast<TypeParam>(v);
  TypeParam* tp = DynCast<TypeParam>(t);

  if (IsUntyped(vu)) {
    if (tp != nullptr) {
      // Representable by every type of the type set.
      return ForAllTypes(tp, [&](Type* type, Type*) {
        return type != nullptr && ImplicitTypeAndValue(x, type).type != nullptr;
      });
    }
    return ImplicitTypeAndValue(x, t).type != nullptr;
  }

  if (vp == nullptr && tp == nullptr && (!HasName(v) || !HasName(t)) && Identical(vu, tu)) {
    return true;
  }

  if ((tu->kind == TypeKind::kInterface && tp == nullptr) || IsInterfacePtr(tu)) {
    if (Implements(Pos(), v, t, false, cause)) return true;
    if (vp == nullptr) return false;
    if (cause != nullptr) cause->clear();
  }

  if (vu->kind == TypeKind::kInterface && vp == nullptr) {
    if (Implements(Pos(), t, v, false, nullptr)) {
      if (cause != nullptr) *cause = "need type assertion";
      return false;
    }
  }

  if (Chan* vc = DynCast<Chan>(vu); vc != nullptr && vc->dir == ChanDir::kSendRecv) {
    if (Chan* tc = DynCast<Chan>(tu); tc != nullptr && Identical(vc->elem, tc->elem)) {
      return !HasName(v) || !HasName(t);
    }
  }
  if (vp == nullptr && tp == nullptr) return false;

  auto explain = [&](std::string text) {
    if (cause == nullptr) return;
    if (!cause->empty()) text += "\n\t" + *cause;
    *cause = std::move(text);
  };
  if (!HasName(v) && tp != nullptr) {
    return ForAllTypes(tp, [&](Type* type, Type*) {
      if (type == nullptr) return false;
      if (AssignableTo(x, type, cause)) return true;
      explain("cannot assign " + Str(x->type) + " to " + Str(type) + " (in " + Str(tp) + ")");
      return false;
    });
  }
  if (vp != nullptr && !HasName(t)) {
    Operand y = *x;
    return ForAllTypes(vp, [&](Type* type, Type*) {
      if (type == nullptr) return false;
      y.type = type;
      if (AssignableTo(&y, t, cause)) return true;
      explain("cannot assign " + Str(type) + " (in " + Str(vp) + ") to " + Str(original));
      return false;
    });
  }
  return false;
}

bool Checker::Implements(Pos pos, Type* v, Type* t, bool constraint, std::string* cause) {
  Type* vu = Under(v);
  Type* tu = Under(t);
  if (!IsValid(vu) || !IsValid(tu)) return true;
  if (Pointer* p = DynCast<Pointer>(vu); p != nullptr && !IsValid(Under(p->elem))) return true;
  const std::string verb = constraint ? "satisfy" : "implement";

  Interface* ti = DynCast<Interface>(tu);
  if (ti == nullptr) {
    if (cause != nullptr) {
      std::string detail =
          IsInterfacePtr(tu) ? "type " + Str(t) + " is pointer to interface, not interface"
                             : Str(t) + " is not an interface";
      *cause = Str(v) + " does not " + verb + " " + Str(t) + " (" + detail + ")";
    }
    return false;
  }
  TypeSet* tset = GetTypeSet(ti);
  if (tset->is_all()) return true;
  Interface* vi = DynCast<Interface>(vu);
  if (vi != nullptr && GetTypeSet(vi)->is_empty()) return true;
  if (tset->is_empty()) {
    if (cause != nullptr) *cause = "cannot " + verb + " " + Str(t) + " (empty type set)";
    return false;
  }
  std::string why;
  if (!HasAllMethods(v, t, true, qualifier_, cause != nullptr ? &why : nullptr)) {
    if (cause != nullptr) *cause = Str(v) + " does not " + verb + " " + Str(t) + " " + why;
    return false;
  }

  auto comparable = [&] {
    if (!tset->IsComparable()) return true;
    if (IsStrictlyComparable(v)) return true;
    // Ordinary interfaces satisfy comparable although == may panic on them.
    if (constraint && IsComparable(v)) {
      if (AllowVersion(20)) return true;
      if (cause != nullptr) *cause = Str(v) + " to " + verb + " comparable requires go1.20 or later";
      return false;
    }
    if (cause != nullptr) *cause = Str(v) + " does not " + verb + " comparable";
    return false;
  };

  if (!tset->has_terms()) return comparable();
  if (vi != nullptr) {
    if (!GetTypeSet(vi)->terms.SubsetOf(tset->terms)) {
      if (cause != nullptr) *cause = Str(v) + " does not " + verb + " " + Str(t);
      return false;
    }
    return comparable();
  }
  if (!tset->terms.Includes(v)) {
    if (cause != nullptr) {
      Type* alt = nullptr;
      for (const Term& term : tset->terms.terms) {
        if (alt == nullptr && !term.tilde && Identical(term.type, Under(term.type)) &&
            Identical(term.type, vu)) {
          alt = term.type;
        }
      }
      std::string detail;
      if (alt != nullptr) {
        detail = "possibly missing ~ for " + Str(alt) + " in " + Str(t);
      } else if (Mentions(ti, v)) {
        detail = Str(t) + " mentions " + Str(v) + ", but " + Str(v) +
                 " is not in the type set of " + Str(t);
      } else {
        detail = Str(v) + " missing in " + TermsString(tset->terms);
      }
      *cause = Str(v) + " does not " + verb + " " + Str(t) + " (" + detail + ")";
    }
    return false;
  }
  return comparable();
}

bool Checker::AssertableTo(Type* v, Type* t, std::string* cause) {
  // Whether a dynamic type implements the interface t is known only at run time.
  if (IsInterface(t)) return true;
  return HasAllMethods(t, v, false, qualifier_, cause);
}

}  // namespace gol::types
