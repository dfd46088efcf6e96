// See views.h.
//
// string(b) copies the bytes, since b may change later. Where the string is used at once, nothing can change
// in between, and a view of b's memory does: as the key of a look-up or deletion, in a comparison, for its
// length. As the key of an assignment too: the lowering makes the copy only when the key is inserted.
//
// A use is at once if it stands in the same block and no operation between writes memory, has another
// effect or reaches a safepoint. Other uses that may keep the string, or come later, keep the copy.
#include "ir/pass/views.h"

#include <vector>

namespace gol::ir {

namespace {

bool ReadsOnly(const Inst& use, size_t arg) {
  switch (use.op) {
    case Op::kMapFind:
    case Op::kMapDelete:
    case Op::kMapAssign:
      return arg == 1;
    case Op::kStrEq:
    case Op::kStrCmp:
    case Op::kStrLen:
      return true;
    default:
      return false;
  }
}

bool IsQuiet(const Inst& inst) {
  if (inst.op == Op::kBoundsCheck || inst.op == Op::kNilCheck) return true;  // no more than a panic
  const OpInfo& info = InfoOf(inst.op);
  return !info.writes && !info.has_effect && !info.is_safepoint && !info.is_terminator;
}

}  // namespace

void MarkViews(Func* func) {
  bool any = false;
  std::vector<int> uses(func->insts.size(), 0);
  for (const Block& block : func->blocks) {
    for (ValueId v : block.insts) {
      const Inst& inst = func->inst(v);
      any |= inst.op == Op::kBytesToStr;
      for (ValueId a : inst.args) {
        if (a.is_valid()) uses[a.index]++;
      }
    }
  }
  if (!any) return;
  for (const Block& block : func->blocks) {
    for (size_t at = 0; at < block.insts.size(); at++) {
      const ValueId v = block.insts[at];
      if (func->inst(v).op != Op::kBytesToStr) continue;
      int left = uses[v.index];
      for (size_t i = at + 1; i < block.insts.size() && left > 0; i++) {
        const Inst& inst = func->inst(block.insts[i]);
        for (size_t k = 0; k < inst.args.size(); k++) {
          if (inst.args[k] != v) continue;
          if (!ReadsOnly(inst, k)) left = -1;
          left--;
        }
        // What has effects itself may be the last use: its key is read before they happen.
        if (left < 0 || (left > 0 && !IsQuiet(inst))) {
          left = -1;
          break;
        }
      }
      if (left == 0 && uses[v.index] > 0) func->inst(v).no_copy = true;
    }
  }
}

}  // namespace gol::ir
