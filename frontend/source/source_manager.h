// SourceManager: owns the source texts of a compilation and resolves positions in them.
//
// Files are added before or between parses by one thread; resolving positions is safe from several
// threads once no more files are added. The table of line starts of a file is made on first use,
// so that files without diagnostics never pay for it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "frontend/source/pos.h"

namespace gol {

class SourceFile {
 public:
  // The path as diagnostics show it.
  std::string_view name() const { return name_; }
  // The text without a leading byte order mark; a NUL byte stands behind its end.
  std::string_view text() const { return text_; }
  // The position of the first byte of text().
  Pos base() const { return base_; }
  // The position just behind the last byte.
  Pos end() const { return base_ + static_cast<uint32_t>(text_.size()); }
  Pos PosAt(size_t offset) const { return base_ + static_cast<uint32_t>(offset); }
  size_t OffsetOf(Pos pos) const { return pos.offset - base_.offset; }
  bool Contains(Pos pos) const { return pos >= base_ && pos <= end(); }

  // Notes a `//line` directive: the byte at `at` stands at file:line:column. An empty file name
  // keeps the name in force; column 0 means that columns are not known from here on. Calls come in
  // ascending order of `at`; a repeated one is ignored.
  void AddLineDirective(Pos at, std::string_view file, uint32_t line, uint32_t column);

  // The position in the text itself, and the one that `//line` directives ask for.
  Position PhysicalPosition(Pos pos) const;
  Position LogicalPosition(Pos pos) const;

  // The text of the line (1-based) that holds pos, without its newline.
  std::string_view LineText(Pos pos) const;

 private:
  friend class SourceManager;
  struct LineDirective {
    Pos at;
    std::string file;
    uint32_t line;
    uint32_t column;
  };

  SourceFile() = default;
  const std::vector<uint32_t>& LineStarts() const;

  std::string name_;
  std::string owned_;
  std::string_view text_;
  Pos base_;
  uint32_t bom_bytes_ = 0;  // bytes of a skipped mark; they count in the columns of line 1
  std::deque<LineDirective> directives_;
  mutable std::once_flag lines_once_;
  mutable std::vector<uint32_t> line_starts_;
};

class SourceManager {
 public:
  SourceManager() = default;
  SourceManager(const SourceManager&) = delete;
  SourceManager& operator=(const SourceManager&) = delete;

  // Reads a file. name is what diagnostics show; empty: the path. The error names the path and the
  // reason. Files larger than 1 GiB are refused.
  Result<SourceFile*> Load(const std::string& path, std::string_view name = {});
  // Adds a text from memory, which it takes over.
  SourceFile* Add(std::string_view name, std::string text);
  // Adds a text that lives longer than the manager. Requires: a NUL byte follows it in memory.
  SourceFile* AddView(std::string_view name, std::string_view text);

  // Forgets a file. Positions in it are not known from then on.
  void Remove(const SourceFile* file);

  SourceFile* FileOf(Pos pos) const;  // null when pos is not known
  // The position to show: honours `//line` directives.
  Position Resolve(Pos pos) const;
  // The position in the file as it lies on disk.
  Position ResolvePhysical(Pos pos) const;

  const std::vector<std::unique_ptr<SourceFile>>& files() const { return files_; }

 private:
  SourceFile* Register(std::unique_ptr<SourceFile> file);

  std::vector<std::unique_ptr<SourceFile>> files_;  // ascending base
  uint32_t next_base_ = 1;
};

}  // namespace gol
