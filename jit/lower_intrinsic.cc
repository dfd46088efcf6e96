// FuncContext: functions of standard packages that are written out where called
// (ir/intrinsics.def).
//
// Atomic stores of pointers go through the write barrier: while marking, the old and the new value
// are shaded (gol_rt_gcWriteBarrier on a copy of the slot) before the exchange is made. A value
// that another thread stores in between was shaded by that thread.
#include "jit/lower.h"

#include "base/check.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Intrinsics.h"

namespace gol::jit {

using ir::Intrinsic;
using rt::EntryPoint;

void FuncContext::LowerCallIntrinsic(const Inst& in) {
  const auto id = static_cast<Intrinsic>(in.imm);
  if (id == Intrinsic::kKeepAlive) return LowerKeepAlive(in);
  if (id >= Intrinsic::kAtomicLoadInt32 && id <= Intrinsic::kAtomicOrUint64) {
    return LowerAtomic(in, id);
  }
  if (id >= Intrinsic::kLeadingZeros8 && id <= Intrinsic::kSub64) return LowerBits(in, id);
  LowerMath(in, id);
}

void FuncContext::LowerMath(const Inst& in, Intrinsic id) {
  V x = Word(in, 0);
  auto unary = [&](llvm::Intrinsic::ID i) { SetTuple(in, {Val(b_.CreateUnaryIntrinsic(i, x))}); };
  switch (id) {
    case Intrinsic::kSqrt: return unary(llvm::Intrinsic::sqrt);
    case Intrinsic::kFloor: return unary(llvm::Intrinsic::floor);
    case Intrinsic::kCeil: return unary(llvm::Intrinsic::ceil);
    case Intrinsic::kTrunc: return unary(llvm::Intrinsic::trunc);
    case Intrinsic::kRoundToEven: return unary(llvm::Intrinsic::roundeven);
    case Intrinsic::kAbs: return unary(llvm::Intrinsic::fabs);
    case Intrinsic::kCopysign:
      return SetTuple(in, {Val(b_.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, x,
                                                        Word(in, 1)))});
    case Intrinsic::kFMA:
      return SetTuple(in, {Val(b_.CreateIntrinsic(llvm::Intrinsic::fma, {m_.f64},
                                                  {x, Word(in, 1), Word(in, 2)}))});
    case Intrinsic::kFloat64bits: return SetTuple(in, {Val(b_.CreateBitCast(x, m_.i64))});
    case Intrinsic::kFloat64frombits: return SetTuple(in, {Val(b_.CreateBitCast(x, m_.f64))});
    case Intrinsic::kFloat32bits: return SetTuple(in, {Val(b_.CreateBitCast(x, m_.i32))});
    case Intrinsic::kFloat32frombits: return SetTuple(in, {Val(b_.CreateBitCast(x, m_.f32))});
    default: GOL_UNREACHABLE("intrinsic");
  }
}

void FuncContext::LowerBits(const Inst& in, Intrinsic id) {
  V x = Word(in, 0);
  llvm::Type* type = x->getType();
  auto count = [&](llvm::Intrinsic::ID i, bool has_flag) {
    V n = has_flag ? b_.CreateBinaryIntrinsic(i, x, llvm::ConstantInt::getFalse(m_.llvm))
                   : b_.CreateUnaryIntrinsic(i, x);
    SetTuple(in, {Val(b_.CreateZExtOrTrunc(n, m_.i64))});
  };
  switch (id) {
    case Intrinsic::kLeadingZeros8:
    case Intrinsic::kLeadingZeros16:
    case Intrinsic::kLeadingZeros32:
    case Intrinsic::kLeadingZeros64:
    case Intrinsic::kLeadingZeros:
      return count(llvm::Intrinsic::ctlz, true);
    case Intrinsic::kTrailingZeros8:
    case Intrinsic::kTrailingZeros16:
    case Intrinsic::kTrailingZeros32:
    case Intrinsic::kTrailingZeros64:
    case Intrinsic::kTrailingZeros:
      return count(llvm::Intrinsic::cttz, true);
    case Intrinsic::kOnesCount8:
    case Intrinsic::kOnesCount16:
    case Intrinsic::kOnesCount32:
    case Intrinsic::kOnesCount64:
    case Intrinsic::kOnesCount:
      return count(llvm::Intrinsic::ctpop, false);
    case Intrinsic::kRotateLeft8:
    case Intrinsic::kRotateLeft16:
    case Intrinsic::kRotateLeft32:
    case Intrinsic::kRotateLeft64:
    case Intrinsic::kRotateLeft: {
      // The count is taken modulo the width, a power of two; so are negative ones.
      V n = b_.CreateZExtOrTrunc(Word(in, 1), type);
      return SetTuple(in, {Val(b_.CreateIntrinsic(llvm::Intrinsic::fshl, {type}, {x, x, n}))});
    }
    case Intrinsic::kReverseBytes16:
    case Intrinsic::kReverseBytes32:
    case Intrinsic::kReverseBytes64:
    case Intrinsic::kReverseBytes:
      return SetTuple(in, {Val(b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, x))});
    case Intrinsic::kMul64: {
      llvm::Type* wide = llvm::Type::getInt128Ty(m_.llvm);
      V p = b_.CreateMul(b_.CreateZExt(x, wide), b_.CreateZExt(Word(in, 1), wide));
      return SetTuple(in, {Val(b_.CreateTrunc(b_.CreateLShr(p, 64), m_.i64)),
                           Val(b_.CreateTrunc(p, m_.i64))});
    }
    case Intrinsic::kAdd64:
    case Intrinsic::kSub64: {
      const auto op = id == Intrinsic::kAdd64 ? llvm::Intrinsic::uadd_with_overflow
                                              : llvm::Intrinsic::usub_with_overflow;
      V one = b_.CreateBinaryIntrinsic(op, x, Word(in, 1));
      V two = b_.CreateBinaryIntrinsic(op, b_.CreateExtractValue(one, 0), Word(in, 2));
      V carry = b_.CreateOr(b_.CreateExtractValue(one, 1), b_.CreateExtractValue(two, 1));
      return SetTuple(in, {Val(b_.CreateExtractValue(two, 0)), Val(b_.CreateZExt(carry, m_.i64))});
    }
    default: GOL_UNREACHABLE("intrinsic");
  }
}

void FuncContext::LowerAtomic(const Inst& in, Intrinsic id) {
  constexpr auto kOrder = llvm::AtomicOrdering::SequentiallyConsistent;
  V address = Word(in, 0);
  auto value_type = [&](size_t i) { return Word(in, i)->getType(); };
  auto align_of = [](llvm::Type* t) {
    return llvm::Align(t->isPointerTy() ? 8 : t->getIntegerBitWidth() / 8);
  };
  // All accesses are volatile: an address that LLVM finds to be nil must fault, others are undefined
  // behaviour to it.
  // Shades what the slot holds and what will be stored.
  auto barrier = [&](V value) {
    auto* marking = NewBlock("barrier");
    auto* done = NewBlock("atomic");
    b_.CreateCondBr(BarrierOn(), marking, done, m_.unlikely);
    b_.SetInsertPoint(marking);
    V copy = FrameSlot(8, 8);
    auto* old = b_.CreateAlignedLoad(m_.ptr, address, llvm::Align(8));
    old->setAtomic(kOrder);
    old->setVolatile(true);
    b_.CreateStore(old, copy);
    CallEntry(EntryPoint::k_gcWriteBarrier, {copy, value});
    b_.CreateBr(done);
    b_.SetInsertPoint(done);
  };
  auto rmw = [&](llvm::AtomicRMWInst::BinOp op, V v) {
    auto* in_place = b_.CreateAtomicRMW(op, address, v, align_of(v->getType()), kOrder);
    in_place->setVolatile(true);
    return in_place;
  };
  switch (id) {
    case Intrinsic::kAtomicLoadInt32:
    case Intrinsic::kAtomicLoadInt64:
    case Intrinsic::kAtomicLoadUint32:
    case Intrinsic::kAtomicLoadUint64:
    case Intrinsic::kAtomicLoadUintptr:
    case Intrinsic::kAtomicLoadPointer: {
      llvm::Type* type = id == Intrinsic::kAtomicLoadPointer ? m_.ptr
                         : id == Intrinsic::kAtomicLoadInt32 ||
                                 id == Intrinsic::kAtomicLoadUint32
                             ? m_.i32
                             : m_.i64;
      auto* load = b_.CreateAlignedLoad(type, address, align_of(type));
      load->setAtomic(kOrder);
      load->setVolatile(true);
      return SetTuple(in, {Val(load)});
    }
    case Intrinsic::kAtomicStorePointer:
      barrier(Word(in, 1));
      [[fallthrough]];
    case Intrinsic::kAtomicStoreInt32:
    case Intrinsic::kAtomicStoreInt64:
    case Intrinsic::kAtomicStoreUint32:
    case Intrinsic::kAtomicStoreUint64:
    case Intrinsic::kAtomicStoreUintptr: {
      auto* store = b_.CreateAlignedStore(Word(in, 1), address, align_of(value_type(1)));
      store->setAtomic(kOrder);
      store->setVolatile(true);
      return;
    }
    case Intrinsic::kAtomicSwapPointer:
      barrier(Word(in, 1));
      [[fallthrough]];
    case Intrinsic::kAtomicSwapInt32:
    case Intrinsic::kAtomicSwapInt64:
    case Intrinsic::kAtomicSwapUint32:
    case Intrinsic::kAtomicSwapUint64:
    case Intrinsic::kAtomicSwapUintptr:
      return SetTuple(in, {Val(rmw(llvm::AtomicRMWInst::Xchg, Word(in, 1)))});
    case Intrinsic::kAtomicCasPointer:
      barrier(Word(in, 2));
      [[fallthrough]];
    case Intrinsic::kAtomicCasInt32:
    case Intrinsic::kAtomicCasInt64:
    case Intrinsic::kAtomicCasUint32:
    case Intrinsic::kAtomicCasUint64:
    case Intrinsic::kAtomicCasUintptr: {
      auto* pair = b_.CreateAtomicCmpXchg(address, Word(in, 1), Word(in, 2),
                                          align_of(value_type(1)), kOrder, kOrder);
      pair->setVolatile(true);
      return SetTuple(in, {Val(b_.CreateExtractValue(pair, 1))});
    }
    case Intrinsic::kAtomicAddInt32:
    case Intrinsic::kAtomicAddInt64:
    case Intrinsic::kAtomicAddUint32:
    case Intrinsic::kAtomicAddUint64:
    case Intrinsic::kAtomicAddUintptr: {
      V delta = Word(in, 1);
      return SetTuple(in, {Val(b_.CreateAdd(rmw(llvm::AtomicRMWInst::Add, delta), delta))});
    }
    case Intrinsic::kAtomicAndInt32:
    case Intrinsic::kAtomicAndUint32:
    case Intrinsic::kAtomicAndInt64:
    case Intrinsic::kAtomicAndUint64:
      return SetTuple(in, {Val(rmw(llvm::AtomicRMWInst::And, Word(in, 1)))});
    case Intrinsic::kAtomicOrInt32:
    case Intrinsic::kAtomicOrUint32:
    case Intrinsic::kAtomicOrInt64:
    case Intrinsic::kAtomicOrUint64:
      return SetTuple(in, {Val(rmw(llvm::AtomicRMWInst::Or, Word(in, 1)))});
    default: GOL_UNREACHABLE("intrinsic");
  }
}

}  // namespace gol::jit
