// Which files of a folder belong to a package: `//go:build` lines and file name suffixes.
#pragma once

#include <string_view>

namespace gol::embed {

// Whether a file name's _GOOS, _GOARCH and _test suffixes select it here (linux, amd64, no test).
bool NameMatches(std::string_view file_name);

// Whether the //go:build line before the package clause, if there is one, holds here. The tags that
// hold: linux, unix, amd64, gc, gol, go1.1 to go1.26.
bool ConstraintHolds(std::string_view source_text);

}  // namespace gol::embed
