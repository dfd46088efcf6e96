// The parser: recursive descent over the tokens of one file.
//
// The parser accepts a little more than Go's grammar and leaves the rest to the type checker, at
// the same border as the Go compiler does: that an expression statement is a call, that a go
// statement has a call, that only communication stands in select clauses, that a method has a
// receiver of the right type.
//
// Errors. A message tells what was seen, then what was expected, in the Go compiler's words. After
// an error the parser skips tokens to a place where it is likely to be in step again (Advance): a
// closing token that the caller knows, or, inside a function, a keyword that begins a statement.
// Errors at the end of the text are reported only when there was none before. The Emitter lets
// through at most one syntax error per line.
//
// Ambiguities of the grammar and how they are resolved:
//  - "T {" in the header of if, for and switch begins the block, unless inside parentheses or
//    brackets: expr_nest_ is negative there.
//  - "<-chan T" may begin a receive or a channel type: the operand is parsed first, and when it
//    turns out to be a channel type the arrow moves into it (ParseReceive).
//  - "type T[P ..." may begin an array type or type parameters: an expression is parsed first and
//    taken apart when it can be read as a name followed by a constraint (ParseTypeDeclBracket).
//  - in "name [" of a field or parameter the bracket may belong to an array type or to type
//    arguments: what follows "]" decides (ParseArrayOrTypeArgs).
//  - parameter lists have names or not for all their elements: they are parsed as elements with up
//    to two parts, which are sorted out at the end (DistributeTypes).
//
// Lazy bodies. With kSkipBodies the scanner runs over function bodies counting braces, and
// ParseBody parses one later from its recorded place. A body without its closing brace is parsed at
// once, for the sake of its errors.
//
// Scripts are described in ast.h. "func (" at the top level of a script begins a method when the
// parenthesis is followed by a name and another "(", and else a function literal.
#include "frontend/syntax/parser.h"

#include "frontend/syntax/parser_impl.h"

namespace gol::syntax {

using enum diag::Kind;

File* ParseFile(SourceFile* source, Arena* arena, diag::Emitter* emitter, uint32_t mode) {
  return Parser(source, arena, emitter, mode, true).ParseFile();
}

void ParseBody(File* file, FuncDecl* func, diag::Emitter* emitter) {
  if (!func->body_skipped) return;
  Parser(file->source, file->arena, emitter, kParseDefault, false).ParseBody(func);
}

Parser::Parser(SourceFile* source, Arena* arena, diag::Emitter* emitter, uint32_t mode,
               bool check_encoding)
    : s_(source, emitter, (mode & kKeepComments) != 0, check_encoding),
      arena_(arena),
      emitter_(emitter),
      mode_(mode) {}

// --- Tokens and errors ----------------------------------------------------------------------

namespace {

std::string DescribeToken(Token t) {
  if (t == Token::kComma) return "comma";
  if (t == Token::kSemi) return "semicolon or newline";
  std::string text(TokenText(t));
  return IsKeyword(t) ? "keyword " + text : text;
}

constexpr uint64_t Bit(Token t) { return uint64_t{1} << static_cast<unsigned>(t); }

// Keywords that begin a statement: inside functions, skipping stops in front of them.
constexpr uint64_t kStatementStarts =
    Bit(Token::kBreak) | Bit(Token::kConst) | Bit(Token::kContinue) | Bit(Token::kDefer) |
    Bit(Token::kFallthrough) | Bit(Token::kFor) | Bit(Token::kGo) | Bit(Token::kGoto) |
    Bit(Token::kIf) | Bit(Token::kReturn) | Bit(Token::kSelect) | Bit(Token::kSwitch) |
    Bit(Token::kType) | Bit(Token::kVar);

}  // namespace

Pos Parser::Want(Token t) {
  Pos at = pos();
  if (!Got(t)) {
    ErrorExpected(DescribeToken(t));
    Advance({});
  }
  return at;
}

// Accepts "=", and ":=" with a complaint.
bool Parser::GotAssign() {
  if (tok() == Token::kDefine) ErrorExpected("=");
  else if (tok() != Token::kAssign) return false;
  Next();
  return true;
}

std::string Parser::CurrentTokenText() const {
  switch (tok()) {
    case Token::kName: return "name " + std::string(s_.text);
    case Token::kSemi: return std::string(s_.text);
    case Token::kLiteral: return "literal " + std::string(s_.text);
    case Token::kOperator: return std::string(OperatorText(s_.op));
    case Token::kAssignOp: return std::string(OperatorText(s_.op)) + "=";
    case Token::kIncOp: return s_.op == Operator::kAdd ? "++" : "--";
    default: return DescribeToken(tok());
  }
}

// At the end of the text an error is likely to follow from an earlier one.
bool Parser::SuppressError() const {
  return gave_up_ || (tok() == Token::kEof && s_.error_count() > 0);
}

void Parser::ErrorExpected(std::string_view what) {
  if (SuppressError()) return;
  s_.Error(pos(), kSyntaxUnexpectedExpected, CurrentTokenText(), what);
}

void Parser::ErrorContext(std::string_view context) {
  if (SuppressError()) return;
  s_.Error(pos(), kSyntaxUnexpectedContext, CurrentTokenText(), context);
}

void Parser::SyntaxError(Pos at, std::string_view text) {
  if (SuppressError()) return;
  s_.Error(at, kSyntaxError, text);
}

void Parser::GiveUp(Pos at, diag::Kind why) {
  if (gave_up_) return;
  s_.Error(at, why);
  gave_up_ = true;
  s_.Seek(s_.source()->end());
  s_.Next();
}

// Skips tokens up to one of follow (or the start of a statement); with an empty list exactly one.
void Parser::Advance(std::initializer_list<Token> follow) {
  if (follow.size() == 0) {
    if (tok() != Token::kEof) Next();
    return;
  }
  uint64_t stop = Bit(Token::kEof);
  if (func_nest_ > 0) stop |= kStatementStarts;
  for (Token t : follow) stop |= Bit(t);
  while ((stop & Bit(tok())) == 0) Next();
}

// --- Directives -----------------------------------------------------------------------------

namespace {

// Directives that belong in front of a function.
constexpr std::string_view kFuncVerbs[] = {
    "go:noinline",      "go:nosplit",        "go:noescape",           "go:norace",
    "go:nocheckptr",    "go:nointerface",    "go:systemstack",        "go:nowritebarrier",
    "go:uintptrescapes", "go:uintptrkeepalive", "go:nowritebarrierrec", "go:yeswritebarrierrec",
    "go:cgo_unsafe_args", "go:registerparams",
};

std::string_view Verb(std::string_view text) {
  return text.substr(0, text.find_first_of(" \t"));
}

}  // namespace

List<const Directive> Parser::TakeDirectives() {
  size_t from = directives_taken_;
  directives_taken_ = s_.directives.size();
  if (from == directives_taken_) return {};
  std::vector<Directive> list(s_.directives.begin() + static_cast<ptrdiff_t>(from),
                              s_.directives.end());
  return arena_->CopyList(list);
}

void Parser::ReportMisplaced(List<const Directive> list, std::string_view allowed) {
  for (const Directive& d : list) {
    std::string_view verb = Verb(d.text);
    if (verb == allowed) continue;
    bool is_known = verb == "go:build";
    for (std::string_view known : kFuncVerbs) is_known |= verb == known;
    if (is_known) emitter_->Error(d.pos, kMisplacedDirective);
  }
}

void Parser::ClearDirectives() {
  if (directives_taken_ != s_.directives.size()) ReportMisplaced(TakeDirectives());
}

// --- Files ----------------------------------------------------------------------------------

namespace {

// "go1.N" out of a //go:build line whose conditions are joined by "&&" only.
std::string_view GoVersionOf(std::string_view line) {
  if (line.find("||") != std::string_view::npos || line.find('!') != std::string_view::npos) {
    return {};
  }
  size_t at = line.find("go1.");
  if (at == std::string_view::npos || (line[at - 1] != ' ' && line[at - 1] != '(')) return {};
  size_t end = at + 4;
  while (end < line.size() && line[end] >= '0' && line[end] <= '9') ++end;
  return line.substr(at, end - at);
}

}  // namespace

File* Parser::ParseFile() {
  File* file = New<File>(s_.source()->base());
  file->source = s_.source();
  file->arena = arena_;
  if ((mode_ & kAllowScript) != 0) s_.Seek(BehindInterpreterLine(*s_.source()));
  Next();
  for (const Directive& d : s_.directives) {
    if (Verb(d.text) == "go:build") file->go_version = GoVersionOf(d.text);
  }
  bool may_be_script = (mode_ & kAllowScript) != 0 &&
                       (tok() != Token::kEof || (mode_ & kAllowEmpty) != 0);
  file->pos = pos();
  if (tok() == Token::kPackage) {
    ParsePackage(file);
  } else if (may_be_script) {
    ParseScript(file);
  } else {
    s_.ReportEncodingErrors(s_.end());
    SyntaxError("package statement must be first");
    file->package_name = New<Ident>(pos(), "_");
  }
  file->eof = pos();
  file->directives = arena_->CopyList(s_.directives);
  file->comments = arena_->CopyList(s_.comments);
  return file;
}

void Parser::ParsePackage(File* file) {
  Next();
  file->package_directives = TakeDirectives();
  ReportMisplaced(file->package_directives, "go:build");
  file->package_name = ParseName();
  Want(Token::kSemi);
  // After an error up to here the rest is not likely to make sense.
  s_.ReportEncodingErrors(s_.end());
  if (s_.error_count() > 0) return;
  s_.ReportEncodingErrors(s_.source()->end());

  static constexpr auto kDeclStarts = {Token::kImport, Token::kConst, Token::kType, Token::kVar,
                                       Token::kFunc};
  ListBuilder<Decl> decls(this);
  Token previous = Token::kImport;
  while (tok() != Token::kEof) {
    if (tok() == Token::kImport && previous != Token::kImport) {
      SyntaxError("imports must appear before other declarations");
    }
    previous = tok();
    switch (tok()) {
      case Token::kImport:
      case Token::kConst:
      case Token::kType:
      case Token::kVar: {
        Pos keyword_pos = pos();
        Next();
        ParseDeclGroup(previous, keyword_pos, &decls);
        break;
      }
      case Token::kFunc:
        Next();
        decls.Add(ParseFuncDecl());
        break;
      default: {
        const FuncDecl* last =
            decls.size() > 0 ? DynAs<FuncDecl>(decls[decls.size() - 1]) : nullptr;
        if (tok() == Token::kLbrace && last != nullptr && !last->has_body) {
          SyntaxError("unexpected semicolon or newline before {");
        } else {
          SyntaxError("non-declaration statement outside function body");
        }
        Advance(kDeclStarts);
        continue;
      }
    }
    // Before the semicolon: comments behind it belong to the next declaration.
    ClearDirectives();
    if (tok() != Token::kEof && !Got(Token::kSemi)) {
      ErrorContext("after top level declaration");
      Advance(kDeclStarts);
    }
  }
  ClearDirectives();
  file->decls = decls.Finish();
}

// --- Scripts --------------------------------------------------------------------------------

void Parser::ParseScript(File* file) {
  file->is_script = true;
  s_.ReportEncodingErrors(s_.source()->end());
  file->package_name = New<Ident>(Pos{}, "main");
  file->package_directives = TakeDirectives();
  ReportMisplaced(file->package_directives, "go:build");
  Pos start = pos();
  std::vector<Decl*> decls;
  std::vector<ScriptVar> vars;
  ListBuilder<Stmt> stmts(this);
  func_nest_ = 1;
  while (tok() != Token::kEof) {
    Token first = tok();
    Pos first_pos = pos();
    bool is_decl = true;
    if (first == Token::kImport || first == Token::kConst || first == Token::kType) {
      Next();
      ListBuilder<Decl> group(this);
      ParseDeclGroup(first, first_pos, &group);
      for (size_t i = 0; i < group.size(); ++i) decls.push_back(group[i]);
    } else if (first == Token::kFunc && AtMethodDecl()) {
      Next();
      func_nest_ = 0;
      decls.push_back(ParseFuncDecl());
      func_nest_ = 1;
    } else {
      is_decl = false;
      Stmt* stmt = ParseStmtOrNull();
      if (stmt == nullptr) {
        ErrorExpected("declaration or statement");
        // A closing token does not begin a statement; something else may.
        Next();
        Advance({Token::kSemi, Token::kRbrace, Token::kImport, Token::kFunc});
        Got(Token::kSemi);
        continue;
      }
      NoteScriptVars(stmt, &vars);
      stmts.Add(stmt);
    }
    ClearDirectives();
    if (tok() != Token::kEof && !Got(Token::kSemi)) {
      ErrorContext(is_decl ? "after top level declaration" : "at end of statement");
      Advance({Token::kSemi, Token::kRbrace, Token::kImport, Token::kFunc});
      Got(Token::kSemi);
    }
  }
  ClearDirectives();
  file->decls = arena_->CopyList(decls);
  file->script_vars = arena_->CopyList(vars);
  if (stmts.size() == 0) return;

  BlockStmt* body = New<BlockStmt>(start);
  body->stmts = stmts.Finish();
  body->rbrace = pos();
  FuncDecl* main = New<FuncDecl>(start);
  main->name = New<Ident>(start, "main");
  main->func_type = New<FuncType>(start);
  main->func_type->lparen = main->func_type->rparen = start;
  main->has_body = true;
  main->body = body;
  main->body_begin = start;
  main->body_end = pos();
  file->script_main = main;
  if (s_.error_count() == 0 && (mode_ & kNoBranchCheck) == 0) {
    CheckBranches(body, emitter_->sources(), emitter_);
  }
}

// At "func": whether a declaration follows rather than a function literal.
bool Parser::AtMethodDecl() {
  Pos start = pos();
  Next();
  bool is_decl = true;
  if (tok() == Token::kLparen) {
    int depth = 0;
    do {
      if (tok() == Token::kLparen) ++depth;
      if (tok() == Token::kRparen) --depth;
      Next();
    } while (depth > 0 && tok() != Token::kEof);
    is_decl = tok() == Token::kName;
    if (is_decl) {
      Next();
      is_decl = tok() == Token::kLparen;
    }
  }
  // Comments seen on the way come by again.
  s_.DropCommentsFrom(start);
  s_.Seek(start);
  Next();
  return is_decl;
}

void Parser::NoteScriptVars(Stmt* stmt, std::vector<ScriptVar>* vars) {
  while (LabeledStmt* labeled = DynAs<LabeledStmt>(stmt)) stmt = labeled->stmt;
  auto note = [&](Ident* name, VarDecl* decl) {
    if (name->is_blank()) return;
    bool is_new = script_names_.insert(name->name).second;
    // A second `var` of a name is listed too, so that the checker reports it.
    if (is_new || decl != nullptr) vars->push_back({name, stmt, decl});
  };
  if (DeclStmt* declared = DynAs<DeclStmt>(stmt)) {
    for (Decl* d : declared->decls) {
      VarDecl* var = DynAs<VarDecl>(d);
      if (var == nullptr) continue;
      for (Ident* name : var->names) note(name, var);
    }
  } else if (AssignStmt* assign = DynAs<AssignStmt>(stmt); assign && assign->is_define) {
    for (Expr* x : assign->lhs) {
      if (Ident* name = DynAs<Ident>(x)) note(name, nullptr);
    }
  }
}

}  // namespace gol::syntax
