#include "frontend/types/expr_string.h"

namespace gol::types {
namespace {

using syntax::As;
using syntax::NodeKind;

class Writer {
 public:
  explicit Writer(std::string* out) : out_(*out) {}

  void Write(const syntax::Expr* e) {
    if (e == nullptr) return;
    switch (e->kind) {
      case NodeKind::kIdent:
        out_ += As<syntax::Ident>(e)->name;
        break;
      case NodeKind::kBasicLit:
        out_ += As<syntax::BasicLit>(e)->text;
        break;
      case NodeKind::kCompositeLit: {
        auto* x = As<syntax::CompositeLit>(e);
        Write(x->type_expr);
        out_ += x->elems.empty() ? "{}" : "{…}";
        break;
      }
      case NodeKind::kKeyValueExpr: {
        auto* x = As<syntax::KeyValueExpr>(e);
        Write(x->key);
        out_ += ": ";
        Write(x->val);
        break;
      }
      case NodeKind::kFuncLit: {
        auto* x = As<syntax::FuncLit>(e);
        Write(x->func_type);
        out_ += x->body == nullptr || x->body->stmts.empty() ? " {}" : " {…}";
        break;
      }
      case NodeKind::kParenExpr:
        out_ += '(';
        Write(As<syntax::ParenExpr>(e)->x);
        out_ += ')';
        break;
      case NodeKind::kSelectorExpr: {
        auto* x = As<syntax::SelectorExpr>(e);
        Write(x->x);
        out_ += '.';
        Write(x->sel);
        break;
      }
      case NodeKind::kIndexExpr: {
        auto* x = As<syntax::IndexExpr>(e);
        Write(x->x);
        out_ += '[';
        WriteList(x->indices);
        out_ += ']';
        break;
      }
      case NodeKind::kSliceExpr: {
        auto* x = As<syntax::SliceExpr>(e);
        Write(x->x);
        out_ += '[';
        Write(x->index[0]);
        out_ += ':';
        Write(x->index[1]);
        if (x->index[2] != nullptr) {
          out_ += ':';
          Write(x->index[2]);
        }
        out_ += ']';
        break;
      }
      case NodeKind::kTypeAssertExpr: {
        auto* x = As<syntax::TypeAssertExpr>(e);
        Write(x->x);
        out_ += ".(";
        Write(x->type_expr);
        out_ += ')';
        break;
      }
      case NodeKind::kTypeSwitchGuard: {
        auto* x = As<syntax::TypeSwitchGuard>(e);
        if (x->lhs != nullptr) {
          Write(x->lhs);
          out_ += " := ";
        }
        Write(x->x);
        out_ += ".(type)";
        break;
      }
      case NodeKind::kStarExpr:
        out_ += '*';
        Write(As<syntax::StarExpr>(e)->x);
        break;
      case NodeKind::kUnaryExpr: {
        auto* x = As<syntax::UnaryExpr>(e);
        out_ += syntax::OperatorText(x->op);
        Write(x->x);
        break;
      }
      case NodeKind::kBinaryExpr: {
        auto* x = As<syntax::BinaryExpr>(e);
        Write(x->x);
        out_ += ' ';
        out_ += syntax::OperatorText(x->op);
        out_ += ' ';
        Write(x->y);
        break;
      }
      case NodeKind::kCallExpr: {
        auto* x = As<syntax::CallExpr>(e);
        Write(x->fun);
        out_ += '(';
        WriteList(x->args);
        if (x->has_dots) out_ += "...";
        out_ += ')';
        break;
      }
      case NodeKind::kArrayType: {
        auto* x = As<syntax::ArrayType>(e);
        out_ += '[';
        if (x->len != nullptr) {
          Write(x->len);
        } else {
          out_ += "...";
        }
        out_ += ']';
        Write(x->elem);
        break;
      }
      case NodeKind::kSliceType:
        out_ += "[]";
        Write(As<syntax::SliceType>(e)->elem);
        break;
      case NodeKind::kDotsType:
        out_ += "...";
        Write(As<syntax::DotsType>(e)->elem);
        break;
      case NodeKind::kStructType:
        WriteStruct(As<syntax::StructType>(e));
        break;
      case NodeKind::kFuncType:
        out_ += "func";
        WriteSignature(As<syntax::FuncType>(e));
        break;
      case NodeKind::kInterfaceType: {
        out_ += "interface{";
        bool first = true;
        for (const syntax::Field* m : As<syntax::InterfaceType>(e)->methods) {
          if (!first) out_ += "; ";
          first = false;
          if (m->name != nullptr && syntax::Is<syntax::FuncType>(m->type_expr)) {
            Write(m->name);
            WriteSignature(As<syntax::FuncType>(m->type_expr));
          } else {
            Write(m->type_expr);
          }
        }
        out_ += '}';
        break;
      }
      case NodeKind::kMapType: {
        auto* x = As<syntax::MapType>(e);
        out_ += "map[";
        Write(x->key);
        out_ += ']';
        Write(x->val);
        break;
      }
      case NodeKind::kChanType: {
        auto* x = As<syntax::ChanType>(e);
        if (x->dir == syntax::ChanDir::kRecvOnly) out_ += "<-";
        out_ += "chan";
        if (x->dir == syntax::ChanDir::kSendOnly) out_ += "<-";
        out_ += ' ';
        auto* inner = syntax::DynAs<syntax::ChanType>(x->elem);
        bool parens = x->dir == syntax::ChanDir::kBoth && inner != nullptr &&
                      inner->dir == syntax::ChanDir::kRecvOnly;
        if (parens) out_ += '(';
        Write(x->elem);
        if (parens) out_ += ')';
        break;
      }
      default:
        out_ += "<bad expr>";
        break;
    }
  }

 private:
  template <typename T>
  void WriteList(syntax::List<T> list) {
    for (size_t i = 0; i < list.size(); i++) {
      if (i > 0) out_ += ", ";
      Write(list[i]);
    }
  }

  void WriteStruct(const syntax::StructType* s) {
    out_ += "struct{";
    for (size_t i = 0; i < s->fields.size(); i++) {
      const syntax::Field* f = s->fields[i];
      if (f->name != nullptr) {
        Write(f->name);
        // Names of one list share their type.
        if (i + 1 < s->fields.size() && s->fields[i + 1]->name != nullptr &&
            s->fields[i + 1]->type_expr == f->type_expr) {
          out_ += ", ";
          continue;
        }
        out_ += ' ';
      }
      Write(f->type_expr);
      if (f->tag != nullptr) {
        out_ += ' ';
        Write(f->tag);
      }
      if (i + 1 < s->fields.size()) out_ += "; ";
    }
    out_ += '}';
  }

  void WriteParams(syntax::List<syntax::Field*> list) {
    out_ += '(';
    for (size_t i = 0; i < list.size(); i++) {
      if (i > 0) out_ += ", ";
      const syntax::Field* f = list[i];
      if (f->name != nullptr) {
        Write(f->name);
        if (i + 1 < list.size() && list[i + 1]->name != nullptr &&
            list[i + 1]->type_expr == f->type_expr) {
          continue;
        }
        out_ += ' ';
      }
      Write(f->type_expr);
    }
    out_ += ')';
  }

  void WriteSignature(const syntax::FuncType* t) {
    WriteParams(t->params);
    if (t->results.empty()) return;
    out_ += ' ';
    if (t->results.size() == 1 && t->results[0]->name == nullptr) {
      Write(t->results[0]->type_expr);
    } else {
      WriteParams(t->results);
    }
  }

  std::string& out_;
};

}  // namespace

std::string ExprString(const syntax::Expr* e) {
  std::string s;
  Writer(&s).Write(e);
  return s;
}

}  // namespace gol::types
