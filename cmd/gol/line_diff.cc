// Anchored differences: lines that occur exactly once in each text and whose order agrees are
// taken as anchors (the longest such sequence, by T. Szymanski's algorithm), and matches grow
// from there in both directions. What lies in between counts as replaced. This is linear but for
// sorting, and gives the chunks that gofmt -d gives.
#include "line_diff.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace gol::cmd {
namespace {

using Lines = std::vector<std::string>;

struct Pair {
  size_t x = 0;
  size_t y = 0;
};

Lines LinesOf(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      out.push_back(std::string(text) + "\n\\ No newline at end of file\n");
      break;
    }
    out.emplace_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return out;
}

// The anchors in ascending order, between the pairs of both beginnings and both ends.
std::vector<Pair> AnchorsOf(const Lines& x, const Lines& y) {
  struct Count {
    size_t in_x = 0, in_y = 0, at_y = 0;
  };
  std::unordered_map<std::string_view, Count> counts;
  for (const std::string& line : x) counts[line].in_x++;
  for (size_t j = 0; j < y.size(); ++j) {
    Count& c = counts[y[j]];
    c.in_y++;
    c.at_y = j;
  }
  std::vector<Pair> unique;
  for (size_t i = 0; i < x.size(); ++i) {
    const Count& c = counts[x[i]];
    if (c.in_x == 1 && c.in_y == 1) unique.push_back({i, c.at_y});
  }
  // Longest ascending sequence of y: tails[k] ends the best one of k+1 elements.
  std::vector<size_t> tails, previous(unique.size(), SIZE_MAX);
  for (size_t i = 0; i < unique.size(); ++i) {
    auto at = std::lower_bound(tails.begin(), tails.end(), unique[i].y,
                               [&](size_t t, size_t y_at) { return unique[t].y < y_at; });
    if (at != tails.begin()) previous[i] = *std::prev(at);
    if (at == tails.end()) tails.push_back(i);
    else *at = i;
  }
  std::vector<Pair> anchors = {{x.size(), y.size()}};
  for (size_t i = tails.empty() ? SIZE_MAX : tails.back(); i != SIZE_MAX; i = previous[i]) {
    anchors.push_back(unique[i]);
  }
  anchors.push_back({0, 0});
  std::reverse(anchors.begin(), anchors.end());
  return anchors;
}

class ChunkWriter {
 public:
  explicit ChunkWriter(std::string* out) : out_(out) {}

  void Add(char mark, const std::string& line) {
    text_ += mark;
    text_ += line;
    if (mark != '+') ++count_.x;
    if (mark != '-') ++count_.y;
  }
  bool is_empty() const { return text_.empty(); }
  // Lines before the chunk in both texts.
  void Begin(Pair start) { start_ = start; }
  void Finish() {
    if (count_.x > 0) ++start_.x;
    if (count_.y > 0) ++start_.y;
    *out_ += "@@ -" + std::to_string(start_.x) + "," + std::to_string(count_.x) + " +" +
             std::to_string(start_.y) + "," + std::to_string(count_.y) + " @@\n" + text_;
    text_.clear();
    count_ = {};
  }

 private:
  std::string* out_;
  std::string text_;
  Pair start_;
  Pair count_;
};

}  // namespace

std::string LineDiff(std::string_view old_name, std::string_view old_text,
                     std::string_view new_name, std::string_view new_text) {
  if (old_text == new_text) return "";
  constexpr size_t kContext = 3;
  const Lines x = LinesOf(old_text), y = LinesOf(new_text);
  std::string out = "diff ";
  out.append(old_name).append(" ").append(new_name).append("\n--- ").append(old_name);
  out.append("\n+++ ").append(new_name).append("\n");
  ChunkWriter chunk(&out);
  Pair done;
  for (const Pair& anchor : AnchorsOf(x, y)) {
    if (anchor.x < done.x) continue;
    Pair start = anchor, end = anchor;
    while (start.x > done.x && start.y > done.y && x[start.x - 1] == y[start.y - 1]) {
      --start.x;
      --start.y;
    }
    while (end.x < x.size() && end.y < y.size() && x[end.x] == y[end.y]) {
      ++end.x;
      ++end.y;
    }
    for (size_t i = done.x; i < start.x; ++i) chunk.Add('-', x[i]);
    for (size_t i = done.y; i < start.y; ++i) chunk.Add('+', y[i]);
    const size_t equal = end.x - start.x;
    const bool at_end = end.x >= x.size() && end.y >= y.size();
    if (!at_end && (equal < kContext || (!chunk.is_empty() && equal < 2 * kContext))) {
      for (size_t i = start.x; i < end.x; ++i) chunk.Add(' ', x[i]);
      done = end;
      continue;
    }
    if (!chunk.is_empty()) {
      const size_t n = std::min(equal, kContext);
      for (size_t i = start.x; i < start.x + n; ++i) chunk.Add(' ', x[i]);
      chunk.Finish();
    }
    if (at_end) break;
    chunk.Begin({end.x - kContext, end.y - kContext});
    for (size_t i = end.x - kContext; i < end.x; ++i) chunk.Add(' ', x[i]);
    done = end;
  }
  return out;
}

}  // namespace gol::cmd
