// FuncContext: calls, goroutines, channels, select, print.
#include "jit/lower.h"

#include <cstddef>

#include "base/bits.h"
#include "base/check.h"
#include "jit/stack_maps.h"
#include "llvm/IR/InlineAsm.h"

namespace gol::jit {

using rt::EntryPoint;

// ---- compiled functions

namespace {

// Whether the function calls compiled code, which might recover.
bool CallsGo(const ir::Func& f) {
  for (const ir::Inst& in : f.insts) {
    if (in.op == ir::Op::kCall || in.op == ir::Op::kCallClosure || in.op == ir::Op::kCallIface) {
      return true;
    }
  }
  return false;
}

}  // namespace

// Calls compiled code. args[first...] are the IR's operands: parameters, then an address for each
// aggregate result. receiver, where not null, goes before the parameters.
void FuncContext::EmitCall(const Inst& in, const FuncAbi& abi, V callee, V receiver, size_t first,
                           V context) {
  const size_t num_params = abi.params.size() - (receiver != nullptr ? 1 : 0);
  std::vector<V> args;
  std::vector<V> hidden;
  size_t result_arg = first + num_params;
  for (const FuncAbi::Result& r : abi.results) {
    if (WordsOf(r.type).count == 0) {
      hidden.push_back(Word(in, result_arg++));
    } else if (r.hidden >= 0) {
      hidden.push_back(FrameSlotOf(r.type, "result"));
    }
  }
  args = hidden;
  if (receiver != nullptr) args.push_back(receiver);
  for (size_t i = 0; i < num_params; i++) {
    const Val& v = Arg(in, first + i);
    for (int j = 0; j < v.n; j++) args.push_back(v.w[j]);
  }
  if (abi.has_context) args.push_back(context != nullptr ? context : m_.Null());
  auto* c = b_.CreateCall(abi.type, callee, args);
  c->setCallingConv(llvm::CallingConv::Swift);
  c->setAttributes(m_.AttributesOf(abi));
  c->setDoesNotThrow();
  // What a wrapper that is deferred calls counts as deferred itself, what that calls does not: were
  // it inlined, recover would mistake the one for the other.
  if (f_.is_wrapper && (in.callee == nullptr || (in.callee->is_built && CallsGo(*in.callee)))) {
    c->setIsNoInline();
  }

  std::vector<Val> results;
  for (const FuncAbi::Result& r : abi.results) {
    const Words& w = WordsOf(r.type);
    if (w.count == 0) continue;
    if (r.hidden >= 0) {
      results.push_back(LoadWords(hidden[static_cast<size_t>(r.hidden)], r.type));
      continue;
    }
    Val v;
    v.n = w.count;
    for (int j = 0; j < w.count; j++) {
      v.w[j] = abi.num_words == 1 ? c
                                  : b_.CreateExtractValue(c, static_cast<unsigned>(r.first + j));
    }
    results.push_back(v);
  }
  SetTuple(in, std::move(results));
}

void FuncContext::LowerCall(const Inst& in) {
  EmitCall(in, m_.AbiOf(in.callee), m_.FuncOf(in.callee), nullptr, 0, nullptr);
}

void FuncContext::LowerCallClosure(const Inst& in) {
  V fn = Word(in, 0);
  Check(b_.CreateIsNotNull(fn), EntryPoint::k_panicmem, {m_.Int64(0)});
  EmitCall(in, m_.AbiOfValue(in.sig, /*through_iface=*/false), b_.CreateLoad(m_.ptr, fn), nullptr,
           1, fn);
}

void FuncContext::LowerCallIface(const Inst& in) {
  const Val i = Arg(in, 0);
  const int64_t method = static_cast<int64_t>(offsetof(rt::Itab, fun)) + 8 * in.imm;
  Check(b_.CreateIsNotNull(i.w[0]), EntryPoint::k_panicmem, {m_.Int64(method)});
  V code = b_.CreateLoad(m_.ptr, At(i.w[0], method));
  EmitCall(in, m_.AbiOfValue(in.sig, /*through_iface=*/true), code, i.w[1], 1, nullptr);
}

// ---- native functions

// Whether the one result comes back in registers.
static bool ReturnsInRegisters(const FuncAbi& abi, const Words& w) {
  return abi.results.size() == 1 && (w.count == 1 || (w.count == 2 && !w.is_float(0)));
}

llvm::FunctionCallee ModuleContext::Native(const ir::Func* f) {
  const FuncAbi& abi = AbiOf(f);
  std::vector<llvm::Type*> params;
  llvm::Type* result = void_ty;
  if (!abi.results.empty()) {
    const Words& w = WordsOf(abi.results[0].type);
    if (!ReturnsInRegisters(abi, w)) params.push_back(ptr);
    else if (w.count == 1) result = w.type[0];
    else result = llvm::StructType::get(llvm, {w.type[0], w.type[1]});
  }
  llvm::AttributeList attrs;
  for (types::Type* t : abi.params) {
    const Words& w = WordsOf(t);
    if (w.count == 0) params.push_back(ptr);
    for (int i = 0; i < w.count; i++) {
      // C expects small integers extended by the caller.
      if (w.type[i]->isIntegerTy() && w.type[i]->getIntegerBitWidth() < 32) {
        attrs = attrs.addParamAttribute(
            llvm, static_cast<unsigned>(params.size()),
            w.is_signed ? llvm::Attribute::SExt : llvm::Attribute::ZExt);
      }
      params.push_back(w.type[i]);
    }
  }
  if (result->isIntegerTy(1)) attrs = attrs.addRetAttribute(llvm, llvm::Attribute::ZExt);
  llvm::FunctionCallee callee = module_->getOrInsertFunction(
      NativeSymbol(*f), llvm::FunctionType::get(result, params, false));
  auto* fn = llvm::cast<llvm::Function>(callee.getCallee());
  fn->setAttributes(attrs);
  fn->setDoesNotThrow();
  return callee;
}

std::vector<Val> FuncContext::CallNativeFunc(const ir::Func* f, llvm::ArrayRef<Val> args,
                                             llvm::ArrayRef<V> addresses) {
  const FuncAbi& abi = m_.AbiOf(f);
  llvm::FunctionCallee callee = m_.Native(f);
  std::vector<V> words;
  // The struct of the results, laid out as Go would.
  std::vector<int64_t> offsets;
  V out = nullptr;
  if (!abi.results.empty() && !ReturnsInRegisters(abi, WordsOf(abi.results[0].type))) {
    int64_t size = 0, align = 1;
    for (const FuncAbi::Result& r : abi.results) {
      size = static_cast<int64_t>(AlignUp(static_cast<uint64_t>(size),
                                          static_cast<uint64_t>(layout_.AlignOf(r.type))));
      offsets.push_back(size);
      size += layout_.SizeOf(r.type);
      align = std::max(align, layout_.AlignOf(r.type));
    }
    out = FrameSlot(size, align, "results");
    words.push_back(out);
  }
  for (const Val& v : args) {
    for (int j = 0; j < v.n; j++) words.push_back(v.w[j]);
  }
  auto* fn = llvm::cast<llvm::Function>(callee.getCallee());
  auto* c = b_.CreateCall(callee, words);
  c->setAttributes(fn->getAttributes());
  if (out != nullptr) c->addParamAttr(0, llvm::Attribute::get(m_.llvm, kOutAttribute));
  std::vector<Val> results;
  if (abi.results.empty()) return results;
  if (out == nullptr) {
    if (WordsOf(abi.results[0].type).count == 1) results.push_back(Val(c));
    else results.push_back(Val(b_.CreateExtractValue(c, 0), b_.CreateExtractValue(c, 1)));
    return results;
  }
  size_t address = 0;
  for (size_t i = 0; i < abi.results.size(); i++) {
    Type* t = abi.results[i].type;
    if (WordsOf(t).count == 0) {
      CopyMemory(addresses[address++], At(out, offsets[i]), t);
    } else {
      results.push_back(LoadWords(At(out, offsets[i]), t));
    }
  }
  return results;
}

void FuncContext::LowerCallNative(const Inst& in) {
  const size_t num_params = m_.AbiOf(in.callee).params.size();
  std::vector<Val> args;
  std::vector<V> addresses;
  for (size_t i = 0; i < in.args.size(); i++) {
    if (i < num_params) args.push_back(Arg(in, i));
    else addresses.push_back(Word(in, i));
  }
  SetTuple(in, CallNativeFunc(in.callee, args, addresses));
}

// A function of compiled code's convention that calls the native one: for func values and itabs.
void FuncContext::LowerNativeAdapter() {
  abi_ = &m_.AbiOf(&f_);
  auto* entry = NewBlock("entry");
  b_.SetInsertPoint(entry);
  alloca_point_ = b_.CreateAlloca(m_.i8, nullptr, "frame");
  unsigned arg = 0;
  std::vector<V> addresses;
  for (int i = 0; i < abi_->num_hidden; i++) hidden_.push_back(fn_->getArg(arg++));
  for (const FuncAbi::Result& r : abi_->results) {
    if (WordsOf(r.type).count == 0) addresses.push_back(hidden_[static_cast<size_t>(r.hidden)]);
  }
  std::vector<Val> args;
  for (Type* t : abi_->params) {
    Val v;
    v.n = std::max(WordsOf(t).count, 1);
    for (int i = 0; i < v.n; i++) v.w[i] = fn_->getArg(arg++);
    args.push_back(v);
  }
  EmitReturn(CallNativeFunc(&f_, args, addresses));
  alloca_point_->eraseFromParent();
}

// ---- goroutines

void FuncContext::LowerGo(const Inst& in) {
  // An address in this statement: what "created by" in tracebacks points to.
  auto* type = llvm::FunctionType::get(m_.ptr, {}, false);
  V pc = b_.CreateCall(llvm::InlineAsm::get(type, "leaq 0(%rip), $0", "=r", true), {});
  CallEntry(EntryPoint::k_newproc, {Word(in, 0), pc});
}

// ---- channels

void FuncContext::LowerChanSend(const Inst& in) {
  CallEntry(EntryPoint::k_chansend1, {Word(in, 0), Word(in, 1)});
}

void FuncContext::LowerChanRecv(const Inst& in) {
  V to = HasArg(in, 1) ? Word(in, 1) : m_.Null();
  auto* call = llvm::cast<llvm::CallInst>(CallEntry(EntryPoint::k_chanrecv2, {Word(in, 0), to}));
  call->addParamAttr(1, llvm::Attribute::get(m_.llvm, kOutAttribute));
  Set(in, call);
}

void FuncContext::LowerChanClose(const Inst& in) {
  CallEntry(EntryPoint::k_closechan, {Word(in, 0)});
}

void FuncContext::LowerChanLen(const Inst& in) {
  Set(in, LengthOf(Word(in, 0), offsetof(rt::hchan, qcount)));
}

void FuncContext::LowerChanCap(const Inst& in) {
  Set(in, LengthOf(Word(in, 0), offsetof(rt::hchan, dataqsiz)));
}

void FuncContext::LowerSelect(const Inst& in) {
  const auto n = static_cast<int64_t>(in.args.size() / 2);
  V cases = FrameSlot(n * static_cast<int64_t>(sizeof(rt::scase)), 8, "cases");
  for (int64_t i = 0; i < n; i++) {
    const auto a = static_cast<size_t>(2 * i);
    V c = At(cases, i * static_cast<int64_t>(sizeof(rt::scase)));
    b_.CreateStore(HasArg(in, a) ? Word(in, a) : m_.Null(), At(c, offsetof(rt::scase, c)));
    b_.CreateStore(HasArg(in, a + 1) ? Word(in, a + 1) : m_.Null(),
                   At(c, offsetof(rt::scase, elem)));
  }
  V two = CallEntry(EntryPoint::k_selectgo,
                    {cases, m_.Int64(in.imm), m_.Int64(n - in.imm),
                     llvm::ConstantInt::get(m_.i1, in.blocking)});
  SetTuple(in, {Val(b_.CreateExtractValue(two, 0)),
                Val(b_.CreateTrunc(b_.CreateExtractValue(two, 1), m_.i1))});
}

void FuncContext::LowerBlock(const Inst&) { PanicCall(EntryPoint::k_block, {}); }

// ---- print

void FuncContext::LowerPrint(const Inst& in) {
  const Val none;
  const Val& v = in.args.empty() ? none : Arg(in, 0);
  switch (static_cast<ir::PrintKind>(in.imm)) {
    case ir::PrintKind::kLock: CallEntry(EntryPoint::k_printlock, {}); break;
    case ir::PrintKind::kUnlock: CallEntry(EntryPoint::k_printunlock, {}); break;
    case ir::PrintKind::kBool: CallEntry(EntryPoint::k_printbool, {v.w[0]}); break;
    case ir::PrintKind::kInt: CallEntry(EntryPoint::k_printint, {Extend(v.w[0], true)}); break;
    case ir::PrintKind::kUint: CallEntry(EntryPoint::k_printuint, {Extend(v.w[0], false)}); break;
    case ir::PrintKind::kFloat:
      CallEntry(v.w[0]->getType()->isFloatTy() ? EntryPoint::k_printfloat32
                                               : EntryPoint::k_printfloat,
                {b_.CreateFPCast(v.w[0], m_.f64)});
      break;
    case ir::PrintKind::kComplex:
      CallEntry(v.w[0]->getType()->isFloatTy() ? EntryPoint::k_printcomplex64
                                               : EntryPoint::k_printcomplex,
                {b_.CreateFPCast(v.w[0], m_.f64), b_.CreateFPCast(v.w[1], m_.f64)});
      break;
    case ir::PrintKind::kString:
      CallEntry(EntryPoint::k_printstring, {v.w[0], v.w[1]});
      break;
    case ir::PrintKind::kPointer: CallEntry(EntryPoint::k_printpointer, {v.w[0]}); break;
    case ir::PrintKind::kEface:
    case ir::PrintKind::kIface:
      CallEntry(EntryPoint::k_printeface, {v.w[0], v.w[1]});
      break;
    case ir::PrintKind::kSlice:
      CallEntry(EntryPoint::k_printslice, {v.w[0], v.w[1], v.w[2]});
      break;
    case ir::PrintKind::kSpace: CallEntry(EntryPoint::k_printsp, {}); break;
    case ir::PrintKind::kNewline: CallEntry(EntryPoint::k_printnl, {}); break;
  }
}

}  // namespace gol::jit
