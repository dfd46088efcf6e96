// The packages that gol test tests: their files, and the program that runs their tests.
//
// A folder's test files either belong to its package, which is then compiled with them, or to an
// external package with "_test" behind its name. The program is a package main in Go source, made
// here, that hands the tests of both to package testing; it goes through the same phases as any
// other program.
//
// Standard packages are compiled into the binary, so that no file can be added to one. A folder of
// Go's own standard library (below a go.mod that says `module std`) whose package is precompiled is
// tested from outside: its in-package test files become a package of their own that imports the
// package with a dot. What then does not compile, because it uses names that are not exported or
// packages that are not there, is left out, with everything that depends on it.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "embed/pipeline.h"

namespace gol::embed {

// A package and its test files.
struct TestPackage {
  std::string import_path;
  std::string folder;  // as the user named it
  std::vector<std::string> files;
  std::vector<std::string> tests;           // of the package itself
  std::vector<std::string> external_tests;  // of package x_test
  bool from_outside = false;                // a precompiled standard package, see above

  bool has_tests() const { return !tests.empty() || !external_tests.empty(); }
};

// Finds the package of a folder, or of files.
Result<TestPackage> FindTestPackage(const std::vector<std::string>& paths);

struct TestOptions {
  // Decides which functions the program refers to, by name; what it does not is not compiled.
  std::function<bool(std::string_view)> wants_test;
  bool wants_benchmarks = false;
  bool names_only = false;       // for -list: no function is called
};

// A test program that was checked, or failed to.
struct TestProgram {
  std::unique_ptr<Pipeline> pipeline;
  bool ok = false;
  // Of a package tested from outside: functions that were left out.
  std::vector<std::string> dropped_funcs;   // Test, Benchmark, Fuzz and Example functions
  int dropped_others = 0;                   // other declarations
};

TestProgram LoadTestProgram(const TestPackage& package, const PipelineOptions& pipeline_options,
                            const TestOptions& options);

}  // namespace gol::embed
