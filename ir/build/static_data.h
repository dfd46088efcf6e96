// Static data: composite literals of constants.
#pragma once

#include "ir/build/module_builder.h"

namespace gol::ir {

// Read-only data that holds the literal's value (of an array or struct type), or null if not all
// of it is constant. The type may be that of the array behind a slice literal.
const StaticData* StaticLiteral(ModuleBuilder* mb, const Env* env, const syntax::CompositeLit* e,
                                types::Type* type);

// Read-only data that holds the values of the expressions, as elements of an array, or null if not
// all are constant.
const StaticData* StaticElements(ModuleBuilder* mb, const Env* env,
                                 const std::vector<const syntax::Expr*>& list, types::Type* elem);

// What an embed.FS points to: the slice of the files and their folders, see the package.
const StaticData* EmbeddedFiles(ModuleBuilder* mb, const EmbeddedVar& e);

// Number of elements of an array or slice literal.
int64_t LiteralLength(const syntax::CompositeLit* e, Arena* arena);

}  // namespace gol::ir
