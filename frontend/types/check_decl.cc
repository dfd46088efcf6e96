// Declarations: constants, variables, types, functions, at package level and inside functions.
//
// ObjDecl determines the type of an object when it is first needed. An object is white (type not
// known, not on the path), grey (on object_path_, its declaration is being checked) or black (type
// known). Reaching a grey object closes a cycle, which is fine if it goes through a type
// definition and no value (`type T struct { next *T }`); one of only constants and variables is left
// to the initialisation order, which words it better; every other is an error.
#include <algorithm>

#include "frontend/types/checker.h"

namespace gol::types {

using syntax::As;
using syntax::NodeKind;

void Checker::Push(Object* obj) {
  obj->path_index = static_cast<int32_t>(object_path_.size());
  object_path_.push_back(obj);
}

void Checker::Pop() {
  object_path_.back()->path_index = -1;
  object_path_.pop_back();
}

void Checker::AddDep(Object* obj) {
  DeclInfo* from = env_.decl;
  if (from == nullptr || obj->decl == nullptr || obj->decl->checker != this) return;
  if (obj->dep_mark == from->id) return;
  obj->dep_mark = from->id;
  from->deps.push_back(obj);
}

void Checker::Declare(Scope* scope, syntax::Ident* ident, Object* obj, Pos scope_pos) {
  // The blank identifier introduces no binding.
  if (obj->name != "_") {
    if (Object* alt = scope->Insert(obj)) {
      auto& d = Error(obj, diag::kRedeclared, obj->name);
      NoteOther(d, alt);
      return;
    }
    obj->scope_pos = scope_pos;
  }
  if (ident != nullptr) RecordDef(ident, obj);
}

void Checker::ObjDecl(Object* obj) {
  if (obj->path_index >= 0) {  // grey
    switch (obj->kind) {
      case ObjectKind::kConst:
      case ObjectKind::kVar:
        if (!ValidCycle(obj) || obj->type == nullptr) obj->type = context_->invalid();
        break;
      case ObjectKind::kTypeName:
        if (!ValidCycle(obj)) obj->type = context_->invalid();
        break;
      case ObjectKind::kFunc:
        ValidCycle(obj);  // the signature under set-up serves as the type
        break;
      default:
        break;
    }
    return;
  }
  if (obj->type != nullptr) return;  // black
  DeclInfo* d = obj->decl;
  if (d == nullptr) {  // only after errors
    obj->type = context_->invalid();
    return;
  }
  if (d->checker != this) {
    d->checker->Resolve(obj);
    return;
  }
  if (TypeName* t = DynCast<TypeName>(obj);
      t != nullptr && options_.declarations_only && !d->type_decl->is_alias) {
    Named* named = context_->New<Named>(context_, t);
    named->loader = this;
    t->type = named;
    return;
  }

  Push(obj);
  Environment saved = std::move(env_);
  env_ = Environment{};
  env_.file = d->file;
  env_.scope = d->file_scope;
  switch (obj->kind) {
    case ObjectKind::kConst:
      env_.decl = d;
      ConstDecl(static_cast<Const*>(obj), d->type_expr, d->init, d->inherited);
      break;
    case ObjectKind::kVar: {
      env_.decl = d;
      Var* v = static_cast<Var*>(obj);
      if (d->script_define != nullptr) {
        ScriptDefine(d->script_define->lhs, d->script_define->rhs);
        if (v->type == nullptr) v->type = context_->invalid();
      } else {
        VarDecl(v, d->lhs, d->type_expr, d->init);
      }
      break;
    }
    case ObjectKind::kTypeName:
      TypeDecl(static_cast<TypeName*>(obj), d->type_decl);
      CollectMethods(static_cast<TypeName*>(obj));
      break;
    case ObjectKind::kFunc:
      FuncDecl(static_cast<Func*>(obj), d);
      break;
    default:
      break;
  }
  env_ = std::move(saved);
  Pop();
}

bool Checker::ValidCycle(Object* obj) {
  std::vector<Object*> cycle(object_path_.begin() + obj->path_index, object_path_.end());
  size_t values = 0;
  size_t definitions = 0;
  for (Object* o : cycle) {
    switch (o->kind) {
      case ObjectKind::kConst:
      case ObjectKind::kVar:
        values++;
        break;
      case ObjectKind::kTypeName:
        // Through a type parameter list a generic type may refer to itself.
        if (env_.in_tparam_list && o->type != nullptr && IsGeneric(o->type)) return true;
        if (!static_cast<TypeName*>(o)->IsAlias()) definitions++;
        break;
      default:
        break;
    }
  }
  if (values == cycle.size()) return true;
  if (values == 0 && definitions > 0) return true;
  CycleError(cycle, FirstInSource(cycle));
  return false;
}

size_t Checker::FirstInSource(const std::vector<Object*>& path) {
  size_t first = 0;
  for (size_t i = 1; i < path.size(); i++) {
    if (path[i]->pos < path[first]->pos) first = i;
  }
  return first;
}

void Checker::CycleError(const std::vector<Object*>& cycle, size_t start) {
  auto name = [&](Object* o) {
    std::string s;
    qualifier_.AppendPrefix(&s, o->pkg);
    s += o->name;
    return s;
  };
  Object* obj = cycle[start];
  TypeName* tname = DynCast<TypeName>(obj);
  // An alias on the cycle becomes invalid, which silences what follows from it.
  if (tname != nullptr) {
    if (Alias* a = DynCast<Alias>(tname->type)) {
      a->from_rhs = context_->invalid();
      a->actual = nullptr;
    }
  }
  if (cycle.size() == 1) {
    Error(obj, tname != nullptr ? diag::kRecursiveTypeItself : diag::kDeclCycleItself, name(obj));
    return;
  }
  auto& d = Error(obj, tname != nullptr ? diag::kRecursiveType : diag::kDeclCycle, name(obj));
  for (size_t i = 0; i < cycle.size(); i++) {
    Object* next = cycle[(start + i + 1) % cycle.size()];
    Note(d, obj, "{} refers to {}", name(obj), name(next));
    obj = next;
  }
}

// Finds types defined as one another, `type A B; type B A`, from the syntax alone, before any type
// is looked at: following right-hand sides would not end.
void Checker::DirectCycles() {
  enum : int32_t { kBlack = -2, kWhite = -1 };
  std::unordered_map<TypeName*, int32_t> state;
  for (Object* obj : object_list_) {
    TypeName* t = DynCast<TypeName>(obj);
    if (t == nullptr) continue;
    std::vector<Object*> path;
    while (true) {
      auto [it, is_new] = state.emplace(t, kWhite);
      if (it->second == kBlack) break;
      if (!is_new && it->second != kWhite) {
        t->type = context_->invalid();
        std::vector<Object*> cycle(path.begin() + it->second, path.end());
        CycleError(cycle, FirstInSource(cycle));
        break;
      }
      it->second = static_cast<int32_t>(path.size());
      path.push_back(t);
      auto* rhs = syntax::DynAs<syntax::Ident>(t->decl->type_decl->type_expr);
      if (rhs == nullptr) break;
      TypeName* next = DynCast<TypeName>(pkg_->scope->Lookup(rhs->name));
      if (next == nullptr) break;
      t = next;
    }
    for (Object* o : path) state[static_cast<TypeName*>(o)] = kBlack;
  }
}

void Checker::ConstDecl(Const* obj, syntax::Expr* type, syntax::Expr* init, bool inherited) {
  std::optional<ConstValue> saved_iota = env_.iota;
  Pos saved_errpos = env_.errpos;
  env_.iota = obj->value;
  env_.errpos = Pos();
  obj->value = ConstValue();
  bool valid = true;
  if (type != nullptr) {
    Type* t = Typ(type);
    if (!IsConstType(t)) {
      if (IsValid(Under(t))) Error(type, diag::kInvalidConstType, t);
      obj->type = context_->invalid();
      valid = false;
    } else {
      obj->type = t;
    }
  }
  if (valid) {
    Operand x;
    if (init != nullptr) {
      // Errors in a repeated expression stand at the constant that repeats it.
      if (inherited) env_.errpos = obj->pos;
      Expr(nullptr, &x, init);
    }
    InitConst(obj, &x);
  }
  env_.iota = saved_iota;
  env_.errpos = saved_errpos;
}

void Checker::VarDecl(Var* obj, std::span<Var*> lhs, syntax::Expr* type, syntax::Expr* init) {
  if (type != nullptr) obj->type = VarType(type);
  if (init == nullptr) {
    if (type == nullptr) obj->type = context_->invalid();  // reported by Arity
    return;
  }
  if (lhs.size() <= 1) {
    Operand x;
    if (obj->type != nullptr) {
      Target target = NewTarget(obj->type, obj->name);
      Expr(target.sig != nullptr ? &target : nullptr, &x, init);
    } else {
      Expr(nullptr, &x, init);
    }
    InitVar(obj, &x, "variable declaration");
    return;
  }
  // Several variables, one value: they all get their types now.
  if (type != nullptr) {
    for (Var* v : lhs) v->type = obj->type;
  }
  syntax::Expr* values[] = {init};
  InitVars(lhs, values, nullptr);
}

Target Checker::NewTarget(Type* t, std::string_view desc) {
  Target target;
  if (t != nullptr) {
    target.sig = UnderAs<Signature>(t);
    target.desc = desc;
  }
  return target;
}

bool Checker::ScriptDefine(std::span<syntax::Expr* const> lhs,
                           std::span<syntax::Expr* const> rhs) {
  if (env_.file == nullptr || !env_.file->is_script) return false;
  std::vector<Var*> vars;
  bool declares = false;
  bool done = true;
  for (syntax::Expr* e : lhs) {
    auto* id = syntax::DynAs<syntax::Ident>(e);
    if (id == nullptr) return false;
    Var* v = DynCast<Var>(id->obj);
    if (v != nullptr && v->is_script_var && v->pos == id->pos) {
      declares = true;
      if (v->type == nullptr) done = false;
    }
    vars.push_back(v);
  }
  if (!declares) return false;
  if (done) return true;
  for (size_t i = 0; i < lhs.size(); i++) {
    auto* id = As<syntax::Ident>(lhs[i]);
    if (vars[i] != nullptr && vars[i]->pos == id->pos) continue;
    if (id->is_blank()) {
      vars[i] = context_->New<Var>(VarKind::kPackage, id->pos, pkg_, id->name, nullptr);
      continue;
    }
    // An assignment to a variable that an earlier statement declares.
    vars[i] = DynCast<Var>(pkg_->scope->Lookup(id->name));
    if (vars[i] == nullptr) {
      vars[i] = context_->New<Var>(VarKind::kPackage, id->pos, pkg_, id->name, nullptr);
      continue;
    }
    RecordUse(id, vars[i]);
    ObjDecl(vars[i]);
  }
  InitVars(vars, rhs, nullptr);
  for (size_t i = 0; i < lhs.size(); i++) RecordType(lhs[i], OperandMode::kVariable, vars[i]->type);
  return true;
}

Object* Checker::LookupForDefine(std::string_view name) {
  Object* obj = env_.scope->Lookup(name);
  if (obj != nullptr || !env_.file->is_script || env_.func == nullptr ||
      env_.func->decl == nullptr || env_.func->decl != env_.file->script_main ||
      env_.scope != env_.sig->scope) {
    return obj;
  }
  Var* v = DynCast<Var>(pkg_->scope->Lookup(name));
  if (v == nullptr || !v->is_script_var) return nullptr;
  ObjDecl(v);
  return v;
}

void Checker::TypeDecl(TypeName* obj, syntax::TypeDecl* decl) {
  Later([this, obj] {
    if (Named* n = AsNamed(obj->type)) ValidType(n);
  });
  if (!decl->is_alias) {
    if (!decl->tparams.empty()) VerifyVersion(decl->tparams[0], 18, "type parameter");
    Named* named = context_->New<Named>(context_, obj);
    if (obj->type == nullptr) obj->type = named;
    named->unpacked_ = true;
    if (env_.func != nullptr) {
      FuncInfo* outermost = env_.func;
      while (outermost->outer != nullptr) outermost = outermost->outer;
      if (outermost->func != nullptr && outermost->sig != nullptr) {
        Signature* sig = outermost->sig;
        named->implicit_tparams = sig->tparams.empty() ? sig->rparams : sig->tparams;
      }
    }
    SetUpNamed(named, decl);
    return;
  }
  bool ok = decl->tparams.empty() || VerifyVersion(decl->tparams[0], 23, "generic type alias");
  if (ok) VerifyVersion(decl, 9, "type alias");
  Alias* alias = context_->New<Alias>(context_, obj);
  if (obj->type == nullptr) obj->type = alias;
  Scope* outer = env_.scope;
  if (!decl->tparams.empty()) {
    decl->scope = OpenScope();
    CollectTypeParams(&alias->tparams, decl->tparams);
  }
  Type* rhs = DeclaredType(decl->type_expr, obj);
  // A cycle error may have made the alias invalid meanwhile.
  if (alias->from_rhs == nullptr) alias->from_rhs = rhs;
  TypeParam* tp = DynCast<TypeParam>(rhs);
  if (tp != nullptr && std::find(alias->tparams.begin(), alias->tparams.end(), tp) !=
                           alias->tparams.end()) {
    Error(decl->type_expr, diag::kAliasOfTypeParam);
    alias->from_rhs = context_->invalid();
  }
  env_.scope = outer;
}

void Checker::SetUpNamed(Named* named, syntax::TypeDecl* decl) {
  Scope* outer = env_.scope;
  if (!decl->tparams.empty()) {
    decl->scope = OpenScope();
    CollectTypeParams(&named->tparams_, decl->tparams);
  }
  Type* rhs = DeclaredType(decl->type_expr, named->obj_);
  if (IsTypeParam(rhs)) {
    Error(decl->type_expr, diag::kTypeParamAsRhs);
    rhs = context_->invalid();
  }
  if (named->from_rhs == nullptr) named->from_rhs = rhs;
  env_.scope = outer;
}

void Checker::CollectTypeParams(std::span<TypeParam*>* dst,
                                std::span<syntax::Field* const> list) {
  // All of them are in scope in every bound, and the generic type may be used there, too.
  std::vector<TypeParam*> tparams;
  Pos scope_pos = list[0]->pos;
  for (syntax::Field* f : list) {
    tparams.push_back(DeclareTypeParam(f->name, scope_pos));
    tparams.back()->index = static_cast<int>(tparams.size() - 1);
    f->obj = tparams.back()->obj;
  }
  *dst = context_->List(tparams);
  bool outer = env_.in_tparam_list;
  env_.in_tparam_list = true;
  Type* bound = nullptr;
  for (size_t i = 0; i < list.size(); i++) {
    if (i == 0 || list[i]->type_expr != list[i - 1]->type_expr) {
      bound = Bound(list[i]->type_expr);
      if (IsTypeParam(bound)) {
        Error(list[i]->type_expr, diag::kTypeParamAsConstraint);
        bound = context_->invalid();
      }
    }
    tparams[i]->bound = bound;
  }
  env_.in_tparam_list = outer;
}

TypeParam* Checker::DeclareTypeParam(syntax::Ident* name, Pos scope_pos) {
  TypeName* tname = context_->New<TypeName>(name->pos, pkg_, name->name, nullptr);
  TypeParam* tp = context_->NewTypeParam(tname, context_->invalid());
  Declare(env_.scope, name, tname, scope_pos);
  return tp;
}

Type* Checker::Bound(syntax::Expr* e) {
  // ~T and A|B stand for an interface with that element.
  auto* unary = syntax::DynAs<syntax::UnaryExpr>(e);
  auto* binary = syntax::DynAs<syntax::BinaryExpr>(e);
  bool is_element = (unary != nullptr && unary->op == syntax::Operator::kTilde) ||
                    (binary != nullptr && binary->op == syntax::Operator::kOr);
  if (!is_element) return Typ(e);
  Interface* iface = context_->NewInterface();
  iface->checker = this;
  iface->embeddeds.push_back(ParseUnion(e));
  iface->embed_pos.push_back(syntax::StartPos(e));
  iface->implicit = true;
  iface->complete = true;
  Pos pos = e->pos;
  Later([iface, pos] { GetTypeSet(iface, pos); });
  return iface;
}

void Checker::CollectMethods(TypeName* obj) {
  if (obj->decl == nullptr || obj->decl->methods.empty()) return;
  std::vector<Func*> methods = std::move(obj->decl->methods);
  obj->decl->methods.clear();
  Named* base = AsNamed(obj->type);
  if (base != nullptr && !options_.declarations_only) {
    Later([this, base] { CheckFieldUniqueness(base); });
  }
  std::unordered_map<std::string_view, Func*> seen;
  for (Func* m : methods) {
    auto [it, is_new] = seen.emplace(m->name, m);
    if (!is_new) {
      Error(m->pos, diag::kMethodRedeclared, obj->name, m->name, it->second->pos);
      continue;
    }
    if (base != nullptr) base->AddMethod(m);
  }
}

void Checker::CheckFieldUniqueness(Named* base) {
  Struct* s = DynCast<Struct>(base->Underlying());
  if (s == nullptr) return;
  for (Var* f : s->fields) {
    if (f->name == "_") continue;
    for (size_t i = 0; i < base->methods_.size(); i++) {
      Func* m = base->methods_[i];
      if (m->name != f->name) continue;
      auto& d = Error(m, diag::kFieldAndMethod, f->name);
      NoteOther(d, f);
    }
  }
}

void Checker::FuncDecl(Func* obj, DeclInfo* d) {
  syntax::FuncDecl* decl = d->func_decl;
  Signature* sig = context_->New<Signature>();
  obj->type = sig;  // stops cycles
  FuncType(sig, decl->recv, decl->tparams, decl->func_type);
  if (!decl->tparams.empty()) {
    if (!decl->has_body) Error(decl, diag::kGenericWithoutBody);
  }
  if (options_.declarations_only) return;
  NewFuncInfo(obj, decl);
  pkg_->funcs.push_back(obj->info);
  if (decl == d->file->script_main) pkg_->script_main = obj->info;
  if (decl->body == nullptr) return;
  Later([this, obj, d, sig, decl] {
    obj->info->checked = true;
    FuncBody(d, obj->name, obj->info, sig, decl->body, std::nullopt);
  });
}

void Checker::DeclStmt(std::span<syntax::Decl* const> decls) {
  for (syntax::Decl* decl : decls) {
    switch (decl->kind) {
      case NodeKind::kConstDecl: {
        auto* s = As<syntax::ConstDecl>(decl);
        size_t top = delayed_mark();
        syntax::ConstDecl* source = s->inherited != nullptr ? s->inherited : s;
        std::vector<Const*> lhs;
        for (size_t i = 0; i < s->names.size(); i++) {
          syntax::Ident* name = s->names[i];
          Const* obj = context_->New<Const>(name->pos, pkg_, name->name, nullptr,
                                            ConstValue::Int(s->iota));
          lhs.push_back(obj);
          ConstDecl(obj, source->type_expr,
                    i < source->values.size() ? source->values[i] : nullptr,
                    s->inherited != nullptr);
        }
        Arity(s->pos, s->names, source->values, true, s->inherited != nullptr);
        // Function literals in the values see the scope as it is now.
        ProcessDelayed(top);
        Pos scope_pos = syntax::EndPos(s);
        for (size_t i = 0; i < lhs.size(); i++) {
          Declare(env_.scope, s->names[i], lhs[i], scope_pos);
        }
        break;
      }

      case NodeKind::kVarDecl:
        LocalVarDecl(As<syntax::VarDecl>(decl));
        break;

      case NodeKind::kTypeDecl: {
        auto* s = As<syntax::TypeDecl>(decl);
        TypeName* obj = context_->New<TypeName>(s->name->pos, pkg_, s->name->name, nullptr);
        obj->func = env_.func;
        obj->local_index = ++local_types_[obj->name];
        Declare(env_.scope, s->name, obj, s->name->pos);
        Push(obj);
        TypeDecl(obj, s);
        Pop();
        break;
      }

      default:
        break;  // a syntax error was reported
    }
  }
}

void Checker::LocalVarDecl(syntax::VarDecl* s) {
  // Variables of a script's top level stand in the package scope already.
  if (!s->names.empty()) {
    Var* first = DynCast<Var>(s->names[0]->obj);
    if (first != nullptr && first->is_script_var && first->pos == s->names[0]->pos) {
      for (syntax::Ident* name : s->names) {
        if (name->obj == nullptr) continue;
        ObjDecl(name->obj);
        // The statement assigns to the variable: it may be of another type than the value.
        if (name->obj->type != nullptr) RecordType(name, OperandMode::kVariable, name->obj->type);
      }
      if (s->type_expr == nullptr || !s->values.empty()) {
        Arity(s->pos, s->names, s->values, false, false);
      }
      return;
    }
  }
  size_t top = delayed_mark();
  std::vector<Var*> lhs;
  for (syntax::Ident* name : s->names) {
    Var* v = context_->New<Var>(VarKind::kLocal, name->pos, pkg_, name->name, nullptr);
    v->func = env_.func;
    lhs.push_back(v);
  }
  for (size_t i = 0; i < lhs.size(); i++) {
    std::span<Var*> all;
    syntax::Expr* init = nullptr;
    if (s->values.size() == lhs.size()) {
      init = s->values[i];
    } else if (s->values.size() == 1) {
      all = lhs;
      init = s->values[0];
    } else if (i < s->values.size()) {
      init = s->values[i];
    }
    VarDecl(lhs[i], all, s->type_expr, init);
    if (s->values.size() == 1) break;  // all variables have their types now
  }
  if (s->values.size() == 1 && lhs.size() > 1) {
    for (Var* v : lhs) {
      if (v->type == nullptr) v->type = context_->invalid();
    }
  }
  if (s->type_expr == nullptr || !s->values.empty()) {
    Arity(s->pos, s->names, s->values, false, false);
  }
  ProcessDelayed(top);
  Pos scope_pos = syntax::EndPos(s);
  for (size_t i = 0; i < lhs.size(); i++) Declare(env_.scope, s->names[i], lhs[i], scope_pos);
}

}  // namespace gol::types
