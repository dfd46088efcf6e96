// Replays the logs on a model of the scheduler and writes what happens there.
//
// The model knows, for each thread, the processor that it holds and the goroutine that it runs; for each
// processor and goroutine its state and the number of its last change of hands. A record says what a thread did and,
// besides, which processor and goroutine it had then. Before its event is written the model is brought to
// that state, by the events that lead there (Ensure...): a processor that another thread seems to hold is
// stopped there, or stolen if that thread is in a system call; a goroutine that seems to wait is unblocked. In
// a trace without races none of this happens, but for processors, whose starts and thefts are not logged at
// all: they follow from where they turn up.
//
// Every event gets a time of its own, one nanosecond apart at least, so that readers, who merge the threads'
// batches by time, see the order of the model.
#include "runtime/tracing/converter.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "runtime/sched/sched.h"
#include "runtime/tracing/trace_file.h"

namespace gol::rt::tracing {
namespace {

// The driver of collections: thread, processor, goroutine. Mark workers: the numbers behind.
constexpr uint64_t kDriverThread = uint64_t{1} << 32;
constexpr uint64_t kFirstOwnGo = 1000000000;

// States as the format numbers them.
enum GoState : uint64_t { kRunnable = 1, kRunning = 2, kSyscall = 3, kWaiting = 4 };
enum ProcState : uint64_t { kProcRunning = 1, kProcIdle = 2, kProcSyscall = 3 };

const char* BlockReason(uint64_t reason) {
  switch (static_cast<WaitReason>(reason)) {
    case WaitReason::kChanReceive: return "chan receive";
    case WaitReason::kChanSend: return "chan send";
    case WaitReason::kSelect: return "select";
    case WaitReason::kSyncCondWait: return "sync.(*Cond).Wait";
    case WaitReason::kSemacquire:
    case WaitReason::kSyncMutexLock:
    case WaitReason::kSyncRWMutexRLock:
    case WaitReason::kSyncRWMutexLock:
    case WaitReason::kSyncWaitGroupWait: return "sync";
    case WaitReason::kSleep: return "sleep";
    case WaitReason::kIOWait: return "network";
    case WaitReason::kChanReceiveNilChan:
    case WaitReason::kChanSendNilChan:
    case WaitReason::kSelectNoCases: return "forever";
    case WaitReason::kGCAssistMarking:
    case WaitReason::kGCAssistWait: return "GC mark assist wait for work";
    case WaitReason::kGarbageCollection: return "wait until GC ends";
    case WaitReason::kPreempted: return "preempted";
    case WaitReason::kFinalizerWait:
    case WaitReason::kCleanupWait: return "system goroutine wait";
    default: return "unspecified";
  }
}

const char* StopText(uint64_t reason) {
  switch (static_cast<StopReason>(reason)) {
    case StopReason::kGC: return "GC";
    case StopReason::kGcSweepTermination: return "GC sweep termination";
    case StopReason::kGcMarkTermination: return "GC mark termination";
    case StopReason::kGomaxprocs: return "GOMAXPROCS";
    case StopReason::kReadMemStats: return "read mem stats";
    case StopReason::kGoroutineProfile: return "goroutine profile";
    case StopReason::kAllGoroutinesStack: return "all goroutines stack trace";
    default: return "unknown";
  }
}

}  // namespace

class Converter {
 public:
  Converter(const std::vector<std::unique_ptr<Log>>& logs, const std::vector<std::string>& texts,
            int64_t start_ns, CodeInfo* code)
      : logs_(logs), texts_(texts), start_ns_(start_ns), now_(start_ns), file_(code) {}

  std::string Run() {
    struct Ref {
      int64_t time_ns;
      uint32_t log, record;
    };
    std::vector<Ref> order;
    for (uint32_t l = 0; l < logs_.size(); l++) {
      const auto& records = logs_[l]->records;
      for (uint32_t i = 0; i < records.size(); i++) order.push_back({records[i].time_ns, l, i});
    }
    std::sort(order.begin(), order.end(), [](const Ref& a, const Ref& b) {
      return std::tie(a.time_ns, a.log, a.record) < std::tie(b.time_ns, b.log, b.record);
    });
    for (const Ref& ref : order) {
      log_ = logs_[ref.log].get();
      r_ = &log_->records[ref.record];
      now_ = std::max(now_, r_->time_ns);
      Replay();
    }
    return file_.Finish(start_ns_);
  }

 private:
  struct Go {
    GoState state;
    uint64_t seq = 0;
    uint64_t thread = kNoId;       // that it runs on, or makes a system call on
    bool unblock_pending = false;  // unblocked before it was seen to block
    bool in_assist = false;
    std::vector<std::pair<uint64_t, uint32_t>> regions;  // open ones: task and text
  };
  struct Proc {
    ProcState state;
    uint64_t seq = 0;
    uint64_t thread = kNoId;
    bool in_sweep = false;
  };
  struct Thread {
    uint64_t p = kNoId;
    uint64_t g = kNoId;
  };

  void Emit(uint64_t thread, Wire type, std::initializer_list<uint64_t> args) {
    file_.Event(thread, ++now_, type, args);
  }
  uint64_t RecordStack() { return file_.Stack(log_->stacks[r_->stack]); }
  uint64_t RecordText() { return file_.Text(texts_[r_->text]); }

  void AddGo(uint64_t thread, uint64_t g, GoState state, uint64_t stack, uint64_t on = kNoId) {
    if (gos_.contains(g)) return;
    Emit(thread, Wire::kGoStatusStack, {g, on, state, stack});
    gos_[g] = Go{state};
  }

  // ---- transitions ----
  void StopGo(uint64_t t) {
    Thread& thread = threads_[t];
    if (thread.g == kNoId) return;
    Go& go = gos_[thread.g];
    if (go.state == kSyscall) {
      if (thread.p != kNoId && procs_[thread.p].state == kProcSyscall) DropProc(t);
      Emit(t, Wire::kGoSyscallEndBlocked, {});
    } else {
      Emit(t, Wire::kGoStop, {file_.Text("preempted"), 0});
    }
    go.state = kRunnable;
    go.thread = kNoId;
    thread.g = kNoId;
  }

  void DropProc(uint64_t t) {
    Thread& thread = threads_[t];
    if (thread.p == kNoId) return;
    Proc& proc = procs_[thread.p];
    if (proc.in_sweep) {
      proc.in_sweep = false;
      Emit(t, Wire::kGcSweepEnd, {0, 0});
    }
    Emit(t, Wire::kProcStop, {});
    proc.state = kProcIdle;
    proc.thread = kNoId;
    thread.p = kNoId;
  }

  void EnsureProc(uint64_t t, uint64_t p) {
    if (threads_[t].p == p) {
      // Not known to have left its system call.
      if (procs_[p].state == kProcSyscall) {
        Emit(t, Wire::kGoSyscallEnd, {});
        procs_[p].state = kProcRunning;
        gos_[threads_[t].g].state = kRunning;
      }
      return;
    }
    if (threads_[t].p != kNoId) {
      StopGo(t);
      DropProc(t);
    }
    auto known = procs_.find(p);
    if (known == procs_.end()) {
      Emit(t, Wire::kProcStatus, {p, kProcIdle});
      procs_[p] = Proc{kProcIdle};
    } else if (known->second.thread != kNoId) {
      const uint64_t holder = known->second.thread;
      if (known->second.state == kProcSyscall) {
        Emit(t, Wire::kProcSteal, {p, ++known->second.seq, holder});
        threads_[holder].p = kNoId;
      } else {
        StopGo(holder);
        DropProc(holder);
      }
    }
    Proc& proc = procs_[p];
    Emit(t, Wire::kProcStart, {p, ++proc.seq});
    proc.state = kProcRunning;
    proc.thread = t;
    threads_[t].p = p;
  }

  void EnsureRunning(uint64_t t, uint64_t p, uint64_t g, uint64_t stack = 0) {
    if (threads_[t].g == g && threads_[t].p == p && gos_[g].state == kRunning) return;
    EnsureProc(t, p);
    if (threads_[t].g == g && gos_[g].state == kRunning) return;
    StopGo(t);
    AddGo(t, g, kRunnable, stack);
    Go& go = gos_[g];
    if (go.state == kWaiting) {
      Emit(t, Wire::kGoUnblock, {g, ++go.seq, 0});
    } else if (go.state == kRunning || go.state == kSyscall) {
      StopGo(go.thread);
    }
    Emit(t, Wire::kGoStart, {g, ++go.seq});
    go.state = kRunning;
    go.thread = t;
    go.unblock_pending = false;
    threads_[t].g = g;
  }

  // The record's own goroutine runs; false: there is none.
  bool EnsureOwn() {
    if (r_->p == kNoId || r_->g == kNoId) return false;
    EnsureRunning(log_->thread, r_->p, r_->g);
    return true;
  }

  void Block(uint64_t t, const char* reason, uint64_t stack) {
    const uint64_t g = threads_[t].g;
    Emit(t, Wire::kGoBlock, {file_.Text(reason), stack});
    Go& go = gos_[g];
    go.state = kWaiting;
    go.thread = kNoId;
    threads_[t].g = kNoId;
    if (go.unblock_pending) {
      go.unblock_pending = false;
      Emit(t, Wire::kGoUnblock, {g, ++go.seq, 0});
      go.state = kRunnable;
    }
  }

  // ---- the collector's threads ----
  void EnterDriver() {
    if (driver_depth_++ > 0) return;
    EnsureRunning(kDriverThread, kFirstOwnProc, kFirstOwnGo, file_.NamedStack("runtime.gcDriver"));
  }
  void LeaveDriver() {
    if (--driver_depth_ > 0) return;
    Block(kDriverThread, "system goroutine wait", 0);
    DropProc(kDriverThread);
  }
  // By the record's own goroutine, or by the driver where there is none.
  void EmitUser(Wire type, std::initializer_list<uint64_t> args) {
    if (EnsureOwn()) {
      Emit(log_->thread, type, args);
      return;
    }
    EnterDriver();
    Emit(kDriverThread, type, args);
    LeaveDriver();
  }
  uint64_t WorkerNumber() {
    return workers_.emplace(log_->thread, workers_.size() + 1).first->second;
  }

  void Replay() {
    const uint64_t t = log_->thread;
    const Record& r = *r_;
    switch (r.kind) {
      case Kind::kStateRunning:
        if (procs_.contains(r.p) || gos_.contains(r.g)) break;
        Emit(t, Wire::kProcStatus, {r.p, kProcRunning});
        procs_[r.p] = Proc{kProcRunning, 0, t};
        threads_[t].p = r.p;
        AddGo(t, r.g, kRunning, RecordStack(), t);
        gos_[r.g].thread = t;
        threads_[t].g = r.g;
        break;
      case Kind::kStateRunnable: AddGo(t, r.g, kRunnable, RecordStack()); break;
      case Kind::kStateWaiting: AddGo(t, r.g, kWaiting, RecordStack()); break;
      case Kind::kStateSyscall:
        if (r.a == kNoId || threads_.contains(r.a)) {
          AddGo(t, r.g, kWaiting, RecordStack());
          break;
        }
        AddGo(t, r.g, kSyscall, RecordStack(), r.a);
        gos_[r.g].thread = r.a;
        threads_[r.a].g = r.g;
        break;
      case Kind::kStateGcRunning:
        EnterDriver();
        Emit(kDriverThread, Wire::kGcActive, {++gc_seq_});
        gc_running_ = true;
        break;

      case Kind::kGoCreate: {
        const uint64_t first[] = {r.b + 1};
        const uint64_t stack = r.b != 0 ? file_.Stack(first) : 0;
        if (gos_.contains(r.a)) break;
        if (!EnsureOwn()) {
          AddGo(t, r.a, kRunnable, stack);
          break;
        }
        Emit(t, Wire::kGoCreate, {r.a, stack, RecordStack()});
        gos_[r.a] = Go{kRunnable};
        break;
      }
      case Kind::kGoStart:
        EnsureOwn();
        break;
      case Kind::kGoStop:
        if (!EnsureOwn()) break;
        Emit(t, Wire::kGoStop, {file_.Text(r.a != 0 ? "preempted" : "runtime.Gosched"), RecordStack()});
        gos_[r.g].state = kRunnable;
        gos_[r.g].thread = kNoId;
        threads_[t].g = kNoId;
        break;
      case Kind::kGoBlock:
        if (EnsureOwn()) Block(t, BlockReason(r.a), RecordStack());
        break;
      case Kind::kGoUnblock: {
        AddGo(t, r.a, kWaiting, 0);
        Go& go = gos_[r.a];
        if (go.state == kWaiting) {
          Emit(t, Wire::kGoUnblock, {r.a, ++go.seq, RecordStack()});
          go.state = kRunnable;
        } else if (go.state == kRunning || go.state == kSyscall) {
          go.unblock_pending = true;
        }
        break;
      }
      case Kind::kGoEnd:
        if (!EnsureOwn()) break;
        Emit(t, Wire::kGoDestroy, {});
        gos_.erase(r.g);
        threads_[t].g = kNoId;
        break;

      case Kind::kSyscallBegin:
        if (!EnsureOwn()) break;
        Emit(t, Wire::kGoSyscallBegin, {++procs_[r.p].seq, RecordStack()});
        procs_[r.p].state = kProcSyscall;
        gos_[r.g].state = kSyscall;
        break;
      case Kind::kSyscallEnd: {
        Thread& thread = threads_[t];
        if (thread.g != r.g || gos_[r.g].state != kSyscall) {
          EnsureOwn();
          break;
        }
        if (thread.p != kNoId && thread.p == r.p) {
          EnsureProc(t, r.p);  // ends the call
          break;
        }
        DropProc(t);
        StopGo(t);
        EnsureOwn();
        break;
      }
      case Kind::kProcStop:
        if (threads_[t].p != r.p || r.p == kNoId) break;
        if (threads_[t].g != kNoId && gos_[threads_[t].g].state == kRunning) StopGo(t);
        DropProc(t);
        break;
      case Kind::kProcsChange:
        if (EnsureOwn()) Emit(t, Wire::kProcsChange, {r.a, 0});
        break;

      case Kind::kStwBegin:
        if (in_stw_) break;
        in_stw_ = true;
        stw_go_ = EnsureOwn() ? r.g : kNoId;
        if (stw_go_ == kNoId) EnterDriver();
        Emit(stw_go_ == kNoId ? kDriverThread : t, Wire::kStwBegin,
             {file_.Text(StopText(r.a)), RecordStack()});
        break;
      case Kind::kStwEnd:
        if (!in_stw_) break;
        if (stw_go_ == kNoId) {
          Emit(kDriverThread, Wire::kStwEnd, {});
          LeaveDriver();
        } else if (r.g == stw_go_ && EnsureOwn()) {
          Emit(t, Wire::kStwEnd, {});
        } else {
          break;
        }
        in_stw_ = false;
        break;
      case Kind::kGcBegin:
        if (gc_running_) break;
        gc_running_ = true;
        EnterDriver();
        Emit(kDriverThread, Wire::kGcBegin, {++gc_seq_, 0});
        break;
      case Kind::kGcEnd:
        if (!gc_running_) break;
        gc_running_ = false;
        Emit(kDriverThread, Wire::kGcEnd, {++gc_seq_});
        LeaveDriver();
        break;
      case Kind::kWorkerBegin: {
        const uint64_t n = WorkerNumber();
        EnsureRunning(t, kFirstOwnProc + n, kFirstOwnGo + n,
                      file_.NamedStack("runtime.gcBgMarkWorker"));
        break;
      }
      case Kind::kWorkerEnd:
        if (threads_[t].g != kFirstOwnGo + WorkerNumber()) break;
        Block(t, "system goroutine wait", 0);
        DropProc(t);
        break;
      case Kind::kSweepBegin: {
        const bool own = r.p != kNoId;
        if (own && !EnsureOwn()) EnsureProc(t, r.p);
        Proc* proc = own ? &procs_[r.p] : nullptr;
        if (own ? proc->in_sweep : driver_sweeps_) break;
        if (!own) EnterDriver();
        (own ? proc->in_sweep : driver_sweeps_) = true;
        Emit(own ? t : kDriverThread, Wire::kGcSweepBegin, {0});
        break;
      }
      case Kind::kSweepEnd: {
        const bool own = r.p != kNoId;
        if (own && !EnsureOwn()) EnsureProc(t, r.p);
        bool& in_sweep = own ? procs_[r.p].in_sweep : driver_sweeps_;
        if (!in_sweep) break;
        in_sweep = false;
        Emit(own ? t : kDriverThread, Wire::kGcSweepEnd, {r.a, r.b});
        if (!own) LeaveDriver();
        break;
      }
      case Kind::kAssistBegin:
        if (!EnsureOwn() || gos_[r.g].in_assist) break;
        gos_[r.g].in_assist = true;
        Emit(t, Wire::kGcMarkAssistBegin, {RecordStack()});
        break;
      case Kind::kAssistEnd:
        if (!EnsureOwn() || !gos_[r.g].in_assist) break;
        gos_[r.g].in_assist = false;
        Emit(t, Wire::kGcMarkAssistEnd, {});
        break;
      case Kind::kHeapAlloc:
      case Kind::kHeapGoal: {
        const Wire type = r.kind == Kind::kHeapAlloc ? Wire::kHeapAlloc : Wire::kHeapGoal;
        if (r.p != kNoId) {
          if (!EnsureOwn()) EnsureProc(t, r.p);
          Emit(t, type, {r.a});
        } else {
          EnterDriver();
          Emit(kDriverThread, type, {r.a});
          LeaveDriver();
        }
        break;
      }

      // Tasks and logs of watched objects come from the collector's threads too.
      case Kind::kTaskBegin:
        if (!tasks_.insert(r.a).second) break;
        EmitUser(Wire::kUserTaskBegin, {r.a, r.b, RecordText(), RecordStack()});
        break;
      case Kind::kTaskEnd:
        tasks_.erase(r.a);
        EmitUser(Wire::kUserTaskEnd, {r.a, RecordStack()});
        break;
      case Kind::kRegionBegin:
        if (!EnsureOwn()) break;
        gos_[r.g].regions.emplace_back(r.a, r.text);
        Emit(t, Wire::kUserRegionBegin, {r.a, RecordText(), RecordStack()});
        break;
      case Kind::kRegionEnd: {
        if (!EnsureOwn()) break;
        auto& regions = gos_[r.g].regions;
        // One that began before the trace is known to readers too; one out of order is not.
        if (!regions.empty() && regions.back() != std::pair(r.a, r.text)) break;
        if (!regions.empty()) regions.pop_back();
        Emit(t, Wire::kUserRegionEnd, {r.a, RecordText(), RecordStack()});
        break;
      }
      case Kind::kUserLog:
        EmitUser(Wire::kUserLog,
                 {r.a, RecordText(), file_.Text(texts_[r.b]), RecordStack()});
        break;
    }
  }

  const std::vector<std::unique_ptr<Log>>& logs_;
  const std::vector<std::string>& texts_;
  const int64_t start_ns_;
  int64_t now_;
  TraceFile file_;
  const Log* log_ = nullptr;  // of the record being replayed
  const Record* r_ = nullptr;

  std::unordered_map<uint64_t, Go> gos_;
  std::unordered_map<uint64_t, Proc> procs_;
  std::unordered_map<uint64_t, Thread> threads_;
  std::unordered_map<uint64_t, uint64_t> workers_;  // number by thread
  std::set<uint64_t> tasks_;
  int driver_depth_ = 0;
  bool driver_sweeps_ = false;
  bool in_stw_ = false;
  uint64_t stw_go_ = kNoId;  // that stopped the world; kNoId: the driver
  bool gc_running_ = false;
  uint64_t gc_seq_ = 0;
};

std::string ConvertLogs(const std::vector<std::unique_ptr<Log>>& logs,
                        const std::vector<std::string>& texts, int64_t start_ns, CodeInfo* code) {
  return Converter(logs, texts, start_ns, code).Run();
}

}  // namespace gol::rt::tracing
