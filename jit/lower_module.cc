// ModuleContext: word types, calling conventions, declarations, static data. See lower.h.
#include <algorithm>

#include "base/bits.h"
#include "base/check.h"
#include "frontend/source/source_manager.h"
#include "frontend/types/type_string.h"
#include "jit/lower.h"
#include "jit/replace.h"
#include "jit/stack_maps.h"
#include "runtime/abi/module_info.h"

namespace gol::jit {

ModuleContext::ModuleContext(RunContext& r, const ir::Module& m, llvm::TargetMachine& machine)
    : run(r), ir(m), layout(m.layout()), llvm(r.llvm) {
  module_ = std::make_unique<llvm::Module>(
      m.name.empty() ? "main" : llvm::StringRef(m.name.data(), m.name.size()), llvm);
  module_->setTargetTriple(machine.getTargetTriple().str());
  module_->setDataLayout(machine.createDataLayout());
  module_->setPICLevel(llvm::PICLevel::SmallPIC);
  module_->setPIELevel(llvm::PIELevel::Small);
  void_ty = llvm::Type::getVoidTy(llvm);
  i1 = llvm::Type::getInt1Ty(llvm);
  i8 = llvm::Type::getInt8Ty(llvm);
  i16 = llvm::Type::getInt16Ty(llvm);
  i32 = llvm::Type::getInt32Ty(llvm);
  i64 = llvm::Type::getInt64Ty(llvm);
  f32 = llvm::Type::getFloatTy(llvm);
  f64 = llvm::Type::getDoubleTy(llvm);
  ptr = llvm::PointerType::get(llvm, 0);
  llvm::MDBuilder md(llvm);
  likely = md.createBranchWeights(2000, 1);
  unlikely = md.createBranchWeights(1, 2000);
  empty_node = llvm::MDNode::get(llvm, {});
}

ModuleContext::~ModuleContext() = default;

llvm::Type* ModuleContext::IntType(int64_t bytes) {
  switch (bytes) {
    case 1: return i8;
    case 2: return i16;
    case 4: return i32;
    default: return i64;
  }
}

const Words& ModuleContext::WordsOf(types::Type* t) {
  t = layout.Canon(t);
  const uint32_t id = t->canonical_id;
  if (id >= words_known_.size()) {
    words_known_.resize(id + 64);
    while (words_.size() < words_known_.size()) words_.emplace_back();
  }
  Words& w = words_[id];
  if (words_known_[id]) return w;
  words_known_[id] = true;
  auto add = [&w](llvm::Type* type, int64_t offset, bool pointer) {
    w.type[w.count] = w.mem[w.count] = type;
    w.offset[w.count] = offset;
    w.pointer[w.count] = pointer;
    w.count++;
  };
  switch (layout.KindOf(t)) {
    case rt::kBool:
      add(i1, 0, false);
      w.mem[0] = i8;
      break;
    case rt::kInt: case rt::kInt8: case rt::kInt16: case rt::kInt32: case rt::kInt64:
      w.is_signed = true;
      [[fallthrough]];
    case rt::kUint: case rt::kUint8: case rt::kUint16: case rt::kUint32: case rt::kUint64:
    case rt::kUintptr:
      add(IntType(layout.SizeOf(t)), 0, false);
      break;
    case rt::kFloat32: add(f32, 0, false); break;
    case rt::kFloat64: add(f64, 0, false); break;
    case rt::kComplex64:
      add(f32, 0, false);
      add(f32, 4, false);
      break;
    case rt::kComplex128:
      add(f64, 0, false);
      add(f64, 8, false);
      break;
    case rt::kString:
      add(ptr, 0, true);
      add(i64, 8, false);
      break;
    case rt::kSlice:
      add(ptr, 0, true);
      add(i64, 8, false);
      add(i64, 16, false);
      break;
    case rt::kInterface:
      // The first word points to a descriptor or itab, which never lie in the heap.
      add(ptr, 0, false);
      add(ptr, 8, true);
      break;
    case rt::kChan: case rt::kFunc: case rt::kMap: case rt::kPointer: case rt::kUnsafePointer:
      add(ptr, 0, true);
      break;
    case rt::kArray: case rt::kStruct: case rt::kInvalid:
      break;
  }
  return w;
}

// ---- conventions

FuncAbi ModuleContext::MakeAbi(const std::vector<types::Type*>& params,
                               const types::Signature* sig, bool has_context) {
  constexpr int kMaxWords = 4;
  FuncAbi abi;
  abi.params = params;
  abi.has_context = has_context;
  std::vector<llvm::Type*> returned;
  int ints = 0, floats = 0;
  for (size_t i = 0; sig != nullptr && i < sig->num_results(); i++) {
    FuncAbi::Result r{layout.Canon(sig->results->at(i)->type)};
    const Words& w = WordsOf(r.type);
    int need_ints = 0, need_floats = 0;
    for (int j = 0; j < w.count; j++) (w.is_float(j) ? need_floats : need_ints)++;
    if (w.count == 0 || ints + need_ints > kMaxWords || floats + need_floats > kMaxWords) {
      r.hidden = abi.num_hidden++;
    } else {
      r.first = static_cast<int>(returned.size());
      ints += need_ints;
      floats += need_floats;
      for (int j = 0; j < w.count; j++) returned.push_back(w.type[j]);
    }
    abi.results.push_back(r);
  }
  abi.num_words = static_cast<int>(returned.size());
  std::vector<llvm::Type*> args(abi.num_hidden, ptr);
  abi.first_arg = abi.num_hidden;
  for (types::Type* p : params) {
    const Words* w = p == nullptr ? nullptr : &WordsOf(p);
    if (w == nullptr || w->count == 0) {
      args.push_back(ptr);
    } else {
      for (int j = 0; j < w->count; j++) args.push_back(w->type[j]);
    }
  }
  if (has_context) args.push_back(ptr);
  llvm::Type* result = returned.empty()       ? void_ty
                       : returned.size() == 1 ? returned[0]
                                              : llvm::StructType::get(llvm, returned);
  abi.type = llvm::FunctionType::get(result, args, false);
  return abi;
}

const FuncAbi& ModuleContext::AbiOf(const ir::Func* f) {
  auto it = abis_.find(f);
  if (it != abis_.end()) return it->second;
  std::vector<types::Type*> params;
  if (!f->params.empty()) {
    for (ir::LocalId l : f->params) params.push_back(f->local(l).type);
  } else {
    if (f->sig->recv != nullptr) params.push_back(f->sig->recv->type);
    for (size_t i = 0; i < f->sig->num_params(); i++) params.push_back(f->sig->params->at(i)->type);
  }
  return abis_.emplace(f, MakeAbi(params, f->sig, f->is_closure)).first->second;
}

const FuncAbi& ModuleContext::AbiOfValue(const types::Signature* sig, bool through_iface) {
  auto [it, is_new] = value_abis_.try_emplace({sig, through_iface});
  if (is_new) {
    std::vector<types::Type*> params;
    if (through_iface) params.push_back(nullptr);
    for (size_t i = 0; i < sig->num_params(); i++) params.push_back(sig->params->at(i)->type);
    it->second = MakeAbi(params, sig, !through_iface);
  }
  return it->second;
}

llvm::AttributeList ModuleContext::AttributesOf(const FuncAbi& abi) {
  llvm::AttributeList list;
  for (int i = 0; i < abi.num_hidden; i++) {
    list = list.addParamAttribute(llvm, i, llvm::Attribute::NoAlias);
    list = list.addParamAttribute(llvm, i, llvm::Attribute::get(llvm, kOutAttribute));
  }
  const unsigned n = abi.type->getNumParams();
  for (unsigned i = 0; i < n; i++) {
    if (abi.type->getParamType(i)->isIntegerTy(1)) {
      list = list.addParamAttribute(llvm, i, llvm::Attribute::ZExt);
    }
  }
  if (abi.type->getReturnType()->isIntegerTy(1)) {
    list = list.addRetAttribute(llvm, llvm::Attribute::ZExt);
  }
  if (abi.has_context) list = list.addParamAttribute(llvm, n - 1, llvm::Attribute::SwiftSelf);
  return list;
}

// ---- symbols

llvm::Function* ModuleContext::FuncOf(const ir::Func* f) {
  auto it = funcs_.find(f);
  if (it != funcs_.end()) return it->second;
  DeclareFunc(f);
  return funcs_[f];
}

bool ModuleContext::HasCode(const ir::Func* f) const {
  if (!f->is_built || f->blocks.empty()) return false;
  if (run.part != nullptr && !run.part->Owns(f) && !IsCopy(f)) return false;
  const auto& is_defined =
      run.kind == CodeKind::kReplacement ? run.is_precompiled : run.is_defined;
  return !f->is_instance || !is_defined || !is_defined(CodeSymbol(*f));
}

void ModuleContext::DeclareFunc(const ir::Func* f) {
  const FuncAbi& abi = AbiOf(f);
  const bool is_body = HasCode(f);
  const bool replaces = is_body && run.kind == CodeKind::kReplacement;
  auto* fn = llvm::Function::Create(
      abi.type,
      replaces ? llvm::GlobalValue::InternalLinkage : llvm::GlobalValue::ExternalLinkage,
      CodeSymbol(*f) + (replaces ? kReplacementSuffix : ""), module_.get());
  funcs_[f] = fn;
  fn->setCallingConv(llvm::CallingConv::Swift);
  fn->setAttributes(AttributesOf(abi));
  fn->setDoesNotThrow();
  // The linker names the ends of a section with such a name: what lies between is compiled code.
  const bool has_code = f->kind == ir::FuncKind::kNative || is_body;
  if (run.for_object && has_code) fn->setSection("gol_text");
  if (has_code) {
    const uint64_t flags = (abi.params.empty() ? 0 : uint64_t{rt::kFuncHasParams}) |
                           (f->is_wrapper || f->kind == ir::FuncKind::kWrapper
                                ? uint64_t{rt::kFuncIsWrapper}
                                : 0);
    fn->setPrefixData(llvm::ConstantStruct::getAnon(
        {llvm::ConstantInt::get(i64, rt::kFuncPrefixMagic), llvm::ConstantInt::get(i64, flags)}));
  }
  if (f->kind == ir::FuncKind::kNative) {
    fn->setLinkage(llvm::GlobalValue::InternalLinkage);
    fn->addFnAttr("split-stack");
    fn->addFnAttr("frame-pointer", "all");
    fn->addFnAttr("disable-tail-calls", "true");
    FuncContext(*this, *f, fn).LowerNativeAdapter();
    return;
  }
  if (!is_body) return;
  if (run.kind == CodeKind::kQuick) fn->addFnAttr("patchable-function-entry", "5");
  if (IsCopy(f)) {
    fn->setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
  } else if (f->is_instance) {
    if (run.for_object) {
      fn->setLinkage(llvm::GlobalValue::LinkOnceODRLinkage);
      fn->setComdat(module_->getOrInsertComdat(fn->getName()));
    }
  } else if (!run.for_object && run.options.whole_program && f != ir.entry &&
             (run.part == nullptr || !run.part->exports.contains(f))) {
    fn->setLinkage(llvm::GlobalValue::InternalLinkage);
  }
  fn->setDSOLocal(true);
  fn->addFnAttr("split-stack");
  fn->addFnAttr("frame-pointer", "all");
  fn->addFnAttr("disable-tail-calls", "true");
  fn->addFnAttr("no-trapping-math", "true");
  // What runs once and has no loop is not worth optimising (main.main may be called again, but seldom is);
  // nor is the initialiser of large tables for the sake of a loop in it.
  bool has_loop = false;
  for (const ir::Block& b : f->blocks) has_loop |= b.loop_depth > 0;
  const bool is_init = f->kind == ir::FuncKind::kInit || f == ir.entry;
  constexpr size_t kManyInsts = 2000;
  if (has_loop ? is_init && f->insts.size() > kManyInsts : is_init || f->name == "main.main") {
    fn->addFnAttr(llvm::Attribute::OptimizeNone);
    fn->addFnAttr(llvm::Attribute::NoInline);
  } else if (f->no_inline || f->has_recover || f->has_defer || f->is_wrapper ||
             !run.options.inline_funcs) {
    fn->addFnAttr(llvm::Attribute::NoInline);
  }
}

llvm::FunctionCallee ModuleContext::Entry(rt::EntryPoint e) {
  llvm::Function*& fn = entries_[static_cast<size_t>(e)];
  if (fn != nullptr) return fn;
  const rt::EntryInfo& info = rt::kEntryInfo[static_cast<size_t>(e)];
  auto type_of = [this](std::string_view name, std::vector<llvm::Type*>* out) {
    if (name == "Bool") out->push_back(i1);
    else if (name == "I32") out->push_back(i32);
    else if (name == "I64") out->push_back(i64);
    else if (name == "F64") out->push_back(f64);
    else if (name == "Ptr") out->push_back(ptr);
    else if (name == "Str") { out->push_back(ptr); out->push_back(i64); }
    else if (name == "Two") { out->push_back(i64); out->push_back(i64); }
    else if (name != "Void") GOL_UNREACHABLE("type of an entry point");
  };
  std::vector<llvm::Type*> result, params;
  type_of(info.result, &result);
  std::string_view text(info.params);
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    size_t start = text.find_first_not_of(" ,");
    if (start == std::string_view::npos) break;
    text = text.substr(start);
    size_t end = text.find_first_of(" ,");
    type_of(text.substr(0, end), &params);
    size_t comma = text.find(',');
    if (comma == std::string_view::npos) break;
    text = text.substr(comma + 1);
  }
  llvm::Type* r = result.empty() ? void_ty
                  : result.size() == 1 ? result[0] : llvm::StructType::get(llvm, result);
  // Programs call the functions of maps by Go's names, which -l shows.
  const bool is_map = std::string_view(info.name).starts_with("map") && !run.for_object;
  fn = llvm::Function::Create(llvm::FunctionType::get(r, params, false),
                              llvm::GlobalValue::ExternalLinkage,
                              std::string(is_map ? "runtime." : "gol_rt_") + info.name,
                              module_.get());
  fn->setDoesNotThrow();
  if ((info.flags & rt::kEntryLeaf) != 0) fn->addFnAttr(kLeafAttribute);
  if (std::string_view(info.params).starts_with("(Ptr out")) {
    fn->addParamAttr(0, llvm::Attribute::get(llvm, kOutAttribute));
  }
  for (unsigned i = 0; i < params.size(); i++) {
    if (params[i] == i1) fn->addParamAttr(i, llvm::Attribute::ZExt);
  }
  if (r == i1) fn->addRetAttr(llvm::Attribute::ZExt);
  if ((info.flags & rt::kEntryNoReturn) != 0) {
    fn->setDoesNotReturn();
    fn->addFnAttr(llvm::Attribute::Cold);
  }
  switch (e) {
    case rt::EntryPoint::k_mallocgc:
    case rt::EntryPoint::k_newobject:
    case rt::EntryPoint::k_newarray:
      fn->addRetAttr(llvm::Attribute::NoAlias);
      fn->addRetAttr(llvm::Attribute::NonNull);
      break;
    case rt::EntryPoint::k_mapassign:
    case rt::EntryPoint::k_mapassign_fast32:
    case rt::EntryPoint::k_mapassign_fast64:
    case rt::EntryPoint::k_mapassign_faststr:
    case rt::EntryPoint::k_makemap:
    case rt::EntryPoint::k_makemap_small:
    case rt::EntryPoint::k_makechan:
      fn->addRetAttr(llvm::Attribute::NonNull);
      break;
    case rt::EntryPoint::k_memequal:
    case rt::EntryPoint::k_cmpstring:
    case rt::EntryPoint::k_countrunes:
    case rt::EntryPoint::k_decoderune:
      fn->setMemoryEffects(llvm::MemoryEffects::argMemOnly(llvm::ModRefInfo::Ref));
      fn->addFnAttr(llvm::Attribute::WillReturn);
      break;
    case rt::EntryPoint::k_gcWriteBarrier:
      fn->addFnAttr(llvm::Attribute::Cold);
      break;
    case rt::EntryPoint::k_poll:
      // Saves all general registers itself. That the loop's memory is untouched by it lets loads be
      // kept across it: other goroutines' stores need not be seen before some synchronisation, and
      // objects do not move. The one word that it may change, whether barriers are on, is loaded as
      // volatile.
      fn->setMemoryEffects(llvm::MemoryEffects::inaccessibleMemOnly());
      fn->setCallingConv(llvm::CallingConv::PreserveMost);
      fn->addFnAttr(llvm::Attribute::Cold);
      break;
    default:
      break;
  }
  return fn;
}

llvm::Constant* ModuleContext::StaticClosure(const ir::Func* f) {
  llvm::Constant*& c = closures_[f];
  if (c != nullptr) return c;
  // Code that needs no context: the object is one word.
  auto* type = llvm::StructType::get(llvm, llvm::ArrayRef<llvm::Type*>(ptr));
  auto* var = new llvm::GlobalVariable(*module_, type, true, llvm::GlobalValue::PrivateLinkage,
                                       llvm::ConstantStruct::get(type, {CodeAddressOf(f)}),
                                       ClosureSymbol(*f));
  var->setAlignment(llvm::Align(8));
  return c = var;
}

llvm::Constant* ModuleContext::ZeroBase() {
  return module_->getOrInsertGlobal("gol_rt_zerobase", llvm::ArrayType::get(i8, 16));
}

llvm::GlobalVariable* ModuleContext::Private(llvm::Constant* init, const char* name,
                                             int64_t align) {
  auto* var = new llvm::GlobalVariable(*module_, init->getType(), true,
                                       llvm::GlobalValue::PrivateLinkage, init, name);
  var->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  var->setAlignment(llvm::Align(align));
  return var;
}

llvm::Constant* ModuleContext::ByteMasks() {
  if (byte_masks_ == nullptr) {
    uint8_t masks[32] = {};
    std::fill_n(masks, 16, 0xff);
    byte_masks_ = Private(llvm::ConstantDataArray::get(llvm, masks), "byte_masks", 32);
  }
  return byte_masks_;
}

llvm::Constant* ModuleContext::StringBytes(std::string_view text) {
  if (text.empty()) return Null();
  llvm::Constant*& c = strings_[std::string(text)];
  if (c == nullptr) {
    c = Private(llvm::ConstantDataArray::getString(
                    llvm, llvm::StringRef(text.data(), text.size()), /*AddNull=*/false),
                "str", 1);
  }
  return c;
}

llvm::Constant* ModuleContext::GoString(std::string_view text) {
  return llvm::ConstantStruct::getAnon({StringBytes(text), Int64(text.size())});
}

llvm::Constant* ModuleContext::Record(const std::vector<llvm::Constant*>& fields) {
  return llvm::ConstantStruct::getAnon(llvm, fields);
}

llvm::Constant* ModuleContext::RefTarget(const ir::StaticData::Ref& ref) {
  using K = ir::StaticData::RefKind;
  switch (ref.kind) {
    case K::kData: return DataOf(ref.data);
    case K::kFunc: return StaticClosure(ref.func);
    case K::kType: return TypeDesc(ref.type);
    case K::kItab: return ItabOf(ref.type, ref.iface);
    case K::kString: return StringBytes(ref.text);
  }
  return nullptr;
}

llvm::Constant* ModuleContext::Pack(int64_t size, std::vector<Piece> pieces) {
  std::sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.offset < b.offset; });
  std::vector<llvm::Constant*> fields;
  int64_t at = 0;
  auto fill = [&](int64_t to) {
    if (to <= at) return;
    fields.push_back(llvm::ConstantAggregateZero::get(llvm::ArrayType::get(i8, to - at)));
    at = to;
  };
  for (const Piece& p : pieces) {
    fill(p.offset);
    if (p.address != nullptr) {
      fields.push_back(p.address);
      at = p.offset + 8;
    } else if (!p.bytes.empty()) {
      fields.push_back(llvm::ConstantDataArray::getRaw(
          llvm::StringRef(p.bytes.data(), p.bytes.size()), p.bytes.size(), i8));
      at = p.offset + static_cast<int64_t>(p.bytes.size());
    }
  }
  fill(size);
  return llvm::ConstantStruct::getAnon(llvm, fields, /*Packed=*/true);
}

void ModuleContext::AddPieces(const ir::StaticData* d, int64_t base, std::vector<Piece>* out) {
  std::vector<const ir::StaticData::Ref*> refs;
  for (const auto& r : d->refs) refs.push_back(&r);
  std::sort(refs.begin(), refs.end(), [](auto* a, auto* b) { return a->offset < b->offset; });
  int64_t at = 0;
  for (const auto* r : refs) {
    if (r->offset > at) out->push_back({base + at, d->bytes.substr(at, r->offset - at), nullptr});
    out->push_back({base + r->offset, {}, RefTarget(*r)});
    at = r->offset + 8;
  }
  if (at < static_cast<int64_t>(d->bytes.size())) {
    out->push_back({base + at, d->bytes.substr(at), nullptr});
  }
}

llvm::Constant* ModuleContext::DataOf(const ir::StaticData* d) {
  auto it = data_.find(d);
  if (it != data_.end()) return it->second;
  // Declared before its contents are made, since data may refer to itself in a circle: the type
  // of the contents is not needed for an address.
  if (run.leaves_data()) run.part->needs->data.push_back(d);
  if (run.kind == CodeKind::kReplacement || run.leaves_data()) {
    return data_[d] = new llvm::GlobalVariable(*module_, i8, !d->is_writable,
                                               llvm::GlobalValue::ExternalLinkage, nullptr,
                                               DataSymbol(d));
  }
  const bool is_named = !d->name.empty();
  auto make = [&](llvm::Type* type) {
    auto* var = new llvm::GlobalVariable(
        *module_, type, !d->is_writable,
        is_named ? llvm::GlobalValue::InternalLinkage : llvm::GlobalValue::PrivateLinkage, nullptr,
        is_named ? llvm::StringRef(d->name.data(), d->name.size()) : llvm::StringRef("data"));
    var->setAlignment(llvm::Align(std::max<int64_t>(d->align, 1)));
    return var;
  };
  llvm::GlobalVariable* early = data_[d] = make(i8);
  std::vector<Piece> pieces;
  AddPieces(d, 0, &pieces);
  llvm::Constant* init = Pack(static_cast<int64_t>(d->bytes.size()), std::move(pieces));
  llvm::GlobalVariable* var = make(init->getType());
  var->setInitializer(init);
  var->takeName(early);
  early->replaceAllUsesWith(var);
  early->eraseFromParent();
  if (run.kind == CodeKind::kQuick || run.part != nullptr) {
    var->setName(DataSymbol(d));
    var->setLinkage(llvm::GlobalValue::ExternalLinkage);
  }
  return data_[d] = var;
}

llvm::Constant* ModuleContext::GlobalsImage() {
  std::vector<Piece> pieces;
  for (const ir::Global* g : ir.globals) {
    if (g->is_extern || g->init == nullptr) continue;
    AddPieces(g->init, g->offset - ir.globals_base, &pieces);
  }
  if (pieces.empty()) return nullptr;
  return Pack(ir.globals_bytes, std::move(pieces));
}

llvm::Constant* ModuleContext::GlobalsPointerMap() {
  std::vector<bool> bits(AlignUp(ir.globals_bytes, 8) / 8);
  for (const ir::Global* g : ir.globals) {
    if (g->is_extern || !layout.HasPointers(g->type)) continue;
    const std::vector<bool> map = layout.PointerMap(g->type);
    const size_t first = static_cast<size_t>(g->offset - ir.globals_base) / 8;
    for (size_t i = 0; i < map.size(); i++) {
      if (map[i]) bits[first + i] = true;
    }
  }
  return Bitmap(bits);
}

// ---- the module as a whole

void ModuleContext::Lower() {
  for (const ir::Func* f : ir.funcs) {
    if (f->kind == ir::FuncKind::kNative || f->kind == ir::FuncKind::kIntrinsic ||
        f->kind == ir::FuncKind::kExtern || !f->is_built || f->blocks.empty()) {
      continue;
    }
    if (!HasCode(f)) continue;
    llvm::Function* fn = FuncOf(f);
    if (!fn->isDeclaration()) continue;  // one instance under two records
    ScopedPhase phase("lowering to LLVM", fn->getName().data());
    FuncContext(*this, *f, fn).Lower();
  }
  if (run.kind == CodeKind::kReplacement) {
    EmitReplacementTable();
  } else if (!run.leaves_data()) {
    if (run.part != nullptr) {
      const ModulePart::Needs& needs = *run.part->needs;
      for (types::Type* t : needs.types) TypeDesc(t);
      for (const auto& [concrete, iface] : needs.itabs) ItabOf(concrete, iface);
      for (const ir::StaticData* d : needs.data) DataOf(d);
    }
    for (types::Type* t : ir.types) TypeDesc(t);
    for (types::Type* t : ir.extended_types) {
      DefineExtendedType(t);
    }
    EmitModuleInfo();
  }
  FinishDebug();
}

}  // namespace gol::jit
