// Walking goroutine stacks and writing Go's tracebacks. See traceback.cc for the overview.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "runtime/sched/g.h"

namespace gol::rt {

class Runtime;

// One Go function at a program counter; several for one pc when calls were inlined.
struct CodeFrame {
  std::string_view function;  // "main.(*T).Method", "main.main.func1"
  std::string_view file;      // absolute path
  int32_t line = 0;
  uint64_t entry_pc = 0;      // of the machine code it stands in
  bool is_inlined = false;    // into the frame that follows
  bool has_params = false;    // parameters or a receiver
  bool is_wrapper = false;    // made by the compiler; not shown
};

// What embed knows about machine code. Methods may be called from any thread, also in a signal handler's aftermath and
// while other threads compile.
struct CodeInfo {
  virtual ~CodeInfo() = default;
  // Calls fn for each Go function at pc, innermost first. pc is the address of an instruction
  // (for a return address: one less). Returns false when pc is not compiled code.
  virtual bool Lookup(uint64_t pc, FunctionRef<void(const CodeFrame&)> fn) = 0;
  // Whether pc lies in compiled code. Lock-free: called by the signal handler.
  virtual bool IsCompiled(uint64_t pc) = 0;
  // The symbol of the C++ function at pc; empty when there is none.
  virtual std::string NativeName(uint64_t pc) { return {}; }
  // The i-th type descriptor in the code's modules whose text (Type::str) is str, or null after the last:
  // for reflection, which must not make a second descriptor of a type.
  virtual const Type* FindType(std::string_view str, int64_t i) { return nullptr; }
};

// A place in a stack: pc is a return address (or the faulting instruction + 1).
struct StackFrame {
  uint64_t pc;
  uint64_t fp;  // frame pointer of the function at pc
};

// Calls fn for each frame of g, C++ functions included, innermost first, until it returns false. Starts at
// (pc, fp); pc 0: at the goroutine's saved state. Returns whether it came to the goroutine's first
// frame. Requires: g does not run, or is the caller.
bool WalkStack(const G& g, uint64_t pc, uint64_t fp, FunctionRef<bool(const StackFrame&)> fn);

// What runtime.Callers hands out: one value for each Go function, also for those that were inlined. The
// low 48 bits are a return address, those above count the functions at it that are further in. Besides
// compiled functions there are those that Go has on the stack and gol as C++: runtime.gopanic, the
// functions that raise run-time errors, runtime.goexit.
inline constexpr int kCallerDepthShift = 48;

// The callers of a function of the running goroutine, innermost first; skips the first `skip`. Returns how
// many.
int Callers(int skip, uint64_t* pcs, int max);
// The same for a goroutine that does not run.
int CallersOf(const G& g, uint64_t pc, uint64_t fp, int skip, uint64_t* pcs, int max);

// The same in two steps, for those who record many stacks and show few: RawCallersOf looks no name up. Both
// return how many.
int RawCallersOf(const G& g, uint64_t pc, uint64_t fp, uint64_t* pcs, int max);
int CallersOfRaw(CodeInfo* code, std::span<const uint64_t> raw, uint64_t* pcs, int max);

// Makes values of Callers of return addresses, C++ functions left out. Returns how many.
int ExpandStack(CodeInfo* code, std::span<const uint64_t> stack, uint64_t* pcs, int max);

// The function that a value of Callers stands for. value may be an address of code besides: the first
// instruction of a function (is_entry is tried first then) or any other. False: no function.
bool FindCaller(CodeInfo* code, uint64_t value, bool is_entry, CodeFrame* out);

// What tracebacks show. kSystem is that of GOTRACEBACK=system and of ends by a signal: functions and goroutines
// of package runtime too, and addresses: the G, its M, the frame pointer, stack pointer and pc of each frame.
enum class TraceStyle { kProgram, kSystem };

// Writes "goroutine 1 [running]:", frames and "created by" into *out.
void AppendGoroutineTrace(Runtime& rt, const G& g, uint64_t pc, uint64_t fp, TraceStyle style,
                          std::string* out);
// All goroutines but `except`. Those that run have no trace.
void AppendAllTraces(Runtime& rt, const G* except, TraceStyle style, std::string* out);

}  // namespace gol::rt
