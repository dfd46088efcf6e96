// Tracer: the execution trace of one Runtime.
//
// Problem: Go's trace format is strict. Its readers run a model of the scheduler and reject a file in which a
// goroutine starts twice, a processor changes hands without having stopped, or a sequence number is missing; and
// the events come from threads that run at once. Go's own tracer is woven into its scheduler to keep these
// rules at every instant. Here the two halves are apart:
//
//   1. While the trace runs, threads append records to logs of their own: time, thread, processor, goroutine, what
//      happened, stack. A record is made before its effect can be seen by others (a goroutine is logged as
//      unblocked before it can run), so that times order cause and effect. Logs take no lock and know no rules.
//   2. When it ends, the converter merges the logs by time and replays them on a model of the scheduler. Where a
//      record does not fit (the trace began or ended in the middle of something, or two threads raced), it adds
//      the transition that must have happened or leaves the record out. What it writes is consistent by
//      construction.
//
// The log stays in memory until the end: about 50 bytes per event, and each stack once.
//
// The collector's threads hold no processor. The trace shows the driver of collections and each mark worker as a
// goroutine on a processor of its own, numbered from kFirstOwnProc: that is what they are, threads besides the
// program's. Stops of the world by other than a running goroutine appear on the driver.
//
// Start and Stop happen with the world stopped: the state at the start is a list of goroutines and what
// they were doing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/observers.h"
#include "runtime/sched/g.h"

namespace gol::rt {
class Runtime;
struct M;
struct P;
}

namespace gol::rt::tracing {

inline constexpr uint64_t kFirstOwnProc = 10000;
inline constexpr uint64_t kNoId = ~uint64_t{0};

// What happened. a, b: see behind each; g is the goroutine that runs, unless said otherwise.
enum class Kind : uint8_t {
  kGoCreate,      // a: id of the new one, b: its first function's address
  kGoStart,
  kGoStop,        // it yields; a: 1 when asked to
  kGoBlock,       // a: WaitReason
  kGoUnblock,     // a: id of the one that was waiting
  kGoEnd,
  kSyscallBegin,
  kSyscallEnd,    // without a processor when it was taken meanwhile
  kProcStop,      // the thread gives its processor up
  kProcsChange,   // a: GOMAXPROCS
  kStwBegin,      // a: StopReason
  kStwEnd,
  kGcBegin,
  kGcEnd,
  kWorkerBegin,   // a mark worker has work
  kWorkerEnd,
  kSweepBegin,
  kSweepEnd,      // a: bytes swept, b: bytes freed
  kAssistBegin,
  kAssistEnd,
  kHeapAlloc,     // a: bytes
  kHeapGoal,      // a: bytes
  kTaskBegin,     // a: id, b: id of the parent, text: type
  kTaskEnd,       // a: id
  kRegionBegin,   // a: task, text: type
  kRegionEnd,     // a: task, text: type
  kUserLog,       // a: task, text: category, b: text of the message
  // At the start: the state of goroutine g.
  kStateRunnable,
  kStateRunning,
  kStateSyscall,
  kStateWaiting,
  kStateGcRunning,
};

struct Record {
  int64_t time_ns;
  uint64_t p;      // kNoId: none
  uint64_t g;
  uint64_t a, b;
  uint32_t stack;  // of the log's stacks; 0: none
  uint32_t text;   // of the tracer's texts; 0: none
  Kind kind;
};

inline constexpr int kMaxFrames = 48;

// The log of one thread.
struct Log {
  uint64_t thread = 0;           // the system's id
  bool is_worker = false;        // a mark worker of the collector
  std::atomic<bool> busy{false};  // a record is being made
  std::vector<Record> records;
  std::unordered_map<uint64_t, std::vector<uint32_t>> stacks_by_hash;
  std::vector<std::vector<uint64_t>> stacks{{}};  // return addresses, innermost first
};

class Tracer {
 public:
  explicit Tracer(Runtime& rt);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  bool on() const { return kHasObservers && on_.load(std::memory_order_relaxed); }

  // On a goroutine, or on a host's thread while nothing runs. False: on already.
  bool Start();
  // Ends the trace and returns the file; empty when there is none.
  std::string Stop();

  // ---- records; each looks at on() first ----
  // By the thread's own M (null: none), which may hold a P and run a goroutine.
  void Event(Kind kind, uint64_t a = 0, uint64_t b = 0, uint32_t text = 0) {
    if (on()) Add(kind, a, b, false, text);
  }
  // The same with the stack of the running goroutine.
  void EventWithStack(Kind kind, uint64_t a = 0, uint64_t b = 0, uint32_t text = 0) {
    if (on()) Add(kind, a, b, true, text);
  }
  // The same for something that happened at time_ns. The begin of a region, on the other hand, gets the time when
  // its record is complete: a region's length has little of the tracer's own time in it.
  void EventAt(int64_t time_ns, Kind kind, uint64_t a, uint32_t text) {
    if (on()) Add(kind, a, 0, true, text, time_ns);
  }
  // Of goroutine g, which the thread has just left or is about to run.
  void GoEvent(Kind kind, M* m, G* g, uint64_t a = 0) {
    if (on()) AddGo(kind, m, g, a);
  }
  // A number for a text.
  uint32_t TextId(std::string_view text);

 private:
  friend class Converter;

  void Add(Kind kind, uint64_t a, uint64_t b, bool with_stack, uint32_t text, int64_t time_ns = 0);
  void AddGo(Kind kind, M* m, G* g, uint64_t a);
  Log* OwnLog();
  void Append(const Record& record, std::span<const uint64_t> stack);
  void RecordStates();

  Runtime& rt_;
  std::atomic<bool> on_{false};
  int64_t start_ns_ = 0;
  std::mutex lock_;
  std::vector<std::unique_ptr<Log>> logs_;                  // guarded by lock_
  std::vector<std::string> texts_;                          // guarded by lock_
  std::unordered_map<std::string, uint32_t> text_ids_;      // guarded by lock_
};

}  // namespace gol::rt::tracing
