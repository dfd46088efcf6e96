#include "frontend/types/context.h"

#include <algorithm>

#include "frontend/types/predicates.h"
#include "frontend/types/subst.h"
#include "frontend/types/typeset.h"

namespace gol::types {
namespace {

uint64_t Mix(uint64_t h, uint64_t v) {
  h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
  return h * 0xff51afd7ed558ccdull;
}

// A hash that identical types share. Cheap rather than sharp: below a few levels of nesting only
// the kind counts, and for interfaces as long as they may still be under set-up.
uint64_t HashType(Type* t, int depth, bool complete) {
  t = Unalias(t);
  uint64_t h = Mix(17, static_cast<uint64_t>(t->kind));
  if (depth > 4) return h;
  auto tuple = [&](Tuple* tup) {
    uint64_t n = tup == nullptr ? 0 : tup->size();
    h = Mix(h, n);
    for (uint64_t i = 0; i < n; i++) h = Mix(h, HashType(tup->at(i)->type, depth + 1, complete));
  };
  switch (t->kind) {
    case TypeKind::kBasic:
      return Mix(h, static_cast<uint64_t>(static_cast<Basic*>(t)->basic));
    case TypeKind::kNamed: {
      auto* n = static_cast<Named*>(t);
      h = Mix(h, reinterpret_cast<uintptr_t>(n->obj()));
      for (Type* a : n->type_args()) h = Mix(h, HashType(a, depth + 1, complete));
      for (Type* a : n->implicit_targs) h = Mix(h, HashType(a, depth + 1, complete));
      return h;
    }
    case TypeKind::kPointer:
      return Mix(h, HashType(static_cast<Pointer*>(t)->elem, depth + 1, complete));
    case TypeKind::kSlice:
      return Mix(h, HashType(static_cast<Slice*>(t)->elem, depth + 1, complete));
    case TypeKind::kArray:
      h = Mix(h, static_cast<uint64_t>(static_cast<Array*>(t)->len));
      return Mix(h, HashType(static_cast<Array*>(t)->elem, depth + 1, complete));
    case TypeKind::kMap:
      h = Mix(h, HashType(static_cast<Map*>(t)->key, depth + 1, complete));
      return Mix(h, HashType(static_cast<Map*>(t)->elem, depth + 1, complete));
    case TypeKind::kChan:
      h = Mix(h, static_cast<uint64_t>(static_cast<Chan*>(t)->dir));
      return Mix(h, HashType(static_cast<Chan*>(t)->elem, depth + 1, complete));
    case TypeKind::kTuple:
      tuple(static_cast<Tuple*>(t));
      return h;
    case TypeKind::kSignature: {
      auto* s = static_cast<Signature*>(t);
      // Type parameters compare modulo renaming: their hash must not tell them apart.
      if (!s->tparams.empty()) return Mix(h, s->tparams.size());
      tuple(s->params);
      tuple(s->results);
      return Mix(h, s->variadic);
    }
    case TypeKind::kStruct: {
      auto* s = static_cast<Struct*>(t);
      h = Mix(h, s->fields.size());
      for (Var* f : s->fields) {
        h = Mix(h, std::hash<std::string_view>()(f->name));
        h = Mix(h, HashType(f->type, depth + 1, complete));
      }
      return h;
    }
    case TypeKind::kInterface:
      return complete ? Mix(h, GetTypeSet(static_cast<Interface*>(t))->methods.size()) : h;
    case TypeKind::kTypeParam:
      return Mix(h, static_cast<TypeParam*>(t)->id);
    case TypeKind::kUnion:
    case TypeKind::kAlias:
      return h;
  }
  return h;
}

struct BasicRow {
  BasicKind kind;
  uint16_t info;
  const char* name;
};

constexpr BasicRow kBasics[] = {
    {BasicKind::kInvalid, 0, "invalid type"},
    {BasicKind::kBool, kIsBoolean, "bool"},
    {BasicKind::kInt, kIsInteger, "int"},
    {BasicKind::kInt8, kIsInteger, "int8"},
    {BasicKind::kInt16, kIsInteger, "int16"},
    {BasicKind::kInt32, kIsInteger, "int32"},
    {BasicKind::kInt64, kIsInteger, "int64"},
    {BasicKind::kUint, kIsInteger | kIsUnsigned, "uint"},
    {BasicKind::kUint8, kIsInteger | kIsUnsigned, "uint8"},
    {BasicKind::kUint16, kIsInteger | kIsUnsigned, "uint16"},
    {BasicKind::kUint32, kIsInteger | kIsUnsigned, "uint32"},
    {BasicKind::kUint64, kIsInteger | kIsUnsigned, "uint64"},
    {BasicKind::kUintptr, kIsInteger | kIsUnsigned, "uintptr"},
    {BasicKind::kFloat32, kIsFloat, "float32"},
    {BasicKind::kFloat64, kIsFloat, "float64"},
    {BasicKind::kComplex64, kIsComplex, "complex64"},
    {BasicKind::kComplex128, kIsComplex, "complex128"},
    {BasicKind::kString, kIsString, "string"},
    {BasicKind::kUnsafePointer, 0, "Pointer"},
    {BasicKind::kUntypedBool, kIsBoolean | kIsUntyped, "untyped bool"},
    {BasicKind::kUntypedInt, kIsInteger | kIsUntyped, "untyped int"},
    {BasicKind::kUntypedRune, kIsInteger | kIsUntyped, "untyped rune"},
    {BasicKind::kUntypedFloat, kIsFloat | kIsUntyped, "untyped float"},
    {BasicKind::kUntypedComplex, kIsComplex | kIsUntyped, "untyped complex"},
    {BasicKind::kUntypedString, kIsString | kIsUntyped, "untyped string"},
    {BasicKind::kUntypedNil, kIsUntyped, "untyped nil"},
};

struct BuiltinRow {
  const char* name;
  BuiltinId id;
};

constexpr BuiltinRow kBuiltins[] = {
    {"append", BuiltinId::kAppend},   {"cap", BuiltinId::kCap},
    {"clear", BuiltinId::kClear},     {"close", BuiltinId::kClose},
    {"complex", BuiltinId::kComplex}, {"copy", BuiltinId::kCopy},
    {"delete", BuiltinId::kDelete},   {"imag", BuiltinId::kImag},
    {"len", BuiltinId::kLen},         {"make", BuiltinId::kMake},
    {"max", BuiltinId::kMax},         {"min", BuiltinId::kMin},
    {"new", BuiltinId::kNew},         {"panic", BuiltinId::kPanic},
    {"print", BuiltinId::kPrint},     {"println", BuiltinId::kPrintln},
    {"real", BuiltinId::kReal},       {"recover", BuiltinId::kRecover},
};

constexpr BuiltinRow kUnsafeBuiltins[] = {
    {"Add", BuiltinId::kAdd},           {"Alignof", BuiltinId::kAlignof},
    {"Offsetof", BuiltinId::kOffsetof}, {"Sizeof", BuiltinId::kSizeof},
    {"Slice", BuiltinId::kSlice},       {"SliceData", BuiltinId::kSliceData},
    {"String", BuiltinId::kString},     {"StringData", BuiltinId::kStringData},
};

}  // namespace

Context::Context() { MakeUniverse(); }
Context::~Context() = default;

std::string_view Context::Intern(std::string_view text) {
  auto it = names_.find(text);
  if (it != names_.end()) return *it;
  return *names_.insert(arena_.Copy(text)).first;
}

Pointer* Context::NewPointer(Type* elem) {
  Pointer*& p = pointers_[elem];
  if (p == nullptr) {
    Keep(elem);
    p = arena_.New<Pointer>(elem);
  }
  return p;
}

Slice* Context::NewSlice(Type* elem) {
  Slice*& s = slices_[elem];
  if (s == nullptr) {
    Keep(elem);
    s = arena_.New<Slice>(elem);
  }
  return s;
}

TypeParam* Context::NewTypeParam(TypeName* obj, Type* bound) {
  TypeParam* tp = New<TypeParam>(this, obj, NextTypeParamId(), bound);
  if (obj->type == nullptr) obj->type = tp;
  return tp;
}

Scope* Context::NewScope(Scope* parent, bool is_func) {
  Scope* s = New<Scope>(parent, is_func);
  // The universe and package scopes have no use for their children.
  if (parent != nullptr && parent->parent() != nullptr) {
    NoteShared(parent);
    parent->AddChild(s);
  }
  return s;
}

Var* Context::NewParam(Pos pos, Package* pkg, std::string_view name, Type* type) {
  return New<Var>(VarKind::kParam, pos, pkg, name, type);
}

Package* Context::NewPackage(std::string_view path, std::string_view name, Scope* outer) {
  Package* p = New<Package>();
  p->path = Intern(path);
  p->link_path = p->path;
  p->name = Intern(name);
  p->scope = New<Scope>(outer != nullptr ? outer : universe_, false);
  return p;
}

Named* Context::Instance(Named* origin, const std::vector<Type*>& targs, Pos pos,
                         const std::vector<Type*>& implicit) {
  auto same = [](std::span<Type*> a, const std::vector<Type*>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), &Identical);
  };
  uint64_t h = reinterpret_cast<uintptr_t>(origin);
  for (Type* t : targs) h = Mix(h, HashType(t, 0, false));
  for (Type* t : implicit) h = Mix(h, HashType(t, 0, false));
  auto [first, last] = instances_.equal_range(h);
  for (auto it = first; it != last; ++it) {
    Named* n = it->second;
    if (n->origin_ == origin && same(n->targs_, targs) && same(n->implicit_targs, implicit)) {
      return n;
    }
  }
  NoteShared(nullptr);
  TypeName* obj = New<TypeName>(pos, origin->obj_->pkg, origin->obj_->name, nullptr);
  Named* n = New<Named>(this, obj);
  obj->type = n;
  n->origin_ = origin;
  n->targs_ = List(targs);
  n->implicit_targs = List(implicit);
  instances_.emplace(h, n);
  return n;
}

Type* Context::Canonical(Type* t) {
  if (t == nullptr) return nullptr;
  t = Unalias(t);
  if (t->canonical != nullptr) return t->canonical;
  uint64_t h = HashType(t, 0, true);
  auto [first, last] = canonical_.equal_range(h);
  for (auto it = first; it != last; ++it) {
    if (Identical(it->second, t)) return t->canonical = it->second;
  }
  Keep(t);
  canonical_.emplace(h, t);
  t->canonical_id = ++num_canonical_;
  return t->canonical = t;
}

void Context::MakeUniverse() {
  universe_ = New<Scope>(nullptr, false);
  unsafe_ = NewPackage("unsafe", "unsafe");
  unsafe_->is_complete = true;
  unsafe_->is_unsafe = true;

  auto define = [&](Object* obj) {
    if (IsExported(obj->name)) {
      obj->pkg = unsafe_;
      unsafe_->scope->Insert(obj);
    } else {
      universe_->Insert(obj);
    }
  };

  for (const BasicRow& row : kBasics) {
    Basic* b = New<Basic>(row.kind, row.info, row.name);
    basic_[static_cast<int>(row.kind)] = b;
    if (row.kind != BasicKind::kInvalid && (row.info & kIsUntyped) == 0) {
      define(New<TypeName>(Pos(), nullptr, b->name, b));
    }
  }
  byte_ = New<Basic>(BasicKind::kUint8, kIsInteger | kIsUnsigned, "byte");
  define(New<TypeName>(Pos(), nullptr, "byte", byte_));
  rune_ = New<Basic>(BasicKind::kInt32, kIsInteger, "rune");
  define(New<TypeName>(Pos(), nullptr, "rune", rune_));

  // type any = interface{}
  Interface* empty = NewInterface();
  empty->complete = true;
  GetTypeSet(empty);
  empty_interface_ = empty;
  TypeName* any_name = New<TypeName>(Pos(), nullptr, "any", nullptr);
  Alias* any_alias = New<Alias>(this, any_name);
  any_alias->from_rhs = empty;
  any_name->type = any_alias;
  any_ = any_alias;
  define(any_name);

  // type error interface{ Error() string }
  TypeName* error_name = New<TypeName>(Pos(), nullptr, "error", nullptr);
  error_ = New<Named>(this, error_name);
  error_name->type = error_;
  Signature* sig = New<Signature>();
  sig->recv = New<Var>(VarKind::kRecv, Pos(), nullptr, "", error_);
  sig->results = NewTuple(
      {New<Var>(VarKind::kResult, Pos(), nullptr, "", basic(BasicKind::kString))});
  Func* method = New<Func>(Pos(), nullptr, "Error", sig);
  method->is_interface_method = true;
  Interface* error_iface = NewInterface();
  error_iface->methods.push_back(method);
  error_iface->complete = true;
  GetTypeSet(error_iface);
  error_->from_rhs = error_iface;
  error_->unpacked_ = true;
  error_->Underlying();
  define(error_name);

  // type comparable interface{}, with the flag set
  TypeName* comparable_name = New<TypeName>(Pos(), nullptr, "comparable", nullptr);
  comparable_ = New<Named>(this, comparable_name);
  comparable_name->type = comparable_;
  Interface* comparable_iface = NewInterface();
  comparable_iface->complete = true;
  GetTypeSet(comparable_iface)->comparable = true;
  comparable_->from_rhs = comparable_iface;
  comparable_->unpacked_ = true;
  comparable_->Underlying();
  define(comparable_name);

  Basic* untyped_bool = basic(BasicKind::kUntypedBool);
  define(New<Const>(Pos(), nullptr, "true", untyped_bool, ConstValue::Bool(true)));
  define(New<Const>(Pos(), nullptr, "false", untyped_bool, ConstValue::Bool(false)));
  iota_ = New<Const>(Pos(), nullptr, "iota", basic(BasicKind::kUntypedInt), ConstValue::Int(0));
  define(iota_);
  define(New<Nil>(basic(BasicKind::kUntypedNil)));
  for (const BuiltinRow& row : kBuiltins) define(New<Builtin>(row.name, row.id));
  for (const BuiltinRow& row : kUnsafeBuiltins) define(New<Builtin>(row.name, row.id));
}

}  // namespace gol::types
