// The syntax tree: plain structs in an arena, tagged by kind.
//
// Nodes have no virtual functions and no destructors; they live and die with the Arena that was
// given to the parser. Texts (names, literals) are views of the source, which the SourceManager
// keeps. Lists are spans into the arena.
//
// Positions. `pos` is the token that marks a node, which need not be its first one, just as in the
// Go compiler, so that diagnostics come out at the same places:
//   BinaryExpr: the operator     CallExpr: "("          IndexExpr, SliceExpr: "["
//   SelectorExpr, TypeAssertExpr, TypeSwitchGuard: "."  CompositeLit: "{"   KeyValueExpr: ":"
//   FuncType: the token after "func" and the name       FuncLit: "func"     ParenExpr: "("
//   AssignStmt, IncDecStmt, SendStmt: the operator      LabeledStmt: ":"
//   ExprStmt: pos of its expression                     other statements: the keyword or "{"
//   declarations: the token after the keyword (the name; "(" of a receiver)
// StartPos gives the leftmost place of a node: the type checker reports there unless it has a more
// particular place. EndPos gives about the end (see positions.cc), good for scopes.
//
// Parentheses. "(x)" around an expression is a ParenExpr; around a type in a place where only types
// stand it leaves no trace, as in the Go compiler, unless kKeepParens asks for it (the formatter
// does). Look through parentheses with Unparen.
//
// Annotations. The type checker writes its results into the nodes: see Expr, Ident, SelectorExpr,
// Field, CaseClause, ImportDecl and the `scope` members. The parser leaves them null; it fills
// BranchStmt::target, ConstDecl::iota and ConstDecl::inherited itself.
//
// Scripts. A file without a package clause (File::is_script) is package main with declarations and
// statements mixed at top level:
//  - import, const, type, func and methods stand in File::decls, at package level, in any order;
//  - everything else is a statement of File::script_main, a FuncDecl named "main" made by the
//    parser (null when there are no statements; it does not stand in decls). A top-level `var`
//    is a DeclStmt there, and `x := v` an AssignStmt;
//  - the variables that those two declare are package-level variables, visible in functions above
//    and below. File::script_vars lists them in order. A checker declares them in the package
//    scope and gives them no entry in the package's initialisation order: they hold their zero
//    value until control comes to the statement, which then assigns the initial value. In a
//    `:=`, a name that an earlier script variable of the file has is an assignment to that
//    variable and is not listed again. Variables declared inside nested blocks are ordinary locals.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/check.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/token.h"

// Defined by the type checker; the tree holds pointers only.
namespace gol::types {
struct Type;
struct TypeList;
struct Object;
struct Selection;
class ConstValue;
class Scope;
struct FuncInfo;
}  // namespace gol::types

namespace gol::syntax {

enum class NodeKind : uint8_t {
#define GOL_EXPR(name) k##name,
#define GOL_STMT(name) k##name,
#define GOL_DECL(name) k##name,
#define GOL_NODE(name) k##name,
#include "frontend/syntax/nodes.def"
};

// "BinaryExpr"
std::string_view NodeKindName(NodeKind kind);

#define GOL_EXPR(name) struct name;
#define GOL_STMT(name) struct name;
#define GOL_DECL(name) struct name;
#define GOL_NODE(name) struct name;
#include "frontend/syntax/nodes.def"

// A list in the arena.
template <typename T>
using List = std::span<T>;

// What an expression denotes; written by the type checker.
enum class OperandMode : uint8_t {
  kUnchecked,  // not seen by the checker yet
  kInvalid,    // an error was reported
  kNoValue,    // call without results
  kBuiltin,    // a builtin function
  kTypExpr,    // a type
  kConstant,   // value holds the constant
  kVariable,   // addressable
  kMapIndex,   // m[k]: assignable, may deliver a second ok value
  kValue,      // any other value
  kNilValue,   // the untyped nil
  kCommaOk,    // x.(T), <-c: may deliver a second ok value
};

// --- Bases ----------------------------------------------------------------------------------

struct Node {
  NodeKind kind;
  OperandMode mode = OperandMode::kUnchecked;  // expressions only; here for the sake of packing
  uint16_t check_flags = 0;                    // expressions only: the type checker's own
  Pos pos;
};

struct Expr : Node {
  types::Type* type = nullptr;         // type of the expression, or the type it denotes
  const types::ConstValue* value = nullptr;  // non-null exactly when mode is kConstant
};
struct Stmt : Node {};
struct Group;
struct Directive;
struct Decl : Node {
  Group* group = nullptr;           // the parenthesised group it stands in, or null
  List<const Directive> directives;  // `//go:` lines before it
};

template <NodeKind K, typename Base>
struct NodeOf : Base {
  static constexpr NodeKind kKind = K;
  explicit NodeOf(Pos p) {
    this->kind = K;
    this->pos = p;
  }
};

constexpr bool IsExprKind(NodeKind k) { return k <= NodeKind::kChanType; }
constexpr bool IsStmtKind(NodeKind k) {
  return k >= NodeKind::kEmptyStmt && k <= NodeKind::kSelectStmt;
}
constexpr bool IsDeclKind(NodeKind k) {
  return k >= NodeKind::kImportDecl && k <= NodeKind::kFuncDecl;
}
// Array, slice, struct, func, interface, map, chan type expressions and "...T".
constexpr bool IsTypeKind(NodeKind k) {
  return k >= NodeKind::kArrayType && k <= NodeKind::kChanType;
}

// Is<T>(n): n is non-null and a T. As<T>(n): n, known to be a T. DynAs<T>(n): n when it is a T,
// else null; null for null.
template <typename T>
bool Is(const Node* n) {
  return n != nullptr && n->kind == T::kKind;
}
template <typename T>
T* As(Node* n) {
  GOL_DCHECK(n != nullptr && n->kind == T::kKind);
  return static_cast<T*>(n);
}
template <typename T>
const T* As(const Node* n) {
  GOL_DCHECK(n != nullptr && n->kind == T::kKind);
  return static_cast<const T*>(n);
}
template <typename T>
T* DynAs(Node* n) {
  return Is<T>(n) ? static_cast<T*>(n) : nullptr;
}
template <typename T>
const T* DynAs(const Node* n) {
  return Is<T>(n) ? static_cast<const T*>(n) : nullptr;
}

// A `//go:verb args` line.
struct Directive {
  Pos pos;                // behind the "//"
  std::string_view text;  // "go:noinline", "go:linkname a b"
  bool own_line;          // nothing but blanks before it on its line
};

// A parenthesised declaration group; its declarations point to it.
struct Group {
  Token keyword;
  Pos keyword_pos;
  Pos lparen;
  Pos rparen;
};

// --- Expressions ----------------------------------------------------------------------------

// Stands where an expression could not be parsed; an error was reported.
struct BadExpr : NodeOf<NodeKind::kBadExpr, Expr> {
  using NodeOf::NodeOf;
};

struct Ident : NodeOf<NodeKind::kIdent, Expr> {
  Ident(Pos p, std::string_view n) : NodeOf(p), name(n) {}
  std::string_view name;
  types::Object* obj = nullptr;  // what it declares or refers to
  // Non-null when it names a generic function or type that is instantiated here: the complete type
  // arguments, given or inferred. For p.F[T] they stand in the selector's sel.
  types::TypeList* targs = nullptr;
  bool is_blank() const { return name == "_"; }
};

struct BasicLit : NodeOf<NodeKind::kBasicLit, Expr> {
  BasicLit(Pos p, LitKind k, std::string_view t) : NodeOf(p), lit_kind(k), text(t) {}
  LitKind lit_kind;
  bool is_bad = false;    // has a lexical error, which was reported
  std::string_view text;  // as in the source, quotes and prefixes included
};

// type{elems}
struct CompositeLit : NodeOf<NodeKind::kCompositeLit, Expr> {
  using NodeOf::NodeOf;
  Expr* type_expr = nullptr;  // null where it is left out
  List<Expr*> elems;          // KeyValueExpr where there is a key
  uint32_t key_count = 0;     // elements with a key
  Pos rbrace;
};

struct KeyValueExpr : NodeOf<NodeKind::kKeyValueExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* key = nullptr;
  Expr* val = nullptr;
};

struct FuncLit : NodeOf<NodeKind::kFuncLit, Expr> {
  using NodeOf::NodeOf;
  FuncType* func_type = nullptr;
  BlockStmt* body = nullptr;
  types::FuncInfo* info = nullptr;
};

struct ParenExpr : NodeOf<NodeKind::kParenExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* x = nullptr;
  Pos rparen;
};

// x.sel
struct SelectorExpr : NodeOf<NodeKind::kSelectorExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* x = nullptr;
  Ident* sel = nullptr;
  types::Selection* selection = nullptr;  // null for package-qualified names (see sel->obj)
};

// x[index], x[T1, T2]
struct IndexExpr : NodeOf<NodeKind::kIndexExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* x = nullptr;
  List<Expr*> indices;  // at least one; BadExpr for x[]
  Pos rbrack;
};

// x[lo:hi:max]
struct SliceExpr : NodeOf<NodeKind::kSliceExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* x = nullptr;
  Expr* index[3] = {nullptr, nullptr, nullptr};
  bool is_full = false;  // has two colons
  Pos rbrack;
};

// x.(T)
struct TypeAssertExpr : NodeOf<NodeKind::kTypeAssertExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* x = nullptr;
  Expr* type_expr = nullptr;
  Pos rparen;
};

// x.(type), lhs := x.(type). Outside of a TypeSwitchStmt it is an error that the checker reports.
struct TypeSwitchGuard : NodeOf<NodeKind::kTypeSwitchGuard, Expr> {
  using NodeOf::NodeOf;
  Ident* lhs = nullptr;
  Expr* x = nullptr;
  Pos rparen;
};

// *x: a pointer type or an indirection
struct StarExpr : NodeOf<NodeKind::kStarExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* x = nullptr;
};

// op x: + - ! ^ & <- ~ (the last in type elements only)
struct UnaryExpr : NodeOf<NodeKind::kUnaryExpr, Expr> {
  using NodeOf::NodeOf;
  Operator op = Operator::kNone;
  Expr* x = nullptr;
};

// x op y; "|" also joins type elements. pos is the operator's.
struct BinaryExpr : NodeOf<NodeKind::kBinaryExpr, Expr> {
  using NodeOf::NodeOf;
  Operator op = Operator::kNone;
  Expr* x = nullptr;
  Expr* y = nullptr;
  Pos op_pos() const { return pos; }
};

// fun(args), fun(args...): a call, a conversion (fun->mode is kTypExpr) or a builtin (kBuiltin)
struct CallExpr : NodeOf<NodeKind::kCallExpr, Expr> {
  using NodeOf::NodeOf;
  Expr* fun = nullptr;
  List<Expr*> args;
  bool has_dots = false;
  Pos rparen;
  Pos lparen() const { return pos; }
};

// [len]elem; len is null for [...]elem
struct ArrayType : NodeOf<NodeKind::kArrayType, Expr> {
  using NodeOf::NodeOf;
  Expr* len = nullptr;
  Expr* elem = nullptr;
};

struct SliceType : NodeOf<NodeKind::kSliceType, Expr> {
  using NodeOf::NodeOf;
  Expr* elem = nullptr;
};

// ...elem, in parameter lists
struct DotsType : NodeOf<NodeKind::kDotsType, Expr> {
  using NodeOf::NodeOf;
  Expr* elem = nullptr;
};

struct StructType : NodeOf<NodeKind::kStructType, Expr> {
  using NodeOf::NodeOf;
  List<Field*> fields;  // one per name; name null for embedded fields
  Pos lbrace;
  Pos rbrace;
};

struct FuncType : NodeOf<NodeKind::kFuncType, Expr> {
  using NodeOf::NodeOf;
  List<Field*> params;
  List<Field*> results;
  Pos lparen;
  Pos rparen;                     // of the parameters
  types::Scope* scope = nullptr;  // parameters, results, type parameters
};

struct InterfaceType : NodeOf<NodeKind::kInterfaceType, Expr> {
  using NodeOf::NodeOf;
  List<Field*> methods;  // name and FuncType; or no name and an embedded element
  Pos lbrace;
  Pos rbrace;
};

struct MapType : NodeOf<NodeKind::kMapType, Expr> {
  using NodeOf::NodeOf;
  Expr* key = nullptr;
  Expr* val = nullptr;
};

enum class ChanDir : uint8_t { kBoth, kSendOnly, kRecvOnly };

struct ChanType : NodeOf<NodeKind::kChanType, Expr> {
  using NodeOf::NodeOf;
  ChanDir dir = ChanDir::kBoth;
  Expr* elem = nullptr;
};

// A parameter, result, type parameter, receiver, struct field, method or embedded element. Names
// declared in one list share the same type_expr pointer.
struct Field : NodeOf<NodeKind::kField, Node> {
  using NodeOf::NodeOf;
  Ident* name = nullptr;
  Expr* type_expr = nullptr;
  BasicLit* tag = nullptr;       // struct fields
  bool shares_type = false;      // type_expr is that of the field before
  types::Object* obj = nullptr;  // the variable or field, also when it has no name
};

// --- Statements -----------------------------------------------------------------------------

struct EmptyStmt : NodeOf<NodeKind::kEmptyStmt, Stmt> {
  using NodeOf::NodeOf;
};

// label: stmt. pos is the colon's.
struct LabeledStmt : NodeOf<NodeKind::kLabeledStmt, Stmt> {
  using NodeOf::NodeOf;
  Ident* label = nullptr;
  Stmt* stmt = nullptr;
};

struct BlockStmt : NodeOf<NodeKind::kBlockStmt, Stmt> {
  using NodeOf::NodeOf;
  List<Stmt*> stmts;
  Pos rbrace;
  types::Scope* scope = nullptr;
};

struct ExprStmt : NodeOf<NodeKind::kExprStmt, Stmt> {
  using NodeOf::NodeOf;
  Expr* x = nullptr;
  // The variables that the checker made for the values, where an interactive session keeps them.
  List<Expr*> results;
};

// chan <- val
struct SendStmt : NodeOf<NodeKind::kSendStmt, Stmt> {
  using NodeOf::NodeOf;
  Expr* chan = nullptr;
  Expr* val = nullptr;
};

// A const, type or var declaration in a function (or of a script: var only).
struct DeclStmt : NodeOf<NodeKind::kDeclStmt, Stmt> {
  using NodeOf::NodeOf;
  List<Decl*> decls;
};

// lhs = rhs, lhs := rhs, x op= y
struct AssignStmt : NodeOf<NodeKind::kAssignStmt, Stmt> {
  using NodeOf::NodeOf;
  Operator op = Operator::kNone;  // for op=
  bool is_define = false;         // :=
  List<Expr*> lhs;
  List<Expr*> rhs;
};

// x++, x--
struct IncDecStmt : NodeOf<NodeKind::kIncDecStmt, Stmt> {
  using NodeOf::NodeOf;
  Operator op = Operator::kNone;  // kAdd or kSub
  Expr* x = nullptr;
};

// break, continue, goto, fallthrough
struct BranchStmt : NodeOf<NodeKind::kBranchStmt, Stmt> {
  using NodeOf::NodeOf;
  Token token = Token::kNoToken;
  Ident* label = nullptr;
  // Set by the parser when the function has no errors: for goto the LabeledStmt; for break and
  // continue the ForStmt, RangeStmt, SwitchStmt, TypeSwitchStmt or SelectStmt; null for
  // fallthrough.
  Stmt* target = nullptr;
};

// call is whatever was written; that it is a call is checked by the checker.
struct GoStmt : NodeOf<NodeKind::kGoStmt, Stmt> {
  using NodeOf::NodeOf;
  Expr* call = nullptr;
};
struct DeferStmt : NodeOf<NodeKind::kDeferStmt, Stmt> {
  using NodeOf::NodeOf;
  Expr* call = nullptr;
};

struct ReturnStmt : NodeOf<NodeKind::kReturnStmt, Stmt> {
  using NodeOf::NodeOf;
  List<Expr*> results;
};

struct IfStmt : NodeOf<NodeKind::kIfStmt, Stmt> {
  using NodeOf::NodeOf;
  Stmt* init = nullptr;
  Expr* cond = nullptr;
  BlockStmt* then = nullptr;
  Stmt* else_stmt = nullptr;  // IfStmt, BlockStmt or null
  types::Scope* scope = nullptr;
};

struct ForStmt : NodeOf<NodeKind::kForStmt, Stmt> {
  using NodeOf::NodeOf;
  Stmt* init = nullptr;
  Expr* cond = nullptr;
  Stmt* post = nullptr;
  BlockStmt* body = nullptr;
  types::Scope* scope = nullptr;
  bool shares_vars = false;  // one set of variables for all iterations, as before Go 1.22 (checker)
};

// for lhs := range x { body }. pos is the "for".
struct RangeStmt : NodeOf<NodeKind::kRangeStmt, Stmt> {
  using NodeOf::NodeOf;
  List<Expr*> lhs;  // more than two are an error that the checker reports
  bool is_define = false;
  Pos assign_pos;  // of "=" or ":=", if any
  Pos range_pos;   // of "range"
  Expr* x = nullptr;
  BlockStmt* body = nullptr;
  types::Scope* scope = nullptr;
  bool shares_vars = false;  // as ForStmt's
  Expr* key() const { return lhs.size() > 0 ? lhs[0] : nullptr; }
  Expr* val() const { return lhs.size() > 1 ? lhs[1] : nullptr; }
};

struct CaseClause : NodeOf<NodeKind::kCaseClause, Node> {
  using NodeOf::NodeOf;
  bool is_default = false;
  List<Expr*> cases;
  List<Stmt*> body;
  Pos colon;
  types::Scope* scope = nullptr;
  types::Object* implicit_obj = nullptr;  // the variable of `switch v := x.(type)` in this clause
};

struct SwitchStmt : NodeOf<NodeKind::kSwitchStmt, Stmt> {
  using NodeOf::NodeOf;
  Stmt* init = nullptr;
  Expr* tag = nullptr;
  List<CaseClause*> clauses;
  Pos lbrace;
  Pos rbrace;
  types::Scope* scope = nullptr;
};

struct TypeSwitchStmt : NodeOf<NodeKind::kTypeSwitchStmt, Stmt> {
  using NodeOf::NodeOf;
  Stmt* init = nullptr;
  TypeSwitchGuard* guard = nullptr;
  List<CaseClause*> clauses;
  Pos lbrace;
  Pos rbrace;
  types::Scope* scope = nullptr;
};

struct CommClause : NodeOf<NodeKind::kCommClause, Node> {
  using NodeOf::NodeOf;
  Stmt* comm = nullptr;  // null for default; that it is a send or receive is for the checker
  List<Stmt*> body;
  Pos colon;
  types::Scope* scope = nullptr;
};

struct SelectStmt : NodeOf<NodeKind::kSelectStmt, Stmt> {
  using NodeOf::NodeOf;
  List<CommClause*> clauses;
  Pos lbrace;
  Pos rbrace;
};

// --- Declarations ---------------------------------------------------------------------------

struct ImportDecl : NodeOf<NodeKind::kImportDecl, Decl> {
  using NodeOf::NodeOf;
  Ident* local_name = nullptr;  // including "." and "_"; null when there is none
  BasicLit* path = nullptr;     // null only after a syntax error
  types::Object* obj = nullptr;
};

struct ConstDecl : NodeOf<NodeKind::kConstDecl, Decl> {
  using NodeOf::NodeOf;
  List<Ident*> names;
  Expr* type_expr = nullptr;
  List<Expr*> values;
  uint32_t iota = 0;
  // The earlier declaration of the group whose type and values are repeated; null when this one
  // has its own, or when there is none to repeat.
  ConstDecl* inherited = nullptr;
};

struct TypeDecl : NodeOf<NodeKind::kTypeDecl, Decl> {
  using NodeOf::NodeOf;
  Ident* name = nullptr;
  List<Field*> tparams;
  bool is_alias = false;
  Expr* type_expr = nullptr;
  types::Scope* scope = nullptr;  // type parameters
};

struct VarDecl : NodeOf<NodeKind::kVarDecl, Decl> {
  using NodeOf::NodeOf;
  List<Ident*> names;
  Expr* type_expr = nullptr;
  List<Expr*> values;
};

struct FuncDecl : NodeOf<NodeKind::kFuncDecl, Decl> {
  using NodeOf::NodeOf;
  Field* recv = nullptr;
  Ident* name = nullptr;
  List<Field*> tparams;
  FuncType* func_type = nullptr;
  bool has_body = false;
  bool body_skipped = false;  // has a body that ParseBody has not filled in yet
  BlockStmt* body = nullptr;
  Pos body_begin;  // of "{"; known when has_body
  Pos body_end;    // just behind "}"
  types::FuncInfo* info = nullptr;
};

// A package-level variable that a script's top level declares.
struct ScriptVar {
  Ident* name;
  Stmt* stmt;     // DeclStmt or AssignStmt of script_main
  VarDecl* decl;  // the declaration inside the DeclStmt; null for :=
};

struct Comment {
  Pos pos;
  std::string_view text;  // with its "//" or "/* */"
};

struct File : NodeOf<NodeKind::kFile, Node> {
  using NodeOf::NodeOf;
  SourceFile* source = nullptr;
  Arena* arena = nullptr;
  Ident* package_name = nullptr;  // "main" without a position for scripts
  List<const Directive> package_directives;
  std::string_view go_version;  // "go1.21" from a //go:build line; usually empty
  List<Decl*> decls;
  List<const Directive> directives;  // all `//go:` lines of the file
  List<const Comment> comments;      // with kKeepComments
  Pos eof;
  bool is_script = false;
  FuncDecl* script_main = nullptr;
  List<const ScriptVar> script_vars;
  types::Scope* scope = nullptr;
};

// --- Small helpers --------------------------------------------------------------------------

// x without enclosing parentheses.
Expr* Unparen(Expr* x);
const Expr* Unparen(const Expr* x);

Pos StartPos(const Node* node);
Pos EndPos(const Node* node);

}  // namespace gol::syntax
