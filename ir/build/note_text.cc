// See note_text.h. Go's compiler prints its own tree (cmd/compile/internal/ir, exprFmt): constants
// are evaluated, parentheses are gone and come back where an operand binds less than its operator,
// methods of concrete types are functions with the receiver in front, the arguments of a variadic
// call are one literal, and a call that was inlined is the variable of its result.
#include "ir/build/note_text.h"

#include <algorithm>

#include "frontend/syntax/printer.h"
#include "frontend/syntax/token.h"
#include "frontend/types/const_value.h"
#include "frontend/types/predicates.h"
#include "frontend/types/selection.h"
#include "frontend/types/type.h"
#include "frontend/types/type_string.h"
#include "frontend/types/typeset.h"
#include "ir/build/inline_cost.h"
#include "ir/build/module_builder.h"

namespace gol::ir {
namespace {

using syntax::DynAs;
using syntax::Expr;
using syntax::NodeKind;
using syntax::OperandMode;
using types::BuiltinId;
using types::Type;
using types::TypeKind;

// How tightly an expression binds, in the compiler's table; operators have 1 to 6, as in the
// language plus one from comparisons on.
constexpr int kLoose = 0;  // what the table leaves out
constexpr int kUnary = 7;
constexpr int kTight = 8;

int OperatorPrecedence(syntax::Operator op) {
  const int p = syntax::Precedence(op);
  return p <= 2 ? p : p + 1;
}

std::string ShapeText(types::TypeParam* param, Type* argument) {
  Type* under = types::Under(argument);
  // Where no more is asked of the argument than methods, all pointers are one.
  if (under->kind == TypeKind::kPointer &&
      types::GetTypeSet(types::Constraint(param))->is_method_set()) {
    return "go.shape.*uint8";
  }
  return "go.shape." + types::TypeLinkString(under);
}

class Noter {
 public:
  explicit Noter(const NoteContext& context) : c_(context) {}

  std::string TypeOf(Type* t) const {
    return TypeText(t, c_.local, [this](const types::TypeParam* p) { return Param(p); });
  }

  // The expression as an operand that must bind at least as tightly as `wanted`.
  std::string Operand(const Expr* e, int wanted) {
    int precedence = kTight;
    std::string text = Text(syntax::Unparen(e), &precedence);
    return precedence < wanted ? "(" + text + ")" : text;
  }

 private:
  std::string Param(const types::TypeParam* p) const {
    for (size_t i = 0; c_.env != nullptr && i < c_.env->from.size(); i++) {
      if (c_.env->from[i] == p) return ShapeText(c_.env->from[i], c_.env->to[i]);
    }
    return std::string(p->obj->name);
  }

  std::string Top(const Expr* e) { return Operand(e, kLoose); }

  std::string Text(const Expr* e, int* precedence) {
    if (e->value != nullptr && e->mode == OperandMode::kConstant) return Constant(e);
    switch (e->kind) {
      case NodeKind::kIdent:
        return Name(syntax::As<syntax::Ident>(e));
      case NodeKind::kFuncLit:
        *precedence = kLoose;
        return "func literal";
      case NodeKind::kCompositeLit: {
        auto* x = syntax::As<syntax::CompositeLit>(e);
        Type* t = e->type;
        if (t == nullptr) break;
        auto* p = types::UnderAs<types::Pointer>(t);
        return TypeOf(p != nullptr ? p->elem : t) + (x->elems.empty() ? "{}" : "{...}");
      }
      case NodeKind::kBinaryExpr: {
        auto* x = syntax::As<syntax::BinaryExpr>(e);
        if (x->op == syntax::Operator::kAdd && types::IsString(e->type)) {
          *precedence = kLoose;
          return Strings(e);
        }
        *precedence = OperatorPrecedence(x->op);
        const int p = *precedence;
        return Operand(x->x, p) + " " + std::string(syntax::OperatorText(x->op)) + " " +
               Operand(x->y, p + 1);
      }
      case NodeKind::kUnaryExpr: {
        auto* x = syntax::As<syntax::UnaryExpr>(e);
        *precedence = kUnary;
        if (x->op == syntax::Operator::kAnd &&
            syntax::Unparen(x->x)->kind == NodeKind::kCompositeLit) {
          *precedence = kLoose;
          return "&" + Top(x->x);
        }
        return std::string(syntax::OperatorText(x->op)) + Operand(x->x, kTight);
      }
      case NodeKind::kStarExpr:
        if (e->mode == OperandMode::kTypExpr) break;
        *precedence = kUnary;
        return "*" + Operand(syntax::As<syntax::StarExpr>(e)->x, kTight);
      case NodeKind::kSelectorExpr: {
        auto* x = syntax::As<syntax::SelectorExpr>(e);
        if (x->selection == nullptr) return Name(x->sel);
        if (x->selection->kind == types::SelectionKind::kMethodExpr) {
          return MethodExpr(x->x->type, x->sel->name);
        }
        return Operand(x->x, kTight) + "." + std::string(x->sel->name);
      }
      case NodeKind::kIndexExpr: {
        auto* x = syntax::As<syntax::IndexExpr>(e);
        if (x->indices.size() != 1 || x->indices[0]->mode == OperandMode::kTypExpr) break;
        return Operand(x->x, kTight) + "[" + Top(x->indices[0]) + "]";
      }
      case NodeKind::kSliceExpr: {
        auto* x = syntax::As<syntax::SliceExpr>(e);
        auto at = [&](size_t i) { return x->index[i] != nullptr ? Top(x->index[i]) : ""; };
        return Operand(x->x, kTight) + "[" + at(0) + ":" + at(1) +
               (x->is_full ? ":" + at(2) : "") + "]";
      }
      case NodeKind::kTypeAssertExpr: {
        auto* x = syntax::As<syntax::TypeAssertExpr>(e);
        return Operand(x->x, kTight) + ".(" + TypeOf(e->type->kind == TypeKind::kTuple
                                                         ? x->type_expr->type
                                                         : e->type) + ")";
      }
      case NodeKind::kCallExpr:
        return Call(syntax::As<syntax::CallExpr>(e), precedence);
      default:
        break;
    }
    return syntax::ExprString(e);
  }

  // The names of another package stand with it, those of its local variables too.
  std::string Name(const syntax::Ident* id) const {
    const types::Object* obj = id->obj;
    const types::Package* pkg = obj != nullptr ? obj->pkg : nullptr;
    std::string name(id->name);
    if (pkg != nullptr && pkg->path != c_.local && obj->kind != types::ObjectKind::kPkgName) {
      name = std::string(pkg->name) + "." + name;
    }
    return name;
  }

  std::string Constant(const Expr* e) const {
    const types::ConstValue& v = *e->value;
    auto* basic = e->type != nullptr ? types::DynCast<types::Basic>(e->type) : nullptr;
    const bool is_rune = basic != nullptr && (basic->basic == types::BasicKind::kUntypedRune ||
                                              basic->name == "rune");
    if (auto* literal = DynAs<syntax::BasicLit>(e);
        literal != nullptr && literal->lit_kind == syntax::LitKind::kRune &&
        (is_rune || basic == nullptr)) {
      return std::string(literal->text);
    }
    if (int64_t value; is_rune && v.is_numeric() && v.GetInt64(&value) && value >= 0) {
      return RuneText(value);
    }
    return ConstantText(v.is_string() ? types::QuoteGoString(v.string_value()) : v.ToString(),
                        e->type, c_.local);
  }

  std::string Strings(const Expr* e) {
    e = syntax::Unparen(e);
    auto* x = DynAs<syntax::BinaryExpr>(e);
    if (e->value != nullptr || x == nullptr || x->op != syntax::Operator::kAdd) return Top(e);
    return Strings(x->x) + " + " + Strings(x->y);
  }

  std::string MethodExpr(Type* receiver, std::string_view method) const {
    const std::string type = TypeOf(receiver);
    return (receiver->kind == TypeKind::kPointer ? "(" + type + ")" : type) + "." +
           std::string(method);
  }

  std::string Arguments(const syntax::CallExpr* e, std::string out) {
    auto* sig =
        e->fun->type != nullptr ? types::UnderAs<types::Signature>(e->fun->type) : nullptr;
    const bool packs = sig != nullptr && sig->variadic && !e->has_dots;
    const size_t fixed = packs ? sig->num_params() - 1 : e->args.size();
    auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
    for (size_t i = 0; i < e->args.size() && i < fixed; i++) {
      if (e->args[i]->mode == OperandMode::kTypExpr) {
        add(TypeOf(e->args[i]->type));
      } else {
        add(Top(e->args[i]));
      }
    }
    if (packs) add(e->args.size() > fixed ? "... argument..." : "nil...");
    return out + (e->has_dots ? "..." : "");
  }

  std::string Call(const syntax::CallExpr* e, int* precedence) {
    const Expr* fun = syntax::Unparen(e->fun);
    if (fun->mode == OperandMode::kTypExpr) return Conversion(e);
    if (fun->mode == OperandMode::kBuiltin) {
      auto* s = DynAs<syntax::SelectorExpr>(fun);
      auto* id = s != nullptr ? s->sel : DynAs<syntax::Ident>(fun);
      auto* b = id != nullptr ? types::DynCast<types::Builtin>(id->obj) : nullptr;
      if (b != nullptr && (b->id == BuiltinId::kRecover || b->id == BuiltinId::kComplex ||
                           b->id == BuiltinId::kReal || b->id == BuiltinId::kImag)) {
        *precedence = kLoose;
      }
      return syntax::ExprString(fun) + "(" + Arguments(e, "") + ")";
    }
    if (c_.inlined_result) {
      if (std::string result = c_.inlined_result(e); !result.empty()) {
        *precedence = kLoose;
        return result;
      }
    }
    auto* s = DynAs<syntax::SelectorExpr>(fun);
    if (s != nullptr && s->selection != nullptr &&
        s->selection->kind == types::SelectionKind::kMethodVal) {
      auto* f = types::DynCast<types::Func>(s->selection->obj);
      if (f != nullptr && !f->is_interface_method && f->type != nullptr &&
          f->signature()->recv != nullptr) {
        return MethodExpr(f->signature()->recv->type, s->sel->name) + "(" +
               Arguments(e, Operand(s->x, kTight) + Path(s)) + ")";
      }
    }
    return Operand(fun, kTight) + "(" + Arguments(e, "") + ")";
  }

  // The embedded fields on the way to a method.
  static std::string Path(const syntax::SelectorExpr* s) {
    std::string out;
    Type* t = s->x->type;
    const auto& index = s->selection->index;
    for (size_t i = 0; i + 1 < index.size() && t != nullptr; i++) {
      if (auto* p = types::UnderAs<types::Pointer>(t)) t = p->elem;
      auto* fields = types::UnderAs<types::Struct>(t);
      if (fields == nullptr) break;
      const types::Var* f = fields->fields[static_cast<size_t>(index[i])];
      out += "." + std::string(f->name);
      t = f->type;
    }
    return out;
  }

  std::string Conversion(const syntax::CallExpr* e) {
    Type* t = e->type;
    if (t == nullptr) return syntax::ExprString(e);
    // The compiler makes the slice of a constant's runes; it leaves bytes to the runtime.
    auto* slice = types::UnderAs<types::Slice>(t);
    if (slice != nullptr && e->args[0]->value != nullptr) {
      Type* elem = types::Under(slice->elem);
      if (elem->kind == TypeKind::kBasic &&
          static_cast<types::Basic*>(elem)->basic == types::BasicKind::kInt32) {
        return TypeOf(t) + "{...}";
      }
    }
    const bool is_name = t->kind == TypeKind::kBasic || t->kind == TypeKind::kNamed ||
                         t->kind == TypeKind::kTypeParam || t->kind == TypeKind::kAlias;
    return (is_name ? TypeOf(t) : "(" + TypeOf(t) + ")") + "(" + Top(e->args[0]) + ")";
  }

  const NoteContext& c_;
};

}  // namespace

std::string NoteText(const Expr* e, const NoteContext& context) {
  return Noter(context).Operand(e, kLoose);
}

std::string NoteTypeText(Type* type, const NoteContext& context) {
  return Noter(context).TypeOf(type);
}

std::string ShapesText(const Env& env) {
  std::string out = "[";
  for (size_t i = 0; i < env.from.size(); i++) {
    if (i > 0) out += ",";
    out += ShapeText(env.from[i], env.to[i]);
  }
  return out + "]";
}

}  // namespace gol::ir
