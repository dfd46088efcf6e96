// Recorder: what becomes of watched objects, from their allocation until their pages are given back.
//
// Problem: in a runtime with a collector nobody releases an object. It loses its last reference, some later
// collection does not find it, some later sweep frees its slot, somebody gets the slot or the span's pages, or
// the system gets them back. Each step is done by another part, at a time of its own choosing. The recorder
// writes the steps of chosen objects down as they happen:
//
//   allocated       the program got the slot; known if allocations are remembered (see below)
//   watched         the recorder was asked to follow the object
//   dropped         the last reference went, at some time between two others: see below
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
// dropped. No part of a program says when an object's last reference goes: it may be a variable, or lie in an object
// that dies too, or have been stored where there is no barrier (to a fresh object). What is known are two times.
// The object was referred to at its last sign of life: it was allocated, or watched; a pointer to it was stored;
// one was overwritten, which held it until then; a marking that reached it began. It was not at the end of the marking
// that did not reach it. The drop lies between the two, and the record says no more than that; where the
// last sign was a pointer that was overwritten, it has the place in the program that did it. The next
// collection is what makes the interval short: call it, or have it come often (GODEBUG=gcstress=N).
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
  int64_t dropped_after_ns = -1;     // the drop happened between this and its time_ns; -1: not known to be dropped
  uint32_t cycle = 0;        // the collection that found it unmarked
  uint32_t survived = 0;     // collections that marked it
  uint32_t revived = 0;      // by a finalizer
  // The last sign of life; where a pointer to the object was overwritten, if it was that.
  int64_t alive_ns = -1;
  Site overwritten_site = {};

  int64_t at(Stage s) const { return time_ns[static_cast<int>(s)]; }
  void SignOfLife(int64_t ns) {
    alive_ns = ns;
    overwritten_site = {};
  }
};

// A stage of a life, with its place in the source as text.
struct StageRow {
  Stage stage;
  int64_t ns;
  int64_t after_ns;  // of kDropped: it happened between this and ns; else -1
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
  // The barrier: value is stored in place of old; either may be 0. moved_over: where old stood, if a whole value
  // is moved there, else 0. In a frame that may be a variable's first value, and old what another frame left.
  void OnStore(uintptr_t old, uintptr_t value, uintptr_t moved_over);
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
