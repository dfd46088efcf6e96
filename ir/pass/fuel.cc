// See fuel.h.
#include "ir/pass/fuel.h"

#include <algorithm>

namespace gol::ir {

void CountFuel(Func* func, const std::function<bool(const types::Package*)>& is_extern) {
  if (func->blocks.empty() || func->kind == FuncKind::kWrapper) return;
  if (!func->is_instance && func->pkg != nullptr && is_extern && is_extern(func->pkg)) return;
  auto insert = [&](BlockId block, size_t at) {
    const ValueId fuel(func->insts.size());
    Inst& inst = func->insts.emplace_back();
    inst.op = Op::kFuel;
    inst.imm = 1;
    inst.pos = func->pos;
    inst.block = block;
    std::vector<ValueId>& insts = func->block(block).insts;
    insts.insert(insts.begin() + static_cast<ptrdiff_t>(at), fuel);
  };
  for (uint32_t i = 0; i < func->blocks.size(); i++) {
    const std::vector<ValueId>& insts = func->blocks[i].insts;
    auto poll = std::find_if(insts.begin(), insts.end(),
                             [&](ValueId v) { return func->inst(v).op == Op::kPoll; });
    if (poll != insts.end()) insert(BlockId(i), static_cast<size_t>(poll - insts.begin()));
  }
  insert(BlockId(0), 0);
}

}  // namespace gol::ir
