// C++ prototypes of the functions in entry_points.def.
#pragma once

#include <cstdint>

#include "runtime/abi/rtype.h"

namespace gol::rt {

// Two integer registers of results.
struct TwoWords {
  uint64_t a;
  uint64_t b;
};

enum EntryFlag : uint8_t {
  kEntrySafepoint = 1,
  kEntryPanics = 2,
  kEntryNoReturn = 4,
  kEntryLeaf = 8,
};

enum class EntryPoint : uint16_t {
#define ENTRY(name, result, params, flags) k_##name,
#include "runtime/abi/entry_points.def"
#undef ENTRY
  kCount,
};

namespace entry {
using Void = void;
using Bool = bool;
using I32 = int32_t;
using I64 = int64_t;
using F64 = double;
using Ptr = void*;
using Str = GoString;
using Two = TwoWords;
}  // namespace entry

// One row of the table, with the types as the text of the .def: for the JIT's declarations.
struct EntryInfo {
  const char* name;    // without the gol_rt_ prefix
  const char* result;  // "Ptr"
  const char* params;  // "(I64 size, Ptr type, Bool needzero)"
  uint8_t flags;       // EntryFlag bits
};

inline constexpr EntryInfo kEntryInfo[] = {
#define S kEntrySafepoint
#define P kEntryPanics
#define N kEntryNoReturn
#define L kEntryLeaf
#define ENTRY(name, result, params, flags) {#name, #result, #params, flags},
#include "runtime/abi/entry_points.def"
#undef ENTRY
#undef S
#undef P
#undef N
#undef L
};

}  // namespace gol::rt

extern "C" {
#define ENTRY(name, result, params, flags) \
  ::gol::rt::entry::result gol_rt_##name GOL_ENTRY_PARAMS params;
#define GOL_ENTRY_PARAMS(...) (__VA_ARGS__)
// The parameter types of the table resolve through these aliases.
namespace gol::rt::entry {
#include "runtime/abi/entry_points.def"
}  // namespace gol::rt::entry
#undef ENTRY
#undef GOL_ENTRY_PARAMS
}
