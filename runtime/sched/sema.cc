// Semaphores on addresses.
//
// A word in Go memory counts; goroutines that find it 0 wait in a hash table by address. The protocol
// against lost wake-ups: a waiter raises the bucket's nwait, then looks at the word again, then sleeps;
// a releaser adds to the word, then reads nwait. Both in sequentially consistent order, so at least
// one of them sees the other.
//
// Waiters are records in the frames of the goroutines that wait. A bucket chains the first waiter
// of each address; the others of the address hang on it in order. So long queues of one address
// do not slow down others.
//
// Source of the design: Go, runtime/sema.go; Mullender and Cox, "Semaphores in Plan 9".
#include "runtime/sched/sema.h"

#include "base/check.h"
#include "runtime/prof/profiler.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"

namespace gol::rt {

struct SemaWaiter {
  G* g;
  uint32_t* addr;
  uint32_t ticket;         // semaphores: 1 when the count was handed over; notify lists: the place
  SemaWaiter* next_addr;   // next head in the bucket; valid in heads
  SemaWaiter* next;        // next waiter of the address, or of the notify list
  SemaWaiter* last;        // last waiter of the address; valid in heads
  int64_t since_ns = 0;    // when it began to wait, for the mutex profile; 0: not measured
};

namespace {

bool TryAcquire(uint32_t* addr) {
  uint32_t v = __atomic_load_n(addr, __ATOMIC_SEQ_CST);
  while (v != 0) {
    if (__atomic_compare_exchange_n(addr, &v, v - 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      return true;
    }
  }
  return false;
}

// Waits that the mutex profile charges to whoever ends them.
bool IsMutex(WaitReason reason) {
  return reason == WaitReason::kSyncMutexLock || reason == WaitReason::kSyncRWMutexLock ||
         reason == WaitReason::kSyncRWMutexRLock || reason == WaitReason::kSemacquire;
}

}  // namespace

void SemaTable::Acquire(uint32_t* addr, bool lifo, WaitReason reason) {
  if (TryAcquire(addr)) return;
  Bucket& b = BucketOf(addr);
  Sched& sched = CurrentRuntime()->sched();
  SemaWaiter w;
  w.g = CurrentG();
  w.addr = addr;
  w.ticket = 0;
  prof::Profiler& profiler = CurrentRuntime()->profiler();
  const int64_t since = IsMutex(reason) ? NanoTime() : 0;
  if (profiler.mutex_fraction() > 0) w.since_ns = since;
  for (;;) {
    b.lock.lock();
    b.nwait.fetch_add(1, std::memory_order_seq_cst);
    if (TryAcquire(addr)) {
      b.nwait.fetch_sub(1, std::memory_order_seq_cst);
      b.lock.unlock();
      return;
    }
    w.next = nullptr;
    SemaWaiter** link = &b.heads;
    while (*link != nullptr && (*link)->addr != addr) link = &(*link)->next_addr;
    SemaWaiter* head = *link;
    if (head == nullptr) {
      w.last = &w;
      w.next_addr = b.heads;
      b.heads = &w;
    } else if (lifo) {
      w.next = head;
      w.last = head->last;
      w.next_addr = head->next_addr;
      *link = &w;
    } else {
      head->last->next = &w;
      head->last = &w;
    }
    sched.ParkUnlock(b.lock, reason);
    // The word may lie in the collected heap: it lives as long as somebody waits on it.
    asm volatile("" ::"r"(addr) : "memory");
    if (w.ticket != 0 || TryAcquire(addr)) {
      if (since != 0) sched.AddMutexWait(NanoTime() - since);
      return;
    }
  }
}

void SemaTable::Release(uint32_t* addr, bool handoff) {
  Bucket& b = BucketOf(addr);
  __atomic_fetch_add(addr, 1u, __ATOMIC_SEQ_CST);
  if (b.nwait.load(std::memory_order_seq_cst) == 0) return;
  SemaWaiter* w = nullptr;
  {
    LockGuard guard(b.lock);
    SemaWaiter** link = &b.heads;
    while (*link != nullptr && (*link)->addr != addr) link = &(*link)->next_addr;
    w = *link;
    if (w == nullptr) return;
    if (w->next != nullptr) {
      w->next->last = w->last;
      w->next->next_addr = w->next_addr;
      *link = w->next;
    } else {
      *link = w->next_addr;
    }
    b.nwait.fetch_sub(1, std::memory_order_seq_cst);
  }
  // w lives in the waiter's frame: not to be touched after Ready.
  const int64_t since_ns = w->since_ns;
  bool handed = handoff && TryAcquire(addr);
  if (handed) w->ticket = 1;
  Sched& sched = CurrentRuntime()->sched();
  sched.Ready(w->g);
  if (since_ns != 0) CurrentRuntime()->profiler().MutexEvent(NanoTime() - since_ns);
  if (handed) sched.Goyield();
}

// ---- notify lists ----

namespace {

Lock& LockOf(NotifyList* l) { return *reinterpret_cast<Lock*>(&l->lock); }

// Tickets wrap around.
bool Less(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) < 0; }

}  // namespace

uint32_t NotifyListAdd(NotifyList* l) { return l->wait.fetch_add(1, std::memory_order_seq_cst); }

void NotifyListWait(NotifyList* l, uint32_t ticket) {
  Lock& lock = LockOf(l);
  lock.lock();
  if (Less(ticket, l->notify.load(std::memory_order_relaxed))) {
    lock.unlock();  // notified between Add and here
    return;
  }
  SemaWaiter w;
  w.g = CurrentG();
  w.ticket = ticket;
  w.next = nullptr;
  if (l->tail == nullptr) {
    l->head = &w;
  } else {
    l->tail->next = &w;
  }
  l->tail = &w;
  CurrentRuntime()->sched().ParkUnlock(lock, WaitReason::kSyncCondWait);
  asm volatile("" ::"r"(l) : "memory");
}

void NotifyListNotifyAll(NotifyList* l) {
  if (l->wait.load(std::memory_order_seq_cst) == l->notify.load(std::memory_order_seq_cst)) return;
  Lock& lock = LockOf(l);
  lock.lock();
  SemaWaiter* w = l->head;
  l->head = nullptr;
  l->tail = nullptr;
  l->notify.store(l->wait.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
  lock.unlock();
  Sched& sched = CurrentRuntime()->sched();
  while (w != nullptr) {
    SemaWaiter* next = w->next;
    sched.Ready(w->g);
    w = next;
  }
}

void NotifyListNotifyOne(NotifyList* l) {
  if (l->wait.load(std::memory_order_seq_cst) == l->notify.load(std::memory_order_seq_cst)) return;
  Lock& lock = LockOf(l);
  lock.lock();
  uint32_t ticket = l->notify.load(std::memory_order_relaxed);
  if (ticket == l->wait.load(std::memory_order_seq_cst)) {
    lock.unlock();
    return;
  }
  l->notify.store(ticket + 1, std::memory_order_seq_cst);
  // Waiters enqueue out of the order of their tickets; the one with this ticket may not be here
  // yet: then it finds itself notified.
  SemaWaiter* prev = nullptr;
  for (SemaWaiter* w = l->head; w != nullptr; prev = w, w = w->next) {
    if (w->ticket != ticket) continue;
    if (prev == nullptr) {
      l->head = w->next;
    } else {
      prev->next = w->next;
    }
    if (l->tail == w) l->tail = prev;
    lock.unlock();
    CurrentRuntime()->sched().Ready(w->g);
    return;
  }
  lock.unlock();
}

}  // namespace gol::rt
