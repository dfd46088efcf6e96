// Takes safepoint polls out of inner loops. See strip_mine.cc. Internal to jit/.
#pragma once

#include "llvm/IR/PassManager.h"

namespace gol::jit {

// The text of the inline assembly that a poll consists of, before the branch to its cold call.
inline constexpr char kPollAssembly[] = "cmpq $$-1314, %fs:112";

// Requires loops in simplified form.
struct StripMinePass : llvm::PassInfoMixin<StripMinePass> {
  llvm::PreservedAnalyses run(llvm::Function& f, llvm::FunctionAnalysisManager& am);
};

}  // namespace gol::jit
