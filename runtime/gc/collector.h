// class Collector: the concurrent mark-sweep collector of one Heap. See cycle.cc for the overview.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/function_ref.h"
#include "runtime/abi/rtype.h"
#include "runtime/gc/cpu_limiter.h"
#include "runtime/gc/memstats.h"
#include "runtime/gc/pacer.h"
#include "runtime/gc/work.h"
#include "runtime/gc/world.h"
#include "runtime/mem/mheap_internal.h"

namespace gol::rt {
struct Special;
}

namespace gol::rt::gc {

enum class Phase : uint32_t {
  kOff,              // sweeping, or nothing to do; barrier off
  kMark,             // marking; barrier on, new objects black
  kMarkTermination,  // marking with the world stopped, without workers
};

// Why a cycle runs.
enum class Trigger : uint8_t {
  kHeap,      // the heap reached the trigger
  kForced,    // runtime.GC, debug.FreeOSMemory
  kPeriodic,  // nothing was collected for two minutes
};

// What a collection took, for those who ask.
struct CycleReport {
  uint32_t number = 0;       // 0: there was none
  int64_t sweep_term_ns = 0, mark_ns = 0, mark_term_ns = 0;  // wall time; the first and the last stopped
  int64_t assist_ns = 0, dedicated_ns = 0, idle_ns = 0;      // CPU time of marking
  uint64_t live_start = 0, live_end = 0, marked = 0, goal = 0;
  uint64_t stack_bytes = 0, globals_bytes = 0;
  int64_t expected_scan = 0, scan_work = 0, heap_scan_work = 0;
  int num_ps = 0;
};

// Sums since the heap was made, and how things stand, for package runtime/metrics.
struct GcTotals {
  int64_t assist_ns = 0, dedicated_ns = 0, idle_ns = 0;  // processor time of marking
  int64_t pause_cpu_ns = 0;      // of pauses, times the processors that stood still
  int64_t available_cpu_ns = 0;  // time since the heap was made, times GOMAXPROCS
  uint64_t finalizers_queued = 0, finalizers_run = 0, cleanups_queued = 0, cleanups_run = 0;
  int64_t gogc = 0, memory_limit = 0;
  uint64_t live_bytes = 0;       // what the last collection marked
  uint64_t stack_scan_bytes = 0, globals_scan_bytes = 0;  // in the last collection
  uint64_t limited_cycle = 0;    // the last one at whose end the collector's time was limited; 0: none
};

// Assists since the heap was made, and the scan work that workers have done ahead.
struct AssistReport {
  uint64_t count;
  uint64_t work_bytes;
  int64_t ns;
  int64_t credit_bytes;
};

// Where a stepped collection stands.
struct StepState {
  Phase phase = Phase::kOff;
  bool is_stepping = false;
  uint64_t roots_left = 0;    // root jobs
  uint64_t grey = 0;          // objects
  uint64_t spans_to_sweep = 0;
};

// A span that StepSweep has swept, as it was before.
struct SweptSpan {
  uintptr_t addr = 0;
  uint64_t elemsize = 0;
  uint32_t npages = 0, nelems = 0;
  bool noscan = false;
  uint32_t before = 0, live = 0;  // objects
  bool is_freed = false;          // its pages went back
};

class Collector {
 public:
  explicit Collector(Heap& heap);
  ~Collector();
  Collector(const Collector&) = delete;

  void Enable();
  void Stop();  // joins the threads

  Phase phase() const { return phase_.load(std::memory_order_acquire); }
  bool is_marking() const { return phase() != Phase::kOff; }

  // ---- called by goroutines that allocate ----
  // After heap_live grew: asks for a cycle when it is time. Without a driver for it, or when the
  // driver is late, the next allocation on this P is told to see to it. No safepoint.
  void MaybeTrigger();
  void CollectTriggered();  // what that allocation does; Block()s
  // The P owes assist work. May Block().
  void Assist(mcache* c);
  // A whole collection now, before the caller's allocation.
  void StressCollect();
  // runtime.GC().
  void CollectAndWait();
  // On a thread that holds no P.
  void CollectStopped();

  // ---- greying: any thread, with a GcWork of its own ----
  // Greys the object that p points into, for any p.
  void GreyPointer(uintptr_t p, GcWork& gcw) {
    uint32_t index;
    mspan* s = h_.FindObject(p, &index);
    if (s != nullptr) GreyObject(s, index, gcw);
  }
  void GreyObject(mspan* s, uint32_t index, GcWork& gcw);
  // Empties the write barrier's buffer of a P into its gcw.
  void FlushWbBuf(mcache* c);
  void Shade(const void* p);
  void ReleaseGrey(mcache* c);  // the P goes

  // ---- roots ----
  void AddGlobals(void* base, uint64_t bytes, const uint8_t* ptrmask);
  bool RemoveGlobals(void* base);
  void AddRoot(void** slot);
  void RemoveRoot(void** slot);

  // ---- sweeping ----
  bool is_sweep_done() const { return sweep_done_.load(std::memory_order_acquire); }

  // ---- control ----
  int64_t SetGcPercent(int64_t percent);
  int64_t SetMemoryLimit(int64_t bytes);
  void FreeOsMemory();
  void ReadMemStats(MemStats* out);
  uint64_t ScavengeAll();  // gives all free pages back; returns bytes
  // Before new_pages get memory behind them: gives others back where GOMEMLIMIT asks for it.
  void ScavengeForLimit(uint64_t new_pages);
  // Words that write barriers recorded and that were looked at since.
  uint64_t barrier_words() const { return barrier_words_.load(std::memory_order_relaxed); }
  uint32_t num_gc() const { return num_gc_.load(std::memory_order_acquire); }
  Pacer& pacer() { return pacer_; }
  WorkLists& work() { return work_; }

  // ---- reading: between Runs, on a thread that holds no P ----
  // Calls fn while no cycle runs or sweeps, but one that is stepped stands where it is; mcaches hold no runs.
  void WhileIdle(FunctionRef<void()> fn);
  enum class RootPlace : uint8_t { kGlobal, kStack, kNative, kFinalizer, kRuntime };
  // Calls fn for each word outside of the heap that the marker takes for a root. goroutine: of kStack, its number in
  // the World's snapshot. Within WhileIdle.
  void ForEachRoot(FunctionRef<void(RootPlace place, uintptr_t slot, size_t goroutine)> fn);
  CycleReport ReportLastCycle();
  GcTotals ReadTotals();  // at any time
  AssistReport ReportAssists() const {
    return {assists_.load(std::memory_order_relaxed), assist_work_.load(std::memory_order_relaxed),
            assist_total_ns_.load(std::memory_order_relaxed),
            bg_scan_credit_.load(std::memory_order_relaxed)};
  }

  // ---- a collection by hand (step.cc): between Runs, on a thread that holds no P ----
  // One that nobody finishes is finished by the next collection that the program causes.
  bool is_stepping() const { return is_stepping_.load(std::memory_order_acquire); }
  StepState ReportStep();
  // Ends the sweep of the collection before and begins one: barrier on, marking. False: one is stepped already.
  bool StepBegin();
  // Scans all roots.
  void StepRoots();
  // Scans up to n grey objects, telling which before each. Returns how many.
  uint64_t StepDrain(uint64_t n, FunctionRef<void(uintptr_t obj)> before);
  // Ends marking. False: grey objects are left, marking goes on.
  bool StepEnd();
  // Sweeps one span. False: none is left.
  bool StepSweep(SweptSpan* span);

  // Checks heap invariants (verify_heap.cc); world stopped. Ends the process with a description
  // when one is broken.
  void VerifyHeap();

  // ---- specials (finalizer.cc) ----
  // An object unreachable but for its finalizer or cleanup, found by the sweeper.
  void QueueFinalizer(Special* s);
  bool has_finalizers();
  void ForgetSpecialSpan(mspan* s);  // its list became empty
  const char* SetFinalizer(void* obj, void (*call)(void* fn, void* obj), void* fn);
  uint64_t AddCleanup(void* obj, void (*call)(void* fn, void* obj), void* fn);
  void StopCleanup(void* obj, uint64_t id);

  // ---- the memory profile (sample.cc) ----
  // Sets when the P takes its next sample.
  void StartSampling(mcache* c);
  // The object that the P just made is sampled. On a goroutine.
  void SampleObject(mcache* c, void* p, uint64_t size);
  // Bytes per sample; 0: none.
  int64_t sample_rate() const {
    const int64_t* rate = sample_rate_.load(std::memory_order_acquire);
    return rate == nullptr ? 0 : std::max<int64_t>(0, __atomic_load_n(rate, __ATOMIC_RELAXED));
  }
  // Where the bytes per sample stand (runtime.MemProfileRate); null: no sampling. Ps notice changes
  // when they take their next run of slots.
  void SetSampleRate(const int64_t* rate) { sample_rate_.store(rate, std::memory_order_release); }

  // ---- weak pointers (weak.cc) ----
  // The handle of an address in the heap, the same as long as its object lives; null for an address
  // outside. handle: a new object of one word without pointers, for the case that there is none yet.
  void* WeakHandle(void* obj, void* handle);
  // The address that the handle stands for, null when its object is no more. A handle may also hold
  // an address outside of the heap.
  void* WeakValue(void* handle);

 private:
  friend uint64_t SweepSpan(mheap&, mspan*, bool);
  friend bool SweepOne(mheap&, uint64_t*, SweptSpan*);
  friend void DeductSweepCredit(mheap&, uint64_t);
  friend void ReclaimPages(mheap&, uint64_t);
  friend class gol::rt::Heap;

  struct Globals {
    uintptr_t base;
    uint64_t bytes;
    const uint8_t* ptrmask;
  };
  // What a gctrace line reports; times in ns.
  struct CycleTimes {
    int64_t start;            // before the first stop was asked for
    int64_t sweep_term_stw;   // when the world was asked to stop
    int64_t mark_start;       // world started, marking
    int64_t mark_term_stw;    // asked to stop for mark termination
    int64_t end;              // world started again
    int64_t pause_ns;         // of both stops
  };

  // ---- the cycle (cycle.cc): driver thread, or the caller under cycle_lock_ ----
  void DriverLoop();
  void RunCycle(Trigger trigger);
  void RunConcurrent(Trigger trigger);
  void BeginConcurrent(CycleTimes* t);
  void EndConcurrent(Trigger trigger, CycleTimes* t);
  void FinishStepped();
  void RunStopped(Trigger trigger, bool sweep);
  void FinishSweep();
  void BeginMarkStopped(Phase phase);
  void FlushAllStopped();
  void DrainStopped();
  void EndMarkStopped(Trigger trigger);
  void EnsureDriver();  // lock_ held
  int64_t StartTheWorld();  // returns when
  void RecordPause(int64_t pause_ns);
  void FinishCycle(Trigger trigger, const CycleTimes& t);

  // ---- roots and marking (roots.cc, mark.cc) ----
  void PrepareRootJobs();
  bool RunRootJob(GcWork& gcw);  // false: none left
  void ScanGlobals(const Globals& g, uint64_t from, uint64_t to, GcWork& gcw);
  void ScanConservative(RootRange range, GcWork& gcw);
  void ScanRuntimeRootsStopped(GcWork& gcw);
  void ScanSpecials(GcWork& gcw);
  void ScanObject(uintptr_t obj, GcWork& gcw);
  void ScanTyped(uintptr_t base, const Type* t, uint64_t from, uint64_t to, GcWork& gcw);
  // A word that should be a pointer leads to no object.
  [[gnu::cold]] void ReportBadPointer(uintptr_t p, uintptr_t slot, const mspan* s);
  // Of an object or global variable: a pointer, or nothing.
  void ScanWord(uintptr_t slot, GcWork& gcw);
  // Marks until scan work of `budget` bytes is done or nothing is left; returns the work done.
  int64_t Drain(GcWork& gcw, int64_t budget);
  void DrainAll(GcWork& gcw);  // roots and objects, single-threaded
  void FoldStats(GcWork& gcw);

  // ---- background workers (worker.cc) ----
  void StartWorkers();
  void WorkerLoop(int id);
  enum class WorkerRole : uint8_t { kNone, kDedicated, kIdle };
  // is_running: the worker is at work, rather than waiting to start.
  WorkerRole RoleOf(int id, int64_t used_ns, bool is_running);
  bool HasRootJob() const { return next_job_.load(std::memory_order_relaxed) < jobs_.size(); }
  void WaitMarkDone();
  bool IsMarkDone();

  // ---- verify_heap.cc ----
  uint64_t VerifyLists();
  void VerifyFreeMemory();
  void Checkmark();

  // ---- scavenge.cc ----
  uint64_t ScavengePages(uint64_t max_pages);
  void SetHugeBeforeScavenge(uint64_t first, uint64_t n);
  // Keeps what a heap of that goal needs, if it is more than the present one needs. False: nothing is left to do.
  bool ScavengeExcess(uint64_t least_goal);

  // ---- trace.cc ----
  void PrintTrace(Trigger trigger);
  void PrintLine(std::string_view line);  // with its '\n'
  void PrintPacerStart();
  void PrintPacerEnd(double old_cons_mark);
  void PrintSweepDone();
  void PrintScavengeTrace(bool forced);

  // ---- finalizer.cc ----
  void FreeSpecials();
  // Requires: the span is swept.
  void AddSpecial(mspan* s, Special* sp);

  Heap& heap_;
  mheap& h_;
  World& world_;
  Pacer pacer_;
  CpuLimiter limiter_;  // updated by the driver
  WorkLists work_;

  std::atomic<Phase> phase_{Phase::kOff};
  std::atomic<uint32_t> num_gc_{0};        // cycles whose marking is complete
  std::atomic<uint32_t> num_forced_{0};
  std::atomic<bool> enabled_{false};

  // ---- requests to the driver: guarded by lock_ ----
  std::mutex lock_;
  std::condition_variable driver_cv_;      // a request, a worker went idle, stop
  std::condition_variable done_cv_;        // a cycle ended, or its sweep
  std::condition_variable begun_cv_;       // a cycle began to mark
  std::thread driver_;
  bool has_driver_ = false;
  bool stopping_ = false;
  bool heap_request_ = false;
  uint64_t forced_requested_ = 0;          // tickets of forced collections: asked for
  uint64_t forced_done_ = 0;               // and done, swept
  std::atomic<bool> cycle_requested_{false};  // a heap-triggered cycle is asked for or runs

  std::mutex cycle_lock_;                  // held while a cycle runs without a driver

  // ---- root jobs: written with the world stopped, then constant; the counter is atomic ----
  struct RootJob {
    uint8_t kind;   // RootKind
    uint64_t index;
    uint64_t from;
    uint64_t to;
  };
  std::vector<RootJob> jobs_;
  std::atomic<uint64_t> next_job_{0};
  std::atomic<uint64_t> done_jobs_{0};

  std::mutex roots_lock_;
  std::vector<Globals> globals_;           // guarded by roots_lock_
  std::vector<Globals> mark_globals_;      // copy for the root jobs
  std::vector<void**> roots_;              // guarded by roots_lock_

  // ---- marking, atomic ----
  std::atomic<int64_t> scan_work_{0};      // bytes scanned in this cycle
  std::atomic<int64_t> heap_scan_work_{0}; // of these, in heap objects
  std::atomic<uint64_t> bytes_marked_{0};
  std::atomic<int64_t> bg_scan_credit_{0}; // scan work that assists may take over
  std::atomic<int64_t> assist_ns_{0};
  std::atomic<uint64_t> barrier_words_{0};
  std::atomic<int64_t> dedicated_ns_{0};
  std::atomic<int64_t> idle_ns_{0};

  std::atomic<uint64_t> assists_{0};       // since the heap was made, as the next two
  std::atomic<uint64_t> assist_work_{0};
  std::atomic<int64_t> assist_total_ns_{0};

  std::atomic<bool> bad_pointer_seen_{false};

  // ---- a collection by hand ----
  std::atomic<bool> is_stepping_{false};   // written under cycle_lock_, as the next one
  CycleTimes step_times_{};

  // ---- workers: guarded by worker_lock_ ----
  std::mutex worker_lock_;
  std::condition_variable worker_cv_;      // marking began, work came, stop
  std::vector<std::thread> workers_;
  uint64_t mark_epoch_ = 0;                // grows when marking begins
  bool workers_stop_ = false;
  std::atomic<int> busy_workers_{0};       // workers that may hold grey objects
  std::atomic<int> workers_in_cycle_{0};   // workers that look at jobs_ and phase_
  std::atomic<uint64_t> busy_epoch_{0};    // how often a worker became busy
  std::atomic<int64_t> mark_start_ns_{0};

  // ---- sweeping ----
  std::atomic<bool> sweep_done_{true};
  std::atomic<int> sweep_hint_{0};         // span classes below it have no unswept span
  std::atomic<uint64_t> pages_swept_{0};
  std::atomic<uint64_t> sweep_heap_live_{0};   // heap_live when sweeping began
  std::atomic<double> sweep_pages_per_byte_{0};

  // ---- scavenging ----
  std::atomic<uint64_t> other_bytes_{0};           // stacks and metadata, at the last cycle
  std::atomic<uint64_t> background_scavenged_{0};  // bytes since the last line of scavtrace
  std::atomic<uint64_t> eager_scavenged_{0};

  // ---- statistics of cycles: guarded by stats_lock_ ----
  std::mutex stats_lock_;
  CycleTimes times_{};
  int64_t created_ns_;
  uint64_t trace_live_start_ = 0;          // heap_live at the start, at the end of marking
  uint64_t trace_live_end_ = 0;
  uint64_t trace_goal_ = 0;
  int64_t trace_expected_ = 0;             // scan work that the pacer expected
  uint64_t trace_stack_ = 0;
  uint64_t trace_globals_ = 0;
  int trace_ps_ = 1;
  uint64_t last_gc_unix_ns_ = 0;
  std::atomic<int64_t> last_end_ns_{0};
  uint64_t pause_total_ns_ = 0;
  uint64_t pause_ns_[256] = {};
  uint64_t pause_end_[256] = {};
  double total_gc_cpu_ns_ = 0;
  GcTotals totals_;                        // what changes with cycles; the rest is filled by ReadTotals

  // ---- specials ----
  std::mutex special_lock_;
  uint64_t num_queued_[2] = {};            // finalizers, cleanups; guarded by special_lock_, as the next one
  uint64_t num_run_[2] = {};
  std::unordered_set<mspan*> special_spans_;  // spans that have specials; guarded
  std::deque<Special*> fin_queue_;            // guarded
  bool fin_running_ = false;               // a goroutine empties fin_queue_; guarded
  uint64_t next_cleanup_id_ = 1;           // guarded

  std::atomic<const int64_t*> sample_rate_{nullptr};
};

inline void Collector::ScanWord(uintptr_t slot, GcWork& gcw) {
  // Pairs with the release of the store: the object's type is visible.
  const uintptr_t p = __atomic_load_n(reinterpret_cast<const uintptr_t*>(slot), __ATOMIC_ACQUIRE);
  const uint64_t offset = p - h_.base;
  if (offset >= h_.reserved_bytes) return;
  mspan* s = h_.spans[offset >> kPageShift].load(std::memory_order_acquire);
  // A pointer in an object leads to an object, and a span with objects is not freed while marking.
  // No need to ask for alloc bits: what is younger than the cycle is marked already.
  if (s == nullptr || p < s->start_addr || p >= s->limit) {
    ReportBadPointer(p, slot, s);
    return;
  }
  const uint32_t index = s->ObjIndex(p);
  if (!s->SetMarked(index)) return;
  gcw.bytes_marked += s->elemsize;
  if (!s->spanclass.noscan()) gcw.Put(work_, s->ObjBase(index));
}

int64_t NowNs();         // monotonic
int64_t ThreadCpuNs();   // CPU time of this thread

}  // namespace gol::rt::gc
