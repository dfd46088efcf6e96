// Walking the syntax tree.
//
//   ForEachChild(node, [&](Node* child) { ... });
//   Walk(node, [&](Node* n) { return descend_into_children; });
//
// Children come in source order, null ones are left out. A type (and tag) that several names of a
// list share is visited with the first of them only. Bodies that were skipped are not there.
#pragma once

#include "frontend/syntax/ast.h"

namespace gol::syntax {

// The untemplated core: calls visit(context, child) for each child.
void VisitChildren(Node* node, void (*visit)(void* context, Node* child), void* context);

template <typename F>
void ForEachChild(Node* node, F&& f) {
  auto call = [&f](Node* child) { f(child); };
  VisitChildren(
      node,
      [](void* context, Node* child) { (*static_cast<decltype(call)*>(context))(child); }, &call);
}

// Calls f for node, then, where it returns true, for its children.
template <typename F>
void Walk(Node* node, F&& f) {
  if (node == nullptr || !f(node)) return;
  ForEachChild(node, [&f](Node* child) { Walk(child, f); });
}

}  // namespace gol::syntax
