// Type descriptors: immutable data that the compiler emits and that the runtime, reflect and the
// collector read. One descriptor per type per process image of compiled code; comparing pointers
// is comparing types.
//
// The shape follows Go's (internal/abi type.go), with pointers where Go has offsets. A descriptor
// is a Type followed, for composite kinds, by the fields of the struct below that starts with one.
// stdlib/reflect mirrors these structs in Go syntax: change both together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gol::rt {

struct Type;

// A Go string value; the bytes need not end in NUL.
struct GoString {
  const char* ptr;
  int64_t len;
};

// A Go slice value.
struct GoSlice {
  void* ptr;
  int64_t len;
  int64_t cap;
};

// A Go interface value with no methods: the dynamic type and the data word.
struct Eface {
  const Type* type;
  void* data;
};

// Kinds, numbered as reflect.Kind.
enum Kind : uint8_t {
  kInvalid = 0,
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
  kArray,
  kChan,
  kFunc,
  kInterface,
  kMap,
  kPointer,
  kSlice,
  kString,
  kStruct,
  kUnsafePointer,
};

enum TypeFlag : uint8_t {
  kTFlagUncommon = 1 << 0,       // `uncommon` is set
  kTFlagNamed = 1 << 1,          // a defined type (or predeclared)
  kTFlagRegularMemory = 1 << 2,  // equality and hash are those of its bytes
  kTFlagDirectIface = 1 << 3,    // the data word of an interface holds the value itself
  kTFlagComparable = 1 << 4,     // == is defined on the type (interfaces inside may still panic)
  // `gcdata` is null although ptrdata is not 0: the pointer map is too large to store (over
  // 2,048 words); walk the fields and elements instead.
  kTFlagGcWalk = 1 << 5,
};

struct Method {
  GoString name;
  GoString pkg_path;  // package path for unexported names, else empty
  const Type* mtyp;   // func type without the receiver
  const void* ifn;    // code called through an interface: the receiver is the data word
  const void* tfn;    // code called with the receiver value itself (= ifn for pointer receivers)
};

// What a type with a name or with methods has besides.
struct UncommonType {
  GoString pkg_path;
  GoString name;          // without package; with type arguments for instances
  const Method* methods;  // the whole method set, sorted by (name, pkg_path)
  int64_t nmethods;
};

struct Type {
  uint64_t size;     // bytes
  uint64_t ptrdata;  // bytes of the prefix that can hold pointers; 0: no pointers
  uint32_t hash;     // of the link string; equal types have equal hashes
  uint8_t tflag;     // TypeFlag bits
  uint8_t align;
  uint8_t field_align;
  Kind kind;
  // Equality of two values in memory where the compiler emitted a specialised function, else
  // null: rt::TypeEqual walks the descriptor. C calling convention.
  bool (*equal)(const void*, const void*);
  const uint8_t* gcdata;    // pointer map: bit i = word i holds a pointer; ptrdata/8 bits
  GoString str;             // as reflect's String prints it
  const Type* ptr_to_this;  // descriptor of *T, or null when none was emitted
  const UncommonType* uncommon;
};
static_assert(sizeof(Type) == 72);
static_assert(offsetof(Type, hash) == 16);
static_assert(offsetof(Type, equal) == 24);
static_assert(offsetof(Type, str) == 40);
static_assert(offsetof(Type, ptr_to_this) == 56);
static_assert(offsetof(Type, uncommon) == 64);

struct ArrayType : Type {
  const Type* elem;
  const Type* slice;  // descriptor of []elem, or null
  int64_t len;
};

enum ChanDir : int64_t { kChanRecv = 1, kChanSend = 2, kChanBoth = 3 };

struct ChanType : Type {
  const Type* elem;
  ChanDir dir;
};

struct FuncType : Type {
  const Type* const* in;
  int64_t nin;
  const Type* const* out;
  int64_t nout;
  int64_t is_variadic;
};

struct IMethod {
  GoString name;
  GoString pkg_path;  // for unexported names, else empty
  const Type* type;   // func type
};

struct InterfaceType : Type {
  GoString pkg_path;
  const IMethod* methods;  // sorted by (name, pkg_path)
  int64_t nmethods;
};

enum MapTypeFlag : uint32_t {
  kMapIndirectKey = 1 << 0,    // buckets store pointers to keys
  kMapIndirectElem = 1 << 1,   // buckets store pointers to elems
  kMapReflexiveKey = 1 << 2,   // k == k for all keys
  kMapNeedKeyUpdate = 1 << 3,  // overwriting must store the new key too (floats, strings, ...)
  kMapHashMightPanic = 1 << 4, // hashing may panic (interfaces in the key)
};

// Which specialised functions a map uses; chosen by the compiler from the key's type and size and
// only when the elem is stored in place (at most 128 bytes).
enum class MapFast : uint32_t { kNone, k32, k64, kStr };

struct MapType : Type {
  const Type* key;
  const Type* elem;
  const Type* bucket;  // the bmap of this map: size and pointer map for the allocator
  uint16_t key_size;   // size of a key slot (8 when indirect)
  uint16_t elem_size;  // size of an elem slot (8 when indirect)
  uint16_t bucket_size;
  uint16_t reserved;
  uint32_t flags;      // MapTypeFlag bits
  MapFast fast;
};

struct PtrType : Type {
  const Type* elem;
};

struct SliceType : Type {
  const Type* elem;
};

struct StructField {
  GoString name;
  GoString pkg_path;  // for unexported names, else empty
  const Type* type;
  uint64_t offset;    // bytes
  GoString tag;
  int64_t is_embedded;
};

struct StructType : Type {
  GoString pkg_path;
  const StructField* fields;
  int64_t nfields;
};

// The method table of a concrete type for an interface type. Emitted by the compiler where the
// pair is known, else made by the runtime and kept in its itab table. Not unique: compare `type`.
struct Itab {
  const InterfaceType* inter;
  const Type* type;
  uint32_t hash;  // copy of type->hash
  uint32_t reserved;
  const void* fun[1];  // code, one per interface method, in the interface's order
};
static_assert(offsetof(Itab, fun) == 24);

// A Go interface value with methods.
struct Iface {
  const Itab* tab;
  void* data;
};

// A func value points to one of these; captured values or variables follow the code.
struct Funcval {
  const void* code;
};

}  // namespace gol::rt
