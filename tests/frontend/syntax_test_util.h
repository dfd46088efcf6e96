// What the tests of the syntax layer share.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/diag/emitter.h"
#include "frontend/syntax/ast.h"
#include "frontend/syntax/parser.h"

namespace gol::syntax {

// A source text of a table; takes literals with NUL bytes whole.
struct Text {
  template <size_t N>
  Text(const char (&s)[N]) : text(s, N - 1) {}
  std::string text;
};

// One parsed text with everything it needs to live.
struct Parsed {
  explicit Parsed(std::string text, uint32_t mode = kParseDefault)
      : source(sources.Add("x.go", std::move(text))),
        emitter(&sources),
        file(ParseFile(source, &arena, &emitter, mode)) {}

  // "line:col: message" lines.
  std::string Errors() const {
    std::string out = emitter.Render();
    for (size_t at; (at = out.find("x.go:")) != std::string::npos;) out.erase(at, 5);
    return out;
  }

  SourceManager sources;
  SourceFile* source;
  Arena arena;
  diag::Emitter emitter;
  File* file;
};

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Go's tree, or "" where there is none.
inline std::string GoRoot() {
  const char* from_env = std::getenv("GOROOT");
  std::string root = from_env != nullptr ? from_env : "/usr/local/go";
  return std::ifstream(root + "/bin/go").good() ? root : "";
}

}  // namespace gol::syntax
