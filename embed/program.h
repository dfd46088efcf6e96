// A compiled program of the public API, and what it runs with: linked code, the globals block, the
// precompiled packages it needs.
#pragma once

#include <memory>

#include "embed/pipeline.h"
#include "gol/gol.h"
#include "jit/jit.h"

namespace gol::embed {

// Links the IR of a pipeline. The pipeline stays alive with the program: positions in tracebacks
// refer to its sources. The error is a message without position.
Result<std::unique_ptr<Program>> LinkProgram(std::unique_ptr<Pipeline> pipeline,
                                             const jit::Options& options);

}  // namespace gol::embed
