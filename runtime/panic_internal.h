// Internals of panics: what panic.cc, panic_print.cc, signal.cc and traceback.cc share.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/abi/layout.h"
#include "runtime/abi/rtype.h"
#include "runtime/sched/g.h"

namespace gol::rt {

// A panic, or a Goexit, in progress: stands in the frame of the function that runs the deferred
// calls.
struct Panic {
  Panic* link;             // the one that was in progress when this began
  Eface arg;
  uint64_t trampoline_fp;  // of the deferred call in progress: see gol_rt_call_deferred
  bool recovered;
  bool goexit;
  bool repanicked;         // the next one carries the same value; set while printing
};

// Whether the return address pc stands in a call of a deferred function for a panic.
bool IsGopanicPc(uint64_t pc);
// The same for runtime.Goexit.
bool IsGoexitCallPc(uint64_t pc);
// The line of panic.cc where such a call is made.
int DeferredCallLine(bool for_panic);

// Writes g's panics and its traceback and ends the Run. On g's stack; (pc, fp) is where the
// innermost panic was raised.
[[noreturn]] void DieOfPanic(G* g, uint64_t pc, uint64_t fp);

// Frees what a DieOfPanic that was cut short left behind.
void DeletePanicReport(G* g);

// "panic: " and so on, as Go prints a panic's value; calls Error and String methods.
void AppendPanicValue(const Eface& v, std::string* out);
// v's Error() or String(), if it has one.
bool PanicValueText(const Eface& v, std::string* out);

// Appends the traces that follow the text of a fatal end.
void AppendFatalTraces(Runtime& rt, const G* g, uint64_t pc, uint64_t fp, bool all,
                       std::string* out);

// Installs the process-wide handler of SIGSEGV and SIGBUS; once.
void InstallSignalHandlers();

}  // namespace gol::rt
