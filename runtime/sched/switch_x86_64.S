// Switching stacks, on x86-64.
//
// A goroutine that is not running has its callee-saved registers on its own stack; G::sp points to
// them (the word at sp is not used: it keeps the alignment):
//
//   sp+8   r15   sp+16 r14   sp+24 r13   sp+32 r12   sp+40 rbx   sp+48 rbp
//   sp+56  return address
//
// The floating-point control words are not switched: compiled code and natives leave them as every thread
// has them, and loading them would double the cost of a switch.
//
// The scheduler loop of each thread runs on the thread's own stack (the "system stack", g0 in Go's words). gol_rt_gogo
// saves that side the same way into M::g0_sp and continues the goroutine; gol_rt_mcall is the way
// back: the loop returns from gol_rt_gogo. gol_rt_systemstack borrows the
// space below M::g0_sp for one call. So every C++ function on a system stack returns to its caller
// in the ordinary way.
#include "runtime/function_x86_64.inc"
#include "runtime/sched/asm_offsets.h"

.macro PUSH_CALLEE_SAVED
  pushq %rbp
  .cfi_adjust_cfa_offset 8
  pushq %rbx
  .cfi_adjust_cfa_offset 8
  pushq %r12
  .cfi_adjust_cfa_offset 8
  pushq %r13
  .cfi_adjust_cfa_offset 8
  pushq %r14
  .cfi_adjust_cfa_offset 8
  pushq %r15
  .cfi_adjust_cfa_offset 8
  subq $8, %rsp
  .cfi_adjust_cfa_offset 8
.endm

.macro POP_CALLEE_SAVED
  addq $8, %rsp
  .cfi_adjust_cfa_offset -8
  popq %r15
  .cfi_adjust_cfa_offset -8
  popq %r14
  .cfi_adjust_cfa_offset -8
  popq %r13
  .cfi_adjust_cfa_offset -8
  popq %r12
  .cfi_adjust_cfa_offset -8
  popq %rbx
  .cfi_adjust_cfa_offset -8
  popq %rbp
  .cfi_adjust_cfa_offset -8
.endm

// Leaves the thread's own stack for that of goroutine %rdi, on thread %rsi. Uses %rax.
.macro SWITCH_TO_GOROUTINE
  PUSH_CALLEE_SAVED
  movq %rsp, GOL_M_G0_SP(%rsi)
  movq %rdi, GOL_M_CURG(%rsi)
  movq %rdi, %fs:GOL_TLS_G
  movq GOL_G_STACK_LIMIT(%rdi), %rax
  movq %rax, %fs:GOL_TLS_STACK_LIMIT
  movb $0, GOL_M_ON_SYSTEM_STACK(%rsi)
  movq GOL_G_SP(%rdi), %rsp
.endm

#ifndef __has_feature
#define __has_feature(x) 0
#endif
.macro ANNOUNCE_START
#if __has_feature(address_sanitizer)
  call gol_rt_fiber_started
#endif
.endm

  .text

// void gol_rt_gogo(G* g, M* m): runs g; returns when a goroutine on this thread calls gol_rt_mcall.
FUNC gol_rt_gogo
  SWITCH_TO_GOROUTINE
  POP_CALLEE_SAVED
  ret
ENDFUNC gol_rt_gogo

// void gol_rt_mcall(): saves the running goroutine and continues its thread's scheduler loop. Returns
// when somebody runs the goroutine again, maybe on another thread.
FUNC gol_rt_mcall
  movq %fs:GOL_TLS_G, %rax
  movq %fs:GOL_TLS_M, %rcx
  movq (%rsp), %rdx
  movq %rdx, GOL_G_PC(%rax)
  movq %rbp, GOL_G_FP(%rax)
  PUSH_CALLEE_SAVED
  movq %rsp, GOL_G_SP(%rax)
  movb $1, GOL_M_ON_SYSTEM_STACK(%rcx)
  movq GOL_M_G0_SP(%rcx), %rsp
  POP_CALLEE_SAVED
  ret
ENDFUNC gol_rt_mcall

// uint64_t gol_rt_hostcall(G* g, M* m, const void* code, void* frame, const void* context): calls
// code(frame) on the empty stack of g, in compiled code's convention. Returns 0 when that is done and the
// goroutine never left its thread's hands; if it did, this returns as gol_rt_gogo does, and the 0 comes from
// the gol_rt_gogo that ran the goroutine last. Calls and returns are paired, unlike those of
// gogo and mcall: the processor predicts them.
FUNC gol_rt_hostcall
  SWITCH_TO_GOROUTINE
  movq %rdx, %rax
  movq %rcx, %rdi
  movq %r8, %r13
  xorl %ebp, %ebp
  call *%rax
  .globl gol_rt_hostcall_pc
gol_rt_hostcall_pc:
  movq %fs:GOL_TLS_M, %rcx
  movb $1, GOL_M_ON_SYSTEM_STACK(%rcx)
  movq GOL_M_G0_SP(%rcx), %rsp
  POP_CALLEE_SAVED
  xorl %eax, %eax
  ret
ENDFUNC gol_rt_hostcall

// void gol_rt_abandon(): on the system stack within gol_rt_systemstack: drops that call and the
// goroutine it was made for, and continues the scheduler loop.
FUNC gol_rt_abandon
  movq %fs:GOL_TLS_M, %rcx
  movq GOL_M_G0_SP(%rcx), %rsp
  POP_CALLEE_SAVED
  movl $1, %eax
  ret
ENDFUNC gol_rt_abandon

// void gol_rt_systemstack(void (*fn)(void*), void* arg)
FUNC gol_rt_systemstack
  movq %fs:GOL_TLS_M, %rcx
  testq %rcx, %rcx
  je 1f
  cmpb $0, GOL_M_ON_SYSTEM_STACK(%rcx)
  jne 1f
  movq %fs:GOL_TLS_G, %rax
  movq (%rsp), %rdx
  movq %rdx, GOL_G_PC(%rax)
  movq %rbp, GOL_G_FP(%rax)
  PUSH_CALLEE_SAVED
  movq %rsp, GOL_G_SP(%rax)
  movb $1, GOL_M_ON_SYSTEM_STACK(%rcx)
  movq %rsp, %rbx
  .cfi_def_cfa_register %rbx
  movq %rcx, %r12
  movq GOL_M_G0_SP(%rcx), %rsp
  andq $-16, %rsp
  movq %rdi, %rax
  movq %rsi, %rdi
  // The frame pointer stays the goroutine's: a traceback from the system stack goes on there.
  call *%rax
  movb $0, GOL_M_ON_SYSTEM_STACK(%r12)
  movq %rbx, %rsp
  .cfi_def_cfa_register %rsp
  POP_CALLEE_SAVED
  ret
1:
  .cfi_def_cfa %rsp, 8
  movq %rdi, %rax
  movq %rsi, %rdi
  jmp *%rax
ENDFUNC gol_rt_systemstack

// void gol_rt_spill(G* g): makes the stack readable from here on while the goroutine goes on
// running: a BlockingRegion. The registers are copied below the return address; whatever runs
// later overwrites them, so the caller's frame must hold a copy: see BlockingRegion::regs_.
// rdi: G*, rsi: room for six registers in the caller's frame.
FUNC gol_rt_spill
  movq %rbx, (%rsi)
  movq %rbp, 8(%rsi)
  movq %r12, 16(%rsi)
  movq %r13, 24(%rsi)
  movq %r14, 32(%rsi)
  movq %r15, 40(%rsi)
  movq (%rsp), %rdx
  movq %rdx, GOL_G_PC(%rdi)
  movq %rbp, GOL_G_FP(%rdi)
  movq %rsp, GOL_G_SP(%rdi)
  ret
ENDFUNC gol_rt_spill

// First code of a goroutine made by NewProc: rbx holds the Funcval.
FUNC gol_rt_gostart
  .cfi_undefined %rip
  xorl %ebp, %ebp
  ANNOUNCE_START
  movq %rbx, %r13
  movq (%rbx), %rax
  xorl %ebx, %ebx
  call *%rax
  .globl gol_rt_goexit_pc
gol_rt_goexit_pc:
  call gol_rt_goexit0
  ud2
ENDFUNC gol_rt_gostart

// First code of a goroutine that is a C++ function: rbx the function, r12 its argument.
FUNC gol_rt_gostart_native
  .cfi_undefined %rip
  xorl %ebp, %ebp
  ANNOUNCE_START
  movq %r12, %rdi
  call *%rbx
  .globl gol_rt_goexit_native_pc
gol_rt_goexit_native_pc:
  call gol_rt_goexit0
  ud2
ENDFUNC gol_rt_gostart_native

// void gol_rt_calladapter(void* frame, const void* code, const void* context): calls code(frame) from C++ on a
// goroutine's stack.
FUNC gol_rt_calladapter
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %r13
  .cfi_offset %r13, -24
  pushq %r14
  .cfi_offset %r14, -32
  movq %rdx, %r13
  call *%rsi
  popq %r14
  popq %r13
  popq %rbp
  .cfi_def_cfa %rsp, 8
  ret
ENDFUNC gol_rt_calladapter

// void gol_rt_callfn(const Funcval* fn): calls compiled code from C++ on a goroutine's stack.
FUNC gol_rt_callfn
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %r13
  .cfi_offset %r13, -24
  pushq %r14
  .cfi_offset %r14, -32
  movq %rdi, %r13
  call *(%rdi)
  popq %r14
  popq %r13
  popq %rbp
  .cfi_def_cfa %rsp, 8
  ret
ENDFUNC gol_rt_callfn

  .section .note.GNU-stack,"",@progbits
