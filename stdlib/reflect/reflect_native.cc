// Native half of reflect: memory, equality, maps, channels, calls into compiled code.
//
// Compiled code takes and returns its words in registers as C does, but for the closure, which goes into
// r13, and results, of which up to four come back in rax, rdx, rcx, r8 and xmm0 to xmm3
// (runtime/abi/README.md). gol_reflect_call fills these from a CallRegs and calls; gol_reflect_trampoline is
// the code of functions that MakeFunc made: it does the reverse. Both keep a frame pointer, so that
// tracebacks and the collector find their way; what they hold in their frames is scanned
// conservatively.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "runtime/abi/layout.h"
#include "runtime/abi/rtype.h"
#include "runtime/chan/chan.h"
#include "runtime/gc/barrier.h"
#include "runtime/iface.h"
#include "runtime/map/map.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/system_stack.h"
#include "runtime/string.h"
#include "runtime/traceback.h"
#include "runtime/type_ops.h"
#include "stdlib/reflect/call.h"

using gol::rt::ChanType;
using gol::rt::CurrentRuntime;
using gol::rt::GoSlice;
using gol::rt::GoString;
using gol::rt::hchan;
using gol::rt::Heap;
using gol::rt::hiter;
using gol::rt::hmap;
using gol::rt::InterfaceType;
using gol::rt::Itab;
using gol::rt::MapType;
using gol::rt::Type;
using gol::stdlib::CallRegs;

namespace {

static_assert(offsetof(CallRegs, ints) == 16 && offsetof(CallRegs, floats) == 64);
static_assert(offsetof(CallRegs, stack) == 128 && offsetof(CallRegs, nstack) == 136);
static_assert(offsetof(CallRegs, int_out) == 144 && offsetof(CallRegs, float_out) == 176);

}  // namespace

extern "C" void gol_reflect_trampoline();

// rbx keeps regs across the call.
asm(R"(
  .text
  .p2align 4
  .globl gol_reflect_call
  .hidden gol_reflect_call
  .type gol_reflect_call, @function
gol_reflect_call:
  pushq %rbp
  movq %rsp, %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  movq %rdi, %rbx
  movq 136(%rbx), %rcx
  leaq 1(%rcx), %rdx
  andq $-2, %rdx
  shlq $3, %rdx
  subq %rdx, %rsp
  movq 128(%rbx), %rsi
1:
  testq %rcx, %rcx
  jz 2f
  decq %rcx
  movq (%rsi,%rcx,8), %rax
  movq %rax, (%rsp,%rcx,8)
  jmp 1b
2:
  movsd 64(%rbx), %xmm0
  movsd 72(%rbx), %xmm1
  movsd 80(%rbx), %xmm2
  movsd 88(%rbx), %xmm3
  movsd 96(%rbx), %xmm4
  movsd 104(%rbx), %xmm5
  movsd 112(%rbx), %xmm6
  movsd 120(%rbx), %xmm7
  movq 16(%rbx), %rdi
  movq 24(%rbx), %rsi
  movq 32(%rbx), %rdx
  movq 40(%rbx), %rcx
  movq 48(%rbx), %r8
  movq 56(%rbx), %r9
  movq 8(%rbx), %r13
  callq *(%rbx)
  movq %rax, 144(%rbx)
  movq %rdx, 152(%rbx)
  movq %rcx, 160(%rbx)
  movq %r8, 168(%rbx)
  movsd %xmm0, 176(%rbx)
  movsd %xmm1, 184(%rbx)
  movsd %xmm2, 192(%rbx)
  movsd %xmm3, 200(%rbx)
  leaq -32(%rbp), %rsp
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  retq
  .size gol_reflect_call, .-gol_reflect_call

  .p2align 4
  .type gol_reflect_trampoline, @function
gol_reflect_trampoline:
  pushq %rbp
  movq %rsp, %rbp
  pushq %r13
  subq $200, %rsp
  movq %rdi, (%rsp)
  movq %rsi, 8(%rsp)
  movq %rdx, 16(%rsp)
  movq %rcx, 24(%rsp)
  movq %r8, 32(%rsp)
  movq %r9, 40(%rsp)
  movsd %xmm0, 48(%rsp)
  movsd %xmm1, 56(%rsp)
  movsd %xmm2, 64(%rsp)
  movsd %xmm3, 72(%rsp)
  movsd %xmm4, 80(%rsp)
  movsd %xmm5, 88(%rsp)
  movsd %xmm6, 96(%rsp)
  movsd %xmm7, 104(%rsp)
  leaq 16(%rbp), %rax
  movq %rax, 112(%rsp)
  xorl %eax, %eax
  movq %rax, 120(%rsp)
  movq %rax, 128(%rsp)
  movq %rax, 136(%rsp)
  movq %rax, 144(%rsp)
  movq %rsp, %rdi
  movq 8(%r13), %r13
  callq *(%r13)
  movq 120(%rsp), %rax
  movq 128(%rsp), %rdx
  movq 136(%rsp), %rcx
  movq 144(%rsp), %r8
  movsd 152(%rsp), %xmm0
  movsd 160(%rsp), %xmm1
  movsd 168(%rsp), %xmm2
  movsd 176(%rsp), %xmm3
  addq $200, %rsp
  popq %r13
  popq %rbp
  retq
  .size gol_reflect_trampoline, .-gol_reflect_trampoline
)");

extern "C" {

// ---- memory

void* gol_native_reflect_newObject(const Type* t) { return Heap::New(t); }

void* gol_native_reflect_newArray(Type* t, int64_t n) {
  return gol::rt::entry::gol_rt_newarray(t, n);
}

void gol_native_reflect_moveValue(Type* t, void* dst, void* src) {
  gol::rt::entry::gol_rt_typedmemmove(t, dst, src);
}

void gol_native_reflect_clearValue(Type* t, void* p) { gol::rt::entry::gol_rt_typedmemclr(t, p); }

void gol_native_reflect_moveSlice(Type* t, void* dst, void* src, int64_t n) {
  if (n > 0) gol::rt::entry::gol_rt_typedslicemove(t, dst, src, n);
}

void gol_native_reflect_growSlice(Type* t, GoSlice* s, int64_t n) {
  GoSlice out;
  gol::rt::entry::gol_rt_growslice(&out, s->ptr, s->len + n, s->cap, n, t);
  if (t->ptrdata == 0) {
    std::memset(static_cast<char*>(out.ptr) + static_cast<uint64_t>(s->len) * t->size, 0,
                static_cast<uint64_t>(n) * t->size);
  }
  gol::rt::gc::StorePointer(&s->ptr, out.ptr);
  s->cap = out.cap;
}

bool gol_native_reflect_equalValues(const Type* t, const void* p, const void* q) {
  return gol::rt::TypeEqual(t, p, q);
}

bool gol_native_reflect_swapWord(uint32_t* p, uint32_t old_value, uint32_t new_value) {
  return __atomic_compare_exchange_n(p, &old_value, new_value, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST);
}

// ---- types

const Itab* gol_native_reflect_getitab(const InterfaceType* inter, const Type* type) {
  return CurrentRuntime()->itabs().Get(inter, type, nullptr);
}

const Type* gol_native_reflect_compiledType(GoString str, int64_t i) {
  gol::rt::CodeInfo* info = CurrentRuntime()->code_info();
  if (info == nullptr) return nullptr;
  return info->FindType(std::string_view(str.ptr, static_cast<size_t>(str.len)), i);
}

// ---- maps

hmap* gol_native_reflect_makeMap(const MapType* t, int64_t n) { return gol::rt::MakeMap(t, n); }

void* gol_native_reflect_mapGet(const MapType* t, hmap* m, const void* key) {
  return gol::rt::MapFind(t, m, key);
}

void gol_native_reflect_mapSet(const MapType* t, hmap* m, const void* key, void* elem) {
  void* slot = gol::rt::MapAssign(t, m, key);
  gol::rt::entry::gol_rt_typedmemmove(const_cast<Type*>(t->elem), slot, elem);
}

void gol_native_reflect_mapDelete(const MapType* t, hmap* m, const void* key) {
  gol::rt::MapDelete(t, m, key);
}

void gol_native_reflect_mapClear(const MapType* t, hmap* m) { gol::rt::MapClear(t, m); }

void gol_native_reflect_mapIterInit(const MapType* t, hmap* m, hiter* it) {
  gol::rt::MapIterInit(t, m, it);
}

void gol_native_reflect_mapIterNext(hiter* it) { gol::rt::MapIterNext(it); }

// ---- channels

hchan* gol_native_reflect_makeChan(const ChanType* t, int64_t n) { return gol::rt::MakeChan(t, n); }

bool gol_native_reflect_chanSend(hchan* c, const void* elem, bool block) {
  return gol::rt::ChanSend(c, elem, block);
}

int64_t gol_native_reflect_chanRecv(hchan* c, void* elem, bool block) {
  bool received = false;
  if (!gol::rt::ChanRecv(c, elem, block, &received)) return 0;
  return received ? 3 : 1;
}

void gol_native_reflect_chanClose(hchan* c) { gol::rt::ChanClose(c); }

struct SelectResult {
  int64_t chosen;
  bool received;
};

void gol_native_reflect_selectGo(SelectResult* out, void* cases, int64_t nsends, int64_t nrecvs,
                                 bool block) {
  gol::rt::TwoWords r = gol::rt::entry::gol_rt_selectgo(cases, nsends, nrecvs, block);
  out->chosen = static_cast<int64_t>(r.a);
  out->received = r.b != 0;
}

// ---- calls

GoString gol_native_reflect_codeName(const void* code) {
  gol::rt::CodeInfo* info = CurrentRuntime()->code_info();
  std::string name;
  if (info == nullptr) return {nullptr, 0};
  gol::rt::OnSystemStack([&] {
    info->Lookup(reinterpret_cast<uint64_t>(code), [&](const gol::rt::CodeFrame& f) {
      if (name.empty()) name = f.function;
    });
  });
  return gol::rt::NewString(name);
}

void gol_native_reflect_callCode(CallRegs* a) {
  CallRegs regs = *a;
  gol_reflect_call(&regs);
  for (int i = 0; i < 4; i++) {
    gol::rt::gc::StorePointer(&a->int_out[i], regs.int_out[i]);
    a->float_out[i] = regs.float_out[i];
  }
}

void* gol_native_reflect_trampoline() { return reinterpret_cast<void*>(&gol_reflect_trampoline); }

}  // extern "C"
