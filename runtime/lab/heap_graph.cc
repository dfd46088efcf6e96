// See heap_graph.h.
#include "runtime/lab/heap_graph.h"

#include "runtime/abi/layout.h"
#include "runtime/gc/object_walk.h"
#include "runtime/map/map.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"

namespace gol::rt::lab {
namespace {

// In frames of C++ functions, too, with what the address sanitizer puts around their variables.
__attribute__((no_sanitize("address", "thread"))) uintptr_t Word(uintptr_t at) { return *reinterpret_cast<const uintptr_t*>(at); }

uint64_t HeaderOf(const mspan* s) { return s->has_header() ? kMallocHeaderSize : 0; }

}  // namespace

HeapGraph::HeapGraph(Runtime& rt, std::span<const Variable> variables,
                     std::span<const Hidden> hidden)
    : heap_(rt.heap().h()) {
  using Place = gc::Collector::RootPlace;
  gc::Collector& gc = rt.heap().collector();
  auto is_hidden = [&](uintptr_t at) {
    for (const Hidden& h : hidden) {
      if (at - h.address < h.bytes) return true;
    }
    return false;
  };
  gc.WhileIdle([&] {
    for (uint32_t i = 0; i < variables.size(); i++) {
      ScanValue({kNone, i, Place::kGlobal, 0}, variables[i].type, variables[i].address);
    }
    while (!typed_.empty()) Drain();
    gc.ForEachRoot([&](Place place, uintptr_t slot, size_t goroutine) {
      if (place == Place::kGlobal && is_hidden(slot)) return;
      Reach({kNone, kNone, place, static_cast<uint32_t>(goroutine)}, slot, Word(slot), nullptr,
            Content::kUnknown);
    });
    while (!typed_.empty() || !untyped_.empty()) Drain();
    std::lock_guard guard(heap_.lock);
    for (const mspan* s : heap_.allspans) {
      auto known = ids_.find(s);
      for (uint32_t i = 0; i < s->nelems; i++) {
        if (!gc::IsAllocated(s, i) || (known != ids_.end() && known->second[i] != kNone)) continue;
        garbage_objects_++;
        garbage_bytes_ += s->elemsize;
      }
    }
  });
}

// As mheap::FindObject, which goes by what a marker may believe.
const mspan* HeapGraph::FindSlot(uintptr_t p, uint32_t* index) const {
  const mspan* s = heap_.SpanOf(p);
  if (s == nullptr || s->state.load(std::memory_order_acquire) != SpanState::kInUse) return nullptr;
  if (p < s->start_addr || p >= s->limit) return nullptr;
  *index = s->ObjIndex(p);
  return gc::IsAllocated(s, *index) ? s : nullptr;
}

const HeapGraph::Object* HeapGraph::Find(uintptr_t p) const {
  uint32_t index;
  const mspan* s = FindSlot(p, &index);
  if (s == nullptr) return nullptr;
  auto known = ids_.find(s);
  if (known == ids_.end() || known->second[index] == kNone) return nullptr;
  return &objects_[known->second[index]];
}

// One object: of known type if there is any.
void HeapGraph::Drain() {
  if (!typed_.empty()) {
    const uint32_t id = typed_.front();
    typed_.pop_front();
    if (scanned_[id]) return;
    uint32_t index;
    const mspan* s = FindSlot(objects_[id].addr, &index);
    if (s->has_bitmap()) {
      map_base_ = s->ObjBase(index);
      map_bytes_ = s->elemsize;
      map_bits_ = ReadHeapBits(s, map_base_);
    }
    ScanTyped(id);
    map_bytes_ = 0;
    return;
  }
  const uint32_t id = untyped_.front();
  untyped_.pop_front();
  if (!scanned_[id]) ScanByMap(id);
}

void HeapGraph::Reach(const Source& source, uintptr_t from, uintptr_t p, const Type* type,
                      Content content) {
  // What stands behind an object's last pointer may be left over from another.
  if (from - map_base_ < map_bytes_ && (map_bits_ >> ((from - map_base_) / kPtrSize) & 1) == 0) return;
  uint32_t index;
  const mspan* s = FindSlot(p, &index);
  if (s == nullptr) return;
  const uintptr_t addr = s->ObjBase(index) + HeaderOf(s);
  const uint64_t room = s->ObjBase(index) + s->elemsize - addr;
  if (type != nullptr && p != addr) {
    // A pointer into an object says what stands there, not what the object is, unless the object is an array of it. Small
    // values without pointers share a slot.
    const bool is_shared = s->spanclass.noscan() && s->elemsize == kTinySize;
    const bool is_element = content == Content::kArray && type->size != 0 && p > addr &&
                            (p - addr) % type->size == 0;
    if (!is_shared && !is_element) {
      type = nullptr;
      content = content == Content::kBytes ? content : Content::kUnknown;
    }
  }
  if (type == nullptr && content == Content::kUnknown && s->has_header()) {
    type = *reinterpret_cast<const Type* const*>(s->ObjBase(index));
    content = Content::kValue;
  } else if (type == nullptr && s->is_large() && !s->spanclass.noscan()) {
    type = s->large_type();
    content = type == nullptr ? Content::kUnknown : Content::kArray;
  }
  std::vector<uint32_t>& ids = ids_[s];
  if (ids.empty()) ids.assign(s->nelems, kNone);
  uint32_t id = ids[index];
  const bool is_known = type != nullptr || content == Content::kBytes;
  if (id == kNone) {
    id = ids[index] = static_cast<uint32_t>(objects_.size());
    objects_.push_back({addr, room, type, content, !s->spanclass.noscan(), source.parent, from,
                        source.root, source.place, source.goroutine});
    scanned_.push_back(false);
    (is_known ? typed_ : untyped_).push_back(id);
  } else if (is_known && objects_[id].type == nullptr && objects_[id].content == Content::kUnknown &&
             !scanned_[id]) {
    objects_[id].type = type;
    objects_[id].content = content;
    typed_.push_back(id);
  }
}

void HeapGraph::ScanValue(const Source& source, const Type* t, uintptr_t at) {
  if (t->ptrdata == 0) return;
  switch (t->kind) {
    case kPointer:
      return Reach(source, at, Word(at), static_cast<const PtrType*>(t)->elem, Content::kValue);
    case kUnsafePointer:
      return Reach(source, at, Word(at), nullptr, Content::kUnknown);
    case kString:
      return Reach(source, at, Word(at), nullptr, Content::kBytes);
    case kSlice:
      return Reach(source, at, Word(at), static_cast<const SliceType*>(t)->elem, Content::kArray);
    case kMap:
      return Reach(source, at, Word(at), t, Content::kMap);
    case kChan:
      return Reach(source, at, Word(at), t, Content::kChan);
    case kFunc:
      return Reach(source, at, Word(at), t, Content::kFunc);
    case kInterface: {
      const uintptr_t word = Word(at);
      if (word == 0) return;
      const Type* dynamic = static_cast<const InterfaceType*>(t)->nmethods == 0
                                ? reinterpret_cast<const Type*>(word)
                                : reinterpret_cast<const Itab*>(word)->type;
      if ((dynamic->tflag & kTFlagDirectIface) != 0) return ScanValue(source, dynamic, at + kPtrSize);
      return Reach(source, at + kPtrSize, Word(at + kPtrSize), dynamic, Content::kValue);
    }
    case kStruct: {
      const auto* s = static_cast<const StructType*>(t);
      for (int64_t i = 0; i < s->nfields; i++) {
        ScanValue(source, s->fields[i].type, at + s->fields[i].offset);
      }
      return;
    }
    case kArray: {
      const auto* a = static_cast<const ArrayType*>(t);
      for (int64_t i = 0; i < a->len; i++) {
        ScanValue(source, a->elem, at + static_cast<uint64_t>(i) * a->elem->size);
      }
      return;
    }
    default:
      return;
  }
}

void HeapGraph::ScanTyped(uint32_t id) {
  const Object o = objects_[id];
  if (!o.has_pointers) {
    scanned_[id] = true;
    return;
  }
  const Source source{id, kNone, o.place, o.goroutine};
  auto each = [&](const Type* t, uint64_t step, uint64_t offset) {
    for (uint64_t at = 0; step != 0 && at + step <= o.bytes; at += step) {
      ScanValue(source, t, o.addr + at + offset);
    }
  };
  namespace md = map_detail;
  switch (o.content) {
    case Content::kValue:
    case Content::kArray:
      scanned_[id] = true;
      return each(o.type, o.type->size, 0);
    case Content::kMap: {
      const auto* h = reinterpret_cast<const hmap*>(o.addr);
      for (const bmap* const* table : {&h->buckets, &h->oldbuckets}) {
        Reach(source, reinterpret_cast<uintptr_t>(table), reinterpret_cast<uintptr_t>(*table), o.type,
              Content::kBuckets);
      }
      return ScanByMap(id);  // and the rest of the header
    }
    case Content::kBuckets: {
      scanned_[id] = true;
      const auto* t = static_cast<const MapType*>(o.type);
      for (uint64_t at = 0; at + t->bucket_size <= o.bytes; at += t->bucket_size) {
        auto* b = reinterpret_cast<bmap*>(o.addr + at);
        for (int i = 0; i < kBucketCnt; i++) {
          // Those that were moved away are kept alive here all the same.
          if (b->tophash[i] == kEmptyRest || b->tophash[i] == kEmptyOne) continue;
          auto part = [&](char* slot, const Type* type, bool is_indirect) {
            const auto word = reinterpret_cast<uintptr_t>(slot);
            if (is_indirect) return Reach(source, word, Word(word), type, Content::kValue);
            ScanValue(source, type, word);
          };
          part(md::KeyAt(t, b, i), t->key, (t->flags & kMapIndirectKey) != 0);
          part(md::ElemAt(t, b, i), t->elem, (t->flags & kMapIndirectElem) != 0);
        }
        const auto next = reinterpret_cast<uintptr_t>(md::OverflowSlot(t, b));
        Reach(source, next, Word(next), t, Content::kBuckets);
      }
      return;
    }
    case Content::kChan: {
      const auto* c = reinterpret_cast<const hchan*>(o.addr);
      const auto slot = reinterpret_cast<uintptr_t>(&c->buf);
      const uintptr_t buf = Word(slot);
      if (buf - o.addr >= o.bytes) Reach(source, slot, buf, o.type, Content::kChanBuffer);
      return ScanByMap(id);
    }
    case Content::kChanBuffer: {
      scanned_[id] = true;
      const Type* elem = static_cast<const ChanType*>(o.type)->elem;
      return each(elem, elem->size, 0);
    }
    case Content::kFunc:
    case Content::kBytes:
    case Content::kUnknown:
      return ScanByMap(id);
  }
}

void HeapGraph::ScanByMap(uint32_t id) {
  const Object o = objects_[id];
  scanned_[id] = true;
  uint32_t index;
  const mspan* s = FindSlot(o.addr, &index);
  if (s == nullptr) return;
  const Source source{id, kNone, o.place, o.goroutine};
  gc::ForEachObjectPointer(s, index, [&](uintptr_t slot) {
    Reach(source, slot, Word(slot), nullptr, Content::kUnknown);
  });
}

}  // namespace gol::rt::lab
