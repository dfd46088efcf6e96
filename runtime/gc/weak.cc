// Weak pointers.
//
// A weak pointer holds a handle: an object of one word without pointers, in which the address stands, so
// that the collector does not follow it. One address has one handle while its object lives: a special of
// the object's span holds it, and is a root for it. When the sweeper finds the object unmarked, it
// empties the handle, also when a finalizer revives the object.
//
// Reading a handle must not return an object that the sweep under way is about to free: the object's
// span is swept first, then the handle is read again: when another thread frees the span, it has
// emptied the handle before. While marking, the object read is shaded, as it was
// perhaps not reachable when marking began. Neither step reaches a safepoint, so that no cycle ends in
// between.
#include <atomic>
#include <thread>

#include "runtime/gc/collector.h"
#include "runtime/gc/special.h"
#include "runtime/gc/sweep.h"

namespace gol::rt::gc {
namespace {

std::atomic_ref<uintptr_t> Address(void* handle) {
  return std::atomic_ref<uintptr_t>(*static_cast<uintptr_t*>(handle));
}

}  // namespace

void ClearWeak(Special* sp) {
  // Pairs with the second load in WeakValue, through the span's sweepgen.
  Address(sp->fn).store(0, std::memory_order_release);
  delete sp;
}

void* Collector::WeakHandle(void* obj, void* handle) {
  uintptr_t p = reinterpret_cast<uintptr_t>(obj);
  mspan* s = h_.SpanOf(p);
  if (s == nullptr || p < s->start_addr || p >= s->limit) return nullptr;
  uint32_t index = s->ObjIndex(p);
  world_.OnSystemStack([&] {
    EnsureSwept(h_, s);
    bool was_empty;
    {
      std::lock_guard<SpinLock> guard(s->special_lock);
      was_empty = s->specials == nullptr;
      Special** link = &s->specials;
      while (*link != nullptr && (*link)->index < index) link = &(*link)->next;
      for (Special* at = *link; at != nullptr && at->index == index; at = at->next) {
        if (at->kind == SpecialKind::kWeak && at->object == p) {
          handle = at->fn;
          return;
        }
      }
      Address(handle).store(p, std::memory_order_release);
      *link = new Special{*link, index, SpecialKind::kWeak, 0, p, nullptr, handle};
    }
    if (was_empty) {
      std::lock_guard<std::mutex> guard(special_lock_);
      special_spans_.insert(s);
    }
    // The specials may have been scanned already.
    if (is_marking()) GreyPointer(reinterpret_cast<uintptr_t>(handle), CurrentMcache()->gcw);
  });
  // From a native root onto the caller's stack.
  Shade(handle);
  return handle;
}

void* Collector::WeakValue(void* handle) {
  for (;;) {
    uintptr_t p = Address(handle).load(std::memory_order_acquire);
    if (p == 0) return nullptr;
    if (p - h_.base >= h_.reserved_bytes) return reinterpret_cast<void*>(p);
    // The span may be freed now; then the handle is empty already.
    mspan* s = h_.SpanOf(p);
    bool is_swept = false;
    if (s != nullptr) world_.OnSystemStack([&] { is_swept = TrySweep(h_, s); });
    if (is_swept && Address(handle).load(std::memory_order_acquire) == p) {
      Shade(reinterpret_cast<void*>(p));
      return reinterpret_cast<void*>(p);
    }
    std::this_thread::yield();
  }
}

}  // namespace gol::rt::gc
