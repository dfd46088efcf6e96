// Native half of internal/live: the addresses of the runtime's structures, and the table of their fields
// that tests compare with what runtime/lab declares.
#include <cstddef>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/layout.h"
#include "runtime/gc/collector.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"
#include "runtime/string.h"

using namespace gol::rt;

namespace {

struct FieldRow {
  const char* name;
  uint64_t offset, size;
};

// offsetof of types that are not standard layout is what the compilers of this project support.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

#define WHOLE(type) {#type, 0, sizeof(type)}
#define FIELD(type, name) {#type "." #name, offsetof(type, name), sizeof(type::name)}
#define MAPTYPE(name, go_name) {"maptype." go_name, offsetof(MapType, name), sizeof(MapType::name)}

constexpr FieldRow kFields[] = {
    WHOLE(hmap),
    FIELD(hmap, count),
    FIELD(hmap, flags),
    FIELD(hmap, B),
    FIELD(hmap, noverflow),
    FIELD(hmap, hash0),
    FIELD(hmap, buckets),
    FIELD(hmap, oldbuckets),
    FIELD(hmap, nevacuate),
    FIELD(hmap, extra),
    WHOLE(bmap),
    FIELD(bmap, tophash),
    WHOLE(mspan),
    FIELD(mspan, start_addr),
    FIELD(mspan, npages),
    FIELD(mspan, limit),
    FIELD(mspan, elemsize),
    FIELD(mspan, nelems),
    FIELD(mspan, div_magic),
    FIELD(mspan, spanclass),
    FIELD(mspan, state),
    FIELD(mspan, needzero),
    FIELD(mspan, freeindex),
    FIELD(mspan, alloc_count),
    FIELD(mspan, alloc_count_before_cache),
    FIELD(mspan, alloc_cache),
    FIELD(mspan, freeindex_for_scan),
    FIELD(mspan, alloc_bits),
    FIELD(mspan, gcmark_bits),
    FIELD(mspan, inline_bits),
    FIELD(mspan, sweepgen),
    FIELD(mspan, special_lock),
    FIELD(mspan, specials),
    FIELD(mspan, next),
    FIELD(mspan, prev),
    FIELD(mspan, list),
    FIELD(mspan, all_index),
    FIELD(mcache, head),
    FIELD(mcache, slow_flags),
    FIELD(mcache, slow_tiny),
    FIELD(mcache, alloc),
    FIELD(mcache, heap),
    WHOLE(mcentral),
    FIELD(mcentral, spanclass),
    FIELD(mcentral, lock),
    FIELD(mcentral, partial),
    FIELD(mcentral, full),
    {"maptype.size", offsetof(MapType, size), sizeof(MapType::size)},
    {"maptype.ptrdata", offsetof(MapType, ptrdata), sizeof(MapType::ptrdata)},
    {"maptype.hash", offsetof(MapType, hash), sizeof(MapType::hash)},
    {"maptype.kind", offsetof(MapType, kind), sizeof(MapType::kind)},
    {"maptype.str", offsetof(MapType, str), sizeof(MapType::str)},
    MAPTYPE(key, "key"),
    MAPTYPE(elem, "elem"),
    MAPTYPE(bucket, "bucket"),
    MAPTYPE(key_size, "keysize"),
    MAPTYPE(elem_size, "valsize"),
    MAPTYPE(bucket_size, "bucketsize"),
    MAPTYPE(flags, "flags"),
};

mheap& PageHeap() { return CurrentRuntime()->heap().h(); }

// The results of Field, as a Go struct.
struct FieldResult {
  GoString name;
  uint64_t offset, size;
};

}  // namespace

extern "C" {

void gol_native_internal_live_EndRuns() { PageHeap().EndRuns(CurrentMcache()); }

void* gol_native_internal_live_Span(void* p) {
  PageHeap().EndRuns(CurrentMcache());
  return PageHeap().SpanOf(reinterpret_cast<uintptr_t>(p));
}

void* gol_native_internal_live_Cache() { return CurrentMcache(); }

void* gol_native_internal_live_Central(int64_t span_class) {
  if (span_class < 0 || span_class >= kNumSpanClasses) return nullptr;
  return &PageHeap().central[span_class];
}

uint32_t gol_native_internal_live_SweepGen() {
  return PageHeap().sweepgen.load(std::memory_order_relaxed);
}

uint64_t gol_native_internal_live_BarrierWords() {
  return CurrentRuntime()->heap().collector().barrier_words() + CurrentMcache()->wb_buf.next;
}

void gol_native_internal_live_Field(FieldResult* out, int64_t i) {
  *out = {};
  if (i < 0 || static_cast<uint64_t>(i) >= sizeof kFields / sizeof kFields[0]) return;
  const FieldRow& row = kFields[i];
  *out = {NewString(row.name), row.offset, row.size};
}

}  // extern "C"
