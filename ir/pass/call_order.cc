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
    nodes_.reserve(module_->funcs.size());
    for (Func* f : module_->funcs) {
      if (f->is_built && nodes_[f].index == 0) Visit(f);
    }
    return std::move(groups_);
  }

 private:
  struct Node {
    int index = 0, low = 0;  // Tarjan's; from 1 on when visited
    bool on_stack = false;
  };
  struct Frame {
    Func* func;
    Node* node;  // stays where it is when the table grows
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
    auto enter = [&](Func* f, Node* node) {
      node->index = node->low = ++counter_;
      node->on_stack = true;
      stack_.emplace_back(f, node);
      frames.push_back({f, node, CalleesOf(f)});
    };
    enter(root, &nodes_[root]);
    while (!frames.empty()) {
      Frame& frame = frames.back();
      Node* node = frame.node;
      if (frame.next < frame.callees.size()) {
        Func* callee = frame.callees[frame.next++];
        Node* called = &nodes_[callee];
        if (called->index == 0) {
          enter(callee, called);
        } else if (called->on_stack) {
          node->low = std::min(node->low, called->index);
        }
        continue;
      }
      if (node->low == node->index) {
        groups_.emplace_back();
        Func* member;
        do {
          member = stack_.back().first;
          stack_.back().second->on_stack = false;
          stack_.pop_back();
          groups_.back().push_back(member);
        } while (member != frame.func);
      }
      frames.pop_back();
      if (!frames.empty()) {
        Node* outer = frames.back().node;
        outer->low = std::min(outer->low, node->low);
      }
    }
  }

  Module* const module_;
  std::unordered_map<Func*, Node> nodes_;
  std::vector<std::pair<Func*, Node*>> stack_;
  std::vector<std::vector<Func*>> groups_;
  int counter_ = 0;
};

}  // namespace

std::vector<std::vector<Func*>> CallOrder(Module* module) { return Order(module).Run(); }

}  // namespace gol::ir
