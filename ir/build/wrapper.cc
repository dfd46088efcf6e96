// Functions that the compiler adds: methods promoted through embedding, methods of values called
// through pointers, method values and expressions, func values of native functions.
//
// They are marked is_wrapper, so that recover works in the function that they call, and may be
// built by several modules; any copy does.
#include "base/check.h"
#include "frontend/types/predicates.h"
#include "frontend/types/type_string.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::Type;

namespace {

// "main.T", or the text of a type without a name.
std::string TypeName(Type* t) { return types::TypeLinkString(t); }

std::string MethodName(Type* recv, std::string_view method) {
  std::string name(method);
  if (auto* p = types::UnaliasAs<types::Pointer>(recv)) {
    std::string elem = TypeName(p->elem);
    if (types::Named* n = types::AsNamed(p->elem); n != nullptr && n->obj()->pkg != nullptr) {
      std::string path(n->obj()->pkg->path);
      if (elem.starts_with(path + ".")) {
        return path + ".(*" + elem.substr(path.size() + 1) + ")." + name;
      }
    }
    return "go.(*" + elem + ")." + name;
  }
  if (types::AsNamed(recv) != nullptr) return TypeName(recv) + "." + name;
  return "go." + TypeName(recv) + "." + name;
}

std::vector<Type*> ParamTypes(TypeLayout& layout, types::Signature* sig) {
  std::vector<Type*> list;
  for (size_t i = 0; i < sig->num_params(); i++) {
    list.push_back(layout.Canon(sig->params->at(i)->type));
  }
  return list;
}

std::vector<Type*> ResultTypes(TypeLayout& layout, types::Signature* sig) {
  std::vector<Type*> list;
  for (size_t i = 0; i < sig->num_results(); i++) {
    list.push_back(layout.Canon(sig->results->at(i)->type));
  }
  return list;
}

}  // namespace

// Ends a wrapper: the call, and its results.
void FuncBuilder::ForwardCall(const Callee& callee, std::vector<ValueId> args, size_t first_param) {
  Func* f = b_.func();
  for (size_t i = first_param; i < f->params.size(); i++) {
    args.push_back(ValueAt(f->local(f->params[i]).type, b_.LocalAddr(f->params[i])));
  }
  std::vector<ValueId> out = EmitCall(callee, args, b_.pos);
  std::vector<Value> values;
  for (size_t i = 0; i < out.size(); i++) {
    values.push_back({out[i], layout_.Canon(callee.sig->results->at(i)->type), nullptr});
  }
  ReturnValues(values);
  Finish();
}

Func* ModuleBuilder::ValueFunc(Func* f) {
  if (f->kind != FuncKind::kNative && f->kind != FuncKind::kIntrinsic) return f;
  Func*& w = value_funcs_[f];
  if (w != nullptr) return w;
  w = module_->NewFunc(f->kind == FuncKind::kNative ? std::string(f->name) + "-fv"
                                                    : std::string(f->name),
                       FuncKind::kWrapper);
  w->pkg = f->pkg;
  w->pos = f->pos;
  w->is_instance = true;
  w->sig = f->sig;
  std::vector<Type*> params = ParamTypes(layout(), f->sig);
  if (f->sig->recv != nullptr) params.insert(params.begin(), layout().Canon(f->sig->recv->type));
  FuncBuilder b(this, w, nullptr, nullptr);
  b.BeginSynthesized(params, ResultTypes(layout(), f->sig));
  b.b().pos = f->pos;
  Callee c;
  c.func = f;
  c.sig = f->sig;
  b.ForwardCall(c, {}, 0);
  return w;
}

Func* ModuleBuilder::MethodFunc(Type* recv, const MethodInfo& m) {
  TypeLayout& l = layout();
  auto* p = types::UnaliasAs<types::Pointer>(recv);
  bool ptr_method = m.func->has_ptr_recv();
  if (m.index.size() == 1 && (p != nullptr) == ptr_method && !m.func->is_interface_method) {
    return FuncForMethod(m.func, recv);
  }
  std::string name = MethodName(recv, m.func->name);
  if (!m.func->is_exported() && m.func->pkg != nullptr) {
    // Unexported methods of different packages may meet in one type by embedding.
    types::Named* n = types::AsNamed(p != nullptr ? p->elem : recv);
    if (n == nullptr || n->obj()->pkg != m.func->pkg) {
      name += "[" + std::string(m.func->pkg->path) + "]";
    }
  }
  Func*& w = wrappers_[name];
  if (w != nullptr) return w;
  w = module_->NewFunc(name, FuncKind::kWrapper);
  Func* f = w;
  f->pkg = m.func->pkg;
  f->pos = m.func->pos;
  f->is_wrapper = true;
  f->is_instance = true;
  types::Signature* sig = CanonSignature(m.func->type, nullptr);
  f->sig = WithRecv(sig, recv);
  std::vector<Type*> params = ParamTypes(l, sig);
  params.insert(params.begin(), recv);
  FuncBuilder b(this, f, nullptr, nullptr);
  b.BeginSynthesized(params, ResultTypes(l, sig));
  Builder& e = b.b();
  e.pos = f->pos;
  Type* t = recv;
  ValueId addr;
  if (p != nullptr) {
    addr = e.LoadLocal(f->params[0]);
    t = l.Canon(p->elem);
    if (m.index.size() == 1) {
      ValueId is_nil = e.Emit(Op::kEq, e.BoolType(), {addr, e.Zero(recv)});
      BlockId bad = e.NewBlock(), good = e.NewBlock();
      e.Branch(is_nil, bad, good, 2);
      e.SetBlock(bad);
      ValueId id;
      Inst& panic = e.Append(Op::kPanicRuntime, nullptr, {}, &id);
      panic.imm = static_cast<int64_t>(RuntimePanic::kWrap);
      types::Named* n = types::AsNamed(t);
      std::string text = std::string(n != nullptr && n->obj()->pkg != nullptr
                                         ? n->obj()->pkg->path : std::string_view("")) +
                         " " + (n != nullptr ? std::string(n->obj()->name) : TypeName(t)) + " " +
                         std::string(m.func->name);
      panic.text = Copy(text);
      e.SetBlock(good);
    } else {
      e.NilCheck(addr);
    }
  } else {
    addr = e.LocalAddr(f->params[0]);
  }
  addr = b.WalkPath(addr, &t, m.index.data(), m.index.size() - 1);
  Callee c;
  c.sig = sig;
  if (types::IsInterface(t)) {
    c.kind = Callee::kIface;
    c.value = e.Load(t, addr);
    c.recv_type = t;
    c.method = l.InterfaceMethodIndex(t, m.func);
    b.ForwardCall(c, {}, 1);
    return f;
  }
  auto* holder = types::DynCast<types::Pointer>(types::Under(t));
  ValueId value;
  Type* value_type;
  if (ptr_method) {
    value_type = holder != nullptr ? t : l.PointerTo(t);
    value = holder != nullptr ? e.Load(t, addr) : addr;
  } else {
    if (holder != nullptr) {
      addr = e.Load(t, addr);
      e.NilCheck(addr);
      t = l.Canon(holder->elem);
    }
    value_type = t;
    value = l.IsWord(t) ? e.Load(t, addr) : b.CopyToTemp(t, addr);
  }
  c.func = FuncForMethod(m.func, value_type);
  b.ForwardCall(c, {value}, 1);
  return f;
}

Func* ModuleBuilder::IfaceMethodFunc(Type* type, const MethodInfo& m) {
  TypeLayout& l = layout();
  if (!l.IsDirectIface(type)) {
    Type* p = l.PointerTo(type);
    for (const MethodInfo& pm : l.MethodsOf(p)) {
      if (types::SameId(pm.func, m.func->pkg, m.func->name)) return MethodFunc(p, pm);
    }
    GOL_UNREACHABLE("method is not in the method set of the pointer");
  }
  Func* direct = MethodFunc(type, m);
  if (l.IsWord(type)) return direct;
  // The data word is the only word of the struct or array.
  std::string name = std::string(direct->name) + "-ifn";
  Func*& w = wrappers_[name];
  if (w != nullptr) return w;
  w = module_->NewFunc(name, FuncKind::kWrapper);
  Func* f = w;
  f->pkg = m.func->pkg;
  f->pos = m.func->pos;
  f->is_wrapper = true;
  f->is_instance = true;
  types::Signature* sig = CanonSignature(m.func->type, nullptr);
  Type* word = l.Canon(context()->basic(types::BasicKind::kUnsafePointer));
  f->sig = WithRecv(sig, word);
  std::vector<Type*> params = ParamTypes(l, sig);
  params.insert(params.begin(), word);
  FuncBuilder b(this, f, nullptr, nullptr);
  b.BeginSynthesized(params, ResultTypes(l, sig));
  Builder& e = b.b();
  e.pos = f->pos;
  ValueId temp = b.TempAddr(type);
  e.Store(temp, e.LoadLocal(f->params[0]));
  Callee c;
  c.func = direct;
  c.sig = sig;
  b.ForwardCall(c, {temp}, 1);
  return f;
}

Func* ModuleBuilder::IfaceCallFunc(Type* iface, types::Func* method) {
  std::string name = TypeName(iface) + "." + std::string(method->name) + "-expr";
  Func*& w = wrappers_[name];
  if (w != nullptr) return w;
  w = module_->NewFunc(name, FuncKind::kWrapper);
  Func* f = w;
  f->pkg = method->pkg;
  f->pos = method->pos;
  f->is_wrapper = true;
  f->is_instance = true;
  types::Signature* sig = CanonSignature(method->type, nullptr);
  f->sig = WithRecv(sig, iface);
  std::vector<Type*> params = ParamTypes(layout(), sig);
  params.insert(params.begin(), iface);
  FuncBuilder b(this, f, nullptr, nullptr);
  b.BeginSynthesized(params, ResultTypes(layout(), sig));
  b.b().pos = f->pos;
  Callee c;
  c.kind = Callee::kIface;
  c.value = b.b().LoadLocal(f->params[0]);
  c.sig = sig;
  c.recv_type = iface;
  c.method = layout().InterfaceMethodIndex(iface, method);
  b.ForwardCall(c, {}, 1);
  return f;
}

Func* ModuleBuilder::BoundMethodFunc(Type* recv, types::Func* method) {
  std::string name = MethodName(recv, method->name) + "-fm";
  Func*& w = wrappers_[name];
  if (w != nullptr) return w;
  w = module_->NewFunc(name, FuncKind::kWrapper);
  Func* f = w;
  f->pkg = method->pkg;
  f->pos = method->pos;
  f->is_wrapper = true;
  f->is_instance = true;
  f->is_closure = true;
  types::Signature* sig = CanonSignature(method->type, nullptr);
  f->sig = sig;
  Capture capture;
  capture.type = recv;
  capture.by_value = true;
  capture.offset = 8;
  f->captures.push_back(capture);
  FuncBuilder b(this, f, nullptr, nullptr);
  b.BeginSynthesized(ParamTypes(layout(), sig), ResultTypes(layout(), sig));
  Builder& e = b.b();
  e.pos = f->pos;
  ValueId slot;
  e.Append(Op::kCaptureAddr, layout().PointerTo(recv), {}, &slot).imm = 0;
  ValueId value = layout().IsWord(recv) ? e.Load(recv, slot) : b.CopyToTemp(recv, slot);
  Callee c;
  c.sig = sig;
  if (types::IsInterface(recv)) {
    c.kind = Callee::kIface;
    c.value = value;
    c.recv_type = recv;
    c.method = layout().InterfaceMethodIndex(recv, method);
    b.ForwardCall(c, {}, 0);
  } else {
    c.func = FuncForMethod(method, recv);
    b.ForwardCall(c, {value}, 0);
  }
  return f;
}

}  // namespace gol::ir
