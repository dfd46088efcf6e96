// See call_order.h. Strongly connected components of the call graph (Tarjan), without recursion.
#include "ir/pass/call_order.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace gol::ir {
namespace {

class Order {
 public:
  explicit Order(Module* module) : module_(module) {}

  std::vector<std::vector<Func*>> Run() {
    for (Func* f : module_->funcs) {
      if (f->is_built && index_.find(f) == index_.end()) Visit(f);
    }
    return std::move(groups_);
  }

 private:
  struct Frame {
    Func* func;
    std::vector<Func*> callees;
    size_t next = 0;
  };

  std::vector<Func*> CalleesOf(Func* f) const {
    std::vector<Func*> list;
    for (Block& block : f->blocks) {
      for (ValueId v : block.insts) {
        const Inst& inst = f->inst(v);
        if ((inst.op == Op::kCall || inst.op == Op::kMakeClosure || inst.op == Op::kFuncAddr) &&
            inst.callee != nullptr && inst.callee->is_built) {
          list.push_back(inst.callee);
        }
      }
    }
    return list;
  }

  void Visit(Func* root) {
    std::vector<Frame> frames;
    auto enter = [&](Func* f) {
      index_[f] = low_[f] = ++counter_;
      stack_.push_back(f);
      on_stack_[f] = true;
      frames.push_back({f, CalleesOf(f)});
    };
    enter(root);
    while (!frames.empty()) {
      Frame& frame = frames.back();
      Func* f = frame.func;
      if (frame.next < frame.callees.size()) {
        Func* callee = frame.callees[frame.next++];
        if (index_.find(callee) == index_.end()) {
          enter(callee);
        } else if (on_stack_[callee]) {
          low_[f] = std::min(low_[f], index_[callee]);
        }
        continue;
      }
      if (low_[f] == index_[f]) {
        groups_.emplace_back();
        Func* member;
        do {
          member = stack_.back();
          stack_.pop_back();
          on_stack_[member] = false;
          groups_.back().push_back(member);
        } while (member != f);
      }
      frames.pop_back();
      if (!frames.empty()) {
        Func* outer = frames.back().func;
        low_[outer] = std::min(low_[outer], low_[f]);
      }
    }
  }

  Module* const module_;
  std::unordered_map<Func*, int> index_, low_;
  std::unordered_map<Func*, bool> on_stack_;
  std::vector<Func*> stack_;
  std::vector<std::vector<Func*>> groups_;
  int counter_ = 0;
};

}  // namespace

std::vector<std::vector<Func*>> CallOrder(Module* module) { return Order(module).Run(); }

}  // namespace gol::ir
