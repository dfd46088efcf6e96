// NodePrinter: the syntax tree as tokens and white space. See format.cc for the overview.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "frontend/format/token_writer.h"
#include "frontend/syntax/ast.h"

namespace gol::format {

// A declaration with its keyword: one spec, or a group in parentheses.
struct GenDecl {
  syntax::Token keyword;
  Offset begin;
  Offset lparen = kNowhere;
  Offset rparen = kNowhere;
  std::vector<const syntax::Decl*> specs;
};

// Sizes of nodes that fit on a line; shared by the printers that measure.
using SizeCache = std::unordered_map<const syntax::Node*, size_t>;

class NodePrinter : private TokenWriter {
 public:
  NodePrinter(const SourceIndex& index, bool with_comments, SizeCache* sizes)
      : TokenWriter(index, with_comments), sizes_(sizes) {}

  // The whole file, before its columns are aligned.
  std::string PrintFile(const syntax::File* file);
  // An expression or statement.
  std::string PrintNode(const syntax::Node* node);

 private:
  // How lists of expressions are laid out.
  struct ListStyle {
    bool ends_with_comma = false;  // where the closing bracket is on a line of its own
    bool no_indent = false;        // lines are indented already
  };

  Offset Begin(const syntax::Node* n) const { return BeginOf(index_, n); }
  Offset End(const syntax::Node* n) const { return EndOf(index_, n); }
  uint32_t Line(Offset at) const { return index_.LineOf(at); }
  uint32_t BeginLine(const syntax::Node* n) const { return Line(Begin(n)); }
  uint32_t EndLine(const syntax::Node* n) const { return Line(End(n)); }
  Offset At_(Pos pos) const { return index_.OffsetOf(pos); }
  void PutAt(Pos pos, std::string_view text) {
    At(index_.OffsetOf(pos));
    Put(text);
  }
  void PutSpaces(Space a, Space b) {
    Put(a);
    Put(b);
  }
  // The characters of a node on one line; more than max where it does not fit.
  size_t SizeOf(const syntax::Node* node, size_t max);
  bool IsTrailingComment(Offset end) const;

  // Expressions (print_expr.cc).
  void PrintExpr(const syntax::Expr* x, int depth = 1) { PrintExprIn(x, 0, depth); }
  void PrintExprIn(const syntax::Expr* x, int outer_prec, int depth);
  void PrintBinary(const syntax::BinaryExpr* x, int cutoff, int depth);
  bool PrintSelector(const syntax::SelectorExpr* x, int depth, bool is_called);
  void PrintLiteral(const syntax::BasicLit* x);
  void PrintSlice(const syntax::SliceExpr* x, int depth);
  void PrintCall(const syntax::CallExpr* x, int depth);
  void PrintCompositeLit(const syntax::CompositeLit* x, int depth);
  void PrintList(Offset before, const std::vector<const syntax::Expr*>& list, int depth,
                 ListStyle style, Offset behind);
  void PrintNames(const std::vector<const syntax::Expr*>& names, bool indents);
  bool NeedsIndent(const std::vector<const syntax::Expr*>& list) const;

  // Types (print_type.cc).
  void PrintType(const syntax::Expr* x);
  void PrintStructField(syntax::List<syntax::Field*> list, size_t first, size_t end, Space sep);
  bool IsShortField(syntax::List<syntax::Field*> list);
  void PrintParams(syntax::List<syntax::Field*> list, Offset open, Offset close,
                   bool is_type_params);
  void PrintSignature(const syntax::FuncType* type);
  void PrintStruct(const syntax::StructType* type);
  void PrintInterface(const syntax::InterfaceType* type);

  // Statements (print_stmt.cc).
  void PrintStmt(const syntax::Stmt* stmt, bool next_is_rbrace);
  void PrintStmts(const std::vector<const syntax::Node*>& list, int indents, bool next_is_rbrace);
  void PrintBlock(Offset lbrace, const std::vector<const syntax::Node*>& list, Offset rbrace,
                  int indents);
  void PrintBlock(const syntax::BlockStmt* block);
  void PrintHeader(bool is_for, const syntax::Stmt* init, const syntax::Expr* x,
                   const syntax::Stmt* post);
  void PrintBody(size_t header_size, Space separator, const syntax::BlockStmt* body);
  size_t SizeOfBody(const syntax::BlockStmt* body, size_t max);
  size_t DistanceFrom(Offset begin, uint32_t out_column) const;

  // Declarations (print_decl.cc).
  void PrintGenDecl(const GenDecl& decl);
  void PrintSpec(const syntax::Decl* spec, size_t count, bool indents);
  void PrintValueSpec(const syntax::Decl* spec, bool keep_type);
  void PrintFuncDecl(const syntax::FuncDecl* func);
  std::vector<GenDecl> GroupDecls(syntax::List<syntax::Decl*> decls) const;
  std::vector<GenDecl> EmptyGroups() const;
  bool HasDoc(Offset decl) const;

  SizeCache* sizes_;
};

}  // namespace gol::format
