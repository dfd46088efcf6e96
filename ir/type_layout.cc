// Layouts of types. See type_layout.h.
//
// Sizes follow the Go compiler for amd64: a struct whose last field has no size, but which has a
// size itself, gets one byte more, so that the field's address stays inside; map buckets are eight
// tophashes, eight keys, eight elems and the overflow pointer, which does not count as a pointer where
// neither keys nor elems have any: the collector does not look into such buckets then (runtime/map/map.cc).
#include "ir/type_layout.h"

#include <algorithm>

#include "base/bits.h"
#include "base/check.h"
#include "frontend/types/check.h"
#include "frontend/types/predicates.h"
#include "frontend/types/typeset.h"

namespace gol::ir {

using types::Basic;
using types::BasicKind;
using types::Type;
using types::TypeKind;

bool MethodLess(const types::Object* a, const types::Object* b) {
  if (a->name != b->name) return a->name < b->name;
  if (a->is_exported() || a->pkg == nullptr || b->pkg == nullptr) return false;
  return a->pkg->path < b->pkg->path;
}

Type* TypeLayout::Canon(Type* t) {
  if (t->canonical != nullptr) return t->canonical;
  return context_->Canonical(t);
}

TypeLayout::Info& TypeLayout::Slot(Type* canonical) {
  size_t id = canonical->canonical_id;
  GOL_DCHECK(id != 0);
  while (infos_.size() <= id) infos_.emplace_back();
  return infos_[id];
}

const TypeLayout::Info& TypeLayout::Of(Type* t) {
  t = Canon(t);
  Info& info = Slot(t);
  if (!info.computed) {
    Compute(types::Under(t), &info);
    info.computed = true;
  }
  return info;
}

bool TypeLayout::IsWord(Type* t) {
  TypeKind k = types::Under(t)->kind;
  return k != TypeKind::kStruct && k != TypeKind::kArray && k != TypeKind::kTuple;
}

Type* TypeLayout::PointerTo(Type* t) {
  t = Canon(t);
  Info& info = Slot(t);
  if (info.pointer_to == nullptr) {
    Type* p = Canon(context_->NewPointer(t));
    Slot(t).pointer_to = p;
    return p;
  }
  return info.pointer_to;
}

void TypeLayout::Compute(Type* u, Info* info) {
  auto set = [info](int64_t size, int64_t ptrdata, bool direct, EqKind eq) {
    info->size = size;
    info->align = std::min<int64_t>(size, 8);
    if (info->align == 0) info->align = 1;
    info->ptrdata = ptrdata;
    info->direct_iface = direct;
    info->eq = eq;
  };
  switch (u->kind) {
    case TypeKind::kBasic:
      switch (static_cast<Basic*>(u)->basic) {
        case BasicKind::kBool:
        case BasicKind::kUntypedBool:
        case BasicKind::kInt8:
        case BasicKind::kUint8:
          return set(1, 0, false, EqKind::kMemory);
        case BasicKind::kInt16:
        case BasicKind::kUint16:
          return set(2, 0, false, EqKind::kMemory);
        case BasicKind::kInt32:
        case BasicKind::kUint32:
        case BasicKind::kUntypedRune:
          return set(4, 0, false, EqKind::kMemory);
        case BasicKind::kInt:
        case BasicKind::kInt64:
        case BasicKind::kUint:
        case BasicKind::kUint64:
        case BasicKind::kUintptr:
        case BasicKind::kUntypedInt:
          return set(8, 0, false, EqKind::kMemory);
        case BasicKind::kFloat32:
          return set(4, 0, false, EqKind::kFloat);
        case BasicKind::kFloat64:
        case BasicKind::kUntypedFloat:
          return set(8, 0, false, EqKind::kFloat);
        case BasicKind::kComplex64:
          set(8, 0, false, EqKind::kFloat);
          info->align = 4;
          return;
        case BasicKind::kComplex128:
        case BasicKind::kUntypedComplex:
          return set(16, 0, false, EqKind::kFloat);
        case BasicKind::kString:
        case BasicKind::kUntypedString:
          return set(16, 8, false, EqKind::kString);
        case BasicKind::kUnsafePointer:
        case BasicKind::kUntypedNil:
          return set(8, 8, true, EqKind::kMemory);
        case BasicKind::kInvalid:
          break;
      }
      GOL_UNREACHABLE("layout of the invalid type");
    case TypeKind::kPointer:
    case TypeKind::kChan:
      return set(8, 8, true, EqKind::kMemory);
    case TypeKind::kMap:
    case TypeKind::kSignature:
      return set(8, 8, true, EqKind::kNone);
    case TypeKind::kSlice:
      return set(24, 8, false, EqKind::kNone);
    case TypeKind::kInterface:
      return set(16, 16, false, IsEmptyInterface(u) ? EqKind::kEface : EqKind::kIface);
    case TypeKind::kArray: {
      auto* a = static_cast<types::Array*>(u);
      const Info& e = Of(a->elem);
      info->is_word = false;
      info->size = e.size * a->len;
      info->align = e.align;
      info->ptrdata = a->len > 0 && e.ptrdata != 0 ? e.size * (a->len - 1) + e.ptrdata : 0;
      info->direct_iface = a->len == 1 && e.direct_iface;
      info->eq = e.eq == EqKind::kNone || e.eq == EqKind::kMemory ? e.eq : EqKind::kFields;
      if (a->len == 0 && info->eq == EqKind::kFields) info->eq = EqKind::kMemory;
      return;
    }
    case TypeKind::kStruct:
      return ComputeStruct(static_cast<types::Struct*>(u), info);
    case TypeKind::kTuple:
      return set(0, 0, false, EqKind::kNone);
    default:
      GOL_UNREACHABLE("layout of a type that has none");
  }
}

void TypeLayout::ComputeStruct(types::Struct* s, Info* info) {
  info->is_word = false;
  int64_t offset = 0;
  bool gaps = false;
  EqKind eq = EqKind::kMemory;
  for (types::Var* f : s->fields) {
    const Info& fi = Of(f->type);
    int64_t at = static_cast<int64_t>(
        AlignUp(static_cast<uint64_t>(offset), static_cast<uint64_t>(fi.align)));
    gaps |= at != offset || f->name == "_";
    info->offsets.push_back(at);
    info->align = std::max(info->align, fi.align);
    if (fi.ptrdata != 0) info->ptrdata = at + fi.ptrdata;
    if (fi.eq == EqKind::kNone) {
      eq = EqKind::kNone;
    } else if (fi.eq != EqKind::kMemory && eq != EqKind::kNone) {
      eq = EqKind::kFields;
    }
    offset = at + fi.size;
  }
  if (!s->fields.empty() && offset > 0 && Of(s->fields.back()->type).size == 0) offset++;
  info->size = static_cast<int64_t>(
      AlignUp(static_cast<uint64_t>(offset), static_cast<uint64_t>(info->align)));
  gaps |= info->size != offset;
  if (gaps && eq == EqKind::kMemory) eq = EqKind::kFields;
  info->eq = eq;
  info->direct_iface = s->fields.size() == 1 && Of(s->fields[0]->type).direct_iface;
}

void TypeLayout::MapPointers(Type* t, size_t word, std::vector<bool>* out) {
  const Info& info = Of(t);
  if (info.ptrdata == 0) return;
  Type* u = types::Under(t);
  if (u->kind == TypeKind::kArray) {
    auto* a = static_cast<types::Array*>(u);
    size_t step = static_cast<size_t>(SizeOf(a->elem)) / 8;
    for (int64_t i = 0; i < a->len; i++) {
      MapPointers(a->elem, word + static_cast<size_t>(i) * step, out);
    }
    return;
  }
  if (u->kind == TypeKind::kStruct) {
    auto* s = static_cast<types::Struct*>(u);
    for (size_t i = 0; i < s->fields.size(); i++) {
      MapPointers(s->fields[i]->type, word + static_cast<size_t>(info.offsets[i]) / 8, out);
    }
    return;
  }
  (*out)[word] = true;
  // The first word of an interface is a descriptor or itab: never in the heap, harmless to mark,
  // and kept in the map so that precise and conservative scans see the same words.
  if (u->kind == TypeKind::kInterface) (*out)[word + 1] = true;
}

std::vector<bool> TypeLayout::PointerMap(Type* t) {
  std::vector<bool> map(static_cast<size_t>(PtrData(t)) / 8);
  MapPointers(t, 0, &map);
  return map;
}

rt::Kind TypeLayout::KindOf(Type* t) {
  Type* u = types::Under(t);
  switch (u->kind) {
    case TypeKind::kBasic:
      switch (static_cast<Basic*>(u)->basic) {
        case BasicKind::kBool: case BasicKind::kUntypedBool: return rt::kBool;
        case BasicKind::kInt: case BasicKind::kUntypedInt: return rt::kInt;
        case BasicKind::kInt8: return rt::kInt8;
        case BasicKind::kInt16: return rt::kInt16;
        case BasicKind::kInt32: case BasicKind::kUntypedRune: return rt::kInt32;
        case BasicKind::kInt64: return rt::kInt64;
        case BasicKind::kUint: return rt::kUint;
        case BasicKind::kUint8: return rt::kUint8;
        case BasicKind::kUint16: return rt::kUint16;
        case BasicKind::kUint32: return rt::kUint32;
        case BasicKind::kUint64: return rt::kUint64;
        case BasicKind::kUintptr: return rt::kUintptr;
        case BasicKind::kFloat32: return rt::kFloat32;
        case BasicKind::kFloat64: case BasicKind::kUntypedFloat: return rt::kFloat64;
        case BasicKind::kComplex64: return rt::kComplex64;
        case BasicKind::kComplex128: case BasicKind::kUntypedComplex: return rt::kComplex128;
        case BasicKind::kString: case BasicKind::kUntypedString: return rt::kString;
        case BasicKind::kUnsafePointer: case BasicKind::kUntypedNil: return rt::kUnsafePointer;
        case BasicKind::kInvalid: return rt::kInvalid;
      }
      return rt::kInvalid;
    case TypeKind::kPointer: return rt::kPointer;
    case TypeKind::kSlice: return rt::kSlice;
    case TypeKind::kArray: return rt::kArray;
    case TypeKind::kMap: return rt::kMap;
    case TypeKind::kChan: return rt::kChan;
    case TypeKind::kSignature: return rt::kFunc;
    case TypeKind::kStruct: return rt::kStruct;
    case TypeKind::kInterface: return rt::kInterface;
    default: return rt::kInvalid;
  }
}

bool TypeLayout::IsEmptyInterface(Type* t) {
  auto* i = types::UnderAs<types::Interface>(t);
  return i != nullptr && types::GetTypeSet(i)->methods.empty();
}

// --- maps ---

bool TypeLayout::IsReflexive(Type* t) {
  Type* u = types::Under(t);
  switch (u->kind) {
    case TypeKind::kBasic:
      return (static_cast<Basic*>(u)->info & (types::kIsFloat | types::kIsComplex)) == 0;
    case TypeKind::kInterface:
      return false;
    case TypeKind::kArray:
      return IsReflexive(static_cast<types::Array*>(u)->elem);
    case TypeKind::kStruct:
      for (types::Var* f : static_cast<types::Struct*>(u)->fields) {
        if (!IsReflexive(f->type)) return false;
      }
      return true;
    default:
      return true;
  }
}

bool TypeLayout::NeedsKeyUpdate(Type* t) {
  Type* u = types::Under(t);
  switch (u->kind) {
    case TypeKind::kBasic:
      // Floats have +0 and -0; strings may keep a larger buffer alive.
      return (static_cast<Basic*>(u)->info &
              (types::kIsFloat | types::kIsComplex | types::kIsString)) != 0;
    case TypeKind::kInterface:
      return true;
    case TypeKind::kArray:
      return NeedsKeyUpdate(static_cast<types::Array*>(u)->elem);
    case TypeKind::kStruct:
      for (types::Var* f : static_cast<types::Struct*>(u)->fields) {
        if (NeedsKeyUpdate(f->type)) return true;
      }
      return false;
    default:
      return false;
  }
}

bool TypeLayout::HashMightPanic(Type* t) {
  Type* u = types::Under(t);
  switch (u->kind) {
    case TypeKind::kInterface:
      return true;
    case TypeKind::kArray:
      return HashMightPanic(static_cast<types::Array*>(u)->elem);
    case TypeKind::kStruct:
      for (types::Var* f : static_cast<types::Struct*>(u)->fields) {
        if (HashMightPanic(f->type)) return true;
      }
      return false;
    default:
      return false;
  }
}

uint32_t TypeLayout::KeyFlags(Type* key) {
  uint32_t flags = 0;
  if (IsReflexive(key)) flags |= rt::kMapReflexiveKey;
  if (NeedsKeyUpdate(key)) flags |= rt::kMapNeedKeyUpdate;
  if (HashMightPanic(key)) flags |= rt::kMapHashMightPanic;
  return flags;
}

const MapLayout& TypeLayout::MapOf(Type* t) {
  t = Canon(t);
  Of(t);
  if (Slot(t).map != nullptr) return *Slot(t).map;
  auto* m = types::UnderAs<types::Map>(t);
  GOL_CHECK(m != nullptr);
  Type* key = Canon(m->key);
  Type* elem = Canon(m->elem);
  auto out = std::make_unique<MapLayout>();
  out->key_size = SizeOf(key);
  out->elem_size = SizeOf(elem);
  out->flags = KeyFlags(key);
  bool indirect_elem = out->elem_size > rt::kMapMaxInline;
  if (!indirect_elem) {
    rt::Kind k = KindOf(key);
    if (k == rt::kString) {
      out->fast = rt::MapFast::kStr;
    } else if (EqualityOf(key) == EqKind::kMemory && (out->key_size == 4 || out->key_size == 8) &&
               IsWord(key) && !HasPointers(key)) {
      // Pointer keys go through the general functions, whose key stores have write barriers.
      out->fast = out->key_size == 4 ? rt::MapFast::k32 : rt::MapFast::k64;
    }
  }
  Type* slot_key = key;
  Type* slot_elem = elem;
  if (out->key_size > rt::kMapMaxInline) {
    out->flags |= rt::kMapIndirectKey;
    slot_key = PointerTo(key);
    out->key_size = 8;
  }
  if (indirect_elem) {
    out->flags |= rt::kMapIndirectElem;
    slot_elem = PointerTo(elem);
    out->elem_size = 8;
  }
  types::Context* c = context_;
  std::vector<types::Var*> fields;
  auto field = [&](std::string_view name, Type* type) {
    fields.push_back(c->New<types::Var>(types::VarKind::kField, Pos(), nullptr, name, type));
  };
  auto array = [&](Type* e) { return c->NewArray(e, rt::kBucketCnt); };
  field("Topbits", array(c->basic(BasicKind::kUint8)));
  field("Keys", array(slot_key));
  field("Elems", array(slot_elem));
  const bool has_pointers = HasPointers(slot_key) || HasPointers(slot_elem);
  field("Overflow", c->basic(has_pointers ? BasicKind::kUnsafePointer : BasicKind::kUintptr));
  auto* s = c->New<types::Struct>();
  s->fields = c->List(fields);
  out->bucket = Canon(s);
  const Info& b = Of(out->bucket);
  out->keys_offset = b.offsets[1];
  out->elems_offset = b.offsets[2];
  out->overflow_offset = b.offsets[3];
  out->bucket_size = b.size;
  Info& slot = Slot(t);
  slot.map = std::move(out);
  return *slot.map;
}

// --- methods ---

const std::vector<types::Func*>& TypeLayout::InterfaceMethods(Type* iface) {
  iface = Canon(iface);
  Info& info = Slot(iface);
  if (info.iface_methods == nullptr) {
    auto* i = types::UnderAs<types::Interface>(iface);
    GOL_CHECK(i != nullptr);
    auto list = std::make_unique<std::vector<types::Func*>>(types::GetTypeSet(i)->methods);
    for (types::Func* f : *list) types::ResolveObject(f);
    std::sort(list->begin(), list->end(), MethodLess);
    Slot(iface).iface_methods = std::move(list);
  }
  return *Slot(iface).iface_methods;
}

int TypeLayout::InterfaceMethodIndex(Type* iface, const types::Func* method) {
  const auto& list = InterfaceMethods(iface);
  for (size_t i = 0; i < list.size(); i++) {
    if (types::SameId(list[i], method->pkg, method->name)) return static_cast<int>(i);
  }
  return -1;
}

const std::vector<MethodInfo>& TypeLayout::MethodsOf(Type* t) {
  t = Canon(t);
  if (Slot(t).methods == nullptr) {
    auto list = std::make_unique<std::vector<MethodInfo>>();
    if (!types::IsInterface(t)) {
      for (types::MethodEntry& e : types::MethodSet(t)) {
        types::ResolveObject(e.func);
        list->push_back({e.func, std::move(e.index), e.indirect});
      }
      std::sort(list->begin(), list->end(), [](const MethodInfo& a, const MethodInfo& b) {
        return MethodLess(a.func, b.func);
      });
    }
    Slot(t).methods = std::move(list);
  }
  return *Slot(t).methods;
}

}  // namespace gol::ir
