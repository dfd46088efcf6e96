// The lives of objects that RunOptions asks for.
#pragma once

#include "gol/gol.h"

namespace gol::rt {
class Runtime;
}

namespace gol::embed {

// Before the Run.
void StartLifecycle(rt::Runtime& runtime, const LifecycleOptions& options);
// After it: nothing runs any more.
void ReportLifecycle(rt::Runtime& runtime, const LifecycleOptions& options);

}  // namespace gol::embed
