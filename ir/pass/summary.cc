// See summary.h.
#include "ir/pass/summary.h"

#include <charconv>

namespace gol::ir {
namespace {

char DigitOf(int8_t derefs) { return derefs == kNoLeak ? '-' : static_cast<char>('0' + derefs); }
int8_t DerefsOf(char c) { return c == '-' ? kNoLeak : static_cast<int8_t>(c - '0'); }

}  // namespace

std::string SummaryText(const Summary& summary, int inline_cost) {
  std::string text = std::to_string(inline_cost) + ";";
  for (size_t p = 0; p < summary.params.size(); p++) {
    if (p > 0) text += ',';
    text += DigitOf(summary.params[p].heap);
    for (int8_t r : summary.params[p].results) text += DigitOf(r);
  }
  return text;
}

int InlineCostOf(std::string_view text) {
  int cost = -1;
  std::from_chars(text.data(), text.data() + text.size(), cost);
  return cost;
}

bool ParseSummary(std::string_view text, Summary* summary, int* inline_cost) {
  const size_t semicolon = text.find(';');
  if (semicolon == std::string_view::npos) return false;
  *inline_cost = InlineCostOf(text);
  text = text.substr(semicolon + 1);
  summary->params.clear();
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    Leak& leak = summary->params.emplace_back();
    leak.heap = DerefsOf(text[0]);
    for (size_t i = 1; i < comma; i++) leak.results.push_back(DerefsOf(text[i]));
    text = comma == text.size() ? std::string_view() : text.substr(comma + 1);
  }
  return true;
}

}  // namespace gol::ir
