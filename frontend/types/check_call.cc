// Calls and conversions: f(args), T(x).
//
// The callee decides what a call is: a type makes it a conversion, a builtin has rules of its own
// (check_builtin.cc), anything else must be a function. For a generic function the type arguments
// that are not given are inferred from the arguments, which may be generic functions themselves:
// their type parameters then take part in the same inference.
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

namespace {

// Whether t mentions one of the type parameters: text of a type whose inference has failed.
bool Mentions(Context* context, Checker* checker, Type* t, std::span<TypeParam* const> tparams) {
  std::vector<Type*> replacement(tparams.size(), context->invalid());
  return checker->Subst(Pos(), t, tparams, replacement) != t;
}

}  // namespace

ExprKind Checker::CallExpr(Operand* x, syntax::CallExpr* call) {
  syntax::IndexExpr* inst = nullptr;  // explicit instantiation f[T](...), completed below
  if (auto* index = syntax::DynAs<syntax::IndexExpr>(call->fun)) {
    if (IndexExpr(x, index)) inst = index;
    x->expr = index;
    Record(x);
  } else {
    ExprOrType(x, call->fun, true);
  }
  auto fail = [&] {
    x->Invalidate();
    x->expr = call;
    return ExprKind::kStatement;
  };

  switch (x->mode) {
    case OperandMode::kInvalid:
      Use(call->args);
      return fail();

    case OperandMode::kTypExpr: {
      NonGeneric(nullptr, x);
      if (!x->is_valid()) {
        x->expr = call;
        return ExprKind::kConversion;
      }
      Type* t = x->type;
      x->Invalidate();
      if (call->args.empty()) {
        Error(call, diag::kMissingConversionArgument, t);
      } else if (call->args.size() > 1) {
        Use(call->args);
        Error(call->args.back(), diag::kTooManyConversionArguments, t);
      } else {
        Expr(nullptr, x, call->args[0]);
        Interface* iface = IsTypeParam(t) ? nullptr : UnderAs<Interface>(t);
        if (!x->is_valid()) {
          // reported
        } else if (iface != nullptr && !GetTypeSet(iface)->is_method_set()) {
          Error(call, diag::kConstraintInConversion, t);
          x->Invalidate();
        } else if (call->has_dots) {
          Error(call->args[0], diag::kDotsInConversion, t);
          x->Invalidate();
        } else {
          Conversion(x, t);
        }
      }
      x->expr = call;
      return ExprKind::kConversion;
    }

    case OperandMode::kBuiltin: {
      BuiltinId id = x->builtin;
      if (!BuiltinCall(x, call, id)) x->Invalidate();
      x->expr = call;
      if (x->is_valid() && x->mode != OperandMode::kConstant) env_.has_call_or_recv = true;
      return BuiltinExprKind(id);
    }

    default:
      break;
  }

  std::string cause;
  Type* under = CommonUnder(x->type, &cause, &qualifier_,
                            [&](Type* t, Type* u, std::string* why) {
                              if (u == nullptr || DynCast<Signature>(u) != nullptr) return true;
                              *why = Str(t) + " is not a function";
                              return false;
                            });
  if (under == nullptr) {
    Error(x, diag::kCannotCall, x, cause);
    Use(call->args);
    return fail();
  }
  auto* sig = static_cast<Signature*>(under);
  const bool was_generic = sig->is_generic();

  std::span<syntax::Expr* const> xlist;
  std::vector<Type*> targs;
  if (inst != nullptr) {
    xlist = inst->indices;
    bool ok = true;
    for (syntax::Expr* e : xlist) {
      targs.push_back(VarType(e));
      ok &= IsValid(targs.back());
    }
    size_t want = sig->tparams.size();
    if (ok && targs.size() > want) {
      Error(xlist[want], diag::kTooManyTypeArguments, targs.size(), want);
      ok = false;
    }
    if (!ok) {
      Use(call->args);
      return fail();
    }
    if (targs.size() == want && want > 0) {
      // All of them are given: the call is checked against the instance.
      VerifyVersion(inst, 18, "function instantiation");
      sig = InstantiateSignature(inst->pos, inst, targs, sig, xlist);
      targs.clear();
      xlist = {};
    }
  }

  std::vector<std::vector<Type*>> arg_targs;
  std::vector<Operand*> args = GenericExprList(call->args, &arg_targs);
  sig = Arguments(call, sig, std::move(targs), xlist, std::move(args), arg_targs);

  if (was_generic && !sig->is_generic()) {
    RecordTypeAndValue(call->fun, OperandMode::kValue, sig, ConstValue());
  }
  switch (sig->num_results()) {
    case 0:
      x->mode = OperandMode::kNoValue;
      break;
    case 1:
      x->mode = OperandMode::kValue;
      x->type = sig->results->at(0)->type;
      break;
    default:
      x->mode = OperandMode::kValue;
      x->type = sig->results;
  }
  x->expr = call;
  env_.has_call_or_recv = true;
  // Where inference failed, the result's type is not known.
  if (x->mode == OperandMode::kValue && sig->is_generic() &&
      Mentions(context_, this, x->type, sig->tparams)) {
    x->Invalidate();
  }
  return ExprKind::kStatement;
}

std::vector<Operand*> Checker::GenericExprList(std::span<syntax::Expr* const> list,
                                               std::vector<std::vector<Type*>>* targs) {
  // Generic functions as arguments are inferred together with the callee, since Go 1.21.
  const bool infer = !AllowVersion(21);
  targs->assign(list.size(), {});
  std::vector<Operand*> result;
  result.reserve(list.size());
  for (size_t i = 0; i < list.size(); i++) {
    syntax::Expr* e = list[i];
    Operand* x = NewOperand();
    result.push_back(x);
    auto* inst = syntax::DynAs<syntax::IndexExpr>(e);
    if (inst != nullptr) {
      // As RawExpr does, but a generic function may stay incomplete.
      if (IndexExpr(x, inst)) {
        if (FuncInst(nullptr, inst->pos, x, inst, infer, &(*targs)[i])) {
          x->expr = inst;
          continue;
        }
      } else {
        NonGeneric(nullptr, x);
      }
      x->expr = inst;
      Record(x);
      Exclude(x, kNotAValue);
      SingleValue(x);
      continue;
    }
    RawExpr(nullptr, x, e, nullptr, true);
    Exclude(x, kNotAValue);
    if (list.size() == 1 && x->is_valid()) {
      if (Tuple* tuple = DynCast<Tuple>(x->type)) {
        // f(g()) where g has several results.
        result.clear();
        for (Var* v : tuple->vars) {
          Operand* y = NewOperand();
          y->mode = OperandMode::kValue;
          y->expr = e;
          y->type = v->type;
          result.push_back(y);
        }
        targs->assign(result.size(), {});
      }
      return result;
    }
    SingleValue(x);
  }
  return result;
}

std::string Checker::TypesSummary(const std::vector<Type*>& list, bool variadic, bool has_dots) {
  std::string out = "(";
  for (size_t i = 0; i < list.size(); i++) {
    if (i > 0) out += ", ";
    Type* t = list[i];
    const bool last = i + 1 == list.size();
    std::string text;
    if (t == nullptr || !IsValid(t)) {
      text = "unknown type";
    } else if (IsUntyped(t)) {
      // "number" does not suggest one type of number; for the rest "untyped" says nothing.
      text = IsNumeric(t) ? "number" : std::string(static_cast<Basic*>(t)->name.substr(8));
    } else {
      text = Str(t);
    }
    if (last && variadic) {
      if (Slice* slice = DynCast<Slice>(t)) text = Str(slice->elem);
      text = "..." + text;
    } else if (last && has_dots) {
      text += "...";
    }
    out += text;
  }
  return out + ")";
}

Signature* Checker::Arguments(syntax::CallExpr* call, Signature* sig, std::vector<Type*> targs,
                              std::span<syntax::Expr* const> xlist, std::vector<Operand*> args,
                              const std::vector<std::vector<Type*>>& arg_targs) {
  const size_t nargs = args.size();
  size_t npars = sig->num_params();
  const bool dots = call->has_dots;

  // The parameters to assign to: of a variadic function one per argument.
  Tuple* params = sig->params;
  bool adjusted = false;
  if (sig->variadic) {
    if (dots) {
      if (call->args.size() == 1 && nargs > 1) {
        Error(call, diag::kDotsWithMultiValue, nargs, call->args[0]);
        return sig;
      }
    } else if (nargs >= npars - 1) {
      if (nargs != npars || npars > 0) {
        std::vector<Var*> vars(sig->params->vars.begin(), sig->params->vars.end() - 1);
        Var* last = sig->params->vars.back();
        Slice* slice = UnderAs<Slice>(last->type);
        Type* elem = slice != nullptr ? slice->elem : last->type;
        while (vars.size() < nargs) {
          vars.push_back(context_->NewParam(last->pos, last->pkg, last->name, elem));
        }
        params = context_->NewTuple(vars);
        adjusted = true;
        npars = nargs;
      }
    } else {
      npars--;  // what the message below counts
    }
  } else if (dots) {
    Error(call, diag::kDotsToNonVariadic, call->fun);
    return sig;
  }

  if (nargs != npars) {
    Pos at = PosOf(call);
    std::string_view qualifier = "not enough";
    if (nargs > npars) {
      at = PosOf(args[npars]->expr);
      qualifier = "too many";
    } else if (nargs > 0) {
      at = PosOf(args[nargs - 1]->expr);
    }
    std::vector<Type*> have, want;
    for (Operand* arg : args) have.push_back(arg->type);
    if (sig->params != nullptr) {
      for (Var* v : sig->params->vars) want.push_back(v->type);
    }
    Error(at, diag::kWrongArgumentCount, qualifier, call->fun, TypesSummary(have, false, dots),
          TypesSummary(want, sig->variadic, false));
    return sig;
  }

  // Type parameters to infer: the callee's, then those of each generic argument.
  std::vector<TypeParam*> tparams;
  const size_t n = sig->tparams.size();
  if (n > 0) {
    VerifyVersion(call, 18, "implicit function instantiation");
    Type* renamed = params;
    std::span<TypeParam*> fresh = RenameTypeParams(call->pos, sig->tparams, params, &renamed);
    tparams.assign(fresh.begin(), fresh.end());
    params = static_cast<Tuple*>(renamed);
    targs.resize(n);
  }
  std::vector<size_t> generic_args;
  for (size_t i = 0; i < nargs; i++) {
    Signature* arg_sig = DynCast<Signature>(args[i]->type);
    if (!args[i]->is_valid() || arg_sig == nullptr || !arg_sig->is_generic()) continue;
    // A generic function may be passed more than once: each gets type parameters of its own.
    Type* renamed = arg_sig;
    std::span<TypeParam*> fresh = RenameTypeParams(call->pos, arg_sig->tparams, arg_sig, &renamed);
    auto* copy = context_->New<Signature>(*static_cast<Signature*>(renamed));
    copy->tparams = fresh;
    args[i]->type = copy;
    tparams.insert(tparams.end(), fresh.begin(), fresh.end());
    if (i < arg_targs.size()) {
      targs.insert(targs.end(), arg_targs[i].begin(), arg_targs[i].end());
    }
    targs.resize(tparams.size());
    generic_args.push_back(i);
  }
  if (!generic_args.empty()) {
    VerifyVersion(args[generic_args[0]], 21, "implicitly instantiated function as argument");
  }

  Signature* result = sig;
  if (!tparams.empty()) {
    InferError error;
    targs = Infer(call->pos, tparams, std::move(targs), params, args, false, &error);
    if (targs.empty()) {
      if (!error.message.empty()) {
        Error(error.pos, diag::kInferenceInCall, call->fun, error.message);
      }
      return sig;
    }
    if (n > 0) {
      std::span<Type* const> own(targs.data(), n);
      result = InstantiateSignature(call->pos, call->fun, own, sig, xlist);
      if (adjusted) {
        std::span<TypeParam* const> from(tparams.data(), n);
        params = params == nullptr
                     ? nullptr
                     : static_cast<Tuple*>(Subst(call->pos, params, from, own));
      } else {
        params = result->params;
      }
    }
    size_t next = n;
    for (size_t i : generic_args) {
      auto* arg_sig = static_cast<Signature*>(args[i]->type);
      std::span<Type* const> own(targs.data() + next, arg_sig->tparams.size());
      next += own.size();
      args[i]->type = InstantiateSignature(call->pos, args[i]->expr, own, arg_sig, {});
      Record(args[i]);
    }
  }

  if (nargs > 0) {
    std::string context = "argument to " + Str(call->fun);
    for (size_t i = 0; i < nargs; i++) Assignment(args[i], params->at(i)->type, context);
  }
  return result;
}

}  // namespace gol::types
