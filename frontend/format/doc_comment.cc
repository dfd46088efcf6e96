// The standard form of doc comments, as Go's documentation of them (go.dev/doc/comment) has it.
//
// A comment is cut into spans of lines first: headings, paragraphs, lists, code. What is indented
// is code, or a list where its first line has a marker; some common slips count as indented, too:
// list items at the margin whose second line is indented, the line above code that ends in "{", a
// "}" below it. Then each span is written again: code behind one tab, items behind "  - " or " 1.
// ", blank lines in between, link definitions at the end (first the ones that are used),
// directives behind them. Lines are never filled anew. In text, `` and '' become quotation marks,
// but not in URLs.
#include <algorithm>
#include <map>
#include <optional>

#include "frontend/format/comment_text.h"
#include "frontend/syntax/unicode.h"
#include "frontend/types/unicode_upper.h"

namespace gol::format {

namespace {

syntax::DecodedRune Decode(std::string_view s) {
  return syntax::DecodeRune(s.data(), s.data() + s.size());
}

bool IsLetter(uint32_t r) {
  if (r < 0x80) return (r | 0x20) >= 'a' && (r | 0x20) <= 'z';
  return syntax::IsUnicodeLetter(r);
}

bool IsUpper(uint32_t r) { return r < 0x80 ? r >= 'A' && r <= 'Z' : types::IsUnicodeUpper(r); }

bool IsDigit(uint32_t r) { return r < 0x80 ? r >= '0' && r <= '9' : syntax::IsUnicodeDigit(r); }

bool IsIndented(std::string_view line) {
  return !line.empty() && (line[0] == ' ' || line[0] == '\t');
}

std::string_view LeadingSpace(std::string_view s) {
  return s.substr(0, std::min(s.find_first_not_of(" \t"), s.size()));
}

// The lines without what white space they begin with in common; blank ones empty, none at the ends.
std::vector<std::string> Unindent(std::vector<std::string> lines) {
  auto trim_ends = [&] {
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    size_t n = 0;
    while (n < lines.size() && lines[n].empty()) ++n;
    lines.erase(lines.begin(), lines.begin() + static_cast<ptrdiff_t>(n));
  };
  trim_ends();
  if (lines.empty()) return lines;
  std::string prefix(LeadingSpace(lines[0]));
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    auto ends = std::mismatch(prefix.begin(), prefix.end(), line.begin(), line.end());
    prefix.erase(ends.first, prefix.end());
  }
  for (std::string& line : lines) {
    if (line.starts_with(prefix)) line.erase(0, prefix.size());
    if (TrimSpace(line).empty()) line.clear();
  }
  trim_ends();
  return lines;
}

// --- Recognising lines ----------------------------------------------------------------------

struct ListMarker {
  std::string number;  // empty for bullets
  std::string rest;
};

std::optional<ListMarker> ListMarkerOf(std::string_view line) {
  line = TrimSpace(line);
  if (line.empty()) return std::nullopt;
  ListMarker m;
  if (line.starts_with("\u2022")) {
    m.rest = line.substr(std::string_view("\u2022").size());
  } else if (line[0] == '*' || line[0] == '+' || line[0] == '-') {
    m.rest = line.substr(1);
  } else {
    const size_t n = line.find_first_not_of("0123456789");
    if (n == 0 || n == std::string_view::npos || (line[n] != '.' && line[n] != ')')) {
      return std::nullopt;
    }
    m.number = line.substr(0, n);
    m.rest = line.substr(n + 1);
  }
  if (!IsIndented(m.rest) || TrimSpace(m.rest).empty()) return std::nullopt;
  return m;
}

bool IsList(std::string_view line) { return ListMarkerOf(line).has_value(); }

bool IsHeading(std::string_view line) {
  return line.size() >= 2 && line[0] == '#' && (line[1] == ' ' || line[1] == '\t') &&
         TrimSpace(line) != "#";
}

// Whether every occurrence of mark in the line is followed by what the test wants.
template <typename Test>
bool EachFollowedBy(std::string_view line, char mark, Test test) {
  for (size_t i = line.find(mark); i != std::string_view::npos; i = line.find(mark, i + 1)) {
    if (!test(line.substr(i + 1))) return false;
  }
  return true;
}

// A line that was a heading before there were marks for it: it stands alone before text, and
// looks like one.
bool IsOldHeading(const std::vector<std::string>& lines, size_t at) {
  if (at == 0 || !lines[at - 1].empty() || at + 2 >= lines.size() || !lines[at + 1].empty() ||
      IsIndented(lines[at + 2])) {
    return false;
  }
  const std::string_view line = TrimSpace(lines[at]);
  if (!IsUpper(Decode(line).rune)) return false;
  size_t start = line.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(line[start]) & 0xc0) == 0x80) --start;
  const uint32_t last = Decode(line.substr(start)).rune;
  if (!IsLetter(last) && !IsDigit(last)) return false;
  if (line.find_first_of(";:!?+*/=[]{}_^&~%#@<\">\\") != std::string_view::npos ||
      line.find("\u00b0") != std::string_view::npos ||
      line.find("\u00a7") != std::string_view::npos) {
    return false;
  }
  return EachFollowedBy(line, '\'', [](std::string_view s) {
           return s == "s" || s.starts_with("s ");
         }) &&
         EachFollowedBy(line, '.', [](std::string_view s) {
           return !s.empty() && s[0] != ' ';
         });
}

bool IsScheme(std::string_view s) {
  static constexpr std::string_view kSchemes[] = {"file", "ftp", "gopher", "http", "https",
                                                  "mailto", "nntp"};
  return std::find(std::begin(kSchemes), std::end(kSchemes), s) != std::end(kSchemes);
}

struct LinkDef {
  std::string text;
  std::string url;
  bool is_used = false;
};

// "[text]: url"
std::optional<LinkDef> LinkDefOf(std::string_view line) {
  if (line.empty() || line[0] != '[') return std::nullopt;
  const size_t i = line.find("]:");
  if (i == std::string_view::npos || i + 3 >= line.size() ||
      (line[i + 2] != ' ' && line[i + 2] != '\t')) {
    return std::nullopt;
  }
  const std::string_view url = TrimSpace(line.substr(i + 3));
  const size_t j = url.find("://");
  if (j == std::string_view::npos || !IsScheme(url.substr(0, j))) return std::nullopt;
  return LinkDef{std::string(line.substr(1, i - 1)), std::string(url)};
}

// --- Spans ----------------------------------------------------------------------------------

enum class SpanKind { kCode, kHeading, kList, kParagraph };

struct Span {
  size_t start;
  size_t end;
  SpanKind kind;
};

std::vector<Span> SpansOf(const std::vector<std::string>& lines) {
  std::vector<Span> spans;
  size_t i = 0;
  size_t forced = 0;  // lines before this count as indented
  for (;;) {
    while (i < lines.size() && lines[i].empty()) ++i;
    if (i >= lines.size()) return spans;
    const size_t start = i;
    if (i < forced || IsIndented(lines[i])) {
      // To the next line at the margin; items at the margin belong to it up to a blank line.
      bool items_belong = i < forced && IsList(lines[i]);
      for (++i; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        if (!line.empty() && i >= forced && !IsIndented(line) && !(items_belong && IsList(line))) {
          break;
        }
        if (line.empty()) items_belong = false;
      }
      size_t end = i;
      while (end > start && lines[end - 1].empty()) --end;
      if (end < lines.size() && lines[end].starts_with("}")) ++end;
      spans.push_back({start, end, IsList(lines[start]) ? SpanKind::kList : SpanKind::kCode});
      i = end;
      continue;
    }
    for (++i; i < lines.size() && !lines[i].empty() && !IsIndented(lines[i]);) ++i;
    size_t end = i;
    if (i < lines.size() && !lines[i].empty() && !IsList(lines[i])) {
      const std::string& before = lines[i - 1];
      if (IsList(before)) {
        forced = end--;
        while (end > start && IsList(lines[end - 1])) --end;
      } else if (before.ends_with("{") || before.ends_with("\\")) {
        forced = end--;
      }
      if (start == end && forced > start) {
        i = start;
        continue;
      }
    }
    const bool is_heading =
        end - start == 1 && (IsHeading(lines[start]) || IsOldHeading(lines, start));
    spans.push_back({start, end, is_heading ? SpanKind::kHeading : SpanKind::kParagraph});
    i = end;
  }
}

// --- Text -----------------------------------------------------------------------------------

bool IsUrlPunctuation(char c) { return std::string_view(".,:;?!").find(c) != std::string::npos; }
bool IsAsciiAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool IsHostChar(char c) {
  return IsAsciiAlnum(c) || std::string_view("_@-.[]:").find(c) != std::string::npos;
}
bool IsPathChar(char c) {
  return IsAsciiAlnum(c) || std::string_view("$'()*+&#=@~_/-[]{}%").find(c) != std::string::npos;
}

// The length of the URL that s begins with; 0 when it begins with none.
size_t UrlLength(std::string_view s) {
  size_t i = s.find(':');
  if (i == std::string_view::npos || i < 3 || i > 6 || s.substr(i, 3) != "://" ||
      !IsScheme(s.substr(0, i))) {
    return 0;
  }
  i += 3;
  if (i >= s.size() || !IsHostChar(s[i]) || IsUrlPunctuation(s[i])) return 0;
  size_t end = ++i;
  for (; i < s.size() && IsHostChar(s[i]); ++i) {
    if (!IsUrlPunctuation(s[i])) end = i + 1;
  }
  // The path: brackets must match, punctuation is not its end.
  std::string open;
  for (i = end; i < s.size(); ++i) {
    const char c = s[i];
    if (IsUrlPunctuation(c)) continue;
    if (!IsPathChar(c)) break;
    if (c == '(') open.push_back(')');
    else if (c == '{') open.push_back('}');
    else if (c == '[') open.push_back(']');
    else if (c == ')' || c == '}' || c == ']') {
      if (open.empty() || open.back() != c) break;
      open.pop_back();
    }
    if (open.empty()) end = i + 1;
  }
  return end;
}

// The length of the name that s begins with.
size_t NameLength(std::string_view s) {
  size_t n = 0;
  while (n < s.size()) {
    const char c = s[n];
    if (static_cast<unsigned char>(c) < 0x80) {
      if (!IsAsciiAlnum(c) && c != '_') break;
      if (n == 0 && c >= '0' && c <= '9') break;
      ++n;
      continue;
    }
    const syntax::DecodedRune r = Decode(s.substr(n));
    if (!IsLetter(r.rune)) break;
    n += r.size;
  }
  return n;
}

// With quotation marks; URLs are left alone where they become links.
std::string Quoted(std::string_view s, bool links) {
  std::string out;
  for (size_t i = 0; i < s.size();) {
    const std::string_view rest = s.substr(i);
    size_t verbatim = 0;
    if (links) verbatim = UrlLength(rest);
    if (links && verbatim == 0) verbatim = NameLength(rest);
    if (verbatim == 0 && rest.starts_with("```")) {
      verbatim = std::min(rest.find_first_not_of('`'), rest.size());
    }
    if (verbatim > 0) {
      out += rest.substr(0, verbatim);
      i += verbatim;
    } else if (rest.starts_with("``")) {
      out += "\u201c";
      i += 2;
    } else if (rest.starts_with("''")) {
      out += "\u201d";
      i += 2;
    } else {
      out += rest[0];
      ++i;
    }
  }
  return out;
}

class DocFormatter {
 public:
  std::string Format(std::string_view text);

 private:
  // Null for a block of link definitions, which it notes.
  std::optional<std::string> Paragraph(const std::vector<std::string>& lines);
  std::string Linked(std::string_view text);
  void AddList(const std::vector<std::string>& lines, bool blank_before);
  void AddCode(const std::vector<std::string>& lines);

  struct Item {
    std::string number;
    std::vector<std::string> paragraphs;
  };
  struct Block {
    SpanKind kind;
    std::string text;  // code, headings, paragraphs
    std::vector<Item> items;
    bool blank_before = true;
    bool blank_between = false;
  };
  std::vector<Block> blocks_;
  std::vector<LinkDef> links_;
};

std::optional<std::string> DocFormatter::Paragraph(const std::vector<std::string>& lines) {
  std::vector<LinkDef> defs;
  std::string text;
  for (const std::string& line : lines) {
    if (std::optional<LinkDef> def = LinkDefOf(line)) defs.push_back(*def);
    if (!text.empty() || &line != &lines[0]) text += '\n';
    text += line;
  }
  if (defs.size() < lines.size()) return text;
  for (const LinkDef& def : defs) links_.push_back(def);
  return std::nullopt;
}

// Text with its references to link definitions.
std::string DocFormatter::Linked(std::string_view text) {
  std::string out;
  size_t written = 0;
  size_t open = std::string_view::npos;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') open = i;
    if (text[i] != ']' || open == std::string_view::npos) continue;
    std::string name(text.substr(open + 1, i - open - 1));
    std::replace_if(name.begin(), name.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    auto def = std::find_if(links_.begin(), links_.end(),
                            [&](const LinkDef& d) { return d.text == name; });
    if (def != links_.end()) {
      def->is_used = true;
      out += Quoted(text.substr(written, open - written), true);
      out += "[" + Quoted(text.substr(open + 1, i - open - 1), false) + "]";
      written = i + 1;
    }
    open = std::string_view::npos;
  }
  return out + Quoted(text.substr(written), true);
}

void DocFormatter::AddCode(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : Unindent(lines)) {
    if (!line.empty()) text += "\t" + line;
    text += "\n";
  }
  blocks_.push_back({SpanKind::kCode, text, {}});
}

void DocFormatter::AddList(const std::vector<std::string>& lines, bool blank_before) {
  const bool is_numbered = !ListMarkerOf(lines[0])->number.empty();
  Block list{SpanKind::kList, "", {}, blank_before};
  std::vector<std::string> text;
  auto flush = [&] {
    std::optional<std::string> p = Paragraph(text);
    if (p && !list.items.empty()) list.items.back().paragraphs.push_back(*p);
    text.clear();
  };
  for (const std::string& line : lines) {
    std::string rest = line;
    std::optional<ListMarker> marker = ListMarkerOf(line);
    if (marker && !marker->number.empty() == is_numbered) {
      flush();
      list.items.push_back({marker->number, {}});
      rest = marker->rest;
    }
    rest = TrimSpace(rest);
    if (rest.empty()) {
      list.blank_between = true;
      flush();
    } else {
      text.push_back(rest);
    }
  }
  flush();
  for (const Item& item : list.items) list.blank_between |= item.paragraphs.size() != 1;
  list.blank_before |= list.blank_between;
  blocks_.push_back(std::move(list));
}

std::string WithIndentedLines(const std::string& text, std::string_view indent) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n') out += indent;
  }
  return out;
}

std::string DocFormatter::Format(std::string_view source) {
  const std::vector<std::string> lines = Unindent(SplitLines(source));
  size_t previous_end = 0;
  for (const Span& span : SpansOf(lines)) {
    const std::vector<std::string> part(lines.begin() + static_cast<ptrdiff_t>(span.start),
                                        lines.begin() + static_cast<ptrdiff_t>(span.end));
    switch (span.kind) {
      case SpanKind::kCode:
        AddCode(part);
        break;
      case SpanKind::kList:
        AddList(part, previous_end < span.start);
        break;
      case SpanKind::kHeading: {
        std::string_view text = part[0];
        if (IsHeading(text)) text.remove_prefix(1);
        blocks_.push_back({SpanKind::kHeading, "# " + std::string(TrimSpace(text)) + "\n", {}});
        break;
      }
      case SpanKind::kParagraph:
        if (std::optional<std::string> p = Paragraph(part)) {
          blocks_.push_back({SpanKind::kParagraph, *p, {}});
        }
        break;
    }
    previous_end = span.end;
  }
  std::string out;
  for (Block& block : blocks_) {
    if (&block != &blocks_[0] && block.blank_before) out += "\n";
    switch (block.kind) {
      case SpanKind::kCode:
      case SpanKind::kHeading:
        out += block.text;
        break;
      case SpanKind::kParagraph:
        out += Linked(block.text) + "\n";
        break;
      case SpanKind::kList:
        for (const Item& item : block.items) {
          if (&item != &block.items[0] && block.blank_between) out += "\n";
          out += item.number.empty() ? "  - " : " " + item.number + ". ";
          for (const std::string& p : item.paragraphs) {
            if (&p != &item.paragraphs[0]) out += "\n    ";
            out += WithIndentedLines(Linked(p), "    ") + "\n";
          }
        }
        break;
    }
  }
  for (bool used : {true, false}) {
    bool is_first = true;
    for (const LinkDef& def : links_) {
      if (def.is_used != used) continue;
      if (is_first) out += "\n";
      is_first = false;
      out += "[" + def.text + "]: " + def.url + "\n";
    }
  }
  return out;
}

// Whether the text behind "//" is a directive, "go:noinline".
bool IsDirective(std::string_view s) {
  for (std::string_view verb : {"line ", "extern ", "export "}) {
    if (s.starts_with(verb)) return true;
  }
  const size_t colon = s.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 >= s.size()) return false;
  for (size_t i = 0; i <= colon + 1; ++i) {
    const bool is_fine = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9');
    if (i != colon && !is_fine) return false;
  }
  return true;
}

// Whether each line of a /* */ comment begins with a star: not a form that is kept up.
bool HasStars(std::string_view text) {
  for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) {
    const size_t j = text.find_first_not_of(" \t", i + 1);
    if (j != std::string_view::npos && text[j] != '*') return false;
  }
  return true;
}

}  // namespace

std::vector<CommentText> FormatDocComment(const std::vector<CommentText>& list) {
  const CommentText& first = list[0];
  if (!first.is_line()) {
    if (list.size() != 1 || first.text.find('\n') == std::string::npos || HasStars(first.text)) {
      return list;
    }
    const std::string_view inside = std::string_view(first.text).substr(2, first.text.size() - 4);
    return {{first.begin, first.end, "/*\n" + DocFormatter().Format(inside) + "*/"}};
  }
  std::string text;
  std::vector<CommentText> directives;
  for (const CommentText& c : list) {
    if (!c.is_line()) return list;
    std::string_view body = std::string_view(c.text).substr(2);
    if (IsDirective(body)) {
      directives.push_back({first.begin, c.end, c.text});
      continue;
    }
    if (body.starts_with(' ')) body.remove_prefix(1);
    text += body;
    text += '\n';
  }
  if (text.empty()) return list;
  std::vector<CommentText> out;
  auto add = [&](std::string line) { out.push_back({first.begin, first.end, std::move(line)}); };
  std::string formatted = DocFormatter().Format(text);
  if (!formatted.empty()) {
    formatted.pop_back();
    for (const std::string& line : SplitLines(formatted)) {
      if (line.empty()) add("//");
      else add((line[0] == '\t' ? "//" : "// ") + line);
    }
  }
  if (!directives.empty()) {
    add("//");
    out.insert(out.end(), directives.begin(), directives.end());
  }
  return out;
}

}  // namespace gol::format
