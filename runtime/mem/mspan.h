// mspan: a run of pages that holds objects of one size, and its bitmaps.
#pragma once

#include <sched.h>

#include <atomic>
#include <bit>
#include <cstdint>

#include "base/check.h"
#include "runtime/abi/rtype.h"
#include "runtime/abi/heap_params.h"
#include "runtime/abi/size_classes.h"

namespace gol::rt {

struct mspan;

enum class SpanState : uint8_t {
  kDead = 0,  // the struct is on the free list, or being set up
  kInUse,     // holds objects
};

// A doubly linked list of spans through next/prev; guarded by its owner's lock.
struct SpanList {
  mspan* first = nullptr;
  uint64_t count = 0;

  void Push(mspan* s);
  mspan* Pop();  // or null
  void Remove(mspan* s);
};

// Something attached to an object: a finalizer, a cleanup, a weak handle. See gc/finalizer.cc.
struct Special;

// The 64-bit words of a span's bitmaps. They are read by markers while the owner of the span may
// not change them, see the fields below.
using BitWord = std::atomic<uint64_t>;

// A lock of one byte, held for a few instructions or a walk of a short list.
class SpinLock {
 public:
  void lock() {
    while (held_.exchange(1, std::memory_order_acquire) != 0) sched_yield();
  }
  void unlock() { held_.store(0, std::memory_order_release); }

 private:
  std::atomic<uint8_t> held_{0};
};

// Three cache lines. What a marker reads of a span is the first, and one word of bits.
struct alignas(64) mspan {
  // Slots up to which a span's bits stand in the span itself.
  static constexpr uint32_t kInlineBits = 256;
  static constexpr uint32_t kInlineWords = kInlineBits / 64;

  // ---- set when the span is made; constant while it is in use ----
  uintptr_t start_addr;   // address of the first page
  uintptr_t limit;        // end of the last object (large: of the requested size, rounded to words)
  uint32_t div_magic;     // ClassDivMagic(elemsize); 0 for large spans
  SpanClass spanclass{0};
  // Invariant: kInUse only once all of the above and the bitmaps are valid (release; readers of
  // conservative pointers load with acquire).
  std::atomic<SpanState> state;
  // Owned by the mcache that holds the span, else by its mcentral. Fresh memory reads as zero; set
  // to 1 once a slot has been freed.
  uint8_t needzero;
  SpinLock special_lock;
  uint64_t elemsize;      // bytes of a slot

  // Bitmaps, one bit per slot. alloc_bits: allocated at the last sweep; constant between sweeps.
  // gcmark_bits: marked in this cycle; set by markers with atomic or. The sweeper of the span makes
  // the mark bits the new alloc bits. Point to inline_bits or to a block from the heap's pool.
  BitWord* alloc_bits;
  BitWord* gcmark_bits;

  // What a marker may believe of freeindex: slots in [freeindex_for_scan, nelems) with a clear alloc
  // bit are not initialised. While marking it is advanced (release) only after the new object's
  // type is in place; else it is brought up to date with the world stopped.
  std::atomic<uint32_t> freeindex_for_scan;

  // ---- sweeping; sg is the heap's sweepgen, which grows by 2 per cycle ----
  // sg-2: needs sweeping; sg-1: being swept; sg: swept; sg+3: swept, and cached by an mcache.
  std::atomic<uint32_t> sweepgen;

  uint32_t npages;     // constant while in use
  uint32_t all_index;  // position in the heap's list of all spans; guarded by the heap's lock

  // ---- owned by the mcache that holds the span, else by its mcentral ----
  uintptr_t nelems;    // slots; constant while in use
  // Slots below freeindex are in use or were given out; slots from it on are free where alloc_bits
  // is 0. nelems: the span is full.
  uintptr_t freeindex;
  // Complement of the 64 alloc_bits from freeindex on, shifted so that bit 0 is freeindex: the
  // next free slot is countr_zero(alloc_cache) further.
  uint64_t alloc_cache;
  uint32_t alloc_count;              // objects in use
  uint32_t alloc_count_before_cache; // alloc_count when the mcache got the span

  // Specials, sorted by offset; guarded by special_lock.
  Special* specials;

  // ---- list links; guarded by the lock of the list's owner ----
  mspan* next;
  mspan* prev;
  SpanList* list;      // the list the span is in, or null

  // ---- the third line: bits of spans with few slots ----
  BitWord inline_bits[2 * kInlineWords];

  uintptr_t base() const { return start_addr; }
  uint64_t bytes() const { return uint64_t{npages} << kPageShift; }
  uintptr_t end() const { return start_addr + bytes(); }
  bool is_large() const { return spanclass.size_class() == 0; }
  uint32_t bit_words() const { return static_cast<uint32_t>(nelems + 63) / 64; }

  // Type of the object of a large span with pointers; null until it is initialised. Stands where
  // spans with more than 64 slots have bits. Release and acquire: the object is cleared.
  const Type* large_type() const {
    return reinterpret_cast<const Type*>(inline_bits[2].load(std::memory_order_acquire));
  }
  void SetLargeType(const Type* t) {
    inline_bits[2].store(reinterpret_cast<uintptr_t>(t), std::memory_order_release);
  }

  // Slot number of an address in [base, limit); may be nelems for one behind the last slot.
  uint32_t ObjIndex(uintptr_t p) const {
    return static_cast<uint32_t>((static_cast<uint64_t>(p - start_addr) * div_magic) >> 32);
  }
  uintptr_t ObjBase(uint32_t index) const { return start_addr + index * elemsize; }

  // ---- allocation ----
  // The next free slot if alloc_cache knows one, else 0.
  uintptr_t NextFreeFast() {
    int zeros = std::countr_zero(alloc_cache);
    if (zeros < 64) {
      uint32_t result = freeindex + static_cast<uint32_t>(zeros);
      if (result < nelems) {
        uint32_t next_index = result + 1;
        if (next_index % 64 == 0 && next_index != nelems) return 0;
        alloc_cache = alloc_cache >> zeros >> 1;  // zeros + 1 may be 64
        freeindex = next_index;
        ++alloc_count;
        return start_addr + result * elemsize;
      }
    }
    return 0;
  }
  // Moves freeindex to the next free slot and returns it; nelems when the span is full.
  uint32_t NextFreeIndex();
  // As NextFreeFast, after looking at the whole bitmap. 0: full.
  uintptr_t NextFree();
  // Loads the 64 bits of alloc_bits that hold slot `index` (a multiple of 64).
  void RefillAllocCache(uint32_t index) {
    alloc_cache = ~alloc_bits[index / 64].load(std::memory_order_relaxed);
  }

  // Whether a slot holds an object, as far as markers and finders may know.
  bool IsAllocatedForScan(uint32_t index) const {
    if (index < freeindex_for_scan.load(std::memory_order_acquire)) return true;
    return (alloc_bits[index / 64].load(std::memory_order_relaxed) >> (index % 64)) & 1;
  }

  bool IsMarked(uint32_t index) const {
    return (gcmark_bits[index / 64].load(std::memory_order_relaxed) >> (index % 64)) & 1;
  }
  // Returns whether this call set the bit.
  bool SetMarked(uint32_t index) {
    uint64_t bit = uint64_t{1} << (index % 64);
    BitWord& word = gcmark_bits[index / 64];
    if (word.load(std::memory_order_relaxed) & bit) return false;
    return (word.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }
  uint32_t CountMarked() const;

  // ---- pointer maps ----
  bool has_bitmap() const { return !spanclass.noscan() && !is_large() && elemsize <= kMaxBitmapObject; }
  bool has_header() const { return !spanclass.noscan() && !is_large() && elemsize > kMaxBitmapObject; }
  // The pointer map at the span's end: a bit per word of the span.
  BitWord* heap_bitmap() const {
    return reinterpret_cast<BitWord*>(end() - bytes() / kPtrSize / 8);
  }
};

// Bytes at the end of a span that its pointer map takes.
constexpr uint64_t HeapBitmapBytes(SpanClass spc, uint64_t span_bytes) {
  if (spc.noscan() || spc.size_class() == 0) return 0;
  return kClassToSize[spc.size_class()] <= kMaxBitmapObject ? span_bytes / kPtrSize / 8 : 0;
}

static_assert(sizeof(mspan) == 192 && offsetof(mspan, nelems) == 64);

inline void SpanList::Push(mspan* s) {
  GOL_DCHECK(s->list == nullptr);
  s->next = first;
  s->prev = nullptr;
  s->list = this;
  if (first != nullptr) first->prev = s;
  first = s;
  ++count;
}

inline mspan* SpanList::Pop() {
  mspan* s = first;
  if (s != nullptr) Remove(s);
  return s;
}

inline void SpanList::Remove(mspan* s) {
  GOL_DCHECK(s->list == this);
  if (s->prev != nullptr) {
    s->prev->next = s->next;
  } else {
    first = s->next;
  }
  if (s->next != nullptr) s->next->prev = s->prev;
  s->next = s->prev = nullptr;
  s->list = nullptr;
  --count;
}

}  // namespace gol::rt
