// The symbols that a relocatable ELF object defines for others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gol::embed {

// Names of the defined global and weak symbols of a 64-bit little-endian ELF object, in the order
// of its symbol table. Empty for anything else.
std::vector<std::string> DefinedSymbols(std::string_view object);

}  // namespace gol::embed
