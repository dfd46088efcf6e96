// Context: what all packages of one compilation share: the arena of types and objects, interned
// names, the universe scope, instances of generic types, canonical types.
//
// A Context outlives its packages. It is used by one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/arena.h"
#include "frontend/types/package.h"
#include "frontend/types/scope.h"
#include "frontend/types/type.h"

namespace gol::types {

// Where an input of an interactive session keeps what it makes, so that it can go when the input's statements are done.
struct InputRegion {
  Arena arena{2 << 10};
  // Whether something that outlives the input refers to what is in the arena. It must stay, then.
  bool is_shared = false;
  // Of inputs whose values this one means by `_`: they must stay as long as this one.
  std::vector<InputRegion*> uses;
};

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Arena& arena() { return region_ != nullptr ? region_->arena : arena_; }

  // Objects and types are made in the region from now on, until EndRegion; then in the context's own arena, for good.
  void BeginRegion(InputRegion* region) {
    regions_.push_back(region);
    region_ = region;
  }
  void EndRegion() { region_ = nullptr; }
  // The region is about to go, or will never go.
  void ForgetRegion(InputRegion* region) { std::erase(regions_, region); }
  // To be called before owner comes to refer to something new that it did not have from its beginning (what is determined on
  // first use, a method of an instance). Null: a table that all share.
  void NoteShared(const void* owner) {
    if (region_ != nullptr && (owner == nullptr || !region_->arena.Contains(owner))) region_->is_shared = true;
  }
  // The input that is being checked refers to an object of an earlier one.
  void NoteUse(const void* object) {
    InputRegion* region = RegionOf(object);
    if (region_ != nullptr && region != nullptr && region != region_) region_->uses.push_back(region);
  }

  std::string_view Intern(std::string_view text);

  template <typename T, typename... Args>
  T* New(Args&&... args) {
    return arena().New<T>(std::forward<Args>(args)...);
  }
  template <typename T>
  std::span<T> List(const std::vector<T>& v) {
    return arena().CopyList(v);
  }

  // Basic types.
  Basic* basic(BasicKind k) { return basic_[static_cast<int>(k)]; }
  Basic* invalid() { return basic(BasicKind::kInvalid); }
  Basic* byte_type() { return byte_; }  // identical to uint8, prints as byte
  Basic* rune_type() { return rune_; }  // identical to int32, prints as rune
  Type* any() { return any_; }          // alias any = interface{}
  Type* empty_interface() { return empty_interface_; }
  Named* error_type() { return error_; }
  Named* comparable_type() { return comparable_; }
  Object* universe_iota() { return iota_; }

  Pointer* NewPointer(Type* elem);
  Slice* NewSlice(Type* elem);
  Array* NewArray(Type* elem, int64_t len) { return New<Array>(elem, len); }
  Map* NewMap(Type* key, Type* elem) { return New<Map>(key, elem); }
  Chan* NewChan(ChanDir dir, Type* elem) { return New<Chan>(dir, elem); }
  Tuple* NewTuple(const std::vector<Var*>& vars) {
    return vars.empty() ? nullptr : New<Tuple>(List(vars));
  }
  Interface* NewInterface() { return New<Interface>(this); }
  TypeParam* NewTypeParam(TypeName* obj, Type* bound);
  Scope* NewScope(Scope* parent, bool is_func = false);
  Var* NewParam(Pos pos, Package* pkg, std::string_view name, Type* type);
  // outer: the scope around the package's; null: the universe.
  Package* NewPackage(std::string_view path, std::string_view name, Scope* outer = nullptr);
  FuncInfo* NewFuncInfo() { return New<FuncInfo>(); }

  Scope* universe() { return universe_; }
  Package* unsafe_package() { return unsafe_; }

  // The instance of a generic type; the same pointer for identical type arguments. pos: where it
  // is mentioned, for messages. implicit: see Named::implicit_targs.
  Named* Instance(Named* origin, const std::vector<Type*>& targs, Pos pos,
                  const std::vector<Type*>& implicit = {});

  // The representative of all types identical to t; equal exactly for identical types. Requires:
  // the type is completely set up and contains no type parameters still to be substituted.
  Type* Canonical(Type* t);
  uint32_t num_canonical() const { return num_canonical_; }

  uint32_t NextTypeParamId() { return ++last_type_param_id_; }

 private:
  struct InternHash {
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };

  void MakeUniverse();

  InputRegion* RegionOf(const void* p) const {
    for (InputRegion* r : regions_) {
      if (r->arena.Contains(p)) return r;
    }
    return nullptr;
  }
  // A table that lasts comes to refer to the type.
  void Keep(const Type* t) {
    if (InputRegion* r = RegionOf(t)) r->is_shared = true;
  }

  Arena arena_;
  InputRegion* region_ = nullptr;
  std::vector<InputRegion*> regions_;  // those that may go
  std::unordered_set<std::string_view, InternHash> names_;
  Basic* basic_[kNumBasicKinds] = {};
  Basic* byte_ = nullptr;
  Basic* rune_ = nullptr;
  Type* any_ = nullptr;
  Type* empty_interface_ = nullptr;
  Named* error_ = nullptr;
  Named* comparable_ = nullptr;
  Object* iota_ = nullptr;
  Scope* universe_ = nullptr;
  Package* unsafe_ = nullptr;
  uint32_t last_type_param_id_ = 0;
  uint32_t num_canonical_ = 0;
  std::unordered_map<Type*, Pointer*> pointers_;
  std::unordered_map<Type*, Slice*> slices_;
  std::unordered_multimap<uint64_t, Named*> instances_;
  std::unordered_multimap<uint64_t, Type*> canonical_;
};

}  // namespace gol::types
