// See safepoint.h.
#include "ir/pass/safepoint.h"

#include "ir/builder.h"
#include "ir/dom.h"
#include "ir/pass/loops.h"

namespace gol::ir {
namespace {

// Whether the operation reaches a safepoint each time it runs, whatever the back end makes of it.
// Calls count when nothing can inline them: a callee's prologue is a safepoint. Allocations do not:
// their fast path is inline.
bool IsCertainSafepoint(const Inst& inst) {
  switch (inst.op) {
    case Op::kCallIface:
    case Op::kChanSend:
    case Op::kChanRecv:
    case Op::kSelect:
    case Op::kGo:
      return true;
    case Op::kCall:
      return inst.callee != nullptr && inst.callee->no_inline;
    default:
      return false;
  }
}

}  // namespace

void PlacePolls(Func* func) {
  std::vector<uint32_t> polls, safepoints;
  for (uint32_t b = 0; b < func->blocks.size(); b++) {
    for (ValueId v : func->blocks[b].insts) {
      if (func->inst(v).op == Op::kPoll) polls.push_back(b);
      if (IsCertainSafepoint(func->inst(v))) safepoints.push_back(b);
    }
  }
  if (polls.empty() || safepoints.empty()) return;
  ComputeLoopDepths(func);
  DomTree dom(*func);
  for (uint32_t poll : polls) {
    // The loop's header dominates the poll, and so does the safepoint; it stands inside the loop
    // when its depth is at least the poll's.
    bool covered = false;
    for (uint32_t s : safepoints) {
      if (!dom.Dominates(BlockId(s), BlockId(poll))) continue;
      if (func->blocks[s].loop_depth < func->blocks[poll].loop_depth) continue;
      // In another loop of the same depth before this one: the poll's successor (the header) must
      // dominate the safepoint.
      const Inst& end = func->inst(func->blocks[poll].insts.back());
      if (end.op == Op::kJump && dom.Dominates(end.target0, BlockId(s))) covered = true;
    }
    if (!covered) continue;
    std::erase_if(func->blocks[poll].insts,
                  [&](ValueId v) { return func->inst(v).op == Op::kPoll; });
  }
}

}  // namespace gol::ir
