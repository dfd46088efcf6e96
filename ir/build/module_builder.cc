// From the checked syntax tree to IR.
//
// What is built is what is reachable: the entry function refers to the initialisers of the
// program's packages and to main.main; building a function refers to others, which join a worklist
// (FuncFor); a type whose descriptor becomes visible to the program adds all its methods (NeedType),
// since an interface or reflection may call them. A package of its own (BuildPackage) starts from
// all its functions and types instead. Functions and variables of precompiled packages are only
// declared.
//
// Generic functions are built once per list of type arguments. While an instance is built, all types
// of expressions go through FuncBuilder::TypeOf, which substitutes the environment (Env) and gives
// canonical types; selections of methods are looked up again on the concrete type.
//
// Each file of the folder holds one construct, as members of FuncBuilder (func_builder.h). See
// ir/func.h for the rules of the IR that the builder keeps.
#include "ir/build/module_builder.h"

#include <algorithm>
#include <sstream>

#include "base/check.h"
#include "frontend/types/check.h"
#include "frontend/types/checker.h"
#include "frontend/types/predicates.h"
#include "frontend/types/scope.h"
#include "frontend/types/subst.h"
#include "frontend/types/type_string.h"
#include "frontend/types/typeset.h"
#include "ir/build/func_builder.h"
#include "ir/build/inline_cost.h"
#include "ir/build/note_text.h"
#include "ir/pass/summary.h"

namespace gol::ir {

using types::Type;

namespace {

// Programs that need more double them at each step. Ten thousand take about a second.
constexpr size_t kMaxInstances = 10000;


// Names the function that initialises a package: its variables, then its init functions.
constexpr const char* kInitTaskSuffix = "..inittask";
// Names the entry of an interactive session's input.
constexpr const char* kEntrySuffix = "..entry";

}  // namespace

bool BuildProgram(Module* module, types::Package* main_package, const BuildOptions& options) {
  return ModuleBuilder(module, options).BuildProgram(main_package);
}

bool BuildPackage(Module* module, types::Package* package, const BuildOptions& options) {
  return ModuleBuilder(module, options).BuildPackage(package);
}

bool BuildInput(Module* module, types::Package* input,
                const std::vector<types::Package*>& packages, const BuildOptions& options) {
  return ModuleBuilder(module, options).BuildInput(input, packages);
}

std::string LinkName(const types::Object* object) {
  std::string s(object->pkg != nullptr ? object->pkg->link_path : std::string_view("go"));
  s += ".";
  if (auto* f = types::DynCast<types::Func>(object)) {
    types::Signature* sig = f->type != nullptr ? f->signature() : nullptr;
    if (sig != nullptr && sig->recv != nullptr) {
      Type* t = types::Unalias(sig->recv->type);
      bool ptr = t->kind == types::TypeKind::kPointer;
      if (ptr) t = static_cast<types::Pointer*>(t)->elem;
      types::Named* n = types::AsNamed(t);
      std::string type(n != nullptr ? n->obj()->name : std::string_view("?"));
      s += ptr ? "(*" + type + ")." : type + ".";
    }
  }
  return s + std::string(object->name);
}

ModuleBuilder::ModuleBuilder(Module* module, const BuildOptions& options)
    : module_(module), options_(options) {}

void ModuleBuilder::NotSupported(Pos pos, std::string_view what) {
  failed_ = true;
  if (options_.emitter != nullptr) {
    options_.emitter->Error(pos, diag::Kind::kNotSupported, what);
  }
}

Type* ModuleBuilder::Subst(Type* t, const Env* env) {
  if (env != nullptr && !env->from.empty()) {
    t = SubstLocal(types::SubstType(context(), t, env->from, env->to), env);
  }
  return layout().Canon(t);
}

bool ModuleBuilder::IsPrecompiled(const types::Package* pkg) {
  return pkg != nullptr && pkg != package_ && options_.is_precompiled &&
         options_.is_precompiled(pkg);
}

NameScope* ModuleBuilder::NewNames(std::string prefix, bool is_literal) {
  NameScope* n = module_->arena.New<NameScope>();
  n->prefix = std::move(prefix);
  n->is_literal = is_literal;
  return n;
}

void ModuleBuilder::QueueLiteral(Func* f, types::FuncInfo* info, const Env* env,
                                 NameScope* names) {
  tasks_.push_back({f, info, env, names});
}

// --- signatures ---

types::Signature* ModuleBuilder::MakeSignature(const std::vector<Type*>& params,
                                               const std::vector<Type*>& results,
                                               bool variadic) {
  types::Context* c = context();
  auto tuple = [&](const std::vector<Type*>& list) {
    std::vector<types::Var*> vars;
    for (Type* t : list) vars.push_back(c->NewParam(Pos(), nullptr, "", t));
    return c->NewTuple(vars);
  };
  auto* sig = c->New<types::Signature>();
  sig->params = tuple(params);
  sig->results = tuple(results);
  sig->variadic = variadic;
  return sig;
}

types::Signature* ModuleBuilder::CanonSignature(Type* t, const Env* env) {
  auto* sig = types::UnderAs<types::Signature>(t);
  GOL_CHECK(sig != nullptr);
  std::vector<Type*> params, results;
  for (size_t i = 0; i < sig->num_params(); i++) {
    params.push_back(Subst(sig->params->at(i)->type, env));
  }
  for (size_t i = 0; i < sig->num_results(); i++) {
    results.push_back(Subst(sig->results->at(i)->type, env));
  }
  return MakeSignature(params, results, sig->variadic);
}

types::Signature* ModuleBuilder::WithRecv(types::Signature* sig, Type* recv) {
  auto* s = context()->New<types::Signature>();
  s->params = sig->params;
  s->results = sig->results;
  s->variadic = sig->variadic;
  s->recv = context()->NewParam(Pos(), nullptr, "", recv);
  return s;
}

Type* ModuleBuilder::IterType() {
  if (iter_type_ != nullptr) return iter_type_;
  types::Context* c = context();
  std::vector<types::Var*> fields;
  auto add = [&](std::string_view name, types::BasicKind k) {
    fields.push_back(
        c->New<types::Var>(types::VarKind::kField, Pos(), nullptr, name, c->basic(k)));
  };
  for (std::string_view n :
       {"key", "elem", "t", "h", "buckets", "bptr", "overflow", "oldoverflow"}) {
    add(n, types::BasicKind::kUnsafePointer);
  }
  for (std::string_view n : {"startBucket", "state", "bucket", "checkBucket"}) {
    add(n, types::BasicKind::kUint64);
  }
  auto* s = c->New<types::Struct>();
  s->fields = c->List(fields);
  iter_type_ = layout().Canon(s);
  GOL_CHECK(layout().SizeOf(iter_type_) == static_cast<int64_t>(sizeof(rt::hiter)));
  return iter_type_;
}

// --- functions and globals ---

Intrinsic ModuleBuilder::FindIntrinsic(const types::Func* f) {
  struct Entry {
    const char* pkg;
    const char* name;
  };
  static constexpr Entry kTable[] = {
#define INTRINSIC(id, pkg, name) {pkg, name},
#include "ir/intrinsics.def"
#undef INTRINSIC
  };
  if (f->pkg == nullptr || (f->type != nullptr && f->signature()->recv != nullptr)) {
    return Intrinsic::kNone;
  }
  for (size_t i = 0; i < std::size(kTable); i++) {
    if (f->name == kTable[i].name && f->pkg->path == kTable[i].pkg) {
      return static_cast<Intrinsic>(i);
    }
  }
  return Intrinsic::kNone;
}

bool ModuleBuilder::HasDirective(const types::Func* f, std::string_view text) {
  const syntax::FuncDecl* decl = f->decl != nullptr ? f->decl->func_decl : nullptr;
  return decl != nullptr &&
         std::any_of(decl->directives.begin(), decl->directives.end(),
                     [&](const syntax::Directive& d) { return d.text == text; });
}

std::string ModuleBuilder::TypeArgsText(const std::vector<Type*>& targs) {
  std::string s = "[";
  for (Type* t : targs) {
    if (s.size() > 1) s += ",";
    s += types::TypeLinkString(t);
  }
  return s + "]";
}

Func* ModuleBuilder::FuncForMethod(types::Func* method, Type* recv) {
  types::ResolveObject(method);
  Type* t = types::Unalias(recv);
  if (auto* p = types::DynCast<types::Pointer>(t)) t = types::Unalias(p->elem);
  types::Named* n = types::DynCast<types::Named>(t);
  std::vector<Type*> targs;
  if (n != nullptr && n->is_instance()) {
    for (Type* a : n->type_args()) targs.push_back(layout().Canon(a));
  }
  if (method->origin != nullptr) method = method->origin;
  return FuncFor(method, targs);
}

Func* ModuleBuilder::FuncFor(types::Func* f, const std::vector<Type*>& targs) {
  if (auto it = funcs_.find({f, targs}); it != funcs_.end()) return it->second;
  types::ResolveObject(f);
  if (types::Object* target = Linknamed(f)) {
    if (auto* other = types::DynCast<types::Func>(target)) {
      Func* code = FuncFor(other, {});
      funcs_[{f, targs}] = code;
      return code;
    }
  }
  types::Signature* sig = f->signature();
  Env* env = nullptr;
  std::string name = LinkName(f);
  if (!targs.empty()) {
    env = NewEnv();
    std::span<types::TypeParam*> params = sig->recv != nullptr ? sig->rparams : sig->tparams;
    env->from.assign(params.begin(), params.end());
    env->to = targs;
    if (env->from.size() != targs.size()) {
      NotSupported(f->pos, "these type arguments");
      env->to.resize(env->from.size(), layout().Canon(context()->basic(types::BasicKind::kInt)));
    }
    if (++num_instances_ == kMaxInstances) {
      failed_ = true;
      if (options_.emitter != nullptr) {
        options_.emitter->Error(f->pos, diag::Kind::kTooManyInstances,
                                std::to_string(kMaxInstances));
      }
    }
    std::string args = TypeArgsText(targs);
    if (sig->recv != nullptr) {
      size_t at = name.rfind(").");
      if (at == std::string::npos) at = name.rfind('.');
      name.insert(at, args);
    } else {
      name += args;
    }
  }
  if (f->name == "init" && sig->recv == nullptr) {
    const auto& inits = f->pkg->init_funcs;
    auto at = std::find(inits.begin(), inits.end(), f);
    name += "." + std::to_string(at - inits.begin());
  } else if (f->name == "_") {
    name += "." + std::to_string(funcs_.size());
  }
  bool extern_code = IsPrecompiled(f->pkg) && targs.empty();
  const syntax::FuncDecl* decl = f->decl != nullptr ? f->decl->func_decl : nullptr;
  FuncKind kind = FuncKind::kDeclared;
  Intrinsic intrinsic = FindIntrinsic(f);
  if (intrinsic != Intrinsic::kNone) {
    kind = FuncKind::kIntrinsic;
  } else if (decl != nullptr && !decl->has_body) {
    kind = FuncKind::kNative;
  } else if (extern_code) {
    kind = FuncKind::kExtern;
  }
  Func* r = module_->NewFunc(name, kind);
  funcs_[{f, targs}] = r;
  r->intrinsic = intrinsic;
  r->pkg = f->pkg;
  r->object = f;
  r->pos = f->pos;
  r->is_instance = !targs.empty();
  if (env != nullptr && options_.describe_allocations) r->shapes = Copy(ShapesText(*env));
  types::Signature* canon = CanonSignature(sig, env);
  r->sig = canon;
  if (sig->recv != nullptr) r->sig = WithRecv(canon, Subst(sig->recv->type, env));
  r->no_inline = HasDirective(f, "go:noinline");
  r->no_escape = HasDirective(f, "go:noescape");
  r->uintptr_escapes = HasDirective(f, "go:uintptrescapes");
  if (kind == FuncKind::kDeclared) {
    if (f->pkg != nullptr && f->pkg->is_declarations_only && !types::CheckBody(f)) {
      failed_ = true;
      return r;
    }
    if (f->info == nullptr) {
      NotSupported(f->pos, "a function without a body");
      return r;
    }
    tasks_.push_back({r, f->info, env, NewNames(name, false)});
  }
  return r;
}

void ModuleBuilder::WantBody(Func* f) {
  if (f->kind != FuncKind::kExtern || f->object == nullptr || f->no_inline ||
      options_.extern_inline_budget == 0 || !options_.extern_summary) {
    return;
  }
  types::Func* object = f->object;
  const syntax::FuncDecl* decl = object->decl != nullptr ? object->decl->func_decl : nullptr;
  if (decl == nullptr || !decl->has_body || object->name == "init" || object->pkg == nullptr ||
      !object->pkg->is_declarations_only || object->signature()->is_generic()) {
    return;
  }
  const int cost = InlineCostOf(options_.extern_summary(f->name));
  if (cost < 0 || cost > options_.extern_inline_budget || !types::CheckBody(object)) return;
  f->kind = FuncKind::kDeclared;
  f->is_instance = true;  // the package has the code; any copy does
  tasks_.push_back({f, object->info, nullptr, NewNames(std::string(f->name), false)});
}

int ModuleBuilder::CostOfInlining(const types::FuncInfo* info) {
  auto [it, is_new] = inline_costs_.try_emplace(info, kNoInline);
  if (!is_new) return it->second;  // while it is being found out: of a recursive function
  if (info->has_defer || info->has_recover || info->has_go) return kNoInline;
  const int cost = InlineCost(info, [this](types::Func* f) { return CostOfInlining(f); });
  inline_costs_[info] = cost;
  return cost;
}

int ModuleBuilder::CostOfInlining(types::Func* f) {
  if (f->origin != nullptr) f = f->origin;
  if (FindIntrinsic(f) != Intrinsic::kNone) return 0;
  // Go's measure leaves this one out: it is there for escape analysis alone.
  if (f->pkg != nullptr && f->pkg->path == "internal/abi" && f->name == "NoEscape") return 0;
  if (HasDirective(f, "go:noinline")) return kNoInline;
  if (IsPrecompiled(f->pkg) && options_.extern_summary && !f->signature()->is_generic()) {
    return InlineCostOf(options_.extern_summary(LinkName(f)));
  }
  if (f->info == nullptr || !f->info->checked) return kNoInline;
  return CostOfInlining(f->info);
}

std::string ModuleBuilder::InlinedResult(const syntax::CallExpr* call) {
  const types::Signature* sig = nullptr;
  const types::Package* pkg = nullptr;
  int cost = kNoInline;
  if (types::Func* f = StaticCallee(call)) {
    types::ResolveObject(f);
    const Intrinsic intrinsic = FindIntrinsic(f);
    if (intrinsic != Intrinsic::kNone && InlinedInstead(intrinsic).empty()) return {};
    sig = f->signature();
    pkg = f->pkg;
    cost = CostOfInlining(f);
  } else if (auto* lit = syntax::DynAs<syntax::FuncLit>(syntax::Unparen(call->fun));
             lit != nullptr && lit->info != nullptr) {
    sig = lit->info->sig;
    pkg = lit->info->pkg;
    cost = CostOfInlining(lit->info) <= kCalledOnceBudget ? 0 : kNoInline;
  }
  if (cost < 0 || cost > kInlineBudget || sig->num_results() != 1) return {};
  const std::string name(sig->results->at(0)->name);
  if (name.empty() || name == "_") return "~r0";
  return pkg == nullptr || pkg->path == module_->name ? name : std::string(pkg->name) + "." + name;
}

void ModuleBuilder::NoteInstance(const Func* f) {
  if (options_.notes == nullptr || f->shapes.empty() || f->object == nullptr ||
      f->object->info == nullptr || f->object->info->decl == nullptr ||
      !noted_instances_.insert(f).second) {
    return;
  }
  // The call, the function's name, the dictionary and its address, the return.
  constexpr int kForwarding = 5;
  const Pos pos = f->object->info->decl->pos;
  const int cost = CostOfInlining(f->object);
  const bool is_inlined = cost >= 0 && cost <= kInlineBudget;
  const auto num_params = static_cast<int>(f->sig->num_params()) + (f->sig->recv != nullptr ? 1 : 0);
  if (num_params + kForwarding + (is_inlined ? cost : kCallCost) <= kInlineBudget) {
    options_.notes->push_back({pos, "can inline " + FuncText(*f, *module_, false)});
  }
  if (is_inlined) options_.notes->push_back({pos, "inlining call to " + FuncText(*f, *module_)});
}

types::Object* ModuleBuilder::Linknamed(types::Object* o) {
  // Standard packages have natives instead.
  if (package_ != nullptr || o->decl == nullptr || o->decl->file == nullptr ||
      IsPrecompiled(o->pkg)) {
    return nullptr;
  }
  const syntax::FuncDecl* decl = o->decl->func_decl;
  if (decl != nullptr && decl->has_body) return nullptr;
  for (const syntax::Directive& d : o->decl->file->directives) {
    std::istringstream words{std::string(d.text)};
    std::string verb, local, target;
    if (!(words >> verb >> local >> target) || verb != "go:linkname" || local != o->name) continue;
    size_t slash = target.rfind('/');
    size_t dot = target.find('.', slash == std::string::npos ? 0 : slash);
    if (dot == std::string::npos) break;
    std::string_view path = std::string_view(target).substr(0, dot);
    // The package must be part of the program.
    std::vector<types::Package*> work = {o->pkg};
    std::unordered_set<types::Package*> seen = {o->pkg};
    for (size_t i = 0; i < work.size(); i++) {
      types::Package* p = work[i];
      if (p->path == path && p->scope != nullptr) {
        types::Object* found = p->scope->Lookup(std::string_view(target).substr(dot + 1));
        if (found != nullptr && found != o && found->kind == o->kind) return found;
      }
      for (types::Package* import : p->imports) {
        if (seen.insert(import).second) work.push_back(import);
      }
    }
    if (decl == nullptr) break;  // a variable of its own, then
    failed_ = true;
    if (options_.emitter != nullptr) {
      options_.emitter->Error(o->pos, diag::Kind::kLinknameUndefined, target);
    }
    break;
  }
  return nullptr;
}

Global* ModuleBuilder::GlobalFor(types::Var* v) {
  if (auto it = globals_.find(v); it != globals_.end()) return it->second;
  types::ResolveObject(v);
  if (auto* target = types::DynCast<types::Var>(Linknamed(v))) {
    Global* other = GlobalFor(target);
    globals_[v] = other;
    return other;
  }
  std::string name = LinkName(v);
  if (v->name == "_") name += std::to_string(globals_.size());
  Global* g = module_->NewGlobal(name, layout().Canon(v->type));
  globals_[v] = g;
  g->var = v;
  if (IsPrecompiled(v->pkg)) {
    g->is_extern = true;
    if (options_.extern_global_offset) g->offset = options_.extern_global_offset(g->name);
  }
  return g;
}

void ModuleBuilder::Drain() {
  while (!failed_ && (!tasks_.empty() || !type_tasks_.empty())) {
    if (!tasks_.empty()) {
      Task t = tasks_.front();
      tasks_.pop_front();
      std::string name(t.func->name);
      ScopedPhase phase("building IR", name.c_str());
      FuncBuilder(this, t.func, t.env, t.names).BuildBody(t.info);
      continue;
    }
    Type* t = type_tasks_.front();
    type_tasks_.pop_front();
    AddMethods(t);
  }
}

// --- types ---

bool ModuleBuilder::OwnsDescriptor(Type* t) {
  if (auto* p = types::DynCast<types::Pointer>(t)) t = types::Unalias(p->elem);
  types::Named* n = types::DynCast<types::Named>(t);
  return n == nullptr || n->is_instance() || !IsPrecompiled(n->obj()->pkg);
}

void ModuleBuilder::NeedType(Type* t) {
  t = layout().Canon(t);
  if (needed_.insert(t).second) type_tasks_.push_back(t);
}

void ModuleBuilder::AddMethods(Type* t) {
  Type* u = types::Under(t);
  if (!OwnsDescriptor(t)) {
    // Its own package has the descriptor; itabs of this module need the methods.
    if (u->kind != types::TypeKind::kInterface) ListMethods(t);
    return;
  }
  switch (u->kind) {
    case types::TypeKind::kPointer: NeedType(static_cast<types::Pointer*>(u)->elem); break;
    case types::TypeKind::kSlice: NeedType(static_cast<types::Slice*>(u)->elem); break;
    case types::TypeKind::kArray: NeedType(static_cast<types::Array*>(u)->elem); break;
    case types::TypeKind::kChan: NeedType(static_cast<types::Chan*>(u)->elem); break;
    case types::TypeKind::kMap:
      NeedType(static_cast<types::Map*>(u)->key);
      NeedType(static_cast<types::Map*>(u)->elem);
      break;
    case types::TypeKind::kStruct:
      for (types::Var* f : static_cast<types::Struct*>(u)->fields) NeedType(f->type);
      break;
    case types::TypeKind::kSignature: {
      auto* s = static_cast<types::Signature*>(u);
      for (size_t i = 0; i < s->num_params(); i++) NeedType(s->params->at(i)->type);
      for (size_t i = 0; i < s->num_results(); i++) NeedType(s->results->at(i)->type);
      break;
    }
    case types::TypeKind::kInterface:
      for (types::Func* m : layout().InterfaceMethods(t)) NeedSignature(m);
      return;
    default:
      break;
  }
  if (t->kind == types::TypeKind::kNamed) {
    // Reflection gets from T to *T, with its methods.
    Type* p = layout().PointerTo(t);
    NeedType(p);
    if (!layout().MethodsOf(p).empty()) module_->types.push_back(p);
  } else if (t->kind == types::TypeKind::kStruct) {
    // The same where embedded fields bring methods.
    Type* p = layout().PointerTo(t);
    if (!layout().MethodsOf(p).empty()) {
      NeedType(p);
      module_->types.push_back(p);
    }
  }
  for (const MethodInfo& m : layout().MethodsOf(t)) NeedSignature(m.func);
  ListMethods(t);
}

void ModuleBuilder::ListMethods(Type* t) {
  const bool is_pointer = t->kind == types::TypeKind::kPointer;
  const std::vector<MethodInfo>& methods = layout().MethodsOf(t);
  if (methods.empty()) return;
  // The map may move while methods are added: the list is put in at the end.
  std::vector<MethodCode> list;
  for (const MethodInfo& m : methods) {
    MethodCode code;
    code.method = m.func;
    code.tfn = ValueFunc(MethodFunc(t, m));
    code.ifn = is_pointer ? code.tfn : ValueFunc(IfaceMethodFunc(t, m));
    list.push_back(code);
  }
  module_->methods[t] = std::move(list);
}

void ModuleBuilder::NeedSignature(types::Func* m) {
  types::Signature* s = m->signature();
  for (size_t i = 0; i < s->num_params(); i++) NeedType(s->params->at(i)->type);
  for (size_t i = 0; i < s->num_results(); i++) NeedType(s->results->at(i)->type);
}

// --- packages ---

Func* ModuleBuilder::InitFunc(types::Package* pkg) {
  Func*& f = inits_[pkg];
  if (f != nullptr) return f;
  bool is_extern = IsPrecompiled(pkg);
  f = module_->NewFunc(std::string(pkg->link_path) + kInitTaskSuffix,
                       is_extern ? FuncKind::kExtern : FuncKind::kInit);
  f->pkg = pkg;
  f->sig = MakeSignature({}, {}, false);
  if (!is_extern) BuildInit(pkg, f);
  return f;
}

void ModuleBuilder::BuildInit(types::Package* pkg, Func* f) {
  // Variables are initialised by a function of its own, "path.init" in tracebacks.
  std::string vars_name = std::string(pkg->link_path) + ".init";
  FuncBuilder b(this, f, nullptr, NewNames(vars_name, false));
  b.BeginSynthesized({}, {});
  if (options_.embedded != nullptr) {
    for (const EmbeddedVar& e : *options_.embedded) {
      if (e.var->pkg == pkg) b.Embed(e);
    }
  }
  if (!pkg->init_order.empty()) {
    Func* vars = module_->NewFunc(vars_name, FuncKind::kInit);
    vars->pkg = pkg;
    vars->sig = f->sig;
    vars->pos = pkg->init_order[0].rhs->pos;
    FuncBuilder v(this, vars, nullptr, NewNames(vars_name, false));
    v.BeginSynthesized({}, {});
    v.Initialize(pkg->init_order);
    v.b().EnsureOpen();
    v.b().Return({});
    v.Finish();
    Callee c;
    c.func = vars;
    c.sig = vars->sig;
    b.EmitCall(c, {}, vars->pos);
  }
  for (types::Func* init : pkg->init_funcs) {
    Callee c;
    c.func = FuncFor(init, {});
    c.sig = c.func->sig;
    b.EmitCall(c, {}, init->pos);
  }
  b.b().EnsureOpen();
  b.b().Return({});
  b.Finish();
}

std::vector<types::Package*> ModuleBuilder::InitOrder(types::Package* main_package) {
  // As Go since 1.21: sorted by import path, the first whose imports are all initialised is next.
  std::vector<types::Package*> all;
  std::unordered_set<types::Package*> seen;
  std::vector<types::Package*> work = {main_package};
  seen.insert(main_package);
  while (!work.empty()) {
    types::Package* p = work.back();
    work.pop_back();
    all.push_back(p);
    for (types::Package* i : p->imports) {
      if (!i->is_unsafe && seen.insert(i).second) work.push_back(i);
    }
  }
  std::sort(all.begin(), all.end(), [](types::Package* a, types::Package* b) {
    return a->path < b->path;
  });
  std::vector<types::Package*> order;
  std::unordered_set<types::Package*> done;
  while (order.size() < all.size()) {
    bool progress = false;
    for (types::Package* p : all) {
      if (done.contains(p)) continue;
      bool ready = true;
      for (types::Package* i : p->imports) ready &= i->is_unsafe || done.contains(i);
      if (!ready) continue;
      done.insert(p);
      order.push_back(p);
      progress = true;
      break;
    }
    if (!progress) break;  // an import cycle, which was reported
  }
  return order;
}

void ModuleBuilder::BuildEntry(const std::string& name, const std::vector<types::Package*>& order,
                               Func* main_func) {
  Func* f = module_->NewFunc(name, FuncKind::kInit);
  f->sig = MakeSignature({}, {}, false);
  FuncBuilder b(this, f, nullptr, NewNames(name, false));
  b.BeginSynthesized({}, {});
  std::unordered_set<std::string> done;
  auto call = [&](Func* callee) {
    Callee c;
    c.func = callee;
    c.sig = callee->sig;
    b.EmitCall(c, {}, Pos());
  };
  // For GODEBUG=inittrace: which package's initialisation begins; an empty name after the last.
  Func* trace = module_->NewFunc("runtime.traceInit", FuncKind::kNative);
  trace->sig = MakeSignature({b.b().StringType()}, {}, false);
  auto begin = [&](std::string_view path) {
    Callee c;
    c.func = trace;
    c.sig = trace->sig;
    b.EmitCall(c, {b.b().ConstString(path)}, Pos());
  };
  for (const std::string& path : options_.precompiled_inits) {
    if (!done.insert(path).second) continue;
    Func* init = module_->NewFunc(path + kInitTaskSuffix, FuncKind::kExtern);
    init->sig = MakeSignature({}, {}, false);
    begin(init->name.substr(0, path.size()));  // storage that lasts
    call(init);
  }
  for (types::Package* p : order) {
    if (!done.insert(std::string(p->path)).second) continue;
    begin(p->path);
    call(InitFunc(p));
  }
  begin("");
  call(main_func);
  b.b().Return({});
  b.Finish();
  module_->entry = f;
}

bool ModuleBuilder::BuildProgram(types::Package* main_package) {
  module_->name = main_package->path;
  module_->globals_base = options_.globals_base;
  Func* main_func = nullptr;
  const bool calls_main = !options_.exports || main_package->script_main != nullptr;
  if (main_package->script_main != nullptr) {
    main_func = module_->NewFunc("main.main", FuncKind::kDeclared);
    main_func->pkg = main_package;
    types::FuncInfo* info = main_package->script_main;
    main_func->sig = MakeSignature({}, {}, false);
    if (info->decl != nullptr) main_func->pos = info->decl->pos;
    tasks_.push_back({main_func, info, nullptr, NewNames("main.main", false)});
  } else if (auto* f = types::DynCast<types::Func>(main_package->scope->Lookup("main"));
             f != nullptr && calls_main) {
    main_func = FuncFor(f, {});
  } else {
    main_func = module_->NewFunc(calls_main ? "main.main" : "runtime.noMain", FuncKind::kDeclared);
    main_func->pkg = main_package;
    main_func->sig = MakeSignature({}, {}, false);
    FuncBuilder b(this, main_func, nullptr, nullptr);
    b.BeginSynthesized({}, {});
    b.b().Return({});
    b.Finish();
  }
  BuildEntry("runtime.main", InitOrder(main_package), main_func);
  if (options_.describe_allocations) BuildAll(main_package);
  if (options_.exports) BuildExports(main_package);
  Drain();
  module_->LayoutGlobals();
  return !failed_;
}

void ModuleBuilder::BuildAll(types::Package* package) {
  for (types::Object* o : package->scope->objects()) {
    if (auto* f = types::DynCast<types::Func>(o)) {
      if (!f->signature()->is_generic()) FuncFor(f, {});
    } else if (auto* tn = types::DynCast<types::TypeName>(o)) {
      types::Named* n = types::AsNamed(tn->type);
      if (n == nullptr || tn->IsAlias() || !n->type_params().empty()) continue;
      if (types::UnderAs<types::Interface>(n) != nullptr) continue;
      for (size_t k = 0; k < n->num_methods(); k++) FuncFor(n->Method(k), {});
    }
  }
}

bool ModuleBuilder::BuildPackage(types::Package* package) {
  package_ = package;
  module_->name = package->path;
  module_->globals_base = options_.globals_base;
  BuildAllOf(package);
  module_->entry = InitFunc(package);
  Drain();
  module_->LayoutGlobals();
  return !failed_;
}

bool ModuleBuilder::BuildInput(types::Package* input,
                               const std::vector<types::Package*>& packages) {
  module_->name = input->link_path;
  module_->globals_base = options_.globals_base;
  for (types::Package* p : packages) BuildAllOf(p);
  BuildAllOf(input);
  const std::string prefix(input->link_path);
  Func* main_func = module_->NewFunc(prefix + ".main", FuncKind::kDeclared);
  main_func->pkg = input;
  main_func->sig = MakeSignature({}, {}, false);
  if (types::FuncInfo* info = input->script_main; info != nullptr) {
    if (info->decl != nullptr) main_func->pos = info->decl->pos;
    tasks_.push_back({main_func, info, nullptr, NewNames(prefix + ".main", false)});
  } else {
    FuncBuilder b(this, main_func, nullptr, nullptr);
    b.BeginSynthesized({}, {});
    b.b().Return({});
    b.Finish();
  }
  for (const types::Package::Extension& e : input->extensions) {
    if (!e.type->type_params().empty()) continue;  // its instances get theirs when they are made
    for (size_t k = 0; k < e.type->num_methods(); k++) ValueFunc(FuncFor(e.type->Method(k), {}));
    for (Type* t : {layout().Canon(e.type), layout().Canon(layout().PointerTo(e.type))}) {
      NeedType(t);
      module_->extended_types.push_back(t);
    }
  }
  // Whoever looks at the session's variables needs their types.
  std::vector<types::Var*> vars = input->results;
  for (types::Object* o : input->scope->objects()) {
    if (auto* v = types::DynCast<types::Var>(o)) vars.push_back(v);
  }
  for (types::Var* v : vars) {
    GlobalFor(v);
    NeedType(v->type);
    module_->types.push_back(layout().Canon(v->type));
  }
  std::vector<types::Package*> order = packages;
  order.push_back(input);
  BuildEntry(prefix + kEntrySuffix, order, main_func);
  Drain();
  module_->LayoutGlobals();
  return !failed_;
}

// All that later modules may refer to: variables, functions that are not generic, types.
void ModuleBuilder::BuildAllOf(types::Package* package) {
  for (types::Object* o : package->scope->objects()) {
    types::ResolveObject(o);
    if (auto* v = types::DynCast<types::Var>(o)) {
      GlobalFor(v);
    } else if (auto* f = types::DynCast<types::Func>(o)) {
      if (package->script_main != nullptr && f == package->script_main->func) continue;
      if (!f->signature()->is_generic()) ValueFunc(FuncFor(f, {}));
    } else if (auto* tn = types::DynCast<types::TypeName>(o)) {
      types::Named* n = types::AsNamed(tn->type);
      if (n == nullptr || tn->IsAlias() || !n->type_params().empty()) continue;
      auto* i = types::UnderAs<types::Interface>(n);
      if (i != nullptr && !types::GetTypeSet(i)->is_method_set()) continue;
      NeedType(n);
      module_->types.push_back(layout().Canon(n));
      module_->types.push_back(layout().PointerTo(n));
      for (size_t k = 0; k < n->num_methods(); k++) ValueFunc(FuncFor(n->Method(k), {}));
    }
  }
}

}  // namespace gol::ir
