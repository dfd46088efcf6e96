// See embed/program.h.
//
// A program is code that several runtimes may run, one after another or at once: all that is
// mutable belongs to the Runtime that a Run makes. Package-level variables lie in a block of their
// own per run: the precompiled packages' parts first, at the offsets that their code was compiled
// with, then the program's. A run copies the initial images, tells the collector which words hold
// pointers, and starts the module's entry function, which runs the initialisers and main.main.
#include "embed/program.h"

#include <cstring>

#include "embed/code_info.h"
#include "embed/globals.h"
#include "embed/interrupter.h"
#include "embed/symbols.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"

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
                jit::LinkedModule module)
      : std_packages_(std::move(std_packages)),
        session_(std::move(session)),
        module_(std::move(module)),
        code_info_(session_.get(), module_.info, std_packages_) {
    entry_closure_.code = reinterpret_cast<const void*>(module_.entry);
  }

  RunResult Run(const RunOptions& options) override {
    const rt::ModuleInfo& own = *module_.info;
    GlobalsBlock globals(static_cast<size_t>(own.globals_base + own.globals_bytes));
    if (globals.base() == nullptr) {
      return {RunStatus::kInternal, 2, "gol: no memory for package-level variables"};
    }
    rt::Runtime::Options ro;
    ro.gomaxprocs = options.gomaxprocs;
    ro.gogc = options.gogc;
    ro.memory_limit_bytes = options.memory_limit_bytes;
    ro.godebug = options.godebug;
    ro.traceback = options.traceback;
    ro.args = options.args;
    ro.handle_signals = options.handle_signals;
    ro.limits = LimitsOf(options.limits);
    if (options.interrupter != nullptr) ro.signal = InterruptSignal(*options.interrupter);
    if (options.write_stderr) {
      ro.stderr_writer = {WriteToHost, const_cast<void*>(static_cast<const void*>(
                                           &options.write_stderr))};
    }
    rt::Runtime runtime(std::move(ro));
    runtime.set_code_info(&code_info_);
    runtime.set_globals(globals.base());
    for (const StdPackage* p : std_packages_) {
      const rt::ModuleInfo& m = *p->module;
      Attach(runtime, globals.base() + m.globals_base, static_cast<uint64_t>(m.globals_bytes),
             m.globals_init, m.globals_ptrmap);
    }
    Attach(runtime, globals.base() + own.globals_base, static_cast<uint64_t>(own.globals_bytes),
           module_.globals_init.empty() ? nullptr : module_.globals_init.data(),
           reinterpret_cast<const uint8_t*>(module_.globals_ptrmap.data()));
    rt::Outcome outcome = runtime.Run(&entry_closure_);
    return {StatusOf(outcome), outcome.exit_code, std::move(outcome.text)};
  }

 private:
  static void Attach(rt::Runtime& runtime, char* base, uint64_t bytes, const void* init,
                     const uint8_t* ptrmap) {
    if (bytes == 0) return;
    if (init != nullptr) std::memcpy(base, init, bytes);
    runtime.heap().AddGlobals(base, bytes, ptrmap);
  }

  const std::vector<const StdPackage*> std_packages_;
  std::unique_ptr<jit::Session> session_;
  jit::LinkedModule module_;
  SessionCodeInfo code_info_;
  rt::Funcval entry_closure_{};
};

}  // namespace

Result<std::unique_ptr<Program>> LinkProgram(std::unique_ptr<Pipeline> pipeline,
                                             const jit::Options& options, CodeCache* cache) {
  Result<std::unique_ptr<jit::Session>> session = jit::Session::Create(options, ResolveSymbol);
  if (!session) return session.error();
  Result<std::string> object = session.value()->Compile(pipeline->module());
  if (!object) return object.error();
  CodeCache::Entry entry{{}, std::move(object.value())};
  if (cache != nullptr) {
    for (const StdPackage* p : pipeline->std_packages()) entry.std_packages.emplace_back(p->path);
    cache->Store(pipeline->loader().dependencies(), entry);
  }
  Result<jit::LinkedModule> linked = session.value()->Link(kProgramModule, std::move(entry.object));
  if (!linked) return linked.error();
  return std::unique_ptr<Program>(new LinkedProgram(
      pipeline->std_packages(), std::move(session.value()), std::move(linked.value())));
}

Result<std::unique_ptr<Program>> LinkCached(CodeCache::Entry entry, const jit::Options& options) {
  std::vector<const StdPackage*> packages;
  for (const std::string& path : entry.std_packages) {
    packages.push_back(FindStdPackage(path));
    if (packages.back() == nullptr) return Error{"package " + path + " is not in this binary"};
  }
  Result<std::unique_ptr<jit::Session>> session = jit::Session::Create(options, ResolveSymbol);
  if (!session) return session.error();
  Result<jit::LinkedModule> linked = session.value()->Link(kProgramModule, std::move(entry.object));
  if (!linked) return linked.error();
  return std::unique_ptr<Program>(new LinkedProgram(
      std::move(packages), std::move(session.value()), std::move(linked.value())));
}

}  // namespace gol::embed
