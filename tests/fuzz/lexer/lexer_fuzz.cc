// Fuzzes the scanner. Beyond not crashing: tokens come in ascending order inside the text, the end
// comes after at most two tokens per byte, and skipping blocks stays inside the text.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/scanner.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using gol::syntax::Token;
  gol::SourceManager sources;
  gol::diag::Emitter emitter(&sources);
  gol::SourceFile* file =
      sources.Add("x.go", std::string(reinterpret_cast<const char*>(data), size));
  {
    gol::syntax::Scanner s(file, &emitter, (size & 1) != 0, true);
    gol::Pos last;
    size_t count = 0;
    for (s.Next(); s.tok != Token::kEof; s.Next()) {
      Require(file->Contains(s.pos) && s.pos >= last && s.end() <= file->end());
      Require(++count <= 2 * size + 2);
      last = s.pos;
    }
    s.Next();
    Require(s.tok == Token::kEof);
    s.ReportEncodingErrors(file->end());
  }
  // Once more, over the blocks.
  gol::syntax::Scanner s(file, &emitter, false, false);
  for (s.Next(); s.tok != Token::kEof;) {
    if (s.tok == Token::kLbrace) s.SkipBlock();
    if (s.tok != Token::kEof) s.Next();
    Require(file->Contains(s.pos));
  }
  gol::diag::RenderOptions options;
  options.source_lines = (size & 2) != 0;
  emitter.Render(options);
  return 0;
}
