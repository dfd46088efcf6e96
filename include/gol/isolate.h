// Module, Isolate, script functions, callbacks, statistics. Part of gol.h, whose essay says how they hang together.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "gol/failure.h"
#include "gol/files.h"
#include "gol/host.h"
#include "gol/limits.h"
#include "gol/wire.h"

namespace gol {

class Engine;
class Isolate;
namespace rt {
class HostCalls;
}

namespace detail {

struct IsolateCore;  // what handles share with their isolate
struct CoreHead {
  rt::HostCalls* calls = nullptr;  // null: the isolate is gone
  bool is_open = false;            // neither gone nor at its end
};
inline bool IsOpen(const IsolateCore* core) {
  return core != nullptr && reinterpret_cast<const CoreHead*>(core)->is_open;
}
struct ModuleCode;

// A function of a script as an isolate calls it.
struct Callee {
  void* code = nullptr;
  const FuncDesc* desc = nullptr;
  bool needs_copies = false;  // strings and the like among the parameters, errors among the results
  bool is_plain = false;      // computes with its parameters and does nothing else: called as it stands
};

// Runs the callee with the frame. True: the results are in the frame, and EndCall must follow. False: the
// call has ended with a failure.
bool BeginCall(IsolateCore* core, const Callee& callee, char* frame);
void EndCall(IsolateCore* core);
std::unique_ptr<Failure> TakeFailure(IsolateCore* core);

Expected<Callee> FindFunction(IsolateCore* core, std::string_view name, const FuncDesc* desc);

// A reference into an isolate's heap that keeps its object alive. Lives on when the isolate is gone, and
// is then empty.
class Root {
 public:
  Root() = default;
  // Of the isolate that runs on this thread.
  Root(void* object, const FuncDesc* desc);
  ~Root();
  Root(const Root& other);
  Root& operator=(const Root& other);
  Root(Root&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)), core_(std::move(other.core_)), callee_(other.callee_) {}
  Root& operator=(Root&& other) noexcept;
  bool is_null() const { return slot_ == nullptr; }
  void* object() const { return slot_ != nullptr ? *slot_ : nullptr; }
  IsolateCore* core() const { return core_.get(); }
  const Callee& callee() const { return callee_; }

 private:
  void** slot_ = nullptr;
  std::shared_ptr<IsolateCore> core_;
  Callee callee_;
};

// Fills the frame, calls, reads the results.
template <typename R, typename... A>
struct ScriptCall {
  using Results = typename ResultList<R>::Type;
  template <typename Frame, typename... B>
  static Expected<R> Run(IsolateCore* core, const Callee& callee, void* closure, B&... args) {
    alignas(16) char frame[Frame::kOffsets.bytes + 8];
    constexpr uint32_t kFirst = Frame::kNumParams - sizeof...(A);
    if constexpr (kFirst == 1) *reinterpret_cast<void**>(frame) = closure;
    uint32_t i = kFirst;
    (Wire<typename Param<A>::Type>::WriteArg(
         &WordAt<typename Param<A>::Type>(frame, Frame::kOffsets.at[i++]), args), ...);
    if (callee.is_plain && IsOpen(core)) {
      reinterpret_cast<void (*)(char*)>(callee.code)(frame);
      if constexpr (std::is_void_v<R>) return {};
      else return ResultReader<R>::Read(frame, Frame::kOffsets.at + Frame::kNumParams);
    }
    if (!BeginCall(core, callee, frame)) [[unlikely]] return TakeFailure(core);
    if constexpr (std::is_void_v<R>) {
      EndCall(core);
      return {};
    } else {
      Expected<R> r(ResultReader<R>::Read(frame, Frame::kOffsets.at + Frame::kNumParams));
      EndCall(core);
      return r;
    }
  }
};

struct ClosureWord {};
template <>
struct Wire<ClosureWord> {
  using Type = void*;
  static constexpr Desc desc{Kind::kFunc, 8, 8};
};

}  // namespace detail

// A compiled program of functions, ready for isolates. Copies are cheap and refer to the same code.
// Thread-safe. May outlive its Engine.
class Module {
 public:
  Module() = default;
  explicit Module(std::shared_ptr<detail::ModuleCode> code) : code_(std::move(code)) {}
  bool is_null() const { return code_ == nullptr; }
  // Names of the functions that an isolate may call, with their types: "f func(x int) int".
  std::vector<std::string> Functions() const;
  // How long it took to compile, in milliseconds.
  double compile_ms() const;

  // Whether the functions have the code that they are going to keep: see EngineOptions::quick_start. Functions that
  // are in progress while it becomes so go on with the code that they have until they return.
  bool is_optimized() const;
  // Optimises the module now, on the calling thread, or waits for the thread that is doing so. Calls go to
  // the optimised code when it returns. Isolates may run the module meanwhile. FailureKind::kInternal: the system
  // does not let code be replaced; the module goes on as it is.
  Expected<void> Optimize() const;
  // How long that took, by whichever thread; 0 when it was not needed or is not done.
  double optimize_ms() const;
  const std::shared_ptr<detail::ModuleCode>& code() const { return code_; }

 private:
  std::shared_ptr<detail::ModuleCode> code_;
};

template <typename Signature>
class ScriptFunction;

// A function of an isolate's module, checked when it was looked up. Copies are cheap. When the
// isolate is gone, calls yield FailureKind::kGone. After a Reload it calls the new function.
template <typename R, typename... A>
class ScriptFunction<R(A...)> {
 public:
  ScriptFunction() = default;
  ScriptFunction(std::shared_ptr<detail::IsolateCore> core, std::shared_ptr<const detail::Callee> callee)
      : core_(std::move(core)), callee_(std::move(callee)) {}
  explicit operator bool() const { return callee_ != nullptr; }
  // Requires: not empty. On any thread, one at a time per isolate.
  Expected<R> operator()(A... args) const {
    return detail::ScriptCall<R, A...>::template Run<typename detail::SignatureOf<R(A...)>::FrameType>(
        core_.get(), *callee_, nullptr, args...);
  }

 private:
  std::shared_ptr<detail::IsolateCore> core_;
  std::shared_ptr<const detail::Callee> callee_;
};

// A func value of a script, held by the host: a parameter of a host function, or a result of a script
// function. It may be kept and called as long as its isolate lives, later calls yield
// FailureKind::kGone. Host functions may take, and script functions return, std::function<Expected<R>(A...)> as well.
template <typename R, typename... A>
class Callback<R(A...)> {
 public:
  using Sig = detail::SignatureOf<R(A...)>;
  using ClosureFrame =
      detail::Frame<detail::TypeList<detail::ClosureWord, typename detail::Param<A>::Type...>,
                    typename detail::ResultList<R>::Type>;

  Callback() = default;
  explicit Callback(detail::Root root) : root_(std::move(root)) {}
  explicit operator bool() const { return !root_.is_null(); }
  // Requires: not empty.
  Expected<R> operator()(A... args) const {
    return detail::ScriptCall<R, A...>::template Run<ClosureFrame>(root_.core(), root_.callee(),
                                                                   root_.object(), args...);
  }
  void* object() const { return root_.object(); }

 private:
  detail::Root root_;
};

namespace detail {
template <typename R, typename... A>
struct Wire<Callback<R(A...)>> {
  using Type = void*;
  static constexpr Desc desc{Kind::kFunc, 8, 8, nullptr, &SignatureOf<R(A...)>::FrameType::kDesc};
  static Callback<R(A...)> Read(const Type& w) {
    if (w == nullptr) return {};
    return Callback<R(A...)>(Root(w, &Callback<R(A...)>::ClosureFrame::kDesc));
  }
  static void WriteArg(Type* w, const Callback<R(A...)>& c) { *w = c.object(); }
  static void WriteResult(Type* w, const Callback<R(A...)>& c) { *w = c.object(); }
};
// A func value that the host receives as std::function; nil: an empty one.
template <typename R, typename... A>
struct Wire<std::function<Expected<R>(A...)>> {
  using Type = void*;
  static constexpr Desc desc = Wire<Callback<R(A...)>>::desc;
  static std::function<Expected<R>(A...)> Read(const Type& w) {
    if (w == nullptr) return {};
    return Wire<Callback<R(A...)>>::Read(w);
  }
};
}  // namespace detail

// What a script may use of the process. Nothing by default: files and environment variables do not exist,
// time.Now panics.
struct Grants {
  bool files = false;
  bool environment = false;
  bool processes = false;
  bool clock = false;
  bool network = false;
};

enum class EventKind : uint8_t {
  kCollection,  // one has ended
  kGrowth,      // the heap took more from the system than ever before
};
struct Event {
  EventKind kind;
  uint64_t heap_bytes = 0;  // in use
  double pause_ms = 0;      // of the last collection
};

// Numbers of an isolate.
struct Stats {
  uint64_t heap_bytes = 0;        // objects, dead ones included until they are swept
  uint64_t system_bytes = 0;      // taken from the system for the heap and what belongs to it
  uint64_t total_alloc_bytes = 0;
  uint64_t objects = 0;
  uint64_t collections = 0;
  double pause_total_ms = 0;
  double last_pause_ms = 0;
  int64_t goroutines = 0;
  uint64_t host_objects = 0;      // of the host, held by the script
  uint64_t roots = 0;             // into the script's heap, held by the host
};

struct IsolateOptions {
  Limits limits = {};  // deadline: of each call from the host
  Grants grants = {};
  // Files, in place of those of the process, whatever `grants.files` says; null: see there.
  std::shared_ptr<FileSystem> files = {};
  // Units of fuel at the beginning; kNone: fuel is not counted. Needs modules compiled with ModuleSource::count_fuel.
  // A unit is the entry of a function or another round of a loop (a jump back by goto included), in functions of the
  // module's own packages, host packages and instances of generic functions included; what precompiled standard packages do inside
  // is free. Loading uses fuel, too. When none is left the call ends with FailureKind::kFuel, always at the
  // same point: the isolate's goroutines change places only where they wait and after every 20,000 units, its collector
  // stops it while it works, and map iteration, select and package math/rand draw from `seed`. What the script gets from outside
  // (host functions, input, clocks, timers) and when finalizers run are not the isolate's to repeat. The same holds
  // at each level of optimisation, as long as nothing depends on time.
  uint64_t fuel = Limits::kNone;
  uint64_t seed = 1;  // with fuel
  int gogc = 100;                      // percent; negative: collections only by Collect
  std::string godebug = {};                 // "gctrace=1,..."
  std::vector<std::string> args = {};       // os.Args
  bool handle_signals = true;          // turn faults of compiled code into Go panics
  // Output and input. Absent: output is dropped, input is at its end. Called on the thread of a call.
  std::function<void(std::string_view)> write_stdout = {};
  std::function<void(std::string_view)> write_stderr = {};
  std::function<int64_t(char* data, size_t n)> read_stdin = {};  // bytes read, 0 at the end, -errno
  // Called before a call of the host returns, on its thread.
  std::function<void(const Event&)> on_event = {};
};

// One running script: heap, collector, goroutines, package-level variables, limits.
class Isolate {
 public:
  explicit Isolate(Engine& engine, IsolateOptions options = {});
  // Host objects that the script held are released; handles become empty. Requires: no call in progress.
  ~Isolate();
  Isolate(const Isolate&) = delete;
  Isolate& operator=(const Isolate&) = delete;

  // Initialises the module's packages; of a script, runs its statements. An isolate loads one module.
  Expected<void> Load(const Module& module);

  // Goes on with another version of the module: package-level variables of the same name and type keep their
  // values, functions are those of the new one from the next call on. Goroutines that are in the middle of an
  // old function end it. Types declared anew are new types: values in interfaces
  // keep the old ones. Nothing changes when it fails.
  Expected<void> Reload(const Module& module);

  // A function of the module's main package. Its type is compared once, here.
  template <typename Signature>
  Expected<ScriptFunction<Signature>> Function(std::string_view name) {
    using Frame = typename detail::SignatureOf<Signature>::FrameType;
    auto found = FindFunction(name, &Frame::kDesc);
    if (!found) return found.TakeFailure();
    return ScriptFunction<Signature>(core_, std::move(found.value()));
  }

  // Ends the call in progress, or the next one, with FailureKind::kInterrupted. From any thread and
  // from signal handlers.
  void Interrupt() noexcept;

  // Units of fuel that are left; kNone where it is not counted. Not during calls.
  uint64_t fuel() const;
  // Sets what is left, in an isolate that counts fuel. Not during calls.
  void SetFuel(uint64_t units);

  // Lets goroutines run for so long, or until none can.
  Expected<void> RunFor(std::chrono::nanoseconds time);
  // A full collection: for moments when nothing else is to do.
  void Collect();
  Stats GetStats();

  // The isolate whose script called the running host function; null elsewhere.
  static Isolate* Current();

  // For the host's use.
  void* user_data = nullptr;

  const std::shared_ptr<detail::IsolateCore>& core() const { return core_; }

 private:
  Expected<std::shared_ptr<const detail::Callee>> FindFunction(std::string_view name,
                                                               const detail::FuncDesc* desc);
  std::shared_ptr<detail::IsolateCore> core_;
};

}  // namespace gol
