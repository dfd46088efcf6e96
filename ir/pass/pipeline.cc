// See pipeline.h.
#include "ir/pass/pipeline.h"

#include <string>

#include "base/check.h"
#include "ir/pass/defers.h"
#include "ir/pass/fuel.h"
#include "ir/pass/inline.h"
#include "ir/pass/safepoint.h"
#include "ir/pass/unused.h"
#include "ir/pass/views.h"
#include "ir/verify.h"

namespace gol::ir {
namespace {

void FuelPass(Module* module, const PassOptions& options) {
  if (!options.count_fuel) return;
  for (Func* f : module->funcs) {
    if (f->is_built) CountFuel(f, options.is_extern);
  }
}

void InlinePass(Module* module, const PassOptions& options) {
  if (!options.inline_funcs) return;
  InlineCalls(module, options.notes);
}

void DefersPass(Module* module, const PassOptions& options) {
  // Escape analysis has something to say of the closures.
  if (options.inline_funcs && options.notes == nullptr) ElideDefers(module);
}

void EscapePass(Module* module, const PassOptions& options) {
  AnalyzeEscapes(module, {.notes = options.notes,
                          .extern_summary = options.extern_summary,
                          .summaries = options.summaries});
}

void UnusedPass(Module* module, const PassOptions& options) {
  if (options.is_program && options.notes == nullptr) RemoveUnusedFuncs(module);
}

void ViewsPass(Module* module, const PassOptions&) {
  for (Func* f : module->funcs) {
    if (f->is_built) MarkViews(f);
  }
}

void SafepointPass(Module* module, const PassOptions&) {
  for (Func* f : module->funcs) {
    if (f->is_built) PlacePolls(f);
  }
}

struct Pass {
  void (*run)(Module*, const PassOptions&);
  const char* name;
  const char* help;
};

constexpr Pass kPasses[] = {
#define PASS(function, name, help) {function, name, help},
#include "ir/pass/passes.def"
#undef PASS
};

void VerifyAll(const Module& module, const char* pass) {
  for (const Func* f : module.funcs) {
    if (!f->is_built) continue;
    std::vector<std::string> errors = Verify(*f);
    if (errors.empty()) continue;
    ScopedPhase phase(pass, errors[0].c_str());
    GOL_UNREACHABLE("the IR is not valid after this pass");
  }
}

}  // namespace

void RunPasses(Module* module, const PassOptions& options) {
  if (options.verify) VerifyAll(*module, "build");
  for (const Pass& pass : kPasses) {
    ScopedPhase phase("pass", pass.name);
    pass.run(module, options);
    if (options.verify) VerifyAll(*module, pass.name);
    if (options.after) options.after(pass.name);
  }
}

}  // namespace gol::ir
