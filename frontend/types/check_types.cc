// Struct, interface and function types; receivers.
#include <algorithm>

#include "frontend/types/checker.h"
#include "frontend/types/subst.h"

namespace gol::types {

using syntax::As;
using syntax::DynAs;
using syntax::NodeKind;

namespace {

// The name that an embedded field T, *T, p.T, T[P] gets; null if it has none of these forms.
syntax::Ident* EmbeddedName(syntax::Expr* e) {
  switch (e->kind) {
    case NodeKind::kIdent:
      return As<syntax::Ident>(e);
    case NodeKind::kStarExpr: {
      syntax::Expr* base = As<syntax::StarExpr>(e)->x;
      return syntax::Is<syntax::StarExpr>(base) ? nullptr : EmbeddedName(base);
    }
    case NodeKind::kSelectorExpr:
      return As<syntax::SelectorExpr>(e)->sel;
    case NodeKind::kIndexExpr:
      return EmbeddedName(As<syntax::IndexExpr>(e)->x);
    default:
      return nullptr;
  }
}

void FlattenUnion(syntax::Expr* e, std::vector<syntax::Expr*>* ops,
                  std::vector<syntax::Expr*>* terms) {
  auto* b = DynAs<syntax::BinaryExpr>(e);
  if (b != nullptr && b->op == syntax::Operator::kOr) {
    FlattenUnion(b->x, ops, terms);
    ops->push_back(b);
    e = b->y;
  }
  terms->push_back(e);
}

Type* StripPointers(Type* t) {
  while (Pointer* p = DynCast<Pointer>(t)) t = p->elem;
  return t;
}

}  // namespace

void Checker::StructType(Struct* t, syntax::StructType* e) {
  std::vector<Var*> fields;
  std::vector<std::string_view> tags;
  std::unordered_map<std::string_view, Var*> names;
  const bool use_map = e->fields.size() > 16;
  bool has_tags = false;

  auto add = [&](syntax::Field* field, syntax::Ident* id, Type* type, std::string_view tag,
                 bool embedded) {
    Var* f = context_->New<Var>(VarKind::kField, id->pos, pkg_, id->name, type);
    f->embedded = embedded;
    field->obj = f;
    if (id->name != "_") {
      Var* alt = nullptr;
      if (use_map) {
        alt = names.emplace(id->name, f).first->second;
        if (alt == f) alt = nullptr;
      } else {
        for (Var* other : fields) {
          if (other->name == id->name) alt = other;
        }
      }
      if (alt != nullptr) {
        auto& d = Error(id->pos, diag::kFieldRedeclared, id->name);
        NoteOther(d, alt);
        return;
      }
    }
    fields.push_back(f);
    tags.push_back(tag);
    has_tags |= !tag.empty();
    if (embedded) return;  // the identifier refers to the type
    RecordDef(id, f);
  };

  Type* type = nullptr;
  syntax::Expr* last = nullptr;
  for (syntax::Field* f : e->fields) {
    if (f->type_expr != last || type == nullptr) {
      type = VarType(f->type_expr);
      last = f->type_expr;
    }
    std::string_view tag;
    if (f->tag != nullptr && !f->tag->is_bad) {
      tag = consts_.Literal(ConstLiteral::kString, f->tag->text).string_value();
    }
    if (f->name != nullptr) {
      add(f, f->name, type, tag, false);
      continue;
    }
    Pos pos = syntax::StartPos(f->type_expr);
    syntax::Ident* id = EmbeddedName(f->type_expr);
    if (id == nullptr) {
      Error(pos, diag::kInvalidEmbedded, static_cast<const syntax::Expr*>(f->type_expr));
      continue;
    }
    add(f, id, type, tag, true);
    if (options_.declarations_only) continue;
    Later([this, type, pos] {
      auto [base, is_pointer] = Deref(type);
      Type* u = Under(base);
      if (u->kind == TypeKind::kBasic) {
        if (static_cast<Basic*>(u)->basic == BasicKind::kUnsafePointer) {
          Error(pos, diag::kEmbeddedUnsafePointer);
        }
      } else if (u->kind == TypeKind::kPointer) {
        Error(pos, diag::kEmbeddedPointer);
      } else if (u->kind == TypeKind::kInterface) {
        if (IsTypeParam(base)) {
          Error(pos, diag::kEmbeddedTypeParam);
        } else if (is_pointer) {
          Error(pos, diag::kEmbeddedInterfacePointer);
        }
      }
    });
  }
  t->fields = context_->List(fields);
  if (has_tags) t->tags = context_->List(tags);
}

void Checker::InterfaceType(Interface* t, syntax::InterfaceType* e, TypeName* def) {
  if (!env_.in_interface && !options_.declarations_only) interfaces_.push_back({e->pos, t});
  bool outer = env_.in_interface;
  env_.in_interface = true;
  for (syntax::Field* f : e->methods) {
    if (f->name == nullptr) {
      t->embeddeds.push_back(ParseUnion(f->type_expr));
      t->embed_pos.push_back(syntax::StartPos(f->type_expr));
      continue;
    }
    if (f->name->is_blank()) {
      Error(f->name, diag::kBlankMethod);
      continue;
    }
    Signature* sig = DynCast<Signature>(Typ(f->type_expr));
    if (sig == nullptr) continue;
    // The named type reads better in messages.
    Type* recv_type = t;
    if (def != nullptr && AsNamed(def->type) != nullptr) recv_type = AsNamed(def->type);
    sig->recv = context_->New<Var>(VarKind::kRecv, f->name->pos, pkg_, "", recv_type);
    Func* m = context_->New<Func>(f->name->pos, pkg_, f->name->name, sig);
    m->is_interface_method = true;
    RecordDef(f->name, m);
    f->obj = m;
    t->methods.push_back(m);
  }
  env_.in_interface = outer;
  t->complete = true;
  if (t->methods.empty() && t->embeddeds.empty()) {
    GetTypeSet(t);
    return;
  }
  std::sort(t->methods.begin(), t->methods.end(), [](Func* a, Func* b) {
    bool ea = IsExported(a->name), eb = IsExported(b->name);
    return ea != eb ? ea : a->name < b->name;
  });
  // As soon as types are complete, for the sake of errors.
  Pos pos = e->pos;
  if (!options_.declarations_only) Later([t, pos] { GetTypeSet(t, pos); });
}

Type* Checker::ParseTilde(syntax::Expr* e, bool* tilde) {
  syntax::Expr* x = e;
  *tilde = false;
  if (auto* u = DynAs<syntax::UnaryExpr>(e); u != nullptr && u->op == syntax::Operator::kTilde) {
    x = u->x;
    *tilde = true;
  }
  Type* t = Typ(x);
  if (IsTypeParam(t)) {
    if (*tilde) {
      Error(x, diag::kTypeParamInTildeTerm, static_cast<const syntax::Expr*>(e));
    } else {
      Error(x, diag::kTypeParamAsTerm);
    }
    t = context_->invalid();
  }
  if (*tilde) {
    Term term{true, t};
    RecordType(e, OperandMode::kTypExpr,
               context_->New<Union>(context_->List(std::vector<Term>{term})));
  }
  return t;
}

Type* Checker::ParseUnion(syntax::Expr* e) {
  std::vector<syntax::Expr*> ops, exprs;
  FlattenUnion(e, &ops, &exprs);
  constexpr size_t kMaxTerms = 100;
  std::vector<Term> terms;
  Type* result = nullptr;
  for (size_t i = 0; i < exprs.size(); i++) {
    Term term;
    term.type = ParseTilde(exprs[i], &term.tilde);
    if (exprs.size() == 1 && !term.tilde) return term.type;
    if (terms.size() >= kMaxTerms) {
      if (result != context_->invalid()) {
        Error(exprs[i], diag::kUnionTooLong, static_cast<int>(kMaxTerms));
        result = context_->invalid();
      }
    } else {
      terms.push_back(term);
    }
  }
  if (result == nullptr) result = context_->New<Union>(context_->List(terms));
  for (syntax::Expr* op : ops) RecordType(op, OperandMode::kTypExpr, result);
  if (!IsValid(result)) return result;

  Later([this, exprs, terms] {
    // As TermsString of relations.cc.
    auto text = [&](const Term& t) {
      return (t.tilde ? "~" : "") + TypeString(t.type, Qualifier{nullptr, true});
    };
    for (size_t i = 0; i < terms.size(); i++) {
      const Term& t = terms[i];
      if (!IsValid(t.type)) continue;
      Type* u = Under(t.type);
      Interface* iface = DynCast<Interface>(u);
      if (t.tilde) {
        if (iface != nullptr) {
          Error(exprs[i], diag::kTildeInterface, t.type);
          continue;
        }
        if (!Identical(u, t.type)) {
          Error(exprs[i], diag::kTildeNotUnderlying, t.type, u);
          continue;
        }
      }
      if (iface != nullptr) {
        TypeSet* set = GetTypeSet(iface);
        if (!set->methods.empty()) {
          Error(exprs[i], diag::kUnionWithMethods, text(t), text(t));
        } else if (t.type == context_->comparable_type()) {
          Error(exprs[i], diag::kUnionComparable);
        } else if (set->comparable) {
          Error(exprs[i], diag::kUnionEmbedsComparable, text(t), text(t));
        }
        continue;
      }
      for (size_t j = 0; j < i; j++) {
        if (!IsValid(terms[j].type) || IsInterface(terms[j].type)) continue;
        TermList a, b;
        a.terms.push_back(terms[j]);
        b.terms.push_back(t);
        if (a.Intersect(b).terms.empty()) continue;
        Error(exprs[i], diag::kOverlappingTerms, text(t), text(terms[j]));
        break;
      }
    }
  });
  return result;
}

void Checker::FuncType(Signature* sig, syntax::Field* recv, std::span<syntax::Field* const> tparams,
                       syntax::FuncType* e) {
  Scope* outer = env_.scope;
  sig->scope = OpenScope(true);
  e->scope = sig->scope;
  Var* recv_var = nullptr;
  if (recv != nullptr) CollectRecv(sig, recv, sig->scope, &recv_var, e->pos);
  if (!tparams.empty()) CollectTypeParams(&sig->tparams, tparams);

  bool variadic = false;
  std::vector<syntax::Ident*> param_names, result_names;
  std::vector<Var*> params =
      CollectParams(VarKind::kParam, e->params, true, &variadic, &param_names);
  std::vector<Var*> results =
      CollectParams(VarKind::kResult, e->results, false, nullptr, &result_names);

  // Names are visible in the body only, not in each other's types.
  Pos scope_pos = syntax::EndPos(e);
  if (recv_var != nullptr && !recv_var->name.empty()) {
    Declare(env_.scope, recv->name, recv_var, scope_pos);
  }
  for (size_t i = 0; i < params.size(); i++) {
    if (param_names[i] != nullptr) Declare(env_.scope, param_names[i], params[i], scope_pos);
  }
  for (size_t i = 0; i < results.size(); i++) {
    if (result_names[i] != nullptr) Declare(env_.scope, result_names[i], results[i], scope_pos);
  }
  sig->recv = recv_var;
  sig->params = context_->NewTuple(params);
  sig->results = context_->NewTuple(results);
  sig->variadic = variadic;
  env_.scope = outer;
}

std::vector<Var*> Checker::CollectParams(VarKind kind, std::span<syntax::Field* const> list,
                                         bool variadic_ok, bool* variadic,
                                         std::vector<syntax::Ident*>* names) {
  std::vector<Var*> params;
  Type* type = nullptr;
  syntax::Expr* last = nullptr;
  for (size_t i = 0; i < list.size(); i++) {
    syntax::Field* f = list[i];
    if (f->type_expr != last || type == nullptr) {
      last = f->type_expr;
      syntax::Expr* te = f->type_expr;
      if (auto* dots = DynAs<syntax::DotsType>(te)) {
        te = dots->elem;
        if (variadic_ok && i + 1 == list.size()) {
          *variadic = true;
        } else {
          Error(dots, diag::kInvalidDots);
        }
      }
      type = VarType(te);
    }
    Var* v = f->name != nullptr
                 ? context_->New<Var>(kind, f->name->pos, pkg_, f->name->name, type)
                 : context_->New<Var>(kind, f->pos, pkg_, std::string_view(), type);
    f->obj = v;
    params.push_back(v);
    names->push_back(f->name);
  }
  if (variadic != nullptr && *variadic) {
    Var* v = params.back();
    v->type = context_->NewSlice(v->type);
    RecordType(list.back()->type_expr, OperandMode::kTypExpr, v->type);
  }
  return params;
}

void Checker::CollectRecv(Signature* sig, syntax::Field* recv, Scope* scope, Var** out,
                          Pos scope_pos) {
  // The receiver is [name] ["*"] base ["[" type parameters "]"].
  bool is_pointer = false;
  syntax::Expr* base = syntax::Unparen(recv->type_expr);
  if (auto* star = DynAs<syntax::StarExpr>(base)) {
    is_pointer = true;
    base = syntax::Unparen(star->x);
  }
  Type* type = context_->invalid();
  auto* index = DynAs<syntax::IndexExpr>(base);
  if (index == nullptr) {
    type = VarType(recv->type_expr);
    // An alias for an instantiated type is no place for methods.
    Alias* a = DynCast<Alias>(StripPointers(type));
    while (a != nullptr && a->from_rhs != nullptr) {
      Type* t = StripPointers(a->from_rhs);
      Named* n = DynCast<Named>(t);
      Alias* next = DynCast<Alias>(t);
      if ((n != nullptr && !n->type_params().empty()) ||
          (next != nullptr && !next->tparams.empty())) {
        Error(base, diag::kMethodOnInstantiated, t);
        type = context_->invalid();
        break;
      }
      a = next;
    }
  } else {
    base = index->x;
    Named* base_type = nullptr;
    std::string cause;
    Type* generic = GenericType(base, &cause);
    if (IsValid(generic)) {
      base_type = DynCast<Named>(generic);
      if (base_type == nullptr) Error(base, diag::kMethodOnGenericAlias, generic);
    } else if (!cause.empty()) {
      Error(base, diag::kText, cause);
    }
    // The receiver declares its own names for the base type's parameters.
    std::vector<TypeParam*> tparams;
    for (syntax::Expr* arg : index->indices) {
      auto* id = DynAs<syntax::Ident>(arg);
      if (id == nullptr) {
        if (!syntax::Is<syntax::BadExpr>(arg)) {
          Error(arg, diag::kRecvTypeParamNotIdent, static_cast<const syntax::Expr*>(arg));
        }
        TypeName* blank = context_->New<TypeName>(arg->pos, pkg_, "_", nullptr);
        tparams.push_back(context_->NewTypeParam(blank, context_->invalid()));
      } else {
        TypeParam* tp = DeclareTypeParam(id, scope_pos);
        RecordUse(id, tp->obj);
        RecordType(id, OperandMode::kTypExpr, tp);
        tparams.push_back(tp);
      }
      tparams.back()->index = static_cast<int>(tparams.size() - 1);
    }
    sig->rparams = context_->List(tparams);
    if (base_type != nullptr) {
      std::span<TypeParam*> base_tparams = base_type->type_params();
      std::vector<Type*> targs(tparams.begin(), tparams.end());
      if (tparams.size() == base_tparams.size()) {
        for (size_t i = 0; i < tparams.size(); i++) {
          RecordMonoCanon(tparams[i], base_tparams[i]);
          tparams[i]->bound = SubstType(context_, base_tparams[i]->bound, base_tparams, targs);
        }
      } else {
        std::string got = std::to_string(tparams.size()) + " type parameter" +
                          (tparams.size() == 1 ? "" : "s");
        Error(base, diag::kRecvTypeParamCount, got, static_cast<int>(base_tparams.size()));
      }
      VerifyVersion(base, 18, "type instantiation");
      type = Instantiate(recv->type_expr->pos, base_type, targs);
      RecordInstance(base, context_->List(targs), type);
      RecordType(index, OperandMode::kTypExpr, type);
      if (is_pointer && IsValid(type)) type = context_->NewPointer(type);
      RecordType(recv->type_expr, OperandMode::kTypExpr, type);
    }
  }

  Var* v = recv->name != nullptr
               ? context_->New<Var>(VarKind::kRecv, recv->name->pos, pkg_, recv->name->name, type)
               : context_->New<Var>(VarKind::kRecv, recv->pos, pkg_, std::string_view(), type);
  recv->obj = v;
  *out = v;
  if (options_.declarations_only) return;
  Pos pos = syntax::StartPos(base);
  Later([this, pos, v] { ValidRecv(pos, v); });
}

void Checker::ValidRecv(Pos pos, Var* recv) {
  Type* base = Deref(recv->type).type;
  Type* t = Unalias(base);
  if (!IsValid(t)) return;
  if (Named* n = DynCast<Named>(t)) {
    if (!SamePackage(n->obj()->pkg, pkg_)) {
      Error(pos, diag::kMethodOnNonLocal, base);
      return;
    }
    Type* u = n->Underlying();
    const char* cause = nullptr;
    if (u->kind == TypeKind::kPointer || u->kind == TypeKind::kInterface) {
      cause = "pointer or interface type";
    } else if (u->kind == TypeKind::kBasic &&
               static_cast<Basic*>(u)->basic == BasicKind::kUnsafePointer) {
      cause = "unsafe.Pointer";
    }
    if (cause != nullptr) Error(pos, diag::kInvalidRecvCause, base, cause);
  } else if (t->kind == TypeKind::kBasic) {
    Error(pos, diag::kMethodOnNonLocal, base);
  } else {
    Error(pos, diag::kInvalidRecv, recv->type);
  }
}

}  // namespace gol::types
