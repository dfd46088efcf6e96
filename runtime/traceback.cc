// Tracebacks.
//
// Every function, compiled or C++, keeps a frame pointer, so a stack is a chain of (saved frame
// pointer, return address) pairs. Three places need to be known:
//
//   - __morestack's frame joins two segments; it carries one return address more (see
//     sched/morestack_x86_64.S)
//   - gol_rt_goexit_pc, gol_rt_goexit_native_pc: the goroutine's first frame
//   - the frame a fault was injected into: its pc is an instruction, not a return address;
//     G::sig_pc says which
//
// Names and lines come from CodeInfo; frames of C++ functions have none and are not shown, except
// that a call of gopanic below the innermost frames is written as Go does ("panic(...)"). For
// runtime.Callers there are names for the C++ functions that a panic goes through, too: callers.cc.
#include "runtime/traceback.h"

#include <charconv>
#include <cstdio>
#include <vector>

#include "base/check.h"
#include "runtime/panic_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_impl.h"

extern "C" const char __morestack[];

namespace gol::rt {
namespace {

// Frames shown of a deep stack: this many innermost and outermost ones (Go's numbers).
constexpr size_t kTraceHead = 50;
constexpr size_t kTraceTail = 50;

uint64_t Word(uint64_t address) { return *reinterpret_cast<const uint64_t*>(address); }

// Whether address lies in a segment of g's stack, not further in than `seg`; moves seg there.
bool InStack(const G& g, uint64_t address, const StackSegment** seg) {
  for (const StackSegment* s = *seg; s != nullptr; s = s->prev) {
    if (address >= reinterpret_cast<uint64_t>(s->lo) &&
        address < reinterpret_cast<uint64_t>(s->hi)) {
      *seg = s;
      return true;
    }
  }
  return false;
}

void AppendHex(uint64_t v, std::string* out) {
  char buf[20];
  auto [end, err] = std::to_chars(buf, buf + sizeof(buf), v, 16);
  out->append("0x");
  out->append(buf, end);
}

// Functions that begin a goroutine in package runtime, and those behind method values, are not
// shown.
bool IsHidden(std::string_view function) {
  if (function.ends_with("-fm")) return true;
  constexpr std::string_view kPrefix = "runtime.";
  return function.size() > kPrefix.size() && function.starts_with(kPrefix) &&
         function[kPrefix.size()] >= 'a' && function[kPrefix.size()] <= 'z';
}

void AppendPosition(CodeInfo* code, const CodeFrame& f, uint64_t pc, std::string* out) {
  int32_t line = f.line;
  // The code behind a prologue that grows the stack has no line: take the function's.
  if (line == 0 && f.entry_pc != 0) {
    code->Lookup(f.entry_pc, [&](const CodeFrame& at_entry) { line = at_entry.line; });
  }
  out->append("\t");
  out->append(f.file);
  out->append(":");
  out->append(std::to_string(line));
  if (!f.is_inlined && f.entry_pc != 0 && pc > f.entry_pc) {
    out->append(" +");
    AppendHex(pc - f.entry_pc, out);
  }
  out->append("\n");
}

const char* StatusText(uint32_t status) {
  switch (status & ~kGscan) {
    case kGidle: return "idle";
    case kGrunnable: return "runnable";
    case kGrunning: return "running";
    case kGsyscall: return "syscall";
    case kGwaiting: return "waiting";
    case kGdead: return "dead";
    case kGpreempted: return "preempted";
  }
  return "???";
}

}  // namespace

bool WalkStack(const G& g, uint64_t pc, uint64_t fp, FunctionRef<bool(const StackFrame&)> fn) {
  if (pc == 0) {
    pc = g.pc;
    fp = g.fp;
  }
  const uint64_t morestack = reinterpret_cast<uint64_t>(&__morestack[0]);
  const uint64_t morestack_return = reinterpret_cast<uint64_t>(&gol_rt_morestack_return[0]);
  const StackSegment* seg = g.seg;
  uint64_t last_fp = 0;
  // A traceback may start on the system stack, whose frames lead to the goroutine's.
  M* m = CurrentM();
  auto on_system_stack = [&](uint64_t a) {
    return m != nullptr && a >= reinterpret_cast<uint64_t>(m->g0_lo) &&
           a < reinterpret_cast<uint64_t>(m->g0_hi);
  };
  for (;;) {
    if (pc == reinterpret_cast<uint64_t>(&gol_rt_goexit_pc[0]) ||
        pc == reinterpret_cast<uint64_t>(&gol_rt_goexit_native_pc[0])) {
      return true;
    }
    bool is_morestack = pc > morestack && pc <= morestack_return;
    if (!is_morestack && !fn({pc, fp})) return false;
    if (fp == 0 || fp % 8 != 0) return false;
    const StackSegment* at = seg;
    if (!on_system_stack(fp)) {
      if (!InStack(g, fp, &at)) return false;
      if (at == seg && fp <= last_fp) return false;
      seg = at;
      last_fp = fp;
    }
    if (is_morestack) {
      // A function that was stopped on entry is shown; one that runs on the next segment was.
      if (pc != morestack_return && !fn({Word(fp + 8), fp})) return false;
      pc = Word(fp + 16);
    } else {
      pc = Word(fp + 8);
    }
    fp = Word(fp);
  }
}

void AppendGoroutineTrace(Runtime& rt, const G& g, uint64_t pc, uint64_t fp, std::string* out) {
  uint32_t status = g.status.load(std::memory_order_relaxed) & ~kGscan;
  out->append("goroutine ").append(std::to_string(g.goid)).append(" [");
  if (pc != 0) status = kGrunning;
  if (status == kGwaiting && g.wait_reason != WaitReason::kNone) {
    out->append(WaitReasonText(g.wait_reason));
    int64_t minutes =
        g.wait_since_ns != 0 ? (NanoTime() - g.wait_since_ns) / 60000000000 : 0;
    if (minutes >= 1) out->append(", ").append(std::to_string(minutes)).append(" minutes");
  } else {
    out->append(StatusText(status));
  }
  if (g.locked_m != nullptr) out->append(", locked to thread");
  out->append("]:\n");

  CodeInfo* code = rt.code_info();
  if (code != nullptr) {
    // A stack may be millions of frames deep: only those that are shown are looked up.
    std::vector<uint64_t> head;
    std::vector<uint64_t> tail;  // a ring of the latest
    size_t count = 0;
    WalkStack(g, pc, fp, [&](const StackFrame& f) {
      bool shown = code->IsCompiled(f.pc - 1) || (IsGopanicPc(f.pc) && count != 0);
      if (!shown) return true;
      if (count < kTraceHead) {
        head.push_back(f.pc);
      } else if (tail.size() < kTraceTail) {
        tail.push_back(f.pc);
      } else {
        tail[(count - kTraceHead) % kTraceTail] = f.pc;
      }
      count++;
      return true;
    });
    bool may_have_panicked = true;
    auto append = [&](uint64_t frame_pc) {
      if (IsGopanicPc(frame_pc)) {
        may_have_panicked = true;
        out->append("panic(...)\n\truntime/panic.cc\n");
        return;
      }
      code->Lookup(frame_pc - 1, [&](const CodeFrame& frame) {
        // A wrapper that panicked itself is shown.
        if ((frame.is_wrapper && !may_have_panicked) || IsHidden(frame.function)) return;
        may_have_panicked = false;
        out->append(frame.function);
        out->append(frame.has_params || frame.is_inlined ? "(...)\n" : "()\n");
        AppendPosition(code, frame, frame_pc, out);
      });
    };
    for (uint64_t frame_pc : head) append(frame_pc);
    size_t after_head = count - head.size();
    if (after_head > kTraceTail) {
      out->append("...").append(std::to_string(after_head - kTraceTail)).append(
          " frames elided...\n");
    }
    for (size_t i = 0; i < tail.size(); i++) {
      append(tail[after_head > kTraceTail ? (after_head + i) % kTraceTail : i]);
    }
  }
  if (g.go_pc != 0 && g.goid != 1 && code != nullptr) {
    bool first = true;
    CodeFrame outer;
    code->Lookup(g.go_pc - 1, [&](const CodeFrame& frame) {
      if (!first && outer.function.data() != nullptr && !outer.is_wrapper) return;
      first = false;
      outer = frame;
    });
    if (!first) {
      out->append("created by ");
      out->append(outer.function);
      if (g.parent_goid != 0) {
        out->append(" in goroutine ").append(std::to_string(g.parent_goid));
      }
      out->append("\n");
      AppendPosition(code, outer, g.go_pc, out);
    }
  }
}

void AppendAllTraces(Runtime& rt, const G* except, bool show_system, std::string* out) {
  rt.sched().ForEachG([&](G& g) {
    uint32_t status = g.status.load(std::memory_order_relaxed) & ~kGscan;
    if (&g == except || status == kGdead || status == kGidle) return;
    if (g.is_system && !show_system) return;
    out->append("\n");
    // The bit keeps the goroutine from resuming while its stack is read.
    uint32_t expected = status;
    const bool is_held = status != kGrunning &&
                         g.status.compare_exchange_strong(expected, status | kGscan,
                                                          std::memory_order_acquire);
    if (status == kGrunning || (!is_held && (expected & kGscan) == 0)) {
      out->append("goroutine ").append(std::to_string(g.goid)).append(" [running]:\n");
      out->append("\tgoroutine running on other thread; stack unavailable\n");
      return;
    }
    AppendGoroutineTrace(rt, g, 0, 0, out);
    // Pairs with the acquire of whoever resumes it.
    if (is_held) g.status.store(status, std::memory_order_release);
  });
}

}  // namespace gol::rt
