// class Heap: the garbage-collected heap of one Runtime. What the rest of the runtime calls.
//
// See malloc.cc for the overview of the allocator, gc/cycle.cc for that of the collector.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/function_ref.h"
#include "runtime/abi/rtype.h"
#include "runtime/gc/memstats.h"
#include "runtime/gc/world.h"
#include "runtime/abi/heap_params.h"
#include "runtime/mem/mcache.h"
#include "runtime/observers.h"

namespace gol::rt {

struct mheap;  // mheap_internal.h
namespace gc {
class Collector;
}
namespace tracing {
class Tracer;
}
namespace life {
class Recorder;
}

struct HeapOptions {
  int64_t gogc = 100;                    // GOGC; negative: off
  int64_t memory_limit = INT64_MAX;      // GOMEMLIMIT in bytes
  // Bytes of spans in use that allocation stays below; where a collection does not help,
  // World::OutOfMemory is called. For embedders.
  int64_t hard_limit = INT64_MAX;
  // GODEBUG settings, under Go's names.
  bool gctrace = false;
  int gcstoptheworld = 0;  // 1: mark with the world stopped; 2: sweep then, too
  int64_t gcstress = 0;    // N > 0: a whole collection at every N-th allocation
  bool gccheckmark = false;
  bool clobberfree = false;
  bool verifyheap = false;
  bool wbbufsmall = false;
  bool gcpacertrace = false;
  bool scavtrace = false;
  bool madvdontneed = true;  // false: free memory is given back with MADV_FREE
  bool efence = false;       // each object on pages of its own, which are never used again
  bool invalidptr = true;    // a pointer to no object, found while marking, ends the program
  // Called on a goroutine for each object that is made (type may be null), and by sweepers, any
  // thread, for each that is freed (type null): allocfreetrace.
  std::function<void(const void* p, uint64_t size, const Type* type)> on_alloc;
  std::function<void(const void* p, uint64_t size)> on_free;
  // Called once, on a thread of the collector, before the first cycle.
  std::function<void()> on_first_cycle;
  // Called on a goroutine with the objects that the memory profile samples; returns what stands
  // for the sample in on_profile_free, or null.
  std::function<void*(uint64_t size)> on_profile_alloc;
  std::function<void(void* sample, uint64_t size)> on_profile_free;
  int gc_workers = 0;      // background mark workers; 0: by the number of Ps
  bool gc_threads = true;  // false: no collector threads; collections run in the calling thread,
                           // with the world stopped (single-threaded oracle)
  // Receives gctrace lines, each with its '\n'. Default: standard error.
  std::function<void(std::string_view)> trace_sink;
};

class Heap {
 public:
  using Options = HeapOptions;

  // Reserves address space; starts no thread. World must outlive the heap.
  Heap(const Options& options, gc::World* world);
  ~Heap();  // stops the collector's threads; gives all memory back
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Starts the collector's threads; from now on collections happen by themselves. Called once the
  // World is ready.
  void EnableGc();
  // Ends them; called before the World goes. A collection in progress is finished first. No
  // goroutine runs any more.
  void StopGc();

  // ---- Ps ----
  // Makes a zero-initialised mcache ready for use (the P is new).
  void InitMcache(mcache* c);
  // Gives everything in it back to the heap (the P goes). World stopped or P not visible any more.
  void ReleaseMcache(mcache* c);
  // Sends it to the slow paths that options and the recorder want to see. World stopped or P not visible yet.
  void ConfigureMcache(mcache* c);

  // ---- allocation: on a goroutine with a P. Safepoints. ----
  // As gol_rt_mallocgc; type may be null or pointer-free for memory without pointers. For memory
  // with pointers, size is a multiple of type->size (an array) and the result is zeroed.
  static void* Malloc(uint64_t size, const Type* type, bool needzero);
  static void* New(const Type* type) { return Malloc(type->size, type, true); }

  // ---- objects, by any address in them ----
  // First byte of the object that address p points into (interior pointers count), or null when p
  // does not point into an allocated object. *size gets the size of its slot.
  void* FindObject(const void* p, uint64_t* size = nullptr);
  bool IsHeapAddress(const void* p) const;

  // ---- marking ----
  // Greys the object p points into, if marking is on and p is in the heap: for a pointer that
  // moves where the barrier does not see it (to a new G, out of a queue).
  void Shade(const void* p);
  bool is_marking() const;

  // ---- roots ----
  // Memory of package-level variables: bytes at base, bit i of ptrmask for word i. Both stay valid
  // until RemoveGlobals or the end of the heap.
  void AddGlobals(void* base, uint64_t bytes, const uint8_t* ptrmask);
  // False, and nothing changed, while a collection reads them.
  bool RemoveGlobals(void* base);
  // A pointer variable in native memory that keeps what it points to alive. The variable may only
  // be changed between safepoints, by gcWriteBarrier or with StoreRoot.
  void AddRoot(void** slot);
  void RemoveRoot(void** slot);

  // ---- finalizers and cleanups (specials) ----
  // call(fn, obj) runs in a goroutine some time after obj became unreachable; fn (a func value) is
  // kept alive until then. fn null: removes the finalizer. Returns null or the text of Go's fatal
  // error.
  const char* SetFinalizer(void* obj, void (*call)(void* fn, void* obj), void* fn);
  // call(fn, null) runs in a goroutine some time after obj became unreachable. Returns an id.
  uint64_t AddCleanup(void* obj, void (*call)(void* fn, void* obj), void* fn);
  void StopCleanup(void* obj, uint64_t id);
  // Where the object that p points into begins, and its size; is_tiny: several small values may share
  // it. 0 when p does not point to the heap. Requires: p keeps the object alive.
  uint64_t FindObject(const void* p, uint64_t* size, bool* is_tiny);

  // Where the memory profile's bytes per sample stand (runtime.MemProfileRate); valid as long as the
  // heap. On a goroutine with a P.
  void WatchSampleRate(const int64_t* rate);

  // ---- control: on a goroutine with a P ----
  void Gc();                              // runtime.GC(): a full cycle, swept
  int64_t SetGcPercent(int64_t percent);  // debug.SetGCPercent: returns the old one
  int64_t SetMemoryLimit(int64_t bytes);  // debug.SetMemoryLimit; negative: only asks
  void FreeOsMemory();                    // debug.FreeOSMemory
  void ReadMemStats(MemStats* out);       // stops the world briefly
  // A collection in which nothing else runs: callers hold no P (tests, the end of a Runtime).
  void CollectStopped();

  const Options& options() const { return options_; }
  // Changes the options' debugging switches: between Runs, on a thread that holds no P.
  void Reconfigure(FunctionRef<void(Options&)> change);
  mheap& h() { return *h_; }
  gc::Collector& collector() { return *gc_; }
  gc::World& world() { return *world_; }
  // Null when nothing is traced now.
  tracing::Tracer* active_tracer() const;
  // Null while no object is watched.
  life::Recorder* recorder() const {
    return kHasObservers ? recorder_.load(std::memory_order_relaxed) : nullptr;
  }
  void SetRecorder(life::Recorder* r) { recorder_.store(r, std::memory_order_relaxed); }

 private:
  Options options_;  // changed by Reconfigure only
  gc::World* const world_;
  tracing::Tracer* const tracer_;
  std::atomic<life::Recorder*> recorder_{nullptr};  // set with the world stopped
  std::unique_ptr<mheap> h_;
  std::unique_ptr<gc::Collector> gc_;
};

}  // namespace gol::rt
