// Channel operations and select.
//
// A select without clauses blocks for ever; one with a single clause and no default is the plain
// operation. The general form evaluates channels and values to send in source order, then hands
// the cases to Select with the sends in front.
#include "base/check.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::Type;

void FuncBuilder::Send(const syntax::SendStmt* s) {
  Type* elem = layout_.Canon(UnderAs<types::Chan>(TypeOf(s->chan))->elem);
  ValueId c = Expr(s->chan);
  ValueId v = OwnedAs(s->val, elem);
  b_.pos = s->pos;
  b_.Emit(Op::kChanSend, nullptr, {c, Spill(elem, v)});
}

ValueId FuncBuilder::Receive(const syntax::UnaryExpr* e, ValueId* ok) {
  Type* elem = layout_.Canon(UnderAs<types::Chan>(TypeOf(e->x))->elem);
  ValueId c = Expr(e->x);
  b_.pos = e->pos;
  ValueId addr = TempAddr(elem);
  ValueId received = b_.Emit(Op::kChanRecv, b_.BoolType(), {c, addr});
  if (ok != nullptr) *ok = received;
  return ValueAt(elem, addr);
}

void FuncBuilder::Select(const syntax::SelectStmt* s) {
  struct Case {
    const syntax::CommClause* clause;
    bool is_send = false;
    const syntax::UnaryExpr* recv = nullptr;
    const syntax::AssignStmt* assign = nullptr;
    Type* elem = nullptr;
    ValueId chan, addr;
    BlockId body;
  };
  b_.pos = s->pos;
  const syntax::CommClause* otherwise = nullptr;
  std::vector<Case> cases;
  for (const syntax::CommClause* c : s->clauses) {
    if (c->comm == nullptr) {
      otherwise = c;
    } else {
      cases.push_back({c});
    }
  }
  if (cases.empty() && otherwise == nullptr) {
    b_.Emit(Op::kBlock, nullptr);
    return;
  }
  BlockId done = b_.NewBlock();
  targets_.push_back({s, done, BlockId()});
  if (cases.size() == 1 && otherwise == nullptr) {
    Stmt(cases[0].clause->comm);
    Stmts(cases[0].clause->body);
    b_.Jump(done);
    targets_.pop_back();
    b_.SetBlock(done);
    return;
  }
  if (cases.empty()) {
    Stmts(otherwise->body);
    b_.Jump(done);
    targets_.pop_back();
    b_.SetBlock(done);
    return;
  }
  for (Case& c : cases) {
    if (auto* send = syntax::DynAs<syntax::SendStmt>(c.clause->comm)) {
      c.is_send = true;
      c.elem = layout_.Canon(UnderAs<types::Chan>(TypeOf(send->chan))->elem);
      c.chan = Expr(send->chan);
      c.addr = Spill(c.elem, OwnedAs(send->val, c.elem));
      continue;
    }
    const syntax::Expr* x;
    if (auto* a = syntax::DynAs<syntax::AssignStmt>(c.clause->comm)) {
      c.assign = a;
      x = a->rhs[0];
    } else {
      x = syntax::As<syntax::ExprStmt>(c.clause->comm)->x;
    }
    c.recv = syntax::As<syntax::UnaryExpr>(syntax::Unparen(x));
    c.elem = layout_.Canon(UnderAs<types::Chan>(TypeOf(c.recv->x))->elem);
    c.chan = Expr(c.recv->x);
    if (c.assign != nullptr) c.addr = TempAddr(c.elem);
  }
  b_.pos = s->pos;
  std::vector<ValueId> args;
  std::vector<size_t> order;
  int64_t sends = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < cases.size(); i++) {
      if (cases[i].is_send != (pass == 0)) continue;
      if (pass == 0) sends++;
      order.push_back(i);
      args.push_back(cases[i].chan);
      args.push_back(cases[i].addr);
    }
  }
  ValueId sel;
  Type* pair = b_.TupleOf({b_.IntType(), b_.BoolType()});
  Inst& inst = b_.Append(Op::kSelect, pair, args, &sel);
  inst.imm = sends;
  inst.blocking = otherwise == nullptr;
  ValueId index = b_.Extract(b_.IntType(), sel, 0);
  ValueId received = b_.Extract(b_.BoolType(), sel, 1);
  std::vector<SwitchCase> table;
  BlockId none = b_.NewBlock();
  for (size_t k = 0; k < order.size(); k++) {
    cases[order[k]].body = b_.NewBlock();
    table.push_back({static_cast<int64_t>(k), cases[order[k]].body});
  }
  b_.Switch(index, table, none);
  b_.SetBlock(none);
  if (otherwise != nullptr) {
    Stmts(otherwise->body);
    b_.Jump(done);
  } else {
    b_.Unreachable();
  }
  for (Case& c : cases) {
    b_.SetBlock(c.body);
    b_.pos = c.clause->pos;
    if (c.assign != nullptr) {
      const auto& lhs = c.assign->lhs;
      bool define = c.assign->is_define;
      auto bind = [&](const syntax::Expr* to, ValueId v, Type* type) {
        if (IsBlank(to)) return;
        b_.pos = to->pos;
        if (types::Var* var = Declares(to, define)) {
          Type* t = Canon(var->type);
          ValueId value = Coerce(v, type, t);
          StoreAt(t, b_.LocalAddr(DeclareVar(var)), value);
        } else {
          LValue l = Left(to);
          StoreLeft(l, Coerce(v, type, l.type));
        }
      };
      bind(lhs[0], ValueAt(c.elem, c.addr), c.elem);
      if (lhs.size() > 1) bind(lhs[1], received, b_.BoolType());
    }
    Stmts(c.clause->body);
    b_.Jump(done);
  }
  targets_.pop_back();
  b_.SetBlock(done);
}

}  // namespace gol::ir
