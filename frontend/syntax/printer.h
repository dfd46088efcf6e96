// Short source text of expressions and simple statements, for messages: function bodies and the
// elements of composite literals are shortened to "…".
#pragma once

#include <string>

#include "frontend/syntax/ast.h"

namespace gol::syntax {

std::string ExprString(const Expr* x);
// "a, b, c"
std::string ExprListString(List<Expr*> list);
// Simple statements (expression, send, assignment, ++, --).
std::string StmtString(const Stmt* stmt);

// Lets nodes be arguments of diagnostics.
inline std::string DiagText(const Expr* x) { return ExprString(x); }

}  // namespace gol::syntax
