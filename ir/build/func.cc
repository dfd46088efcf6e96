// Functions: parameters, results, variables and captures, the way out.
//
// Variables. A variable whose address is taken, or which a function literal captures by reference,
// lives in the heap until escape analysis proves otherwise; all others are locals of the frame.
// Parameters and results arrive and leave in locals of the frame; the variable is a second local
// where it must live in the heap.
//
// Way out. Without defers, `return x` hands its values straight to Return. With defers they are
// stored in the result variables first, RunDefers runs, and Return loads them again: deferred
// functions see and change them. After a recovered panic control continues at the recover block,
// which does the same from RunDefers on.
#include "base/check.h"
#include "frontend/types/predicates.h"
#include "frontend/syntax/printer.h"
#include "ir/build/func_builder.h"
#include "ir/build/note_text.h"
#include "ir/build/static_data.h"

namespace gol::ir {

using types::Type;
using types::Var;

namespace {

// Larger variables live in the heap (as in Go's compiler), whatever escape analysis says.
constexpr int64_t kMaxFrameVarBytes = 128 * 1024;
// Larger variables are captured by reference.
constexpr int64_t kMaxCaptureBytes = 128;

}  // namespace

FuncBuilder::FuncBuilder(ModuleBuilder* mb, Func* func, const Env* env, NameScope* names)
    : mb_(mb), layout_(mb->layout()), b_(func), env_(env), names_(names) {}

Type* FuncBuilder::TypeOf(const syntax::Expr* e) {
  Type* t = e->type;
  if (t == nullptr) return mb_->layout().Canon(mb_->context()->basic(types::BasicKind::kInt));
  t = Canon(t);
  return types::IsUntyped(t) ? layout_.Canon(types::Default(mb_->context(), t)) : t;
}

bool FuncBuilder::LivesInHeap(Var* v) {
  if (v->address_taken || range_captured_.contains(v)) return true;
  Type* t = Canon(v->type);
  if (layout_.SizeOf(t) > kMaxFrameVarBytes) return true;
  return v->captured && !CapturedByValue(v, t);
}

bool FuncBuilder::CapturedByValue(Var* v, Type* type) {
  auto it = vars_.find(v);
  if (it != vars_.end() && it->second.kind == VarPlace::kCapture) return it->second.by_value;
  // A result is assigned by every return.
  return !v->reassigned && !v->address_taken && v->var_kind != types::VarKind::kResult &&
         !range_captured_.contains(v) && layout_.SizeOf(type) <= kMaxCaptureBytes;
}

LocalId FuncBuilder::NewVarLocal(Var* v) {
  Type* t = Canon(v->type);
  LocalId id = b_.NewLocal(v->name, t, v);
  Local& l = b_.func()->local(id);
  l.pos = v->pos;
  l.address_taken = v->address_taken;
  l.captured = v->captured && !CapturedByValue(v, t);
  l.on_heap = LivesInHeap(v);
  return id;
}

LocalId FuncBuilder::DeclareVar(Var* v) {
  auto it = vars_.find(v);
  LocalId id;
  if (it != vars_.end() && it->second.kind == VarPlace::kLocal) {
    id = it->second.local;
  } else {
    id = NewVarLocal(v);
    vars_[v] = {VarPlace::kLocal, id, 0, false};
  }
  b_.DeclLocal(id);
  return id;
}

ValueId FuncBuilder::VarAddr(Var* v) {
  if (v->var_kind == types::VarKind::kPackage) return b_.GlobalAddr(mb_->GlobalFor(v));
  auto it = vars_.find(v);
  if (it == vars_.end()) {
    // A variable that the checker did not record as captured, or that is used without its
    // declaration having been met.
    mb_->NotSupported(b_.pos, "this use of " + std::string(v->name));
    DeclareVar(v);
    it = vars_.find(v);
  }
  const VarPlace& p = it->second;
  if (p.kind == VarPlace::kLocal) return b_.LocalAddr(p.local);
  const Capture& c = b_.func()->captures[p.capture];
  ValueId slot;
  b_.Append(Op::kCaptureAddr, b_.PointerTo(c.type), {}, &slot).imm =
      static_cast<int64_t>(p.capture);
  return p.by_value ? slot : b_.Load(c.type, slot);
}

std::vector<Var*> FuncBuilder::CapturesOf(types::FuncInfo* info) {
  std::vector<Var*> list;
  std::unordered_set<Var*> seen;
  auto add = [&](Var* v) {
    if (v->func != info && v->var_kind != types::VarKind::kPackage && seen.insert(v).second) {
      list.push_back(v);
    }
  };
  for (Var* v : info->captures) add(v);
  for (types::FuncInfo* lit : info->literals) {
    for (Var* v : CapturesOf(lit)) add(v);
  }
  return list;
}

ValueId FuncBuilder::MakeClosure(Func* f, Type* type, const std::vector<Var*>& vars) {
  if (vars.empty()) return DescribeAs(b_.FuncAddr(f, type), "func literal");
  f->is_closure = true;
  std::vector<ValueId> words;
  int64_t offset = 8;
  for (Var* v : vars) {
    Capture c;
    c.var = v;
    Type* t = Canon(v->type);
    c.by_value = CapturedByValue(v, t);
    c.type = c.by_value ? t : layout_.PointerTo(t);
    int64_t align = layout_.AlignOf(c.type);
    offset = (offset + align - 1) / align * align;
    c.offset = offset;
    offset += layout_.SizeOf(c.type);
    f->captures.push_back(c);
    ValueId addr = VarAddr(v);
    words.push_back(c.by_value ? ValueAt(t, addr) : addr);
  }
  ValueId id;
  b_.Append(Op::kMakeClosure, type, words, &id).callee = f;
  return DescribeAs(id, "func literal");
}

ValueId FuncBuilder::Describe(ValueId v, const syntax::Expr* e, std::string_view prefix) {
  if (!mb_->options().describe_allocations) return v;
  std::string text = std::string(prefix) + NoteText(e, Notes());
  return DescribeAs(v, text);
}

ValueId FuncBuilder::DescribeBox(ValueId v, const syntax::Expr* e) {
  if (mb_->options().describe_allocations && b_.func()->inst(v).op == Op::kIfaceBox &&
      b_.func()->inst(v).text.empty()) {
    Describe(v, e);
    b_.func()->inst(v).pos = syntax::Unparen(e)->pos;
    b_.func()->inst(v).is_literal = e->value != nullptr;
  }
  return v;
}

ValueId FuncBuilder::DescribeResult(ValueId v, const syntax::Expr* call, size_t i) {
  const Inst& inst = b_.func()->inst(v);
  if (!mb_->options().describe_allocations || inst.op != Op::kIfaceBox || !inst.text.empty() ||
      info_ == nullptr) {
    return v;
  }
  if (temps_ == nullptr) temps_ = std::make_unique<TempNumbers>(info_, env_ != nullptr);
  return DescribeAs(v, temps_->NameOf(call, i));
}

ValueId FuncBuilder::DescribeAs(ValueId v, std::string_view text) {
  if (mb_->options().describe_allocations) {
    b_.func()->inst(v).text = mb_->module()->arena.Copy(text);
  }
  return v;
}

NoteContext FuncBuilder::Notes() const {
  return {.pkg = b_.func()->pkg,
          .local = mb_->module()->name,
          .env = env_,
          .inlined_result = [this](const syntax::CallExpr* e) { return mb_->InlinedResult(e); }};
}

void FuncBuilder::BeginSynthesized(const std::vector<Type*>& params,
                                   const std::vector<Type*>& results) {
  Func* f = b_.func();
  b_.SetBlock(b_.NewBlock());
  for (Type* t : params) {
    LocalId l = b_.NewTemp(t);
    f->local(l).is_param = true;
    f->params.push_back(l);
  }
  for (Type* t : results) {
    LocalId l = b_.NewTemp(t);
    f->local(l).is_result = true;
    f->results.push_back(l);
    results_.push_back({l, l, t, nullptr, false});
  }
}

void FuncBuilder::BuildBody(types::FuncInfo* info) {
  Func* f = b_.func();
  info_ = info;
  const syntax::BlockStmt* body = info->decl != nullptr ? info->decl->body : info->lit->body;
  GOL_CHECK(body != nullptr);
  f->has_defer = info->has_defer;
  f->has_recover = info->has_recover;
  f->inline_cost = mb_->CostOfInlining(info);
  if (info->decl != nullptr) f->decl_pos = info->decl->pos;
  b_.pos = f->pos;
  b_.SetBlock(b_.NewBlock());
  for (size_t i = 0; i < f->captures.size(); i++) {
    const Capture& c = f->captures[i];
    if (c.var != nullptr) vars_[c.var] = {VarPlace::kCapture, {}, i, c.by_value};
  }
  CollectRangeCaptures(body);

  types::Signature* sig = info->sig;
  std::vector<Var*> params;
  if (sig->recv != nullptr && info->lit == nullptr) params.push_back(sig->recv);
  if (sig->params != nullptr) {
    params.insert(params.end(), sig->params->vars.begin(), sig->params->vars.end());
  }
  for (Var* v : params) {
    LocalId l = b_.NewLocal(v->name == "_" ? std::string_view() : v->name, Canon(v->type), v);
    f->local(l).is_param = true;
    f->local(l).pos = v->pos;
    f->params.push_back(l);
    vars_[v] = {VarPlace::kLocal, l, 0, false};
  }
  if (sig->results != nullptr) {
    for (Var* v : sig->results->vars) {
      LocalId l = b_.NewLocal(v->name == "_" ? std::string_view() : v->name, Canon(v->type), v);
      f->local(l).is_result = true;
      f->results.push_back(l);
      bool named = !v->name.empty();
      results_.push_back({l, l, Canon(v->type), named ? v : nullptr,
                          named || f->has_defer || range_returns_});
    }
  }
  for (Var* v : params) {
    if (v->name.empty() || v->name == "_" || !LivesInHeap(v)) continue;
    LocalId from = vars_[v].local;
    LocalId l = NewVarLocal(v);
    b_.DeclLocal(l);
    StoreAt(Canon(v->type), b_.LocalAddr(l), ValueAt(Canon(v->type), b_.LocalAddr(from)));
    vars_[v] = {VarPlace::kLocal, l, 0, false};
  }
  for (ResultVar& r : results_) {
    if (!r.is_var) continue;
    if (r.object != nullptr && r.object->name != "_" && LivesInHeap(r.object)) {
      r.var = NewVarLocal(r.object);
    } else if (range_returns_) {
      r.var = b_.NewTemp(r.type);
      f->local(r.var).on_heap = true;
      f->local(r.var).captured = true;
    }
    if (r.object != nullptr) vars_[r.object] = {VarPlace::kLocal, r.var, 0, false};
    f->local(r.var).is_volatile = f->has_defer;
    b_.DeclLocal(r.var);
  }

  Stmts(body->stmts);
  if (!b_.is_terminated()) {
    b_.pos = body->rbrace;
    if (results_.empty()) {
      EmitReturn();
    } else {
      // The checker saw that control does not come here.
      b_.PanicRuntime(RuntimePanic::kMissingReturn);
    }
  }
  if (f->has_defer) {
    f->recover_block = b_.NewBlock();
    b_.SetBlock(f->recover_block);
    b_.pos = body->rbrace;
    EmitReturn();
  }
  Finish();
}

void FuncBuilder::Embed(const EmbeddedVar& e) {
  Type* t = Canon(e.var->type);
  ValueId addr = VarAddr(e.var);
  if (e.kind == EmbeddedVar::kFs) {
    // The only field is a pointer to the files.
    Type* field = FieldType(t, 0);
    ValueId src;
    b_.Append(Op::kStaticAddr, field, {}, &src).data = EmbeddedFiles(mb_, e);
    b_.Store(b_.FieldAddr(t, 0, addr), src);
    return;
  }
  Type* str = e.kind == EmbeddedVar::kString ? t : b_.Basic(types::BasicKind::kString);
  ValueId text;
  std::string_view data = e.files.empty() ? std::string_view() : e.files[0].data;
  b_.Append(Op::kConstString, str, {}, &text).text = mb_->module()->arena.Copy(data);
  b_.Store(addr, e.kind == EmbeddedVar::kString ? text : b_.Emit(Op::kStrToBytes, t, {text}));
}

void FuncBuilder::Initialize(const std::vector<types::Initializer>& list) {
  for (const types::Initializer& init : list) {
    b_.pos = init.rhs->pos;
    if (init.lhs.empty()) {
      Discard(init.rhs);
    } else if (init.lhs.size() == 1) {
      Var* v = init.lhs[0];
      Type* t = Canon(v->type);
      if (v->name == "_") {
        OwnedAs(init.rhs, t);
        continue;
      }
      if (IsWord(t)) {
        ValueId value = ExprAs(init.rhs, t);
        b_.Store(VarAddr(v), value);
      } else {
        ExprTo(VarAddr(v), init.rhs, t, true);
      }
    } else {
      std::vector<Value> values = TupleValues(init.rhs);
      for (size_t i = 0; i < init.lhs.size(); i++) {
        Var* v = init.lhs[i];
        if (v->name == "_") continue;
        Type* t = Canon(v->type);
        StoreAt(t, VarAddr(v), Coerce(values[i].v, values[i].type, t));
      }
    }
  }
}

void FuncBuilder::Finish() {
  Func* f = b_.func();
  for (struct Block& block : f->blocks) {
    if (block.insts.empty() || !InfoOf(f->inst(block.insts.back()).op).is_terminator) {
      b_.SetBlock(BlockId(static_cast<size_t>(&block - f->blocks.data())));
      b_.Unreachable();
    }
  }
  RemoveUnreachable(f);
  FinishBarriers(f);
  f->is_built = true;
}

void FuncBuilder::EmitReturn() {
  Func* f = b_.func();
  if (f->has_defer) b_.Emit(Op::kRunDefers, nullptr);
  std::vector<ValueId> words;
  for (const ResultVar& r : results_) {
    if (IsWord(r.type)) {
      ValueId addr = b_.LocalAddr(r.var);
      ValueId v;
      b_.Append(Op::kLoad, r.type, {addr}, &v).is_volatile = f->has_defer;
      words.push_back(v);
    } else if (r.var != r.result) {
      b_.Move(r.type, b_.LocalAddr(r.result), b_.LocalAddr(r.var));
    }
  }
  b_.Return(words);
}

}  // namespace gol::ir
