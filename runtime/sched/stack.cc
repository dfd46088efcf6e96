// Goroutine stacks.
//
// Problem: 100,000 parked goroutines must be cheap, recursion must reach Go's 1 GB, frames of C++ and of
// compiled code share a stack, and nothing may be moved, since frames hold addresses of each other.
//
// A Runtime reserves one range of addresses. Segments are carved from it in size classes that differ by a
// factor of four. Only touched pages are backed: a parked goroutine costs its G and the top page
// of its first segment. A StackSegment record stands at the top of each segment, on the page that is
// touched anyway.
//
// A goroutine starts on one segment (64 KiB of addresses), which it gets when it first runs. When a prologue finds too little room,
// __morestack (morestack_x86_64.S) chains a segment at least four times as large and runs the
// function there; when it returns, the old one is current again. The new one stays
// linked as `next`, so that a loop which calls across the border ("hot split") costs some
// tens of nanoseconds per crossing and no allocation; it is freed with the goroutine, and by
// TrimStack when the goroutine is found below it during a collection. Since sizes grow by a
// factor of four, a deep recursion crosses a border a few times only.
//
// Below each limit kStackGuard bytes are free for C++ functions, which have no check. There are
// no guard pages: at 100,000 goroutines the kernel's limit on mappings forbids them.
//
// Free segments are kept in lists per class, dirty ones (pages backed) first; ReleaseIdle gives
// pages back. Large segments give their pages back when they are freed.
//
// Alternatives not taken: contiguous stacks that are copied (needs exact maps of every frame,
// C++ frames included); one large reservation per goroutine (page tables for deep stacks never shrink, and
// 1 GB times 100,000 exceeds the address space).
#include "runtime/sched/stack.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/check.h"
#include "runtime/abi/tls.h"
#include "runtime/runtime.h"
#include "runtime/sched/asm_offsets.h"
#include "runtime/sched/fiber.h"
#include "runtime/sched/g.h"
#include "runtime/sched/m.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/stack_grow.h"

namespace gol::rt {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winvalid-offsetof"
static_assert(offsetof(G, stack_limit) == GOL_G_STACK_LIMIT);
static_assert(offsetof(G, seg) == GOL_G_SEG);
static_assert(offsetof(G, sp) == GOL_G_SP);
static_assert(offsetof(G, fp) == GOL_G_FP);
static_assert(offsetof(G, pc) == GOL_G_PC);
#pragma clang diagnostic pop
static_assert(offsetof(M, g0_sp) == GOL_M_G0_SP);
static_assert(offsetof(M, curg) == GOL_M_CURG);
static_assert(offsetof(M, on_system_stack) == GOL_M_ON_SYSTEM_STACK);
static_assert(offsetof(StackSegment, limit) == GOL_SEG_LIMIT);
static_assert(offsetof(StackSegment, prev) == GOL_SEG_PREV);
static_assert(kTlsStackLimit == GOL_TLS_STACK_LIMIT && kTlsG == GOL_TLS_G && kTlsM == GOL_TLS_M);
static_assert(static_cast<uint64_t>(int64_t{GOL_STACK_PREEMPT}) == kStackPreempt);

namespace {

// Address space to reserve; halved until the system grants it. 1 TiB: 16 million goroutines.
#if defined(GOL_ASAN) || defined(GOL_TSAN)
constexpr uint64_t kReserveBytes = uint64_t{64} << 30;
#else
constexpr uint64_t kReserveBytes = uint64_t{1} << 40;
#endif
constexpr uint64_t kReserveMinBytes = uint64_t{1} << 30;
// The reservation becomes accessible in steps of this size.
constexpr uint64_t kCommitStep = 64 << 20;
// Segments of this class and above give their pages back when freed.
constexpr uint32_t kReleaseClass = 2;

uint64_t ClassBytes(int size_class) { return kStackMin << (2 * size_class); }

}  // namespace

StackPool::StackPool() {
  for (uint64_t bytes = kReserveBytes; bytes >= kReserveMinBytes; bytes /= 2) {
    void* p = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p != MAP_FAILED) {
      base_ = reinterpret_cast<uint64_t>(p);
      reserved_bytes_ = bytes;
      madvise(p, bytes, MADV_NOHUGEPAGE);
      return;
    }
  }
  Throw("cannot reserve address space for stacks");
}

StackPool::~StackPool() { munmap(reinterpret_cast<void*>(base_), reserved_bytes_); }

char* StackPool::Carve(uint64_t bytes) {
  LockGuard guard(carve_lock_);
  if (carved_bytes_ + bytes > reserved_bytes_) return nullptr;
  uint64_t end = carved_bytes_ + bytes;
  if (end > committed_bytes_) {
    uint64_t grow = end - committed_bytes_;
    grow = (grow + kCommitStep - 1) / kCommitStep * kCommitStep;
    if (committed_bytes_ + grow > reserved_bytes_) grow = reserved_bytes_ - committed_bytes_;
    if (mprotect(reinterpret_cast<void*>(base_ + committed_bytes_), grow,
                 PROT_READ | PROT_WRITE) != 0) {
      return nullptr;
    }
    committed_bytes_ += grow;
  }
  char* p = reinterpret_cast<char*>(base_ + carved_bytes_);
  carved_bytes_ = end;
  return p;
}

StackSegment* StackPool::Allocate(int size_class) {
  GOL_DCHECK(size_class >= 0 && size_class < kStackClasses);
  FreeList& list = free_[size_class];
  StackSegment* seg = nullptr;
  char* p = nullptr;
  {
    LockGuard guard(list.lock);
    if (list.dirty != nullptr) {
      seg = list.dirty;
      list.dirty = seg->next;
      list.ndirty--;
      list.low = std::min(list.low, list.ndirty);
    } else if (!list.clean.empty()) {
      p = list.clean.back();
      list.clean.pop_back();
    }
  }
  uint64_t bytes = ClassBytes(size_class);
  if (seg == nullptr) {
    if (p == nullptr) p = Carve(bytes);
    if (p == nullptr) return nullptr;
    seg = reinterpret_cast<StackSegment*>(p + bytes - AlignUp(sizeof(StackSegment), 64));
    seg->lo = p;
    seg->hi = reinterpret_cast<char*>(seg);
    seg->limit = reinterpret_cast<uint64_t>(p) + kStackGuard;
    seg->size_class = static_cast<uint32_t>(size_class);
    seg->reserved = 0;
  }
  seg->prev = nullptr;
  seg->next = nullptr;
  seg->prev_sp = 0;
  seg->total_bytes = bytes;
  in_use_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (size_class > 0) {
    grown_bytes_.fetch_add(ClassBytes(size_class - 1), std::memory_order_relaxed);
  }
  fiber::ForgetStack(seg->lo, seg->hi);
  return seg;
}

void StackPool::Free(StackSegment* seg) {
  in_use_bytes_.fetch_sub(ClassBytes(static_cast<int>(seg->size_class)),
                          std::memory_order_relaxed);
  if (seg->size_class > 0) {
    grown_bytes_.fetch_sub(ClassBytes(static_cast<int>(seg->size_class) - 1),
                           std::memory_order_relaxed);
  }
  FreeList& list = free_[seg->size_class];
  if (seg->size_class >= kReleaseClass) {
    MakeClean(list, seg);
    return;
  }
  LockGuard guard(list.lock);
  seg->next = list.dirty;
  list.dirty = seg;
  list.ndirty++;
}

void StackPool::MakeClean(FreeList& list, StackSegment* seg) {
  fiber::ForgetStack(seg->lo, seg->hi);
  char* lo = seg->lo;
  madvise(lo, ClassBytes(static_cast<int>(seg->size_class)), MADV_DONTNEED);
  LockGuard guard(list.lock);
  list.clean.push_back(lo);
}

uint64_t StackPool::Release(FreeList& list, uint64_t max) {
  uint64_t released = 0;
  for (uint64_t i = 0; i < max; i++) {
    StackSegment* seg;
    {
      LockGuard guard(list.lock);
      seg = list.dirty;
      if (seg == nullptr) break;
      list.dirty = seg->next;
      list.ndirty--;
    }
    released += ClassBytes(static_cast<int>(seg->size_class));
    MakeClean(list, seg);
  }
  return released;
}

uint64_t StackPool::ReleaseIdle() {
  uint64_t released = 0;
  for (FreeList& list : free_) released += Release(list, UINT64_MAX);
  return released;
}

void StackPool::ReleaseUnneeded() {
  // Each costs a system call, and the caller is sysmon.
  constexpr uint64_t kMax = 32768;
  for (FreeList& list : free_) {
    uint64_t n;
    {
      LockGuard guard(list.lock);
      n = std::min(list.low, kMax);
    }
    Release(list, n);
    LockGuard guard(list.lock);
    list.low = list.ndirty;
  }
}

void FreeSegmentsAbove(StackPool& pool, StackSegment* seg) {
  StackSegment* next = seg->next;
  seg->next = nullptr;
  while (next != nullptr) {
    StackSegment* after = next->next;
    pool.Free(next);
    next = after;
  }
}

void CutStack(G* g, uint64_t sp) {
  StackSegment* seg = g->seg;
  while (!(sp >= reinterpret_cast<uint64_t>(seg->lo) && sp <= reinterpret_cast<uint64_t>(seg->hi))) {
    seg = seg->prev;
    GOL_CHECK(seg != nullptr);
  }
  fiber::ForgetStack(seg->lo, reinterpret_cast<char*>(sp));
  for (StackSegment* s = seg->next; s != nullptr; s = s->next) fiber::ForgetStack(s->lo, s->hi);
  g->seg = seg;
  g->stack_limit = seg->limit;
  if (TlsLoad<uint64_t>(kTlsStackLimit) != kStackPreempt) {
    TlsStore<uint64_t>(kTlsStackLimit, seg->limit);
  }
}

// Makes room for a frame of frame_bytes with arg_bytes of stack arguments, which lie at `args`:
// the next segment becomes current. Returns the stack pointer to call the function with.
static uint64_t GrowStack(G* g, uint64_t frame_bytes, uint64_t arg_bytes, const char* args,
                          uint64_t old_sp) {
  Runtime& rt = *g->rt;
  StackPool& pool = rt.sched().stacks();
  const uint64_t max = rt.tunables().max_stack_bytes.load(std::memory_order_relaxed);
  StackSegment* seg = g->seg;
  uint64_t need = frame_bytes + arg_bytes + kStackGuard + 4096;
  StackSegment* next = seg->next;
  if (next == nullptr || ClassBytes(static_cast<int>(next->size_class)) < need) {
    if (next != nullptr) FreeSegmentsAbove(pool, seg);
    int size_class = static_cast<int>(seg->size_class) + 1;
    // Beyond 64 MiB larger steps would only waste addresses.
    while (size_class > 1 && ClassBytes(size_class) > (uint64_t{256} << 20)) size_class--;
    while (size_class < kStackClasses - 1 && ClassBytes(size_class) < need) size_class++;
    // The limit counts what is used, not what the last segment reserves.
    uint64_t used = seg->total_bytes;
    if (used >= max || ClassBytes(size_class) < need) {
      StackOverflow(g);
    }
    next = pool.Allocate(size_class);
    if (next == nullptr) StackOverflow(g);
    // Linked first: it is freed with the goroutine.
    seg->next = next;
    next->prev = seg;
    next->total_bytes = seg->total_bytes + ClassBytes(size_class);
    if (rt.sched().StacksExceedLimit()) EndByLimit(Outcome::kMemory, "out of memory");
  }
  next->prev_sp = old_sp;
  g->seg = next;
  // The last segment ends where the limit of the whole stack is reached.
  if (next->total_bytes > max) {
    uint64_t excess = next->total_bytes - max;
    uint64_t size = ClassBytes(static_cast<int>(next->size_class));
    if (excess < size - need) next->limit = reinterpret_cast<uint64_t>(next->lo) + kStackGuard + excess;
  } else {
    next->limit = reinterpret_cast<uint64_t>(next->lo) + kStackGuard;
  }
  g->stack_limit = next->limit;
  if (TlsLoad<uint64_t>(kTlsStackLimit) != kStackPreempt) {
    TlsStore<uint64_t>(kTlsStackLimit, next->limit);
  }
  uint64_t sp = reinterpret_cast<uint64_t>(next->hi) - AlignUp(arg_bytes, 16);
  // At the `call` of the body the stack is aligned to 16, with the arguments just above.
  std::memcpy(reinterpret_cast<void*>(sp), args, arg_bytes);
  return sp;
}

}  // namespace gol::rt

// Called by __morestack with its frame: [frame+8] return address into the prologue, [frame+16]
// return address of the function, then its stack arguments. Returns the stack pointer on a new segment, or 0: go on
// where you are.
extern "C" uint64_t gol_rt_morestack_slow(uint64_t frame_bytes, uint64_t arg_bytes, char* frame) {
  using namespace gol::rt;
  G* g = CurrentG();
  if (g == nullptr && CurrentM() == nullptr) {
    // A function that needs no goroutine, on a host's thread; somebody asked for a safepoint of a
    // call that is over (host_call.cc).
    TlsStore<uint64_t>(kTlsStackLimit, 0);
    return 0;
  }
  if (g == nullptr || CurrentM()->on_system_stack) {
    Throw("compiled code called on a system stack");
  }
  if (TlsLoad<uint64_t>(kTlsStackLimit) == kStackPreempt) {
    Safepoint();
    g = CurrentG();
  }
  uint64_t sp = reinterpret_cast<uint64_t>(frame) + 16;
  if (sp - frame_bytes > g->stack_limit) return 0;
  return GrowStack(g, frame_bytes, arg_bytes, frame + 24, reinterpret_cast<uint64_t>(frame) - 256);
}
