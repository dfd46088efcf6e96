// Small definitions that the files of the checker share: node flags, sets of operand modes, marks
// on variables.
#pragma once

#include <cstdint>
#include <string_view>

#include "frontend/syntax/ast.h"
#include "frontend/types/type.h"

namespace gol::types {

// Bits of syntax::Node::check_flags.
enum : uint16_t {
  kPending = 1,       // untyped, and the final type is not known yet
  kShiftOperand = 2,  // pending left operand of a non-constant shift: must become an integer
  kIsPanicCall = 4,   // a call of the builtin panic
};

constexpr unsigned ModeBit(syntax::OperandMode mode) { return 1u << static_cast<unsigned>(mode); }
// The modes that an expression used for its value must not have.
constexpr unsigned kNotAValue = ModeBit(syntax::OperandMode::kNoValue) |
                                ModeBit(syntax::OperandMode::kBuiltin) |
                                ModeBit(syntax::OperandMode::kTypExpr);

// "struct", "slice" and so on; empty for a basic type.
std::string_view CompositeKind(Type* t);

// Note on the variable that e is a part of (a field or array element of it, or itself) that its
// address is taken, or that it is assigned to.
void MarkAddressTaken(syntax::Expr* e);
void MarkReassigned(syntax::Expr* e);

}  // namespace gol::types
