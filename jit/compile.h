// From a lowered module to an object file: target machine, optimisation, code generation.
// Internal to jit/.
#pragma once

#include <memory>
#include <string>

#include "ir/func.h"
#include "jit/jit.h"
#include "jit/lower.h"
#include "llvm/Target/TargetMachine.h"

namespace gol::jit {

// A machine for code that runs here (for_object false: this processor's features) or anywhere.
std::unique_ptr<llvm::TargetMachine> MakeTargetMachine(const Options& options, bool for_object);

// Runs the passes over LLVM's IR: optimize.cc.
void OptimizeModule(llvm::Module& module, llvm::TargetMachine& machine, bool for_object);

std::unique_ptr<llvm::Module> LowerModule(const ir::Module& ir, RunContext& run,
                                          llvm::TargetMachine& machine);
// Optimises and compiles what LowerModule made: an ELF object. The error names what LLVM's verifier
// found. Touches nothing but the module's context.
Result<std::string> EmitModule(std::unique_ptr<llvm::Module> module, const RunContext& run,
                               llvm::TargetMachine& machine);
// The last step of that.
Result<std::string> GenerateCode(llvm::Module& module, const Options& options,
                                 llvm::TargetMachine& machine);

}  // namespace gol::jit
