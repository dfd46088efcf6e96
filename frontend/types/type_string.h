// Text of types and objects: for messages, for link names, and as the running program shows them.
#pragma once

#include <string>

#include "frontend/source/source_manager.h"
#include "frontend/types/object.h"
#include "frontend/types/type.h"

namespace gol::types {

// How names of packages are shown in messages: not at all for those of `relative_to`, otherwise
// by the package's name, or by its path where full_path says so.
struct Qualifier {
  const Package* relative_to = nullptr;
  bool full_path = false;
  const SourceManager* sources = nullptr;  // to say where a confusing type parameter is declared
  // Whether two packages of this name are in sight: the quoted path is shown then.
  bool (*is_ambiguous)(const void* self, std::string_view name) = nullptr;
  const void* self = nullptr;

  void AppendPrefix(std::string* out, const Package* pkg) const;
};

// As messages show a type.
std::string TypeString(Type* t, const Qualifier& qualifier = {});
void AppendType(std::string* out, Type* t, const Qualifier& qualifier);
// Parameters and results, without "func". names: with parameter names. pkg_info: marks the first
// field of an unexported name with its package.
void AppendSignature(std::string* out, Signature* sig, const Qualifier& qualifier,
                     bool names = true, bool pkg_info = false);
std::string ObjectString(const Object* obj, const Qualifier& qualifier);

// Unique text of a type: equal exactly for identical types. Packages appear by path, types local
// to functions with their number. Cached per canonical type is the caller's business.
std::string TypeLinkString(Type* t);
// The text that reflect and panics show: packages by name, `interface {}`, `struct { X int }`.
std::string TypeRuntimeString(Type* t);

}  // namespace gol::types
