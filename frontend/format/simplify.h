// gofmt -s. See simplify.cc.
#pragma once

#include "frontend/syntax/ast.h"

namespace gol::format {

// Takes what is redundant out of the tree.
void Simplify(syntax::File* file);

}  // namespace gol::format
