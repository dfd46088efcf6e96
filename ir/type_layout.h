// How values of each type lie in memory, as Go on amd64: sizes, alignment, field offsets, pointer
// maps, map buckets; and the facts about types that the lowering decides by: what is a word, how
// equality works, which methods a type has in which order.
//
// All functions take any type that is set up and contains no type parameters; results are cached
// per canonical type. See type_layout.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "frontend/types/context.h"
#include "frontend/types/lookup.h"
#include "frontend/types/type.h"
#include "runtime/abi/layout.h"
#include "runtime/abi/rtype.h"

namespace gol::ir {

// How == works on values of a type.
enum class EqKind : uint8_t {
  kNone,     // not comparable (maps, slices, funcs, and what holds them)
  kMemory,   // equal bytes: integers, bools, pointers, chans, and structs of those without padding
  kFloat,    // floats and complex numbers
  kString,
  kEface,    // interface without methods
  kIface,    // interface with methods
  kFields,   // struct or array: field by field, element by element
};

// The bucket of a map type. Offsets in the bucket; sizes of slots.
struct MapLayout {
  int64_t key_size = 0;       // of a slot: 8 when indirect
  int64_t elem_size = 0;
  int64_t keys_offset = 0;    // = kBucketCnt
  int64_t elems_offset = 0;
  int64_t overflow_offset = 0;
  int64_t bucket_size = 0;
  uint32_t flags = 0;         // rt::MapTypeFlag
  rt::MapFast fast = rt::MapFast::kNone;
  types::Type* bucket = nullptr;  // struct { [8]uint8; [8]K; [8]E; unsafe.Pointer }, canonical
};

// A method of a type's method set.
struct MethodInfo {
  types::Func* func = nullptr;  // as found; its signature is set up
  std::vector<int> index;       // path through embedded fields, then the method's own index
  bool indirect = false;        // a pointer is followed on the way
};

class TypeLayout {
 public:
  explicit TypeLayout(types::Context* context) : context_(context) {}
  TypeLayout(const TypeLayout&) = delete;
  TypeLayout& operator=(const TypeLayout&) = delete;

  types::Context* context() const { return context_; }
  // The canonical representative; what every Inst::type and elem is.
  types::Type* Canon(types::Type* t);
  // Canonical *t.
  types::Type* PointerTo(types::Type* t);
  // Canonical underlying type of t.
  types::Type* Under(types::Type* t) { return Canon(types::Under(t)); }

  int64_t SizeOf(types::Type* t) { return Of(t).size; }
  int64_t AlignOf(types::Type* t) { return Of(t).align; }
  // Offset of a struct's field.
  int64_t FieldOffset(types::Type* struct_type, size_t field) {
    return Of(struct_type).offsets[field];
  }
  // Whether values of the type are IR values: all but structs and arrays.
  bool IsWord(types::Type* t);
  bool IsAggregate(types::Type* t) { return !IsWord(t); }
  bool HasPointers(types::Type* t) { return Of(t).ptrdata != 0; }
  // Bytes of the prefix that can hold pointers.
  int64_t PtrData(types::Type* t) { return Of(t).ptrdata; }
  // One entry per word of the first PtrData bytes: whether it holds a pointer. Requires: the
  // caller knows that PtrData is of a size it can afford.
  std::vector<bool> PointerMap(types::Type* t);

  rt::Kind KindOf(types::Type* t);
  // Whether the data word of an interface holds the value itself.
  bool IsDirectIface(types::Type* t) { return Of(t).direct_iface; }
  EqKind EqualityOf(types::Type* t) { return Of(t).eq; }
  bool IsEmptyInterface(types::Type* t);

  // Requires: t's underlying type is a map.
  const MapLayout& MapOf(types::Type* t);
  rt::MapFast MapKindOf(types::Type* t) { return MapOf(t).fast; }

  // Methods of an interface type in the order of its itabs: by name, then package path of
  // unexported names.
  const std::vector<types::Func*>& InterfaceMethods(types::Type* iface);
  // Index of the method in that order, or -1.
  int InterfaceMethodIndex(types::Type* iface, const types::Func* method);
  // The method set of a type (for T: methods callable on a value; for *T: all), same order.
  // Empty for interfaces.
  const std::vector<MethodInfo>& MethodsOf(types::Type* t);

 private:
  struct Info {
    bool computed = false;
    int64_t size = 0;
    int64_t align = 1;
    int64_t ptrdata = 0;
    bool direct_iface = false;
    bool is_word = true;
    EqKind eq = EqKind::kNone;
    std::vector<int64_t> offsets;
    types::Type* pointer_to = nullptr;
    std::unique_ptr<MapLayout> map;
    std::unique_ptr<std::vector<types::Func*>> iface_methods;
    std::unique_ptr<std::vector<MethodInfo>> methods;
  };

  Info& Slot(types::Type* canonical);
  const Info& Of(types::Type* t);
  void Compute(types::Type* t, Info* info);
  void ComputeStruct(types::Struct* s, Info* info);
  void MapPointers(types::Type* t, size_t word, std::vector<bool>* out);
  uint32_t KeyFlags(types::Type* key);
  bool IsReflexive(types::Type* t);
  bool NeedsKeyUpdate(types::Type* t);
  bool HashMightPanic(types::Type* t);

  types::Context* const context_;
  std::deque<Info> infos_;  // by canonical_id
};

// Whether (a_name, a_pkg) sorts before: the order of methods in itabs and descriptors.
bool MethodLess(const types::Object* a, const types::Object* b);

}  // namespace gol::ir
