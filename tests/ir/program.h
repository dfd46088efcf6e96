// A Go program in IR, built from source text.
#pragma once

#include <string>

#include "frontend/diag/emitter.h"
#include "frontend/syntax/parser.h"
#include "frontend/types/check.h"
#include "ir/build/build.h"
#include "ir/verify.h"

namespace gol::ir {

class TestProgram {
 public:
  // source: of package main, without the clause.
  explicit TestProgram(const std::string& source) {
    SourceFile* file = sources_.Add("p.go", "package main\n" + source);
    syntax::File* tree = syntax::ParseFile(file, &arena_, &emitter_, syntax::kParseDefault);
    syntax::File* files[] = {tree};
    types::CheckOptions check;
    check.emitter = &emitter_;
    types::Package* pkg = types::CheckPackage(&context_, "main", files, check);
    module.sources = &sources_;
    if (emitter_.has_errors()) return;
    BuildOptions options;
    options.emitter = &emitter_;
    BuildProgram(&module, pkg, options);
  }

  // Those of parser, checker, builder, and of the verifier for the module as it is now.
  std::string Errors() {
    std::string errors = emitter_.Render();
    if (emitter_.has_errors()) return errors;
    for (const std::string& e : Verify(module)) errors += e + "\n";
    return errors;
  }

 private:
  SourceManager sources_;
  diag::Emitter emitter_{&sources_};
  Arena arena_;
  types::Context context_;

 public:
  Module module{&context_};  // empty when there are errors of the checker
};

}  // namespace gol::ir
