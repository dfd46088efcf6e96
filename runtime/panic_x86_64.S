// Control transfers of panics, on x86-64. See panic.cc.

#include "runtime/function_x86_64.inc"

  .text

// void gol_rt_call_deferred(const Funcval* fn, uint64_t* frame): stores its frame pointer to
// *frame, then calls fn. A function whose saved frame pointer equals it was called from here.
// gol_rt_call_deferred_goexit is the same for Goexit: tracebacks tell them apart.
.macro CALL_DEFERRED name
FUNC \name
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %r13
  .cfi_offset %r13, -24
  pushq %r14
  .cfi_offset %r14, -32
  movq %rbp, (%rsi)
  movq %rdi, %r13
  call *(%rdi)
  .globl \name\()_return
\name\()_return:
  popq %r14
  popq %r13
  popq %rbp
  .cfi_def_cfa %rsp, 8
  ret
ENDFUNC \name
.endm
CALL_DEFERRED gol_rt_call_deferred
CALL_DEFERRED gol_rt_call_deferred_goexit

// void gol_rt_resume(void* const* resume): continues at a DeferFrame's resume point. The stack
// limit was set to that of the frame's segment.
FUNC gol_rt_resume
  movq 0(%rdi), %rbp
  movq 8(%rdi), %rax
  movq 16(%rdi), %rsp
  jmp *%rax
ENDFUNC gol_rt_resume

// void gol_rt_call_string_method(const void* code, void* receiver, GoString* result): calls a
// compiled method func() string.
FUNC gol_rt_call_string_method
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %rbx
  .cfi_offset %rbx, -24
  pushq %r12
  .cfi_offset %r12, -32
  pushq %r13
  .cfi_offset %r13, -40
  pushq %r14
  .cfi_offset %r14, -48
  movq %rdx, %rbx
  movq %rdi, %rax
  movq %rsi, %rdi
  xorl %r13d, %r13d
  call *%rax
  movq %rax, (%rbx)
  movq %rdx, 8(%rbx)
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  .cfi_def_cfa %rsp, 8
  ret
ENDFUNC gol_rt_call_string_method

// Where the signal handler sends a faulting goroutine, as if the faulting instruction had called it:
// the return address is one past the instruction.
FUNC gol_rt_sigpanic_entry
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  andq $-16, %rsp
  cld
  call gol_rt_sigpanic
  ud2
ENDFUNC gol_rt_sigpanic_entry

  .section .note.GNU-stack,"",@progbits
