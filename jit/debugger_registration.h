// Linked objects, told to a debugger. Internal to jit/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gol::jit {

// Makes a debugger that is attached now, or later, read the object's symbols and debug information. sections: where
// each section was linked to, by name. The object stays registered until the process ends.
void RegisterWithDebugger(std::string_view object,
                          const std::unordered_map<std::string, uint64_t>& sections);

}  // namespace gol::jit
