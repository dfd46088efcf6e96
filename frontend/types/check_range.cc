// Range loops over arrays, slices, strings, maps, channels, integers and iterator functions.
#include "frontend/types/check_flags.h"
#include "frontend/types/checker.h"

namespace gol::types {

// What ranging over a value of type t delivers.
struct Checker::RangeTypes {
  bool ok = false;
  Type* key = nullptr;    // null: no such iteration variable
  Type* value = nullptr;
  std::string cause;      // of a failure, may be empty
};

Checker::RangeTypes Checker::RangeKeyValue(Type* t) {
  RangeTypes r;
  r.key = r.value = context_->invalid();
  auto deliver = [&](Type* key, Type* value) {
    r.ok = true;
    r.key = key;
    r.value = value;
    return r;
  };
  auto refuse = [&](std::string cause) {
    r.cause = std::move(cause);
    return r;
  };
  Type* under = CommonUnder(t, &r.cause, &qualifier_, [&](Type* u_type, Type* u, std::string* why) {
    Chan* ch = DynCast<Chan>(u);
    if (ch == nullptr || ch->dir != ChanDir::kSendOnly) return true;
    *why = "receive from send-only channel " + Str(u_type);
    return false;
  });
  if (under == nullptr) return r;
  r.cause.clear();
  if (Pointer* p = DynCast<Pointer>(under)) {
    if (Array* array = UnderAs<Array>(p->elem)) under = array;
  }

  Type* int_type = context_->basic(BasicKind::kInt);
  switch (under->kind) {
    case TypeKind::kBasic:
      if (IsString(under)) return deliver(int_type, context_->rune_type());
      if (IsInteger(under)) {
        if (!AllowVersion(22)) return refuse("requires go1.22 or later");
        return deliver(t, nullptr);
      }
      return r;
    case TypeKind::kArray:
      return deliver(int_type, static_cast<Array*>(under)->elem);
    case TypeKind::kSlice:
      return deliver(int_type, static_cast<Slice*>(under)->elem);
    case TypeKind::kMap:
      return deliver(static_cast<Map*>(under)->key, static_cast<Map*>(under)->elem);
    case TypeKind::kChan:
      return deliver(static_cast<Chan*>(under)->elem, nullptr);
    case TypeKind::kSignature:
      break;
    default:
      return r;
  }

  // func(yield func(K, V) bool)
  const std::string shape = "func must be func(yield func(...) bool): ";
  if (!AllowVersion(23)) return refuse("requires go1.23 or later");
  auto* sig = static_cast<Signature*>(under);
  if (sig->num_params() != 1) return refuse(shape + "wrong argument count");
  if (sig->num_results() != 0) return refuse(shape + "unexpected results");
  std::string cause;
  Type* yield_type = CommonUnder(sig->params->at(0)->type, &cause, &qualifier_);
  Signature* yield = DynCast<Signature>(yield_type);
  if (yield == nullptr) {
    if (yield_type == nullptr) return refuse(shape + "in yield type, " + cause);
    return refuse(shape + "argument is not func");
  }
  if (yield->num_params() > 2) return refuse(shape + "yield func has too many parameters");
  Type* result = yield->num_results() == 1 ? yield->results->at(0)->type : nullptr;
  if (result == nullptr || !Identical(result, context_->basic(BasicKind::kBool))) {
    if (result != nullptr && IsBoolean(result)) {
      return refuse(shape + "yield func returns user-defined boolean, not bool");
    }
    return refuse(shape + "yield func does not return bool");
  }
  return deliver(yield->num_params() >= 1 ? yield->params->at(0)->type : nullptr,
                 yield->num_params() >= 2 ? yield->params->at(1)->type : nullptr);
}

void Checker::RangeStmt(syntax::RangeStmt* s) {
  const size_t mark = delayed_mark();
  syntax::Expr* lhs[2] = {s->key(), s->val()};
  s->shares_vars = !AllowVersion(22);
  Operand x;
  env_.has_call_or_recv = false;
  Expr(nullptr, &x, s->x);

  Type* types[2] = {nullptr, nullptr};
  if (x.is_valid()) {
    RangeTypes r = RangeKeyValue(x.type);
    if (!r.ok) {
      Error(&x, diag::kCannotRange, &x, r.cause.empty() ? "" : ": " + r.cause);
    } else if (r.key == nullptr && lhs[0] != nullptr) {
      Error(lhs[0], diag::kRangePermits, &x, "no iteration variables");
    } else if (r.value == nullptr && lhs[1] != nullptr) {
      Error(lhs[1], diag::kRangePermits, &x, "only one iteration variable");
    } else if (s->lhs.size() > 2) {
      Error(s->lhs[2], diag::kRangeTooManyVariables);
    }
    types[0] = r.key;
    types[1] = r.value;
  }

  // Iteration variables belong to the loop's scope, the range expression does not see them.
  ProcessDelayed(mark);
  s->scope = OpenScope();
  const bool over_int = x.type != nullptr && IsInteger(x.type);
  // A value of the iteration, as assigned to a variable: errors are at the variable.
  auto element = [](syntax::Expr* at, Type* t) {
    Operand y;
    y.mode = OperandMode::kValue;
    y.expr = at;
    y.type = t;
    return y;
  };

  if (s->is_define) {
    std::vector<Var*> vars;
    for (int i = 0; i < 2; i++) {
      if (lhs[i] == nullptr) continue;
      Var* v;
      if (auto* ident = syntax::DynAs<syntax::Ident>(lhs[i])) {
        v = context_->New<Var>(VarKind::kLocal, ident->pos, pkg_, ident->name, nullptr);
        RecordDef(ident, v);
        if (!ident->is_blank()) vars.push_back(v);
      } else {
        Error(lhs[i], diag::kCannotDeclare, lhs[i]);
        v = context_->New<Var>(VarKind::kLocal, lhs[i]->pos, pkg_, "_", nullptr);
      }
      v->func = env_.func;
      v->reassigned |= s->shares_vars;
      if (types[i] == nullptr || !IsValid(types[i])) {
        v->type = context_->invalid();
        v->used = true;  // no follow-up message
      } else if (over_int) {
        InitVar(v, &x, "range clause");
      } else {
        // The node of the variable must not be taken for the value's.
        Operand y = element(lhs[i], types[i]);
        InitVar(v, &y, "assignment");
      }
    }
    if (vars.empty()) {
      Error(s, diag::kNoNewVariables);
    } else {
      for (Var* v : vars) Declare(env_.scope, nullptr, v, s->body->pos);
    }
  } else if (lhs[0] != nullptr) {
    for (int i = 0; i < 2; i++) {
      if (lhs[i] == nullptr || types[i] == nullptr || !IsValid(types[i])) continue;
      if (over_int) {
        AssignVar(lhs[i], nullptr, &x, "range clause");
        // An untyped range expression took the variable's type, which must be an integer.
        if (x.is_valid() && !IsInteger(x.type)) {
          Error(lhs[i], diag::kRangeVariableType, x.type);
        }
      } else {
        Operand y = element(lhs[i], types[i]);
        AssignVar(lhs[i], nullptr, &y, "assignment");
      }
    }
  } else if (over_int) {
    // Without variables an untyped range expression takes its default type.
    Assignment(&x, nullptr, "range clause");
  }

  Stmt(s->body);
  ProcessDelayed(mark);
  CloseScope();
}

}  // namespace gol::types
