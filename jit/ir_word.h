// A 64-bit word of runtime/abi/map_hash.h whose operators emit instructions. Internal to jit/.
#pragma once

#include <cstdint>

#include "llvm/IR/IRBuilder.h"

namespace gol::jit {

struct IrWord {
  llvm::IRBuilder<>* b;
  llvm::Value* v;
  IrWord Of(llvm::Value* value) const { return {b, value}; }
  friend IrWord operator^(IrWord x, IrWord y) { return x.Of(x.b->CreateXor(x.v, y.v)); }
  friend IrWord operator^(IrWord x, uint64_t y) { return x.Of(x.b->CreateXor(x.v, y)); }
  friend IrWord operator|(IrWord x, uint64_t y) { return x.Of(x.b->CreateOr(x.v, y)); }
  friend IrWord operator*(IrWord x, uint64_t y) {
    return x.Of(x.b->CreateMul(x.v, x.b->getInt64(y)));
  }
  friend IrWord Rotl(IrWord x, IrWord n) {
    return x.Of(x.b->CreateIntrinsic(llvm::Intrinsic::fshl, {x.v->getType()}, {x.v, x.v, n.v}));
  }
  friend IrWord Rotl(IrWord x, uint64_t n) { return Rotl(x, x.Of(x.b->getInt64(n))); }
  friend IrWord MulFold(IrWord x, IrWord y) {
    llvm::IRBuilder<>& b = *x.b;
    llvm::Type* i128 = b.getInt128Ty();
    llvm::Value* product = b.CreateMul(b.CreateZExt(x.v, i128), b.CreateZExt(y.v, i128));
    return x.Of(b.CreateXor(b.CreateTrunc(product, b.getInt64Ty()),
                            b.CreateTrunc(b.CreateLShr(product, 64), b.getInt64Ty())));
  }
};

}  // namespace gol::jit
