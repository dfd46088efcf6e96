// FuncContext: strings, slices and interfaces: taking apart, comparing, boxing, asserting.
#include "jit/lower.h"

#include "base/check.h"

namespace gol::jit {

using rt::EntryPoint;

// ---- parts

void FuncContext::LowerStrMake(const Inst& in) {
  Set(in, Val(Word(in, 0), ExtendOf(in.args[1])));
}
void FuncContext::LowerStrPtr(const Inst& in) { Set(in, Arg(in, 0).w[0]); }
void FuncContext::LowerStrLen(const Inst& in) { Set(in, Arg(in, 0).w[1]); }
void FuncContext::LowerSliceMake(const Inst& in) {
  Set(in, Val(Word(in, 0), ExtendOf(in.args[1]), ExtendOf(in.args[2])));
}
void FuncContext::LowerSlicePtr(const Inst& in) { Set(in, Arg(in, 0).w[0]); }
void FuncContext::LowerSliceLen(const Inst& in) { Set(in, Arg(in, 0).w[1]); }
void FuncContext::LowerSliceCap(const Inst& in) { Set(in, Arg(in, 0).w[2]); }
void FuncContext::LowerIfaceMake(const Inst& in) { Set(in, Val(Word(in, 0), Word(in, 1))); }
void FuncContext::LowerIfaceTab(const Inst& in) { Set(in, Arg(in, 0).w[0]); }
void FuncContext::LowerIfaceData(const Inst& in) { Set(in, Arg(in, 0).w[1]); }
void FuncContext::LowerIfaceType(const Inst& in) {
  Set(in, DynamicType(Arg(in, 0), ArgType(in, 0)));
}

// ---- strings

V FuncContext::BytesEqual(V a, V b, int64_t n) {
  // The differing bits of all chunks together.
  constexpr int64_t kMaxInline = 32;
  if (n == 0) return llvm::ConstantInt::getTrue(m_.llvm);
  if (n > kMaxInline) return CallEntry(EntryPoint::k_memequal, {a, b, m_.Int64(n)});
  V diff = nullptr;
  int64_t at = 0;
  while (at < n) {
    int64_t step = 8;
    while (step > n - at) step /= 2;
    llvm::Type* type = m_.IntType(step);
    V x = b_.CreateAlignedLoad(type, At(a, at), llvm::Align(1));
    V y = b_.CreateAlignedLoad(type, At(b, at), llvm::Align(1));
    V d = b_.CreateZExt(b_.CreateXor(x, y), m_.i64);
    diff = diff == nullptr ? d : b_.CreateOr(diff, d);
    at += step;
  }
  return b_.CreateICmpEQ(diff, m_.Int64(0));
}

void FuncContext::LowerStrEq(const Inst& in) {
  Val a = Arg(in, 0), b = Arg(in, 1);
  if (llvm::isa<llvm::ConstantInt>(a.w[1])) std::swap(a, b);
  V same_len = b_.CreateICmpEQ(a.w[1], b.w[1]);
  auto* known = llvm::dyn_cast<llvm::ConstantInt>(b.w[1]);
  if (known != nullptr && known->isZero()) return Set(in, same_len);
  auto* from = b_.GetInsertBlock();
  auto* compare = NewBlock("streq");
  auto* done = NewBlock("streq.done");
  b_.CreateCondBr(same_len, compare, done);
  b_.SetInsertPoint(compare);
  V equal = known != nullptr ? BytesEqual(a.w[0], b.w[0], known->getSExtValue())
                             : CallEntry(EntryPoint::k_memequal, {a.w[0], b.w[0], b.w[1]});
  auto* compared = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.i1, 2);
  phi->addIncoming(llvm::ConstantInt::getFalse(m_.llvm), from);
  phi->addIncoming(equal, compared);
  Set(in, phi);
}

void FuncContext::LowerStrCmp(const Inst& in) {
  const Val &a = Arg(in, 0), &b = Arg(in, 1);
  Set(in, CallEntry(EntryPoint::k_cmpstring, {a.w[0], a.w[1], b.w[0], b.w[1]}));
}

namespace {
// The two registers of a string result.
Val StrResult(llvm::IRBuilder<>& b, V two) {
  return Val(b.CreateExtractValue(two, 0), b.CreateExtractValue(two, 1));
}
}  // namespace

void FuncContext::LowerStrConcat(const Inst& in) {
  const size_t n = in.args.size();
  V list = FrameSlot(static_cast<int64_t>(n) * 16, 8, "strs");
  for (size_t i = 0; i < n; i++) {
    const Val& s = Arg(in, i);
    b_.CreateStore(s.w[0], At(list, static_cast<int64_t>(i) * 16));
    b_.CreateStore(s.w[1], At(list, static_cast<int64_t>(i) * 16 + 8));
  }
  Set(in, StrResult(b_, CallEntry(EntryPoint::k_concatstrings,
                                  {list, m_.Int64(static_cast<int64_t>(n))})));
}

void FuncContext::LowerDecodeRune(const Inst& in) {
  const Val& s = Arg(in, 0);
  V k = ExtendOf(in.args[1]);
  V byte = b_.CreateLoad(m_.i8, b_.CreateInBoundsGEP(m_.i8, s.w[0], k));
  V rune1 = b_.CreateZExt(byte, m_.i32);
  V next1 = b_.CreateAdd(k, m_.Int64(1), "", true, true);
  auto* from = b_.GetInsertBlock();
  auto* many = NewBlock("decode");
  auto* done = NewBlock("decoded");
  b_.CreateCondBr(b_.CreateICmpSLT(byte, llvm::ConstantInt::get(m_.i8, 0)), many, done,
                  m_.unlikely);
  b_.SetInsertPoint(many);
  V two = CallEntry(EntryPoint::k_decoderune, {s.w[0], s.w[1], k});
  V rune2 = b_.CreateTrunc(b_.CreateExtractValue(two, 0), m_.i32);
  V next2 = b_.CreateExtractValue(two, 1);
  auto* decoded = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* rune = b_.CreatePHI(m_.i32, 2);
  rune->addIncoming(rune1, from);
  rune->addIncoming(rune2, decoded);
  auto* next = b_.CreatePHI(m_.i64, 2);
  next->addIncoming(next1, from);
  next->addIncoming(next2, decoded);
  SetTuple(in, {Val(rune), Val(next)});
}

void FuncContext::LowerBytesToStr(const Inst& in) {
  const Val& s = Arg(in, 0);
  if (in.no_copy) return Set(in, Val(s.w[0], s.w[1]));
  Set(in, StrResult(b_, CallEntry(EntryPoint::k_slicebytetostring, {s.w[0], s.w[1]})));
}

void FuncContext::LowerStrToBytes(const Inst& in) {
  const Val& s = Arg(in, 0);
  V out = FrameSlot(sizeof(rt::GoSlice), 8);
  CallEntry(EntryPoint::k_stringtoslicebyte, {out, s.w[0], s.w[1]});
  Set(in, LoadWords(out, in.type));
}

void FuncContext::LowerRunesToStr(const Inst& in) {
  const Val& s = Arg(in, 0);
  Set(in, StrResult(b_, CallEntry(EntryPoint::k_slicerunetostring, {s.w[0], s.w[1]})));
}

void FuncContext::LowerStrToRunes(const Inst& in) {
  const Val& s = Arg(in, 0);
  V out = FrameSlot(sizeof(rt::GoSlice), 8);
  CallEntry(EntryPoint::k_stringtoslicerune, {out, s.w[0], s.w[1]});
  Set(in, LoadWords(out, in.type));
}

void FuncContext::LowerRuneToStr(const Inst& in) {
  Set(in, StrResult(b_, CallEntry(EntryPoint::k_intstring, {ExtendOf(in.args[0])})));
}

// ---- interfaces

V FuncContext::DynamicType(const Val& iface, Type* iface_type) {
  if (layout_.IsEmptyInterface(iface_type)) return iface.w[0];
  auto* from = b_.GetInsertBlock();
  auto* load = NewBlock("tab");
  auto* done = NewBlock("type");
  b_.CreateCondBr(b_.CreateIsNull(iface.w[0]), done, load);
  b_.SetInsertPoint(load);
  V type = b_.CreateLoad(m_.ptr, At(iface.w[0], offsetof(rt::Itab, type)));
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.ptr, 2);
  phi->addIncoming(m_.Null(), from);
  phi->addIncoming(type, load);
  return phi;
}

V FuncContext::MatchesType(const Val& iface, Type* iface_type, Type* concrete) {
  return b_.CreateICmpEQ(DynamicType(iface, iface_type), m_.TypeDesc(concrete));
}

Val FuncContext::UnboxData(V data, Type* t) {
  if (layout_.IsDirectIface(t)) return Val(data);
  return LoadWords(data, t);
}

void FuncContext::LowerIfaceEq(const Inst& in) {
  const Val &a = Arg(in, 0), &b = Arg(in, 1);
  V ta = DynamicType(a, ArgType(in, 0)), tb = DynamicType(b, ArgType(in, 1));
  auto* from = b_.GetInsertBlock();
  auto* same = NewBlock("ifaceeq");
  auto* values = NewBlock("ifaceeq.values");
  auto* done = NewBlock("ifaceeq.done");
  b_.CreateCondBr(b_.CreateICmpEQ(ta, tb), same, done);
  b_.SetInsertPoint(same);
  b_.CreateCondBr(b_.CreateIsNull(ta), done, values);
  b_.SetInsertPoint(values);
  V equal = CallEntry(EntryPoint::k_efaceeq, {ta, a.w[1], b.w[1]});
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.i1, 3);
  phi->addIncoming(llvm::ConstantInt::getFalse(m_.llvm), from);
  phi->addIncoming(llvm::ConstantInt::getTrue(m_.llvm), same);
  phi->addIncoming(equal, values);
  Set(in, phi);
}

void FuncContext::LowerMemEq(const Inst& in) {
  V a = Word(in, 0), b = Word(in, 1);
  if (layout_.EqualityOf(in.elem) == ir::EqKind::kMemory) {
    return Set(in, BytesEqual(a, b, layout_.SizeOf(in.elem)));
  }
  Set(in, CallEntry(EntryPoint::k_typeequal, {m_.TypeDesc(in.elem), a, b}));
}

// The value as static data where all its words are constants, else null.
V FuncContext::ConstantBox(const Inst& in, Type* concrete) {
  const Words& w = WordsOf(concrete);
  if (w.count == 0) return nullptr;
  std::vector<llvm::Constant*> fields;
  for (int i = 0; i < w.count; i++) {
    auto* c = llvm::dyn_cast<llvm::Constant>(Arg(in, 0).w[i]);
    if (c == nullptr || llvm::isa<llvm::UndefValue>(c)) return nullptr;
    if (w.mem[i] != w.type[i]) c = llvm::ConstantInt::get(w.mem[i], c->isOneValue());
    fields.push_back(c);
  }
  return m_.Private(m_.Record(fields), "box", layout_.AlignOf(concrete));
}

V FuncContext::BoxValue(const Inst& in, Type* t) {
  const Words& w = WordsOf(t);
  const int64_t size = layout_.SizeOf(t);
  if (layout_.IsDirectIface(t)) {
    return w.count != 0 ? Word(in, 0) : b_.CreateLoad(m_.ptr, Word(in, 0));
  }
  if (size == 0) return m_.Private(m_.Int64(0), "zero", 8);
  if (V c = ConstantBox(in, t)) return c;
  if (in.on_stack) {
    if (w.count != 0) return AsMemory(Arg(in, 0), t);
    V slot = FrameSlotOf(t);
    CopyMemory(slot, Word(in, 0), t);
    return slot;
  }
  if (w.count == 1) {
    V v = Word(in, 0);
    if (v->getType() == m_.f64) v = b_.CreateBitCast(v, m_.i64);
    if (v->getType() == m_.f32) v = b_.CreateBitCast(v, m_.i32);
    switch (size) {
      case 1: return CallEntry(EntryPoint::k_convT8, {b_.CreateZExt(v, m_.i32)});
      case 2: return CallEntry(EntryPoint::k_convT16, {b_.CreateZExt(v, m_.i32)});
      case 4: return CallEntry(EntryPoint::k_convT32, {v});
      default: return CallEntry(EntryPoint::k_convT64, {v});
    }
  }
  switch (layout_.KindOf(t)) {
    case rt::kString:
      return CallEntry(EntryPoint::k_convTstring, {Arg(in, 0).w[0], Arg(in, 0).w[1]});
    case rt::kSlice: return CallEntry(EntryPoint::k_convTslice, {AsMemory(Arg(in, 0), t)});
    default: break;
  }
  if (IsQuick()) return CallEntry(EntryPoint::k_convT, {m_.TypeDesc(t), AsMemory(in, 0, t)});
  V box = NewObject(t);
  InitObject(box, Arg(in, 0), t);
  return box;
}

void FuncContext::LowerIfaceBox(const Inst& in) {
  V data = BoxValue(in, in.elem);
  V tab = layout_.IsEmptyInterface(in.type) ? m_.TypeDesc(in.elem) : m_.ItabOf(in.elem, in.type);
  Set(in, Val(tab, data));
}

void FuncContext::LowerTypeIs(const Inst& in) {
  Set(in, MatchesType(Arg(in, 0), ArgType(in, 0), in.elem));
}

void FuncContext::LowerAssertType(const Inst& in) {
  const Val& i = Arg(in, 0);
  Type* from = ArgType(in, 0);
  V have = DynamicType(i, from);
  V want = m_.TypeDesc(in.elem);
  Check(b_.CreateICmpEQ(have, want), EntryPoint::k_panicdottypeE,
        {have, want, m_.TypeDesc(from)});
  Set(in, UnboxData(i.w[1], in.elem));
}

void FuncContext::LowerAssertTypeAddr(const Inst& in) {
  const Val& i = Arg(in, 0);
  Type* from = ArgType(in, 0);
  V have = DynamicType(i, from);
  V want = m_.TypeDesc(in.elem);
  Check(b_.CreateICmpEQ(have, want), EntryPoint::k_panicdottypeE,
        {have, want, m_.TypeDesc(from)});
  if (!layout_.IsDirectIface(in.elem)) return Set(in, i.w[1]);
  V slot = FrameSlot(8, 8);
  b_.CreateStore(i.w[1], slot);
  Set(in, slot);
}

void FuncContext::LowerUnboxValue(const Inst& in) {
  // Of an aggregate, where the operation is given one: its address.
  V data = Arg(in, 0).w[1];
  if (WordsOf(in.elem).count != 0) return Set(in, UnboxData(data, in.elem));
  if (!layout_.IsDirectIface(in.elem)) return Set(in, data);
  V slot = FrameSlot(8, 8);
  b_.CreateStore(data, slot);
  Set(in, slot);
}

void FuncContext::LowerAssertIface(const Inst& in) {
  const Val& i = Arg(in, 0);
  V have = DynamicType(i, ArgType(in, 0));
  V inter = m_.TypeDesc(in.elem);
  if (layout_.IsEmptyInterface(in.elem)) {
    // Any value but nil will do; the call says how nil fails.
    UnlikelyIf(b_.CreateIsNull(have), [&] { CallEntry(EntryPoint::k_assertE2I, {inter, have}); });
    return Set(in, Val(have, i.w[1]));
  }
  Set(in, Val(CallEntry(EntryPoint::k_assertE2I, {inter, have}), i.w[1]));
}

void FuncContext::LowerAssertIface2(const Inst& in) {
  const Val& i = Arg(in, 0);
  V have = DynamicType(i, ArgType(in, 0));
  V tab;
  if (layout_.IsEmptyInterface(in.elem)) {
    tab = have;
  } else {
    auto* from = b_.GetInsertBlock();
    auto* look = NewBlock("assert");
    auto* done = NewBlock("asserted");
    b_.CreateCondBr(b_.CreateIsNull(have), done, look);
    b_.SetInsertPoint(look);
    V found = CallEntry(EntryPoint::k_assertE2I2, {m_.TypeDesc(in.elem), have});
    b_.CreateBr(done);
    b_.SetInsertPoint(done);
    auto* phi = b_.CreatePHI(m_.ptr, 2);
    phi->addIncoming(m_.Null(), from);
    phi->addIncoming(found, look);
    tab = phi;
  }
  V ok = b_.CreateIsNotNull(tab);
  V data = b_.CreateSelect(ok, i.w[1], m_.Null());
  SetTuple(in, {Val(tab, data), Val(ok)});
}

void FuncContext::LowerConvIface(const Inst& in) {
  const Val& i = Arg(in, 0);
  V have = DynamicType(i, ArgType(in, 0));
  Type* target = in.elem != nullptr ? in.elem : in.type;
  if (layout_.IsEmptyInterface(target)) return Set(in, Val(have, i.w[1]));
  auto* from = b_.GetInsertBlock();
  auto* look = NewBlock("conv");
  auto* done = NewBlock("converted");
  b_.CreateCondBr(b_.CreateIsNull(have), done, look);
  b_.SetInsertPoint(look);
  V found = CallEntry(EntryPoint::k_assertE2I2, {m_.TypeDesc(target), have});
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.ptr, 2);
  phi->addIncoming(m_.Null(), from);
  phi->addIncoming(found, look);
  Set(in, Val(phi, i.w[1]));
}

}  // namespace gol::jit
