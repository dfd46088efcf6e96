// //go:embed: finds the files that the directives of a package name.
#pragma once

#include <string>
#include <vector>

#include "frontend/diag/emitter.h"
#include "frontend/syntax/ast.h"
#include "frontend/types/object.h"
#include "ir/build/build.h"

namespace gol::embed {

class PackageLoader;

// All names in a folder, sorted.
std::vector<std::string> NamesIn(const std::string& folder);

// Appends the package's variables with //go:embed directives and their files to *out; what is wrong
// with a directive goes to the emitter. Folders are those of the source files. What was looked at is
// noted with the loader.
void FindEmbeddedFiles(types::Package* package, const std::vector<syntax::File*>& trees,
                       diag::Emitter* emitter, PackageLoader* loader,
                       std::vector<ir::EmbeddedVar>* out);

}  // namespace gol::embed
