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
//     their own; loads through %fs, which it does not know either, stand first in theirs.
//   - Long blocks are divided.
//   - The address of the package-level variables is loaded once per function.
//   - Maps are notes behind plain calls instead of statepoints: stack_map_liveness.cc.
//
// And only those passes of code generation run that unoptimised code needs.
#include "jit/stack_maps.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-parameter"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/PassRegistry.h"
#pragma clang diagnostic pop

namespace gol::jit {

namespace {

using llvm::BasicBlock;
using llvm::Instruction;
using llvm::dyn_cast;
using llvm::isa;

// Longer blocks are divided: at each call the register allocator looks at all values of the block. A
// value that crosses the border costs a store and a load.
constexpr size_t kMaxBlockInsts = 256;
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

// Takes the loads of a function through %fs that give the same each time to its beginning; the others
// are appended to *rest.
void HoistFsLoads(llvm::Function& f, llvm::SmallVectorImpl<Instruction*>* rest) {
  llvm::SmallVector<llvm::LoadInst*, 16> invariant;
  for (BasicBlock& block : f) {
    for (Instruction& i : block) {
      auto* load = dyn_cast<llvm::LoadInst>(&i);
      if (load == nullptr || load->getPointerAddressSpace() != kFsSpace) continue;
      if (load->hasMetadata(llvm::LLVMContext::MD_invariant_load)) {
        invariant.push_back(load);
      } else {
        rest->push_back(load);
      }
    }
  }
  if (invariant.empty()) return;
  // Variables stay in the first block when it is divided.
  BasicBlock& entry = f.getEntryBlock();
  auto top = entry.begin();
  for (auto it = entry.begin(); it != entry.end();) {
    Instruction& i = *it++;
    if (!isa<llvm::AllocaInst>(i)) continue;
    if (&*top == &i) ++top;
    else i.moveBefore(entry, top);
  }
  llvm::SmallDenseMap<llvm::Value*, llvm::LoadInst*> first;
  for (llvm::LoadInst* load : invariant) {
    llvm::LoadInst*& kept = first[load->getPointerOperand()];
    if (kept == nullptr) {
      kept = load;
      if (&*top != load) load->moveBefore(entry, top);
      rest->push_back(load);
    } else {
      load->replaceAllUsesWith(kept);
      load->eraseFromParent();
    }
  }
}

}  // namespace

namespace {

// From the back: what stands behind the border is moved.
void SplitBefore(llvm::ArrayRef<Instruction*> borders) {
  for (Instruction* i : llvm::reverse(borders)) {
    if (i != &i->getParent()->front()) i->getParent()->splitBasicBlock(i, "more");
  }
}

void DivideLongBlocks(llvm::Function& f) {
  llvm::SmallVector<Instruction*, 16> borders;
  for (BasicBlock& block : f) {
    size_t n = 0;
    for (Instruction& i : block) {
      if (++n <= kMaxBlockInsts || isa<llvm::PHINode, llvm::AllocaInst>(i) || i.isTerminator()) {
        continue;
      }
      // A note stays with its call.
      auto* call = dyn_cast<llvm::IntrinsicInst>(&i);
      if (call != nullptr && call->getIntrinsicID() == llvm::Intrinsic::experimental_stackmap) {
        continue;
      }
      borders.push_back(&i);
      n = 0;
    }
  }
  SplitBefore(borders);
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
    llvm::SmallVector<Instruction*, 16> hard;
    for (BasicBlock& block : f) {
      if (Instruction* end = HardEnd(block)) hard.push_back(end);
    }
    HoistFsLoads(f, &hard);
    SplitBefore(hard);
    DivideLongBlocks(f);
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
