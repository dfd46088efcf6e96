// See embed/std_index.h.
#include "embed/std_index.h"

#include <algorithm>
#include <cstring>

namespace gol::embed {

extern "C" {
struct StdSymbolRow {
  const char* name;
  uint64_t value;
};
struct StdPackageRow {
  const char* path;
  const rt::ModuleInfo* module;
  const char* imports;  // separated by commas
};
// Sorted by name; the counts tell their lengths.
extern const StdSymbolRow gol_std_symbols[];
extern const uint64_t gol_std_symbol_count;
extern const StdSymbolRow gol_std_globals[];
extern const uint64_t gol_std_global_count;
extern const StdSymbolRow gol_std_summaries[];  // the values are texts
extern const uint64_t gol_std_summary_count;
extern const StdPackageRow gol_std_packages[];
extern const uint64_t gol_std_package_count;
extern const uint64_t gol_std_globals_bytes;
// The code sections of the precompiled objects are called gol_text; the linker names their ends.
extern const char __start_gol_text[] __attribute__((weak));
extern const char __stop_gol_text[] __attribute__((weak));
// Their stack maps likewise (runtime/abi/stack_map.h).
extern const char __start_gol_stackmaps[] __attribute__((weak));
extern const char __stop_gol_stackmaps[] __attribute__((weak));
}

namespace {

const StdSymbolRow* Find(const StdSymbolRow* rows, uint64_t count, std::string_view name) {
  const StdSymbolRow* end = rows + count;
  const StdSymbolRow* row =
      std::lower_bound(rows, end, name, [](const StdSymbolRow& r, std::string_view n) {
        return std::string_view(r.name) < n;
      });
  return row != end && row->name == name ? row : nullptr;
}

const std::vector<StdPackage>& Packages() {
  static const std::vector<StdPackage> packages = [] {
    std::vector<StdPackage> list;
    for (uint64_t i = 0; i < gol_std_package_count; i++) {
      const StdPackageRow& row = gol_std_packages[i];
      StdPackage p{row.path, row.module, {}};
      std::string_view rest = row.imports;
      while (!rest.empty()) {
        size_t comma = rest.find(',');
        p.imports.push_back(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      }
      list.push_back(std::move(p));
    }
    return list;
  }();
  return packages;
}

}  // namespace

const std::vector<StdPackage>& AllStdPackages() { return Packages(); }

bool IsPrecompiled(std::string_view import_path) { return FindStdPackage(import_path) != nullptr; }

const StdPackage* FindStdPackage(std::string_view import_path) {
  for (const StdPackage& p : Packages()) {
    if (p.path == import_path) return &p;
  }
  return nullptr;
}

uint64_t FindStdSymbol(std::string_view name) {
  const StdSymbolRow* row = Find(gol_std_symbols, gol_std_symbol_count, name);
  return row == nullptr ? 0 : row->value;
}

int64_t FindStdGlobal(std::string_view name) {
  const StdSymbolRow* row = Find(gol_std_globals, gol_std_global_count, name);
  return row == nullptr ? -1 : static_cast<int64_t>(row->value);
}

std::string_view StdGlobalAt(int64_t offset) {
  if (offset < 0 || offset >= StdGlobalsBytes()) return {};
  const StdSymbolRow* best = nullptr;
  for (uint64_t i = 0; i < gol_std_global_count; i++) {
    const StdSymbolRow& row = gol_std_globals[i];
    if (row.value > static_cast<uint64_t>(offset)) continue;
    if (best == nullptr || row.value > best->value) best = &row;
  }
  return best == nullptr ? std::string_view() : best->name;
}

std::string_view FindStdSummary(std::string_view name) {
  const StdSymbolRow* row = Find(gol_std_summaries, gol_std_summary_count, name);
  return row == nullptr ? std::string_view() : reinterpret_cast<const char*>(row->value);
}

bool IsStdCode(uint64_t pc) {
  return pc >= reinterpret_cast<uint64_t>(__start_gol_text) &&
         pc < reinterpret_cast<uint64_t>(__stop_gol_text);
}

std::string_view StdStackMaps() {
  return {__start_gol_stackmaps,
          static_cast<size_t>(__stop_gol_stackmaps - __start_gol_stackmaps)};
}

int64_t StdGlobalsBytes() { return static_cast<int64_t>(gol_std_globals_bytes); }

}  // namespace gol::embed
