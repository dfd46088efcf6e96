// Goroutine stacks: segments out of one large reservation per Runtime. See sched/stack.cc for the
// overview.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/sched/lock.h"

namespace gol::rt {

struct G;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GOL_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define GOL_TSAN 1
#endif
#endif

// Bytes below the stack limit that runtime functions called from compiled code may use without a
// check of their own. What needs more switches to the system stack. Larger costs virtual address
// space only: untouched pages are not backed.
#if defined(GOL_ASAN) || defined(GOL_TSAN) || !defined(NDEBUG)
inline constexpr uint64_t kStackGuard = 64 << 10;
#else
inline constexpr uint64_t kStackGuard = 24 << 10;
#endif

// Segment sizes: kStackMin << (2 * class).
inline constexpr uint64_t kStackMin = kStackGuard <= (24 << 10) ? (64 << 10) : (256 << 10);
inline constexpr int kStackClasses = 8;  // up to 1 GiB (4 GiB with sanitizers)

// What a goroutine's stack may grow to before Go's "stack overflow".
inline constexpr uint64_t kMaxStackDefault = 1000000000;

// One contiguous piece of a goroutine's stack. The record itself lies at the top of the piece; the
// first frame starts just below it.
struct StackSegment {
  char* lo;            // lowest address
  char* hi;            // frames start here (the address of this record)
  uint64_t limit;      // lo + kStackGuard: what prologues compare with while this one is in use
  StackSegment* prev;  // the segment that called into this one, null for the first
  StackSegment* next;  // a larger one kept for the next overflow, or the one in use above
  // The stack pointer in prev when this segment was entered: prev is in use from there to prev->hi.
  uint64_t prev_sp;
  uint64_t total_bytes;  // of this and all segments below, for the overflow limit
  uint32_t size_class;
  uint32_t reserved;
};

// A range of stack memory in use, [lo, hi), word aligned.
struct StackRange {
  uint64_t lo;
  uint64_t hi;
  bool is_exact = false;  // holds references or nothing; none points just behind an object
};

// The segments of one Runtime.
class StackPool {
 public:
  StackPool();
  ~StackPool();  // Requires: no thread runs on any of the segments
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // Returns a segment of the class, its links cleared; null when the reservation or the host's
  // memory is exhausted.
  StackSegment* Allocate(int size_class);
  void Free(StackSegment* seg);
  // Gives the pages of free segments back to the system. Returns the bytes given back at most.
  uint64_t ReleaseIdle();
  // The same for those that nobody needed since the last call, a part of them at a time.
  void ReleaseUnneeded();

  // Whether addr lies in the reservation, in use or not.
  bool Contains(uint64_t addr) const { return addr - base_ < reserved_bytes_; }
  // Bytes that deep stacks take at least: whoever has a larger segment has filled the one before. Smallest
  // segments count nothing.
  uint64_t grown_bytes() const { return grown_bytes_.load(std::memory_order_relaxed); }
  // Bytes of segments handed out (virtual), for memory statistics.
  uint64_t in_use_bytes() const { return in_use_bytes_.load(std::memory_order_relaxed); }

 private:
  struct FreeList {
    Lock lock;
    std::vector<char*> clean;       // where they begin: no page is backed, the record is lost
    StackSegment* dirty = nullptr;  // chained by next
    uint64_t ndirty = 0;
    uint64_t low = 0;  // smallest ndirty since the last ReleaseUnneeded
  };

  uint64_t Release(FreeList& list, uint64_t max);

  char* Carve(uint64_t bytes);
  // Gives the pages back and puts the segment among the clean ones.
  void MakeClean(FreeList& list, StackSegment* seg);

  uint64_t base_ = 0;
  uint64_t reserved_bytes_ = 0;
  Lock carve_lock_;
  uint64_t carved_bytes_ = 0;     // guarded by carve_lock_
  uint64_t committed_bytes_ = 0;  // guarded by carve_lock_: made accessible so far
  std::atomic<uint64_t> in_use_bytes_{0};
  std::atomic<uint64_t> grown_bytes_{0};
  FreeList free_[kStackClasses];
};

}  // namespace gol::rt
