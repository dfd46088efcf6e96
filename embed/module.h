// What a gol::Module refers to: linked code, what it exports, what an isolate needs to run it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "embed/code_info.h"
#include "embed/host_package.h"
#include "embed/optimizer.h"
#include "embed/pipeline.h"
#include "gol/gol.h"
#include "jit/jit.h"
#include "runtime/sched/stack_map_table.h"

namespace gol::detail {

// Immutable once compiled, but for what says otherwise.
struct ModuleCode {
  struct Export {
    std::string text;                 // "func(x int) int"
    void* code = nullptr;             // the adapter
    bool is_plain = false;            // ir::IsPlainLeaf
    std::vector<std::string> shapes;  // of parameters, then results
    size_t num_params = 0;
  };
  struct Variable {
    std::string name;
    std::string type;  // spelled out as far as its layout depends on it
    int64_t offset = 0;
    int64_t bytes = 0;
  };

  embed::HostPackages packages;
  std::shared_ptr<ModuleCode> previous;  // the version that this one may replace
  std::vector<const embed::StdPackage*> std_packages;
  // Of this version and those before.
  std::shared_ptr<rt::StackMapTable> stack_maps;
  // What this version's session has linked, and who else wants to know: the tables of later versions.
  std::mutex maps_lock;
  std::vector<std::pair<const void*, uint64_t>> map_sections;      // guarded by maps_lock
  std::vector<std::weak_ptr<rt::StackMapTable>> later_stack_maps;  // guarded by maps_lock
  std::unique_ptr<jit::Session> session;
  jit::LinkedModule linked;
  std::unique_ptr<embed::SessionCodeInfo> own_info;
  std::unique_ptr<rt::CodeInfo> code_info;
  std::unordered_map<std::string, Export> exports;
  std::unordered_map<std::string, void*> closures;  // adapters, by shape
  std::unordered_map<const void*, const void*> adopts;    // golAdopt_X, by class
  std::vector<Variable> variables;
  int64_t globals_end = 0;
  bool counts_fuel = false;
  double compile_ms = 0;
  embed::Tier tier;  // changes when the code is optimised

  // Before code of this version runs that they belong to. Any thread.
  void AddStackMaps(const void* records, uint64_t bytes);
  // table is a later version's: it gets this version's maps, also those of code linked from now on.
  void ShareStackMaps(const std::shared_ptr<rt::StackMapTable>& table);
};

}  // namespace gol::detail

namespace gol::embed {

// Compiles and links. jit: the level of optimisation and the like. quick_start: with quick code, if that can be
// replaced.
Expected<std::shared_ptr<detail::ModuleCode>> CompileModuleCode(const ModuleSource& source,
                                                                const PipelineOptions& pipeline,
                                                                const jit::Options& jit,
                                                                bool quick_start);

// What identifies equal modules.
std::string KeyOfModule(const ModuleSource& source);

// Address space for the variables of an isolate, all versions of its module included.
inline constexpr int64_t kIsolateGlobalsBytes = int64_t{64} << 20;

}  // namespace gol::embed
