// See natives.h.
#include "stdlib/natives.h"

#include <unordered_map>

// Declared without parameters: only their addresses are wanted here.
#define NATIVE(package, function, symbol) extern "C" void symbol();
#include "stdlib/natives.def"
#undef NATIVE

namespace gol::stdlib {

uint64_t FindNative(std::string_view symbol) {
  static const std::unordered_map<std::string_view, uint64_t> table = {
#define NATIVE(package, function, symbol) {#symbol, reinterpret_cast<uint64_t>(&symbol)},
#include "stdlib/natives.def"
#undef NATIVE
  };
  auto it = table.find(symbol);
  return it == table.end() ? 0 : it->second;
}

}  // namespace gol::stdlib
