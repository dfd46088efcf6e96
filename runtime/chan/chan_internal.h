// What chan.cc and select.cc share.
#pragma once

#include "runtime/chan/sudog.h"
#include "runtime/sched/lock.h"
#include "runtime/sched/sched.h"

namespace gol::rt {

static_assert(sizeof(Lock) <= sizeof(hchan::lock));
inline Lock& LockOf(hchan* c) { return *reinterpret_cast<Lock*>(&c->lock); }

inline char* SlotOf(hchan* c, uint64_t i) {
  return static_cast<char*>(c->buf) + i * c->elemsize;
}

void Enqueue(waitq* q, sudog* s);
// The first waiter that can be woken, or null; a select that another case won is passed over.
sudog* Dequeue(waitq* q);
// Takes s out, wherever it stands (it may be out already).
void DequeueSudog(waitq* q, sudog* s);

// All of these: c's lock is held. None wakes: the caller readies s->g after unlocking.
// Gives *elem to the waiting receiver s.
void SendTo(hchan* c, sudog* s, const void* elem);
// Takes a value from the waiting sender s: into *elem, or through the full buffer.
void RecvFrom(hchan* c, sudog* s, void* elem);
void PushBuf(hchan* c, const void* elem);
void PopBuf(hchan* c, void* elem);

// Keeps the values alive (in the frame, where the collector looks) up to here.
template <typename... T>
inline void KeepAlive(T... values) {
  ([](auto v) { asm volatile("" ::"r"(v) : "memory"); }(values), ...);
}

}  // namespace gol::rt
