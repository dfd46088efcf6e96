// Names of tokens and operators, and the look-up of keywords.
#include "frontend/syntax/token.h"

#include <array>
#include <cstddef>

namespace gol::syntax {
namespace {

constexpr std::string_view kTokenTexts[] = {
#define GOL_TOKEN(name, text) text,
#define GOL_KEYWORD(name, text) text,
#include "frontend/syntax/tokens.def"
};
static_assert(std::size(kTokenTexts) <= 64, "token sets are one word");

constexpr std::string_view kOperatorTexts[] = {
#define GOL_OPERATOR(name, text, prec) text,
#include "frontend/syntax/tokens.def"
};
constexpr int8_t kPrecedences[] = {
#define GOL_OPERATOR(name, text, prec) prec,
#include "frontend/syntax/tokens.def"
};

// A perfect hash over the keywords: the two multipliers are searched for by the compiler.
constexpr size_t kKeywordSlots = 64;

constexpr size_t Slot(std::string_view s, uint32_t a, uint32_t b) {
  return (static_cast<unsigned char>(s[0]) * a + static_cast<unsigned char>(s[1]) * b + s.size()) %
         kKeywordSlots;
}

struct KeywordTable {
  uint32_t a = 0;
  uint32_t b = 0;
  std::array<Token, kKeywordSlots> slots{};
};

constexpr bool TryFill(KeywordTable* table) {
  table->slots.fill(Token::kNoToken);
  for (size_t t = static_cast<size_t>(Token::kBreak); t <= static_cast<size_t>(Token::kVar); ++t) {
    Token& slot = table->slots[Slot(kTokenTexts[t], table->a, table->b)];
    if (slot != Token::kNoToken) return false;
    slot = static_cast<Token>(t);
  }
  return true;
}

constexpr KeywordTable MakeKeywordTable() {
  KeywordTable table;
  for (table.a = 1; table.a < 64; ++table.a) {
    for (table.b = 1; table.b < 64; ++table.b) {
      if (TryFill(&table)) return table;
    }
  }
  return {};
}

constexpr KeywordTable kKeywords = MakeKeywordTable();
static_assert(kKeywords.a != 0, "no perfect hash found");

}  // namespace

std::string_view TokenText(Token token) { return kTokenTexts[static_cast<size_t>(token)]; }
std::string_view OperatorText(Operator op) { return kOperatorTexts[static_cast<size_t>(op)]; }
int Precedence(Operator op) { return kPrecedences[static_cast<size_t>(op)]; }

Token LookupKeyword(std::string_view text) {
  if (text.size() < 2) return Token::kNoToken;
  Token token = kKeywords.slots[Slot(text, kKeywords.a, kKeywords.b)];
  return kTokenTexts[static_cast<size_t>(token)] == text ? token : Token::kNoToken;
}

}  // namespace gol::syntax
