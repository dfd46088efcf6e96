// Emitter: collects the diagnostics of a compilation, then sorts, thins out and renders them.
//
//   emitter.Error(pos, Kind::kUndefined, name);
//   emitter.Error(pos, Kind::kRedeclared, name).AddNote(other, "other declaration of {}", name);
//
// Thinning out follows the Go compiler: at most one syntax error per line, and one copy of equal
// messages on a line. Not thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/diag/diagnostic.h"
#include "frontend/source/source_manager.h"

namespace gol::diag {

using enum Kind;

// How diagnostics become text.
struct RenderOptions {
  bool source_lines = false;  // show the source line with a caret below each message
  bool color = false;         // with terminal colours
  int limit = 0;              // after this many: "too many errors"; 0: all of them
};

class Emitter {
 public:
  explicit Emitter(const SourceManager* sources) : sources_(sources) {}

  // Reports an error. The reference is good until the next call of Error.
  template <typename... Args>
  Diagnostic& Error(Pos pos, Kind kind, const Args&... args) {
    const Arg list[] = {Arg(args)..., Arg("")};
    return Add(pos, kind, list, sizeof...(args));
  }

  // As Error, for callers that turn arguments into text themselves.
  Diagnostic& Add(Pos pos, Kind kind, const Arg* args, size_t count);

  bool has_errors() const { return !diagnostics_.empty(); }
  // Diagnostics that count, after thinning out.
  size_t error_count() const { return diagnostics_.size(); }

  // Those of them that are syntax errors: a package that has any is not checked. The parser's
  // other complaints ("label L defined and not used") do not stop the checker.
  size_t syntax_error_count() const { return syntax_errors_; }

  // In order of file, line, column; equal places in order of report. At most limit of them (the
  // first reported ones, as the Go compiler stops there), 0 meaning all.
  std::vector<const Diagnostic*> Sorted(int limit = 0) const;

  // All diagnostics, one after the other, each ending in a newline.
  std::string Render(const RenderOptions& options = {}) const;
  std::string RenderOne(const Diagnostic& diagnostic, const RenderOptions& options = {}) const;

  // Forgets everything reported so far (used between inputs of the REPL).
  void Clear();

  // Forgets everything and takes what another emitter has.
  void TakeOver(Emitter* other);
  // Takes what another emitter has behind what is here.
  void Append(Emitter* other);

  const SourceManager& sources() const { return *sources_; }

 private:
  void AppendSourceLine(std::string* out, Pos pos, const RenderOptions& options) const;

  const SourceManager* sources_;
  std::deque<Diagnostic> diagnostics_;
  Diagnostic dropped_;  // what Error returns when the report is thinned out
  // The line (file start plus line) and text of the last reports, for thinning out.
  size_t syntax_errors_ = 0;
  uint64_t last_syntax_line_ = 0;
  uint64_t last_other_line_ = 0;
  std::string last_other_message_;
};

}  // namespace gol::diag
