// Statements. See parser.cc for the overview.
#include "frontend/syntax/parser_impl.h"
#include "frontend/syntax/printer.h"

namespace gol::syntax {

using enum diag::Kind;

// lhs: the expressions at its beginning when already parsed. keyword: the statement whose header it
// stands in (kFor allows a range clause, kSwitch a type switch guard), or kNoToken.
Stmt* Parser::ParseSimpleStmt(List<Expr*> lhs, Token keyword) {
  if (keyword == Token::kFor && tok() == Token::kRange) return ParseRange({}, Pos{}, false);
  if (lhs.empty()) lhs = ParseExprList();

  Pos at = pos();
  if (lhs.size() == 1) {
    switch (tok()) {
      case Token::kAssignOp: {
        AssignStmt* assign = New<AssignStmt>(at);
        assign->op = s_.op;
        Next();
        assign->lhs = lhs;
        assign->rhs = OneExpr(ParseExpr());
        return assign;
      }
      case Token::kIncOp: {
        IncDecStmt* inc = New<IncDecStmt>(at);
        inc->op = s_.op;
        inc->x = lhs[0];
        Next();
        return inc;
      }
      case Token::kArrow: {
        SendStmt* send = New<SendStmt>(at);
        Next();
        send->chan = lhs[0];
        send->val = ParseExpr();
        return send;
      }
      case Token::kAssign:
      case Token::kDefine:
        break;
      default: {
        ExprStmt* stmt = New<ExprStmt>(lhs[0]->pos);
        stmt->x = lhs[0];
        return stmt;
      }
    }
  }

  if (tok() != Token::kAssign && tok() != Token::kDefine) {
    ErrorExpected(":= or = or comma");
    Advance({Token::kSemi, Token::kRbrace});
    ExprStmt* stmt = New<ExprStmt>(lhs[0]->pos);
    stmt->x = lhs[0];
    return stmt;
  }
  bool is_define = tok() == Token::kDefine;
  Next();
  if (keyword == Token::kFor && tok() == Token::kRange) return ParseRange(lhs, at, is_define);
  List<Expr*> rhs = ParseExprList();
  if (keyword == Token::kSwitch && is_define && rhs.size() == 1 && lhs.size() == 1) {
    TypeSwitchGuard* guard = DynAs<TypeSwitchGuard>(rhs[0]);
    Ident* name = DynAs<Ident>(lhs[0]);
    if (guard != nullptr && name != nullptr) {
      guard->lhs = name;
      ExprStmt* stmt = New<ExprStmt>(guard->pos);
      stmt->x = guard;
      return stmt;
    }
  }
  AssignStmt* assign = New<AssignStmt>(at);
  assign->is_define = is_define;
  assign->lhs = lhs;
  assign->rhs = rhs;
  return assign;
}

// At "range". The caller sets the position and the body.
RangeStmt* Parser::ParseRange(List<Expr*> lhs, Pos assign_pos, bool is_define) {
  RangeStmt* range = New<RangeStmt>(pos());
  range->lhs = lhs;
  range->is_define = is_define;
  range->assign_pos = assign_pos;
  range->range_pos = pos();
  Next();
  range->x = ParseExpr();
  return range;
}

Stmt* Parser::ParseLabeledStmtOrNull(Ident* label) {
  Nest nest(this);
  LabeledStmt* labeled = New<LabeledStmt>(pos());
  labeled->label = label;
  Want(Token::kColon);
  // "}" ends an empty statement, whose semicolon may be left out.
  if (tok() == Token::kRbrace) {
    labeled->stmt = New<EmptyStmt>(pos());
    return labeled;
  }
  labeled->stmt = ParseStmtOrNull();
  if (labeled->stmt != nullptr) return labeled;
  SyntaxError(labeled->pos, "missing statement after label");
  return nullptr;
}

// context says what the block belongs to; it is not needed where a "{" is known to be there.
BlockStmt* Parser::ParseBlock(std::string_view context) {
  Nest nest(this);
  BlockStmt* block = New<BlockStmt>(pos());
  if (!Got(Token::kLbrace)) {
    ErrorExpected("{ after " + std::string(context));
    Advance({Token::kName, Token::kRbrace});
    block->rbrace = pos();
    if (Got(Token::kRbrace)) return block;
  }
  block->stmts = ParseStmtList();
  block->rbrace = Want(Token::kRbrace);
  return block;
}

DeclStmt* Parser::ParseDeclStmt() {
  DeclStmt* stmt = New<DeclStmt>(pos());
  Token keyword = tok();
  Next();
  ListBuilder<Decl> decls(this);
  ParseDeclGroup(keyword, stmt->pos, &decls);
  stmt->decls = decls.Finish();
  return stmt;
}

// --- Headers --------------------------------------------------------------------------------

// At if, for or switch: everything up to "{". For a range clause init is the RangeStmt.
Parser::Header Parser::ParseHeader(Token keyword) {
  Header header;
  Next();
  if (tok() == Token::kLbrace) {
    if (keyword == Token::kIf) {
      SyntaxError("missing condition in if statement");
      header.cond = NewBadExpr();
    }
    return header;
  }
  int outer_nest = expr_nest_;
  expr_nest_ = -1;

  if (tok() != Token::kSemi) {
    if (Got(Token::kVar)) {
      SyntaxError("var declaration not allowed in " + std::string(TokenText(keyword)) +
                  " initializer");
    }
    header.init = ParseSimpleStmt({}, keyword);
    if (Is<RangeStmt>(header.init)) {
      expr_nest_ = outer_nest;
      return header;
    }
  }

  Stmt* cond = nullptr;
  Pos semi;
  std::string_view semi_text;
  if (tok() == Token::kLbrace) {
    cond = header.init;
    header.init = nullptr;
  } else {
    if (tok() == Token::kSemi) {
      semi = pos();
      semi_text = s_.text;
      Next();
    } else {
      // To ask for "{" rather than ";" makes the better message.
      Want(Token::kLbrace);
      if (tok() != Token::kLbrace) Advance({Token::kLbrace, Token::kRbrace});
    }
    if (keyword != Token::kFor) {
      if (tok() != Token::kLbrace) cond = ParseSimpleStmt({}, keyword);
    } else if (tok() == Token::kLbrace) {
      ErrorExpected("for loop condition");
    } else {
      if (tok() != Token::kSemi) cond = ParseSimpleStmt({}, Token::kNoToken);
      Want(Token::kSemi);
      if (tok() != Token::kLbrace) {
        header.post = ParseSimpleStmt({}, Token::kNoToken);
        const AssignStmt* assign = DynAs<AssignStmt>(header.post);
        if (assign != nullptr && assign->is_define) {
          SyntaxError(assign->pos, "cannot declare in post statement of for loop");
        }
      }
    }
  }

  if (cond != nullptr) {
    header.cond = CondOf(cond);
  } else if (keyword == Token::kIf && semi.is_known()) {
    if (semi_text != "semicolon") {
      SyntaxError(semi,
                  "unexpected " + std::string(semi_text) + ", expected { after if clause");
    } else {
      SyntaxError(semi, "missing condition in if statement");
    }
    header.cond = New<BadExpr>(semi);
  }
  expr_nest_ = outer_nest;
  return header;
}

// The expression of a statement that stands for a condition or tag; complains about others. A
// mistaken "=" gets parentheses around its operands, to make it stand out.
Expr* Parser::CondOf(Stmt* stmt) {
  if (ExprStmt* x = DynAs<ExprStmt>(stmt)) return x->x;
  std::string text;
  AssignStmt* assign = DynAs<AssignStmt>(stmt);
  if (assign != nullptr && assign->op == Operator::kNone && !assign->is_define) {
    auto emphasize = [](List<Expr*> list) {
      std::string s = ExprListString(list);
      return list.size() == 1 && Is<BinaryExpr>(list[0]) ? "(" + s + ")" : s;
    };
    text = "assignment " + emphasize(assign->lhs) + " = " + emphasize(assign->rhs);
  } else {
    text = StmtString(stmt);
  }
  SyntaxError(stmt->pos, "cannot use " + text + " as value");
  return nullptr;
}

Stmt* Parser::ParseForStmt() {
  Nest nest(this);
  Pos start = pos();
  Header header = ParseHeader(Token::kFor);
  if (RangeStmt* range = DynAs<RangeStmt>(header.init)) {
    range->pos = start;
    range->body = ParseBlock("for clause");
    return range;
  }
  ForStmt* stmt = New<ForStmt>(start);
  stmt->init = header.init;
  stmt->cond = header.cond;
  stmt->post = header.post;
  stmt->body = ParseBlock("for clause");
  return stmt;
}

IfStmt* Parser::ParseIfStmt() {
  Nest nest(this);
  IfStmt* stmt = New<IfStmt>(pos());
  Header header = ParseHeader(Token::kIf);
  stmt->init = header.init;
  stmt->cond = header.cond != nullptr ? header.cond : NewBadExpr();
  stmt->then = ParseBlock("if clause");
  if (Got(Token::kElse)) {
    if (tok() == Token::kIf) {
      stmt->else_stmt = ParseIfStmt();
    } else if (tok() == Token::kLbrace) {
      stmt->else_stmt = ParseBlock("");
    } else {
      SyntaxError("else must be followed by if or statement block");
      Advance({Token::kName, Token::kRbrace});
    }
  }
  return stmt;
}

Stmt* Parser::ParseSwitchStmt() {
  Nest nest(this);
  Pos start = pos();
  Header header = ParseHeader(Token::kSwitch);
  Pos lbrace = pos();
  if (!Got(Token::kLbrace)) {
    SyntaxError("missing { after switch clause");
    Advance({Token::kCase, Token::kDefault, Token::kRbrace});
  }
  ListBuilder<CaseClause> clauses(this);
  while (tok() != Token::kEof && tok() != Token::kRbrace) clauses.Add(ParseCaseClause());
  Pos rbrace = Want(Token::kRbrace);
  auto finish = [&](auto* stmt) {
    stmt->init = header.init;
    stmt->clauses = clauses.Finish();
    stmt->lbrace = lbrace;
    stmt->rbrace = rbrace;
    return stmt;
  };
  if (TypeSwitchGuard* guard = DynAs<TypeSwitchGuard>(header.cond)) {
    TypeSwitchStmt* stmt = finish(New<TypeSwitchStmt>(start));
    stmt->guard = guard;
    return stmt;
  }
  SwitchStmt* stmt = finish(New<SwitchStmt>(start));
  stmt->tag = header.cond;
  return stmt;
}

CaseClause* Parser::ParseCaseClause() {
  CaseClause* clause = New<CaseClause>(pos());
  if (Got(Token::kCase)) {
    clause->cases = ParseExprList();
  } else if (Got(Token::kDefault)) {
    clause->is_default = true;
  } else {
    ErrorExpected("case or default or }");
    Advance({Token::kColon, Token::kCase, Token::kDefault, Token::kRbrace});
  }
  clause->colon = Want(Token::kColon);
  clause->body = ParseStmtList();
  return clause;
}

SelectStmt* Parser::ParseSelectStmt() {
  Nest nest(this);
  SelectStmt* stmt = New<SelectStmt>(pos());
  Next();
  stmt->lbrace = pos();
  if (!Got(Token::kLbrace)) {
    SyntaxError("missing { after select clause");
    Advance({Token::kCase, Token::kDefault, Token::kRbrace});
  }
  ListBuilder<CommClause> clauses(this);
  while (tok() != Token::kEof && tok() != Token::kRbrace) clauses.Add(ParseCommClause());
  stmt->rbrace = Want(Token::kRbrace);
  stmt->clauses = clauses.Finish();
  return stmt;
}

CommClause* Parser::ParseCommClause() {
  CommClause* clause = New<CommClause>(pos());
  if (Got(Token::kCase)) {
    clause->comm = ParseSimpleStmt({}, Token::kNoToken);
  } else if (!Got(Token::kDefault)) {
    ErrorExpected("case or default or }");
    Advance({Token::kColon, Token::kCase, Token::kDefault, Token::kRbrace});
  }
  clause->colon = Want(Token::kColon);
  clause->body = ParseStmtList();
  return clause;
}

// --- The other statements -------------------------------------------------------------------

// go and defer.
Stmt* Parser::ParseCallStmt() {
  Pos start = pos();
  Token keyword = tok();
  Next();
  Expr* x = ParsePrimaryExpr(nullptr, tok() == Token::kLparen);
  Expr* call = Unparen(x);
  if (call != x) s_.Error(x->pos, kParenthesizedCall, TokenText(keyword));
  if (keyword == Token::kGo) {
    GoStmt* stmt = New<GoStmt>(start);
    stmt->call = call;
    return stmt;
  }
  DeferStmt* stmt = New<DeferStmt>(start);
  stmt->call = call;
  return stmt;
}

Stmt* Parser::ParseBranchStmt() {
  BranchStmt* stmt = New<BranchStmt>(pos());
  stmt->token = tok();
  Next();
  if (stmt->token == Token::kGoto) {
    stmt->label = ParseName();
  } else if (stmt->token != Token::kFallthrough && tok() == Token::kName) {
    stmt->label = ParseName();
  }
  return stmt;
}

ReturnStmt* Parser::ParseReturnStmt() {
  ReturnStmt* stmt = New<ReturnStmt>(pos());
  Next();
  if (tok() != Token::kSemi && tok() != Token::kRbrace) stmt->results = ParseExprList();
  return stmt;
}

// Null, without an error, where no statement begins.
Stmt* Parser::ParseStmtOrNull() {
  // Most statements begin with a name.
  if (tok() == Token::kName) {
    ClearDirectives();
    List<Expr*> lhs = ParseExprList();
    if (tok() == Token::kColon && lhs.size() == 1) {
      if (Ident* label = DynAs<Ident>(lhs[0])) return ParseLabeledStmtOrNull(label);
    }
    return ParseSimpleStmt(lhs, Token::kNoToken);
  }
  switch (tok()) {
    case Token::kVar:
    case Token::kConst:
    case Token::kType:
      return ParseDeclStmt();
    default:
      break;
  }
  ClearDirectives();
  switch (tok()) {
    case Token::kLbrace:
      return ParseBlock("");
    case Token::kOperator:
      switch (s_.op) {
        case Operator::kAdd:
        case Operator::kSub:
        case Operator::kAnd:
        case Operator::kXor:
        case Operator::kNot:
          return ParseSimpleStmt({}, Token::kNoToken);
        default:
          return nullptr;
      }
    case Token::kStar:
    case Token::kLiteral:
    case Token::kFunc:
    case Token::kLparen:
    case Token::kLbrack:
    case Token::kStruct:
    case Token::kMap:
    case Token::kChan:
    case Token::kInterface:
    case Token::kArrow:
      return ParseSimpleStmt({}, Token::kNoToken);
    case Token::kFor:
      return ParseForStmt();
    case Token::kSwitch:
      return ParseSwitchStmt();
    case Token::kSelect:
      return ParseSelectStmt();
    case Token::kIf:
      return ParseIfStmt();
    case Token::kFallthrough:
    case Token::kBreak:
    case Token::kContinue:
    case Token::kGoto:
      return ParseBranchStmt();
    case Token::kGo:
    case Token::kDefer:
      return ParseCallStmt();
    case Token::kReturn:
      return ParseReturnStmt();
    case Token::kSemi:
      return New<EmptyStmt>(pos());
    default:
      return nullptr;
  }
}

List<Stmt*> Parser::ParseStmtList() {
  ListBuilder<Stmt> stmts(this);
  while (tok() != Token::kEof && tok() != Token::kRbrace && tok() != Token::kCase &&
         tok() != Token::kDefault) {
    Stmt* stmt = ParseStmtOrNull();
    ClearDirectives();
    if (stmt == nullptr) break;
    stmts.Add(stmt);
    if (!Got(Token::kSemi) && tok() != Token::kRbrace) {
      ErrorContext("at end of statement");
      Advance({Token::kSemi, Token::kRbrace, Token::kCase, Token::kDefault});
      Got(Token::kSemi);
    }
  }
  return stmts.Finish();
}

}  // namespace gol::syntax
