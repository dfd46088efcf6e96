// Identifiers and type expressions. Struct, interface and function types: check_types.cc.
#include <algorithm>

#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

using syntax::As;
using syntax::NodeKind;

Object* Checker::Lookup(std::string_view name, Scope** scope) {
  return env_.scope->LookupParent(name, scope);
}

// Notes that the innermost function uses v, which an enclosing function declares.
void Checker::Capture(Var* v) {
  if (v->func == nullptr || v->func == env_.func) return;
  for (FuncInfo* f = env_.func; f != nullptr && f != v->func; f = f->outer) {
    if (std::find(f->captures.begin(), f->captures.end(), v) != f->captures.end()) break;
    f->captures.push_back(v);
    v->captured = true;
  }
}

void Checker::Ident(Operand* x, syntax::Ident* e, bool want_type) {
  x->mode = OperandMode::kInvalid;
  x->expr = e;
  Scope* scope = nullptr;
  Object* obj = Lookup(e->name, &scope);
  if (obj == nullptr && e->is_blank()) {
    obj = options_.last_result;
    context_->NoteUse(obj);
  }
  if (obj == nullptr) {
    if (e->is_blank()) {
      Error(e, diag::kBlankAsValue);
    } else {
      Error(e, diag::kUndefined, e->name);
    }
    return;
  }
  if (obj->pkg == nullptr && (e->name == "any" || e->name == "comparable")) {
    std::string what = "predeclared " + std::string(e->name);
    if (!VerifyVersion(e, 18, what)) return;
  }
  RecordUse(e, obj);

  bool is_type = obj->kind == ObjectKind::kTypeName;
  if (!is_type && want_type) {
    Error(e, diag::kObjectNotAType, obj->name, ObjectKindName(obj));
    if (Var* v = DynCast<Var>(obj)) v->used = true;
    return;
  }
  if (obj->type == nullptr || (is_type && want_type && obj->pkg == pkg_)) ObjDecl(obj);
  Type* type = obj->type;
  if (type == nullptr) {
    if (obj->kind != ObjectKind::kBuiltin) return;
    type = context_->invalid();
  }

  if (scope == env_.file->scope && !dot_imports_.empty()) {
    for (const DotImport& d : dot_imports_) {
      if (d.scope == scope && d.name == obj->name) d.pkg_name->used = true;
    }
  }

  switch (obj->kind) {
    case ObjectKind::kPkgName:
      Error(e, diag::kPackageWithoutSelector, obj->name);
      return;
    case ObjectKind::kConst:
      AddDep(obj);
      if (!IsValid(type)) return;
      if (obj == context_->universe_iota()) {
        if (!env_.iota.has_value()) {
          Error(e, diag::kIotaOutsideConst);
          return;
        }
        x->value = *env_.iota;
      } else {
        x->value = static_cast<Const*>(obj)->value;
      }
      x->mode = OperandMode::kConstant;
      break;
    case ObjectKind::kTypeName:
      x->mode = OperandMode::kTypExpr;
      break;
    case ObjectKind::kVar: {
      Var* v = static_cast<Var*>(obj);
      if (v->pkg == pkg_) v->used = true;
      AddDep(v);
      Capture(v);
      if (!IsValid(type)) return;
      x->mode = OperandMode::kVariable;
      break;
    }
    case ObjectKind::kFunc:
      AddDep(obj);
      x->mode = OperandMode::kValue;
      break;
    case ObjectKind::kBuiltin:
      x->builtin = static_cast<Builtin*>(obj)->id;
      x->mode = OperandMode::kBuiltin;
      break;
    case ObjectKind::kNil:
      x->mode = OperandMode::kNilValue;
      break;
    case ObjectKind::kLabel:
      return;
  }
  x->type = type;
}

std::string_view Checker::ObjectKindName(const Object* obj) {
  switch (obj->kind) {
    case ObjectKind::kPkgName: return "package name";
    case ObjectKind::kConst: return "constant";
    case ObjectKind::kTypeName: {
      const TypeName* t = static_cast<const TypeName*>(obj);
      if (t->IsAlias()) return "type alias";
      return t->type != nullptr && IsTypeParam(t->type) ? "type parameter" : "defined type";
    }
    case ObjectKind::kVar:
      switch (static_cast<const Var*>(obj)->var_kind) {
        case VarKind::kPackage: return "package-level variable";
        case VarKind::kLocal: return "local variable";
        case VarKind::kRecv: return "receiver";
        case VarKind::kParam: return "parameter";
        case VarKind::kResult: return "result variable";
        case VarKind::kField: return "struct field";
      }
      return "variable";
    case ObjectKind::kFunc: {
      const Func* f = static_cast<const Func*>(obj);
      bool is_method = f->type != nullptr ? f->signature()->recv != nullptr
                                          : f->decl != nullptr && f->decl->func_decl->recv != nullptr;
      return is_method ? "method" : "function";
    }
    case ObjectKind::kLabel: return "label";
    case ObjectKind::kBuiltin: return "built-in function";
    case ObjectKind::kNil: return "untyped nil";
  }
  return "";
}

Type* Checker::Typ(syntax::Expr* e) { return DeclaredType(e, nullptr); }

Type* Checker::VarType(syntax::Expr* e) {
  Type* t = DeclaredType(e, nullptr);
  ValidVarType(e, t);
  return t;
}

void Checker::ValidVarType(syntax::Expr* e, Type* t) {
  // Only what may turn out to be an interface is worth a look, later when types are complete.
  if (options_.declarations_only) return;
  switch (Unalias(t)->kind) {
    case TypeKind::kNamed:
    case TypeKind::kInterface:
      break;
    default:
      return;
  }
  if (Named* n = AsNamed(t)) {
    if (n->underlying_ != nullptr && n->underlying_->kind != TypeKind::kInterface) return;
  }
  Later([this, e, t] {
    Interface* iface = UnderAs<Interface>(t);
    if (iface == nullptr) return;
    Pos pos = syntax::StartPos(e);
    TypeSet* set = GetTypeSet(iface, pos);
    if (set->is_method_set()) return;
    Error(pos, set->comparable ? diag::kComparableOutsideConstraint
                               : diag::kConstraintOutsideConstraint, t);
  });
}

Type* Checker::DeclaredType(syntax::Expr* e, TypeName* def) {
  Type* t = TypInternal(e, def);
  if (IsGeneric(t)) {
    Error(e, diag::kGenericTypeWithoutInstance, t);
    t = context_->invalid();
  }
  RecordType(e, OperandMode::kTypExpr, t);
  return t;
}

Type* Checker::GenericType(syntax::Expr* e, std::string* cause) {
  Type* t = TypInternal(e, nullptr);
  if (IsValid(t) && !IsGeneric(t)) {
    if (cause != nullptr) *cause = Str(t) + " is not a generic type";
    t = context_->invalid();
  }
  RecordType(e, OperandMode::kTypExpr, t);
  return t;
}

Type* Checker::TypInternal(syntax::Expr* e, TypeName* def) {
  DepthGuard depth(this, e);
  if (depth.exceeded()) return context_->invalid();
  switch (e->kind) {
    case NodeKind::kBadExpr:
      break;

    case NodeKind::kIdent:
    case NodeKind::kSelectorExpr: {
      Operand x;
      if (e->kind == NodeKind::kIdent) {
        Ident(&x, As<syntax::Ident>(e), true);
      } else {
        Selector(&x, As<syntax::SelectorExpr>(e), def, true);
      }
      if (x.mode == OperandMode::kTypExpr) return x.type;
      if (x.mode == OperandMode::kNoValue) {
        Error(x, diag::kUsedAsType, x);
      } else if (x.mode != OperandMode::kInvalid) {
        Error(x, diag::kNotAType, x);
      }
      break;
    }

    case NodeKind::kIndexExpr: {
      auto* s = As<syntax::IndexExpr>(e);
      VerifyVersion(e, 18, "type instantiation");
      return InstantiatedType(s->x, s->indices, e, def);
    }

    case NodeKind::kParenExpr:
      return DeclaredType(As<syntax::ParenExpr>(e)->x, def);

    case NodeKind::kArrayType: {
      auto* s = As<syntax::ArrayType>(e);
      int64_t len = -1;
      if (s->len != nullptr) {
        len = ArrayLength(s->len);
      } else {
        Error(e, diag::kOpenArrayOutsideLiteral);
      }
      Type* elem = VarType(s->elem);
      if (len >= 0) {
        Type* t = context_->NewArray(elem, len);
        if (len >= kNotableLength) NoteSized(t);
        return t;
      }
      break;
    }

    case NodeKind::kSliceType:
      return context_->NewSlice(VarType(As<syntax::SliceType>(e)->elem));

    case NodeKind::kDotsType:
      Error(e, diag::kInvalidDots);
      break;

    case NodeKind::kStructType: {
      Struct* t = context_->New<Struct>();
      StructType(t, As<syntax::StructType>(e));
      NoteSized(t);
      return t;
    }

    case NodeKind::kStarExpr: {
      Type* elem = VarType(As<syntax::StarExpr>(e)->x);
      if (!IsValid(elem)) return context_->invalid();
      return context_->NewPointer(elem);
    }

    case NodeKind::kFuncType: {
      Signature* t = context_->New<Signature>();
      FuncType(t, nullptr, {}, As<syntax::FuncType>(e));
      return t;
    }

    case NodeKind::kInterfaceType: {
      Interface* t = context_->NewInterface();
      t->checker = this;
      InterfaceType(t, As<syntax::InterfaceType>(e), def);
      return t;
    }

    case NodeKind::kMapType: {
      auto* s = As<syntax::MapType>(e);
      Map* t = context_->NewMap(context_->invalid(), context_->invalid());
      t->key = VarType(s->key);
      t->elem = VarType(s->val);
      if (options_.declarations_only) return t;
      Later([this, s, t] {
        if (IsComparable(t->key)) return;
        Error(s->key, diag::kInvalidMapKey, t->key,
              IsTypeParam(t->key) ? " (missing comparable constraint)" : "");
      });
      return t;
    }

    case NodeKind::kChanType: {
      auto* s = As<syntax::ChanType>(e);
      ChanDir dir = s->dir == syntax::ChanDir::kBoth       ? ChanDir::kSendRecv
                    : s->dir == syntax::ChanDir::kSendOnly ? ChanDir::kSendOnly
                                                           : ChanDir::kRecvOnly;
      Type* t = context_->NewChan(dir, VarType(s->elem));
      NoteSized(t);
      return t;
    }

    default:
      Error(e, diag::kNotAType, static_cast<const syntax::Expr*>(e));
      Use(e);
      break;
  }
  return context_->invalid();
}

Type* Checker::InstantiatedType(syntax::Expr* x, std::span<syntax::Expr* const> args,
                                syntax::Expr* whole, TypeName* def) {
  std::string cause;
  Type* generic = GenericType(x, &cause);
  if (!cause.empty()) {
    std::string list = "[";
    for (size_t i = 0; i < args.size(); i++) {
      if (i > 0) list += ", ";
      list += Str(args[i]);
    }
    Error(x, diag::kNotGenericType, static_cast<const syntax::Expr*>(x), list + "]", cause);
  }
  // All arguments are checked, whatever became of the others.
  std::vector<Type*> targs;
  bool valid = IsValid(generic);
  if (!valid) return context_->invalid();
  for (syntax::Expr* arg : args) {
    Type* t = VarType(arg);
    valid &= IsValid(t);
    targs.push_back(t);
  }
  if (!valid) return context_->invalid();
  Type* inst = Instantiate(x->pos, generic, targs);
  if (inst == nullptr || !IsValid(inst)) return context_->invalid();

  std::span<Type*> list = context_->List(targs);
  // Type parameters of the generic type may not be set up yet.
  Later([this, x, args, list, inst] {
    RecordInstance(x, list, inst);
    std::string_view name;
    std::span<TypeParam*> tparams;
    if (Named* n = DynCast<Named>(inst)) {
      name = n->obj()->name;
      tparams = n->origin()->type_params();
    } else {
      Alias* a = static_cast<Alias*>(inst);
      name = a->obj->name;
      tparams = a->tparams;
    }
    if (!ValidateTArgLen(x->pos, name, tparams.size(), list.size())) return;
    std::string why;
    int i = Verify(x->pos, tparams, list, &why);
    if (i >= 0) {
      Pos pos = static_cast<size_t>(i) < args.size()
                    ? syntax::StartPos(args[static_cast<size_t>(i)])
                    : x->pos;
      Error(pos, diag::kConstraintNotSatisfied, why);
    } else {
      RecordMono(x->pos, tparams, list, args);
    }
  });
  return inst;
}

int64_t Checker::ArrayLength(syntax::Expr* e) {
  // `type T[P any] ...` without its constraint looks like an array of length P.
  if (auto* id = syntax::DynAs<syntax::Ident>(e)) {
    Object* obj = Lookup(id->name);
    if (obj == nullptr) {
      Error(e, diag::kUndefinedArrayLength, id->name);
      return -1;
    }
    if (obj->kind != ObjectKind::kConst) {
      Error(e, diag::kInvalidArrayLength, id->name);
      return -1;
    }
  }
  Operand x;
  Expr(nullptr, &x, e);
  if (x.mode != OperandMode::kConstant) {
    if (x.is_valid()) Error(x, diag::kArrayLengthNotConst, x);
    return -1;
  }
  if (IsUntyped(x.type) || IsInteger(x.type)) {
    ConstValue v = consts_.ToInt(x.value);
    int64_t n = 0;
    if (v.is_int() && RepresentableConst(v, context_->basic(BasicKind::kInt), nullptr) &&
        v.GetInt64(&n) && n >= 0) {
      return n;
    }
  }
  Error(x, IsInteger(x.type) ? diag::kInvalidArrayLength : diag::kArrayLengthNotInt, x);
  return -1;
}

Scope* Checker::OpenScope(bool is_func) {
  env_.scope = context_->NewScope(env_.scope, is_func);
  return env_.scope;
}

void Checker::CloseScope() { env_.scope = env_.scope->parent(); }

void Checker::RecordSelection(syntax::SelectorExpr* e, SelectionKind kind, Type* recv, Object* obj,
                              const std::vector<int>& index, bool indirect) {
  Selection* s = context_->New<Selection>();
  s->kind = kind;
  s->indirect = indirect;
  s->recv = recv;
  s->obj = obj;
  s->index = context_->List(index);
  RecordUse(e->sel, obj);
  e->selection = s;
}

void Checker::RecordInstance(syntax::Expr* e, std::span<Type*> targs, Type* t) {
  e = syntax::Unparen(e);
  if (auto* index = syntax::DynAs<syntax::IndexExpr>(e)) e = index->x;
  auto* id = syntax::DynAs<syntax::Ident>(e);
  if (auto* sel = syntax::DynAs<syntax::SelectorExpr>(e)) id = sel->sel;
  if (id == nullptr) return;
  TypeList* list = context_->New<TypeList>();
  list->types = targs;
  id->targs = list;
  id->type = t;
}

}  // namespace gol::types
