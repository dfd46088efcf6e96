// The order in which package-level variables are initialised.
//
// Repeatedly, the next variable in source order whose initialiser depends on no uninitialised
// variable is taken. A dependency is a reference in the initialiser, or in the body of a function
// it refers to, however deep. Functions are eliminated by giving each constant and variable the
// set of values that it reaches through functions, so that mutually recursive functions are no
// cycle while a variable that reaches itself is one.
#include <algorithm>
#include <queue>

#include "frontend/types/checker.h"

namespace gol::types {
namespace {

struct Node {
  Object* obj;
  std::vector<uint32_t> preds;  // nodes that depend on this one
  uint32_t num_deps = 0;        // dependencies not yet initialised
  bool done = false;
};

// A path of dependencies from `from` to `to`, reversed, or empty.
bool FindPath(Object* from, Object* to, std::unordered_set<Object*>* seen,
              std::vector<Object*>* path) {
  if (!seen->insert(from).second || from->decl == nullptr) return false;
  std::vector<Object*> deps = from->decl->deps;
  std::sort(deps.begin(), deps.end(), [](Object* a, Object* b) { return a->order < b->order; });
  for (Object* d : deps) {
    if (d == to || FindPath(d, to, seen, path)) {
      path->push_back(d);
      return true;
    }
  }
  return false;
}

}  // namespace

void Checker::InitOrder() {
  std::vector<Node> nodes;
  std::unordered_map<Object*, uint32_t> index;
  for (Object* obj : object_list_) {
    if (obj->kind != ObjectKind::kConst && obj->kind != ObjectKind::kVar) continue;
    index.emplace(obj, static_cast<uint32_t>(nodes.size()));
    nodes.push_back({obj, {}, 0, false});
  }

  // The values that each node reaches, looking through functions.
  for (uint32_t i = 0; i < nodes.size(); i++) {
    if (nodes[i].obj->decl->deps.empty()) continue;
    std::unordered_set<Object*> seen;
    std::vector<Object*> work = {nodes[i].obj};
    while (!work.empty()) {
      Object* obj = work.back();
      work.pop_back();
      for (Object* d : obj->decl->deps) {
        if (!seen.insert(d).second) continue;
        if (d->kind == ObjectKind::kFunc) {
          work.push_back(d);
          continue;
        }
        auto it = index.find(d);
        if (it == index.end()) continue;
        nodes[it->second].preds.push_back(i);
        nodes[i].num_deps++;
      }
    }
  }

  // Constants first, then by outstanding dependencies, then by source order. A node whose count
  // drops is entered again; outdated entries are skipped.
  struct Entry {
    bool is_const;
    uint32_t num_deps;
    uint32_t order;
    uint32_t node;
    bool operator>(const Entry& o) const {
      if (is_const != o.is_const) return o.is_const;
      if (num_deps != o.num_deps) return num_deps > o.num_deps;
      return order > o.order;
    }
  };
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> queue;
  auto push = [&](uint32_t i) {
    const Node& n = nodes[i];
    queue.push({n.obj->kind == ObjectKind::kConst, n.num_deps, n.obj->order, i});
  };
  for (uint32_t i = 0; i < nodes.size(); i++) push(i);

  std::unordered_set<DeclInfo*> emitted;
  while (!queue.empty()) {
    Entry e = queue.top();
    queue.pop();
    Node& n = nodes[e.node];
    if (n.done || n.num_deps != e.num_deps) continue;
    n.done = true;
    if (n.num_deps > 0) {
      std::unordered_set<Object*> seen;
      std::vector<Object*> cycle;
      if (FindPath(n.obj, n.obj, &seen, &cycle)) ReportInitCycle(cycle);
    }
    for (uint32_t p : n.preds) {
      if (nodes[p].done) continue;
      nodes[p].num_deps--;
      push(p);
    }
    Var* v = DynCast<Var>(n.obj);
    if (v == nullptr || v->is_script_var) continue;
    DeclInfo* d = v->decl;
    if (d->init == nullptr || !emitted.insert(d).second) continue;
    Initializer init;
    if (d->lhs.empty()) {
      init.lhs.push_back(v);
    } else {
      init.lhs.assign(d->lhs.begin(), d->lhs.end());
    }
    init.rhs = d->init;
    pkg_->init_order.push_back(std::move(init));
  }
}

void Checker::ReportInitCycle(const std::vector<Object*>& cycle) {
  Object* obj = cycle[0];
  if (cycle.size() == 1) {
    Error(obj, diag::kInitCycleItself, obj->name);
    return;
  }
  auto& d = Error(obj, diag::kInitCycle, obj->name);
  for (size_t i = cycle.size(); i-- > 0;) {
    Object* next = cycle[i];
    Note(d, obj, "{} refers to {}", obj->name, next->name);
    obj = next;
  }
}

}  // namespace gol::types
