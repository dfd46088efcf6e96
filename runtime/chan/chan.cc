// Channels.
//
// A hchan is a ring buffer, two queues of waiting goroutines and a lock; its layout is fixed in
// abi/layout.h, since compiled code reads len and cap directly. Invariants, under the lock:
//
//   - sendq or recvq is empty, except that one select may wait on both sides
//   - waiting receivers: the buffer is empty; waiting senders: the buffer is full
//
// A sender that finds a waiting receiver copies the value straight to where the receiver wants it, which is
// mostly in the receiver's frame, and readies it; and the other way round. So an unbuffered channel never touches a
// buffer, and a readied goroutine has its value. The copy goes through typedmemmove: the
// destination may be a stack that the collector has scanned already, so the value is shaded.
//
// Closing wakes all waiters with success = false: receivers return the zero value, senders panic.
//
// A goroutine waits as a sudog in the queue; select enqueues one per case and the first waker to
// set G::select_done wins (select.cc).
//
// Source of the design: Go, runtime/chan.go.
#include "runtime/chan/chan.h"

#include <cstring>

#include "base/check.h"
#include "runtime/abi/entry_points.h"
#include "runtime/chan/chan_internal.h"
#include "runtime/panic.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_impl.h"

namespace gol::rt {

using namespace entry;
namespace {

// What the collector must know of a hchan whose buffer is an object of its own: `buf` alone.
// The queues refer to memory outside of the heap.
constexpr uint8_t kHchanPtrs[] = {1 << (offsetof(hchan, buf) / 8)};
constexpr Type kHchanType = {
    .size = sizeof(hchan),
    .ptrdata = offsetof(hchan, buf) + 8,
    .hash = 0,
    .tflag = 0,
    .align = 8,
    .field_align = 8,
    .kind = kStruct,
    .equal = nullptr,
    .gcdata = kHchanPtrs,
    .str = {"runtime.hchan", 13},
    .ptr_to_this = nullptr,
    .uncommon = nullptr,
};

constexpr int64_t kMaxAlloc = int64_t{1} << 47;
// sudogs a P keeps.
constexpr int32_t kSudogCache = 128;

void CopyElem(const hchan* c, void* dst, const void* src) {
  if (c->elemtype->ptrdata == 0) {
    std::memcpy(dst, src, c->elemsize);
  } else {
    gol_rt_typedmemmove(const_cast<Type*>(c->elemtype), dst, const_cast<void*>(src));
  }
}

void ClearElem(const hchan* c, void* dst) {
  if (c->elemtype->ptrdata == 0) {
    std::memset(dst, 0, c->elemsize);
  } else {
    gol_rt_typedmemclr(const_cast<Type*>(c->elemtype), dst);
  }
}

// Requires: read under the lock or not; see the callers.
int64_t LoadCount(const hchan* c) { return __atomic_load_n(&c->qcount, __ATOMIC_RELAXED); }
bool IsClosed(const hchan* c) { return __atomic_load_n(&c->closed, __ATOMIC_ACQUIRE) != 0; }
void SetCount(hchan* c, int64_t n) { __atomic_store_n(&c->qcount, n, __ATOMIC_RELAXED); }

}  // namespace

// ---- sudogs ----

sudog* AcquireSudog() {
  P* p = CurrentP();
  if (p->sudog_cache == nullptr) {
    SchedImpl& s = SchedPeer::Impl(p->rt->sched());
    LockGuard guard(s.sudog_lock);
    while (s.sudog_free != nullptr && p->sudog_count < kSudogCache / 2) {
      sudog* moved = s.sudog_free;
      s.sudog_free = moved->next;
      moved->next = p->sudog_cache;
      p->sudog_cache = moved;
      p->sudog_count++;
    }
    if (p->sudog_cache == nullptr) {
      sudog* made = new sudog{};
      made->all_link = s.sudog_all;
      s.sudog_all = made;
      return made;
    }
  }
  sudog* s = p->sudog_cache;
  p->sudog_cache = s->next;
  p->sudog_count--;
  s->next = nullptr;
  return s;
}

void ReleaseSudog(sudog* s) {
  P* p = CurrentP();
  s->g = nullptr;
  s->elem = nullptr;
  s->c = nullptr;
  s->waitlink = nullptr;
  s->prev = nullptr;
  s->next = p->sudog_cache;
  p->sudog_cache = s;
  if (++p->sudog_count < kSudogCache) return;
  SchedImpl& impl = SchedPeer::Impl(p->rt->sched());
  LockGuard guard(impl.sudog_lock);
  while (p->sudog_count > kSudogCache / 2) {
    sudog* moved = p->sudog_cache;
    p->sudog_cache = moved->next;
    p->sudog_count--;
    moved->next = impl.sudog_free;
    impl.sudog_free = moved;
  }
}

void SchedImpl::FreeSudogs() {
  while (sudog* s = sudog_all) {
    sudog_all = s->all_link;
    delete s;
  }
}

// ---- queues ----

void Enqueue(waitq* q, sudog* s) {
  s->next = nullptr;
  s->prev = q->last;
  if (q->last != nullptr) {
    q->last->next = s;
  } else {
    q->first = s;
  }
  __atomic_store_n(&q->last, s, __ATOMIC_RELAXED);
}

void DequeueSudog(waitq* q, sudog* s) {
  if (s->prev == nullptr && q->first != s) return;  // out already
  if (s->prev != nullptr) {
    s->prev->next = s->next;
  } else {
    __atomic_store_n(&q->first, s->next, __ATOMIC_RELAXED);
  }
  if (s->next != nullptr) {
    s->next->prev = s->prev;
  } else {
    q->last = s->prev;
  }
  s->next = nullptr;
  s->prev = nullptr;
}

sudog* Dequeue(waitq* q) {
  for (;;) {
    sudog* s = q->first;
    if (s == nullptr) return nullptr;
    DequeueSudog(q, s);
    if (s->is_select) {
      uint32_t zero = 0;
      // Acquire and release: the winner's view of the waiter; others leave it alone.
      if (!s->g->select_done.compare_exchange_strong(zero, 1, std::memory_order_acq_rel)) continue;
    }
    return s;
  }
}

// ---- moving values ----

void PushBuf(hchan* c, const void* elem) {
  CopyElem(c, SlotOf(c, c->sendx), elem);
  if (++c->sendx == static_cast<uint64_t>(c->dataqsiz)) c->sendx = 0;
  SetCount(c, c->qcount + 1);
}

void PopBuf(hchan* c, void* elem) {
  char* slot = SlotOf(c, c->recvx);
  if (elem != nullptr) CopyElem(c, elem, slot);
  ClearElem(c, slot);
  if (++c->recvx == static_cast<uint64_t>(c->dataqsiz)) c->recvx = 0;
  SetCount(c, c->qcount - 1);
}

void SendTo(hchan* c, sudog* s, const void* elem) {
  if (s->elem != nullptr) {
    CopyElem(c, s->elem, elem);
    s->elem = nullptr;
  }
  s->success = true;
  s->g->param = s;
}

void RecvFrom(hchan* c, sudog* s, void* elem) {
  if (c->dataqsiz == 0) {
    if (elem != nullptr) CopyElem(c, elem, s->elem);
  } else {
    // The buffer is full: its oldest value goes out, the sender's in, into the same slot.
    char* slot = SlotOf(c, c->recvx);
    if (elem != nullptr) CopyElem(c, elem, slot);
    CopyElem(c, slot, s->elem);
    if (++c->recvx == static_cast<uint64_t>(c->dataqsiz)) c->recvx = 0;
    c->sendx = c->recvx;
  }
  s->elem = nullptr;
  s->success = true;
  s->g->param = s;
}

// ---- operations ----

hchan* MakeChan(const ChanType* type, int64_t size) {
  const Type* elem = type->elem;
  uint64_t bytes;
  if (size < 0 || __builtin_mul_overflow(elem->size, static_cast<uint64_t>(size), &bytes) ||
      bytes > kMaxAlloc - sizeof(hchan)) {
    PanicPlainError("makechan: size out of range");
  }
  hchan* c;
  if (elem->ptrdata == 0) {
    // One object; buf points into it, the collector need not follow.
    c = static_cast<hchan*>(gol_rt_mallocgc(static_cast<int64_t>(sizeof(hchan) + bytes), nullptr,
                                            true));
    c->buf = c + 1;
  } else {
    c = static_cast<hchan*>(gol_rt_mallocgc(sizeof(hchan), const_cast<Type*>(&kHchanType), true));
    if (bytes != 0) {
      void* buf =
          gol_rt_mallocgc(static_cast<int64_t>(bytes), const_cast<Type*>(elem), true);
      gol_rt_gcWriteBarrier(&c->buf, buf);
    }
  }
  c->elemsize = static_cast<uint16_t>(elem->size);
  c->elemtype = elem;
  c->dataqsiz = size;
  return c;
}

// Parks the goroutine in a queue of c until another one has taken or given the value at `elem`
// (true), or c is closed (false). Requires: c locked; unlocks it.
static bool Wait(hchan* c, waitq* queue, void* elem, WaitReason reason) {
  G* g = CurrentG();
  sudog* s = AcquireSudog();
  s->g = g;
  s->elem = elem;
  s->is_select = false;
  s->success = false;
  s->c = c;
  g->waiting = s;
  g->param = nullptr;
  Enqueue(queue, s);
  CurrentRuntime()->sched().ParkUnlock(LockOf(c), reason);
  KeepAlive(c, elem);
  g->waiting = nullptr;
  g->param = nullptr;
  bool success = s->success;
  ReleaseSudog(s);
  return success;
}

bool ChanSend(hchan* c, const void* elem, bool block) {
  if (c == nullptr) {
    if (!block) return false;
    CurrentRuntime()->sched().Park(nullptr, nullptr, WaitReason::kChanSendNilChan);
    GOL_UNREACHABLE("woken from a nil channel");
  }
  // A look without the lock: not closed and nobody to send to. Stale reads are as good as having
  // come a moment earlier.
  if (!block && !IsClosed(c)) {
    if (c->dataqsiz == 0 ? __atomic_load_n(&c->recvq.first, __ATOMIC_RELAXED) == nullptr
                         : LoadCount(c) == c->dataqsiz) {
      return false;
    }
  }
  Sched& sched = CurrentRuntime()->sched();
  Lock& lock = LockOf(c);
  lock.lock();
  if (c->closed != 0) {
    lock.unlock();
    if (!block && IsOnSystemStack()) return false;
    PanicPlainError("send on closed channel");
  }
  if (sudog* s = Dequeue(&c->recvq)) {
    SendTo(c, s, elem);
    G* g = s->g;
    lock.unlock();
    sched.Ready(g);
    return true;
  }
  if (c->qcount < c->dataqsiz) {
    PushBuf(c, elem);
    lock.unlock();
    return true;
  }
  if (!block) {
    lock.unlock();
    return false;
  }
  if (!Wait(c, &c->sendq, const_cast<void*>(elem), WaitReason::kChanSend)) {
    PanicPlainError("send on closed channel");
  }
  return true;
}

bool ChanRecv(hchan* c, void* elem, bool block, bool* received) {
  if (c == nullptr) {
    if (!block) return false;
    CurrentRuntime()->sched().Park(nullptr, nullptr, WaitReason::kChanReceiveNilChan);
    GOL_UNREACHABLE("woken from a nil channel");
  }
  auto looks_empty = [c] {
    return c->dataqsiz == 0 ? __atomic_load_n(&c->sendq.first, __ATOMIC_RELAXED) == nullptr
                            : LoadCount(c) == 0;
  };
  // Empty first, then not closed: a value sent before close cannot be missed.
  if (!block && looks_empty() && !IsClosed(c)) return false;
  Sched& sched = CurrentRuntime()->sched();
  Lock& lock = LockOf(c);
  lock.lock();
  if (c->closed != 0 && c->qcount == 0) {
    lock.unlock();
    if (elem != nullptr) ClearElem(c, elem);
    *received = false;
    return true;
  }
  if (sudog* s = Dequeue(&c->sendq)) {
    RecvFrom(c, s, elem);
    G* g = s->g;
    lock.unlock();
    sched.Ready(g);
    *received = true;
    return true;
  }
  if (c->qcount > 0) {
    PopBuf(c, elem);
    lock.unlock();
    *received = true;
    return true;
  }
  if (!block) {
    lock.unlock();
    return false;
  }
  *received = Wait(c, &c->recvq, elem, WaitReason::kChanReceive);
  return true;
}

void ChanClose(hchan* c) {
  if (c == nullptr) PanicPlainError("close of nil channel");
  Lock& lock = LockOf(c);
  lock.lock();
  if (c->closed != 0) {
    lock.unlock();
    PanicPlainError("close of closed channel");
  }
  __atomic_store_n(&c->closed, 1u, __ATOMIC_RELEASE);
  GQueue wake;
  while (sudog* s = Dequeue(&c->recvq)) {
    if (s->elem != nullptr) {
      ClearElem(c, s->elem);
      s->elem = nullptr;
    }
    s->success = false;
    s->g->param = s;
    wake.PushBack(s->g);
  }
  while (sudog* s = Dequeue(&c->sendq)) {
    s->elem = nullptr;
    s->success = false;
    s->g->param = s;
    wake.PushBack(s->g);
  }
  lock.unlock();
  Sched& sched = CurrentRuntime()->sched();
  while (G* g = wake.PopFront()) sched.Ready(g);
}

}  // namespace gol::rt

using gol::rt::hchan;

extern "C" {

void* gol_rt_makechan(void* type, int64_t size) {
  return gol::rt::MakeChan(static_cast<gol::rt::ChanType*>(type), size);
}

void gol_rt_chansend1(void* c, void* elem) {
  gol::rt::PollSafepointHere();
  gol::rt::ChanSend(static_cast<hchan*>(c), elem, true);
}

void gol_rt_chanrecv1(void* c, void* elem) {
  gol::rt::PollSafepointHere();
  bool received;
  gol::rt::ChanRecv(static_cast<hchan*>(c), elem, true, &received);
}

bool gol_rt_chanrecv2(void* c, void* elem) {
  gol::rt::PollSafepointHere();
  bool received;
  gol::rt::ChanRecv(static_cast<hchan*>(c), elem, true, &received);
  return received;
}

void gol_rt_closechan(void* c) { gol::rt::ChanClose(static_cast<hchan*>(c)); }

void gol_rt_block() {
  gol::rt::CurrentRuntime()->sched().Park(nullptr, nullptr,
                                          gol::rt::WaitReason::kSelectNoCases);
}
}
