// From checked packages to IR. See module_builder.cc for the overview.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/diag/emitter.h"
#include "frontend/types/package.h"
#include "ir/func.h"
#include "ir/pass/escape.h"

namespace gol::ir {

// A variable with //go:embed directives, and the files they name: paths below the package's folder.
struct EmbeddedVar {
  enum Kind { kNone, kString, kBytes, kFs } kind = kNone;
  types::Var* var = nullptr;
  struct File {
    std::string name;
    std::string data;
  };
  std::vector<File> files;
};

struct BuildOptions {
  diag::Emitter* emitter = nullptr;  // gets what is not supported
  // Whether the package's code comes from a precompiled object. Null: no package is.
  std::function<bool(const types::Package*)> is_precompiled;
  // Offset in the globals block of a precompiled package's variable, by link name.
  std::function<int64_t(std::string_view)> extern_global_offset;
  // What is known of a precompiled package's function (ir/pass/summary.h), by link name; may be null.
  std::function<std::string_view(std::string_view)> extern_summary;
  // Precompiled functions of at most this cost are built again, to be inlined.
  int extern_inline_budget = 0;
  // Gives allocations their source text (Inst::text), for -gcflags=-m.
  bool describe_allocations = false;
  // Gets what the builder itself has to say then; may be null.
  std::vector<EscapeNote>* notes = nullptr;
  // Where this module's part of the globals block begins.
  int64_t globals_base = 0;
  // Import paths of precompiled packages whose initialisers run first, in order. Those that the
  // program's packages import and that are not listed follow, dependencies first.
  std::vector<std::string> precompiled_inits;
  // Of the program's packages; may be null.
  const std::vector<EmbeddedVar>* embedded = nullptr;
  // For hosts that call the program's functions: the entry does not call main.main, and each function
  // of the main package that is not generic gets an adapter (ExportSymbol).
  bool exports = false;
  // Packages whose functions take closures that the host is to call.
  std::vector<const types::Package*> host_packages;
};

// Builds what is reachable from main.main and the initialisers of the packages that main_package
// imports, itself included. False after reporting what is not supported.
bool BuildProgram(Module* module, types::Package* main_package, const BuildOptions& options);

// Builds a package as a whole: every function and method that is not generic, its initialiser
// "path..inittask" and the method sets of its types.
bool BuildPackage(Module* module, types::Package* package, const BuildOptions& options);

// Builds an input of an interactive session as a whole, and the packages that the program has for
// the first time with it, in order of initialisation. The entry function initialises those of
// options.precompiled_inits and them, then runs the input's statements. Earlier inputs and what
// they had already count as precompiled.
bool BuildInput(Module* module, types::Package* input,
                const std::vector<types::Package*>& packages, const BuildOptions& options);

// Adapters, for callers outside of compiled code: functions of one pointer, to a struct of the
// parameters followed by the results. That of a closure type has the closure in front.
std::string ExportSymbol(const types::Func* func);
// Whether a built function, and so its adapter, does nothing but compute with its parameters: it
// reaches no safepoint, cannot panic, touches no memory but its frame and has no loops. It needs no goroutine.
bool IsPlainLeaf(const Func& func);
std::string ClosureSymbol(types::Type* func_type);

// Link name of a function, method or variable: "path.F", "path.(*T).M", "path.T.M".
std::string LinkName(const types::Object* object);

}  // namespace gol::ir
