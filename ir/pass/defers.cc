// Defers that need no record. See defers.h.
//
// A deferred call runs when its function returns or when a panic leaves it. If nothing between the
// defer statement and the return can panic but checks that the function makes itself, the return may
// simply call what was deferred, and each such check can say on its way to the panic what is
// pending: no frame has to be linked and no record written when the defer statement runs.
//
//   defer c            |  (nothing)
//   bounds.check i, n  |  if i >= n goto cold
//   defer.run          |  call c
//   return             |  return
//
//   cold: call panicking(c, i, n)   // func panicking(c, i, n) { defer c(); bounds.check i, n }
//         goto the recover block
//
// `panicking` is an ordinary function with a defer, made here, and hidden from tracebacks: the panic
// runs c; if c recovers, panicking returns, and its caller returns its results as they stand, as
// after every recovered panic. Closures are made on the cold path, of the values that the defer
// statement captured.
//
// Where it applies. The same defers must be pending at a place whichever way it was reached; a defer
// in a loop is none of these. While something is pending, no call may be made of what might panic or
// call runtime.Goexit: calls of functions that hold neither checks nor calls are fine. What is
// deferred is inlined at the return where it can be, and its checks are then treated alike, with
// those defers pending that were there before it.
#include "ir/pass/defers.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "ir/builder.h"
#include "ir/pass/inline.h"
#include "ir/pass/unused.h"
#include "ir/type_layout.h"

namespace gol::ir {
namespace {

constexpr size_t kMaxDefers = 8;

// Checks that become branches.
bool IsCheck(Op op) {
  return op == Op::kNilCheck || op == Op::kBoundsCheck || op == Op::kDivCheck ||
         op == Op::kPanic;
}

class DeferElider {
 public:
  DeferElider(Module* module, Func* func)
      : module_(module), layout_(module->layout()), original_(func), f_(*func) {
    // Operands and targets are changed in place: the copy needs its own.
    for (Inst& inst : f_.insts) {
      if (!inst.cases.empty()) {
        inst.cases = module_->arena.CopyList(
            std::vector<SwitchCase>(inst.cases.begin(), inst.cases.end()));
      }
      if (inst.args.empty()) continue;
      auto* p = static_cast<ValueId*>(
          module_->arena.Allocate(sizeof(ValueId) * inst.args.size(), alignof(ValueId)));
      std::copy(inst.args.begin(), inst.args.end(), p);
      inst.args = {p, inst.args.size()};
    }
  }

  // Whether the function was changed.
  bool Run() {
    if (!CollectDefers() || !ComputePending()) return false;
    ReplaceRuns();
    InlineDeferred(module_, &f_);
    if (!ComputePending() || !CanConvert()) return false;
    Convert();
    // Whoever reads a traceback from the deferred call finds the function as Go leaves it: not inlined.
    if (num_helpers_ > 0) f_.no_inline = true;
    *original_ = std::move(f_);
    return true;
  }

 private:
  using Pending = std::vector<ValueId>;  // Defer instructions, earliest first

  const Inst& ClosureOf(ValueId defer) const { return f_.inst(f_.inst(defer).args[0]); }

  bool CollectDefers() {
    size_t n = 0;
    for (const Block& b : f_.blocks) {
      for (ValueId v : b.insts) {
        const Inst& inst = f_.inst(v);
        if (inst.op == Op::kRecover) return false;
        if (inst.op != Op::kDefer) continue;
        if (inst.in_loop || ++n > kMaxDefers) return false;
        const Inst& closure = f_.inst(inst.args[0]);
        if (closure.op != Op::kMakeClosure && closure.op != Op::kFuncAddr) return false;
        if (closure.callee == nullptr || !closure.callee->is_built) return false;
        for (ValueId a : closure.args) {
          if (layout_.IsAggregate(f_.inst(a).type)) return false;
        }
        for (const Capture& c : closure.callee->captures) {
          if (layout_.IsAggregate(c.type)) return false;
        }
        // A thunk of recover() itself looks at its caller's frame.
        for (const Block& block : closure.callee->blocks) {
          for (ValueId u : block.insts) {
            const Inst& inside = closure.callee->inst(u);
            if (inside.op == Op::kRecover && inside.imm != 0) return false;
          }
        }
      }
    }
    return n > 0;
  }

  // What the instruction makes of what is pending. RunDefers with imm n > 0 is a mark of this pass:
  // from here on the first n - 1 are pending.
  void Step(ValueId v, Pending* pending) const {
    const Inst& inst = f_.inst(v);
    if (inst.op == Op::kDefer) {
      pending->push_back(v);
    } else if (inst.op == Op::kRunDefers) {
      pending->resize(inst.imm > 0 ? std::min(pending->size(), static_cast<size_t>(inst.imm) - 1)
                                   : 0);
    }
  }

  // Fills in_ for the blocks that control reaches; false if two ways disagree.
  bool ComputePending() {
    in_.assign(f_.blocks.size(), {});
    reached_.assign(f_.blocks.size(), false);
    std::vector<uint32_t> work{0};
    reached_[0] = true;
    while (!work.empty()) {
      const uint32_t b = work.back();
      work.pop_back();
      Pending pending = in_[b];
      for (ValueId v : f_.blocks[b].insts) {
        Step(v, &pending);
        if (pending.size() > kMaxDefers) return false;
      }
      bool agree = true;
      ForEachTarget(f_.inst(f_.blocks[b].insts.back()), [&](BlockId* t) {
        if (!reached_[t->index]) {
          reached_[t->index] = true;
          in_[t->index] = pending;
          work.push_back(t->index);
        } else if (in_[t->index] != pending) {
          agree = false;
        }
      });
      if (!agree) return false;
    }
    return true;
  }

  // Each RunDefers becomes calls of what is pending, latest first.
  void ReplaceRuns() {
    for (uint32_t b = 0; b < f_.blocks.size(); b++) {
      if (!reached_[b]) continue;
      Pending pending = in_[b];
      std::vector<ValueId> list;
      const std::vector<ValueId> old = f_.blocks[b].insts;
      for (ValueId v : old) {
        if (f_.inst(v).op != Op::kRunDefers) {
          list.push_back(v);
          Step(v, &pending);
          continue;
        }
        for (size_t k = pending.size(); k-- > 0;) {
          const ValueId mark = Add(&list, Op::kRunDefers, {}, v);
          f_.inst(mark).imm = static_cast<int64_t>(k) + 1;
          const ValueId fn = f_.inst(pending[k]).args[0];
          const ValueId call = Add(&list, Op::kCallClosure, {fn}, v);
          f_.inst(call).sig = types::UnderAs<types::Signature>(f_.inst(fn).type);
        }
        pending.clear();
      }
      for (ValueId v : list) f_.inst(v).block = BlockId(b);
      f_.blocks[b].insts = std::move(list);
    }
  }

  ValueId Add(std::vector<ValueId>* list, Op op, std::initializer_list<ValueId> args, ValueId like) {
    const ValueId id(f_.insts.size());
    f_.insts.emplace_back();
    Inst& inst = f_.insts.back();
    inst.op = op;
    inst.pos = f_.inst(like).pos;
    inst.inline_site = f_.inst(like).inline_site;
    inst.block = f_.inst(like).block;
    if (args.size() != 0) {
      auto* p = static_cast<ValueId*>(
          module_->arena.Allocate(sizeof(ValueId) * args.size(), alignof(ValueId)));
      std::copy(args.begin(), args.end(), p);
      inst.args = {p, args.size()};
    }
    list->push_back(id);
    return id;
  }

  // Whether the function returns whatever happens, without panicking or calling runtime.Goexit.
  bool IsHarmless(const Func* f, int depth) {
    if (f == nullptr || !f->is_built || depth > 4) return false;
    for (const Block& b : f->blocks) {
      for (ValueId v : b.insts) {
        const Inst& inst = f->inst(v);
        if (IsCheck(inst.op) || !IsHarmlessInst(*f, inst, depth)) return false;
      }
    }
    return true;
  }

  bool IsHarmlessInst(const Func& f, const Inst& inst, int depth) {
    switch (inst.op) {
      case Op::kLoad:
      case Op::kStore:
      case Op::kMove:
      case Op::kClear:
        return !inst.may_fault;  // a check of the address comes first
      case Op::kMemEq:
        return !layout_.HasPointers(inst.elem);  // no interfaces to compare
      case Op::kBitcast:
        // What points nowhere may fault.
        return layout_.KindOf(f.inst(inst.args[0]).type) != rt::kUintptr;
      case Op::kCall:
        return IsHarmless(inst.callee, depth + 1);
      case Op::kCallIntrinsic:
        return true;
      case Op::kCallClosure:
      case Op::kCallIface:
      case Op::kCallNative:
      case Op::kPanicRuntime:
      case Op::kGo:
      case Op::kRecover:
      case Op::kBlock:
        return false;
      default:
        return !InfoOf(inst.op).may_panic;
    }
  }

  bool CanConvert() {
    for (uint32_t b = 0; b < f_.blocks.size(); b++) {
      if (!reached_[b]) continue;
      Pending pending = in_[b];
      for (ValueId v : f_.blocks[b].insts) {
        const Inst& inst = f_.inst(v);
        Step(v, &pending);
        if (pending.empty() || IsCheck(inst.op) || inst.op == Op::kDefer ||
            inst.op == Op::kRunDefers) {
          continue;
        }
        if (inst.op == Op::kCallClosure) {
          const Inst& closure = f_.inst(inst.args[0]);
          const bool known = closure.op == Op::kMakeClosure || closure.op == Op::kFuncAddr;
          if (!known || !IsHarmless(closure.callee, 0)) return false;
          continue;
        }
        if (!IsHarmlessInst(f_, inst, 0)) return false;
      }
    }
    return true;
  }

  void Convert() {
    const BlockId after_panic = f_.recover_block;
    f_.has_defer = false;
    f_.recover_block = {};
    for (Local& l : f_.locals) l.is_volatile = false;
    for (Inst& inst : f_.insts) inst.is_volatile = false;
    const size_t old_blocks = f_.blocks.size();
    for (uint32_t start = 0; start < old_blocks; start++) {
      Pending pending = in_[start];
      const bool is_reached = reached_[start];
      uint32_t b = start;
      const std::vector<ValueId> old = std::exchange(f_.blocks[b].insts, {});
      for (ValueId v : old) {
        const Op op = f_.inst(v).op;
        if (is_reached) Step(v, &pending);
        if (op == Op::kDefer || op == Op::kRunDefers) continue;
        if (is_reached && !pending.empty() && IsCheck(op)) {
          const auto cold = static_cast<uint32_t>(f_.blocks.size());
          f_.blocks.emplace_back();
          EmitCold(cold, v, pending, after_panic);
          const auto next = static_cast<uint32_t>(f_.blocks.size());
          f_.blocks.emplace_back();
          EmitBranch(b, v, cold, next);
          b = next;
          continue;
        }
        f_.inst(v).block = BlockId(b);
        f_.blocks[b].insts.push_back(v);
      }
      if (f_.blocks[b].insts.empty()) {
        // Behind a panic.
        std::vector<ValueId> list;
        Add(&list, Op::kUnreachable, {}, old.back());
        f_.inst(list[0]).block = BlockId(b);
        f_.blocks[b].insts = list;
      }
    }
    RemoveUnreachable(&f_);
    RemoveUnusedInsts(&f_);
    FinishBarriers(&f_);
  }

  void EmitBranch(uint32_t b, ValueId check, uint32_t cold, uint32_t next) {
    const Inst in = f_.inst(check);
    std::vector<ValueId>& list = f_.blocks[b].insts;
    const size_t first = list.size();
    types::Type* bool_type = layout_.Canon(module_->context->basic(types::BasicKind::kBool));
    ValueId bad;
    switch (in.op) {
      case Op::kPanic: {
        const ValueId jump = Add(&list, Op::kJump, {}, check);
        f_.inst(jump).target0 = BlockId(cold);
        break;
      }
      case Op::kNilCheck:
      case Op::kDivCheck: {
        const ValueId zero = Add(&list, Op::kZero, {}, check);
        f_.inst(zero).type = f_.inst(in.args[0]).type;
        bad = Add(&list, Op::kEq, {in.args[0], zero}, check);
        break;
      }
      default: {  // an index against a length, both as unsigned numbers
        types::Type* uint_type = layout_.Canon(module_->context->basic(types::BasicKind::kUint64));
        auto wide = [&](ValueId v) {
          const ValueId c = Add(&list, Op::kConvert, {v}, check);
          f_.inst(c).type = uint_type;
          return c;
        };
        const ValueId index = wide(in.args[0]);
        const ValueId length = wide(in.args[1]);
        bad = Add(&list, Op::kGe, {index, length}, check);
        break;
      }
    }
    if (bad.is_valid()) {
      f_.inst(bad).type = bool_type;
      const ValueId branch = Add(&list, Op::kBranch, {bad}, check);
      f_.inst(branch).target0 = BlockId(cold);
      f_.inst(branch).target1 = BlockId(next);
      f_.inst(branch).likely = 2;
    }
    for (size_t i = first; i < list.size(); i++) f_.inst(list[i]).block = BlockId(b);
  }

  void EmitCold(uint32_t cold, ValueId check, const Pending& pending, BlockId after_panic) {
    std::vector<ValueId> list;
    std::vector<ValueId> args;
    for (ValueId defer : pending) {
      const Inst closure = ClosureOf(defer);
      const ValueId copy = Add(&list, closure.op, {}, check);
      Inst& made = f_.inst(copy);
      made.type = closure.type;
      made.callee = closure.callee;
      made.text = {};
      auto* p = static_cast<ValueId*>(
          module_->arena.Allocate(sizeof(ValueId) * closure.args.size(), alignof(ValueId)));
      std::copy(closure.args.begin(), closure.args.end(), p);
      made.args = {p, closure.args.size()};
      args.push_back(copy);
    }
    const Inst in = f_.inst(check);
    args.insert(args.end(), in.args.begin(), in.args.end());
    std::vector<types::Type*> params;
    for (ValueId a : args) params.push_back(f_.inst(a).type);
    const ValueId call = Add(&list, Op::kCall, {}, check);
    auto* p = static_cast<ValueId*>(
        module_->arena.Allocate(sizeof(ValueId) * args.size(), alignof(ValueId)));
    std::copy(args.begin(), args.end(), p);
    f_.inst(call).args = {p, args.size()};
    f_.inst(call).callee = Panicking(in, params, pending.size());
    const ValueId jump = Add(&list, Op::kJump, {}, check);
    f_.inst(jump).target0 = after_panic;
    for (ValueId v : list) f_.inst(v).block = BlockId(cold);
    f_.blocks[cold].insts = std::move(list);
  }

  // The function that defers its first parameters and panics as the check of the others.
  Func* Panicking(const Inst& check, const std::vector<types::Type*>& params, size_t num_defers) {
    std::string name(original_->name);
    name += ".panicking" + std::to_string(++num_helpers_) + "-defers";  // hides it in tracebacks
    Func* f = module_->NewFunc(name, FuncKind::kWrapper);
    f->pkg = original_->pkg;
    f->pos = original_->pos;
    f->is_instance = original_->is_instance;
    f->no_inline = true;
    f->has_defer = true;
    auto tuple = [&](const std::vector<types::Type*>& list) {
      std::vector<types::Var*> vars;
      for (types::Type* t : list) {
        vars.push_back(module_->context->NewParam(Pos(), nullptr, "", t));
      }
      return module_->context->NewTuple(vars);
    };
    auto* sig = module_->context->New<types::Signature>();
    sig->params = tuple(params);
    sig->results = tuple({});
    f->sig = sig;
    Builder b(f);
    b.pos = check.pos;
    b.SetBlock(b.NewBlock());
    std::vector<ValueId> values;
    for (types::Type* t : params) {
      const LocalId l = b.NewTemp(t);
      f->local(l).is_param = true;
      f->params.push_back(l);
      values.push_back(b.LoadLocal(l));
    }
    for (size_t i = 0; i < num_defers; i++) b.Emit(Op::kDefer, nullptr, {values[i]});
    const std::vector<ValueId> rest(values.begin() + static_cast<ptrdiff_t>(num_defers),
                                    values.end());
    ValueId same;
    Inst& copy = b.Append(check.op, nullptr, std::span<const ValueId>(rest), &same);
    copy.is_unsigned = check.is_unsigned;
    copy.imm = check.imm;
    if (check.op != Op::kPanic) b.Unreachable();
    f->recover_block = b.NewBlock();
    b.SetBlock(f->recover_block);
    b.Emit(Op::kRunDefers, nullptr);
    b.Return({});
    RemoveUnreachable(f);
    f->is_built = true;
    return f;
  }

  Module* const module_;
  TypeLayout& layout_;
  Func* const original_;
  Func f_;  // changed, and put back when all went well
  std::vector<Pending> in_;
  std::vector<bool> reached_;
  int num_helpers_ = 0;
};

}  // namespace

void ElideDefers(Module* module) {
  const std::vector<Func*> funcs = module->funcs;
  for (Func* f : funcs) {
    if (f->is_built && f->has_defer && f->recover_block.is_valid() && !f->has_recover) {
      DeferElider(module, f).Run();
    }
  }
}

}  // namespace gol::ir
