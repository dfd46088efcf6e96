// Stack maps: which references a frame holds while it waits for a call. The essay is in
// stack_map_liveness.cc; what is written out is runtime/abi/stack_map.h. Internal to jit/.
#pragma once

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace gol::jit {

// Metadata of an alloca that holds no references, or whose references the runtime finds otherwise.
inline constexpr char kNoPointersMetadata[] = "gol.noptr";
// Attribute of a parameter: an address that the callee fills before it reads.
inline constexpr char kOutAttribute[] = "gol-out";
// Attribute of a function that never reaches a safepoint (LLVM's own name for it).
inline constexpr char kLeafAttribute[] = "gc-leaf-function";

// Marks the stackmap intrinsics that stand for statepoints in code that is not optimised.
inline constexpr uint64_t kNoteId = 1;

// Gives every call that may reach a safepoint a "deopt" bundle with what is live after it. Runs
// after all optimisation. in_registers: code generation may leave references in registers; else
// all are in the frame (the fast register allocator cannot place many operands). with_bases off: derived pointers
// stand for themselves, which is wrong; tests show that they notice.
void AddStackMaps(llvm::Module& module, bool in_registers, bool with_bases = true);

// The same for code that is compiled fast: quick.cc. The first runs after AddStackMaps.
void PrepareForFastSelection(llvm::Module& module);
bool AddQuickPasses(llvm::TargetPassConfig& config, llvm::legacy::PassManager& passes);

// Adds the passes of code generation that write a file, stack maps included. Returns false where the
// target cannot.
bool AddCodegenPasses(llvm::TargetMachine& machine, llvm::legacy::PassManager& passes,
                      llvm::raw_pwrite_stream& out, llvm::CodeGenFileType type, bool verify);

// Must be called before LLVM compiles anything: registers the format of the maps.
void InitStackMaps();

}  // namespace gol::jit
