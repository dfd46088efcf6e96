// Native half of internal/live: the addresses of the runtime's structures, and the table of their fields
// that tests compare with what runtime/lab declares.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/layout.h"
#include "runtime/gc/collector.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/system_stack.h"
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

void gol_native_internal_live_Locks(uint64_t* counts) {
  LockCounts central, pages;
  for (const mcentral& c : PageHeap().central) c.lock.AddCounts(&central);
  PageHeap().lock.AddCounts(&pages);
  const uint64_t all[] = {central.taken, central.contended, central.wait_ns,
                          pages.taken,   pages.contended,   pages.wait_ns};
  std::copy(std::begin(all), std::end(all), counts);
}

int64_t gol_native_internal_live_Watch(void* p, const char* type, int64_t len) {
  return static_cast<int64_t>(
      CurrentRuntime()->recorder().Watch(p, {type, static_cast<size_t>(len)}));
}

void gol_native_internal_live_WatchEvery(int64_t n, int64_t max) {
  CurrentRuntime()->recorder().RememberAllocs(n < 0 ? 0 : static_cast<uint64_t>(n),
                                              max < 0 ? 0 : static_cast<uint64_t>(max));
}

int64_t gol_native_internal_live_Watched() {
  return static_cast<int64_t>(CurrentRuntime()->recorder().count());
}

void gol_native_internal_live_Life(int64_t id, int64_t* numbers) {
  OnSystemStack([&] {
    life::Life l;
    if (!CurrentRuntime()->recorder().Find(static_cast<uint64_t>(id), &l)) return;
    const int64_t head[] = {static_cast<int64_t>(l.object),     l.slot,
                            static_cast<int64_t>(l.span_addr),  l.span_class >> 1,
                            static_cast<int64_t>(l.slot_bytes), l.span_pages,
                            l.survived,                         l.is_sample ? 1 : 0};
    std::copy(std::begin(head), std::end(head), numbers);
    std::copy(std::begin(l.time_ns), std::end(l.time_ns), numbers + 8);
    numbers[8 + life::kNumStages] = l.cycle;
    numbers[9 + life::kNumStages] = l.dropped_after_ns;
  });
}

GoString gol_native_internal_live_LifeText(int64_t id, int64_t stage) {
  std::string* text = nullptr;
  OnSystemStack([&] {
    text = new std::string;
    life::Recorder& recorder = CurrentRuntime()->recorder();
    life::Life l;
    if (!recorder.Find(static_cast<uint64_t>(id), &l)) return;
    if (stage < 0) *text = l.type;
    for (const life::StageRow& row : recorder.Stages(l)) {
      if (static_cast<int64_t>(row.stage) != stage || row.file.empty()) continue;
      *text = row.file + ":" + std::to_string(row.line) + " " + row.function;
    }
  });
  const GoString result = NewString(*text);
  OnSystemStack([&] { delete text; });
  return result;
}

void gol_native_internal_live_Field(FieldResult* out, int64_t i) {
  *out = {};
  if (i < 0 || static_cast<uint64_t>(i) >= sizeof kFields / sizeof kFields[0]) return;
  const FieldRow& row = kFields[i];
  *out = {NewString(row.name), row.offset, row.size};
}

}  // extern "C"
