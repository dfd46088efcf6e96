// A compiled program of the public API, and what it runs with: linked code, the globals block, the
// precompiled packages it needs.
#pragma once

#include <memory>

#include "embed/code_cache.h"
#include "embed/pipeline.h"
#include "gol/gol.h"
#include "jit/jit.h"

namespace gol::embed {

// Compiles and links the IR of a pipeline, and stores the code in the cache, where there is one. The
// error is a message without position.
Result<std::unique_ptr<Program>> LinkProgram(std::unique_ptr<Pipeline> pipeline,
                                             const jit::Options& options,
                                             CodeCache* cache = nullptr);

// Links a program from the cache.
Result<std::unique_ptr<Program>> LinkCached(CodeCache::Entry entry, const jit::Options& options);

}  // namespace gol::embed
