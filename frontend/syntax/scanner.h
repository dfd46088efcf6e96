// The scanner: source text to tokens, one at a time. See scanner.cc for the overview.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/ast.h"
#include "frontend/syntax/token.h"

namespace gol::syntax {

// Behind the "#!" line that a script may begin with; else where the text begins.
Pos BehindInterpreterLine(const SourceFile& source);

class Scanner {
 public:
  // Stands in front of the first token. check_encoding: check that of the whole text now; errors
  // wait for ReportEncodingErrors. Comments are collected only when keep_comments is set.
  Scanner(SourceFile* source, diag::Emitter* emitter, bool keep_comments, bool check_encoding);

  // Steps to the next token; at the end it delivers kEof again and again.
  void Next();

  // Requires: the current token is "{". Steps over everything up to the matching "}", which
  // becomes the current token; to kEof when there is none. Looks at strings, runes and comments
  // only; notes `//line` directives, leaves out all else.
  void SkipBlock();

  // Continues at a place of the text, in front of a token.
  void Seek(Pos pos);

  // --- The current token ---
  Token tok = Token::kNoToken;
  Operator op = Operator::kNone;  // kOperator, kAssignOp, kIncOp, kStar, kArrow
  int8_t prec = 0;                // binary precedence of kOperator and kStar
  LitKind lit_kind = LitKind::kInt;
  bool is_bad = false;    // a literal with a lexical error
  std::string_view text;  // names and literals; for kSemi "semicolon", "newline" or "EOF"
  Pos pos;                // first byte
  Pos end() const { return source_->PosAt(static_cast<size_t>(p_ - begin_)); }

  // Errors reported by the scanner or through its Error function.
  size_t error_count() const { return error_count_; }

  // Reports the errors of the encoding that lie in front of a place.
  void ReportEncodingErrors(Pos until);

  // Forgets comments and directives from a place on, which is about to be scanned again.
  void DropCommentsFrom(Pos at);

  template <typename... Args>
  void Error(Pos at, diag::Kind kind, const Args&... args) {
    ++error_count_;
    emitter_->Error(at, kind, args...);
  }

  SourceFile* source() const { return source_; }
  diag::Emitter* emitter() const { return emitter_; }

  std::vector<Comment> comments;      // all so far, when kept
  std::vector<Directive> directives;  // all `//go:` lines so far

 private:
  template <typename... Args>
  void ErrorAt(const char* at, diag::Kind kind, const Args&... args) {
    Error(PosOf(at), kind, args...);
  }
  Pos PosOf(const char* p) const { return source_->PosAt(static_cast<size_t>(p - begin_)); }
  bool AtEnd() const { return p_ >= end_; }

  void CheckEncoding();
  bool SkipBlanks(bool newline_ends);
  void ScanIdent();
  void ScanIdentTail();
  void ScanNumber(bool after_point);
  uint32_t ScanDigits(uint32_t base, const char** invalid);
  void ScanString();
  void ScanRawString();
  void ScanRune();
  bool ScanEscape(char quote);
  void ScanPunctuation(char c);
  void ScanInvalid();
  void SetOperator(Operator o);
  void SetOperatorOrAssign(Operator o);
  void FinishLiteral(LitKind kind, bool ok);
  // Steps over a comment whose "//" or "/*" starts at p_. Returns whether it holds a newline.
  void SkipLineComment();
  bool SkipBlockComment();
  void NoteComment(const char* start, const char* stop);
  void NoteLineDirective(const char* start, const char* stop);

  SourceFile* source_;
  diag::Emitter* emitter_;
  const char* begin_;
  const char* end_;  // a NUL byte stands here
  const char* p_;    // next byte to look at
  const char* token_start_ = nullptr;
  bool keep_comments_;
  bool newline_ends_ = false;  // the last token lets a newline become a semicolon
  size_t error_count_ = 0;
  struct EncodingError {
    Pos pos;
    diag::Kind kind;
  };
  std::vector<EncodingError> encoding_errors_;  // descending, the reported ones removed
};

}  // namespace gol::syntax
