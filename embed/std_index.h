// What is compiled into the binary of the standard packages: their symbols, modules and variables.
//
// The tables are generated when gol is built: a first binary without them compiles the packages
// (std_compiler.h) to an archive and an assembly file with the tables, and the final binary links
// both. In the first binary the tables are empty (std/tables_empty.S).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/abi/module_info.h"

namespace gol::embed {

// A precompiled package.
struct StdPackage {
  std::string_view path;
  const rt::ModuleInfo* module;
  std::vector<std::string_view> imports;  // direct ones
};

// Whether the package's code is in the binary.
bool IsPrecompiled(std::string_view import_path);

// All of them.
const std::vector<StdPackage>& AllStdPackages();

// The package, or null.
const StdPackage* FindStdPackage(std::string_view import_path);

// Address of a symbol of the precompiled packages, or 0.
uint64_t FindStdSymbol(std::string_view name);

// Offset in the globals block of a precompiled package's variable, by link name; -1: unknown.
int64_t FindStdGlobal(std::string_view name);

// The link name of the precompiled package's variable that the offset in the globals block lies in; empty: none.
std::string_view StdGlobalAt(int64_t offset);

// What the compiler knows of a precompiled function (ir/pass/summary.h), by link name; empty: nothing.
std::string_view FindStdSummary(std::string_view name);

// Whether the address lies in the code of precompiled packages. Lock-free.
bool IsStdCode(uint64_t pc);

// Bytes of the globals block that the precompiled packages take, from its beginning.
int64_t StdGlobalsBytes();

// The stack maps of the precompiled packages: records of runtime/abi/stack_map.h.
std::string_view StdStackMaps();

}  // namespace gol::embed
