// Inlining over gol's own IR. See inline.h.
//
// Why here, where LLVM inlines too. Escape analysis comes before LLVM: an object that a callee makes
// and returns, a closure that is called where it is made, the variables it captures can stay in the
// frame only if the bodies are put together first. LLVM then has less to do, too.
//
// Which. Functions whose cost by the Go compiler's measure (ir/build/inline_cost.h) is within the
// budget, none with defers or a call of recover, none into wrappers (whose frames recover looks
// at). Callees are treated before their callers, so that a body is copied with what was inlined
// into it. A recursive function is put into others once, never into itself.
//
// How. The blocks of the callee are copied behind those of the caller; the block of the call ends
// with a jump to them and continues in a new block. A callee of one block is copied in place. A
// parameter that is only read is its argument; another becomes a local. A function that returns at
// one place returns its values as they are, another through locals. The copies know the call
// (Inst::inline_site), for line tables and messages.
//
// Func values. A call of a value that is known to be a certain function or closure becomes a call of
// it: what MakeClosure captured takes the place of the closure's slots. Known is what an instruction
// made in this function, also by way of a variable that is set once, at a place that dominates the
// call. (Then no older closure can be meant: a path on which the operands are computed anew after
// the closure was made would, from the entry on, reach the call without the closure.) A function
// without captures is also known in closures that capture such a variable by value. A call through
// an interface that was made of a concrete value here becomes a call of that type's method.
//
// What then is left without use (closures, the variables they were kept in) is removed, so that
// escape analysis does not find it.
#include "ir/pass/inline.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "base/check.h"
#include "frontend/types/package.h"
#include "frontend/types/predicates.h"
#include "ir/builder.h"
#include "ir/dom.h"
#include "ir/pass/call_order.h"
#include "ir/pass/escape.h"
#include "ir/pass/messages.h"
#include "ir/pass/unused.h"
#include "ir/type_layout.h"

namespace gol::ir {
namespace {

// A function of more instructions takes in small ones only.
constexpr size_t kBigFunc = 20000;
constexpr int kBigFuncBudget = 20;
// And one of more than these only what has no branches.
constexpr size_t kHugeFunc = 50000;
// Instructions of a deferred call's thunk.
constexpr size_t kMaxThunk = 60;
// How deeply calls are inlined into inlined calls.
constexpr int kMaxDepth = 30;

// What copying a function needs to know of it.
struct BodyFacts {
  std::vector<LocalUse> uses;
  std::vector<bool> capture_in_memory;  // some use of the capture is not a plain load
  size_t num_returns = 0;
};

BodyFacts FactsOf(const Func& f) {
  BodyFacts facts;
  facts.uses = UsesOfLocals(f);
  facts.capture_in_memory.assign(f.captures.size(), false);
  for (const Block& b : f.blocks) {
    for (ValueId v : b.insts) {
      const Inst& inst = f.inst(v);
      if (inst.op == Op::kReturn) facts.num_returns++;
      for (ValueId a : inst.args) {
        if (!a.is_valid() || f.inst(a).op != Op::kCaptureAddr) continue;
        const auto slot = static_cast<size_t>(f.inst(a).imm);
        if (inst.op != Op::kLoad || inst.type != f.captures[slot].type) {
          facts.capture_in_memory[slot] = true;
        }
      }
    }
  }
  return facts;
}

class Inliner {
 public:
  Inliner(Module* module, std::vector<EscapeNote>* notes)
      : module_(module), layout_(module->layout()), notes_(notes) {}

  void Run();
  void RunOnDeferred(Func* f);

 private:
  void NoteIntrinsics();
  void NoteCall(Pos pos, const Func& callee) {
    notes_->push_back({pos, "inlining call to " + FuncText(callee, *module_)});
  }

  friend class FuncInliner;

  enum class State : uint8_t { kUntouched, kRunning, kDone };

  void FindCapturedFuncs();
  // Inlines into f unless that was done. False while it goes on.
  bool Finish(Func* f);

  const BodyFacts& Facts(const Func* f) {
    std::unique_ptr<BodyFacts>& facts = facts_[f];
    if (facts == nullptr) facts = std::make_unique<BodyFacts>(FactsOf(*f));
    return *facts;
  }

  Module* const module_;
  TypeLayout& layout_;
  std::vector<EscapeNote>* const notes_;
  std::unordered_map<const Func*, std::unique_ptr<BodyFacts>> facts_;
  std::unordered_map<const Func*, size_t> group_;
  std::unordered_map<const Func*, State> state_;
  // Of literals: the function without captures that a capture holds, or null.
  std::unordered_map<const Func*, std::vector<Func*>> captured_funcs_;
};

class FuncInliner {
 public:
  FuncInliner(Inliner* all, Func* f, bool take_thunks)
      : all_(*all), f_(f), layout_(all->layout_), b_(f), take_thunks_(take_thunks) {}

  // Tells of what could be inlined, without doing it.
  void NoteCalls() {
    for (const Block& block : f_->blocks) {
      for (ValueId v : block.insts) {
        const Inst& inst = f_->inst(v);
        if (inst.op != Op::kCall || !CanInline(v, inst.callee, {})) continue;
        all_.NoteCall(inst.pos, *inst.callee);
        for (const InlineSite& s : inst.callee->inline_sites) all_.NoteCall(inst.pos, *s.callee);
      }
    }
  }

  // Notes which captures of the literals made here are known functions. Before anything is inlined.
  void FindCapturedFuncs() {
    uses_ = UsesOfLocals(*f_);
    repl_.resize(f_->insts.size());
    for (const Block& block : f_->blocks) {
      for (ValueId v : block.insts) {
        const Inst& inst = f_->inst(v);
        if (inst.op != Op::kMakeClosure) continue;
        std::vector<Func*> funcs(inst.args.size());
        for (size_t c = 0; c < inst.args.size(); c++) {
          const bool by_value =
              c < inst.callee->captures.size() && inst.callee->captures[c].by_value;
          if (!by_value || layout_.KindOf(inst.callee->captures[c].type) != rt::kFunc) continue;
          const ValueId known = Known(inst.args[c], 0);
          if (!known.is_valid()) {
            funcs[c] = CapturedFunc(inst.args[c]);
          } else if (f_->inst(known).op == Op::kFuncAddr && !f_->inst(known).callee->is_closure) {
            funcs[c] = f_->inst(known).callee;
          }
        }
        all_.captured_funcs_[inst.callee] = std::move(funcs);
      }
    }
  }

  void Run() {
    if (!HasCalls()) return;
    uses_ = UsesOfLocals(*f_);
    repl_.resize(f_->insts.size());
    for (uint32_t b = 0; b < f_->blocks.size(); b++) {
      for (size_t i = 0; i < f_->blocks[b].insts.size();) {
        if (!Visit(BlockId(b), i)) i++;
      }
    }
    if (!changed_) return;
    FinishReplacing();
    RemoveUnreachable(f_);
    if (all_.notes_ == nullptr) RemoveUnusedInsts(f_);
    FinishBarriers(f_);
  }

 private:
  bool HasCalls() const {
    // What starts the program and its packages runs once: main.main stays a function of its own.
    if (f_->is_wrapper || f_ == all_.module_->entry) return false;
    if (f_->kind == FuncKind::kInit && all_.notes_ == nullptr) return false;
    for (const Block& b : f_->blocks) {
      for (ValueId v : b.insts) {
        const Op op = f_->inst(v).op;
        if (op == Op::kCall || op == Op::kCallClosure || op == Op::kCallIface) return true;
      }
    }
    return false;
  }

  ValueId Resolve(ValueId v) const {
    while (v.is_valid() && repl_[v.index].is_valid()) v = repl_[v.index];
    return v;
  }

  void Replace(ValueId v, ValueId by) { repl_[v.index] = by; }

  void ResolveArgs(Inst& inst) {
    if (inst.op == Op::kIfaceBox && !inst.text.empty()) {
      // What is boxed is the variable of an inlined call's result: Go names that.
      if (auto it = result_names_.find(inst.args[0].index); it != result_names_.end()) {
        inst.text = it->second;
      }
    }
    for (ValueId& a : inst.args) a = Resolve(a);
  }

  void Erase(BlockId b, size_t i) {
    auto& insts = f_->block(b).insts;
    insts.erase(insts.begin() + static_cast<ptrdiff_t>(i));
    changed_ = true;
  }

  // Takes an Extract of an inlined call out of the function. False if it is something else.
  bool ReplaceExtract(ValueId v) {
    const Inst& inst = f_->inst(v);
    if (inst.op != Op::kExtract) return false;
    auto it = tuples_.find(inst.args[0].index);
    if (it == tuples_.end()) return false;
    Replace(v, it->second[static_cast<size_t>(inst.imm)]);
    return true;
  }

  // Treats the instruction; true: it is gone, and another one stands in its place.
  bool Visit(BlockId b, size_t i) {
    const ValueId v = f_->block(b).insts[i];
    ResolveArgs(f_->inst(v));
    if (ReplaceExtract(v)) {
      Erase(b, i);
      return true;
    }
    const Op op = f_->inst(v).op;
    if (op == Op::kNilCheck) {
      const ValueId known = Known(f_->inst(v).args[0], 0);
      if (!known.is_valid() || f_->inst(known).op == Op::kIfaceBox) return false;
      Erase(b, i);
      return true;
    }
    ValueId closure, literal, known;
    Func* callee = nullptr;
    if (op == Op::kCallClosure) {
      const Inst& called = f_->inst(f_->inst(v).args[0]);
      if ((called.op == Op::kFuncAddr || called.op == Op::kMakeClosure) &&
          called.inline_site == f_->inst(v).inline_site) {
        literal = f_->inst(v).args[0];
      }
    }
    if (op == Op::kCall) {
      callee = f_->inst(v).callee;
    } else if (op == Op::kCallClosure) {
      known = Known(f_->inst(v).args[0], 0);
      if (Func* captured = known.is_valid() ? nullptr : CapturedFunc(f_->inst(v).args[0])) {
        callee = captured;
        MakeDirect(f_->inst(v), callee);
      } else if (!known.is_valid()) {
        return false;
      } else if (callee = f_->inst(known).callee; f_->inst(known).op == Op::kFuncAddr) {
        if (callee->is_closure) return false;
        MakeDirect(f_->inst(v), callee);
      } else if (f_->inst(known).op == Op::kMakeClosure) {
        closure = known;
      } else {
        return false;
      }
    } else if (op == Op::kCallIface) {
      if (!Devirtualize(b, i)) return false;
      return true;  // look at the call again
    }
    if (callee == nullptr || !CanInline(v, callee, closure)) return false;
    // A literal that is called where it stands is no value any more.
    if (literal.is_valid()) f_->inst(literal).text = {};
    Inline(b, i, callee, closure, known);
    return true;
  }

  void MakeDirect(Inst& call, Func* callee) {
    call.op = Op::kCall;
    call.callee = callee;
    call.sig = nullptr;
    call.args = call.args.subspan(1);
    changed_ = true;
  }

  // The method that a call through an interface reaches is known: calls it.
  bool Devirtualize(BlockId b, size_t i) {
    const ValueId v = f_->block(b).insts[i];
    const ValueId box = Known(f_->inst(v).args[0], 0);
    if (!box.is_valid() || f_->inst(box).op != Op::kIfaceBox) return false;
    types::Type* type = f_->inst(box).elem;
    types::Type* iface = f_->inst(f_->inst(v).args[0]).type;
    const auto& wanted = layout_.InterfaceMethods(iface);
    const auto index = static_cast<size_t>(f_->inst(v).imm);
    auto it = all_.module_->methods.find(type);
    if (it == all_.module_->methods.end() || index >= wanted.size()) return false;
    Func* callee = nullptr;
    for (const MethodCode& m : it->second) {
      if (types::SameId(m.method, wanted[index]->pkg, wanted[index]->name)) callee = m.tfn;
    }
    if (callee == nullptr || callee->sig == nullptr || callee->is_closure) return false;
    if (callee->kind != FuncKind::kDeclared && callee->kind != FuncKind::kExtern &&
        callee->kind != FuncKind::kWrapper) {
      return false;
    }
    const types::Signature* sig = callee->sig;
    const size_t params = sig->num_params() + (sig->recv != nullptr ? 1 : 0);
    if (params != f_->inst(v).sig->num_params() + 1) return false;
    types::Type* recv =
        layout_.Canon(sig->recv != nullptr ? sig->recv->type : sig->params->at(0)->type);
    if (recv != type) return false;
    ValueId value = f_->inst(box).args[0];
    if (layout_.IsAggregate(type) && layout_.IsDirectIface(type)) return false;
    if (layout_.IsAggregate(type)) {
      // The callee owns its receiver: a copy of the boxed value.
      const Pos pos = f_->inst(v).pos;
      const int32_t site = f_->inst(v).inline_site;
      const LocalId temp = NewLocal(type);
      std::vector<ValueId> added;
      const ValueId data =
          Add(&added, Op::kIfaceData, b_.UnsafePointer(), {f_->inst(v).args[0]}, pos, site);
      const ValueId source =
          Add(&added, Op::kBitcast, layout_.PointerTo(type), {data}, pos, site);
      value = Add(&added, Op::kLocalAddr, layout_.PointerTo(type), {}, pos, site);
      f_->inst(value).local = temp;
      const ValueId move = Add(&added, Op::kMove, nullptr, {value, source}, pos, site);
      f_->inst(move).elem = type;
      Insert(b, i, added);
    } else if (f_->inst(value).type != recv) {
      return false;
    }
    Inst& call = f_->inst(v);
    call.op = Op::kCall;
    call.callee = callee;
    call.sig = nullptr;
    call.args[0] = value;
    changed_ = true;
    return true;
  }

  // The function that the value of a capture is known to be, or null.
  Func* CapturedFunc(ValueId v) {
    const Inst& load = f_->inst(Resolve(v));
    if (load.op != Op::kLoad) return nullptr;
    const Inst& slot = f_->inst(Resolve(load.args[0]));
    auto it = all_.captured_funcs_.find(f_);
    if (slot.op != Op::kCaptureAddr || it == all_.captured_funcs_.end()) return nullptr;
    return it->second[static_cast<size_t>(slot.imm)];
  }

  // The MakeClosure, FuncAddr or IfaceBox that made the value, or nothing.
  ValueId Known(ValueId v, int depth) {
    v = Resolve(v);
    const Inst& inst = f_->inst(v);
    switch (inst.op) {
      case Op::kMakeClosure:
      case Op::kFuncAddr:
      case Op::kIfaceBox:
        return v;
      case Op::kBitcast:
      case Op::kConvIface:
        return depth < kMaxDepth ? Known(inst.args[0], depth + 1) : ValueId();
      case Op::kLoad: {
        const Inst& addr = f_->inst(Resolve(inst.args[0]));
        if (addr.op != Op::kLocalAddr || depth >= kMaxDepth) return {};
        const LocalUse& use = uses_[addr.local.index];
        if (use.other || use.stores != 1 || !use.store.is_valid()) return {};
        const rt::Kind kind = layout_.KindOf(inst.type);
        if (kind != rt::kFunc && kind != rt::kInterface) return {};
        const ValueId value = Known(f_->inst(use.store).args[1], depth + 1);
        if (!value.is_valid() || !Dominates(use.store, v)) return {};
        return value;
      }
      default:
        return {};
    }
  }

  bool Dominates(ValueId a, ValueId b) {
    const BlockId ba = f_->inst(a).block, bb = f_->inst(b).block;
    if (ba == bb) {
      for (ValueId v : f_->block(ba).insts) {
        if (v == a) return true;
        if (v == b) return false;
      }
      return false;
    }
    if (dom_ == nullptr) dom_ = std::make_unique<DomTree>(*f_);
    return dom_->IsReachable(ba) && dom_->IsReachable(bb) && dom_->Dominates(ba, bb);
  }

  int DepthOf(int32_t site) const {
    int n = 0;
    for (; site >= 0; site = f_->inline_sites[static_cast<size_t>(site)].outer) n++;
    return n;
  }

  // Whether nothing but this call and its nil check uses the closure.
  bool IsCalledOnce(ValueId call) {
    const ValueId fn = f_->inst(call).op == Op::kCallClosure ? f_->inst(call).args[0] : ValueId();
    if (!fn.is_valid()) return false;
    int uses = 0;
    for (const Block& b : f_->blocks) {
      for (ValueId v : b.insts) {
        const Inst& inst = f_->inst(v);
        if (inst.op == Op::kNilCheck) continue;
        for (ValueId a : inst.args) uses += Resolve(a) == fn ? 1 : 0;
      }
    }
    if (f_->inst(fn).op == Op::kLoad) {
      const Inst& addr = f_->inst(Resolve(f_->inst(fn).args[0]));
      return uses == 1 && addr.op == Op::kLocalAddr && uses_[addr.local.index].loads == 1;
    }
    return uses == 1;
  }

  static bool IsSmallThunk(const Func* f) {
    if (!f->is_built || f->kind != FuncKind::kWrapper || f->has_defer) return false;
    for (const Inst& inst : f->insts) {
      if (inst.op == Op::kRecover) return false;
    }
    return f->insts.size() <= kMaxThunk;
  }

  bool CanInline(ValueId call, Func* callee, ValueId closure) {
    if (take_thunks_ && closure.is_valid() && IsSmallThunk(callee)) return true;
    if (callee == f_ || !callee->is_built || callee->inline_cost < 0 || callee->no_inline ||
        callee->has_defer || callee->has_recover || callee->is_wrapper) {
      return false;
    }
    if (callee->kind != FuncKind::kDeclared && callee->kind != FuncKind::kLiteral) return false;
    if (callee->is_closure != closure.is_valid()) return false;
    if (closure.is_valid() && callee->captures.size() != f_->inst(closure).args.size()) return false;
    int budget = kInlineBudget;
    if (f_->insts.size() > kBigFunc) budget = kBigFuncBudget;
    if (callee->kind == FuncKind::kLiteral) {
      budget = kLiteralBudget;
      if (callee->inline_cost > budget && callee->inline_cost <= kCalledOnceBudget &&
          IsCalledOnce(call)) {
        budget = kCalledOnceBudget;
      }
    }
    if (callee->inline_cost > budget) return false;
    // What stands behind the call would be moved once more.
    if (callee->blocks.size() > 1 && f_->insts.size() > kHugeFunc) return false;
    auto mine = all_.group_.find(f_), theirs = all_.group_.find(callee);
    if (mine != all_.group_.end() && theirs != all_.group_.end() &&
        mine->second == theirs->second) {
      return false;
    }
    // A call that was not a direct one before may reach what has not had its turn.
    if (theirs != all_.group_.end() && !all_.Finish(callee)) return false;
    const int32_t site = f_->inst(call).inline_site;
    if (DepthOf(site) > kMaxDepth) return false;
    for (int32_t s = site; s >= 0; s = f_->inline_sites[static_cast<size_t>(s)].outer) {
      if (f_->inline_sites[static_cast<size_t>(s)].callee == callee) return false;
    }
    return true;
  }

  // ---- copying

  LocalId NewLocal(types::Type* type) {
    const LocalId id = b_.NewTemp(type);
    uses_.emplace_back();
    return id;
  }

  // An instruction that stands in no block yet.
  ValueId Add(std::vector<ValueId>* list, Op op, types::Type* type,
              std::initializer_list<ValueId> args, Pos pos, int32_t site) {
    const ValueId id(f_->insts.size());
    Inst& inst = f_->insts.emplace_back();
    repl_.emplace_back();
    inst.op = op;
    inst.type = type;
    inst.pos = pos;
    inst.inline_site = site;
    inst.args = CopyArgs(std::span<const ValueId>(args.begin(), args.size()));
    list->push_back(id);
    return id;
  }

  std::span<ValueId> CopyArgs(std::span<const ValueId> args) {
    if (args.empty()) return {};
    auto* p = static_cast<ValueId*>(all_.module_->arena.Allocate(sizeof(ValueId) * args.size(),
                                                                 alignof(ValueId)));
    std::copy(args.begin(), args.end(), p);
    return {p, args.size()};
  }

  void Insert(BlockId b, size_t at, const std::vector<ValueId>& list) {
    for (ValueId v : list) f_->inst(v).block = b;
    auto& insts = f_->block(b).insts;
    insts.insert(insts.begin() + static_cast<ptrdiff_t>(at), list.begin(), list.end());
  }

  ValueId AddLocalAddr(std::vector<ValueId>* list, LocalId l, Pos pos, int32_t site) {
    const ValueId v = Add(list, Op::kLocalAddr, layout_.PointerTo(f_->local(l).type), {}, pos, site);
    f_->inst(v).local = l;
    return v;
  }

  void AddStore(std::vector<ValueId>* list, LocalId l, ValueId value, Pos pos, int32_t site) {
    types::Type* type = f_->local(l).type;
    const ValueId addr = AddLocalAddr(list, l, pos, site);
    if (layout_.IsWord(type)) {
      uses_[l.index].stores++;
      uses_[l.index].store = Add(list, Op::kStore, nullptr, {addr, value}, pos, site);
    } else {
      uses_[l.index].other = true;
      f_->inst(Add(list, Op::kMove, nullptr, {addr, value}, pos, site)).elem = type;
    }
  }

  // literal: the value that is called, where it is one.
  void Inline(BlockId b, size_t i, Func* callee, ValueId closure, ValueId literal);
  void Note(const Func* callee, int32_t site);
  void NameLiteral(ValueId literal, const Func& body);
  void FinishReplacing();

  Inliner& all_;
  Func* const f_;
  TypeLayout& layout_;
  Builder b_;
  std::vector<ValueId> repl_;
  std::vector<LocalUse> uses_;
  std::unordered_map<uint32_t, std::vector<ValueId>> tuples_;  // word results of inlined calls
  std::unordered_map<uint32_t, std::string_view> result_names_;  // of calls with one
  std::unordered_map<uint32_t, std::string> literal_names_;      // of literals that came in
  int num_literals_ = -1;                                        // in the function, for their names
  std::unique_ptr<DomTree> dom_;
  const bool take_thunks_;
  bool changed_ = false;
};

void FuncInliner::Note(const Func* callee, int32_t site) {
  if (all_.notes_ != nullptr) all_.NoteCall(OutermostPos(*f_, site), *callee);
}

// Go makes functions anew of the literals in what it inlines: named after the function, after what
// was inlined, and numbered behind the function's own.
void FuncInliner::NameLiteral(ValueId literal, const Func& body) {
  if (num_literals_ < 0) {
    num_literals_ = 0;
    const std::string prefix =
        std::string(f_->name) + (f_->kind == FuncKind::kLiteral ? "." : ".func");
    for (const Func* f : all_.module_->funcs) {
      if (f->kind == FuncKind::kLiteral && f->name.starts_with(prefix) &&
          f->name.find('.', prefix.size()) == std::string_view::npos) {
        num_literals_++;
      }
    }
  }
  std::string inlined;
  for (int32_t s = f_->inst(literal).inline_site; s >= 0;) {
    const InlineSite& site = f_->inline_sites[static_cast<size_t>(s)];
    std::string name = FuncText(*site.callee, *all_.module_);
    if (site.callee->pkg != nullptr && site.callee->pkg->path != all_.module_->name) {
      name = name.substr(name.find('.') + 1);
    }
    inlined = "." + name + inlined;
    s = site.outer;
  }
  std::string name = FuncText(*f_, *all_.module_) + inlined +
                     (f_->kind == FuncKind::kLiteral ? "." : ".func") +
                     std::to_string(++num_literals_);
  if (!body.no_inline && body.inline_cost >= 0 && body.inline_cost <= kCalledOnceBudget) {
    all_.notes_->push_back({body.pos, "can inline " + name});
  }
  literal_names_[literal.index] = std::move(name);
}

// What a copy is made of: the callee's numbers to the caller's.
struct BodyCopy {
  std::vector<ValueId> values;
  std::vector<LocalId> locals;
  std::vector<ValueId> local_value;    // read-only word parameters
  std::vector<ValueId> local_address;  // aggregate parameters and results
  std::vector<ValueId> capture_value;
  std::vector<LocalId> capture_local;
  std::vector<bool> is_copy;           // the value has an instruction of its own
};

void FuncInliner::Inline(BlockId b, size_t i, Func* callee, ValueId closure, ValueId literal) {
  const BodyFacts& facts = all_.Facts(callee);
  const ValueId call_id = f_->block(b).insts[i];
  const Inst call = f_->inst(call_id);
  const std::span<const ValueId> args = closure.is_valid() && call.op == Op::kCallClosure
                                            ? std::span<const ValueId>(call.args.subspan(1))
                                            : std::span<const ValueId>(call.args);
  const Pos pos = call.pos;
  changed_ = true;

  // The sites: this call, and those that were inlined into the callee.
  const auto site = static_cast<int32_t>(f_->inline_sites.size());
  f_->inline_sites.push_back({callee, call.pos, call.inline_site});
  if (auto it = literal_names_.find(literal.index);
      literal.is_valid() && it != literal_names_.end()) {
    all_.notes_->push_back({OutermostPos(*f_, site), "inlining call to " + it->second});
  } else {
    Note(callee, site);
  }
  for (const InlineSite& s : callee->inline_sites) {
    f_->inline_sites.push_back({s.callee, s.call_pos, s.outer < 0 ? site : site + 1 + s.outer});
    Note(s.callee, static_cast<int32_t>(f_->inline_sites.size()) - 1);
  }

  BodyCopy copy;
  copy.values.resize(callee->insts.size());
  copy.is_copy.assign(callee->insts.size(), false);
  copy.locals.resize(callee->locals.size());
  copy.local_value.resize(callee->locals.size());
  copy.local_address.resize(callee->locals.size());
  std::vector<ValueId> prologue;
  for (size_t p = 0; p < callee->params.size(); p++) {
    const uint32_t l = callee->params[p].index;
    const LocalUse& use = facts.uses[l];
    if (!layout_.IsWord(callee->locals[l].type)) {
      copy.local_address[l] = args[p];
    } else if (!use.other && use.stores == 0) {
      copy.local_value[l] = args[p];
    }
  }
  size_t next_address = callee->params.size();
  for (LocalId r : callee->results) {
    if (layout_.IsWord(callee->local(r).type)) continue;
    copy.local_address[r.index] = args[next_address++];
  }
  for (uint32_t l = 0; l < callee->locals.size(); l++) {
    if (copy.local_value[l].is_valid() || copy.local_address[l].is_valid()) continue;
    Local local = callee->locals[l];
    local.is_param = local.is_result = local.is_volatile = false;
    if (all_.notes_ != nullptr) local.pos = OutermostPos(*f_, site);
    copy.locals[l] = LocalId(f_->locals.size());
    f_->locals.push_back(local);
    uses_.push_back(facts.uses[l]);
    uses_.back().store = {};
  }
  for (size_t p = 0; p < callee->params.size(); p++) {
    const LocalId l = copy.locals[callee->params[p].index];
    if (l.is_valid()) AddStore(&prologue, l, args[p], pos, site);
  }
  if (closure.is_valid()) {
    const std::vector<ValueId> captured(f_->inst(closure).args.begin(),
                                        f_->inst(closure).args.end());
    copy.capture_value = captured;
    copy.capture_local.resize(captured.size());
    std::vector<ValueId> kept;
    for (size_t c = 0; c < captured.size(); c++) {
      copy.capture_value[c] = Resolve(captured[c]);
      if (!facts.capture_in_memory[c]) continue;
      // The slot is used as memory: a local gets what is captured, where it is captured.
      copy.capture_local[c] = NewLocal(callee->captures[c].type);
      uses_[copy.capture_local[c].index].other = true;
      AddStore(&kept, copy.capture_local[c], copy.capture_value[c], f_->inst(closure).pos,
               f_->inst(closure).inline_site);
    }
    if (!kept.empty()) {
      const BlockId home = f_->inst(closure).block;
      auto& insts = f_->block(home).insts;
      const auto at = std::find(insts.begin(), insts.end(), closure) - insts.begin();
      Insert(home, static_cast<size_t>(at) + 1, kept);
      if (home == b && static_cast<size_t>(at) < i) i += kept.size();
    }
  }

  // New numbers for all instructions; those that something else stands for get none.
  for (const Block& block : callee->blocks) {
    for (ValueId v : block.insts) {
      const Inst& inst = callee->inst(v);
      if (inst.op == Op::kLocalAddr && (copy.local_value[inst.local.index].is_valid() ||
                                        copy.local_address[inst.local.index].is_valid())) {
        copy.values[v.index] = copy.local_address[inst.local.index];
        continue;
      }
      if (inst.op == Op::kLoad) {
        const Inst& addr = callee->inst(inst.args[0]);
        if (addr.op == Op::kLocalAddr && copy.local_value[addr.local.index].is_valid()) {
          copy.values[v.index] = copy.local_value[addr.local.index];
          continue;
        }
        if (addr.op == Op::kCaptureAddr &&
            !copy.capture_local[static_cast<size_t>(addr.imm)].is_valid()) {
          copy.values[v.index] = copy.capture_value[static_cast<size_t>(addr.imm)];
          continue;
        }
      }
      if (inst.op == Op::kCaptureAddr &&
          !copy.capture_local[static_cast<size_t>(inst.imm)].is_valid()) {
        continue;
      }
      copy.values[v.index] = ValueId(f_->insts.size());
      copy.is_copy[v.index] = true;
      f_->insts.push_back(inst);
      repl_.emplace_back();
    }
  }

  // Word results: the operands of the only Return, or locals.
  std::vector<types::Type*> words;
  for (LocalId r : callee->results) {
    types::Type* t = callee->local(r).type;
    if (layout_.IsWord(t)) words.push_back(t);
  }
  std::vector<LocalId> result_locals;
  if (facts.num_returns > 1) {
    for (types::Type* t : words) result_locals.push_back(NewLocal(t));
  }
  std::vector<ValueId> results;

  // In place, or in blocks of its own with the rest of the caller's block behind.
  const bool in_place = callee->blocks.size() == 1;
  BlockId rest = b;
  std::vector<ValueId> tail;
  const auto first_block = static_cast<uint32_t>(f_->blocks.size());
  {
    auto& insts = f_->block(b).insts;
    tail.assign(insts.begin() + static_cast<ptrdiff_t>(i) + 1, insts.end());
    insts.resize(i);
  }
  if (!in_place) {
    f_->blocks.resize(f_->blocks.size() + callee->blocks.size() + 1);
    rest = BlockId(f_->blocks.size() - 1);
    dom_.reset();
  }
  for (ValueId v : prologue) f_->inst(v).block = b;
  for (ValueId v : prologue) f_->block(b).insts.push_back(v);
  if (!in_place) {
    std::vector<ValueId> jump;
    f_->inst(Add(&jump, Op::kJump, nullptr, {}, pos, site)).target0 = BlockId(first_block);
    f_->inst(jump[0]).block = b;
    f_->block(b).insts.push_back(jump[0]);
  }
  for (size_t k = 0; k < callee->blocks.size(); k++) {
    const BlockId to = in_place ? b : BlockId(first_block + k);
    for (ValueId old : callee->blocks[k].insts) {
      const Inst& from = callee->inst(old);
      if (!copy.is_copy[old.index]) continue;
      const ValueId v = copy.values[old.index];
      Inst& inst = f_->inst(v);
      inst.block = to;
      inst.inline_site = from.inline_site < 0 ? site : site + 1 + from.inline_site;
      if (!inst.pos.is_known()) inst.pos = callee->pos;
      std::span<ValueId> operands = CopyArgs(from.args);
      for (ValueId& a : operands) {
        if (a.is_valid()) a = copy.values[a.index];
      }
      f_->inst(v).args = operands;
      if (all_.notes_ != nullptr && !from.text.empty() &&
          (from.op == Op::kMakeClosure || from.op == Op::kFuncAddr)) {
        NameLiteral(v, *from.callee);
      }
      if (from.op == Op::kDeclLocal || from.op == Op::kLocalAddr) {
        if (copy.locals[from.local.index].is_valid()) {
          f_->inst(v).local = copy.locals[from.local.index];
        } else {
          // The declaration of an aggregate result.
          const ValueId address = copy.local_address[from.local.index];
          Inst& clear = f_->inst(v);
          clear.op = Op::kClear;
          clear.elem = callee->local(from.local).type;
          clear.local = {};
          clear.args = CopyArgs(std::span<const ValueId>(&address, 1));
        }
      } else if (from.op == Op::kCaptureAddr) {
        Inst& address = f_->inst(v);
        address.op = Op::kLocalAddr;
        address.local = copy.capture_local[static_cast<size_t>(from.imm)];
        address.imm = 0;
      } else if (from.op == Op::kStore) {
        const Inst& addr = callee->inst(from.args[0]);
        if (addr.op == Op::kLocalAddr && copy.locals[addr.local.index].is_valid()) {
          uses_[copy.locals[addr.local.index].index].store = v;
        }
      }
      if (from.op == Op::kReturn) {
        const std::vector<ValueId> returned(f_->inst(v).args.begin(), f_->inst(v).args.end());
        if (facts.num_returns == 1) {
          results = returned;
        } else {
          std::vector<ValueId> stores;
          for (size_t w = 0; w < returned.size(); w++) {
            AddStore(&stores, result_locals[w], returned[w], f_->inst(v).pos,
                     f_->inst(v).inline_site);
          }
          for (ValueId s : stores) {
            f_->inst(s).block = to;
            f_->block(to).insts.push_back(s);
          }
        }
        if (in_place) continue;
        Inst& jump = f_->inst(v);
        jump.op = Op::kJump;
        jump.type = nullptr;
        jump.args = {};
        jump.target0 = rest;
        f_->block(to).insts.push_back(v);
        continue;
      }
      Inst& done = f_->inst(v);
      if (InfoOf(done.op).is_terminator) {
        if (!done.cases.empty()) {
          std::vector<SwitchCase> cases(done.cases.begin(), done.cases.end());
          done.cases = all_.module_->arena.CopyList(cases);
        }
        ForEachTarget(done, [&](BlockId* t) { t->index += first_block; });
      }
      f_->block(to).insts.push_back(v);
    }
  }
  if (facts.num_returns > 1) {
    std::vector<ValueId> loads;
    for (size_t w = 0; w < words.size(); w++) {
      const ValueId addr = AddLocalAddr(&loads, result_locals[w], pos, site);
      uses_[result_locals[w].index].loads++;
      results.push_back(Add(&loads, Op::kLoad, words[w], {addr}, pos, site));
    }
    for (ValueId v : loads) {
      f_->inst(v).block = rest;
      f_->block(rest).insts.push_back(v);
    }
  }
  if (in_place && facts.num_returns == 0) {
    // It never returns, and its terminator ends the block; the rest is not reached.
    f_->blocks.emplace_back();
    rest = BlockId(f_->blocks.size() - 1);
    dom_.reset();
  }
  if (rest != b) {
    for (ValueId v : tail) f_->inst(v).block = rest;
  }
  auto& behind = f_->block(rest).insts;
  behind.insert(behind.end(), tail.begin(), tail.end());
  if (words.size() == 1 && !results.empty()) {
    Replace(call_id, results[0]);
    const bool is_only = callee->results.size() == 1;
    const std::string_view name = is_only ? callee->local(callee->results[0]).name : "";
    result_names_[call_id.index] = name.empty() || name == "_" ? "~r0" : name;
  }
  if (words.size() > 1 && !results.empty()) tuples_[call_id.index] = results;
}

void FuncInliner::FinishReplacing() {
  for (Block& block : f_->blocks) {
    std::erase_if(block.insts, [&](ValueId v) {
      ResolveArgs(f_->inst(v));
      return ReplaceExtract(v);
    });
  }
  for (Block& block : f_->blocks) {
    for (ValueId v : block.insts) ResolveArgs(f_->inst(v));
  }
}

bool Inliner::Finish(Func* f) {
  State& state = state_[f];
  if (state == State::kUntouched) {
    state = State::kRunning;
    FuncInliner(this, f, /*take_thunks=*/false).Run();
    state_[f] = State::kDone;
  }
  return state_[f] == State::kDone;
}

void Inliner::FindCapturedFuncs() {
  // Those that make a literal come before it.
  for (Func* f : module_->funcs) {
    if (f->is_built) FuncInliner(this, f, /*take_thunks=*/false).FindCapturedFuncs();
  }
}

void Inliner::Run() {
  const std::vector<std::vector<Func*>> groups = CallOrder(module_);
  for (size_t g = 0; g < groups.size(); g++) {
    for (Func* f : groups[g]) group_[f] = g;
  }
  FindCapturedFuncs();
  std::vector<Func*> thunks;
  if (notes_ != nullptr) {
    for (Func* f : module_->funcs) {
      if (!f->is_built || f->no_inline || f->inline_cost < 0) continue;
      const int budget = f->kind == FuncKind::kLiteral ? kCalledOnceBudget : kInlineBudget;
      const bool is_thunk = f->kind == FuncKind::kWrapper;
      if (f->kind != FuncKind::kDeclared && f->kind != FuncKind::kLiteral && !is_thunk) continue;
      if (is_thunk) thunks.push_back(f);
      if (f->inline_cost <= budget) {
        notes_->push_back({f->decl_pos.is_known() ? f->decl_pos : f->pos,
                           "can inline " + FuncText(*f, *module_)});
      }
    }
  }
  for (const std::vector<Func*>& group : groups) {
    for (Func* f : group) Finish(f);
  }
  // What go and defer call in Go's view of it; here thunks stay as they are.
  for (Func* f : thunks) FuncInliner(this, f, /*take_thunks=*/false).NoteCalls();
  if (notes_ != nullptr) NoteIntrinsics();
}

// What is written out where it is called was never a call here, but may be one that Go inlines.
void Inliner::NoteIntrinsics() {
  for (const Func* f : module_->funcs) {
    for (const Block& block : f->blocks) {
      for (ValueId v : block.insts) {
        const Inst& inst = f->inst(v);
        if (inst.op != Op::kCallIntrinsic) continue;
        const Pos pos = inst.inline_site >= 0 ? OutermostPos(*f, inst.inline_site) : inst.pos;
        std::istringstream names{std::string(InlinedInstead(static_cast<Intrinsic>(inst.imm)))};
        for (std::string name; names >> name;) notes_->push_back({pos, "inlining call to " + name});
      }
    }
  }
}

void Inliner::RunOnDeferred(Func* f) { FuncInliner(this, f, /*take_thunks=*/true).Run(); }

}  // namespace

void InlineDeferred(Module* module, Func* func) { Inliner(module, nullptr).RunOnDeferred(func); }

void InlineCalls(Module* module, std::vector<EscapeNote>* notes) {
  Inliner(module, notes).Run();
}

}  // namespace gol::ir
