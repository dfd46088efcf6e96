// Build constraints of a printed file: //go:build and // +build comments come together into a
// block at the top, behind other comments and before the package clause; where there are both
// kinds, the // +build lines say what the //go:build line says.
//
// This works on the printed text, before its columns are aligned: comments stand between
// kVerbatim characters. The old syntax of // +build: lines are joined by "and", words of a line
// by "or", terms of a word (separated by commas) by "and".
#include <algorithm>
#include <memory>
#include <optional>

#include "frontend/format/cells.h"
#include "frontend/format/comment_text.h"

namespace gol::format {

namespace {

// A condition: a tag, a negation, or two parts joined.
struct Condition {
  enum class Kind { kTag, kNot, kAnd, kOr } kind;
  std::string tag;
  std::shared_ptr<Condition> x, y;
};
using ConditionPtr = std::shared_ptr<Condition>;

ConditionPtr Join(Condition::Kind kind, ConditionPtr x, ConditionPtr y) {
  if (x == nullptr || y == nullptr) return nullptr;
  return std::make_shared<Condition>(Condition{kind, "", std::move(x), std::move(y)});
}

ConditionPtr Not(ConditionPtr x) {
  if (x == nullptr) return nullptr;
  return std::make_shared<Condition>(Condition{Condition::Kind::kNot, "", std::move(x), nullptr});
}

ConditionPtr Tag(std::string_view name) {
  return std::make_shared<Condition>(Condition{Condition::Kind::kTag, std::string(name), {}, {}});
}

bool IsTagChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// Parses what stands behind //go:build; null when it is not well formed.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ConditionPtr Parse() {
    ConditionPtr x = Or();
    SkipBlanks();
    return text_.empty() ? x : nullptr;
  }

 private:
  void SkipBlanks() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t')) text_.remove_prefix(1);
  }
  bool Got(std::string_view token) {
    SkipBlanks();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  ConditionPtr Or() {
    ConditionPtr x = And();
    while (x != nullptr && Got("||")) x = Join(Condition::Kind::kOr, x, And());
    return x;
  }
  ConditionPtr And() {
    ConditionPtr x = Negation();
    while (x != nullptr && Got("&&")) x = Join(Condition::Kind::kAnd, x, Negation());
    return x;
  }
  ConditionPtr Negation() {
    if (Got("!")) {
      SkipBlanks();
      return text_.starts_with("!") ? nullptr : Not(Negation());  // no "!!"
    }
    if (Got("(")) {
      ConditionPtr x = Or();
      return Got(")") ? x : nullptr;
    }
    SkipBlanks();
    size_t n = 0;
    while (n < text_.size() && IsTagChar(text_[n])) ++n;
    if (n == 0) return nullptr;
    ConditionPtr tag = Tag(text_.substr(0, n));
    text_.remove_prefix(n);
    return tag;
  }

  std::string_view text_;
};

std::vector<std::string_view> SplitBy(std::string_view s, std::string_view separators) {
  std::vector<std::string_view> out;
  for (;;) {
    const size_t n = s.find_first_of(separators);
    out.push_back(s.substr(0, n));
    if (n == std::string_view::npos) return out;
    s.remove_prefix(n + 1);
  }
}

// The words behind "+build".
ConditionPtr ParsePlusBuild(std::string_view text) {
  ConditionPtr x;
  for (std::string_view clause : SplitBy(text, " \t")) {
    if (clause.empty()) continue;
    ConditionPtr y;
    for (std::string_view term : SplitBy(clause, ",")) {
      const bool is_negated = term.starts_with("!") && term != "!" && !term.starts_with("!!");
      if (is_negated) term.remove_prefix(1);
      const bool is_tag = !term.empty() && std::all_of(term.begin(), term.end(), IsTagChar);
      ConditionPtr z = Tag(is_tag ? term : "ignore");
      if (is_negated) z = Not(z);
      y = y == nullptr ? z : Join(Condition::Kind::kAnd, y, z);
    }
    x = x == nullptr ? y : Join(Condition::Kind::kOr, x, y);
  }
  return x == nullptr ? Tag("ignore") : x;
}

std::string ToString(const Condition& x) {
  using enum Condition::Kind;
  auto in = [](const Condition& part, bool parens) {
    return parens ? "(" + ToString(part) + ")" : ToString(part);
  };
  switch (x.kind) {
    case kTag: return x.tag;
    case kNot: return "!" + in(*x.x, x.x->kind == kAnd || x.x->kind == kOr);
    case kAnd: return in(*x.x, x.x->kind == kOr) + " && " + in(*x.y, x.y->kind == kOr);
    case kOr: return in(*x.x, x.x->kind == kAnd) + " || " + in(*x.y, x.y->kind == kAnd);
  }
  return "";
}

// x with negations of tags only.
ConditionPtr PushNot(const ConditionPtr& x, bool negate) {
  using enum Condition::Kind;
  switch (x->kind) {
    case kTag: return negate ? Not(x) : x;
    case kNot: return x->x->kind == kTag && !negate ? x : PushNot(x->x, !negate);
    default: {
      const bool is_and = (x->kind == kAnd) != negate;
      return Join(is_and ? kAnd : kOr, PushNot(x->x, negate), PushNot(x->y, negate));
    }
  }
}

void Split(const ConditionPtr& x, Condition::Kind by, std::vector<ConditionPtr>* out) {
  if (x->kind != by) {
    out->push_back(x);
    return;
  }
  Split(x->x, by, out);
  Split(x->y, by, out);
}

// The // +build lines that mean x; none where it is too involved for them.
std::optional<std::vector<std::string>> PlusBuildLines(const ConditionPtr& x) {
  using enum Condition::Kind;
  using Clause = std::vector<ConditionPtr>;
  std::vector<std::vector<Clause>> lines;
  std::vector<ConditionPtr> factors;
  Split(PushNot(x, false), kAnd, &factors);
  size_t longest = 0;
  for (const ConditionPtr& factor : factors) {
    std::vector<ConditionPtr> terms;
    Split(factor, kOr, &terms);
    std::vector<Clause>& line = lines.emplace_back();
    for (const ConditionPtr& term : terms) {
      Split(term, kAnd, &line.emplace_back());
      for (const ConditionPtr& literal : line.back()) {
        if (literal->kind != kTag && literal->kind != kNot) return std::nullopt;
      }
    }
    longest = std::max(longest, line.size());
  }
  if (longest == 1) {
    // No "or" at all: one line.
    Clause all;
    for (const std::vector<Clause>& line : lines) {
      all.insert(all.end(), line[0].begin(), line[0].end());
    }
    lines = {{all}};
  }
  std::vector<std::string> out;
  for (const std::vector<Clause>& line : lines) {
    std::string& text = out.emplace_back("// +build");
    for (const Clause& clause : line) {
      for (size_t i = 0; i < clause.size(); ++i) {
        text += (i == 0 ? " " : ",") + ToString(*clause[i]);
      }
    }
  }
  return out;
}

bool IsNewline(char c) { return c == kNewline || c == kSectionEnd; }

class Fixer {
 public:
  explicit Fixer(const std::string& out) : out_(out) {}

  std::string Fix(const std::vector<size_t>& go_build, const std::vector<size_t>& plus_build);

 private:
  // The comment that begins at a place, and the line with its newline.
  std::string_view CommentAt(size_t at) const {
    const size_t end = out_.find(kVerbatim, at + 1);
    return std::string_view(out_).substr(at + 1, end - at - 1);
  }
  std::string_view LineAt(size_t at) const {
    size_t end = at;
    while (end < out_.size() && !IsNewline(out_[end])) ++end;
    return std::string_view(out_).substr(at, std::min(end + 1, out_.size()) - at);
  }
  size_t LatestPlace() const;
  ConditionPtr ConditionOf(const std::vector<size_t>& go_build,
                           const std::vector<size_t>& plus_build) const;

  const std::string& out_;
};

// Behind the last blank line before anything but // comments.
size_t Fixer::LatestPlace() const {
  size_t place = 0;
  for (size_t at = 0;;) {
    bool is_blank = true;
    while (at < out_.size() && (out_[at] == ' ' || out_[at] == '\t')) ++at;
    if (at + 3 < out_.size() && out_[at] == kVerbatim && out_[at + 1] == '/' &&
        out_[at + 2] == '/') {
      is_blank = false;
      while (at < out_.size() && !IsNewline(out_[at])) ++at;
    }
    if (at >= out_.size() || !IsNewline(out_[at])) return place;
    ++at;
    if (is_blank) place = at;
  }
}

ConditionPtr Fixer::ConditionOf(const std::vector<size_t>& go_build,
                                const std::vector<size_t>& plus_build) const {
  if (go_build.size() == 1) {
    return Parser(CommentAt(go_build[0]).substr(std::string_view("//go:build").size())).Parse();
  }
  if (!go_build.empty()) return nullptr;
  ConditionPtr x;
  for (size_t at : plus_build) {
    std::string_view text = TrimSpace(CommentAt(at).substr(2));
    ConditionPtr y = ParsePlusBuild(text.substr(std::string_view("+build").size()));
    x = x == nullptr ? y : Join(Condition::Kind::kAnd, x, y);
  }
  return x;
}

// Appends, without making two blank lines out of one.
void AppendLines(std::string* out, std::string_view lines) {
  const size_t n = out->size();
  const bool is_after_blank =
      n == 0 || (n >= 2 && IsNewline((*out)[n - 1]) && IsNewline((*out)[n - 2]));
  if (!lines.empty() && IsNewline(lines[0]) && is_after_blank) lines.remove_prefix(1);
  out->append(lines);
}

std::string Fixer::Fix(const std::vector<size_t>& go_build,
                       const std::vector<size_t>& plus_build) {
  size_t place = LatestPlace();
  if (!go_build.empty() && go_build[0] < place) {
    place = go_build[0];
  } else if (!plus_build.empty()) {
    place = std::min(place, plus_build[0]);
  }
  std::string block;
  auto add = [&](std::string_view line) {
    block.append(1, kVerbatim).append(line).append({kVerbatim, kNewline});
  };
  if (ConditionPtr x = ConditionOf(go_build, plus_build); x != nullptr) {
    add("//go:build " + ToString(*x));
    if (!plus_build.empty()) {
      std::optional<std::vector<std::string>> lines = PlusBuildLines(x);
      if (!lines) add("// +build error: expression too complex for // +build lines");
      else for (const std::string& line : *lines) add(line);
    }
  } else {
    for (size_t at : go_build) block += LineAt(at);
    for (size_t at : plus_build) block += LineAt(at);
  }
  block += kNewline;

  std::vector<size_t> taken = go_build;
  taken.insert(taken.end(), plus_build.begin(), plus_build.end());
  std::sort(taken.begin(), taken.end());
  std::string rest;
  size_t start = place;
  for (size_t at : taken) {
    if (at < start) continue;
    AppendLines(&rest, std::string_view(out_).substr(start, at - start));
    start = at + LineAt(at).size();
  }
  AppendLines(&rest, std::string_view(out_).substr(start));
  const size_t n = rest.size();
  if (n >= 2 && IsNewline(rest[n - 1]) && IsNewline(rest[n - 2])) rest.pop_back();
  return out_.substr(0, place) + block + rest;
}

}  // namespace

void FixBuildLines(std::string* out, const std::vector<size_t>& go_build,
                   const std::vector<size_t>& plus_build) {
  if (go_build.empty() && plus_build.empty()) return;
  *out = Fixer(*out).Fix(go_build, plus_build);
}

}  // namespace gol::format
