// Collecting, thinning out and rendering of diagnostics.
#include "frontend/diag/emitter.h"

#include <algorithm>

namespace gol::diag {
namespace {

bool IsSyntaxError(std::string_view message) { return message.starts_with("syntax error"); }

// The checker marks operands and types it already complained about with these words; a message
// that holds them behind its beginning follows from an earlier one.
bool IsFollowUp(std::string_view message) {
  for (std::string_view mark : {"invalid operand", "invalid type"}) {
    size_t at = message.find(mark);
    if (at != std::string_view::npos && at > 0) return true;
  }
  return false;
}

// The largest column that the Go compiler tells; farther right it names the line only.
constexpr uint32_t kMaxColumn = 254;

std::string PlaceText(Position position) {
  if (position.column > kMaxColumn) position.column = 0;
  return position.ToString() + ": ";
}

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kReset = "\x1b[0m";

}  // namespace

Diagnostic& Emitter::Add(Pos pos, Kind kind, const Arg* args, size_t count) {
  std::string message = Format(KindText(kind), args, count);

  // A line is known by the physical position of its file's start and its number.
  uint64_t line = 0;
  if (const SourceFile* file = sources_->FileOf(pos)) {
    line = (uint64_t{file->base().offset} << 32) | file->PhysicalPosition(pos).line;
  }
  bool drop = false;
  if (IsSyntaxError(message)) {
    drop = line != 0 && line == last_syntax_line_;
    last_syntax_line_ = line;
    if (!drop) syntax_errors_++;
  } else {
    drop = (has_errors() && IsFollowUp(message)) ||
           (line == last_other_line_ && message == last_other_message_);
    if (!drop) {
      last_other_line_ = line;
      last_other_message_ = message;
    }
  }
  Diagnostic* place = &dropped_;
  if (!drop) {
    diagnostics_.emplace_back();
    place = &diagnostics_.back();
  }
  *place = Diagnostic{pos, kind, std::move(message), {}};
  return *place;
}

void Emitter::TakeOver(Emitter* other) {
  Clear();
  Append(other);
}

void Emitter::Append(Emitter* other) {
  for (Diagnostic& d : other->diagnostics_) diagnostics_.push_back(std::move(d));
  other->Clear();
}

std::vector<const Diagnostic*> Emitter::Sorted(int limit) const {
  size_t count = diagnostics_.size();
  if (limit > 0) count = std::min(count, static_cast<size_t>(limit));
  // Farther right than columns are told, a line's messages come first, in the order of being found.
  std::vector<Pos> place(count);
  std::vector<uint32_t> order(count);
  for (size_t i = 0; i < count; ++i) {
    order[i] = static_cast<uint32_t>(i);
    place[i] = diagnostics_[i].pos;
    if (!place[i].is_known()) continue;
    uint32_t column = sources_->ResolvePhysical(place[i]).column;
    if (column > kMaxColumn) place[i].offset -= column;
  }
  std::sort(order.begin(), order.end(), [&place](uint32_t a, uint32_t b) {
    return place[a] != place[b] ? place[a] < place[b] : a < b;
  });
  std::vector<const Diagnostic*> list;
  list.reserve(count);
  for (uint32_t i : order) list.push_back(&diagnostics_[i]);
  // Equal messages of one line, now next to each other.
  auto same = [this](const Diagnostic* a, const Diagnostic* b) {
    if (a->message != b->message || sources_->FileOf(a->pos) != sources_->FileOf(b->pos)) {
      return false;
    }
    return sources_->ResolvePhysical(a->pos).line == sources_->ResolvePhysical(b->pos).line;
  };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  return list;
}

std::string Emitter::Render(const RenderOptions& options) const {
  std::string out;
  for (const Diagnostic* d : Sorted(options.limit)) out += RenderOne(*d, options);
  if (options.limit > 0 && diagnostics_.size() >= static_cast<size_t>(options.limit)) {
    const Diagnostic& last = diagnostics_[static_cast<size_t>(options.limit) - 1];
    if (last.pos.is_known()) out += PlaceText(sources_->Resolve(last.pos));
    out += "too many errors\n";
  }
  return out;
}

std::string Emitter::RenderOne(const Diagnostic& d, const RenderOptions& options) const {
  std::string out;
  if (options.color) out += kBold;
  if (d.pos.is_known()) out += PlaceText(sources_->Resolve(d.pos));
  out += d.message;
  if (options.color) out += kReset;
  out += '\n';
  if (options.source_lines) AppendSourceLine(&out, d.pos, options);
  for (const Note& note : d.notes) {
    out += '\t';
    if (note.pos.is_known()) out += sources_->Resolve(note.pos).ToString() + ": ";
    out += note.message;
    out += '\n';
  }
  return out;
}

void Emitter::AppendSourceLine(std::string* out, Pos pos, const RenderOptions& options) const {
  const SourceFile* file = sources_->FileOf(pos);
  if (file == nullptr) return;
  std::string_view line = file->LineText(pos);
  std::string number = std::to_string(file->PhysicalPosition(pos).line);
  size_t column = static_cast<size_t>(file->text().data() + file->OffsetOf(pos) - line.data());
  *out += std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') + number + " | ";
  for (char c : line) *out += static_cast<unsigned char>(c) < ' ' && c != '\t' ? ' ' : c;
  *out += '\n';
  *out += std::string(std::max<size_t>(number.size(), 5), ' ') + " | ";
  // Tabs stay tabs so that the caret stands right at any tab width; a character of several bytes
  // takes one cell.
  for (char c : line.substr(0, std::min(column, line.size()))) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) *out += c == '\t' ? '\t' : ' ';
  }
  if (options.color) *out += kRed;
  *out += '^';
  if (options.color) *out += kReset;
  *out += '\n';
}

void Emitter::Clear() {
  diagnostics_.clear();
  syntax_errors_ = 0;
  last_syntax_line_ = 0;
  last_other_line_ = 0;
  last_other_message_.clear();
}

}  // namespace gol::diag
