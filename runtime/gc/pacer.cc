// The pacer: heap goal, trigger, assist ratio, worker share.
//
// Goal: with GOGC=100 the heap may double: what was marked plus, again, GOGC percent of that and of
// the other memory that marking has to scan (stacks, globals). A collection has to begin earlier than
// that, by as much as the program allocates while marking runs: the runway.
//
// The trigger comes from what the last cycles measured. cons/mark is the rate at which the program
// allocates divided by the rate at which the collector scans, both per CPU second: a machine-
// independent property of the program. At the worker share u the collector scans u/(1-u) of the
// mutator's CPU time, so the runway is
//     cons/mark * (1-u)/u * expected scan work
// bytes. It is kept within 5 % and 30 % of the distance between marked heap and goal: too
// late a trigger makes assists pay, too early a one collects more often than needed.
//
// Assists make the goal hold when the estimate is wrong. While marking, an allocation of n bytes
// owes n * (scan work left / heap left until the goal) of scan work; both are re-estimated as marking
// goes on. When the goal is passed nevertheless, the next target is 10 % more, with the scan work
// estimated by the whole heap.
//
// GOMEMLIMIT: the goal is also at most the limit minus memory that is not heap; never below what is
// marked, so a limit that cannot be met makes the collector busy, not the program stuck.
//
// Sources: Go's mgcpacer.go (1.19 design, proposal 44167). Not taken: its scan work per kind of
// root; one number serves.
#include "runtime/gc/pacer.h"

#include <algorithm>
#include <cmath>

namespace gol::rt::gc {
namespace {

// Bounds of the trigger, as shares of the way from the marked heap to the goal.
constexpr double kMinTrigger = 0.7;
constexpr double kMaxTrigger = 0.95;
// A collection starts after at least as many bytes since the last, except where the memory limit asks for more. Smaller:
// a small heap under a small GOGC collects at each span that it takes, since all of a span counts as allocated at once;
// larger: such heaps take more.
constexpr uint64_t kMinDistance = 1 << 20;
// How far beyond the goal assists aim when the goal was passed.
constexpr double kHardGoal = 1.1;

}  // namespace

Pacer::Pacer(int64_t gogc, int64_t memory_limit)
    : gogc_(gogc), memory_limit_(memory_limit), heap_marked_(0), heap_goal_(0), trigger_(0) {
  // As if a first cycle had marked what makes the minimal heap its goal.
  if (gogc > 0) {
    const auto marked = static_cast<uint64_t>(static_cast<double>(kHeapMinimum) /
                                              (1 + static_cast<double>(gogc) / 100));
    heap_marked_ = std::min(marked, kHeapMinimum - kMinDistance);
  }
  Commit(0);
}

uint64_t Pacer::GogcGoal() const {
  if (gogc() < 0) return UINT64_MAX;
  double percent = static_cast<double>(gogc()) / 100;
  double base = static_cast<double>(heap_marked_ + last_stack_bytes_ + globals_bytes_);
  double goal = static_cast<double>(heap_marked_) + base * percent;
  double minimum = static_cast<double>(kHeapMinimum) * percent;
  goal = std::max(goal, minimum);
  return goal >= 9e18 ? UINT64_MAX : static_cast<uint64_t>(goal);
}

void Pacer::Commit(uint64_t other_bytes) {
  const uint64_t nearest = heap_marked_ + kMinDistance;
  uint64_t goal = std::max(GogcGoal(), nearest);
  bool is_limited = false;
  if (memory_limit() != INT64_MAX) {
    uint64_t limit = static_cast<uint64_t>(memory_limit());
    // Room for what the heap takes beyond the live objects.
    uint64_t headroom = limit / 32;
    uint64_t heap_limit = limit > other_bytes + headroom ? limit - other_bytes - headroom : 0;
    is_limited = heap_limit < goal;
    goal = std::min(goal, std::max(heap_limit, heap_marked_));
  }
  uint64_t trigger = UINT64_MAX;
  if (goal != UINT64_MAX) {
    uint64_t room = goal > heap_marked_ ? goal - heap_marked_ : 0;
    uint64_t lowest = heap_marked_ + static_cast<uint64_t>(kMinTrigger * static_cast<double>(room));
    uint64_t highest =
        heap_marked_ + static_cast<uint64_t>(kMaxTrigger * static_cast<double>(room));
    double u = kBackgroundUtilization;
    double work = static_cast<double>(last_heap_scan_) + static_cast<double>(last_stack_bytes_) +
                  static_cast<double>(globals_bytes_);
    double runway = cons_mark_ * (1 - u) / u * work;
    trigger = static_cast<double>(goal) > runway
                  ? static_cast<uint64_t>(static_cast<double>(goal) - runway)
                  : 0;
    if (!is_limited) lowest = std::max(lowest, nearest);
    trigger = std::clamp(trigger, lowest, std::max(lowest, highest));
  }
  heap_goal_.store(goal, std::memory_order_relaxed);
  trigger_.store(trigger, std::memory_order_relaxed);
}

void Pacer::StartCycle(const CycleStart& start) {
  start_ns_ = start.now_ns;
  start_live_ = start.heap_live;
  last_stack_bytes_ = start.stack_bytes;
  globals_bytes_ = start.globals_bytes;
  num_ps_ = start.num_ps;

  // Whole workers as near to the share as 30 % allows, else one fewer and a fraction.
  double wanted = kBackgroundUtilization * start.num_ps;
  dedicated_ = static_cast<int>(wanted + 0.5);
  double error = dedicated_ / wanted - 1;
  if (error < -0.3 || error > 0.3) {
    if (dedicated_ > wanted) --dedicated_;
    fractional_ = wanted - dedicated_;
  } else {
    fractional_ = 0;
  }

  // A forced cycle may begin far below the goal, and one with GOGC=off far above: the program gets
  // some room in any case.
  if (heap_goal() < start.heap_live + (64 << 10)) {
    heap_goal_.store(start.heap_live + (64 << 10), std::memory_order_relaxed);
  }
  Revise(start.heap_live, 0);
}

void Pacer::Revise(uint64_t heap_live, int64_t scan_work_done) {
  uint64_t goal = heap_goal();
  if (goal == UINT64_MAX) {
    assist_work_per_byte_.store(0, std::memory_order_relaxed);
    assist_bytes_per_work_.store(0, std::memory_order_relaxed);
    return;
  }
  double expected = static_cast<double>(last_heap_scan_) + static_cast<double>(last_stack_bytes_) +
                    static_cast<double>(globals_bytes_);
  double target = static_cast<double>(goal);
  double done = static_cast<double>(scan_work_done);
  if (heap_live > goal || done > expected) {
    // The estimates failed: assume that all of the heap is to be scanned.
    target *= kHardGoal;
    expected = static_cast<double>(std::max(heap_live, goal)) +
               static_cast<double>(last_stack_bytes_ + globals_bytes_);
  }
  // Never below a minimum, so that late in the cycle assists still do something.
  double work_left = std::max(expected - done, 1000.0);
  double heap_left = std::max(target - static_cast<double>(heap_live), 1.0);
  assist_work_per_byte_.store(work_left / heap_left, std::memory_order_relaxed);
  assist_bytes_per_work_.store(heap_left / work_left, std::memory_order_relaxed);
}

void Pacer::EndCycle(const CycleEnd& end) {
  double elapsed = static_cast<double>(std::max<int64_t>(end.now_ns - start_ns_, 1));
  double total_cpu = elapsed * num_ps_;
  double mark_cpu = std::clamp(static_cast<double>(end.mark_cpu_ns), 1.0, total_cpu);
  double mutator_cpu = std::max(total_cpu - mark_cpu, total_cpu * 0.01);
  double scan = static_cast<double>(end.heap_scan_work) + static_cast<double>(last_stack_bytes_) +
                static_cast<double>(globals_bytes_);
  // A forced cycle often runs with nobody allocating and says nothing about the program.
  if (!end.user_forced && scan > 0 && end.heap_live >= start_live_) {
    double cons = static_cast<double>(end.heap_live - start_live_) / mutator_cpu;
    double mark = scan / mark_cpu;
    double measured = cons / mark;
    // A moving average: one cycle is noisy, yet programs change their phases.
    cons_mark_ = cons_mark_ == 0 ? measured : (cons_mark_ + measured) / 2;
  }
  last_heap_scan_ = end.heap_scan_work;
  heap_marked_ = end.heap_marked;
}

}  // namespace gol::rt::gc
