// SourceIndex: places, tokens and comments of a source text, to be found by byte offset.
//
// The syntax tree keeps the positions that diagnostics need. The printer needs more: where
// a bracket stands, whether a semicolon was written, on which line a node ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/syntax/token.h"

namespace gol::format {

// An offset into the text, or kNowhere.
using Offset = uint32_t;
inline constexpr Offset kNowhere = UINT32_MAX;

struct Place {
  Offset offset = 0;
  uint32_t line = 0;  // from 1; 0: not known
  uint32_t column = 0;
  bool is_known() const { return line != 0; }
  bool operator==(const Place&) const = default;
};

struct TokenSpan {
  syntax::Token tok;
  Offset begin;
  Offset end;
};

struct CommentText {
  Offset begin;
  Offset end;
  std::string text;  // without carriage returns
  bool is_line() const { return text[1] == '/'; }
};

// Comments that stand together: without a blank line or a token between them.
struct CommentGroup {
  std::vector<CommentText> list;
  bool has_newline = false;  // is a line comment, or spans lines
  // Comments behind a token on its line with nothing more on that line.
  bool is_trailing = false;
};

class SourceIndex {
 public:
  explicit SourceIndex(SourceFile* source);

  std::string_view text() const { return text_; }
  Offset OffsetOf(Pos pos) const { return pos.offset - base_; }
  uint32_t LineOf(Offset at) const;
  Place PlaceOf(Offset at) const;

  // The token that begins at the offset; a token must begin there.
  const TokenSpan& TokenAt(Offset at) const;
  // The first token that begins at or behind the offset; null behind the last one.
  const TokenSpan* TokenFrom(Offset at) const;
  // The last token that ends at or before the offset; null before the first one.
  const TokenSpan* TokenUpTo(Offset at) const;

  // Takes the lines from the one behind that of `from` to that of `to` for one line.
  void MergeLines(Offset from, Offset to);

  const std::vector<TokenSpan>& tokens() const { return tokens_; }
  const std::vector<CommentGroup>& comments() const { return comments_; }

 private:
  void GroupComments(const std::vector<CommentText>& all);

  std::string_view text_;
  Offset base_;
  std::vector<Offset> line_starts_;
  std::vector<TokenSpan> tokens_;  // but semicolons that the scanner supplied
  std::vector<CommentGroup> comments_;
};

// Where a node's first token begins, and where its last one ends.
Offset BeginOf(const SourceIndex& index, const syntax::Node* node);
Offset EndOf(const SourceIndex& index, const syntax::Node* node);

}  // namespace gol::format
