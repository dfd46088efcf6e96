// The verifier.
//
// Rules. Structure:
//  1. every block ends in its only terminator, and terminators name existing blocks;
//  2. an operand is the result of an instruction that dominates its use;
//  3. results stand where ops.def says, with canonical types that contain no type parameters,
//     and are of word types (tuples of word types for kTuple).
// Operands:
//  4. arithmetic and comparison work on equal types of a kind that has the operation; shift counts
//     are integers; conditions are bool;
//  5. addresses are pointers or unsafe.Pointer, stored and loaded types are words, Move, Clear,
//     MemEq and FieldAddr name a type of the right kind;
//  6. calls pass one operand per parameter, aggregates and their results by address, and the
//     result type holds the word results of the callee's signature;
//  7. Return has the function's word results; Go and Defer take func().
// Locals and memory:
//  8. LocalAddr of a local that is declared by DeclLocal is dominated by one; parameters and
//     results are never on_heap;
//  9. stores of pointers that may reach the heap have `barrier` (hazard 2 of the design: pointers
//     are moved as whole words, through the barrier);
// 10. no more than four integer or four floating-point result words are asked from a tuple that is
//     not demoted by the calling convention: the lowering demotes, the IR only says that results
//     of calls are used through Extract (hazard 9).
#include "ir/verify.h"

#include "frontend/types/predicates.h"
#include "frontend/types/type_string.h"
#include "ir/builder.h"
#include "ir/dom.h"
#include "ir/print.h"
#include "ir/type_layout.h"

namespace gol::ir {

namespace {

using types::Type;
using types::TypeKind;

class Verifier {
 public:
  explicit Verifier(const Func& f) : f_(f), layout_(f.module->layout()) {}

  std::vector<std::string> Run() {
    if (!CheckStructure()) return std::move(errors_);
    DomTree dom(f_);
    dom_ = &dom;
    std::vector<int> place(f_.insts.size(), -1);
    for (const Block& b : f_.blocks) {
      for (size_t i = 0; i < b.insts.size(); i++) place[b.insts[i].index] = static_cast<int>(i);
    }
    place_ = &place;
    for (size_t b = 0; b < f_.blocks.size(); b++) {
      block_ = BlockId(b);
      if (!dom.IsReachable(block_)) continue;
      for (ValueId v : f_.blocks[b].insts) Check(v);
    }
    CheckLocals();
    return std::move(errors_);
  }

 private:
  void Fail(ValueId v, const std::string& what) {
    std::string s = std::string(f_.name) + ": ";
    if (v.is_valid()) {
      s += "b" + std::to_string(f_.inst(v).block.index) + ": " + Print(f_, v) + ": ";
    }
    errors_.push_back(s + what);
  }

  bool CheckStructure() {
    if (f_.blocks.empty()) Fail({}, "has no blocks");
    for (size_t b = 0; b < f_.blocks.size(); b++) {
      const Block& block = f_.blocks[b];
      if (block.insts.empty()) {
        Fail({}, "block b" + std::to_string(b) + " is empty");
        continue;
      }
      for (size_t i = 0; i < block.insts.size(); i++) {
        ValueId v = block.insts[i];
        bool last = i + 1 == block.insts.size();
        if (v.index >= f_.insts.size()) {
          Fail({}, "block names an instruction that does not exist");
          return false;
        }
        if (InfoOf(f_.inst(v).op).is_terminator != last) {
          Fail(v, last ? "block does not end in a terminator" : "terminator inside a block");
        }
        Inst copy = f_.inst(v);
        ForEachTarget(copy, [&](BlockId* t) {
          if (t->index >= f_.blocks.size()) Fail(v, "target does not exist");
        });
        for (ValueId a : copy.args) {
          if (a.is_valid() && a.index >= f_.insts.size()) Fail(v, "operand does not exist");
        }
      }
    }
    return errors_.empty();
  }

  bool DominatesUse(ValueId def, ValueId use) {
    const Inst& d = f_.inst(def);
    const Inst& u = f_.inst(use);
    if ((*place_)[def.index] < 0) return false;
    if (d.block == u.block) return (*place_)[def.index] < (*place_)[use.index];
    return dom_->Dominates(d.block, u.block);
  }

  Type* ArgType(const Inst& i, size_t k) { return f_.inst(i.args[k]).type; }
  bool IsPointer(Type* t) {
    rt::Kind k = layout_.KindOf(t);
    return k == rt::kPointer || k == rt::kUnsafePointer;
  }
  bool IsCanonical(Type* t) {
    if (auto* tuple = types::DynCast<types::Tuple>(t)) {
      for (types::Var* v : tuple->vars) {
        if (!IsCanonical(v->type)) return false;
      }
      return true;
    }
    return t->canonical == t;
  }

  void Expect(ValueId v, bool ok, const char* what) {
    if (!ok) Fail(v, what);
  }
  bool Args(ValueId v, size_t n) {
    if (f_.inst(v).args.size() == n) return true;
    Fail(v, "wants " + std::to_string(n) + " operands");
    return false;
  }
  void Address(ValueId v, size_t k) {
    const Inst& i = f_.inst(v);
    if (!i.args[k].is_valid()) return;
    Expect(v, IsPointer(ArgType(i, k)), "operand is no address");
  }
  void CheckCall(ValueId v, const types::Signature* sig, size_t skip, Type* recv);

  void Check(ValueId v);
  void CheckLocals();

  const Func& f_;
  TypeLayout& layout_;
  DomTree* dom_ = nullptr;
  std::vector<int>* place_ = nullptr;
  BlockId block_;
  std::vector<std::string> errors_;
};

void Verifier::CheckCall(ValueId v, const types::Signature* sig, size_t skip, Type* recv) {
  const Inst& i = f_.inst(v);
  std::vector<Type*> want;
  if (recv != nullptr) want.push_back(recv);
  for (size_t k = 0; k < sig->num_params(); k++) want.push_back(sig->params->at(k)->type);
  std::vector<Type*> words;
  size_t aggregates = 0;
  for (size_t k = 0; k < sig->num_results(); k++) {
    Type* t = sig->results->at(k)->type;
    if (layout_.IsWord(t)) {
      words.push_back(layout_.Canon(t));
    } else {
      aggregates++;
    }
  }
  if (i.args.size() != skip + want.size() + aggregates) {
    Fail(v, "wants " + std::to_string(skip + want.size() + aggregates) + " operands");
    return;
  }
  for (size_t k = 0; k < want.size(); k++) {
    Type* have = ArgType(i, skip + k);
    if (layout_.IsWord(want[k])) {
      Expect(v, have == layout_.Canon(want[k]), "operand is not of the parameter's type");
    } else {
      Expect(v, IsPointer(have), "aggregate argument is no address");
    }
  }
  for (size_t k = 0; k < aggregates; k++) Address(v, skip + want.size() + k);
  if (words.empty()) {
    Expect(v, i.type == nullptr, "call without word results has a type");
  } else if (words.size() == 1) {
    Expect(v, i.type == words[0], "type is not the result's");
  } else {
    auto* tuple = i.type == nullptr ? nullptr : types::DynCast<types::Tuple>(i.type);
    bool ok = tuple != nullptr && tuple->size() == words.size();
    for (size_t k = 0; ok && k < words.size(); k++) ok = tuple->at(k)->type == words[k];
    Expect(v, ok, "type is not the tuple of the word results");
  }
}

void Verifier::Check(ValueId v) {
  const Inst& i = f_.inst(v);
  const OpInfo& info = InfoOf(i.op);
  for (ValueId a : i.args) {
    if (!a.is_valid()) continue;
    if (f_.inst(a).type == nullptr) {
      Fail(v, "operand has no value");
      return;
    }
    if (!DominatesUse(a, v)) {
      Fail(v, "operand %" + std::to_string(a.index) + " does not dominate its use");
      return;
    }
    if (f_.inst(a).type->kind == TypeKind::kTuple && i.op != Op::kExtract) {
      Fail(v, "operand is a tuple");
      return;
    }
  }
  switch (info.result) {
    case ResultKind::kNone:
      Expect(v, i.type == nullptr, "has a type but no result");
      break;
    case ResultKind::kValue:
      if (i.type == nullptr) {
        Fail(v, "has no type");
        return;
      }
      Expect(v, i.type->kind != TypeKind::kTuple && layout_.IsWord(i.type),
             "result is no word");
      break;
    case ResultKind::kTuple:
      break;
  }
  if (i.type != nullptr) Expect(v, IsCanonical(i.type), "type is not canonical");
  if (i.elem != nullptr) Expect(v, IsCanonical(i.elem), "elem is not canonical");

  switch (i.op) {
    case Op::kAdd:
    case Op::kSub:
    case Op::kMul:
    case Op::kDiv:
    case Op::kRem:
    case Op::kAnd:
    case Op::kOr:
    case Op::kXor:
    case Op::kAndNot:
    case Op::kMin:
    case Op::kMax:
      if (!Args(v, 2)) break;
      Expect(v, ArgType(i, 0) == i.type && ArgType(i, 1) == i.type,
             "operands are not of the result's type");
      Expect(v, types::IsNumeric(i.type), "type is not numeric");
      break;
    case Op::kShl:
    case Op::kShr:
      if (!Args(v, 2)) break;
      Expect(v, ArgType(i, 0) == i.type && types::IsInteger(i.type),
             "operand is not of the result's type");
      Expect(v, types::IsInteger(ArgType(i, 1)), "shift count is no integer");
      break;
    case Op::kNeg:
    case Op::kNot:
      if (Args(v, 1)) Expect(v, ArgType(i, 0) == i.type, "operand is not of the result's type");
      break;
    case Op::kConvert:
      if (!Args(v, 1)) break;
      Expect(v, types::IsNumeric(i.type) && types::IsNumeric(ArgType(i, 0)),
             "conversion of what is no number");
      break;
    case Op::kEq:
    case Op::kNe:
    case Op::kLt:
    case Op::kLe:
    case Op::kGt:
    case Op::kGe:
    case Op::kStrEq:
    case Op::kStrCmp:
    case Op::kIfaceEq:
      if (!Args(v, 2)) break;
      Expect(v, layout_.KindOf(ArgType(i, 0)) == layout_.KindOf(ArgType(i, 1)),
             "operands are of different kinds");
      break;
    case Op::kLoad:
      if (!Args(v, 1)) break;
      Address(v, 0);
      break;
    case Op::kStore: {
      if (!Args(v, 2)) break;
      Address(v, 0);
      Expect(v, layout_.IsWord(ArgType(i, 1)), "stores an aggregate");
      const Inst& root = AddressRoot(f_, i.args[0]);
      bool frame = root.op == Op::kLocalAddr && !f_.local(root.local).on_heap;
      if (!i.is_init) {
        Expect(v, i.barrier || frame || !layout_.HasPointers(ArgType(i, 1)),
               "pointer is stored without a write barrier");
      }
      break;
    }
    case Op::kMove:
    case Op::kClear:
    case Op::kMemEq:
      if (!Args(v, i.op == Op::kClear ? 1 : 2)) break;
      Expect(v, i.elem != nullptr, "names no type");
      for (size_t k = 0; k < i.args.size(); k++) Address(v, k);
      break;
    case Op::kFieldAddr: {
      if (!Args(v, 1)) break;
      Address(v, 0);
      auto* s = i.elem == nullptr ? nullptr : types::UnderAs<types::Struct>(i.elem);
      Expect(v, s != nullptr && static_cast<size_t>(i.imm) < s->fields.size(),
             "names no field of a struct");
      break;
    }
    case Op::kElemAddr:
      if (!Args(v, 2)) break;
      Address(v, 0);
      Expect(v, i.elem != nullptr && types::IsInteger(ArgType(i, 1)), "index is no integer");
      break;
    case Op::kLocalAddr:
    case Op::kDeclLocal:
      Expect(v, i.local.index < f_.locals.size(), "local does not exist");
      break;
    case Op::kCaptureAddr:
      Expect(v, i.imm >= 0 && static_cast<size_t>(i.imm) < f_.captures.size(),
             "capture does not exist");
      break;
    case Op::kBranch:
      if (!Args(v, 1)) break;
      Expect(v, layout_.KindOf(ArgType(i, 0)) == rt::kBool, "condition is no bool");
      Expect(v, i.target0.is_valid() && i.target1.is_valid(), "wants two targets");
      break;
    case Op::kJump:
      Expect(v, i.target0.is_valid(), "wants a target");
      break;
    case Op::kSwitch:
      if (!Args(v, 1)) break;
      Expect(v, types::IsInteger(ArgType(i, 0)), "switch on what is no integer");
      Expect(v, i.target0.is_valid(), "wants a default target");
      break;
    case Op::kReturn: {
      std::vector<Type*> words;
      for (LocalId r : f_.results) {
        if (layout_.IsWord(f_.local(r).type)) words.push_back(f_.local(r).type);
      }
      if (!Args(v, words.size())) break;
      for (size_t k = 0; k < words.size(); k++) {
        Expect(v, ArgType(i, k) == words[k], "operand is not of the result's type");
      }
      break;
    }
    case Op::kExtract: {
      if (!Args(v, 1)) break;
      auto* tuple = types::DynCast<types::Tuple>(ArgType(i, 0));
      Expect(v, tuple != nullptr && i.imm >= 0 && static_cast<size_t>(i.imm) < tuple->size() &&
                    tuple->at(static_cast<size_t>(i.imm))->type == i.type,
             "does not name a value of the tuple");
      break;
    }
    case Op::kCall:
    case Op::kCallNative: {
      if (i.callee == nullptr) {
        Fail(v, "names no function");
        break;
      }
      Type* recv = nullptr;
      const types::Signature* sig = i.callee->sig;
      if (sig == nullptr) break;
      if (sig->recv != nullptr) recv = sig->recv->type;
      CheckCall(v, sig, 0, recv);
      break;
    }
    case Op::kCallClosure:
    case Op::kCallIface:
      if (i.sig == nullptr || i.args.empty()) {
        Fail(v, "names no signature");
        break;
      }
      CheckCall(v, i.sig, 1, nullptr);
      break;
    case Op::kGo:
    case Op::kDefer: {
      if (!Args(v, 1)) break;
      auto* sig = types::UnderAs<types::Signature>(ArgType(i, 0));
      Expect(v, sig != nullptr && sig->num_params() == 0 && sig->num_results() == 0,
             "operand is no func()");
      break;
    }
    case Op::kMakeClosure: {
      Expect(v, i.callee != nullptr, "names no function");
      if (i.callee != nullptr && i.callee->is_built) {
        Expect(v, i.args.size() == i.callee->captures.size(),
               "has not one operand per capture");
      }
      break;
    }
    default:
      break;
  }
}

void Verifier::CheckLocals() {
  for (LocalId p : f_.params) {
    if (f_.local(p).on_heap) Fail({}, "parameter is on_heap");
  }
  for (LocalId r : f_.results) {
    if (f_.local(r).on_heap) Fail({}, "result is on_heap");
  }
  std::vector<std::vector<ValueId>> decls(f_.locals.size());
  for (const Block& b : f_.blocks) {
    for (ValueId v : b.insts) {
      const Inst& i = f_.inst(v);
      if (i.op == Op::kDeclLocal && i.local.index < decls.size()) {
        decls[i.local.index].push_back(v);
      }
    }
  }
  for (size_t l = 0; l < f_.locals.size(); l++) {
    if (f_.locals[l].on_heap && decls[l].empty() && !f_.locals[l].is_param) {
      for (const Block& b : f_.blocks) {
        for (ValueId v : b.insts) {
          const Inst& i = f_.inst(v);
          if (i.op == Op::kLocalAddr && i.local.index == l) {
            Fail(v, "local in the heap is never declared");
            return;
          }
        }
      }
    }
  }
  for (const Block& b : f_.blocks) {
    for (ValueId v : b.insts) {
      const Inst& i = f_.inst(v);
      if (i.op != Op::kLocalAddr || i.local.index >= decls.size()) continue;
      if (!dom_->IsReachable(i.block) || decls[i.local.index].empty()) continue;
      if (f_.local(i.local).is_param || f_.local(i.local).is_result) continue;
      bool ok = false;
      for (ValueId d : decls[i.local.index]) ok |= DominatesUse(d, v);
      if (!ok) Fail(v, "no declaration of the local dominates its use");
    }
  }
}

}  // namespace

std::vector<std::string> Verify(const Func& func) { return Verifier(func).Run(); }

std::vector<std::string> Verify(const Module& module) {
  std::vector<std::string> all;
  for (const Func* f : module.funcs) {
    if (f->blocks.empty()) continue;
    for (std::string& e : Verify(*f)) all.push_back(std::move(e));
  }
  return all;
}

}  // namespace gol::ir
