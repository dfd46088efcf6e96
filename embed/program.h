// A compiled program of the public API, and what it runs with: linked code, the globals block, the
// precompiled packages it needs.
#pragma once

#include <functional>
#include <memory>

#include "embed/code_cache.h"
#include "embed/pipeline.h"
#include "gol/gol.h"
#include "jit/jit.h"

namespace gol::embed {

// How a program gets its code besides by being compiled here and now.
struct LinkOptions {
  std::shared_ptr<CodeCache> cache;  // where the code is stored; null: nowhere
  enum Steps {
    kOneStep,
    // A large program is compiled fast first, and optimised by a thread while it runs. The thread may
    // be at work until the process ends: such a program must not be destroyed.
    kLargeInSteps,
    // Any program, and it is optimised before it starts: to test the steps.
    kAllBeforeStart,
  };
  Steps steps = kOneStep;
  // Called once per run, on another thread, before the program's heap is collected first.
  std::function<void()> on_first_collection;
};

// Compiles and links the IR of a pipeline. The error is a message without position.
Result<std::unique_ptr<Program>> LinkProgram(std::unique_ptr<Pipeline> pipeline,
                                             const jit::Options& options,
                                             LinkOptions link = {});

// Links a program from the cache. load makes the program's pipeline anew, with its IR built, or
// null; it is called by the optimising thread where the cache has only the fast code.
Result<std::unique_ptr<Program>> LinkCached(
    CodeCache::Entry entry, const jit::Options& options, LinkOptions link,
    std::function<std::unique_ptr<Pipeline>()> load);

}  // namespace gol::embed
