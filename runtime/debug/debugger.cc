// See debugger.h. This file is compiled with debug information; nothing else of the runtime needs any.
//
// The functions are written in assembly because of what debuggers' scripts do: they stop at a function by
// name and read its frame there, before the function had a chance to fill it. So the frame, with the
// span at the place where scripts look for it (24 bytes below the frame pointer), is made in front of the
// name.
#include "runtime/debug/debugger.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/layout.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

// A field at its offset in the runtime's struct, under Go's name.
#define FIELD(type, name, cc_name)                      \
  struct [[gnu::packed]] {                              \
    char before_##name[offsetof(gol::rt::mspan, cc_name)]; \
    type name;                                          \
  }

// The span as Go's runtime names it: what a debugger shows of a gol::rt::mspan.
struct mspan {
  union {
    uintptr_t startAddr;
    FIELD(uintptr_t, npages, npages);
    FIELD(uintptr_t, elemsize, elemsize);
    FIELD(uintptr_t, nelems, nelems);
    FIELD(uint8_t, spanclass, spanclass);
    FIELD(uint8_t, state, state);
    FIELD(uintptr_t, freeindex, freeindex);
    FIELD(uint32_t, allocCount, alloc_count);
    char whole[sizeof(gol::rt::mspan)];
  };
};
static_assert(offsetof(gol::rt::mspan, start_addr) == 0);
static_assert(sizeof(mspan) == sizeof(gol::rt::mspan));

#undef FIELD

extern "C" {

// Keeps the type in the debug information.
mspan* gol_debugger_last_span = nullptr;

// The span of the buckets of map h; null: it has none. Called by the functions below.
mspan* gol_debugger_span_of_map(const gol::rt::hmap* h) {
  using namespace gol::rt;
  ::mspan* s = nullptr;
  if (h != nullptr && CurrentRuntime() != nullptr) {
    const auto* buckets = h->buckets != nullptr ? static_cast<const void*>(h->buckets) : h;
    s = reinterpret_cast<::mspan*>(
        CurrentRuntime()->heap().h().SpanOf(reinterpret_cast<uintptr_t>(buckets)));
  }
  gol_debugger_last_span = s;
  return s;
}

// gol_debugger_NAME makes the frame and runs into runtime.NAME, which calls the runtime.
#define MAP_FUNCTION(name)                                                                     \
  void gol_debugger_##name();                                                                  \
  __asm__(".text\n\t.p2align 4\n\t.type gol_debugger_" #name ", @function\n"                    \
          "gol_debugger_" #name ":\n\t"                                                        \
          "pushq %rbp\n\tmovq %rsp, %rbp\n\tsubq $0x40, %rsp\n\t"                              \
          "movq %rdi, -0x20(%rbp)\n\tmovq %rsi, -0x28(%rbp)\n\t"                               \
          "movq %rdx, -0x30(%rbp)\n\tmovq %rcx, -0x38(%rbp)\n\t"                               \
          "movq %rsi, %rdi\n\tcallq gol_debugger_span_of_map\n\t"                              \
          "movq %rax, -0x18(%rbp)\n\t"                                                         \
          "movq -0x20(%rbp), %rdi\n\tmovq -0x28(%rbp), %rsi\n\t"                               \
          "movq -0x30(%rbp), %rdx\n\tmovq -0x38(%rbp), %rcx\n\t"                               \
          ".size gol_debugger_" #name ", . - gol_debugger_" #name "\n\t"                        \
          ".globl runtime." #name "\n\t.type runtime." #name ", @function\n"                   \
          "runtime." #name ":\n\t"                                                             \
          "callq gol_rt_" #name "\n\tleave\n\tretq\n\t"                                        \
          ".size runtime." #name ", . - runtime." #name)

MAP_FUNCTION(mapdelete);
MAP_FUNCTION(mapdelete_fast32);
MAP_FUNCTION(mapdelete_fast64);
MAP_FUNCTION(mapdelete_faststr);
MAP_FUNCTION(mapassign);
MAP_FUNCTION(mapassign_fast32);
MAP_FUNCTION(mapassign_fast64);
MAP_FUNCTION(mapassign_faststr);

}  // extern "C"

namespace gol::rt::debug {

bool HasDebugger() {
  static const bool traced = [] {
    std::FILE* status = std::fopen("/proc/self/status", "re");
    if (status == nullptr) return false;
    char line[256];
    int tracer = 0;
    while (std::fgets(line, sizeof line, status) != nullptr) {
      if (std::strncmp(line, "TracerPid:", 10) == 0) tracer = std::atoi(line + 10);
    }
    std::fclose(status);
    return tracer != 0;
  }();
  return traced;
}

namespace {

struct Row {
  std::string_view entry_point;
  void (*function)();
};

constexpr Row kRows[] = {
    {"gol_rt_mapdelete", gol_debugger_mapdelete},
    {"gol_rt_mapdelete_fast32", gol_debugger_mapdelete_fast32},
    {"gol_rt_mapdelete_fast64", gol_debugger_mapdelete_fast64},
    {"gol_rt_mapdelete_faststr", gol_debugger_mapdelete_faststr},
    {"gol_rt_mapassign", gol_debugger_mapassign},
    {"gol_rt_mapassign_fast32", gol_debugger_mapassign_fast32},
    {"gol_rt_mapassign_fast64", gol_debugger_mapassign_fast64},
    {"gol_rt_mapassign_faststr", gol_debugger_mapassign_faststr},
};

}  // namespace

uint64_t DebuggerFunction(std::string_view entry_point) {
  if (!entry_point.starts_with("gol_rt_map") || !HasDebugger()) return 0;
  for (const Row& row : kRows) {
    if (row.entry_point == entry_point) return reinterpret_cast<uint64_t>(row.function);
  }
  return 0;
}

}  // namespace gol::rt::debug
