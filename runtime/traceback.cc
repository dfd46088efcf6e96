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
// that calls of deferred functions are written as Go does: "panic(...)", "runtime.Goexit()". For
// runtime.Callers there are names for the C++ functions that a panic goes through, too: callers.cc.
// Go's "runtime stack:" shows what the runtime itself did, which is C++ here: it is left out.
//
// Arguments. Go prints the words that the arguments had, with "?" behind those that may have changed. Here
// arguments come in registers which functions use for other things at once, and are not
// stored for the sake of tracebacks: a function with parameters is written "f(...)", as Go writes those
// whose arguments it does not know (inlined ones).
#include "runtime/traceback.h"

#include <charconv>
#include <string>
#include <unordered_map>
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
  if (function.ends_with("-fm") || function.ends_with("-defers")) return true;
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
        pc == reinterpret_cast<uint64_t>(&gol_rt_goexit_native_pc[0]) ||
        pc == reinterpret_cast<uint64_t>(&gol_rt_hostcall_pc[0])) {
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

namespace {

// A frame that will be shown. sp: where the frame ends, the frame pointer where that is not known.
struct ShownFrame {
  uint64_t pc;
  uint64_t fp;
  uint64_t sp;
};

// Writes the frames of one stack. A stack may be millions of frames deep: the first ones and the last ones
// are kept while it is walked, and written at the end.
class FramePrinter {
 public:
  FramePrinter(CodeInfo* code, TraceStyle style, std::string* out)
      : code_(code), is_system_(style == TraceStyle::kSystem), out_(out) {}

  void Print(const G& g, uint64_t pc, uint64_t fp);

 private:
  // How many lines of functions stand for the return address.
  size_t LinesOf(uint64_t pc);
  bool IsShown(const CodeFrame& f) const { return is_system_ || (!f.is_wrapper && !IsHidden(f.function)); }
  // Writes all lines of the frame but the first `skip`, at most `max`.
  void Append(const ShownFrame& frame, size_t skip, size_t max);
  void AppendAddresses(const ShownFrame& frame);

  CodeInfo* code_;
  const bool is_system_;
  std::string* out_;
  bool may_have_panicked_ = true;  // the next function is the innermost, or called panic
  std::unordered_map<uint64_t, size_t> lines_;
};

size_t FramePrinter::LinesOf(uint64_t pc) {
  if (IsGopanicPc(pc) || IsGoexitCallPc(pc)) return 1;
  if (!code_->IsCompiled(pc - 1)) return 0;
  auto [it, is_new] = lines_.try_emplace(pc, 0);
  if (is_new) {
    code_->Lookup(pc - 1, [&](const CodeFrame& f) { it->second += IsShown(f) ? 1 : 0; });
  }
  return it->second;
}

void FramePrinter::AppendAddresses(const ShownFrame& frame) {
  if (is_system_) {
    out_->append(" fp=");
    AppendHex(frame.fp + 16, out_);  // as Go counts: past the return address
    out_->append(" sp=");
    AppendHex(frame.sp, out_);
    out_->append(" pc=");
    AppendHex(frame.pc, out_);
  }
  out_->append("\n");
}

void FramePrinter::Append(const ShownFrame& frame, size_t skip, size_t max) {
  if (IsGopanicPc(frame.pc) || IsGoexitCallPc(frame.pc)) {
    const bool is_panic = IsGopanicPc(frame.pc);
    may_have_panicked_ = is_panic;
    out_->append(is_panic ? "panic(...)\n" : "runtime.Goexit()\n");
    out_->append("\truntime/panic.cc:").append(std::to_string(DeferredCallLine(is_panic)));
    AppendAddresses(frame);
    return;
  }
  code_->Lookup(frame.pc - 1, [&](const CodeFrame& f) {
    // A wrapper that panicked itself is shown.
    if (!IsShown(f) && !(f.is_wrapper && may_have_panicked_ && !IsHidden(f.function))) return;
    may_have_panicked_ = false;
    if (skip > 0) {
      skip--;
      return;
    }
    if (max == 0) return;
    max--;
    out_->append(f.function);
    out_->append(f.has_params || f.is_inlined ? "(...)\n" : "()\n");
    AppendPosition(code_, f, frame.pc, out_);
    if (f.is_inlined) {
      out_->append("\n");
    } else {
      AppendAddresses(frame);
    }
  });
}

void FramePrinter::Print(const G& g, uint64_t pc, uint64_t fp) {
  std::vector<ShownFrame> head;
  std::vector<ShownFrame> tail;  // a ring of the latest
  size_t head_lines = 0;
  size_t after_head = 0;  // lines after those of head
  size_t after_frames = 0;
  uint64_t inner_fp = 0;
  WalkStack(g, pc, fp, [&](const StackFrame& f) {
    const ShownFrame frame = {f.pc, f.fp, inner_fp != 0 ? inner_fp + 16 : f.fp};
    inner_fp = f.fp;
    const size_t lines = LinesOf(f.pc);
    // A wrapper may be shown if it is the first.
    const bool may_be_shown = lines != 0 || (head.empty() && code_->IsCompiled(f.pc - 1));
    if (!may_be_shown || ((IsGopanicPc(f.pc) || IsGoexitCallPc(f.pc)) && head.empty())) return true;
    if (head_lines < kTraceHead) {
      head.push_back(frame);
      head_lines += lines;
      return true;
    }
    after_head += lines;
    if (tail.size() < kTraceTail) {
      tail.push_back(frame);
    } else {
      tail[after_frames % kTraceTail] = frame;
    }
    after_frames++;
    return true;
  });
  // The frame at the border may have lines on either side of it.
  const size_t over = head_lines > kTraceHead ? head_lines - kTraceHead : 0;
  for (size_t i = 0; i < head.size(); i++) {
    const bool is_last = i + 1 == head.size() && over != 0;
    Append(head[i], 0, is_last && after_head + over > kTraceTail ? LinesOf(head[i].pc) - over : SIZE_MAX);
  }
  after_head += over;
  size_t start = 0;  // where the ring begins
  if (after_frames > kTraceTail) start = after_frames % kTraceTail;
  size_t tail_lines = 0;
  for (const ShownFrame& f : tail) tail_lines += LinesOf(f.pc);
  size_t skip = 0;
  if (after_head > kTraceTail) {
    out_->append("...").append(std::to_string(after_head - kTraceTail)).append(" frames elided...\n");
    skip = tail_lines > kTraceTail ? tail_lines - kTraceTail : 0;
  }
  for (size_t i = 0; i < tail.size(); i++) {
    const ShownFrame& f = tail[(start + i) % tail.size()];
    const size_t lines = LinesOf(f.pc);
    if (skip >= lines) {
      skip -= lines;
      continue;
    }
    Append(f, skip, SIZE_MAX);
    skip = 0;
  }
}

void AppendHeader(const G& g, bool is_running, TraceStyle style, std::string* out) {
  uint32_t status = g.status.load(std::memory_order_relaxed) & ~kGscan;
  out->append("goroutine ").append(std::to_string(g.goid));
  if (style == TraceStyle::kSystem) {
    const M* m = g.m.load(std::memory_order_relaxed);
    out->append(" gp=");
    AppendHex(reinterpret_cast<uint64_t>(&g), out);
    if (m == nullptr) {
      out->append(" m=nil");
    } else {
      out->append(" m=").append(std::to_string(m->id)).append(" mp=");
      AppendHex(reinterpret_cast<uint64_t>(m), out);
    }
  }
  out->append(" [");
  if (status == kGwaiting && g.wait_reason != WaitReason::kNone && !is_running) {
    out->append(WaitReasonText(g.wait_reason));
  } else {
    out->append(is_running ? "running" : StatusText(status));
  }
  const int64_t since = g.wait_since_ns;
  if ((status == kGwaiting || status == kGsyscall) && !is_running && since != 0) {
    const int64_t minutes = (NanoTime() - since) / 60000000000;
    if (minutes >= 1) out->append(", ").append(std::to_string(minutes)).append(" minutes");
  }
  if (g.locked_m != nullptr) out->append(", locked to thread");
  out->append("]:\n");
}

}  // namespace

void AppendGoroutineTrace(Runtime& rt, const G& g, uint64_t pc, uint64_t fp, TraceStyle style,
                          std::string* out) {
  AppendHeader(g, pc != 0 || g.was_running, style, out);
  if (pc == 0 && (g.status.load(std::memory_order_relaxed) & ~kGscan) == kGsyscall) {
    pc = g.region_pc;
    fp = g.region_fp;
  }
  CodeInfo* code = rt.code_info();
  if (code == nullptr) return;
  FramePrinter(code, style, out).Print(g, pc, fp);
  if (g.go_pc == 0 || g.goid == 1) return;
  bool first = true;
  CodeFrame outer;
  code->Lookup(g.go_pc - 1, [&](const CodeFrame& frame) {
    if (!first && outer.function.data() != nullptr && !outer.is_wrapper) return;
    first = false;
    outer = frame;
  });
  if (first) return;
  out->append("created by ");
  out->append(outer.function);
  if (g.parent_goid != 0) {
    out->append(" in goroutine ").append(std::to_string(g.parent_goid));
  }
  out->append("\n");
  AppendPosition(code, outer, g.go_pc, out);
  out->append("\n");
}

void AppendAllTraces(Runtime& rt, const G* except, TraceStyle style, std::string* out) {
  rt.sched().ForEachG([&](G& g) {
    uint32_t status = g.status.load(std::memory_order_relaxed) & ~kGscan;
    if (&g == except || status == kGdead || status == kGidle) return;
    if (g.is_system && style != TraceStyle::kSystem) return;
    out->append("\n");
    // The bit keeps the goroutine from resuming while its stack is read.
    uint32_t expected = status;
    const bool is_held = status != kGrunning &&
                         g.status.compare_exchange_strong(expected, status | kGscan,
                                                          std::memory_order_acquire);
    if (status == kGrunning || (!is_held && (expected & kGscan) == 0)) {
      AppendHeader(g, true, style, out);
      out->append("\tgoroutine running on other thread; stack unavailable\n");
      return;
    }
    AppendGoroutineTrace(rt, g, 0, 0, style, out);
    // Pairs with the acquire of whoever resumes it.
    if (is_held) g.status.store(status, std::memory_order_release);
  });
}

}  // namespace gol::rt
