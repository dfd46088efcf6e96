// Roots: package-level variables, goroutine stacks, native memory, specials.
//
// Root marking is cut into jobs that workers take by an atomic counter: blocks of global memory
// (scanned by their pointer maps) and one job per goroutine. Native roots (AddRoot, the
// scheduler's queues) have no barrier in front of them; they are few, and scanned with the world
// stopped at both ends of marking.
//
// Frames of compiled code have stack maps (sched/stack_scan.cc); their words come one by one, marked
// as exact. Others, and all with GODEBUG=conservativestack=1, are scanned conservatively: any word that
// points into an allocated object keeps it. Optimised code may hold only a pointer behind an object's end (a loop that
// counts up to it), so a word that is exactly the start of a slot keeps the slot before it, too
// (design: hazard 1). The price is that a true pointer to an object without header also keeps its
// neighbour.
#include <algorithm>

#include "runtime/gc/collector.h"
#include "runtime/gc/object_walk.h"
#include "runtime/gc/special.h"

namespace gol::rt::gc {
namespace {

enum RootKind : uint8_t {
  kGlobalsBlock,  // index into mark_globals_, byte range
  kGoroutine,     // index into the World's snapshot
  kSpecials,
};

// Bytes of globals per job. Larger: fewer jobs; smaller: more even shares.
constexpr uint64_t kGlobalsBlockBytes = 256 << 10;

}  // namespace

void Collector::AddGlobals(void* base, uint64_t bytes, const uint8_t* ptrmask) {
  std::lock_guard<std::mutex> guard(roots_lock_);
  globals_.push_back({reinterpret_cast<uintptr_t>(base), bytes, ptrmask});
}

bool Collector::RemoveGlobals(void* base) {
  auto is_meant = [&](const Globals& g) { return g.base == reinterpret_cast<uintptr_t>(base); };
  std::lock_guard<std::mutex> guard(roots_lock_);
  if (std::any_of(mark_globals_.begin(), mark_globals_.end(), is_meant)) return false;
  std::erase_if(globals_, is_meant);
  return true;
}

void Collector::AddRoot(void** slot) {
  std::lock_guard<std::mutex> guard(roots_lock_);
  roots_.push_back(slot);
}

void Collector::RemoveRoot(void** slot) {
  std::lock_guard<std::mutex> guard(roots_lock_);
  auto it = std::find(roots_.begin(), roots_.end(), slot);
  if (it == roots_.end()) return;
  *it = roots_.back();
  roots_.pop_back();
}

void Collector::PrepareRootJobs() {
  jobs_.clear();
  trace_globals_ = 0;
  {
    std::lock_guard<std::mutex> guard(roots_lock_);
    mark_globals_ = globals_;
  }
  for (uint64_t i = 0; i < mark_globals_.size(); ++i) {
    trace_globals_ += mark_globals_[i].bytes;
    for (uint64_t at = 0; at < mark_globals_[i].bytes; at += kGlobalsBlockBytes) {
      jobs_.push_back({kGlobalsBlock, i, at,
                       std::min(at + kGlobalsBlockBytes, mark_globals_[i].bytes)});
    }
  }
  jobs_.push_back({kSpecials, 0, 0, 0});
  uint64_t gs = world_.SnapshotGs();
  for (uint64_t i = 0; i < gs; ++i) jobs_.push_back({kGoroutine, i, 0, 0});
  next_job_.store(0, std::memory_order_relaxed);
  done_jobs_.store(0, std::memory_order_relaxed);
}

bool Collector::RunRootJob(GcWork& gcw) {
  // The plain test keeps the counter from running away while workers poll it.
  if (next_job_.load(std::memory_order_relaxed) >= jobs_.size()) return false;
  uint64_t n = next_job_.fetch_add(1, std::memory_order_relaxed);
  if (n >= jobs_.size()) return false;
  const RootJob& job = jobs_[n];
  switch (job.kind) {
    case kGlobalsBlock:
      ScanGlobals(mark_globals_[job.index], job.from, job.to, gcw);
      scan_work_.fetch_add(static_cast<int64_t>(job.to - job.from), std::memory_order_relaxed);
      break;
    case kGoroutine:
      world_.ScanG(job.index, [&](RootRange range) {
        ScanConservative(range, gcw);
        scan_work_.fetch_add(static_cast<int64_t>(range.high - range.low),
                             std::memory_order_relaxed);
      });
      break;
    case kSpecials:
      ScanSpecials(gcw);
      break;
  }
  done_jobs_.fetch_add(1, std::memory_order_release);
  return true;
}

void Collector::ScanGlobals(const Globals& g, uint64_t from, uint64_t to, GcWork& gcw) {
  for (uint64_t at = from; at < to; at += kPtrSize) {
    uint64_t word = at / kPtrSize;
    uint8_t bits = g.ptrmask[word / 8];
    if (bits == 0 && word % 8 == 0) {
      at += 7 * kPtrSize;
      continue;
    }
    if ((bits >> (word % 8)) & 1) ScanWord(g.base + at, gcw);
  }
}

// Stack memory of another goroutine, left as it was by its compiled code: no sanitizer knows it.
#if defined(__clang__)
__attribute__((no_sanitize("address", "thread")))
#endif
void Collector::ScanConservative(RootRange range, GcWork& gcw) {
  for (uintptr_t at = range.low; at + kPtrSize <= range.high; at += kPtrSize) {
    uintptr_t p = *reinterpret_cast<const volatile uintptr_t*>(at);
    // One behind the last address counts: it may be the end of the last object.
    if (p - h_.base > h_.reserved_bytes) continue;
    uint32_t index;
    mspan* s = h_.FindObject(p, &index);
    if (s != nullptr) {
      GreyObject(s, index, gcw);
      if (s->ObjBase(index) != p) continue;
    }
    if (range.is_exact) continue;
    s = h_.FindObject(p - 1, &index);
    if (s != nullptr) GreyObject(s, index, gcw);
  }
}

void Collector::ScanRuntimeRootsStopped(GcWork& gcw) {
  {
    std::lock_guard<std::mutex> guard(roots_lock_);
    for (void** slot : roots_) GreyPointer(reinterpret_cast<uintptr_t>(*slot), gcw);
    // Globals that were added since the jobs were made.
    for (const Globals& g : globals_) {
      bool is_known = std::any_of(mark_globals_.begin(), mark_globals_.end(),
                                  [&](const Globals& m) { return m.base == g.base; });
      if (!is_known) ScanGlobals(g, 0, g.bytes, gcw);
    }
  }
  {
    std::lock_guard<std::mutex> guard(special_lock_);
    for (Special* s : fin_queue_) {
      GreyPointer(s->object, gcw);
      GreyPointer(reinterpret_cast<uintptr_t>(s->fn), gcw);
    }
  }
  world_.ScanRuntimeRoots([&](RootRange range) { ScanConservative(range, gcw); });
}

void Collector::ForEachRoot(FunctionRef<void(RootPlace, uintptr_t, size_t)> fn) {
  std::vector<Globals> globals;
  {
    std::lock_guard<std::mutex> guard(roots_lock_);
    globals = globals_;
    for (void** slot : roots_) fn(RootPlace::kNative, reinterpret_cast<uintptr_t>(slot), 0);
  }
  for (const Globals& g : globals) {
    for (uint64_t word = 0; word < g.bytes / kPtrSize; ++word) {
      if ((g.ptrmask[word / 8] >> (word % 8)) & 1) fn(RootPlace::kGlobal, g.base + word * kPtrSize, 0);
    }
  }
  auto words = [&](RootPlace place, RootRange range, size_t i) {
    for (uintptr_t at = range.low; at + kPtrSize <= range.high; at += kPtrSize) fn(place, at, i);
  };
  const size_t gs = world_.SnapshotGs();
  for (size_t i = 0; i < gs; ++i) {
    world_.ScanG(i, [&](RootRange range) { words(RootPlace::kStack, range, i); });
  }
  world_.ScanRuntimeRoots([&](RootRange range) { words(RootPlace::kRuntime, range, 0); });
  std::lock_guard<std::mutex> guard(special_lock_);
  auto special = [&](Special* sp) { fn(RootPlace::kFinalizer, reinterpret_cast<uintptr_t>(&sp->fn), 0); };
  for (Special* sp : fin_queue_) {
    special(sp);
    fn(RootPlace::kFinalizer, reinterpret_cast<uintptr_t>(&sp->object), 0);
  }
  for (mspan* s : special_spans_) {
    for (Special* sp = s->specials; sp != nullptr; sp = sp->next) {
      special(sp);
      if (sp->kind != SpecialKind::kFinalizer) continue;
      ForEachObjectPointer(s, sp->index, [&](uintptr_t slot) { fn(RootPlace::kFinalizer, slot, 0); });
    }
  }
}

void Collector::ScanSpecials(GcWork& gcw) {
  std::vector<mspan*> spans;
  {
    std::lock_guard<std::mutex> guard(special_lock_);
    spans.assign(special_spans_.begin(), special_spans_.end());
  }
  for (mspan* s : spans) {
    std::lock_guard<SpinLock> guard(s->special_lock);
    for (Special* sp = s->specials; sp != nullptr; sp = sp->next) {
      // What the object refers to stays for the finalizer; the object itself only counts as
      // reachable through others.
      uintptr_t slot = s->ObjBase(sp->index);
      if (sp->kind == SpecialKind::kFinalizer && !s->spanclass.noscan()) ScanObject(slot, gcw);
      GreyPointer(reinterpret_cast<uintptr_t>(sp->fn), gcw);
    }
  }
}

}  // namespace gol::rt::gc
