// The write barrier: hybrid of deletion (Yuasa) and insertion (Dijkstra), buffered per P.
//
// While marking is on, storing pointer `value` into `slot` greys both what the slot held and the
// value, then stores. The deletion half keeps the snapshot: whatever was reachable when marking
// began is marked, even if a goroutine moves the only pointer from the heap into its already
// scanned (black) stack. The insertion half covers a pointer that a goroutine whose stack is not
// yet scanned (grey) hides in a black object and then forgets. Stacks themselves need no
// barrier and are scanned once (Go, mbarrier.go; proposal 17503).
//
// Greying at once would mean a span look-up per store. Instead both words go into the P's WbBuf; a full
// buffer is flushed: each word is looked up, unmarked objects are marked and put into the P's
// grey objects. The words may be anything (a slot on the stack may be uninitialised): the look-up
// accepts any bit pattern.
//
// Who runs this: goroutines with a P, between safepoints. The flag kTlsWriteBarrier changes only
// with the world stopped, so a store and the test before it see one state. Marking ends only after
// all buffers were flushed with the world stopped.
//
// Bulk operations (typedmemmove and so on) grey every pointer of the destination's old and of the
// source's new contents by the type's map, then move whole words. They do not ask whether the
// destination is in the heap: greying too much is safe.
#include "runtime/gc/barrier.h"

#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"
#include "runtime/gc/collector.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/gc/type_walk.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/zero.h"

namespace gol::rt::gc {
namespace {

bool IsBarrierOn() { return TlsLoad<uint32_t>(kTlsWriteBarrier) != 0; }

uintptr_t LoadWord(const void* p) {
  return __atomic_load_n(static_cast<const uintptr_t*>(p), __ATOMIC_RELAXED);
}

[[gnu::noinline]] void Flush(mcache* c) {
  Heap* heap = c->heap;
  heap->world().OnSystemStack([&] { heap->collector().FlushWbBuf(c); });
}

// The buffer is full. What is about to be stored in place of what is told to the recorder of watched objects,
// if there is one. With one, buffers are always full.
[[gnu::noinline]] void FlushFor(mcache* c, uintptr_t old, uintptr_t value, uintptr_t moved_over = 0) {
  if (life::Recorder* r = c->heap->recorder()) r->OnStore(old, value, moved_over);
  Flush(c);
}

// What becomes of a word in the buffer: a value is moved over it; it is overwritten otherwise; it is stored.
enum class Word { kMovedOver, kOverwritten, kStored };

// Adds the word at slot (kStored: 0 if it stands nowhere) to the buffer of the P.
template <Word kWord>
inline void Record(mcache* c, uintptr_t slot, uintptr_t word) {
  if (word == 0) return;
  if (c->wb_buf.next >= c->wb_buf.limit) {
    constexpr bool kIsOld = kWord != Word::kStored;
    FlushFor(c, kIsOld ? word : 0, kIsOld ? 0 : word, kWord == Word::kMovedOver ? slot : 0);
  }
  c->wb_buf.buf[c->wb_buf.next++] = word;
}

// The pointers in n values at p.
template <Word kWord>
void RecordArray(mcache* c, const Type* t, const void* p, uint64_t n) {
  ForEachPointerInArray(t, reinterpret_cast<uintptr_t>(p), n * t->size, 0, n * t->size, [&](uintptr_t slot) {
    Record<kWord>(c, slot, LoadWord(reinterpret_cast<const void*>(slot)));
  });
}

// Moves n values of type t. Memory with pointers is a multiple of 8 bytes and aligned to 8.
void MoveTyped(const Type* t, void* dst, const void* src, uint64_t n) {
  if (dst == src || n == 0) return;
  if (t->ptrdata == 0) {
    std::memmove(dst, src, n * t->size);
    return;
  }
  if (IsBarrierOn()) {
    mcache* c = CurrentMcache();
    RecordArray<Word::kMovedOver>(c, t, dst, n);
    RecordArray<Word::kStored>(c, t, src, n);
  }
  MoveWords(dst, src, n * t->size);
}

void ClearTyped(const Type* t, void* dst, uint64_t n) {
  if (n == 0) return;
  if (t->ptrdata == 0) {
    std::memset(dst, 0, n * t->size);
    return;
  }
  if (IsBarrierOn()) RecordArray<Word::kOverwritten>(CurrentMcache(), t, dst, n);
  ClearWords(dst, n * t->size);
}

}  // namespace

void BulkBarrierSource(const Type* t, const void* p, uint64_t n) {
  RecordArray<Word::kStored>(CurrentMcache(), t, p, n);
}

void StorePointer(void** slot, void* value) {
  if (IsBarrierOn()) {
    entry::gol_rt_gcWriteBarrier(slot, value);
  } else {
    __atomic_store_n(slot, value, __ATOMIC_RELEASE);
  }
}

void Collector::FlushWbBuf(mcache* c) {
  if (phase() == Phase::kOff) {  // the barrier is on for watched objects only
    c->wb_buf.next = 0;
    return;
  }
  for (uint32_t i = 0; i < c->wb_buf.next; ++i) GreyPointer(c->wb_buf.buf[i], c->gcw);
  barrier_words_.fetch_add(c->wb_buf.next, std::memory_order_relaxed);
  c->wb_buf.next = 0;
}

void Collector::Shade(const void* p) {
  if (!is_marking()) return;
  if (CurrentP() != nullptr) {
    Record<Word::kStored>(CurrentMcache(), 0, reinterpret_cast<uintptr_t>(p));
    return;
  }
  // A thread without a P: the object goes to the shared lists at once.
  GcWork gcw;
  GreyPointer(reinterpret_cast<uintptr_t>(p), gcw);
  FoldStats(gcw);
  gcw.Dispose(work_);
}

}  // namespace gol::rt::gc

extern "C" {

void gol_rt_gcWriteBarrier(void* slot, void* value) {
  using namespace gol::rt;
  if (gc::IsBarrierOn()) {
    mcache* c = CurrentMcache();
    if (c->wb_buf.next + 2 > c->wb_buf.limit) {
      gc::FlushFor(c, gc::LoadWord(slot), reinterpret_cast<uintptr_t>(value));
    }
    // Pairs are written whether null or not: cheaper than testing.
    c->wb_buf.buf[c->wb_buf.next] = gc::LoadWord(slot);
    c->wb_buf.buf[c->wb_buf.next + 1] = reinterpret_cast<uintptr_t>(value);
    c->wb_buf.next += 2;
  }
  // Release: markers and other threads that find the new object see its contents.
  __atomic_store_n(static_cast<void**>(slot), value, __ATOMIC_RELEASE);
}

void gol_rt_typedmemmove(void* type, void* dst, void* src) {
  gol::rt::gc::MoveTyped(static_cast<gol::rt::Type*>(type), dst, src, 1);
}

void gol_rt_typedmemclr(void* type, void* dst) {
  gol::rt::gc::ClearTyped(static_cast<gol::rt::Type*>(type), dst, 1);
}

int64_t gol_rt_typedslicecopy(void* elem_type, void* dst, int64_t dst_len, void* src,
                              int64_t src_len) {
  int64_t n = dst_len < src_len ? dst_len : src_len;
  if (n > 0) {
    gol::rt::gc::MoveTyped(static_cast<gol::rt::Type*>(elem_type), dst, src,
                           static_cast<uint64_t>(n));
  }
  return n;
}

void gol_rt_typedslicemove(void* elem_type, void* dst, void* src, int64_t n) {
  if (n <= 0) return;
  gol::rt::gc::MoveTyped(static_cast<gol::rt::Type*>(elem_type), dst, src,
                         static_cast<uint64_t>(n));
}

void gol_rt_typedslicezero(void* elem_type, void* dst, int64_t n) {
  if (n <= 0) return;
  gol::rt::gc::ClearTyped(static_cast<gol::rt::Type*>(elem_type), dst, static_cast<uint64_t>(n));
}

}  // extern "C"
