// Maps that are made with the size that the next statement gives them:
//
//   m := make(map[K]V)          // or map[K]V{}, or an assignment
//   for i, x := range xs {      // or of an integer, an array, a map
//     ...
//     m[i] = f(x)
//   }
//
// Each iteration adds one entry, as keys of iterations differ: so the length of what is ranged over, read early, is
// a hint for make. It is no more than a hint: a loop that changes its variable, panics, or finds another
// length makes a map that is too large or too small. To keep the harm of that small, the loop must have
// no way out, the assignment must be a statement of its body itself, and the hint is bounded. Where the keys are not those of the
// range (m[x] = true), they may repeat, and nothing is known.
#include <algorithm>

#include "frontend/syntax/walk.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::NodeKind;
using types::Type;
using types::Var;

namespace {

// Larger: larger maps are made without growing; smaller: less is allocated for a loop that ends early. Beyond
// the processor's caches, a table that grows is filled faster: growth moves entries in order, insertion goes all over
// the table (a copy of 250,000 entries took 46-60 ns per entry grown, 64-92 in a table of that size).
constexpr int64_t kMaxEntries = 1 << 16;

const Var* VarOf(const syntax::Expr* e) {
  auto* id = syntax::DynAs<syntax::Ident>(syntax::Unparen(e));
  return id != nullptr && !id->is_blank() ? types::DynCast<Var>(id->obj) : nullptr;
}

// The only pair of operands of an assignment of this kind; null if s is something else.
const syntax::AssignStmt* PlainAssignment(const syntax::Stmt* s) {
  auto* a = syntax::DynAs<syntax::AssignStmt>(s);
  const bool is_plain = a != nullptr && a->op == syntax::Operator::kNone && a->lhs.size() == 1 &&
                        a->rhs.size() == 1;
  return is_plain ? a : nullptr;
}

bool HasWayOut(const syntax::Stmt* body) {
  bool found = false;
  syntax::Walk(const_cast<syntax::Stmt*>(body), [&](syntax::Node* n) {
    found |= n->kind == NodeKind::kBranchStmt || n->kind == NodeKind::kReturnStmt;
    return !found && n->kind != NodeKind::kFuncLit;
  });
  return found;
}

}  // namespace

FuncBuilder::SizedMap FuncBuilder::MapFilledBy(const syntax::Stmt* s, const syntax::Stmt* next) {
  auto* loop = syntax::DynAs<syntax::RangeStmt>(next);
  if (loop == nullptr || !loop->is_define || loop->key() == nullptr) return {};
  const syntax::AssignStmt* made = PlainAssignment(s);
  if (made == nullptr) return {};
  const Var* map = VarOf(made->lhs[0]);
  const Var* key = VarOf(loop->key());
  const Var* ranged = VarOf(loop->x);
  if (map == nullptr || key == nullptr || ranged == map) return {};
  if (ranged == nullptr && loop->x->value == nullptr) return {};

  const syntax::Expr* make = syntax::Unparen(made->rhs[0]);
  auto* literal = syntax::DynAs<syntax::CompositeLit>(make);
  const syntax::CallExpr* call = MakeCall(make);
  if (literal != nullptr ? !literal->elems.empty() : call == nullptr || call->args.size() != 1) {
    return {};
  }
  if (layout_.KindOf(TypeOf(make)) != rt::kMap) return {};

  for (const syntax::Stmt* in : loop->body->stmts) {
    const syntax::AssignStmt* a = PlainAssignment(in);
    if (a == nullptr) continue;
    auto* slot = syntax::DynAs<syntax::IndexExpr>(syntax::Unparen(a->lhs[0]));
    if (slot == nullptr || VarOf(slot->x) != map || VarOf(slot->indices[0]) != key) continue;
    return HasWayOut(loop->body) ? SizedMap() : SizedMap{make, loop};
  }
  return {};
}

ValueId FuncBuilder::SizeFromLoop(const syntax::Expr* e) {
  if (sized_.make != e) return {};
  const syntax::Expr* x = sized_.loop->x;
  Type* t = TypeOf(x);
  ValueId n;
  switch (types::Under(t)->kind) {
    case types::TypeKind::kBasic: {
      if (layout_.KindOf(t) == rt::kString) return {};
      bool is_unsigned, is_const;
      int64_t value;
      n = IntIndex(x, &is_unsigned, &is_const, &value);
      if (is_const) return value <= kMaxEntries ? n : b_.Int(kMaxEntries);
      break;
    }
    case types::TypeKind::kArray:
      return b_.Int(std::min(UnderAs<types::Array>(t)->len, kMaxEntries));
    case types::TypeKind::kSlice:
      n = b_.Emit(Op::kSliceLen, b_.IntType(), {Expr(x)});
      break;
    case types::TypeKind::kMap:
      n = b_.Emit(Op::kMapLen, b_.IntType(), {Expr(x)});
      break;
    default:
      return {};
  }
  return b_.Emit(Op::kMin, b_.IntType(), {n, b_.Int(kMaxEntries)});
}

}  // namespace gol::ir
