// Sorting import declarations. See imports.cc.
#pragma once

#include <string>

#include "frontend/format/source_index.h"

namespace gol::format {

// Sorts the imports of a file by path within each run of lines; returns false when nothing changes.
bool SortImports(const SourceIndex& index, const syntax::File& file, std::string* sorted);

// Makes the lines between the last import of each group and its parenthesis one line, as gofmt
// does: comments there are indented.
void MergeLinesBehindImports(const syntax::File& file, SourceIndex* index);

}  // namespace gol::format
