// Fuzzes the parser: as a package file and as a script, with bodies at once and left out. Beyond
// not crashing: a text without errors has none either when its bodies are parsed later, and trees
// can be walked and printed.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/arena.h"
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/dump.h"
#include "frontend/syntax/parser.h"

namespace {

struct Outcome {
  size_t errors;
  size_t dump_bytes;
};

Outcome Parse(const std::string& text, uint32_t mode) {
  gol::SourceManager sources;
  gol::diag::Emitter emitter(&sources);
  gol::Arena arena;
  gol::SourceFile* source = sources.Add("x.go", text);
  gol::syntax::File* file = gol::syntax::ParseFile(source, &arena, &emitter, mode);
  for (gol::syntax::Decl* decl : file->decls) {
    if (auto* func = gol::syntax::DynAs<gol::syntax::FuncDecl>(decl)) {
      gol::syntax::ParseBody(file, func, &emitter);
    }
  }
  Outcome outcome{emitter.error_count(), 0};
  if (!emitter.has_errors() && text.size() < 10000) {
    outcome.dump_bytes = gol::syntax::DumpAst(file, sources).size();
  }
  emitter.Render();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gol::syntax;
  std::string text(reinterpret_cast<const char*>(data), size);
  Outcome at_once = Parse(text, kAllowScript);
  Outcome lazy = Parse(text, kAllowScript | kSkipBodies);
  if (at_once.errors == 0 &&
      (lazy.errors != 0 || lazy.dump_bytes != at_once.dump_bytes)) {
    std::abort();
  }
  if ((size & 1) != 0) Parse(text, kKeepComments | kKeepParens);
  return 0;
}
