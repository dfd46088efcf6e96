// Runtime: everything mutable of one running Go program. Several live in one process; a destroyed
// one gives its memory, threads and descriptors back. See runtime/HACKING.md.
//
// Threads: goroutines run on threads that the Runtime makes, and only while the host is inside Run.
// Outside of Run the world is stopped. Run may be called from any host thread, one at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/rtype.h"
#include "runtime/abi/tls.h"
#include "runtime/debug/init_trace.h"
#include "runtime/debug/mem_profile.h"
#include "runtime/debug/options.h"
#include "runtime/iface.h"
#include "runtime/limits.h"
#include "runtime/sched/lock.h"
#include "runtime/sched/netpoll.h"
#include "runtime/sched/sema.h"

namespace gol::rt {

class HostCalls;      // runtime/sched/host_call.h
class Sched;
class Watchdog;       // runtime/sched/watchdog.h
class Heap;           // runtime/mem/mheap.h
class SchedWorld;     // runtime/world.h
class StackMapTable;  // runtime/sched/stack_map_table.h
namespace prof {
class Profiler;       // runtime/prof/profiler.h
}
namespace tracing {
class Tracer;         // runtime/tracing/tracer.h
}
namespace life {
class Recorder;       // runtime/lifecycle/recorder.h
}
struct CodeInfo;      // runtime/traceback.h
struct RuntimeTypes;  // runtime/panic.h
struct G;
struct mcache;

// How a Run ended.
struct Outcome {
  enum Kind : uint8_t {
    kOk,        // the function returned
    kExit,      // os.Exit(code)
    kPanic,     // unrecovered panic; text holds what was written
    kDeadlock,  // all goroutines are asleep
    kFatal,     // any other fatal error: concurrent map writes, ...
    // Limits (limits.h): the system's own ones count as well.
    kMemory,       // the heap cannot grow
    kGoroutines,   // too many goroutines
    kStack,        // stack overflow
    kOutput,       // too much was written
    kFuel,         // the fuel is used up
    kTimeout,      // the deadline has passed
    kInterrupted,  // RunSignal::Interrupt
  };
  Kind kind = kOk;
  int exit_code = 0;      // what the command ends with: 0, os.Exit's argument, 2
  std::string text;       // the first line: "panic: ..." or "fatal error: ..."
  const void* panic_data = nullptr;  // of kPanic: the data word of the value
  bool ok() const { return kind == kOk; }
};

// Receives what the program prints through print, println and what the runtime says (panics,
// traces). Called from any thread, one call at a time; must not call back into the runtime.
struct Writer {
  void (*write)(void* ctx, const char* data, size_t n) = nullptr;
  void* ctx = nullptr;
};

// What a program reads from file descriptor 0. Returns the bytes read, 0 at the end, or -errno; called on the thread of
// the goroutine that reads.
struct Reader {
  int64_t (*read)(void* ctx, char* data, size_t n) = nullptr;
  void* ctx = nullptr;
};

// What the program may use of the process and the machine. What is not granted fails with EPERM, or
// panics where the caller expects no error.
enum Grant : uint32_t {
  kGrantFiles = 1,        // files, folders, and all system calls that no other grant covers
  kGrantEnvironment = 2,  // variables of the environment, the current folder
  kGrantProcesses = 4,    // starting, signalling, waiting for processes; ids of this one
  kGrantClock = 8,        // the time of day
  kGrantNetwork = 16,     // sockets
  kGrantAll = 31,
};

// Answers system calls of the program's in place of the kernel: *result is what the call returns, -errno for
// errors. False: it does not concern it. On the system stack of the goroutine's thread.
struct SystemCalls {
  bool (*call)(void* ctx, int64_t number, const uint64_t (&args)[6], int64_t* result) = nullptr;
  void* ctx = nullptr;
};

class Runtime {
 public:
  struct Options {
    int gomaxprocs = 0;                 // 0: number of CPUs this process may use
    int gogc = 100;                     // percent; negative: off
    int64_t memory_limit_bytes = INT64_MAX;  // GOMEMLIMIT
    std::string godebug;                // "gctrace=1,gcstoptheworld=1"
    std::vector<std::string> args;      // os.Args
    std::string traceback;              // GOTRACEBACK: none, single, all, system, crash; empty: single
    Limits limits;
    std::shared_ptr<RunSignal> signal;  // for interrupting; null: one that nobody else has
    Writer stderr_writer;               // absent: file descriptor 2
    // Whether faults at low addresses become nil-dereference panics. The handler of SIGSEGV, SIGBUS
    // and SIGFPE is process-wide; it passes faults outside of compiled code on to the one before.
    bool handle_signals = true;
    uint64_t random_seed = 0;           // 0: from the system
    // Called once, on a thread of the collector, before it collects first; absent: nothing.
    std::function<void()> on_first_collection;
    // Runs on the host's own threads, in calls of host_calls(), instead of in Run: one thread at a time,
    // one P. See sched/host_call.cc.
    bool hosted = false;
    std::shared_ptr<Watchdog> watchdog;  // of hosted runtimes
    uint32_t grants = kGrantAll;
    Writer stdout_writer;  // absent: file descriptor 1
    Writer crash_writer;   // gets the reports of fatal ends; absent: stderr_writer
    SystemCalls files;     // answers what the program asks of the file system; absent: the system does
    Reader stdin_reader;   // absent: file descriptor 0 if files are granted, else nothing to read
    bool has_stdin = true;  // false: file descriptor 0 is at its end where there is no reader
  };

  // What runtime/debug changes while the program runs.
  struct Tunables {
    std::atomic<uint64_t> max_stack_bytes{0};
    std::atomic<int64_t> max_threads{10000};
    std::atomic<int> crash_fd{-1};  // gets a copy of what is printed of a fatal end; -1: none
    // Of fatal ends: 0 prints no goroutine, 1 those of the program, 2 those of the runtime too.
    std::atomic<int> traceback_level{1};
    std::atomic<bool> traceback_all{false};  // all goroutines, not only the one at fault
    std::atomic<bool> traceback_crash{false};  // the process is to end by SIGABRT
  };

  explicit Runtime(Options options);
  ~Runtime();  // Requires: no Run in progress
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Runs fn (a Funcval without arguments) as a goroutine and waits until it returns, the program
  // exits or dies. Other goroutines run meanwhile; when Run returns they stand still until the
  // next Run.
  Outcome Run(Funcval* fn);
  // The same for a C++ function on a goroutine of its own: for tests, initialisation and
  // host calls that allocate. stack_class: sched/stack.h.
  Outcome RunNative(void (*fn)(void*), void* arg, int stack_class = 2);

  // Requires: options().hosted.
  HostCalls& host_calls() { return *host_calls_; }
  bool has_grant(Grant g) const { return (options_.grants & g) != 0; }
  Sched& sched() { return *sched_; }
  Heap& heap() { return *heap_; }
  SemaTable& semas() { return semas_; }
  prof::Profiler& profiler() { return *profiler_; }
  tracing::Tracer& tracer() { return *tracer_; }
  life::Recorder& recorder() { return *recorder_; }
  MemProfile& mem_profile() { return mem_profile_; }
  InitTrace& init_trace() { return init_trace_; }
  ItabTable& itabs() { return itabs_; }
  // Files that the program opened by system calls.
  DescriptorSet& descriptors() { return descriptors_; }
  // Of all code that may run; null or empty: stacks are scanned conservatively.
  void set_stack_maps(const StackMapTable* maps) { stack_maps_ = maps; }
  const StackMapTable* stack_maps() const { return stack_maps_; }
  const Options& options() const { return options_; }
  debug::Options& debug() { return debug_; }
  // Changes switches between Runs. Those that are looked at when a Runtime is made (schedseed, schedtrace,
  // scheddetail, allocfreetrace, inittrace) stay as they were in effect.
  void ChangeDebug(const debug::Options& options);
  Tunables& tunables() { return tunables_; }
  // Takes a value of GOTRACEBACK; never prints less than before.
  void SetTraceback(std::string_view level);

  // Used by the scheduler: a P's memory cache.
  void InitMcache(mcache* c);
  void ReleaseMcache(mcache* c);

  // ---- set by embed before the first Run ----
  void set_code_info(CodeInfo* info) { code_info_ = info; }
  CodeInfo* code_info() const { return code_info_; }
  // Package runtime's types; found through the CodeInfo when not set.
  void set_types(const RuntimeTypes* types) { types_ = types; }
  const RuntimeTypes& types();
  // Package-level variables: base of the block that kTlsGlobals points to.
  void set_globals(char* base);
  char* globals() const { return globals_; }

  // ---- output: allocates nothing ----
  void WriteStderr(const char* data, size_t n);
  void WriteStdout(const char* data, size_t n);
  // The report of a fatal end.
  void WriteCrash(const char* data, size_t n);

  // ---- ending the Run in progress ----
  // On a goroutine's stack or, within OnSystemStack, on its behalf: the goroutine ends there,
  // deferred calls are not run.
  [[noreturn]] void Exit(int code);  // os.Exit
  [[noreturn]] void EndRun(Outcome outcome);
  // Counts bytes that the program writes against the limit on output; past it, ends the Run. On a
  // goroutine's stack.
  void CountOutput(uint64_t bytes);
  // From a thread that runs no goroutine: the first outcome counts.
  void PostOutcome(Outcome outcome);
  // Of a hosted runtime, between calls: the outcome that was posted, if one was.
  Outcome TakeOutcome(bool keep = false);
  // Starts the threads that the first Run or call needs.
  void StartBackground();
  RunSignal& signal() { return *signal_; }

  uint64_t random_seed() const { return random_seed_; }
  // Id of the goroutine that Run started last.
  uint64_t main_goid() const { return main_goid_; }

 private:
  friend class Sched;
  friend struct SchedImpl;
  friend struct RuntimePeer;  // tests

  Options options_;
  debug::Options debug_;
  Tunables tunables_;
  ItabTable itabs_;
  const StackMapTable* stack_maps_ = nullptr;
  SemaTable semas_;
  DescriptorSet descriptors_;
  uint64_t random_seed_ = 0;
  CodeInfo* code_info_ = nullptr;
  const RuntimeTypes* types_ = nullptr;  // guarded by types_lock_
  std::unique_ptr<RuntimeTypes> found_types_;  // guarded by types_lock_
  Lock types_lock_;
  char* globals_ = nullptr;
  Lock write_lock_;
  Outcome RunG(G* g);
  void AwaitOutcome();

  // What the main goroutine of the Run in progress calls; set before it starts.
  Funcval* main_fn_ = nullptr;
  void (*native_fn_)(void*) = nullptr;
  void* native_arg_ = nullptr;
  uint64_t main_goid_ = 0;
  Lock run_lock_;             // guards the next three
  bool run_in_progress_ = false;
  bool has_outcome_ = false;
  Outcome outcome_;
  std::shared_ptr<RunSignal> signal_;
  std::atomic<uint64_t> output_bytes_{0};
  bool gc_enabled_ = false;   // the collector's threads were started
  std::unique_ptr<prof::Profiler> profiler_;
  std::unique_ptr<tracing::Tracer> tracer_;
  std::unique_ptr<life::Recorder> recorder_;
  std::unique_ptr<Sched> sched_;
  std::unique_ptr<HostCalls> host_calls_;
  std::unique_ptr<SchedWorld> world_;
  InitTrace init_trace_;
  MemProfile mem_profile_;  // before the heap, whose sweeper reports to it
  std::unique_ptr<Heap> heap_;
};

// ---- ends ----

// A script fault beyond recovery: writes "fatal error: text" and goroutine traces, ends the Run
// with Outcome::kFatal. On a goroutine or its system stack.
[[noreturn]] void Fatal(std::string_view text);
// The same for a limit that was reached. kind: kMemory, kGoroutines, kOutput or kFuel.
[[noreturn]] void EndByLimit(Outcome::Kind kind, std::string_view text);
// A broken invariant of the runtime's own: writes what it can without allocating, aborts the process.
[[noreturn]] void Throw(const char* text);

}  // namespace gol::rt
