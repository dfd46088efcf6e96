// __morestack: what LLVM's split-stack prologue calls when the stack pointer would go below the
// limit, or when the limit is poisoned to ask for a safepoint. And gol_rt_poll, the safepoint of loops.
//
// LLVM's contract (X86FrameLowering::adjustForSegmentedStacks): the first instructions of a
// function compare and, if need be, do
//
//     movq $frame_size, %r10 ; movq $stack_argument_bytes, %r11 ; callq __morestack ; ret
//   body:
//
// before anything was pushed. __morestack either continues at `body` (one byte behind its return
// address) on the same stack, or calls `body` on a larger segment, on top of which it has
// copied the stack arguments; when that call returns, it goes back to the old segment and returns
// to the `ret`, hence to the function's caller. All registers that carry arguments (rdi rsi rdx
// rcx r8 r9 rax r13 r14 xmm0-7) and results (rax rdx rcx r8 xmm0-3) pass through.
//
// The frame that __morestack leaves on the old segment keeps the chain of frame pointers whole:
// [rbp] caller's frame pointer, [rbp+8] the `ret`, [rbp+16] return address to the caller. A
// traceback knows it by the return address gol_rt_morestack_return found above it.
#include "runtime/sched/asm_offsets.h"

  .text
  .globl __morestack
  .type __morestack, @function
  .p2align 4
__morestack:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  // The frame: 10 registers (stack_scan.cc reads them), 8 x 16 bytes. Aligned by hand: nothing promises alignment here.
  subq $(80 + 128 + 16), %rsp
  andq $-16, %rsp
  movq %rdi, -8(%rbp)
  movq %rsi, -16(%rbp)
  movq %rdx, -24(%rbp)
  movq %rcx, -32(%rbp)
  movq %r8, -40(%rbp)
  movq %r9, -48(%rbp)
  movq %rax, -56(%rbp)
  movq %r13, -64(%rbp)
  movq %r14, -72(%rbp)
  movq %r11, -80(%rbp)
  movaps %xmm0, (%rsp)
  movaps %xmm1, 16(%rsp)
  movaps %xmm2, 32(%rsp)
  movaps %xmm3, 48(%rsp)
  movaps %xmm4, 64(%rsp)
  movaps %xmm5, 80(%rsp)
  movaps %xmm6, 96(%rsp)
  movaps %xmm7, 112(%rsp)
  movq %r10, %rdi
  movq %r11, %rsi
  movq %rbp, %rdx
  call gol_rt_morestack_slow
  movq %rax, %r10
  movaps (%rsp), %xmm0
  movaps 16(%rsp), %xmm1
  movaps 32(%rsp), %xmm2
  movaps 48(%rsp), %xmm3
  movaps 64(%rsp), %xmm4
  movaps 80(%rsp), %xmm5
  movaps 96(%rsp), %xmm6
  movaps 112(%rsp), %xmm7
  movq -8(%rbp), %rdi
  movq -16(%rbp), %rsi
  movq -24(%rbp), %rdx
  movq -32(%rbp), %rcx
  movq -40(%rbp), %r8
  movq -48(%rbp), %r9
  movq -56(%rbp), %rax
  movq -64(%rbp), %r13
  movq -72(%rbp), %r14
  movq 8(%rbp), %r11
  addq $1, %r11
  testq %r10, %r10
  jne 1f
  // Same stack: drop the return address, go on at the body.
  movq %rbp, %rsp
  popq %rbp
  .cfi_remember_state
  .cfi_def_cfa %rsp, 16
  addq $8, %rsp
  .cfi_def_cfa_offset 8
  jmp *%r11
1:
  .cfi_restore_state
  movq %r10, %rsp
  call *%r11
  .globl gol_rt_morestack_return
gol_rt_morestack_return:
  movq %fs:GOL_TLS_G, %r10
  movq GOL_G_SEG(%r10), %r11
  movq GOL_SEG_PREV(%r11), %r11
  movq %r11, GOL_G_SEG(%r10)
  movq GOL_SEG_LIMIT(%r11), %r11
  movq %r11, GOL_G_STACK_LIMIT(%r10)
  // A safepoint asked for meanwhile stays asked for; one asked for between the two instructions
  // is asked for again (whoever wants one repeats the request until it is honoured).
  cmpq $GOL_STACK_PREEMPT, %fs:GOL_TLS_STACK_LIMIT
  je 2f
  movq %r11, %fs:GOL_TLS_STACK_LIMIT
2:
  movq %rbp, %rsp
  popq %rbp
  .cfi_def_cfa %rsp, 16
  ret
  .cfi_endproc
  .size __morestack, . - __morestack

// void gol_rt_poll(): a safepoint in a loop. Keeps every register: the vector registers by
// xsavec where the processor has it, else xmm0-15.
  .globl gol_rt_poll
  .type gol_rt_poll, @function
  .p2align 4
gol_rt_poll:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %rax
  pushq %rcx
  pushq %rdx
  pushq %rbx
  pushq %rsi
  pushq %rdi
  pushq %r8
  pushq %r9
  pushq %r10
  pushq %r11
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq gol_rt_xsave_bytes(%rip), %rcx
  testq %rcx, %rcx
  je 1f
  subq %rcx, %rsp
  andq $-64, %rsp
  // The header of the save area must be zero where xsavec does not write it.
  xorl %eax, %eax
  movq %rax, 512(%rsp)
  movq %rax, 520(%rsp)
  movq %rax, 528(%rsp)
  movq %rax, 536(%rsp)
  movq %rax, 544(%rsp)
  movq %rax, 552(%rsp)
  movq %rax, 560(%rsp)
  movq %rax, 568(%rsp)
  movl $0xe7, %eax
  xorl %edx, %edx
  xsavec (%rsp)
  call gol_rt_poll_slow
  movl $0xe7, %eax
  xorl %edx, %edx
  xrstor (%rsp)
  jmp 2f
1:
  subq $512, %rsp
  andq $-16, %rsp
  fxsave (%rsp)
  call gol_rt_poll_slow
  fxrstor (%rsp)
2:
  leaq -112(%rbp), %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %r11
  popq %r10
  popq %r9
  popq %r8
  popq %rdi
  popq %rsi
  popq %rbx
  popq %rdx
  popq %rcx
  popq %rax
  popq %rbp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size gol_rt_poll, . - gol_rt_poll
  .globl gol_rt_poll_end
gol_rt_poll_end:

// void gol_rt_pollcheck(): gol_rt_poll if a safepoint was asked for. Code that is compiled quickly
// calls it where optimised code looks at the word itself.
  .globl gol_rt_pollcheck
  .type gol_rt_pollcheck, @function
  .p2align 4
gol_rt_pollcheck:
  .cfi_startproc
  cmpq $GOL_STACK_PREEMPT, %fs:GOL_TLS_STACK_LIMIT
  je gol_rt_poll
  ret
  .cfi_endproc
  .size gol_rt_pollcheck, . - gol_rt_pollcheck

  .section .note.GNU-stack,"",@progbits
