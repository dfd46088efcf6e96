// Tokens, operators and kinds of literals. The lists stand in tokens.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace gol::syntax {

enum class Token : uint8_t {
#define GOL_TOKEN(name, text) name,
#define GOL_KEYWORD(name, text) name,
#include "frontend/syntax/tokens.def"
};

enum class Operator : uint8_t {
#define GOL_OPERATOR(name, text, prec) name,
#include "frontend/syntax/tokens.def"
};

enum class LitKind : uint8_t { kInt, kFloat, kImag, kRune, kString };

// The spelling: "(", "func", "<<".
std::string_view TokenText(Token token);
std::string_view OperatorText(Operator op);
// Binary precedence from 1 (||) to 5 (*); 0 for operators that are only unary.
int Precedence(Operator op);

constexpr bool IsKeyword(Token token) { return token >= Token::kBreak && token <= Token::kVar; }
constexpr bool IsComparison(Operator op) { return op >= Operator::kEql && op <= Operator::kGeq; }
constexpr bool IsShift(Operator op) { return op == Operator::kShl || op == Operator::kShr; }
constexpr bool IsLogical(Operator op) { return op == Operator::kOrOr || op == Operator::kAndAnd; }

// The keyword that text spells, or kNoToken.
Token LookupKeyword(std::string_view text);

}  // namespace gol::syntax
