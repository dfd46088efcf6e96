// Operand: an intermediate result of checking an expression.
#pragma once

#include <cstdint>

#include "frontend/types/object.h"
#include "frontend/types/type.h"

namespace gol::syntax {
struct Expr;
}

namespace gol::types {

class ConstValue;

enum class OperandMode : uint8_t {
  kInvalid,    // an error was reported: be silent
  kNoValue,    // a call without results
  kBuiltin,    // a built-in function: builtin
  kTypeExpr,   // a type: type
  kConstant,   // value
  kVariable,   // addressable
  kMapIndex,   // a map element: not addressable, may be assigned to, comma-ok
  kValue,      // computed
  kNilValue,   // nil
  kCommaOk,    // like kValue, and may give a second value
};

struct Operand {
  bool is_valid() const { return mode != OperandMode::kInvalid; }
  void Invalidate() { mode = OperandMode::kInvalid; }
  // Whether the operand is the predeclared nil.
  bool is_nil() const { return mode == OperandMode::kNilValue; }

  OperandMode mode = OperandMode::kInvalid;
  BuiltinId builtin = BuiltinId::kAppend;  // kBuiltin only
  syntax::Expr* expr = nullptr;
  Type* type = nullptr;
  const ConstValue* value = nullptr;       // kConstant only; null: unknown after an error
};

}  // namespace gol::types
