// Variables that are declared and never used.
#include <algorithm>

#include "frontend/types/checker.h"

namespace gol::types {

void Checker::Usage(Scope* scope) {
  if (env_.file != nullptr && env_.file->is_script) return;
  std::vector<Var*> unused;
  for (Object* obj : scope->objects()) {
    Var* v = DynCast<Var>(obj);
    if (v != nullptr && v->var_kind == VarKind::kLocal && !v->used) unused.push_back(v);
  }
  std::sort(unused.begin(), unused.end(), [](Var* a, Var* b) { return a->pos < b->pos; });
  for (Var* v : unused) Error(v->pos, diag::kUnusedVar, v->name);
  for (Scope* child : scope->children()) {
    if (!child->is_func()) Usage(child);
  }
}

}  // namespace gol::types
