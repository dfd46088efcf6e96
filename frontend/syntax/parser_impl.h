// The parser's class, shared by parser.cc and parse_{decl,expr,type,stmt}.cc. Internal to this
// folder.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "frontend/syntax/parser.h"
#include "frontend/syntax/scanner.h"

namespace gol::syntax {

class Parser {
 public:
  Parser(SourceFile* source, Arena* arena, diag::Emitter* emitter, uint32_t mode,
         bool check_encoding);

  File* ParseFile();
  void ParseBody(FuncDecl* func);

 private:
  // Collects the elements of a list on a stack shared by all lists under construction; Finish
  // copies them to the arena. Lists end in the opposite order of their begin.
  template <typename T>
  class ListBuilder {
   public:
    explicit ListBuilder(Parser* parser)
        : stack_(&parser->stack_), arena_(parser->arena_), start_(stack_->size()) {}
    ~ListBuilder() { stack_->resize(start_); }
    ListBuilder(const ListBuilder&) = delete;
    ListBuilder& operator=(const ListBuilder&) = delete;

    void Add(T* t) { stack_->push_back(t); }
    size_t size() const { return stack_->size() - start_; }
    T*& operator[](size_t i) { return reinterpret_cast<T*&>((*stack_)[start_ + i]); }
    List<T*> Finish() {
      size_t n = size();
      if (n == 0) return {};
      T** copy = static_cast<T**>(arena_->Allocate(n * sizeof(T*), alignof(T*)));
      for (size_t i = 0; i < n; ++i) copy[i] = (*this)[i];
      return {copy, n};
    }

   private:
    std::vector<void*>* stack_;
    Arena* arena_;
    size_t start_;
  };

  // Counts nesting while it lives; reports and gives up when it gets too deep.
  class Nest {
   public:
    explicit Nest(Parser* p) : p_(p) {
      if (++p->depth_ > kMaxNesting) p->GiveUp(p->pos(), diag::Kind::kNestingTooDeep);
    }
    ~Nest() { --p_->depth_; }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;

   private:
    Parser* p_;
  };

  // Bounds the recursion of the parser and of every later walk over the tree. Larger needs more
  // stack (about 1 KB per level here), smaller would refuse more generated programs.
  static constexpr int kMaxNesting = 4000;

  // Bounds what a program costs later: in bytes of nodes. Some 300,000 lines have as many.
  static constexpr size_t kMaxTree = size_t{96} << 20;

  template <typename T, typename... Args>
  T* New(Pos pos, Args&&... args) {
    if (arena_->allocated_bytes() > kMaxTree) [[unlikely]] GiveUp(pos, diag::Kind::kProgramTooLarge);
    return arena_->New<T>(pos, std::forward<Args>(args)...);
  }
  List<Expr*> OneExpr(Expr* x);

  // --- Tokens and errors (parser.cc) ---
  Token tok() const { return s_.tok; }
  Pos pos() const { return s_.pos; }
  void Next() { s_.Next(); }
  bool Got(Token t) {
    if (s_.tok != t) return false;
    s_.Next();
    return true;
  }
  bool AtOperator(Operator o) const { return s_.tok == Token::kOperator && s_.op == o; }
  Pos Want(Token t);  // returns the position of the token
  bool GotAssign();
  std::string CurrentTokenText() const;
  bool SuppressError() const;
  // "unexpected X, expected <what>", "unexpected X <context>", and the plain "<text>".
  void ErrorExpected(std::string_view what);
  void ErrorContext(std::string_view context);
  void SyntaxError(Pos at, std::string_view text);
  void SyntaxError(std::string_view text) { SyntaxError(pos(), text); }
  void GiveUp(Pos at, diag::Kind why);
  void Advance(std::initializer_list<Token> follow);
  BadExpr* NewBadExpr() { return New<BadExpr>(pos()); }
  // A list of elements with separators up to close; f parses one and returns whether it is the
  // last. Returns the place of close.
  template <typename F>
  Pos ParseList(std::string_view context, Token separator, Token close, F f);

  // --- Directives ---
  List<const Directive> TakeDirectives();
  void ClearDirectives();
  void ReportMisplaced(List<const Directive> list, std::string_view allowed = {});

  // --- Files and declarations (parser.cc, parse_decl.cc) ---
  void ParsePackage(File* file);
  void ParseScript(File* file);
  bool AtMethodDecl();
  void NoteScriptVars(Stmt* stmt, std::vector<ScriptVar>* vars);
  void ParseDeclGroup(Token keyword, Pos keyword_pos, ListBuilder<Decl>* list);
  ImportDecl* ParseImportDecl(Group* group);
  ConstDecl* ParseConstDecl(Group* group, uint32_t iota, ConstDecl** repeated);
  TypeDecl* ParseTypeDecl(Group* group);
  void ParseTypeDeclBracket(TypeDecl* decl);
  VarDecl* ParseVarDecl(Group* group);
  FuncDecl* ParseFuncDecl();
  BlockStmt* ParseFuncBody();

  // --- Expressions (parse_expr.cc) ---
  Expr* ParseExpr() { return ParseBinaryExpr(nullptr, 0); }
  Expr* ParseBinaryExpr(Expr* x, int prec);
  Expr* ParseUnaryExpr();
  Expr* ParseReceive();
  Expr* ParseOperand(bool keep_parens);
  Expr* ParsePrimaryExpr(Expr* x, bool keep_parens);
  Expr* ParseSelector(Expr* x);
  Expr* ParseIndexOrSlice(Expr* x);
  CallExpr* ParseCall(Expr* fun);
  Expr* ParseElement();
  CompositeLit* ParseCompositeLit();
  BasicLit* ParseLiteralOrNull();
  Ident* ParseName();
  List<Ident*> ParseNameList(Ident* first);
  List<Expr*> ParseExprList();
  List<Expr*> ParseTypeList(bool strict, bool* comma);
  bool MayStartCompositeLit(const Expr* type) const;

  // --- Types (parse_type.cc) ---
  Expr* ParseType();
  Expr* ParseTypeOrNull();
  Expr* ParseTypeName(Ident* name);
  Expr* ParseTypeInstance(Expr* generic);
  Expr* ParseArrayType(Pos lbrack, Expr* len);
  Expr* ParseSliceType(Pos lbrack);
  Expr* ParseArrayOrTypeArgs();
  Expr* ParseChanElem();
  Expr* ParseStructType();
  Expr* ParseInterfaceType();
  FuncType* ParseFuncType(std::string_view context, List<Field*>* tparams);
  List<Field*> ParseFuncResult();
  void ParseFieldDecl(ListBuilder<Field>* fields);
  void AddField(ListBuilder<Field>* fields, Pos at, Ident* name, Expr* type, BasicLit* tag);
  Field* ParseMethodDecl();
  Field* ParseEmbeddedElem(Field* field);
  Expr* ParseEmbeddedTerm();
  Field* ParseParamDeclOrNull(Ident* name, Token close);
  Field* ParseNamedParam(Field* field, Ident* name, bool is_tparam, bool* done);
  List<Field*> ParseParamList(Ident* name, Expr* type, Token close, bool names_required,
                              bool dots_allowed, Pos* end_pos = nullptr);
  void DistributeTypes(ListBuilder<Field>* list, size_t named, size_t typed, bool names_required,
                       Pos end);

  // --- Statements (parse_stmt.cc) ---
  struct Header {
    Stmt* init = nullptr;
    Expr* cond = nullptr;
    Stmt* post = nullptr;
  };
  Header ParseHeader(Token keyword);
  Expr* CondOf(Stmt* stmt);
  Stmt* ParseSimpleStmt(List<Expr*> lhs, Token keyword);
  RangeStmt* ParseRange(List<Expr*> lhs, Pos assign_pos, bool is_define);
  Stmt* ParseLabeledStmtOrNull(Ident* label);
  BlockStmt* ParseBlock(std::string_view context);
  DeclStmt* ParseDeclStmt();
  Stmt* ParseForStmt();
  IfStmt* ParseIfStmt();
  Stmt* ParseSwitchStmt();
  SelectStmt* ParseSelectStmt();
  CaseClause* ParseCaseClause();
  CommClause* ParseCommClause();
  Stmt* ParseCallStmt();
  Stmt* ParseBranchStmt();
  ReturnStmt* ParseReturnStmt();
  Stmt* ParseStmtOrNull();
  List<Stmt*> ParseStmtList();

  Scanner s_;
  Arena* arena_;
  diag::Emitter* emitter_;
  uint32_t mode_;
  int func_nest_ = 0;  // nesting of functions: inside, errors are recovered from at statements
  int expr_nest_ = 0;  // negative in the header of if, for, switch: "T {" starts a block there
  int depth_ = 0;
  bool gave_up_ = false;
  size_t directives_taken_ = 0;
  std::vector<void*> stack_;
  std::unordered_set<std::string_view> script_names_;
};

template <typename F>
Pos Parser::ParseList(std::string_view context, Token separator, Token close, F f) {
  bool done = false;
  while (tok() != Token::kEof && tok() != close && !done) {
    done = f();
    if (Got(separator) || tok() == close) continue;
    std::string text = "in ";
    text += context;
    text += "; possibly missing ";
    text += separator == Token::kComma ? "comma" : "semicolon or newline";
    text += " or ";
    text += TokenText(close);
    ErrorContext(text);
    Advance({Token::kRparen, Token::kRbrack, Token::kRbrace});
    if (tok() != close) return pos();
  }
  return Want(close);
}

// Checks labels and branch statements of a function body and resolves their targets. See
// branches.cc.
void CheckBranches(BlockStmt* body, const SourceManager& sources, diag::Emitter* emitter);

// Whether x can only be a value, or only a type element, by its syntax.
bool IsSyntacticValue(const Expr* x);
bool IsTypeElem(const Expr* x);

}  // namespace gol::syntax
