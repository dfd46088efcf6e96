// Reading the references that a goroutine's stack holds. See stack_scan.cc for the overview.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "base/function_ref.h"
#include "runtime/sched/g.h"
#include "runtime/sched/stack_map_table.h"

namespace gol::rt {

// Where a goroutine stands: pc is a return address, fp the frame pointer of the function it is in,
// sp the stack pointer once the call has returned. The callee-saved registers as the switch stored
// them, or null.
struct StackState {
  uint64_t pc = 0;
  uint64_t fp = 0;
  uint64_t sp = 0;
  const uint64_t* saved = nullptr;  // r15 r14 r13 r12 rbx
  const uint64_t* region_saved = nullptr;  // by gol_rt_spill: rbx rbp r12 r13 r14 r15
};

class StackScanner {
 public:
  // visit: memory that refers to objects. exact: words that hold a reference or nothing; else
  // anything may stand there, and references may point just behind an object.
  using Visit = FunctionRef<void(StackRange range, bool exact)>;

  StackScanner(const G& g, const StackPool& stacks, const StackMapTable& maps, Visit visit)
      : g_(g), stacks_(stacks), maps_(maps), visit_(visit) {}

  // False when the stack could not be followed to its end: it must be read as a whole then.
  bool Scan(const StackState& from);

 private:
  static constexpr int kNumRegisters = 16;  // by DWARF's numbers

  struct Frame {
    const FuncStackMap* map;
    uint64_t sp, fp;
  };

  // A variable of a frame that lies in its caller's: a parameter passed on the stack.
  struct Parameter {
    uint64_t lo;
    Frame frame;
    uint32_t index;
  };

  void ScanCompiled(const StackMapTable::Site& site, uint64_t fp, uint64_t sp);
  void ScanWhole(uint64_t lo, uint64_t hi);
  void ScanDefers();
  void VisitWord(uint64_t address);
  void ScanObject(const Frame& frame, uint32_t index);
  void ScanReachedObjects();
  void ForgetRegisters();
  void ScanNative(uint64_t pc, uint64_t fp, uint64_t sp);
  static uint64_t AddressOf(uint32_t place, uint64_t fp, uint64_t sp);

  const G& g_;
  const StackPool& stacks_;
  const StackMapTable& maps_;
  Visit visit_;
  // Where the value that a register had in the frame at hand is; 0: in memory that was read whole.
  uint64_t register_at_[kNumRegisters] = {};
  uint64_t region_registers_ = 0;     // where the BlockingRegion's frame has them
  std::vector<Frame> frames_;         // those with variables
  std::vector<Parameter> parameters_;
  std::vector<uint64_t> reached_;     // addresses in the stack that references held
  std::unordered_set<uint64_t> scanned_;  // addresses of variables that were read
};

}  // namespace gol::rt
