// Questions about types: kinds, identity, comparability. None of them reports errors.
#pragma once

#include <string>

#include "frontend/types/type.h"

namespace gol::types {

struct Qualifier;

// Whether t is not the invalid type (which follows an error that was reported).
bool IsValid(Type* t);

// Whether the underlying type is a basic one with any of the BasicInfo bits. False for a type
// parameter.
bool IsBasic(Type* t, uint16_t info);
inline bool IsBoolean(Type* t) { return IsBasic(t, kIsBoolean); }
inline bool IsInteger(Type* t) { return IsBasic(t, kIsInteger); }
inline bool IsUnsigned(Type* t) { return IsBasic(t, kIsUnsigned); }
inline bool IsFloat(Type* t) { return IsBasic(t, kIsFloat); }
inline bool IsComplex(Type* t) { return IsBasic(t, kIsComplex); }
inline bool IsNumeric(Type* t) { return IsBasic(t, kIsNumeric); }
inline bool IsString(Type* t) { return IsBasic(t, kIsString); }
inline bool IsIntegerOrFloat(Type* t) { return IsBasic(t, kIsInteger | kIsFloat); }
inline bool IsConstType(Type* t) { return IsBasic(t, kIsConstType); }

// The same for a type parameter: true if it holds for each type of its type set.
bool AllBasic(Type* t, uint16_t info);
inline bool AllBoolean(Type* t) { return AllBasic(t, kIsBoolean); }
inline bool AllInteger(Type* t) { return AllBasic(t, kIsInteger); }
inline bool AllUnsigned(Type* t) { return AllBasic(t, kIsUnsigned); }
inline bool AllNumeric(Type* t) { return AllBasic(t, kIsNumeric); }
inline bool AllString(Type* t) { return AllBasic(t, kIsString); }
inline bool AllOrdered(Type* t) { return AllBasic(t, kIsOrdered); }
inline bool AllNumericOrString(Type* t) { return AllBasic(t, kIsNumeric | kIsString); }

// Predeclared, defined types and type parameters have names. Also safe for types under set-up.
bool HasName(Type* t);
bool IsTypeLit(Type* t);
inline bool IsUntyped(Type* t) {
  return t->kind == TypeKind::kBasic && (static_cast<Basic*>(t)->info & kIsUntyped) != 0;
}
inline bool IsTyped(Type* t) { return !IsUntyped(t); }
bool IsUntypedNumeric(Type* t);
// Interfaces include type parameters, whose underlying type is their constraint.
bool IsInterface(Type* t);
bool IsNonTypeParamInterface(Type* t);
bool IsTypeParam(Type* t);
bool HasEmptyTypeset(Type* t);
// Whether t is a generic type without type arguments.
bool IsGeneric(Type* t);
// Whether nil is a value of t.
bool HasNil(Type* t);
// []byte and []rune, also under other names.
bool IsBytesOrRunes(Type* t);
bool SamePackage(const Package* a, const Package* b);

// Whether values of type t can be compared with ==; interfaces always can (and may panic).
bool IsComparable(Type* t);
// Whether == on t cannot panic.
bool IsStrictlyComparable(Type* t);
// As IsComparable (dynamic) or IsStrictlyComparable (not dynamic); the cause, maybe empty, says
// why not.
bool ComparableType(Type* t, bool dynamic, std::string* cause, const Qualifier* qualifier);

bool Identical(Type* x, Type* y);
bool IdenticalIgnoreTags(Type* x, Type* y);
// Whether x and y are instances of the same generic type, or the same type.
bool IdenticalOrigin(Named* x, Named* y);

// The type that an untyped constant of type t gets without context; t itself if it is typed.
Type* Default(Context* context, Type* t);
// The larger of two untyped numeric types, x if both are the same, otherwise null.
Type* MaxType(Type* x, Type* y);

// The element type of a pointer type literal: {elem, true}; otherwise {t, false}. Does not look
// through defined pointer types.
struct DerefResult {
  Type* type;
  bool is_pointer;
};
DerefResult Deref(Type* t);

}  // namespace gol::types
