#include "frontend/types/sizes.h"

#include <limits>
#include <unordered_set>

#include "frontend/types/object.h"
#include "frontend/types/predicates.h"
#include "frontend/types/typeset.h"

namespace gol::types {
namespace {

// x rounded up to a multiple of align; negative on overflow.
int64_t Align(int64_t x, int64_t align) {
  if (x < 0 || x > std::numeric_limits<int64_t>::max() - align) return -1;
  return (x + align - 1) / align * align;
}

bool HasVarSizeImpl(Type* t, std::unordered_set<Type*>* seen) {
  // Recursive types were found invalid, or go through pointers.
  if (Named* n = AsNamed(t); n != nullptr && !seen->insert(n).second) return false;
  if (IsTypeParam(t)) return true;
  Type* u = Under(t);
  if (u->kind == TypeKind::kStruct && !seen->insert(u).second) return false;
  if (u->kind == TypeKind::kArray) return HasVarSizeImpl(static_cast<Array*>(u)->elem, seen);
  if (u->kind == TypeKind::kStruct) {
    for (Var* f : static_cast<Struct*>(u)->fields) {
      if (HasVarSizeImpl(f->type, seen)) return true;
    }
  }
  return false;
}

int64_t StructSize(Struct* s) {
  std::vector<int64_t> offsets = Offsetsof(s);
  int64_t last = Sizeof(s->fields.back()->type);
  int64_t offset = offsets.back();
  if (last < 0 || offset < 0) return -1;
  // A pointer to a trailing field without size must not point behind the object.
  if (offset > 0 && last == 0) last = 1;
  if (last > std::numeric_limits<int64_t>::max() - offset) return -1;
  return Align(offset + last, Alignof(s));
}

}  // namespace

bool HasVarSize(Type* t) {
  std::unordered_set<Type*> seen;
  return HasVarSizeImpl(t, &seen);
}

int64_t Alignof(Type* t) {
  Type* u = Under(t);
  switch (u->kind) {
    case TypeKind::kArray:
      return Alignof(static_cast<Array*>(u)->elem);
    case TypeKind::kStruct: {
      auto* s = static_cast<Struct*>(u);
      if (s->align_bytes != 0) return s->align_bytes;
      int64_t max = 1;
      for (Var* f : s->fields) max = std::max(max, Alignof(f->type));
      if (s->is_finite) s->align_bytes = max;
      return max;
    }
    case TypeKind::kSlice:
    case TypeKind::kInterface:
      return kWordBytes;
    case TypeKind::kBasic: {
      auto* b = static_cast<Basic*>(u);
      if ((b->info & kIsString) != 0) return kWordBytes;
      if (b->basic == BasicKind::kComplex128) return 8;
      if (b->basic == BasicKind::kComplex64) return 4;
      break;
    }
    default:
      break;
  }
  int64_t size = Sizeof(u);
  return size < 1 ? 1 : std::min(size, kWordBytes);
}

int64_t Sizeof(Type* t) {
  Type* u = Under(t);
  switch (u->kind) {
    case TypeKind::kBasic:
      switch (static_cast<Basic*>(u)->basic) {
        case BasicKind::kBool:
        case BasicKind::kInt8:
        case BasicKind::kUint8:
        case BasicKind::kUntypedBool:
          return 1;
        case BasicKind::kInt16:
        case BasicKind::kUint16:
          return 2;
        case BasicKind::kInt32:
        case BasicKind::kUint32:
        case BasicKind::kFloat32:
        case BasicKind::kUntypedRune:
          return 4;
        case BasicKind::kComplex128:
        case BasicKind::kString:
        case BasicKind::kUntypedString:
        case BasicKind::kUntypedComplex:
          return 16;
        default:
          return 8;
      }
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(u);
      if (a->len <= 0) return 0;
      int64_t elem = Sizeof(a->elem);
      if (elem < 0) return -1;
      if (elem == 0) return 0;
      // The address space bounds every object.
      if (a->len > std::numeric_limits<int64_t>::max() / elem) return -1;
      return a->len * elem;
    }
    case TypeKind::kSlice:
      return 3 * kWordBytes;
    case TypeKind::kStruct: {
      auto* s = static_cast<Struct*>(u);
      if (s->fields.empty()) return 0;
      if (s->size_bytes != -2) return s->size_bytes;
      int64_t size = StructSize(s);
      if (s->is_finite) s->size_bytes = size;
      return size;
    }
    case TypeKind::kInterface:
      return 2 * kWordBytes;
    case TypeKind::kTypeParam:
    case TypeKind::kUnion:
    case TypeKind::kTuple:
      return 0;
    default:
      return kWordBytes;
  }
}

std::vector<int64_t> Offsetsof(Struct* s) {
  std::vector<int64_t> offsets;
  offsets.reserve(s->fields.size());
  int64_t at = 0;
  for (Var* f : s->fields) {
    if (at < 0) {
      offsets.push_back(-1);
      continue;
    }
    at = Align(at, Alignof(f->type));
    offsets.push_back(at);
    int64_t size = Sizeof(f->type);
    at = at < 0 || size < 0 || size > std::numeric_limits<int64_t>::max() - at ? -1 : at + size;
  }
  return offsets;
}

int64_t OffsetOfPath(Type* t, std::span<const int> index) {
  int64_t at = 0;
  for (int i : index) {
    Struct* s = UnderAs<Struct>(t);
    if (s == nullptr) return -1;
    int64_t offset = Offsetsof(s)[static_cast<size_t>(i)];
    if (offset < 0 || offset > std::numeric_limits<int64_t>::max() - at) return -1;
    at += offset;
    t = s->fields[static_cast<size_t>(i)]->type;
  }
  return at;
}

}  // namespace gol::types
