// Fuel: how far a program may go, counted by the program itself.
//
// Deadlines depend on the machine and its load. A host that must get the same result each time (replicated state, games in
// lockstep, billing) wants a program to end at the same point each time. Code that is compiled with fuel subtracts one
// from a word at each function entry and each back edge of a loop (ir/pass/fuel.h), and calls
// gol_rt_fuelstop when it falls below zero. The word lies in front of the package-level variables, whose address
// compiled code has at hand.
//
// The same fuel must lead to the same point, so nothing else may depend on time or chance. A runtime with a limit
// of fuel takes its schedules from a seed (seeded.cc): one queue, no time slices, the collector stops the
// world, random numbers come from the seed. Goroutines do not yield at random safepoints, however; the
// word holds a slice of the fuel, and when that is used up, the next goroutine gets its turn. So loops cost two instructions more,
// and prologues nothing.
//
// Precompiled packages count nothing: calls of them are free but for the call of what calls them.
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"

#include <algorithm>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/module_info.h"

namespace gol::rt {
namespace {

// Units between switches of goroutines. Fewer: more switches; more: goroutines wait longer for one that loops.
constexpr uint64_t kSliceUnits = 20000;

int64_t& FuelWord(Runtime& rt) { return *reinterpret_cast<int64_t*>(rt.globals() + kFuelOffset); }

}  // namespace

void Sched::SetFuel(uint64_t units) {
  if (!impl_->is_fueled) {
    FuelWord(rt_) = INT64_MAX;
    return;
  }
  const uint64_t slice = std::min(units, kSliceUnits);
  FuelWord(rt_) = static_cast<int64_t>(slice);
  impl_->fuel_behind = units - slice;
}

uint64_t Sched::fuel() const {
  if (!impl_->is_fueled) return kNoLimit;
  return impl_->fuel_behind + static_cast<uint64_t>(std::max<int64_t>(FuelWord(rt_), 0));
}

void SchedImpl::FuelStop() {
  if (!is_fueled) {
    FuelWord(rt) = INT64_MAX;
    return;
  }
  if (fuel_behind == 0) {
    FuelWord(rt) = 0;
    EndByLimit(Outcome::kFuel, "out of fuel");
  }
  const uint64_t slice = std::min(fuel_behind, kSliceUnits);
  fuel_behind -= slice;
  FuelWord(rt) += static_cast<int64_t>(slice);
  sched.Gosched();
}

}  // namespace gol::rt

extern "C" void gol_rt_fuelstop() {
  gol::rt::SchedPeer::Impl(gol::rt::CurrentRuntime()->sched()).FuelStop();
}
