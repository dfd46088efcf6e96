// See embed/symbols.h.
#include "embed/symbols.h"

#include <cmath>
#include <cstring>
#include <string>
#include <unordered_map>

#include "embed/std_index.h"
#include "runtime/abi/entry_points.h"
#include "runtime/debug/debugger.h"
#include "stdlib/natives.h"

extern "C" void __morestack();
extern "C" const char gol_rt_zerobase[];

namespace gol::embed {
namespace {

template <typename F>
uint64_t Address(F* f) {
  return reinterpret_cast<uint64_t>(f);
}

const std::unordered_map<std::string_view, uint64_t>& Table() {
  static const std::unordered_map<std::string_view, uint64_t> table = {
#define ENTRY(name, result, params, flags) {"gol_rt_" #name, Address(rt::entry::gol_rt_##name)},
#include "runtime/abi/entry_points.def"
#undef ENTRY
      {"__morestack", Address(__morestack)},
      {"gol_rt_zerobase", Address(&gol_rt_zerobase[0])},
      {"memcpy", Address<void*(void*, const void*, size_t)>(std::memcpy)},
      {"memmove", Address<void*(void*, const void*, size_t)>(std::memmove)},
      {"memset", Address<void*(void*, int, size_t)>(std::memset)},
      {"memcmp", Address<int(const void*, const void*, size_t)>(std::memcmp)},
      {"bcmp", Address<int(const void*, const void*, size_t)>(std::memcmp)},
      {"fma", Address<double(double, double, double)>(std::fma)},
      {"fmaf", Address<float(float, float, float)>(std::fma)},
      {"floor", Address<double(double)>(std::floor)},
      {"ceil", Address<double(double)>(std::ceil)},
      {"trunc", Address<double(double)>(std::trunc)},
      {"rint", Address<double(double)>(std::rint)},
      {"roundeven", Address<double(double)>(std::nearbyint)},
      {"sqrt", Address<double(double)>(std::sqrt)},
      {"fmod", Address<double(double, double)>(std::fmod)},
  };
  return table;
}

}  // namespace

uint64_t ResolveSymbol(std::string_view name) {
  // Programs know the functions of maps by Go's names.
  std::string entry_point;
  if (constexpr std::string_view kRuntime = "runtime."; name.starts_with("runtime.map")) {
    entry_point = "gol_rt_" + std::string(name.substr(kRuntime.size()));
    if (Table().contains(entry_point)) name = entry_point;
  }
  if (uint64_t function = rt::debug::DebuggerFunction(name)) return function;
  auto it = Table().find(name);
  if (it != Table().end()) return it->second;
  if (uint64_t std_symbol = FindStdSymbol(name)) return std_symbol;
  return stdlib::FindNative(name);
}

bool MayInlineMaps() { return !rt::debug::HasDebugger(); }

}  // namespace gol::embed
