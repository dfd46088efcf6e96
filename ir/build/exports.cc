// Adapters: how a host calls functions of the program without knowing compiled code's convention.
//
// An adapter takes the address of a frame, a struct laid out as Go lays out
//
//	struct { param0; param1; ...; result0; ... }
//
// loads the parameters, calls the function and stores the results. The adapter of a closure type
// finds the closure in front of the parameters. All have the same convention: one pointer, no result.
//
// They are named as functions of package runtime, which tracebacks do not show.
#include "frontend/types/predicates.h"
#include "frontend/types/scope.h"
#include "frontend/types/type_string.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::Type;

std::string ExportSymbol(const types::Func* func) { return "runtime.export." + LinkName(func); }

std::string ClosureSymbol(Type* func_type) {
  return "runtime.closure." + types::TypeLinkString(func_type);
}

bool IsPlainLeaf(const Func& f) {
  if (f.blocks.empty() || f.has_defer || f.has_recover) return false;
  auto is_local = [&](ValueId address) {
    const Inst& in = f.inst(address);
    return in.op == Op::kLocalAddr && !f.local(in.local).on_heap;
  };
  for (size_t b = 0; b < f.blocks.size(); b++) {
    for (ValueId id : f.blocks[b].insts) {
      const Inst& in = f.inst(id);
      switch (in.op) {
        case Op::kDeclLocal:
          if (f.local(in.local).on_heap) return false;
          continue;
        case Op::kLoad:
        case Op::kStore:
        case Op::kClear:
          if (!is_local(in.args[0])) return false;
          continue;
        case Op::kJump:
        case Op::kBranch:
          // Forward only: no loops.
          if (in.target0.index <= b) return false;
          if (in.op == Op::kBranch && in.target1.index <= b) return false;
          continue;
        case Op::kReturn:
          continue;
        case Op::kGlobalAddr:
          return false;
        default:
          break;
      }
      const OpInfo& info = InfoOf(in.op);
      if (info.is_terminator || info.has_effect || info.is_safepoint || info.may_panic ||
          info.reads || info.writes) {
        return false;
      }
    }
  }
  return true;
}

// sig: of callee, or of the closure type where callee is null.
void ModuleBuilder::BuildAdapter(const std::string& name, types::Signature* sig, Func* callee,
                                 Type* closure) {
  Func* f = module_->NewFunc(name, FuncKind::kWrapper);
  f->sig = MakeSignature({layout().Canon(context()->basic(types::BasicKind::kUnsafePointer))}, {}, false);
  FuncBuilder b(this, f, nullptr, nullptr);
  b.BeginSynthesized({f->sig->params->at(0)->type}, {});
  Builder& e = b.b();

  std::vector<types::Var*> fields;
  auto add = [&](Type* t) {
    fields.push_back(context()->New<types::Var>(types::VarKind::kField, Pos(), nullptr, "_",
                                                layout().Canon(t)));
  };
  if (callee == nullptr) add(closure);
  for (size_t i = 0; i < sig->num_params(); i++) add(sig->params->at(i)->type);
  const size_t first_result = fields.size();
  for (size_t i = 0; i < sig->num_results(); i++) add(sig->results->at(i)->type);
  auto* s = context()->New<types::Struct>();
  s->fields = context()->List(fields);
  // Not the canonical struct: its fields are all blank, and only its layout counts.
  Type* frame_type = s;
  const ValueId frame = e.LoadLocal(f->params[0]);

  Callee c;
  size_t at = 0;
  if (callee == nullptr) {
    c.kind = Callee::kClosure;
    c.value = e.Load(fields[0]->type, e.FieldAddr(frame_type, at++, frame));
  } else {
    c.func = callee;
  }
  c.sig = sig;
  std::vector<ValueId> args;
  for (; at < first_result; at++) {
    args.push_back(b.ValueAt(fields[at]->type, e.FieldAddr(frame_type, at, frame)));
  }
  const std::vector<ValueId> results = b.EmitCall(c, args, Pos());
  for (size_t i = 0; i < results.size(); i++) {
    b.StoreAt(fields[at]->type, e.FieldAddr(frame_type, at, frame), results[i]);
    at++;
  }
  e.Return({});
  b.Finish();
}

// Adapters for the closures among a function's parameters and results.
void ModuleBuilder::NeedClosures(types::Signature* sig) {
  auto need = [&](Type* t) {
    auto* closure = types::UnderAs<types::Signature>(t);
    if (closure == nullptr) return;
    Type* canon = layout().Canon(closure);
    const std::string name = ClosureSymbol(canon);
    if (!closure_adapters_.insert(name).second) return;
    types::Signature* inner = CanonSignature(canon, nullptr);
    BuildAdapter(name, inner, nullptr, canon);
    NeedClosures(inner);
  };
  for (size_t i = 0; i < sig->num_params(); i++) need(sig->params->at(i)->type);
  for (size_t i = 0; i < sig->num_results(); i++) need(sig->results->at(i)->type);
}

void ModuleBuilder::BuildExports(types::Package* main_package) {
  for (types::Object* o : main_package->scope->objects()) {
    auto* f = types::DynCast<types::Func>(o);
    if (f == nullptr || f->signature()->is_generic() || f->name == "_" || f->name == "init") continue;
    if (main_package->script_main != nullptr && f == main_package->script_main->func) continue;
    Func* callee = FuncFor(f, {});
    BuildAdapter(ExportSymbol(f), callee->sig, callee, nullptr);
    NeedClosures(callee->sig);
  }
  for (const types::Package* p : options_.host_packages) {
    for (types::Object* o : p->scope->objects()) {
      auto* f = types::DynCast<types::Func>(o);
      if (f != nullptr && !f->signature()->is_generic()) NeedClosures(f->signature());
    }
  }
}

}  // namespace gol::ir
