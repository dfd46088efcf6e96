// Upper case letters, for the rule which names are exported.
#pragma once

#include <cstdint>

namespace gol::types {

// Whether r, at or above U+0080, is an upper case letter.
bool IsUnicodeUpper(uint32_t r);

}  // namespace gol::types
