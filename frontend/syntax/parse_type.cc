// Types, fields and parameters. See parser.cc for the overview.
#include "frontend/syntax/parser_impl.h"

namespace gol::syntax {

using enum diag::Kind;

Expr* Parser::ParseType() {
  Expr* type = ParseTypeOrNull();
  if (type != nullptr) return type;
  type = NewBadExpr();
  ErrorExpected("type");
  Advance({Token::kComma, Token::kColon, Token::kSemi, Token::kRparen, Token::kRbrack,
           Token::kRbrace});
  return type;
}

// Null, without an error, where no type begins.
Expr* Parser::ParseTypeOrNull() {
  if (tok() == Token::kName) return ParseTypeName(nullptr);
  Nest nest(this);
  Pos start = pos();
  switch (tok()) {
    case Token::kStar: {
      Next();
      StarExpr* star = New<StarExpr>(start);
      star->x = ParseType();
      return star;
    }
    case Token::kArrow: {
      Next();
      Want(Token::kChan);
      ChanType* chan = New<ChanType>(start);
      chan->dir = ChanDir::kRecvOnly;
      chan->elem = ParseChanElem();
      return chan;
    }
    case Token::kChan: {
      Next();
      ChanType* chan = New<ChanType>(start);
      if (Got(Token::kArrow)) chan->dir = ChanDir::kSendOnly;
      chan->elem = ParseChanElem();
      return chan;
    }
    case Token::kFunc:
      Next();
      return ParseFuncType("function type", nullptr);
    case Token::kLbrack:
      Next();
      if (Got(Token::kRbrack)) return ParseSliceType(start);
      return ParseArrayType(start, nullptr);
    case Token::kMap: {
      Next();
      Want(Token::kLbrack);
      MapType* map = New<MapType>(start);
      map->key = ParseType();
      Want(Token::kRbrack);
      map->val = ParseType();
      return map;
    }
    case Token::kStruct:
      return ParseStructType();
    case Token::kInterface:
      return ParseInterfaceType();
    case Token::kLparen: {
      Next();
      Expr* type = ParseType();
      Pos rparen = Want(Token::kRparen);
      if ((mode_ & kKeepParens) == 0) return type;
      ParenExpr* paren = New<ParenExpr>(start);
      paren->x = type;
      paren->rparen = rparen;
      return paren;
    }
    default:
      return nullptr;
  }
}

// A possibly qualified and instantiated type name; name is its beginning when already parsed.
Expr* Parser::ParseTypeName(Ident* name) {
  Expr* x = name;
  if (x == nullptr) {
    if (tok() == Token::kName) {
      x = ParseName();
    } else {
      x = New<Ident>(pos(), "_");
      ErrorExpected("name");
      Advance({Token::kDot, Token::kSemi, Token::kRbrace});
    }
  }
  if (tok() == Token::kDot) {
    SelectorExpr* selector = New<SelectorExpr>(pos());
    Next();
    selector->x = x;
    selector->sel = ParseName();
    x = selector;
  }
  return tok() == Token::kLbrack ? ParseTypeInstance(x) : x;
}

Expr* Parser::ParseTypeInstance(Expr* generic) {
  IndexExpr* index = New<IndexExpr>(pos());
  Want(Token::kLbrack);
  index->x = generic;
  if (tok() == Token::kRbrack) {
    ErrorExpected("type argument list");
    index->indices = OneExpr(NewBadExpr());
  } else {
    bool comma = false;
    index->indices = ParseTypeList(true, &comma);
  }
  index->rbrack = Want(Token::kRbrack);
  return index;
}

// "[" at lbrack has been read, and the length when len is not null.
Expr* Parser::ParseArrayType(Pos lbrack, Expr* len) {
  if (len == nullptr && !Got(Token::kDotDotDot)) {
    ++expr_nest_;
    len = ParseExpr();
    --expr_nest_;
  }
  if (tok() == Token::kComma) {
    SyntaxError("unexpected comma; expected ]");
    Next();
  }
  Want(Token::kRbrack);
  ArrayType* array = New<ArrayType>(lbrack);
  array->len = len;
  array->elem = ParseType();
  return array;
}

// "[]" at lbrack has been read.
Expr* Parser::ParseSliceType(Pos lbrack) {
  SliceType* slice = New<SliceType>(lbrack);
  slice->elem = ParseType();
  return slice;
}

// At "[" behind a name: an array or slice type, or the type arguments of the name, in an IndexExpr
// whose x the caller sets.
Expr* Parser::ParseArrayOrTypeArgs() {
  Pos lbrack = pos();
  Want(Token::kLbrack);
  if (Got(Token::kRbrack)) return ParseSliceType(lbrack);
  bool comma = false;
  List<Expr*> list = ParseTypeList(false, &comma);
  Pos rbrack = Want(Token::kRbrack);
  if (!comma) {
    if (Expr* elem = ParseTypeOrNull()) {
      ArrayType* array = New<ArrayType>(lbrack);
      array->len = list[0];
      array->elem = elem;
      return array;
    }
  }
  IndexExpr* index = New<IndexExpr>(lbrack);
  index->indices = list;
  index->rbrack = rbrack;
  return index;
}

Expr* Parser::ParseChanElem() {
  Expr* elem = ParseTypeOrNull();
  if (elem != nullptr) return elem;
  elem = NewBadExpr();
  SyntaxError("missing channel element type");
  return elem;
}

// --- Structs --------------------------------------------------------------------------------

Expr* Parser::ParseStructType() {
  StructType* type = New<StructType>(pos());
  Next();
  type->lbrace = Want(Token::kLbrace);
  ListBuilder<Field> fields(this);
  type->rbrace = ParseList("struct type", Token::kSemi, Token::kRbrace, [&] {
    ParseFieldDecl(&fields);
    return false;
  });
  type->fields = fields.Finish();
  return type;
}

void Parser::AddField(ListBuilder<Field>* fields, Pos at, Ident* name, Expr* type, BasicLit* tag) {
  Field* field = New<Field>(at);
  field->name = name;
  field->type_expr = type;
  field->tag = tag;
  fields->Add(field);
}

void Parser::ParseFieldDecl(ListBuilder<Field>* fields) {
  Pos start = pos();
  auto embed = [&](Expr* type) {
    BasicLit* tag = ParseLiteralOrNull();
    AddField(fields, start, nullptr, type, tag);
  };
  auto pointer_to = [&](Pos star, Expr* type) {
    StarExpr* x = New<StarExpr>(star);
    x->x = type;
    return x;
  };
  switch (tok()) {
    case Token::kName: {
      Ident* name = ParseName();
      if (tok() == Token::kDot || tok() == Token::kLiteral || tok() == Token::kSemi ||
          tok() == Token::kRbrace) {
        return embed(ParseTypeName(name));
      }
      List<Ident*> names = ParseNameList(name);
      Expr* type = nullptr;
      if (names.size() == 1 && tok() == Token::kLbrack) {
        type = ParseArrayOrTypeArgs();
        if (IndexExpr* instance = DynAs<IndexExpr>(type)) {
          instance->x = name;
          return embed(instance);
        }
      } else {
        type = ParseType();
      }
      BasicLit* tag = ParseLiteralOrNull();
      for (Ident* n : names) {
        AddField(fields, n->pos, n, type, tag);
        (*fields)[fields->size() - 1]->shares_type = n != names[0];
      }
      return;
    }
    case Token::kStar: {
      Next();
      Expr* type;
      if (tok() == Token::kLparen) {
        SyntaxError("cannot parenthesize embedded type");
        Next();
        type = ParseTypeName(nullptr);
        Got(Token::kRparen);
      } else {
        type = ParseTypeName(nullptr);
      }
      return embed(pointer_to(start, type));
    }
    case Token::kLparen: {
      SyntaxError("cannot parenthesize embedded type");
      Next();
      Expr* type;
      if (tok() == Token::kStar) {
        Pos star = pos();
        Next();
        type = pointer_to(star, ParseTypeName(nullptr));
      } else {
        type = ParseTypeName(nullptr);
      }
      Got(Token::kRparen);
      return embed(type);
    }
    default:
      ErrorExpected("field name or embedded type");
      Advance({Token::kSemi, Token::kRbrace});
      return;
  }
}

// --- Interfaces -----------------------------------------------------------------------------

Expr* Parser::ParseInterfaceType() {
  InterfaceType* type = New<InterfaceType>(pos());
  Next();
  type->lbrace = Want(Token::kLbrace);
  ListBuilder<Field> methods(this);
  type->rbrace = ParseList("interface type", Token::kSemi, Token::kRbrace, [&] {
    Field* field = tok() == Token::kName ? ParseMethodDecl() : nullptr;
    if (field == nullptr || field->name == nullptr) field = ParseEmbeddedElem(field);
    methods.Add(field);
    return false;
  });
  type->methods = methods.Finish();
  return type;
}

// At a name in an interface: a method, or the first term of an embedded element.
Field* Parser::ParseMethodDecl() {
  constexpr std::string_view kContext = "interface method";
  Field* field = New<Field>(pos());
  Ident* name = ParseName();
  auto method = [&] {
    field->name = name;
    field->type_expr = ParseFuncType(kContext, nullptr);
  };
  if (tok() == Token::kLparen) {
    method();
    return field;
  }
  if (tok() != Token::kLbrack) {
    field->type_expr = ParseTypeName(name);
    return field;
  }
  // name[...]: type arguments of an embedded type, or (not allowed) the type parameters of a
  // method. A parameter list covers both.
  Pos lbrack = pos();
  Next();
  if (tok() == Token::kRbrack) {
    Pos rbrack = pos();
    Next();
    if (tok() == Token::kLparen) {
      s_.Error(rbrack, kEmptyTypeParams);
      method();
    } else {
      s_.Error(rbrack, kEmptyTypeArgs);
      field->type_expr = name;
    }
    return field;
  }
  Pos rbrack;
  List<Field*> list = ParseParamList(nullptr, nullptr, Token::kRbrack, false, false, &rbrack);
  if (list.empty()) {
    if (tok() == Token::kLparen) method();
    else field->type_expr = name;
    return field;
  }
  if (list[0]->name != nullptr) {
    method();
    s_.Error(lbrack, kInterfaceMethodTypeParams);
    return field;
  }
  IndexExpr* index = New<IndexExpr>(lbrack);
  index->x = name;
  ListBuilder<Expr> args(this);
  for (Field* arg : list) args.Add(arg->type_expr);
  index->indices = args.Finish();
  index->rbrack = rbrack;
  field->type_expr = index;
  return field;
}

// Terms joined by "|"; field holds the first one when already parsed.
Field* Parser::ParseEmbeddedElem(Field* field) {
  if (field == nullptr) {
    field = New<Field>(pos());
    field->type_expr = ParseEmbeddedTerm();
  }
  while (AtOperator(Operator::kOr)) {
    BinaryExpr* join = New<BinaryExpr>(pos());
    join->op = Operator::kOr;
    Next();
    join->x = field->type_expr;
    join->y = ParseEmbeddedTerm();
    field->type_expr = join;
  }
  return field;
}

Expr* Parser::ParseEmbeddedTerm() {
  if (AtOperator(Operator::kTilde)) {
    UnaryExpr* tilde = New<UnaryExpr>(pos());
    tilde->op = Operator::kTilde;
    Next();
    tilde->x = ParseType();
    return tilde;
  }
  Expr* type = ParseTypeOrNull();
  if (type != nullptr) return type;
  type = NewBadExpr();
  ErrorExpected("~ term or type");
  Advance({Token::kOperator, Token::kSemi, Token::kRparen, Token::kRbrack, Token::kRbrace});
  return type;
}

// --- Functions ------------------------------------------------------------------------------

// Behind "func" and the name. tparams takes the type parameters; where it is null they are an
// error, which names the context.
FuncType* Parser::ParseFuncType(std::string_view context, List<Field*>* tparams) {
  FuncType* type = New<FuncType>(pos());
  if (Got(Token::kLbrack)) {
    if (!context.empty()) {
      SyntaxError(type->pos, std::string(context) + " must have no type parameters");
    }
    if (tok() == Token::kRbrack) {
      SyntaxError("empty type parameter list");
      Next();
    } else {
      List<Field*> list = ParseParamList(nullptr, nullptr, Token::kRbrack, true, false);
      if (tparams != nullptr) *tparams = list;
    }
  }
  type->lparen = Want(Token::kLparen);
  type->params = ParseParamList(nullptr, nullptr, Token::kRparen, false, true, &type->rparen);
  type->results = ParseFuncResult();
  return type;
}

List<Field*> Parser::ParseFuncResult() {
  if (Got(Token::kLparen)) return ParseParamList(nullptr, nullptr, Token::kRparen, false, false);
  Pos start = pos();
  Expr* type = ParseTypeOrNull();
  if (type == nullptr) return {};
  ListBuilder<Field> list(this);
  Field* field = New<Field>(start);
  field->type_expr = type;
  list.Add(field);
  return list.Finish();
}

// One element of a parameter list: a name, a type, or both; null after an error. name is its
// beginning when already parsed. Constraint elements (~T, A|B) are allowed in type parameters.
Field* Parser::ParseParamDeclOrNull(Ident* name, Token close) {
  bool is_tparam = close == Token::kRbrack;
  if (name == nullptr && is_tparam && AtOperator(Operator::kTilde)) {
    return ParseEmbeddedElem(nullptr);
  }
  Field* field = New<Field>(name != nullptr ? name->pos : pos());
  if (name != nullptr || tok() == Token::kName) {
    bool done = false;
    field = ParseNamedParam(field, name != nullptr ? name : ParseName(), is_tparam, &done);
    if (done) return field;
  }
  if (tok() == Token::kDotDotDot) {
    DotsType* dots = New<DotsType>(pos());
    Next();
    dots->elem = ParseTypeOrNull();
    if (dots->elem == nullptr) {
      field->type_expr = NewBadExpr();
      SyntaxError("... is missing type");
    } else {
      field->type_expr = dots;
    }
    return field;
  }
  if (is_tparam && AtOperator(Operator::kTilde)) {
    field->type_expr = ParseEmbeddedElem(nullptr)->type_expr;
    return field;
  }
  field->type_expr = ParseTypeOrNull();
  if (is_tparam && field->type_expr != nullptr && AtOperator(Operator::kOr)) {
    field = ParseEmbeddedElem(field);
  }
  if (field->name != nullptr || field->type_expr != nullptr) return field;
  ErrorExpected(close == Token::kRbrack ? "]" : ")");
  Advance({Token::kComma, close});
  return nullptr;
}

// Behind a name that begins a parameter. Sets *done when the element is complete.
Field* Parser::ParseNamedParam(Field* field, Ident* name, bool is_tparam, bool* done) {
  *done = true;
  if (tok() == Token::kLbrack) {
    field->type_expr = ParseArrayOrTypeArgs();
    if (IndexExpr* instance = DynAs<IndexExpr>(field->type_expr)) instance->x = name;
    else field->name = name;
    return is_tparam && AtOperator(Operator::kOr) ? ParseEmbeddedElem(field) : field;
  }
  if (tok() == Token::kDot) {
    field->type_expr = ParseTypeName(name);
    return is_tparam && AtOperator(Operator::kOr) ? ParseEmbeddedElem(field) : field;
  }
  if (is_tparam && AtOperator(Operator::kOr)) {
    field->type_expr = name;
    return ParseEmbeddedElem(field);
  }
  *done = false;
  field->name = name;
  return field;
}

// Behind "(" or "[". name, and type with it, are the first element when already parsed.
List<Field*> Parser::ParseParamList(Ident* name, Expr* type, Token close, bool names_required,
                                    bool dots_allowed, Pos* end_pos) {
  ListBuilder<Field> list(this);
  auto first = [&] {
    Field* field = New<Field>(name->pos);
    field->name = name;
    field->type_expr = type;
    return field;
  };
  if (name != nullptr && type != nullptr && tok() == close) {
    if (end_pos != nullptr) *end_pos = pos();
    Next();
    list.Add(first());
    return list.Finish();
  }
  size_t named = 0;
  size_t typed = 0;
  Pos end = ParseList("parameter list", Token::kComma, close, [&] {
    Field* field = type != nullptr ? first() : ParseParamDeclOrNull(name, close);
    name = nullptr;
    type = nullptr;
    if (field == nullptr) return false;
    if (field->type_expr != nullptr) {
      ++typed;
      if (field->name != nullptr) ++named;
    }
    list.Add(field);
    return false;
  });
  if (end_pos != nullptr) *end_pos = end;
  if (list.size() == 0) return {};
  DistributeTypes(&list, named, typed, names_required, end);

  bool reported = false;
  for (size_t i = 0; i < list.size(); ++i) {
    DotsType* dots = DynAs<DotsType>(list[i]->type_expr);
    if (dots == nullptr || (dots_allowed && i + 1 == list.size())) continue;
    if (!reported) s_.Error(dots->pos, dots_allowed ? kDotsNotFinal : kInvalidDots);
    reported = true;
    list[i]->type_expr = dots->elem;
  }
  return list.Finish();
}

// Sorts out which single names of a parameter list are types, and gives names declared together
// their common type. named counts elements with name and type, typed those with a type.
void Parser::DistributeTypes(ListBuilder<Field>* list, size_t named, size_t typed,
                             bool names_required, Pos end) {
  size_t n = list->size();
  if (named == 0 && !names_required) {
    for (size_t i = 0; i < n; ++i) {
      Field* field = (*list)[i];
      if (field->name == nullptr) continue;
      field->type_expr = field->name;
      field->name = nullptr;
    }
    return;
  }
  if (named == n) return;
  Pos error;  // leftmost
  Expr* type = nullptr;
  for (size_t i = n; i-- > 0;) {
    Field* field = (*list)[i];
    if (field->type_expr != nullptr) {
      type = field->type_expr;
      if (field->name == nullptr) {
        error = StartPos(type);
        field->name = New<Ident>(error, "_");
      }
    } else if (type != nullptr) {
      field->type_expr = type;
    } else {
      error = field->name->pos;
      field->type_expr = New<BadExpr>(error);
    }
  }
  for (size_t i = 1; i < n; ++i) {
    (*list)[i]->shares_type = (*list)[i]->type_expr == (*list)[i - 1]->type_expr;
  }
  if (!error.is_known()) return;
  if (named == typed) {
    // Names without a type at the end of the list.
    SyntaxError(end, names_required ? "missing type constraint" : "missing parameter type");
  } else if (!names_required) {
    SyntaxError(error, "missing parameter name");
  } else {
    SyntaxError(error, n == 1 ? "missing type parameter name or invalid array length"
                              : "missing type parameter name");
  }
}

}  // namespace gol::syntax
