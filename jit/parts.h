// Modules compiled on several threads: see parts.cc. Internal to jit/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jit/lower.h"

namespace gol::jit {

// Compiles a module for this process. The result is one object or several that JoinObjects made one.
// prototype: all but the context.
Result<std::string> CompileInParts(const ir::Module& module, const RunContext& prototype);

std::string JoinObjects(const std::vector<std::string>& objects);
std::vector<std::string_view> SplitObjects(std::string_view joined);

}  // namespace gol::jit
