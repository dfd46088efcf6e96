// Puts the allocator's fast path in front of calls of it. See inline_alloc.cc. Internal to jit/.
#pragma once

#include "llvm/IR/Module.h"

namespace gol::jit {

// Named metadata of a module: {type descriptor, size, pointer map} of types that are allocated.
inline constexpr char kAllocMetadata[] = "gol.alloc";

// Runs after optimisation, before AddStackMaps.
void InlineAllocations(llvm::Module& module);

}  // namespace gol::jit
