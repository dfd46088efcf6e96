// Columns of text, by the rules of Go's text/tabwriter as gofmt sets it up.
//
// A line is a list of cells; a tab ends a cell, so the last cell of a line has no end. The k-th
// cells of consecutive lines, each ended by a tab, make a column block: all are as wide as the
// widest, plus one blank. A line without a k-th ended cell ends the block, and so does a
// section's end. The empty cells at the beginning of a line are its indentation: they become
// tabs, eight columns wide each. A column block of which every cell is empty and ended by kColumn
// takes no room.
//
// Blocks nest: the lines of a block of column k are looked through for blocks of column k+1, whose
// extent can only be smaller.
#include "frontend/format/cells.h"

#include <algorithm>
#include <vector>

namespace gol::format {

namespace {

constexpr size_t kTabWidth = 8;
constexpr size_t kPadding = 1;

struct Cell {
  std::string_view text;  // with the kVerbatim characters
  size_t width = 0;       // in characters
  bool by_tab = false;    // ended by kTab
};

using Line = std::vector<Cell>;

size_t CharacterCount(std::string_view s) {
  size_t n = 0;
  for (char c : s) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80 && c != kVerbatim;
  return n;
}

class Section {
 public:
  explicit Section(std::string* out) : out_(out) {}

  void Add(Line line) { lines_.push_back(std::move(line)); }
  bool is_empty() const { return lines_.empty(); }
  void Finish() {
    Format(0, lines_.size());
    lines_.clear();
  }

 private:
  void Format(size_t first, size_t end);
  void Write(size_t first, size_t end);
  void Pad(size_t text_width, size_t cell_width, bool with_tabs);

  std::string* out_;
  std::vector<Line> lines_;
  std::vector<size_t> widths_;  // of the columns around the lines being formatted
};

void Section::Format(size_t first, size_t end) {
  const size_t column = widths_.size();
  auto has_cell = [&](size_t i) { return column + 1 < lines_[i].size(); };
  for (size_t i = first; i < end; ++i) {
    if (!has_cell(i)) continue;
    Write(first, i);
    first = i;
    size_t width = 0;
    bool is_void = true;
    for (; i < end && has_cell(i); ++i) {
      const Cell& cell = lines_[i][column];
      width = std::max(width, cell.width + kPadding);
      if (cell.width > 0 || cell.by_tab) is_void = false;
    }
    widths_.push_back(is_void ? 0 : width);
    Format(first, i);
    widths_.pop_back();
    first = i;
  }
  Write(first, end);
}

void Section::Pad(size_t text_width, size_t cell_width, bool with_tabs) {
  if (with_tabs) {
    cell_width = (cell_width + kTabWidth - 1) / kTabWidth * kTabWidth;
    out_->append((cell_width - text_width + kTabWidth - 1) / kTabWidth, '\t');
  } else {
    out_->append(cell_width - text_width, ' ');
  }
}

void Section::Write(size_t first, size_t end) {
  for (size_t i = first; i < end; ++i) {
    bool is_indentation = true;
    for (size_t k = 0; k < lines_[i].size(); ++k) {
      const Cell& cell = lines_[i][k];
      if (!cell.text.empty()) is_indentation = false;
      out_->append(cell.text);
      if (k < widths_.size()) Pad(cell.width, widths_[k], is_indentation);
    }
    out_->push_back('\n');
  }
}

// Removes blanks at the end of lines, and the characters around verbatim text.
std::string Trim(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t kept = 0;  // what is behind it are blanks
  bool verbatim = false;
  for (char c : text) {
    if (c == kVerbatim) {
      verbatim = !verbatim;
      kept = out.size();
      continue;
    }
    if (!verbatim && c == '\n') out.resize(kept);
    out.push_back(c);
    if (verbatim || (c != ' ' && c != '\t')) kept = out.size();
  }
  out.resize(kept);
  return out;
}

}  // namespace

std::string AlignColumns(std::string_view text) {
  std::string aligned;
  aligned.reserve(text.size() * 2);
  Section section(&aligned);
  Line line;
  bool verbatim = false;
  size_t start = 0;
  auto end_cell = [&](size_t at, bool by_tab) {
    std::string_view s = text.substr(start, at - start);
    line.push_back({s, CharacterCount(s), by_tab});
    start = at + 1;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == kVerbatim) verbatim = !verbatim;
    if (verbatim) continue;
    if (c == kTab || c == kColumn) {
      end_cell(i, c == kTab);
    } else if (c == kNewline || c == kSectionEnd) {
      end_cell(i, false);
      // A line of one cell ends all columns as well.
      const bool ends = c == kSectionEnd || line.size() == 1;
      section.Add(std::move(line));
      line.clear();
      if (ends) section.Finish();
    }
  }
  if (start < text.size()) {
    end_cell(text.size(), false);
    section.Add(std::move(line));
    section.Finish();
    aligned.pop_back();  // the text did not end its last line
  } else {
    section.Finish();
  }
  return Trim(aligned);
}

std::string StripColumns(std::string_view text) {
  std::string plain(text);
  bool verbatim = false;
  for (char& c : plain) {
    if (c == kVerbatim) verbatim = !verbatim;
    if (verbatim) continue;
    if (c == kColumn) c = '\t';
    if (c == kSectionEnd) c = '\n';
  }
  return Trim(plain);
}

}  // namespace gol::format
