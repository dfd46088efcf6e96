// Declarations. See parser.cc for the overview.
#include "frontend/syntax/parser_impl.h"

namespace gol::syntax {

using enum diag::Kind;

// Behind an import, const, type or var keyword: one declaration or a parenthesised group.
void Parser::ParseDeclGroup(Token keyword, Pos keyword_pos, ListBuilder<Decl>* list) {
  uint32_t iota = 0;
  ConstDecl* repeated = nullptr;
  auto one = [&](Group* group) -> Decl* {
    switch (keyword) {
      case Token::kImport: return ParseImportDecl(group);
      case Token::kConst: return ParseConstDecl(group, iota++, &repeated);
      case Token::kType: return ParseTypeDecl(group);
      default: return ParseVarDecl(group);
    }
  };
  if (tok() != Token::kLparen) {
    list->Add(one(nullptr));
    return;
  }
  Group* group = arena_->New<Group>();
  group->keyword = keyword;
  group->keyword_pos = keyword_pos;
  group->lparen = pos();
  ClearDirectives();
  Next();
  group->rparen = ParseList("grouped declaration", Token::kSemi, Token::kRparen, [&] {
    list->Add(one(group));
    return false;
  });
}

ImportDecl* Parser::ParseImportDecl(Group* group) {
  ImportDecl* decl = New<ImportDecl>(pos());
  decl->group = group;
  decl->directives = TakeDirectives();
  ReportMisplaced(decl->directives);
  if (tok() == Token::kName) {
    decl->local_name = ParseName();
  } else if (tok() == Token::kDot) {
    decl->local_name = New<Ident>(pos(), ".");
    Next();
  }
  decl->path = ParseLiteralOrNull();
  if (decl->path == nullptr) {
    SyntaxError("missing import path");
    Advance({Token::kSemi, Token::kRparen});
  } else if (!decl->path->is_bad && decl->path->lit_kind != LitKind::kString) {
    SyntaxError(decl->path->pos, "import path must be a string");
    decl->path->is_bad = true;
  }
  return decl;
}

// *repeated: the declaration of the group whose type and values a bare name repeats.
ConstDecl* Parser::ParseConstDecl(Group* group, uint32_t iota, ConstDecl** repeated) {
  ConstDecl* decl = New<ConstDecl>(pos());
  decl->group = group;
  decl->directives = TakeDirectives();
  ReportMisplaced(decl->directives);
  decl->iota = iota;
  decl->names = ParseNameList(ParseName());
  if (tok() != Token::kEof && tok() != Token::kSemi && tok() != Token::kRparen) {
    decl->type_expr = ParseTypeOrNull();
    if (GotAssign()) decl->values = ParseExprList();
  }
  if (decl->type_expr != nullptr || !decl->values.empty()) *repeated = decl;
  else decl->inherited = *repeated;
  return decl;
}

VarDecl* Parser::ParseVarDecl(Group* group) {
  VarDecl* decl = New<VarDecl>(pos());
  decl->group = group;
  decl->directives = TakeDirectives();
  ReportMisplaced(decl->directives);
  decl->names = ParseNameList(ParseName());
  if (GotAssign()) {
    decl->values = ParseExprList();
  } else {
    decl->type_expr = ParseType();
    if (GotAssign()) decl->values = ParseExprList();
  }
  return decl;
}

// --- Types ----------------------------------------------------------------------------------

TypeDecl* Parser::ParseTypeDecl(Group* group) {
  TypeDecl* decl = New<TypeDecl>(pos());
  decl->group = group;
  decl->directives = TakeDirectives();
  ReportMisplaced(decl->directives);
  decl->name = ParseName();
  if (tok() == Token::kLbrack) {
    ParseTypeDeclBracket(decl);
  } else {
    decl->is_alias = GotAssign();
    decl->type_expr = ParseTypeOrNull();
  }
  if (decl->type_expr == nullptr) {
    decl->type_expr = NewBadExpr();
    ErrorContext("in type declaration");
    Advance({Token::kSemi, Token::kRparen});
  }
  return decl;
}

bool IsTypeElem(const Expr* x) {
  switch (x->kind) {
    case NodeKind::kArrayType:
    case NodeKind::kSliceType:
    case NodeKind::kStructType:
    case NodeKind::kFuncType:
    case NodeKind::kInterfaceType:
    case NodeKind::kMapType:
    case NodeKind::kChanType:
      return true;
    case NodeKind::kBinaryExpr:
      return IsTypeElem(As<BinaryExpr>(x)->x) || IsTypeElem(As<BinaryExpr>(x)->y);
    case NodeKind::kUnaryExpr:
      return As<UnaryExpr>(x)->op == Operator::kTilde || IsTypeElem(As<UnaryExpr>(x)->x);
    case NodeKind::kStarExpr:
      return IsTypeElem(As<StarExpr>(x)->x);
    case NodeKind::kParenExpr:
      return IsTypeElem(As<ParenExpr>(x)->x);
    default:
      return false;
  }
}

namespace {

// An expression read as a name followed by a constraint; name null where it cannot be.
struct NameAndConstraint {
  Ident* name = nullptr;
  Expr* constraint = nullptr;  // null for a bare name
};

// Reads x as "P C": the product P*C as P with *C, the call P(C) as P with C, and a union whose
// first term can be read so. This is done where C must be a type, or where force says that a
// type parameter list has begun for sure.
NameAndConstraint SplitConstraint(Expr* x, bool force, Arena* arena) {
  if (Ident* name = DynAs<Ident>(x)) return {name, nullptr};
  if (BinaryExpr* binary = DynAs<BinaryExpr>(x)) {
    if (binary->op == Operator::kMul) {
      Ident* name = DynAs<Ident>(binary->x);
      if (name != nullptr && (force || IsTypeElem(binary->y))) {
        StarExpr* star = arena->New<StarExpr>(binary->pos);
        star->x = binary->y;
        return {name, star};
      }
    } else if (binary->op == Operator::kOr) {
      auto [name, first] = SplitConstraint(binary->x, force || IsTypeElem(binary->y), arena);
      if (name != nullptr && first != nullptr) {
        BinaryExpr* join = arena->New<BinaryExpr>(binary->pos);
        join->op = Operator::kOr;
        join->x = first;
        join->y = binary->y;
        return {name, join};
      }
    }
  } else if (CallExpr* call = DynAs<CallExpr>(x)) {
    Ident* name = DynAs<Ident>(call->fun);
    if (name != nullptr && call->args.size() == 1 && !call->has_dots &&
        (force || IsTypeElem(call->args[0]))) {
      return {name, Unparen(call->args[0])};
    }
  }
  return {};
}

}  // namespace

// At "[" behind the name of a type declaration: type parameters, or an array or slice type.
void Parser::ParseTypeDeclBracket(TypeDecl* decl) {
  Pos lbrack = pos();
  Next();
  if (tok() == Token::kRbrack) {
    Next();
    decl->type_expr = ParseSliceType(lbrack);
    return;
  }
  if (tok() != Token::kName) {
    decl->type_expr = ParseArrayType(lbrack, nullptr);
    return;
  }
  // "P []E" must be a type parameter: P[] would be no expression. Anything else is read as an
  // expression first.
  Expr* x = ParseName();
  if (tok() != Token::kLbrack) {
    ++expr_nest_;
    x = ParseBinaryExpr(ParsePrimaryExpr(x, false), 0);
    --expr_nest_;
  }
  NameAndConstraint split = SplitConstraint(x, tok() == Token::kComma, arena_);
  if (split.name != nullptr && (split.constraint != nullptr || tok() != Token::kRbrack)) {
    decl->tparams = ParseParamList(split.name, split.constraint, Token::kRbrack, true, false);
    decl->is_alias = GotAssign();
    decl->type_expr = ParseTypeOrNull();
  } else {
    decl->type_expr = ParseArrayType(lbrack, x);
  }
}

// --- Functions ------------------------------------------------------------------------------

// Behind "func".
FuncDecl* Parser::ParseFuncDecl() {
  FuncDecl* decl = New<FuncDecl>(pos());
  decl->directives = TakeDirectives();
  std::string_view context;
  if (Got(Token::kLparen)) {
    context = "method";
    List<Field*> receivers = ParseParamList(nullptr, nullptr, Token::kRparen, false, false);
    if (receivers.empty()) {
      s_.Error(pos(), kMethodWithoutReceiver);
    } else {
      if (receivers.size() > 1) s_.Error(pos(), kMethodWithReceivers);
      decl->recv = receivers[0];
    }
  }
  if (tok() == Token::kName) {
    decl->name = ParseName();
    decl->func_type = ParseFuncType(context, &decl->tparams);
  } else {
    decl->name = New<Ident>(pos(), "_");
    decl->func_type = New<FuncType>(pos());
    ErrorExpected(context.empty() ? "name or (" : "name");
    Advance({Token::kLbrace, Token::kSemi});
  }
  if (tok() != Token::kLbrace) return decl;

  decl->has_body = true;
  decl->body_begin = pos();
  if ((mode_ & kSkipBodies) != 0) {
    s_.SkipBlock();
    if (tok() == Token::kRbrace) {
      decl->body_skipped = true;
      decl->body_end = s_.end();
      Next();
      return decl;
    }
    s_.Seek(decl->body_begin);
    Next();
  }
  decl->body = ParseFuncBody();
  decl->body_end = decl->body->rbrace + 1;
  return decl;
}

BlockStmt* Parser::ParseFuncBody() {
  size_t errors = s_.error_count();
  ++func_nest_;
  BlockStmt* body = ParseBlock("");
  --func_nest_;
  // The tree of a body with errors would give rise to spurious complaints about labels.
  if (errors == s_.error_count() && (mode_ & kNoBranchCheck) == 0) {
    CheckBranches(body, emitter_->sources(), emitter_);
  }
  return body;
}

void Parser::ParseBody(FuncDecl* func) {
  s_.Seek(func->body_begin);
  Next();
  func->body = ParseFuncBody();
  func->body_skipped = false;
}

}  // namespace gol::syntax
