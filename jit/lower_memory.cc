// FuncContext: loads, stores, moves, the write barrier, allocation.
//
// The write barrier. A store of a pointer into memory that may be in the heap looks at the word
// %fs:0x98 and, while a collection marks, leaves the store to gol_rt_gcWriteBarrier. The word
// changes only while this thread is at a safepoint, so nothing can come between look and store. Code that is
// to be compiled quickly calls the barrier each time: it looks at the word itself.
// Only pointer words go through it: lengths and descriptors are stored plainly. Larger moves take
// typedmemmove while marking, and are copied inline otherwise, by moves of at least a word at
// addresses aligned to words, which do not tear.
#include "jit/inline_alloc.h"
#include "jit/lower.h"
#include "runtime/abi/heap_params.h"

namespace gol::jit {

using rt::EntryPoint;

V FuncContext::At(V address, int64_t offset) {
  return offset == 0 ? address : b_.CreateConstInBoundsGEP1_64(m_.i8, address, offset);
}

bool FuncContext::IsNonNull(ir::ValueId v) {
  switch (f_.inst(v).op) {
    case ir::Op::kLocalAddr:
    case ir::Op::kGlobalAddr:
    case ir::Op::kStaticAddr:
    case ir::Op::kCaptureAddr:
    case ir::Op::kFuncAddr:
    case ir::Op::kTypeAddr:
    case ir::Op::kItabAddr:
    case ir::Op::kNew:
    case ir::Op::kMakeClosure:
    case ir::Op::kMapAssign:
      return true;
    default:
      return false;
  }
}

// ---- words

Val FuncContext::LoadWords(V address, Type* t, bool is_volatile) {
  const Words& w = WordsOf(t);
  const llvm::Align align(layout_.AlignOf(t));
  Val v;
  v.n = w.count;
  for (int i = 0; i < w.count; i++) {
    V x = b_.CreateAlignedLoad(w.mem[i], At(address, w.offset[i]), align, is_volatile);
    v.w[i] = w.mem[i] == w.type[i] ? x : b_.CreateTrunc(x, w.type[i]);
  }
  return v;
}

void FuncContext::StoreWords(V address, const Val& v, Type* t, bool is_volatile) {
  const Words& w = WordsOf(t);
  const llvm::Align align(layout_.AlignOf(t));
  for (int i = 0; i < w.count; i++) {
    V x = w.mem[i] == w.type[i] ? v.w[i] : b_.CreateZExt(v.w[i], w.mem[i]);
    b_.CreateAlignedStore(x, At(address, w.offset[i]), align, is_volatile);
  }
}

V FuncContext::BarrierOn() {
  auto* on = llvm::cast<llvm::LoadInst>(LoadTls(rt::kTlsWriteBarrier, m_.i32));
  // Stays between the polls where it stands: see Entry(k_poll).
  on->setVolatile(true);
  return b_.CreateICmpNE(on, m_.Int32(0));
}

void FuncContext::StorePointerBarrier(V slot, V value) {
  if (IsQuick()) {
    CallEntry(EntryPoint::k_gcWriteBarrier, {slot, value});
    return;
  }
  auto* marking = NewBlock("barrier");
  auto* plain = NewBlock("store");
  auto* done = NewBlock("stored");
  b_.CreateCondBr(BarrierOn(), marking, plain, m_.unlikely);
  b_.SetInsertPoint(marking);
  CallEntry(EntryPoint::k_gcWriteBarrier, {slot, value});
  b_.CreateBr(done);
  b_.SetInsertPoint(plain);
  b_.CreateAlignedStore(value, slot, llvm::Align(8));
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

void FuncContext::StoreBarrier(V address, const Val& v, Type* t) {
  const Words& w = WordsOf(t);
  const llvm::Align align(layout_.AlignOf(t));
  // The words that hold no pointers first: they need no barrier.
  for (int i = 0; i < w.count; i++) {
    if (w.pointer[i]) continue;
    V x = w.mem[i] == w.type[i] ? v.w[i] : b_.CreateZExt(v.w[i], w.mem[i]);
    b_.CreateAlignedStore(x, At(address, w.offset[i]), align);
  }
  for (int i = 0; i < w.count; i++) {
    if (w.pointer[i]) StorePointerBarrier(At(address, w.offset[i]), v.w[i]);
  }
}

void FuncContext::LowerLoad(const Inst& in) {
  V address = Word(in, 0);
  if (in.may_fault) Check(b_.CreateIsNotNull(address), EntryPoint::k_panicmem, {m_.Int64(0)});
  Set(in, LoadWords(address, in.type, in.is_volatile));
}

void FuncContext::LowerStore(const Inst& in) {
  V address = Word(in, 0);
  if (in.may_fault) Check(b_.CreateIsNotNull(address), EntryPoint::k_panicmem, {m_.Int64(0)});
  Type* t = ArgType(in, 1);
  if (in.barrier && layout_.HasPointers(t)) return StoreBarrier(address, Arg(in, 1), t);
  StoreWords(address, Arg(in, 1), t, in.is_volatile);
}

// ---- aggregates

void FuncContext::CopyMemory(V dst, V src, Type* t) {
  const int64_t size = layout_.SizeOf(t);
  if (size == 0) return;
  const llvm::Align align(layout_.AlignOf(t));
  b_.CreateMemCpy(dst, align, src, align, static_cast<uint64_t>(size));
}

void FuncContext::ZeroMemory(V dst, int64_t bytes, int64_t align) {
  if (bytes == 0) return;
  b_.CreateMemSet(dst, llvm::ConstantInt::get(m_.i8, 0), static_cast<uint64_t>(bytes),
                  llvm::Align(align));
}

void FuncContext::LowerMove(const Inst& in) {
  V dst = Word(in, 0), src = Word(in, 1);
  const Words& w = WordsOf(in.elem);
  if (in.may_fault) Check(b_.CreateIsNotNull(dst), EntryPoint::k_panicmem, {m_.Int64(0)});
  if (!in.barrier || !layout_.HasPointers(in.elem)) return CopyMemory(dst, src, in.elem);
  if (w.count != 0) return StoreBarrier(dst, LoadWords(src, in.elem), in.elem);
  MoveBarrier(dst, src, in.elem);
}

void FuncContext::MoveBarrier(V dst, V src, Type* t) {
  if (IsQuick()) {
    CallEntry(EntryPoint::k_typedmemmove, {m_.TypeDesc(t), dst, src});
    return;
  }
  auto* marking = NewBlock("barrier");
  auto* plain = NewBlock("move");
  auto* done = NewBlock("moved");
  b_.CreateCondBr(BarrierOn(), marking, plain, m_.unlikely);
  b_.SetInsertPoint(marking);
  CallEntry(EntryPoint::k_typedmemmove, {m_.TypeDesc(t), dst, src});
  b_.CreateBr(done);
  b_.SetInsertPoint(plain);
  CopyMemory(dst, src, t);
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

void FuncContext::InitObject(V object, const Val& v, Type* t) {
  const bool is_aggregate = WordsOf(t).count == 0;
  if (layout_.HasPointers(t)) {
    if (is_aggregate) return MoveBarrier(object, v.w[0], t);
    return StoreBarrier(object, v, t);
  }
  if (is_aggregate) return CopyMemory(object, v.w[0], t);
  StoreWords(object, v, t);
}

void FuncContext::LowerClear(const Inst& in) {
  V dst = Word(in, 0);
  if (in.barrier && layout_.HasPointers(in.elem)) return ClearBarrier(dst, in.elem);
  ZeroMemory(dst, layout_.SizeOf(in.elem), layout_.AlignOf(in.elem));
}

void FuncContext::ClearBarrier(V dst, Type* t) {
  if (IsQuick()) {
    CallEntry(EntryPoint::k_typedmemclr, {m_.TypeDesc(t), dst});
    return;
  }
  auto* marking = NewBlock("barrier");
  auto* plain = NewBlock("clear");
  auto* done = NewBlock("cleared");
  b_.CreateCondBr(BarrierOn(), marking, plain, m_.unlikely);
  b_.SetInsertPoint(marking);
  CallEntry(EntryPoint::k_typedmemclr, {m_.TypeDesc(t), dst});
  b_.CreateBr(done);
  b_.SetInsertPoint(plain);
  ZeroMemory(dst, layout_.SizeOf(t), layout_.AlignOf(t));
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

void FuncContext::LowerFieldAddr(const Inst& in) {
  Set(in, At(Word(in, 0), layout_.FieldOffset(in.elem, static_cast<size_t>(in.imm))));
}

void FuncContext::LowerElemAddr(const Inst& in) {
  const int64_t size = layout_.SizeOf(in.elem);
  if (size == 0) return Set(in, Word(in, 0));
  llvm::Type* step = size == 1 || size == 2 || size == 4 || size == 8
                         ? m_.IntType(size)
                         : llvm::ArrayType::get(m_.i8, static_cast<uint64_t>(size));
  Set(in, b_.CreateInBoundsGEP(step, Word(in, 0), ExtendOf(in.args[1])));
}

void FuncContext::LowerPtrAdd(const Inst& in) {
  // Arithmetic of package unsafe: may leave the object.
  Set(in, b_.CreateGEP(m_.i8, Word(in, 0), ExtendOf(in.args[1])));
}

V FuncContext::AsMemory(const Val& v, Type* t) {
  V slot = FrameSlotOf(t);
  StoreWords(slot, v, t);
  return slot;
}

V FuncContext::AsMemory(const Inst& in, size_t i, Type* t) {
  return WordsOf(t).count == 0 ? Word(in, i) : AsMemory(Arg(in, i), t);
}

// ---- allocation

void ModuleContext::NoteAlloc(llvm::Constant* desc, int64_t size,
                              const std::vector<bool>& pointers) {
  if (run.options.opt_level == 0 || size > static_cast<int64_t>(rt::kMaxBitmapObject)) return;
  if (!noted_allocs_.emplace(desc, true).second) return;
  uint64_t bits = 0;
  for (size_t i = 0; i < pointers.size(); i++) {
    if (pointers[i]) bits |= uint64_t{1} << i;
  }
  auto constant = [](llvm::Constant* c) { return llvm::ConstantAsMetadata::get(c); };
  module_->getOrInsertNamedMetadata(kAllocMetadata)
      ->addOperand(llvm::MDNode::get(llvm, {constant(desc), constant(Int64(size)),
                                            constant(Int64(static_cast<int64_t>(bits)))}));
}

// The descriptor for an allocation.
llvm::Constant* FuncContext::AllocDesc(Type* t) {
  llvm::Constant* desc = m_.TypeDesc(t);
  const int64_t size = layout_.SizeOf(t);
  if (!IsQuick() && size <= static_cast<int64_t>(rt::kMaxBitmapObject)) {
    m_.NoteAlloc(desc, size,
                 layout_.HasPointers(t) ? layout_.PointerMap(t) : std::vector<bool>());
  }
  return desc;
}

V FuncContext::NewObject(Type* t) {
  return CallEntry(EntryPoint::k_newobject, {AllocDesc(t)});
}

void FuncContext::LowerNew(const Inst& in) {
  const int64_t size = layout_.SizeOf(in.elem), align = layout_.AlignOf(in.elem);
  if (size == 0) return Set(in, m_.ZeroBase());
  if (!in.on_stack) return Set(in, NewObject(in.elem));
  V slot = FrameSlotOf(in.elem, "new");
  ZeroMemory(slot, size, align);
  Set(in, slot);
}

void FuncContext::LowerMakeSlice(const Inst& in) {
  V len = ExtendOf(in.args[0]);
  V cap = HasArg(in, 1) ? ExtendOf(in.args[1]) : len;
  auto* constant = llvm::dyn_cast<llvm::ConstantInt>(cap);
  // The call knows which panic a bad length is.
  auto check_len = [&] {
    if (len == cap) return;
    UnlikelyIf(
        b_.CreateICmpUGT(len, cap),
        [&] {
          CallEntry(EntryPoint::k_makeslice, {m_.TypeDesc(in.elem), len, cap});
          b_.CreateUnreachable();
        },
        /*joins=*/false);
  };
  if (in.on_stack && constant != nullptr) {
    const int64_t size = layout_.SizeOf(in.elem) * constant->getSExtValue();
    const int64_t align = layout_.AlignOf(in.elem);
    check_len();
    V slot = FrameSlot(size, align, "make", layout_.HasPointers(in.elem));
    ZeroMemory(slot, size, align);
    return Set(in, Val(slot, len, cap));
  }
  // Known to be small: an allocation like that of an array.
  const int64_t elem_size = layout_.SizeOf(in.elem);
  if (constant != nullptr && elem_size > 0 && constant->getSExtValue() > 0 &&
      constant->getSExtValue() <= static_cast<int64_t>(rt::kMaxBitmapObject) / elem_size) {
    check_len();
    V p = CallEntry(EntryPoint::k_mallocgc,
                    {m_.Int64(elem_size * constant->getSExtValue()), AllocDesc(in.elem),
                     llvm::ConstantInt::getTrue(m_.llvm)});
    return Set(in, Val(p, len, cap));
  }
  V p = CallEntry(EntryPoint::k_makeslice, {m_.TypeDesc(in.elem), len, cap});
  Set(in, Val(p, len, cap));
}

void FuncContext::LowerMakeMap(const Inst& in) {
  V hint = HasArg(in, 0) ? ExtendOf(in.args[0]) : nullptr;
  auto* known = llvm::dyn_cast_or_null<llvm::ConstantInt>(hint);
  const bool is_small =
      hint == nullptr || (known != nullptr && known->getSExtValue() <= rt::kBucketCnt);
  if (in.on_stack && is_small) return Set(in, MapInFrame(in.type));
  if (hint == nullptr) return Set(in, CallEntry(EntryPoint::k_makemap_small, {}));
  Set(in, CallEntry(EntryPoint::k_makemap, {m_.TypeDesc(in.type), hint}));
}

void FuncContext::LowerMakeChan(const Inst& in) {
  V size = HasArg(in, 0) ? ExtendOf(in.args[0]) : m_.Int64(0);
  Set(in, CallEntry(EntryPoint::k_makechan, {m_.TypeDesc(in.type), size}));
}

void FuncContext::LowerMakeClosure(const Inst& in) {
  const ir::Func& callee = *in.callee;
  int64_t size = 8;
  std::vector<bool> pointers(1);
  for (const ir::Capture& c : callee.captures) {
    const int64_t end = c.offset + layout_.SizeOf(c.type);
    size = std::max(size, end);
    pointers.resize(std::max<size_t>(pointers.size(), static_cast<size_t>(size + 7) / 8));
    if (!layout_.HasPointers(c.type)) continue;
    const std::vector<bool> map = layout_.PointerMap(c.type);
    for (size_t i = 0; i < map.size(); i++) {
      if (map[i]) pointers[static_cast<size_t>(c.offset) / 8 + i] = true;
    }
  }
  size = (size + 7) / 8 * 8;
  V object;
  if (in.on_stack) {
    object = FrameSlot(size, 8, "closure");
  } else {
    llvm::Constant* desc = m_.ObjectDesc(size, pointers);
    m_.NoteAlloc(desc, size, pointers);
    object = CallEntry(EntryPoint::k_mallocgc,
                       {m_.Int64(size), desc, llvm::ConstantInt::getTrue(m_.llvm)});
  }
  b_.CreateAlignedStore(m_.FuncOf(in.callee), object, llvm::Align(8));
  for (size_t i = 0; i < callee.captures.size(); i++) {
    const ir::Capture& c = callee.captures[i];
    V slot = At(object, c.offset);
    const bool barrier = !in.on_stack && layout_.HasPointers(c.type);
    if (WordsOf(c.type).count != 0) {
      if (barrier) StoreBarrier(slot, Arg(in, i), c.type);
      else StoreWords(slot, Arg(in, i), c.type);
    } else if (barrier) {
      CallEntry(EntryPoint::k_typedmemmove, {m_.TypeDesc(c.type), slot, Word(in, i)});
    } else {
      CopyMemory(slot, Word(in, i), c.type);
    }
  }
  Set(in, object);
}

// ---- slices

void FuncContext::LowerSliceGrow(const Inst& in) {
  const Val& s = Arg(in, 0);
  V num = ExtendOf(in.args[1]);
  V len = b_.CreateAdd(s.w[1], num);
  auto* grow = NewBlock("grow");
  auto* done = NewBlock("grown");
  auto* from = b_.GetInsertBlock();
  // Unsigned: a sum that overflowed grows too, and panics there.
  b_.CreateCondBr(b_.CreateICmpUGT(len, s.w[2]), grow, done, m_.unlikely);
  b_.SetInsertPoint(grow);
  V out = FrameSlot(sizeof(rt::GoSlice), 8, "grown");
  CallEntry(EntryPoint::k_growslice,
            {out, s.w[0], len, s.w[2], num, m_.TypeDesc(in.elem)});
  V p2 = b_.CreateLoad(m_.ptr, out);
  V cap2 = b_.CreateLoad(m_.i64, At(out, offsetof(rt::GoSlice, cap)));
  auto* grown = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* p = b_.CreatePHI(m_.ptr, 2);
  p->addIncoming(s.w[0], from);
  p->addIncoming(p2, grown);
  auto* cap = b_.CreatePHI(m_.i64, 2);
  cap->addIncoming(s.w[2], from);
  cap->addIncoming(cap2, grown);
  Set(in, Val(p, len, cap));
}

void FuncContext::LowerSliceCopy(const Inst& in) {
  V dst = Word(in, 0), dst_len = ExtendOf(in.args[1]);
  V src = Word(in, 2), src_len = ExtendOf(in.args[3]);
  if (layout_.HasPointers(in.elem)) {
    return Set(in, CallEntry(EntryPoint::k_typedslicecopy,
                             {m_.TypeDesc(in.elem), dst, dst_len, src, src_len}));
  }
  V n = b_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, dst_len, src_len);
  const int64_t size = layout_.SizeOf(in.elem);
  if (size != 0) {
    const llvm::Align align(layout_.AlignOf(in.elem));
    b_.CreateMemMove(dst, align, src, align, b_.CreateMul(n, m_.Int64(size), "", true, true));
  }
  Set(in, n);
}

void FuncContext::LowerSliceClear(const Inst& in) {
  V p = Word(in, 0), n = ExtendOf(in.args[1]);
  if (layout_.HasPointers(in.elem)) {
    CallEntry(EntryPoint::k_typedslicezero, {m_.TypeDesc(in.elem), p, n});
    return;
  }
  const int64_t size = layout_.SizeOf(in.elem);
  if (size == 0) return;
  b_.CreateMemSet(p, llvm::ConstantInt::get(m_.i8, 0),
                  b_.CreateMul(n, m_.Int64(size), "", true, true),
                  llvm::Align(layout_.AlignOf(in.elem)));
}

}  // namespace gol::jit
