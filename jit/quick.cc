// Code that is compiled fast rather than well: what programs start with (see replace.cc) and what
// -O0 asks for.
//
// Problem. LLVM's unoptimised code generation spends most of its time in SelectionDAG, which takes
// over where FastISel meets an instruction that it does not know: for one call alone, but otherwise for the
// whole block above. A third goes to passes that find nothing to do.
//
// Solution. What FastISel cannot do is put where it costs least:
//
//   - Functions are defined with C's convention, which is Swift's when the results fit its registers:
//     FastISel takes arguments from there and returns one value that way. Calls stay as they are.
//   - Terminators that FastISel does not know (switches, returns of several values) get a block of
//     their own.
//   - Loads through %fs are assembly, which is one instruction for SelectionDAG like a call.
//   - Maps are notes behind plain calls instead of statepoints: stack_map_liveness.cc.
//
// And only those passes of code generation run that unoptimised code needs.
#include "jit/stack_maps.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-parameter"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/PassRegistry.h"
#pragma clang diagnostic pop

namespace gol::jit {

namespace {

using llvm::BasicBlock;
using llvm::Instruction;
using llvm::dyn_cast;
using llvm::isa;

constexpr unsigned kFsSpace = 257;  // address space of x86's %fs
constexpr unsigned kMaxIntResults = 3, kMaxFloatResults = 2;  // of C's convention in LLVM

bool ResultsFitC(llvm::Type* type) {
  unsigned ints = 0, floats = 0;
  auto count = [&](llvm::Type* t) { (t->isFloatingPointTy() ? floats : ints)++; };
  if (auto* s = dyn_cast<llvm::StructType>(type)) {
    for (llvm::Type* t : s->elements()) count(t);
  } else if (!type->isVoidTy()) {
    count(type);
  }
  return ints <= kMaxIntResults && floats <= kMaxFloatResults;
}

// Where the part of a block begins that FastISel cannot do, or null.
Instruction* HardEnd(BasicBlock& block) {
  Instruction* end = block.getTerminator();
  if (isa<llvm::SwitchInst>(end)) return end;
  auto* ret = dyn_cast<llvm::ReturnInst>(end);
  if (ret == nullptr || ret->getReturnValue() == nullptr ||
      !ret->getReturnValue()->getType()->isStructTy()) {
    return nullptr;
  }
  while (end->getPrevNode() != nullptr && isa<llvm::InsertValueInst>(end->getPrevNode())) {
    end = end->getPrevNode();
  }
  return end;
}

void ReplaceFsLoad(llvm::LoadInst* load) {
  auto* address = dyn_cast<llvm::ConstantExpr>(load->getPointerOperand());
  if (address == nullptr || address->getOpcode() != Instruction::IntToPtr) return;
  auto* offset = dyn_cast<llvm::ConstantInt>(address->getOperand(0));
  if (offset == nullptr) return;
  if (!load->getType()->isPointerTy() && !load->getType()->isIntegerTy(64)) return;
  llvm::IRBuilder<> b(load);
  auto* call = b.CreateCall(llvm::InlineAsm::get(
      llvm::FunctionType::get(load->getType(), {}, false),
      "movq %fs:" + std::to_string(offset->getSExtValue()) + ", $0", "=r,~{memory}", true));
  load->replaceAllUsesWith(call);
  load->eraseFromParent();
}

}  // namespace

void PrepareForFastSelection(llvm::Module& module) {
  for (llvm::Function& f : module) {
    if (f.isDeclaration()) continue;
    if (f.getCallingConv() == llvm::CallingConv::Swift && ResultsFitC(f.getReturnType())) {
      f.setCallingConv(llvm::CallingConv::C);
    }
    // Copies of memory through wider registers would have to be followed by VZEROUPPER.
    f.addFnAttr("prefer-vector-width", "128");
    llvm::SmallVector<Instruction*, 16> ends;
    llvm::SmallVector<llvm::LoadInst*, 8> loads;
    for (BasicBlock& block : f) {
      if (Instruction* end = HardEnd(block); end != nullptr && end != &block.front()) {
        ends.push_back(end);
      }
      for (Instruction& i : block) {
        auto* load = dyn_cast<llvm::LoadInst>(&i);
        if (load != nullptr && load->getPointerAddressSpace() == kFsSpace) loads.push_back(load);
      }
    }
    for (Instruction* end : ends) end->getParent()->splitBasicBlock(end, "end");
    for (llvm::LoadInst* load : loads) ReplaceFsLoad(load);
  }
}

bool AddQuickPasses(llvm::TargetPassConfig& config, llvm::legacy::PassManager& passes) {
  auto add = [&](const void* id) { passes.add(llvm::Pass::createPass(id)); };
  auto add_named = [&](llvm::StringRef name) {
    const llvm::PassInfo* info = llvm::PassRegistry::getPassRegistry()->getPassInfo(name);
    if (info != nullptr) passes.add(info->createPass());
    return info != nullptr;
  };
  passes.add(llvm::createGCLoweringPass());
  if (!add_named("atomic-expand")) return false;
  passes.add(llvm::createUnreachableBlockEliminationPass());
  if (config.addInstSelector()) return false;
  add(&llvm::FinalizeISelID);
  if (!add_named("x86-flags-copy-lowering")) return false;
  add(&llvm::PHIEliminationID);
  add(&llvm::TwoAddressInstructionPassID);
  passes.add(llvm::createFastRegisterAllocator());
  add(&llvm::PrologEpilogCodeInserterID);
  add(&llvm::ExpandPostRAPseudosID);
  if (!add_named("x86-pseudo")) return false;
  add(&llvm::PatchableFunctionID);
  return true;
}

}  // namespace gol::jit
