// The types of Go: one struct per kind of type, made in the arena of a types::Context.
//
// A Type* stays valid as long as its Context. Types are not canonical: two pointers may denote
// identical types; compare with Identical() (predicates.h), or ask Context::Canonical() for the
// one representative of a type where pointer comparison is wanted (IR, type descriptors).
//
// Named types, and instances of generic ones, are completed on demand: read their parts through
// the member functions, which expand what is missing. Alias nodes stand for the aliases that the
// source wrote, so that messages can name them; Unalias() removes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "frontend/source/pos.h"

namespace gol::types {

class Checker;
class Context;
class Scope;
struct Alias;
struct Func;
struct Interface;
struct Named;
struct Object;
struct Package;
struct Signature;
struct TypeName;
struct TypeParam;
struct TypeSet;
struct Var;

enum class TypeKind : uint8_t {
  kBasic,
  kNamed,
  kPointer,
  kSlice,
  kArray,
  kMap,
  kChan,
  kSignature,
  kStruct,
  kTuple,
  kInterface,
  kUnion,
  kTypeParam,
  kAlias,
};

struct Type {
  explicit Type(TypeKind k) : kind(k) {}

  const TypeKind kind;
  // Filled by Context::Canonical: the representative of all types identical to this one.
  Type* canonical = nullptr;
  // Dense number of a canonical type, counted from 1; 0 while it has none. For side tables.
  uint32_t canonical_id = 0;
};

// The cast without unaliasing: t as a T*, or null where t is of another kind (or null).
template <typename T>
inline T* DynCast(Type* t) {
  return t != nullptr && t->kind == T::kKind ? static_cast<T*>(t) : nullptr;
}
template <typename T>
inline const T* DynCast(const Type* t) {
  return t != nullptr && t->kind == T::kKind ? static_cast<const T*>(t) : nullptr;
}

enum class BasicKind : uint8_t {
  kInvalid,
  kBool,
  kInt,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kUintptr,
  kFloat32,
  kFloat64,
  kComplex64,
  kComplex128,
  kString,
  kUnsafePointer,
  // Untyped kinds, in the order in which mixed operands convert: int, rune, float, complex.
  kUntypedBool,
  kUntypedInt,
  kUntypedRune,
  kUntypedFloat,
  kUntypedComplex,
  kUntypedString,
  kUntypedNil,
};
constexpr int kNumBasicKinds = static_cast<int>(BasicKind::kUntypedNil) + 1;

// Properties of basic types, a bit set.
enum BasicInfo : uint16_t {
  kIsBoolean = 1,
  kIsInteger = 2,
  kIsUnsigned = 4,
  kIsFloat = 8,
  kIsComplex = 16,
  kIsString = 32,
  kIsUntyped = 64,

  kIsOrdered = kIsInteger | kIsFloat | kIsString,
  kIsNumeric = kIsInteger | kIsFloat | kIsComplex,
  kIsConstType = kIsBoolean | kIsNumeric | kIsString,
};

struct Basic : Type {
  static constexpr TypeKind kKind = TypeKind::kBasic;
  Basic(BasicKind b, uint16_t i, std::string_view n) : Type(kKind), basic(b), info(i), name(n) {}
  const BasicKind basic;
  const uint16_t info;  // BasicInfo bits
  const std::string_view name;
};

struct Pointer : Type {
  static constexpr TypeKind kKind = TypeKind::kPointer;
  explicit Pointer(Type* e) : Type(kKind), elem(e) {}
  Type* elem;
};

struct Slice : Type {
  static constexpr TypeKind kKind = TypeKind::kSlice;
  explicit Slice(Type* e) : Type(kKind), elem(e) {}
  Type* elem;
};

struct Array : Type {
  static constexpr TypeKind kKind = TypeKind::kArray;
  Array(Type* e, int64_t n) : Type(kKind), elem(e), len(n) {}
  Type* elem;
  int64_t len;  // negative: unknown, after an error
};

struct Map : Type {
  static constexpr TypeKind kKind = TypeKind::kMap;
  Map(Type* k, Type* e) : Type(kKind), key(k), elem(e) {}
  Type* key;
  Type* elem;
};

enum class ChanDir : uint8_t { kSendRecv, kSendOnly, kRecvOnly };

struct Chan : Type {
  static constexpr TypeKind kKind = TypeKind::kChan;
  Chan(ChanDir d, Type* e) : Type(kKind), dir(d), elem(e) {}
  ChanDir dir;
  Type* elem;
};

// A list of variables: parameters, results, or the values of a call with several results.
struct Tuple : Type {
  static constexpr TypeKind kKind = TypeKind::kTuple;
  explicit Tuple(std::span<Var*> v) : Type(kKind), vars(v) {}
  size_t size() const { return vars.size(); }
  Var* at(size_t i) const { return vars[i]; }
  std::span<Var*> vars;
};

struct Signature : Type {
  static constexpr TypeKind kKind = TypeKind::kSignature;
  Signature() : Type(kKind) {}

  size_t num_params() const { return params == nullptr ? 0 : params->size(); }
  size_t num_results() const { return results == nullptr ? 0 : results->size(); }
  bool is_generic() const { return !tparams.empty(); }

  std::span<TypeParam*> rparams;  // type parameters of the receiver's base type, left to right
  std::span<TypeParam*> tparams;  // type parameters of the function itself
  Scope* scope = nullptr;         // of parameters; null for instances and interface methods
  Var* recv = nullptr;            // null for functions
  Tuple* params = nullptr;        // null or a tuple
  Tuple* results = nullptr;       // null or a tuple
  bool variadic = false;          // the last parameter's type is then a slice (or string: append)
};

struct Struct : Type {
  static constexpr TypeKind kKind = TypeKind::kStruct;
  Struct() : Type(kKind) {}
  std::string_view tag(size_t i) const { return i < tags.size() ? tags[i] : std::string_view(); }
  std::span<Var*> fields;
  std::span<std::string_view> tags;  // unquoted; empty, or as long as fields
  // What was found out about the complete type.
  bool is_finite = false;       // its size is known to be finite
  int64_t size_bytes = -2;      // see Sizeof; -2: not known yet
  int64_t align_bytes = 0;      // 0: not known yet
};

// One term of a union: T or ~T.
struct Term {
  bool tilde = false;
  Type* type = nullptr;
};

// The type of an embedded constraint element A|~B; occurs only inside Interface::embeddeds.
struct Union : Type {
  static constexpr TypeKind kKind = TypeKind::kUnion;
  explicit Union(std::span<Term> t) : Type(kKind), terms(t) {}
  std::span<Term> terms;
};

struct Interface : Type {
  static constexpr TypeKind kKind = TypeKind::kInterface;
  explicit Interface(Context* c) : Type(kKind), context(c) {}

  Context* const context;

  // Declared methods, sorted by name once complete; without those of embedded interfaces.
  std::vector<Func*> methods;
  std::vector<Type*> embeddeds;
  std::vector<Pos> embed_pos;    // positions of embeddeds, for messages; may be empty
  bool implicit = false;         // stands for a constraint literal such as ~T or A|B
  bool complete = false;         // all fields are set up
  Checker* checker = nullptr;    // while the interface is being set up
  TypeSet* type_set = nullptr;   // computed on demand by GetTypeSet (typeset.h)
};

// Completes a Named type whose parts are loaded on demand (declarations-only packages).
class NamedLoader {
 public:
  virtual ~NamedLoader() = default;
  // Sets type parameters, right-hand side and methods of named.
  virtual void LoadNamed(Named* named) = 0;
};

// A defined type, or an instance of a generic one.
struct Named : Type {
  static constexpr TypeKind kKind = TypeKind::kNamed;
  Named(Context* c, TypeName* o) : Type(kKind), context(c), obj_(o) {}

  // The declaring type name; for an instance that of its origin.
  TypeName* obj() const { return origin_ == nullptr ? obj_ : origin_->obj_; }
  // The generic type this is an instance of; otherwise this.
  Named* origin() { return origin_ == nullptr ? this : origin_; }
  bool is_instance() const { return origin_ != nullptr; }
  std::span<TypeParam*> type_params();
  std::span<Type*> type_args() const { return targs_; }
  // The underlying type: never Named, Alias; the interface of the constraint for none.
  Type* Underlying();
  // The type of the declaration's right-hand side, as written (expanded for an instance).
  Type* Rhs();
  // Methods declared with this type as receiver base, in source order.
  size_t num_methods();
  // The i'th method; for an instance its signature is substituted on first use.
  Func* Method(size_t i);
  // Index of the method called name, or -1. fold_case: ignores capitalisation.
  int MethodIndex(std::string_view name, bool fold_case);
  // The method called name if it is visible from pkg.
  Func* LookupMethod(Package* pkg, std::string_view name, bool fold_case, int* index = nullptr);
  void AddMethod(Func* method) { methods_.push_back(method); }

  // The members below belong to the checker.
  void Unpack();
  bool is_unpacked() const { return unpacked_; }
  void ResolveUnderlying();

  Context* const context;
  Checker* checker = nullptr;  // of the package being checked, while that lasts
  NamedLoader* loader = nullptr;
  TypeName* obj_;
  Named* origin_ = nullptr;
  std::span<Type*> targs_;
  std::span<TypeParam*> tparams_;
  // Of a type declared inside a generic function: that function's type parameters, which the type
  // depends on without naming them. An instance has the arguments; it may have no targs_ then.
  std::span<TypeParam*> implicit_tparams;
  std::span<Type*> implicit_targs;
  Type* from_rhs = nullptr;
  Type* underlying_ = nullptr;
  std::vector<Func*> methods_;
  bool unpacked_ = false;
  bool is_checked_valid = false;  // found not to contain itself, in size or by embedding
  enum : uint8_t { kUnknownSize, kFinite, kInfinite } finite = kUnknownSize;
};

struct Alias : Type {
  static constexpr TypeKind kKind = TypeKind::kAlias;
  Alias(Context* c, TypeName* o) : Type(kKind), context(c), obj(o) {}
  Context* const context;
  TypeName* obj;
  Alias* origin = nullptr;  // null where not an instance of a generic alias
  std::span<TypeParam*> tparams;
  std::span<Type*> targs;
  Type* from_rhs = nullptr;  // right-hand side as written
  Type* actual = nullptr;    // without aliases; null until first needed
};

struct TypeParam : Type {
  static constexpr TypeKind kKind = TypeKind::kTypeParam;
  TypeParam(Context* c, TypeName* o, uint32_t i, Type* b)
      : Type(kKind), context(c), id(i), obj(o), bound(b) {}
  Context* const context;
  const uint32_t id;  // unique in the Context
  TypeName* obj;
  int index = -1;  // in its list; -1 until bound
  Type* bound;     // any type; Constraint() wraps it into an interface where needed
};

// Type arguments of an instantiation, as recorded in the tree (Ident::targs).
struct TypeList {
  std::span<Type*> types;
};

// t without aliases on top. Null gives null.
Type* UnaliasSlow(Alias* a);
inline Type* Unalias(Type* t) {
  return t != nullptr && t->kind == TypeKind::kAlias ? UnaliasSlow(static_cast<Alias*>(t)) : t;
}

// The underlying type of t; for a type parameter its constraint interface.
Type* UnderSlow(Type* t);
inline Type* Under(Type* t) {
  switch (t->kind) {
    case TypeKind::kNamed:
    case TypeKind::kAlias:
    case TypeKind::kTypeParam:
      return UnderSlow(t);
    default:
      return t;
  }
}

// The underlying type as a T*, or null. Null for a type parameter unless T is Interface.
template <typename T>
inline T* UnderAs(Type* t) {
  return t == nullptr ? nullptr : DynCast<T>(Under(t));
}
// The type itself, without aliases, as a T*, or null.
template <typename T>
inline T* UnaliasAs(Type* t) {
  return DynCast<T>(Unalias(t));
}
inline Named* AsNamed(Type* t) { return UnaliasAs<Named>(t); }
inline TypeParam* AsTypeParam(Type* t) { return UnaliasAs<TypeParam>(t); }

// The constraint interface of a type parameter.
Interface* Constraint(TypeParam* tp);

}  // namespace gol::types
