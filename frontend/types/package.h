// Package: the result of checking one package, and what the passes behind the checker need of it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/types/object.h"

namespace gol::syntax {
struct Expr;
struct File;
}  // namespace gol::syntax

namespace gol::types {

class Checker;
class Scope;
struct Package;

// One step of package initialisation: lhs = rhs. No lhs: `_ = rhs` for a blank variable.
struct Initializer {
  std::vector<Var*> lhs;
  syntax::Expr* rhs = nullptr;
};

struct Package {
  std::string_view path;  // import path; "main" for a program
  std::string_view name;  // as declared; empty until the first file was seen
  // What link names begin with: the path, but for the inputs of an interactive session, which are
  // all parts of "main" and yet may declare the same name.
  std::string_view link_path;
  Scope* scope = nullptr;
  std::vector<syntax::File*> files;
  // Direct imports, in order of first appearance; of a declarations-only package those that were
  // needed so far. import_paths has all of them.
  std::vector<Package*> imports;
  std::vector<std::string_view> import_paths;

  // Package-level variables with their initialising expressions, in order of initialisation.
  std::vector<Initializer> init_order;
  // All package-level variables, in source order, blank ones included.
  std::vector<Var*> vars;
  // Declared functions and methods (generic ones too), then none: literals hang off their outer
  // FuncInfo, or off package_literals where they stand in an initialiser. In source order; of a
  // declarations-only package: those that CheckBody was called for.
  std::vector<FuncInfo*> funcs;
  std::vector<FuncInfo*> package_literals;
  std::vector<Func*> init_funcs;   // the init functions, in source order
  FuncInfo* script_main = nullptr; // of a script: the function made of its statements
  // Methods that an input of an interactive session declares on types of earlier inputs: the type,
  // and its methods as they were before.
  struct Extension {
    Named* type;
    std::vector<Func*> methods_before;
  };
  std::vector<Extension> extensions;
  std::vector<Var*> results;       // CheckOptions::keep_result: the values of the last statement

  bool is_declarations_only = false;  // a precompiled package: bodies are not checked
  bool is_fake = false;               // stands for a package that could not be imported
  bool is_complete = false;
  bool is_unsafe = false;
  Checker* checker = nullptr;         // resolves objects on demand; lives as long as the Context
};

// Finds the packages that imports name. Implemented where packages are loaded (embed).
class Importer {
 public:
  virtual ~Importer() = default;
  // The package with this import path, as imported by a file of `from`. Null on failure; then
  // *error says why, e.g. `package foo is not in std`. An import cycle is the importer's to find.
  virtual Package* Import(std::string_view path, Package* from, std::string* error) = 0;
  // Script mode: the import path of the standard package whose base name is `name` ("rand" ->
  // "math/rand"), or empty if there is none.
  virtual std::string_view StdPathForName(std::string_view name) = 0;
};

}  // namespace gol::types
