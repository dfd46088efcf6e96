// The type checker.
//
// Phases for a package that is checked in full (CheckFiles):
//   1. CollectObjects  declares the package-level objects of all files, with their syntax, and
//                      attaches methods to the names of their receiver types (resolver.cc).
//   2. DirectCycles    finds types defined as each other (`type A B; type B A`).
//   3. PackageObjects  determines the type of every object (ObjDecl): types first, then aliases,
//                      then the rest. An object that is needed before its turn is done on the spot;
//                      an object needed while it is being done is a cycle (check_decl.cc).
//   4. ProcessDelayed  runs what had to wait for complete types: function bodies above all, then
//                      checks of map keys, recursive types, overlapping embedded interfaces,
//                      constraints of type arguments. Delayed actions may delay more.
//   5. InitOrder, UnusedImports.
//
// A declarations-only package stops after phase 1. ResolveObject does an object when it is first
// used, LoadNamed completes a type when its structure is first looked at, an import is loaded when
// a declaration first mentions it, and CheckBody checks one function. Each such entry saves and
// restores the environment, so that it may happen in the midst of checking something else.
//
// Errors: an expression or type that is wrong is reported once and becomes invalid; whoever sees
// an invalid operand or type is silent.
#include "frontend/types/checker.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "frontend/syntax/parser.h"

namespace gol::types {

namespace {

// The N of "go1.N" or "1.N"; -1 for anything else.
int MinorVersion(std::string_view v) {
  if (v.starts_with("go")) v.remove_prefix(2);
  if (!v.starts_with("1.")) return v == "1" ? 0 : -1;
  v.remove_prefix(2);
  int minor = -1;
  std::from_chars(v.data(), v.data() + v.size(), minor);
  return minor;
}

bool IsAmbiguousName(const void* self, std::string_view name) {
  return static_cast<const Checker*>(self)->IsAmbiguousPackage(name);
}

}  // namespace

Checker::Checker(Context* context, Package* pkg, const CheckOptions& options)
    : context_(context), pkg_(pkg), options_(options), consts_(context->arena()) {
  qualifier_.relative_to = pkg;
  qualifier_.is_ambiguous = &IsAmbiguousName;
  qualifier_.self = this;
  if (options.emitter != nullptr) qualifier_.sources = &options.emitter->sources();
}

Checker::~Checker() = default;

// Whether two packages that the program imports, directly or not, have the name. Behind Go's own
// sync stands an internal/sync, and behind most of its packages (through runtime) an
// internal/runtime/atomic: there the compiler, and so this, always tells sync and
// sync/atomic by their paths.
bool Checker::IsAmbiguousPackage(std::string_view name) const {
  static constexpr std::string_view kWithoutRuntime[] = {
      "cmp",     "math",          "math/bits",    "sync/atomic",
      "unicode", "unicode/utf16", "unicode/utf8", "unsafe"};
  std::unordered_set<const Package*> seen;
  std::unordered_set<std::string_view> paths;
  bool has_runtime = false;
  auto visit = [&](auto& self, const Package* from) -> void {
    for (const Package* p : from->imports) {
      if (!seen.insert(p).second) continue;
      if (p->name == name) paths.insert(p->path);
      if (!p->is_declarations_only) {
        self(self, p);
      } else if (std::find(std::begin(kWithoutRuntime), std::end(kWithoutRuntime), p->path) ==
                 std::end(kWithoutRuntime)) {
        has_runtime = true;
      }
    }
  };
  visit(visit, pkg_);
  return paths.size() > 1 || paths.contains("sync") ||
         (has_runtime && paths.contains("sync/atomic"));
}

bool Checker::AllowVersion(int minor) const {
  std::string_view v = options_.go_version;
  int have = MinorVersion(v);
  if (env_.file != nullptr && !env_.file->go_version.empty()) {
    // A file may ask for a version of its own, but not for one before 1.21.
    int wanted = std::max(MinorVersion(env_.file->go_version), 21);
    if (wanted >= 0) have = wanted;
  }
  return have < 0 || have >= minor;
}

void Checker::ProcessDelayed(size_t top) {
  // The queue grows while it runs. Every action finds the file it was queued in.
  syntax::File* file = env_.file;
  processing_++;
  for (size_t i = top; i < delayed_.size(); i++) {
    Delayed action = std::move(delayed_[i]);
    env_.file = action.file;
    action.run();
  }
  delayed_.resize(top);
  processing_--;
  env_.file = file;
}

void Checker::CheckFiles(std::span<syntax::File* const> files) {
  ScopedPhase phase("check", pkg_->path.data());
  pkg_->files.assign(files.begin(), files.end());
  CollectObjects();
  if (options_.declarations_only) return;
  if (!options_.allow_missing_bodies) CheckDirectives();
  DirectCycles();
  PackageObjects();
  ProcessDelayed(0);
  InitOrder();
  UnusedImports();
  if (!has_errors_) InfiniteInstances();
  if (!has_errors_) LateChecks();
  std::sort(pkg_->funcs.begin(), pkg_->funcs.end(), [](FuncInfo* a, FuncInfo* b) {
    return a->func->order < b->func->order;
  });
  pkg_->is_complete = true;
}

// What an object resolved on demand delays is run when the outermost such resolution ends; while
// delayed actions are being run, their loop comes to it.
void Checker::EnterLazily() { resolve_depth_++; }
void Checker::LeaveLazily() {
  if (--resolve_depth_ == 0 && processing_ == 0 && options_.declarations_only) ProcessDelayed(0);
}

void Checker::Resolve(Object* obj) {
  if (obj->type != nullptr) return;
  context_->NoteShared(obj);
  Environment saved = std::move(env_);
  env_ = Environment{};
  EnterLazily();
  ObjDecl(obj);
  LeaveLazily();
  env_ = std::move(saved);
}

void Checker::LoadNamed(Named* named) {
  DeclInfo* d = named->obj_->decl;
  Environment saved = std::move(env_);
  env_ = Environment{};
  env_.file = d->file;
  env_.scope = d->file_scope;
  EnterLazily();
  SetUpNamed(named, d->type_decl);
  CollectMethods(named->obj_);
  LeaveLazily();
  env_ = std::move(saved);
}

bool Checker::CheckFuncBody(Func* func) {
  DeclInfo* d = func->decl;
  if (d == nullptr || d->func_decl == nullptr || !d->func_decl->has_body) return false;
  syntax::FuncDecl* decl = d->func_decl;
  if (func->info != nullptr && func->info->checked) return !func->info->has_errors;
  context_->NoteShared(func);
  ScopedPhase phase("check body", func->name.data());
  if (decl->body_skipped) syntax::ParseBody(d->file, decl, options_.emitter);
  if (decl->body == nullptr) return false;
  if (func->type == nullptr) Resolve(func);
  if (func->info == nullptr) NewFuncInfo(func, decl);
  func->info->checked = true;
  pkg_->funcs.push_back(func->info);
  Environment saved = std::move(env_);
  env_ = Environment{};
  env_.file = d->file;
  bool had_errors = has_errors_;
  has_errors_ = false;
  resolve_depth_++;
  size_t top = delayed_.size();
  FuncBody(d, func->name, func->info, func->signature(), decl->body, std::nullopt);
  ProcessDelayed(top);
  resolve_depth_--;
  bool ok = !has_errors_;
  func->info->has_errors = !ok;
  has_errors_ = had_errors || !ok;
  env_ = std::move(saved);
  return ok;
}

FuncInfo* Checker::NewFuncInfo(Func* func, syntax::FuncDecl* decl) {
  FuncInfo* info = context_->NewFuncInfo();
  info->func = func;
  info->decl = decl;
  info->pkg = pkg_;
  info->sig = func->signature();
  func->info = info;
  decl->info = info;
  return info;
}

void ResolveObject(Object* obj) {
  if (obj->type == nullptr && obj->decl != nullptr) obj->decl->checker->Resolve(obj);
}

void UndoExtensions(Package* input) {
  for (Package::Extension& e : input->extensions) {
    Checker::SetMethods(e.type, std::move(e.methods_before));
  }
  input->extensions.clear();
}

bool CheckBody(Func* func) {
  if (func->origin != nullptr) func = func->origin;
  return func->decl != nullptr && func->decl->checker->CheckFuncBody(func);
}

Package* CheckPackage(Context* context, std::string_view path,
                      std::span<syntax::File* const> files, const CheckOptions& options) {
  std::string_view name;
  for (syntax::File* f : files) {
    if (f->package_name != nullptr && name.empty()) name = f->package_name->name;
  }
  Package* pkg = context->NewPackage(path, name, options.outer);
  if (!options.link_path.empty()) pkg->link_path = context->Intern(options.link_path);
  pkg->is_declarations_only = options.declarations_only;
  Checker* checker = context->New<Checker>(context, pkg, options);
  pkg->checker = checker;
  checker->CheckFiles(files);
  return pkg;
}

}  // namespace gol::types
