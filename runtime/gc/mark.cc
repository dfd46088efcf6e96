// Marking: greying objects, scanning them. See cycle.cc for the overview.
//
// An object is white (mark bit clear), grey (bit set, address in some workbuf) or black (bit set,
// scanned or pointer-free). Greying sets the bit with an atomic or, so exactly one thread queues the
// object. Scanning reads each pointer word once, whole; the program may overwrite it at the same
// time, which the barrier accounts for.
//
// Objects above kObletBytes are scanned in pieces: the first scan queues the addresses of the other
// pieces, so that several workers share a large object and an assist stays short. An address in the
// middle of a large object in a workbuf therefore means "the piece from here".
//
// The time goes into waiting for memory: the object to scan, and for each pointer in it the span's
// fields and a word of its mark bits. So objects come off the stack of grey ones through a short
// queue: their memory is asked for when they enter it and has arrived when they leave it. What a
// marker reads of a span is one cache line.
#include <algorithm>
#include <cstdio>

#include "runtime/gc/collector.h"
#include "runtime/gc/type_walk.h"
#include "runtime/mem/heap_bits.h"

namespace gol::rt::gc {
namespace {

// Bytes scanned in one piece. Larger: less queueing; smaller: shorter delays of a safepoint
// (about 100 us at 1 GB/s).
constexpr uint64_t kObletBytes = 128 << 10;

// Scan work after which a drain shares its stock and folds its numbers.
constexpr int64_t kFoldWork = 32 << 10;

// Objects whose memory is on its way. Longer: more of the delay is hidden, until the processor has
// no more outstanding loads; shorter: less work moved around at the end of a drain.
constexpr unsigned kAhead = 8;

}  // namespace

void Collector::GreyObject(mspan* s, uint32_t index, GcWork& gcw) {
  if (!s->SetMarked(index)) return;
  gcw.bytes_marked += s->elemsize;
  if (s->spanclass.noscan()) return;  // black at once
  gcw.Put(work_, s->ObjBase(index));
}

void Collector::ReportBadPointer(uintptr_t p, uintptr_t slot, const mspan* s) {
  if (!heap_.options().invalidptr || bad_pointer_seen_.exchange(true)) return;
  char text[400];
  int n = std::snprintf(text, sizeof text, "runtime: pointer 0x%llx to unallocated span",
                        static_cast<unsigned long long>(p));
  auto add = [&](const char* format, auto... args) {
    n += std::snprintf(text + n, sizeof text - static_cast<size_t>(n), format, args...);
  };
  if (s != nullptr) {
    add(" span.base()=0x%llx span.limit=0x%llx span.state=%d",
        static_cast<unsigned long long>(s->start_addr), static_cast<unsigned long long>(s->limit),
        static_cast<int>(s->state.load(std::memory_order_relaxed)));
  }
  uint32_t index;
  if (mspan* in = h_.FindObject(slot, &index)) {
    add("\nruntime: found in object at *(0x%llx+0x%llx)\n",
        static_cast<unsigned long long>(in->ObjBase(index)),
        static_cast<unsigned long long>(slot - in->ObjBase(index)));
  } else {
    add("\nruntime: found in globals at 0x%llx\n", static_cast<unsigned long long>(slot));
  }
  world_.BadHeap({text, static_cast<size_t>(n)},
                 "found bad pointer in Go heap (incorrect use of unsafe or cgo?)");
}

void Collector::ScanTyped(uintptr_t base, const Type* t, uint64_t from, uint64_t to, GcWork& gcw) {
  if (t->size == kPtrSize) {
    for (uint64_t at = from; at < to; at += kPtrSize) ScanWord(base + at, gcw);
    return;
  }
  ForEachPointerInArray(t, base, to, from, to, [&](uintptr_t slot) { ScanWord(slot, gcw); });
}

void Collector::ScanObject(uintptr_t obj, GcWork& gcw) {
  mspan* s = h_.SpanOf(obj);
  if (s->has_bitmap()) {
    uint64_t bits = ReadHeapBits(s, obj);
    while (bits != 0) {
      ScanWord(obj + static_cast<uint64_t>(std::countr_zero(bits)) * kPtrSize, gcw);
      bits &= bits - 1;
    }
    gcw.heap_scan_work += static_cast<int64_t>(s->elemsize);
    return;
  }
  if (s->has_header()) {
    const Type* t = *reinterpret_cast<const Type* const*>(obj);
    ScanTyped(obj + kMallocHeaderSize, t, 0, s->elemsize - kMallocHeaderSize, gcw);
    gcw.heap_scan_work += static_cast<int64_t>(s->elemsize);
    return;
  }
  // Large. Pairs with the release in MallocLarge.
  const Type* t = s->large_type();
  if (t == nullptr) return;  // pointer-free so far: its pointers will come through the barrier
  uint64_t bytes = s->limit - s->start_addr;
  uint64_t from = obj - s->start_addr;
  uint64_t to = std::min(from + kObletBytes, bytes);
  if (from == 0) {
    for (uint64_t at = kObletBytes; at < bytes; at += kObletBytes) {
      gcw.Put(work_, s->start_addr + at);
    }
  }
  ScanTyped(s->start_addr, t, from, to, gcw);
  gcw.heap_scan_work += static_cast<int64_t>(to - from);
}

void Collector::FoldStats(GcWork& gcw) {
  if (gcw.bytes_marked != 0) {
    bytes_marked_.fetch_add(gcw.bytes_marked, std::memory_order_relaxed);
    gcw.bytes_marked = 0;
  }
  if (gcw.heap_scan_work != 0) {
    heap_scan_work_.fetch_add(gcw.heap_scan_work, std::memory_order_relaxed);
    scan_work_.fetch_add(gcw.heap_scan_work, std::memory_order_relaxed);
    gcw.heap_scan_work = 0;
  }
}

int64_t Collector::Drain(GcWork& gcw, int64_t budget) {
  uintptr_t ahead[kAhead];
  unsigned first = 0;
  unsigned count = 0;
  int64_t done = 0;
  gcw.Balance(work_);
  while (done < budget) {
    while (count < kAhead) {
      uintptr_t obj = gcw.TryGetFast();
      if (obj == 0) break;
      __builtin_prefetch(reinterpret_cast<const void*>(obj));
      ahead[(first + count++) % kAhead] = obj;
    }
    uintptr_t obj;
    if (count != 0) {
      obj = ahead[first];
      first = (first + 1) % kAhead;
      --count;
    } else {
      obj = gcw.TryGet(work_);
      if (obj == 0) break;
    }
    int64_t before = gcw.heap_scan_work;
    ScanObject(obj, gcw);
    done += gcw.heap_scan_work - before;
    if (gcw.heap_scan_work >= kFoldWork) {
      FoldStats(gcw);
      gcw.Balance(work_);
    }
  }
  while (count != 0) gcw.Put(work_, ahead[(first + --count) % kAhead]);
  FoldStats(gcw);
  return done;
}

void Collector::DrainAll(GcWork& gcw) {
  while (RunRootJob(gcw)) {
  }
  while (Drain(gcw, INT64_MAX) > 0) {
  }
}

}  // namespace gol::rt::gc
