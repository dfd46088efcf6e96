// See embed/program.h.
//
// A program is code that several runtimes may run, one after another or at once: all that is
// mutable belongs to the Runtime that a Run makes. Package-level variables lie in a block of their
// own per run: the precompiled packages' parts first, at the offsets that their code was compiled
// with, then the program's. A run copies the initial images, tells the collector which words hold
// pointers, and starts the module's entry function, which runs the initialisers and main.main.
#include "embed/program.h"

#include <chrono>
#include <cstring>
#include <thread>

#include "embed/background_thread.h"
#include "embed/code_info.h"
#include "embed/globals.h"
#include "embed/interrupter.h"
#include "embed/lifecycle.h"
#include "embed/profiles.h"
#include "embed/symbols.h"
#include "runtime/debug/debugger.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/stack_map_table.h"

namespace gol::embed {
namespace {

RunStatus StatusOf(const rt::Outcome& outcome) {
  switch (outcome.kind) {
    case rt::Outcome::kOk:
      return RunStatus::kOk;
    case rt::Outcome::kExit:
      return RunStatus::kExit;
    case rt::Outcome::kPanic:
      return RunStatus::kPanic;
    case rt::Outcome::kDeadlock:
      return RunStatus::kDeadlock;
    case rt::Outcome::kFatal:
      return RunStatus::kFatal;
    case rt::Outcome::kMemory:
      return RunStatus::kMemory;
    case rt::Outcome::kGoroutines:
      return RunStatus::kGoroutines;
    case rt::Outcome::kStack:
      return RunStatus::kStack;
    case rt::Outcome::kOutput:
      return RunStatus::kOutput;
    case rt::Outcome::kFuel:  // of isolates only
      return RunStatus::kInternal;
    case rt::Outcome::kTimeout:
      return RunStatus::kTimeout;
    case rt::Outcome::kInterrupted:
      return RunStatus::kInterrupted;
  }
  return RunStatus::kInternal;
}

rt::Limits LimitsOf(const Limits& limits) {
  rt::Limits out;
  out.heap_bytes = limits.heap_bytes;
  out.goroutines = limits.goroutines;
  out.stack_bytes = limits.stack_bytes;
  out.output_bytes = limits.output_bytes;
  int64_t ns = limits.deadline.count();
  if (limits.deadline != std::chrono::nanoseconds::max()) {
    out.run_ns = ns > 0 ? static_cast<uint64_t>(ns) : 0;
  }
  return out;
}

void WriteToHost(void* ctx, const char* data, size_t n) {
  (*static_cast<const std::function<void(std::string_view)>*>(ctx))({data, n});
}

class LinkedProgram : public Program {
 public:
  LinkedProgram(std::vector<const StdPackage*> std_packages, std::unique_ptr<jit::Session> session,
                jit::LinkedModule module, std::shared_ptr<rt::StackMapTable> stack_maps,
                std::function<void()> on_first_collection)
      : std_packages_(std::move(std_packages)),
        stack_maps_(std::move(stack_maps)),
        session_(std::move(session)),
        module_(std::move(module)),
        on_first_collection_(std::move(on_first_collection)),
        code_info_(session_.get(), module_.info, std_packages_) {
    entry_closure_.code = reinterpret_cast<const void*>(module_.entry);
  }

  RunResult Run(const RunOptions& options) override {
    const rt::ModuleInfo& own = *module_.info;
    GlobalsBlock globals(static_cast<size_t>(own.globals_base + own.globals_bytes));
    if (globals.base() == nullptr) {
      return {RunStatus::kInternal, 2, "gol: no memory for package-level variables", false};
    }
    rt::Runtime::Options ro;
    ro.gomaxprocs = options.gomaxprocs;
    ro.gogc = options.gogc;
    ro.memory_limit_bytes = options.memory_limit_bytes;
    ro.godebug = options.godebug;
    ro.traceback = options.traceback;
    ro.args = options.args;
    ro.handle_signals = options.handle_signals;
    ro.on_first_collection = on_first_collection_;
    ro.limits = LimitsOf(options.limits);
    if (options.interrupter != nullptr) ro.signal = InterruptSignal(*options.interrupter);
    if (options.write_stderr) {
      ro.stderr_writer = {WriteToHost, const_cast<void*>(static_cast<const void*>(
                                           &options.write_stderr))};
    }
    rt::Runtime runtime(std::move(ro));
    runtime.set_code_info(&code_info_);
    runtime.set_globals(globals.base());
    runtime.set_stack_maps(stack_maps_.get());
    for (const StdPackage* p : std_packages_) {
      const rt::ModuleInfo& m = *p->module;
      Attach(runtime, globals.base() + m.globals_base, static_cast<uint64_t>(m.globals_bytes),
             m.globals_init, m.globals_ptrmap);
    }
    Attach(runtime, globals.base() + own.globals_base, static_cast<uint64_t>(own.globals_bytes),
           module_.globals_init.empty() ? nullptr : module_.globals_init.data(),
           reinterpret_cast<const uint8_t*>(module_.globals_ptrmap.data()));
    StartProfiles(runtime, options.profiles);
    StartLifecycle(runtime, options.lifecycle);
    rt::Outcome outcome = runtime.Run(&entry_closure_);
    ReportLifecycle(runtime, options.lifecycle);
    WriteProfiles(runtime, options.profiles);
    RunResult result;
    result.status = StatusOf(outcome);
    result.exit_code = outcome.exit_code;
    result.text = std::move(outcome.text);
    result.wants_abort = result.status != RunStatus::kOk && result.status != RunStatus::kExit &&
                         runtime.tunables().traceback_crash.load(std::memory_order_relaxed);
    return result;
  }

 private:
  static void Attach(rt::Runtime& runtime, char* base, uint64_t bytes, const void* init,
                     const uint8_t* ptrmap) {
    if (bytes == 0) return;
    if (init != nullptr) std::memcpy(base, init, bytes);
    runtime.heap().AddGlobals(base, bytes, ptrmap);
  }

  const std::vector<const StdPackage*> std_packages_;
  const std::shared_ptr<rt::StackMapTable> stack_maps_;
  std::unique_ptr<jit::Session> session_;
  jit::LinkedModule module_;
  const std::function<void()> on_first_collection_;
  SessionCodeInfo code_info_;
  rt::Funcval entry_closure_{};
};

// The stack maps of a program: those of the precompiled packages, and what its session links.
std::shared_ptr<rt::StackMapTable> NewStackMaps() {
  auto maps = std::make_shared<rt::StackMapTable>();
  const std::string_view std_maps = StdStackMaps();
  maps->Add(std_maps.data(), std_maps.size());
  return maps;
}

jit::Options WithStackMaps(jit::Options options, std::shared_ptr<rt::StackMapTable> maps) {
  options.for_debugger |= rt::debug::HasDebugger();
  options.on_stack_maps = [maps = std::move(maps)](const void* records, uint64_t bytes) {
    maps->Add(records, bytes);
  };
  return options;
}

// Instructions of the IR from which on a program is compiled in steps. At about 40 us each with
// optimisation, this many take half a second; a fifth of that without. Fewer: small programs whose
// loops are in one function run slowly once; more: longer waits for the first output.
constexpr size_t kInStepsFrom = 12000;
// How long a program runs on fast code from the cache before it is worth optimising: shorter ones
// end before anything is gained.
constexpr std::chrono::milliseconds kOptimizeAfter{100};

size_t SizeOf(const ir::Module& module) {
  size_t n = 0;
  for (const ir::Func* f : module.funcs) {
    for (const ir::Block& b : f->blocks) n += b.insts.size();
  }
  return n;
}

// What the optimising thread works on. The session is the program's.
struct OptimizerJob {
  jit::Session* session;
  std::unique_ptr<Pipeline> pipeline;                // null: load makes it
  std::function<std::unique_ptr<Pipeline>()> load;
  CodeCache::Entry entry;
  std::shared_ptr<CodeCache> cache;
};

void OptimizeAndReplace(OptimizerJob& job) {
  if (job.pipeline == nullptr) {
    std::this_thread::sleep_for(kOptimizeAfter);
    job.pipeline = job.load();
    // The sources must be those that the running code was made of.
    if (job.pipeline == nullptr ||
        job.pipeline->loader().dependencies() != job.entry.dependencies) {
      return;
    }
  }
  Result<std::string> object =
      job.session->Compile(job.pipeline->module(), jit::CodeKind::kReplacement);
  if (!object) return;
  // What does not fit is not stored either. The program goes on with the code it has.
  if (!job.session->Replace(object.value())) return;
  if (job.cache != nullptr) {
    job.entry.replacement = std::move(object.value());
    job.cache->Store(job.pipeline->loader().dependencies(), job.entry);
  }
}

void StartOptimizer(OptimizerJob job) {
  auto shared = std::make_shared<OptimizerJob>(std::move(job));
  StartBackgroundThread([shared] { OptimizeAndReplace(*shared); }).detach();
}

}  // namespace

Result<std::unique_ptr<Program>> LinkProgram(std::unique_ptr<Pipeline> pipeline,
                                             const jit::Options& options, LinkOptions link) {
  std::shared_ptr<rt::StackMapTable> maps = NewStackMaps();
  Result<std::unique_ptr<jit::Session>> session =
      jit::Session::Create(WithStackMaps(options, maps), ResolveSymbol);
  if (!session) return session.error();
  const bool in_steps =
      link.steps != LinkOptions::kOneStep && options.opt_level > 0 &&
      (link.steps == LinkOptions::kAllBeforeStart || SizeOf(pipeline->module()) > kInStepsFrom) &&
      jit::IsReplaceable(pipeline->module());
  Result<std::string> object = session.value()->Compile(
      pipeline->module(), in_steps ? jit::CodeKind::kQuick : jit::CodeKind::kWhole);
  if (!object) return object.error();
  CodeCache::Entry entry;
  entry.is_quick = in_steps;
  entry.object = std::move(object.value());
  for (const StdPackage* p : pipeline->std_packages()) entry.std_packages.emplace_back(p->path);
  if (link.cache != nullptr) link.cache->Store(pipeline->loader().dependencies(), entry);
  std::vector<const StdPackage*> packages = pipeline->std_packages();
  Result<jit::LinkedModule> linked = session.value()->Link(kProgramModule, entry.object);
  if (!linked) return linked.error();
  if (in_steps && link.steps == LinkOptions::kAllBeforeStart) {
    Result<std::string> object =
        session.value()->Compile(pipeline->module(), jit::CodeKind::kReplacement);
    if (!object) return object.error();
    Result<void> replaced = session.value()->Replace(std::move(object.value()));
    if (!replaced) return replaced.error();
  } else if (in_steps) {
    StartOptimizer({.session = session.value().get(),
                    .pipeline = std::move(pipeline),
                    .entry = std::move(entry),
                    .cache = link.cache});
  }
  return std::unique_ptr<Program>(new LinkedProgram(
      std::move(packages), std::move(session.value()), std::move(linked.value()),
      std::move(maps), std::move(link.on_first_collection)));
}

Result<std::unique_ptr<Program>> LinkCached(CodeCache::Entry entry, const jit::Options& options,
                                            LinkOptions link,
                                            std::function<std::unique_ptr<Pipeline>()> load) {
  std::vector<const StdPackage*> packages;
  for (const std::string& path : entry.std_packages) {
    packages.push_back(FindStdPackage(path));
    if (packages.back() == nullptr) return Error{"package " + path + " is not in this binary"};
  }
  std::shared_ptr<rt::StackMapTable> maps = NewStackMaps();
  Result<std::unique_ptr<jit::Session>> session =
      jit::Session::Create(WithStackMaps(options, maps), ResolveSymbol);
  if (!session) return session.error();
  Result<jit::LinkedModule> linked = session.value()->Link(kProgramModule, entry.object);
  if (!linked) return linked.error();
  if (!entry.replacement.empty()) {
    Result<void> replaced = session.value()->Replace(std::move(entry.replacement));
    if (!replaced) return replaced.error();
  } else if (entry.is_quick && link.steps != LinkOptions::kOneStep) {
    StartOptimizer({.session = session.value().get(),
                    .load = std::move(load),
                    .entry = std::move(entry),
                    .cache = link.cache});
  }
  return std::unique_ptr<Program>(new LinkedProgram(
      std::move(packages), std::move(session.value()), std::move(linked.value()),
      std::move(maps), std::move(link.on_first_collection)));
}

}  // namespace gol::embed
