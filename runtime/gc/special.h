// Specials: records attached to objects. See finalizer.cc.
#pragma once

#include <cstdint>

#include "runtime/mem/mspan.h"

namespace gol::rt {

enum class SpecialKind : uint8_t {
  kFinalizer,  // at most one per object; runs with the object, which it keeps alive once more
  kCleanup,    // any number; runs without the object
  kProfile,    // the object is in the memory profile; see sample.cc
  kWeak,       // a weak pointer's handle, at most one per address; see weak.cc
};

// One record; in native memory, in its span's list until the object is found unreachable.
struct Special {
  Special* next;      // in the span's list, ascending by index; guarded by mspan::special_lock
  uint32_t index;     // slot
  SpecialKind kind;
  uint64_t id;        // of a cleanup
  uintptr_t object;   // the pointer that the program passed
  void (*call)(void* fn, void* obj);
  void* fn;           // a root: what call gets, or the handle
};

namespace gc {
// The object of a weak pointer is unreachable: empties the handle and deletes the record.
void ClearWeak(Special* sp);
}  // namespace gc

}  // namespace gol::rt
