// Headers of maps, read once for a loop.
//
// Problem. An inlined map operation reads three things of the header: where the buckets are, how many, and the
// seed, which takes a multiplication. In a loop over one map these are the same each time, but LLVM
// cannot know it: the call behind the inlined path may make the table grow.
//
// Solution. The lowering leaves a call of a function that is not there, kHead, which returns the three. It
// only reads, so LLVM merges such calls where nothing is written in between. Once all is inlined, this
// pass takes those of one map out of a loop: the header is read before the loop, and again after each call
// in it that may have changed it. If those calls all stand behind inlined paths (kSlowMapCall), which
// are seldom taken, the way that is taken has no reading at all. Then each kHead that is left becomes the loads.
//
// What may change a header: functions of maps that write; compiled functions, native ones, and all that may make
// goroutines wait for one another. Not stores of compiled code (no Go variable is a header; what inlined
// operations store there are the flags and the count; where a map is made in a frame stands a call of kMade,
// another function that is not there), nor allocation, nor a poll: others may run meanwhile, but what
// they do to the map without synchronisation is a race. Those are still found: the flags are
// read by each operation.
//
// The collector. The address of the buckets is a reference that lives across calls, like any other.
//
// Alternatives not taken: leaving it to LLVM with attributes on the calls (a poll or a slow path would have
// to promise to write nothing, for all other loads as well); hoisting in the IR (variables are memory
// there, so two uses of a map are not seen to be of one).
#include "jit/map_heads.h"

#include <cstddef>

#include "jit/ir_word.h"
#include "jit/strip_mine.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"
#include "runtime/abi/layout.h"
#include "runtime/abi/map_hash.h"

namespace gol::jit {

namespace {

using llvm::BasicBlock;
using llvm::CallInst;
using llvm::Instruction;
using llvm::Loop;
using rt::hmap;
using V = llvm::Value*;

constexpr char kHead[] = "gol.map.head";
constexpr char kMade[] = "gol.map.made";

// Maps whose headers are kept in registers through a loop. Each takes three; more would be spilled, and then
// read from the frame instead of the header.
constexpr size_t kMaxMaps = 3;
// Calls in a loop after which headers are read again: code for a way that is seldom taken.
constexpr size_t kMaxReloads = 12;

// The bytes of a header with such flags, and of an empty bucket.
V ConstantMap(llvm::IRBuilder<>& b, const char* name, uint8_t flags) {
  llvm::Module& module = *b.GetInsertBlock()->getModule();
  if (V found = module.getNamedValue(name)) return found;
  uint8_t bytes[sizeof(hmap)] = {};
  bytes[offsetof(hmap, flags)] = flags;
  auto* init = llvm::ConstantDataArray::get(b.getContext(), bytes);
  auto* global = new llvm::GlobalVariable(module, init->getType(), /*isConstant=*/true,
                                          llvm::GlobalValue::PrivateLinkage, init, name);
  global->setAlignment(llvm::Align(16));
  return global;
}

V EmptyMap(llvm::IRBuilder<>& b) { return ConstantMap(b, "gol.map.empty", 0); }

V Field(llvm::IRBuilder<>& b, V map, size_t offset) {
  return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), map, offset);
}

// The three as instructions.
MapHead LoadHead(llvm::IRBuilder<>& b, V map) {
  V empty = EmptyMap(b);  // its first bytes are an empty bucket as well
  map = MapOrEmpty(b, map);
  llvm::Type* i64 = b.getInt64Ty();
  V buckets = b.CreateLoad(b.getPtrTy(), Field(b, map, offsetof(hmap, buckets)));
  buckets = b.CreateSelect(b.CreateIsNull(buckets), empty, buckets);
  V log2 = b.CreateZExt(b.CreateLoad(b.getInt8Ty(), Field(b, map, offsetof(hmap, B))), i64);
  V all = llvm::Constant::getAllOnesValue(i64);
  V mask = b.CreateXor(b.CreateShl(all, log2), all);
  V hash0 = b.CreateLoad(b.getInt32Ty(), Field(b, map, offsetof(hmap, hash0)));
  V seed = rt::HashSeed(IrWord{&b, b.CreateZExt(hash0, i64)}).v;
  return {buckets, mask, seed};
}

bool Calls(const Instruction& i, llvm::StringRef name) {
  auto* call = llvm::dyn_cast<CallInst>(&i);
  if (call == nullptr) return false;
  const llvm::Function* callee = call->getCalledFunction();
  return callee != nullptr && callee->getName() == name;
}

bool IsHead(const Instruction& i) { return Calls(i, kHead); }
bool IsMade(const Instruction& i) { return Calls(i, kMade); }

// Functions of the runtime after which maps are what they were before.
bool LeavesMaps(llvm::StringRef name) {
  static const llvm::StringSet<> kNames = {
      "mallocgc", "newobject", "newarray", "makeslice", "growslice", "gcWriteBarrier",
      "typedmemmove", "typedmemclr", "typedslicecopy", "typedslicemove", "typedslicezero",
      "concatstrings", "cmpstring", "memequal", "intstring", "slicebytetostring",
      "stringtoslicebyte", "slicerunetostring", "stringtoslicerune", "decoderune", "countrunes",
      "convT", "convT64", "convT32", "convTstring", "poll", "makemap", "makemap_small",
      "mapaccess1", "mapaccess2", "mapaccess1_fast32", "mapaccess2_fast32", "mapaccess1_fast64",
      "mapaccess2_fast64", "mapaccess1_faststr", "mapaccess2_faststr", "mapiterinit", "mapiternext"};
  return (name.consume_front("gol_rt_") || name.consume_front("runtime.")) && kNames.contains(name);
}

// Whether a map may have another header after the instruction.
bool MayChangeHeads(const Instruction& i) {
  if (!i.mayWriteToMemory()) return false;
  if (i.isAtomic()) return true;
  auto* call = llvm::dyn_cast<llvm::CallBase>(&i);
  if (call == nullptr || llvm::isa<llvm::IntrinsicInst>(i) || call->doesNotReturn()) return false;
  if (auto* text = llvm::dyn_cast<llvm::InlineAsm>(call->getCalledOperand())) {
    return text->getAsmString() != kPollAssembly;
  }
  const llvm::Function* callee = call->getCalledFunction();
  if (callee == nullptr || callee->getCallingConv() == llvm::CallingConv::Swift) return true;
  return !LeavesMaps(callee->getName());
}

void Replace(CallInst* head, const MapHead& by) {
  llvm::IRBuilder<> b(head);
  V all = llvm::PoisonValue::get(head->getType());
  const V parts[] = {by.buckets, by.mask, by.seed};
  for (unsigned k = 0; k < 3; k++) all = b.CreateInsertValue(all, parts[k], k);
  head->replaceAllUsesWith(all);
  head->eraseFromParent();
}

// Reads the headers of the maps in the loop before it.
void TakeOut(Loop& loop) {
  BasicBlock* before = loop.getLoopPreheader();
  if (before == nullptr) return;
  llvm::MapVector<V, llvm::SmallVector<CallInst*, 4>> maps;
  llvm::SmallVector<Instruction*, 8> changes;
  llvm::SmallPtrSet<V, 4> made;  // in the loop
  for (BasicBlock* block : loop.blocks()) {
    for (Instruction& i : *block) {
      if (IsHead(i)) {
        auto* head = llvm::cast<CallInst>(&i);
        if (loop.isLoopInvariant(head->getArgOperand(0))) {
          maps[head->getArgOperand(0)].push_back(head);
        }
      } else if (IsMade(i)) {
        made.insert(llvm::cast<CallInst>(i).getArgOperand(0));
      } else if (MayChangeHeads(i)) {
        auto* call = llvm::dyn_cast<CallInst>(&i);
        if (call == nullptr || !call->hasFnAttr(kSlowMapCall)) return;
        changes.push_back(&i);
      }
    }
  }
  if (!made.empty()) {
    maps.remove_if([&](const auto& map) {
      return made.contains(map.first) || llvm::isa<llvm::PHINode, llvm::SelectInst>(map.first);
    });
  }
  if (maps.empty() || maps.size() > kMaxMaps || maps.size() * changes.size() > kMaxReloads) return;
  for (auto& [map, heads] : maps) {
    llvm::IRBuilder<> b(before->getTerminator());
    const MapHead first = LoadHead(b, map);
    llvm::SSAUpdater updaters[3];
    const V parts[] = {first.buckets, first.mask, first.seed};
    for (unsigned k = 0; k < 3; k++) {
      updaters[k].Initialize(parts[k]->getType(), "head");
      updaters[k].AddAvailableValue(before, parts[k]);
    }
    // In the order of each block, so that its last reading counts for those behind it.
    llvm::DenseMap<Instruction*, MapHead> again;
    for (Instruction* change : changes) {
      b.SetInsertPoint(change->getNextNode());
      const MapHead head = LoadHead(b, map);
      again[change] = head;
      const V values[] = {head.buckets, head.mask, head.seed};
      for (unsigned k = 0; k < 3; k++) {
        updaters[k].AddAvailableValue(change->getParent(), values[k]);
      }
    }
    for (CallInst* head : heads) {
      const MapHead* here = nullptr;
      for (Instruction* i = head->getPrevNode(); i != nullptr && here == nullptr;
           i = i->getPrevNode()) {
        if (auto it = again.find(i); it != again.end()) here = &it->second;
      }
      if (here != nullptr) {
        Replace(head, *here);
        continue;
      }
      V values[3];
      for (unsigned k = 0; k < 3; k++) {
        values[k] = updaters[k].GetValueInMiddleOfBlock(head->getParent());
      }
      Replace(head, {values[0], values[1], values[2]});
    }
  }
}

// A call of a function that is not there, which does no more to the map than it is said to.
V CallMarker(llvm::IRBuilder<>& b, const char* name, llvm::Type* result, V map,
             llvm::ModRefInfo effect) {
  llvm::Module& module = *b.GetInsertBlock()->getModule();
  llvm::Function* f = module.getFunction(name);
  if (f == nullptr) {
    f = llvm::Function::Create(llvm::FunctionType::get(result, {b.getPtrTy()}, false),
                               llvm::GlobalValue::ExternalLinkage, name, module);
    f->setDoesNotThrow();
    f->setWillReturn();
    f->setNoSync();
    f->setMemoryEffects(llvm::MemoryEffects::argMemOnly(effect));
    f->addFnAttr(llvm::Attribute::NoFree);
    if (effect == llvm::ModRefInfo::Ref) f->addFnAttr(llvm::Attribute::Speculatable);
  }
  return b.CreateCall(f, {map});
}

}  // namespace

V MapOrEmpty(llvm::IRBuilder<>& b, V map) {
  if (llvm::isa<llvm::AllocaInst>(map)) return map;
  return b.CreateSelect(b.CreateIsNull(map), EmptyMap(b), map);
}

V MapOrBusy(llvm::IRBuilder<>& b, V map) {
  if (llvm::isa<llvm::AllocaInst>(map)) return map;
  return b.CreateSelect(b.CreateIsNull(map), ConstantMap(b, "gol.map.busy", rt::kHmapGrowing), map);
}

void NoteMapMade(llvm::IRBuilder<>& b, V map) {
  CallMarker(b, kMade, b.getVoidTy(), map, llvm::ModRefInfo::ModRef);
}

MapHead ReadMapHead(llvm::IRBuilder<>& b, V map) {
  auto* result = llvm::StructType::get(b.getPtrTy(), b.getInt64Ty(), b.getInt64Ty());
  V head = CallMarker(b, kHead, result, map, llvm::ModRefInfo::Ref);
  return {b.CreateExtractValue(head, 0), b.CreateExtractValue(head, 1),
          b.CreateExtractValue(head, 2)};
}

llvm::PreservedAnalyses MapHeadsPass::run(llvm::Function& f, llvm::FunctionAnalysisManager& am) {
  auto calls = [&](const char* name) {
    const llvm::Function* marker = f.getParent()->getFunction(name);
    return marker != nullptr && llvm::any_of(marker->users(), [&](const llvm::User* user) {
      return llvm::cast<Instruction>(user)->getFunction() == &f;
    });
  };
  if (!calls(kHead) && !calls(kMade)) return llvm::PreservedAnalyses::all();
  if (!f.hasOptNone()) {
    auto& loops = am.getResult<llvm::LoopAnalysis>(f);
    auto& dominators = am.getResult<llvm::DominatorTreeAnalysis>(f);
    for (Loop* loop : loops.getLoopsInPreorder()) {
      if (loop->getLoopPreheader() == nullptr) {
        llvm::InsertPreheaderForLoop(loop, &dominators, &loops, nullptr, /*PreserveLCSSA=*/false);
      }
      TakeOut(*loop);
    }
  }
  llvm::SmallVector<CallInst*, 8> left, made;
  for (Instruction& i : llvm::instructions(f)) {
    if (IsHead(i)) left.push_back(llvm::cast<CallInst>(&i));
    if (IsMade(i)) made.push_back(llvm::cast<CallInst>(&i));
  }
  for (CallInst* call : left) {
    llvm::IRBuilder<> b(call);
    Replace(call, LoadHead(b, call->getArgOperand(0)));
  }
  for (CallInst* call : made) call->eraseFromParent();
  am.invalidate(f, llvm::PreservedAnalyses::none());
  llvm::EarlyCSEPass(/*UseMemorySSA=*/false).run(f, am);
  return llvm::PreservedAnalyses::none();
}

}  // namespace gol::jit
