// Expressions as the Go compiler's notes on escapes print them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "frontend/syntax/ast.h"
#include "ir/pass/messages.h"

namespace gol::ir {

struct Env;

// What the text depends on besides the expression.
struct NoteContext {
  const types::Package* pkg = nullptr;  // where the expression stands
  std::string_view local;               // path of the package that is compiled: its names stand bare
  const Env* env = nullptr;             // of an instance: type parameters appear as its shapes
  // The name of the result of a call that will be inlined; empty if it won't be.
  std::function<std::string(const syntax::CallExpr*)> inlined_result;
};

// Constants by their values, literals with "..." for their elements, inlined calls by the names of
// their results, parentheses only where precedence wants them.
std::string NoteText(const syntax::Expr* e, const NoteContext& context);
// A type in that notation.
std::string NoteTypeText(types::Type* type, const NoteContext& context);

// "[go.shape.int,go.shape.*uint8]": what the type arguments of env are compiled as.
std::string ShapesText(const Env& env);

}  // namespace gol::ir
