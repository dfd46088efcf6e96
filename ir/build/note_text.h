// Expressions as the Go compiler's notes on escapes print them.
#pragma once

#include <string>

#include "frontend/syntax/ast.h"

namespace gol::ir {

// Constants by their values, literals with "..." for their elements, operators with blanks.
std::string NoteText(const syntax::Expr* e);

}  // namespace gol::ir
