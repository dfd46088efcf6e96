// Text of expressions in messages.
#pragma once

#include <string>

#include "frontend/syntax/ast.h"

namespace gol::types {

// The expression on one line, without comments; function bodies and the elements of literals,
// structs and interfaces are shown as "…".
std::string ExprString(const syntax::Expr* e);

}  // namespace gol::types
