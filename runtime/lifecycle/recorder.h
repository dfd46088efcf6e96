// Recorder: what becomes of watched objects, from their allocation until their pages are given back.
//
// Problem: in a runtime with a collector nobody releases an object. It loses its last reference, some later
// collection does not find it, some later sweep frees its slot, somebody gets the slot or the span's pages, or
// the system gets them back. Each step is done by another part, at a time of its own choosing. The recorder
// writes the steps of chosen objects down as they happen:
//
//   allocated       the program got the slot; known if allocations are remembered (see below)
//   watched         the recorder was asked to follow the object
//   dropped         the last pointer to it in memory was overwritten; or, where it was a variable or lay in an
//                   object that died too, the span of time in which it must have happened
//   unmarked        a collection ended its marking without having come to the object
//   swept           the sweeper made the slot free
//   slot reused     the slot was given to a new object
//   span freed      no object of the span was left: its pages went to the page heap
//   pages reused    they became part of another span
//   pages returned  they were given back to the system
//
// An object ends with one of slot reused, pages reused, pages returned.
//
// Who reports: EndMarkStopped (which objects have no mark; world stopped), SweepSpan (before the bits are
// exchanged), AllocSpan, ScavengePages, the write barrier, and the allocator where it starts a run of slots. A
// run never goes beyond a watched free slot, so the next one begins with that slot and the allocator
// is on its slow path when it gives it away: the fast path, and compiled code, know nothing of any of this. The
// barrier is kept on for as long as the recorder is, with buffers that are always full, so that each
// overwritten pointer comes by. Off, all this is one load of a pointer on these slow paths.
//
// dropped. The recorder knows the places in memory where a pointer to the object was stored since it is
// watched. If the last of them was overwritten, and no collection reached the object afterwards, the drop is
// that moment. Else (a variable held the object, or a place that died without being overwritten) it happened
// between the last proof of life (the allocation, the begin of the last marking that reached it, a store) and
// the marking that did not. What the barrier does not see is not known: stores before Watch, the first stores to
// fresh objects, and variables; a drop that seems to be a store may have come later by as much as one collection.
//
// Locks: lock_, a leaf but for the tracer's. Never held across a safepoint.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/abi/rtype.h"

namespace gol::rt {

class Runtime;
struct mspan;

namespace life {

enum class Stage : uint8_t {
  kAllocated,
  kWatched,
  kDropped,
  kUnmarked,
  kSwept,
  kSlotReused,
  kSpanFreed,
  kPagesReused,
  kPagesReturned,
};
inline constexpr int kNumStages = 9;

const char* StageName(Stage stage);

// Return addresses of compiled code, innermost first; 0 after the last.
using Site = std::array<uint64_t, 6>;

struct Life {
  uint64_t id = 0;
  uintptr_t object = 0;      // its address
  uintptr_t slot_addr = 0;
  uintptr_t span_addr = 0;
  uint64_t slot_bytes = 0;
  uint32_t slot = 0;
  uint32_t span_pages = 0;
  uint8_t span_class = 0;
  bool is_sample = false;    // chosen by the recorder, not by Watch
  std::string type;          // empty: memory without pointers, of no known type
  int64_t time_ns[kNumStages] = {};  // since the recorder's start; -1: not yet, or never
  Site site[kNumStages] = {};
  int64_t dropped_after_ns = -1;     // the drop happened after this; -1: time_ns is exact
  uint32_t cycle = 0;        // the collection that found it unmarked
  uint32_t survived = 0;     // collections that marked it
  uint32_t revived = 0;      // by a finalizer
  // Proofs of life, for dropped.
  int64_t alive_ns = -1, stored_ns = -1, overwritten_ns = -1;
  Site overwritten_site = {};
  std::vector<uintptr_t> refs;  // places in memory that refer to it
  bool has_other_refs = false;  // one that is not in refs

  int64_t at(Stage s) const { return time_ns[static_cast<int>(s)]; }
};

// A stage of a life, with its place in the source as text.
struct StageRow {
  Stage stage;
  int64_t ns;
  int64_t after_ns;  // -1: ns is exact
  std::string file;  // empty: no code of the program did it
  int line = 0;
  std::string function;
};

// Pointers that went through the write barrier at a line of the program.
struct StoreCount {
  std::string file;  // empty: the runtime's own
  int line = 0;
  std::string function;
  uint64_t stores = 0;      // in memory that held a pointer, or of one
  uint64_t in_marking = 0;  // of them, while a collection marked: the others the barrier saw for the recorder alone
};

class Recorder {
 public:
  explicit Recorder(Runtime& rt);
  ~Recorder();

  // Begins to record; on a goroutine, or while nothing runs. From the first call on `on` is true.
  void Start();
  bool on() const { return on_.load(std::memory_order_acquire); }

  // Remembers where and when each object is allocated, for later calls of Watch, and watches every n-th (0:
  // none), at most `max` at a time. Starts the recorder. Allocations take the slow path from now on.
  void RememberAllocs(uint64_t every, uint64_t max);
  bool remembers_allocs() const { return remembers_.load(std::memory_order_relaxed); }

  // Follows the object that p points into; on a goroutine. Returns its number, the same for the same object;
  // 0: p does not point to the heap. type: its text.
  uint64_t Watch(const void* p, std::string_view type);

  // All lives so far, and the stages that one went through, in order of time.
  std::vector<Life> Lives();
  bool Find(uint64_t id, Life* out);
  uint64_t count();
  std::vector<StageRow> Stages(const Life& life);

  // Counts stores that the barrier sees from now on, or stops to; starts the recorder. Counts stay.
  void CountStores(bool on);
  bool counts_stores() const { return counts_.load(std::memory_order_relaxed); }
  std::vector<StoreCount> StoreCounts();  // by line, most first
  void ForgetStoreCounts();

  // ---- reports; only while on() ----
  void OnAlloc(const void* p, uint64_t size, const Type* type);       // a goroutine, slow path
  // The barrier: slot (0: not known) gets value in place of old; either may be 0.
  void OnStore(uintptr_t slot, uintptr_t old, uintptr_t value);
  void OnMarkEnd(uint32_t cycle, int64_t mark_start_ns);              // world stopped
  void OnSweep(mspan* s, bool frees_span);                            // the sweeper of s
  // How many of the `more` slots behind `first` a run may take.
  uint64_t LimitRun(const mspan* s, uint32_t first, uint64_t more);
  void OnSlotTaken(uintptr_t slot_addr);
  void OnPagesTaken(uintptr_t from, uintptr_t to);
  void OnPagesReturned(uintptr_t from, uintptr_t to);

 private:
  struct Birth {
    uintptr_t slot_addr = 0;
    int64_t ns = 0;
    Site site;
  };
  struct Where;  // of the caller of an On... function
  struct Stores {
    uint64_t all = 0, in_marking = 0;
  };

  uint64_t WatchAt(const void* p, std::string_view type, bool is_sample, const Site& site);
  Life* FindLive(uintptr_t word);  // lock_ held
  void Reach(Life* l, Stage stage, int64_t now, const Site* site = nullptr);
  void Trace(const Life& l, Stage stage);
  void Decide(Life* l, int64_t now);
  bool LineOf(const Site& site, StageRow* row);
  template <typename F>
  void ForWaiting(uintptr_t from, uintptr_t to, F&& visit);

  Runtime& rt_;
  std::atomic<bool> on_{false};
  std::atomic<bool> remembers_{false};
  std::atomic<bool> counts_{false};
  int64_t start_ns_ = 0;
  std::mutex lock_;  // guards the rest
  std::vector<std::unique_ptr<Life>> lives_;       // by number - 1
  std::map<uintptr_t, Life*> live_;                // not swept yet, by slot
  std::map<uintptr_t, Life*> waiting_;             // slot free, nobody has it or its pages yet
  std::map<Site, Stores> stores_;
  std::vector<Birth> births_;                      // of recent objects, by a hash of the slot's address
  uint64_t every_ = 0, max_samples_ = 0, countdown_ = 0, samples_ = 0;
};

}  // namespace life
}  // namespace gol::rt
