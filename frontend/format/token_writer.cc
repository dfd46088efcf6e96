// How tokens, white space and comments come together.
//
// The printer walks the tree and knows nothing of comments. It says which tokens it wants, which
// white space in between, and where tokens stood in the source. White space is not written at
// once: it waits in spaces_ until the next token comes. Then the comments of the source that
// stand before that token are put in, each where it stood: on the line of what is before it or on
// a line of its own, with at most one blank line around it, and the waiting white space goes
// before, between or behind them as fits: indentation that opened belongs before a comment, one
// that closes behind it, unless the comment stands in the column of the token that follows (a
// comment before a case).
//
// Two positions are kept: place_, in the source, of what comes next, and out_line_ and
// out_column_, in the output before columns are aligned. Blank lines are those of the source, so
// the difference of lines in the source decides; sections of columns end where the output got a
// multi-line element.
//
// The order of these steps, and with it every blank, is what gofmt does (Go's go/printer,
// printer.go).
#include "frontend/format/token_writer.h"

#include <algorithm>

#include "frontend/format/comment_text.h"

namespace gol::format {

namespace {

constexpr int kMaxNewlines = 2;
constexpr size_t kMaxWaiting = 16;  // more are only possible where much is nested
constexpr Offset kFarAway = kNowhere - 1;

int AtMostOneBlankLine(int n) { return std::min(n, kMaxNewlines); }

// Whether two tokens without a blank in between would read as another one.
bool WouldJoin(Mark last, char next) {
  switch (last) {
    case Mark::kInt: return next == '.';
    case Mark::kAdd: return next == '+';
    case Mark::kSub: return next == '-';
    case Mark::kQuo: return next == '*';
    case Mark::kLess: return next == '-' || next == '<';
    case Mark::kAnd: return next == '&' || next == '^';
    default: return false;
  }
}

Mark MarkOf(std::string_view text) {
  if (text.size() == 1) {
    switch (text[0]) {
      case '(': return Mark::kLparen;
      case ')': return Mark::kRparen;
      case '[': return Mark::kLbrack;
      case ']': return Mark::kRbrack;
      case '}': return Mark::kRbrace;
      case ',': return Mark::kComma;
      case '+': return Mark::kAdd;
      case '-': return Mark::kSub;
      case '/': return Mark::kQuo;
      case '<': return Mark::kLess;
      case '&': return Mark::kAnd;
      default: return Mark::kOther;
    }
  }
  return text == "import" ? Mark::kImport : Mark::kOther;
}

bool EndsStatement(std::string_view text) {
  return text == ")" || text == "]" || text == "}" || text == "++" || text == "--" ||
         text == "break" || text == "continue" || text == "fallthrough" || text == "return";
}

}  // namespace

TokenWriter::TokenWriter(const SourceIndex& index, bool with_comments)
    : index_(index), with_comments_(with_comments) {}

void TokenWriter::At(Offset at) {
  if (at != kNowhere) place_ = index_.PlaceOf(at);
}

// --- Tokens ---------------------------------------------------------------------------------

void TokenWriter::Put(Space space) {
  open_mark_ = last_mark_ == Mark::kLparen || last_mark_ == Mark::kLbrack ? last_mark_
               : last_mark_ == Mark::kNone                                ? open_mark_
                                                                          : Mark::kNone;
  if (space == Space::kIgnore) return;
  if (spaces_.size() == kMaxWaiting) WriteSpaces(kMaxWaiting);
  spaces_.push_back(space);
  if (space == Space::kNewline || space == Space::kSectionEnd) ends_statement_ = false;
  last_mark_ = Mark::kNone;
}

void TokenWriter::Put(std::string_view text) {
  PutToken(text, MarkOf(text), EndsStatement(text), false);
}

void TokenWriter::PutName(std::string_view text) { PutToken(text, Mark::kOther, true, false); }

void TokenWriter::PutLiteral(std::string_view text, bool is_int) {
  PutToken(text, is_int ? Mark::kInt : Mark::kOther, true, true);
}

void TokenWriter::PutToken(std::string_view text, Mark mark, bool ends_statement, bool verbatim) {
  open_mark_ = last_mark_ == Mark::kLparen || last_mark_ == Mark::kLbrack ? last_mark_
               : last_mark_ == Mark::kNone                                ? open_mark_
                                                                          : Mark::kNone;
  const bool is_word = verbatim || (ends_statement && !EndsStatement(text));
  if (!is_word && WouldJoin(last_mark_, text[0])) spaces_.push_back(Space::kBlank);
  last_mark_ = mark;
  const Place next = place_;
  const Flushed flushed = Flush(next, mark);
  // Blank lines of the source behind a comment, where they make no semicolon.
  if (!ends_statement_) {
    int n = AtMostOneBlankLine(static_cast<int>(next.line) - static_cast<int>(place_.line));
    if (flushed.wrote_newline && n == kMaxNewlines) n = kMaxNewlines - 1;
    if (n > 0) {
      WriteSpace(flushed.dropped_section_end ? kSectionEnd : kNewline, n);
      ends_statement_ = false;
    }
  }
  if (line_wanted_ != nullptr) {
    *line_wanted_ = out_line_;
    line_wanted_ = nullptr;
  }
  Write(next, text, verbatim);
  ends_statement_ = ends_statement;
}

int TokenWriter::BreakLine(uint32_t line, int min, Space space, bool new_section) {
  int n = std::max(
      AtMostOneBlankLine(static_cast<int>(line) - static_cast<int>(place_.line)), min);
  if (n <= 0) return 0;
  int breaks = 0;
  Put(space);
  if (new_section) {
    Put(Space::kSectionEnd);
    --n;
    breaks = 2;
  }
  breaks += n;
  for (; n > 0; --n) Put(Space::kNewline);
  return breaks;
}

void TokenWriter::Finish() {
  ends_statement_ = false;  // the end is a newline
  Flush(Place{kFarAway, UINT32_MAX / 2, 1}, Mark::kEof);
}

// --- Writing --------------------------------------------------------------------------------

void TokenWriter::Write(Place at, std::string_view text, bool verbatim) {
  if (out_column_ == 1 && indent_ > 0) {
    out_.append(static_cast<size_t>(indent_), kTab);
    out_column_ += static_cast<uint32_t>(indent_);
    place_.offset += static_cast<Offset>(indent_);
    place_.column += static_cast<uint32_t>(indent_);
  }
  if (at.is_known()) place_ = at;
  if (verbatim) out_.push_back(kVerbatim);
  out_.append(text);
  if (verbatim) out_.push_back(kVerbatim);
  place_.offset += static_cast<Offset>(text.size());
  const auto lines = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
  if (lines > 0) {
    // Text that spans lines breaks the columns of the line it ends on.
    end_alignment_ = true;
    const auto column = static_cast<uint32_t>(text.size() - text.rfind('\n'));
    place_.line += lines;
    place_.column = column;
    out_line_ += lines;
    out_column_ = column;
  } else {
    place_.column += static_cast<uint32_t>(text.size());
    out_column_ += static_cast<uint32_t>(text.size());
  }
  last_ = place_;
}

void TokenWriter::WriteSpace(char c, int n) {
  if (end_alignment_) {
    if (c == kTab || c == kColumn) {
      c = ' ';
    } else if (c == kNewline || c == kSectionEnd) {
      c = kSectionEnd;
      end_alignment_ = false;
    }
  }
  out_.append(static_cast<size_t>(n), c);
  const auto count = static_cast<uint32_t>(n);
  place_.offset += count;
  if (c == kNewline || c == kSectionEnd) {
    place_.line += count;
    place_.column = 1;
    out_line_ += count;
    out_column_ = 1;
  } else {
    place_.column += count;
    out_column_ += count;
  }
}

// Writes the first n waiting spaces.
void TokenWriter::WriteSpaces(size_t n) {
  for (size_t i = 0; i < n; ++i) {
    switch (spaces_[i]) {
      case Space::kIgnore:
        break;
      case Space::kIndent:
        ++indent_;
        break;
      case Space::kUnindent:
        --indent_;
        break;
      case Space::kNewline:
      case Space::kSectionEnd:
        // Indentation that closes right behind a line break closes before it: a label. Its
        // length must not widen the indentation of the lines above, so a section ends here.
        if (i + 1 < n && spaces_[i + 1] == Space::kUnindent) {
          spaces_[i] = Space::kUnindent;
          spaces_[i + 1] = Space::kSectionEnd;
          --i;
          break;
        }
        [[fallthrough]];
      default:
        WriteSpace(static_cast<char>(spaces_[i]), 1);
    }
  }
  spaces_.erase(spaces_.begin(), spaces_.begin() + static_cast<ptrdiff_t>(n));
}

// --- Comments -------------------------------------------------------------------------------

void TokenWriter::NextGroup() { ++group_; }

// A comment with a newline in it must not come before a token where a newline would be a semicolon.
bool TokenWriter::CommentBefore(Place next) const {
  if (!with_comments_ || group_ >= index_.comments().size()) return false;
  const CommentGroup& group = index_.comments()[group_];
  return group.list[0].begin < next.offset && !(ends_statement_ && group.has_newline);
}

size_t TokenWriter::SizeOfCommentsBefore(Place next) const {
  size_t size = 0;
  if (!with_comments_) return size;
  for (size_t i = group_; i < index_.comments().size(); ++i) {
    const CommentGroup& group = index_.comments()[i];
    if (group.list[0].begin >= next.offset || (ends_statement_ && group.has_newline)) break;
    for (const CommentText& c : group.list) size += c.text.size();
  }
  return size;
}

TokenWriter::Flushed TokenWriter::Flush(Place next, Mark mark) {
  if (CommentBefore(next)) return PutComments(next, mark);
  WriteSpaces(spaces_.size());
  return {};
}

bool TokenWriter::BreakWaits() const {
  return std::any_of(spaces_.begin(), spaces_.end(),
                     [](Space s) { return s == Space::kNewline || s == Space::kSectionEnd; });
}

TokenWriter::Flushed TokenWriter::PutComments(Place next, Mark mark) {
  const CommentText* last = nullptr;
  while (CommentBefore(next)) {
    const CommentGroup& group = index_.comments()[group_];
    const Place start = index_.PlaceOf(group.list[0].begin);
    const CommentText& final_comment = group.list.back();
    // At the margin, right above the token: a doc comment of a declaration.
    if (last_mark_ != Mark::kImport && start.column == 1 &&
        index_.PlaceOf(final_comment.end + 1) == next) {
      std::vector<CommentText> formatted = FormatDocComment(group.list);
      if (formatted.empty()) {
        PutCommentPrefix(start, next, last, mark);
        place_ = next;
        last_ = next;
        NextGroup();
        return PutCommentSuffix(false);
      }
      for (const CommentText& c : formatted) {
        const Place at = index_.PlaceOf(c.begin);
        PutCommentPrefix(at, next, last, mark);
        PutComment(c, at);
        last = &c;
      }
      last = &final_comment;
      place_ = index_.PlaceOf(final_comment.end);
      last_ = place_;
    } else {
      for (const CommentText& c : group.list) {
        const Place at = index_.PlaceOf(c.begin);
        PutCommentPrefix(at, next, last, mark);
        PutComment(c, at);
        last = &c;
      }
    }
    NextGroup();
  }
  if (last == nullptr) return {};
  bool needs_break = false;
  // A blank behind a comment that shares its line with the token.
  if (!no_extra_blank && !last->is_line() && index_.LineOf(last->begin) == next.line &&
      mark != Mark::kComma && (mark != Mark::kRparen || open_mark_ == Mark::kLparen) &&
      (mark != Mark::kRbrack || open_mark_ == Mark::kLbrack)) {
    if (BreakWaits() && !no_extra_break && literal_level == 0) {
      needs_break = true;
    } else {
      WriteSpace(' ', 1);
    }
  }
  if (last->is_line() || mark == Mark::kEof || (mark == Mark::kRbrace && !no_extra_break)) {
    needs_break = true;
  }
  return PutCommentSuffix(needs_break);
}

// The white space in front of a comment.
void TokenWriter::PutCommentPrefix(Place at, Place next, const CommentText* previous, Mark mark) {
  if (out_.empty()) return;
  const bool after_line_comment = previous != nullptr && previous->is_line();
  if (at.line == last_.line && !after_line_comment) {
    bool has_separator = false;
    if (previous == nullptr) {
      size_t used = 0;
      for (size_t i = 0; i < spaces_.size(); ++i) {
        if (spaces_[i] == Space::kBlank) {
          spaces_[i] = Space::kIgnore;
        } else if (spaces_[i] == Space::kColumn) {
          has_separator = true;  // keeps the comments of a struct's fields in line
        } else if (spaces_[i] != Space::kIndent) {
          used = i;
          break;
        }
      }
      WriteSpaces(used);
    }
    if (!has_separator) WriteSpace(at.line == next.line ? ' ' : kTab, 1);
    return;
  }
  bool dropped_break = false;
  size_t used = 0;
  for (size_t i = 0; i < spaces_.size(); ++i) {
    const Space s = spaces_[i];
    if (s == Space::kIgnore) {
      used = i;
      break;
    }
    if (s == Space::kBlank || s == Space::kColumn) {
      spaces_[i] = Space::kIgnore;
      continue;
    }
    if (s == Space::kIndent) continue;
    if (s == Space::kUnindent) {
      // Not the last one: it closes something within what goes on.
      if (i + 1 < spaces_.size() && spaces_[i + 1] == Space::kUnindent) continue;
      if (mark != Mark::kRbrace && at.column == next.column) continue;
    } else {
      spaces_[i] = Space::kIgnore;
      dropped_break = previous == nullptr;
    }
    used = i;
    break;
  }
  WriteSpaces(used);
  int n = 0;
  if (at.is_known() && last_.is_known()) {
    n = std::max(0, static_cast<int>(at.line) - static_cast<int>(last_.line));
  }
  if (indent_ == 0 && dropped_break) ++n;
  if (n == 0 && after_line_comment) n = 1;
  if (n > 0) WriteSpace(kSectionEnd, AtMostOneBlankLine(n));
}

void TokenWriter::PutComment(const CommentText& comment, Place at) {
  const std::string& text = comment.text;
  const int indent = indent_;
  // A line directive stays at the margin.
  if (text.starts_with("//line ") && at.column == 1) indent_ = 0;
  if (comment.is_line()) {
    if (IsGoBuildComment(text)) go_build_.push_back(out_.size());
    else if (IsPlusBuildComment(text)) plus_build_.push_back(out_.size());
    Write(at, TrimRight(text), true);
    indent_ = indent;
    return;
  }
  std::vector<std::string> lines = SplitLines(text);
  // Where it moves from the margin to the right, its lines do as well.
  if (at.column == 1 && indent_ > 0) {
    for (size_t i = 1; i < lines.size(); ++i) lines[i].insert(0, "   ");
  }
  StripCommonPrefix(&lines);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) {
      WriteSpace(kSectionEnd, 1);
      at = place_;
    }
    if (!lines[i].empty()) Write(at, TrimRight(lines[i]), true);
  }
  indent_ = indent;
}

// The white space behind comments: what waits, with exactly one line break where one is needed.
TokenWriter::Flushed TokenWriter::PutCommentSuffix(bool needs_break) {
  Flushed flushed;
  for (Space& s : spaces_) {
    if (s == Space::kBlank || s == Space::kColumn) {
      s = Space::kIgnore;
    } else if (s == Space::kNewline || s == Space::kSectionEnd) {
      if (needs_break) {
        needs_break = false;
        flushed.wrote_newline = true;
      } else {
        if (s == Space::kSectionEnd) flushed.dropped_section_end = true;
        s = Space::kIgnore;
      }
    }
  }
  WriteSpaces(spaces_.size());
  if (needs_break) {
    WriteSpace(kNewline, 1);
    flushed.wrote_newline = true;
  }
  return flushed;
}

}  // namespace gol::format
