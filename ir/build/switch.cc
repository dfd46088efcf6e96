// Switch and type switch.
//
// Integer constants become one Switch operation; string constants a Switch over the lengths with
// comparisons behind it. Everything else is a chain of tests in source order. The default clause
// is taken when all tests failed, wherever it stands.
#include <algorithm>
#include <map>

#include "base/check.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::Operator;
using types::Type;
using types::Var;

namespace {
constexpr size_t kMinTableCases = 4;
}

ValueId FuncBuilder::CaseTest(ValueId tag, Type* tag_type, const syntax::Expr* c) {
  b_.pos = c->pos;
  if (syntax::Unparen(c)->mode == syntax::OperandMode::kNilValue) {
    return IsNil(tag_type, tag, true);
  }
  Type* ct = TypeOf(c);
  bool tag_iface = IsIface(tag_type), case_iface = IsIface(ct);
  if (tag_iface && !case_iface) return EqualIfaceConcrete(tag, Expr(c), ct);
  if (!tag_iface && case_iface) return EqualIfaceConcrete(Expr(c), tag, tag_type);
  if (tag_iface) {
    ValueId v = Expr(c);
    Type* eface = b_.EmptyInterface();
    bool a = layout_.IsEmptyInterface(tag_type), z = layout_.IsEmptyInterface(ct);
    if (a != z) {
      if (!a) tag = Coerce(tag, tag_type, eface);
      if (!z) v = Coerce(v, ct, eface);
    }
    return b_.Emit(Op::kIfaceEq, b_.BoolType(), {tag, v});
  }
  return Equal(tag_type, tag, ExprAs(c, tag_type));
}

bool FuncBuilder::JumpTable(const syntax::SwitchStmt* s, ValueId tag, Type* tag_type,
                            const std::vector<BlockId>& bodies, BlockId otherwise) {
  bool is_string = layout_.KindOf(tag_type) == rt::kString;
  if (!is_string && !types::IsInteger(tag_type)) return false;
  size_t n = 0;
  for (const syntax::CaseClause* c : s->clauses) {
    for (const syntax::Expr* x : c->cases) {
      if (x->value == nullptr) return false;
      n++;
    }
  }
  if (n < kMinTableCases) return false;
  types::ConstPool pool(mb_->module()->arena);
  if (!is_string) {
    std::vector<SwitchCase> cases;
    std::map<int64_t, bool> seen;
    for (size_t i = 0; i < s->clauses.size(); i++) {
      for (const syntax::Expr* x : s->clauses[i]->cases) {
        auto v = static_cast<int64_t>(pool.ToInt(*x->value).LowWord());
        if (seen.emplace(v, true).second) cases.push_back({v, bodies[i]});
      }
    }
    b_.Switch(tag, cases, otherwise);
    return true;
  }
  std::map<size_t, std::vector<std::pair<std::string_view, BlockId>>> by_length;
  for (size_t i = 0; i < s->clauses.size(); i++) {
    for (const syntax::Expr* x : s->clauses[i]->cases) {
      std::string_view text = x->value->string_value();
      by_length[text.size()].push_back({text, bodies[i]});
    }
  }
  std::vector<SwitchCase> cases;
  std::vector<BlockId> blocks;
  for (auto& [length, list] : by_length) {
    blocks.push_back(b_.NewBlock());
    cases.push_back({static_cast<int64_t>(length), blocks.back()});
  }
  b_.Switch(b_.Emit(Op::kStrLen, b_.IntType(), {tag}), cases, otherwise);
  size_t k = 0;
  for (auto& [length, list] : by_length) {
    b_.SetBlock(blocks[k++]);
    for (auto& [text, body] : list) {
      BlockId next = b_.NewBlock();
      ValueId id;
      b_.Append(Op::kConstString, tag_type, {}, &id).text = text;
      b_.Branch(b_.Emit(Op::kStrEq, b_.BoolType(), {tag, id}), body, next);
      b_.SetBlock(next);
    }
    b_.Jump(otherwise);
  }
  return true;
}

void FuncBuilder::Switch(const syntax::SwitchStmt* s) {
  Stmt(s->init);
  ValueId tag;
  Type* tag_type = nullptr;
  if (s->tag != nullptr) {
    tag_type = TypeOf(s->tag);
    tag = OwnedAs(s->tag, tag_type);
  }
  BlockId done = b_.NewBlock();
  BlockId otherwise = done;
  std::vector<BlockId> bodies;
  for (const syntax::CaseClause* c : s->clauses) {
    bodies.push_back(b_.NewBlock());
    if (c->is_default) otherwise = bodies.back();
  }
  b_.pos = s->pos;
  if (s->tag == nullptr || !JumpTable(s, tag, tag_type, bodies, otherwise)) {
    for (size_t i = 0; i < s->clauses.size(); i++) {
      for (const syntax::Expr* x : s->clauses[i]->cases) {
        BlockId next = b_.NewBlock();
        if (s->tag == nullptr && IsIface(TypeOf(x)) && x->value == nullptr) {
          // An interface compared with true.
          ValueId v = Expr(x);
          b_.Branch(EqualIfaceConcrete(v, b_.Bool(true), b_.BoolType()), bodies[i], next);
        } else if (s->tag == nullptr) {
          Cond(x, bodies[i], next);
        } else {
          b_.Branch(CaseTest(tag, tag_type, x), bodies[i], next);
        }
        b_.SetBlock(next);
      }
    }
    b_.Jump(otherwise);
  }
  targets_.push_back({s, done, BlockId()});
  BlockId outer_fallthrough = fallthrough_;
  for (size_t i = 0; i < s->clauses.size(); i++) {
    b_.SetBlock(bodies[i]);
    fallthrough_ = i + 1 < bodies.size() ? bodies[i + 1] : done;
    Stmts(s->clauses[i]->body);
    b_.Jump(done);
  }
  fallthrough_ = outer_fallthrough;
  targets_.pop_back();
  b_.SetBlock(done);
}

void FuncBuilder::TypeSwitch(const syntax::TypeSwitchStmt* s) {
  Stmt(s->init);
  Type* xt = TypeOf(s->guard->x);
  ValueId x = Expr(s->guard->x);
  BlockId done = b_.NewBlock();
  BlockId otherwise = done;
  std::vector<BlockId> bodies;
  for (const syntax::CaseClause* c : s->clauses) {
    bodies.push_back(b_.NewBlock());
    if (c->is_default) otherwise = bodies.back();
  }
  // The converted value of a clause with one interface type, kept from its test.
  std::vector<LocalId> kept(s->clauses.size());
  b_.pos = s->pos;
  for (size_t i = 0; i < s->clauses.size(); i++) {
    const syntax::CaseClause* c = s->clauses[i];
    for (const syntax::Expr* t : c->cases) {
      b_.pos = t->pos;
      BlockId next = b_.NewBlock();
      if (syntax::Unparen(t)->mode == syntax::OperandMode::kNilValue) {
        b_.Branch(IsNil(xt, x, true), bodies[i], next);
      } else {
        Type* type = TypeOf(t);
        if (IsIface(type) && c->cases.size() == 1 && c->implicit_obj != nullptr) {
          ValueId pair =
              b_.EmitOf(Op::kAssertIface2, b_.TupleOf({type, b_.BoolType()}), type, {x});
          kept[i] = b_.NewTemp(type);
          b_.StoreLocal(kept[i], b_.Extract(type, pair, 0));
          b_.Branch(b_.Extract(b_.BoolType(), pair, 1), bodies[i], next);
        } else {
          b_.Branch(TypeTest(x, xt, type), bodies[i], next);
        }
      }
      b_.SetBlock(next);
    }
  }
  b_.Jump(otherwise);
  targets_.push_back({s, done, BlockId()});
  for (size_t i = 0; i < s->clauses.size(); i++) {
    const syntax::CaseClause* c = s->clauses[i];
    b_.SetBlock(bodies[i]);
    b_.pos = c->pos;
    if (auto* v = types::DynCast<Var>(c->implicit_obj)) {
      Type* t = Canon(v->type);
      bool single = c->cases.size() == 1 &&
                    syntax::Unparen(c->cases[0])->mode != syntax::OperandMode::kNilValue;
      ValueId value = x;
      if (kept[i].is_valid()) {
        value = b_.LoadLocal(kept[i]);
      } else if (single && !IsIface(t)) {
        value = Unboxed(x, t);
      } else {
        value = Coerce(x, xt, t);
      }
      StoreAt(t, b_.LocalAddr(DeclareVar(v)), value);
    }
    Stmts(c->body);
    b_.Jump(done);
  }
  targets_.pop_back();
  b_.SetBlock(done);
}

}  // namespace gol::ir
