// Native half of runtime/trace. See runtime/tracing/tracer.h.
#include <cstring>
#include <string>
#include <string_view>

#include "runtime/abi/entry_points.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/system_stack.h"
#include "runtime/tracing/tracer.h"

using namespace gol::rt;
using Event = tracing::Kind;

namespace {

tracing::Tracer& Current() { return CurrentRuntime()->tracer(); }

uint32_t TextId(const char* text, int64_t len) {
  uint32_t id = 0;
  OnSystemStack([&] { id = Current().TextId({text, static_cast<size_t>(len)}); });
  return id;
}

}  // namespace

extern "C" {

bool gol_native_runtime_trace_start() { return Current().Start(); }

void gol_native_runtime_trace_stop(GoSlice* out) {
  std::string* file = nullptr;
  OnSystemStack([&] { file = new std::string; });
  *file = Current().Stop();
  const size_t n = file->size();
  void* bytes = n == 0 ? nullptr : Heap::Malloc(n, nullptr, false);
  if (n != 0) std::memcpy(bytes, file->data(), n);
  OnSystemStack([&] { delete file; });
  *out = {bytes, static_cast<int64_t>(n), static_cast<int64_t>(n)};
}

bool gol_native_runtime_trace_enabled() { return Current().on(); }

void gol_native_runtime_trace_taskBegin(uint64_t id, uint64_t parent, const char* type,
                                        int64_t len) {
  Current().EventWithStack(Event::kTaskBegin, id, parent, TextId(type, len));
}

void gol_native_runtime_trace_taskEnd(uint64_t id) {
  Current().EventWithStack(Event::kTaskEnd, id);
}

void gol_native_runtime_trace_region(bool begin, uint64_t task, const char* type, int64_t len) {
  const int64_t now = NanoTime();
  Current().EventAt(now, begin ? Event::kRegionBegin : Event::kRegionEnd, task, TextId(type, len));
}

void gol_native_runtime_trace_userLog(uint64_t task, const char* category, int64_t category_len,
                                      const char* message, int64_t message_len) {
  const uint32_t text = TextId(message, message_len);
  Current().EventWithStack(Event::kUserLog, task, text, TextId(category, category_len));
}

}  // extern "C"
