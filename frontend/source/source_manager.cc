// Loading of source texts and the way back from a Pos to file, line and column.
//
// Line starts are found by one memchr sweep per file on first use; a position then costs two
// binary searches, one over the files and one over the lines.
#include "frontend/source/source_manager.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/check.h"

namespace gol {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 30;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::string Position::ToString() const {
  if (!is_known()) return "-";
  std::string out(file);
  out += ':';
  out += std::to_string(line);
  if (column != 0) {
    out += ':';
    out += std::to_string(column);
  }
  return out;
}

void SourceFile::AddLineDirective(Pos at, std::string_view file, uint32_t line, uint32_t column) {
  if (!directives_.empty() && directives_.back().at >= at) return;
  std::string name(file);
  if (name.empty() && column != 0) name = directives_.empty() ? name_ : directives_.back().file;
  directives_.push_back({at, std::move(name), line, column});
}

const std::vector<uint32_t>& SourceFile::LineStarts() const {
  std::call_once(lines_once_, [this] {
    line_starts_.push_back(0);
    const char* begin = text_.data();
    const char* end = begin + text_.size();
    for (const char* p = begin; p < end;) {
      p = static_cast<const char*>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
      if (p == nullptr) break;
      ++p;
      line_starts_.push_back(static_cast<uint32_t>(p - begin));
    }
  });
  return line_starts_;
}

Position SourceFile::PhysicalPosition(Pos pos) const {
  GOL_DCHECK(Contains(pos));
  const std::vector<uint32_t>& lines = LineStarts();
  uint32_t offset = pos.offset - base_.offset;
  auto next = std::upper_bound(lines.begin(), lines.end(), offset);
  uint32_t line = static_cast<uint32_t>(next - lines.begin());
  uint32_t column = offset - *(next - 1) + 1;
  if (line == 1) column += bom_bytes_;
  return {name_, line, column};
}

Position SourceFile::LogicalPosition(Pos pos) const {
  Position here = PhysicalPosition(pos);
  if (directives_.empty()) return here;
  auto next = std::upper_bound(directives_.begin(), directives_.end(), pos,
                               [](Pos p, const LineDirective& d) { return p < d.at; });
  if (next == directives_.begin()) return here;
  const LineDirective& directive = *(next - 1);
  Position start = PhysicalPosition(directive.at);
  Position out{directive.file, directive.line + (here.line - start.line), 0};
  if (directive.column != 0) {
    out.column = here.line == start.line ? directive.column + (here.column - start.column)
                                         : here.column;
  }
  return out;
}

std::string_view SourceFile::LineText(Pos pos) const {
  const std::vector<uint32_t>& lines = LineStarts();
  auto next = std::upper_bound(lines.begin(), lines.end(), pos.offset - base_.offset);
  size_t begin = *(next - 1);
  size_t end = next == lines.end() ? text_.size() : *next - 1;
  if (end > begin && text_[end - 1] == '\r') --end;
  return text_.substr(begin, end - begin);
}

SourceFile* SourceManager::Register(std::unique_ptr<SourceFile> file) {
  if (file->text_.starts_with(kByteOrderMark)) {
    file->text_.remove_prefix(kByteOrderMark.size());
    file->bom_bytes_ = static_cast<uint32_t>(kByteOrderMark.size());
  }
  // One byte more than the text: the position behind the last byte belongs to the file.
  GOL_CHECK(file->text_.size() < 0xffffffffu - next_base_ - 1);
  file->base_ = Pos{next_base_};
  next_base_ += static_cast<uint32_t>(file->text_.size()) + 1;
  files_.push_back(std::move(file));
  return files_.back().get();
}

SourceFile* SourceManager::Add(std::string_view name, std::string text) {
  std::unique_ptr<SourceFile> file(new SourceFile());
  file->name_ = name;
  file->owned_ = std::move(text);
  file->text_ = file->owned_;
  return Register(std::move(file));
}

SourceFile* SourceManager::AddView(std::string_view name, std::string_view text) {
  GOL_CHECK(text.data() != nullptr && text.data()[text.size()] == '\0');
  std::unique_ptr<SourceFile> file(new SourceFile());
  file->name_ = name;
  file->text_ = text;
  return Register(std::move(file));
}

Result<SourceFile*> SourceManager::Load(const std::string& path, std::string_view name) {
  // As Go words errors of the system: "stat x.go: no such file or directory".
  auto fail = [&path](int error) {
    std::string reason = std::strerror(error);
    if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] += 'a' - 'A';
    return Error{(error == ENOENT ? "stat " : "open ") + path + ": " + reason};
  };
  std::FILE* in = std::fopen(path.c_str(), "rb");
  if (in == nullptr) return fail(errno);
  std::string text;
  char buffer[64 << 10];
  size_t n;
  while ((n = std::fread(buffer, 1, sizeof(buffer), in)) > 0) {
    text.append(buffer, n);
    if (text.size() > kMaxFileBytes) {
      std::fclose(in);
      return Error{path + ": file too large"};
    }
  }
  int error = std::ferror(in) ? errno : 0;
  std::fclose(in);
  if (error != 0) return fail(error);
  if (text.size() >= 0xffffffffu - next_base_ - 1) return Error{path + ": too much source text"};
  return Add(name.empty() ? std::string_view(path) : name, std::move(text));
}

void SourceManager::Remove(const SourceFile* file) {
  std::erase_if(files_, [file](const std::unique_ptr<SourceFile>& f) { return f.get() == file; });
}

SourceFile* SourceManager::FileOf(Pos pos) const {
  if (!pos.is_known()) return nullptr;
  auto next = std::upper_bound(
      files_.begin(), files_.end(), pos,
      [](Pos p, const std::unique_ptr<SourceFile>& file) { return p < file->base(); });
  if (next == files_.begin()) return nullptr;
  SourceFile* file = (next - 1)->get();
  return file->Contains(pos) ? file : nullptr;
}

Position SourceManager::Resolve(Pos pos) const {
  const SourceFile* file = FileOf(pos);
  return file == nullptr ? Position{} : file->LogicalPosition(pos);
}

Position SourceManager::ResolvePhysical(Pos pos) const {
  const SourceFile* file = FileOf(pos);
  return file == nullptr ? Position{} : file->PhysicalPosition(pos);
}

}  // namespace gol
