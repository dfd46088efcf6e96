// Compiles the standard packages ahead of time: what the build runs between the two binaries (see
// std_index.h).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace gol::embed {

struct StdCompileOptions {
  std::string out_dir;
  // Where objects of earlier runs are kept; empty: nowhere. Several processes may share it.
  std::string cache_dir;
  // The files that the compiler was linked from, as far as what it makes depends on them: they and
  // a package's sources are the keys of the cache.
  std::vector<std::string> compiler_files;
};

// Compiles every standard package into out_dir: one object per package and tables.S. The error
// holds the compiler's messages.
Result<void> CompileStd(const StdCompileOptions& options);

}  // namespace gol::embed
