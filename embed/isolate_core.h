// What an Isolate and its handles share.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "embed/globals.h"
#include "embed/module.h"
#include "embed/virtual_files.h"
#include "gol/gol.h"
#include "runtime/runtime.h"
#include "runtime/sched/host_call.h"
#include "runtime/sched/watchdog.h"

namespace gol::detail {

// Lives until the last handle goes; `calls` is null from the isolate's end on. Everything is the
// thread's that is in a call, but for what says otherwise.
struct IsolateCore : CoreHead {
  bool has_deadline = false;
  bool has_events = false;
  bool has_exited = false;
  uint32_t fork_generation = 0;  // the engine's
  int exit_code = 0;
  int64_t deadline_ns = 0;
  Isolate* isolate = nullptr;
  IsolateOptions options;
  std::shared_ptr<rt::Watchdog> watchdog;
  std::shared_ptr<embed::Optimizer> optimizer;
  std::shared_ptr<rt::RunSignal> signal = std::make_shared<rt::RunSignal>();

  // ---- the code; before the runtime, whose heap and stacks refer to it ----
  std::shared_ptr<ModuleCode> module;
  std::unique_ptr<embed::GlobalsBlock> globals;
  std::unique_ptr<embed::VirtualFiles> files;
  std::unordered_set<const embed::StdPackage*> attached;
  std::unique_ptr<rt::Runtime> runtime;
  std::unique_ptr<rt::Funcval> entry;

  // ---- functions that were looked up: a Reload changes them ----
  struct Found {
    std::string name;
    std::shared_ptr<Callee> callee;
  };
  std::vector<Found> found;

  // ---- ends ----
  std::string crash_text;          // what the runtime wrote; under its lock
  std::string panic_message;       // of the host function that failed last
  std::exception_ptr exception;    // the same
  void* noted_panic = nullptr;     // the value that its panic has; a root

  // ---- the host's handles into the heap; guarded by roots_lock ----
  std::mutex roots_lock;
  std::deque<void*> slots;
  std::vector<void**> free_slots;
  // Freed outside of a call: their objects stay until the slot is used again or the next call.
  std::vector<void**> dropped;

  std::unordered_set<std::shared_ptr<void>*> host_objects;

  uint32_t seen_collections = 0;
  uint64_t seen_system_bytes = 0;
};

// Of the calling thread.
IsolateCore* CurrentCore();

std::unique_ptr<Failure> NewFailure(FailureKind kind, std::string text);
// The failure that the next TakeFailure of this thread yields.
void SetFailure(std::unique_ptr<Failure> failure);

// Runs the callee with its parameters copied to the script's heap, on a goroutine. Within Enter.
bool RunCopied(IsolateCore* core, const Callee& callee, char* frame);

// Whether calls of such a function need RunCopied.
bool NeedsCopies(const FuncDesc& desc);
inline constexpr uint32_t kMaxFrameBytes = 1024;

}  // namespace gol::detail
