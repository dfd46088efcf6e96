// TokenWriter: puts tokens, white space and the comments of the source into a text with columns.
// See token_writer.cc for the overview.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/format/cells.h"
#include "frontend/format/source_index.h"

namespace gol::format {

// White space that waits for the next token.
enum class Space : char {
  kIgnore = 0,
  kBlank = ' ',
  kColumn = '\v',
  kNewline = '\n',
  kSectionEnd = '\f',
  kIndent = '>',
  kUnindent = '<',
};

// What the writer needs to know of the last token.
enum class Mark : uint8_t {
  kNone, kOther, kInt, kImport, kLparen, kLbrack, kComma, kRparen, kRbrack, kRbrace, kEof,
  kAdd, kSub, kQuo, kLess, kAnd,
};

class TokenWriter {
 public:
  // with_comments: otherwise the comments of the source are left out.
  TokenWriter(const SourceIndex& index, bool with_comments);

  // The next token stands there in the source. Without this its place is guessed: behind the last.
  void At(Offset at);
  void Put(Space space);
  // A name, operator, keyword or bracket.
  void Put(std::string_view text);
  // A literal; is_int as the type says.
  void PutLiteral(std::string_view text, bool is_int);
  void PutName(std::string_view text);

  // Lines up to one in the source, but at most one blank line, and at least `min` of them:
  // returns their number (2 for a new section). `space` comes before them, if there are any.
  int BreakLine(uint32_t line, int min, Space space, bool new_section);

  // Writes all that is left.
  void Finish();

  // Whether a comment stands before the place that may come before a token there.
  bool CommentBefore(Place next) const;
  // The characters of the comments before a place.
  size_t SizeOfCommentsBefore(Place next) const;

  // In front of a closing brace: no blank between a comment and it, and no line break.
  bool no_extra_blank = false;
  bool no_extra_break = false;
  int literal_level = 0;  // of nested composite literals

  Place place() const { return place_; }
  uint32_t out_line() const { return out_line_; }
  uint32_t out_column() const { return out_column_; }
  bool has_output() const { return !out_.empty(); }
  // Notes on which line of the output the next token will be.
  void NoteLine(uint32_t* line) { line_wanted_ = line; }

  std::string& output() { return out_; }
  // Where //go:build and // +build comments begin in the output.
  const std::vector<size_t>& go_build() const { return go_build_; }
  const std::vector<size_t>& plus_build() const { return plus_build_; }

 protected:
  const SourceIndex& index_;

 private:
  struct Flushed {
    bool wrote_newline = false;
    bool dropped_section_end = false;
  };

  void PutToken(std::string_view text, Mark mark, bool ends_statement, bool verbatim);
  Flushed Flush(Place next, Mark mark);
  Flushed PutComments(Place next, Mark mark);
  void PutCommentPrefix(Place at, Place next, const CommentText* previous, Mark mark);
  void PutComment(const CommentText& comment, Place at);
  Flushed PutCommentSuffix(bool needs_break);
  void WriteSpaces(size_t n);
  void Write(Place at, std::string_view text, bool verbatim);
  void WriteSpace(char c, int n);
  void NextGroup();
  bool BreakWaits() const;

  const bool with_comments_;
  std::string out_;
  std::vector<Space> spaces_;    // waiting
  Place place_{0, 1, 1};         // in the source: of what comes next
  Place last_;                   // in the source: behind what was written last
  uint32_t out_line_ = 1;
  uint32_t out_column_ = 1;
  int indent_ = 0;
  bool ends_statement_ = false;  // a newline here would become a semicolon
  bool end_alignment_ = false;   // no more columns on this line
  Mark last_mark_ = Mark::kNone;
  Mark open_mark_ = Mark::kNone;  // the bracket right before, if it was one
  uint32_t* line_wanted_ = nullptr;
  size_t group_ = 0;              // of the index's comments: the next one
  std::vector<size_t> go_build_;
  std::vector<size_t> plus_build_;
};

}  // namespace gol::format
