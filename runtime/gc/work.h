// Grey objects: buffers of them, the lists of buffers, and the producer and consumer of them.
//
// A workbuf is a fixed block of object addresses. WorkLists keeps stacks of full and empty ones,
// shared by all; GcWork is one thread's (or P's) view: two buffers, so that a sequence of puts and
// gets around a buffer border does not go to the shared lists each time (Go, mgcwork.go).
#pragma once

#include <atomic>
#include <cstddef>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace gol::rt {
namespace gc {

struct workbuf {
  // Bytes of a buffer. Larger: less contention; smaller: work spreads sooner.
  static constexpr size_t kBytes = 2048;
  static constexpr size_t kCapacity = (kBytes - 16) / 8;

  workbuf* next;  // in a list; guarded by the list
  uint64_t nobj;  // entries in use; owned by who holds the buffer
  uintptr_t obj[kCapacity];
};
static_assert(sizeof(workbuf) == workbuf::kBytes);

class WorkLists {
 public:
  WorkLists() = default;
  WorkLists(const WorkLists&) = delete;
  ~WorkLists();

  workbuf* GetEmpty();          // never null
  void PutEmpty(workbuf* b);
  void PutFull(workbuf* b);     // b holds at least one object; wakes a waiting worker
  workbuf* TryGetFull();        // or null
  bool has_full() const { return nfull_.load(std::memory_order_acquire) != 0; }
  // The grey objects in full buffers; nobody takes or puts any meanwhile.
  template <typename Visit>
  void ForEach(Visit&& visit) {
    std::lock_guard<std::mutex> guard(lock_);
    for (const workbuf* b = full_; b != nullptr; b = b->next) {
      for (uint64_t i = 0; i < b->nobj; ++i) visit(b->obj[i]);
    }
  }
  uint64_t full_count() const { return nfull_.load(std::memory_order_relaxed); }

  // Waits until there are some full buffers, Poke was called, or timeout_ns passed.
  void Wait(int64_t timeout_ns);
  // Waits until Poke was called or timeout_ns passed.
  void Pause(int64_t timeout_ns);
  // Ends all Waits and Pauses.
  void Poke();

  uint64_t sys_bytes() const { return nchunks_.load(std::memory_order_relaxed) * kChunkBytes; }

 private:
  static constexpr size_t kChunkBytes = 64 << 10;
  // Full buffers for which a waiting worker is woken: scanning fewer takes no longer than waking.
  static constexpr uint64_t kWorthWaking = 4;

  std::mutex lock_;
  workbuf* full_ = nullptr;            // guarded by lock_
  workbuf* empty_ = nullptr;           // guarded by lock_
  std::vector<void*> chunks_;          // all memory of buffers; guarded by lock_
  std::condition_variable cv_;
  std::condition_variable poke_cv_;
  int waiting_ = 0;                    // threads in Wait; guarded by lock_
  uint64_t pokes_ = 0;                 // guarded by lock_
  std::atomic<uint64_t> nfull_{0};     // length of full_; written under lock_
  std::atomic<uint64_t> nchunks_{0};
};

// Invariant: wbuf1 and wbuf2 are both null or both set.
class GcWork {
 public:
  // Adds a grey object.
  void Put(WorkLists& lists, uintptr_t obj) {
    if (wbuf1_ == nullptr || wbuf1_->nobj == workbuf::kCapacity) MakeRoom(lists);
    wbuf1_->obj[wbuf1_->nobj++] = obj;
  }
  // Takes one grey object, or 0 when neither this nor the shared list has any.
  uintptr_t TryGet(WorkLists& lists);
  // As above, from the own buffers only.
  uintptr_t TryGetFast() {
    if (wbuf1_ == nullptr) return 0;
    if (wbuf1_->nobj == 0) {
      if (wbuf2_->nobj == 0) return 0;
      std::swap(wbuf1_, wbuf2_);
    }
    return wbuf1_->obj[--wbuf1_->nobj];
  }
  // Gives half of a large own stock to the shared list when that is empty.
  void Balance(WorkLists& lists);
  // Gives everything back to the shared lists. Returns whether there were grey objects.
  bool Dispose(WorkLists& lists);
  bool is_empty() const {
    return wbuf1_ == nullptr || (wbuf1_->nobj == 0 && wbuf2_->nobj == 0);
  }

  // Statistics since the last flush by the owner.
  uint64_t bytes_marked = 0;      // sizes of the objects this turned black
  int64_t heap_scan_work = 0;     // bytes scanned

 private:
  void Init(WorkLists& lists);
  void MakeRoom(WorkLists& lists);

  workbuf* wbuf1_ = nullptr;
  workbuf* wbuf2_ = nullptr;
};

}  // namespace gc
}  // namespace gol::rt
