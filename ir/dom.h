// Dominators of a function's control-flow graph. See dom.cc.
#pragma once

#include <vector>

#include "ir/func.h"

namespace gol::ir {

struct DomTree {
  explicit DomTree(const Func& func);

  // Whether every path from the entry to b passes a. A block dominates itself.
  bool Dominates(BlockId a, BlockId b) const;
  bool IsReachable(BlockId b) const { return order[b.index] >= 0; }

  std::vector<std::vector<BlockId>> preds;
  std::vector<BlockId> rpo;     // reachable blocks in reverse postorder
  std::vector<int32_t> order;   // index in rpo, -1: unreachable
  std::vector<BlockId> idom;    // invalid for the entry and unreachable blocks
  std::vector<int32_t> depth;   // in the dominator tree
};

}  // namespace gol::ir
