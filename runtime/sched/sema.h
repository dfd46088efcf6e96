// Sleeping on addresses: the semaphores under package sync, and sync.Cond's wait lists. See
// sema.cc.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "runtime/sched/g.h"
#include "runtime/sched/lock.h"

namespace gol::rt {

struct SemaWaiter;

// The waiters of one Runtime, by address.
class SemaTable {
 public:
  SemaTable() = default;
  SemaTable(const SemaTable&) = delete;
  SemaTable& operator=(const SemaTable&) = delete;

  // Waits until *addr > 0, then subtracts one. lifo: the goroutine waits in front of the others.
  void Acquire(uint32_t* addr, bool lifo, WaitReason reason);
  // Adds one to *addr and wakes a waiter, if any. handoff: the waiter gets the count at once and
  // runs next on this P.
  void Release(uint32_t* addr, bool handoff);

 private:
  static constexpr size_t kBuckets = 256;
  struct Bucket {
    Lock lock;
    std::atomic<uint32_t> nwait{0};  // read without the lock by Release
    SemaWaiter* heads = nullptr;     // first waiter of each address, chained; guarded by lock
  };
  Bucket& BucketOf(const uint32_t* addr) {
    return buckets_[(reinterpret_cast<uintptr_t>(addr) >> 3) * 0x9e3779b97f4a7c15 >> 56];
  }

  std::array<Bucket, kBuckets> buckets_;
};

// The list behind sync.Cond; lives in Go memory, its shape is sync.notifyList's. head and tail
// refer to frames of waiting goroutines.
struct NotifyList {
  std::atomic<uint32_t> wait;    // ticket of the next waiter
  std::atomic<uint32_t> notify;  // next ticket to be notified; written under lock
  uint64_t lock;                 // a Lock
  SemaWaiter* head;
  SemaWaiter* tail;
};

uint32_t NotifyListAdd(NotifyList* l);
void NotifyListWait(NotifyList* l, uint32_t ticket);
void NotifyListNotifyAll(NotifyList* l);
void NotifyListNotifyOne(NotifyList* l);

}  // namespace gol::rt
