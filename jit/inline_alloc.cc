// Allocation written out where it happens.
//
// The lowering leaves calls (gol_rt_newobject and the like), and so does LLVM's optimisation: a call
// whose result aliases nothing is what it understands best, and removes where the object is not
// used. This pass runs after it and puts the fast path of the allocator in front of each call
// whose type it knows:
//
//     mcache = *%fs:P; run = &mcache->runs[span class]
//     if (run->next + slot > run->end) -> the call
//     run->next += slot; write the pointer map of the slot; clear it, if without pointers
//
// What makes this right (runtime/abi/alloc.h): the run is the P's own; nothing in the sequence
// is a safepoint; slots with pointers are clear, and so is their pointer map; there is no run while
// marking, under gcstress, or when a collection waits, so all that is to be done then is in the call.
//
// The types: module metadata "gol.alloc" lists descriptors with size and pointer map (NoteAlloc).
// Boxes of words are written out as well: their value is stored where the object is taken.
//
// Alternative not taken: emitting the path while lowering. LLVM then sees a pointer loaded from
// memory, which may be any other, and keeps objects that nobody uses.
#include "jit/inline_alloc.h"

#include <cstdint>

#include "base/check.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "runtime/abi/alloc.h"
#include "runtime/abi/tls.h"

namespace gol::jit {

namespace {

using llvm::BasicBlock;
using llvm::CallInst;
using V = llvm::Value*;

// Objects without pointers that are larger take longer to clear than a call takes.
constexpr uint64_t kMaxCleared = 128;

struct Object {
  uint64_t size = 0;
  uint64_t bits = 0;  // its pointer map
};

class Expander {
 public:
  explicit Expander(llvm::Module& m)
      : module_(m),
        b_(m.getContext()),
        i64_(b_.getInt64Ty()),
        ptr_(b_.getPtrTy()),
        likely_(llvm::MDBuilder(m.getContext()).createLikelyBranchWeights()) {}

  void Run();

 private:
  enum Box { kNone, kWord, kString };

  void ReadTypes(const llvm::NamedMDNode& list);
  bool Expand(CallInst* call);
  void Expand(CallInst* call, const Object& object, Box box);
  V Head();
  V TakeSlot(V head, int cls, const Object& object, BasicBlock* slow);
  V TakeTiny(V head, uint64_t size, BasicBlock* slow);
  void WriteHeapBits(V slot, int cls, uint64_t bits);
  V Field(V p, uint64_t offset) {
    return offset == 0 ? p : b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), p, offset);
  }
  void BranchFast(V fits, BasicBlock* slow);

  llvm::Module& module_;
  llvm::IRBuilder<> b_;
  llvm::Type* i64_;
  llvm::Type* ptr_;
  llvm::MDNode* likely_;
  llvm::DenseMap<llvm::Constant*, Object> types_;
};

void Expander::ReadTypes(const llvm::NamedMDNode& list) {
  for (const llvm::MDNode* n : list.operands()) {
    auto* type = llvm::dyn_cast_or_null<llvm::ConstantAsMetadata>(n->getOperand(0));
    if (type == nullptr) continue;
    auto number = [&](unsigned i) {
      return llvm::mdconst::extract<llvm::ConstantInt>(n->getOperand(i))->getZExtValue();
    };
    types_[type->getValue()] = {number(1), number(2)};
  }
}

void Expander::Run() {
  llvm::NamedMDNode* list = module_.getNamedMetadata(kAllocMetadata);
  if (list != nullptr) ReadTypes(*list);
  for (llvm::Function& f : module_) {
    if (f.isDeclaration() || f.hasOptNone()) continue;
    llvm::SmallVector<CallInst*, 16> calls;
    for (llvm::Instruction& i : llvm::instructions(f)) {
      if (auto* call = llvm::dyn_cast<CallInst>(&i)) calls.push_back(call);
    }
    for (CallInst* call : calls) Expand(call);
  }
  if (list != nullptr) list->eraseFromParent();
}

bool Expander::Expand(CallInst* call) {
  const llvm::Function* callee = call->getCalledFunction();
  if (callee == nullptr || !callee->getName().consume_front("gol_rt_")) return false;
  const llvm::StringRef name = callee->getName().drop_front(7);
  if (name == "convT64" || name == "convT32") {
    Expand(call, {name == "convT64" ? uint64_t{8} : uint64_t{4}, 0}, kWord);
    return true;
  }
  if (name == "convTstring") {
    Expand(call, {16, 1}, kString);
    return true;
  }
  const bool is_new = name == "newobject";
  if (!is_new && name != "mallocgc") return false;
  auto it = types_.find(llvm::dyn_cast<llvm::Constant>(call->getArgOperand(is_new ? 0 : 1)));
  if (it == types_.end()) return false;
  Object object = it->second;
  if (!is_new) {
    // An array of the type.
    auto* size = llvm::dyn_cast<llvm::ConstantInt>(call->getArgOperand(0));
    if (size == nullptr || size->getZExtValue() > rt::kMaxBitmapObject) return false;
    const uint64_t step = object.size / rt::kPtrSize;
    const uint64_t words = size->getZExtValue() / rt::kPtrSize;
    object.size = size->getZExtValue();
    const uint64_t one = object.bits;
    for (uint64_t at = step; one != 0 && at < words; at += step) object.bits |= one << at;
  }
  if (object.size == 0 || object.size > rt::kMaxBitmapObject) return false;
  if (object.bits == 0 && object.size > kMaxCleared) return false;
  if (object.bits != 0 && rt::HeapBitsWriteOf(rt::SizeToClass(object.size)).bytes == 0) {
    return false;
  }
  Expand(call, object, kNone);
  return true;
}

V Expander::Head() {
  auto* fs = llvm::PointerType::get(module_.getContext(), 257);
  auto* address = llvm::ConstantExpr::getIntToPtr(b_.getInt64(rt::kTlsP), fs);
  return b_.CreateLoad(ptr_, b_.CreateAlignedLoad(ptr_, address, llvm::Align(8)));
}

void Expander::BranchFast(V fits, BasicBlock* slow) {
  auto* fast = BasicBlock::Create(module_.getContext(), "alloc.fast", slow->getParent(), slow);
  b_.CreateCondBr(fits, fast, slow, likely_);
  b_.SetInsertPoint(fast);
}

V Expander::TakeSlot(V head, int cls, const Object& object, BasicBlock* slow) {
  const rt::SpanClass spc(static_cast<uint8_t>(cls), object.bits == 0);
  V run = Field(head, offsetof(rt::McacheHead, runs) + spc.value * sizeof(rt::AllocRun));
  V slot = b_.CreateAlignedLoad(ptr_, Field(run, offsetof(rt::AllocRun, next)), llvm::Align(8));
  V end = b_.CreateAlignedLoad(ptr_, Field(run, offsetof(rt::AllocRun, end)), llvm::Align(8));
  V after = b_.CreateConstGEP1_64(b_.getInt8Ty(), slot, rt::kClassToSize[cls]);
  BranchFast(b_.CreateICmpULE(after, end), slow);
  b_.CreateAlignedStore(after, Field(run, offsetof(rt::AllocRun, next)), llvm::Align(8));
  if (object.bits != 0) WriteHeapBits(slot, cls, object.bits);
  return slot;
}

void Expander::WriteHeapBits(V slot, int cls, uint64_t bits) {
  const rt::HeapBitsWrite w = rt::HeapBitsWriteOf(cls);
  constexpr uint64_t kMapBytes = rt::kPageSize / rt::kPtrSize / 8;
  V address = b_.CreatePtrToInt(slot, i64_);
  V page = b_.CreateAnd(address, ~uint64_t{rt::kPageSize - 1});
  V byte = b_.CreateAnd(b_.CreateLShr(address, 6), kMapBytes - 1);
  V at = b_.CreateIntToPtr(
      b_.CreateAdd(b_.CreateAdd(page, byte), b_.getInt64(rt::kPageSize - kMapBytes)), ptr_);
  llvm::Type* type = b_.getIntNTy(static_cast<unsigned>(w.bytes) * 8);
  if (w.max_shift == 0) {
    // Slots begin at whole bytes; where they end at them too, nobody else's bits are in between.
    const uint64_t words = rt::kClassToSize[cls] / rt::kPtrSize;
    V value = llvm::ConstantInt::get(type, bits);
    if (words != static_cast<uint64_t>(w.bytes) * 8) {
      value = b_.CreateOr(b_.CreateAlignedLoad(type, at, llvm::Align(1)), value);
    }
    b_.CreateAlignedStore(value, at, llvm::Align(1));
    return;
  }
  llvm::Type* wide = w.bytes == 8 ? i64_ : b_.getInt32Ty();
  V shift = b_.CreateTrunc(b_.CreateAnd(b_.CreateLShr(address, 3), 7), wide);
  V value = b_.CreateTrunc(b_.CreateShl(llvm::ConstantInt::get(wide, bits), shift), type);
  b_.CreateAlignedStore(b_.CreateOr(b_.CreateAlignedLoad(type, at, llvm::Align(1)), value), at,
                        llvm::Align(1));
}

V Expander::TakeTiny(V head, uint64_t size, BasicBlock* slow) {
  V tiny = Field(head, offsetof(rt::McacheHead, tiny));
  V next = b_.CreateAlignedLoad(i64_, Field(tiny, offsetof(rt::AllocRun, next)), llvm::Align(8));
  V end = b_.CreateAlignedLoad(i64_, Field(tiny, offsetof(rt::AllocRun, end)), llvm::Align(8));
  const uint64_t align = rt::TinyAlign(size);
  V at = b_.CreateAnd(b_.CreateAdd(next, b_.getInt64(align - 1)), ~(align - 1));
  V after = b_.CreateAdd(at, b_.getInt64(size));
  BranchFast(b_.CreateICmpULE(after, end), slow);
  b_.CreateAlignedStore(after, Field(tiny, offsetof(rt::AllocRun, next)), llvm::Align(8));
  V count = Field(head, offsetof(rt::McacheHead, tiny_allocs));
  b_.CreateAlignedStore(
      b_.CreateAdd(b_.CreateAlignedLoad(i64_, count, llvm::Align(8)), b_.getInt64(1)), count,
      llvm::Align(8));
  return b_.CreateIntToPtr(at, ptr_);
}

void Expander::Expand(CallInst* call, const Object& object, Box box) {
  BasicBlock* head = call->getParent();
  BasicBlock* slow = head->splitBasicBlock(call, "alloc.slow");
  BasicBlock* done = slow->splitBasicBlock(call->getNextNode(), "alloc.done");
  head->getTerminator()->eraseFromParent();
  b_.SetInsertPoint(head);
  b_.SetCurrentDebugLocation(call->getDebugLoc());
  if (box != kNone) {
    // Small numbers have boxes already, and so has the empty string.
    V v = call->getArgOperand(box == kString ? 1 : 0);
    const uint64_t least = box == kString ? 1 : 256;
    BranchFast(b_.CreateICmpUGE(v, llvm::ConstantInt::get(v->getType(), least)), slow);
  }
  const bool is_tiny = object.bits == 0 && object.size < rt::kTinySize;
  V mcache = Head();
  V slot = is_tiny ? TakeTiny(mcache, object.size, slow)
                   : TakeSlot(mcache, rt::SizeToClass(object.size), object, slow);
  if (box == kWord) {
    b_.CreateAlignedStore(call->getArgOperand(0), slot, llvm::Align(object.size));
  } else if (box == kString) {
    // Not marking, or there would be no run: no barrier.
    b_.CreateAlignedStore(call->getArgOperand(0), slot, llvm::Align(8));
    b_.CreateAlignedStore(call->getArgOperand(1), Field(slot, 8), llvm::Align(8));
  } else if (object.bits == 0) {
    const llvm::Align align(is_tiny ? rt::TinyAlign(object.size) : 8);
    b_.CreateMemSet(slot, b_.getInt8(0), object.size, align);
  }
  BasicBlock* fast = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(done, done->begin());
  auto* phi = b_.CreatePHI(ptr_, 2);
  call->replaceAllUsesWith(phi);
  phi->addIncoming(slot, fast);
  phi->addIncoming(call, slow);
  b_.SetCurrentDebugLocation(llvm::DebugLoc());
}

}  // namespace

void InlineAllocations(llvm::Module& module) { Expander(module).Run(); }

}  // namespace gol::jit
