// The lines of /* */ comments, and helpers. See comment_text.h.
#include "frontend/format/comment_text.h"

#include <algorithm>

namespace gol::format {

namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsBlank(std::string_view s) {
  return std::all_of(s.begin(), s.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

// What a and b begin with: white space and stars.
std::string_view CommonMargin(std::string_view a, std::string_view b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i] &&
         (static_cast<unsigned char>(a[i]) <= ' ' || a[i] == '*')) {
    ++i;
  }
  return a.substr(0, i);
}

std::string_view WithoutSuffix(std::string_view s, std::string_view suffix) {
  if (s.ends_with(suffix)) s.remove_suffix(suffix.size());
  return s;
}

// The part of the margin that is not the comment's own indentation relative to its "/*".
std::string_view MarginWithoutFirstLine(std::string_view margin, std::string_view first) {
  if (IsBlank(first.substr(2))) {
    // Text that was indented below an empty first line stays so: by three blanks or a tab.
    size_t n = margin.size();
    for (int k = 0; k < 3 && n > 0 && margin[n - 1] == ' '; ++k) --n;
    if (n == margin.size() && n > 0 && margin[n - 1] == '\t') --n;
    return margin.substr(0, n);
  }
  // Text behind the "/*": the lines below may line up with it, two blanks standing for the "/*",
  // or a tab for the "/*" and its tab.
  size_t n = 2;
  while (n < first.size() && static_cast<unsigned char>(first[n]) <= ' ') ++n;
  std::string gap(first.substr(2, n - 2));
  if (gap.empty() || gap[0] != '\t') gap.insert(0, "  ");
  return WithoutSuffix(margin, gap);
}

}  // namespace

std::string_view TrimRight(std::string_view s) {
  while (!s.empty() && IsSpace(s.back())) s.remove_suffix(1);
  return s;
}

std::string_view TrimSpace(std::string_view s) {
  while (!s.empty() && IsSpace(s.front())) s.remove_prefix(1);
  return TrimRight(s);
}

std::vector<std::string> SplitLines(std::string_view s) {
  std::vector<std::string> lines;
  for (;;) {
    const size_t end = s.find('\n');
    lines.emplace_back(s.substr(0, end));
    if (end == std::string_view::npos) return lines;
    s.remove_prefix(end + 1);
  }
}

void StripCommonPrefix(std::vector<std::string>* lines_out) {
  std::vector<std::string>& lines = *lines_out;
  if (lines.size() <= 1) return;
  // The margin of the lines between the first and the last; of the last where those are blank.
  std::string margin;
  bool found = false;
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    if (IsBlank(lines[i])) {
      lines[i].clear();
      continue;
    }
    if (!found) margin = lines[i];
    margin = CommonMargin(margin, lines[i]);
    found = true;
  }
  if (!found) margin = CommonMargin(lines.back(), lines.back());

  bool has_stars = false;
  if (size_t star = margin.find('*'); star != std::string::npos) {
    // A line of stars: the blank in front of it stays.
    margin = WithoutSuffix(std::string_view(margin).substr(0, star), " ");
    has_stars = true;
  } else {
    margin = MarginWithoutFirstLine(margin, lines[0]);
  }

  // The last line: a lone "*/" stands below the "/*", text lines up with the others.
  std::string& last = lines.back();
  const std::string_view before = std::string_view(last).substr(0, last.find("*/"));
  if (IsBlank(before)) {
    last = margin + (has_stars ? " */" : "*/");
  } else {
    margin = CommonMargin(margin, last);
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    if (!lines[i].empty()) lines[i].erase(0, margin.size());
  }
}

bool IsGoBuildComment(std::string_view text) {
  constexpr std::string_view kStart = "//go:build";
  if (!text.starts_with(kStart)) return false;
  const std::string_view rest = TrimSpace(text).substr(kStart.size());
  return rest.size() != TrimSpace(rest).size();
}

bool IsPlusBuildComment(std::string_view text) {
  constexpr std::string_view kStart = "+build";
  text = TrimSpace(text.substr(2));
  if (!text.starts_with(kStart)) return false;
  text.remove_prefix(kStart.size());
  return text.empty() || IsSpace(text[0]);
}

}  // namespace gol::format
