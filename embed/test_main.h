// The main package of a test program, as Go source.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/source/source_manager.h"

namespace gol::syntax {
struct File;
}  // namespace gol::syntax

namespace gol::embed {

struct TestMain {
  std::string import_path;    // as results show it
  std::string package_path;   // to import the package with its tests
  std::string external_path;  // to import the external test package
  bool has_package = false;
  bool has_external = false;
  std::vector<syntax::File*> package_files;
  std::vector<syntax::File*> external_files;
  // Which tests and examples to refer to; null: all.
  std::function<bool(std::string_view)> wants_test;
  bool wants_benchmarks = true;
  bool names_only = false;
  const SourceManager* sources = nullptr;
};

// Whether a function of this name is a test, a benchmark, a fuzz test or an example.
bool IsTestFuncName(std::string_view name);

// Writes the source. False with *error set when a test has a wrong signature. Requires: the files
// were parsed with kKeepComments.
bool MakeTestMain(const TestMain& main, std::string* text, std::string* error);

}  // namespace gol::embed
