// Text of tokens and trees for `--dump-tokens`, `--dump-ast` and golden tests.
#pragma once

#include <string>

#include "frontend/syntax/ast.h"

namespace gol::syntax {

// One node a line, children indented: "BinaryExpr 3:9 op=+". skip_positions leaves "3:9" away.
std::string DumpAst(const Node* node, const SourceManager& sources, bool skip_positions = false);

// One token a line: "3:9 name x".
std::string DumpTokens(SourceFile* source);

}  // namespace gol::syntax
