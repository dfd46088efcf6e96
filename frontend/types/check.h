// The checker's public face: checks packages, resolves objects and bodies on demand. Needs no AST
// header; class Checker itself stands in checker.h.
#pragma once

#include <span>
#include <string_view>

#include "frontend/diag/emitter.h"
#include "frontend/types/context.h"
#include "frontend/types/package.h"

namespace gol::types {

struct CheckOptions {
  Importer* importer = nullptr;      // must outlive the Context for declarations-only packages
  diag::Emitter* emitter = nullptr;  // likewise
  // Of a precompiled package: collects the objects; types, imports and bodies are resolved when
  // they are first needed (ResolveObject, CheckBody).
  bool declarations_only = false;
  // Bodies may be missing (implemented natively).
  bool allow_missing_bodies = false;
  // The language version of the module, "go1.21"; empty: the newest.
  std::string_view go_version;

  // Of an input of an interactive session, which is a script.
  Scope* outer = nullptr;          // what earlier inputs declared; null: the universe
  std::string_view link_path;      // see Package::link_path; empty: the path
  Object* last_result = nullptr;   // what `_` means as a value; null: nothing
  bool keep_result = false;        // a last statement that is an expression yields Package::results
};

// Checks the files as the package with this path. Never returns null; errors go to the emitter.
// The files' trees must outlive the Context.
Package* CheckPackage(Context* context, std::string_view path,
                      std::span<syntax::File* const> files, const CheckOptions& options);

// Takes the methods back that an input declared on types of earlier ones.
void UndoExtensions(Package* input);

// Checks the body of a function of a declarations-only package (parses it first where it was
// skipped). False if it has none or errors were reported. Idempotent.
bool CheckBody(Func* func);

// Determines the object's type if that has not happened yet. For objects of declarations-only
// packages; a no-op for all others.
void ResolveObject(Object* obj);

}  // namespace gol::types
