// Printing of expressions for messages.
//
// Parentheses that were written stay (ParenExpr), none are added: the tree of an expression that
// was parsed prints as it was written.
#include "frontend/syntax/printer.h"

namespace gol::syntax {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

class ShortPrinter {
 public:
  std::string Take() { return std::move(out_); }

  void PrintList(List<Expr*> list) {
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ", ";
      Print(list[i]);
    }
  }

  void Print(const Expr* x) {
    if (x == nullptr) return;
    switch (x->kind) {
      case NodeKind::kBadExpr: out_ += "<bad expr>"; return;
      case NodeKind::kIdent: out_ += As<Ident>(x)->name; return;
      case NodeKind::kBasicLit: out_ += As<BasicLit>(x)->text; return;
      case NodeKind::kCompositeLit:
        Print(As<CompositeLit>(x)->type_expr);
        PrintBraces(!As<CompositeLit>(x)->elems.empty());
        return;
      case NodeKind::kKeyValueExpr:
        Print(As<KeyValueExpr>(x)->key);
        out_ += ": ";
        Print(As<KeyValueExpr>(x)->val);
        return;
      case NodeKind::kFuncLit:
        Print(As<FuncLit>(x)->func_type);
        out_ += ' ';
        PrintBraces(As<FuncLit>(x)->body != nullptr && !As<FuncLit>(x)->body->stmts.empty());
        return;
      case NodeKind::kParenExpr:
        out_ += '(';
        Print(As<ParenExpr>(x)->x);
        out_ += ')';
        return;
      case NodeKind::kSelectorExpr:
        Print(As<SelectorExpr>(x)->x);
        out_ += '.';
        Print(As<SelectorExpr>(x)->sel);
        return;
      case NodeKind::kIndexExpr:
        Print(As<IndexExpr>(x)->x);
        out_ += '[';
        PrintList(As<IndexExpr>(x)->indices);
        out_ += ']';
        return;
      case NodeKind::kSliceExpr: {
        const SliceExpr* slice = As<SliceExpr>(x);
        Print(slice->x);
        out_ += '[';
        Print(slice->index[0]);
        out_ += ':';
        Print(slice->index[1]);
        if (slice->index[2] != nullptr) {
          out_ += ':';
          Print(slice->index[2]);
        }
        out_ += ']';
        return;
      }
      case NodeKind::kTypeAssertExpr:
        Print(As<TypeAssertExpr>(x)->x);
        out_ += ".(";
        Print(As<TypeAssertExpr>(x)->type_expr);
        out_ += ')';
        return;
      case NodeKind::kTypeSwitchGuard:
        if (const Ident* lhs = As<TypeSwitchGuard>(x)->lhs) {
          Print(lhs);
          out_ += " := ";
        }
        Print(As<TypeSwitchGuard>(x)->x);
        out_ += ".(type)";
        return;
      case NodeKind::kStarExpr:
        out_ += '*';
        Print(As<StarExpr>(x)->x);
        return;
      case NodeKind::kUnaryExpr:
        out_ += OperatorText(As<UnaryExpr>(x)->op);
        Print(As<UnaryExpr>(x)->x);
        return;
      case NodeKind::kBinaryExpr: {
        const BinaryExpr* binary = As<BinaryExpr>(x);
        Print(binary->x);
        out_ += ' ';
        out_ += OperatorText(binary->op);
        out_ += ' ';
        Print(binary->y);
        return;
      }
      case NodeKind::kCallExpr:
        Print(As<CallExpr>(x)->fun);
        out_ += '(';
        PrintList(As<CallExpr>(x)->args);
        if (As<CallExpr>(x)->has_dots) out_ += "...";
        out_ += ')';
        return;
      default:
        PrintType(x);
    }
  }

  void PrintStmt(const Stmt* stmt) {
    switch (stmt->kind) {
      case NodeKind::kExprStmt:
        Print(As<ExprStmt>(stmt)->x);
        return;
      case NodeKind::kSendStmt:
        Print(As<SendStmt>(stmt)->chan);
        out_ += " <- ";
        Print(As<SendStmt>(stmt)->val);
        return;
      case NodeKind::kIncDecStmt: {
        const IncDecStmt* inc = As<IncDecStmt>(stmt);
        Print(inc->x);
        out_ += inc->op == Operator::kAdd ? "++" : "--";
        return;
      }
      case NodeKind::kAssignStmt: {
        const AssignStmt* assign = As<AssignStmt>(stmt);
        PrintList(assign->lhs);
        out_ += ' ';
        out_ += assign->is_define ? ":" : OperatorText(assign->op);
        out_ += "= ";
        PrintList(assign->rhs);
        return;
      }
      default:
        out_ += NodeKindName(stmt->kind);
    }
  }

 private:
  void PrintBraces(bool has_content) {
    out_ += '{';
    if (has_content) out_ += kEllipsis;
    out_ += '}';
  }

  void PrintType(const Expr* x) {
    switch (x->kind) {
      case NodeKind::kArrayType:
        out_ += '[';
        if (As<ArrayType>(x)->len == nullptr) out_ += "...";
        Print(As<ArrayType>(x)->len);
        out_ += ']';
        Print(As<ArrayType>(x)->elem);
        return;
      case NodeKind::kSliceType:
        out_ += "[]";
        Print(As<SliceType>(x)->elem);
        return;
      case NodeKind::kDotsType:
        out_ += "...";
        Print(As<DotsType>(x)->elem);
        return;
      case NodeKind::kStructType:
        out_ += "struct{";
        PrintFields(As<StructType>(x)->fields);
        out_ += '}';
        return;
      case NodeKind::kFuncType:
        out_ += "func";
        PrintSignature(As<FuncType>(x));
        return;
      case NodeKind::kInterfaceType:
        out_ += "interface{";
        PrintMethods(As<InterfaceType>(x)->methods);
        out_ += '}';
        return;
      case NodeKind::kMapType:
        out_ += "map[";
        Print(As<MapType>(x)->key);
        out_ += ']';
        Print(As<MapType>(x)->val);
        return;
      case NodeKind::kChanType: {
        const ChanType* chan = As<ChanType>(x);
        if (chan->dir == ChanDir::kRecvOnly) out_ += "<-";
        out_ += "chan";
        if (chan->dir == ChanDir::kSendOnly) out_ += "<-";
        out_ += ' ';
        // "chan <-chan T" would read as a send-only channel.
        const ChanType* elem = DynAs<ChanType>(chan->elem);
        bool paren = chan->dir == ChanDir::kBoth && elem != nullptr &&
                     elem->dir == ChanDir::kRecvOnly;
        if (paren) out_ += '(';
        Print(chan->elem);
        if (paren) out_ += ')';
        return;
      }
      default:
        GOL_UNREACHABLE("expression kind");
    }
  }

  void PrintFields(List<Field*> fields) {
    for (size_t i = 0; i < fields.size(); ++i) {
      const Field* field = fields[i];
      if (i > 0) out_ += "; ";
      if (field->name != nullptr) {
        Print(field->name);
        while (i + 1 < fields.size() && fields[i + 1]->name != nullptr &&
               fields[i + 1]->type_expr == field->type_expr) {
          out_ += ", ";
          Print(fields[++i]->name);
        }
        out_ += ' ';
      }
      Print(field->type_expr);
      if (field->tag != nullptr) {
        out_ += ' ';
        Print(field->tag);
      }
    }
  }

  void PrintMethods(List<Field*> methods) {
    for (size_t i = 0; i < methods.size(); ++i) {
      if (i > 0) out_ += "; ";
      const Field* method = methods[i];
      const FuncType* type = DynAs<FuncType>(method->type_expr);
      if (method->name != nullptr && type != nullptr) {
        Print(method->name);
        PrintSignature(type);
      } else {
        Print(method->type_expr);
      }
    }
  }

  void PrintSignature(const FuncType* type) {
    PrintParams(type->params);
    List<Field*> results = type->results;
    if (results.empty()) return;
    out_ += ' ';
    if (results.size() == 1 && results[0]->name == nullptr) Print(results[0]->type_expr);
    else PrintParams(results);
  }

  void PrintParams(List<Field*> params) {
    out_ += '(';
    for (size_t i = 0; i < params.size(); ++i) {
      const Field* param = params[i];
      if (i > 0) out_ += ", ";
      if (param->name != nullptr) {
        Print(param->name);
        bool shares = i + 1 < params.size() && params[i + 1]->name != nullptr &&
                      params[i + 1]->type_expr == param->type_expr;
        if (shares) continue;
        out_ += ' ';
      }
      Print(param->type_expr);
    }
    out_ += ')';
  }

  std::string out_;
};

}  // namespace

std::string ExprString(const Expr* x) {
  ShortPrinter printer;
  printer.Print(x);
  return printer.Take();
}

std::string ExprListString(List<Expr*> list) {
  ShortPrinter printer;
  printer.PrintList(list);
  return printer.Take();
}

std::string StmtString(const Stmt* stmt) {
  ShortPrinter printer;
  printer.PrintStmt(stmt);
  return printer.Take();
}

}  // namespace gol::syntax
