// The scanner.
//
// The text ends in a NUL byte, so that the loops need no bounds check: a NUL in front of end_ is an
// error of the text, one at end_ is the end.
//
// The encoding is checked once, before the first token, in a pass that takes 64 bytes at a time
// while they are plain ASCII. Errors of the encoding (invalid UTF-8, NUL bytes, byte order marks
// inside the text) are noted there, and reported when the parser says so; the scanner proper treats
// such bytes as absent. So comments and strings can be skipped by searching for their end only.
//
// A newline becomes a semicolon behind names, literals, closing brackets, ++, -- and the keywords
// break, continue, fallthrough and return. Its text tells what it was: "newline", "semicolon" or,
// at the end of the text, "EOF".
//
// Error places follow the Go compiler: errors of a whole literal stand at its start, errors of a
// character at the character.
#include "frontend/syntax/scanner.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "frontend/syntax/unicode.h"

namespace gol::syntax {

using enum diag::Kind;

namespace {

enum CharClass : uint8_t { kOther, kLetter, kDigit, kBlank, kHigh };

constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = kLetter;
  table['_'] = kLetter;
  for (int c = '0'; c <= '9'; ++c) table[c] = kDigit;
  table[' '] = table['\t'] = table['\r'] = kBlank;
  for (int c = 0x80; c < 0x100; ++c) table[c] = kHigh;
  return table;
}();

CharClass ClassOf(char c) {
  return static_cast<CharClass>(kClasses[static_cast<unsigned char>(c)]);
}
char Lower(char c) { return static_cast<char>(c | 0x20); }
bool IsDecimal(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDecimal(c) || (Lower(c) >= 'a' && Lower(c) <= 'f'); }

std::string_view BaseName(uint32_t base) {
  switch (base) {
    case 2: return "binary";
    case 8: return "octal";
    case 10: return "decimal";
    default: return "hexadecimal";
  }
}

// Whether 64 bytes are ASCII without NUL.
bool IsPlain(const char* p) {
  uint8_t high = 0;
  uint8_t zero = 0;
  for (int i = 0; i < 64; ++i) {
    uint8_t c = static_cast<uint8_t>(p[i]);
    high |= c;
    zero |= static_cast<uint8_t>(c == 0);
  }
  return (high & 0x80) == 0 && zero == 0;
}

// The place of the first "_" that does not stand between two digits (a base prefix counts as
// one), or null.
const char* FindMisplacedUnderscore(std::string_view lit) {
  size_t i = 0;
  bool is_hex = false;
  char before = '.';  // '0': digit, '_', '.': anything else
  if (lit.size() >= 2 && lit[0] == '0') {
    char prefix = Lower(lit[1]);
    if (prefix == 'x' || prefix == 'o' || prefix == 'b') {
      is_hex = prefix == 'x';
      before = '0';
      i = 2;
    }
  }
  for (; i < lit.size(); ++i) {
    char c = lit[i];
    if (c == '_') {
      if (before != '0') return lit.data() + i;
      before = '_';
    } else if (IsDecimal(c) || (is_hex && IsHex(c))) {
      before = '0';
    } else {
      if (before == '_') return lit.data() + i - 1;
      before = '.';
    }
  }
  return before == '_' ? lit.data() + lit.size() - 1 : nullptr;
}

}  // namespace

Pos BehindInterpreterLine(const SourceFile& source) {
  if (!source.text().starts_with("#!")) return source.base();
  return source.PosAt(std::min(source.text().find('\n'), source.text().size()));
}

Scanner::Scanner(SourceFile* source, diag::Emitter* emitter, bool keep_comments,
                 bool check_encoding)
    : source_(source),
      emitter_(emitter),
      begin_(source->text().data()),
      end_(begin_ + source->text().size()),
      p_(begin_),
      keep_comments_(keep_comments) {
  if (check_encoding) CheckEncoding();
}

void Scanner::CheckEncoding() {
  auto note = [this](const char* at, diag::Kind kind) {
    encoding_errors_.push_back({PosOf(at), kind});
  };
  const char* p = begin_;
  while (p < end_) {
    if (end_ - p >= 64 && IsPlain(p)) {
      p += 64;
      continue;
    }
    const char* stop = end_ - p > 64 ? p + 64 : end_;
    while (p < stop) {
      if (*p == '\0') note(p, kInvalidNul);
      if (static_cast<signed char>(*p) >= 0) {
        ++p;
        continue;
      }
      DecodedRune r = DecodeRune(p, end_);
      if (r.is_invalid()) note(p, kInvalidUtf8);
      if (r.rune == 0xFEFF) note(p, kInvalidBom);
      p += r.size;
    }
  }
  std::reverse(encoding_errors_.begin(), encoding_errors_.end());
}

void Scanner::ReportEncodingErrors(Pos until) {
  while (!encoding_errors_.empty() && encoding_errors_.back().pos < until) {
    EncodingError error = encoding_errors_.back();
    encoding_errors_.pop_back();
    Error(error.pos, error.kind);
  }
}

void Scanner::Seek(Pos at) {
  p_ = begin_ + source_->OffsetOf(at);
  newline_ends_ = false;
}

void Scanner::DropCommentsFrom(Pos at) {
  while (!comments.empty() && comments.back().pos >= at) comments.pop_back();
  while (!directives.empty() && directives.back().pos >= at) directives.pop_back();
}

// --- The main switch ------------------------------------------------------------------------

void Scanner::Next() {
  bool newline_ends = newline_ends_;
  newline_ends_ = false;
  for (;;) {
    while (ClassOf(*p_) == kBlank || (*p_ == '\n' && !newline_ends)) ++p_;
    token_start_ = p_;
    pos = PosOf(p_);
    char c = *p_;
    switch (ClassOf(c)) {
      case kLetter:
        ++p_;
        ScanIdent();
        return;
      case kDigit:
        ScanNumber(false);
        return;
      case kHigh: {
        DecodedRune r = DecodeRune(p_, end_);
        if (r.is_invalid() || r.rune == 0xFEFF) {
          p_ += r.size;
          continue;
        }
        if (IsUnicodeDigit(r.rune)) {
          ErrorAt(p_, kIdentStartsWithDigit, DescribeRune(r.rune));
        } else if (!IsUnicodeLetter(r.rune)) {
          ErrorAt(p_, kInvalidCharInIdent, DescribeRune(r.rune));
        }
        p_ += r.size;
        ScanIdent();
        return;
      }
      default:
        break;
    }
    switch (c) {
      case '\0':
        if (!AtEnd()) {
          ++p_;
          continue;
        }
        tok = newline_ends ? Token::kSemi : Token::kEof;
        text = "EOF";
        return;
      case '\n':
        ++p_;
        tok = Token::kSemi;
        text = "newline";
        return;
      case '/':
        if (p_[1] == '/') {
          SkipLineComment();
          continue;
        }
        if (p_[1] == '*') {
          bool has_newline = SkipBlockComment();
          if (has_newline && newline_ends) {
            tok = Token::kSemi;
            text = "newline";
            return;
          }
          continue;
        }
        ++p_;
        SetOperatorOrAssign(Operator::kDiv);
        return;
      case '"': ScanString(); return;
      case '`': ScanRawString(); return;
      case '\'': ScanRune(); return;
      case '@': case '#': case '$': case '?': case '\\':
        ScanInvalid();
        continue;
      default:
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
          ScanInvalid();
          continue;
        }
        ++p_;
        ScanPunctuation(c);
        return;
    }
  }
}

void Scanner::ScanInvalid() {
  ErrorAt(p_, kInvalidChar, DescribeRune(static_cast<unsigned char>(*p_)));
  ++p_;
}

void Scanner::SetOperator(Operator o) {
  tok = Token::kOperator;
  op = o;
  prec = static_cast<int8_t>(Precedence(o));
}

void Scanner::SetOperatorOrAssign(Operator o) {
  SetOperator(o);
  if (*p_ == '=') {
    ++p_;
    tok = Token::kAssignOp;
  }
}

void Scanner::ScanPunctuation(char c) {
  auto accept = [this](char next) {
    if (*p_ != next) return false;
    ++p_;
    return true;
  };
  switch (c) {
    case '(': tok = Token::kLparen; return;
    case '[': tok = Token::kLbrack; return;
    case '{': tok = Token::kLbrace; return;
    case ')': tok = Token::kRparen; newline_ends_ = true; return;
    case ']': tok = Token::kRbrack; newline_ends_ = true; return;
    case '}': tok = Token::kRbrace; newline_ends_ = true; return;
    case ',': tok = Token::kComma; return;
    case ';': tok = Token::kSemi; text = "semicolon"; return;
    case ':': tok = accept('=') ? Token::kDefine : Token::kColon; return;
    case '.':
      if (IsDecimal(*p_)) {
        ScanNumber(true);
      } else if (*p_ == '.' && p_[1] == '.') {
        p_ += 2;
        tok = Token::kDotDotDot;
      } else {
        tok = Token::kDot;
      }
      return;
    case '+':
    case '-':
      if (accept(c)) {
        SetOperator(c == '+' ? Operator::kAdd : Operator::kSub);
        tok = Token::kIncOp;
        newline_ends_ = true;
      } else {
        SetOperatorOrAssign(c == '+' ? Operator::kAdd : Operator::kSub);
      }
      return;
    case '*':
      SetOperatorOrAssign(Operator::kMul);
      if (tok == Token::kOperator) tok = Token::kStar;
      return;
    case '%': SetOperatorOrAssign(Operator::kRem); return;
    case '^': SetOperatorOrAssign(Operator::kXor); return;
    case '&':
      if (accept('&')) SetOperator(Operator::kAndAnd);
      else SetOperatorOrAssign(accept('^') ? Operator::kAndNot : Operator::kAnd);
      return;
    case '|':
      if (accept('|')) SetOperator(Operator::kOrOr);
      else SetOperatorOrAssign(Operator::kOr);
      return;
    case '<':
      if (accept('=')) {
        SetOperator(Operator::kLeq);
      } else if (accept('<')) {
        SetOperatorOrAssign(Operator::kShl);
      } else if (accept('-')) {
        SetOperator(Operator::kRecv);
        tok = Token::kArrow;
      } else {
        SetOperator(Operator::kLss);
      }
      return;
    case '>':
      if (accept('=')) SetOperator(Operator::kGeq);
      else if (accept('>')) SetOperatorOrAssign(Operator::kShr);
      else SetOperator(Operator::kGtr);
      return;
    case '=':
      if (accept('=')) SetOperator(Operator::kEql);
      else tok = Token::kAssign;
      return;
    case '!': SetOperator(accept('=') ? Operator::kNeq : Operator::kNot); return;
    case '~': SetOperator(Operator::kTilde); return;
    default: GOL_UNREACHABLE("punctuation");
  }
}

// --- Names ----------------------------------------------------------------------------------

void Scanner::ScanIdent() {
  while (ClassOf(*p_) == kLetter || ClassOf(*p_) == kDigit) ++p_;
  if (ClassOf(*p_) == kHigh || (*p_ == '\0' && !AtEnd())) ScanIdentTail();
  text = {token_start_, static_cast<size_t>(p_ - token_start_)};
  Token keyword = LookupKeyword(text);
  if (keyword != Token::kNoToken) {
    tok = keyword;
    newline_ends_ = keyword == Token::kBreak || keyword == Token::kContinue ||
                    keyword == Token::kFallthrough || keyword == Token::kReturn;
    return;
  }
  tok = Token::kName;
  newline_ends_ = true;
}

// The rest of a name that holds characters outside ASCII.
void Scanner::ScanIdentTail() {
  for (;; ) {
    CharClass c = ClassOf(*p_);
    if (c == kLetter || c == kDigit || (*p_ == '\0' && !AtEnd())) {
      ++p_;
    } else if (c == kHigh) {
      DecodedRune r = DecodeRune(p_, end_);
      bool is_absent = r.is_invalid() || r.rune == 0xFEFF;
      if (!is_absent && !IsUnicodeLetter(r.rune) && !IsUnicodeDigit(r.rune)) {
        ErrorAt(p_, kInvalidCharInIdent, DescribeRune(r.rune));
      }
      p_ += r.size;
    } else {
      return;
    }
  }
}

// --- Numbers --------------------------------------------------------------------------------

namespace {
constexpr uint32_t kSawDigit = 1;
constexpr uint32_t kSawUnderscore = 2;
}  // namespace

// Steps over digits and underscores. In bases up to 10 every decimal digit is taken; the first one
// that is too large goes to *invalid.
uint32_t Scanner::ScanDigits(uint32_t base, const char** invalid) {
  uint32_t seen = 0;
  for (;; ++p_) {
    char c = *p_;
    if (c == '_') {
      seen |= kSawUnderscore;
    } else if (IsDecimal(c) || (base == 16 && IsHex(c))) {
      seen |= kSawDigit;
      if (base < 10 && c >= static_cast<char>('0' + base) && *invalid == nullptr) *invalid = p_;
    } else {
      return seen;
    }
  }
}

void Scanner::ScanNumber(bool after_point) {
  bool ok = true;
  auto fail = [&](const char* at, diag::Kind kind, auto... args) {
    if (ok) ErrorAt(at, kind, args...);
    ok = false;
  };
  LitKind kind = LitKind::kInt;
  uint32_t base = 10;
  char prefix = '\0';  // '0' for a bare leading zero
  uint32_t seen = 0;
  const char* invalid = nullptr;

  if (!after_point) {
    if (*p_ == '0') {
      ++p_;
      switch (Lower(*p_)) {
        case 'x': base = 16; prefix = 'x'; ++p_; break;
        case 'o': base = 8; prefix = 'o'; ++p_; break;
        case 'b': base = 2; prefix = 'b'; ++p_; break;
        default: base = 8; prefix = '0'; seen = kSawDigit; break;
      }
    }
    seen |= ScanDigits(base, &invalid);
    if (*p_ == '.') {
      if (prefix == 'o' || prefix == 'b') fail(p_, kInvalidRadixPoint, BaseName(base));
      ++p_;
      after_point = true;
    }
  }
  if (after_point) {
    kind = LitKind::kFloat;
    seen |= ScanDigits(base, &invalid);
  }
  if ((seen & kSawDigit) == 0) fail(p_, kLiteralHasNoDigits, BaseName(base));

  char e = Lower(*p_);
  if (e == 'e' || e == 'p') {
    std::string quoted = QuoteRune(static_cast<unsigned char>(*p_));
    if (e == 'e' && prefix != '\0' && prefix != '0') {
      fail(p_, kExponentNeedsMantissa, quoted, "decimal");
    } else if (e == 'p' && prefix != 'x') {
      fail(p_, kExponentNeedsMantissa, quoted, "hexadecimal");
    }
    ++p_;
    kind = LitKind::kFloat;
    if (*p_ == '+' || *p_ == '-') ++p_;
    uint32_t exponent = ScanDigits(10, nullptr);
    seen |= exponent & kSawUnderscore;
    if ((exponent & kSawDigit) == 0) fail(p_, kExponentHasNoDigits);
  } else if (prefix == 'x' && kind == LitKind::kFloat) {
    fail(p_, kHexFloatNeedsExponent);
  }
  if (*p_ == 'i') {
    kind = LitKind::kImag;
    ++p_;
  }

  FinishLiteral(kind, ok);
  if (kind == LitKind::kInt && invalid != nullptr) {
    fail(invalid, kInvalidDigit, QuoteRune(static_cast<unsigned char>(*invalid)), BaseName(base));
  }
  if ((seen & kSawUnderscore) != 0) {
    if (const char* at = FindMisplacedUnderscore(text)) fail(at, kMisplacedUnderscore);
  }
  is_bad = !ok;
}

void Scanner::FinishLiteral(LitKind kind, bool ok) {
  tok = Token::kLiteral;
  lit_kind = kind;
  is_bad = !ok;
  text = {token_start_, static_cast<size_t>(p_ - token_start_)};
  newline_ends_ = true;
}

// --- Strings and runes ----------------------------------------------------------------------

void Scanner::ScanString() {
  bool ok = true;
  ++p_;
  for (;;) {
    char c = *p_;
    if (c == '"') {
      ++p_;
      break;
    }
    if (c == '\\') {
      ++p_;
      if (!ScanEscape('"')) ok = false;
    } else if (c == '\n') {
      ErrorAt(p_, kNewlineInString);
      ok = false;
      break;
    } else if (c == '\0' && AtEnd()) {
      ErrorAt(token_start_, kStringNotTerminated);
      ok = false;
      break;
    } else {
      ++p_;
    }
  }
  FinishLiteral(LitKind::kString, ok);
}

void Scanner::ScanRawString() {
  const void* close = std::memchr(p_ + 1, '`', static_cast<size_t>(end_ - p_ - 1));
  if (close == nullptr) {
    ErrorAt(token_start_, kStringNotTerminated);
    p_ = end_;
  } else {
    p_ = static_cast<const char*>(close) + 1;
  }
  FinishLiteral(LitKind::kString, close != nullptr);
}

void Scanner::ScanRune() {
  bool ok = true;
  auto fail = [&](const char* at, diag::Kind kind) {
    if (ok) ErrorAt(at, kind);
    ok = false;
  };
  ++p_;
  for (int count = 0;; ++count) {
    char c = *p_;
    if (c == '\'') {
      if (count == 0) fail(p_, kEmptyRune);
      else if (count != 1) fail(token_start_, kLongRune);
      ++p_;
      break;
    }
    if (c == '\\') {
      ++p_;
      if (!ScanEscape('\'')) ok = false;
    } else if (c == '\n') {
      fail(p_, kNewlineInRune);
      break;
    } else if (c == '\0' && AtEnd()) {
      fail(token_start_, kRuneNotTerminated);
      break;
    } else {
      DecodedRune r = DecodeRune(p_, end_);
      if (r.is_invalid() || r.rune == 0) --count;
      p_ += r.size;
    }
  }
  FinishLiteral(LitKind::kRune, ok);
}

// Steps over an escape whose backslash has been read. A missing rest at the end of the text counts
// as good: the caller complains about the end.
bool Scanner::ScanEscape(char quote) {
  uint32_t digits = 0;
  uint32_t base = 16;
  uint32_t max = kMaxRune;
  char c = *p_;
  if (AtEnd()) return true;
  switch (c) {
    case 'a': case 'b': case 'f': case 'n': case 'r': case 't': case 'v': case '\\':
      ++p_;
      return true;
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
      digits = 3;
      base = 8;
      max = 255;
      break;
    case 'x': ++p_; digits = 2; max = 255; break;
    case 'u': ++p_; digits = 4; break;
    case 'U': ++p_; digits = 8; break;
    default:
      if (c == quote) {
        ++p_;
        return true;
      }
      ErrorAt(p_, kUnknownEscape);
      return false;
  }
  uint32_t value = 0;
  for (; digits > 0; --digits, ++p_) {
    if (AtEnd()) return true;
    c = *p_;
    uint32_t d = IsDecimal(c) ? static_cast<uint32_t>(c - '0')
                 : IsHex(c)   ? static_cast<uint32_t>(Lower(c) - 'a' + 10)
                              : base;
    if (d >= base) {
      ErrorAt(p_, kInvalidCharInEscape, QuoteRune(DecodeRune(p_, end_).rune), BaseName(base));
      return false;
    }
    value = value * base + d;
  }
  if (value > max && base == 8) {
    ErrorAt(p_, kOctalEscapeTooLarge, value);
    return false;
  }
  if (value > max || (value >= 0xD800 && value < 0xE000)) {
    ErrorAt(p_, kEscapeNotCodePoint, DescribeRune(value));
    return false;
  }
  return true;
}

// --- Comments and directives ----------------------------------------------------------------

void Scanner::SkipLineComment() {
  const char* start = p_;
  const void* newline = std::memchr(p_, '\n', static_cast<size_t>(end_ - p_));
  p_ = newline == nullptr ? end_ : static_cast<const char*>(newline);
  if (keep_comments_ || start[2] == 'g' || start[2] == 'l') NoteComment(start, p_);
}

bool Scanner::SkipBlockComment() {
  const char* start = p_;
  const char* p = p_ + 2;
  for (;;) {
    p = static_cast<const char*>(std::memchr(p, '*', static_cast<size_t>(end_ - p)));
    if (p == nullptr) {
      ErrorAt(start, kCommentNotTerminated);
      p_ = end_;
      break;
    }
    if (*++p == '/') {
      p_ = p + 1;
      NoteComment(start, p_);
      break;
    }
  }
  return std::memchr(start, '\n', static_cast<size_t>(p_ - start)) != nullptr;
}

void Scanner::NoteComment(const char* start, const char* stop) {
  std::string_view comment(start, static_cast<size_t>(stop - start));
  if (comment.ends_with('\r')) comment.remove_suffix(1);
  if (keep_comments_) comments.push_back({PosOf(start), comment});
  std::string_view body = comment.substr(2);
  if (body.starts_with("line ")) {
    bool at_line_start = start == begin_ || start[-1] == '\n';
    if (at_line_start || start[1] == '*') NoteLineDirective(start, start + comment.size());
  } else if (start[1] == '/' && body.starts_with("go:")) {
    const char* before = start;
    while (before > begin_ && ClassOf(before[-1]) == kBlank) --before;
    bool own_line = before == begin_ || before[-1] == '\n';
    directives.push_back({PosOf(start + 2), body, own_line});
  }
}

namespace {

// The digits behind the last colon of text: where they start, and their value.
struct TrailingNumber {
  size_t start = 0;  // 0: no colon
  uint64_t value = 0;
  bool is_number = false;
};

TrailingNumber SplitTrailingNumber(std::string_view text) {
  TrailingNumber out;
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return out;
  out.start = colon + 1;
  std::string_view digits = text.substr(out.start);
  out.is_number = !digits.empty() && digits.size() < 19;
  for (char c : digits) {
    if (!IsDecimal(c)) out.is_number = false;
    else if (digits.size() < 19) out.value = out.value * 10 + static_cast<uint64_t>(c - '0');
  }
  return out;
}

constexpr uint64_t kMaxLine = uint64_t{1} << 30;

}  // namespace

// `//line file:line`, `//line file:line:col` and the same in `/* */` name the position of what
// follows: the next line, or the byte behind the comment.
void Scanner::NoteLineDirective(const char* start, const char* stop) {
  bool is_block = start[1] == '*';
  std::string_view body(start + 7, static_cast<size_t>(stop - start - 7 - (is_block ? 2 : 0)));
  TrailingNumber last = SplitTrailingNumber(body);
  if (last.start == 0) return;
  auto fail = [&](diag::Kind kind, size_t at) {
    ErrorAt(body.data() + at, kind, body.substr(at));
  };
  if (!last.is_number) return fail(kInvalidLineNumber, last.start);
  TrailingNumber first = SplitTrailingNumber(body.substr(0, last.start - 1));
  uint64_t line = last.value;
  uint64_t column = 0;
  size_t line_start = last.start;
  if (first.is_number) {
    column = last.value;
    line = first.value;
    line_start = first.start;
    if (column == 0 || column > kMaxLine) return fail(kInvalidColumnNumber, last.start);
    body = body.substr(0, last.start - 1);
  }
  if (line == 0 || line > kMaxLine) return fail(kInvalidLineNumber, line_start);
  // A block comment over several lines is no directive.
  if (is_block && std::memchr(start, '\n', static_cast<size_t>(stop - start)) != nullptr) return;
  const char* next = stop;
  if (!is_block) {
    while (next < end_ && *next != '\n') ++next;
    if (next < end_) ++next;
  }
  source_->AddLineDirective(PosOf(next), body.substr(0, line_start - 1),
                            static_cast<uint32_t>(line), static_cast<uint32_t>(column));
}

// --- Skipping of function bodies ------------------------------------------------------------

void Scanner::SkipBlock() {
  GOL_DCHECK(tok == Token::kLbrace);
  size_t depth = 1;
  const char* p = p_;
  static constexpr std::array<bool, 256> kInteresting = [] {
    std::array<bool, 256> table{};
    for (unsigned char c : {'{', '}', '"', '\'', '`', '/', '\0'}) table[c] = true;
    return table;
  }();
  for (;; ++p) {
    while (!kInteresting[static_cast<unsigned char>(*p)]) ++p;
    switch (*p) {
      case '{': ++depth; break;
      case '}':
        if (--depth == 0) {
          token_start_ = p;
          pos = PosOf(p);
          p_ = p + 1;
          tok = Token::kRbrace;
          newline_ends_ = true;
          return;
        }
        break;
      case '"':
      case '\'': {
        char quote = *p++;
        while (*p != quote && *p != '\n' && !(*p == '\0' && p >= end_)) {
          if (*p == '\\' && p + 1 < end_) ++p;
          ++p;
        }
        if (*p != quote) --p;
        break;
      }
      case '`': {
        const void* close = std::memchr(p + 1, '`', static_cast<size_t>(end_ - p - 1));
        p = close == nullptr ? end_ - 1 : static_cast<const char*>(close);
        break;
      }
      case '/':
        if (p[1] == '/' || p[1] == '*') {
          p_ = p;
          size_t kept_comments = comments.size();
          size_t kept_directives = directives.size();
          if (p[1] == '/') SkipLineComment();
          else SkipBlockComment();
          comments.resize(kept_comments);
          directives.resize(kept_directives);
          p = p_ - 1;
        }
        break;
      case '\0':
        if (p >= end_) {
          p_ = end_;
          pos = PosOf(p_);
          tok = Token::kEof;
          return;
        }
        break;
      default: break;
    }
  }
}

}  // namespace gol::syntax
