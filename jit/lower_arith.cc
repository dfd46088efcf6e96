// FuncContext: constants, arithmetic, conversions, comparisons.
//
// Where LLVM leaves something undefined that Go defines, the code here says what happens: shifts by
// the width or more, the most negative integer divided by -1, conversions of floats out of range
// (as the machine's cvttsd2si, which is what Go's compiler uses on amd64).
#include "base/check.h"
#include "jit/lower.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace gol::jit {

using rt::EntryPoint;

// ---- constants

void FuncContext::LowerConstInt(const Inst& in) {
  const Words& w = WordsOf(in.type);
  if (w.type[0]->isPointerTy()) {
    return Set(in, in.imm == 0 ? m_.Null()
                               : llvm::ConstantExpr::getIntToPtr(m_.Int64(in.imm), m_.ptr));
  }
  if (w.type[0]->isIntegerTy(1)) return Set(in, llvm::ConstantInt::get(m_.i1, in.imm != 0));
  Set(in, llvm::ConstantInt::get(
              llvm::cast<llvm::IntegerType>(w.type[0]),
              llvm::APInt(64, static_cast<uint64_t>(in.imm))
                  .trunc(w.type[0]->getIntegerBitWidth())));
}

void FuncContext::LowerConstFloat(const Inst& in) {
  const Words& w = WordsOf(in.type);
  if (w.type[0] == m_.f32) {
    return Set(in, llvm::ConstantFP::get(m_.llvm, llvm::APFloat(static_cast<float>(in.fimm))));
  }
  Set(in, llvm::ConstantFP::get(m_.llvm, llvm::APFloat(in.fimm)));
}

void FuncContext::LowerConstComplex(const Inst& in) {
  auto part = [&](double d) -> V {
    return WordsOf(in.type).type[0] == m_.f32
               ? llvm::ConstantFP::get(m_.llvm, llvm::APFloat(static_cast<float>(d)))
               : llvm::ConstantFP::get(m_.llvm, llvm::APFloat(d));
  };
  Set(in, Val(part(in.fimm), part(in.fimm2)));
}

void FuncContext::LowerConstString(const Inst& in) {
  Set(in, Val(m_.StringBytes(in.text), m_.Int64(static_cast<int64_t>(in.text.size()))));
}

void FuncContext::LowerZero(const Inst& in) {
  const Words& w = WordsOf(in.type);
  Val v;
  v.n = w.count;
  for (int i = 0; i < w.count; i++) v.w[i] = llvm::Constant::getNullValue(w.type[i]);
  Set(in, v);
}

void FuncContext::LowerFuncAddr(const Inst& in) { Set(in, m_.StaticClosure(in.callee)); }

void FuncContext::LowerGlobalAddr(const Inst& in) {
  if (layout_.SizeOf(in.global->type) == 0) return Set(in, m_.ZeroBase());
  Set(in, At(LoadTls(rt::kTlsGlobals, m_.ptr, /*invariant=*/true), in.global->offset));
}

void FuncContext::LowerStaticAddr(const Inst& in) { Set(in, m_.DataOf(in.data)); }
void FuncContext::LowerTypeAddr(const Inst& in) { Set(in, m_.TypeDesc(in.elem)); }
void FuncContext::LowerItabAddr(const Inst& in) { Set(in, m_.ItabOf(in.elem, in.elem2)); }

// ---- arithmetic

#define GOL_BINARY(name, on_int, on_float)                                   \
  void FuncContext::Lower##name(const Inst& in) {                            \
    const Words& w = WordsOf(in.type);                                       \
    if (w.count == 2) return Set(in, ComplexOp(in));                         \
    V a = Word(in, 0), b = Word(in, 1);                                      \
    Set(in, w.is_float(0) ? b_.on_float(a, b) : b_.on_int(a, b));            \
  }
GOL_BINARY(Add, CreateAdd, CreateFAdd)
GOL_BINARY(Sub, CreateSub, CreateFSub)
GOL_BINARY(Mul, CreateMul, CreateFMul)
#undef GOL_BINARY

Val FuncContext::ComplexOp(const Inst& in) {
  const Val &a = Arg(in, 0), &b = Arg(in, 1);
  switch (in.op) {
    case ir::Op::kAdd: return Val(b_.CreateFAdd(a.w[0], b.w[0]), b_.CreateFAdd(a.w[1], b.w[1]));
    case ir::Op::kSub: return Val(b_.CreateFSub(a.w[0], b.w[0]), b_.CreateFSub(a.w[1], b.w[1]));
    case ir::Op::kMul: {
      // In double precision for complex64 too, as the Go compiler does.
      V x[2], y[2];
      for (int i = 0; i < 2; i++) {
        x[i] = b_.CreateFPCast(a.w[i], m_.f64);
        y[i] = b_.CreateFPCast(b.w[i], m_.f64);
      }
      V re = b_.CreateFSub(b_.CreateFMul(x[0], y[0]), b_.CreateFMul(x[1], y[1]));
      V im = b_.CreateFAdd(b_.CreateFMul(x[0], y[1]), b_.CreateFMul(x[1], y[0]));
      llvm::Type* part = WordsOf(in.type).type[0];
      return Val(b_.CreateFPCast(re, part), b_.CreateFPCast(im, part));
    }
    default: break;
  }
  // Division, in double precision as Go does for complex64 too.
  V out = FrameSlot(16, 8);
  V args[5] = {out};
  for (int i = 0; i < 2; i++) {
    args[1 + i] = b_.CreateFPCast(a.w[i], m_.f64);
    args[3 + i] = b_.CreateFPCast(b.w[i], m_.f64);
  }
  CallEntry(EntryPoint::k_complex128div, args);
  llvm::Type* part = WordsOf(in.type).type[0];
  return Val(b_.CreateFPCast(b_.CreateLoad(m_.f64, out), part),
             b_.CreateFPCast(b_.CreateLoad(m_.f64, At(out, 8)), part));
}

V FuncContext::IntDivRem(const Inst& in, bool rem) {
  const Words& w = WordsOf(in.type);
  V a = Word(in, 0), b = Word(in, 1);
  if (!w.is_signed) return rem ? b_.CreateURem(a, b) : b_.CreateUDiv(a, b);
  llvm::Type* type = a->getType();
  if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(b); c != nullptr && !c->isMinusOne()) {
    return rem ? b_.CreateSRem(a, b) : b_.CreateSDiv(a, b);
  }
  if (type->getIntegerBitWidth() < 32) {
    // No overflow in 32 bits; the machine divides no narrower.
    V wa = b_.CreateSExt(a, m_.i32), wb = b_.CreateSExt(b, m_.i32);
    return b_.CreateTrunc(rem ? b_.CreateSRem(wa, wb) : b_.CreateSDiv(wa, wb), type);
  }
  V minus_one = b_.CreateICmpEQ(b, llvm::Constant::getAllOnesValue(type));
  V divisor = b_.CreateSelect(minus_one, llvm::ConstantInt::get(type, 1), b);
  if (rem) return b_.CreateSRem(a, divisor);
  return b_.CreateSelect(minus_one, b_.CreateNeg(a), b_.CreateSDiv(a, divisor));
}

void FuncContext::LowerDiv(const Inst& in) {
  const Words& w = WordsOf(in.type);
  if (w.count == 2) return Set(in, ComplexOp(in));
  Set(in, w.is_float(0) ? b_.CreateFDiv(Word(in, 0), Word(in, 1)) : IntDivRem(in, false));
}

void FuncContext::LowerRem(const Inst& in) { Set(in, IntDivRem(in, true)); }
void FuncContext::LowerAnd(const Inst& in) { Set(in, b_.CreateAnd(Word(in, 0), Word(in, 1))); }
void FuncContext::LowerOr(const Inst& in) { Set(in, b_.CreateOr(Word(in, 0), Word(in, 1))); }
void FuncContext::LowerXor(const Inst& in) { Set(in, b_.CreateXor(Word(in, 0), Word(in, 1))); }
void FuncContext::LowerAndNot(const Inst& in) {
  Set(in, b_.CreateAnd(Word(in, 0), b_.CreateNot(Word(in, 1))));
}

V FuncContext::Shift(const Inst& in, bool left) {
  const bool is_signed = WordsOf(in.type).is_signed;
  V a = Word(in, 0), count = Word(in, 1);
  auto* type = llvm::cast<llvm::IntegerType>(a->getType());
  const unsigned width = type->getBitWidth();
  if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(count)) {
    if (c->getValue().uge(width)) {
      if (left || !is_signed) return llvm::ConstantInt::get(type, 0);
      return b_.CreateAShr(a, width - 1);
    }
    const uint64_t n = c->getZExtValue();
    return left ? b_.CreateShl(a, n) : is_signed ? b_.CreateAShr(a, n) : b_.CreateLShr(a, n);
  }
  V limit = llvm::ConstantInt::get(count->getType(), width);
  V big = b_.CreateICmpUGE(count, limit);
  V n = b_.CreateZExtOrTrunc(count, type);
  if (!left && is_signed) {
    return b_.CreateAShr(a, b_.CreateSelect(big, llvm::ConstantInt::get(type, width - 1), n));
  }
  // Masked, so that the shift is defined where its result is not used.
  V masked = b_.CreateAnd(n, llvm::ConstantInt::get(type, width - 1));
  V shifted = left ? b_.CreateShl(a, masked) : b_.CreateLShr(a, masked);
  return b_.CreateSelect(big, llvm::ConstantInt::get(type, 0), shifted);
}

void FuncContext::LowerShl(const Inst& in) { Set(in, Shift(in, true)); }
void FuncContext::LowerShr(const Inst& in) { Set(in, Shift(in, false)); }

void FuncContext::LowerNeg(const Inst& in) {
  const Val& a = Arg(in, 0);
  const Words& w = WordsOf(in.type);
  if (w.count == 2) return Set(in, Val(b_.CreateFNeg(a.w[0]), b_.CreateFNeg(a.w[1])));
  Set(in, w.is_float(0) ? b_.CreateFNeg(a.w[0]) : b_.CreateNeg(a.w[0]));
}

void FuncContext::LowerNot(const Inst& in) { Set(in, b_.CreateNot(Word(in, 0))); }

void FuncContext::LowerMin(const Inst& in) {
  const Words& w = WordsOf(in.type);
  const auto id = w.is_float(0)  ? llvm::Intrinsic::minimum
                  : w.is_signed ? llvm::Intrinsic::smin
                                : llvm::Intrinsic::umin;
  Set(in, b_.CreateBinaryIntrinsic(id, Word(in, 0), Word(in, 1)));
}

void FuncContext::LowerMax(const Inst& in) {
  const Words& w = WordsOf(in.type);
  const auto id = w.is_float(0)  ? llvm::Intrinsic::maximum
                  : w.is_signed ? llvm::Intrinsic::smax
                                : llvm::Intrinsic::umax;
  Set(in, b_.CreateBinaryIntrinsic(id, Word(in, 0), Word(in, 1)));
}

// ---- conversion

V FuncContext::CvttSd(V v, bool to64) {
  const bool is_double = v->getType() == m_.f64;
  auto* vec = llvm::FixedVectorType::get(v->getType(), is_double ? 2 : 4);
  V x = b_.CreateInsertElement(llvm::Constant::getNullValue(vec), v, m_.Int64(0));
  const auto id = is_double ? (to64 ? llvm::Intrinsic::x86_sse2_cvttsd2si64
                                    : llvm::Intrinsic::x86_sse2_cvttsd2si)
                            : (to64 ? llvm::Intrinsic::x86_sse_cvttss2si64
                                    : llvm::Intrinsic::x86_sse_cvttss2si);
  return b_.CreateIntrinsic(id, {}, {x});
}

V FuncContext::FloatToInt(V v, Type* from, Type* to) {
  const Words& t = WordsOf(to);
  const unsigned bits = t.type[0]->getIntegerBitWidth();
  if (bits == 64 && !t.is_signed) {
    // At and above 2^63 the difference is converted, and the high bit put back.
    V limit = llvm::ConstantFP::get(v->getType(), 9223372036854775808.0);
    V small = b_.CreateFCmpOLT(v, limit);
    V low = CvttSd(v, true);
    V high = b_.CreateOr(CvttSd(b_.CreateFSub(v, limit), true),
                          llvm::ConstantInt::get(m_.i64, uint64_t{1} << 63));
    return b_.CreateSelect(small, low, high);
  }
  if (bits == 64) return CvttSd(v, true);
  if (bits == 32) return t.is_signed ? CvttSd(v, false) : b_.CreateTrunc(CvttSd(v, true), m_.i32);
  return b_.CreateTrunc(CvttSd(v, false), t.type[0]);
}

void FuncContext::LowerConvert(const Inst& in) {
  Type* from = ArgType(in, 0);
  const Words &f = WordsOf(from), &t = WordsOf(in.type);
  const Val& a = Arg(in, 0);
  if (t.count == 2) {
    return Set(in, Val(b_.CreateFPCast(a.w[0], t.type[0]), b_.CreateFPCast(a.w[1], t.type[1])));
  }
  const bool from_float = f.is_float(0), to_float = t.is_float(0);
  V v = a.w[0];
  if (from_float && to_float) return Set(in, b_.CreateFPCast(v, t.type[0]));
  if (from_float) return Set(in, FloatToInt(v, from, in.type));
  if (to_float) {
    return Set(in, f.is_signed ? b_.CreateSIToFP(v, t.type[0]) : b_.CreateUIToFP(v, t.type[0]));
  }
  if (v->getType()->isPointerTy() || t.type[0]->isPointerTy()) return LowerBitcast(in);
  Set(in, f.is_signed ? b_.CreateSExtOrTrunc(v, t.type[0]) : b_.CreateZExtOrTrunc(v, t.type[0]));
}

// A pointer with the value of an integer that is computed from one: unsafe.Pointer(uintptr(p) + n). LLVM must not see
// the integer alone: it would move the conversion of p away from here, out of a loop, and nothing would keep
// p's object between. Null where the integer is of another form.
V FuncContext::PointerOf(ir::ValueId integer, int depth) {
  constexpr int kMaxDepth = 4;
  const Inst& in = f_.inst(integer);
  switch (in.op) {
    case ir::Op::kBitcast:
    case ir::Op::kConvert: {
      const Val& from = vals_[in.args[0].index];
      return from.n == 1 && from.w[0]->getType()->isPointerTy() ? from.w[0] : nullptr;
    }
    case ir::Op::kAdd:
    case ir::Op::kSub:
    case ir::Op::kAnd:
    case ir::Op::kAndNot:
      break;
    default:
      return nullptr;
  }
  if (depth == kMaxDepth || Word(in, 1)->getType() != m_.i64) return nullptr;
  V base = PointerOf(in.args[0], depth + 1), n = Word(in, 1);
  if (base == nullptr && in.op == ir::Op::kAdd) {
    base = PointerOf(in.args[1], depth + 1);
    n = Word(in, 0);
  }
  if (base == nullptr) return nullptr;
  if (in.op == ir::Op::kAdd) return b_.CreateGEP(m_.i8, base, n);
  if (in.op == ir::Op::kSub) return b_.CreateGEP(m_.i8, base, b_.CreateNeg(n));
  if (in.op == ir::Op::kAndNot) n = b_.CreateNot(n);
  return b_.CreateIntrinsic(llvm::Intrinsic::ptrmask, {m_.ptr, m_.i64}, {base, n});
}

void FuncContext::LowerBitcast(const Inst& in) {
  const Words& t = WordsOf(in.type);
  Val v = Arg(in, 0);
  if (v.n == 1 && t.type[0]->isPointerTy() && !v.w[0]->getType()->isPointerTy()) {
    if (V p = PointerOf(in.args[0], 0)) return Set(in, p);
  }
  for (int i = 0; i < v.n; i++) {
    llvm::Type* have = v.w[i]->getType();
    if (have == t.type[i]) continue;
    if (have->isPointerTy()) v.w[i] = b_.CreatePtrToInt(v.w[i], t.type[i]);
    else if (t.type[i]->isPointerTy()) v.w[i] = b_.CreateIntToPtr(v.w[i], t.type[i]);
    else v.w[i] = b_.CreateBitCast(v.w[i], t.type[i]);
  }
  Set(in, v);
}

void FuncContext::LowerMakeComplex(const Inst& in) { Set(in, Val(Word(in, 0), Word(in, 1))); }
void FuncContext::LowerReal(const Inst& in) { Set(in, Arg(in, 0).w[0]); }
void FuncContext::LowerImag(const Inst& in) { Set(in, Arg(in, 0).w[1]); }

// ---- comparison

V FuncContext::Compare(const Inst& in, int predicate) {
  // Predicates in the order Eq, Ne, Lt, Le, Gt, Ge.
  using P = llvm::CmpInst::Predicate;
  static constexpr P kSigned[] = {P::ICMP_EQ,  P::ICMP_NE,  P::ICMP_SLT,
                                  P::ICMP_SLE, P::ICMP_SGT, P::ICMP_SGE};
  static constexpr P kUnsigned[] = {P::ICMP_EQ,  P::ICMP_NE,  P::ICMP_ULT,
                                    P::ICMP_ULE, P::ICMP_UGT, P::ICMP_UGE};
  static constexpr P kFloat[] = {P::FCMP_OEQ, P::FCMP_UNE, P::FCMP_OLT,
                                 P::FCMP_OLE, P::FCMP_OGT, P::FCMP_OGE};
  const Val &a = Arg(in, 0), &b = Arg(in, 1);
  Type* type = ArgType(in, 0);
  const Words& w = WordsOf(type);
  if (w.is_float(0)) {
    V r = b_.CreateFCmp(kFloat[predicate], a.w[0], b.w[0]);
    if (w.count == 1) return r;
    V i = b_.CreateFCmp(kFloat[predicate], a.w[1], b.w[1]);
    return predicate == 0 ? b_.CreateAnd(r, i) : b_.CreateOr(r, i);
  }
  // Of a slice, which is compared against nil only, the first word tells.
  return b_.CreateICmp((w.is_signed ? kSigned : kUnsigned)[predicate], a.w[0], b.w[0]);
}

void FuncContext::LowerEq(const Inst& in) { Set(in, Compare(in, 0)); }
void FuncContext::LowerNe(const Inst& in) { Set(in, Compare(in, 1)); }
void FuncContext::LowerLt(const Inst& in) { Set(in, Compare(in, 2)); }
void FuncContext::LowerLe(const Inst& in) { Set(in, Compare(in, 3)); }
void FuncContext::LowerGt(const Inst& in) { Set(in, Compare(in, 4)); }
void FuncContext::LowerGe(const Inst& in) { Set(in, Compare(in, 5)); }

}  // namespace gol::jit
