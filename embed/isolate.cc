// gol::Isolate over rt::Runtime: loading, calls, ends, roots, reloading.
//
// An isolate's Runtime is hosted (runtime/sched/host_call.cc): it runs on the thread that calls. What the
// script does to end a call becomes a Failure here. A panic ends the call that it happened in, also a call that a
// host function made; everything else (a limit, an interruption, os.Exit) ends all calls in
// progress, whatever host functions in between make of their failures.
#include <algorithm>
#include <cstring>
#include <optional>

#include "embed/isolate_core.h"
#include "embed/engine_impl.h"
#include "runtime/gc/collector.h"
#include "runtime/gc/memstats.h"
#include "runtime/mem/mheap.h"
#include "runtime/sched/sched.h"

namespace gol {

namespace detail {
namespace {

thread_local std::unique_ptr<Failure> failure __attribute__((tls_model("initial-exec")));

FailureKind KindOf(rt::Outcome::Kind kind) {
  switch (kind) {
    case rt::Outcome::kExit: return FailureKind::kExit;
    case rt::Outcome::kPanic: return FailureKind::kPanic;
    case rt::Outcome::kDeadlock: return FailureKind::kDeadlock;
    case rt::Outcome::kMemory: return FailureKind::kMemory;
    case rt::Outcome::kGoroutines: return FailureKind::kGoroutines;
    case rt::Outcome::kStack: return FailureKind::kStack;
    case rt::Outcome::kOutput: return FailureKind::kOutput;
    case rt::Outcome::kFuel: return FailureKind::kFuel;
    case rt::Outcome::kTimeout: return FailureKind::kTimeout;
    case rt::Outcome::kInterrupted: return FailureKind::kInterrupted;
    case rt::Outcome::kOk:
    case rt::Outcome::kFatal: break;
  }
  return FailureKind::kFatal;
}

// The first goroutine of a trace: "\tfile:line +0x..." behind "function(...)".
std::vector<StackEntry> ParseTrace(std::string_view trace) {
  std::vector<StackEntry> stack;
  size_t at = trace.find("goroutine ");
  if (at == std::string_view::npos) return stack;
  at = trace.find('\n', at);
  std::string function;
  while (at != std::string_view::npos && at + 1 < trace.size()) {
    const size_t end = trace.find('\n', at + 1);
    std::string_view line = trace.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    at = end;
    if (line.empty()) break;
    if (line[0] != '\t') {
      if (line.starts_with("created by ")) break;
      // Parameters stand in parentheses at the end; a method's receiver in front.
      const size_t paren = line.rfind('(');
      function = std::string(paren == std::string_view::npos ? line : line.substr(0, paren));
      continue;
    }
    line.remove_prefix(1);
    if (size_t space = line.find(" +0x"); space != std::string_view::npos) line = line.substr(0, space);
    const size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view file = line.substr(0, colon);
    if (file.starts_with('<')) {
      // A function of a host package: the source is of no interest, nor are its helpers.
      const size_t dot = function.rfind('.');
      if (function.find("gol", dot) != dot + 1) stack.push_back({function, "", 0});
      continue;
    }
    stack.push_back({function, std::string(file),
                     std::atoi(std::string(line.substr(colon + 1)).c_str())});
  }
  return stack;
}

std::unique_ptr<Failure> FailureOf(IsolateCore* core) {
  rt::HostCalls& calls = *core->calls;
  rt::Outcome outcome = calls.TakeOutcome(true);
  const bool is_contained = outcome.kind == rt::Outcome::kPanic || calls.depth() == 1;
  if (is_contained) calls.TakeOutcome();
  auto f = NewFailure(KindOf(outcome.kind), outcome.text);
  f->exit_code = outcome.exit_code;
  if (is_contained) f->trace = std::move(core->crash_text);
  else f->trace = core->crash_text;
  if (is_contained) core->crash_text.clear();
  f->stack = ParseTrace(f->trace);
  if (outcome.kind == rt::Outcome::kPanic && outcome.panic_data != nullptr &&
      outcome.panic_data == core->noted_panic) {
    f->exception = std::move(core->exception);
    core->exception = nullptr;
    core->noted_panic = nullptr;
  }
  if (outcome.kind == rt::Outcome::kExit) {
    core->has_exited = true;
    core->is_open = false;
    core->exit_code = outcome.exit_code;
    f->text = "exit status " + std::to_string(outcome.exit_code);
  }
  return f;
}

void LookForEvents(IsolateCore* core) {
  rt::gc::Collector& gc = core->runtime->heap().collector();
  const uint32_t n = gc.num_gc();
  if (n == core->seen_collections) return;
  core->seen_collections = n;
  rt::MemStats stats{};
  gc.ReadMemStats(&stats);
  Event event{EventKind::kCollection, stats.heap_alloc,
              static_cast<double>(stats.pause_ns[(stats.num_gc + 255) % 256]) / 1e6};
  core->options.on_event(event);
  if (stats.sys > core->seen_system_bytes) {
    core->seen_system_bytes = stats.sys;
    event.kind = EventKind::kGrowth;
    core->options.on_event(event);
  }
}

// Handles that were dropped while nobody could say whether a collection looks at them.
void ClearDropped(IsolateCore* core) {
  std::lock_guard<std::mutex> guard(core->roots_lock);
  for (void** slot : core->dropped) {
    *slot = nullptr;
    core->free_slots.push_back(slot);
  }
  core->dropped.clear();
}

}  // namespace

static constexpr char kOfParent[] = "the isolate was made by the process that this one was forked from";

std::unique_ptr<Failure> NewFailure(FailureKind kind, std::string text) {
  auto f = std::make_unique<Failure>();
  f->kind = kind;
  f->text = std::move(text);
  return f;
}

void SetFailure(std::unique_ptr<Failure> f) { failure = std::move(f); }

IsolateCore* CurrentCore() {
  rt::M* m = rt::CurrentM();
  if (m == nullptr || !m->is_host) return nullptr;
  return static_cast<IsolateCore*>(m->rt->host_calls().host_data);
}

// Everything about a call that is not the common case.
static bool BeginSlow(IsolateCore* core) {
  rt::HostCalls& calls = *core->calls;
  if (calls.depth() != 1) return true;
  if (core->has_exited) {
    failure = NewFailure(FailureKind::kExit, "exit status " + std::to_string(core->exit_code));
    failure->exit_code = core->exit_code;
    calls.Leave();
    return false;
  }
  if (!core->dropped.empty()) ClearDropped(core);
  if (core->has_deadline) calls.SetDeadline(rt::NanoTime() + core->deadline_ns);
  return true;
}

bool BeginCall(IsolateCore* core, const Callee& callee, char* frame) {
  rt::HostCalls* calls = core != nullptr ? core->calls : nullptr;
  if (calls == nullptr) [[unlikely]] {
    failure = NewFailure(FailureKind::kGone, "the isolate does not exist any more");
    return false;
  }
  if (embed::IsOfParent(core->fork_generation)) [[unlikely]] {
    failure = NewFailure(FailureKind::kGone, kOfParent);
    return false;
  }
  if (!calls->Enter()) [[unlikely]] {
    failure = NewFailure(FailureKind::kBusy, "another thread is in a call of the isolate");
    return false;
  }
  if ((core->has_deadline || core->has_exited || !core->dropped.empty()) && !BeginSlow(core))
      [[unlikely]] {
    return false;
  }
  const bool ok = callee.needs_copies ? RunCopied(core, callee, frame)
                                      : calls->Run(callee.code, frame, nullptr);
  if (ok) [[likely]] return true;
  failure = FailureOf(core);
  EndCall(core);
  return false;
}

void EndCall(IsolateCore* core) {
  if (core->has_events && core->calls->depth() == 1) [[unlikely]] LookForEvents(core);
  core->calls->Leave();
}

std::unique_ptr<Failure> TakeFailure(IsolateCore*) { return std::move(failure); }

// ---- roots ----

Root::Root(void* object, const FuncDesc* desc) {
  IsolateCore* core = CurrentCore();
  if (core == nullptr || object == nullptr) return;
  core_ = core->isolate->core();
  callee_.desc = desc;
  callee_.needs_copies = NeedsCopies(*desc);
  // The adapter of the closure's type: the closure is the first parameter.
  const FuncDesc plain{desc->types + 1, desc->offsets, desc->num_params - 1, desc->num_results, 0};
  const Desc closure{Kind::kFunc, 8, 8, nullptr, &plain};
  auto it = core->module->closures.find(embed::ShapeOf(closure, core->module->packages));
  if (it != core->module->closures.end()) callee_.code = it->second;
  if (callee_.code == nullptr || desc->frame_bytes > kMaxFrameBytes) {
    core_.reset();
    return;
  }
  std::lock_guard<std::mutex> guard(core->roots_lock);
  if (core->free_slots.empty()) {
    core->slots.push_back(nullptr);
    core->runtime->heap().AddRoot(&core->slots.back());
    core->free_slots.push_back(&core->slots.back());
  }
  slot_ = core->free_slots.back();
  core->free_slots.pop_back();
  core->runtime->heap().Shade(object);
  *slot_ = object;
}

Root::~Root() {
  if (slot_ == nullptr || core_ == nullptr) return;
  std::lock_guard<std::mutex> guard(core_->roots_lock);
  if (core_->calls != nullptr) core_->dropped.push_back(slot_);
}

Root::Root(const Root& other) : core_(other.core_), callee_(other.callee_) {
  if (other.slot_ == nullptr || core_ == nullptr) return;
  std::lock_guard<std::mutex> guard(core_->roots_lock);
  if (core_->calls == nullptr) {
    slot_ = other.slot_;
    return;
  }
  if (core_->free_slots.empty()) {
    core_->slots.push_back(nullptr);
    core_->runtime->heap().AddRoot(&core_->slots.back());
    core_->free_slots.push_back(&core_->slots.back());
  }
  slot_ = core_->free_slots.back();
  core_->free_slots.pop_back();
  // The original keeps the object alive meanwhile, and was there when a marking in progress began or
  // was shaded since.
  *slot_ = *other.slot_;
}

Root& Root::operator=(const Root& other) {
  if (this != &other) *this = Root(other);
  return *this;
}

Root& Root::operator=(Root&& other) noexcept {
  std::swap(slot_, other.slot_);
  std::swap(core_, other.core_);
  std::swap(callee_, other.callee_);
  return *this;
}

// Compares the types, and finds the adapter.
static Expected<Callee> Check(IsolateCore* core, std::string_view name, const FuncDesc* desc) {
  const ModuleCode& module = *core->module;
  auto fail = [](std::string text) { return Failure{FailureKind::kSignature, std::move(text)}; };
  auto it = module.exports.find(std::string(name));
  if (it == module.exports.end()) return fail("the module has no function " + std::string(name));
  const ModuleCode::Export& e = it->second;
  bool fits = e.num_params == desc->num_params &&
              e.shapes.size() == desc->num_params + desc->num_results;
  for (size_t i = 0; fits && i < e.shapes.size(); i++) {
    fits = !e.shapes[i].empty() && e.shapes[i] == embed::ShapeOf(*desc->types[i], module.packages);
  }
  if (!fits) {
    return fail("function " + std::string(name) + " is " + e.text + ", not " +
                embed::GoTextOf(*desc, module.packages));
  }
  for (uint32_t i = 0; i < desc->num_params; i++) {
    const Desc& t = *desc->types[i];
    if (t.kind == Kind::kPointer) {
      return fail("parameter " + std::to_string(i + 1) + " of " + std::string(name) +
                  " would point into the host's memory: pass the struct by value");
    }
    if (t.kind == Kind::kObject && module.adopts.contains(t.tag) == false) {
      return fail("parameter " + std::to_string(i + 1) + " of " + std::string(name) +
                  " is of a class that no package declares");
    }
    if (t.kind == Kind::kObject && module.adopts.at(t.tag) == nullptr) {
      return fail("no host function that this module uses returns the class of parameter " +
                  std::to_string(i + 1) + " of " + std::string(name));
    }
  }
  if (desc->frame_bytes > kMaxFrameBytes) return fail("the parameters of " + std::string(name) + " are too large");
  return Callee{e.code, desc, NeedsCopies(*desc), e.is_plain && !NeedsCopies(*desc)};
}

}  // namespace detail

using detail::IsolateCore;
using detail::ModuleCode;

const char* FailureKindName(FailureKind kind) {
  switch (kind) {
    case FailureKind::kCompile: return "compile";
    case FailureKind::kPanic: return "panic";
    case FailureKind::kTimeout: return "timeout";
    case FailureKind::kInterrupted: return "interrupted";
    case FailureKind::kMemory: return "memory";
    case FailureKind::kStack: return "stack";
    case FailureKind::kGoroutines: return "goroutines";
    case FailureKind::kOutput: return "output";
    case FailureKind::kFuel: return "fuel";
    case FailureKind::kDeadlock: return "deadlock";
    case FailureKind::kExit: return "exit";
    case FailureKind::kFatal: return "fatal";
    case FailureKind::kSignature: return "signature";
    case FailureKind::kGone: return "gone";
    case FailureKind::kBusy: return "busy";
    case FailureKind::kInternal: return "internal";
  }
  return "";
}

std::string Failure::Describe() const {
  if (kind == FailureKind::kCompile) {
    std::string out;
    for (const CompileMessage& m : messages) {
      out += m.text;
      if (!out.ends_with('\n')) out += '\n';
    }
    return out;
  }
  return trace.empty() ? std::string(FailureKindName(kind)) + ": " + text + "\n" : trace;
}

namespace {

void WriteTo(void* ctx, const char* data, size_t n) {
  const auto& f = *static_cast<const std::function<void(std::string_view)>*>(ctx);
  if (f) f({data, n});
}

int64_t ReadFrom(void* ctx, char* data, size_t n) {
  return (*static_cast<const std::function<int64_t(char*, size_t)>*>(ctx))(data, n);
}

rt::Runtime::Options RuntimeOptionsOf(IsolateCore* core) {
  const IsolateOptions& o = core->options;
  rt::Runtime::Options ro;
  ro.hosted = true;
  ro.watchdog = core->watchdog;
  ro.signal = core->signal;
  ro.gomaxprocs = 1;
  ro.gogc = o.gogc;
  ro.godebug = o.godebug;
  ro.args = o.args.empty() ? std::vector<std::string>{"gol"} : o.args;
  ro.handle_signals = o.handle_signals;
  ro.limits.heap_bytes = o.limits.heap_bytes;
  ro.limits.goroutines = o.limits.goroutines;
  ro.limits.stack_bytes = o.limits.stack_bytes;
  ro.limits.output_bytes = o.limits.output_bytes;
  ro.limits.fuel = o.fuel;
  if (o.fuel != Limits::kNone) ro.random_seed = o.seed != 0 ? o.seed : 1;
  ro.grants = (o.grants.files ? rt::kGrantFiles : 0u) |
              (o.grants.environment ? rt::kGrantEnvironment : 0u) |
              (o.grants.processes ? rt::kGrantProcesses : 0u) |
              (o.grants.clock ? rt::kGrantClock : 0u) | (o.grants.network ? rt::kGrantNetwork : 0u);
  ro.stdout_writer = {WriteTo, const_cast<void*>(static_cast<const void*>(&o.write_stdout))};
  ro.stderr_writer = {WriteTo, const_cast<void*>(static_cast<const void*>(&o.write_stderr))};
  ro.crash_writer = {[](void* ctx, const char* data, size_t n) {
                       static_cast<IsolateCore*>(ctx)->crash_text.append(data, n);
                     },
                     core};
  if (o.read_stdin) {
    ro.stdin_reader = {ReadFrom, const_cast<void*>(static_cast<const void*>(&o.read_stdin))};
  }
  ro.has_stdin = false;
  if (o.files != nullptr) {
    core->files = std::make_unique<embed::VirtualFiles>(o.files);
    ro.files = {[](void* ctx, int64_t number, const uint64_t(&args)[6], int64_t* result) {
                  return static_cast<embed::VirtualFiles*>(ctx)->Call(number, args, result);
                },
                core->files.get()};
  }
  return ro;
}

// The part of the globals block that a module adds.
void AttachGlobals(IsolateCore* core, const rt::ModuleInfo& info, const void* init,
                   const uint8_t* ptrmap) {
  if (info.globals_bytes == 0) return;
  char* base = core->globals->base() + info.globals_base;
  if (init != nullptr) std::memcpy(base, init, static_cast<size_t>(info.globals_bytes));
  core->runtime->heap().AddGlobals(base, static_cast<uint64_t>(info.globals_bytes), ptrmap);
}

// With the world stopped: the isolate has this module's code from now on.
void Attach(IsolateCore* core, const std::shared_ptr<ModuleCode>& module) {
  rt::Runtime& rt = *core->runtime;
  core->module = module;
  rt.set_code_info(module->code_info != nullptr ? module->code_info.get() : module->own_info.get());
  rt.set_stack_maps(module->stack_maps.get());
  for (const embed::StdPackage* p : module->std_packages) {
    if (!core->attached.insert(p).second) continue;
    AttachGlobals(core, *p->module, p->module->globals_init, p->module->globals_ptrmap);
  }
  const jit::LinkedModule& linked = module->linked;
  AttachGlobals(core, *linked.info, linked.globals_init.empty() ? nullptr : linked.globals_init.data(),
                reinterpret_cast<const uint8_t*>(linked.globals_ptrmap.data()));
  core->entry = std::make_unique<rt::Funcval>();
  core->entry->code = reinterpret_cast<const void*>(linked.entry);
}

Expected<void> RunEntry(IsolateCore* core) {
  static constexpr const detail::Desc* kNone[1] = {nullptr};
  static constexpr uint32_t kNoOffsets[1] = {0};
  static constexpr detail::FuncDesc kNoParams{kNone, kNoOffsets, 0, 0, 0};
  detail::Callee callee{const_cast<void*>(core->entry->code), &kNoParams};
  char frame[16];
  if (!detail::BeginCall(core, callee, frame)) return detail::TakeFailure(core);
  detail::EndCall(core);
  return {};
}

// A limit of fuel means something for modules only that count it.
std::optional<Failure> CheckFuel(const IsolateCore* core, const ModuleCode& module) {
  if (core->options.fuel == Limits::kNone || module.counts_fuel) return std::nullopt;
  return Failure{FailureKind::kInternal,
                 "the isolate has a limit of fuel, but the module does not count it: ModuleSource::count_fuel"};
}

Failure InternalFailure(std::string text) { return Failure{FailureKind::kInternal, std::move(text)}; }

}  // namespace

Isolate::Isolate(Engine& engine, IsolateOptions options) : core_(std::make_shared<IsolateCore>()) {
  IsolateCore* core = core_.get();
  core->isolate = this;
  core->options = std::move(options);
  core->watchdog = engine.impl_->watchdog;
  core->optimizer = engine.impl_->optimizer;
  core->fork_generation = engine.impl_->fork_generation;
  if (core->options.limits.deadline != std::chrono::nanoseconds::max()) {
    core->has_deadline = true;
    core->deadline_ns = std::max<int64_t>(core->options.limits.deadline.count(), 0);
  }
  core->has_events = static_cast<bool>(core->options.on_event);
  core->globals = std::make_unique<embed::GlobalsBlock>(embed::kIsolateGlobalsBytes);
  core->runtime = std::make_unique<rt::Runtime>(RuntimeOptionsOf(core));
  core->runtime->sched().HostStop();
  core->runtime->set_globals(core->globals->base());
  if (core->globals->base() != nullptr) core->runtime->sched().SetFuel(core->options.fuel);
  core->runtime->sched().HostStart();
  core->runtime->heap().AddRoot(&core->noted_panic);
  core->calls = &core->runtime->host_calls();
  core->calls->host_data = core;
  core->is_open = true;
}

Isolate::~Isolate() {
  IsolateCore* core = core_.get();
  {
    std::lock_guard<std::mutex> guard(core->roots_lock);
    core->calls = nullptr;
    core->is_open = false;
  }
  if (embed::IsOfParent(core->fork_generation)) {
    embed::Abandon(core_);
    return;
  }
  core->runtime.reset();
  for (std::shared_ptr<void>* o : core->host_objects) delete o;
  core->host_objects.clear();
  core->globals.reset();
  if (core->module != nullptr) embed::Optimizer::NoteUnload(*core->module);
  core->module.reset();
  core->found.clear();
  core->exception = nullptr;
  core->isolate = nullptr;
}

Expected<void> Isolate::Load(const Module& module) {
  IsolateCore* core = core_.get();
  if (embed::IsOfParent(core->fork_generation)) return Failure{FailureKind::kGone, detail::kOfParent};
  if (module.is_null()) return InternalFailure("no module");
  if (core->module != nullptr) return InternalFailure("the isolate has a module already: see Reload");
  if (core->globals->base() == nullptr) return InternalFailure("no memory for package-level variables");
  if (core->calls->is_inside()) return Failure{FailureKind::kBusy, "a call is in progress"};
  if (std::optional<Failure> f = CheckFuel(core, *module.code())) return std::move(*f);
  core->runtime->sched().HostStop();
  Attach(core, module.code());
  core->runtime->sched().HostStart();
  core->optimizer->NoteLoad(module.code());
  return RunEntry(core);
}

Expected<void> Isolate::Reload(const Module& module) {
  IsolateCore* core = core_.get();
  if (embed::IsOfParent(core->fork_generation)) return Failure{FailureKind::kGone, detail::kOfParent};
  if (module.is_null() || core->module == nullptr) return InternalFailure("there is no module to replace");
  if (module.code()->previous != core->module) {
    return InternalFailure("the module was not compiled to replace the isolate's: ModuleSource::previous");
  }
  if (core->calls->is_inside()) return Failure{FailureKind::kBusy, "a call is in progress"};
  if (std::optional<Failure> f = CheckFuel(core, *module.code())) return std::move(*f);
  const std::shared_ptr<ModuleCode> old = core->module;
  // All functions that the host holds must fit before anything changes.
  core->module = module.code();
  std::vector<detail::Callee> fresh;
  for (const IsolateCore::Found& f : core->found) {
    Expected<detail::Callee> callee = detail::Check(core, f.name, f.callee->desc);
    if (!callee) {
      core->module = old;
      return callee.TakeFailure();
    }
    fresh.push_back(*callee);
  }
  core->module = old;
  core->runtime->sched().HostStop();
  Attach(core, module.code());
  core->runtime->sched().HostStart();
  Expected<void> ran = RunEntry(core);
  core->runtime->sched().HostStop();
  if (ran) {
    // What the old version's variables hold goes on in the new one's. The collector marks nothing now that
    // it would not have seen: both are roots, and the world stands still.
    for (const ModuleCode::Variable& v : module.code()->variables) {
      for (const ModuleCode::Variable& o : old->variables) {
        if (o.name != v.name || o.type != v.type || o.bytes != v.bytes) continue;
        for (int64_t at = 0; at + 8 <= v.bytes; at += 8) {
          core->runtime->heap().Shade(*reinterpret_cast<void**>(core->globals->base() + o.offset + at));
        }
        std::memcpy(core->globals->base() + v.offset, core->globals->base() + o.offset,
                    static_cast<size_t>(v.bytes));
      }
    }
    for (size_t i = 0; i < fresh.size(); i++) *core->found[i].callee = fresh[i];
    embed::Optimizer::NoteUnload(*old);
    core->optimizer->NoteLoad(module.code());
  } else {
    // The old functions go on; the new version's code stays attached, for what its initialisers left.
    core->module = old;
  }
  core->runtime->sched().HostStart();
  return ran;
}

Expected<std::shared_ptr<const detail::Callee>> Isolate::FindFunction(std::string_view name,
                                                                      const detail::FuncDesc* desc) {
  IsolateCore* core = core_.get();
  if (core->module == nullptr) return InternalFailure("the isolate has no module");
  for (const IsolateCore::Found& f : core->found) {
    if (f.name == name && f.callee->desc == desc) return std::shared_ptr<const detail::Callee>(f.callee);
  }
  Expected<detail::Callee> callee = detail::Check(core, name, desc);
  if (!callee) return callee.TakeFailure();
  auto shared = std::make_shared<detail::Callee>(*callee);
  core->found.push_back({std::string(name), shared});
  return std::shared_ptr<const detail::Callee>(shared);
}

void Isolate::Interrupt() noexcept {
  core_->signal->Interrupt();
  core_->watchdog->Kick();
}

Expected<void> Isolate::RunFor(std::chrono::nanoseconds time) {
  struct Nap {
    rt::Runtime* rt;
    int64_t ns;
  } nap{core_->runtime.get(), time.count()};
  static constexpr const detail::Desc* kNone[1] = {nullptr};
  static constexpr uint32_t kNoOffsets[1] = {0};
  static constexpr detail::FuncDesc kNoParams{kNone, kNoOffsets, 0, 0, 0};
  detail::Callee callee{reinterpret_cast<void*>(static_cast<void (*)(void*)>([](void* arg) {
                          auto* n = static_cast<Nap*>(arg);
                          n->rt->sched().Sleep(n->ns);
                        })),
                        &kNoParams};
  if (!detail::BeginCall(core_.get(), callee, reinterpret_cast<char*>(&nap))) {
    return detail::TakeFailure(core_.get());
  }
  detail::EndCall(core_.get());
  return {};
}

void Isolate::Collect() {
  static constexpr const detail::Desc* kNone[1] = {nullptr};
  static constexpr uint32_t kNoOffsets[1] = {0};
  static constexpr detail::FuncDesc kNoParams{kNone, kNoOffsets, 0, 0, 0};
  detail::Callee callee{reinterpret_cast<void*>(static_cast<void (*)(void*)>([](void* arg) {
                          auto* rt = static_cast<rt::Runtime*>(arg);
                          // Goroutines of calls that were ended let go of what they hold.
                          rt->sched().Gosched();
                          rt->heap().Gc();
                          // Finalizers run now, so that host objects go.
                          rt->sched().Gosched();
                        })),
                        &kNoParams};
  if (detail::BeginCall(core_.get(), callee, reinterpret_cast<char*>(core_->runtime.get()))) {
    detail::EndCall(core_.get());
  }
}

uint64_t Isolate::fuel() const { return core_->runtime->sched().fuel(); }

void Isolate::SetFuel(uint64_t units) {
  if (core_->options.fuel == Limits::kNone) return;
  core_->runtime->sched().SetFuel(units);
}

Stats Isolate::GetStats() {
  Stats s;
  IsolateCore* core = core_.get();
  rt::MemStats m{};
  if (embed::IsOfParent(core->fork_generation) || !core->calls->Enter()) return s;
  struct Read {
    rt::Runtime* rt;
    rt::MemStats* out;
  } read{core->runtime.get(), &m};
  core->calls->RunNative(
      [](void* arg) {
        auto* r = static_cast<Read*>(arg);
        r->rt->heap().ReadMemStats(r->out);
      },
      &read);
  s.goroutines = core->runtime->sched().num_goroutines() - 1;
  core->calls->Leave();
  s.heap_bytes = m.heap_alloc;
  s.system_bytes = m.sys;
  s.total_alloc_bytes = m.total_alloc;
  s.objects = m.heap_objects;
  s.collections = m.num_gc;
  s.pause_total_ms = static_cast<double>(m.pause_total_ns) / 1e6;
  s.last_pause_ms = static_cast<double>(m.pause_ns[(m.num_gc + 255) % 256]) / 1e6;
  s.host_objects = core->host_objects.size();
  std::lock_guard<std::mutex> guard(core->roots_lock);
  s.roots = core->slots.size() - core->free_slots.size() - core->dropped.size();
  return s;
}

Isolate* Isolate::Current() {
  IsolateCore* core = detail::CurrentCore();
  return core != nullptr ? core->isolate : nullptr;
}

}  // namespace gol
