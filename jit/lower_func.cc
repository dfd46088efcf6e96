// FuncContext: the frame, blocks and locals of a function, its defers, control flow, checks.
//
// Locals are allocas in the entry block; LLVM's SROA makes registers of those whose address goes
// nowhere. Checks branch to cold blocks that call a panic function: each check has its own, so
// that the call carries the position of the check; the calls are marked not to be merged.
//
// Defers. A function with defers keeps a DeferFrame in its frame. Its entry links the frame to the
// goroutine and notes a resume point (llvm.eh.sjlj.setjmp: frame pointer, address, stack pointer).
// LLVM treats the resume point as clobbering all registers, so every callee-saved register is
// saved in the prologue and restored from the frame by the ordinary epilogue, whichever way control
// came. After a recovered panic the runtime sets frame and stack pointer and jumps to the address;
// the code there runs the deferred calls that are left and goes on at Func::recover_block. What
// that block reads is in memory: accesses to the result locals are volatile.
#include "jit/lower.h"

#include "base/check.h"
#include "ir/pass/map_elems.h"
#include "jit/nil_address.h"
#include "jit/stack_maps.h"
#include "jit/strip_mine.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Intrinsics.h"

namespace gol::jit {

using rt::EntryPoint;

// ---- frame

llvm::BasicBlock* FuncContext::NewBlock(const char* name) {
  return llvm::BasicBlock::Create(m_.llvm, name, fn_);
}

V FuncContext::FrameSlot(int64_t bytes, int64_t align, const char* name, bool has_pointers) {
  llvm::IRBuilder<> b(alloca_point_);
  auto* a = b.CreateAlloca(llvm::ArrayType::get(m_.i8, std::max<int64_t>(bytes, 1)), nullptr, name);
  a->setAlignment(llvm::Align(std::max<int64_t>(align, 1)));
  if (!has_pointers) a->setMetadata(kNoPointersMetadata, m_.empty_node);
  return a;
}

V FuncContext::FrameSlotOf(Type* t, const char* name) {
  return FrameSlot(layout_.SizeOf(t), layout_.AlignOf(t), name, layout_.HasPointers(t));
}

void FuncContext::SetUpFrame() {
  auto* entry = NewBlock("entry");
  b_.SetInsertPoint(entry);
  // Allocas are inserted before this instruction, which is removed at the end.
  alloca_point_ = b_.CreateAlloca(m_.i8, nullptr, "frame");
  b_.SetCurrentDebugLocation(m_.LocationOf(&f_, f_.pos, -1));

  unsigned arg = 0;
  for (int i = 0; i < abi_->num_hidden; i++) hidden_.push_back(fn_->getArg(arg++));
  slots_.resize(f_.locals.size());
  for (size_t i = 0; i < f_.locals.size(); i++) {
    const ir::Local& l = f_.locals[i];
    slots_[i].on_heap = l.on_heap;
    slots_[i].is_volatile = l.is_volatile && f_.has_defer;
  }
  for (ir::LocalId id : f_.params) {
    Slot& s = slots_[id.index];
    Type* t = f_.local(id).type;
    const Words& w = WordsOf(t);
    if (w.count == 0) {
      s.address = fn_->getArg(arg++);
      continue;
    }
    s.address = FrameSlotOf(t);
    Val v;
    v.n = w.count;
    for (int j = 0; j < w.count; j++) v.w[j] = fn_->getArg(arg++);
    StoreWords(s.address, v, t, s.is_volatile);
  }
  if (abi_->has_context) context_ = fn_->getArg(arg++);
  // The memory for an aggregate result is the result variable itself.
  for (size_t i = 0; i < f_.results.size(); i++) {
    const FuncAbi::Result& r = abi_->results[i];
    if (WordsOf(r.type).count == 0) slots_[f_.results[i].index].address = hidden_[r.hidden];
  }
  for (size_t i = 0; i < f_.locals.size(); i++) {
    Slot& s = slots_[i];
    if (s.address != nullptr) continue;
    Type* t = f_.locals[i].type;
    s.address = s.on_heap ? FrameSlot(8, 8) : FrameSlotOf(t);
  }
  if (m_.run.options.for_debugger) {
    for (size_t i = 0; i < f_.locals.size(); i++) {
      const ir::Local& l = f_.locals[i];
      if (l.name.empty() || l.name == "_" || l.var == nullptr) continue;
      int arg_number = 0;
      for (size_t p = 0; p < f_.params.size(); p++) {
        if (f_.params[p].index == i) arg_number = static_cast<int>(p) + 1;
      }
      m_.DeclareLocal(&f_, l, arg_number, slots_[i].on_heap && arg_number == 0, slots_[i].address,
                      b_);
    }
  }
  if (f_.is_wrapper) {
    V fp = b_.CreateIntrinsic(llvm::Intrinsic::frameaddress, {m_.ptr}, {m_.Int32(0)});
    if (IsQuick()) {
      CallEntry(EntryPoint::k_wrapper_adjust, {fp});
    } else {
      // Nothing to adjust unless a panic is in progress.
      V panic = b_.CreateLoad(m_.ptr, At(LoadTls(rt::kTlsG, m_.ptr), offsetof(rt::GHead, panic)));
      UnlikelyIf(b_.CreateIsNotNull(panic), [&] { CallEntry(EntryPoint::k_wrapper_adjust, {fp}); });
    }
  }
  if (f_.has_defer) SetUpDefers();
}

void FuncContext::SetUpDefers() {
  // The scanner follows G::defer_frames: no map mentions these.
  defer_frame_ = FrameSlot(sizeof(rt::DeferFrame), 16, "defers", /*has_pointers=*/false);
  b_.CreateStore(m_.Null(), At(defer_frame_, offsetof(rt::DeferFrame, records)), true);
  V resume = At(defer_frame_, offsetof(rt::DeferFrame, resume));
  V fp = b_.CreateIntrinsic(llvm::Intrinsic::frameaddress, {m_.ptr}, {m_.Int32(0)});
  b_.CreateStore(fp, resume, true);
  V sp = b_.CreateIntrinsic(llvm::Intrinsic::stacksave, {m_.ptr}, {});
  b_.CreateStore(sp, At(resume, 16), true);
  // Linked before the resume point is set: a resumed frame is linked already.
  V g = LoadTls(rt::kTlsG, m_.ptr);
  V head = At(g, offsetof(rt::GHead, defer_frames));
  b_.CreateStore(b_.CreateLoad(m_.ptr, head), At(defer_frame_, offsetof(rt::DeferFrame, link)),
                 true);
  b_.CreateStore(defer_frame_, head);
  auto* resumed = b_.CreateIntrinsic(llvm::Intrinsic::eh_sjlj_setjmp, {}, {resume});
  resumed->addFnAttr(llvm::Attribute::ReturnsTwice);
  auto* normal = NewBlock("body");
  auto* after_panic = NewBlock("recovered");
  b_.CreateCondBr(b_.CreateICmpEQ(resumed, m_.Int32(0)), normal, after_panic, m_.likely);
  b_.SetInsertPoint(after_panic);
  EmitRunDefers(/*after_panic=*/true);
  b_.CreateBr(BlockOf(f_.recover_block));
  b_.SetInsertPoint(normal);
}

void FuncContext::EmitRunDefers(bool after_panic) {
  V records = At(defer_frame_, offsetof(rt::DeferFrame, records));
  FuncAbi abi = m_.MakeAbi({}, nullptr, true);
  auto call_record = [&](V r, V code_or_null) {
    b_.CreateStore(b_.CreateLoad(m_.ptr, At(r, offsetof(rt::DeferRecord, link))), records, true);
    V fn = b_.CreateLoad(m_.ptr, At(r, offsetof(rt::DeferRecord, fn)));
    V code = code_or_null != nullptr ? code_or_null : b_.CreateLoad(m_.ptr, fn);
    auto* c = b_.CreateCall(abi.type, code, {fn});
    c->setCallingConv(llvm::CallingConv::Swift);
    c->setAttributes(m_.AttributesOf(abi));
    c->setDoesNotThrow();
  };
  // The usual case: the latest record is that of the last defer statement whose function is known.
  if (!after_panic && !IsQuick() && known_defers_.size() <= kMaxKnownDefers) {
    for (size_t i = known_defers_.size(); i-- > 0;) {
      V is_next = b_.CreateICmpEQ(b_.CreateLoad(m_.ptr, records, true), known_defers_[i].record);
      auto* call = NewBlock("defer.known");
      auto* rest = NewBlock("defer.rest");
      b_.CreateCondBr(is_next, call, rest, m_.likely);
      b_.SetInsertPoint(call);
      call_record(known_defers_[i].record, m_.FuncOf(known_defers_[i].callee));
      b_.CreateBr(rest);
      b_.SetInsertPoint(rest);
    }
  }
  // while ((r = frame.records) != null) { frame.records = r->link; r->fn(); }
  auto* loop = NewBlock("defers");
  auto* call = NewBlock("defer.call");
  auto* done = NewBlock("defers.done");
  b_.CreateBr(loop);
  b_.SetInsertPoint(loop);
  V r = b_.CreateLoad(m_.ptr, records, true);
  b_.CreateCondBr(b_.CreateIsNull(r), done, call, m_.likely);
  b_.SetInsertPoint(call);
  call_record(r, nullptr);
  b_.CreateBr(loop);
  b_.SetInsertPoint(done);
  V g = LoadTls(rt::kTlsG, m_.ptr);
  b_.CreateStore(b_.CreateLoad(m_.ptr, At(defer_frame_, offsetof(rt::DeferFrame, link)), true),
                 At(g, offsetof(rt::GHead, defer_frames)));
}

void FuncContext::Lower() {
  abi_ = &m_.AbiOf(&f_);
  if (llvm::DISubprogram* sp = m_.SubprogramOf(&f_)) fn_->setSubprogram(sp);
  vals_.resize(f_.insts.size());
  blocks_.resize(f_.blocks.size());
  for (auto& b : blocks_) b = llvm::BasicBlock::Create(m_.llvm, "b");
  if (m_.run.options.inline_maps && !IsQuick()) known_elems_ = ir::KnownMapElems(f_);
  SetUpFrame();
  b_.CreateBr(blocks_[0]);

  // Values are defined before they are used along the dominator tree; visiting the blocks in
  // reverse postorder guarantees that.
  std::vector<uint32_t> order;
  std::vector<uint8_t> state(f_.blocks.size());
  struct Item {
    uint32_t block;
    size_t next;
  };
  std::vector<std::vector<uint32_t>> succs(f_.blocks.size());
  auto successors = [&](uint32_t b) {
    std::vector<uint32_t> out;
    if (f_.blocks[b].insts.empty()) return out;
    const Inst& t = f_.inst(f_.blocks[b].insts.back());
    if (t.target0.is_valid()) out.push_back(t.target0.index);
    if (t.target1.is_valid()) out.push_back(t.target1.index);
    for (const ir::SwitchCase& c : t.cases) out.push_back(c.target.index);
    return out;
  };
  auto visit = [&](uint32_t root) {
    if (state[root]) return;
    std::vector<Item> stack{{root, 0}};
    state[root] = 1;
    succs[root] = successors(root);
    while (!stack.empty()) {
      Item& top = stack.back();
      if (top.next < succs[top.block].size()) {
        uint32_t s = succs[top.block][top.next++];
        if (!state[s]) {
          state[s] = 1;
          succs[s] = successors(s);
          stack.push_back({s, 0});
        }
      } else {
        order.push_back(top.block);
        stack.pop_back();
      }
    }
  };
  // The recover block first: postorder is turned around, and it comes last then.
  if (f_.has_defer && f_.recover_block.is_valid()) visit(f_.recover_block.index);
  visit(0);
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    llvm::BasicBlock* block = blocks_[*it];
    block->insertInto(fn_);
    b_.SetInsertPoint(block);
    rest_ = f_.blocks[*it].insts;
    while (!rest_.empty()) {
      const ir::ValueId id = rest_.front();
      rest_ = rest_.subspan(1);
      LowerInst(id);
    }
    if (b_.GetInsertBlock()->getTerminator() == nullptr) b_.CreateUnreachable();
  }
  for (size_t i = 0; i < blocks_.size(); i++) {
    if (!state[i]) delete blocks_[i];
  }
  alloca_point_->eraseFromParent();
}

void FuncContext::LowerInst(ir::ValueId id) {
  const Inst& in = f_.inst(id);
  // What follows a call that does not return.
  if (b_.GetInsertBlock()->getTerminator() != nullptr) b_.SetInsertPoint(NewBlock("dead"));
  current_ = id;
  if (m_.run.options.debug_lines) {
    const Pos pos = in.pos.is_known() ? in.pos : f_.pos;
    // Neighbours often stand at one place.
    if (location_ == nullptr || pos != location_pos_ || in.inline_site != location_site_) {
      location_ = m_.LocationOf(&f_, pos, in.inline_site);
      location_pos_ = pos;
      location_site_ = in.inline_site;
    }
    b_.SetCurrentDebugLocation(location_);
  }
  Dispatch(in);
}

void FuncContext::Dispatch(const Inst& in) {
  switch (in.op) {
#define OP(name, text, result, operands, flags) \
  case ir::Op::k##name: Lower##name(in); break;
#include "ir/ops.def"
#undef OP
    case ir::Op::kCount: GOL_UNREACHABLE("operation");
  }
}

void FuncContext::Set(const Inst& in, Val v) { vals_[current_.index] = v; }

void FuncContext::SetTuple(const Inst& in, std::vector<Val> vals) {
  if (vals.size() == 1) vals_[current_.index] = vals[0];
  tuples_[current_.index] = std::move(vals);
}

void FuncContext::LowerExtract(const Inst& in) {
  Set(in, tuples_[in.args[0].index][static_cast<size_t>(in.imm)]);
}

// ---- locals

V FuncContext::LocalAddress(ir::LocalId l) {
  const Slot& s = slots_[l.index];
  if (!s.on_heap) return s.address;
  auto* load = b_.CreateLoad(m_.ptr, s.address, s.is_volatile);
  if (!s.is_volatile) load->setMetadata(llvm::LLVMContext::MD_nonnull, m_.empty_node);
  return load;
}

void FuncContext::LowerDeclLocal(const Inst& in) {
  const Slot& s = slots_[in.local.index];
  Type* t = f_.local(in.local).type;
  if (s.on_heap) {
    b_.CreateStore(NewObject(t), s.address, s.is_volatile);
    return;
  }
  const Words& w = WordsOf(t);
  if (w.count == 0) {
    ZeroMemory(s.address, layout_.SizeOf(t), layout_.AlignOf(t));
    return;
  }
  Val zero;
  zero.n = w.count;
  for (int i = 0; i < w.count; i++) zero.w[i] = llvm::Constant::getNullValue(w.type[i]);
  StoreWords(s.address, zero, t, s.is_volatile);
}

void FuncContext::LowerLocalAddr(const Inst& in) { Set(in, LocalAddress(in.local)); }

void FuncContext::LowerCaptureAddr(const Inst& in) {
  Set(in, At(context_, f_.captures[static_cast<size_t>(in.imm)].offset));
}

// ---- helpers

V FuncContext::LoadTls(rt::TlsSlot slot, llvm::Type* type, bool invariant) {
  auto* fs = llvm::PointerType::get(m_.llvm, 257);
  auto* address = llvm::ConstantExpr::getIntToPtr(m_.Int64(slot), fs);
  auto* load = b_.CreateAlignedLoad(type, address, llvm::Align(4));
  if (type->isPointerTy()) load->setAlignment(llvm::Align(8));
  if (invariant) load->setMetadata(llvm::LLVMContext::MD_invariant_load, m_.empty_node);
  return load;
}

V FuncContext::CallEntry(EntryPoint e, llvm::ArrayRef<V> args) {
  llvm::FunctionCallee callee = m_.Entry(e);
  auto* fn = llvm::cast<llvm::Function>(callee.getCallee());
  auto* c = b_.CreateCall(callee, args);
  c->setCallingConv(fn->getCallingConv());
  c->setAttributes(fn->getAttributes());
  return c;
}

void FuncContext::PanicCall(EntryPoint panic, llvm::ArrayRef<V> args) {
  auto* c = llvm::cast<llvm::CallInst>(CallEntry(panic, args));
  c->setDoesNotReturn();
  c->addFnAttr(llvm::Attribute::NoMerge);
  b_.CreateUnreachable();
}

void FuncContext::Check(V ok, EntryPoint panic, std::initializer_list<V> args) {
  if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(ok); c != nullptr && c->isOne()) return;
  auto* good = NewBlock("ok");
  auto* bad = NewBlock("panic");
  b_.CreateCondBr(ok, good, bad, m_.likely);
  b_.SetInsertPoint(bad);
  PanicCall(panic, llvm::ArrayRef<V>(args.begin(), args.end()));
  b_.SetInsertPoint(good);
}

void FuncContext::UnlikelyIf(V cond, const std::function<void()>& cold, bool joins) {
  auto* then = NewBlock("cold");
  auto* rest = NewBlock("rest");
  b_.CreateCondBr(cond, then, rest, m_.unlikely);
  b_.SetInsertPoint(then);
  cold();
  if (joins) b_.CreateBr(rest);
  b_.SetInsertPoint(rest);
}

V FuncContext::Extend(V v, bool is_signed) {
  return is_signed ? b_.CreateSExtOrTrunc(v, m_.i64) : b_.CreateZExtOrTrunc(v, m_.i64);
}

V FuncContext::ExtendOf(ir::ValueId v) {
  return Extend(vals_[v.index].w[0], WordsOf(f_.inst(v).type).is_signed);
}

// ---- checks

void FuncContext::LowerNilCheck(const Inst& in) {
  if (IsNonNull(in.args[0])) return;
  const int64_t address = NilFaultAddress(f_, layout_, in, rest_);
  Check(b_.CreateIsNotNull(Word(in, 0)), EntryPoint::k_panicmem, {m_.Int64(address)});
}

void FuncContext::LowerBoundsCheck(const Inst& in) {
  V index = ExtendOf(in.args[0]), length = ExtendOf(in.args[1]);
  Check(b_.CreateICmpULT(index, length),
        in.is_unsigned ? EntryPoint::k_panicIndexU : EntryPoint::k_panicIndex, {index, length});
}

void FuncContext::LowerSliceCheck(const Inst& in) {
  auto arg = [&](size_t i) -> V { return HasArg(in, i) ? ExtendOf(in.args[i]) : nullptr; };
  V low = arg(0), high = arg(1), max = arg(2), len = arg(3), cap = arg(4);
  if (low == nullptr) low = m_.Int64(0);
  // Which of the bounds is of an unsigned type.
  enum Bound { kLow, kHigh, kMax };
  auto check = [&](Bound bound, V a, V b, EntryPoint s, EntryPoint us) {
    const bool is_unsigned = (in.imm >> (ir::kSliceCheckUnsignedShift + bound) & 1) != 0;
    Check(b_.CreateICmpULE(a, b), is_unsigned ? us : s, {a, b});
  };
  const auto kind =
      static_cast<ir::SliceCheckKind>(in.imm & ((1 << ir::kSliceCheckUnsignedShift) - 1));
  switch (kind) {
    case ir::SliceCheckKind::kString:
    case ir::SliceCheckKind::kArray:
      if (high == nullptr) high = len;
      check(kHigh, high, len, EntryPoint::k_panicSliceAlen, EntryPoint::k_panicSliceAlenU);
      check(kLow, low, high, EntryPoint::k_panicSliceB, EntryPoint::k_panicSliceBU);
      break;
    case ir::SliceCheckKind::kSlice:
      if (high == nullptr) high = len;
      check(kHigh, high, cap, EntryPoint::k_panicSliceAcap, EntryPoint::k_panicSliceAcapU);
      check(kLow, low, high, EntryPoint::k_panicSliceB, EntryPoint::k_panicSliceBU);
      break;
    case ir::SliceCheckKind::kSlice3:
    case ir::SliceCheckKind::kSlice3Array: {
      V limit = cap != nullptr ? cap : len;
      if (kind == ir::SliceCheckKind::kSlice3Array) {
        check(kMax, max, limit, EntryPoint::k_panicSlice3Alen, EntryPoint::k_panicSlice3AlenU);
      } else {
        check(kMax, max, limit, EntryPoint::k_panicSlice3Acap, EntryPoint::k_panicSlice3AcapU);
      }
      check(kHigh, high, max, EntryPoint::k_panicSlice3B, EntryPoint::k_panicSlice3BU);
      check(kLow, low, high, EntryPoint::k_panicSlice3C, EntryPoint::k_panicSlice3CU);
      break;
    }
    case ir::SliceCheckKind::kToArray: {
      V have = high != nullptr ? high : len;
      Check(b_.CreateICmpSGE(have, low), EntryPoint::k_panicSliceConvert, {have, low});
      break;
    }
  }
}

void FuncContext::LowerDivCheck(const Inst& in) {
  V d = Word(in, 0);
  Check(b_.CreateICmpNE(d, llvm::Constant::getNullValue(d->getType())),
        EntryPoint::k_panicdivide, {});
}

void FuncContext::LowerShiftCheck(const Inst& in) {
  V c = Word(in, 0);
  Check(b_.CreateICmpSGE(c, llvm::Constant::getNullValue(c->getType())), EntryPoint::k_panicshift,
        {});
}

// ---- defer, panic, recover

void FuncContext::LowerDefer(const Inst& in) {
  V fn = Word(in, 0);
  V records = At(defer_frame_, offsetof(rt::DeferFrame, records));
  V head = b_.CreateLoad(m_.ptr, records, true);
  V record;
  if (in.in_loop) {
    record = CallEntry(EntryPoint::k_mallocgc,
                       {m_.Int64(sizeof(rt::DeferRecord)),
                        m_.ObjectDesc(sizeof(rt::DeferRecord), {true, true, false}),
                        llvm::ConstantInt::getTrue(m_.llvm)});
    StorePointerBarrier(At(record, offsetof(rt::DeferRecord, link)), head);
    StorePointerBarrier(At(record, offsetof(rt::DeferRecord, fn)), fn);
    // The first record reads the null of its own.
    V behind = b_.CreateSelect(b_.CreateIsNull(head), record, head);
    b_.CreateStore(b_.CreateLoad(m_.ptr, At(behind, offsetof(rt::DeferRecord, in_frame))),
                   At(record, offsetof(rt::DeferRecord, in_frame)));
  } else {
    record = FrameSlot(sizeof(rt::DeferRecord), 8, "defer", /*has_pointers=*/false);
    const Inst& closure = f_.inst(in.args[0]);
    if (closure.op == ir::Op::kMakeClosure) known_defers_.push_back({record, closure.callee});
    b_.CreateStore(head, At(record, offsetof(rt::DeferRecord, link)), true);
    b_.CreateStore(fn, At(record, offsetof(rt::DeferRecord, fn)), true);
    b_.CreateStore(record, At(record, offsetof(rt::DeferRecord, in_frame)), true);
  }
  b_.CreateStore(record, records, true);
}

void FuncContext::LowerRunDefers(const Inst&) { EmitRunDefers(/*after_panic=*/false); }

void FuncContext::LowerPanic(const Inst& in) {
  const Val& v = Arg(in, 0);
  PanicCall(EntryPoint::k_gopanic, {v.w[0], v.w[1]});
}

void FuncContext::LowerRecover(const Inst& in) {
  V fp = b_.CreateIntrinsic(llvm::Intrinsic::frameaddress, {m_.ptr}, {m_.Int32(0)});
  // Frames are aligned: the lowest bit says that the caller's is meant.
  if (in.imm != 0) fp = At(fp, 1);
  V two = CallEntry(EntryPoint::k_gorecover, {fp});
  Set(in, Val(b_.CreateIntToPtr(b_.CreateExtractValue(two, 0), m_.ptr),
              b_.CreateIntToPtr(b_.CreateExtractValue(two, 1), m_.ptr)));
}

void FuncContext::LowerPanicRuntime(const Inst& in) {
  switch (static_cast<ir::RuntimePanic>(in.imm)) {
    case ir::RuntimePanic::kDivide: return PanicCall(EntryPoint::k_panicdivide, {});
    case ir::RuntimePanic::kShift: return PanicCall(EntryPoint::k_panicshift, {});
    case ir::RuntimePanic::kNilDeref: return PanicCall(EntryPoint::k_panicmem, {m_.Int64(0)});
    case ir::RuntimePanic::kMakeSliceLen: return PanicCall(EntryPoint::k_panicmakeslicelen, {});
    case ir::RuntimePanic::kMakeSliceCap: return PanicCall(EntryPoint::k_panicmakeslicecap, {});
    case ir::RuntimePanic::kUnsafeSliceLen:
      return PanicCall(EntryPoint::k_panicunsafeslicelen, {});
    case ir::RuntimePanic::kUnsafeSliceNilPtr:
      return PanicCall(EntryPoint::k_panicunsafeslicenilptr, {});
    case ir::RuntimePanic::kUnsafeStringLen:
      return PanicCall(EntryPoint::k_panicunsafestringlen, {});
    case ir::RuntimePanic::kRangeState: return PanicCall(EntryPoint::k_panicrangestate, {});
    case ir::RuntimePanic::kMissingReturn:
      b_.CreateIntrinsic(llvm::Intrinsic::trap, {}, {});
      b_.CreateUnreachable();
      return;
    case ir::RuntimePanic::kWrap: {
      // "package type method"
      std::vector<V> args;
      std::string_view rest = in.text;
      for (int i = 0; i < 3; i++) {
        const size_t end = i == 2 ? std::string_view::npos : rest.find(' ');
        const std::string_view part = rest.substr(0, end);
        args.push_back(m_.StringBytes(part));
        args.push_back(m_.Int64(static_cast<int64_t>(part.size())));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      }
      return PanicCall(EntryPoint::k_panicwrap, args);
    }
  }
}

// ---- control

void FuncContext::LowerJump(const Inst& in) { b_.CreateBr(BlockOf(in.target0)); }

void FuncContext::LowerBranch(const Inst& in) {
  b_.CreateCondBr(Word(in, 0), BlockOf(in.target0), BlockOf(in.target1),
                  in.likely == 1   ? m_.likely
                  : in.likely == 2 ? m_.unlikely
                                   : nullptr);
}

void FuncContext::LowerSwitch(const Inst& in) {
  V v = Word(in, 0);
  auto* type = llvm::cast<llvm::IntegerType>(v->getType());
  // LLVM goes through all tables for each block that it deletes.
  constexpr size_t kMaxTableWork = 100000000;
  if (in.cases.size() * f_.blocks.size() > kMaxTableWork) fn_->addFnAttr("no-jump-tables", "true");
  auto* sw = b_.CreateSwitch(v, BlockOf(in.target0), static_cast<unsigned>(in.cases.size()));
  for (const ir::SwitchCase& c : in.cases) {
    sw->addCase(llvm::ConstantInt::get(type, static_cast<uint64_t>(c.value)), BlockOf(c.target));
  }
}

void FuncContext::LowerReturn(const Inst& in) {
  std::vector<Val> results;
  for (size_t i = 0; i < in.args.size(); i++) results.push_back(Arg(in, i));
  EmitReturn(results);
}

void FuncContext::EmitReturn(const std::vector<Val>& word_results) {
  std::vector<V> words(static_cast<size_t>(abi_->num_words));
  size_t next = 0;
  for (const FuncAbi::Result& r : abi_->results) {
    const Words& w = WordsOf(r.type);
    if (w.count == 0) continue;
    const Val& v = word_results[next++];
    if (r.hidden >= 0) {
      StoreWords(hidden_[static_cast<size_t>(r.hidden)], v, r.type);
    } else {
      for (int i = 0; i < w.count; i++) words[static_cast<size_t>(r.first + i)] = v.w[i];
    }
  }
  if (words.empty()) {
    b_.CreateRetVoid();
  } else if (words.size() == 1) {
    b_.CreateRet(words[0]);
  } else {
    b_.CreateAggregateRet(words.data(), static_cast<unsigned>(words.size()));
  }
}

void FuncContext::LowerUnreachable(const Inst&) { b_.CreateUnreachable(); }

void FuncContext::LowerPoll(const Inst&) {
  if (IsQuick()) {
    CallEntry(EntryPoint::k_pollcheck, {});
    return;
  }
  // Written in assembly: LLVM does not fold a volatile load into the comparison.
  static_assert(rt::kStackPreempt == static_cast<uint64_t>(-1314) && rt::kTlsStackLimit == 112);
  auto* type = llvm::FunctionType::get(m_.i32, {}, false);
  auto* look = b_.CreateCall(
      llvm::InlineAsm::get(type, kPollAssembly, "={@cce},~{dirflag},~{fpsr},~{flags}", true), {});
  look->setMemoryEffects(llvm::MemoryEffects::inaccessibleMemOnly());
  V asked = b_.CreateICmpNE(look, m_.Int32(0));
  UnlikelyIf(asked, [&] { CallEntry(EntryPoint::k_poll, {}); });
}

void FuncContext::LowerFuel(const Inst& in) {
  V cell = At(LoadTls(rt::kTlsGlobals, m_.ptr, /*invariant=*/true), rt::kFuelOffset);
  V left = b_.CreateSub(b_.CreateLoad(m_.i64, cell), m_.Int64(in.imm));
  b_.CreateStore(left, cell);
  UnlikelyIf(b_.CreateICmpSLT(left, m_.Int64(0)), [&] { CallEntry(EntryPoint::k_fuelstop, {}); });
}

void FuncContext::LowerKeepAlive(const Inst& in) {
  for (size_t i = 0; i < in.args.size(); i++) {
    const Val& v = Arg(in, i);
    for (int j = 0; j < v.n; j++) {
      if (!v.w[j]->getType()->isPointerTy()) continue;
      auto* type = llvm::FunctionType::get(m_.void_ty, {m_.ptr}, false);
      b_.CreateCall(llvm::InlineAsm::get(type, "", "r,~{memory}", true), {v.w[j]});
    }
  }
}

}  // namespace gol::jit
