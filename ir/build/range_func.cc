// Range over functions: `for k, v := range f { body }`.
//
// The body becomes a function of its own, main.f-range1, that f gets as its yield parameter. It
// shares the variables of the enclosing function, which are captured by reference
// (CollectRangeCaptures finds them before the function is built, so that they live in the heap), and
// the function's results, which become variables where a body returns.
//
// Two hidden variables connect the body with the loop. `state` says whether the body may be called:
// ready, running (also after a panic inside it), or done; a call in any state but ready panics. `next`
// says how the loop was left: 0 normally, -1 by return, n by the n-th branch to a statement outside.
// The body stores the code and returns false; when f has returned, the enclosing function looks at
// the code and carries out the branch or return itself. It may be the body of an outer range over a
// function: then the same happens again one level up.
//
// A defer in the body belongs to the enclosing function. It appends to a list, which a function
// deferred in front of the loop runs from its end; should a deferred call panic, the same function,
// deferred by itself, runs the rest.
#include "base/check.h"
#include "frontend/syntax/walk.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::Type;
using types::Var;

namespace {

enum RangeState : int64_t { kReady = 0, kRunning = 1, kDone = 2 };
constexpr int64_t kReturnCode = -1;

}  // namespace

// The loop whose body a FuncBuilder builds.
class RangeFunc {
 public:
  FuncBuilder* parent;
  const syntax::RangeStmt* stmt;
  size_t state_capture = 0;
  size_t next_capture = 0;
  size_t result_capture = 0;  // the first of the results, if the body returns
  size_t defer_capture = 0;   // the list of deferred calls, if the body defers
  std::vector<const syntax::BranchStmt*> exits;
};

void FuncBuilder::CollectRangeCaptures(const syntax::BlockStmt* body) {
  auto visit_body = [&](const syntax::RangeStmt* loop) {
    Pos from = loop->body->pos, to = loop->body->rbrace;
    syntax::Walk(const_cast<syntax::BlockStmt*>(loop->body), [&](syntax::Node* n) {
      if (auto* id = syntax::DynAs<syntax::Ident>(n)) {
        auto* v = types::DynCast<Var>(id->obj);
        if (v != nullptr && v->is_local() && (v->pos < from || v->pos > to)) {
          range_captured_.insert(v);
        }
      }
      if (n->kind == syntax::NodeKind::kReturnStmt) range_returns_ = true;
      return true;
    });
    for (const syntax::Expr* e : loop->lhs) {
      auto* id = syntax::DynAs<syntax::Ident>(e);
      auto* v = id != nullptr ? types::DynCast<Var>(id->obj) : nullptr;
      // The loop's own variables are the body's; outer ones are shared.
      if (v == nullptr) continue;
      if (Declares(e, loop->is_define) != nullptr) {
        range_captured_.erase(v);
      } else if (v->is_local()) {
        range_captured_.insert(v);
      }
    }
    if (!loop->is_define) {
      for (syntax::Expr* e : loop->lhs) {
        syntax::Walk(e, [&](syntax::Node* n) {
          auto* id = syntax::DynAs<syntax::Ident>(n);
          auto* v = id != nullptr ? types::DynCast<Var>(id->obj) : nullptr;
          if (v != nullptr && v->is_local()) range_captured_.insert(v);
          return true;
        });
      }
    }
  };
  syntax::Walk(const_cast<syntax::BlockStmt*>(body), [&](syntax::Node* n) {
    if (n->kind == syntax::NodeKind::kFuncLit) return false;
    auto* loop = syntax::DynAs<syntax::RangeStmt>(n);
    if (loop != nullptr && loop->x->type != nullptr &&
        types::Under(TypeOf(loop->x))->kind == types::TypeKind::kSignature) {
      visit_body(loop);
    }
    return true;
  });
}

ValueId FuncBuilder::CapturedPointer(size_t capture) {
  const Capture& c = b_.func()->captures[capture];
  ValueId slot;
  b_.Append(Op::kCaptureAddr, b_.PointerTo(c.type), {}, &slot).imm =
      static_cast<int64_t>(capture);
  return b_.Load(c.type, slot);
}

const std::vector<FuncBuilder::ResultVar>& FuncBuilder::RootResults() const {
  const FuncBuilder* f = this;
  while (f->range_func_ != nullptr) f = f->range_func_->parent;
  return f->results_;
}

ValueId FuncBuilder::ResultAddr(size_t i) {
  if (range_func_ == nullptr) return b_.LocalAddr(results_[i].var);
  return CapturedPointer(range_func_->result_capture + i);
}

// Leaves the body of the loop for good.
void FuncBuilder::ExitRange(int64_t code) {
  b_.Store(CapturedPointer(range_func_->next_capture), b_.Int(code));
  b_.Store(CapturedPointer(range_func_->state_capture), b_.Int(kDone));
  ValueId no[] = {b_.Bool(false)};
  b_.Return(no);
}

bool FuncBuilder::BranchOutOfRange(const syntax::BranchStmt* s) {
  if (range_func_ == nullptr || s->target == nullptr) return false;
  const syntax::BlockStmt* body = range_func_->stmt->body;
  if (s->target->pos >= body->pos && s->target->pos <= body->rbrace) return false;
  range_func_->exits.push_back(s);
  ExitRange(static_cast<int64_t>(range_func_->exits.size()));
  return true;
}

void FuncBuilder::ReturnFromRange(const syntax::ReturnStmt* s) {
  const auto& results = RootResults();
  if (!s->results.empty()) {
    std::vector<Value> values;
    if (s->results.size() == 1 && results.size() != 1) {
      values = MultiValues(s->results[0]);
    } else {
      for (size_t i = 0; i < results.size(); i++) {
        values.push_back({OwnedAs(s->results[i], results[i].type), results[i].type, nullptr});
      }
    }
    b_.pos = s->pos;
    for (size_t i = 0; i < results.size(); i++) {
      StoreAt(results[i].type, ResultAddr(i),
              Coerce(values[i].v, values[i].type, results[i].type));
    }
  }
  ExitRange(kReturnCode);
}

// --- defer in the body ---

Type* FuncBuilder::DeferListType() {
  return layout_.Canon(mb_->context()->NewSlice(mb_->MakeSignature({}, {}, false)));
}

ValueId FuncBuilder::DeferListAddr() { return CapturedPointer(range_func_->defer_capture); }

ValueId FuncBuilder::BeginDeferList() {
  Type* list_type = DeferListType();
  LocalId l = b_.NewLocal(".defers", list_type);
  b_.func()->local(l).captured = true;
  b_.func()->local(l).on_heap = true;
  b_.DeclLocal(l);
  ValueId addr = b_.LocalAddr(l);
  Func* run = DeferListRunner();
  ValueId closure, id;
  b_.Append(Op::kMakeClosure, layout_.Canon(run->sig), {addr}, &closure).callee = run;
  b_.Append(Op::kDefer, nullptr, {closure}, &id).in_loop = loop_depth_ > 0 || has_labels_;
  return addr;
}

void FuncBuilder::DeferInRange(ValueId closure) {
  Type* list_type = DeferListType();
  ValueId addr = DeferListAddr();
  b_.Store(addr, AppendValues(list_type, b_.Load(list_type, addr), {closure}));
}

Func* FuncBuilder::DeferListRunner() {
  std::string name = names_->prefix + ".deferwrap" + std::to_string(names_->next_thunk++);
  Func* f = mb_->module()->NewFunc(name, FuncKind::kWrapper);
  f->pkg = b_.func()->pkg;
  f->pos = b_.pos;
  f->is_wrapper = true;
  f->is_closure = true;
  f->has_defer = true;
  f->is_instance = b_.func()->is_instance;
  f->shapes = b_.func()->shapes;
  f->sig = mb_->MakeSignature({}, {}, false);
  Type* list_type = DeferListType();
  Type* func_type = layout_.Canon(f->sig);
  Capture c;
  c.type = layout_.PointerTo(list_type);
  c.offset = 8;
  f->captures.push_back(c);
  FuncBuilder r(mb_, f, env_, names_);
  r.BeginSynthesized({}, {});
  Builder& e = r.b_;
  e.pos = b_.pos;
  // Runs what is left if a deferred call panics.
  BlockId start = e.NewBlock(), empty = e.NewBlock();
  ValueId all = e.Load(list_type, r.CapturedPointer(0));
  ValueId count = e.Emit(Op::kSliceLen, e.IntType(), {all});
  e.Branch(e.Emit(Op::kEq, e.BoolType(), {count, e.Int(0)}), empty, start);
  e.SetBlock(empty);
  r.EmitReturn();
  e.SetBlock(start);
  ValueId self, id;
  e.Append(Op::kMakeClosure, func_type, {r.CapturedPointer(0)}, &self).callee = f;
  e.Append(Op::kDefer, nullptr, {self}, &id);
  BlockId head = e.NewBlock(), body = e.NewBlock(), done = e.NewBlock();
  e.Jump(head);
  e.SetBlock(head);
  ValueId list = e.Load(list_type, r.CapturedPointer(0));
  ValueId n = e.Emit(Op::kSliceLen, e.IntType(), {list});
  e.Branch(e.Emit(Op::kEq, e.BoolType(), {n, e.Int(0)}), done, body);
  e.SetBlock(body);
  ValueId last = e.Emit(Op::kSub, e.IntType(), {n, e.Int(1)});
  ValueId ptr = e.Emit(Op::kSlicePtr, e.PointerTo(func_type), {list});
  ValueId cap = e.Emit(Op::kSliceCap, e.IntType(), {list});
  ValueId fn = e.Load(func_type, e.ElemAddr(func_type, ptr, last));
  e.Store(r.CapturedPointer(0), e.Emit(Op::kSliceMake, list_type, {ptr, last, cap}));
  Callee callee;
  callee.kind = Callee::kClosure;
  callee.value = fn;
  callee.sig = f->sig;
  r.EmitCall(callee, {}, e.pos);
  r.BackEdge(head);
  e.SetBlock(done);
  r.EmitReturn();
  f->recover_block = e.NewBlock();
  e.SetBlock(f->recover_block);
  r.EmitReturn();
  r.Finish();
  return f;
}

void FuncBuilder::RangeOverFunc(const syntax::RangeStmt* s, Type* t) {
  auto* sig = UnderAs<types::Signature>(t);
  Type* yield_type = layout_.Canon(sig->params->at(0)->type);
  types::Signature* yield = mb_->CanonSignature(yield_type, nullptr);
  ValueId fn = Expr(s->x);
  b_.pos = s->pos;

  auto hidden = [&](std::string_view name) {
    LocalId l = b_.NewLocal(name, b_.IntType());
    b_.func()->local(l).captured = true;
    b_.func()->local(l).on_heap = true;
    b_.DeclLocal(l);
    return l;
  };
  LocalId state = hidden(".state");
  LocalId next = hidden(".next");

  // The body's function and its captures.
  std::string name = names_->prefix + "-range" + std::to_string(names_->next_range++);
  Func* f = mb_->module()->NewFunc(name, FuncKind::kLiteral);
  f->pkg = b_.func()->pkg;
  f->pos = s->body->pos;
  f->sig = yield;
  f->is_instance = b_.func()->is_instance;
  f->shapes = b_.func()->shapes;
  f->is_closure = true;
  std::vector<ValueId> words;
  int64_t offset = 8;
  auto capture = [&](Type* type, Var* v, bool by_value, ValueId word) {
    int64_t align = layout_.AlignOf(type);
    offset = (offset + align - 1) / align * align;
    Capture c;
    c.type = type;
    c.var = v;
    c.by_value = by_value;
    c.offset = offset;
    offset += layout_.SizeOf(type);
    f->captures.push_back(c);
    words.push_back(word);
    return f->captures.size() - 1;
  };
  RangeFunc range;
  range.parent = this;
  range.stmt = s;
  Type* int_ptr = layout_.PointerTo(b_.IntType());
  range.state_capture = capture(int_ptr, nullptr, false, b_.LocalAddr(state));
  range.next_capture = capture(int_ptr, nullptr, false, b_.LocalAddr(next));
  bool returns = false, defers = false;
  std::unordered_set<Var*> seen;
  auto share = [&](syntax::Node* root) {
    syntax::Walk(root, [&](syntax::Node* n) {
      auto* id = syntax::DynAs<syntax::Ident>(n);
      auto* v = id != nullptr ? types::DynCast<Var>(id->obj) : nullptr;
      if (v == nullptr || !v->is_local() || !vars_.contains(v) || !seen.insert(v).second) {
        return true;
      }
      Type* vt = Canon(v->type);
      bool by_value = vars_[v].kind == VarPlace::kCapture && vars_[v].by_value;
      ValueId addr = VarAddr(v);
      if (by_value) {
        capture(vt, v, true, ValueAt(vt, addr));
      } else {
        capture(layout_.PointerTo(vt), v, false, addr);
      }
      return true;
    });
  };
  for (syntax::Expr* e : s->lhs) share(e);
  share(s->body);
  syntax::Walk(s->body, [&](syntax::Node* n) {
    if (n->kind == syntax::NodeKind::kReturnStmt) returns = true;
    if (n->kind == syntax::NodeKind::kDeferStmt) defers = true;
    return n->kind != syntax::NodeKind::kFuncLit;  // what stands in those is their own
  });
  if (returns) {
    const auto& results = RootResults();
    range.result_capture = f->captures.size();
    for (size_t i = 0; i < results.size(); i++) {
      capture(layout_.PointerTo(results[i].type), nullptr, false, ResultAddr(i));
    }
  }
  if (defers) {
    range.defer_capture = f->captures.size();
    ValueId list = range_func_ != nullptr ? DeferListAddr() : BeginDeferList();
    capture(mb_->layout().PointerTo(DeferListType()), nullptr, false, list);
  }

  // The body.
  FuncBuilder body(mb_, f, env_, mb_->NewNames(name, false));
  body.info_ = info_;
  body.range_func_ = &range;
  body.range_captured_ = range_captured_;
  std::vector<Type*> params;
  for (size_t i = 0; i < yield->num_params(); i++) params.push_back(yield->params->at(i)->type);
  body.BeginSynthesized(params, {layout_.Canon(yield->results->at(0)->type)});
  Type* result = layout_.Canon(yield->results->at(0)->type);
  for (size_t i = 0; i < f->captures.size(); i++) {
    const Capture& c = f->captures[i];
    if (c.var != nullptr) body.vars_[c.var] = {VarPlace::kCapture, {}, i, c.by_value};
  }
  Builder& e = body.b_;
  e.pos = s->pos;
  {
    ValueId addr = body.CapturedPointer(range.state_capture);
    ValueId now = e.Load(e.IntType(), addr);
    body.PanicIf(e.Emit(Op::kNe, e.BoolType(), {now, e.Int(kReady)}), RuntimePanic::kRangeState);
    e.Store(body.CapturedPointer(range.state_capture), e.Int(kRunning));
  }
  std::vector<ValueId> yielded;
  for (size_t i = 0; i < params.size(); i++) {
    yielded.push_back(body.ValueAt(params[i], e.LocalAddr(f->params[i])));
  }
  if (params.size() == 1) body.BindRangeVars(s, yielded[0], params[0]);
  if (params.size() == 2) body.BindRangeVars(s, yielded[0], params[0], yielded[1], params[1]);
  BlockId leave = e.NewBlock(), again = e.NewBlock();
  body.targets_.push_back({s, leave, again});
  body.Stmts(s->body->stmts);
  e.Jump(again);
  e.SetBlock(again);
  e.pos = s->body->rbrace;
  e.Store(body.CapturedPointer(range.state_capture), e.Int(kReady));
  ValueId yes[] = {e.ConstInt(result, 1)};
  e.Return(yes);
  e.SetBlock(leave);
  e.Store(body.CapturedPointer(range.state_capture), e.Int(kDone));
  ValueId no[] = {e.ConstInt(result, 0)};
  e.Return(no);
  body.Finish();

  // The call, and what follows from how the body was left.
  ValueId closure;
  b_.Append(Op::kMakeClosure, yield_type, words, &closure).callee = f;
  Callee callee;
  callee.kind = Callee::kClosure;
  callee.value = fn;
  callee.sig = mb_->CanonSignature(t, nullptr);
  EmitCall(callee, {closure}, s->pos);
  ValueId now = b_.LoadLocal(state);
  PanicIf(b_.Emit(Op::kEq, b_.BoolType(), {now, b_.Int(kRunning)}), RuntimePanic::kRangeState);
  b_.StoreLocal(state, b_.Int(kDone));
  if (!returns && range.exits.empty()) return;
  BlockId done = b_.NewBlock(), ret = b_.NewBlock();
  std::vector<SwitchCase> cases;
  std::vector<BlockId> blocks;
  if (returns) cases.push_back({kReturnCode, ret});
  for (size_t i = 0; i < range.exits.size(); i++) {
    blocks.push_back(b_.NewBlock());
    cases.push_back({static_cast<int64_t>(i) + 1, blocks[i]});
  }
  b_.Switch(b_.LoadLocal(next), cases, done);
  if (returns) {
    b_.SetBlock(ret);
    if (range_func_ != nullptr) {
      ExitRange(kReturnCode);
    } else {
      EmitReturn();
    }
  }
  for (size_t i = 0; i < blocks.size(); i++) {
    b_.SetBlock(blocks[i]);
    Branch(range.exits[i]);
  }
  b_.SetBlock(done);
}

}  // namespace gol::ir
