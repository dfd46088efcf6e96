// Grey objects: buffers and their lists. See cycle.cc for the overview.
#include "runtime/gc/work.h"

#include <chrono>
#include <utility>

#include "base/check.h"
#include "runtime/mem/os_mem.h"

namespace gol::rt::gc {

WorkLists::~WorkLists() {
  for (void* chunk : chunks_) os::Free(chunk, kChunkBytes);
}

workbuf* WorkLists::GetEmpty() {
  std::lock_guard<std::mutex> guard(lock_);
  if (empty_ == nullptr) {
    char* chunk = static_cast<char*>(os::AllocZeroed(kChunkBytes));
    chunks_.push_back(chunk);
    nchunks_.fetch_add(1, std::memory_order_relaxed);
    for (size_t at = 0; at + workbuf::kBytes <= kChunkBytes; at += workbuf::kBytes) {
      auto* b = reinterpret_cast<workbuf*>(chunk + at);
      b->next = empty_;
      empty_ = b;
    }
  }
  workbuf* b = empty_;
  empty_ = b->next;
  b->next = nullptr;
  b->nobj = 0;
  return b;
}

void WorkLists::PutEmpty(workbuf* b) {
  GOL_DCHECK(b->nobj == 0);
  std::lock_guard<std::mutex> guard(lock_);
  b->next = empty_;
  empty_ = b;
}

void WorkLists::PutFull(workbuf* b) {
  GOL_DCHECK(b->nobj != 0);
  std::lock_guard<std::mutex> guard(lock_);
  b->next = full_;
  full_ = b;
  // Pairs with has_full: who sees the count may look at the list.
  const uint64_t before = nfull_.fetch_add(1, std::memory_order_release);
  if (waiting_ > 0 && before + 1 >= kWorthWaking) cv_.notify_one();
}

workbuf* WorkLists::TryGetFull() {
  if (!has_full()) return nullptr;
  std::lock_guard<std::mutex> guard(lock_);
  workbuf* b = full_;
  if (b == nullptr) return nullptr;
  full_ = b->next;
  b->next = nullptr;
  nfull_.fetch_sub(1, std::memory_order_relaxed);
  return b;
}

void WorkLists::Wait(int64_t timeout_ns) {
  std::unique_lock<std::mutex> guard(lock_);
  if (nfull_.load(std::memory_order_relaxed) >= kWorthWaking) return;
  const uint64_t seen = pokes_;
  ++waiting_;
  cv_.wait_for(guard, std::chrono::nanoseconds(timeout_ns), [&] {
    return nfull_.load(std::memory_order_relaxed) >= kWorthWaking || pokes_ != seen;
  });
  --waiting_;
}

void WorkLists::Pause(int64_t timeout_ns) {
  std::unique_lock<std::mutex> guard(lock_);
  const uint64_t seen = pokes_;
  poke_cv_.wait_for(guard, std::chrono::nanoseconds(timeout_ns), [&] { return pokes_ != seen; });
}

void WorkLists::Poke() {
  std::lock_guard<std::mutex> guard(lock_);
  ++pokes_;
  cv_.notify_all();
  poke_cv_.notify_all();
}

void GcWork::Init(WorkLists& lists) {
  wbuf1_ = lists.GetEmpty();
  wbuf2_ = lists.TryGetFull();
  if (wbuf2_ == nullptr) wbuf2_ = lists.GetEmpty();
}

void GcWork::MakeRoom(WorkLists& lists) {
  if (wbuf1_ == nullptr) {
    wbuf1_ = lists.GetEmpty();
    wbuf2_ = lists.GetEmpty();
    return;
  }
  std::swap(wbuf1_, wbuf2_);
  if (wbuf1_->nobj == workbuf::kCapacity) {
    lists.PutFull(wbuf1_);
    wbuf1_ = lists.GetEmpty();
  }
}

uintptr_t GcWork::TryGet(WorkLists& lists) {
  if (wbuf1_ == nullptr) Init(lists);
  uintptr_t obj = TryGetFast();
  if (obj != 0) return obj;
  workbuf* b = lists.TryGetFull();
  if (b == nullptr) return 0;
  lists.PutEmpty(wbuf1_);
  wbuf1_ = b;
  return b->obj[--b->nobj];
}

void GcWork::Balance(WorkLists& lists) {
  if (wbuf1_ == nullptr || lists.has_full()) return;
  if (wbuf2_->nobj != 0) {
    lists.PutFull(wbuf2_);
    wbuf2_ = lists.GetEmpty();
    return;
  }
  // Below this many objects sharing costs more than it helps.
  constexpr uint64_t kWorthSharing = 8;
  if (wbuf1_->nobj < kWorthSharing) return;
  workbuf* half = lists.GetEmpty();
  uint64_t n = wbuf1_->nobj / 2;
  wbuf1_->nobj -= n;
  for (uint64_t i = 0; i < n; ++i) half->obj[i] = wbuf1_->obj[wbuf1_->nobj + i];
  half->nobj = n;
  lists.PutFull(half);
}

bool GcWork::Dispose(WorkLists& lists) {
  bool had_work = false;
  for (workbuf** slot : {&wbuf1_, &wbuf2_}) {
    workbuf* b = *slot;
    if (b == nullptr) continue;
    *slot = nullptr;
    if (b->nobj != 0) {
      had_work = true;
      lists.PutFull(b);
    } else {
      lists.PutEmpty(b);
    }
  }
  return had_work;
}

}  // namespace gol::rt::gc
