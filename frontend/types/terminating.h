// Whether control can reach the end of a statement, by the spec's rules for terminating statements.
#pragma once

#include "frontend/syntax/ast.h"

namespace gol::types {

// Requires: the statement is checked (calls of the builtin panic are marked).
bool IsTerminating(const syntax::Stmt* s);

}  // namespace gol::types
