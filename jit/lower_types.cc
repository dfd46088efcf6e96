// ModuleContext: type descriptors, itabs and the record that describes the module.
//
// A descriptor is declared when something refers to it and defined once all functions are lowered;
// defining one may refer to more, until none is left. Which module defines a descriptor: in a
// session the first that needs it, unless an earlier module or a precompiled object has it; in an
// object each that needs it, as a definition that linkers fold, except that types which a package
// declares (T and *T) are defined by that package alone, since only it has their method code.
#include <cstddef>

#include "base/check.h"
#include "frontend/source/source_manager.h"
#include "frontend/types/type_string.h"
#include "jit/lower.h"
#include "runtime/abi/module_info.h"

namespace gol::jit {

namespace {

// Pointer maps longer than this are not stored: the collector walks the type instead.
constexpr size_t kMaxPointerMapWords = 2048;

uint32_t HashOf(std::string_view s) {
  uint32_t h = 2166136261u;
  for (char c : s) h = (h ^ static_cast<uint8_t>(c)) * 16777619u;
  return h;
}

// The named type that t is, or points to.
types::Named* DeclaredBy(types::Type* t) {
  if (types::Named* n = types::AsNamed(t)) return n;
  if (auto* p = types::UnaliasAs<types::Pointer>(t)) return types::AsNamed(p->elem);
  return nullptr;
}

}  // namespace

llvm::GlobalVariable* ModuleContext::NewSymbol(llvm::Type* type, const std::string& name) {
  auto* var = new llvm::GlobalVariable(*module_, type, true, llvm::GlobalValue::ExternalLinkage,
                                       nullptr, name);
  var->setAlignment(llvm::Align(8));
  return var;
}

void ModuleContext::SetOnce(llvm::GlobalVariable* var) {
  if (!run.for_object) return;
  var->setLinkage(llvm::GlobalValue::LinkOnceODRLinkage);
  var->setComdat(module_->getOrInsertComdat(var->getName()));
}

bool ModuleContext::DefinesType(types::Type* t, const std::string& symbol) {
  if (!run.for_object) return !run.is_defined || !run.is_defined(symbol);
  types::Named* named = DeclaredBy(t);
  if (named == nullptr || named->is_instance() || named->obj()->pkg == nullptr) return true;
  return named->obj()->pkg->path == ir.name;
}

llvm::Constant* ModuleContext::TypeDesc(types::Type* t) {
  t = layout.Canon(t);
  llvm::GlobalVariable*& var = types_[t];
  if (var != nullptr) return var;
  const std::string symbol = TypeSymbol(*ir.context, t);
  // The size of the variable is known when it is defined: its users need only the address.
  var = NewSymbol(i8, symbol);
  if (run.leaves_data()) {
    run.part->needs->types.push_back(t);
  } else if (DefinesType(t, symbol)) {
    pending_types_.push_back({t, var});
  }
  return var;
}

llvm::Constant* ModuleContext::Bitmap(const std::vector<bool>& bits) {
  std::string bytes((bits.size() + 7) / 8, '\0');
  for (size_t i = 0; i < bits.size(); i++) {
    if (bits[i]) bytes[i / 8] = static_cast<char>(bytes[i / 8] | 1 << (i % 8));
  }
  if (bytes.empty()) return Null();
  llvm::Constant*& c = bitmaps_[bytes];
  if (c == nullptr) {
    c = Private(llvm::ConstantDataArray::getRaw(bytes, bytes.size(), i8), "gcdata", 1);
  }
  return c;
}

llvm::Constant* ModuleContext::GcData(types::Type* t, uint8_t* flags) {
  const int64_t ptrdata = layout.PtrData(t);
  if (ptrdata == 0) return Null();
  if (static_cast<size_t>(ptrdata / 8) > kMaxPointerMapWords) {
    *flags |= rt::kTFlagGcWalk;
    return Null();
  }
  return Bitmap(layout.PointerMap(t));
}

llvm::Constant* ModuleContext::PkgPath(const types::Object* o) {
  return GoString(o->is_exported() || o->pkg == nullptr ? std::string_view() : o->pkg->path);
}

llvm::Constant* ModuleContext::Uncommon(types::Type* t, uint8_t* flags) {
  types::Named* named = types::AsNamed(t);
  const bool is_basic = t->kind == types::TypeKind::kBasic;
  auto it = ir.methods.find(t);
  const bool has_methods = it != ir.methods.end() && !it->second.empty() &&
                           layout.KindOf(t) != rt::kInterface;
  if (named != nullptr || is_basic) *flags |= rt::kTFlagNamed;
  if (named == nullptr && !is_basic && !has_methods) return Null();
  *flags |= rt::kTFlagUncommon;
  llvm::Constant* methods = Null();
  int64_t count = 0;
  if (has_methods) {
    std::vector<llvm::Constant*> list;
    for (const ir::MethodCode& m : it->second) {
      llvm::Constant* tfn = FuncOf(m.tfn != nullptr ? m.tfn : m.ifn);
      llvm::Constant* ifn = m.ifn != nullptr ? FuncOf(m.ifn) : tfn;
      list.push_back(Record({GoString(m.method->name), PkgPath(m.method),
                             TypeDesc(m.method->signature()), ifn, tfn}));
    }
    count = static_cast<int64_t>(list.size());
    methods = Private(
        llvm::ConstantArray::get(llvm::ArrayType::get(list[0]->getType(), list.size()), list),
        "methods", 8);
  }
  std::string_view path, name;
  std::string text;
  if (named != nullptr) {
    if (named->obj()->pkg != nullptr) path = named->obj()->pkg->path;
    // The runtime string without the package: with type arguments for instances.
    text = types::TypeRuntimeString(t);
    size_t bracket = text.find('[');
    size_t dot = text.rfind('.', bracket);
    name = std::string_view(text).substr(dot == std::string::npos ? 0 : dot + 1);
  } else if (is_basic) {
    name = static_cast<types::Basic*>(t)->name;
    if (layout.KindOf(t) == rt::kUnsafePointer) {
      path = "unsafe";
      name = "Pointer";
    }
  }
  return Private(Record({GoString(path), GoString(name), methods, Int64(count)}), "uncommon", 8);
}

void ModuleContext::DefineType(types::Type* t, llvm::GlobalVariable* declared) {
  const rt::Kind kind = layout.KindOf(t);
  types::Type* u = types::Under(t);
  uint8_t flags = 0;
  llvm::Constant* gcdata = GcData(t, &flags);
  llvm::Constant* uncommon = Uncommon(t, &flags);
  const ir::EqKind eq = layout.EqualityOf(t);
  if (eq != ir::EqKind::kNone) flags |= rt::kTFlagComparable;
  if (eq == ir::EqKind::kMemory) flags |= rt::kTFlagRegularMemory;
  if (layout.IsDirectIface(t)) flags |= rt::kTFlagDirectIface;
  auto i8c = [this](int64_t v) { return llvm::ConstantInt::get(i8, v); };
  const int64_t align = layout.AlignOf(t);
  auto pointer = types_.find(layout.PointerTo(t));
  std::vector<llvm::Constant*> f = {
      Int64(layout.SizeOf(t)), Int64(layout.PtrData(t)),
      Int32(HashOf(types::TypeLinkString(t))), i8c(flags), i8c(align), i8c(align), i8c(kind),
      Null(), gcdata, GoString(types::TypeRuntimeString(t)),
      pointer != types_.end() ? pointer->second : Null(), uncommon};

  auto array_of = [this](const std::vector<llvm::Constant*>& list, const char* name) {
    if (list.empty()) return Null();
    return static_cast<llvm::Constant*>(Private(
        llvm::ConstantArray::get(llvm::ArrayType::get(list[0]->getType(), list.size()), list), name,
        8));
  };
  switch (u->kind) {
    case types::TypeKind::kArray: {
      auto* a = static_cast<types::Array*>(u);
      auto slice = types_.find(layout.Canon(ir.context->NewSlice(a->elem)));
      f.insert(f.end(), {TypeDesc(a->elem), slice != types_.end() ? slice->second : Null(),
                         Int64(a->len)});
      break;
    }
    case types::TypeKind::kChan: {
      auto* c = static_cast<types::Chan*>(u);
      const rt::ChanDir dir = c->dir == types::ChanDir::kSendRecv   ? rt::kChanBoth
                              : c->dir == types::ChanDir::kSendOnly ? rt::kChanSend
                                                                    : rt::kChanRecv;
      f.insert(f.end(), {TypeDesc(c->elem), Int64(dir)});
      break;
    }
    case types::TypeKind::kSignature: {
      auto* s = static_cast<types::Signature*>(u);
      std::vector<llvm::Constant*> in, out;
      for (size_t i = 0; i < s->num_params(); i++) in.push_back(TypeDesc(s->params->at(i)->type));
      for (size_t i = 0; i < s->num_results(); i++) {
        out.push_back(TypeDesc(s->results->at(i)->type));
      }
      f.insert(f.end(), {array_of(in, "in"), Int64(in.size()), array_of(out, "out"),
                         Int64(out.size()), Int64(s->variadic)});
      break;
    }
    case types::TypeKind::kInterface: {
      std::vector<llvm::Constant*> methods;
      std::string_view path;
      for (const types::Func* m : layout.InterfaceMethods(t)) {
        methods.push_back(Record({GoString(m->name), PkgPath(m),
                                  TypeDesc(const_cast<types::Func*>(m)->signature())}));
        if (!m->is_exported() && m->pkg != nullptr) path = m->pkg->path;
      }
      if (types::Named* n = types::AsNamed(t); n != nullptr && n->obj()->pkg != nullptr) {
        path = n->obj()->pkg->path;
      }
      f.insert(f.end(), {GoString(path), array_of(methods, "imethods"), Int64(methods.size())});
      break;
    }
    case types::TypeKind::kMap: {
      auto* m = static_cast<types::Map*>(u);
      const ir::MapLayout& l = layout.MapOf(t);
      f.insert(f.end(), {TypeDesc(m->key), TypeDesc(m->elem), TypeDesc(l.bucket),
                         llvm::ConstantInt::get(i16, l.key_size),
                         llvm::ConstantInt::get(i16, l.elem_size),
                         llvm::ConstantInt::get(i16, l.bucket_size), llvm::ConstantInt::get(i16, 0),
                         Int32(l.flags), Int32(static_cast<int64_t>(l.fast))});
      break;
    }
    case types::TypeKind::kPointer:
      f.push_back(TypeDesc(static_cast<types::Pointer*>(u)->elem));
      break;
    case types::TypeKind::kSlice:
      f.push_back(TypeDesc(static_cast<types::Slice*>(u)->elem));
      break;
    case types::TypeKind::kStruct: {
      auto* s = static_cast<types::Struct*>(u);
      std::vector<llvm::Constant*> fields;
      std::string_view path;
      for (size_t i = 0; i < s->fields.size(); i++) {
        const types::Var* v = s->fields[i];
        if (!v->is_exported() && v->pkg != nullptr) path = v->pkg->path;
        fields.push_back(Record({GoString(v->name), PkgPath(v), TypeDesc(v->type),
                                 Int64(layout.FieldOffset(t, i)), GoString(s->tag(i)),
                                 Int64(v->embedded)}));
      }
      f.insert(f.end(), {GoString(path), array_of(fields, "fields"), Int64(fields.size())});
      break;
    }
    default:
      break;
  }
  llvm::Constant* init = Record(f);
  auto* var = NewSymbol(init->getType(), "");
  var->takeName(declared);
  var->setInitializer(init);
  SetOnce(var);
  declared->replaceAllUsesWith(var);
  declared->eraseFromParent();
  types_[t] = var;
  defined_types_.push_back({t, var});
}

// Beside the descriptor that t has, which goes on being the one that code refers to.
void ModuleContext::DefineExtendedType(types::Type* t) {
  llvm::GlobalVariable* own = types_[t];
  DefineType(t, NewSymbol(i8, ExtendedTypeSymbol(*ir.context, ir, t)));
  defined_types_.pop_back();
  types_[t] = own;
}

llvm::Constant* ModuleContext::ItabOf(types::Type* concrete, types::Type* iface) {
  concrete = layout.Canon(concrete);
  iface = layout.Canon(iface);
  const std::string symbol = ItabSymbol(concrete, iface);
  llvm::Constant*& slot = itabs_[symbol];
  if (slot != nullptr) return slot;
  if (run.leaves_data()) run.part->needs->itabs.emplace_back(concrete, iface);
  if (run.leaves_data() || (run.is_defined && run.is_defined(symbol))) {
    return slot = NewSymbol(i8, symbol);
  }
  auto it = ir.methods.find(concrete);
  GOL_CHECK(it != ir.methods.end());
  std::vector<llvm::Constant*> code;
  for (const types::Func* want : layout.InterfaceMethods(iface)) {
    const ir::Func* found = nullptr;
    for (const ir::MethodCode& m : it->second) {
      if (types::SameId(m.method, want->pkg, want->name)) {
        found = m.ifn != nullptr ? m.ifn : m.tfn;
        break;
      }
    }
    GOL_CHECK(found != nullptr);
    code.push_back(FuncOf(found));
  }
  std::vector<llvm::Constant*> f = {
      TypeDesc(iface), TypeDesc(concrete), Int32(HashOf(types::TypeLinkString(concrete))),
      Int32(0), llvm::ConstantArray::get(llvm::ArrayType::get(ptr, code.size()), code)};
  llvm::Constant* init = Record(f);
  auto* var = NewSymbol(init->getType(), symbol);
  var->setInitializer(init);
  SetOnce(var);
  defined_itabs_.push_back(var);
  return itabs_[symbol] = var;
}

llvm::Constant* ModuleContext::ObjectDesc(int64_t size, const std::vector<bool>& pointers) {
  std::string key = std::to_string(size) + ":";
  int64_t ptrdata = 0;
  for (size_t i = 0; i < pointers.size(); i++) {
    key += pointers[i] ? '1' : '0';
    if (pointers[i]) ptrdata = static_cast<int64_t>(i + 1) * 8;
  }
  llvm::Constant*& c = objects_[key];
  if (c != nullptr) return c;
  std::vector<bool> bits(pointers.begin(), pointers.begin() + ptrdata / 8);
  auto i8c = [this](int64_t v) { return llvm::ConstantInt::get(i8, v); };
  return c = Private(Record({Int64(size), Int64(ptrdata), Int32(HashOf(key)), i8c(0), i8c(8),
                             i8c(8), i8c(rt::kStruct), Null(), Bitmap(bits),
                             GoString("struct { closure }"), Null(), Null(),
                             // The fields of a StructType: none are described.
                             GoString(""), Null(), Int64(0)}),
                     "objdesc", 8);
}

void ModuleContext::EmitModuleInfo() {
  llvm::Constant* image = GlobalsImage();
  llvm::Constant* image_var = Null();
  if (image != nullptr) {
    auto* var = new llvm::GlobalVariable(*module_, image->getType(), true,
                                         llvm::GlobalValue::PrivateLinkage, image, "globals.init");
    var->setAlignment(llvm::Align(16));
    image_var = var;
  }
  llvm::Constant* ptrmap = GlobalsPointerMap();
  // The image may name descriptors and itabs; what they refer to follows.
  while (!pending_types_.empty()) {
    TypeEntry e = pending_types_.back();
    pending_types_.pop_back();
    DefineType(e.type, e.var);
  }
  std::vector<llvm::Constant*> type_list, itab_list;
  for (const TypeEntry& e : defined_types_) type_list.push_back(e.var);
  itab_list = defined_itabs_;
  auto list_of = [this](const std::vector<llvm::Constant*>& list, const char* name) {
    if (list.empty()) return Null();
    return static_cast<llvm::Constant*>(Private(
        llvm::ConstantArray::get(llvm::ArrayType::get(ptr, list.size()), list), name, 8));
  };
  llvm::Constant* info = Record(
      {GoString(ir.name), Int64(ir.globals_base), Int64(ir.globals_bytes), image_var, ptrmap,
       ir.entry != nullptr ? static_cast<llvm::Constant*>(FuncOf(ir.entry)) : Null(),
       list_of(type_list, "types"), Int64(type_list.size()), list_of(itab_list, "itabs"),
       Int64(itab_list.size())});
  auto* var = NewSymbol(info->getType(), rt::kModuleInfoPrefix + std::string(ir.name));
  var->setInitializer(info);
  if (run.kind == CodeKind::kQuick) NewSymbol(i8, LayoutSymbol())->setInitializer(
      llvm::ConstantInt::get(i8, 0));
}

}  // namespace gol::jit
