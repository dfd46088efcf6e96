// GODEBUG=allocfreetrace=1. See alloc_trace.h.
#include "runtime/debug/alloc_trace.h"

#include <cstdio>
#include <string>

#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/system_stack.h"
#include "runtime/traceback.h"

namespace gol::rt {

// Not inlined: the frame address counts.
__attribute__((noinline)) void TraceAlloc(Runtime& rt, const void* p, uint64_t size,
                                          const Type* type) {
  G* g = CurrentG();
  const auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t fp = *static_cast<uint64_t*>(__builtin_frame_address(0));
  OnSystemStack([&] {
    char head[96];
    const int n = std::snprintf(head, sizeof head, "tracealloc(0x%llx, 0x%llx",
                                static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(p)),
                                static_cast<unsigned long long>(size));
    std::string out(head, static_cast<size_t>(n));
    if (type != nullptr) {
      out += ", ";
      out.append(type->str.ptr, static_cast<size_t>(type->str.len));
    }
    out += ")\n";
    if (g != nullptr) AppendGoroutineTrace(rt, *g, pc, fp, TraceStyle::kProgram, &out);
    out += "\n";
    rt.WriteStderr(out.data(), out.size());
  });
}

void TraceFree(Runtime& rt, const void* p, uint64_t size) {
  char line[96];
  const int n = std::snprintf(line, sizeof line, "tracefree(0x%llx, 0x%llx)\n\n",
                              static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(p)),
                              static_cast<unsigned long long>(size));
  rt.WriteStderr(line, static_cast<size_t>(n));
}

}  // namespace gol::rt
