// Where nodes begin and end, as the Go compiler sees it: diagnostics of the type checker stand at
// StartPos, scopes end at EndPos. EndPos is exact for blocks and literals, and the end of the last
// part for others (a call ends behind its last argument).
#include "frontend/syntax/ast.h"

namespace gol::syntax {

Expr* Unparen(Expr* x) {
  while (ParenExpr* paren = DynAs<ParenExpr>(x)) x = paren->x;
  return x;
}
const Expr* Unparen(const Expr* x) { return Unparen(const_cast<Expr*>(x)); }

std::string_view NodeKindName(NodeKind kind) {
  static constexpr std::string_view kNames[] = {
#define GOL_EXPR(name) #name,
#define GOL_STMT(name) #name,
#define GOL_DECL(name) #name,
#define GOL_NODE(name) #name,
#include "frontend/syntax/nodes.def"
  };
  return kNames[static_cast<size_t>(kind)];
}

Pos StartPos(const Node* n) {
  for (;;) {
    const Node* first = nullptr;
    switch (n->kind) {
      case NodeKind::kFile: return As<File>(n)->source->base();
      case NodeKind::kCompositeLit: first = As<CompositeLit>(n)->type_expr; break;
      case NodeKind::kKeyValueExpr: first = As<KeyValueExpr>(n)->key; break;
      case NodeKind::kSelectorExpr: first = As<SelectorExpr>(n)->x; break;
      case NodeKind::kIndexExpr: first = As<IndexExpr>(n)->x; break;
      case NodeKind::kSliceExpr: return n->pos;  // the compiler leaves it at the bracket
      case NodeKind::kTypeAssertExpr: first = As<TypeAssertExpr>(n)->x; break;
      case NodeKind::kTypeSwitchGuard: {
        const TypeSwitchGuard* guard = As<TypeSwitchGuard>(n);
        first = guard->lhs != nullptr ? guard->lhs : guard->x;
        break;
      }
      case NodeKind::kBinaryExpr: first = As<BinaryExpr>(n)->x; break;
      case NodeKind::kCallExpr: first = As<CallExpr>(n)->fun; break;
      case NodeKind::kSendStmt: first = As<SendStmt>(n)->chan; break;
      case NodeKind::kAssignStmt: first = As<AssignStmt>(n)->lhs[0]; break;
      case NodeKind::kIncDecStmt: first = As<IncDecStmt>(n)->x; break;
      default: break;
    }
    if (first == nullptr) return n->pos;
    n = first;
  }
}

namespace {

template <typename T>
const Node* Last(List<T*> list) {
  return list.empty() ? nullptr : list.back();
}

template <typename T>
const Node* LastOfDecl(const T* decl) {
  if (!decl->values.empty()) return decl->values.back();
  if (decl->type_expr != nullptr) return decl->type_expr;
  return Last(decl->names);
}

}  // namespace

Pos EndPos(const Node* n) {
  for (;;) {
    const Node* last = nullptr;
    Pos end = n->pos;  // where there is no last part
    switch (n->kind) {
      case NodeKind::kFile: return As<File>(n)->eof;
      // Expressions.
      case NodeKind::kIdent:
        return n->pos + static_cast<uint32_t>(As<Ident>(n)->name.size());
      case NodeKind::kBasicLit:
        return n->pos + static_cast<uint32_t>(As<BasicLit>(n)->text.size());
      case NodeKind::kCompositeLit: return As<CompositeLit>(n)->rbrace;
      case NodeKind::kKeyValueExpr: last = As<KeyValueExpr>(n)->val; break;
      case NodeKind::kFuncLit: last = As<FuncLit>(n)->body; break;
      case NodeKind::kParenExpr: last = As<ParenExpr>(n)->x; break;
      case NodeKind::kSelectorExpr: last = As<SelectorExpr>(n)->sel; break;
      case NodeKind::kIndexExpr: last = Last(As<IndexExpr>(n)->indices); break;
      case NodeKind::kSliceExpr: last = As<SliceExpr>(n)->x; break;
      case NodeKind::kTypeAssertExpr: last = As<TypeAssertExpr>(n)->type_expr; break;
      case NodeKind::kTypeSwitchGuard: last = As<TypeSwitchGuard>(n)->x; break;
      case NodeKind::kStarExpr: last = As<StarExpr>(n)->x; break;
      case NodeKind::kUnaryExpr: last = As<UnaryExpr>(n)->x; break;
      case NodeKind::kBinaryExpr: last = As<BinaryExpr>(n)->y; break;
      case NodeKind::kCallExpr:
        last = Last(As<CallExpr>(n)->args);
        if (last == nullptr) last = As<CallExpr>(n)->fun;
        break;
      // Types.
      case NodeKind::kArrayType: last = As<ArrayType>(n)->elem; break;
      case NodeKind::kSliceType: last = As<SliceType>(n)->elem; break;
      case NodeKind::kDotsType: last = As<DotsType>(n)->elem; break;
      case NodeKind::kStructType: last = Last(As<StructType>(n)->fields); break;
      case NodeKind::kInterfaceType: last = Last(As<InterfaceType>(n)->methods); break;
      case NodeKind::kFuncType:
        last = Last(As<FuncType>(n)->results);
        if (last == nullptr) last = Last(As<FuncType>(n)->params);
        break;
      case NodeKind::kMapType: last = As<MapType>(n)->val; break;
      case NodeKind::kChanType: last = As<ChanType>(n)->elem; break;
      case NodeKind::kField:
        last = As<Field>(n)->type_expr;
        if (last == nullptr) last = As<Field>(n)->name;
        break;
      // Statements.
      case NodeKind::kLabeledStmt: last = As<LabeledStmt>(n)->stmt; break;
      case NodeKind::kBlockStmt: return As<BlockStmt>(n)->rbrace;
      case NodeKind::kExprStmt: last = As<ExprStmt>(n)->x; break;
      case NodeKind::kSendStmt: last = As<SendStmt>(n)->val; break;
      case NodeKind::kDeclStmt: last = Last(As<DeclStmt>(n)->decls); break;
      case NodeKind::kAssignStmt: last = Last(As<AssignStmt>(n)->rhs); break;
      case NodeKind::kIncDecStmt: return EndPos(As<IncDecStmt>(n)->x) + 2;
      case NodeKind::kBranchStmt: last = As<BranchStmt>(n)->label; break;
      case NodeKind::kGoStmt: last = As<GoStmt>(n)->call; break;
      case NodeKind::kDeferStmt: last = As<DeferStmt>(n)->call; break;
      case NodeKind::kReturnStmt: last = Last(As<ReturnStmt>(n)->results); break;
      case NodeKind::kIfStmt:
        last = As<IfStmt>(n)->else_stmt;
        if (last == nullptr) last = As<IfStmt>(n)->then;
        break;
      case NodeKind::kForStmt: last = As<ForStmt>(n)->body; break;
      case NodeKind::kRangeStmt: last = As<RangeStmt>(n)->body; break;
      case NodeKind::kSwitchStmt: return As<SwitchStmt>(n)->rbrace;
      case NodeKind::kTypeSwitchStmt: return As<TypeSwitchStmt>(n)->rbrace;
      case NodeKind::kSelectStmt: return As<SelectStmt>(n)->rbrace;
      case NodeKind::kCaseClause:
        last = Last(As<CaseClause>(n)->body);
        end = As<CaseClause>(n)->colon;
        break;
      case NodeKind::kCommClause:
        last = Last(As<CommClause>(n)->body);
        end = As<CommClause>(n)->colon;
        break;
      // Declarations.
      case NodeKind::kImportDecl: last = As<ImportDecl>(n)->path; break;
      case NodeKind::kConstDecl: last = LastOfDecl(As<ConstDecl>(n)); break;
      case NodeKind::kVarDecl: last = LastOfDecl(As<VarDecl>(n)); break;
      case NodeKind::kTypeDecl: last = As<TypeDecl>(n)->type_expr; break;
      case NodeKind::kFuncDecl:
        if (As<FuncDecl>(n)->body_skipped) return As<FuncDecl>(n)->body_end;
        last = As<FuncDecl>(n)->body;
        if (last == nullptr) last = As<FuncDecl>(n)->func_type;
        break;
      case NodeKind::kBadExpr:
      case NodeKind::kEmptyStmt:
        break;
    }
    if (last == nullptr) return end;
    n = last;
  }
}

}  // namespace gol::syntax
