// See trace_reader.h.
//
// A file is a header and batches; a batch belongs to a thread and holds its events, times as differences. The
// tables of strings and stacks stand in batches without a thread and may come behind the events that refer to
// them, per generation. So all batches of a generation are taken apart first; then the events are sorted by time and
// followed on a model of which processor and goroutine each thread has.
#include "trace_reader.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

namespace gol::cmd {
namespace {

// Types of events that are looked at, as the format numbers them.
enum : uint8_t {
  kEventBatch = 1, kStacks = 2, kStack = 3, kStrings = 4, kString = 5, kCpuSamples = 6, kFrequency = 8,
  kProcsChange = 9, kProcStart = 10, kProcStop = 11, kProcSteal = 12, kProcStatus = 13, kGoCreate = 14,
  kGoCreateSyscall = 15, kGoStart = 16, kGoDestroy = 17, kGoDestroySyscall = 18, kGoStop = 19, kGoBlock = 20,
  kGoUnblock = 21, kGoSyscallBegin = 22, kGoSyscallEnd = 23, kGoSyscallEndBlocked = 24, kGoStatus = 25,
  kStwBegin = 26, kStwEnd = 27, kGcActive = 28, kGcBegin = 29, kGcEnd = 30, kGcSweepActive = 31,
  kGcSweepBegin = 32, kGcSweepEnd = 33, kHeapAlloc = 37, kHeapGoal = 38, kUserTaskBegin = 40, kUserTaskEnd = 41,
  kUserRegionBegin = 42, kUserRegionEnd = 43, kUserLog = 44, kGoSwitch = 45, kGoSwitchDestroy = 46,
  kGoCreateBlocked = 47, kGoStatusStack = 48, kExperimentalBatch = 49, kSync = 50, kClockSnapshot = 51,
  kEndOfGeneration = 52,
};

// Numbers behind the time of an event, by type; -1: no event of a thread.
constexpr int8_t kArgs[] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 2, 0, 3, 2, 3, 1, 2, 0, 0, 2, 2, 3, 2, 0, 0, 3, 2, 0,
                            1,  2,  1,  1,  1,  2,  1,  1,  0,  1, 1, 1, 4, 2, 3, 3, 4, 2, 2, 3, 4};

struct Input {
  std::string_view rest;
  bool bad = false;

  uint64_t Varint() {
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest.empty()) break;
      const auto byte = static_cast<uint8_t>(rest[0]);
      rest.remove_prefix(1);
      v |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return v;
    }
    bad = true;
    return 0;
  }
  uint8_t Byte() {
    if (rest.empty()) {
      bad = true;
      return 0;
    }
    const auto byte = static_cast<uint8_t>(rest[0]);
    rest.remove_prefix(1);
    return byte;
  }
  std::string_view Bytes(uint64_t n) {
    if (n > rest.size()) {
      bad = true;
      return {};
    }
    const std::string_view bytes = rest.substr(0, n);
    rest.remove_prefix(n);
    return bytes;
  }
};

struct Event {
  uint64_t time;
  uint64_t thread;
  uint64_t args[4];
  uint32_t order;
  uint8_t type;
};

constexpr uint64_t kNone = ~uint64_t{0};

class Reader {
 public:
  Reader(std::string_view file, Trace* trace) : in_{file}, t_(*trace) {}

  bool Read(std::string* error) {
    const std::string_view head = in_.Bytes(16);
    if (in_.bad || !head.starts_with("go 1.") || head.find(" trace") == head.npos) {
      *error = "not an execution trace";
      return false;
    }
    const int minor = std::atoi(std::string(head.substr(5, 3)).c_str());
    if (minor < 22) {
      *error = "a trace of Go 1." + std::to_string(minor) + ", which has another format";
      return false;
    }
    while (!in_.rest.empty()) {
      const uint8_t type = in_.Byte();
      if (type == kEndOfGeneration) {
        FinishGeneration();
        continue;
      }
      if (type == kExperimentalBatch) in_.Byte();
      const uint64_t generation = in_.Varint();
      const uint64_t thread = in_.Varint();
      const uint64_t time = in_.Varint();
      const std::string_view data = in_.Bytes(in_.Varint());
      if (in_.bad || (type != kEventBatch && type != kExperimentalBatch)) {
        *error = "the trace is damaged or cut off";
        return false;
      }
      if (type == kExperimentalBatch) continue;
      if (generation != generation_ && !events_.empty()) FinishGeneration();
      generation_ = generation;
      if (!ReadBatch(thread, time, data)) {
        *error = "the trace has an event that is not known";
        return false;
      }
    }
    FinishGeneration();
    Close();
    return true;
  }

 private:
  struct Go {
    std::string name;
    uint64_t thread = kNone;
    int64_t since = 0;        // of the state
    enum { kOther, kRunning, kSyscall, kBlocked } state = kOther;
    std::string reason;
    std::vector<TraceRegion> open;
    std::map<std::string, std::string> notes;  // last log by category
    bool is_counted = false;
  };
  struct Thread {
    uint64_t p = kNone, g = kNone;
  };

  bool ReadBatch(uint64_t thread, uint64_t time, std::string_view data) {
    Input b{data};
    while (!b.rest.empty()) {
      const uint8_t type = b.Byte();
      switch (type) {
        case kStrings:
        case kStacks:
        case kSync: continue;
        case kCpuSamples: return true;
        case kString: {
          const uint64_t id = b.Varint();
          strings_[id] = b.Bytes(b.Varint());
          break;
        }
        case kStack: {
          const uint64_t id = b.Varint(), n = b.Varint();
          // The outermost frame but the runtime's own names a goroutine.
          uint64_t first = 0;
          for (uint64_t i = 0; i < n && !b.bad; i++) {
            b.Varint();
            first = b.Varint();
            b.Varint();
            b.Varint();
          }
          outermost_[id] = first;
          break;
        }
        case kFrequency: frequency_ = std::max<uint64_t>(1, b.Varint()); break;
        case kClockSnapshot:
          for (int i = 0; i < 4; i++) b.Varint();
          break;
        default: {
          if (type >= sizeof kArgs || kArgs[type] < 0) return false;
          Event e{time += b.Varint(), thread, {}, static_cast<uint32_t>(events_.size()), type};
          for (int i = 0; i < kArgs[type]; i++) e.args[i] = b.Varint();
          events_.push_back(e);
        }
      }
      if (b.bad) return false;
    }
    return true;
  }

  void FinishGeneration() {
    std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
      return a.time != b.time ? a.time < b.time : a.order < b.order;
    });
    for (const Event& e : events_) {
      if (t_.events++ == 0) first_ = e.time;
      now_ = static_cast<int64_t>(static_cast<double>(e.time - first_) * 1e9 / static_cast<double>(frequency_));
      Follow(e);
    }
    events_.clear();
    strings_.clear();
    outermost_.clear();
  }

  std::string Text(uint64_t id) const {
    auto at = strings_.find(id);
    return at == strings_.end() ? "" : at->second;
  }
  std::string StackName(uint64_t id) const {
    auto at = outermost_.find(id);
    return at == outermost_.end() ? "" : Text(at->second);
  }

  // Ends what the goroutine was doing.
  void Leave(uint64_t g) {
    Go& go = gos_[g];
    if (go.state == Go::kOther) {
      go.since = now_;
      return;
    }
    TraceGoroutines& sum = t_.goroutines[go.name];
    if (!go.is_counted) {
      go.is_counted = true;
      ++sum.count;
    }
    const int64_t time = now_ - go.since;
    if (go.state == Go::kRunning) {
      sum.running += time;
      const uint64_t p = go.thread != kNone ? threads_[go.thread].p : kNone;
      if (p != kNone) t_.procs[p].push_back({go.since, now_, g});
    } else if (go.state == Go::kSyscall) {
      sum.syscall += time;
    } else if (go.state == Go::kBlocked && !go.reason.empty()) {
      sum.blocked[go.reason] += time;
    }
    go.since = now_;
    go.state = Go::kOther;
    go.reason.clear();
  }
  void Run(uint64_t thread, uint64_t g) {
    Leave(g);
    gos_[g].state = Go::kRunning;
    gos_[g].thread = thread;
    threads_[thread].g = g;
  }
  void Stop(uint64_t thread, bool is_block, const std::string& reason) {
    const uint64_t g = threads_[thread].g;
    if (g == kNone) return;
    Leave(g);
    if (is_block) {
      gos_[g].state = Go::kBlocked;
      gos_[g].reason = reason;
    }
    gos_[g].thread = kNone;
    threads_[thread].g = kNone;
  }
  void Name(uint64_t g, const std::string& name) {
    if (name.empty() || !gos_[g].name.empty()) return;
    gos_[g].name = name;
    t_.names[g] = name;
  }

  void Follow(const Event& e) {
    Thread& thread = threads_[e.thread];
    const uint64_t a = e.args[0];
    switch (e.type) {
      case kProcStart: thread.p = a; break;
      case kProcStop: thread.p = kNone; break;
      case kProcSteal:
        for (auto& [id, other] : threads_) {
          if (other.p == a) other.p = kNone;
        }
        break;
      case kProcStatus:
        if (e.args[1] == 1) thread.p = a;
        break;
      case kGoCreate:
      case kGoCreateBlocked: Name(a, StackName(e.args[1])); break;
      case kGoCreateSyscall: break;
      case kGoStatus:
      case kGoStatusStack: {
        if (e.type == kGoStatusStack) Name(a, StackName(e.args[3]));
        if (gos_[a].state != Go::kOther) break;
        gos_[a].since = now_;
        if (e.args[2] == 2) {
          Run(e.args[1] != kNone ? e.args[1] : e.thread, a);
        } else if (e.args[2] == 3) {
          gos_[a].state = Go::kSyscall;
          gos_[a].thread = e.args[1];
          threads_[e.args[1]].g = a;
        } else if (e.args[2] == 4) {
          gos_[a].state = Go::kBlocked;
        }
        break;
      }
      case kGoStart: Run(e.thread, a); break;
      case kGoDestroy:
      case kGoDestroySyscall: Stop(e.thread, false, ""); break;
      // A goroutine whose first function is one that the compiler made has a name from where it stops first.
      case kGoStop:
      case kGoBlock:
        if (thread.g != kNone) Name(thread.g, StackName(e.args[1]));
        Stop(e.thread, e.type == kGoBlock, Text(a));
        break;
      case kGoSwitch:
        Stop(e.thread, true, "coroutine switch");
        Run(e.thread, a);
        break;
      case kGoSwitchDestroy:
        Stop(e.thread, false, "");
        Run(e.thread, a);
        break;
      case kGoUnblock: Leave(a); break;
      case kGoSyscallBegin:
        if (thread.g == kNone) break;
        Leave(thread.g);
        gos_[thread.g].state = Go::kSyscall;
        break;
      case kGoSyscallEnd:
        if (thread.g != kNone) Run(e.thread, thread.g);
        break;
      case kGoSyscallEndBlocked: Stop(e.thread, false, ""); break;
      case kStwBegin: t_.pauses.push_back({now_, -1, Text(a)}); break;
      case kStwEnd:
        if (!t_.pauses.empty() && t_.pauses.back().to < 0) t_.pauses.back().to = now_;
        break;
      case kGcActive:
      case kGcBegin: t_.marking.push_back({now_, -1, t_.marking.size() + 1}); break;
      case kGcEnd:
        if (!t_.marking.empty() && t_.marking.back().to < 0) t_.marking.back().to = now_;
        break;
      case kGcSweepBegin: t_.sweeping[thread.p].push_back({now_, -1, 0}); break;
      case kGcSweepEnd: {
        auto& list = t_.sweeping[thread.p];
        if (!list.empty() && list.back().to < 0) list.back().to = now_;
        break;
      }
      case kHeapAlloc: t_.heap.push_back({now_, a}); break;
      case kHeapGoal: t_.goal.push_back({now_, a}); break;
      case kUserTaskBegin: t_.tasks[a] = {Text(e.args[2]), now_, -1, {}}; break;
      case kUserTaskEnd:
        if (t_.tasks.contains(a)) t_.tasks[a].to = now_;
        break;
      case kUserRegionBegin:
        if (thread.g != kNone) {
          Go& go = gos_[thread.g];
          const std::string type = Text(e.args[1]);
          auto note = go.notes.find(type);
          go.open.push_back({type, note == go.notes.end() ? "" : note->second, now_, -1});
        }
        break;
      case kUserRegionEnd:
        if (thread.g != kNone && !gos_[thread.g].open.empty()) {
          TraceRegion r = std::move(gos_[thread.g].open.back());
          gos_[thread.g].open.pop_back();
          r.to = now_;
          if (r.type == Text(e.args[1])) t_.regions.push_back(std::move(r));
        }
        break;
      case kUserLog: {
        const std::string category = Text(e.args[1]), message = Text(e.args[2]);
        if (thread.g != kNone) gos_[thread.g].notes[category] = message;
        if (auto task = t_.tasks.find(a); task != t_.tasks.end()) {
          task->second.logs.emplace_back(now_, category.empty() ? message : category + ": " + message);
        }
        break;
      }
      default: break;
    }
  }

  // What goes on when the trace ends, ends with it.
  void Close() {
    t_.duration = now_;
    for (auto& [id, go] : gos_) Leave(id);
    for (TracePause& p : t_.pauses) {
      if (p.to < 0) p.to = now_;
    }
    for (TraceSegment& s : t_.marking) {
      if (s.to < 0) s.to = now_;
    }
    for (auto& [p, list] : t_.sweeping) {
      for (TraceSegment& s : list) {
        if (s.to < 0) s.to = now_;
      }
    }
    for (auto& [p, list] : t_.procs) {
      std::sort(list.begin(), list.end(), [](const TraceSegment& a, const TraceSegment& b) { return a.from < b.from; });
    }
  }

  Input in_;
  Trace& t_;
  uint64_t generation_ = 0;
  uint64_t frequency_ = 1000000000;
  uint64_t first_ = 0;
  int64_t now_ = 0;
  std::vector<Event> events_;
  std::unordered_map<uint64_t, std::string> strings_;
  std::unordered_map<uint64_t, uint64_t> outermost_;
  std::unordered_map<uint64_t, Go> gos_;
  std::unordered_map<uint64_t, Thread> threads_;
};

}  // namespace

bool ReadTrace(std::string_view file, Trace* trace, std::string* error) {
  return Reader(file, trace).Read(error);
}

}  // namespace gol::cmd
