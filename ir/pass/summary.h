// What is known of a function without looking at its body: how its parameters leak, and what
// inlining it costs. The functions of precompiled packages have it in the binary, as text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gol::ir {

inline constexpr int8_t kNoLeak = -1;

// How few dereferences a parameter takes to the heap and to each result; kNoLeak: never.
struct Leak {
  int8_t heap = kNoLeak;
  std::vector<int8_t> results;
  bool operator==(const Leak&) const = default;
  bool any() const {
    if (heap != kNoLeak) return true;
    return std::any_of(results.begin(), results.end(), [](int8_t d) { return d != kNoLeak; });
  }
};

struct Summary {
  std::vector<Leak> params;  // receiver first
  // Of a closure: how what it captured leaks, and whether a pointer into the closure itself does.
  std::vector<Leak> captures;
  bool context_leaks = false;
  bool operator==(const Summary&) const = default;
};

// "17;1-,-0": costs 17; what the first parameter points to leaks to the heap, the second one is the
// result. Closures have none.
std::string SummaryText(const Summary& summary, int inline_cost);
// False if the text is none.
bool ParseSummary(std::string_view text, Summary* summary, int* inline_cost);
// The cost alone; negative: never inlined, or nothing is known.
int InlineCostOf(std::string_view text);

}  // namespace gol::ir
