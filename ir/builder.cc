// Appending instructions. See builder.h.
#include "ir/builder.h"

#include "base/check.h"

namespace gol::ir {

namespace {

// Room for the instructions of a small function: they are large, growing from one on moves them often.
constexpr size_t kFirstInsts = 24;

}  // namespace

bool Builder::is_terminated() const {
  const Block& b = func_->block(block_);
  return !b.insts.empty() && InfoOf(func_->inst(b.insts.back()).op).is_terminator;
}

LocalId Builder::NewLocal(std::string_view name, types::Type* type, types::Var* var) {
  Local& l = func_->locals.emplace_back();
  l.name = name;
  l.type = type;
  l.var = var;
  l.pos = pos;
  return LocalId(func_->locals.size() - 1);
}

Inst& Builder::Append(Op op, types::Type* type, std::initializer_list<ValueId> args,
                      ValueId* id) {
  return Append(op, type, std::span<const ValueId>(args.begin(), args.size()), id);
}

Inst& Builder::Append(Op op, types::Type* type, std::span<const ValueId> args, ValueId* id) {
  EnsureOpen();
  if (func_->insts.empty()) func_->insts.reserve(kFirstInsts);
  *id = ValueId(func_->insts.size());
  Inst& i = func_->insts.emplace_back();
  i.op = op;
  i.type = type;
  i.pos = pos;
  i.block = block_;
  if (!args.empty()) {
    auto* p = static_cast<ValueId*>(
        module_->arena.Allocate(sizeof(ValueId) * args.size(), alignof(ValueId)));
    for (size_t k = 0; k < args.size(); k++) p[k] = args[k];
    i.args = {p, args.size()};
  }
  func_->block(block_).insts.push_back(*id);
  return i;
}

types::Type* Builder::TupleOf(std::initializer_list<types::Type*> list) {
  for (types::Type* t : tuples_) {
    auto* tuple = static_cast<types::Tuple*>(t);
    if (tuple->size() != list.size()) continue;
    bool same = true;
    for (size_t i = 0; i < list.size(); i++) same &= tuple->at(i)->type == list.begin()[i];
    if (same) return t;
  }
  std::vector<types::Var*> vars;
  for (types::Type* t : list) vars.push_back(context()->NewParam(Pos(), nullptr, "", t));
  tuples_.push_back(context()->NewTuple(vars));
  return tuples_.back();
}

ValueId Builder::ConstString(std::string_view text) {
  ValueId id;
  Append(Op::kConstString, StringType(), {}, &id).text = text;
  return id;
}

const Inst& AddressRoot(const Func& func, ValueId addr) {
  const Inst* i = &func.inst(addr);
  while (i->op == Op::kFieldAddr || i->op == Op::kElemAddr || i->op == Op::kPtrAdd ||
         i->op == Op::kBitcast) {
    i = &func.inst(i->args[0]);
  }
  return *i;
}

bool Builder::NeedsBarrier(ValueId addr, types::Type* type) const {
  if (!layout_.HasPointers(type)) return false;
  const Inst& root = AddressRoot(*func_, addr);
  return root.op != Op::kLocalAddr || func_->local(root.local).on_heap;
}

void FinishBarriers(Func* func) {
  for (Block& b : func->blocks) {
    for (ValueId v : b.insts) {
      Inst& i = func->inst(v);
      if (i.op != Op::kStore && i.op != Op::kMove && i.op != Op::kClear) continue;
      types::Type* t = i.op == Op::kStore ? func->inst(i.args[1]).type : i.elem;
      const Inst& root = AddressRoot(*func, i.args[0]);
      i.barrier = func->module->layout().HasPointers(t) &&
                  (root.op != Op::kLocalAddr || func->local(root.local).on_heap);
    }
  }
}

void Builder::Store(ValueId addr, ValueId value) {
  ValueId id;
  bool barrier = NeedsBarrier(addr, TypeOf(value));
  Append(Op::kStore, nullptr, {addr, value}, &id).barrier = barrier;
}

void Builder::Move(types::Type* type, ValueId dst, ValueId src) {
  ValueId id;
  bool barrier = NeedsBarrier(dst, type);
  Inst& i = Append(Op::kMove, nullptr, {dst, src}, &id);
  i.elem = type;
  i.barrier = barrier;
}

void Builder::Clear(types::Type* type, ValueId dst) {
  ValueId id;
  bool barrier = NeedsBarrier(dst, type);
  Inst& i = Append(Op::kClear, nullptr, {dst}, &id);
  i.elem = type;
  i.barrier = barrier;
}

ValueId Builder::FieldAddr(types::Type* struct_type, size_t index, ValueId addr) {
  auto* s = types::UnderAs<types::Struct>(struct_type);
  GOL_CHECK(s != nullptr && index < s->fields.size());
  types::Type* ptr = PointerTo(s->fields[index]->type);
  ValueId id;
  Inst& i = Append(Op::kFieldAddr, ptr, {addr}, &id);
  i.elem = struct_type;
  i.imm = static_cast<int64_t>(index);
  return id;
}

void Builder::Jump(BlockId target) {
  if (block_.is_valid() && is_terminated()) return;
  ValueId id;
  Append(Op::kJump, nullptr, {}, &id).target0 = target;
}

void Builder::Branch(ValueId cond, BlockId if_true, BlockId if_false, uint8_t likely) {
  ValueId id;
  Inst& i = Append(Op::kBranch, nullptr, {cond}, &id);
  i.target0 = if_true;
  i.target1 = if_false;
  i.likely = likely;
}

void Builder::Switch(ValueId value, const std::vector<SwitchCase>& cases, BlockId otherwise) {
  ValueId id;
  Inst& i = Append(Op::kSwitch, nullptr, {value}, &id);
  i.target0 = otherwise;
  i.cases = module_->arena.CopyList(cases);
}

void RemoveUnreachable(Func* func) {
  std::vector<uint32_t> number(func->blocks.size(), Id<int>::kNone);
  std::vector<BlockId> work = {BlockId(0)};
  number[0] = 0;
  if (func->recover_block.is_valid()) {
    number[func->recover_block.index] = 0;
    work.push_back(func->recover_block);
  }
  while (!work.empty()) {
    BlockId b = work.back();
    work.pop_back();
    if (func->block(b).insts.empty()) continue;
    ForEachTarget(func->inst(func->block(b).insts.back()), [&](BlockId* t) {
      if (number[t->index] == Id<int>::kNone) {
        number[t->index] = 0;
        work.push_back(*t);
      }
    });
  }
  uint32_t next = 0;
  for (uint32_t& n : number) {
    if (n != Id<int>::kNone) n = next++;
  }
  std::vector<Block> kept(next);
  for (size_t i = 0; i < func->blocks.size(); i++) {
    if (number[i] != Id<int>::kNone) kept[number[i]] = std::move(func->blocks[i]);
  }
  func->blocks = std::move(kept);
  for (size_t i = 0; i < func->blocks.size(); i++) {
    for (ValueId v : func->blocks[i].insts) {
      Inst& inst = func->inst(v);
      inst.block = BlockId(i);
      ForEachTarget(inst, [&](BlockId* t) { t->index = number[t->index]; });
    }
  }
  if (func->recover_block.is_valid()) {
    func->recover_block.index = number[func->recover_block.index];
  }
}

}  // namespace gol::ir
