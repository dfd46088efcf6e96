// See runtime/type_ops.h.
#include "runtime/type_ops.h"

#include <bit>
#include <cstring>
#include <string>

#include "runtime/abi/entry_points.h"
#include "runtime/fastrand.h"
#include "runtime/map/hash.h"
#include "runtime/panic.h"

namespace gol::rt {
namespace {

template <typename T>
T Read(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

const char* At(const void* p, uint64_t offset) { return static_cast<const char*>(p) + offset; }

// Hash of a float: +0 and -0 are equal; a NaN equals nothing, so any hash will do, and a random
// one keeps many NaN keys from gathering in one bucket.
uint64_t HashFloat(double f, uint64_t seed) {
  if (f == 0) return HashMix(seed ^ kHashK0, kHashK2);
  if (f != f) return HashMix(seed ^ kHashK0, FastRand64());
  return Hash64(std::bit_cast<uint64_t>(f), seed);
}

// The seed for the rest of a value, of which a part has this hash. A part can be chosen to have hash 0
// under any seed; what follows must depend on the seed nevertheless.
uint64_t HashPart(uint64_t hash, uint64_t seed) { return HashStep(hash, kHashK2, seed) | 1; }

// The dynamic type of the interface value at p.
const Type* DynamicType(const Type* iface_type, const void* p) {
  auto* it = static_cast<const InterfaceType*>(iface_type);
  if (it->nmethods == 0) return Read<const Type*>(p);
  auto* tab = Read<const Itab*>(p);
  return tab == nullptr ? nullptr : tab->type;
}

[[noreturn]] void PanicUncomparable(const char* what, const Type* t) {
  std::string text = what;
  text.append(t->str.ptr, t->str.len);
  PanicRuntimeError(text);
}

bool IsBlank(const StructField& f) {  // blank fields do not count
  return f.name.len == 1 && f.name.ptr[0] == '_';
}

// Whether comparing may panic: interfaces may hold what is not comparable.
bool MayPanic(const Type* t) {
  switch (t->kind) {
    case kInterface:
      return true;
    case kArray:
      return MayPanic(static_cast<const ArrayType*>(t)->elem);
    case kStruct: {
      auto* st = static_cast<const StructType*>(t);
      for (int64_t i = 0; i < st->nfields; i++) {
        if (MayPanic(st->fields[i].type)) return true;
      }
      return false;
    }
    default:
      return false;
  }
}

// Whether two values differ as far as can be seen without following pointers.
bool DiffersQuickly(const Type* t, const void* p, const void* q) {
  switch (t->kind) {
    case kString:
      return Read<GoString>(p).len != Read<GoString>(q).len;
    case kArray:
      return false;
    case kStruct: {
      auto* st = static_cast<const StructType*>(t);
      for (int64_t i = 0; i < st->nfields; i++) {
        const StructField& f = st->fields[i];
        if (!IsBlank(f) && DiffersQuickly(f.type, At(p, f.offset), At(q, f.offset))) return true;
      }
      return false;
    }
    default:
      return !TypeEqual(t, p, q);
  }
}

}  // namespace

GoString TypeName(const Type* t) { return t->str; }

bool DataWordEqual(const Type* t, void* x, void* y) {
  if ((t->tflag & kTFlagComparable) == 0) PanicUncomparable("comparing uncomparable type ", t);
  if (IsDirectIface(t)) return x == y;
  return x == y && (t->tflag & kTFlagRegularMemory) != 0 ? true : TypeEqual(t, x, y);
}

bool TypeEqual(const Type* t, const void* p, const void* q) {
  if ((t->tflag & kTFlagRegularMemory) != 0) return t->size == 0 || std::memcmp(p, q, t->size) == 0;
  if (t->equal != nullptr) return t->equal(p, q);
  switch (t->kind) {
    case kFloat32:
      return Read<float>(p) == Read<float>(q);
    case kFloat64:
      return Read<double>(p) == Read<double>(q);
    case kComplex64:
      return Read<float>(p) == Read<float>(q) && Read<float>(At(p, 4)) == Read<float>(At(q, 4));
    case kComplex128:
      return Read<double>(p) == Read<double>(q) && Read<double>(At(p, 8)) == Read<double>(At(q, 8));
    case kString: {
      auto a = Read<GoString>(p), b = Read<GoString>(q);
      return a.len == b.len && (a.ptr == b.ptr || a.len == 0 || std::memcmp(a.ptr, b.ptr, a.len) == 0);
    }
    case kInterface: {
      const Type* a = DynamicType(t, p);
      if (a != DynamicType(t, q)) return false;
      return a == nullptr || DataWordEqual(a, Read<void*>(At(p, 8)), Read<void*>(At(q, 8)));
    }
    case kArray: {
      auto* at = static_cast<const ArrayType*>(t);
      for (int64_t i = 0; i < at->len; i++) {
        uint64_t off = i * at->elem->size;
        if (!TypeEqual(at->elem, At(p, off), At(q, off))) return false;
      }
      return true;
    }
    case kStruct: {
      // What costs little comes first, but nothing is moved across a comparison that may panic.
      auto* st = static_cast<const StructType*>(t);
      for (int64_t from = 0; from < st->nfields;) {
        int64_t to = from;
        while (to < st->nfields && !MayPanic(st->fields[to].type)) to++;
        for (int64_t i = from; i < to; i++) {
          const StructField& f = st->fields[i];
          if (!IsBlank(f) && DiffersQuickly(f.type, At(p, f.offset), At(q, f.offset))) return false;
        }
        if (to < st->nfields) to++;
        for (int64_t i = from; i < to; i++) {
          const StructField& f = st->fields[i];
          if (!IsBlank(f) && !TypeEqual(f.type, At(p, f.offset), At(q, f.offset))) return false;
        }
        from = to;
      }
      return true;
    }
    case kFunc:
    case kMap:
    case kSlice:
      PanicUncomparable("comparing uncomparable type ", t);
    default:
      return std::memcmp(p, q, t->size) == 0;
  }
}

uint64_t TypeHash(const Type* t, const void* p, uint64_t seed) {
  if ((t->tflag & kTFlagRegularMemory) != 0) {
    if (t->size == 8) return Hash64(Read<uint64_t>(p), seed);
    if (t->size == 4) return Hash32(Read<uint32_t>(p), seed);
    return HashBytes(p, t->size, seed);
  }
  switch (t->kind) {
    case kFloat32:
      return HashFloat(Read<float>(p), seed);
    case kFloat64:
      return HashFloat(Read<double>(p), seed);
    case kComplex64:
      return HashFloat(Read<float>(At(p, 4)), HashFloat(Read<float>(p), seed) | 1);
    case kComplex128:
      return HashFloat(Read<double>(At(p, 8)), HashFloat(Read<double>(p), seed) | 1);
    case kString: {
      auto s = Read<GoString>(p);
      return HashBytes(s.ptr, s.len, seed);
    }
    case kInterface: {
      const Type* d = DynamicType(t, p);
      if (d == nullptr) return HashMix(seed ^ kHashK2, kHashK1);
      if ((d->tflag & kTFlagComparable) == 0) PanicUncomparable("hash of unhashable type ", d);
      void* word = Read<void*>(At(p, 8));
      return TypeHash(d, DataAddr(d, &word), seed);
    }
    case kArray: {
      auto* at = static_cast<const ArrayType*>(t);
      for (int64_t i = 0; i < at->len; i++) {
        seed = HashPart(TypeHash(at->elem, At(p, i * at->elem->size), seed), seed);
      }
      return HashMix(seed, kHashK2);
    }
    case kStruct: {
      auto* st = static_cast<const StructType*>(t);
      for (int64_t i = 0; i < st->nfields; i++) {
        const StructField& f = st->fields[i];
        if (f.name.len == 1 && f.name.ptr[0] == '_') continue;
        seed = HashPart(TypeHash(f.type, At(p, f.offset), seed), seed);
      }
      return HashMix(seed, kHashK2);
    }
    case kFunc:
    case kMap:
    case kSlice:
      PanicUncomparable("hash of unhashable type ", t);
    default:
      return HashBytes(p, t->size, seed);
  }
}

void CheckHashable(const Type* t, const void* p) {
  if ((t->tflag & kTFlagRegularMemory) != 0) return;
  const Type* bad = t;
  switch (t->kind) {
    case kInterface: {
      const Type* d = DynamicType(t, p);
      if (d == nullptr) return;
      if ((d->tflag & kTFlagComparable) != 0) {
        void* word = Read<void*>(At(p, 8));
        return CheckHashable(d, DataAddr(d, &word));
      }
      bad = d;
      break;
    }
    case kArray: {
      auto* at = static_cast<const ArrayType*>(t);
      for (int64_t i = 0; i < at->len; i++) CheckHashable(at->elem, At(p, i * at->elem->size));
      return;
    }
    case kStruct: {
      auto* st = static_cast<const StructType*>(t);
      for (int64_t i = 0; i < st->nfields; i++) {
        const StructField& f = st->fields[i];
        if (f.name.len == 1 && f.name.ptr[0] == '_') continue;
        CheckHashable(f.type, At(p, f.offset));
      }
      return;
    }
    case kFunc:
    case kMap:
    case kSlice: break;
    default: return;
  }
  std::string text = "hash of unhashable type: ";
  text.append(bad->str.ptr, bad->str.len);
  PanicPlainError(text);
}

extern "C" bool gol_rt_typeequal(void* type, void* p, void* q) {
  return TypeEqual(static_cast<const Type*>(type), p, q);
}

extern "C" bool gol_rt_efaceeq(void* type, void* x, void* y) {
  return DataWordEqual(static_cast<const Type*>(type), x, y);
}

}  // namespace gol::rt
