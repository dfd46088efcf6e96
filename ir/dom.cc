// Dominators by the iterative algorithm of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance
// Algorithm", 2001): the immediate dominators of the blocks in reverse postorder, intersected over
// predecessors until nothing changes. Graphs from Go programs are nearly always reducible, so one
// round and a check round suffice.
//
// The block where a recovered panic continues counts as a second successor of the entry.
#include "ir/dom.h"

#include <algorithm>

#include "ir/builder.h"

namespace gol::ir {

DomTree::DomTree(const Func& func) {
  size_t n = func.blocks.size();
  preds.resize(n);
  order.assign(n, -1);
  idom.resize(n);
  depth.assign(n, 0);
  std::vector<std::vector<BlockId>> succs(n);
  for (size_t b = 0; b < n; b++) {
    const Block& block = func.blocks[b];
    if (block.insts.empty()) continue;
    Inst term = func.inst(block.insts.back());
    ForEachTarget(term, [&](BlockId* t) { succs[b].push_back(*t); });
  }
  if (func.recover_block.is_valid()) succs[0].push_back(func.recover_block);

  // Postorder without recursion: functions may have tens of thousands of blocks in a chain.
  std::vector<uint8_t> seen(n, 0);
  std::vector<std::pair<BlockId, size_t>> stack;
  std::vector<BlockId> post;
  if (n > 0) {
    stack.push_back({BlockId(0), 0});
    seen[0] = 1;
  }
  while (!stack.empty()) {
    auto& [b, next] = stack.back();
    if (next < succs[b.index].size()) {
      BlockId s = succs[b.index][next++];
      if (!seen[s.index]) {
        seen[s.index] = 1;
        stack.push_back({s, 0});
      }
      continue;
    }
    post.push_back(b);
    stack.pop_back();
  }
  rpo.assign(post.rbegin(), post.rend());
  for (size_t i = 0; i < rpo.size(); i++) order[rpo[i].index] = static_cast<int32_t>(i);
  for (BlockId b : rpo) {
    for (BlockId s : succs[b.index]) preds[s.index].push_back(b);
  }

  bool changed = true;
  while (changed) {
    changed = false;
    for (size_t i = 1; i < rpo.size(); i++) {
      BlockId b = rpo[i];
      BlockId best;
      for (BlockId p : preds[b.index]) {
        if (p != rpo[0] && !idom[p.index].is_valid()) continue;
        if (!best.is_valid()) {
          best = p;
          continue;
        }
        BlockId a = p;
        while (a != best) {
          if (order[a.index] > order[best.index]) {
            a = idom[a.index];
          } else {
            best = idom[best.index];
          }
        }
      }
      if (idom[b.index] != best) {
        idom[b.index] = best;
        changed = true;
      }
    }
  }
  for (size_t i = 1; i < rpo.size(); i++) {
    depth[rpo[i].index] = depth[idom[rpo[i].index].index] + 1;
  }
}

bool DomTree::Dominates(BlockId a, BlockId b) const {
  if (!IsReachable(a) || !IsReachable(b)) return false;
  while (depth[b.index] > depth[a.index]) b = idom[b.index];
  return a == b;
}

}  // namespace gol::ir
