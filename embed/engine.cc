// The public API of include/gol over the pipeline and the JIT.
#include <algorithm>

#include "embed/engine_impl.h"
#include "embed/module.h"
#include "embed/pipeline.h"
#include "embed/program.h"
#include "embed/symbols.h"
#include "gol/gol.h"
#include "runtime/signal.h"

namespace gol {
namespace {

embed::PipelineOptions PipelineOptionsOf(const EngineOptions& o) {
  embed::PipelineOptions options;
  options.opt_level = o.opt_level;
  options.inline_funcs = o.inlining;
  options.verify = o.verify;
  return options;
}

jit::Options JitOptionsOf(const EngineOptions& o) {
  jit::Options options;
  options.opt_level = o.opt_level;
  options.inline_funcs = o.inlining;
  options.inline_maps = o.inlining && embed::MayInlineMaps();
  options.verify = o.verify;
  return options;
}

}  // namespace

Engine::Engine(EngineOptions options) : impl_(std::make_shared<Impl>()) {
  impl_->options = options;
  embed::Optimizer::WaitAtExit();
}
Engine::~Engine() = default;

Engine::Impl::~Impl() {
  if (embed::IsOfParent(fork_generation)) {
    for (std::thread& t : threads) t.detach();
    embed::Abandon(std::move(watchdog));
    return;
  }
  {
    std::lock_guard<std::mutex> guard(lock);
    is_ending = true;
  }
  wake.notify_all();
  for (std::thread& t : threads) t.join();
}

Expected<Module> Engine::Impl::Compile(const ModuleSource& source) {
  const std::string key = embed::KeyOfModule(source);
  auto keep = [&](const std::shared_ptr<detail::ModuleCode>& code) {
    recent.remove(code);
    recent.push_front(code);
    while (recent.size() > static_cast<size_t>(std::max(options.cached_modules, 0))) recent.pop_back();
  };
  if (!key.empty()) {
    std::lock_guard<std::mutex> guard(lock);
    if (auto it = by_key.find(key); it != by_key.end()) {
      if (std::shared_ptr<detail::ModuleCode> code = it->second.lock()) {
        keep(code);
        return Module(code);
      }
      by_key.erase(it);
    }
  }
  auto code = embed::CompileModuleCode(source, PipelineOptionsOf(options), JitOptionsOf(options),
                                       options.quick_start);
  if (!code) return code.TakeFailure();
  if (!key.empty()) {
    std::lock_guard<std::mutex> guard(lock);
    std::erase_if(by_key, [](const auto& e) { return e.second.expired(); });
    by_key[key] = *code;
    keep(*code);
  }
  return Module(*code);
}

Expected<Module> Engine::CompileModule(const ModuleSource& source) { return impl_->Compile(source); }

void Engine::Impl::Submit(std::function<void()> job) {
  if (embed::IsOfParent(fork_generation)) return job();
  std::lock_guard<std::mutex> guard(lock);
  jobs.push_back(std::move(job));
  if (threads.size() < static_cast<size_t>(std::max(options.compile_threads, 1)) &&
      threads.size() < jobs.size()) {
    threads.emplace_back([this] {
      std::unique_lock<std::mutex> held(lock);
      for (;;) {
        wake.wait(held, [this] { return is_ending || !jobs.empty(); });
        if (jobs.empty()) return;
        std::function<void()> next = std::move(jobs.front());
        jobs.pop_front();
        held.unlock();
        next();
        held.lock();
      }
    });
  }
  wake.notify_one();
}

std::future<Expected<Module>> Engine::CompileModuleAsync(ModuleSource source) {
  // Host packages are used by address: copies of the handles keep what stands behind them.
  auto promise = std::make_shared<std::promise<Expected<Module>>>();
  auto job_source = std::make_shared<ModuleSource>(std::move(source));
  std::future<Expected<Module>> result = promise->get_future();
  impl_->Submit([impl = impl_.get(), promise, job_source] {
    promise->set_value(impl->Compile(*job_source));
  });
  return result;
}

bool Engine::HandleFault(void* info, void* context) noexcept {
  return rt::HandleFault(static_cast<siginfo_t*>(info), context);
}

CompileResult Engine::Compile(const Source& source) {
  CompileResult result;
  embed::PipelineOptions options = PipelineOptionsOf(impl_->options);
  auto pipeline = std::make_unique<embed::Pipeline>(options);
  bool ok = source.paths.empty() ? pipeline->LoadFromMemory(source.files)
                                 : pipeline->Load(source.paths);
  if (ok) ok = pipeline->BuildIr();
  if (!ok) {
    if (!pipeline->error().empty()) result.messages.push_back({"", 0, 0, pipeline->error()});
    for (const diag::Diagnostic* d : pipeline->emitter().Sorted()) {
      Position p = pipeline->sources().Resolve(d->pos);
      result.messages.push_back({std::string(p.file), static_cast<int>(p.line),
                                 static_cast<int>(p.column), pipeline->emitter().RenderOne(*d)});
    }
    return result;
  }
  const jit::Options jit_options = JitOptionsOf(impl_->options);
  Result<std::unique_ptr<Program>> program = embed::LinkProgram(std::move(pipeline), jit_options);
  if (program) {
    result.program = std::move(program.value());
  } else {
    result.messages.push_back({"", 0, 0, program.error().message});
  }
  return result;
}

}  // namespace gol
