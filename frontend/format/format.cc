// The formatter: Go source in, the same program in gofmt's layout out, byte for byte what gofmt
// makes.
//
// Steps
//   1. The parser makes a tree that keeps parentheses; a file with syntax errors is left alone.
//   2. Imports on consecutive lines are sorted, in the text (imports.cc), which is then parsed
//      again.
//   3. With Options::simplify, redundant parts leave the tree (simplify.cc).
//   4. A NodePrinter walks the tree and asks its base, a TokenWriter, for tokens and white space
//      in order. The TokenWriter weaves in the comments of the source, by position. Nodes do not
//      own comments: what stood between two tokens still does. Doc comments get their standard
//      form on the way (doc_comment.cc).
//   5. Build constraints move together (build_lines.cc).
//   6. What came out has tabs between cells; AlignColumns (cells.cc) turns it into lines.
//
// The tree lacks places that the compiler has no use for (brackets, commas, the ends of nodes):
// SourceIndex finds them among the tokens. Line breaks of the source decide most of the layout,
// so most questions that the printer asks are about lines. Whether a literal, a field or a body
// fits on a line is measured by printing it without comments (NodePrinter::SizeOf, remembered per
// node).
//
// Alternatives not taken: a pretty printer that fills lines (gofmt never does); comments attached
// to nodes (they get lost between the tokens of a node); formatting from tokens alone (blanks of
// binary expressions and columns need the tree).
//
// A script (a file without a package clause) is laid out as the body of a function, at the
// margin; functions in it have blank lines around them. Its "#!" line stays as it is.
//
// The layout is specified by what gofmt does; the rules were learnt from Go's go/printer
// (nodes.go, printer.go) and text/tabwriter, and are checked against gofmt on all of Go's sources
// (tests/frontend/format_test.cc).
#include "frontend/format/format.h"

#include <algorithm>
#include <memory>

#include "base/arena.h"
#include "frontend/diag/emitter.h"
#include "frontend/format/imports.h"
#include "frontend/format/node_printer.h"
#include "frontend/format/simplify.h"
#include "frontend/syntax/parser.h"

namespace gol::format {

namespace {

constexpr uint32_t kMode = syntax::kAllowScript | syntax::kAllowEmpty | syntax::kKeepComments |
                           syntax::kKeepParens | syntax::kNoBranchCheck;

// A text and its tree.
class Parsed {
 public:
  Parsed(std::string_view name, std::string text) : emitter_(&sources_) {
    source_ = sources_.Add(name, std::move(text));
    file_ = syntax::ParseFile(source_, &arena_, &emitter_, kMode);
  }
  SourceFile* source() const { return source_; }
  syntax::File* file() const { return file_; }
  // Complaints but those that only concern compilers.
  std::string Errors() const {
    std::string out;
    for (const diag::Diagnostic* d : emitter_.Sorted()) {
      if (d->kind == diag::kMisplacedDirective || d->kind == diag::kMethodWithoutReceiver) continue;
      out += emitter_.RenderOne(*d);
    }
    return out;
  }

 private:
  SourceManager sources_;
  Arena arena_;
  diag::Emitter emitter_;
  SourceFile* source_;
  syntax::File* file_;
};

}  // namespace

Formatted FormatSource(std::string_view name, std::string_view source, const Options& options) {
  // The first line of a script that is run by its name.
  std::string_view interpreter;
  if (source.starts_with("#!")) {
    interpreter = source.substr(0, std::min(source.find('\n'), source.size()));
  }
  auto parsed = std::make_unique<Parsed>(name, std::string(source));
  if (std::string errors = parsed->Errors(); !errors.empty()) return {"", std::move(errors)};

  auto index = std::make_unique<SourceIndex>(parsed->source());
  if (std::string sorted; SortImports(*index, *parsed->file(), &sorted)) {
    parsed = std::make_unique<Parsed>(name, std::move(sorted));
    index = std::make_unique<SourceIndex>(parsed->source());
  }
  MergeLinesBehindImports(*parsed->file(), index.get());
  if (options.simplify) Simplify(parsed->file());
  SizeCache sizes;
  std::string text = AlignColumns(NodePrinter(*index, true, &sizes).PrintFile(parsed->file()));
  if (!interpreter.empty()) {
    const bool is_apart = source.substr(interpreter.size()).starts_with("\n\n");
    text = std::string(interpreter) + (is_apart ? "\n\n" : "\n") + text;
  }
  return {std::move(text), ""};
}

}  // namespace gol::format
