// The native halves of the standard packages: C++ functions behind bodyless declarations.
#pragma once

#include <cstdint>
#include <string_view>

namespace gol::stdlib {

// The address of the native function with this C symbol ("gol_native_strconv_..."), or 0. The table
// is natives.def. Thread-safe.
uint64_t FindNative(std::string_view symbol);

}  // namespace gol::stdlib
