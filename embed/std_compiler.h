// Compiles the standard packages ahead of time: what the build runs between the two binaries (see
// std_index.h).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace gol::embed {

// Compiles every standard package into out_dir: one object per package and tables.S. The error
// holds the compiler's messages.
Result<void> CompileStd(const std::string& out_dir);

}  // namespace gol::embed
