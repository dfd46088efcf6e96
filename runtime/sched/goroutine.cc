// Making and ending goroutines; the list of all Gs. See proc.cc for the overview.
//
// Gs are never freed before the scheduler is: a dead one waits on its P's list or on the global one. So a
// G* seen in a queue or in the list of all Gs can always be read.
//
// A goroutine gets its first segment when it first runs, from its P's cache: one that waits for its turn
// costs its G, and the segments that are in use stay in the processor's cache. Goroutines that are made faster than they run
// (a fan-out) mostly need as many stacks as run at once.
#include <algorithm>
#include <cstring>
#include <new>

#include "base/check.h"
#include "runtime/abi/entry_points.h"
#include "runtime/mem/mheap.h"
#include "runtime/panic_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/fiber.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/tracing/tracer.h"
#include "runtime/sched/stack_grow.h"

namespace gol::rt {
namespace {

// Dead Gs a P keeps before it gives half of them to the global list.
constexpr int32_t kGfreeMax = 64;
// Segments of the smallest class that a P keeps before it gives half of them back.
constexpr int32_t kSegmentsMax = 64;
// What a goroutine takes at least: its G and a page of stack.
constexpr uint64_t kGoroutineBytes = 4096 + sizeof(G);
// Goroutine ids a P takes at a time.
constexpr uint64_t kGoidBatch = 16;

}  // namespace

uint64_t Sched::g_count() const { return impl_->allgs_len.load(std::memory_order_acquire); }

G* Sched::g_at(uint64_t index) const {
  return impl_->allgs[index / kAllGsChunk].load(std::memory_order_acquire)[index % kAllGsChunk].load(
      std::memory_order_acquire);
}

void Sched::ForEachG(FunctionRef<void(G&)> fn) {
  uint64_t n = g_count();
  for (uint64_t i = 0; i < n; i++) fn(*g_at(i));
}

G* SchedImpl::NewG() {
  G* g = new G;
  g->rt = &rt;
  g->status.store(kGdead, std::memory_order_relaxed);
  LockGuard guard(allgs_lock);
  uint64_t i = allgs_len.load(std::memory_order_relaxed);
  if (i / kAllGsChunk >= kAllGsChunks) Throw("too many goroutines");
  std::atomic<G*>* chunk = allgs[i / kAllGsChunk].load(std::memory_order_relaxed);
  if (chunk == nullptr) {
    chunk = new std::atomic<G*>[kAllGsChunk];
    allgs[i / kAllGsChunk].store(chunk, std::memory_order_release);
  }
  chunk[i % kAllGsChunk].store(g, std::memory_order_release);
  // Pairs with the acquire of g_count: whoever sees the length sees the entries.
  allgs_len.store(i + 1, std::memory_order_release);
  return g;
}

void Sched::FreeAllGs() {
  uint64_t n = g_count();
  for (uint64_t i = 0; i < n; i++) {
    G* g = g_at(i);
    fiber::Destroy(g);
    delete g->sleep_timer;
    delete g;
  }
  for (auto& chunk : impl_->allgs) {
    if (chunk.load(std::memory_order_relaxed) == nullptr) break;
    delete[] chunk.load(std::memory_order_relaxed);
  }
}

G* SchedImpl::GfGet(P* p) {
  if (p == nullptr) {
    LockGuard guard(gfree_lock);
    G* g = gfree;
    if (g != nullptr) {
      gfree = g->schedlink;
      g->schedlink = nullptr;
    }
    return g;
  }
  if (p->gfree == nullptr && has_gfree.load(std::memory_order_relaxed)) {
    LockGuard guard(gfree_lock);
    while (p->gfree_count < kGfreeMax / 2) {
      G* g = gfree;
      if (g == nullptr) {
        has_gfree.store(false, std::memory_order_relaxed);
        break;
      }
      gfree = g->schedlink;
      g->schedlink = p->gfree;
      p->gfree = g;
      p->gfree_count++;
    }
  }
  G* g = p->gfree;
  if (g != nullptr) {
    p->gfree = g->schedlink;
    p->gfree_count--;
    g->schedlink = nullptr;
  }
  return g;
}

void SchedImpl::GfPut(P* p, G* g) {
  g->schedlink = p->gfree;
  p->gfree = g;
  if (++p->gfree_count < kGfreeMax) return;
  LockGuard guard(gfree_lock);
  while (p->gfree_count > kGfreeMax / 2) {
    G* moved = p->gfree;
    p->gfree = moved->schedlink;
    p->gfree_count--;
    moved->schedlink = gfree;
    gfree = moved;
  }
  has_gfree.store(true, std::memory_order_relaxed);
}

uint64_t SchedImpl::NextGoid(P* p) {
  if (p == nullptr) return goid_gen.fetch_add(1, std::memory_order_relaxed);
  if (p->goid_cache == p->goid_cache_end) {
    p->goid_cache = goid_gen.fetch_add(kGoidBatch, std::memory_order_relaxed);
    p->goid_cache_end = p->goid_cache + kGoidBatch;
  }
  return p->goid_cache++;
}

G* SchedImpl::PrepareG(P* p, uint64_t entry, uint64_t rbx, uint64_t r12, int stack_class) {
  G* g = GfGet(p);
  if (g == nullptr) g = NewG();
  g->start_regs[0] = entry;
  g->start_regs[1] = rbx;
  g->start_regs[2] = r12;
  g->stack_class = stack_class;
  g->fp = 0;
  g->pc = entry;
  g->defer_frames = nullptr;
  g->panic = nullptr;
  g->goid = NextGoid(p);
  g->is_system = false;
  g->no_scan = false;
  g->is_goexiting = false;
  g->is_throwing = false;
  g->sig_pc = 0;
  g->wait_reason = WaitReason::kNone;
  g->was_running = false;
  g->coro_parked.store(nullptr, std::memory_order_relaxed);
  g->gc_scan_done = false;
  g->preempt_stop.store(false, std::memory_order_relaxed);
  fiber::Create(g);
  return g;
}

void SchedImpl::AttachStack(P* p, G* g) {
  StackSegment* seg;
  if (g->stack_class == 0 && p->seg_cache != nullptr) {
    seg = p->seg_cache;
    p->seg_cache = seg->next;
    p->seg_count--;
    seg->next = nullptr;
    fiber::ForgetStack(seg->lo, seg->hi);
  } else {
    seg = sched.stacks_.Allocate(g->stack_class);
    if (seg == nullptr) Throw("out of memory: cannot allocate a goroutine's stack");
  }
  g->first_seg = seg;
  // The frame that gol_rt_gogo pops (switch_x86_64.S).
  uint64_t* top = reinterpret_cast<uint64_t*>(seg->hi) - 10;
  top[0] = 0;
  top[1] = 0;                   // r15
  top[2] = 0;                   // r14
  top[3] = 0;                   // r13
  top[4] = g->start_regs[2];    // r12
  top[5] = g->start_regs[1];    // rbx
  top[6] = 0;                   // rbp: ends the chain of frames
  top[7] = g->start_regs[0];    // after its ret the stack is aligned as at a function's first call
  top[8] = 0;
  top[9] = 0;
  g->sp = reinterpret_cast<uint64_t>(top);
  // Poisoned from its first prologue on: seeded.cc.
  g->stack_limit = draws_yields() && g->start_regs[0] == reinterpret_cast<uint64_t>(&gol_rt_gostart)
                       ? kStackPreempt
                       : seg->limit;
  // Last: a scanner reads either the registers or the stack.
  g->seg = seg;
}

// The segment of a goroutine that has ended.
void SchedImpl::DetachStack(P* p, G* g) {
  StackSegment* seg = g->first_seg;
  g->seg = nullptr;
  g->first_seg = nullptr;
  FreeSegmentsAbove(sched.stacks_, seg);
  if (seg->size_class != 0) {
    sched.stacks_.Free(seg);
    return;
  }
  seg->next = p->seg_cache;
  p->seg_cache = seg;
  if (++p->seg_count < kSegmentsMax) return;
  while (p->seg_count > kSegmentsMax / 2) {
    StackSegment* moved = p->seg_cache;
    p->seg_cache = moved->next;
    p->seg_count--;
    sched.stacks_.Free(moved);
  }
}

// A goroutine of compiled code in kGdead, counted; the caller makes it runnable.
G* Sched::MakeProc(Funcval* fn, uint64_t caller_pc) {
  SchedImpl& s = *impl_;
  if (static_cast<uint64_t>(num_goroutines()) >= rt_.options().limits.goroutines) {
    EndByLimit(Outcome::kGoroutines, "too many goroutines");
  }
  if (rt_.options().limits.heap_bytes != kNoLimit && StacksExceedLimit()) {
    EndByLimit(Outcome::kMemory, "out of memory");
  }
  G* creator = CurrentG();
  P* p = creator != nullptr ? CurrentP() : nullptr;
  // A goroutine made while marking is not scanned.
  rt_.heap().Shade(fn);
  G* g = s.PrepareG(p, reinterpret_cast<uint64_t>(&gol_rt_gostart), reinterpret_cast<uint64_t>(fn),
                    0, 0);
  g->go_pc = caller_pc;
  g->parent_goid = creator != nullptr ? creator->goid : 0;
  g->start_pc = reinterpret_cast<uint64_t>(fn->code);
  rt_.tracer().EventWithStack(tracing::Kind::kGoCreate, g->goid, g->start_pc);
  if (p != nullptr) {
    p->ngoroutines.store(p->ngoroutines.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
  } else {
    s.ncreated.fetch_add(1, std::memory_order_relaxed);
  }
  return g;
}

G* Sched::NewProc(Funcval* fn, uint64_t caller_pc) {
  SchedImpl& s = *impl_;
  G* g = MakeProc(fn, caller_pc);
  CasGStatus(g, kGdead, kGrunnable);
  if (CurrentG() != nullptr) {
    s.RunqPut(CurrentP(), g, true);
  } else {
    s.GlobrunqPut(g);
  }
  s.WakeP();
  return g;
}

G* Sched::NewNative(void (*fn)(void*), void* arg, NativeOptions options) {
  SchedImpl& s = *impl_;
  P* p = CurrentG() != nullptr ? CurrentP() : nullptr;
  G* g = s.PrepareG(p, reinterpret_cast<uint64_t>(&gol_rt_gostart_native),
                    reinterpret_cast<uint64_t>(fn), reinterpret_cast<uint64_t>(arg),
                    options.stack_class);
  g->go_pc = 0;
  g->parent_goid = 0;
  g->label = nullptr;
  g->start_pc = options.start_pc != 0 ? options.start_pc : reinterpret_cast<uint64_t>(fn);
  g->is_system = options.is_system;
  g->no_scan = options.no_scan;
  if (options.is_system) {
    s.nsystem.fetch_add(1, std::memory_order_relaxed);
  }
  s.ncreated.fetch_add(1, std::memory_order_relaxed);
  rt_.tracer().Event(tracing::Kind::kGoCreate, g->goid, options.start_pc);
  CasGStatus(g, kGdead, kGrunnable);
  s.GlobrunqPut(g);
  s.WakeP();
  return g;
}

// On the system stack: g will not run again.
void SchedImpl::EndG(M* m, G* g) {
  m->rt->tracer().GoEvent(tracing::Kind::kGoEnd, m, g);
  P* p = m->p;
  if (g->is_system) nsystem.fetch_sub(1, std::memory_order_relaxed);
  p->ngoroutines.store(p->ngoroutines.load(std::memory_order_relaxed) - 1,
                       std::memory_order_relaxed);
  g->defer_frames = nullptr;
  g->panic = nullptr;
  if (g->panic_report != nullptr) DeletePanicReport(g);
  g->param = nullptr;
  g->waiting = nullptr;
  g->is_condemned.store(false, std::memory_order_relaxed);
  if (g->locked_m != nullptr) {
    g->locked_m->locked_g = nullptr;
    g->locked_m = nullptr;
    g->locked_depth = 0;
  }
  g->m.store(nullptr, std::memory_order_relaxed);
  m->curg = nullptr;
  TlsStore<G*>(kTlsG, nullptr);
  CasGStatus(g, kGrunning, kGdead);
  DetachStack(p, g);
  fiber::Destroy(g);
  GfPut(p, g);
}

void Sched::GoExit0() {
  M* m = CurrentM();
  m->mcall_fn = [](M* m, G* g) -> G* {
    SchedImpl& s = *m->rt->sched().impl_;
    G* parked = g->coro_parked.exchange(nullptr, std::memory_order_acq_rel);
    s.EndG(m, g);
    return parked != nullptr ? s.SwitchTo(m, parked) : nullptr;
  };
  fiber::BeforeLeave(m, CurrentG(), true);
  gol_rt_mcall();
  Throw("a dead goroutine was run");
}

void Sched::AbandonGoroutine() {
  M* m = CurrentM();
  m->on_system_stack = true;
  m->mcall_fn = [](M* m, G* g) -> G* {
    m->rt->sched().impl_->EndG(m, g);
    return nullptr;
  };
  fiber::BeforeLeave(m, CurrentG(), true);
  gol_rt_abandon();
}

GoroutineCounts Sched::CountGoroutines() {
  GoroutineCounts n;
  n.created = impl_->goid_gen.load(std::memory_order_relaxed) - 1;
  for (P* p : all_ps_) n.created -= p->goid_cache_end - p->goid_cache;  // numbers not given away yet
  ForEachG([&](G& g) {
    if (g.is_system) return;
    switch (g.status.load(std::memory_order_relaxed) & ~uint32_t{kGscan}) {
      case kGrunnable:
      case kGpreempted:
        n.runnable++;
        break;
      case kGrunning:
        n.running++;
        break;
      case kGsyscall:
        n.not_in_go++;
        break;
      case kGwaiting:
        n.waiting++;
        break;
      default:
        break;
    }
  });
  return n;
}

int Sched::num_goroutines() const {
  int64_t n = impl_->ncreated.load(std::memory_order_relaxed) -
              impl_->nsystem.load(std::memory_order_relaxed);
  for (P* p : all_ps_) n += p->ngoroutines.load(std::memory_order_relaxed);
  return static_cast<int>(std::max<int64_t>(n, 1));
}

bool Sched::StacksExceedLimit() const {
  const uint64_t limit = rt_.options().limits.heap_bytes;
  if (limit == kNoLimit) return false;
  const uint64_t small = static_cast<uint64_t>(num_goroutines()) * kGoroutineBytes;
  return small + stacks_.grown_bytes() > limit;
}

int Sched::num_idle_ps() const { return impl_->npidle.load(std::memory_order_relaxed); }

void Sched::SetRunInProgress(bool on) {
  LockGuard guard(impl_->lock);
  impl_->run_in_progress = on;
}

void Sched::AddExternalWaker(int delta) {
  bool dead = false;
  {
    LockGuard guard(impl_->lock);
    impl_->external_wakers += delta;
    // The Ms that went to sleep meanwhile could not tell.
    if (delta < 0 && impl_->external_wakers == 0) dead = impl_->CheckDead();
  }
  if (dead) ReportDeadlock(rt_);
}

int Sched::num_threads() const {
  LockGuard guard(impl_->lock);
  return impl_->mcount;
}

}  // namespace gol::rt

extern "C" {

#ifdef GOL_ASAN
// First on a new goroutine's stack: ends the switch that the scheduler's loop announced.
__attribute__((no_sanitize("address"))) void gol_rt_fiber_started() {
  __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
}
#endif

void gol_rt_goexit0() { gol::rt::CurrentRuntime()->sched().GoExit0(); }

void gol_rt_newproc(void* fn, void* caller_pc) {
  if (fn == nullptr) gol::rt::Fatal("go of nil func value");
  gol::rt::PollSafepointHere();
  gol::rt::CurrentRuntime()->sched().NewProc(static_cast<gol::rt::Funcval*>(fn),
                                             reinterpret_cast<uint64_t>(caller_pc));
}
}
