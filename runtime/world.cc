// The scheduler as the collector sees it. See sched/stop_world.cc and gc/world.h.
#include "runtime/world.h"

#include <cstdio>

#include "runtime/mem/mcache.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"

namespace gol::rt {

void SchedWorld::StopTheWorld(gc::StwReason reason) {
  rt_.sched().StopTheWorld(
      reason == gc::StwReason::kGcSweepTermination   ? StopReason::kGcSweepTermination
      : reason == gc::StwReason::kGcMarkTermination ? StopReason::kGcMarkTermination
      : reason == gc::StwReason::kReadMemStats      ? StopReason::kReadMemStats
                                                    : StopReason::kGC);
}

tracing::Tracer* SchedWorld::tracer() { return &rt_.tracer(); }

void SchedWorld::StartTheWorld() { rt_.sched().StartTheWorld(); }

int64_t SchedWorld::StartedNs() { return rt_.sched().world_started_ns(); }

void SchedWorld::ForEachMcache(FunctionRef<void(mcache&)> fn) {
  rt_.sched().VisitEveryP([&](P& p) { fn(*p.cache); });
}

bool SchedWorld::ForEachP(FunctionRef<void(mcache&)> fn) {
  if (rt_.debug().schedseed != 0) return false;
  rt_.sched().AcquireWorld(WaitReason::kGarbageCollection);
  rt_.sched().ForEachP([&](P& p) { fn(*p.cache); });
  rt_.sched().ReleaseWorld();
  return true;
}

void SchedWorld::SetWriteBarrier(bool on) { rt_.sched().SetWriteBarrier(on); }

size_t SchedWorld::SnapshotGs() { return rt_.sched().g_count(); }

void SchedWorld::ScanG(size_t i, FunctionRef<void(gc::RootRange)> fn) {
  G* g = rt_.sched().g_at(i);
  auto visit = [&](StackRange r) { fn({r.lo, r.hi, r.is_exact}); };
  auto scan = [&] {
    if (!rt_.sched().ScanGoroutine(*g, visit)) return;
    uintptr_t label = reinterpret_cast<uintptr_t>(&g->label);
    fn({label, label + sizeof(g->label)});
  };
  rt::OnSystemStack(scan);
}

void SchedWorld::ScanRuntimeRoots(FunctionRef<void(gc::RootRange)> fn) {
  rt_.sched().ForEachTimer([&](Timer& t) {
    uintptr_t arg = reinterpret_cast<uintptr_t>(&t.arg);
    fn({arg, arg + sizeof(t.arg)});
  });
}

int SchedWorld::NumPs() { return rt_.sched().gomaxprocs(); }

int SchedWorld::NumIdlePs() { return rt_.sched().num_idle_ps(); }

uint64_t SchedWorld::StackInuse() { return rt_.sched().stacks().in_use_bytes(); }

void SchedWorld::Block(FunctionRef<void()> fn) {
  BlockingRegion region;
  rt::OnSystemStack(fn);
}

void SchedWorld::Yield() {
  // The host may ask for a collection on a thread of its own.
  if (CurrentG() != nullptr && !IsOnSystemStack()) rt_.sched().Gosched();
}

void SchedWorld::OnSystemStack(FunctionRef<void()> fn) { rt::OnSystemStack(fn); }

void SchedWorld::CollectionActive(bool active) { rt_.sched().AddExternalWaker(active ? 1 : -1); }

void SchedWorld::OutOfMemory(uint64_t bytes) {
  char line[96];
  int n = std::snprintf(line, sizeof line, "runtime: out of memory: cannot allocate %llu-byte block\n",
                        static_cast<unsigned long long>(bytes));
  rt_.WriteStderr(line, static_cast<size_t>(n));
  EndByLimit(Outcome::kMemory, "out of memory");
}

void SchedWorld::BadHeap(std::string_view details, std::string_view text) {
  Outcome outcome;
  outcome.kind = Outcome::kFatal;
  outcome.exit_code = 2;
  outcome.text = "fatal error: " + std::string(text);
  const std::string out = std::string(details) + outcome.text + "\n";
  rt_.WriteCrash(out.data(), out.size());
  rt_.PostOutcome(std::move(outcome));
}

void SchedWorld::RunOnGoroutine(void (*fn)(void* arg), void* arg) {
  Sched::NativeOptions options;
  options.is_system = true;
  rt_.sched().NewNative(fn, arg, options);
}

}  // namespace gol::rt
