// Package level: what the files declare, before any of it is checked.
//
// Every declaration becomes an object in the package scope with a DeclInfo that points to its
// syntax. Imports go to the file's own scope, between package scope and the functions. Methods
// stand in no scope; they are attached to the DeclInfo of the type name their receiver spells.
#include <algorithm>

#include "frontend/syntax/unicode.h"
#include "frontend/types/checker.h"

namespace gol::types {

namespace {

// The package name that an import path suggests: its last element, without a version suffix.
std::string_view BaseName(std::string_view path) {
  auto last = [](std::string_view p) {
    size_t slash = p.rfind('/');
    return slash == std::string_view::npos ? p : p.substr(slash + 1);
  };
  std::string_view base = last(path);
  bool is_version = base.size() >= 2 && base[0] == 'v' && base.size() < path.size() &&
                    std::all_of(base.begin() + 1, base.end(),
                                [](char c) { return c >= '0' && c <= '9'; });
  return is_version ? last(path.substr(0, path.size() - base.size() - 1)) : base;
}

// Why path cannot be an import path; empty if it can.
std::string ImportPathError(std::string_view path) {
  if (path.empty()) return "empty string";
  const char* p = path.data();
  const char* end = p + path.size();
  while (p < end) {
    syntax::DecodedRune r = syntax::DecodeRune(p, end);
    p += r.size;
    bool bad = r.rune == syntax::kRuneError || r.rune <= ' ' || r.rune == 0x7f;
    if (r.rune < 0x80) {
      bad |= std::string_view("!\"#$%&'()*,:;<=>?[\\]^{|}`").find(static_cast<char>(r.rune)) !=
             std::string_view::npos;
    } else {
      bad |= !syntax::IsUnicodePrintable(r.rune);
    }
    if (bad) {
      return "invalid character " + (r.rune == ' ' ? "U+0020 ' '" : syntax::DescribeRune(r.rune));
    }
  }
  return {};
}

// A package in messages: package fmt ("fmt").
std::string PackageText(const Package* pkg) {
  return "package " + std::string(pkg->name) + " (\"" + std::string(pkg->path) + "\")";
}

// The parts of a receiver type *T[P]: pointer, and the name if the base is one.
syntax::Ident* ReceiverBase(syntax::Expr* type, bool* is_pointer) {
  syntax::Expr* base = syntax::Unparen(type);
  if (auto* star = syntax::DynAs<syntax::StarExpr>(base)) {
    *is_pointer = true;
    base = syntax::Unparen(star->x);
  }
  if (auto* index = syntax::DynAs<syntax::IndexExpr>(base)) base = index->x;
  return syntax::DynAs<syntax::Ident>(base);
}

}  // namespace

void Checker::DeclarePackageObject(syntax::Ident* ident, Object* obj, DeclInfo* decl) {
  obj->decl = decl;
  object_list_.push_back(obj);
  obj->order = static_cast<uint32_t>(object_list_.size());
  // These two names are functions or nothing at package level.
  if (ident->name == "init") {
    Error(ident, diag::kInitMustBeFunc);
    return;
  }
  if (ident->name == "main" && pkg_->name == "main") {
    Error(ident, diag::kMainMustBeFunc);
    return;
  }
  Declare(pkg_->scope, ident, obj, Pos());
}

DeclInfo* Checker::NewDecl(syntax::File* file) {
  DeclInfo* d = context_->New<DeclInfo>();
  d->checker = this;
  d->file = file;
  d->file_scope = file->scope;
  d->id = ++last_decl_id_;
  return d;
}

void Checker::CollectObjects() {
  for (syntax::File* file : pkg_->files) {
    if (file->package_name != nullptr && file->package_name->name != pkg_->name) {
      Error(file->package_name, diag::kPackageNameMismatch, file->package_name->name, pkg_->name);
      continue;
    }
    if (file->package_name != nullptr && file->package_name->is_blank()) {
      Error(file->package_name, diag::kBlankPackageName);
    }
    CollectFile(file);
  }

  // Names of a file must not clash with those of the package.
  for (syntax::File* file : pkg_->files) {
    if (file->scope == nullptr || options_.declarations_only) continue;
    for (Object* obj : file->scope->objects()) {
      Object* alt = pkg_->scope->Lookup(obj->name);
      if (alt == nullptr) continue;
      if (PkgName* p = DynCast<PkgName>(obj)) {
        auto& d = Error(alt, diag::kDeclaredThroughImport, alt->name, PackageText(p->imported));
        NoteOther(d, p);
      } else {
        auto& d = Error(alt, diag::kDeclaredThroughDotImport, alt->name, PackageText(obj->pkg));
        NoteOther(d, obj);
      }
    }
  }

  for (const PendingMethod& m : pending_methods_) {
    bool is_pointer = m.is_pointer;
    if (TypeName* base = ResolveBaseTypeName(&is_pointer, m.base)) {
      m.func->has_ptr_recv_ = is_pointer;
      if (base->pkg == pkg_) {
        base->decl->methods.push_back(m.func);
      } else {
        ExtendType(base, m.func);
      }
    }
  }
  pending_methods_.clear();
}

// A method that an interactive session's input declares on a type of an earlier one takes the place
// of that type's method of the name, or comes behind its methods.
void Checker::ExtendType(TypeName* base, Func* method) {
  Named* named = AsNamed(base->type);
  if (named == nullptr) return;
  auto& list = pkg_->extensions;
  if (std::none_of(list.begin(), list.end(),
                   [&](const Package::Extension& e) { return e.type == named; })) {
    list.push_back({named, named->methods_});
    Later([this, named] { CheckFieldUniqueness(named); });
  }
  const int i = named->MethodIndex(method->name, false);
  if (i < 0) {
    named->AddMethod(method);
    return;
  }
  Func* old = named->methods_[static_cast<size_t>(i)];
  if (old->pkg == pkg_) {
    Error(method->pos, diag::kMethodRedeclared, base->name, method->name, old->pos);
    return;
  }
  named->methods_[static_cast<size_t>(i)] = method;
}

void Checker::SetMethods(Named* named, std::vector<Func*> methods) {
  named->methods_ = std::move(methods);
}

void Checker::CollectFile(syntax::File* file) {
  env_.file = file;
  file->scope = context_->NewScope(pkg_->scope);
  for (syntax::Decl* decl : file->decls) {
    switch (decl->kind) {
      case syntax::NodeKind::kImportDecl:
        CollectImport(file, syntax::As<syntax::ImportDecl>(decl));
        break;

      case syntax::NodeKind::kConstDecl: {
        auto* s = syntax::As<syntax::ConstDecl>(decl);
        syntax::ConstDecl* source = s->inherited != nullptr ? s->inherited : s;
        for (size_t i = 0; i < s->names.size(); i++) {
          syntax::Ident* name = s->names[i];
          Const* obj = context_->New<Const>(name->pos, pkg_, name->name, nullptr,
                                            ConstValue::Int(s->iota));
          DeclInfo* d = NewDecl(file);
          d->type_expr = source->type_expr;
          d->init = i < source->values.size() ? source->values[i] : nullptr;
          d->inherited = s->inherited != nullptr;
          DeclarePackageObject(name, obj, d);
        }
        Arity(s->pos, s->names, source->values, true, s->inherited != nullptr);
        break;
      }

      case syntax::NodeKind::kVarDecl: {
        auto* s = syntax::As<syntax::VarDecl>(decl);
        std::vector<Var*> lhs;
        for (syntax::Ident* name : s->names) {
          lhs.push_back(
              context_->New<Var>(VarKind::kPackage, name->pos, pkg_, name->name, nullptr));
        }
        pkg_->vars.insert(pkg_->vars.end(), lhs.begin(), lhs.end());
        // With one value for all variables they share the declaration: each depends on it.
        DeclInfo* shared = nullptr;
        if (s->values.size() <= 1) {
          shared = NewDecl(file);
          if (s->values.size() == 1) {
            shared->lhs = context_->List(lhs);
            shared->init = s->values[0];
          }
          shared->type_expr = s->type_expr;
        }
        for (size_t i = 0; i < lhs.size(); i++) {
          DeclInfo* d = shared;
          if (d == nullptr) {
            d = NewDecl(file);
            d->type_expr = s->type_expr;
            d->init = i < s->values.size() ? s->values[i] : nullptr;
          }
          DeclarePackageObject(s->names[i], lhs[i], d);
        }
        if (s->type_expr == nullptr || !s->values.empty()) {
          Arity(s->pos, s->names, s->values, false, false);
        }
        break;
      }

      case syntax::NodeKind::kTypeDecl: {
        auto* s = syntax::As<syntax::TypeDecl>(decl);
        TypeName* obj = context_->New<TypeName>(s->name->pos, pkg_, s->name->name, nullptr);
        DeclInfo* d = NewDecl(file);
        d->type_decl = s;
        DeclarePackageObject(s->name, obj, d);
        break;
      }

      case syntax::NodeKind::kFuncDecl:
        CollectFunc(file, syntax::As<syntax::FuncDecl>(decl));
        break;

      default:
        break;  // a syntax error was reported
    }
  }
  if (file->is_script) CollectScript(file);
}

void Checker::CollectImport(syntax::File* file, syntax::ImportDecl* s) {
  if (s->path == nullptr || s->path->is_bad) return;
  std::string_view path = consts_.Literal(ConstLiteral::kString, s->path->text).string_value();
  path = context_->Intern(path);
  if (std::string why = ImportPathError(path); !why.empty()) {
    Error(s->path, diag::kInvalidImportPath, why);
    return;
  }
  if (std::find(pkg_->import_paths.begin(), pkg_->import_paths.end(), path) ==
      pkg_->import_paths.end()) {
    pkg_->import_paths.push_back(path);
  }

  bool is_dot = s->local_name != nullptr && s->local_name->name == ".";
  Package* imported = nullptr;
  std::string_view name;
  if (options_.declarations_only && !is_dot) {
    name = BaseName(path);  // loaded when a declaration first mentions it
  } else {
    imported = ImportPackage(s->path->pos, path);
    name = imported->name;
  }
  if (s->local_name != nullptr) name = s->local_name->name;
  if (name == "init") {
    Error(s, diag::kImportInit);
    return;
  }

  Pos pos = s->local_name != nullptr ? s->local_name->pos : s->pos;
  PkgName* obj = context_->New<PkgName>(pos, pkg_, name, imported);
  obj->path = path;
  obj->type = context_->invalid();
  s->obj = obj;
  if (s->local_name != nullptr) RecordDef(s->local_name, obj);
  if (imported != nullptr && imported->is_fake) obj->used = true;
  imports_.push_back(obj);

  if (!is_dot) {
    Declare(file->scope, nullptr, obj, Pos());
    return;
  }
  for (Object* o : imported->scope->objects()) {
    if (!o->is_exported()) continue;
    if (Object* alt = file->scope->Lookup(o->name)) {
      auto& d = Error(s->local_name, diag::kRedeclared, alt->name);
      NoteOther(d, alt);
      continue;
    }
    file->scope->Insert(o);
    dot_imports_.push_back({file->scope, o->name, obj});
  }
}

Package* Checker::ImportPackage(Pos pos, std::string_view path) {
  if (path == "unsafe") return context_->unsafe_package();
  auto it = import_cache_.find(path);
  Package* imported = it != import_cache_.end() ? it->second : nullptr;
  if (imported == nullptr) {
    std::string error;
    if (options_.importer != nullptr) {
      imported = options_.importer->Import(path, pkg_, &error);
    } else {
      error = "no importer";
    }
    if (imported == nullptr) {
      // The importer may have reported the reason itself, for example errors in that package.
      if (!error.empty()) Error(pos, diag::kImportFailed, path, error);
      has_errors_ = true;
      imported = context_->NewPackage(path, BaseName(path));
      imported->is_fake = true;
    }
    import_cache_.emplace(path, imported);
  }
  if (std::find(pkg_->imports.begin(), pkg_->imports.end(), imported) == pkg_->imports.end()) {
    pkg_->imports.push_back(imported);
  }
  return imported;
}

Package* Checker::LoadPkgName(PkgName* name) {
  if (name->imported == nullptr) {
    name->imported = ImportPackage(name->pos, name->path);
    if (name->imported->is_fake) name->used = true;
  }
  return name->imported;
}

void Checker::CollectFunc(syntax::File* file, syntax::FuncDecl* s) {
  std::string_view name = s->name->name;
  bool tparams_ok = true;  // one complaint about them is enough
  Func* obj = context_->New<Func>(s->name->pos, pkg_, name, nullptr);
  DeclInfo* d = NewDecl(file);
  d->func_decl = s;
  obj->decl = d;
  if (s->recv == nullptr) {
    bool is_main = name == "main" && pkg_->name == "main";
    if (name == "init" || is_main) {
      if (!s->tparams.empty()) {
        Error(s->tparams[0], diag::kNoTypeParams, name);
        tparams_ok = false;
      }
      if (!s->func_type->params.empty() || !s->func_type->results.empty()) {
        Error(s->name, diag::kNoArgsNoResults, name);
      }
    }
    if (name == "init") {
      // init functions cannot be referred to.
      obj->parent = pkg_->scope;
      RecordDef(s->name, obj);
      pkg_->init_funcs.push_back(obj);
      if (!s->has_body && !options_.allow_missing_bodies) Error(obj, diag::kInitWithoutBody);
    } else {
      Declare(pkg_->scope, s->name, obj, Pos());
    }
  } else {
    // Methods called _ and those with an odd receiver belong to no type; they are checked with
    // the functions.
    bool is_pointer = false;
    syntax::Ident* base = ReceiverBase(s->recv->type_expr, &is_pointer);
    if (base != nullptr && name != "_") pending_methods_.push_back({obj, base, is_pointer});
    RecordDef(s->name, obj);
  }
  if (!s->tparams.empty() && tparams_ok) VerifyVersion(s->tparams[0], 18, "type parameter");
  object_list_.push_back(obj);
  obj->order = static_cast<uint32_t>(object_list_.size());
}

void Checker::CollectScript(syntax::File* file) {
  // Variables of one statement share the statement's left side.
  const syntax::Stmt* stmt = nullptr;
  std::vector<Var*> vars;
  for (const syntax::ScriptVar& sv : file->script_vars) {
    Var* obj = context_->New<Var>(VarKind::kPackage, sv.name->pos, pkg_, sv.name->name, nullptr);
    obj->is_script_var = true;
    obj->used = true;
    pkg_->vars.push_back(obj);
    DeclInfo* d = NewDecl(file);
    if (sv.decl == nullptr) {
      d->script_define = syntax::As<syntax::AssignStmt>(sv.stmt);
    } else {
      // A declaration: found again by ScriptDeclare when its statement is reached.
      d->type_expr = sv.decl->type_expr;
      size_t i = 0;
      while (i < sv.decl->names.size() && sv.decl->names[i] != sv.name) i++;
      if (sv.decl->values.size() == sv.decl->names.size()) {
        d->init = sv.decl->values[i];
      } else if (sv.decl->values.size() == 1) {
        // Shared by all: the first variable's DeclInfo serves them.
        if (stmt == sv.stmt && i > 0 && !vars.empty() && vars.back()->decl->init == sv.decl->values[0]) {
          d = vars.back()->decl;
        } else {
          vars.clear();
          d->init = sv.decl->values[0];
        }
        vars.push_back(obj);
        d->lhs = context_->List(vars);
      }
    }
    stmt = sv.stmt;
    DeclarePackageObject(sv.name, obj, d);
    RecordDef(sv.name, obj);
  }
  if (file->script_main != nullptr) CollectFunc(file, file->script_main);
}

TypeName* Checker::ResolveBaseTypeName(bool* is_pointer, syntax::Ident* name) {
  std::vector<TypeName*> seen;
  while (name != nullptr) {
    Object* obj = pkg_->scope->Lookup(name->name);
    if (obj == nullptr && options_.outer != nullptr) obj = options_.outer->Lookup(name->name);
    TypeName* tname = DynCast<TypeName>(obj);
    if (tname == nullptr || std::find(seen.begin(), seen.end(), tname) != seen.end()) return nullptr;
    syntax::TypeDecl* decl = tname->decl->type_decl;
    if (!decl->is_alias) return tname;
    if (!decl->tparams.empty()) return nullptr;
    seen.push_back(tname);
    syntax::Expr* type = syntax::Unparen(decl->type_expr);
    if (auto* star = syntax::DynAs<syntax::StarExpr>(type)) {
      if (*is_pointer) return nullptr;
      *is_pointer = true;
      type = syntax::Unparen(star->x);
    }
    name = syntax::DynAs<syntax::Ident>(type);
  }
  return nullptr;
}

void Checker::PackageObjects() {
  // Types come first, aliases after them: most types that an alias stands for are then known
  // when the alias is used.
  std::vector<Object*> aliases, others;
  const std::vector<Object*> objects = object_list_;
  for (Object* obj : objects) {
    if (obj->kind != ObjectKind::kTypeName) {
      others.push_back(obj);
    } else if (obj->decl->type_decl->is_alias) {
      aliases.push_back(obj);
    } else {
      ObjDecl(obj);
    }
  }
  for (Object* obj : aliases) ObjDecl(obj);
  for (Object* obj : others) ObjDecl(obj);
}

void Checker::UnusedImports() {
  for (PkgName* obj : imports_) {
    if (obj->used || obj->name == "_" || obj->imported == nullptr) continue;
    bool in_script = std::any_of(pkg_->files.begin(), pkg_->files.end(), [&](syntax::File* f) {
      return f->is_script && (obj->parent == f->scope || obj->parent == nullptr);
    });
    if (in_script) continue;
    size_t slash = obj->path.rfind('/');
    std::string_view elem =
        slash == std::string_view::npos ? obj->path : obj->path.substr(slash + 1);
    if (obj->name == "." || obj->name == elem) {
      Error(obj, diag::kUnusedImport, obj->path);
    } else {
      Error(obj, diag::kUnusedImportAs, obj->path, obj->name);
    }
  }
}

}  // namespace gol::types
