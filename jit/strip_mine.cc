// Takes safepoint polls out of inner loops.
//
// Problem. A loop without calls polls in each iteration, so that a collection need not wait for
// its end. The poll costs a comparison and a branch, and no loop with one is vectorised.
//
// Solution. An innermost loop without calls whose number of iterations is known to be small needs no
// poll. One whose number is known before it starts, but may be large, becomes two: the inner one
// runs at most kChunk iterations, the outer one polls between them.
//
//     do { body; poll } while (more)
//     do { n = 0; do { body } while (more && ++n < kChunk); poll } while (more)
//
// The exit condition of the inner loop is an `or` of two that scalar evolution both understands, so
// that the vectoriser knows the number of iterations. Other loops keep their polls: they would
// only trade one comparison for another.
//
// Runs after loops were rotated and simplified, before vectorisation.
#include "jit/strip_mine.h"

#include <algorithm>

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace gol::jit {

namespace {

using llvm::BasicBlock;
using llvm::BranchInst;

// Iterations without a poll. Larger: safepoints wait longer, some microseconds at this number;
// smaller: more often the costs of entering a vectorised loop.
constexpr uint64_t kChunk = 1024;
// A loop that never runs longer needs no poll at all.
constexpr uint64_t kShort = 4096;

// A poll: assembly, comparison, branch to `cold` or `rest`; cold calls and goes on at rest.
struct Poll {
  llvm::CallInst* assembly;
  BranchInst* branch;
  BasicBlock* cold;
  BasicBlock* rest;
};

bool IsPoll(const llvm::Instruction& i) {
  auto* call = llvm::dyn_cast<llvm::CallInst>(&i);
  if (call == nullptr) return false;
  auto* text = llvm::dyn_cast<llvm::InlineAsm>(call->getCalledOperand());
  return text != nullptr && text->getAsmString() == kPollAssembly;
}

bool Match(llvm::CallInst* assembly, Poll* poll) {
  poll->assembly = assembly;
  if (!assembly->hasOneUse()) return false;
  auto* compare = llvm::dyn_cast<llvm::ICmpInst>(assembly->user_back());
  if (compare == nullptr || !compare->hasOneUse()) return false;
  poll->branch = llvm::dyn_cast<BranchInst>(compare->user_back());
  if (poll->branch == nullptr || !poll->branch->isConditional()) return false;
  for (unsigned i = 0; i < 2; i++) {
    BasicBlock* cold = poll->branch->getSuccessor(i);
    BasicBlock* rest = poll->branch->getSuccessor(1 - i);
    if (cold->getSingleSuccessor() != rest || cold->getSinglePredecessor() == nullptr) continue;
    if (cold->size() != 2 || !llvm::isa<llvm::CallInst>(cold->front())) continue;
    poll->cold = cold;
    poll->rest = rest;
    for (llvm::PHINode& phi : rest->phis()) {
      if (phi.getIncomingValueForBlock(cold) !=
          phi.getIncomingValueForBlock(poll->branch->getParent())) {
        return false;
      }
    }
    return true;
  }
  return false;
}

void Remove(const Poll& poll) {
  auto* compare = llvm::cast<llvm::Instruction>(poll.branch->getCondition());
  BranchInst* jump = BranchInst::Create(poll.rest, poll.branch->getIterator());
  jump->setDebugLoc(poll.branch->getDebugLoc());
  poll.branch->eraseFromParent();
  compare->eraseFromParent();
  poll.assembly->eraseFromParent();
  llvm::DeleteDeadBlock(poll.cold);
}

void Split(llvm::Loop* loop, const Poll& poll) {
  BasicBlock* before = loop->getLoopPreheader();
  BasicBlock* header = loop->getHeader();
  BasicBlock* latch = loop->getLoopLatch();
  BasicBlock* exit = loop->getExitBlock();
  llvm::Function* f = header->getParent();
  llvm::LLVMContext& context = f->getContext();
  auto* slow_call = llvm::cast<llvm::CallInst>(poll.cold->front().clone());
  llvm::Instruction* assembly = poll.assembly->clone();
  llvm::Instruction* compare = llvm::cast<llvm::Instruction>(poll.branch->getCondition())->clone();
  const bool cold_first = poll.branch->getSuccessor(0) == poll.cold;
  llvm::MDNode* weights = poll.branch->getMetadata(llvm::LLVMContext::MD_prof);

  auto* outer = BasicBlock::Create(context, "strip", f, header);
  auto* between = BasicBlock::Create(context, "strip.poll", f, exit);
  auto* cold = BasicBlock::Create(context, "strip.cold", f, exit);
  auto* next = BasicBlock::Create(context, "strip.next", f, exit);
  llvm::IRBuilder<> b(outer);
  llvm::DebugLoc at = latch->getTerminator()->getDebugLoc();
  b.SetCurrentDebugLocation(at);
  // The outer loop's phis stand in for the inner one's.
  for (llvm::PHINode& phi : header->phis()) {
    auto* carried = b.CreatePHI(phi.getType(), 2);
    carried->addIncoming(phi.getIncomingValueForBlock(before), before);
    carried->addIncoming(phi.getIncomingValueForBlock(latch), next);
    const int i = phi.getBasicBlockIndex(before);
    phi.setIncomingBlock(static_cast<unsigned>(i), outer);
    phi.setIncomingValue(static_cast<unsigned>(i), carried);
  }
  b.CreateBr(header);
  before->getTerminator()->replaceSuccessorWith(header, outer);

  b.SetInsertPoint(header, header->begin());
  auto* count = b.CreatePHI(b.getInt64Ty(), 2, "strip.count");
  auto* end = llvm::cast<BranchInst>(latch->getTerminator());
  b.SetInsertPoint(end);
  llvm::Value* more = b.CreateAdd(count, b.getInt64(1), "", true, true);
  count->addIncoming(b.getInt64(0), outer);
  count->addIncoming(more, latch);
  llvm::Value* is_over = end->getCondition();
  if (end->getSuccessor(0) == header) is_over = b.CreateNot(is_over);
  llvm::Value* leave = b.CreateOr(b.CreateICmpEQ(more, b.getInt64(kChunk)), is_over);
  BranchInst* inner_end = b.CreateCondBr(leave, between, header);
  inner_end->setDebugLoc(at);
  end->eraseFromParent();

  b.SetInsertPoint(between);
  b.Insert(assembly);
  compare->replaceUsesOfWith(poll.assembly, assembly);
  b.Insert(compare);
  auto* branch = cold_first ? b.CreateCondBr(compare, cold, next) : b.CreateCondBr(compare, next, cold);
  if (weights != nullptr) branch->setMetadata(llvm::LLVMContext::MD_prof, weights);
  b.SetInsertPoint(cold);
  b.Insert(slow_call);
  b.CreateBr(next);
  b.SetInsertPoint(next);
  b.CreateCondBr(is_over, exit, outer);
  for (llvm::PHINode& phi : exit->phis()) phi.replaceIncomingBlockWith(latch, next);
}

bool Transform(llvm::Loop* loop, llvm::ScalarEvolution& se) {
  if (!loop->isLoopSimplifyForm()) return false;
  llvm::SmallVector<Poll, 2> polls;
  for (BasicBlock* block : loop->blocks()) {
    for (llvm::Instruction& i : *block) {
      if (!IsPoll(i)) continue;
      polls.emplace_back();
      if (!Match(llvm::cast<llvm::CallInst>(&i), &polls.back())) return false;
    }
  }
  if (polls.empty()) return false;
  for (BasicBlock* block : loop->blocks()) {
    if (std::any_of(polls.begin(), polls.end(), [&](Poll& p) { return p.cold == block; })) continue;
    for (llvm::Instruction& i : *block) {
      if (llvm::isa<llvm::CallBase>(i) && !llvm::isa<llvm::IntrinsicInst>(i) && !IsPoll(i)) {
        return false;
      }
    }
  }
  const llvm::SCEV* most = se.getConstantMaxBackedgeTakenCount(loop);
  auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(most);
  const bool is_short = constant != nullptr && constant->getAPInt().ult(kShort);
  if (!is_short) {
    if (loop->getExitingBlock() == nullptr || loop->getExitingBlock() != loop->getLoopLatch() ||
        loop->getExitBlock() == nullptr ||
        !llvm::isa<BranchInst>(loop->getLoopLatch()->getTerminator()) ||
        llvm::isa<llvm::SCEVCouldNotCompute>(se.getBackedgeTakenCount(loop))) {
      return false;
    }
    Split(loop, polls[0]);
  }
  for (const Poll& p : polls) Remove(p);
  return true;
}

}  // namespace

llvm::PreservedAnalyses StripMinePass::run(llvm::Function& f, llvm::FunctionAnalysisManager& am) {
  bool changed = false;
  llvm::SmallPtrSet<BasicBlock*, 8> seen;
  for (bool again = true; again;) {
    again = false;
    auto& loops = am.getResult<llvm::LoopAnalysis>(f);
    for (llvm::Loop* loop : loops.getLoopsInPreorder()) {
      if (!loop->isInnermost() || !seen.insert(loop->getHeader()).second) continue;
      if (!Transform(loop, am.getResult<llvm::ScalarEvolutionAnalysis>(f))) continue;
      am.invalidate(f, llvm::PreservedAnalyses::none());
      changed = again = true;
      break;
    }
  }
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace gol::jit
