// Native half of runtime/pprof. See runtime/prof/profiler.h.
#include <cstring>
#include <string>
#include <vector>

#include "runtime/abi/entry_points.h"
#include "runtime/mem/mheap.h"
#include "runtime/prof/pprof_proto.h"
#include "runtime/prof/profiler.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/system_stack.h"
#include "runtime/string.h"

using namespace gol::rt;

namespace {

// Names of values and their units, by the profile's name.
std::vector<prof::ProfileWriter::ValueType> ValuesOf(std::string_view name) {
  if (name == "heap" || name == "allocs") {
    return {{"alloc_objects", "count"},
            {"alloc_space", "bytes"},
            {"inuse_objects", "count"},
            {"inuse_space", "bytes"}};
  }
  return {{name, "count"}};
}

// Calls make on the system stack and hands its result over as a []byte.
template <typename F>
void ReturnBytes(GoSlice* out, F&& make) {
  std::string* text = nullptr;
  OnSystemStack([&] { text = new std::string(make()); });
  const size_t n = text->size();
  void* bytes = n == 0 ? nullptr : Heap::Malloc(n, nullptr, false);
  if (n != 0) std::memcpy(bytes, text->data(), n);
  OnSystemStack([&] { delete text; });
  *out = {bytes, static_cast<int64_t>(n), static_cast<int64_t>(n)};
}

}  // namespace

extern "C" {

void gol_native_runtime_pprof_encode(GoSlice* out, const char* name_ptr, int64_t name_len,
                                     const uint64_t* data, int64_t len, int64_t, int64_t period) {
  const std::string_view name(name_ptr, static_cast<size_t>(name_len));
  ReturnBytes(out, [&] {
    const auto values = ValuesOf(name);
    prof::ProfileWriter w(CurrentRuntime()->code_info(), values);
    if (values.size() > 1) {
      w.set_period({"space", "bytes"}, period);
      if (name == "allocs") w.set_default_value("alloc_space");
    } else {
      w.set_period({name, "count"}, period);
    }
    std::span<const uint64_t> rest(data, static_cast<size_t>(len));
    while (rest.size() > values.size()) {
      std::vector<int64_t> v(rest.begin(), rest.begin() + static_cast<ptrdiff_t>(values.size()));
      rest = rest.subspan(values.size());
      const size_t n = std::min<size_t>(rest[0], rest.size() - 1);
      w.AddCallers(rest.subspan(1, n), v);
      rest = rest.subspan(n + 1);
    }
    return w.Finish();
  });
}

void gol_native_runtime_pprof_waitFile(GoSlice* out, bool mutex) {
  Runtime& rt = *CurrentRuntime();
  ReturnBytes(out, [&] {
    return mutex ? prof::MutexProfile(rt.profiler(), rt.code_info())
                 : prof::BlockProfile(rt.profiler(), rt.code_info());
  });
}

bool gol_native_runtime_pprof_startCPU(int64_t hz) {
  bool ok = false;
  OnSystemStack([&] { ok = CurrentRuntime()->profiler().StartCpu(static_cast<int>(hz)); });
  return ok;
}

void gol_native_runtime_pprof_stopCPU(GoSlice* out) {
  Runtime& rt = *CurrentRuntime();
  ReturnBytes(out, [&] {
    if (!rt.profiler().StopCpu()) return std::string();
    return prof::CpuProfile(rt.profiler(), rt.code_info());
  });
}

void gol_native_runtime_pprof_setLabels(const char* text, int64_t len) {
  uint64_t id = 0;
  if (len != 0) {
    OnSystemStack([&] {
      prof::Profiler::LabelSet labels;
      std::string_view rest(text, static_cast<size_t>(len));
      auto take = [&] {
        const size_t end = rest.find('\0');
        std::string part(rest.substr(0, end));
        rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
        return part;
      };
      while (!rest.empty()) {
        std::string key = take();
        labels.emplace_back(std::move(key), take());
      }
      id = CurrentRuntime()->profiler().AddLabels(std::move(labels));
    });
  }
  CurrentG()->label = reinterpret_cast<void*>(id);
}

}  // extern "C"
