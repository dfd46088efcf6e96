// Calls: what is called, receivers, arguments, results; method values and expressions.
#include <utility>

#include "base/check.h"
#include "frontend/types/lookup.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::NodeKind;
using syntax::OperandMode;
using types::Type;

ValueId FuncBuilder::CallValue(const syntax::CallExpr* e) {
  std::vector<ValueId> results = Call(e);
  return results.empty() ? ValueId() : results[0];
}

std::vector<ValueId> FuncBuilder::Call(const syntax::CallExpr* e) {
  const syntax::Expr* fun = syntax::Unparen(e->fun);
  if (e->value != nullptr) return {Const(*e->value, TypeOf(e))};
  if (fun->mode == OperandMode::kTypExpr) {
    b_.pos = e->pos;
    return {Conversion(e)};
  }
  if (fun->mode == OperandMode::kBuiltin) {
    types::Object* obj = nullptr;
    if (auto* id = syntax::DynAs<syntax::Ident>(fun)) obj = id->obj;
    if (auto* s = syntax::DynAs<syntax::SelectorExpr>(fun)) obj = s->sel->obj;
    if (auto* builtin = types::DynCast<types::Builtin>(obj)) {
      b_.pos = e->pos;
      return Builtin(e, builtin->id);
    }
  }
  std::vector<ValueId> args;
  Callee callee = ResolveCallee(fun, &args);
  std::vector<ValueId> kept = EvalArgs(e, callee, &args);
  std::vector<ValueId> results = EmitCall(callee, std::move(args), e->pos);
  for (ValueId p : kept) b_.Emit(Op::kKeepAlive, nullptr, {p});
  return results;
}

std::vector<ValueId> FuncBuilder::EvalArgs(const syntax::CallExpr* e, const Callee& callee,
                                           std::vector<ValueId>* args) {
  std::vector<ValueId> kept;
  const Func* f = callee.func;
  bool keeps = f != nullptr && (f->uintptr_escapes || f->kind == FuncKind::kNative);
  std::vector<ValueId>* outer = std::exchange(kept_, keeps ? &kept : nullptr);
  EvalArgs(e, callee.sig, args);
  kept_ = outer;
  return kept;
}

// --- what is called ---

Func* FuncBuilder::StaticFunc(const syntax::Expr* e) {
  e = syntax::Unparen(e);
  const syntax::Ident* id = nullptr;
  if (auto* x = syntax::DynAs<syntax::IndexExpr>(e)) e = syntax::Unparen(x->x);
  if (auto* s = syntax::DynAs<syntax::SelectorExpr>(e)) {
    if (s->selection != nullptr) return nullptr;
    id = s->sel;
  } else {
    id = syntax::DynAs<syntax::Ident>(e);
  }
  if (id == nullptr) return nullptr;
  auto* f = types::DynCast<types::Func>(id->obj);
  if (f == nullptr) return nullptr;
  std::vector<Type*> targs;
  if (id->targs != nullptr) {
    for (Type* t : id->targs->types) targs.push_back(Canon(t));
  }
  Func* code = mb_->FuncFor(f, targs);
  if (env_ == nullptr) mb_->NoteInstance(code);
  return code;
}

Callee FuncBuilder::ResolveCallee(const syntax::Expr* fun, std::vector<ValueId>* args) {
  Callee c;
  if (Func* f = StaticFunc(fun)) {
    c.func = f;
    c.sig = f->sig;
    return c;
  }
  c.sig = mb_->CanonSignature(TypeOf(fun), nullptr);
  auto* s = syntax::DynAs<syntax::SelectorExpr>(fun);
  if (s != nullptr && s->selection != nullptr &&
      s->selection->kind == types::SelectionKind::kMethodVal) {
    Type* xt = TypeOf(s->x);
    MethodSel m = ResolveMethod(s, xt);
    b_.pos = s->pos;
    if (m.is_iface) {
      Type* t = nullptr;
      c.kind = Callee::kIface;
      c.value = Receiver(s->x, nullptr, xt, m.path, m.method, false, &t);
      c.recv_type = t;
      c.method = layout_.InterfaceMethodIndex(t, m.method);
      return c;
    }
    Type* t = nullptr;
    args->push_back(
        Receiver(s->x, nullptr, xt, m.path, m.method, m.method->has_ptr_recv(), &t));
    c.func = mb_->FuncForMethod(m.method, t);
    if (env_ == nullptr) mb_->NoteInstance(c.func);
    c.has_recv = true;
    c.recv_type = t;
    return c;
  }
  c.kind = Callee::kClosure;
  c.value = Expr(fun);
  return c;
}

FuncBuilder::MethodSel FuncBuilder::ResolveMethod(const syntax::SelectorExpr* e, Type* recv) {
  MethodSel m;
  const types::Selection* sel = e->selection;
  types::Object* obj = sel->obj;
  std::vector<int> index(sel->index.begin(), sel->index.end());
  if (env_ != nullptr) {
    // The receiver's type, or one on the path to it, may depend on type arguments.
    types::Package* pkg = info_ != nullptr ? info_->pkg : nullptr;
    types::LookupResult r = types::LookupFieldOrMethod(recv, true, pkg, sel->obj->name);
    if (r.obj != nullptr) {
      obj = r.obj;
      index = r.index;
    }
  }
  m.method = types::DynCast<types::Func>(obj);
  GOL_CHECK(m.method != nullptr);
  types::ResolveObject(m.method);
  if (!index.empty()) index.pop_back();
  m.path = index;
  Type* t = recv;
  for (int i : m.path) {
    if (auto* p = UnderAs<types::Pointer>(t)) t = layout_.Canon(p->elem);
    t = FieldType(t, static_cast<size_t>(i));
  }
  m.holder = t;
  m.is_iface = IsIface(t);
  return m;
}

ValueId FuncBuilder::Receiver(const syntax::Expr* x, const types::Selection*, Type* x_type,
                              const std::vector<int>& path, types::Func* method, bool ptr_recv,
                              Type** recv_type) {
  Pos pos = b_.pos;
  Type* t = x_type;
  if (path.empty()) {
    bool is_pointer = types::Under(t)->kind == types::TypeKind::kPointer;
    if (ptr_recv) {
      if (is_pointer) {
        *recv_type = t;
        return Expr(x);
      }
      *recv_type = layout_.PointerTo(t);
      return Addr(x);
    }
    if (is_pointer && !method->is_interface_method) {
      // (*x).M() for a method of the value.
      Type* elem = layout_.Canon(UnderAs<types::Pointer>(t)->elem);
      ValueId p = Expr(x);
      b_.pos = pos;
      b_.NilCheck(p);
      *recv_type = elem;
      return IsWord(elem) ? b_.Load(elem, p) : CopyToTemp(elem, p);
    }
    *recv_type = t;
    return OwnedAs(x, t);
  }
  ValueId addr;
  if (auto* p = UnderAs<types::Pointer>(t)) {
    addr = Expr(x);
    b_.pos = pos;
    b_.NilCheck(addr);
    t = layout_.Canon(p->elem);
  } else {
    addr = Addr(x);
    b_.pos = pos;
  }
  addr = WalkPath(addr, &t, path.data(), path.size());
  bool is_pointer = types::Under(t)->kind == types::TypeKind::kPointer;
  if (ptr_recv) {
    if (is_pointer) {
      *recv_type = t;
      return b_.Load(t, addr);
    }
    *recv_type = layout_.PointerTo(t);
    return addr;
  }
  if (is_pointer) {
    Type* elem = layout_.Canon(UnderAs<types::Pointer>(t)->elem);
    addr = b_.Load(t, addr);
    b_.NilCheck(addr);
    t = elem;
  }
  *recv_type = t;
  return IsWord(t) ? b_.Load(t, addr) : CopyToTemp(t, addr);
}

// --- arguments ---

std::vector<FuncBuilder::Value> FuncBuilder::MultiValues(const syntax::Expr* e) {
  std::vector<Value> out;
  const syntax::Expr* x = syntax::Unparen(e);
  auto* call = syntax::DynAs<syntax::CallExpr>(x);
  if (call != nullptr && x->type != nullptr && x->type->kind == types::TypeKind::kTuple) {
    std::vector<ValueId> values = Call(call);
    auto* tuple = static_cast<types::Tuple*>(x->type);
    for (size_t i = 0; i < values.size(); i++) {
      out.push_back({values[i], Canon(tuple->at(i)->type), nullptr});
    }
    return out;
  }
  out.push_back({Expr(e), TypeOf(e), e});
  return out;
}

void FuncBuilder::EvalArgs(const syntax::CallExpr* e, types::Signature* sig,
                           std::vector<ValueId>* args) {
  size_t n = sig->num_params();
  auto param = [&](size_t i) { return layout_.Canon(sig->params->at(i)->type); };
  bool pack = sig->variadic && !e->has_dots;
  size_t fixed = pack ? n - 1 : n;

  if (e->args.size() == 1) {
    const syntax::Expr* x = syntax::Unparen(e->args[0]);
    if (x->kind == NodeKind::kCallExpr && x->type != nullptr &&
        x->type->kind == types::TypeKind::kTuple) {
      // f(g()) with several results.
      std::vector<Value> values = MultiValues(x);
      b_.pos = e->pos;
      auto result = [&](size_t i, Type* to) {
        return DescribeResult(Coerce(values[i].v, values[i].type, to), x, i);
      };
      for (size_t i = 0; i < fixed && i < values.size(); i++) args->push_back(result(i, param(i)));
      if (pack) {
        Type* slice = param(n - 1);
        Type* elem = layout_.Canon(UnderAs<types::Slice>(slice)->elem);
        auto extra = static_cast<int64_t>(values.size() - fixed);
        if (extra <= 0) {
          args->push_back(b_.Zero(slice));
          return;
        }
        Type* array = layout_.Canon(mb_->context()->NewArray(elem, extra));
        ValueId p =
            DescribeAs(b_.EmitOf(Op::kNew, layout_.PointerTo(array), array), "... argument");
        for (int64_t k = 0; k < extra; k++) {
          StoreAt(elem, b_.ElemAddr(elem, p, b_.Int(k)),
                  result(fixed + static_cast<size_t>(k), elem));
        }
        ValueId ptr = b_.Emit(Op::kBitcast, b_.PointerTo(elem), {p});
        args->push_back(b_.Emit(Op::kSliceMake, slice, {ptr, b_.Int(extra), b_.Int(extra)}));
      }
      return;
    }
  }
  for (size_t i = 0; i < fixed; i++) args->push_back(OwnedAs(e->args[i], param(i)));
  if (!pack) return;
  Type* slice = param(n - 1);
  Type* elem = layout_.Canon(UnderAs<types::Slice>(slice)->elem);
  auto extra = static_cast<int64_t>(e->args.size() - fixed);
  if (extra <= 0) {
    args->push_back(b_.Zero(slice));
    return;
  }
  std::vector<ValueId> values;
  for (int64_t k = 0; k < extra; k++) {
    values.push_back(OwnedAs(e->args[fixed + static_cast<size_t>(k)], elem));
  }
  b_.pos = e->pos;
  Type* array = layout_.Canon(mb_->context()->NewArray(elem, extra));
  ValueId p = DescribeAs(b_.EmitOf(Op::kNew, layout_.PointerTo(array), array), "... argument");
  for (int64_t k = 0; k < extra; k++) {
    StoreAt(elem, b_.ElemAddr(elem, p, b_.Int(k)), values[static_cast<size_t>(k)]);
  }
  ValueId ptr = b_.Emit(Op::kBitcast, b_.PointerTo(elem), {p});
  args->push_back(b_.Emit(Op::kSliceMake, slice, {ptr, b_.Int(extra), b_.Int(extra)}));
}

// --- the call ---

std::vector<ValueId> FuncBuilder::EmitCall(const Callee& callee, std::vector<ValueId> args,
                                           Pos pos) {
  b_.pos = pos;
  types::Signature* sig = callee.sig;
  std::vector<Type*> words;
  std::vector<ValueId> out(sig->num_results());
  for (size_t i = 0; i < sig->num_results(); i++) {
    Type* t = layout_.Canon(sig->results->at(i)->type);
    if (IsWord(t)) {
      words.push_back(t);
    } else {
      out[i] = TempAddr(t);
    }
  }
  if (callee.kind == Callee::kClosure) b_.NilCheck(callee.value);
  if (callee.kind == Callee::kIface) {
    b_.NilCheck(b_.Emit(Op::kIfaceTab, b_.UnsafePointer(), {callee.value}));
  }
  if (callee.kind != Callee::kStatic) args.insert(args.begin(), callee.value);
  for (ValueId v : out) {
    if (v.is_valid()) args.push_back(v);
  }
  Type* type = nullptr;
  if (words.size() == 1) type = words[0];
  if (words.size() > 1) {
    std::vector<types::Var*> vars;
    for (Type* t : words) vars.push_back(mb_->context()->NewParam(Pos(), nullptr, "", t));
    type = mb_->context()->NewTuple(vars);
  }
  Op op = Op::kCall;
  if (callee.kind == Callee::kClosure) op = Op::kCallClosure;
  if (callee.kind == Callee::kIface) op = Op::kCallIface;
  if (callee.kind == Callee::kStatic) {
    mb_->WantBody(callee.func);
    if (callee.func->kind == FuncKind::kNative) op = Op::kCallNative;
    if (callee.func->kind == FuncKind::kIntrinsic) op = Op::kCallIntrinsic;
  }
  ValueId call;
  Inst& i = b_.Append(op, type, args, &call);
  i.callee = callee.func;
  if (callee.kind != Callee::kStatic) i.sig = sig;
  if (callee.kind == Callee::kIface) i.imm = callee.method;
  if (op == Op::kCallIntrinsic) i.imm = static_cast<int64_t>(callee.func->intrinsic);
  size_t next = 0;
  for (size_t k = 0; k < out.size(); k++) {
    if (out[k].is_valid()) continue;
    out[k] = words.size() == 1 ? call : b_.Extract(words[next], call, next);
    next++;
  }
  return out;
}

// --- method values and expressions ---

ValueId FuncBuilder::MethodValue(const syntax::SelectorExpr* e) {
  Type* type = TypeOf(e);
  Type* xt = TypeOf(e->x);
  MethodSel m = ResolveMethod(e, xt);
  b_.pos = e->pos;
  Type* recv = nullptr;
  ValueId r = Receiver(e->x, nullptr, xt, m.path, m.method,
                       !m.is_iface && m.method->has_ptr_recv(), &recv);
  b_.pos = e->pos;
  if (m.is_iface) b_.NilCheck(b_.Emit(Op::kIfaceTab, b_.UnsafePointer(), {r}));
  Func* f = mb_->BoundMethodFunc(recv, m.method);
  ValueId id;
  b_.Append(Op::kMakeClosure, type, {r}, &id).callee = f;
  return Describe(id, e);
}

ValueId FuncBuilder::MethodExpr(const syntax::SelectorExpr* e) {
  Type* type = TypeOf(e);
  Type* recv = Canon(e->selection->recv);
  std::string_view name = e->selection->obj->name;
  types::Package* pkg = e->selection->obj->pkg;
  if (IsIface(recv)) {
    for (types::Func* m : layout_.InterfaceMethods(recv)) {
      if (types::SameId(m, pkg, name)) {
        return b_.FuncAddr(mb_->IfaceCallFunc(recv, m), type);
      }
    }
  }
  for (const MethodInfo& m : layout_.MethodsOf(recv)) {
    if (types::SameId(m.func, pkg, name)) {
      return b_.FuncAddr(mb_->ValueFunc(mb_->MethodFunc(recv, m)), type);
    }
  }
  mb_->NotSupported(e->pos, "this method expression");
  return b_.Zero(type);
}

}  // namespace gol::ir
