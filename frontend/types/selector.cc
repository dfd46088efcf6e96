// Selector expressions: package-qualified names, fields, methods, method expressions.
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

using syntax::As;
using syntax::DynAs;

namespace {

// name without its first character.
std::string_view Tail(std::string_view name) {
  if (name.empty()) return name;
  size_t n = 1;
  while (n < name.size() && (static_cast<unsigned char>(name[n]) & 0xc0) == 0x80) n++;
  return n < name.size() ? name.substr(n) : name;
}

}  // namespace

bool EqualFold(std::string_view a, std::string_view b);

// The package that `name` denotes in a selector, or null. In a script a standard package is
// imported by its first use.
PkgName* Checker::PackageOf(syntax::Ident* name) {
  Object* obj = Lookup(name->name);
  if (obj != nullptr) return DynCast<PkgName>(obj);
  if (env_.file == nullptr || !env_.file->is_script || options_.importer == nullptr ||
      name->is_blank()) {
    return nullptr;
  }
  std::string_view path = options_.importer->StdPathForName(name->name);
  if (path.empty()) return nullptr;
  path = context_->Intern(path);
  Package* imported = ImportPackage(name->pos, path);
  PkgName* p = context_->New<PkgName>(name->pos, pkg_, name->name, imported);
  p->path = path;
  p->type = context_->invalid();
  p->used = true;
  env_.file->scope->Insert(p);
  pkg_->import_paths.push_back(path);
  return p;
}

// In a script, unsafe.StringHeader and unsafe.SliceHeader are those of reflect. Null for other names.
Object* Checker::ScriptHeader(syntax::Ident* name) {
  if (env_.file == nullptr || !env_.file->is_script || options_.importer == nullptr) return nullptr;
  if (name->name != "StringHeader" && name->name != "SliceHeader") return nullptr;
  Package* reflect = ImportPackage(name->pos, "reflect");
  pkg_->import_paths.push_back("reflect");
  return reflect->scope->Lookup(name->name);
}

void Checker::QualifiedName(Operand* x, syntax::SelectorExpr* e, PkgName* name) {
  RecordUse(As<syntax::Ident>(e->x), name);
  name->used = true;
  Package* pkg = LoadPkgName(name);
  std::string_view sel = e->sel->name;
  Object* obj = pkg->scope->Lookup(sel);
  if (obj == nullptr && pkg == context_->unsafe_package()) obj = ScriptHeader(e->sel);
  if (obj == nullptr || !obj->is_exported()) {
    if (pkg->is_fake) return;
    Object* similar = nullptr;
    for (Object* o : pkg->scope->objects()) {
      if (similar == nullptr && o->is_exported() && EqualFold(o->name, sel)) similar = o;
    }
    const syntax::Expr* whole = e;
    if (similar != nullptr) {
      Error(e->sel, diag::kUndefinedButHave, whole, similar->name);
    } else {
      Error(e->sel, diag::kUndefinedSelector, whole);
    }
    return;
  }
  if (obj->type == nullptr) ResolveObject(obj);
  RecordUse(e->sel, obj);
  switch (obj->kind) {
    case ObjectKind::kConst:
      x->mode = OperandMode::kConstant;
      x->value = static_cast<Const*>(obj)->value;
      break;
    case ObjectKind::kTypeName:
      x->mode = OperandMode::kTypExpr;
      break;
    case ObjectKind::kVar:
      x->mode = OperandMode::kVariable;
      break;
    case ObjectKind::kFunc:
      x->mode = OperandMode::kValue;
      break;
    case ObjectKind::kBuiltin:
      x->mode = OperandMode::kBuiltin;
      x->builtin = static_cast<Builtin*>(obj)->id;
      break;
    default:
      return;
  }
  x->type = obj->type != nullptr ? obj->type : context_->invalid();
  x->expr = e;
  if (x->mode != OperandMode::kBuiltin && !IsValid(x->type)) x->mode = OperandMode::kInvalid;
}

void Checker::Selector(Operand* x, syntax::SelectorExpr* e, TypeName* def, bool want_type) {
  x->mode = OperandMode::kInvalid;
  x->type = context_->invalid();
  x->expr = e;
  if (auto* id = DynAs<syntax::Ident>(e->x)) {
    if (PkgName* name = PackageOf(id)) {
      QualifiedName(x, e, name);
      if (!x->is_valid()) x->type = context_->invalid();
      return;
    }
  }

  ExprOrType(x, e->x, false);
  auto fail = [&] {
    x->mode = OperandMode::kInvalid;
    x->type = context_->invalid();
    x->expr = e;
  };
  if (x->mode == OperandMode::kBuiltin) {
    Error(e->pos, diag::kBuiltinInSelector, x);
    return fail();
  }
  if (!x->is_valid()) return fail();
  const syntax::Expr* whole = e;
  if (want_type) {
    Error(e->sel, diag::kNotAType, whole);
    return fail();
  }

  std::string_view sel = e->sel->name;
  const syntax::Expr* xe = x->expr;
  LookupResult r =
      LookupFieldOrMethod(x->type, x->mode == OperandMode::kVariable, pkg_, sel);
  if (r.obj == nullptr) {
    if (!IsValid(Under(x->type))) return fail();
    if (!r.index.empty()) {
      Error(e->sel, diag::kAmbiguousSelector, xe, sel);
    } else if (r.indirect) {
      if (x->mode == OperandMode::kTypExpr) {
        Error(e->sel, diag::kMethodExprNeedsPointer, x->type, sel, x->type, sel);
      } else {
        Error(e->sel, diag::kCannotCallPointerMethod, sel, x->type);
      }
    } else {
      std::string why;
      if (IsInterfacePtr(x->type)) {
        why = InterfacePtrError(x->type, qualifier_);
      } else {
        LookupResult alt =
            LookupFieldOrMethod(x->type, x->mode == OperandMode::kVariable, pkg_, sel, true);
        why = LookupError(x->type, sel, alt.obj, false);
      }
      Error(e->sel, diag::kMissingFieldOrMethod, xe, sel, why);
    }
    return fail();
  }

  Func* method = DynCast<Func>(r.obj);
  if (method != nullptr && method->type == nullptr) ObjDecl(method);
  if (method != nullptr && method->type == nullptr) return fail();

  if (x->mode == OperandMode::kTypExpr) {
    if (method == nullptr) {
      Error(e->sel, diag::kNoSuchMethod, xe, sel, x->type, sel);
      return fail();
    }
    RecordSelection(e, SelectionKind::kMethodExpr, x->type, method, r.index, r.indirect);
    Signature* sig = method->signature();
    if (sig->recv == nullptr) {
      Error(e, diag::kMethodCycle);
      return fail();
    }
    // The receiver becomes the first parameter; named if the others are.
    std::vector<Var*> params;
    std::string_view name;
    if (sig->num_params() > 0 && !sig->params->at(0)->name.empty()) {
      name = sig->recv->name.empty() ? std::string_view("_") : sig->recv->name;
    }
    params.push_back(context_->NewParam(sig->recv->pos, sig->recv->pkg, name, x->type));
    if (sig->params != nullptr) {
      params.insert(params.end(), sig->params->vars.begin(), sig->params->vars.end());
    }
    Signature* fn = context_->New<Signature>();
    fn->tparams = sig->tparams;
    fn->params = context_->NewTuple(params);
    fn->results = sig->results;
    fn->variadic = sig->variadic;
    x->mode = OperandMode::kValue;
    x->type = fn;
    AddMethodDep(method);
  } else if (Var* field = DynCast<Var>(r.obj)) {
    RecordSelection(e, SelectionKind::kFieldVal, x->type, field, r.index, r.indirect);
    x->mode = x->mode == OperandMode::kVariable || r.indirect ? OperandMode::kVariable
                                                              : OperandMode::kValue;
    x->type = field->type;
    if (!IsValid(x->type)) return fail();
  } else {
    RecordSelection(e, SelectionKind::kMethodVal, x->type, method, r.index, r.indirect);
    // x.m() with a pointer receiver stands for (&x).m().
    if (x->mode == OperandMode::kVariable && !r.indirect && method->has_ptr_recv()) {
      MarkAddressTaken(e->x);
    }
    x->mode = OperandMode::kValue;
    Signature* fn = context_->New<Signature>(*method->signature());
    fn->recv = nullptr;
    x->type = fn;
    AddMethodDep(method);
  }
  x->expr = e;
}

void Checker::AddMethodDep(Func* m) { AddDep(m->origin != nullptr ? m->origin : m); }

std::string Checker::LookupError(Type* t, std::string_view sel, Object* obj, bool struct_lit) {
  enum { kMissing, kMisspelled, kUnexported, kInaccessible } what = kMissing;
  std::string_view alt;
  if (obj != nullptr) {
    alt = obj->name;
    if (obj->pkg == pkg_) {
      what = kMisspelled;
    } else if (IsExported(sel)) {
      if (IsExported(alt)) {
        what = kMisspelled;
      } else if (Tail(sel) == Tail(alt)) {
        what = kUnexported;
      }
    } else if (IsExported(alt)) {
      if (Tail(sel) == Tail(alt)) what = kMisspelled;
    } else if (sel == alt) {
      what = kInaccessible;
    }
  }
  const std::string type = Str(t), name(sel), other(alt);
  if (struct_lit) {
    switch (what) {
      case kMissing:
        return "unknown field " + name + " in struct literal of type " + type;
      case kMisspelled:
        return "unknown field " + name + " in struct literal of type " + type +
               ", but does have " + other;
      case kUnexported:
        return "unknown field " + name + " in struct literal of type " + type +
               ", but does have unexported " + other;
      case kInaccessible:
        return "cannot refer to unexported field " + other + " in struct literal of type " + type;
    }
  }
  std::string kind = obj == nullptr                     ? "object"
                     : obj->kind == ObjectKind::kVar  ? "field"
                     : obj->kind == ObjectKind::kFunc ? "method"
                                                      : "object";
  switch (what) {
    case kMissing:
      return "type " + type + " has no field or method " + name;
    case kMisspelled:
      return "type " + type + " has no field or method " + name + ", but does have " + kind + " " +
             other;
    case kUnexported:
      return "type " + type + " has no field or method " + name + ", but does have unexported " +
             kind + " " + other;
    case kInaccessible:
      return "cannot refer to unexported " + kind + " " + other;
  }
  return {};
}

}  // namespace gol::types
