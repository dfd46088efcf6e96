// Replacing functions while they run.
//
// Problem. Optimising a large program takes seconds, but its first output is wanted at once.
// Solution: all of it is compiled without optimisation first, at a tenth of the cost, and started;
// another thread compiles the same IR again with optimisation. When that is done, each quick function
// gets a jump to its optimised twin. What is in a quick function at that time stays there until it
// returns; calls go to the new code.
//
// What there is once. The quick object defines the module's descriptors, itabs, static data and
// initial globals, with external symbols; the replacement refers to them. Function values, method
// tables and itabs hold the quick entries for good, so that the address of a function never changes.
// Calls inside the replacement are direct, and inlined.
//
// The two objects may be compiled by two processes (embed/code_cache.h). Static data have no names,
// only their order; so both objects name a symbol made of a hash over all that counts
// (LayoutSymbol), and a replacement that does not fit does not link.
//
// The jump. Each quick function begins with a no-operation of five bytes, at an address aligned to
// 16. It is overwritten by one atomic store of eight bytes, the last three as they were: a thread
// that runs there executes the one instruction or the other.
#include "jit/replace.h"

#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <unordered_set>

#include "base/bits.h"
#include "base/hash.h"
#include "jit/lower.h"

namespace gol::jit {

namespace {

constexpr uint64_t kPageBytes = 4096;
constexpr unsigned char kNop[5] = {0x0f, 0x1f, 0x44, 0x00, 0x08};

// Overwrites the instruction at the entry of a function. False when it is not the expected one.
bool PatchEntry(void* entry, const void* target) {
  const auto at = reinterpret_cast<uint64_t>(entry);
  if (at % 8 != 0 || std::memcmp(entry, kNop, sizeof kNop) != 0) return false;
  const int64_t distance =
      static_cast<int64_t>(reinterpret_cast<uint64_t>(target)) - static_cast<int64_t>(at + 5);
  if (distance != static_cast<int32_t>(distance)) return false;
  const auto relative = static_cast<int32_t>(distance);
  uint64_t word;
  std::memcpy(&word, entry, sizeof word);
  auto* bytes = reinterpret_cast<unsigned char*>(&word);
  bytes[0] = 0xe9;
  std::memcpy(bytes + 1, &relative, sizeof relative);
  // Release: who fetches the jump finds the code it leads to.
  __atomic_store_n(static_cast<uint64_t*>(entry), word, __ATOMIC_RELEASE);
  return true;
}

}  // namespace

Result<void> ReplaceFunctions(const ReplacementTable* table) {
  uint64_t low = UINT64_MAX, high = 0;
  for (int64_t i = 0; i < table->count; i++) {
    const auto at = reinterpret_cast<uint64_t>(table->rows[i].quick);
    low = std::min(low, at);
    high = std::max(high, at + 8);
  }
  if (table->count == 0) return {};
  low = AlignDown(low, kPageBytes);
  const size_t bytes = AlignUp(high, kPageBytes) - low;
  // The code stays executable all the while: it is running.
  auto* base = reinterpret_cast<void*>(low);
  if (mprotect(base, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
    return Error{"the system does not let code be replaced"};
  }
  for (int64_t i = 0; i < table->count; i++) {
    PatchEntry(table->rows[i].quick, table->rows[i].optimised);
  }
  mprotect(base, bytes, PROT_READ | PROT_EXEC);
  return {};
}

bool IsReplaceable(const ir::Module& module) {
  std::unordered_set<std::string_view> names;
  for (const ir::Func* f : module.funcs) {
    if (f->is_built && !f->blocks.empty() && !names.insert(f->name).second) return false;
  }
  return true;
}

llvm::Function* ModuleContext::CodeAddressOf(const ir::Func* f) {
  if (run.kind != CodeKind::kReplacement || !HasCode(f)) return FuncOf(f);
  if (llvm::Function* known = module_->getFunction(CodeSymbol(*f))) return known;
  auto* fn = llvm::Function::Create(AbiOf(f).type, llvm::GlobalValue::ExternalLinkage,
                                    CodeSymbol(*f), module_.get());
  fn->setCallingConv(llvm::CallingConv::Swift);
  fn->setAttributes(AttributesOf(AbiOf(f)));
  fn->setDoesNotThrow();
  return fn;
}

std::string ModuleContext::DataSymbol(const ir::StaticData* d) {
  if (data_index_.empty()) {
    for (size_t i = 0; i < ir.data.size(); i++) data_index_[ir.data[i]] = i;
  }
  return "gol.data." + std::to_string(data_index_.at(d));
}

std::string ModuleContext::LayoutSymbol() const {
  Hash128 h;
  for (const ir::Func* f : ir.funcs) {
    h.Add(f->name);
    h.Add(f->insts.size());
    h.Add(f->blocks.size());
  }
  for (const ir::StaticData* d : ir.data) {
    h.Add(d->bytes);
    for (const auto& r : d->refs) {
      h.Add(static_cast<uint64_t>(r.offset));
      h.Add(static_cast<uint64_t>(r.kind));
      h.Add(r.func != nullptr ? r.func->name : r.text);
    }
  }
  for (const ir::Global* g : ir.globals) {
    h.Add(g->name);
    h.Add(static_cast<uint64_t>(g->offset));
  }
  return "gol.layout." + h.Hex();
}

void ModuleContext::EmitReplacementTable() {
  std::vector<llvm::Constant*> fields = {NewSymbol(i8, LayoutSymbol()), nullptr};
  for (const auto& [f, fn] : funcs_) {
    if (fn->isDeclaration() || !HasCode(f)) continue;
    fields.push_back(CodeAddressOf(f));
    fields.push_back(fn);
  }
  fields[1] = Int64(static_cast<int64_t>(fields.size() - 2) / 2);
  llvm::Constant* table = Record(fields);
  NewSymbol(table->getType(), kReplacementTable)->setInitializer(table);
  // Descriptors that the quick code did not need.
  while (!pending_types_.empty()) {
    TypeEntry e = pending_types_.back();
    pending_types_.pop_back();
    DefineType(e.type, e.var);
  }
}

}  // namespace gol::jit
