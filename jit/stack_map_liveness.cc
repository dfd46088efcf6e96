// Which references are live at each call: the input of the stack maps.
//
// Problem. The collector must find every object that a frame will still use, and should find no other:
// finalizers, weak pointers and measurements of the heap behave as in Go only when what is dead
// after its last use is not kept, at every optimisation level.
//
// Where. The pass runs on LLVM's IR after optimisation, so it costs the optimiser nothing and sees
// what optimisation left. Each call that may reach a safepoint gets a "deopt" operand bundle with the
// live references. Code generation lowers such a call to a STATEPOINT, an ordinary call
// whose further operands may be in callee-saved registers, spill slots or variables of the frame, wherever
// register allocation wants them; nothing is relocated, since objects do not move. So a live
// reference costs no instruction; a base that lives only for the map costs a register or a slot.
// Unoptimised code has each live reference in a variable of the frame (SlotOf), and a note of the live
// variables behind the call (llvm.experimental.stackmap): FastISel takes both, but no bundles.
//
// Steps, per function:
//
//   1. Values. References are LLVM values of pointer type, 64-bit integers that came from memory and go
//      to memory or become pointers (LLVM copies small structs that way), vectors of both.
//      Liveness: from each use backwards to the definition.
//   2. Bases. LLVM may keep only an address behind or before the object (a loop that counts down to
//      it). So the base is listed instead: what is left when address arithmetic is taken off. A phi
//      or select of derived pointers with different bases gets a phi or select of the bases beside it.
//      Pointers that come from memory, parameters and calls are Go's and point into their objects.
//   3. Variables (allocas). What a variable holds is live from a store to the last load, word by
//      word. A variable whose address is passed to a call is live before the call, for the callee to read,
//      and after it only if used after it; meanwhile the callee's own map says whether
//      the address is live, and the scanner finds the variable by the address (Go's stack objects).
//      The same goes for an address stored in another variable. So liveness follows direct
//      uses only. Calls of C++ functions keep all that they are passed: their frames have no map.
//   4. Functions with defers continue at the resume point after a recovered panic, from any
//      call: what is live there is live at every call.
//
//      Panics are such calls as well: deferred functions run, and collect, on top of them.
//
// Invariant: a call that may reach a safepoint and may return has a map. The scanner reads a frame
// without a map as a whole, so calls that never return need none; only functions with defers, which
// are the ones that outlive a panic, spend the space.
//
// Alternatives not taken: gc.statepoint with relocation (moves every live pointer through
// the frame at every call), a store of every live pointer to the frame (one store per pointer and
// call), maps made before optimisation (calls that keep their operands alive would hinder it).
#include <algorithm>
#include <climits>
#include <memory>
#include <vector>

#include "jit/stack_maps.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-parameter"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#pragma clang diagnostic pop

namespace gol::jit {

namespace {

using llvm::BasicBlock;
using llvm::CallInst;
using llvm::Instruction;
using llvm::Value;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

// Variables of at most so many words are followed word by word; larger: more work, better kills.
constexpr uint64_t kMaxUnits = 16;

// Functions of more instructions have no maps, and frames that are read as a whole: liveness takes time
// that grows with the square. Only generated code gets there.
constexpr size_t kMaxMappedInsts = 50000;

// Words of arguments that go in registers.
constexpr unsigned kRegisterArgs = 6;

bool IsCompiled(const CallInst& call) {
  return call.getCallingConv() == llvm::CallingConv::Swift;
}

bool MayReachSafepoint(const CallInst& call) {
  if (call.isInlineAsm() || isa<llvm::IntrinsicInst>(call)) return false;
  if (call.hasFnAttr(kLeafAttribute)) return false;
  const llvm::Function* callee = call.getCalledFunction();
  return callee == nullptr || IsCompiled(call) || callee->getName().starts_with("gol_");
}

bool IsPointerLike(llvm::Type* t) {
  llvm::Type* s = t->getScalarType();
  return s->isPointerTy() && s->getPointerAddressSpace() == 0;
}

bool IsWordLike(llvm::Type* t) { return t->getScalarType()->isIntegerTy(64); }

// The variable whose address v is or is calculated from, without phis.
llvm::AllocaInst* VariableOf(Value* v) {
  for (;;) {
    if (auto* a = dyn_cast<llvm::AllocaInst>(v)) return a;
    if (auto* gep = dyn_cast<llvm::GetElementPtrInst>(v)) {
      v = gep->getPointerOperand();
    } else if (isa<llvm::BitCastInst, llvm::FreezeInst>(v)) {
      v = cast<Instruction>(v)->getOperand(0);
    } else {
      return nullptr;
    }
  }
}

class FunctionMaps {
 public:
  FunctionMaps(llvm::Function& f, bool in_registers, bool with_bases)
      : f_(f),
        in_registers_(in_registers),
        with_bases_(with_bases),
        layout_(f.getParent()->getDataLayout()),
        no_pointers_(f.getContext().getMDKindID(kNoPointersMetadata)) {}

  void Run();

 private:
  // ---- values
  struct Use {
    enum Kind : uint8_t { kRead, kWrite };
    Kind kind;
    uint32_t first, end;  // units
  };
  bool IsReference(Value* v);
  bool IsReferenceField(Value* v, unsigned k);
  bool FlowsToMemory(Value* v);
  bool ComesFromMemory(Value* v);
  void NumberValues();
  void ComputeValueLiveness();
  uint32_t NumberOf(Value* v) const {
    auto it = numbers_.find(v);
    return it == numbers_.end() ? UINT32_MAX : it->second;
  }

  // ---- bases
  Value* Strip(Value* v);
  Value* BaseOf(Value* v);
  void ResolveCluster(Instruction* root);

  // ---- variables
  struct Variable {
    llvm::AllocaInst* a;
    uint64_t words;
    uint32_t first_unit, num_units;
  };
  void FindVariables();
  void FollowAddress(uint32_t variable, Value* address, bool is_known, int64_t offset);
  void AddUse(Instruction* at, uint32_t variable, Use::Kind kind, bool is_known, int64_t offset,
              uint64_t bytes);
  void ComputeVariableLiveness();
  void StepBack(Instruction* at, llvm::BitVector& live);

  // ---- lists
  void FindResumePoint();
  void MakeLists(BasicBlock& block);
  void AddValue(Value* v, llvm::SmallSetVector<Value*, 16>* list);
  void InsertBundles();
  void AddNote(CallInst* call, llvm::ArrayRef<Value*> variables);
  Value* SlotOf(Value* v);

  llvm::Function& f_;
  const bool in_registers_;
  const bool with_bases_;
  const llvm::DataLayout& layout_;
  const unsigned no_pointers_;

  std::vector<Value*> values_;
  llvm::DenseMap<Value*, uint32_t> numbers_;
  llvm::DenseMap<BasicBlock*, std::vector<uint32_t>> live_out_;  // of values
  llvm::DenseMap<Value*, Value*> bases_;

  std::vector<Variable> variables_;
  llvm::DenseMap<llvm::AllocaInst*, uint32_t> variable_numbers_;
  std::vector<uint32_t> variable_of_unit_;
  llvm::DenseMap<Instruction*, llvm::SmallVector<Use, 2>> uses_;
  llvm::DenseMap<BasicBlock*, llvm::BitVector> variable_live_out_;

  bool NeedsMap(const CallInst& call) const {
    return MayReachSafepoint(call) && (resume_set_ != nullptr || !call.doesNotReturn());
  }

  BasicBlock* resume_ = nullptr;         // where a recovered panic continues
  Instruction* resume_set_ = nullptr;
  std::vector<Value*> live_at_resume_;
  llvm::BitVector variables_at_resume_;

  struct List {
    CallInst* call;
    llvm::SmallSetVector<Value*, 16> values;
  };
  std::vector<List> lists_;
  llvm::DenseMap<Value*, Value*> slots_;
  llvm::DenseMap<Value*, std::vector<Value*>> parts_;  // of values that are structs
  std::unique_ptr<llvm::DominatorTree> dominators_;
};

// ---- values

// Whether a word goes to memory or becomes a pointer, maybe by way of others.
bool FunctionMaps::FlowsToMemory(Value* v) {
  llvm::SmallPtrSet<Value*, 8> seen;
  llvm::SmallVector<Value*, 8> work{v};
  while (!work.empty()) {
    Value* x = work.pop_back_val();
    if (!seen.insert(x).second) continue;
    for (llvm::User* user : x->users()) {
      if (auto* store = dyn_cast<llvm::StoreInst>(user)) {
        if (store->getValueOperand() == x) return true;
      } else if (isa<llvm::IntToPtrInst>(user)) {
        return true;
      } else if (isa<llvm::PHINode, llvm::SelectInst, llvm::FreezeInst, llvm::InsertElementInst,
                     llvm::ExtractElementInst, llvm::ShuffleVectorInst, llvm::BitCastInst>(user)) {
        work.push_back(user);
      }
    }
  }
  return false;
}

bool FunctionMaps::ComesFromMemory(Value* v) {
  llvm::SmallPtrSet<Value*, 8> seen;
  llvm::SmallVector<Value*, 8> work{v};
  while (!work.empty()) {
    Value* x = work.pop_back_val();
    if (!seen.insert(x).second) continue;
    if (isa<llvm::LoadInst, llvm::PtrToIntInst>(x)) return true;
    if (isa<llvm::PHINode, llvm::SelectInst, llvm::FreezeInst, llvm::InsertElementInst,
            llvm::ExtractElementInst, llvm::ShuffleVectorInst, llvm::BitCastInst>(x)) {
      for (Value* operand : cast<Instruction>(x)->operands()) work.push_back(operand);
    }
  }
  return false;
}

// Whether field k of a struct holds a reference. C functions return words for pointers.
bool FunctionMaps::IsReferenceField(Value* v, unsigned k) {
  llvm::Type* field = cast<llvm::StructType>(v->getType())->getElementType(k);
  if (IsPointerLike(field)) return true;
  auto* call = dyn_cast<CallInst>(v);
  if (call == nullptr || IsCompiled(*call) || !field->isIntegerTy(64)) return false;
  return llvm::any_of(v->users(), [&](llvm::User* user) {
    auto* extract = dyn_cast<llvm::ExtractValueInst>(user);
    return extract != nullptr && extract->getIndices()[0] == k && FlowsToMemory(extract);
  });
}

bool FunctionMaps::IsReference(Value* v) {
  llvm::Type* t = v->getType();
  if (t->isStructTy()) {
    for (unsigned k = 0; k < t->getStructNumElements(); k++) {
      if (IsReferenceField(v, k)) return true;
    }
    return false;
  }
  if (IsPointerLike(t)) {
    if (VariableOf(v) != nullptr) return false;
    if (auto* load = dyn_cast<llvm::LoadInst>(v)) return load->getPointerAddressSpace() == 0;
    if (auto* call = dyn_cast<llvm::IntrinsicInst>(v)) {
      return call->getIntrinsicID() == llvm::Intrinsic::ptrmask;
    }
    return true;
  }
  if (!IsWordLike(t)) return false;
  if (auto* extract = dyn_cast<llvm::ExtractValueInst>(v)) {
    return extract->getAggregateOperand()->getType()->isStructTy() &&
           IsReferenceField(extract->getAggregateOperand(), extract->getIndices()[0]);
  }
  if (!isa<llvm::LoadInst, llvm::PtrToIntInst, llvm::PHINode, llvm::SelectInst, llvm::FreezeInst,
           llvm::ExtractElementInst, llvm::InsertElementInst, llvm::ShuffleVectorInst,
           llvm::BitCastInst>(v)) {
    return false;
  }
  return ComesFromMemory(v) && FlowsToMemory(v);
}

void FunctionMaps::NumberValues() {
  auto add = [&](Value& v) {
    if (v.use_empty() || !IsReference(&v)) return;
    numbers_[&v] = static_cast<uint32_t>(values_.size());
    values_.push_back(&v);
  };
  for (llvm::Argument& a : f_.args()) add(a);
  for (BasicBlock& b : f_) {
    for (Instruction& i : b) add(i);
  }
}

void FunctionMaps::ComputeValueLiveness() {
  llvm::DenseMap<BasicBlock*, uint32_t> seen;  // 1 + the last value found live out of the block
  llvm::SmallVector<BasicBlock*, 16> work;
  for (uint32_t n = 0; n < values_.size(); n++) {
    Value* v = values_[n];
    auto* def = dyn_cast<Instruction>(v);
    BasicBlock* home = def != nullptr ? def->getParent() : &f_.getEntryBlock();
    auto live_out = [&](BasicBlock* b) {
      uint32_t& last = seen[b];
      if (last == n + 1) return;
      last = n + 1;
      live_out_[b].push_back(n);
      if (b != home) work.push_back(b);
    };
    for (llvm::Use& use : v->uses()) {
      auto* user = cast<Instruction>(use.getUser());
      if (auto* phi = dyn_cast<llvm::PHINode>(user)) {
        live_out(phi->getIncomingBlock(use));
      } else if (user->getParent() != home) {
        for (BasicBlock* p : llvm::predecessors(user->getParent())) live_out(p);
      }
    }
    while (!work.empty()) {
      for (BasicBlock* p : llvm::predecessors(work.pop_back_val())) live_out(p);
    }
  }
}

// ---- bases

// Takes address arithmetic off.
Value* FunctionMaps::Strip(Value* v) {
  for (;;) {
    if (auto* gep = dyn_cast<llvm::GetElementPtrInst>(v)) {
      v = gep->getPointerOperand();
    } else if (isa<llvm::BitCastInst, llvm::FreezeInst, llvm::PtrToIntInst>(v)) {
      v = cast<Instruction>(v)->getOperand(0);
    } else if (auto* mask = dyn_cast<llvm::IntrinsicInst>(v);
               mask != nullptr && mask->getIntrinsicID() == llvm::Intrinsic::ptrmask) {
      v = mask->getArgOperand(0);
    } else if (auto* shuffle = dyn_cast<llvm::ShuffleVectorInst>(v)) {
      // A vector of one pointer.
      auto* insert = dyn_cast<llvm::InsertElementInst>(shuffle->getOperand(0));
      if (insert == nullptr || !isa<llvm::UndefValue>(insert->getOperand(0)) ||
          !shuffle->isZeroEltSplat()) {
        return v;
      }
      v = insert->getOperand(1);
    } else {
      return v;
    }
  }
}

// Merges of words and vectors stand for themselves.
bool IsMerge(Value* v) {
  return isa<llvm::PHINode, llvm::SelectInst>(v) && v->getType()->isPointerTy();
}

template <typename F>
void ForEachMerged(Instruction* merge, F fn) {
  if (auto* phi = dyn_cast<llvm::PHINode>(merge)) {
    for (Value* v : phi->incoming_values()) fn(v);
  } else {
    fn(merge->getOperand(1));
    fn(merge->getOperand(2));
  }
}

Value* FunctionMaps::BaseOf(Value* v) {
  v = Strip(v);
  if (!IsMerge(v)) return v;
  auto it = bases_.find(v);
  if (it != bases_.end()) return it->second;
  ResolveCluster(cast<Instruction>(v));
  return bases_[v];
}

// Finds the bases of a phi or select and of all those it is merged from.
void FunctionMaps::ResolveCluster(Instruction* root) {
  llvm::SmallVector<Instruction*, 8> nodes{root};
  llvm::SmallPtrSet<Value*, 8> in_cluster{root};
  auto is_node = [&](Value* v) { return in_cluster.contains(v); };
  for (size_t i = 0; i < nodes.size(); i++) {
    ForEachMerged(nodes[i], [&](Value* v) {
      v = Strip(v);
      if (IsMerge(v) && bases_.find(v) == bases_.end() && in_cluster.insert(v).second) {
        nodes.push_back(cast<Instruction>(v));
      }
    });
  }
  auto known_base = [&](Value* v) -> Value* {  // of what is stripped and no node
    auto it = bases_.find(v);
    return it != bases_.end() ? it->second : v;
  };
  // A node that merges only what are bases themselves is one, too.
  llvm::SmallPtrSet<Value*, 8> derived;
  for (bool changed = true; changed;) {
    changed = false;
    for (Instruction* node : nodes) {
      if (derived.contains(node)) continue;
      ForEachMerged(node, [&](Value* v) {
        Value* s = Strip(v);
        const bool is_base = s == v && (is_node(s) ? !derived.contains(s) : known_base(s) == s);
        if (!is_base && derived.insert(node).second) changed = true;
      });
    }
  }
  for (Instruction* node : nodes) {
    if (!derived.contains(node)) bases_[node] = node;
  }
  if (derived.empty()) return;
  // The others: one base for all paths, or a merge of the bases. null: not known yet.
  llvm::DenseMap<Value*, Value*> single;
  llvm::SmallPtrSet<Value*, 8> conflict;
  for (bool changed = true; changed;) {
    changed = false;
    for (Instruction* node : nodes) {
      if (!derived.contains(node) || conflict.contains(node)) continue;
      ForEachMerged(node, [&](Value* v) {
        if (conflict.contains(node)) return;
        Value* s = Strip(v);
        Value* b;
        if (is_node(s) && derived.contains(s)) {
          if (conflict.contains(s)) {
            b = s;  // the merge that will stand beside it
          } else {
            auto it = single.find(s);
            if (it == single.end()) return;
            b = it->second;
          }
        } else {
          b = is_node(s) ? s : known_base(s);
        }
        auto [it, is_new] = single.try_emplace(node, b);
        if (is_new) {
          changed = true;
        } else if (it->second != b && !(b == node)) {
          conflict.insert(node);
          changed = true;
        }
      });
    }
  }
  for (Instruction* node : nodes) {
    if (!conflict.contains(node)) continue;
    Instruction* merge;
    if (auto* phi = dyn_cast<llvm::PHINode>(node)) {
      merge = llvm::PHINode::Create(llvm::PointerType::get(f_.getContext(), 0),
                                    phi->getNumIncomingValues(), "base", phi->getIterator());
    } else {
      Value* null = llvm::ConstantPointerNull::get(llvm::PointerType::get(f_.getContext(), 0));
      merge = llvm::SelectInst::Create(node->getOperand(0), null, null, "base",
                                       node->getIterator());
    }
    bases_[node] = merge;
    bases_[merge] = merge;
  }
  for (Instruction* node : nodes) {
    if (!derived.contains(node) || conflict.contains(node)) continue;
    Value* b = single[node];
    if (conflict.contains(b)) b = bases_[b];
    bases_[node] = b;
  }
  auto base_of_merged = [&](Value* v) -> Value* {
    Value* s = Strip(v);
    auto it = bases_.find(s);
    if (it != bases_.end()) return it->second;
    if (s->getType()->isPointerTy()) return s;
    // Words and vectors that stand for themselves cannot be merged with pointers.
    return llvm::ConstantPointerNull::get(llvm::PointerType::get(f_.getContext(), 0));
  };
  for (Instruction* node : nodes) {
    if (!conflict.contains(node)) continue;
    auto* merge = cast<Instruction>(bases_[node]);
    if (auto* phi = dyn_cast<llvm::PHINode>(node)) {
      for (unsigned i = 0; i < phi->getNumIncomingValues(); i++) {
        cast<llvm::PHINode>(merge)->addIncoming(base_of_merged(phi->getIncomingValue(i)),
                                                phi->getIncomingBlock(i));
      }
    } else {
      merge->setOperand(1, base_of_merged(node->getOperand(1)));
      merge->setOperand(2, base_of_merged(node->getOperand(2)));
    }
  }
}

// ---- variables

void FunctionMaps::FindVariables() {
  for (Instruction& i : f_.getEntryBlock()) {
    auto* a = dyn_cast<llvm::AllocaInst>(&i);
    if (a == nullptr || !a->isStaticAlloca() || a->hasMetadata(no_pointers_)) continue;
    const uint64_t bytes = a->getAllocationSize(layout_)->getFixedValue();
    if (bytes < 8 || a->getAlign() < 8) continue;
    const uint64_t words = bytes / 8;
    const uint64_t units = words <= kMaxUnits ? words : 1;
    variable_numbers_[a] = static_cast<uint32_t>(variables_.size());
    variables_.push_back({a, words, static_cast<uint32_t>(variable_of_unit_.size()),
                          static_cast<uint32_t>(units)});
    variable_of_unit_.insert(variable_of_unit_.end(), units,
                             static_cast<uint32_t>(variables_.size() - 1));
  }
  for (uint32_t n = 0; n < variables_.size(); n++) {
    FollowAddress(n, variables_[n].a, true, 0);
  }
}

// bytes 0: to the end.
void FunctionMaps::AddUse(Instruction* at, uint32_t variable, Use::Kind kind, bool is_known,
                          int64_t offset, uint64_t bytes) {
  const Variable& v = variables_[variable];
  uint64_t first = 0, end = v.words;
  if (is_known && offset >= 0) {
    const auto from = static_cast<uint64_t>(offset);
    const uint64_t to = bytes == 0 ? v.words * 8 : from + bytes;
    if (kind == Use::kRead) {
      first = from / 8;
      end = std::min((to + 7) / 8, v.words);
    } else {  // only words that are written in full
      first = (from + 7) / 8;
      end = std::min(to / 8, v.words);
    }
  } else if (kind == Use::kWrite) {
    return;
  }
  if (first >= end) return;
  if (v.num_units == 1 && v.words > 1) {
    if (kind == Use::kWrite && (first != 0 || end != v.words)) return;
    first = 0;
    end = 1;
  }
  uses_[at].push_back({kind, v.first_unit + static_cast<uint32_t>(first),
                       v.first_unit + static_cast<uint32_t>(end)});
}

void FunctionMaps::FollowAddress(uint32_t variable, Value* address, bool is_known,
                                 int64_t offset) {
  auto add = [&](Instruction* at, Use::Kind kind, uint64_t bytes) {
    AddUse(at, variable, kind, is_known, offset, bytes);
  };
  auto add_all = [&](Instruction* at, Use::Kind kind) { AddUse(at, variable, kind, true, 0, 0); };
  for (llvm::Use& use : address->uses()) {
    auto* user = cast<Instruction>(use.getUser());
    if (auto* load = dyn_cast<llvm::LoadInst>(user)) {
      add(load, Use::kRead, layout_.getTypeStoreSize(load->getType()).getFixedValue());
    } else if (auto* store = dyn_cast<llvm::StoreInst>(user)) {
      if (store->getValueOperand() == address) {
        add_all(store, Use::kRead);
      } else {
        add(store, Use::kWrite,
            layout_.getTypeStoreSize(store->getValueOperand()->getType()).getFixedValue());
      }
    } else if (auto* gep = dyn_cast<llvm::GetElementPtrInst>(user)) {
      llvm::APInt delta(64, 0);
      const bool constant = gep->accumulateConstantOffset(layout_, delta);
      FollowAddress(variable, gep, is_known && constant, offset + delta.getSExtValue());
    } else if (isa<llvm::BitCastInst, llvm::FreezeInst>(user)) {
      FollowAddress(variable, user, is_known, offset);
    } else if (auto* memory = dyn_cast<llvm::AnyMemIntrinsic>(user)) {
      auto* length = dyn_cast<llvm::ConstantInt>(memory->getLength());
      if (memory->getRawDest() == address) {
        if (length != nullptr && !length->isZero()) {
          add(memory, Use::kWrite, length->getZExtValue());
        }
      }
      if (auto* move = dyn_cast<llvm::AnyMemTransferInst>(memory);
          move != nullptr && move->getRawSource() == address) {
        if (length == nullptr) add_all(memory, Use::kRead);
        else if (!length->isZero()) add(memory, Use::kRead, length->getZExtValue());
      }
    } else if (user->isLifetimeStartOrEnd()) {
      add_all(user, Use::kWrite);
    } else if (auto* call = dyn_cast<CallInst>(user)) {
      auto* intrinsic = dyn_cast<llvm::IntrinsicInst>(call);
      if (intrinsic != nullptr && intrinsic->isAssumeLikeIntrinsic()) continue;
      if (!call->isDataOperand(&use)) continue;
      const unsigned arg = call->isArgOperand(&use) ? call->getArgOperandNo(&use) : UINT_MAX;
      const bool is_out =
          arg != UINT_MAX &&
          (call->getAttributes().hasParamAttr(arg, kOutAttribute) ||
           (call->getCalledFunction() != nullptr &&
            call->getCalledFunction()->getAttributes().hasParamAttr(arg, kOutAttribute)));
      add_all(call, is_out ? Use::kWrite : Use::kRead);
    } else if (isa<llvm::ICmpInst>(user)) {
      continue;
    } else if (auto* phi = dyn_cast<llvm::PHINode>(user)) {
      add_all(phi->getIncomingBlock(use)->getTerminator(), Use::kRead);
    } else {
      add_all(user, Use::kRead);
    }
  }
}

void FunctionMaps::StepBack(Instruction* at, llvm::BitVector& live) {
  auto it = uses_.find(at);
  if (it == uses_.end()) return;
  for (const Use& u : it->second) {
    if (u.kind == Use::kWrite) live.reset(u.first, u.end);
  }
  for (const Use& u : it->second) {
    if (u.kind == Use::kRead) live.set(u.first, u.end);
  }
}

void FunctionMaps::ComputeVariableLiveness() {
  const auto units = static_cast<unsigned>(variable_of_unit_.size());
  if (units == 0) return;
  struct Effect {
    llvm::BitVector read, written;
  };
  llvm::DenseMap<BasicBlock*, Effect> effects;
  std::vector<BasicBlock*> order;
  for (BasicBlock* b : llvm::post_order(&f_)) {
    order.push_back(b);
    variable_live_out_[b].resize(units);
    Effect& e = effects[b];
    e.read.resize(units);
    e.written.resize(units);
    for (Instruction& i : llvm::reverse(*b)) {
      auto it = uses_.find(&i);
      if (it == uses_.end()) continue;
      for (const Use& u : it->second) {
        if (u.kind == Use::kWrite) {
          e.read.reset(u.first, u.end);
          e.written.set(u.first, u.end);
        }
      }
      for (const Use& u : it->second) {
        if (u.kind == Use::kRead) e.read.set(u.first, u.end);
      }
    }
  }
  llvm::BitVector in;
  for (bool changed = true; changed;) {
    changed = false;
    for (BasicBlock* b : order) {
      llvm::BitVector& out = variable_live_out_[b];
      for (BasicBlock* s : llvm::successors(b)) {
        const Effect& e = effects[s];
        in = variable_live_out_[s];
        in.reset(e.written);
        in |= e.read;
        if (in.test(out)) {  // something beyond `out`
          out |= in;
          changed = true;
        }
      }
    }
  }
}

// ---- lists

// Finds where llvm.eh.sjlj.setjmp continues with a result other than 0.
void FunctionMaps::FindResumePoint() {
  for (Instruction& i : f_.getEntryBlock()) {
    auto* call = dyn_cast<llvm::IntrinsicInst>(&i);
    if (call == nullptr || call->getIntrinsicID() != llvm::Intrinsic::eh_sjlj_setjmp) continue;
    resume_set_ = call;
    for (llvm::User* user : call->users()) {
      auto* compare = dyn_cast<llvm::ICmpInst>(user);
      if (compare == nullptr || !compare->isEquality() || !compare->hasOneUse() ||
          !isa<llvm::ConstantInt>(compare->getOperand(1)) ||
          !cast<llvm::ConstantInt>(compare->getOperand(1))->isZero()) {
        continue;
      }
      auto* branch = dyn_cast<llvm::BranchInst>(*compare->user_begin());
      if (branch == nullptr || branch->getParent() != call->getParent()) continue;
      const bool on_equal = compare->getPredicate() == llvm::ICmpInst::ICMP_EQ;
      resume_ = branch->getSuccessor(on_equal ? 1 : 0);
      // Shared with the ordinary way: everything live behind setjmp counts.
      if (branch->getSuccessor(0) == branch->getSuccessor(1)) resume_ = nullptr;
      return;
    }
    return;
  }
}

void FunctionMaps::AddValue(Value* v, llvm::SmallSetVector<Value*, 16>* list) {
  if (v->getType()->isStructTy()) {
    // Listed by its references, taken out where it is made.
    std::vector<Value*>& parts = parts_[v];
    if (parts.empty()) {
      auto* type = cast<llvm::StructType>(v->getType());
      BasicBlock::iterator at;
      if (auto* i = dyn_cast<Instruction>(v)) at = *i->getInsertionPointAfterDef();
      else at = f_.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
      for (unsigned k = 0; k < type->getNumElements(); k++) {
        if (!IsReferenceField(v, k)) continue;
        parts.push_back(llvm::ExtractValueInst::Create(v, k, "", at));
      }
    }
    for (Value* p : parts) list->insert(p);
    return;
  }
  Value* base = with_bases_ ? BaseOf(v) : v;
  // Arithmetic on nil, of package unsafe, has no other base.
  if (base != nullptr && base != v && isa<llvm::ConstantPointerNull>(base)) base = v;
  if (base == nullptr || isa<llvm::Constant>(base)) return;
  if (auto* load = dyn_cast<llvm::LoadInst>(base);
      load != nullptr && load->getPointerAddressSpace() != 0) {
    return;
  }
  if (auto* a = dyn_cast<llvm::AllocaInst>(base)) {
    if (variable_numbers_.contains(a)) list->insert(a);
    return;
  }
  list->insert(base);
}

void FunctionMaps::MakeLists(BasicBlock& block) {
  bool has_safepoint = false;
  for (Instruction& i : block) {
    if (auto* call = dyn_cast<CallInst>(&i)) has_safepoint |= NeedsMap(*call);
  }
  const bool is_resume_block = resume_set_ != nullptr && resume_set_->getParent() == &block;
  if (!has_safepoint && &block != resume_ && !is_resume_block) return;

  llvm::BitVector live(static_cast<unsigned>(values_.size()));
  if (auto it = live_out_.find(&block); it != live_out_.end()) {
    for (uint32_t n : it->second) live.set(n);
  }
  llvm::BitVector variables(static_cast<unsigned>(variable_of_unit_.size()));
  if (auto it = variable_live_out_.find(&block); it != variable_live_out_.end()) {
    variables = it->second;
  }
  auto note_resume = [&] {
    for (unsigned n : live.set_bits()) live_at_resume_.push_back(values_[n]);
    variables_at_resume_ = variables;
  };
  for (Instruction& i : llvm::reverse(block)) {
    if (&i == resume_set_ && resume_ == nullptr) note_resume();
    if (uint32_t n = NumberOf(&i); n != UINT32_MAX) live.reset(n);
    auto* call = dyn_cast<CallInst>(&i);
    if (call != nullptr && NeedsMap(*call)) {
      List& list = lists_.emplace_back();
      list.call = call;
      for (unsigned n : live.set_bits()) AddValue(values_[n], &list.values);
      for (unsigned u : variables.set_bits()) {
        list.values.insert(variables_[variable_of_unit_[u]].a);
      }
      // A function value may be C++ or assembly, too (reflect.MakeFunc's). It saves its registers in
      // its frame; arguments on the stack are in ours.
      unsigned first = 0;
      if (IsCompiled(*call)) first = call->getCalledFunction() == nullptr ? kRegisterArgs : UINT_MAX;
      unsigned n = 0;
      for (Value* arg : call->args()) {
        if (!arg->getType()->isFPOrFPVectorTy() && n++ >= first && IsPointerLike(arg->getType())) {
          AddValue(arg, &list.values);
        }
      }
    }
    if (isa<llvm::PHINode>(i)) continue;
    StepBack(&i, variables);
    for (Value* operand : i.operands()) {
      if (uint32_t n = NumberOf(operand); n != UINT32_MAX) live.set(n);
    }
  }
  if (&block == resume_) note_resume();
}

// The variable that holds a copy of v all the time: what the fast register allocator is given.
Value* FunctionMaps::SlotOf(Value* v) {
  Value*& slot = slots_[v];
  if (slot != nullptr) return slot;
  llvm::IRBuilder<> b(&f_.getEntryBlock(), f_.getEntryBlock().begin());
  auto* a = b.CreateAlloca(v->getType(), nullptr, "root");
  a->setAlignment(llvm::Align(std::max<uint64_t>(8, a->getAlign().value())));
  if (auto* i = dyn_cast<Instruction>(v)) {
    b.SetInsertPoint(i->getParent(), *i->getInsertionPointAfterDef());
  } else {
    b.SetInsertPoint(&f_.getEntryBlock(), f_.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
  }
  b.CreateStore(v, a);
  return slot = a;
}

// Lists variables behind a call, in a form that FastISel takes; FramePass of stack_map_emit.cc moves
// the note to the return address.
void FunctionMaps::AddNote(CallInst* call, llvm::ArrayRef<Value*> variables) {
  llvm::IRBuilder<> b(call->getParent(), std::next(call->getIterator()));
  b.SetCurrentDebugLocation(call->getDebugLoc());
  std::vector<Value*> operands{b.getInt64(kNoteId), b.getInt32(/*shadow bytes*/ 0)};
  operands.insert(operands.end(), variables.begin(), variables.end());
  b.CreateIntrinsic(llvm::Intrinsic::experimental_stackmap, {}, operands);
}

void FunctionMaps::InsertBundles() {
  llvm::DenseMap<Value*, Value*> replaced;
  for (List& list : lists_) {
    std::vector<Value*> operands;
    for (Value* v : list.values) {
      if (auto it = replaced.find(v); it != replaced.end()) v = it->second;
      operands.push_back(in_registers_ || isa<llvm::AllocaInst>(v) ? v : SlotOf(v));
    }
    CallInst* old = list.call;
    if (!in_registers_) {
      AddNote(old, operands);
      continue;
    }
    llvm::OperandBundleDef bundle("deopt", operands);
    CallInst* call = CallInst::Create(old, bundle, old->getIterator());
    call->copyMetadata(*old);
    call->takeName(old);
    old->replaceAllUsesWith(call);
    if (auto it = slots_.find(old); it != slots_.end()) {
      Value* slot = it->second;
      slots_.erase(it);
      slots_[call] = slot;
    }
    replaced[old] = call;
    old->eraseFromParent();
  }
}

void FunctionMaps::Run() {
  FindResumePoint();
  bool has_safepoint = false;
  size_t size = 0;
  for (BasicBlock& b : f_) {
    for (Instruction& i : b) {
      size++;
      if (auto* call = dyn_cast<CallInst>(&i)) has_safepoint |= NeedsMap(*call);
    }
  }
  if (!has_safepoint || size > kMaxMappedInsts) return;
  f_.setGC("gol");
  NumberValues();
  ComputeValueLiveness();
  FindVariables();
  ComputeVariableLiveness();
  std::vector<BasicBlock*> blocks;
  for (BasicBlock* b : llvm::post_order(&f_)) blocks.push_back(b);
  for (BasicBlock* b : blocks) MakeLists(*b);
  if (resume_set_ != nullptr) {
    dominators_ = std::make_unique<llvm::DominatorTree>(f_);
    for (List& list : lists_) {
      if (!dominators_->dominates(resume_set_, list.call)) continue;
      llvm::SmallSetVector<Value*, 16> more;
      for (Value* v : live_at_resume_) AddValue(v, &more);
      for (Value* v : more) {
        auto* def = dyn_cast<Instruction>(v);
        if (def == nullptr || dominators_->dominates(def, list.call)) list.values.insert(v);
      }
      for (unsigned u : variables_at_resume_.set_bits()) {
        list.values.insert(variables_[variable_of_unit_[u]].a);
      }
    }
  }
  InsertBundles();
}

}  // namespace

void AddStackMaps(llvm::Module& module, bool in_registers, bool with_bases) {
  for (llvm::Function& f : module) {
    if (f.isDeclaration()) continue;
    FunctionMaps(f, in_registers, with_bases).Run();
  }
}

}  // namespace gol::jit
