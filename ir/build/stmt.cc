// Statements: blocks, if, for, branches, labels, return, declarations.
#include "base/check.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using syntax::NodeKind;
using types::Type;
using types::Var;

void FuncBuilder::Stmts(syntax::List<syntax::Stmt*> list) {
  for (size_t i = 0; i < list.size(); i++) {
    sized_ = i + 1 < list.size() ? MapFilledBy(list[i], list[i + 1]) : SizedMap();
    Stmt(list[i]);
  }
}

void FuncBuilder::Stmt(const syntax::Stmt* s) {
  if (s == nullptr) return;
  b_.pos = s->pos;
  switch (s->kind) {
    case NodeKind::kEmptyStmt:
      break;
    case NodeKind::kLabeledStmt:
      Labeled(syntax::As<syntax::LabeledStmt>(s));
      break;
    case NodeKind::kBlockStmt:
      Stmts(syntax::As<syntax::BlockStmt>(s)->stmts);
      break;
    case NodeKind::kExprStmt:
      if (auto* e = syntax::As<syntax::ExprStmt>(s); !e->results.empty()) {
        DefineOrAssign({e->results.data(), e->results.size()}, {&e->x, 1}, false);
      } else {
        Discard(e->x);
      }
      break;
    case NodeKind::kSendStmt:
      Send(syntax::As<syntax::SendStmt>(s));
      break;
    case NodeKind::kDeclStmt:
      for (const syntax::Decl* d : syntax::As<syntax::DeclStmt>(s)->decls) LocalDecl(d);
      break;
    case NodeKind::kAssignStmt:
      Assign(syntax::As<syntax::AssignStmt>(s));
      break;
    case NodeKind::kIncDecStmt:
      IncDec(syntax::As<syntax::IncDecStmt>(s));
      break;
    case NodeKind::kBranchStmt:
      Branch(syntax::As<syntax::BranchStmt>(s));
      break;
    case NodeKind::kGoStmt:
      GoDefer(syntax::As<syntax::GoStmt>(s)->call, true, s->pos);
      break;
    case NodeKind::kDeferStmt:
      GoDefer(syntax::As<syntax::DeferStmt>(s)->call, false, s->pos);
      break;
    case NodeKind::kReturnStmt:
      Return(syntax::As<syntax::ReturnStmt>(s));
      break;
    case NodeKind::kIfStmt:
      If(syntax::As<syntax::IfStmt>(s));
      break;
    case NodeKind::kForStmt:
      For(syntax::As<syntax::ForStmt>(s));
      break;
    case NodeKind::kRangeStmt:
      Range(syntax::As<syntax::RangeStmt>(s));
      break;
    case NodeKind::kSwitchStmt:
      Switch(syntax::As<syntax::SwitchStmt>(s));
      break;
    case NodeKind::kTypeSwitchStmt:
      TypeSwitch(syntax::As<syntax::TypeSwitchStmt>(s));
      break;
    case NodeKind::kSelectStmt:
      Select(syntax::As<syntax::SelectStmt>(s));
      break;
    default:
      mb_->NotSupported(s->pos, "this statement");
  }
}

void FuncBuilder::LocalDecl(const syntax::Decl* d) {
  auto* var = syntax::DynAs<syntax::VarDecl>(d);
  if (var == nullptr) return;
  b_.pos = var->pos;
  std::vector<syntax::Expr*> names(var->names.begin(), var->names.end());
  if (!var->values.empty()) {
    DefineOrAssign(names, var->values, true);
    return;
  }
  for (syntax::Expr* e : names) {
    if (IsBlank(e)) continue;
    auto* v = types::DynCast<Var>(syntax::As<syntax::Ident>(e)->obj);
    if (v == nullptr) continue;
    b_.pos = e->pos;
    if (v->is_local()) {
      DeclareVar(v);
    } else {
      // A script's variable starts anew where the statement is met again.
      Type* t = Canon(v->type);
      ValueId addr = VarAddr(v);
      StoreAt(t, addr, ZeroValue(t));
    }
  }
}

void FuncBuilder::If(const syntax::IfStmt* s) {
  Stmt(s->init);
  BlockId then = b_.NewBlock(), done = b_.NewBlock();
  BlockId otherwise = s->else_stmt != nullptr ? b_.NewBlock() : done;
  Cond(s->cond, then, otherwise);
  b_.SetBlock(then);
  Stmts(s->then->stmts);
  b_.Jump(done);
  if (s->else_stmt != nullptr) {
    b_.SetBlock(otherwise);
    Stmt(s->else_stmt);
    b_.Jump(done);
  }
  b_.SetBlock(done);
}

void FuncBuilder::BackEdge(BlockId target) {
  if (b_.is_terminated()) return;
  b_.Emit(Op::kPoll, nullptr);
  b_.Jump(target);
}

void FuncBuilder::For(const syntax::ForStmt* s) {
  Stmt(s->init);
  // Variables of the loop: each iteration has its own, which matters only where they are captured
  // or their address is taken.
  std::vector<Var*> fresh;
  auto* init = syntax::DynAs<syntax::AssignStmt>(s->init);
  if (init != nullptr && init->is_define && !s->shares_vars) {
    for (const syntax::Expr* e : init->lhs) {
      Var* v = Declares(e, true);
      if (v != nullptr && v->is_local() && LivesInHeap(v)) fresh.push_back(v);
    }
  }
  BlockId head = b_.NewBlock(), body = b_.NewBlock(), next = b_.NewBlock(), done = b_.NewBlock();
  b_.Jump(head);
  b_.SetBlock(head);
  if (s->cond != nullptr) {
    Cond(s->cond, body, done);
  } else {
    b_.Jump(body);
  }
  targets_.push_back({s, done, next});
  loop_depth_++;
  b_.SetBlock(body);
  Stmts(s->body->stmts);
  b_.Jump(next);
  targets_.pop_back();
  b_.SetBlock(next);
  b_.pos = s->post != nullptr ? s->post->pos : s->pos;
  for (Var* v : fresh) {
    Type* t = Canon(v->type);
    LocalId l = vars_[v].local;
    ValueId old = ValueAt(t, b_.LocalAddr(l));
    if (!IsWord(t)) old = CopyToTemp(t, old);
    b_.DeclLocal(l);
    StoreAt(t, b_.LocalAddr(l), old);
  }
  Stmt(s->post);
  loop_depth_--;
  BackEdge(head);
  b_.SetBlock(done);
}

BlockId FuncBuilder::LabelBlock(const syntax::LabeledStmt* s) {
  BlockId& b = labels_[s];
  if (!b.is_valid()) b = b_.NewBlock();
  return b;
}

void FuncBuilder::Labeled(const syntax::LabeledStmt* s) {
  has_labels_ = true;
  BlockId block = LabelBlock(s);
  b_.Jump(block);
  b_.SetBlock(block);
  Stmt(s->stmt);
}

void FuncBuilder::Branch(const syntax::BranchStmt* s) {
  if (s->token == syntax::Token::kFallthrough) {
    b_.Jump(fallthrough_);
    return;
  }
  if (s->token == syntax::Token::kGoto) {
    auto* label = syntax::As<syntax::LabeledStmt>(s->target);
    if (BranchOutOfRange(s)) return;
    BackEdge(LabelBlock(label));
    return;
  }
  for (size_t i = targets_.size(); i-- > 0;) {
    if (targets_[i].stmt != s->target) continue;
    b_.Jump(s->token == syntax::Token::kBreak ? targets_[i].break_block
                                              : targets_[i].continue_block);
    return;
  }
  if (BranchOutOfRange(s)) return;
  mb_->NotSupported(s->pos, "this branch");
}

void FuncBuilder::Return(const syntax::ReturnStmt* s) {
  if (range_func_ != nullptr) {
    ReturnFromRange(s);
    return;
  }
  if (s->results.empty()) {
    EmitReturn();
    return;
  }
  bool any_var = false;
  for (const ResultVar& r : results_) any_var |= r.is_var;
  std::vector<Value> values;
  if (s->results.size() == 1 && results_.size() != 1) {
    values = MultiValues(s->results[0]);
  } else if (!any_var) {
    // Straight into the results.
    std::vector<ValueId> words;
    for (size_t i = 0; i < results_.size(); i++) {
      const ResultVar& r = results_[i];
      if (IsWord(r.type)) {
        words.push_back(ExprAs(s->results[i], r.type));
      } else {
        ExprTo(b_.LocalAddr(r.result), s->results[i], r.type, true);
      }
    }
    b_.pos = s->pos;
    b_.Return(words);
    return;
  } else {
    for (size_t i = 0; i < results_.size(); i++) {
      values.push_back({OwnedAs(s->results[i], results_[i].type), results_[i].type, nullptr});
    }
  }
  b_.pos = s->pos;
  ReturnValues(values);
}

void FuncBuilder::ReturnValues(const std::vector<Value>& values) {
  bool any_var = false;
  for (const ResultVar& r : results_) any_var |= r.is_var;
  std::vector<ValueId> words;
  for (size_t i = 0; i < results_.size(); i++) {
    const ResultVar& r = results_[i];
    ValueId v = Coerce(values[i].v, values[i].type, r.type);
    if (values[i].expr != nullptr) DescribeBox(v, values[i].expr);
    if (any_var || !IsWord(r.type)) {
      StoreAt(r.type, b_.LocalAddr(r.var), v);
    } else {
      words.push_back(v);
    }
  }
  if (any_var) {
    EmitReturn();
  } else {
    b_.Return(words);
  }
}

}  // namespace gol::ir
