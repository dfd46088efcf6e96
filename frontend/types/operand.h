// Operand: an intermediate result of checking an expression.
#pragma once

#include <cstdint>

#include "frontend/syntax/ast.h"
#include "frontend/types/const_value.h"
#include "frontend/types/object.h"
#include "frontend/types/type.h"

namespace gol::types {

using syntax::OperandMode;

struct Operand {
  bool is_valid() const { return mode != OperandMode::kInvalid; }
  void Invalidate() { mode = OperandMode::kInvalid; }
  // Whether the operand is the predeclared nil.
  bool is_nil() const { return mode == OperandMode::kNilValue; }

  OperandMode mode = OperandMode::kInvalid;
  BuiltinId builtin = BuiltinId::kAppend;  // kBuiltin only
  syntax::Expr* expr = nullptr;
  Type* type = nullptr;
  ConstValue value;                        // kConstant only
};

}  // namespace gol::types
