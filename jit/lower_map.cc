// FuncContext: maps.
//
// Inlined paths. Look-up, assignment and deletion write out what nearly every operation does: hash,
// bucket address, comparison of all eight tophashes at once in a vector register, key comparison. They are
// made by one generator for all keys that are compared by their bytes (integers, pointers, chans,
// structs and arrays of those) or are strings, and for all elems that stand in the bucket:
//
//   find:    being written or growing -> call.
//            first slot of its bucket with the tophash has the key -> address of the elem.
//            no slot has it, and the bucket's last slot says that nothing follows -> nil; else call.
//   assign:  null, being written, growing -> call.
//            first slot of its bucket with the tophash has the key -> address of the elem; else call.
//   delete:  as find; then the slot is emptied. The last slot of a bucket, after which another bucket may
//            follow, and a map's last entry -> call.
//   range:   the next of the slots that remain of the bucket, unless something happened to it -> key
//            and elem; else call (map_iter.cc).
//
// A map that is being written is left to the call, which reports the race. An assignment or deletion sets
// the writing flag while it looks for the key, as the out-of-line functions do, so that writers see each
// other.
// (These stores are volatile: nothing in between could see them, as far as LLVM knows.)
//
// The same element again. Where an operation before has found it, its address is used (ir/pass/map_elems.cc): no hash, no
// probe. An assignment looks at the flags still, and calls where the key was not there.
//
// Headers. A map without buckets, and one that is nil, is looked up in an empty bucket. What is read of a header
// is read once for a loop, where possible: map_heads.cc.
//
// One source. The arithmetic of hashes is runtime/abi/map_hash.h, instantiated here for IrWord, whose
// operators emit instructions, and in the runtime for uint64_t. The layout of buckets is
// ir::MapLayout, from which the runtime's descriptors are made. What remains to be kept alike by
// hand: the order of probing (map_detail::Find, Assign and Delete in runtime/map/map_fast_inl.h), and
// which bytes of a string are which word (ShortWords and HashBytes in runtime/map/hash.h).
//
// No loops. A second slot with the same tophash is one in 251 where there is one at all: the call takes
// care of it. So does it of strings over 16 bytes, next to whose hash a call costs little. A loop here
// would make LLVM run its loop passes over every function that uses a map.
//
// Short strings. Up to 16 bytes are two words, of which the hash is. 16 bytes are loaded at once, by an
// instruction that LLVM knows nothing of (it may read behind the string, which no load of a program may), and
// those behind the end are masked. A string so near to the end of a page that the next one might be
// touched is left to the call. Slots are compared likewise, so that the hit path of such a key has
// neither a call nor a branch on its length.
#include "jit/lower.h"

#include <cstddef>
#include <utility>

#include "base/check.h"
#include "jit/ir_word.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "runtime/abi/map_hash.h"

namespace gol::jit {

using rt::EntryPoint;
using rt::hmap;
using rt::MapFast;

namespace {

EntryPoint Pick(MapFast fast, EntryPoint general, EntryPoint k32, EntryPoint k64,
                EntryPoint str) {
  switch (fast) {
    case MapFast::k32: return k32;
    case MapFast::k64: return k64;
    case MapFast::kStr: return str;
    default: return general;
  }
}

// Keys of more bytes take longer to hash than a call takes.
constexpr int64_t kMaxInlineKey = 32;

// First buckets of maps in a frame. Larger ones take longer to clear than to allocate.
constexpr int64_t kMaxFrameBucket = 512;

// Operations outside of loops that are inlined in a module. Each takes a millisecond or two to compile.
constexpr int kMaxStraightMaps = 40;

}  // namespace

// A map that does not outlive the frame: its header, and its first bucket. It has no seed until it is assigned to
// (runtime/map/map_fast_inl.h), which the call does, since an empty bucket has no slot for any key.
V FuncContext::MapInFrame(Type* map_type) {
  const ir::MapLayout& l = layout_.MapOf(map_type);
  V map = FrameSlot(sizeof(hmap), alignof(hmap), "map");
  ZeroMemory(map, sizeof(hmap), alignof(hmap));
  if (l.bucket_size <= kMaxFrameBucket) {
    V bucket = FrameSlotOf(l.bucket, "bucket");
    ZeroMemory(bucket, l.bucket_size, layout_.AlignOf(l.bucket));
    b_.CreateStore(bucket, At(map, offsetof(hmap, buckets)));
  }
  if (!IsQuick()) NoteMapMade(b_, map);
  return map;
}

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

bool FuncContext::InlinesMap(const Inst& in, Type* map_type) {
  if (!m_.run.options.inline_maps || IsQuick()) return false;
  const ir::MapLayout& l = layout_.MapOf(map_type);
  if ((l.flags & (rt::kMapIndirectKey | rt::kMapIndirectElem)) != 0) return false;
  if (l.fast != MapFast::kStr) {
    Type* key = layout_.Canon(types::UnderAs<types::Map>(map_type)->key);
    if (layout_.EqualityOf(key) != ir::EqKind::kMemory || l.key_size == 0 ||
        l.key_size > kMaxInlineKey) {
      return false;
    }
  }
  // A program's compilation is part of its run.
  const bool is_in_loop = f_.blocks[in.block.index].loop_depth > 0;
  if (is_in_loop || m_.run.for_object) return true;
  return m_.num_straight_maps++ < kMaxStraightMaps;
}

// ---- keys

FuncContext::MapKey FuncContext::MakeMapKey(const Inst& in) {
  Type* map_type = ArgType(in, 0);
  Type* type = layout_.Canon(types::UnderAs<types::Map>(map_type)->key);
  MapKey key;
  key.size = layout_.SizeOf(type);
  if (layout_.MapKindOf(map_type) == MapFast::kStr) {
    key.kind = MapKey::kString;
    key.data = Word(in, 1);
    key.len = Arg(in, 1).w[1];
    return key;
  }
  const Words& w = WordsOf(type);
  if (w.count == 1) {
    key.kind = MapKey::kInt;
    V v = Word(in, 1);
    if (v->getType()->isPointerTy()) v = b_.CreatePtrToInt(v, m_.i64);
    if (v->getType() != w.mem[0] && !w.mem[0]->isPointerTy()) v = b_.CreateZExt(v, w.mem[0]);
    key.data = v;
    return key;
  }
  key.kind = MapKey::kBytes;
  key.data = w.count == 0 ? Word(in, 1) : AsMemory(in, 1, type);
  return key;
}

// The words of the n <= kHashShort bytes at p: see ShortWords. n is a constant.
std::pair<V, V> FuncContext::ShortWords(V p, V n) {
  const int64_t bytes = llvm::cast<llvm::ConstantInt>(n)->getSExtValue();
  auto load = [&](llvm::Type* t, int64_t at) -> V {
    return b_.CreateZExt(b_.CreateAlignedLoad(t, At(p, at), llvm::Align(1)), m_.i64);
  };
  V zero = m_.Int64(0);
  if (bytes == 16) return {load(m_.i64, 0), load(m_.i64, 8)};
  if (bytes > 8) {
    return {load(m_.i64, 0), b_.CreateLShr(load(m_.i64, bytes - 8), 8 * (16 - bytes))};
  }
  if (bytes == 8) return {load(m_.i64, 0), zero};
  if (bytes == 4) return {load(m_.i32, 0), zero};
  if (bytes > 4) {
    return {b_.CreateOr(load(m_.i32, 0), b_.CreateShl(load(m_.i32, bytes - 4), 8 * (bytes - 4))),
            zero};
  }
  V a = zero;
  for (int64_t i = 0; i < bytes; i++) a = b_.CreateOr(a, b_.CreateShl(load(m_.i8, i), 8 * i));
  return {a, zero};
}

// As many of the 16 bytes at p as the mask has; to `bail` if they cannot be loaded all (p may be nil).
V FuncContext::FirstBytes(V p, V mask, llvm::BasicBlock* bail) {
  constexpr int64_t kPage = 4096;
  auto* fit = NewBlock("str.fit");
  // The first byte of a page is left out, and with it nil.
  V before = b_.CreateAnd(b_.CreateSub(b_.CreatePtrToInt(p, m_.i64), m_.Int64(1)),
                          m_.Int64(kPage - 1));
  b_.CreateCondBr(b_.CreateICmpULT(before, m_.Int64(kPage - 16)), fit, bail, m_.likely);
  b_.SetInsertPoint(fit);
  V bytes = b_.CreateIntrinsic(llvm::Intrinsic::x86_sse3_ldu_dq, {}, {p});
  return b_.CreateAnd(b_.CreateBitCast(bytes, mask->getType()), mask);
}

bool FuncContext::IsLongString(const MapKey& key) const {
  if (key.kind != MapKey::kString) return false;
  auto* known = llvm::dyn_cast<llvm::ConstantInt>(key.len);
  return known != nullptr && known->getZExtValue() > rt::kHashShort;
}

// As HashBytes and Hash64 in runtime/map/hash.h. To `bail` with strings that are left to the call.
V FuncContext::HashMapKey(MapKey& key, V seed_value, llvm::BasicBlock* bail) {
  auto word = [&](V v) { return IrWord{&b_, v}; };
  IrWord seed = word(seed_value);
  if (key.kind == MapKey::kInt && (key.size == 8 || key.size == 4)) {
    return rt::HashWord(word(b_.CreateZExt(key.data, m_.i64)), seed).v;
  }
  if (key.kind == MapKey::kInt) {
    // One or two bytes: as bytes in memory.
    V a = b_.CreateZExt(key.data, m_.i64);
    return rt::HashEnd(word(a), word(m_.Int64(0)), word(m_.Int64(key.size)), seed).v;
  }
  auto load = [&](V p, int64_t offset) {
    return word(b_.CreateAlignedLoad(m_.i64, At(p, offset), llvm::Align(1)));
  };
  if (key.kind == MapKey::kBytes) {
    V n = m_.Int64(key.size);
    if (key.size == 8 || key.size == 4) {
      V v = b_.CreateAlignedLoad(m_.IntType(key.size), key.data, llvm::Align(1));
      return rt::HashWord(word(b_.CreateZExt(v, m_.i64)), seed).v;
    }
    if (key.size <= static_cast<int64_t>(rt::kHashShort)) {
      auto [a, b] = ShortWords(key.data, n);
      return rt::HashEnd(word(a), word(b), word(n), seed).v;
    }
    int64_t at = 0;
    for (; key.size - at > 16; at += 16) {
      seed = rt::HashStep(load(key.data, at), load(key.data, at + 8), seed);
    }
    return rt::HashEnd(load(key.data, key.size - 16), load(key.data, key.size - 8), word(n), seed)
        .v;
  }

  if (llvm::isa<llvm::ConstantInt>(key.len)) {
    std::tie(key.a, key.b) = ShortWords(key.data, key.len);
    return rt::HashEnd(word(key.a), word(key.b), word(key.len), seed).v;
  }
  auto* is_short = NewBlock("hash.short");
  V limit = m_.Int64(rt::kHashShort);
  b_.CreateCondBr(b_.CreateICmpULE(key.len, limit), is_short, bail, m_.likely);
  b_.SetInsertPoint(is_short);
  // 16 bytes of ones, and 16 of zeros: from the (16 - len)th on, as many ones as the string has bytes.
  V ones = b_.CreateInBoundsGEP(m_.i8, m_.ByteMasks(), b_.CreateSub(limit, key.len));
  auto* v2 = llvm::FixedVectorType::get(m_.i64, 2);
  key.mask = b_.CreateAlignedLoad(v2, ones, llvm::Align(1));
  key.bytes = FirstBytes(key.data, key.mask, bail);
  V a = b_.CreateExtractElement(key.bytes, uint64_t{0});
  V b = b_.CreateExtractElement(key.bytes, uint64_t{1});
  return rt::HashEnd(word(a), word(b), word(key.len), seed).v;
}

// Goes to hit or to next, by whether the key in the slot is this one, or to bail if the call is to find
// out. is_assign: on a hit the key may be replaced by the new one, so that the old one's memory can go.
void FuncContext::CompareMapKey(const MapKey& key, V slot, bool is_assign, llvm::BasicBlock* hit,
                                llvm::BasicBlock* next, llvm::BasicBlock* bail) {
  if (key.kind == MapKey::kInt) {
    V have = b_.CreateAlignedLoad(key.data->getType(), slot, llvm::Align(1));
    b_.CreateCondBr(b_.CreateICmpEQ(have, key.data), hit, next, m_.likely);
    return;
  }
  if (key.kind == MapKey::kBytes) {
    b_.CreateCondBr(BytesEqual(slot, key.data, key.size), hit, next, m_.likely);
    return;
  }
  auto* same_len = NewBlock("key.len");
  auto* other = NewBlock("key.other");
  auto* equal = is_assign ? NewBlock("key.equal") : hit;
  V len = b_.CreateLoad(m_.i64, At(slot, offsetof(rt::GoString, len)));
  b_.CreateCondBr(b_.CreateICmpEQ(len, key.len), same_len, next, m_.likely);
  b_.SetInsertPoint(same_len);
  V data = b_.CreateLoad(m_.ptr, At(slot, offsetof(rt::GoString, ptr)));
  b_.CreateCondBr(b_.CreateICmpEQ(data, key.data), hit, other);
  b_.SetInsertPoint(other);
  V diff;
  if (key.bytes == nullptr) {
    auto [a, b] = ShortWords(data, key.len);
    diff = b_.CreateOr(b_.CreateXor(a, key.a), b_.CreateXor(b, key.b));
  } else {
    V bytes = FirstBytes(data, key.mask, bail);
    diff = b_.CreateBitCast(b_.CreateXor(bytes, key.bytes), b_.getInt128Ty());
  }
  V is_equal = b_.CreateICmpEQ(diff, llvm::Constant::getNullValue(diff->getType()));
  b_.CreateCondBr(is_equal, equal, next, m_.likely);
  if (!is_assign) return;
  b_.SetInsertPoint(equal);
  StorePointerBarrier(At(slot, offsetof(rt::GoString, ptr)), key.data);
  b_.CreateBr(hit);
}

// Whether somebody writes to the map, or it grows: left to the call.
V FuncContext::IsBusyMap(V flags) {
  return b_.CreateIsNotNull(b_.CreateAnd(flags, rt::kHmapWriting | rt::kHmapGrowing));
}

// What find, assign and delete share after the map was found fit: looks for the key in its first bucket.
// Goes to `hit` with the elem's address, to `miss` if no slot has the key, or to `bail` if the call is
// to find out; *bucket is the bucket then, and *slot_at on a hit the slot.
V FuncContext::ProbeBucket(const MapHead& head, V hash, const MapKey& key, const ir::MapLayout& l,
                           bool is_assign, llvm::BasicBlock* hit, llvm::BasicBlock* miss,
                           llvm::BasicBlock* bail, V* bucket, V* slot_at) {
  V index = b_.CreateAnd(hash, head.mask);
  V b = b_.CreateInBoundsGEP(m_.i8, head.buckets,
                             b_.CreateMul(index, m_.Int64(l.bucket_size), "", true, true));
  *bucket = b;

  V found = MatchTops(b, b_.CreateTrunc(b_.CreateLShr(hash, 56), m_.i8));

  auto* candidate = NewBlock("map.key");
  auto* other = miss == bail ? bail : NewBlock("map.other");
  b_.CreateCondBr(b_.CreateICmpEQ(found, m_.Int32(0)), miss, candidate);
  b_.SetInsertPoint(candidate);
  V slot = b_.CreateZExt(
      b_.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, found, llvm::ConstantInt::getTrue(m_.llvm)),
      m_.i64);
  if (slot_at != nullptr) *slot_at = slot;
  CompareMapKey(key, SlotAt(b, l.keys_offset, l.key_size, slot), is_assign, hit, other, bail);
  if (other != bail) {
    b_.SetInsertPoint(other);
    V more = b_.CreateAnd(found, b_.CreateSub(found, m_.Int32(1)));  // slots behind
    b_.CreateCondBr(b_.CreateICmpEQ(more, m_.Int32(0)), miss, bail, m_.likely);
  }

  b_.SetInsertPoint(hit);
  return SlotAt(b, l.elems_offset, l.elem_size, slot);
}

V FuncContext::SlotAt(V bucket, int64_t offset, int64_t size, V slot) {
  return b_.CreateInBoundsGEP(m_.i8, At(bucket, offset),
                              b_.CreateMul(slot, m_.Int64(size), "", true, true));
}

// Bit i: tophash i of the bucket is that of a hash with the given high byte.
V FuncContext::MatchTops(V bucket, V high) {
  auto* v16 = llvm::FixedVectorType::get(m_.i8, 16);
  auto* v2 = llvm::FixedVectorType::get(m_.i64, 2);
  V top = b_.CreateBinaryIntrinsic(
      llvm::Intrinsic::umax, b_.CreateVectorSplat(16, high),
      b_.CreateVectorSplat(16, llvm::ConstantInt::get(m_.i8, rt::kMinTopHash)));
  V tops = b_.CreateInsertElement(llvm::Constant::getNullValue(v2),
                                  b_.CreateAlignedLoad(m_.i64, bucket, llvm::Align(8)),
                                  m_.Int64(0));
  V same = b_.CreateICmpEQ(b_.CreateBitCast(tops, v16), top);
  return b_.CreateIntrinsic(llvm::Intrinsic::x86_sse2_pmovmskb_128, {},
                            {b_.CreateSExt(same, v16)});
}

// Whether the bucket's last slot says that nothing follows. Volatile: LLVM would take the byte of the word that
// MatchTops compares, and load that a second time where the key is found.
V FuncContext::NothingFollows(V bucket) {
  V last = b_.CreateLoad(m_.i8, At(bucket, rt::kBucketCnt - 1), /*isVolatile=*/true);
  return b_.CreateICmpEQ(last, llvm::ConstantInt::get(m_.i8, rt::kEmptyRest));
}

// The address that a find or assignment before gave for the operation being lowered, or null.
V FuncContext::KnownElem() const {
  auto it = known_elems_.find(current_.index);
  return it == known_elems_.end() ? nullptr : vals_[it->second.index].w[0];
}

// The end of an assignment: elem from the block `hit`, or what the call in the block `slow` gives.
V FuncContext::JoinAssign(V elem, llvm::BasicBlock* hit, llvm::BasicBlock* slow, const std::function<V()>& call_it) {
  auto* done = NewBlock("map.done");
  b_.SetInsertPoint(hit);
  b_.CreateBr(done);
  b_.SetInsertPoint(slow);
  V called = nullptr;
  MarkSlow(slow, [&] { called = call_it(); });
  auto* from_call = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.ptr, 2);
  phi->addIncoming(elem, hit);
  phi->addIncoming(called, from_call);
  return phi;
}

// The address of an element for an assignment: the known one, if it is not nil and nobody writes to the map and it
// does not grow; else what the call gives.
V FuncContext::AssignKnown(V map, V known, const std::function<V()>& call_it) {
  auto* have = NewBlock("map.known");
  auto* hit = NewBlock("map.hit");
  auto* slow = NewBlock("map.slow");
  b_.CreateCondBr(b_.CreateIsNull(known), slow, have, m_.unlikely);
  b_.SetInsertPoint(have);
  V flags_at = At(map, offsetof(hmap, flags));
  V flags = b_.CreateLoad(m_.i8, flags_at);
  b_.CreateCondBr(IsBusyMap(flags), slow, hit, m_.unlikely);
  b_.SetInsertPoint(hit);
  b_.CreateStore(b_.CreateOr(flags, rt::kHmapWriting), flags_at, /*isVolatile=*/true);
  b_.CreateStore(flags, flags_at, /*isVolatile=*/true);
  return JoinAssign(known, hit, slow, call_it);
}

void FuncContext::LowerMapFind(const Inst& in) {
  if (V known = KnownElem()) return Set(in, known);
  Type* map_type = ArgType(in, 0);
  const MapFast fast = layout_.MapKindOf(map_type);
  const EntryPoint call =
      Pick(fast, EntryPoint::k_mapaccess2, EntryPoint::k_mapaccess2_fast32,
           EntryPoint::k_mapaccess2_fast64, EntryPoint::k_mapaccess2_faststr);
  if (!InlinesMap(in, map_type)) return Set(in, CallEntry(call, MapArgs(in)));

  V map = Word(in, 0);
  MapKey key = MakeMapKey(in);
  if (IsLongString(key)) return Set(in, CallEntry(call, MapArgs(in)));
  const ir::MapLayout& l = layout_.MapOf(map_type);
  auto* probe = NewBlock("map.probe");
  auto* hit = NewBlock("map.hit");
  auto* miss = NewBlock("map.miss");
  auto* slow = NewBlock("map.slow");
  auto* done = NewBlock("map.done");
  const MapHead head = ReadMapHead(b_, map);
  V flags = b_.CreateLoad(m_.i8, At(MapOrEmpty(b_, map), offsetof(hmap, flags)));
  b_.CreateCondBr(IsBusyMap(flags), slow, probe, m_.unlikely);
  b_.SetInsertPoint(probe);
  V bucket;
  V hash = HashMapKey(key, head.seed, slow);
  V elem = ProbeBucket(head, hash, key, l, /*is_assign=*/false, hit, miss, slow, &bucket);
  b_.CreateBr(done);
  b_.SetInsertPoint(miss);
  b_.CreateCondBr(NothingFollows(bucket), done, slow, m_.likely);
  b_.SetInsertPoint(slow);
  V called = CallEntry(call, MapArgs(in));
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.ptr, 3);
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
  const ir::Inst& key_inst = f_.inst(in.args[1]);
  const bool is_view = key_inst.op == ir::Op::kBytesToStr && key_inst.no_copy;
  auto call_it = [&] { return is_view ? AssignView(in) : CallEntry(call, MapArgs(in)); };
  if (V known = KnownElem()) return Set(in, AssignKnown(Word(in, 0), known, call_it));
  if (!InlinesMap(in, map_type)) return Set(in, call_it());

  V map = Word(in, 0);
  MapKey key = MakeMapKey(in);
  if (IsLongString(key)) return Set(in, call_it());
  const ir::MapLayout& l = layout_.MapOf(map_type);
  auto* probe = NewBlock("map.probe");
  auto* hit = NewBlock("map.hit");
  auto* miss = NewBlock("map.miss");
  auto* slow = NewBlock("map.slow");
  const MapHead head = ReadMapHead(b_, map);
  V flags = b_.CreateLoad(m_.i8, At(MapOrBusy(b_, map), offsetof(hmap, flags)));
  b_.CreateCondBr(IsBusyMap(flags), slow, probe, m_.unlikely);
  b_.SetInsertPoint(probe);
  V bucket;
  V hash = HashMapKey(key, head.seed, slow);
  // Others see that this one writes. The flags are this goroutine's until the store below.
  V flags_at = At(map, offsetof(hmap, flags));
  b_.CreateStore(b_.CreateOr(flags, rt::kHmapWriting), flags_at, /*isVolatile=*/true);
  V elem = ProbeBucket(head, hash, key, l, /*is_assign=*/!is_view, hit, miss, miss, &bucket);
  b_.CreateStore(flags, flags_at, /*isVolatile=*/true);
  b_.SetInsertPoint(miss);
  b_.CreateStore(flags, flags_at, /*isVolatile=*/true);
  b_.CreateBr(slow);
  Set(in, JoinAssign(elem, hit, slow, call_it));
}

// Emits what stands behind an inlined path into the block `slow`: its calls seldom happen (map_heads.cc).
void FuncContext::MarkSlow(llvm::BasicBlock* slow, const std::function<void()>& call_it) {
  llvm::BasicBlock* last = &fn_->back();
  call_it();
  auto mark = [](llvm::BasicBlock& block) {
    for (llvm::Instruction& i : block) {
      if (auto* call = llvm::dyn_cast<llvm::CallInst>(&i)) {
        call->addFnAttr(llvm::Attribute::get(call->getContext(), kSlowMapCall));
      }
    }
  };
  mark(*slow);
  for (auto it = std::next(last->getIterator()); it != fn_->end(); ++it) mark(*it);
}

// An assignment whose key is a view of bytes: where the map has the key, it keeps its own; else it gets a
// copy (ir/pass/views.cc).
V FuncContext::AssignView(const Inst& in) {
  auto copy_of = [&](V data, V len) {
    V copy = CallEntry(EntryPoint::k_slicebytetostring, {data, len});
    return Val(b_.CreateExtractValue(copy, 0), b_.CreateExtractValue(copy, 1));
  };
  Type* map_type = ArgType(in, 0);
  if (layout_.MapKindOf(map_type) != MapFast::kStr) {  // by the size of its elems
    const Val copy = copy_of(Arg(in, 1).w[0], Arg(in, 1).w[1]);
    V key = AsMemory(copy, types::UnderAs<types::Map>(map_type)->key);
    return CallEntry(EntryPoint::k_mapassign, {m_.TypeDesc(map_type), Word(in, 0), key});
  }
  std::vector<V> args = MapArgs(in);
  auto* insert = NewBlock("map.insert");
  auto* done = NewBlock("map.assigned");
  V found = CallEntry(EntryPoint::k_mapaccess2_faststr, args);
  auto* from = b_.GetInsertBlock();
  b_.CreateCondBr(b_.CreateIsNull(found), insert, done);
  b_.SetInsertPoint(insert);
  const Val copy = copy_of(args[2], args[3]);
  V made =
      CallEntry(EntryPoint::k_mapassign_faststr, {args[0], args[1], copy.w[0], copy.w[1]});
  auto* from_insert = b_.GetInsertBlock();
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  auto* phi = b_.CreatePHI(m_.ptr, 2);
  phi->addIncoming(found, from);
  phi->addIncoming(made, from_insert);
  return phi;
}

void FuncContext::LowerMapDelete(const Inst& in) {
  Type* map_type = ArgType(in, 0);
  const EntryPoint call =
      Pick(layout_.MapKindOf(map_type), EntryPoint::k_mapdelete, EntryPoint::k_mapdelete_fast32,
           EntryPoint::k_mapdelete_fast64, EntryPoint::k_mapdelete_faststr);
  MapKey key;
  const bool is_inline = InlinesMap(in, map_type);
  if (is_inline) key = MakeMapKey(in);
  if (!is_inline || IsLongString(key)) {
    CallEntry(call, MapArgs(in));
    return;
  }

  V map = Word(in, 0);
  const ir::MapLayout& l = layout_.MapOf(map_type);
  auto* probe = NewBlock("map.probe");
  auto* hit = NewBlock("map.hit");
  auto* empty = NewBlock("map.empty");
  auto* miss = NewBlock("map.miss");
  auto* none = NewBlock("map.none");
  auto* leave = NewBlock("map.leave");
  auto* slow = NewBlock("map.slow");
  auto* done = NewBlock("map.done");
  const MapHead head = ReadMapHead(b_, map);
  V flags = b_.CreateLoad(m_.i8, At(MapOrBusy(b_, map), offsetof(hmap, flags)));
  b_.CreateCondBr(IsBusyMap(flags), slow, probe, m_.unlikely);
  b_.SetInsertPoint(probe);
  V bucket, slot;
  V hash = HashMapKey(key, head.seed, slow);
  V flags_at = At(map, offsetof(hmap, flags));
  auto set_flags = [&](V value) { b_.CreateStore(value, flags_at, /*isVolatile=*/true); };
  set_flags(b_.CreateOr(flags, rt::kHmapWriting));
  V elem =
      ProbeBucket(head, hash, key, l, /*is_assign=*/false, hit, miss, leave, &bucket, &slot);
  V count_at = At(map, offsetof(hmap, count));
  V count = b_.CreateLoad(m_.i64, count_at);
  V is_edge = b_.CreateOr(b_.CreateICmpEQ(count, m_.Int64(1)),
                          b_.CreateICmpEQ(slot, m_.Int64(rt::kBucketCnt - 1)));
  b_.CreateCondBr(is_edge, leave, empty, m_.unlikely);

  b_.SetInsertPoint(empty);
  auto* types_map = types::UnderAs<types::Map>(map_type);
  V key_at = SlotAt(bucket, l.keys_offset, l.key_size, slot);
  if (key.kind == MapKey::kString) {
    StorePointerBarrier(At(key_at, offsetof(rt::GoString, ptr)), m_.Null());
  } else if (layout_.HasPointers(types_map->key)) {
    ClearBarrier(key_at, types_map->key);
  }
  if (layout_.HasPointers(types_map->elem)) {
    ClearBarrier(elem, types_map->elem);
  } else {
    ZeroMemory(elem, l.elem_size, layout_.AlignOf(types_map->elem));
  }
  b_.CreateAlignedStore(EmptySlot(b_.CreateAlignedLoad(m_.i64, bucket, llvm::Align(8)), slot),
                        bucket, llvm::Align(8));
  b_.CreateStore(b_.CreateSub(count, m_.Int64(1)), count_at);
  set_flags(flags);
  b_.CreateBr(done);

  b_.SetInsertPoint(miss);
  b_.CreateCondBr(NothingFollows(bucket), none, leave, m_.likely);
  b_.SetInsertPoint(none);
  set_flags(flags);
  b_.CreateBr(done);
  b_.SetInsertPoint(leave);
  set_flags(flags);
  b_.CreateBr(slow);
  b_.SetInsertPoint(slow);
  MarkSlow(slow, [&] { CallEntry(call, MapArgs(in)); });
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

// The eight tophashes after the slot, which is not the last, was emptied. As TidyEmpty in
// runtime/map/map.cc: if the last one says that nothing follows, so do then all the empty ones at the
// end; if it does not, none of those before it can.
V FuncContext::EmptySlot(V tops, V slot) {
  static_assert(rt::kEmptyRest == 0 && rt::kEmptyOne == 1);
  V shift = b_.CreateShl(slot, 3);
  V others = b_.CreateAnd(tops, b_.CreateNot(b_.CreateShl(m_.Int64(0xff), shift)));
  V now = b_.CreateOr(others, b_.CreateShl(m_.Int64(rt::kEmptyOne), shift));
  // Bytes up to the last filled one, whose tophash has other bits than kEmptyOne.
  V filled = b_.CreateAnd(now, m_.Int64(static_cast<int64_t>(0xfefefefefefefefe)));
  V unused = b_.CreateBinaryIntrinsic(llvm::Intrinsic::ctlz, filled,
                                      llvm::ConstantInt::getFalse(m_.llvm));
  V used = b_.CreateAnd(b_.CreateSub(m_.Int64(71), unused), m_.Int64(~int64_t{7}));
  // Below 64 where it counts. LLVM must not take it for more elsewhere.
  used = b_.CreateAnd(used, m_.Int64(63));
  V tidy = b_.CreateAnd(now, b_.CreateNot(b_.CreateShl(m_.Int64(-1), used)));
  V nothing_follows = b_.CreateICmpULT(tops, m_.Int64(int64_t{1} << 56));
  return b_.CreateSelect(nothing_follows, tidy, now);
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
  V it = Word(in, 0);
  if (in.elem == nullptr || !InlinesMap(in, in.elem)) {
    CallEntry(EntryPoint::k_mapiternext, {it});
    return;
  }
  const ir::MapLayout& l = layout_.MapOf(in.elem);
  auto field = [&](size_t offset) { return At(it, static_cast<int64_t>(offset)); };
  auto* some = NewBlock("iter.slot");
  auto* quiet = NewBlock("iter.quiet");
  auto* take = NewBlock("iter.take");
  auto* slow = NewBlock("iter.slow");
  auto* done = NewBlock("iter.done");
  V left = b_.CreateLoad(m_.i8, field(offsetof(rt::hiter, fast_left)));
  b_.CreateCondBr(b_.CreateICmpEQ(left, llvm::ConstantInt::get(m_.i8, 0)), slow, some);
  b_.SetInsertPoint(some);
  V map = b_.CreateLoad(m_.ptr, field(offsetof(rt::hiter, h)));
  V flags = b_.CreateLoad(m_.i8, At(map, offsetof(hmap, flags)));
  V writing = b_.CreateICmpNE(b_.CreateAnd(flags, rt::kHmapWriting),
                              llvm::ConstantInt::get(m_.i8, 0));
  b_.CreateCondBr(writing, slow, quiet, m_.unlikely);
  b_.SetInsertPoint(quiet);
  V bucket = b_.CreateLoad(m_.ptr, field(offsetof(rt::hiter, bptr)));
  // Volatile: LLVM would load the bytes behind it too, of which fast_left was stored just now.
  V offset = b_.CreateLoad(m_.i8, field(offsetof(rt::hiter, offset)), /*isVolatile=*/true);
  V wide = b_.CreateZExt(left, m_.i32);
  V first =
      b_.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, wide, llvm::ConstantInt::getTrue(m_.llvm));
  V slot = b_.CreateZExt(
      b_.CreateAnd(b_.CreateAdd(first, b_.CreateZExt(offset, m_.i32)), rt::kBucketCnt - 1),
      m_.i64);
  V top = b_.CreateLoad(m_.i8, b_.CreateInBoundsGEP(m_.i8, bucket, slot));
  // Emptied, or moved: see map_iter.cc.
  V is_there = b_.CreateICmpUGE(top, llvm::ConstantInt::get(m_.i8, rt::kMinTopHash));
  b_.CreateCondBr(is_there, take, slow, m_.likely);
  b_.SetInsertPoint(take);
  V rest = b_.CreateTrunc(b_.CreateAnd(wide, b_.CreateSub(wide, m_.Int32(1))), m_.i8);
  V key = SlotAt(bucket, l.keys_offset, l.key_size, slot);
  V elem = SlotAt(bucket, l.elems_offset, l.elem_size, slot);
  b_.CreateBr(done);
  b_.SetInsertPoint(slow);
  CallEntry(EntryPoint::k_mapiternext, {it});
  auto load = [&](llvm::Type* t, size_t offset) { return b_.CreateLoad(t, field(offset)); };
  V rest2 = load(m_.i8, offsetof(rt::hiter, fast_left));
  V key2 = load(m_.ptr, offsetof(rt::hiter, key));
  V elem2 = load(m_.ptr, offsetof(rt::hiter, elem));
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  // One store for both ways: what the loop reads next is then known to LLVM without a load.
  auto store = [&](V x, V y, size_t offset) {
    auto* phi = b_.CreatePHI(x->getType(), 2);
    phi->addIncoming(x, take);
    phi->addIncoming(y, slow);
    return std::pair(phi, offset);
  };
  const std::pair<V, size_t> stores[] = {store(rest, rest2, offsetof(rt::hiter, fast_left)),
                                         store(key, key2, offsetof(rt::hiter, key)),
                                         store(elem, elem2, offsetof(rt::hiter, elem))};
  for (auto& [value, offset] : stores) b_.CreateStore(value, field(offset));
}

void FuncContext::LowerMapIterKey(const Inst& in) {
  Set(in, b_.CreateLoad(m_.ptr, At(Word(in, 0), offsetof(rt::hiter, key))));
}

void FuncContext::LowerMapIterElem(const Inst& in) {
  Set(in, b_.CreateLoad(m_.ptr, At(Word(in, 0), offsetof(rt::hiter, elem))));
}

}  // namespace gol::jit
