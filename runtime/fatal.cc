// Ends that no recover stops: fatal errors, deadlock, limits. They write Go's text and the
// traces, then end the Run with an Outcome; the process goes on.
#include <string>

#include "runtime/panic_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/sched/stack_grow.h"
#include "runtime/traceback.h"

namespace gol::rt {
namespace {

int Level(Runtime& rt) { return rt.tunables().traceback_level.load(std::memory_order_relaxed); }
TraceStyle Style(Runtime& rt) {
  return Level(rt) >= 2 ? TraceStyle::kSystem : TraceStyle::kProgram;
}

}  // namespace

void AppendFatalTraces(Runtime& rt, const G* g, uint64_t pc, uint64_t fp, bool all,
                       std::string* out) {
  if (Level(rt) == 0) return;
  out->append("\n");
  if (g != nullptr) AppendGoroutineTrace(rt, *g, pc, fp, Style(rt), out);
  all |= rt.tunables().traceback_all.load(std::memory_order_relaxed);
  if (all) AppendAllTraces(rt, g, Style(rt), out);
}

// pc, fp: where the goroutine's trace starts.
[[noreturn]] static void EndFatally(Outcome::Kind kind, std::string_view text, uint64_t pc,
                                    uint64_t fp) {
  G* g = CurrentG();
  Runtime& rt = *CurrentRuntime();
  Outcome outcome;
  OnSystemStack([&] {
    outcome.kind = kind;
    outcome.exit_code = 2;
    outcome.text = "fatal error: " + std::string(text);
    std::string out = outcome.text + "\n";
    AppendFatalTraces(rt, g, pc, fp, true, &out);
    rt.WriteCrash(out.data(), out.size());
  });
  rt.EndRun(std::move(outcome));
}

// Not inlined: the frame address counts.
__attribute__((noinline)) void Fatal(std::string_view text) {
  EndFatally(Outcome::kFatal, text, reinterpret_cast<uint64_t>(__builtin_return_address(0)),
             *static_cast<uint64_t*>(__builtin_frame_address(0)));
}

__attribute__((noinline)) void EndByLimit(Outcome::Kind kind, std::string_view text) {
  EndFatally(kind, text, reinterpret_cast<uint64_t>(__builtin_return_address(0)),
             *static_cast<uint64_t*>(__builtin_frame_address(0)));
}

void ReportDeadlock(Runtime& rt) {
  Outcome outcome;
  outcome.kind = Outcome::kDeadlock;
  outcome.exit_code = 2;
  outcome.text = "fatal error: all goroutines are asleep - deadlock!";
  bool any = false;
  rt.sched().ForEachG([&](G& g) {
    uint32_t status = g.status.load(std::memory_order_relaxed) & ~kGscan;
    any |= !g.is_system && status != kGdead && status != kGidle;
  });
  if (!any) {
    outcome.text = "fatal error: no goroutines (main called runtime.Goexit) - deadlock!";
  }
  std::string out = outcome.text + "\n";
  if (Level(rt) > 0) AppendAllTraces(rt, nullptr, Style(rt), &out);
  rt.WriteCrash(out.data(), out.size());
  rt.PostOutcome(std::move(outcome));
}

void ReportQuit(Runtime& rt, uint64_t signal_pc) {
  Outcome outcome;
  outcome.kind = Outcome::kInterrupted;
  outcome.exit_code = 2;
  outcome.text = "SIGQUIT: quit";
  char line[80];
  snprintf(line, sizeof(line), "SIGQUIT: quit\nPC=0x%lx m=0 sigcode=0\n", signal_pc);
  std::string out = line;
  rt.sched().StopTheWorld(StopReason::kHost);
  AppendAllTraces(rt, nullptr, TraceStyle::kSystem, &out);
  rt.WriteCrash(out.data(), out.size());
  rt.PostOutcome(std::move(outcome));
  rt.sched().StartTheWorld();
}

void ReportThreadExhaustion(Runtime& rt) {
  Outcome outcome;
  outcome.kind = Outcome::kFatal;
  outcome.exit_code = 2;
  outcome.text = "fatal error: thread exhaustion";
  const std::string out =
      "runtime: program exceeds " +
      std::to_string(rt.tunables().max_threads.load(std::memory_order_relaxed)) +
      "-thread limit\n" + outcome.text + "\n";
  rt.WriteCrash(out.data(), out.size());
  rt.PostOutcome(std::move(outcome));
}

void StackOverflow(G* g) {
  Runtime& rt = *g->rt;
  Outcome outcome;
  uint64_t fp = *static_cast<uint64_t*>(__builtin_frame_address(0));
  uint64_t pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  OnSystemStack([&] {
    char range[160];
    snprintf(range, sizeof(range),
             "runtime: sp=%p stack=[%p, %p]\n", reinterpret_cast<void*>(fp),
             static_cast<void*>(g->seg->lo), static_cast<void*>(g->seg->hi));
    outcome.kind = Outcome::kStack;
    outcome.exit_code = 2;
    outcome.text = "fatal error: stack overflow";
    std::string out = "runtime: goroutine stack exceeds " +
                      std::to_string(
                          rt.tunables().max_stack_bytes.load(std::memory_order_relaxed)) +
                      "-byte limit\n" + range +
                      outcome.text + "\n";
    AppendFatalTraces(rt, g, pc, fp, false, &out);
    rt.WriteCrash(out.data(), out.size());
  });
  rt.EndRun(std::move(outcome));
}

}  // namespace gol::rt
