// select: waits on several channel operations, performs one of those that can go ahead, chosen
// with equal chance.
//
// Two orders of the cases: a random one, in which they are tried (fairness), and the order of the channels'
// addresses, in which the locks are taken (no deadlock). With all locks held:
//   1. try each case in random order; the first that can go ahead does
//   2. none: without block return; else enqueue a sudog on every channel and park. The park function
//      releases the locks.
//   3. woken: G::param is the sudog that fired (its value is already moved); take the others out
// A waker claims the goroutine by setting select_done, so only one of them moves a value.
//
// Source of the design: Go, runtime/select.go.
#include <algorithm>
#include <cstdlib>

#include "base/check.h"
#include "runtime/abi/entry_points.h"
#include "runtime/chan/chan_internal.h"
#include "runtime/panic.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"

namespace gol::rt {

using namespace entry;
namespace {

// Cases whose order arrays fit on the stack; more are rare.
constexpr int64_t kInlineCases = 64;

void LockAll(const scase* cases, const uint16_t* lock_order, int64_t n) {
  hchan* last = nullptr;
  for (int64_t i = 0; i < n; i++) {
    hchan* c = cases[lock_order[i]].c;
    if (c != last) LockOf(c).lock();
    last = c;
  }
}

void UnlockAll(const scase* cases, const uint16_t* lock_order, int64_t n) {
  // Backwards, each channel once.
  for (int64_t i = n - 1; i >= 0; i--) {
    hchan* c = cases[lock_order[i]].c;
    if (i > 0 && cases[lock_order[i - 1]].c == c) continue;
    LockOf(c).unlock();
  }
}

// Park function: G::waiting lists the sudogs in lock order. A sudog must not be touched once its
// channel is unlocked and no later one of the same channel follows.
bool UnlockWaiting(G* g, void*) {
  hchan* last = nullptr;
  for (sudog* s = g->waiting; s != nullptr; s = s->waitlink) {
    if (s->c != last && last != nullptr) LockOf(last).unlock();
    last = s->c;
  }
  if (last != nullptr) LockOf(last).unlock();
  return true;
}

void HeapDown(const scase* cases, uint16_t* order, int64_t n, int64_t i) {
  auto key = [&](uint16_t k) { return reinterpret_cast<uintptr_t>(cases[k].c); };
  uint16_t x = order[i];
  for (;;) {
    int64_t child = 2 * i + 1;
    if (child >= n) break;
    if (child + 1 < n && key(order[child]) < key(order[child + 1])) child++;
    if (key(x) >= key(order[child])) break;
    order[i] = order[child];
    i = child;
  }
  order[i] = x;
}

// By address of the channel. In place: this runs on the goroutine's stack.
void SortByChannel(const scase* cases, uint16_t* order, int64_t n) {
  for (int64_t i = n / 2 - 1; i >= 0; i--) HeapDown(cases, order, n, i);
  for (int64_t end = n - 1; end > 0; end--) {
    std::swap(order[0], order[end]);
    HeapDown(cases, order, end, 0);
  }
}

TwoWords Result(int64_t index, bool received) {
  return {static_cast<uint64_t>(index), received ? uint64_t{1} : 0};
}

TwoWords SelectGo(scase* cases, int64_t nsends, int64_t ncases, bool block, uint16_t* poll_order,
                  uint16_t* lock_order) {
  Sched& sched = CurrentRuntime()->sched();
  G* g = CurrentG();
  uint32_t* random = CurrentM()->is_seeded ? CurrentP()->rand_state : CurrentM()->rand_state;

  // Nil channels never go ahead; the others in random order (Fisher and Yates, inside out).
  int64_t n = 0;
  for (int64_t i = 0; i < ncases; i++) {
    if (cases[i].c == nullptr) continue;
    uint64_t j = (static_cast<uint64_t>(NextRandom(random)) * static_cast<uint64_t>(n + 1)) >> 32;
    poll_order[n] = poll_order[j];
    poll_order[j] = static_cast<uint16_t>(i);
    n++;
  }
  if (n == 0) {
    if (!block) return Result(-1, false);
    sched.Park(nullptr, nullptr, WaitReason::kSelectNoCases);
    GOL_UNREACHABLE("woken from a select without channels");
  }
  std::copy(poll_order, poll_order + n, lock_order);
  SortByChannel(cases, lock_order, n);
  LockAll(cases, lock_order, n);

  // 1. Is there one that can go ahead?
  for (int64_t i = 0; i < n; i++) {
    uint16_t index = poll_order[i];
    scase& k = cases[index];
    hchan* c = k.c;
    if (index >= nsends) {
      if (sudog* s = Dequeue(&c->sendq)) {
        RecvFrom(c, s, k.elem);
        G* other = s->g;
        UnlockAll(cases, lock_order, n);
        sched.Ready(other);
        return Result(index, true);
      }
      if (c->qcount > 0) {
        PopBuf(c, k.elem);
        UnlockAll(cases, lock_order, n);
        return Result(index, true);
      }
      if (c->closed != 0) {
        UnlockAll(cases, lock_order, n);
        if (k.elem != nullptr) gol_rt_typedmemclr(const_cast<Type*>(c->elemtype), k.elem);
        return Result(index, false);
      }
    } else {
      if (c->closed != 0) {
        UnlockAll(cases, lock_order, n);
        return Result(-2, false);
      }
      if (sudog* s = Dequeue(&c->recvq)) {
        SendTo(c, s, k.elem);
        G* other = s->g;
        UnlockAll(cases, lock_order, n);
        sched.Ready(other);
        return Result(index, false);
      }
      if (c->qcount < c->dataqsiz) {
        PushBuf(c, k.elem);
        UnlockAll(cases, lock_order, n);
        return Result(index, false);
      }
    }
  }
  if (!block) {
    UnlockAll(cases, lock_order, n);
    return Result(-1, false);
  }

  // 2. Wait on all of them.
  sudog** tail = &g->waiting;
  for (int64_t i = 0; i < n; i++) {
    uint16_t index = lock_order[i];
    sudog* s = AcquireSudog();
    s->g = g;
    s->is_select = true;
    s->success = false;
    s->elem = cases[index].elem;
    s->c = cases[index].c;
    s->case_index = index;
    s->waitlink = nullptr;
    *tail = s;
    tail = &s->waitlink;
    Enqueue(index < nsends ? &s->c->sendq : &s->c->recvq, s);
  }
  g->param = nullptr;
  g->select_done.store(0, std::memory_order_relaxed);
  sched.Park(&UnlockWaiting, nullptr, WaitReason::kSelect);
  KeepAlive(cases);

  // 3. One fired.
  LockAll(cases, lock_order, n);
  sudog* fired = static_cast<sudog*>(g->param);
  g->param = nullptr;
  GOL_CHECK(fired != nullptr);
  int64_t index = fired->case_index;
  bool success = fired->success;
  sudog* s = g->waiting;
  g->waiting = nullptr;
  while (s != nullptr) {
    sudog* next = s->waitlink;
    if (s != fired) DequeueSudog(s->case_index < nsends ? &s->c->sendq : &s->c->recvq, s);
    ReleaseSudog(s);
    s = next;
  }
  UnlockAll(cases, lock_order, n);
  if (index < nsends && !success) return Result(-2, false);
  return Result(index, index >= nsends && success);
}

}  // namespace
}  // namespace gol::rt

extern "C" gol::rt::TwoWords gol_rt_selectgo(void* cases, int64_t nsends, int64_t nrecvs,
                                             bool block) {
  using namespace gol::rt;
  PollSafepointHere();
  int64_t n = nsends + nrecvs;
  TwoWords r;
  if (n <= kInlineCases) {
    uint16_t orders[2 * kInlineCases];
    r = SelectGo(static_cast<scase*>(cases), nsends, n, block, orders, orders + kInlineCases);
  } else {
    uint16_t* orders = static_cast<uint16_t*>(std::malloc(static_cast<size_t>(4 * n)));
    r = SelectGo(static_cast<scase*>(cases), nsends, n, block, orders, orders + n);
    std::free(orders);
  }
  // Its call has been ended meanwhile: sched/park.cc.
  if (CurrentG()->is_condemned.load(std::memory_order_relaxed)) [[unlikely]] {
    CurrentRuntime()->sched().GoExit0();
  }
  if (static_cast<int64_t>(r.a) == -2) PanicPlainError("send on closed channel");
  return r;
}
