// See embed/module.h.
//
// A module is a program without main whose functions have adapters (ir/build/exports.cc). It is
// checked, lowered and linked like a program; what differs is where packages come from (host packages as
// generated source, the host's callback, folders only if allowed) and which may be imported.
//
// A version that is to replace another lies behind it in the block of package-level variables, so
// that an isolate holds both; its stack maps and line tables include those of the versions before, whose code may
// still be on a stack or in a func value.
#include "embed/module.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <unordered_set>

#include "base/hash.h"
#include "embed/std_sources.h"
#include "embed/symbols.h"
#include "frontend/types/predicates.h"
#include "frontend/types/scope.h"
#include "frontend/types/type_string.h"
#include "ir/build/build.h"
#include "ir/type_layout.h"

extern "C" {
// embed/host_call.cc
bool gol_host_call(gol::detail::BoundFunction* f, char* frame);
void gol_host_note_panic(void* value);
void gol_host_move_ref(void* to, void* from);
void gol_host_release(void* owner);
}
namespace gol::embed {
const void* HostTakePanicAddress();
}

namespace gol::embed {
namespace {

using detail::ModuleCode;

template <typename F>
uint64_t Address(F* f) {
  return reinterpret_cast<uint64_t>(f);
}

std::string NativeSymbolOf(const std::string& path, std::string_view name) {
  std::string symbol = "gol_native_" + path + "." + std::string(name);
  for (char& c : symbol) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return symbol;
}

// C++ functions of the host packages, by the symbols of the generated declarations.
std::unordered_map<std::string, uint64_t> HostSymbols(const HostPackages& packages) {
  std::unordered_map<std::string, uint64_t> symbols;
  for (const auto& p : packages) {
    symbols[NativeSymbolOf(p->path, kHostCall)] = Address(gol_host_call);
    symbols[NativeSymbolOf(p->path, kHostCallKeep)] = Address(gol_host_call);
    symbols[NativeSymbolOf(p->path, kHostTakePanic)] =
        reinterpret_cast<uint64_t>(HostTakePanicAddress());
    symbols[NativeSymbolOf(p->path, kHostNotePanic)] = Address(gol_host_note_panic);
    symbols[NativeSymbolOf(p->path, kHostAdopt)] = Address(gol_host_move_ref);
    symbols[NativeSymbolOf(p->path, kHostRelease)] = Address(gol_host_release);
    for (const detail::BoundFunction& f : p->functions) {
      if (f.record.direct != nullptr) {
        symbols[NativeSymbolOf(p->path, f.name)] = reinterpret_cast<uint64_t>(f.record.direct);
      }
    }
  }
  return symbols;
}

// Packages that reach beyond the script's own memory, or change its limits.
constexpr std::string_view kUnsafePackages[] = {
    "unsafe", "syscall", "os/signal", "runtime/debug", "runtime/pprof", "runtime/trace"};

std::string Refuse(const ModuleSource& source, std::string_view path) {
  const std::string text = "the host does not allow package " + std::string(path);
  if (path == "runtime/lab" && !source.allow_lab) return text;
  if (path == "embed" && !source.allow_folders) return text;
  if (source.allow_unsafe) return {};
  for (std::string_view p : kUnsafePackages) {
    if (path == p) return text;
  }
  return {};
}

// The type for comparison with a C++ type's (ShapeOf): integers of 64 bits are alike. Empty: no
// C++ type stands for it.
std::string ShapeOf(types::Type* t, const HostPackages& packages) {
  using types::BasicKind;
  if (types::Named* n = types::AsNamed(t); n != nullptr && n->obj()->pkg != nullptr) {
    for (const auto& p : packages) {
      if (p->path != n->obj()->pkg->path) continue;
      for (const auto& c : p->classes) {
        if (c.name == n->obj()->name) return p->path + "." + c.name;
      }
    }
  }
  types::Type* u = types::Under(t);
  if (types::DynCast<types::Interface>(u) != nullptr) {
    return types::TypeString(types::Unalias(t), {}) == "error" ? "error" : "";
  }
  if (auto* b = types::DynCast<types::Basic>(u)) {
    switch (b->basic) {
      case BasicKind::kInt:
      case BasicKind::kInt64: return "int64";
      case BasicKind::kUint:
      case BasicKind::kUint64:
      case BasicKind::kUintptr: return "uint64";
      case BasicKind::kUnsafePointer: return {};
      default: return types::TypeString(u, {});
    }
  }
  auto with = [&](std::string_view prefix, types::Type* elem) {
    std::string text = ShapeOf(elem, packages);
    return text.empty() ? text : std::string(prefix) + text;
  };
  if (auto* s = types::DynCast<types::Slice>(u)) return with("[]", s->elem);
  if (auto* p = types::DynCast<types::Pointer>(u)) return with("*", p->elem);
  if (auto* f = types::DynCast<types::Signature>(u)) {
    std::string text = "func(";
    for (size_t i = 0; i < f->num_params() + f->num_results(); i++) {
      const bool is_param = i < f->num_params();
      if (i == f->num_params()) text += f->num_results() > 1 ? ") (" : ") ";
      else if (i > 0) text += ", ";
      const std::string one = ShapeOf(
          is_param ? f->params->at(i)->type : f->results->at(i - f->num_params())->type, packages);
      if (one.empty()) return {};
      text += one;
    }
    return f->num_results() == 1 ? text : text + ")";
  }
  return {};
}

// A type with all that its layout and meaning depend on.
std::string Spell(types::Type* t) {
  std::string text;
  std::unordered_set<types::Type*> seen;
  std::vector<types::Type*> work = {t};
  for (size_t i = 0; i < work.size(); i++) {
    types::Type* at = types::Unalias(work[i]);
    if (!seen.insert(at).second) continue;
    text += types::TypeLinkString(at) + ";";
    types::Type* u = types::Under(at);
    if (u != at) {
      if (types::Named* n = types::AsNamed(at); n != nullptr && n->obj()->pkg != nullptr &&
                                                HasStdPackage(n->obj()->pkg->path)) {
        continue;  // does not change
      }
      work.push_back(u);
      continue;
    }
    if (auto* s = types::DynCast<types::Struct>(u)) {
      for (types::Var* f : s->fields) work.push_back(f->type);
    } else if (auto* s = types::DynCast<types::Slice>(u)) {
      work.push_back(s->elem);
    } else if (auto* s = types::DynCast<types::Pointer>(u)) {
      work.push_back(s->elem);
    } else if (auto* s = types::DynCast<types::Array>(u)) {
      work.push_back(s->elem);
    } else if (auto* s = types::DynCast<types::Chan>(u)) {
      work.push_back(s->elem);
    } else if (auto* s = types::DynCast<types::Map>(u)) {
      work.push_back(s->key);
      work.push_back(s->elem);
    }
  }
  return text;
}

// Code of a version, and of those before.
class ChainedInfo : public rt::CodeInfo {
 public:
  ChainedInfo(rt::CodeInfo* own, rt::CodeInfo* before) : own_(own), before_(before) {}
  bool Lookup(uint64_t pc, FunctionRef<void(const rt::CodeFrame&)> fn) override {
    return own_->Lookup(pc, fn) || before_->Lookup(pc, fn);
  }
  bool IsCompiled(uint64_t pc) override { return own_->IsCompiled(pc) || before_->IsCompiled(pc); }
  std::string NativeName(uint64_t pc) override { return own_->NativeName(pc); }
  const rt::Type* FindType(std::string_view text, int64_t i) override {
    int64_t n = 0;
    for (; n <= i; n++) {
      const rt::Type* t = own_->FindType(text, n);
      if (t == nullptr) break;
      if (n == i) return t;
    }
    return before_->FindType(text, i - n);
  }

 private:
  rt::CodeInfo* const own_;
  rt::CodeInfo* const before_;
};

Failure CompileFailure(Pipeline& pipeline) {
  Failure f;
  f.kind = FailureKind::kCompile;
  if (!pipeline.error().empty()) f.messages.push_back({"", 0, 0, pipeline.error()});
  for (const diag::Diagnostic* d : pipeline.emitter().Sorted()) {
    Position p = pipeline.sources().Resolve(d->pos);
    std::string text = pipeline.emitter().RenderOne(*d);
    while (text.ends_with('\n')) text.pop_back();
    f.messages.push_back({std::string(p.file), static_cast<int>(p.line),
                          static_cast<int>(p.column), std::move(text)});
  }
  f.text = f.messages.empty() ? "the source has errors" : f.messages[0].text;
  return f;
}

Failure CompileFailure(const std::string& text) {
  Failure f;
  f.kind = FailureKind::kCompile;
  f.text = text;
  f.messages.push_back({"", 0, 0, text});
  return f;
}

// Lists what the host may call.
void CollectExports(ModuleCode* code, Pipeline& pipeline) {
  types::Package* main = pipeline.main();
  types::Qualifier qualifier;
  qualifier.relative_to = main;
  ir::TypeLayout& layout = const_cast<ir::Module&>(pipeline.module()).layout();
  auto lookup = [&](const std::string& symbol) {
    return reinterpret_cast<void*>(code->session->Lookup(symbol));
  };
  std::unordered_set<std::string_view> plain;
  for (const ir::Func* f : pipeline.module().funcs) {
    if (f->is_built && ir::IsPlainLeaf(*f)) plain.insert(f->name);
  }
  std::function<void(types::Signature*)> closures = [&](types::Signature* sig) {
    auto look = [&](types::Type* t) {
      auto* closure = types::UnderAs<types::Signature>(t);
      if (closure == nullptr) return;
      types::Type* canon = layout.Canon(closure);
      const std::string shape = ShapeOf(canon, code->packages);
      if (shape.empty() || code->closures.contains(shape)) return;
      code->closures[shape] = lookup(ir::ClosureSymbol(canon));
      closures(closure);
    };
    for (size_t i = 0; i < sig->num_params(); i++) look(sig->params->at(i)->type);
    for (size_t i = 0; i < sig->num_results(); i++) look(sig->results->at(i)->type);
  };
  for (types::Object* o : main->scope->objects()) {
    auto* f = types::DynCast<types::Func>(o);
    if (f == nullptr || f->signature()->is_generic() || f->name == "_" || f->name == "init") continue;
    if (main->script_main != nullptr && f == main->script_main->func) continue;
    types::Signature* sig = f->signature();
    ModuleCode::Export e;
    e.text = types::TypeString(sig, qualifier);
    e.code = lookup(ir::ExportSymbol(f));
    e.num_params = sig->num_params();
    e.is_plain = plain.contains(ir::LinkName(f));
    for (size_t i = 0; i < sig->num_params(); i++) {
      e.shapes.push_back(ShapeOf(sig->params->at(i)->type, code->packages));
    }
    for (size_t i = 0; i < sig->num_results(); i++) {
      e.shapes.push_back(ShapeOf(sig->results->at(i)->type, code->packages));
    }
    if (e.code != nullptr) code->exports[std::string(f->name)] = std::move(e);
    closures(sig);
  }
  for (const auto& p : code->packages) {
    for (types::Package* t : pipeline.loader().packages()) {
      if (t->path != p->path) continue;
      for (types::Object* o : t->scope->objects()) {
        auto* f = types::DynCast<types::Func>(o);
        if (f != nullptr && !f->signature()->is_generic()) closures(f->signature());
      }
    }
    for (const auto& c : p->classes) {
      if (c.is_object) code->adopts[c.tag] = lookup(p->path + ".golAdopt_" + c.name);
    }
  }
  for (const ir::Global* g : pipeline.module().globals) {
    if (g->is_extern || g->var == nullptr) continue;
    code->variables.push_back(
        {std::string(g->name), Spell(g->type), g->offset, layout.SizeOf(g->type)});
  }
}

}  // namespace

std::string KeyOfModule(const ModuleSource& source) {
  if (!source.source.paths.empty() || source.load_package || source.allow_folders) return {};
  Hash128 h;
  for (const auto& [name, text] : source.source.files) {
    h.Add(name);
    h.Add(text);
  }
  for (const HostPackage* p : source.packages) {
    h.Add(reinterpret_cast<uint64_t>(p->data().get()));
    h.Add(uint64_t{p->data()->functions.size()});
  }
  h.Add(uint64_t{source.count_fuel} * 4 + uint64_t{source.allow_unsafe} * 2 + uint64_t{source.allow_lab});
  h.Add(source.previous != nullptr ? reinterpret_cast<uint64_t>(source.previous->code().get()) : 0);
  return h.Hex();
}

Expected<std::shared_ptr<ModuleCode>> CompileModuleCode(const ModuleSource& source,
                                                        const PipelineOptions& base_options,
                                                        const jit::Options& base_jit,
                                                        bool quick_start) {
  const auto start = std::chrono::steady_clock::now();
  auto code = std::make_shared<ModuleCode>();
  for (const HostPackage* p : source.packages) code->packages.push_back(p->data());
  if (source.previous != nullptr) code->previous = source.previous->code();

  std::vector<std::string> errors;
  std::unordered_map<std::string, std::string> host_sources;
  PipelineOptions options = base_options;
  for (const auto& p : code->packages) {
    host_sources[p->path] = SourceOfHostPackage(*p, code->packages, &errors);
    options.host_packages.push_back(p->path);
  }
  if (!errors.empty()) {
    Failure f = CompileFailure(errors[0]);
    for (size_t i = 1; i < errors.size(); i++) f.messages.push_back({"", 0, 0, errors[i]});
    return f;
  }
  options.exports = true;
  options.count_fuel = code->counts_fuel = source.count_fuel;
  options.globals_base = code->previous != nullptr ? code->previous->globals_end : -1;
  options.loader.use_folders = source.allow_folders;
  options.loader.refuse = [&source](std::string_view path) { return Refuse(source, path); };
  options.loader.provide = [&](const std::string& path, ProvidedPackage* out) {
    if (auto it = host_sources.find(path); it != host_sources.end()) {
      out->files = {{"<" + path + ">", it->second}};
      out->is_host = true;
      return true;
    }
    return source.load_package && source.load_package(path, &out->files);
  };
  options.loader.provided_path = [&](std::string_view name) -> std::string {
    for (const auto& p : code->packages) {
      if (p->name == name) return p->path;
    }
    return {};
  };
  auto pipeline = std::make_unique<Pipeline>(options);
  bool ok = source.source.paths.empty() ? pipeline->LoadFromMemory(source.source.files)
                                        : pipeline->Load(source.source.paths);
  if (ok) ok = pipeline->BuildIr();
  if (!ok) return CompileFailure(*pipeline);

  code->stack_maps = std::make_shared<rt::StackMapTable>();
  const std::string_view std_maps = StdStackMaps();
  code->stack_maps->Add(std_maps.data(), std_maps.size());
  for (ModuleCode* p = code->previous.get(); p != nullptr; p = p->previous.get()) {
    p->ShareStackMaps(code->stack_maps);
  }
  jit::Options jit = base_jit;
  jit.on_stack_maps = [raw = code.get()](const void* records, uint64_t bytes) {
    raw->AddStackMaps(records, bytes);
  };
  auto symbols = std::make_shared<std::unordered_map<std::string, uint64_t>>(
      HostSymbols(code->packages));
  Result<std::unique_ptr<jit::Session>> session =
      jit::Session::Create(jit, [symbols](std::string_view name) -> uint64_t {
        if (auto it = symbols->find(std::string(name)); it != symbols->end()) return it->second;
        return ResolveSymbol(name);
      });
  if (!session) return CompileFailure("gol: " + session.error().message);
  code->session = std::move(session.value());
  quick_start = quick_start && jit.opt_level > 0 && jit::IsReplaceable(pipeline->module());
  Result<std::string> object = code->session->Compile(
      pipeline->module(), quick_start ? jit::CodeKind::kQuick : jit::CodeKind::kWhole);
  if (!object) return CompileFailure("gol: " + object.error().message);
  Result<jit::LinkedModule> linked = code->session->Link(kProgramModule, std::move(object.value()));
  if (!linked) return CompileFailure("gol: " + linked.error().message);
  code->linked = std::move(linked.value());
  code->std_packages = pipeline->std_packages();
  code->own_info = std::make_unique<SessionCodeInfo>(code->session.get(), code->linked.info,
                                                     code->std_packages);
  if (code->previous != nullptr) {
    code->code_info =
        std::make_unique<ChainedInfo>(code->own_info.get(), code->previous->code_info != nullptr
                                                                ? code->previous->code_info.get()
                                                                : code->previous->own_info.get());
  }
  const rt::ModuleInfo& info = *code->linked.info;
  code->globals_end = (info.globals_base + info.globals_bytes + 63) & ~int64_t{63};
  if (code->globals_end > kIsolateGlobalsBytes) {
    return CompileFailure("gol: the versions of this module have too many package-level variables");
  }
  CollectExports(code.get(), *pipeline);
  if (quick_start) code->tier.StartQuick(std::move(pipeline));
  code->compile_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() -
                                                               start).count();
  return code;
}

}  // namespace gol::embed

namespace gol {

void detail::ModuleCode::AddStackMaps(const void* records, uint64_t bytes) {
  std::lock_guard<std::mutex> guard(maps_lock);
  map_sections.emplace_back(records, bytes);
  stack_maps->Add(records, bytes);
  for (const auto& later : later_stack_maps) {
    if (auto table = later.lock()) table->Add(records, bytes);
  }
}

void detail::ModuleCode::ShareStackMaps(const std::shared_ptr<rt::StackMapTable>& table) {
  std::lock_guard<std::mutex> guard(maps_lock);
  for (const auto& [records, bytes] : map_sections) table->Add(records, bytes);
  std::erase_if(later_stack_maps, [](const auto& later) { return later.expired(); });
  later_stack_maps.push_back(table);
}

std::vector<std::string> Module::Functions() const {
  std::vector<std::string> list;
  if (code_ == nullptr) return list;
  for (const auto& [name, e] : code_->exports) list.push_back(name + " " + e.text);
  std::sort(list.begin(), list.end());
  return list;
}

double Module::compile_ms() const { return code_ != nullptr ? code_->compile_ms : 0; }

double Module::optimize_ms() const { return code_ != nullptr ? code_->tier.ms() : 0; }

bool Module::is_optimized() const { return code_ != nullptr && code_->tier.is_final(); }

Expected<void> Module::Optimize() const {
  if (code_ == nullptr) return Failure{FailureKind::kInternal, "no module"};
  Result<void> done = code_->tier.Finish(*code_->session);
  if (!done) return Failure{FailureKind::kInternal, "gol: " + done.error().message};
  return {};
}

}  // namespace gol
