// The references that a stack holds.
//
// Frames of compiled code have stack maps (abi/stack_map.h): only what is live is read. All other
// frames, C++ and assembly, are read whole, word by word. The stack is followed along the frame
// pointers, as tracebacks do.
//
// Registers. A map may say that a reference is in a callee-saved register. Its value is then
// wherever a function further in pushed that register: for compiled ones the map says where, for C++
// ones the unwind tables (native_frames.cc). Going outwards, register_at_ holds the place of each
// register's value. What a C++ function pushed is its callers'; the value that the register had
// meanwhile may be a reference of its own, and is read. Where the tables say nothing, the frame is
// read with all it pushed, and register_at_ is 0: "read already". gol_rt_poll saves all registers: the
// code around a poll may keep references in any of them.
//
// Variables. Compiled code keeps variables whose address is taken in its frame. The map of a call lists those
// whose contents are live in the function itself. Others may be referred to by callees, or from
// other variables: every word read that points into the stack is remembered, and when
// the walk is over the variables they point to are read, until no new ones turn up (Go's stack
// objects). Records of deferred calls are found from G::defer_frames.
//
// Functions that were stopped on entry, in __morestack, have their arguments in its frame: these are read
// whole.
//
// What is not known is read whole: frames of compiled code at a place without a map (calls that do not
// return, faults).
#include "runtime/sched/stack_scan.h"

#include <algorithm>

#include "runtime/sched/native_frames.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/sched/stack_grow.h"

extern "C" {
extern const char __morestack[];
extern const char gol_rt_poll[];
extern const char gol_rt_poll_end[];
}

namespace gol::rt {
namespace {

// DWARF's numbers of the callee-saved registers, as a switch stores them.
constexpr uint8_t kSavedBySwitch[] = {15, 14, 13, 12, 3};
// What gol_rt_poll pushes, from its frame pointer downwards.
constexpr uint8_t kSavedByPoll[] = {0, 2, 1, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};
// Bytes below __morestack's frame pointer that hold the arguments in general registers.
constexpr uint64_t kMorestackArgs = 72;
constexpr uint64_t kMorestackStackArgs = 80;  // there: bytes of arguments on the stack

// What gol_rt_spill stores.
constexpr uint8_t kSavedByRegion[] = {3, 6, 12, 13, 14, 15};
constexpr uint64_t kRegionRegisters = sizeof(kSavedByRegion);

bool IsCalleeSaved(int reg) { return reg == 3 || reg >= 12; }

#if defined(__clang__)
__attribute__((no_sanitize("address", "thread")))
#endif
uint64_t Word(uint64_t address) { return *reinterpret_cast<const volatile uint64_t*>(address); }

}  // namespace

uint64_t StackScanner::AddressOf(uint32_t place, uint64_t fp, uint64_t sp) {
  const StackMapPlace p = StackMapPlace::Decode(place);
  return (p.from_sp ? sp : fp) + static_cast<uint64_t>(int64_t{p.offset} * 8);
}

void StackScanner::VisitWord(uint64_t address) {
  const uint64_t v = Word(address);
  if (stacks_.Contains(v)) {
    reached_.push_back(v);
  } else {
    visit_({address, address + 8}, true);
  }
}

void StackScanner::ScanWhole(uint64_t lo, uint64_t hi) {
  if (lo >= hi) return;
  for (uint64_t at = lo; at < hi; at += 8) {
    const uint64_t v = Word(at);
    if (stacks_.Contains(v)) reached_.push_back(v);
  }
  visit_({lo, hi}, false);
}

void StackScanner::ForgetRegisters() {
  for (uint64_t& at : register_at_) at = 0;
}

// A frame of a C++ or assembly function: everything but the words where it keeps registers of
// its callers. A register that it saved, it may have used for a reference of its own. Addresses of
// variables in a C++ frame do not count: maps list what calls of C++ functions are given, so what
// else is there was left behind by earlier calls. Assembly without unwind tables may stand
// between compiled functions (reflect's trampoline) and is read with all that it refers to.
void StackScanner::ScanNative(uint64_t pc, uint64_t fp, uint64_t sp) {
  SavedRegisters saved;
  if (!FindSavedRegisters(pc, &saved)) {
    for (uint64_t at : register_at_) {
      if (at != 0) ScanWhole(at, at + 8);
    }
    ForgetRegisters();
    ScanWhole(sp, fp);
    return;
  }
  // Places in this frame that are not read: at most five pushed registers, and the six words where
  // a BlockingRegion put them.
  uint64_t skip[6];
  int num_skip = 0;
  for (int i = 0; i < 5; i++) {
    uint64_t& at = register_at_[SavedRegisters::kRegisters[i]];
    if (saved.words_below_fp[i] == 0) continue;
    if (at != 0) visit_({at, at + 8}, false);
    at = fp - 8 * saved.words_below_fp[i];
    skip[num_skip++] = at;
  }
  std::sort(skip, skip + num_skip);
  uint64_t from = sp;
  for (int i = 0; i <= num_skip; i++) {
    uint64_t to = i < num_skip ? skip[i] : fp;
    if (region_registers_ >= from && region_registers_ < to) {
      if (from < region_registers_) visit_({from, region_registers_}, false);
      from = region_registers_ + kRegionRegisters * 8;
    }
    if (from < to) visit_({from, to}, false);
    from = std::max(from, to + 8);
  }
}

void StackScanner::ScanObject(const Frame& frame, uint32_t index) {
  const StackMapObject& object = frame.map->objects()[index];
  const uint64_t lo = AddressOf(object.place, frame.fp, frame.sp);
  if (!scanned_.insert(lo).second) return;
  for (uint64_t at = lo; at + 8 <= lo + object.bytes; at += 8) VisitWord(at);
}

void StackScanner::ScanCompiled(const StackMapTable::Site& site, uint64_t fp, uint64_t sp) {
  const Frame frame{site.func, sp, fp};
  const uint32_t n = site.list[0];
  for (uint32_t i = 1; i <= n; i++) {
    const StackMapPlace p = StackMapPlace::Decode(site.list[i]);
    switch (p.kind) {
      case StackMapKind::kRegister:
        if (register_at_[p.count] != 0) VisitWord(register_at_[p.count]);
        break;
      case StackMapKind::kSlot:
        for (uint32_t w = 0; w < p.count; w++) {
          VisitWord(AddressOf(site.list[i], fp, sp) + 8 * w);
        }
        break;
      case StackMapKind::kObject:
        ScanObject(frame, static_cast<uint32_t>(p.offset));
        break;
    }
  }
  if (site.func->num_objects != 0) {
    frames_.push_back(frame);
    for (uint32_t i = 0; i < site.func->num_objects; i++) {
      const uint64_t lo = AddressOf(site.func->objects()[i].place, fp, sp);
      if (lo >= fp) parameters_.push_back({lo, frame, i});
    }
  }
  for (int r = 0; r < kNumRegisters; r++) {
    if (!IsCalleeSaved(r)) register_at_[r] = 0;
  }
  for (uint32_t i = 0; i < site.func->num_saved; i++) {
    const uint32_t place = site.func->saved()[i];
    register_at_[StackMapPlace::Decode(place).count] = AddressOf(place, fp, sp);
  }
}

void StackScanner::ScanReachedObjects() {
  if (reached_.empty() || frames_.empty()) return;
  std::sort(frames_.begin(), frames_.end(),
            [](const Frame& a, const Frame& b) { return a.sp < b.sp; });
  std::sort(parameters_.begin(), parameters_.end(),
            [](const Parameter& a, const Parameter& b) { return a.lo < b.lo; });
  while (!reached_.empty()) {
    const uint64_t address = reached_.back();
    reached_.pop_back();
    auto parameter =
        std::upper_bound(parameters_.begin(), parameters_.end(), address,
                         [](uint64_t a, const Parameter& p) { return a < p.lo; });
    if (parameter != parameters_.begin()) {
      const Parameter& p = *std::prev(parameter);
      if (address - p.lo < p.frame.map->objects()[p.index].bytes) ScanObject(p.frame, p.index);
    }
    auto next = std::upper_bound(frames_.begin(), frames_.end(), address,
                                 [](uint64_t a, const Frame& f) { return a < f.sp; });
    if (next == frames_.begin()) continue;
    const Frame& frame = *std::prev(next);
    if (address >= frame.fp) continue;
    for (uint32_t i = 0; i < frame.map->num_objects; i++) {
      const StackMapObject& object = frame.map->objects()[i];
      if (address - AddressOf(object.place, frame.fp, frame.sp) < object.bytes) {
        ScanObject(frame, i);
      }
    }
  }
}

void StackScanner::ScanDefers() {
  for (const DeferFrame* d = g_.defer_frames; d != nullptr; d = d->link) {
    VisitWord(reinterpret_cast<uint64_t>(&d->records));
    const DeferRecord* r = d->records != nullptr ? d->records->in_frame : nullptr;
    while (r != nullptr) {
      VisitWord(reinterpret_cast<uint64_t>(&r->fn));
      VisitWord(reinterpret_cast<uint64_t>(&r->link));
      r = r->link != nullptr ? r->link->in_frame : nullptr;
    }
  }
}

bool StackScanner::Scan(const StackState& from) {
  const auto morestack = reinterpret_cast<uint64_t>(&__morestack[0]);
  const auto morestack_return = reinterpret_cast<uint64_t>(&gol_rt_morestack_return[0]);
  const auto poll = reinterpret_cast<uint64_t>(&gol_rt_poll[0]);
  const auto poll_end = reinterpret_cast<uint64_t>(&gol_rt_poll_end[0]);
  const auto goexit = reinterpret_cast<uint64_t>(&gol_rt_goexit_pc[0]);
  const auto goexit_native = reinterpret_cast<uint64_t>(&gol_rt_goexit_native_pc[0]);
  const auto host = reinterpret_cast<uint64_t>(&gol_rt_hostcall_pc[0]);
  if (from.saved != nullptr) {
    for (size_t i = 0; i < sizeof(kSavedBySwitch); i++) {
      register_at_[kSavedBySwitch[i]] = reinterpret_cast<uint64_t>(&from.saved[i]);
    }
  }
  if (from.region_saved != nullptr) {
    region_registers_ = reinterpret_cast<uint64_t>(from.region_saved);
    for (size_t i = 0; i < sizeof(kSavedByRegion); i++) {
      register_at_[kSavedByRegion[i]] = region_registers_ + 8 * i;
    }
    register_at_[6] = 0;
  }
  uint64_t pc = from.pc, fp = from.fp, sp = from.sp;
  const StackMapTable::Reader maps(maps_);
  const StackSegment* seg = g_.seg;
  for (;;) {
    if (pc == goexit || pc == goexit_native || pc == host) break;
    // The frame ends in the segment it began in; __morestack's is the last of its segment.
    if (pc == morestack_return) {
      seg = seg->prev;
      if (seg == nullptr) return false;
    }
    const auto hi = reinterpret_cast<uint64_t>(seg->hi);
    if (fp % 8 != 0 || fp < reinterpret_cast<uint64_t>(seg->lo) || fp + 24 > hi) return false;
    if (pc != morestack_return && fp < sp) return false;
    if (pc > morestack && pc <= morestack_return) {
      if (pc != morestack_return) {
        ScanWhole(fp - kMorestackArgs, fp);
        const uint64_t on_stack = Word(fp - kMorestackStackArgs);
        if (fp + 24 + on_stack > hi) return false;
        ScanWhole(fp + 24, fp + 24 + on_stack);
      }
      pc = Word(fp + 16);
      sp = fp + 24;
      fp = Word(fp);
      continue;
    }
    if (const StackMapTable::Site site = maps.Find(pc); site.func != nullptr) {
      ScanCompiled(site, fp, sp);
    } else if (pc > poll && pc < poll_end) {
      for (uint64_t i = 0; i < sizeof(kSavedByPoll); i++) {
        register_at_[kSavedByPoll[i]] = fp - 8 * (i + 1);
      }
    } else {
      ScanNative(pc, fp, sp);
    }
    pc = Word(fp + 8);
    sp = fp + 16;
    fp = Word(fp);
  }
  ForgetRegisters();  // nothing below uses them
  ScanDefers();
  ScanReachedObjects();
  return true;
}

}  // namespace gol::rt
