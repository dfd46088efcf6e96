// See note_text.h. Go's compiler prints its own tree, in which constants are evaluated, conversions
// have their types in parentheses, and the arguments of a variadic call are one.
#include "ir/build/note_text.h"

#include <string_view>

#include "frontend/syntax/printer.h"
#include "frontend/types/const_value.h"
#include "frontend/types/predicates.h"
#include "frontend/types/type.h"
#include "frontend/types/type_string.h"

namespace gol::ir {
namespace {

using syntax::DynAs;
using syntax::Expr;
using syntax::NodeKind;
using syntax::OperandMode;

std::string Arguments(const syntax::CallExpr* e) {
  auto* sig = e->fun->type != nullptr ? types::UnderAs<types::Signature>(e->fun->type) : nullptr;
  const bool packs = sig != nullptr && sig->variadic && !e->has_dots;
  const size_t fixed = packs ? sig->num_params() - 1 : e->args.size();
  std::string out;
  for (size_t i = 0; i < e->args.size() && i < fixed; i++) {
    if (i > 0) out += ", ";
    out += NoteText(e->args[i]);
  }
  if (packs) {
    if (fixed > 0) out += ", ";
    out += e->args.size() > fixed ? "... argument..." : "nil...";
  } else if (e->has_dots) {
    out += "...";
  }
  return out;
}

// A type's name, with its package unless that is the program's own.
std::string TypeText(types::Type* t) {
  std::string type = types::TypeString(t);
  constexpr std::string_view kMain = "main.";
  for (size_t at; (at = type.find(kMain)) != std::string::npos;) type.erase(at, kMain.size());
  return type;
}

// A constant: its value, and its type where it is not the one that the value has by default.
std::string ConstText(const Expr* e) {
  const types::ConstValue& v = *e->value;
  if (auto* literal = DynAs<syntax::BasicLit>(e)) {
    if (literal->lit_kind == syntax::LitKind::kRune) return std::string(literal->text);
  }
  const std::string text = v.is_string() ? types::QuoteGoString(v.string_value()) : v.ToString();
  auto* basic = e->type != nullptr && e->type->kind == types::TypeKind::kBasic
                    ? static_cast<types::Basic*>(e->type)
                    : nullptr;
  auto is = [&](types::BasicKind kind) { return basic != nullptr && basic->basic == kind; };
  const bool is_default = e->type == nullptr || is(types::BasicKind::kInt) ||
                          is(types::BasicKind::kFloat64) || is(types::BasicKind::kString) ||
                          is(types::BasicKind::kBool) || is(types::BasicKind::kComplex128) ||
                          (basic != nullptr && types::IsUntyped(e->type));
  return is_default ? text : TypeText(e->type) + "(" + text + ")";
}

}  // namespace

std::string NoteText(const Expr* e) {
  e = syntax::Unparen(e);
  if (e->value != nullptr && e->mode == OperandMode::kConstant) return ConstText(e);
  switch (e->kind) {
    case NodeKind::kFuncLit:
      return "func literal";
    case NodeKind::kCompositeLit: {
      // With its type also where the source leaves it out.
      auto* x = syntax::As<syntax::CompositeLit>(e);
      if (x->type_expr != nullptr || e->type == nullptr) break;
      types::Type* t = e->type;
      if (auto* p = types::UnderAs<types::Pointer>(t)) t = p->elem;
      return TypeText(t) + (x->elems.empty() ? "{}" : "{...}");
    }
    case NodeKind::kBinaryExpr: {
      auto* x = syntax::As<syntax::BinaryExpr>(e);
      auto side = [&](const Expr* y) {
        const bool wraps = y->kind == NodeKind::kParenExpr && y->value == nullptr &&
                           syntax::Unparen(y)->kind == NodeKind::kBinaryExpr;
        return wraps ? "(" + NoteText(y) + ")" : NoteText(y);
      };
      return side(x->x) + " " + std::string(syntax::OperatorText(x->op)) + " " + side(x->y);
    }
    case NodeKind::kUnaryExpr: {
      auto* x = syntax::As<syntax::UnaryExpr>(e);
      return std::string(syntax::OperatorText(x->op)) + NoteText(x->x);
    }
    case NodeKind::kStarExpr:
      if (e->mode == OperandMode::kTypExpr) break;
      return "*" + NoteText(syntax::As<syntax::StarExpr>(e)->x);
    case NodeKind::kSelectorExpr: {
      auto* x = syntax::As<syntax::SelectorExpr>(e);
      if (x->selection == nullptr) break;
      return NoteText(x->x) + "." + std::string(x->sel->name);
    }
    case NodeKind::kIndexExpr: {
      auto* x = syntax::As<syntax::IndexExpr>(e);
      if (x->indices.size() != 1 || x->indices[0]->mode == OperandMode::kTypExpr) break;
      return NoteText(x->x) + "[" + NoteText(x->indices[0]) + "]";
    }
    case NodeKind::kCallExpr: {
      auto* x = syntax::As<syntax::CallExpr>(e);
      const Expr* fun = syntax::Unparen(x->fun);
      if (fun->mode == OperandMode::kTypExpr) {
        // The compiler makes the slice of a constant's runes; it leaves bytes to the runtime.
        auto* slice = e->type != nullptr ? types::UnderAs<types::Slice>(e->type) : nullptr;
        if (slice != nullptr && x->args[0]->value != nullptr) {
          types::Type* elem = types::Under(slice->elem);
          if (elem->kind == types::TypeKind::kBasic &&
              static_cast<types::Basic*>(elem)->basic == types::BasicKind::kInt32) {
            return TypeText(e->type) + "{...}";
          }
        }
        const std::string type = syntax::ExprString(fun);
        const bool is_name =
            fun->kind == NodeKind::kIdent || fun->kind == NodeKind::kSelectorExpr;
        return (is_name ? type : "(" + type + ")") + "(" + NoteText(x->args[0]) + ")";
      }
      return NoteText(fun) + "(" + Arguments(x) + ")";
    }
    default:
      break;
  }
  return syntax::ExprString(e);
}

}  // namespace gol::ir
