// Faults of compiled code: SIGSEGV and SIGBUS become panics.
//
// Compiled code dereferences pointers without a check; a nil pointer faults on an address below
// 4096. The handler runs on the thread's alternate stack. If the thread runs a goroutine on its own
// stack and the faulting instruction is compiled code, it makes it look as if the instruction had called
// gol_rt_sigpanic_entry and returns; the goroutine then panics on its own stack. Everything else goes to
// the handler that was there before.
//
// The handler is the process's, shared by all Runtimes: the one piece of state outside of them. It
// is installed by the first Runtime whose options ask for it and stays.
#include "runtime/signal.h"

#include <ucontext.h>

#include <mutex>

#include "runtime/panic_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/m.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/traceback.h"

extern "C" void gol_rt_sigpanic_entry();

namespace gol::rt {
namespace {

// Written once, before the handler is installed.
struct sigaction old_segv;
struct sigaction old_bus;

bool InjectPanic(siginfo_t* info, ucontext_t* context) {
  M* m = CurrentM();
  if (m == nullptr || m->on_system_stack) return false;
  G* g = m->curg;
  CodeInfo* code = m->rt->code_info();
  greg_t* regs = context->uc_mcontext.gregs;
  uint64_t pc = static_cast<uint64_t>(regs[REG_RIP]);
  if (g == nullptr || code == nullptr) return false;
  uint64_t return_pc = pc + 1;
  if (!code->IsCompiled(pc)) {
    // A call through a nil or wild code pointer: the caller is compiled code.
    uint64_t sp = static_cast<uint64_t>(regs[REG_RSP]);
    uint64_t addr = reinterpret_cast<uint64_t>(info->si_addr);
    if (pc >= 4096 || addr != pc) return false;
    return_pc = *reinterpret_cast<uint64_t*>(sp);
    if (!code->IsCompiled(return_pc - 1)) return false;
    regs[REG_RSP] += 8;
  }
  g->sig_pc = pc;
  g->sig_code = info->si_code;
  // A non-canonical address is reported as a general fault, without an address.
  bool has_address = info->si_code == SEGV_MAPERR || info->si_code == SEGV_ACCERR;
  g->sig_addr = has_address ? reinterpret_cast<uint64_t>(info->si_addr) : ~uint64_t{0};
  regs[REG_RSP] -= 8;
  *reinterpret_cast<uint64_t*>(regs[REG_RSP]) = return_pc;
  regs[REG_RIP] = static_cast<greg_t>(reinterpret_cast<uint64_t>(&gol_rt_sigpanic_entry));
  return true;
}

void Handle(int sig, siginfo_t* info, void* context) {
  if (InjectPanic(info, static_cast<ucontext_t*>(context))) return;
  struct sigaction& old = sig == SIGSEGV ? old_segv : old_bus;
  if ((old.sa_flags & SA_SIGINFO) != 0 && old.sa_sigaction != nullptr) {
    old.sa_sigaction(sig, info, context);
    return;
  }
  if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) {
    old.sa_handler(sig);
    return;
  }
  // The instruction is run again and meets the default action.
  struct sigaction dfl = {};
  dfl.sa_handler = SIG_DFL;
  sigaction(sig, &dfl, nullptr);
}

}  // namespace

bool HandleFault(siginfo_t* info, void* context) {
  return InjectPanic(info, static_cast<ucontext_t*>(context));
}

int InterruptSignal() {
  static const int sig = [] {
    int s = SIGRTMAX - 3;
    struct sigaction old;
    sigaction(s, nullptr, &old);
    if (old.sa_handler != SIG_DFL) return s;  // somebody has one; theirs interrupts as well
    struct sigaction sa = {};
    sa.sa_handler = [](int) {};
    sa.sa_flags = SA_ONSTACK;  // not SA_RESTART: system calls are to end with EINTR
    sigaction(s, &sa, nullptr);
    return s;
  }();
  return sig;
}

void InstallSignalHandlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction sa = {};
    sa.sa_sigaction = Handle;
    sa.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&sa.sa_mask);
    sigaction(SIGSEGV, nullptr, &old_segv);
    sigaction(SIGBUS, nullptr, &old_bus);
    sigaction(SIGSEGV, &sa, nullptr);
    sigaction(SIGBUS, &sa, nullptr);
  });
}

}  // namespace gol::rt
