// Replacing functions while they run. See replace.cc. Internal to jit/.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace gol::jit {

// What an object of kind kReplacement defines under the symbol kReplacementTable.
struct ReplacementTable {
  const void* layout;  // LayoutSymbol of the quick code: linking fails where it is another one
  int64_t count;
  struct Row {
    void* quick;        // the function's entry in the quick code
    const void* optimised;
  } rows[];
};
inline constexpr char kReplacementTable[] = "gol.replacements";
// Ends the symbols of optimised functions; no name of Go's has the character.
inline constexpr char kReplacementSuffix[] = "$2";

// Lets calls that go to the quick functions go to the others from now on. Any thread.
Result<void> ReplaceFunctions(const ReplacementTable* table);

}  // namespace gol::jit
