// The public API of include/gol over the pipeline and the JIT.
#include "embed/pipeline.h"
#include "embed/program.h"
#include "embed/symbols.h"
#include "gol/gol.h"

namespace gol {

struct Engine::Impl {
  EngineOptions options;
};

Engine::Engine(EngineOptions options) : impl_(new Impl{options}) {}
Engine::~Engine() = default;

CompileResult Engine::Compile(const Source& source) {
  CompileResult result;
  embed::PipelineOptions options;
  options.opt_level = impl_->options.opt_level;
  options.inline_funcs = impl_->options.inlining;
  options.verify = impl_->options.verify;
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
  jit::Options jit_options;
  jit_options.opt_level = options.opt_level;
  jit_options.inline_funcs = options.inline_funcs;
  jit_options.inline_maps = options.inline_funcs && embed::MayInlineMaps();
  jit_options.verify = options.verify;
  Result<std::unique_ptr<Program>> program = embed::LinkProgram(std::move(pipeline), jit_options);
  if (program) {
    result.program = std::move(program.value());
  } else {
    result.messages.push_back({"", 0, 0, program.error().message});
  }
  return result;
}

}  // namespace gol
