// Session: compiled modules linked into this process with ORC over JITLink.
//
// Start-up is kept small: a bare execution session without platform, ORC runtime or process symbol
// generator. A module is compiled to one object on the calling thread, linked by JITLink into
// CodeMemory, and kept for its line tables. Names that no module defines come from the host's
// SymbolResolver, through a definition generator; the few C functions that LLVM itself calls
// (memcpy and the like) have addresses here, should the resolver not know them.
#include "jit/jit.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <unordered_set>

#include "jit/code_memory.h"
#include "jit/compile.h"
#include "jit/debugger_registration.h"
#include "jit/parts.h"
#include "jit/replace.h"
#include "jit/symbolizer.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/ExecutorProcessControl.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "runtime/abi/module_info.h"
#include "runtime/abi/stack_map.h"

#if __has_feature(thread_sanitizer)
extern "C" {
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace gol::jit {

namespace orc = llvm::orc;

namespace {

uint64_t BuiltinSymbol(std::string_view name) {
  struct Row {
    std::string_view name;
    void* address;
  };
#define GOL_C_FUNCTION(f, type) {#f, reinterpret_cast<void*>(static_cast<type>(&f))}
  static const Row kRows[] = {
      {"memcpy", reinterpret_cast<void*>(&memcpy)},
      {"memmove", reinterpret_cast<void*>(&memmove)},
      {"memset", reinterpret_cast<void*>(&memset)},
      {"memcmp", reinterpret_cast<void*>(&memcmp)},
      {"bcmp", reinterpret_cast<void*>(&memcmp)},
      GOL_C_FUNCTION(fma, double (*)(double, double, double)),
      GOL_C_FUNCTION(floor, double (*)(double)),
      GOL_C_FUNCTION(ceil, double (*)(double)),
      GOL_C_FUNCTION(trunc, double (*)(double)),
      GOL_C_FUNCTION(sqrt, double (*)(double)),
      GOL_C_FUNCTION(fmod, double (*)(double, double)),
  };
#undef GOL_C_FUNCTION
  for (const Row& r : kRows) {
    if (r.name == name) return reinterpret_cast<uint64_t>(r.address);
  }
  return 0;
}

std::string Text(llvm::Error e) { return llvm::toString(std::move(e)); }

class ResolverGenerator final : public orc::DefinitionGenerator {
 public:
  explicit ResolverGenerator(const SymbolResolver& resolver) : resolver_(resolver) {}

  llvm::Error tryToGenerate(orc::LookupState&, orc::LookupKind, orc::JITDylib& dylib,
                            orc::JITDylibLookupFlags,
                            const orc::SymbolLookupSet& names) override {
    orc::SymbolMap found;
    for (auto& [name, flags] : names) {
      const std::string_view text((*name).data(), (*name).size());
      uint64_t address = resolver_ ? resolver_(text) : 0;
      if (address == 0) address = BuiltinSymbol(text);
      if (address == 0) continue;
      found[name] = {orc::ExecutorAddr(address), llvm::JITSymbolFlags::Exported};
    }
    if (found.empty()) return llvm::Error::success();
    return dylib.define(orc::absoluteSymbols(std::move(found)));
  }

 private:
  const SymbolResolver& resolver_;
};

// Notes where the objects being linked went.
class AddressPlugin final : public orc::ObjectLinkingLayer::Plugin {
 public:
  void modifyPassConfig(orc::MaterializationResponsibility&, llvm::jitlink::LinkGraph&,
                        llvm::jitlink::PassConfiguration& config) override {
    // Nothing refers to stack maps; they are found by their section.
    config.PrePrunePasses.push_back([](llvm::jitlink::LinkGraph& graph) {
      if (llvm::jitlink::Section* maps = graph.findSectionByName(rt::kStackMapSection)) {
        for (llvm::jitlink::Block* b : maps->blocks()) {
          graph.addAnonymousSymbol(*b, 0, b->getSize(), /*IsCallable=*/false, /*IsLive=*/true);
        }
      }
      return llvm::Error::success();
    });
    config.PostFixupPasses.push_back([this](llvm::jitlink::LinkGraph& graph) {
      Linked& l = linked[graph.getName()];
      for (llvm::jitlink::Symbol* s : graph.defined_symbols()) {
        if (s->hasName()) l.names.push_back(std::string(s->getName()));
      }
      // An ELF section of code is one block: functions of internal linkage may have no symbol.
      for (llvm::jitlink::Section& section : graph.sections()) {
        llvm::jitlink::SectionRange range(section);
        if (range.empty()) continue;
        l.sections[std::string(section.getName())] = range.getStart().getValue();
        if (section.getName() == rt::kStackMapSection) {
          l.stack_maps = range.getStart().toPtr<const void*>();
          l.stack_map_bytes = range.getSize();
        }
      }
      return llvm::Error::success();
    });
  }
  llvm::Error notifyFailed(orc::MaterializationResponsibility&) override {
    return llvm::Error::success();
  }
  llvm::Error notifyRemovingResources(orc::JITDylib&, orc::ResourceKey) override {
    return llvm::Error::success();
  }
  void notifyTransferringResources(orc::JITDylib&, orc::ResourceKey, orc::ResourceKey) override {}

  struct Linked {
    std::vector<std::string> names;
    std::unordered_map<std::string, uint64_t> sections;
    const void* stack_maps = nullptr;
    uint64_t stack_map_bytes = 0;
  };
  std::unordered_map<std::string, Linked> linked;  // by the name of the object
};

class OrcSession final : public Session {
 public:
  OrcSession(Options options, SymbolResolver resolver)
      : options_(std::move(options)), resolver_(std::move(resolver)), memory_(options_.can_unlink) {}
  ~OrcSession() override;

  std::string Start();
  void SetDump(std::function<void(std::string_view, std::string_view)> dump, std::string func) override {
    options_.dump = std::move(dump);
    options_.dump_func = std::move(func);
  }
  Result<std::string> Compile(const ir::Module& module, CodeKind kind) override;
  Result<LinkedModule> Link(std::string_view module_name, std::string object) override;
  Result<void> Replace(std::string object) override;
  void Unlink(const LinkedModule& module) override;
  uint64_t Lookup(std::string_view symbol) override;
  bool Symbolize(uint64_t pc, std::vector<Frame>* frames) override {
    return symbolizer_.Symbolize(pc, frames);
  }
  bool Contains(uint64_t pc) const override {
    return pc >= code_begin_.load(std::memory_order_relaxed) &&
           pc < code_end_.load(std::memory_order_relaxed);
  }

 private:
  Result<uint64_t> LinkObject(std::string object, const std::string& symbol);
  void NoteCode(const ObjectLines& object);

  // What Unlink takes out.
  struct Unlinkable {
    orc::ResourceTrackerSP tracker;
    std::vector<std::string> names;
    std::vector<const ObjectLines*> lines;
    std::vector<const void*> stack_maps;
  };

  Options options_;  // constant but for what SetDump sets
  const SymbolResolver resolver_;
  std::unique_ptr<orc::ExecutionSession> session_;
  CodeMemory memory_;
  std::unique_ptr<orc::ObjectLinkingLayer> layer_;
  orc::JITDylib* dylib_ = nullptr;
  std::shared_ptr<AddressPlugin> addresses_;
  std::unordered_set<std::string> defined_;  // symbols of modules added so far; not while compiling
  std::unordered_map<uint64_t, Unlinkable> unlinkable_;  // by the address that LinkObject returned
  int unlinked_ = 0;
  std::string reported_;                     // what ORC reported besides a lookup's error
  Symbolizer symbolizer_;
  // Lowest and highest address of linked code; both only widen.
  std::atomic<uint64_t> code_begin_{UINT64_MAX};
  std::atomic<uint64_t> code_end_{0};
};

std::string OrcSession::Start() {
  auto control = orc::SelfExecutorProcessControl::Create();
  if (!control) return Text(control.takeError());
  session_ = std::make_unique<orc::ExecutionSession>(std::move(*control));
  session_->setErrorReporter([this](llvm::Error e) {
    if (!reported_.empty()) reported_ += "; ";
    reported_ += Text(std::move(e));
  });
  layer_ = std::make_unique<orc::ObjectLinkingLayer>(*session_, memory_);
  layer_->setOverrideObjectFlagsWithResponsibilityFlags(true);
  layer_->setAutoClaimResponsibilityForObjectSymbols(true);
  addresses_ = std::make_shared<AddressPlugin>();
  layer_->addPlugin(addresses_);
  dylib_ = &session_->createBareJITDylib("gol");
  dylib_->addGenerator(std::make_unique<ResolverGenerator>(resolver_));
  return {};
}

OrcSession::~OrcSession() {
  if (session_ == nullptr) return;
  llvm::consumeError(session_->endSession());
  layer_.reset();
}

Result<std::string> OrcSession::Compile(const ir::Module& module, CodeKind kind) {
  Options options = options_;
  if (kind == CodeKind::kQuick) options.opt_level = 0;
  if (kind != CodeKind::kWhole) options.whole_program = false;
  llvm::LLVMContext context;
  RunContext run{options, context, nullptr, nullptr, /*for_object=*/false, kind};
  run.is_precompiled = [this](std::string_view name) { return resolver_ && resolver_(name) != 0; };
  run.is_defined = [this](std::string_view name) {
    return defined_.count(std::string(name)) != 0 || (resolver_ && resolver_(name) != 0);
  };
  return CompileInParts(module, run);
}

// While it lives, the thread sanitizer does not record what this thread writes. Running code takes over what was linked by
// reading a slot (runtime/abi, Replace), which is ordered, but which the sanitizer does not see: compiled code is not
// instrumented.
class Unrecorded {
 public:
#if __has_feature(thread_sanitizer)
  Unrecorded() { AnnotateIgnoreWritesBegin(__FILE__, __LINE__); }
  ~Unrecorded() { AnnotateIgnoreWritesEnd(__FILE__, __LINE__); }
#else
  Unrecorded() {}
#endif
  Unrecorded(const Unrecorded&) = delete;
  Unrecorded& operator=(const Unrecorded&) = delete;
};

// Returns the address of the symbol, which the object or the last one of several defines.
Result<uint64_t> OrcSession::LinkObject(std::string object, const std::string& symbol) {
  reported_.clear();
  addresses_->linked.clear();
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> kept;
  Unlinkable unlinkable;
  if (options_.can_unlink) unlinkable.tracker = dylib_->createResourceTracker();
  for (std::string_view part : SplitObjects(object)) {
    // The name tells the plugin which object it sees.
    kept.push_back(llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(part.data(), part.size()),
                                                        "gol." + std::to_string(kept.size())));
    auto linked_from = llvm::MemoryBuffer::getMemBuffer(kept.back()->getMemBufferRef(), false);
    llvm::Error e = options_.can_unlink ? layer_->add(unlinkable.tracker, std::move(linked_from))
                                        : layer_->add(*dylib_, std::move(linked_from));
    if (e) return Error{Text(std::move(e))};
  }
  // Looking one symbol up links the object.
  Unrecorded unrecorded;
  auto found = session_->lookup({dylib_}, session_->intern(symbol));
  if (!found) {
    std::string text = Text(found.takeError());
    if (!reported_.empty()) text = reported_;
    return Error{"linking failed: " + text};
  }
  for (std::unique_ptr<llvm::MemoryBuffer>& buffer : kept) {
    const AddressPlugin::Linked& linked = addresses_->linked[buffer->getBufferIdentifier().str()];
    if (options_.for_debugger) {
      RegisterWithDebugger({buffer->getBufferStart(), buffer->getBufferSize()}, linked.sections);
    }
    auto object_lines = std::make_unique<ObjectLines>(std::move(buffer));
    object_lines->Place(linked.sections);
    defined_.insert(linked.names.begin(), linked.names.end());
    NoteCode(*object_lines);
    if (options_.can_unlink) {
      unlinkable.names.insert(unlinkable.names.end(), linked.names.begin(), linked.names.end());
      unlinkable.lines.push_back(object_lines.get());
      if (linked.stack_maps != nullptr) unlinkable.stack_maps.push_back(linked.stack_maps);
    }
    symbolizer_.Add(std::move(object_lines));
    if (options_.on_stack_maps && linked.stack_maps != nullptr) {
      options_.on_stack_maps(linked.stack_maps, linked.stack_map_bytes);
    }
  }
  const uint64_t address = found->getAddress().getValue();
  if (options_.can_unlink) unlinkable_[address] = std::move(unlinkable);
  return address;
}

void OrcSession::Unlink(const LinkedModule& module) {
  auto it = unlinkable_.find(reinterpret_cast<uint64_t>(module.info));
  if (it == unlinkable_.end()) return;
  for (const void* maps : it->second.stack_maps) {
    if (options_.on_unlink_stack_maps) options_.on_unlink_stack_maps(maps);
  }
  for (const ObjectLines* lines : it->second.lines) symbolizer_.Condense(lines);
  for (const std::string& name : it->second.names) defined_.erase(name);
  llvm::consumeError(it->second.tracker->remove());
  unlinkable_.erase(it);
  // Names are kept for as long as this is not asked for; each time all of them are looked at.
  constexpr int kNamesAfter = 64;
  if (++unlinked_ % kNamesAfter == 0) session_->getSymbolStringPool()->clearDeadEntries();
}

void OrcSession::NoteCode(const ObjectLines& object) {
  for (const ObjectLines::Function& f : object.functions()) {
    if (f.address < code_begin_.load(std::memory_order_relaxed)) {
      code_begin_.store(f.address, std::memory_order_relaxed);
    }
    if (f.address + f.bytes > code_end_.load(std::memory_order_relaxed)) {
      code_end_.store(f.address + f.bytes, std::memory_order_relaxed);
    }
    if (options_.on_function) options_.on_function(f.name, f.address, f.bytes);
  }
}

Result<void> OrcSession::Replace(std::string object) {
  Result<uint64_t> table = LinkObject(std::move(object), kReplacementTable);
  if (!table) return table.error();
  return ReplaceFunctions(reinterpret_cast<const ReplacementTable*>(table.value()));
}

Result<LinkedModule> OrcSession::Link(std::string_view module_name, std::string object) {
  const auto start = std::chrono::steady_clock::now();
  Result<uint64_t> address =
      LinkObject(std::move(object), rt::kModuleInfoPrefix + std::string(module_name));
  if (!address) return address.error();
  const auto* info = reinterpret_cast<const rt::ModuleInfo*>(address.value());
  LinkedModule linked;
  linked.info = info;
  linked.entry = reinterpret_cast<uint64_t>(info->entry);
  const auto bytes = static_cast<size_t>(info->globals_bytes);
  if (info->globals_init != nullptr) {
    linked.globals_init.assign(static_cast<const char*>(info->globals_init), bytes);
  } else {
    linked.globals_init.assign(bytes, '\0');
  }
  if (info->globals_ptrmap != nullptr) {
    linked.globals_ptrmap.assign(reinterpret_cast<const char*>(info->globals_ptrmap),
                                 (bytes / 8 + 7 + (bytes % 8 != 0)) / 8);
  }
  if (options_.timing) {
    std::chrono::duration<double> d = std::chrono::steady_clock::now() - start;
    options_.timing("link", d.count());
  }
  return linked;
}

uint64_t OrcSession::Lookup(std::string_view symbol) {
  auto found = session_->lookup({dylib_},
                                session_->intern(llvm::StringRef(symbol.data(), symbol.size())));
  if (!found) {
    llvm::consumeError(found.takeError());
    return 0;
  }
  return found->getAddress().getValue();
}

}  // namespace

Result<LinkedModule> Session::Add(const ir::Module& module) {
  Result<std::string> object = Compile(module);
  if (!object) return object.error();
  return Link(module.name, std::move(object.value()));
}

Result<std::unique_ptr<Session>> Session::Create(Options options, SymbolResolver resolver) {
  auto session = std::make_unique<OrcSession>(std::move(options), std::move(resolver));
  if (std::string error = session->Start(); !error.empty()) return Error{error};
  return std::unique_ptr<Session>(std::move(session));
}

}  // namespace gol::jit
