// ModuleContext: variables and their types in the debug information, for debuggers.
//
// Made only in a process with a debugger, or for one that will attach (Options::for_debugger): it makes objects several
// times as large. A local stands in its frame slot; the optimiser keeps track of it from there on, and of a
// variable that it keeps nowhere the debugger says so. One that escapes is behind the pointer in its slot. Types are
// shown under Go's names, with the fields that the runtime's values have (a string: str and len).
#include "frontend/types/object.h"
#include "frontend/types/type.h"
#include "frontend/types/type_string.h"
#include "jit/lower.h"
#include "llvm/BinaryFormat/Dwarf.h"

namespace gol::jit {
namespace {

llvm::StringRef Ref(std::string_view s) { return llvm::StringRef(s.data(), s.size()); }

unsigned EncodingOf(const types::Basic& b) {
  if ((b.info & types::kIsBoolean) != 0) return llvm::dwarf::DW_ATE_boolean;
  if ((b.info & types::kIsFloat) != 0) return llvm::dwarf::DW_ATE_float;
  if ((b.info & types::kIsComplex) != 0) return llvm::dwarf::DW_ATE_complex_float;
  return (b.info & types::kIsUnsigned) != 0 ? llvm::dwarf::DW_ATE_unsigned
                                            : llvm::dwarf::DW_ATE_signed;
}

}  // namespace

llvm::DIType* ModuleContext::DebugTypeOf(types::Type* t) {
  t = layout.Canon(t);
  if (auto known = debug_types_.find(t); known != debug_types_.end()) return known->second;
  const uint64_t bits = static_cast<uint64_t>(layout.SizeOf(t)) * 8;
  const std::string name = types::TypeString(t);
  types::Type* under = layout.Under(t);
  llvm::DIFile* file = unit_->getFile();

  auto pointer_to = [&](llvm::DIType* elem) { return di_->createPointerType(elem, 64); };
  // A struct is known before its fields are: they may lead back to it.
  auto structure = [&](auto&& fill) {
    llvm::DICompositeType* type = di_->createStructType(
        unit_, name, file, 0, bits, static_cast<uint32_t>(layout.AlignOf(t)) * 8,
        llvm::DINode::FlagZero, nullptr, di_->getOrCreateArray({}));
    debug_types_[t] = type;
    std::vector<llvm::Metadata*> members;
    auto add = [&](llvm::StringRef field, llvm::DIType* field_type, uint64_t size, uint64_t offset) {
      members.push_back(di_->createMemberType(type, field, file, 0, size * 8, 0, offset * 8,
                                              llvm::DINode::FlagZero, field_type));
    };
    fill(add);
    di_->replaceArrays(type, di_->getOrCreateArray(members));
    return debug_types_[t] = type;
  };
  auto byte = [&] { return di_->createBasicType("uint8", 8, llvm::dwarf::DW_ATE_unsigned); };
  auto word = [&] { return di_->createBasicType("int", 64, llvm::dwarf::DW_ATE_signed); };
  auto address = [&] { return pointer_to(byte()); };

  llvm::DIType* type = nullptr;
  switch (under->kind) {
    case types::TypeKind::kBasic: {
      const auto& b = *types::DynCast<types::Basic>(under);
      if ((b.info & types::kIsString) != 0) {
        return structure([&](auto&& add) {
          add("str", address(), 8, 0);
          add("len", word(), 8, 8);
        });
      }
      type = b.basic == types::BasicKind::kUnsafePointer
                 ? static_cast<llvm::DIType*>(address())
                 : di_->createBasicType(name, bits, EncodingOf(b));
      break;
    }
    case types::TypeKind::kStruct: {
      auto* s = types::DynCast<types::Struct>(under);
      return structure([&](auto&& add) {
        for (size_t i = 0; i < s->fields.size(); i++) {
          types::Type* f = s->fields[i]->type;
          add(Ref(s->fields[i]->name), DebugTypeOf(f), static_cast<uint64_t>(layout.SizeOf(f)),
              static_cast<uint64_t>(layout.FieldOffset(under, i)));
        }
      });
    }
    case types::TypeKind::kSlice: {
      auto* s = types::DynCast<types::Slice>(under);
      return structure([&](auto&& add) {
        add("array", pointer_to(DebugTypeOf(s->elem)), 8, 0);
        add("len", word(), 8, 8);
        add("cap", word(), 8, 16);
      });
    }
    case types::TypeKind::kInterface:
      return structure([&](auto&& add) {
        add("tab", address(), 8, 0);
        add("data", address(), 8, 8);
      });
    case types::TypeKind::kArray: {
      auto* a = types::DynCast<types::Array>(under);
      llvm::Metadata* range = di_->getOrCreateSubrange(0, a->len);
      type = di_->createArrayType(bits, 0, DebugTypeOf(a->elem), di_->getOrCreateArray(range));
      break;
    }
    case types::TypeKind::kPointer: {
      // The element may be a struct that has this pointer in it: it finds the pointer here.
      auto* p = types::DynCast<types::Pointer>(under);
      llvm::DIType* elem = DebugTypeOf(p->elem);
      if (auto known = debug_types_.find(t); known != debug_types_.end()) return known->second;
      type = pointer_to(elem);
      break;
    }
    default: type = address(); break;  // maps, channels, functions
  }
  return debug_types_[t] = type;
}

void ModuleContext::DeclareLocal(const ir::Func* f, const ir::Local& local, int arg_number,
                                 bool is_behind_pointer, V slot, llvm::IRBuilder<>& b) {
  llvm::DISubprogram* sp = SubprogramOf(f);
  llvm::DILocation* at = LocationOf(f, local.pos.is_known() ? local.pos : f->pos, -1);
  if (sp == nullptr || at == nullptr) return;
  llvm::DIType* type = DebugTypeOf(local.type);
  llvm::DILocalVariable* variable =
      arg_number > 0
          ? di_->createParameterVariable(sp, Ref(local.name), static_cast<unsigned>(arg_number),
                                         sp->getFile(), at->getLine(), type, true)
          : di_->createAutoVariable(sp, Ref(local.name), sp->getFile(), at->getLine(), type, true);
  llvm::DIExpression* place = di_->createExpression();
  if (is_behind_pointer) place = di_->createExpression({llvm::dwarf::DW_OP_deref});
  // Within the function itself, whatever file a directive names.
  di_->insertDeclare(slot, variable, place, llvm::DILocation::get(llvm, at->getLine(), 0, sp),
                     b.GetInsertBlock());
}

}  // namespace gol::jit
