// See repl/evaluator.h.
//
// Each input is a package of its own as far as linking goes ("main~7"), and part of package main as
// far as the language goes: its file's outermost scope lies within the scope of the session, which
// holds the newest object of each name. An input is parsed, checked, built and linked like a
// program, once; what earlier inputs declared counts as precompiled, as the standard packages do:
// code refers to their functions by symbol and to their variables by offset in the one globals block. The
// entry function initialises the packages that the program has for the first time and runs the
// statements.
//
// The Runtime lives as long as the session. Between inputs its world is stopped, unless StartIdle
// lets it go on: a goroutine that blocks in the kernel stands in for the input that is not there.
// Ending an input early (interruption, a panic) ends its goroutine alone; all others, the heap and the
// variables stay.
//
// The code of an input that declares nothing, makes no func values and starts no goroutines of its own is
// taken out when its statements are done: nothing can run it again. What it used for the first time (descriptors of
// types, instances of generic functions, imported packages) makes it stay. Its constants stay in any case. Its tree and what
// the checker made of it go as soon as its value is gone, too, unless something that lasts came to refer to it
// (evaluator_inputs.cc).
//
// A declaration hides an earlier one of the name. The functions, methods and types that use it,
// directly or not, become part of the input and so are checked and compiled again
// (declarations.h). Where that fails they stay as they were, with what they used, and the input's
// outcome says so. Variables keep the type they were made with.
#include "repl/evaluator_impl.h"

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/large_stack.h"
#include "embed/symbols.h"
#include "frontend/syntax/parser.h"
#include "frontend/syntax/scanner.h"
#include "frontend/syntax/walk.h"
#include "frontend/types/check.h"
#include "frontend/types/type_string.h"
#include "ir/build/build.h"
#include "ir/pass/pipeline.h"
#include "runtime/mem/mheap.h"
#include "runtime/sched/sched.h"

namespace gol::repl {
namespace {

rt::Runtime::Options RuntimeOptions(const EvaluatorOptions& options,
                                    std::shared_ptr<rt::RunSignal> signal) {
  rt::Runtime::Options ro;
  ro.gomaxprocs = options.gomaxprocs;
  ro.gogc = options.gogc;
  ro.memory_limit_bytes = options.memory_limit_bytes;
  ro.godebug = options.godebug;
  ro.traceback = options.traceback;
  ro.args = {"gol"};
  ro.signal = std::move(signal);
  return ro;
}

Outcome ToOutcome(const rt::Outcome& run) {
  Outcome out;
  if (run.kind == rt::Outcome::kOk) return out;
  out.kind = run.kind == rt::Outcome::kExit ? Outcome::kExit : Outcome::kEnded;
  out.interrupted = run.kind == rt::Outcome::kInterrupted;
  out.exit_code = run.exit_code;
  return out;
}

// Whether the function is what an input's statements are compiled to.
bool IsStatements(const ir::Module& module, const ir::Func& f) {
  return &f == module.entry || f.name == std::string(module.name) + ".main";
}

}  // namespace

Evaluator::Impl::Impl(EvaluatorOptions o)
    : options(std::move(o)),
      emitter(&sources),
      loader({.is_precompiled = embed::IsPrecompiled}, &sources, &emitter, &context),
      scope(context.NewScope(context.universe())),
      globals_end((embed::StdGlobalsBytes() + 63) & ~int64_t{63}) {
  const std::string_view std_maps = embed::StdStackMaps();
  stack_maps->Add(std_maps.data(), std_maps.size());
  jit::Options jit_options;
  jit_options.opt_level = options.opt_level;
  jit_options.on_stack_maps = [maps = stack_maps](const void* records, uint64_t bytes) {
    maps->Add(records, bytes);
  };
  jit_options.can_unlink = true;
  jit_options.on_unlink_stack_maps = [maps = stack_maps](const void* records) { maps->Remove(records); };
  Result<std::unique_ptr<jit::Session>> made =
      jit::Session::Create(jit_options, embed::ResolveSymbol);
  if (!made) {
    session_error = made.error().message;
    return;
  }
  session = std::move(made.value());
  runtime = std::make_unique<rt::Runtime>(RuntimeOptions(options, signal));
  code_info = std::make_unique<embed::SessionCodeInfo>(session.get(), nullptr,
                                                       std::vector<const embed::StdPackage*>());
  runtime->set_code_info(code_info.get());
  runtime->set_globals(globals.base());
  runtime->set_stack_maps(stack_maps.get());
  idle_wake = eventfd(0, EFD_CLOEXEC);
}

std::string Evaluator::Impl::Rejected(const std::string& error) {
  if (!error.empty()) return "gol: " + error + "\n";
  diag::RenderOptions render;
  render.source_lines = options.source_lines;
  render.color = options.color;
  std::string text = emitter.Render(render);
  emitter.Clear();
  return text;
}

types::Package* Evaluator::Impl::Load(std::string_view text, types::Object* last,
                                      std::string* error) {
  BeginInput(text);
  types::CheckOptions check;
  const std::string link_path = "main~" + std::to_string(current.number);
  check.outer = scope;
  check.link_path = link_path;
  check.last_result = last;
  check.keep_result = true;
  emitter.Clear();
  types::Package* loaded = nullptr;
  RunOnLargeStack([&] { loaded = loader.LoadInput(current.source, check, &current.region->arena, error); });
  if (!error->empty() || emitter.has_errors()) {
    if (loaded != nullptr) types::UndoExtensions(loaded);
    return nullptr;
  }
  return current.package = loaded;
}

// Loads an input together with what uses the names that it declares.
types::Package* Evaluator::Impl::LoadWithDependents(std::string_view text, std::string* error,
                                                    std::string* note) {
  SourceManager own_sources;
  diag::Emitter own_emitter(&own_sources);
  Arena arena;
  const syntax::File* file =
      syntax::ParseFile(own_sources.Add("input", std::string(text)), &arena, &own_emitter,
                        syntax::kAllowScript | syntax::kAllowEmpty);
  const std::vector<std::string> dependents =
      declarations.DependentsOf(Declarations::NamesIn(*file));
  if (own_emitter.has_errors() || dependents.empty()) return Load(text, last_result, error);
  const std::string whole = declarations.TextOf(dependents) + "//line " + source_name + ":1:1\n" +
                            std::string(text);
  if (types::Package* input = Load(whole, last_result, error)) return input;
  const std::string messages = Rejected(*error);
  error->clear();
  types::Package* input = Load(text, last_result, error);
  if (input == nullptr) return nullptr;
  for (const std::string& name : dependents) *note += (note->empty() ? "" : ", ") + name;
  *note += dependents.size() == 1 ? " does not fit and stays" : " do not fit and stay";
  *note += " with what was there before:\n" + messages;
  return input;
}

void Evaluator::Impl::NeedStdPackage(std::string_view path,
                                     std::vector<const embed::StdPackage*>* needed) {
  const embed::StdPackage* package = embed::FindStdPackage(path);
  if (package == nullptr) return;
  auto has = [package](const std::vector<const embed::StdPackage*>& list) {
    return std::find(list.begin(), list.end(), package) != list.end();
  };
  if (has(std_packages) || has(*needed)) return;
  for (std::string_view import : package->imports) NeedStdPackage(import, needed);
  needed->push_back(package);
}

void Evaluator::Impl::Attach(const rt::ModuleInfo& info, const void* init, const uint8_t* ptrmap) {
  if (info.globals_bytes == 0) return;
  char* base = globals.base() + info.globals_base;
  if (init != nullptr) std::memcpy(base, init, static_cast<size_t>(info.globals_bytes));
  runtime->heap().AddGlobals(base, static_cast<uint64_t>(info.globals_bytes), ptrmap);
}

// The program's own packages that the input brings, dependencies first.
std::vector<types::Package*> Evaluator::Impl::FreshPackages(types::Package* input) {
  std::set<const types::Package*> wanted;
  std::vector<types::Package*> work = {input};
  while (!work.empty()) {
    types::Package* p = work.back();
    work.pop_back();
    for (types::Package* import : p->imports) {
      if (embed::IsPrecompiled(import->path) || built.contains(import)) continue;
      if (wanted.insert(import).second) work.push_back(import);
    }
  }
  std::vector<types::Package*> fresh;
  for (types::Package* p : loader.packages()) {
    if (wanted.contains(p)) fresh.push_back(p);
  }
  return fresh;
}

// Lowers the input to IR and runs the passes. False when ir::BuildInput reported an error. Changes nothing else.
bool Evaluator::Impl::Build(ir::Module* module, types::Package* input, int64_t globals_base,
                            Parts* parts) {
  *parts = {};
  parts->fresh = FreshPackages(input);
  NeedStdPackage("runtime", &parts->needed);
  for (types::Package* p : parts->fresh) {
    for (types::Package* import : p->imports) NeedStdPackage(import->path, &parts->needed);
  }
  for (types::Package* import : input->imports) NeedStdPackage(import->path, &parts->needed);
  module->sources = &sources;
  ir::BuildOptions build;
  build.emitter = &emitter;
  build.embedded = &loader.embedded();
  build.globals_base = globals_base;
  build.is_precompiled = [&](const types::Package* p) {
    return p != input && std::find(parts->fresh.begin(), parts->fresh.end(), p) == parts->fresh.end();
  };
  build.extern_global_offset = [&](std::string_view name) {
    auto it = offsets.find(name);
    return it != offsets.end() ? it->second : embed::FindStdGlobal(name);
  };
  for (const embed::StdPackage* p : parts->needed) build.precompiled_inits.emplace_back(p->path);
  if (!ir::BuildInput(module, input, parts->fresh, build)) return false;
  ir::RunPasses(module, {});
  return true;
}

// What the input brings is part of the program from now on.
void Evaluator::Impl::Attach(const Parts& parts) {
  for (const embed::StdPackage* p : parts.needed) {
    std_packages.push_back(p);
    code_info->AddPackage(p);
    Attach(*p->module, p->module->globals_init, p->module->globals_ptrmap);
  }
  built.insert(parts.fresh.begin(), parts.fresh.end());
}

// Whether the input's statements are all that it brings: once they are done nothing refers to its code.
bool Evaluator::Impl::RunsOnce(const ir::Module& module, const types::Package& input, const Parts& parts,
                               const rt::ModuleInfo& info) {
  if (input.script_main == nullptr || info.ntypes != 0 || info.nitabs != 0 || !module.extended_types.empty()) return false;
  if (!parts.fresh.empty()) return false;
  for (const ir::Func* f : module.funcs) {
    if (f->is_built && f->kind != ir::FuncKind::kInit && !IsStatements(module, *f)) return false;
  }
  for (types::Object* o : input.scope->objects()) {
    if (o != input.script_main->func) return false;
  }
  for (const syntax::File* file : input.files) {
    if (!file->scope->objects().empty()) return false;
  }
  return true;
}

// Notes which variables code refers to that may run after this input: that of functions other than the input's
// statements, and what got hold of an address.
void Evaluator::Impl::NoteUses(const ir::Module& module, const types::Package& input) {
  using enum ir::Op;
  for (const types::FuncInfo* info : input.funcs) {
    // A generic function is compiled when it is used: what it mentions stays.
    if (info->decl == nullptr || (info->sig->tparams.empty() && info->sig->rparams.empty())) continue;
    syntax::Walk(info->decl, [&](syntax::Node* n) {
      const auto* id = syntax::DynAs<syntax::Ident>(n);
      for (const Variable& v : variables) {
        if (id != nullptr && id->obj == v.var) used.insert(v.var);
      }
      return true;
    });
  }
  for (const ir::Func* f : module.funcs) {
    if (!f->is_built) continue;
    const bool runs_once = IsStatements(module, *f);
    std::map<uint32_t, const ir::Global*> addresses;  // of variables and parts of them
    for (bool more = true; more;) {
      const size_t before = addresses.size();
      for (const ir::Block& block : f->blocks) {
        for (ir::ValueId id : block.insts) {
          const ir::Inst& inst = f->inst(id);
          if (inst.op == kGlobalAddr) addresses[id.index] = inst.global;
          if (inst.op != kFieldAddr) continue;
          auto at = addresses.find(inst.args[0].index);
          if (at != addresses.end()) addresses[id.index] = at->second;
        }
      }
      more = addresses.size() != before;
    }
    for (const ir::Block& block : f->blocks) {
      for (ir::ValueId id : block.insts) {
        const ir::Inst& inst = f->inst(id);
        if (inst.op == kGlobalAddr && !runs_once) used.insert(inst.global->var);
        if (inst.op == kFieldAddr) continue;
        for (size_t i = 0; i < inst.args.size(); i++) {
          auto at = addresses.find(inst.args[i].index);
          if (at == addresses.end()) continue;
          const bool is_access = inst.op == kMove || inst.op == kClear || inst.op == kNilCheck ||
                                 (i == 0 && (inst.op == kLoad || inst.op == kStore));
          if (!is_access) used.insert(at->second->var);
        }
      }
    }
  }
}

// Empties variables that nothing can refer to any more: values of expressions but the last one, and variables whose
// names mean others now.
void Evaluator::Impl::Forget(size_t first_of_input) {
  for (size_t i = 0; i < first_of_input; i++) {
    Variable& v = variables[i];
    if (v.is_cleared || used.contains(v.var) || v.var == last_result) continue;
    if (!v.is_result && scope->Lookup(v.var->name) == v.var) continue;
    Clear(v.var);
    v.is_cleared = true;
  }
  std::erase_if(variables, [](const Variable& v) { return v.is_cleared; });
}

void Evaluator::Impl::Clear(const types::Var* v) {
  auto it = offsets.find(ir::LinkName(v));
  const rt::Type* type = DescriptorOf(v->type);
  if (it == offsets.end() || type == nullptr) return;
  char* at = globals.base() + it->second;
  for (uint64_t word = 0; word < type->ptrdata; word += 8) {
    // What it held may be marked in a moment by somebody who relies on it being here.
    void* p;
    std::memcpy(&p, at + word, sizeof p);
    runtime->heap().Shade(p);
  }
  std::memset(at, 0, type->size);
}

Outcome Evaluator::Impl::Eval(std::string_view text, bool is_probe) {
  Outcome out;
  if (session == nullptr || globals.base() == nullptr) {
    return {.kind = Outcome::kRejected, .text = "gol: " + (session_error.empty()
                                                                ? "no memory for variables"
                                                                : session_error) + "\n"};
  }
  std::string error;
  std::string note;
  if (!is_probe) inputs++;
  source_name = is_probe ? "<expression>" : "<input " + std::to_string(inputs) + ">";
  types::Package* input = LoadWithDependents(text, &error, &note);
  if (input == nullptr) return {.kind = Outcome::kRejected, .text = Rejected(error)};

  auto module = std::make_unique<ir::Module>(&context);
  bool is_built = false;
  Parts parts;
  int64_t place = PlaceFor(*input);
  RunOnLargeStack([&] { is_built = Build(module.get(), input, place, &parts); });
  if (is_built && !Fits(place, module->globals_bytes)) {
    module = std::make_unique<ir::Module>(&context);
    RunOnLargeStack([&] { is_built = Build(module.get(), input, place = globals_end, &parts); });
  }
  if (!is_built) {
    types::UndoExtensions(input);
    return {.kind = Outcome::kRejected, .text = Rejected(error)};
  }
  Result<jit::LinkedModule> linked = session->Add(*module);
  if (!linked) {
    types::UndoExtensions(input);
    return {.kind = Outcome::kRejected, .text = "gol: " + linked.error().message + "\n"};
  }
  Attach(parts);
  modules.push_back(std::make_unique<jit::LinkedModule>(std::move(linked.value())));
  const jit::LinkedModule& code = *modules.back();
  code_info->AddModule(code.info);
  for (const ir::Global* g : module->globals) {
    if (!g->is_extern) offsets[std::string(g->name)] = g->offset;
  }
  TakePlace(place, code.info->globals_bytes);
  current.module = &code;
  current.globals_base = place;
  current.globals_bytes = code.info->globals_bytes;
  current.stays = true;
  Attach(*code.info, code.globals_init.empty() ? nullptr : code.globals_init.data(),
         reinterpret_cast<const uint8_t*>(code.globals_ptrmap.data()));

  for (types::Type* t : module->extended_types) AddMethods(*module, t);
  for (types::Object* o : input->scope->objects()) {
    const auto* f = types::DynCast<types::Func>(o);
    if (f != nullptr && input->script_main != nullptr && f == input->script_main->func) continue;
    Declare(o);
  }
  for (const syntax::File* file : input->files) {
    for (types::Object* o : file->scope->objects()) Declare(o);  // names of imported packages
  }
  declarations.Add(*input, sources);
  const size_t first_variable = variables.size();
  for (types::Object* o : input->scope->objects()) {
    if (auto* v = types::DynCast<types::Var>(o)) variables.push_back({v, inputs, false, false});
  }
  for (types::Var* v : input->results) variables.push_back({v, inputs, true, is_probe});
  NoteUses(*module, *input);
  entries.push_back(std::make_unique<rt::Funcval>());
  entries.back()->code = reinterpret_cast<const void*>(code.entry);
  const auto start = std::chrono::steady_clock::now();
  out = ToOutcome(runtime->Run(entries.back().get()));
  out.run_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  out.note = std::move(note);
  if (out.kind == Outcome::kOk) {
    for (types::Var* v : input->results) out.results.push_back(ValueOf(v, ""));
    if (input->results.size() == 1 && !is_probe) last_result = input->results[0];
  }
  Forget(first_variable);
  if (out.kind == Outcome::kOk && RunsOnce(*module, *input, parts, *code.info)) {
    session->Unlink(code);
    entries.pop_back();
    current.stays = false;
  }
  return out;
}

void Evaluator::Impl::Declare(types::Object* object) {
  if (types::Object* old = scope->Lookup(object->name)) {
    scope->Replace(old, object);
  } else {
    scope->Insert(object);
  }
}

// Gives the descriptor that values of the type have the methods of the one that the module brings.
void Evaluator::Impl::AddMethods(const ir::Module& module, types::Type* t) {
  auto* type = const_cast<rt::Type*>(DescriptorOf(t));
  const auto* extended = reinterpret_cast<const rt::Type*>(
      session->Lookup(jit::ExtendedTypeSymbol(context, module, t)));
  if (type == nullptr || extended == nullptr) return;
  // A descriptor may stand among read-only data; what stands in its page besides stays writable, too: the page may hold
  // variables of other modules. The program stands still.
  const auto page = reinterpret_cast<uintptr_t>(type) & ~uintptr_t{4095};
  const size_t bytes = reinterpret_cast<uintptr_t>(type + 1) - page;
  if (mprotect(reinterpret_cast<void*>(page), bytes, PROT_READ | PROT_WRITE) != 0) return;
  type->uncommon = extended->uncommon;
  type->tflag |= rt::kTFlagUncommon;
}

const rt::Type* Evaluator::Impl::DescriptorOf(types::Type* t) {
  t = context.Canonical(t);
  return reinterpret_cast<const rt::Type*>(session->Lookup(jit::TypeSymbol(context, t)));
}

Value Evaluator::Impl::ValueOf(types::Var* v, const std::string& name) {
  Value value;
  value.name = name;
  types::Qualifier qualifier;
  qualifier.relative_to = v->pkg;
  value.static_type = types::TypeString(v->type, qualifier);
  value.type = DescriptorOf(v->type);
  auto it = offsets.find(ir::LinkName(v));
  if (it != offsets.end()) value.address = globals.base() + it->second;
  return value;
}

Evaluator::Evaluator(EvaluatorOptions options) : impl_(new Impl(std::move(options))) {}

Evaluator::~Evaluator() {
  StopIdle();
  impl_->runtime.reset();
  if (impl_->idle_wake >= 0) close(impl_->idle_wake);
}

Outcome Evaluator::Eval(std::string_view text) {
  StopIdle();
  return impl_->Eval(text, false);
}

Outcome Evaluator::Probe(std::string_view expression) {
  StopIdle();
  return impl_->Eval(expression, true);
}

void Evaluator::StartIdle() {
  Impl& s = *impl_;
  if (s.idle.joinable() || s.runtime == nullptr || s.idle_wake < 0) return;
  if (s.runtime->sched().num_goroutines() == 0) return;
  s.idle = std::thread([&s] {
    s.idle_outcome = s.runtime->RunNative(
        [](void* arg) {
          uint64_t count;
          rt::BlockingRegion region;
          while (read(*static_cast<int*>(arg), &count, sizeof count) < 0) {
          }
        },
        &s.idle_wake);
  });
}

Outcome Evaluator::StopIdle() {
  Impl& s = *impl_;
  if (!s.idle.joinable()) return {};
  const uint64_t one = 1;
  if (write(s.idle_wake, &one, sizeof one) < 0) return {};
  s.idle.join();
  return ToOutcome(s.idle_outcome);
}

bool Evaluator::IsComplete(std::string_view text) {
  SourceManager sources;
  diag::Emitter emitter(&sources);
  SourceFile* file = sources.Add("input", std::string(text));
  syntax::Scanner scanner(file, &emitter, false, false);
  int depth = 0;
  syntax::Token last = syntax::Token::kSemi;
  using enum syntax::Token;
  for (scanner.Next(); scanner.tok != kEof; scanner.Next()) {
    switch (scanner.tok) {
      case kLparen:
      case kLbrack:
      case kLbrace:
        depth++;
        break;
      case kRparen:
      case kRbrack:
      case kRbrace:
        depth--;
        break;
      default:
        break;
    }
    last = scanner.tok;
  }
  for (const diag::Diagnostic* d : emitter.Sorted()) {
    if (d->kind == diag::kCommentNotTerminated) return false;
    if (d->kind == diag::kStringNotTerminated) return false;
  }
  if (depth != 0) return depth < 0;
  // A semicolon is put in at the end of the last line unless the line asks for more.
  return last == kSemi;
}

bool Evaluator::Start() { return !impl_->modules.empty() || Probe("0").kind == Outcome::kOk; }

void Evaluator::ForgetProbes() {
  StopIdle();
  impl_->Forget(impl_->variables.size());
}

rt::RunSignal& Evaluator::signal() { return *impl_->signal; }
rt::Runtime& Evaluator::runtime() { return *impl_->runtime; }

}  // namespace gol::repl
