// The parser: source text to syntax tree. See parser.cc for the overview.
#pragma once

#include <cstdint>

#include "base/arena.h"
#include "frontend/diag/emitter.h"
#include "frontend/syntax/ast.h"

namespace gol::syntax {

enum ParseMode : uint32_t {
  kParseDefault = 0,
  kAllowScript = 1 << 0,    // a file without a package clause is a script, not an error
  kSkipBodies = 1 << 1,     // function bodies are only delimited; ParseBody parses them
  kKeepComments = 1 << 2,   // fill File::comments
  kKeepParens = 1 << 3,     // a ParenExpr for every pair of parentheses
  kNoBranchCheck = 1 << 4,  // leave labels and branch targets alone
  kAllowEmpty = 1 << 5,     // with kAllowScript: an input without tokens is an empty script
};

// Parses a file. Nodes go to the arena, errors to the emitter. Never returns null; after errors
// the tree is incomplete but well formed (see BadExpr), and must not be lowered.
File* ParseFile(SourceFile* source, Arena* arena, diag::Emitter* emitter, uint32_t mode);

// Parses the body of a function that kSkipBodies left out; does nothing when there is none. Nodes
// go to the file's arena. Requires: the arena is not in use by another thread.
void ParseBody(File* file, FuncDecl* func, diag::Emitter* emitter);

}  // namespace gol::syntax
