// Finalizers and cleanups: specials of objects.
//
// A special stands in the list of its object's span. While marking, the specials are roots: what
// an object with a finalizer refers to must survive until the finalizer ran, and so must the function
// itself; the object alone is not marked by it. When the sweeper finds the object unmarked, it
// detaches the specials (sweep.cc): a finalizer marks its object once more and is queued with it;
// cleanups are queued without it. A system goroutine empties the queue. Queued entries are native
// roots.
//
// Locks: special_lock_ guards the queue and the list of spans that have specials; the specials of a
// span are guarded by its own lock. A special is only added to a swept span, so a sweep and an
// addition never meet in one span.
#include <algorithm>

#include "runtime/gc/collector.h"
#include "runtime/gc/special.h"
#include "runtime/gc/sweep.h"

namespace gol::rt::gc {
namespace {

// Inserts sp into the list of its span, ascending by slot.
void Insert(mspan* s, Special* sp) {
  Special** link = &s->specials;
  while (*link != nullptr && (*link)->index < sp->index) link = &(*link)->next;
  sp->next = *link;
  *link = sp;
}

}  // namespace

const char* Collector::SetFinalizer(void* obj, void (*call)(void*, void*), void* fn) {
  uintptr_t p = reinterpret_cast<uintptr_t>(obj);
  mspan* s = h_.SpanOf(p);
  if (s == nullptr || p < s->start_addr || p >= s->limit) {
    return "runtime.SetFinalizer: pointer not in heap";
  }
  uint32_t index = s->ObjIndex(p);
  const char* error = nullptr;
  Special* removed = nullptr;
  world_.OnSystemStack([&] {
    EnsureSwept(h_, s);
    uintptr_t first = s->ObjBase(index) + (s->has_header() ? kMallocHeaderSize : 0);
    bool is_tiny = s->spanclass.noscan() && s->elemsize == kTinySize;
    if (p != first && !is_tiny) {
      error = "runtime.SetFinalizer: pointer not at beginning of allocated block";
      return;
    }
    bool was_empty;
    {
      std::lock_guard<SpinLock> guard(s->special_lock);
      was_empty = s->specials == nullptr;
      Special** link = &s->specials;
      // Tiny objects that share a slot have a finalizer each; they run when all are dead.
      while (*link != nullptr &&
             !((*link)->index == index && (*link)->kind == SpecialKind::kFinalizer &&
               (*link)->object == p)) {
        link = &(*link)->next;
      }
      if (fn == nullptr) {
        removed = *link;
        if (removed != nullptr) *link = removed->next;
        return;
      }
      if (*link != nullptr) {
        error = "runtime.SetFinalizer: finalizer already set";
        return;
      }
      Insert(s, new Special{nullptr, index, SpecialKind::kFinalizer, 0, p, call, fn});
    }
    if (was_empty) {
      std::lock_guard<std::mutex> guard(special_lock_);
      special_spans_.insert(s);
    }
    if (is_marking()) {
      // The specials may have been scanned already.
      mcache* c = CurrentMcache();
      if (!s->spanclass.noscan()) ScanObject(s->ObjBase(index), c->gcw);
      GreyPointer(reinterpret_cast<uintptr_t>(fn), c->gcw);
    }
  });
  delete removed;
  return error;
}

void Collector::AddSpecial(mspan* s, Special* sp) {
  bool was_empty;
  {
    std::lock_guard<SpinLock> guard(s->special_lock);
    was_empty = s->specials == nullptr;
    Insert(s, sp);
  }
  if (was_empty) {
    std::lock_guard<std::mutex> guard(special_lock_);
    special_spans_.insert(s);
  }
}

uint64_t Collector::AddCleanup(void* obj, void (*call)(void*, void*), void* fn) {
  uintptr_t p = reinterpret_cast<uintptr_t>(obj);
  mspan* s = h_.SpanOf(p);
  GOL_CHECK(s != nullptr);
  uint32_t index = s->ObjIndex(p);
  uint64_t id;
  world_.OnSystemStack([&] {
    EnsureSwept(h_, s);
    {
      std::lock_guard<std::mutex> guard(special_lock_);
      id = next_cleanup_id_++;
    }
    AddSpecial(s, new Special{nullptr, index, SpecialKind::kCleanup, id, p, call, fn});
    if (is_marking()) GreyPointer(reinterpret_cast<uintptr_t>(fn), CurrentMcache()->gcw);
  });
  return id;
}

void Collector::StopCleanup(void* obj, uint64_t id) {
  mspan* s = h_.SpanOf(reinterpret_cast<uintptr_t>(obj));
  if (s == nullptr) return;
  Special* removed = nullptr;
  world_.OnSystemStack([&] {
    EnsureSwept(h_, s);
    std::lock_guard<SpinLock> guard(s->special_lock);
    for (Special** link = &s->specials; *link != nullptr; link = &(*link)->next) {
      if ((*link)->kind == SpecialKind::kCleanup && (*link)->id == id) {
        removed = *link;
        *link = removed->next;
        break;
      }
    }
  });
  delete removed;
}

bool Collector::has_finalizers() {
  std::lock_guard<std::mutex> guard(special_lock_);
  return fin_running_;
}

void Collector::ForgetSpecialSpan(mspan* s) {
  std::lock_guard<std::mutex> guard(special_lock_);
  special_spans_.erase(s);
}

void Collector::QueueFinalizer(Special* sp) {
  {
    std::lock_guard<std::mutex> guard(special_lock_);
    fin_queue_.push_back(sp);
    num_queued_[sp->kind == SpecialKind::kCleanup]++;
    if (fin_running_) return;
    fin_running_ = true;
  }
  world_.RunOnGoroutine(
      [](void* self) {
        auto* gc = static_cast<Collector*>(self);
        for (;;) {
          Special* sp;
          {
            std::lock_guard<std::mutex> guard(gc->special_lock_);
            if (gc->fin_queue_.empty()) {
              gc->fin_running_ = false;
              return;
            }
            sp = gc->fin_queue_.front();
            gc->fin_queue_.pop_front();
            gc->num_run_[sp->kind == SpecialKind::kCleanup]++;
          }
          // From a native root onto this stack, which may be black.
          void* obj = sp->kind == SpecialKind::kFinalizer ? reinterpret_cast<void*>(sp->object)
                                                          : nullptr;
          void* fn = sp->fn;
          gc->Shade(obj);
          gc->Shade(fn);
          auto* call = sp->call;
          delete sp;
          call(fn, obj);
        }
      },
      this);
}

void Collector::FreeSpecials() {
  for (mspan* s : special_spans_) {
    while (Special* sp = s->specials) {
      s->specials = sp->next;
      delete sp;
    }
  }
  for (Special* sp : fin_queue_) delete sp;
}

}  // namespace gol::rt::gc
