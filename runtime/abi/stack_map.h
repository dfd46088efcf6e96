// The stack maps of compiled code: where a frame keeps references while it waits for a call.
//
// One record per function that makes calls which may reach a safepoint, all records of an object
// one after another in its section kStackMapSection. A record consists of 32-bit words:
//
//   FuncStackMap               the head
//   saved[num_saved]           the callee-saved registers that the prologue pushed
//   objects[num_objects]       StackMapObject: the frame's variables whose address may be taken
//   calls[num_calls]           StackMapCall, by ascending code offset
//   lists                      for each call (shared where equal) a count and as many locations
//
// All positions are words from the start of the record. Addresses are relative, so that records need
// no relocation when a program starts.
//
// A location says where a live reference is. References that are derived from others stand for
// nothing: the base is listed. A variable is listed when its contents are live. One
// that is not listed may still be reached through a pointer: the scanner looks it up among `objects`.
#pragma once

#include <cstdint>

namespace gol::rt {

// A name that linkers accept in __start_ and __stop_ symbols.
inline constexpr char kStackMapSection[] = "gol_stackmaps";

struct StackMapCall {
  uint32_t code_offset;  // of the return address, from the function's start
  uint32_t list;         // position of the count of locations
};

struct StackMapObject {
  uint32_t place;  // StackMapPlace: base and offset
  uint32_t bytes;
};

struct FuncStackMap {
  uint32_t num_words;   // of the whole record
  int32_t func;         // address of the function less the address of this word
  uint32_t num_calls;
  uint16_t num_saved;
  uint16_t num_objects;

  const uint32_t* words() const { return reinterpret_cast<const uint32_t*>(this); }
  // saved: a StackMapPlace with the register's number in the count's place.
  const uint32_t* saved() const { return words() + sizeof(*this) / 4; }
  const StackMapObject* objects() const {
    return reinterpret_cast<const StackMapObject*>(saved() + num_saved);
  }
  const StackMapCall* calls() const {
    return reinterpret_cast<const StackMapCall*>(objects() + num_objects);
  }
  uint64_t func_address() const {
    return reinterpret_cast<uint64_t>(&func) + static_cast<uint64_t>(int64_t{func});
  }
};
static_assert(sizeof(FuncStackMap) == 16);

enum class StackMapKind : uint32_t {
  kRegister = 0,  // in the callee-saved register `count` (DWARF's number)
  kSlot = 1,      // in `count` words of the frame
  kObject = 2,    // in the frame's object number `offset`: its contents are live
};

// A place in a frame, or a location. Bits 0-1 kind, bit 2 base, bits 3-7 count, bits 8-31 offset
// in words, signed, from the frame pointer or from the stack pointer as it is at a call.
struct StackMapPlace {
  StackMapKind kind;
  bool from_sp;
  uint32_t count;
  int32_t offset;

  static constexpr int32_t kMaxOffset = (1 << 23) - 1;
  static constexpr uint32_t kMaxCount = 31;

  constexpr uint32_t Encode() const {
    return static_cast<uint32_t>(kind) | (from_sp ? 4u : 0u) | count << 3 |
           static_cast<uint32_t>(offset) << 8;
  }
  static constexpr StackMapPlace Decode(uint32_t w) {
    return {static_cast<StackMapKind>(w & 3), (w & 4) != 0, (w >> 3) & 31,
            static_cast<int32_t>(w) >> 8};
  }
};

}  // namespace gol::rt
