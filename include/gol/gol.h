// gol's library: compile and run Go programs inside a C++ program.
//
//   gol::Engine engine({});
//   gol::CompileResult compiled = engine.Compile({.paths = {"main.go"}});
//   if (!compiled.ok()) { for (auto& d : compiled.diagnostics) puts(d.text.c_str()); return 1; }
//   gol::RunResult result = compiled.program->Run({});
//
// Threads: an Engine and its Programs are used by one thread at a time; different Engines are
// independent. Ownership: a Program keeps its code alive and may outlive the CompileResult; it must
// not outlive its Engine. No exception leaves the library. The library reads no environment
// variables, installs no signal handler unless RunOptions::handle_signals says so, never exits and
// writes only where it is told to.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gol {

// One message of the compiler.
struct CompileMessage {
  std::string path;  // empty when the message has no position
  int line = 0;
  int column = 0;
  std::string text;  // the whole message with its position, continuation lines included
};

struct EngineOptions {
  // 0: compile as fast as possible; 2: optimise.
  int opt_level = 2;
  // Inlines functions and the fast paths of map operations.
  bool inlining = true;
  // Verifies the IR after each phase (slow; for debugging gol).
  bool verify = false;
};

struct Source {
  // Files of one package, or one folder.
  std::vector<std::string> paths;
  // Instead of paths: files in memory, as (name, text).
  std::vector<std::pair<std::string, std::string>> files;
};

// What a Run may use. Reaching a limit ends the Run with a RunStatus of its own: the program cannot
// recover from it, its deferred calls do not run, the host's process goes on, and all memory of the
// Run is given back.
struct Limits {
  static constexpr uint64_t kNone = UINT64_MAX;
  // Of the garbage-collected heap, in use after a collection; goroutines with their stacks may take as much
  // again.
  uint64_t heap_bytes = kNone;
  uint64_t goroutines = kNone;   // alive at once, the main one included
  uint64_t stack_bytes = 1000000000;  // of one goroutine
  uint64_t output_bytes = kNone;  // written to standard output and standard error
  std::chrono::nanoseconds deadline = std::chrono::nanoseconds::max();  // wall time of the Run
};

// Ends Runs from outside. Thread-safe; Interrupt may also be called in signal handlers. May be shared by
// several Runs, one after another, and outlive them.
class Interrupter {
 public:
  Interrupter();
  ~Interrupter();
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;

  // The Run that uses this interrupter ends with RunStatus::kInterrupted, within milliseconds unless
  // it is in a call of the host's. When none is in progress, the next one ends at once.
  void Interrupt() noexcept;
  // The same, but first the traces of all goroutines are written to standard error, as Go's programs do
  // on SIGQUIT. pc: where the signal came, if there was one.
  void Quit(const void* pc = nullptr) noexcept;
  // Withdraws an Interrupt that no Run has honoured yet.
  void Reset() noexcept;

  struct Impl;

 private:
  friend struct InterrupterAccess;
  std::unique_ptr<Impl> impl_;
};

// Profiles of a Run, as files for the pprof tool, written when it ends, and its trace; empty names: none.
struct ProfileFiles {
  std::string cpu;    // 100 samples per second of processor time; one Run of the process at a time
  std::string block;  // every wait for a channel or of package sync
  std::string mutex;  // every wait for a mutex, charged to the one that held it
  std::string memory;  // what was allocated, from samples, and what of it lives at the end
  std::string trace;  // the execution trace, for go tool trace
};

// What became of a watched object (package runtime/lab: Watch), as far as the Run came.
struct ObjectStage {
  std::string name;       // as package runtime/lab calls it: "allocated", "dropped", ...
  int64_t ns = 0;         // since the Run began to record
  int64_t after_ns = -1;  // of "dropped": it happened between this and ns; -1: ns is exact
  std::string file;       // of the code that did it; empty: the runtime by itself
  int line = 0;
  std::string function;
};
struct ObjectLife {
  uint64_t id = 0;
  std::string type;
  uint64_t address = 0;
  uint64_t span = 0;        // address
  uint32_t slot = 0;
  int size_class = 0;       // 0: a large object
  uint64_t slot_bytes = 0;
  uint32_t span_pages = 0;
  uint32_t collection = 0;  // the one that found it unmarked
  uint32_t survived = 0;    // collections that marked it
  bool is_sample = false;   // chosen by the runtime
  std::vector<ObjectStage> stages;  // by time
};

// Records what becomes of objects: of those that the program watches, and of a sample. Allocation is slow then.
struct LifecycleOptions {
  // Receives the lives at the end of the Run; absent: nothing is recorded but what the program asks for.
  std::function<void(const std::vector<ObjectLife>&)> report;
  uint64_t every = 0;        // each so many-th object belongs to the sample; 0: none
  uint64_t max = 1000;       // objects of the sample that are alive at a time
  bool finish = false;       // collect and give memory back after the program's end, before the report
};

// What compiled code is run with. Absent callbacks: the process's own standard error.
struct RunOptions {
  std::vector<std::string> args;           // os.Args; the first is the program's name
  int gomaxprocs = 0;                      // 0: the number of CPUs
  int gogc = 100;                          // percent; negative: no collections
  int64_t memory_limit_bytes = INT64_MAX;  // soft limit, as GOMEMLIMIT
  std::string godebug;                     // "gctrace=1,..."
  std::string traceback;                   // GOTRACEBACK: none, single, all, system, crash
  bool handle_signals = true;              // turn faults of compiled code into Go panics
  Limits limits;
  Interrupter* interrupter = nullptr;      // must outlive the call of Run
  ProfileFiles profiles;
  LifecycleOptions lifecycle;
  // Receives what the runtime and print/println write; called from any thread, one call at a time.
  std::function<void(std::string_view)> write_stderr;
};

enum class RunStatus : uint8_t {
  kOk,        // main.main returned
  kExit,      // os.Exit was called
  kPanic,     // a panic was not recovered
  kDeadlock,  // all goroutines are asleep
  kFatal,     // another fatal error: concurrent map writes, ...
  // Limits; the system's own count as well.
  kMemory,       // the heap cannot grow
  kGoroutines,   // too many goroutines
  kStack,        // stack overflow
  kOutput,       // too much output
  kTimeout,      // the deadline has passed
  kInterrupted,  // Interrupter::Interrupt
  kInternal,     // gol could not link or start the program
};

struct RunResult {
  RunStatus status = RunStatus::kOk;
  int exit_code = 0;  // as the go command's program would end: 0, os.Exit's code, 2
  std::string text;   // first line of the panic or fatal error
  // GOTRACEBACK=crash or debug.SetTraceback("crash"), and the program died: the process is to end by SIGABRT.
  // The library leaves that to the host.
  bool wants_abort = false;
};

// A compiled program. Each Run has a heap, collector and scheduler of its own and starts from
// fresh package-level variables.
class Program {
 public:
  virtual ~Program() = default;
  virtual RunResult Run(const RunOptions& options) = 0;
};

struct CompileResult {
  std::unique_ptr<Program> program;  // null when there were errors
  std::vector<CompileMessage> messages;
  bool ok() const { return program != nullptr; }
};

class Engine {
 public:
  explicit Engine(EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  CompileResult Compile(const Source& source);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gol
