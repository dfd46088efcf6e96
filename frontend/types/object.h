// Objects: what identifiers denote. One struct per kind, made in the arena of a types::Context.
//
// The checker sets an object's type when its declaration is checked; an object of a
// declarations-only package has a null type until Checker::Resolve(object) is called.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "frontend/source/pos.h"
#include "frontend/types/const_value.h"
#include "frontend/types/type.h"

namespace gol::syntax {
struct FuncDecl;
struct FuncLit;
struct ImportDecl;
}  // namespace gol::syntax

namespace gol::types {

struct DeclInfo;
struct FuncInfo;
struct Package;

enum class ObjectKind : uint8_t {
  kPkgName,
  kConst,
  kTypeName,
  kVar,
  kFunc,
  kLabel,
  kBuiltin,
  kNil,
};

struct Object {
  Object(ObjectKind k, Pos p, Package* pk, std::string_view n, Type* t)
      : kind(k), pos(p), pkg(pk), name(n), type(t) {}

  bool is_exported() const;

  const ObjectKind kind;
  bool used = false;           // PkgName, local Var, Label: somewhere read
  int32_t path_index = -1;     // position in the checker's path of objects being checked, or -1
  Pos pos;                     // of the declaring identifier
  Pos scope_pos;               // where the object becomes visible
  uint32_t order = 0;          // of package-level objects: order of appearance, from 1
  uint32_t dep_mark = 0;       // id of the last declaration that recorded a dependency on this
  Package* pkg;                // null for the universe
  std::string_view name;
  Type* type;                  // null: not yet determined
  Scope* parent = nullptr;     // scope that declares it; null for fields and methods
  DeclInfo* decl = nullptr;    // package-level objects and methods: the declaration
};

template <typename T>
inline T* DynCast(Object* o) {
  return o != nullptr && o->kind == T::kKind ? static_cast<T*>(o) : nullptr;
}
template <typename T>
inline const T* DynCast(const Object* o) {
  return o != nullptr && o->kind == T::kKind ? static_cast<const T*>(o) : nullptr;
}

// An imported package's name in a file.
struct PkgName : Object {
  static constexpr ObjectKind kKind = ObjectKind::kPkgName;
  PkgName(Pos p, Package* pk, std::string_view n, Package* imp)
      : Object(kKind, p, pk, n, nullptr), imported(imp) {}
  Package* imported;       // null: not loaded yet (declarations-only packages)
  std::string_view path;   // import path
};

struct Const : Object {
  static constexpr ObjectKind kKind = ObjectKind::kConst;
  Const(Pos p, Package* pk, std::string_view n, Type* t, ConstValue v)
      : Object(kKind, p, pk, n, t), value(v) {}
  ConstValue value;  // iota while undetermined; unknown after an error
};

struct TypeName : Object {
  static constexpr ObjectKind kKind = ObjectKind::kTypeName;
  TypeName(Pos p, Package* pk, std::string_view n, Type* t) : Object(kKind, p, pk, n, t) {}
  // Whether the name is an alias for a type declared elsewhere. Requires: type is set.
  bool IsAlias() const;
  // Of a local type: the function that declares it, for names in tracebacks and type identity.
  FuncInfo* func = nullptr;
  // Of a local type: number among the types of this name in its package, from 1; else 0.
  uint32_t local_index = 0;
};

enum class VarKind : uint8_t { kPackage, kLocal, kRecv, kParam, kResult, kField };

struct Var : Object {
  static constexpr ObjectKind kKind = ObjectKind::kVar;
  Var(VarKind vk, Pos p, Package* pk, std::string_view n, Type* t)
      : Object(kKind, p, pk, n, t), var_kind(vk) {}
  bool is_field() const { return var_kind == VarKind::kField; }
  bool is_local() const { return var_kind != VarKind::kField && var_kind != VarKind::kPackage; }

  VarKind var_kind;
  bool embedded = false;       // field: embedded
  bool captured = false;       // local: used by a function literal inside its function
  bool reassigned = false;     // local: assigned to other than by its declaration
  bool address_taken = false;  // local: &v, v[:] of an array, method call with pointer receiver
  bool is_script_var = false;  // package-level variable of a script, initialised where it stands
  uint8_t loop_depth = 0;      // unused by the checker; free for lowering
  FuncInfo* func = nullptr;    // local: the function that declares it
  Var* origin = nullptr;       // field of an instance: the generic type's field
};

struct Func : Object {
  static constexpr ObjectKind kKind = ObjectKind::kFunc;
  Func(Pos p, Package* pk, std::string_view n, Signature* sig)
      : Object(kKind, p, pk, n, sig) {}
  Signature* signature() const { return static_cast<Signature*>(type); }
  // Pointer receiver? Valid also before the signature is set up.
  bool has_ptr_recv() const;

  bool has_ptr_recv_ = false;
  bool is_interface_method = false;
  Func* origin = nullptr;      // method of an instance: the generic type's method
  FuncInfo* info = nullptr;    // the body; null for bodyless and interface methods
};

struct Label : Object {
  static constexpr ObjectKind kKind = ObjectKind::kLabel;
  Label(Pos p, Package* pk, std::string_view n) : Object(kKind, p, pk, n, nullptr) {}
};

enum class BuiltinId : uint8_t {
  kAppend,
  kCap,
  kClear,
  kClose,
  kComplex,
  kCopy,
  kDelete,
  kImag,
  kLen,
  kMake,
  kMax,
  kMin,
  kNew,
  kPanic,
  kPrint,
  kPrintln,
  kReal,
  kRecover,
  // package unsafe
  kAdd,
  kAlignof,
  kOffsetof,
  kSizeof,
  kSlice,
  kSliceData,
  kString,
  kStringData,
};

struct Builtin : Object {
  static constexpr ObjectKind kKind = ObjectKind::kBuiltin;
  Builtin(std::string_view n, BuiltinId i) : Object(kKind, Pos(), nullptr, n, nullptr), id(i) {}
  const BuiltinId id;
};

struct Nil : Object {
  static constexpr ObjectKind kKind = ObjectKind::kNil;
  explicit Nil(Type* untyped_nil) : Object(kKind, Pos(), nullptr, "nil", untyped_nil) {}
};

// One function body: of a declared function or method, or of a function literal.
struct FuncInfo {
  FuncInfo* outer = nullptr;           // enclosing function of a literal, or null
  Func* func = nullptr;                // null for a literal
  syntax::FuncDecl* decl = nullptr;    // null for a literal
  syntax::FuncLit* lit = nullptr;      // null for a declared function
  Package* pkg = nullptr;
  Signature* sig = nullptr;
  std::vector<Var*> captures;          // variables of enclosing functions used here, first use first
  std::vector<FuncInfo*> literals;     // literals directly inside, in order of checking
  bool has_defer = false;
  bool has_recover = false;            // calls the builtin recover directly
  bool has_go = false;
  bool checked = false;                // the body was checked
  bool has_errors = false;             // with errors (declarations-only packages)
};

// Whether name begins with an upper case letter.
bool IsExported(std::string_view name);
// Whether a name declared in pkg, spelt name, is the same identifier as other_name of other_pkg.
bool SameId(Package* pkg, std::string_view name, Package* other_pkg, std::string_view other_name,
            bool fold_case = false);
inline bool SameId(const Object* obj, Package* pkg, std::string_view name,
                   bool fold_case = false) {
  return SameId(obj->pkg, obj->name, pkg, name, fold_case);
}

}  // namespace gol::types
