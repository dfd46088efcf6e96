// See loops.h. Loops are strongly connected regions; the regions nested in one are found by taking
// out the edges into its first block (in reverse postorder) and looking again (Steensgaard, 1993).
#include "ir/pass/loops.h"

#include <algorithm>

#include "ir/builder.h"

namespace gol::ir {
namespace {

// Visits of blocks after which loops nested in what was found so far are not looked for: thousands of
// jumps back into one another would take quadratic time. Depths are a measure of weight; that a block is
// in a loop is always found.
constexpr size_t kMaxVisits = 2000000;

class LoopFinder {
 public:
  explicit LoopFinder(Func* func) : func_(func), succs_(func->blocks.size()) {
    for (size_t b = 0; b < func->blocks.size(); b++) {
      auto& insts = func->blocks[b].insts;
      func->blocks[b].loop_depth = 0;
      if (insts.empty()) continue;
      ForEachTarget(func->inst(insts.back()),
                    [&](BlockId* target) { succs_[b].push_back(target->index); });
    }
    index_.assign(func->blocks.size(), 0);
    low_.assign(func->blocks.size(), 0);
    on_stack_.assign(func->blocks.size(), false);
    region_.assign(func->blocks.size(), 0);
    removed_header_.assign(func->blocks.size(), false);
  }

  void Run() {
    std::vector<uint32_t> all(func_->blocks.size());
    for (uint32_t i = 0; i < all.size(); i++) all[i] = i;
    // A work list instead of recursion: loops may nest deeply in generated code.
    struct Task {
      std::vector<uint32_t> blocks;
    };
    std::vector<Task> tasks;
    tasks.push_back({std::move(all)});
    size_t visited = 0;
    while (!tasks.empty() && visited < kMaxVisits) {
      Task task = std::move(tasks.back());
      tasks.pop_back();
      next_region_++;
      for (uint32_t b : task.blocks) region_[b] = next_region_;
      visited += task.blocks.size();
      for (std::vector<uint32_t>& scc : Components(task.blocks)) {
        bool is_loop = scc.size() > 1;
        if (!is_loop) {
          uint32_t b = scc[0];
          is_loop = !removed_header_[b] &&
                    std::find(succs_[b].begin(), succs_[b].end(), b) != succs_[b].end();
        }
        if (!is_loop) continue;
        for (uint32_t b : scc) func_->blocks[b].loop_depth++;
        // Blocks are numbered roughly in source order: the smallest one is the header.
        uint32_t header = *std::min_element(scc.begin(), scc.end());
        if (scc.size() > 1) {
          removed_header_[header] = true;
          tasks.push_back({std::move(scc)});
        }
      }
    }
  }

 private:
  // Strongly connected components of the region, without edges into removed headers (Tarjan,
  // iterative).
  std::vector<std::vector<uint32_t>> Components(const std::vector<uint32_t>& blocks) {
    std::vector<std::vector<uint32_t>> result;
    std::vector<uint32_t>&index = index_, &low = low_, stack;
    std::vector<bool>& on_stack = on_stack_;
    for (uint32_t b : blocks) index[b] = low[b] = 0;
    uint32_t counter = 0;
    struct Frame {
      uint32_t block;
      size_t next;
    };
    for (uint32_t root : blocks) {
      if (index[root] != 0) continue;
      std::vector<Frame> frames{{root, 0}};
      index[root] = low[root] = ++counter;
      stack.push_back(root);
      on_stack[root] = true;
      while (!frames.empty()) {
        Frame& f = frames.back();
        uint32_t b = f.block;
        if (f.next < succs_[b].size()) {
          uint32_t s = succs_[b][f.next++];
          if (region_[s] != next_region_ || removed_header_[s]) continue;
          if (index[s] == 0) {
            index[s] = low[s] = ++counter;
            stack.push_back(s);
            on_stack[s] = true;
            frames.push_back({s, 0});
          } else if (on_stack[s]) {
            low[b] = std::min(low[b], index[s]);
          }
          continue;
        }
        if (low[b] == index[b]) {
          std::vector<uint32_t> scc;
          uint32_t member;
          do {
            member = stack.back();
            stack.pop_back();
            on_stack[member] = false;
            scc.push_back(member);
          } while (member != b);
          result.push_back(std::move(scc));
        }
        frames.pop_back();
        if (!frames.empty()) {
          low[frames.back().block] = std::min(low[frames.back().block], low[b]);
        }
      }
    }
    return result;
  }

  Func* const func_;
  std::vector<std::vector<uint32_t>> succs_;
  std::vector<uint32_t> index_, low_;  // Components'
  std::vector<bool> on_stack_;
  std::vector<uint32_t> region_;
  std::vector<bool> removed_header_;
  uint32_t next_region_ = 0;
};

}  // namespace

void ComputeLoopDepths(Func* func) {
  bool goes_back = false;
  for (uint32_t b = 0; b < func->blocks.size() && !goes_back; b++) {
    const Block& block = func->blocks[b];
    if (block.insts.empty()) continue;
    ForEachTarget(func->inst(block.insts.back()),
                  [&](BlockId* target) { goes_back |= target->index <= b; });
  }
  // What only goes forward has no loops.
  for (Block& block : func->blocks) block.loop_depth = 0;
  if (goes_back) LoopFinder(func).Run();
}

}  // namespace gol::ir
