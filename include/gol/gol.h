// gol's library: Go programs and scripts inside of a C++ program.
//
//   gol::Engine engine({});
//   gol::HostPackage host("host/log");
//   host.Function("Say", [](std::string_view s) { std::cout << s << "\n"; });
//   auto module = engine.CompileModule({.source = {.files = {{"greet.go", text}}}, .packages = {&host}});
//   if (!module) { std::cerr << module.failure().Describe(); return 1; }
//   gol::Isolate isolate(engine);
//   if (auto loaded = isolate.Load(*module); !loaded) { ... }
//   auto greet = isolate.Function<int64_t(std::string_view)>("greet");
//   gol::Expected<int64_t> n = (*greet)("you");
//
// The parts, and who owns what:
//
//   Engine        compiles. Owns the compile threads, a cache of code, the watchdog's thread. Modules and
//                 isolates keep what they need of it alive, so it may go first.
//   HostPackage   functions, constants and types of the host that scripts may import (host.h). Modules
//                 keep the packages they were compiled with.
//   Module        machine code, read-only. Shared by any number of isolates on any threads.
//   Isolate       one running script: an own heap, collector, scheduler, package-level variables, limits,
//                 grants. Nothing is shared between isolates; a collection of one does not stop another.
//   ScriptFunction, Callback, Root
//                 handles into an isolate. They may outlive it: calls then yield FailureKind::kGone.
//   Program       a whole program with main, from Engine::Compile: Run gives it threads of its own, as
//                 the gol command does. Isolates are what hosts embed.
//
// Calls. A script function runs on the thread that calls it, like a C function. Goroutines of the isolate run during
// calls, whenever the called function waits; between calls the isolate stands still, but for its collector, which
// has threads of its own. An isolate has one processor: use several isolates for several cores.
//
// Threads. Engine and Module: any thread, at once. Isolate and its handles: any thread, one at a time;
// a second one gets FailureKind::kBusy (but for functions that only compute with numbers: these may always be
// called). Isolate::Interrupt: any thread, and signal handlers. Programs: one
// thread at a time each. HostPackage: not to be changed once it was given to CompileModule.
//
// Ends. Nothing that a script does ends the process: calls yield a value or a Failure, which says in
// which way it ended (failure.h). After a panic, a timeout and the like the isolate can be called again:
// only the goroutine of the call is gone. After os.Exit it is at its end.
//
// Faults. A nil dereference in a script is a fault of the processor's; gol's handler of SIGSEGV and SIGBUS makes a panic
// of it. It is installed with the first isolate and passes faults of other code on to the handler that was there before.
//
// Forks. In a forked process the isolates of its parent are at their end: calls yield FailureKind::kGone, and
// destroying them and their engines does nothing. It may make engines and isolates of its own.
//
// The library reads no environment variables, installs no signal handler but for faults of compiled
// code, and that only where `handle_signals` says so, never exits, and writes only where it is told to.
// No exception leaves it but through the host's own functions' frames, where it is the host's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gol/failure.h"
#include "gol/files.h"
#include "gol/host.h"
#include "gol/isolate.h"
#include "gol/limits.h"
#include "gol/wire.h"

namespace gol {

struct EngineOptions {
  // 0: compile as fast as possible; 2: optimise.
  int opt_level = 2;
  // With opt_level 2. Modules can be called as soon as they are compiled without optimisation, in about a tenth of
  // the time. Those that live on, because an isolate has them for 50 ms or many isolates load them, are optimised by a
  // thread of the engine's, and calls go to the new code from then on; Module::Optimize has that done at
  // once. false: CompileModule optimises before it returns.
  bool quick_start = true;
  // Inlines functions and the fast paths of map operations.
  bool inlining = true;
  // Verifies the IR after each phase (slow; for debugging gol).
  bool verify = false;
  int compile_threads = 1;  // of CompileModuleAsync
  int cached_modules = 32;  // kept though nobody uses them
};

struct Source {
  // Files of one package, or one folder.
  std::vector<std::string> paths = {};
  // Instead of paths: files in memory, as (name, text).
  std::vector<std::pair<std::string, std::string>> files = {};
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
  int64_t after_ns = -1;  // of "dropped": it happened between this and ns; else -1
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

// What a Module is compiled from, and what it may import.
struct ModuleSource {
  Source source = {};
  std::vector<const HostPackage*> packages = {};
  // Further packages: the files (name, text) of an import path; false: not there. Called while
  // compiling, on that thread.
  std::function<bool(const std::string& import_path,
                     std::vector<std::pair<std::string, std::string>>* files)>
      load_package = {};
  // A version of the module that this one is to replace (Isolate::Reload); null: none.
  const Module* previous = nullptr;
  // The module counts fuel: see IsolateOptions::fuel.
  bool count_fuel = false;
  bool allow_folders = false;   // imports of folders below go.mod or the main file, //go:embed
  bool allow_unsafe = false;    // package unsafe, //go:linkname, syscall, and what gives access to the process
  bool allow_lab = false;       // runtime/lab
};

class Engine {
 public:
  explicit Engine(EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // For hosts that install a handler of SIGSEGV and SIGBUS of their own behind gol's, or in its place
  // (IsolateOptions::handle_signals = false): to be called by it first, with what it got as its second and
  // third argument. True: compiled code is at fault, and panics when the handler returns.
  static bool HandleFault(void* siginfo, void* ucontext) noexcept;

  // A program with a main function, for Program::Run.
  CompileResult Compile(const Source& source);

  // A module for isolates. Equal sources and packages compiled before, and still in use or among the last few
  // compiled, are not compiled again. Any number of threads at once.
  Expected<Module> CompileModule(const ModuleSource& source);
  // The same on one of the engine's compile threads.
  std::future<Expected<Module>> CompileModuleAsync(ModuleSource source);

 private:
  friend class Isolate;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace gol
