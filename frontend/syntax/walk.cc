// The children of each kind of node.
#include "frontend/syntax/walk.h"

namespace gol::syntax {
namespace {

class ChildVisitor {
 public:
  ChildVisitor(void (*visit)(void*, Node*), void* context) : visit_(visit), context_(context) {}

  void operator()(Node* child) const {
    if (child != nullptr) visit_(context_, child);
  }
  template <typename T>
  void operator()(List<T*> list) const {
    for (T* child : list) (*this)(child);
  }

 private:
  void (*visit_)(void*, Node*);
  void* context_;
};

}  // namespace

void VisitChildren(Node* n, void (*visit_fn)(void*, Node*), void* context) {
  ChildVisitor visit(visit_fn, context);
  switch (n->kind) {
    case NodeKind::kBadExpr:
    case NodeKind::kIdent:
    case NodeKind::kBasicLit:
    case NodeKind::kEmptyStmt:
      return;
    case NodeKind::kCompositeLit:
      visit(As<CompositeLit>(n)->type_expr);
      return visit(As<CompositeLit>(n)->elems);
    case NodeKind::kKeyValueExpr:
      visit(As<KeyValueExpr>(n)->key);
      return visit(As<KeyValueExpr>(n)->val);
    case NodeKind::kFuncLit:
      visit(As<FuncLit>(n)->func_type);
      return visit(As<FuncLit>(n)->body);
    case NodeKind::kParenExpr:
      return visit(As<ParenExpr>(n)->x);
    case NodeKind::kSelectorExpr:
      visit(As<SelectorExpr>(n)->x);
      return visit(As<SelectorExpr>(n)->sel);
    case NodeKind::kIndexExpr:
      visit(As<IndexExpr>(n)->x);
      return visit(As<IndexExpr>(n)->indices);
    case NodeKind::kSliceExpr:
      visit(As<SliceExpr>(n)->x);
      for (Expr* index : As<SliceExpr>(n)->index) visit(index);
      return;
    case NodeKind::kTypeAssertExpr:
      visit(As<TypeAssertExpr>(n)->x);
      return visit(As<TypeAssertExpr>(n)->type_expr);
    case NodeKind::kTypeSwitchGuard:
      visit(As<TypeSwitchGuard>(n)->lhs);
      return visit(As<TypeSwitchGuard>(n)->x);
    case NodeKind::kStarExpr:
      return visit(As<StarExpr>(n)->x);
    case NodeKind::kUnaryExpr:
      return visit(As<UnaryExpr>(n)->x);
    case NodeKind::kBinaryExpr:
      visit(As<BinaryExpr>(n)->x);
      return visit(As<BinaryExpr>(n)->y);
    case NodeKind::kCallExpr:
      visit(As<CallExpr>(n)->fun);
      return visit(As<CallExpr>(n)->args);
    case NodeKind::kArrayType:
      visit(As<ArrayType>(n)->len);
      return visit(As<ArrayType>(n)->elem);
    case NodeKind::kSliceType:
      return visit(As<SliceType>(n)->elem);
    case NodeKind::kDotsType:
      return visit(As<DotsType>(n)->elem);
    case NodeKind::kStructType:
      return visit(As<StructType>(n)->fields);
    case NodeKind::kFuncType:
      visit(As<FuncType>(n)->params);
      return visit(As<FuncType>(n)->results);
    case NodeKind::kInterfaceType:
      return visit(As<InterfaceType>(n)->methods);
    case NodeKind::kMapType:
      visit(As<MapType>(n)->key);
      return visit(As<MapType>(n)->val);
    case NodeKind::kChanType:
      return visit(As<ChanType>(n)->elem);
    case NodeKind::kField:
      visit(As<Field>(n)->name);
      if (As<Field>(n)->shares_type) return;
      visit(As<Field>(n)->type_expr);
      return visit(As<Field>(n)->tag);
    case NodeKind::kLabeledStmt:
      visit(As<LabeledStmt>(n)->label);
      return visit(As<LabeledStmt>(n)->stmt);
    case NodeKind::kBlockStmt:
      return visit(As<BlockStmt>(n)->stmts);
    case NodeKind::kExprStmt:
      return visit(As<ExprStmt>(n)->x);
    case NodeKind::kSendStmt:
      visit(As<SendStmt>(n)->chan);
      return visit(As<SendStmt>(n)->val);
    case NodeKind::kDeclStmt:
      return visit(As<DeclStmt>(n)->decls);
    case NodeKind::kAssignStmt:
      visit(As<AssignStmt>(n)->lhs);
      return visit(As<AssignStmt>(n)->rhs);
    case NodeKind::kIncDecStmt:
      return visit(As<IncDecStmt>(n)->x);
    case NodeKind::kBranchStmt:
      return visit(As<BranchStmt>(n)->label);
    case NodeKind::kGoStmt:
      return visit(As<GoStmt>(n)->call);
    case NodeKind::kDeferStmt:
      return visit(As<DeferStmt>(n)->call);
    case NodeKind::kReturnStmt:
      return visit(As<ReturnStmt>(n)->results);
    case NodeKind::kIfStmt:
      visit(As<IfStmt>(n)->init);
      visit(As<IfStmt>(n)->cond);
      visit(As<IfStmt>(n)->then);
      return visit(As<IfStmt>(n)->else_stmt);
    case NodeKind::kForStmt:
      visit(As<ForStmt>(n)->init);
      visit(As<ForStmt>(n)->cond);
      visit(As<ForStmt>(n)->post);
      return visit(As<ForStmt>(n)->body);
    case NodeKind::kRangeStmt:
      visit(As<RangeStmt>(n)->lhs);
      visit(As<RangeStmt>(n)->x);
      return visit(As<RangeStmt>(n)->body);
    case NodeKind::kSwitchStmt:
      visit(As<SwitchStmt>(n)->init);
      visit(As<SwitchStmt>(n)->tag);
      return visit(As<SwitchStmt>(n)->clauses);
    case NodeKind::kTypeSwitchStmt:
      visit(As<TypeSwitchStmt>(n)->init);
      visit(As<TypeSwitchStmt>(n)->guard);
      return visit(As<TypeSwitchStmt>(n)->clauses);
    case NodeKind::kSelectStmt:
      return visit(As<SelectStmt>(n)->clauses);
    case NodeKind::kCaseClause:
      visit(As<CaseClause>(n)->cases);
      return visit(As<CaseClause>(n)->body);
    case NodeKind::kCommClause:
      visit(As<CommClause>(n)->comm);
      return visit(As<CommClause>(n)->body);
    case NodeKind::kImportDecl:
      visit(As<ImportDecl>(n)->local_name);
      return visit(As<ImportDecl>(n)->path);
    case NodeKind::kConstDecl:
      visit(As<ConstDecl>(n)->names);
      visit(As<ConstDecl>(n)->type_expr);
      return visit(As<ConstDecl>(n)->values);
    case NodeKind::kVarDecl:
      visit(As<VarDecl>(n)->names);
      visit(As<VarDecl>(n)->type_expr);
      return visit(As<VarDecl>(n)->values);
    case NodeKind::kTypeDecl:
      visit(As<TypeDecl>(n)->name);
      visit(As<TypeDecl>(n)->tparams);
      return visit(As<TypeDecl>(n)->type_expr);
    case NodeKind::kFuncDecl:
      visit(As<FuncDecl>(n)->recv);
      visit(As<FuncDecl>(n)->name);
      visit(As<FuncDecl>(n)->tparams);
      visit(As<FuncDecl>(n)->func_type);
      return visit(As<FuncDecl>(n)->body);
    case NodeKind::kFile:
      visit(As<File>(n)->package_name);
      visit(As<File>(n)->decls);
      return visit(As<File>(n)->script_main);
  }
}

}  // namespace gol::syntax
