// FuncContext: maps.
//
// Inlined paths. For keys of four and eight bytes without pointers, look-up and assignment write
// out what nearly every operation does: hash, bucket address, comparison of all eight tophashes at
// once in a vector register, key comparison. The inlined code mirrors map_detail::Find and Assign
// in runtime/map/map_fast_inl.h and the hash function in runtime/map/hash.h; change them together.
//
//   find:    map null or empty -> nil. Being written or growing -> call.
//            key in its first bucket -> address of the elem.
//            not there, and the bucket's last slot says that nothing follows -> nil; else call.
//   assign:  null, being written, growing, or without buckets -> call.
//            key in its first bucket -> address of the elem; else call.
//
// A map that is being written is left to the call, which reports the race as the out-of-line
// functions do. An overwrite does not set the writing flag: it changes nothing that another
// writer could trip over.
#include "jit/lower.h"

#include <cstddef>

#include "base/check.h"
#include "llvm/IR/Intrinsics.h"

namespace gol::jit {

using rt::EntryPoint;
using rt::hmap;
using rt::MapFast;

namespace {
// Of runtime/map/hash.h.
constexpr uint64_t kHashK0 = 0xa0761d6478bd642f;
constexpr uint64_t kHashK1 = 0xe7037ed1a0b428db;

EntryPoint Pick(MapFast fast, EntryPoint general, EntryPoint k32, EntryPoint k64,
                EntryPoint str) {
  switch (fast) {
    case MapFast::k32: return k32;
    case MapFast::k64: return k64;
    case MapFast::kStr: return str;
    default: return general;
  }
}
}  // namespace

// The arguments of a map function: descriptor, map, key.
std::vector<V> FuncContext::MapArgs(const Inst& in) {
  Type* map_type = ArgType(in, 0);
  auto* map = types::UnderAs<types::Map>(map_type);
  std::vector<V> args = {m_.TypeDesc(map_type), Word(in, 0)};
  switch (layout_.MapKindOf(map_type)) {
    case MapFast::kStr:
      args.push_back(Arg(in, 1).w[0]);
      args.push_back(Arg(in, 1).w[1]);
      break;
    case MapFast::k32:
    case MapFast::k64:
      args.push_back(Word(in, 1));
      break;
    default:
      args.push_back(AsMemory(in, 1, map->key));
      break;
  }
  return args;
}

// What find and assign share after the map was found fit: looks for the key in its first bucket.
// Goes to `hit` with the elem's address, or to `miss`; *bucket is the bucket then.
V FuncContext::ProbeBucket(V map, V key, const ir::MapLayout& l, llvm::BasicBlock* hit,
                           llvm::BasicBlock* miss, V* bucket) {
  auto field = [&](size_t offset) { return At(map, static_cast<int64_t>(offset)); };
  // seed = (hash0 twice ^ K1) | 1; hash = both halves of (key ^ K0) * seed folded.
  V hash0 = b_.CreateZExt(b_.CreateLoad(m_.i32, field(offsetof(hmap, hash0))), m_.i64);
  V twice = b_.CreateOr(b_.CreateShl(hash0, 32), hash0);
  V seed = b_.CreateOr(b_.CreateXor(twice, m_.Int64(static_cast<int64_t>(kHashK1))), 1);
  V wide_key = b_.CreateXor(b_.CreateZExt(key, m_.i64), m_.Int64(static_cast<int64_t>(kHashK0)));
  llvm::Type* i128 = llvm::Type::getInt128Ty(m_.llvm);
  V product = b_.CreateMul(b_.CreateZExt(wide_key, i128), b_.CreateZExt(seed, i128));
  V hash = b_.CreateXor(b_.CreateTrunc(product, m_.i64),
                        b_.CreateTrunc(b_.CreateLShr(product, 64), m_.i64));

  V log2 = b_.CreateZExt(b_.CreateLoad(m_.i8, field(offsetof(hmap, B))), m_.i64);
  V bits = b_.CreateAnd(log2, m_.Int64(63));
  V mask = b_.CreateXor(b_.CreateShl(m_.Int64(-1), bits), m_.Int64(-1));
  V index = b_.CreateAnd(hash, mask);
  V buckets = b_.CreateLoad(m_.ptr, field(offsetof(hmap, buckets)));
  V b = b_.CreateInBoundsGEP(m_.i8, buckets,
                             b_.CreateMul(index, m_.Int64(l.bucket_size), "", true, true));
  *bucket = b;

  V top = b_.CreateTrunc(b_.CreateLShr(hash, 56), m_.i8);
  V small = b_.CreateICmpULT(top, llvm::ConstantInt::get(m_.i8, rt::kMinTopHash));
  top = b_.CreateSelect(small, b_.CreateAdd(top, llvm::ConstantInt::get(m_.i8, rt::kMinTopHash)),
                        top);
  auto* v16 = llvm::FixedVectorType::get(m_.i8, 16);
  auto* v2 = llvm::FixedVectorType::get(m_.i64, 2);
  V tops = b_.CreateInsertElement(llvm::Constant::getNullValue(v2),
                                  b_.CreateAlignedLoad(m_.i64, b, llvm::Align(8)), m_.Int64(0));
  V same = b_.CreateICmpEQ(b_.CreateBitCast(tops, v16), b_.CreateVectorSplat(16, top));
  V found = b_.CreateAnd(b_.CreateZExt(b_.CreateBitCast(same, m_.i16), m_.i32), 0xff);

  auto* before = b_.GetInsertBlock();
  auto* loop = NewBlock("map.match");
  auto* candidate = NewBlock("map.key");
  auto* again = NewBlock("map.next");
  b_.CreateBr(loop);
  b_.SetInsertPoint(loop);
  auto* left = b_.CreatePHI(m_.i32, 2);
  left->addIncoming(found, before);
  b_.CreateCondBr(b_.CreateICmpEQ(left, m_.Int32(0)), miss, candidate);
  b_.SetInsertPoint(candidate);
  V slot = b_.CreateZExt(
      b_.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, left, llvm::ConstantInt::getTrue(m_.llvm)),
      m_.i64);
  V slot_key = b_.CreateLoad(
      key->getType(), b_.CreateInBoundsGEP(key->getType(), At(b, l.keys_offset), slot));
  b_.CreateCondBr(b_.CreateICmpEQ(slot_key, key), hit, again, m_.likely);
  b_.SetInsertPoint(again);
  left->addIncoming(b_.CreateAnd(left, b_.CreateSub(left, m_.Int32(1))), again);
  b_.CreateBr(loop);

  b_.SetInsertPoint(hit);
  return b_.CreateInBoundsGEP(
      m_.i8, At(b, l.elems_offset),
      b_.CreateMul(slot, m_.Int64(l.elem_size), "", true, true));
}

bool FuncContext::InlinesMap(MapFast fast) const {
  return (fast == MapFast::k32 || fast == MapFast::k64) && m_.run.options.inline_maps &&
         !IsQuick();
}

void FuncContext::LowerMapFind(const Inst& in) {
  Type* map_type = ArgType(in, 0);
  const MapFast fast = layout_.MapKindOf(map_type);
  const EntryPoint call =
      Pick(fast, EntryPoint::k_mapaccess2, EntryPoint::k_mapaccess2_fast32,
           EntryPoint::k_mapaccess2_fast64, EntryPoint::k_mapaccess2_faststr);
  std::vector<V> args = MapArgs(in);
  if (!InlinesMap(fast)) return Set(in, CallEntry(call, args));

  V map = Word(in, 0), key = Word(in, 1);
  const ir::MapLayout& l = layout_.MapOf(map_type);
  auto* not_nil = NewBlock("map.find");
  auto* fit = NewBlock("map.fit");
  auto* probe = NewBlock("map.probe");
  auto* hit = NewBlock("map.hit");
  auto* miss = NewBlock("map.miss");
  auto* slow = NewBlock("map.slow");
  auto* done = NewBlock("map.done");
  auto* start = b_.GetInsertBlock();
  b_.CreateCondBr(b_.CreateIsNull(map), done, not_nil, m_.unlikely);
  b_.SetInsertPoint(not_nil);
  V count = b_.CreateLoad(m_.i64, At(map, offsetof(hmap, count)));
  b_.CreateCondBr(b_.CreateICmpEQ(count, m_.Int64(0)), done, fit);
  b_.SetInsertPoint(fit);
  V flags = b_.CreateLoad(m_.i8, At(map, offsetof(hmap, flags)));
  V writing = b_.CreateICmpNE(b_.CreateAnd(flags, rt::kHmapWriting),
                              llvm::ConstantInt::get(m_.i8, 0));
  V growing = b_.CreateIsNotNull(b_.CreateLoad(m_.ptr, At(map, offsetof(hmap, oldbuckets))));
  b_.CreateCondBr(b_.CreateOr(writing, growing), slow, probe, m_.unlikely);
  b_.SetInsertPoint(probe);
  V bucket;
  V elem = ProbeBucket(map, key, l, hit, miss, &bucket);
  b_.CreateBr(done);
  b_.SetInsertPoint(miss);
  V last = b_.CreateLoad(m_.i8, At(bucket, rt::kBucketCnt - 1));
  b_.CreateCondBr(b_.CreateICmpEQ(last, llvm::ConstantInt::get(m_.i8, rt::kEmptyRest)), done,
                  slow, m_.likely);
  b_.SetInsertPoint(slow);
  V called = CallEntry(call, args);
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.ptr, 5);
  phi->addIncoming(m_.Null(), start);
  phi->addIncoming(m_.Null(), not_nil);
  phi->addIncoming(elem, hit);
  phi->addIncoming(m_.Null(), miss);
  phi->addIncoming(called, slow);
  Set(in, phi);
}

void FuncContext::LowerMapAssign(const Inst& in) {
  Type* map_type = ArgType(in, 0);
  const MapFast fast = layout_.MapKindOf(map_type);
  const EntryPoint call =
      Pick(fast, EntryPoint::k_mapassign, EntryPoint::k_mapassign_fast32,
           EntryPoint::k_mapassign_fast64, EntryPoint::k_mapassign_faststr);
  std::vector<V> args = MapArgs(in);
  if (!InlinesMap(fast)) return Set(in, CallEntry(call, args));

  V map = Word(in, 0), key = Word(in, 1);
  const ir::MapLayout& l = layout_.MapOf(map_type);
  auto* fit = NewBlock("map.fit");
  auto* probe = NewBlock("map.probe");
  auto* hit = NewBlock("map.hit");
  auto* slow = NewBlock("map.slow");
  auto* done = NewBlock("map.done");
  b_.CreateCondBr(b_.CreateIsNull(map), slow, fit, m_.unlikely);
  b_.SetInsertPoint(fit);
  V flags = b_.CreateLoad(m_.i8, At(map, offsetof(hmap, flags)));
  V writing = b_.CreateICmpNE(b_.CreateAnd(flags, rt::kHmapWriting),
                              llvm::ConstantInt::get(m_.i8, 0));
  V growing = b_.CreateIsNotNull(b_.CreateLoad(m_.ptr, At(map, offsetof(hmap, oldbuckets))));
  V empty = b_.CreateIsNull(b_.CreateLoad(m_.ptr, At(map, offsetof(hmap, buckets))));
  b_.CreateCondBr(b_.CreateOr(b_.CreateOr(writing, growing), empty), slow, probe, m_.unlikely);
  b_.SetInsertPoint(probe);
  V bucket;
  V elem = ProbeBucket(map, key, l, hit, slow, &bucket);
  b_.CreateBr(done);
  b_.SetInsertPoint(slow);
  V called = CallEntry(call, args);
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.ptr, 2);
  phi->addIncoming(elem, hit);
  phi->addIncoming(called, slow);
  Set(in, phi);
}

void FuncContext::LowerMapDelete(const Inst& in) {
  CallEntry(Pick(layout_.MapKindOf(ArgType(in, 0)), EntryPoint::k_mapdelete,
                 EntryPoint::k_mapdelete_fast32, EntryPoint::k_mapdelete_fast64,
                 EntryPoint::k_mapdelete_faststr),
            MapArgs(in));
}

void FuncContext::LowerMapClear(const Inst& in) {
  CallEntry(EntryPoint::k_mapclear, {m_.TypeDesc(ArgType(in, 0)), Word(in, 0)});
}

V FuncContext::LengthOf(V p, int64_t offset) {
  auto* from = b_.GetInsertBlock();
  auto* load = NewBlock("len");
  auto* done = NewBlock("len.done");
  b_.CreateCondBr(b_.CreateIsNull(p), done, load);
  b_.SetInsertPoint(load);
  V n = b_.CreateLoad(m_.i64, At(p, offset));
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.i64, 2);
  phi->addIncoming(m_.Int64(0), from);
  phi->addIncoming(n, load);
  return phi;
}

void FuncContext::LowerMapLen(const Inst& in) {
  Set(in, LengthOf(Word(in, 0), offsetof(hmap, count)));
}

void FuncContext::LowerMapIterInit(const Inst& in) {
  CallEntry(EntryPoint::k_mapiterinit,
            {m_.TypeDesc(in.elem != nullptr ? in.elem : ArgType(in, 0)), Word(in, 0),
             Word(in, 1)});
}

void FuncContext::LowerMapIterNext(const Inst& in) {
  CallEntry(EntryPoint::k_mapiternext, {Word(in, 0)});
}

void FuncContext::LowerMapIterKey(const Inst& in) {
  Set(in, b_.CreateLoad(m_.ptr, At(Word(in, 0), offsetof(rt::hiter, key))));
}

void FuncContext::LowerMapIterElem(const Inst& in) {
  Set(in, b_.CreateLoad(m_.ptr, At(Word(in, 0), offsetof(rt::hiter, elem))));
}

}  // namespace gol::jit
