// What the collector needs from whoever runs goroutines: stopping them, finding their roots.
//
// The scheduler implements this for the Runtime; unit tests implement it over plain threads. The
// collector's own threads (driver, mark workers, sweeper; see cycle.cc) hold no P, are not Gs, and
// are the only callers of StopTheWorld here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/function_ref.h"

namespace gol::rt::tracing {
class Tracer;  // runtime/tracing/tracer.h
}

namespace gol::rt {

struct mcache;

namespace gc {

enum class StwReason : uint8_t {
  kGcSweepTermination,  // start of a cycle
  kGcMarkTermination,   // end of marking
  kGcFull,              // a whole collection with the world stopped (gcstoptheworld, gcstress)
  kReadMemStats,
  kVerifyHeap,
};

// Memory to be scanned for anything that looks like a pointer: words of [low, high), low aligned
// to 8. Registers that a context switch saved lie in a range too.
struct RootRange {
  uintptr_t low;
  uintptr_t high;
  // References or nothing stand there, by a stack map: no pointer is just behind an object.
  bool is_exact = false;
};

class World {
 public:
  virtual ~World() = default;

  // Returns when every P is stopped at a safepoint or idle and stays so until StartTheWorld.
  // Goroutines in Block() or in host code count as stopped: they may run but touch no object of
  // the heap. Callers hold no P. Never nested.
  virtual void StopTheWorld(StwReason reason) = 0;
  virtual void StartTheWorld() = 0;
  // When StartTheWorld last let goroutines run, by NowNs; 0: not known. The thread that calls it may get no processor
  // for a while then.
  virtual int64_t StartedNs() { return 0; }

  // Calls fn for the mcache of every P, also of idle ones. World stopped.
  virtual void ForEachMcache(FunctionRef<void(mcache&)> fn) = 0;

  // Calls fn once for every P, each time while that P is at a safepoint or idle; the others may
  // run meanwhile. Returns when all have been visited. World running; called by a collector thread.
  // False, without having called fn: this World can only do it by stopping everybody.
  virtual bool ForEachP(FunctionRef<void(mcache&)> fn) = 0;

  // Sets kTlsWriteBarrier of every thread that holds a P, and of those that get one from now on.
  // World stopped.
  virtual void SetWriteBarrier(bool on) = 0;

  // Takes note of all Gs that exist, for ScanG, and returns how many. Later Gs need no scan: their
  // creator shades what it gives them (Heap::Shade). World stopped.
  virtual size_t SnapshotGs() = 0;

  // Holds G number i of the snapshot at a safepoint (one that runs is asked to stop there), calls
  // fn for each range of its stack segments from its saved stack pointer upwards, of its saved
  // registers and of words of the G itself that refer to the heap, then lets it go on. Dead Gs
  // have no ranges. World running or stopped; called by several collector threads for different i.
  virtual void ScanG(size_t i, FunctionRef<void(RootRange)> fn) = 0;

  // Calls fn for other memory of the runtime that refers to heap objects: timers, queues. World
  // stopped.
  virtual void ScanRuntimeRoots(FunctionRef<void(RootRange)> fn) = 0;

  // Number of Ps (GOMAXPROCS), and how many of them have nothing to do.
  virtual int NumPs() = 0;
  virtual int NumIdlePs() = 0;
  // Bytes of goroutine stacks in use, for the pacer and gctrace. Approximate.
  virtual uint64_t StackInuse() = 0;

  // Called on a goroutine: gives its P away, as before a blocking system call, calls fn on its
  // thread, takes a P again (maybe another). The goroutine counts as stopped during fn and its
  // stack is scanned from here. The caller must read its mcache afresh afterwards.
  virtual void Block(FunctionRef<void()> fn) = 0;
  // Called on a goroutine: lets others run, and honours a stop that was requested.
  virtual void Yield() = 0;
  // Calls fn on the thread's system stack; on a thread without one, directly. fn reaches no
  // safepoint.
  virtual void OnSystemStack(FunctionRef<void()> fn) = 0;

  // Where events of the heap are recorded; null: nowhere. Constant.
  virtual tracing::Tracer* tracer() { return nullptr; }

  // The driver begins or ends a cycle (with its sweep), which may ready goroutines: finalizers.
  virtual void CollectionActive(bool active) {}

  // Ends the script: the heap cannot grow by `bytes`. Called on a goroutine.
  [[noreturn]] virtual void OutOfMemory(uint64_t bytes);

  // Ends the script: the heap is not as it should be. Called on a thread of the collector or on a
  // goroutine; returns, and the collection goes on meanwhile.
  virtual void BadHeap(std::string_view details, std::string_view text);

  // Runs fn(arg) in a goroutine of the runtime: finalizers and cleanups. fn may allocate.
  virtual void RunOnGoroutine(void (*fn)(void* arg), void* arg) = 0;
};

}  // namespace gc
}  // namespace gol::rt
