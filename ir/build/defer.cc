// go and defer: the function value and the arguments are evaluated at the statement and captured
// by a closure without parameters (a thunk), which Go and Defer take. A call of a function literal
// without parameters and results needs no thunk.
#include "base/check.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::BuiltinId;
using types::Type;

ValueId FuncBuilder::Thunk(
    bool is_go, const std::vector<ValueId>& values,
    const std::function<void(FuncBuilder&, const std::vector<ValueId>&)>& body) {
  std::string name = names_->prefix + (is_go ? ".gowrap" : ".deferwrap") +
                     std::to_string(names_->next_thunk++);
  Func* f = mb_->module()->NewFunc(name, FuncKind::kWrapper);
  f->pkg = b_.func()->pkg;
  f->pos = b_.pos;
  f->is_wrapper = true;
  f->is_closure = !values.empty();
  f->is_instance = b_.func()->is_instance;
  f->shapes = b_.func()->shapes;
  f->sig = mb_->MakeSignature({}, {}, false);
  Type* type = layout_.Canon(f->sig);
  FuncBuilder t(mb_, f, env_, names_);
  t.BeginSynthesized({}, {});
  t.b_.pos = b_.pos;
  int64_t offset = 8;
  std::vector<ValueId> inside;
  for (size_t i = 0; i < values.size(); i++) {
    Capture c;
    c.by_value = true;
    c.type = value_types_.empty() ? b_.TypeOf(values[i]) : value_types_[i];
    int64_t align = layout_.AlignOf(c.type);
    offset = (offset + align - 1) / align * align;
    c.offset = offset;
    offset += layout_.SizeOf(c.type);
    f->captures.push_back(c);
    ValueId slot;
    t.b_.Append(Op::kCaptureAddr, layout_.PointerTo(c.type), {}, &slot).imm =
        static_cast<int64_t>(i);
    inside.push_back(IsWord(c.type) ? t.b_.Load(c.type, slot) : t.CopyToTemp(c.type, slot));
  }
  body(t, inside);
  if (!t.b_.is_terminated()) t.b_.Return({});
  t.Finish();
  if (values.empty()) return b_.FuncAddr(f, type);
  ValueId closure;
  b_.Append(Op::kMakeClosure, type, values, &closure).callee = f;
  return closure;
}

void FuncBuilder::BuiltinOnValues(BuiltinId id, const std::vector<ValueId>& v) {
  switch (id) {
    case BuiltinId::kClose:
      b_.Emit(Op::kChanClose, nullptr, {v[0]});
      break;
    case BuiltinId::kPanic:
      b_.Emit(Op::kPanic, nullptr, {v[0]});
      break;
    case BuiltinId::kPrint:
    case BuiltinId::kPrintln:
      PrintValues(v, id == BuiltinId::kPrintln);
      break;
    case BuiltinId::kDelete:
      b_.EmitOf(Op::kMapDelete, nullptr, b_.TypeOf(v[0]), {v[0], v[1]});
      break;
    case BuiltinId::kClear: {
      Type* t = b_.TypeOf(v[0]);
      if (auto* s = UnderAs<types::Slice>(t)) {
        Type* elem = layout_.Canon(s->elem);
        ValueId p = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {v[0]});
        b_.EmitOf(Op::kSliceClear, nullptr, elem,
                  {p, b_.Emit(Op::kSliceLen, b_.IntType(), {v[0]})});
      } else {
        b_.EmitOf(Op::kMapClear, nullptr, t, {v[0]});
      }
      break;
    }
    case BuiltinId::kCopy: {
      Type* elem = layout_.Canon(UnderAs<types::Slice>(b_.TypeOf(v[0]))->elem);
      bool str = layout_.KindOf(b_.TypeOf(v[1])) == rt::kString;
      ValueId dp = b_.Emit(Op::kSlicePtr, b_.PointerTo(elem), {v[0]});
      ValueId dn = b_.Emit(Op::kSliceLen, b_.IntType(), {v[0]});
      ValueId sp = b_.Emit(str ? Op::kStrPtr : Op::kSlicePtr, b_.PointerTo(elem), {v[1]});
      ValueId sn = b_.Emit(str ? Op::kStrLen : Op::kSliceLen, b_.IntType(), {v[1]});
      b_.EmitOf(Op::kSliceCopy, b_.IntType(), elem, {dp, dn, sp, sn});
      break;
    }
    case BuiltinId::kRecover: {
      // As if the function that defers called it: recovers when that returns, and was deferred itself.
      ValueId id;
      b_.Append(Op::kRecover, b_.EmptyInterface(), {}, &id).imm = 1;
      break;
    }
    default:
      break;
  }
}

void FuncBuilder::GoDefer(const syntax::Expr* x, bool is_go, Pos pos) {
  auto* e = syntax::DynAs<syntax::CallExpr>(syntax::Unparen(x));
  if (e == nullptr) {
    mb_->NotSupported(pos, "this deferred expression");
    return;
  }
  b_.pos = pos;
  const syntax::Expr* fun = syntax::Unparen(e->fun);
  ValueId closure;
  bool is_small = false;  // the thunk, in the eyes of Go's compiler, which makes none for plain calls
  value_types_.clear();
  if (fun->mode == syntax::OperandMode::kTypExpr) {
    // A conversion: evaluated now, nothing to do later.
    Discard(e->args[0]);
    return;
  }
  if (fun->mode == syntax::OperandMode::kBuiltin) {
    types::Object* obj = nullptr;
    if (auto* id = syntax::DynAs<syntax::Ident>(fun)) obj = id->obj;
    if (auto* s = syntax::DynAs<syntax::SelectorExpr>(fun)) obj = s->sel->obj;
    auto* builtin = types::DynCast<types::Builtin>(obj);
    GOL_CHECK(builtin != nullptr);
    std::vector<ValueId> values;
    std::vector<Type*> kinds;
    for (size_t i = 0; i < e->args.size(); i++) {
      const syntax::Expr* a = e->args[i];
      Type* t = TypeOf(a);
      if (builtin->id == BuiltinId::kPanic) t = b_.EmptyInterface();
      if (builtin->id == BuiltinId::kDelete && i == 1) {
        t = layout_.Canon(UnderAs<types::Map>(TypeOf(e->args[0]))->key);
      }
      if (a->mode == syntax::OperandMode::kNilValue && builtin->id != BuiltinId::kPanic) {
        t = b_.UnsafePointer();
      }
      values.push_back(OwnedAs(a, t));
      kinds.push_back(t);
    }
    b_.pos = pos;
    value_types_ = kinds;
    closure = Thunk(is_go, values, [&](FuncBuilder& t, const std::vector<ValueId>& v) {
      t.BuiltinOnValues(builtin->id, v);
    });
    is_small = builtin->id != BuiltinId::kRecover;
  } else {
    std::vector<ValueId> args;
    Callee callee = ResolveCallee(fun, &args);
    std::vector<ValueId> kept = EvalArgs(e, callee, &args);
    b_.pos = pos;
    bool is_lit = fun->kind == syntax::NodeKind::kFuncLit;
    if (is_lit && b_.func()->inst(callee.value).op == Op::kFuncAddr &&
        (!args.empty() || callee.sig->num_results() > 0)) {
      // A literal without captures: the thunk calls it as a function.
      callee.kind = Callee::kStatic;
      callee.func = b_.func()->inst(callee.value).callee;
    }
    // A goroutine begins in the function itself; one of nil is found by the go statement.
    const bool is_plain = is_lit || (is_go && callee.kind == Callee::kClosure);
    if (is_plain && args.empty() && callee.sig->num_results() == 0) {
      closure = callee.value;
    } else {
      std::vector<ValueId> values;
      std::vector<Type*> kinds;
      if (callee.kind != Callee::kStatic) {
        values.push_back(callee.value);
        kinds.push_back(b_.TypeOf(callee.value));
      }
      size_t n = callee.sig->num_params();
      bool recv = args.size() > n;
      for (size_t i = 0; i < args.size(); i++) {
        values.push_back(args[i]);
        if (recv && i == 0) {
          kinds.push_back(callee.recv_type);
        } else {
          kinds.push_back(layout_.Canon(callee.sig->params->at(i - (recv ? 1 : 0))->type));
        }
      }
      if (callee.kind == Callee::kIface) {
        b_.NilCheck(b_.Emit(Op::kIfaceTab, b_.UnsafePointer(), {callee.value}));
      }
      for (ValueId p : kept) {
        values.push_back(p);
        kinds.push_back(b_.UnsafePointer());
      }
      value_types_ = kinds;
      closure = Thunk(is_go, values, [&](FuncBuilder& t, const std::vector<ValueId>& v) {
        Callee inside = callee;
        std::vector<ValueId> list(v.begin(), v.end() - static_cast<ptrdiff_t>(kept.size()));
        if (callee.kind != Callee::kStatic) {
          inside.value = list[0];
          list.erase(list.begin());
        }
        t.EmitCall(inside, list, e->pos);
        for (size_t i = v.size() - kept.size(); i < v.size(); i++) {
          t.b_.Emit(Op::kKeepAlive, nullptr, {v[i]});
        }
      });
      is_small = !values.empty() || callee.sig->num_results() > 0;
    }
  }
  value_types_.clear();
  // Messages say that it can be inlined; it never is.
  if (is_small) b_.func()->inst(closure).callee->inline_cost = 0;
  b_.pos = pos;
  ValueId id;
  if (is_go) {
    b_.Append(Op::kGo, nullptr, {closure}, &id);
  } else if (range_func_ != nullptr) {
    DeferInRange(closure);
  } else {
    b_.func()->has_defer = true;
    b_.Append(Op::kDefer, nullptr, {closure}, &id).in_loop = loop_depth_ > 0 || has_labels_;
  }
}

}  // namespace gol::ir
