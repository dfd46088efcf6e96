// Builder: appends instructions to a function, at a block and with a position.
//
// The emit helpers compute result types; they insert no checks. Store, Move and Clear set the
// write barrier conservatively: for types with pointers unless the address is that of a local in
// the frame (FinishBarriers corrects the flag once it is known which locals live in the heap).
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "ir/func.h"
#include "ir/type_layout.h"

namespace gol::ir {

class Builder {
 public:
  explicit Builder(Func* func)
      : func_(func), module_(func->module), layout_(func->module->layout()) {}

  Func* func() const { return func_; }
  Module* module() const { return module_; }
  TypeLayout& layout() const { return layout_; }
  types::Context* context() const { return module_->context; }

  Pos pos;  // of the instructions emitted next

  BlockId NewBlock() {
    func_->blocks.emplace_back();
    return BlockId(func_->blocks.size() - 1);
  }
  BlockId block() const { return block_; }
  void SetBlock(BlockId b) { block_ = b; }
  // Whether the current block has its terminator.
  bool is_terminated() const;
  // Continues in a new block that nothing jumps to, if the current one is terminated.
  void EnsureOpen() {
    if (!block_.is_valid() || is_terminated()) SetBlock(NewBlock());
  }

  LocalId NewLocal(std::string_view name, types::Type* type, types::Var* var = nullptr);
  // A temporary of the frame; contents undefined.
  LocalId NewTemp(types::Type* type) { return NewLocal({}, type); }

  // The general form: appends and returns the value (also for instructions without result).
  Inst& Append(Op op, types::Type* type, std::initializer_list<ValueId> args, ValueId* id);
  Inst& Append(Op op, types::Type* type, std::span<const ValueId> args, ValueId* id);
  ValueId Emit(Op op, types::Type* type, std::initializer_list<ValueId> args = {}) {
    ValueId id;
    Append(op, type, args, &id);
    return id;
  }
  ValueId EmitList(Op op, types::Type* type, std::span<const ValueId> args) {
    ValueId id;
    Append(op, type, args, &id);
    return id;
  }
  // With an elem.
  ValueId EmitOf(Op op, types::Type* type, types::Type* elem,
                 std::initializer_list<ValueId> args = {}) {
    ValueId id;
    Append(op, type, args, &id).elem = elem;
    return id;
  }

  // Types that occur all the time.
  types::Type* Basic(types::BasicKind k) { return layout_.Canon(context()->basic(k)); }
  types::Type* IntType() { return Basic(types::BasicKind::kInt); }
  types::Type* BoolType() { return Basic(types::BasicKind::kBool); }
  types::Type* StringType() { return Basic(types::BasicKind::kString); }
  types::Type* UnsafePointer() { return Basic(types::BasicKind::kUnsafePointer); }
  types::Type* EmptyInterface() { return layout_.Canon(context()->empty_interface()); }
  types::Type* PointerTo(types::Type* t) { return layout_.PointerTo(t); }
  // A tuple of canonical types; tuples with equal types are the same pointer within a Builder.
  types::Type* TupleOf(std::initializer_list<types::Type*> list);
  types::Type* TypeOf(ValueId v) const { return func_->inst(v).type; }

  // Constants.
  ValueId ConstInt(types::Type* type, int64_t value) {
    ValueId id;
    Append(Op::kConstInt, type, {}, &id).imm = value;
    return id;
  }
  ValueId Int(int64_t value) { return ConstInt(IntType(), value); }
  ValueId Bool(bool value) { return ConstInt(BoolType(), value ? 1 : 0); }
  ValueId ConstString(std::string_view text);
  ValueId Zero(types::Type* type) { return Emit(Op::kZero, type); }
  ValueId TypeAddr(types::Type* t) { return EmitOf(Op::kTypeAddr, UnsafePointer(), t); }
  ValueId FuncAddr(Func* f, types::Type* type) {
    ValueId id;
    Append(Op::kFuncAddr, type, {}, &id).callee = f;
    return id;
  }
  ValueId GlobalAddr(Global* g) {
    ValueId id;
    Append(Op::kGlobalAddr, PointerTo(g->type), {}, &id).global = g;
    return id;
  }

  // Memory.
  void DeclLocal(LocalId l) {
    ValueId id;
    Append(Op::kDeclLocal, nullptr, {}, &id).local = l;
  }
  ValueId LocalAddr(LocalId l) {
    ValueId id;
    Append(Op::kLocalAddr, PointerTo(func_->local(l).type), {}, &id).local = l;
    return id;
  }
  ValueId Load(types::Type* type, ValueId addr) { return Emit(Op::kLoad, type, {addr}); }
  ValueId LoadLocal(LocalId l) { return Load(func_->local(l).type, LocalAddr(l)); }
  void Store(ValueId addr, ValueId value);
  void StoreLocal(LocalId l, ValueId value) { Store(LocalAddr(l), value); }
  void Move(types::Type* type, ValueId dst, ValueId src);
  void Clear(types::Type* type, ValueId dst);
  void NilCheck(ValueId pointer) { Emit(Op::kNilCheck, nullptr, {pointer}); }
  ValueId FieldAddr(types::Type* struct_type, size_t index, ValueId addr);
  ValueId ElemAddr(types::Type* elem, ValueId addr, ValueId index) {
    return EmitOf(Op::kElemAddr, PointerTo(elem), elem, {addr, index});
  }

  // Control.
  void Jump(BlockId target);
  void Branch(ValueId cond, BlockId if_true, BlockId if_false, uint8_t likely = 0);
  void Switch(ValueId value, const std::vector<SwitchCase>& cases, BlockId otherwise);
  void Return(std::span<const ValueId> values) { EmitList(Op::kReturn, nullptr, values); }
  void Unreachable() { Emit(Op::kUnreachable, nullptr); }
  void PanicRuntime(RuntimePanic what) {
    ValueId id;
    Append(Op::kPanicRuntime, nullptr, {}, &id).imm = static_cast<int64_t>(what);
  }
  ValueId Extract(types::Type* type, ValueId tuple, size_t index) {
    ValueId id;
    Append(Op::kExtract, type, {tuple}, &id).imm = static_cast<int64_t>(index);
    return id;
  }

 private:
  bool NeedsBarrier(ValueId addr, types::Type* type) const;

  Func* const func_;
  Module* const module_;
  TypeLayout& layout_;
  BlockId block_;
  std::vector<types::Type*> tuples_;
};

// The instruction that an address was computed from, through FieldAddr, ElemAddr, PtrAdd and
// Bitcast.
const Inst& AddressRoot(const Func& func, ValueId addr);
// Sets the barrier flags of all stores anew, from the locals' on_heap.
void FinishBarriers(Func* func);
// Removes blocks that control does not reach and renumbers the others.
void RemoveUnreachable(Func* func);
// Calls f(BlockId*) for every block that a terminator names.
template <typename F>
void ForEachTarget(Inst& inst, F f) {
  if (inst.target0.is_valid()) f(&inst.target0);
  if (inst.target1.is_valid()) f(&inst.target1);
  for (SwitchCase& c : inst.cases) f(&c.target);
}

}  // namespace gol::ir
