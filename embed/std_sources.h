// The source text of the standard packages, which the binary carries.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gol::embed {

struct StdSource {
  std::string_view path;  // "strings/builder.gol"
  std::string_view text;  // followed by a NUL byte
};

// The files directly in the package's folder, in order of name; empty if there is no such package.
std::vector<StdSource> StdPackageSources(std::string_view import_path);

// Whether the import path names a standard package that the binary carries.
bool HasStdPackage(std::string_view import_path);

// Whether it names a package of Go 1.26's standard library that the binary does not carry.
bool IsMissingStdPackage(std::string_view import_path);

// The import paths of all standard packages, sorted.
const std::vector<std::string_view>& StdPackages();

// The import path of the standard package whose last element is `name`, the shortest one if there
// are several ("rand" is math/rand); empty if there is none.
std::string_view StdPathForName(std::string_view name);

}  // namespace gol::embed
