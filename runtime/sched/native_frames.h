// Where C++ functions keep the registers of their callers.
#pragma once

#include <cstdint>

namespace gol::rt {

// The callee-saved registers that a function saved in its frame.
struct SavedRegisters {
  // Words from the frame pointer down to the place of each of kRegisters; 0: not saved.
  uint8_t words_below_fp[5] = {};
  static constexpr uint8_t kRegisters[5] = {3, 12, 13, 14, 15};  // DWARF's numbers: rbx r12 ...
};

// What the function that a call returns to at pc has saved by then, from the call frame
// information of this process's images. False: not known, or the function keeps no frame pointer. Any thread.
bool FindSavedRegisters(uint64_t pc, SavedRegisters* saved);

}  // namespace gol::rt
