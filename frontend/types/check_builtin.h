// Facts about the builtins that several files of the checker need.
#pragma once

#include <cstddef>
#include <string_view>

#include "frontend/types/checker.h"
#include "frontend/types/object.h"

namespace gol::types {

struct BuiltinFacts {
  std::string_view name;
  size_t num_args;  // at least, where variadic
  bool variadic;
  ExprKind kind;    // whether a call may stand as a statement
};

const BuiltinFacts& FactsOf(BuiltinId id);

}  // namespace gol::types
