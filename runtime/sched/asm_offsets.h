// Offsets that switch_x86_64.S and morestack_x86_64.S use; stack.cc asserts that they are right.
#ifndef GOL_RUNTIME_SCHED_ASM_OFFSETS_H_
#define GOL_RUNTIME_SCHED_ASM_OFFSETS_H_

#define GOL_TLS_STACK_LIMIT 0x70
#define GOL_TLS_G 0x80
#define GOL_TLS_M 0xa0
// Low 32 bits of kStackPreempt, sign-extended by the instructions that use it.
#define GOL_STACK_PREEMPT -1314

#define GOL_G_STACK_LIMIT 16
#define GOL_G_SEG 24
#define GOL_G_SP 32
#define GOL_G_FP 40
#define GOL_G_PC 48

#define GOL_M_G0_SP 0
#define GOL_M_CURG 8
#define GOL_M_ON_SYSTEM_STACK 16

#define GOL_SEG_LIMIT 16
#define GOL_SEG_PREV 24

// Bytes that a switch pushes: control words and six callee-saved registers.
#define GOL_SWITCH_FRAME 56

#endif
