// Expressions. See parser.cc for the overview.
#include "frontend/syntax/parser_impl.h"
#include "frontend/syntax/printer.h"

namespace gol::syntax {

using enum diag::Kind;

List<Expr*> Parser::OneExpr(Expr* x) {
  Expr** copy = static_cast<Expr**>(arena_->Allocate(sizeof(Expr*), alignof(Expr*)));
  *copy = x;
  return {copy, 1};
}

// x is the operand already parsed, or null.
Expr* Parser::ParseBinaryExpr(Expr* x, int prec) {
  if (x == nullptr) x = ParseUnaryExpr();
  while ((tok() == Token::kOperator || tok() == Token::kStar) && s_.prec > prec) {
    BinaryExpr* binary = New<BinaryExpr>(pos());
    binary->op = s_.op;
    int op_prec = s_.prec;
    Next();
    binary->x = x;
    binary->y = ParseBinaryExpr(nullptr, op_prec);
    x = binary;
  }
  return x;
}

Expr* Parser::ParseUnaryExpr() {
  if (tok() == Token::kName || tok() == Token::kLiteral) return ParsePrimaryExpr(nullptr, true);
  Nest nest(this);
  switch (tok()) {
    case Token::kStar: {
      StarExpr* star = New<StarExpr>(pos());
      Next();
      star->x = ParseUnaryExpr();
      return star;
    }
    case Token::kOperator:
      switch (s_.op) {
        case Operator::kAdd:
        case Operator::kSub:
        case Operator::kNot:
        case Operator::kXor:
        case Operator::kTilde:
        case Operator::kAnd: {
          UnaryExpr* unary = New<UnaryExpr>(pos());
          unary->op = s_.op;
          Next();
          unary->x = ParseUnaryExpr();
          // &(T{}) is &T{}.
          if (unary->op == Operator::kAnd && (mode_ & kKeepParens) == 0) {
            unary->x = Unparen(unary->x);
          }
          return unary;
        }
        default:
          break;
      }
      break;
    case Token::kArrow:
      return ParseReceive();
    default:
      break;
  }
  return ParsePrimaryExpr(nullptr, true);
}

// At "<-": a receive, or a channel type whose arrow it is. In <-chan<-E the arrows associate to the
// left: each moves into the next channel type, the last one must find a bidirectional channel.
Expr* Parser::ParseReceive() {
  Pos arrow = pos();
  Next();
  Expr* x = ParseUnaryExpr();
  if (!Is<ChanType>(x)) {
    UnaryExpr* receive = New<UnaryExpr>(arrow);
    receive->op = Operator::kRecv;
    receive->x = x;
    return receive;
  }
  Expr* type = x;
  ChanDir dir = ChanDir::kSendOnly;
  while (dir == ChanDir::kSendOnly) {
    ChanType* chan = DynAs<ChanType>(type);
    if (chan == nullptr) break;
    dir = chan->dir;
    if (dir == ChanDir::kRecvOnly) SyntaxError("unexpected <-, expected chan");
    chan->dir = ChanDir::kRecvOnly;
    type = chan->elem;
  }
  if (dir == ChanDir::kSendOnly) {
    SyntaxError("unexpected " + ExprString(type) + ", expected chan");
  }
  return x;
}

Expr* Parser::ParseOperand(bool keep_parens) {
  switch (tok()) {
    case Token::kName:
      return ParseName();
    case Token::kLiteral:
      return ParseLiteralOrNull();
    case Token::kLparen: {
      Pos lparen = pos();
      Next();
      ++expr_nest_;
      Expr* x = ParseExpr();
      --expr_nest_;
      Pos rparen = Want(Token::kRparen);
      // In front of "{" the parentheses may stand around the type of a composite literal.
      if (!keep_parens && tok() != Token::kLbrace && (mode_ & kKeepParens) == 0) return x;
      ParenExpr* paren = New<ParenExpr>(lparen);
      paren->x = x;
      paren->rparen = rparen;
      return paren;
    }
    case Token::kFunc: {
      Pos func = pos();
      Next();
      FuncType* type = ParseFuncType("function type", nullptr);
      if (tok() != Token::kLbrace) return type;
      ++expr_nest_;
      FuncLit* lit = New<FuncLit>(func);
      lit->func_type = type;
      lit->body = ParseFuncBody();
      --expr_nest_;
      return lit;
    }
    case Token::kLbrack:
    case Token::kChan:
    case Token::kMap:
    case Token::kStruct:
    case Token::kInterface:
      return ParseType();
    default: {
      Expr* bad = NewBadExpr();
      ErrorExpected("expression");
      Advance({Token::kRparen, Token::kRbrack, Token::kRbrace});
      return bad;
    }
  }
}

// x is the operand already parsed, or null.
Expr* Parser::ParsePrimaryExpr(Expr* x, bool keep_parens) {
  if (x == nullptr) x = ParseOperand(keep_parens);
  for (;;) {
    switch (tok()) {
      case Token::kDot:
        x = ParseSelector(x);
        break;
      case Token::kLbrack:
        x = ParseIndexOrSlice(x);
        break;
      case Token::kLparen:
        x = ParseCall(x);
        break;
      case Token::kLbrace: {
        Expr* type = Unparen(x);
        if (!MayStartCompositeLit(type)) return x;
        if (type != x) SyntaxError("cannot parenthesize type in composite literal");
        CompositeLit* lit = ParseCompositeLit();
        lit->type_expr = x;
        x = lit;
        break;
      }
      default:
        return x;
    }
  }
}

Expr* Parser::ParseSelector(Expr* x) {
  Pos dot = pos();
  Next();
  if (tok() == Token::kName) {
    SelectorExpr* selector = New<SelectorExpr>(dot);
    selector->x = x;
    selector->sel = ParseName();
    return selector;
  }
  if (!Got(Token::kLparen)) {
    ErrorExpected("name or (");
    Advance({Token::kSemi, Token::kRparen});
    return x;
  }
  if (Got(Token::kType)) {
    TypeSwitchGuard* guard = New<TypeSwitchGuard>(dot);
    guard->x = x;
    guard->rparen = Want(Token::kRparen);
    return guard;
  }
  TypeAssertExpr* assertion = New<TypeAssertExpr>(dot);
  assertion->x = x;
  assertion->type_expr = ParseType();
  assertion->rparen = Want(Token::kRparen);
  return assertion;
}

Expr* Parser::ParseIndexOrSlice(Expr* x) {
  Pos lbrack = pos();
  Next();
  List<Expr*> indices;
  if (tok() != Token::kColon) {
    bool comma = false;
    if (tok() == Token::kRbrack) {
      ErrorExpected("operand");
      indices = OneExpr(NewBadExpr());
    } else {
      indices = ParseTypeList(false, &comma);
    }
    if (comma || tok() == Token::kRbrack) {
      IndexExpr* index = New<IndexExpr>(lbrack);
      index->x = x;
      index->indices = indices;
      index->rbrack = Want(Token::kRbrack);
      return index;
    }
  }
  if (!Got(Token::kColon)) {
    ErrorExpected("comma, : or ]");
    Advance({Token::kComma, Token::kColon, Token::kRbrack});
  }
  ++expr_nest_;
  SliceExpr* slice = New<SliceExpr>(lbrack);
  slice->x = x;
  if (!indices.empty()) slice->index[0] = indices[0];
  if (tok() != Token::kColon && tok() != Token::kRbrack) slice->index[1] = ParseExpr();
  if (tok() == Token::kColon) {
    slice->is_full = true;
    if (slice->index[1] == nullptr) {
      s_.Error(pos(), kMiddleIndexRequired);
      slice->index[1] = NewBadExpr();
    }
    Next();
    if (tok() != Token::kRbrack) {
      slice->index[2] = ParseExpr();
    } else {
      s_.Error(pos(), kFinalIndexRequired);
      slice->index[2] = NewBadExpr();
    }
  }
  --expr_nest_;
  slice->rbrack = Want(Token::kRbrack);
  return slice;
}

CallExpr* Parser::ParseCall(Expr* fun) {
  Nest nest(this);
  CallExpr* call = New<CallExpr>(pos());
  call->fun = fun;
  Next();
  ++expr_nest_;
  ListBuilder<Expr> args(this);
  call->rparen = ParseList("argument list", Token::kComma, Token::kRparen, [&] {
    args.Add(ParseExpr());
    call->has_dots = Got(Token::kDotDotDot);
    return call->has_dots;
  });
  --expr_nest_;
  call->args = args.Finish();
  return call;
}

bool Parser::MayStartCompositeLit(const Expr* type) const {
  switch (type->kind) {
    case NodeKind::kIdent:
    case NodeKind::kSelectorExpr:
      return expr_nest_ >= 0;
    case NodeKind::kIndexExpr:
      return expr_nest_ >= 0 && !IsSyntacticValue(type);
    case NodeKind::kArrayType:
    case NodeKind::kSliceType:
    case NodeKind::kStructType:
    case NodeKind::kMapType:
      return true;
    default:
      return false;
  }
}

bool IsSyntacticValue(const Expr* x) {
  switch (x->kind) {
    case NodeKind::kBasicLit:
    case NodeKind::kCompositeLit:
    case NodeKind::kFuncLit:
    case NodeKind::kSliceExpr:
    case NodeKind::kTypeAssertExpr:
    case NodeKind::kTypeSwitchGuard:
    case NodeKind::kCallExpr:
    case NodeKind::kUnaryExpr:
    case NodeKind::kBinaryExpr:
      return true;
    case NodeKind::kParenExpr:
      return IsSyntacticValue(As<ParenExpr>(x)->x);
    case NodeKind::kIndexExpr: {
      const IndexExpr* index = As<IndexExpr>(x);
      return IsSyntacticValue(index->x) ||
             (index->indices.size() == 1 && IsSyntacticValue(index->indices[0]));
    }
    default:
      return false;
  }
}

// An element of a composite literal, or its key: an expression, or a literal without its type.
Expr* Parser::ParseElement() {
  return tok() == Token::kLbrace ? ParseCompositeLit() : ParseExpr();
}

CompositeLit* Parser::ParseCompositeLit() {
  Nest nest(this);
  CompositeLit* lit = New<CompositeLit>(pos());
  ++expr_nest_;
  Want(Token::kLbrace);
  ListBuilder<Expr> elems(this);
  lit->rbrace = ParseList("composite literal", Token::kComma, Token::kRbrace, [&] {
    Expr* element = ParseElement();
    if (tok() == Token::kColon) {
      KeyValueExpr* pair = New<KeyValueExpr>(pos());
      Next();
      pair->key = element;
      pair->val = ParseElement();
      element = pair;
      ++lit->key_count;
    }
    elems.Add(element);
    return false;
  });
  --expr_nest_;
  lit->elems = elems.Finish();
  return lit;
}

BasicLit* Parser::ParseLiteralOrNull() {
  if (tok() != Token::kLiteral) return nullptr;
  BasicLit* lit = New<BasicLit>(pos(), s_.lit_kind, s_.text);
  lit->is_bad = s_.is_bad;
  Next();
  return lit;
}

Ident* Parser::ParseName() {
  if (tok() == Token::kName) {
    Ident* name = New<Ident>(pos(), s_.text);
    Next();
    return name;
  }
  Ident* name = New<Ident>(pos(), "_");
  ErrorExpected("name");
  Advance({});
  return name;
}

List<Expr*> Parser::ParseExprList() {
  Expr* first = ParseExpr();
  if (tok() != Token::kComma) return OneExpr(first);
  ListBuilder<Expr> list(this);
  list.Add(first);
  while (Got(Token::kComma)) list.Add(ParseExpr());
  return list.Finish();
}

List<Ident*> Parser::ParseNameList(Ident* first) {
  ListBuilder<Ident> names(this);
  names.Add(first);
  while (Got(Token::kComma)) names.Add(ParseName());
  return names.Finish();
}

// One or more types with an optional comma at the end. Unless strict, the first may be any
// expression. *comma tells whether there was a comma.
List<Expr*> Parser::ParseTypeList(bool strict, bool* comma) {
  Nest nest(this);
  ++expr_nest_;
  ListBuilder<Expr> list(this);
  list.Add(strict ? ParseType() : ParseExpr());
  while (Got(Token::kComma)) {
    *comma = true;
    Expr* type = ParseTypeOrNull();
    if (type == nullptr) break;
    list.Add(type);
  }
  --expr_nest_;
  return list.Finish();
}

}  // namespace gol::syntax
