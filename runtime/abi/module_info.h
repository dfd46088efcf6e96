// ModuleInfo: what the compiler tells the runtime about a module of compiled code. Emitted as
// read-only data under the symbol ModuleInfoSymbol(name), in objects and in a session alike.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/abi/rtype.h"

namespace gol::rt {

// Where the fuel that is left stands (sched/fuel.cc), as an offset from the globals block.
inline constexpr int64_t kFuelOffset = -8;

struct ModuleInfo {
  GoString name;                      // import path of the package; "main" for a program
  int64_t globals_base;               // offset of the module's part of the globals block
  int64_t globals_bytes;              // size of that part
  const void* globals_init;           // its initial contents, or null: all zero
  const uint8_t* globals_ptrmap;      // one bit per word: holds a pointer
  const void* entry;                  // code of ir::Module::entry (swiftcc), or null
  const Type* const* types;           // the descriptors that this module defines
  int64_t ntypes;
  const Itab* const* itabs;           // the itabs that this module defines
  int64_t nitabs;
};
static_assert(offsetof(ModuleInfo, entry) == 48);

// The symbol is this prefix followed by the module's name.
inline constexpr char kModuleInfoPrefix[] = "gol.module.";

}  // namespace gol::rt
