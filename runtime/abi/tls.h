// The thread-local words that compiled code reads directly.
//
// Compiled code finds its goroutine, its P and its runtime through words at fixed offsets from
// %fs. LLVM's split-stack prologue already uses one: %fs:0x70 (tcbhead_t::__private_ss), the
// stack limit. The others live in the block of 512 bytes from offset 0x80 which glibc keeps
// reserved in tcbhead_t for the sake of its ABI (__glibc_unused2) and never touches. Fixed
// offsets make the same machine code right whether it was compiled into the gol binary or by the
// JIT, and whichever thread a goroutine runs on; no thread-local *address* ever exists that a
// goroutine could keep across a switch of threads.
//
// A thread that enters a runtime checks that the words are zero (or its own) before it claims
// them. Alternatives not taken: initial-exec thread_local variables (another offset in the JIT
// than in precompiled objects, and LLVM likes to keep their address), a reserved register (LLVM
// cannot reserve one on x86-64).
#pragma once

#include <cstdint>

namespace gol::rt {

struct G;
struct M;
struct P;
class Runtime;

// Offsets from %fs, in bytes.
enum TlsSlot : uint32_t {
  // Lowest stack address a prologue may reach without calling __morestack. kStackPreempt when a
  // safepoint is requested.
  kTlsStackLimit = 0x70,
  kTlsG = 0x80,             // G*: the goroutine that runs on this thread, or null
  kTlsP = 0x88,             // P*: the P this thread holds, or null; mcache is P's first member
  kTlsGlobals = 0x90,       // char*: base of the package-level variables of this runtime
  kTlsWriteBarrier = 0x98,  // uint32_t: not 0 while pointer stores must go through the barrier
  kTlsSpare = 0x9c,
  kTlsM = 0xa0,             // M*: this thread's machine record
  kTlsRuntime = 0xa8,       // Runtime*
  kTlsFirst = 0x80,
  kTlsLast = 0xb0,
};

// The value of the stack limit that makes every prologue and poll call the runtime. Larger than
// any stack address, and a sign-extended 32-bit immediate.
inline constexpr uint64_t kStackPreempt = 0xfffffffffffffade;

// Reads a slot of the calling thread.
template <typename T>
inline T TlsLoad(TlsSlot slot) {
  static_assert(sizeof(T) == 8 || sizeof(T) == 4);
  T v;
  if constexpr (sizeof(T) == 8) {
    asm volatile("movq %%fs:(%1), %0" : "=r"(v) : "r"(static_cast<uint64_t>(slot)));
  } else {
    asm volatile("movl %%fs:(%1), %0" : "=r"(v) : "r"(static_cast<uint64_t>(slot)));
  }
  return v;
}

// Writes a slot of the calling thread.
template <typename T>
inline void TlsStore(TlsSlot slot, T v) {
  static_assert(sizeof(T) == 8 || sizeof(T) == 4);
  if constexpr (sizeof(T) == 8) {
    asm volatile("movq %0, %%fs:(%1)" ::"r"(v), "r"(static_cast<uint64_t>(slot)) : "memory");
  } else {
    asm volatile("movl %0, %%fs:(%1)" ::"r"(v), "r"(static_cast<uint64_t>(slot)) : "memory");
  }
}

// The %fs base of the calling thread, kept in its M so that another thread can write a slot while
// this one is known to be alive (the stop-the-world request poisons stack limits this way).
inline char* TlsSelf() {
  char* self;
  asm volatile("movq %%fs:0x10, %0" : "=r"(self));
  return self;
}

inline G* CurrentG() { return TlsLoad<G*>(kTlsG); }
inline M* CurrentM() { return TlsLoad<M*>(kTlsM); }
inline P* CurrentP() { return TlsLoad<P*>(kTlsP); }
inline Runtime* CurrentRuntime() { return TlsLoad<Runtime*>(kTlsRuntime); }

}  // namespace gol::rt
